"""Why a tube or a unit is held, in words and figures; and whether the chain leaves it anything but
its destruction.

Said from its steps alone, so that a list of many costs one query. What the chain's text destroys
(“Discarded if …”) is found here, and no hold is lifted past it (``pairs``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from dolenti.calendar.moments import clock as hour_in_words
from dolenti.calendar.moments import to_local
from dolenti.guideline.knowledge import Text
from dolenti.guideline.serum import HELD
from dolenti.guideline.serum.machine import THERAPY
from dolenti.guideline.words import date_in_words, lower_first
from dolenti.serum import chain, temperature
from dolenti.serum.drawing import UNTESTED, has_consent
from dolenti.serum.models import Excursion, Place, Stay, Step, Thing, Tube, Unit
from dolenti.treatment.models import Course

DESTROYS: Final = "discard-proposed"
COURSE: Final = "course-stopped"
_UNTESTED: Final = Text(
    fr="résultats des marqueurs retirés, ou plus au complet, après la libération",
    en="marker results withdrawn, or no longer complete, after the release",
)
_STOPPED: Final = Text(fr="la cure est arrêtée", en="the course is stopped")
_OVER: Final = Text(
    fr="la cure n’est plus en cours, ou son consentement n’est plus valable",
    en="the course is no longer under way, or its consent is no longer valid",
)
_LOOKS: Final = {
    "cloudy": Text(fr="aspect trouble", en="cloudy"),
    "haemolysed": Text(fr="aspect hémolysé", en="haemolysed"),
    "clotted": Text(fr="caillots", en="clots"),
}
_UNPROVED: Final = Text(
    fr="rien ne prouve le froid du colis\u00a0: aucun enregistrement de tout le trajet",
    en="nothing proves that the box was cold: no log of the whole way",
)


@dataclass(frozen=True)
class Cause:
    """One thing that was not as it must be, and whether the chain destroys for it."""

    says: Text
    destroys: bool = False


def of(thing: Thing, steps: Sequence[Step]) -> list[Cause]:
    """Everything that a thing is held for, of its ``steps`` in their order (each with
    ``excursion__place``): those since it was held last."""
    since = next(
        (n for n in range(len(steps) - 1, -1, -1)
         if steps[n].after == HELD and steps[n].before != HELD), len(steps),
    )  # fmt: skip
    found = [one for step in steps[since:] if step.after == HELD for one in _of_step(thing, step)]
    # A rule that destroys finds again what a milder one found.
    return list(dict.fromkeys(sorted(found, key=lambda one: not one.destroys)))


def in_one(texts: Iterable[Text]) -> Text:
    """Several of them in a line, each once."""
    every = list(dict.fromkeys(texts))
    return Text(fr="\u00a0; ".join(one.fr for one in every), en="; ".join(one.en for one in every))


def _of_step(thing: Thing, step: Step) -> Iterable[Cause]:
    if step.excursion is not None:
        yield from _of_excursion(step.excursion)
        return
    if step.event == "end-incubation":
        yield from _of_incubation(thing, step)
        if step.note:
            yield Cause(Text(fr=step.note, en=step.note))
        return
    told_of: set[str] = set()
    if step.event == "receive":
        yield from _of_box(step)
        told_of.add("seal-and-curve-ok")
    elif step.event == "label" and step.said.get("look") in _LOOKS:
        yield Cause(_LOOKS[step.said["look"]], destroys=True)
        told_of.add("looks-clear")
    known = {one.id: one for one in (*chain.in_force().said.guards,
                                     *chain.in_force().said.discard_reasons)}  # fmt: skip
    for guard in (one for one in step.failed if one not in told_of):
        name = known[guard]
        yield Cause(
            Text(
                fr=f"condition non remplie\u00a0: {lower_first(name.fr)}",
                en=f"condition not met: {lower_first(name.en)}",
            )
        )
    if step.reason == COURSE:
        yield Cause(_STOPPED)
    elif step.reason == UNTESTED:
        yield Cause(_UNTESTED)
    elif step.reason in known:
        yield Cause(
            Text(fr=lower_first(known[step.reason].fr), en=lower_first(known[step.reason].en))
        )
    if step.note:
        yield Cause(Text(fr=step.note, en=step.note))


def _of_excursion(row: Excursion) -> Iterable[Cause]:
    if row.effect == "note":
        return
    said = told(row)
    if is_struck(row):
        yield Cause(Text(
            fr=f"enregistrement retiré depuis, d’un autre lieu\u00a0: {said.fr}",
            en=f"log withdrawn since, of another place: {said.en}",
        ))  # fmt: skip
    else:
        yield Cause(said, row.effect == DESTROYS)


def _of_box(step: Step) -> Iterable[Cause]:
    if step.said.get("sealed") is False:
        yield Cause(Text(fr="scellé rompu à l’arrivée", en="seal broken on arrival"), destroys=True)
    if step.said.get("in_time") is False:
        most = chain.in_force().most("transport")
        yield Cause(
            Text(fr=f"trajet de plus de {most:g}\u00a0h", en=f"more than {most:g} h on the way")
        )
    if step.said.get("curve") is False:
        yield Cause(Text(
            fr="température du colis non prouvée à l’arrivée",
            en="the box’s temperature was not proved on arrival",
        ))  # fmt: skip


def _of_incubation(thing: Thing, step: Step) -> Iterable[Cause]:
    assert isinstance(thing, Tube)
    if not step.said.get("time", True) and thing.incubated_from is not None:
        strict = bool(step.said.get("strict"))
        said = lasting(step.at - thing.incubated_from, strict=strict)
        if step.said.get("moved"):  # then nobody knows how long it was, whatever the clock says now
            said = Text(
                fr="l’horloge du serveur a été déplacée pendant l’incubation\u00a0: sa durée n’est "
                f"pas prouvée ({said.fr} à cette horloge)",
                en="the server’s clock was moved during the incubation: its length is not proved "
                f"({said.en} by that clock)",
            )
        yield Cause(said)
    if not step.said.get("curve", True):
        yield Cause(Text(
            fr="température de l’étuve non prouvée\u00a0: enregistrement manquant, ou hors limites",
            en="the incubator’s temperature is not proved: log missing, or out of its limits",
        ))  # fmt: skip


def lasting(lasted: timedelta, *, strict: bool = False) -> Text:
    """How long a tube was in the incubator, against how long it is to be: “instead of” where that
    is another time."""
    known, limit = chain.in_force(), "incubation-strict" if strict else "incubation"
    low, high = known.least(limit), known.most(limit)
    within = timedelta(hours=low) <= lasted <= timedelta(hours=high)
    french, english = ("pour", "of") if within else ("au lieu de", "instead of")
    return Text(
        fr=f"à l’étuve {in_hours(lasted, 'fr')}, {french} {low:g} à {high:g}\u00a0h",
        en=f"{in_hours(lasted, 'en')} in the incubator, {english} {low:g} to {high:g} h",
    )


def in_hours(lasted: timedelta, language: str) -> str:
    """A time in hours and minutes; from three days on, in days."""
    minutes = int(lasted.total_seconds() // 60)
    space = "\u00a0" if language == "fr" else " "
    if lasted.days > 2:
        return f"{lasted.days}{space}{'jours' if language == 'fr' else 'days'}"
    if minutes < 60:
        return f"{minutes}{space}min"
    return f"{minutes // 60}{space}h{space}{minutes % 60:02}"


def is_struck(row: Excursion) -> bool:
    """Whether no standing log says an excursion any more; without a query where ``strike`` was
    loaded with it."""
    return getattr(row, "strike", None) is not None


def told(row: Excursion) -> Text:
    """An excursion in words: “Étuve 1 : 41,2 °C le 29/11 à 22 h 47”."""
    name = row.place.name
    if row.extreme is None:
        return Text(
            fr=f"{name}\u00a0: aucune mesure du {_at(row.began, 'fr')} au {_at(row.ended, 'fr')}",
            en=f"{name}: not measured from {_at(row.began, 'en')} to {_at(row.ended, 'en')}",
        )
    figure = f"{row.extreme:.6g}".replace("-", "−")
    return Text(
        fr=f"{name}\u00a0: {figure.replace('.', ',')}\u00a0°C le {_at(row.began, 'fr')}",
        en=f"{name}: {figure} °C on {_at(row.began, 'en')}",
    )


def _at(moment: datetime, language: str) -> str:
    local = to_local(moment)
    hour = hour_in_words(local.time(), language)
    if language == "fr":
        return f"{local:%d/%m} à {hour}"
    return f"{date_in_words(local.date(), language)}, {hour}"


# --- What destroys -----------------------------------------------------------------------------


def destroying(thing: Thing, now: datetime, steps: Sequence[Step] | None = None) -> Text | None:
    """Why the chain leaves nothing but its destruction to a thing; nothing where it leaves more.
    What happened to a tube, happened to its units."""
    found = [told(one) for one in _excursions_of(thing)]
    if isinstance(thing, Tube):
        found += _too_long(thing, now)
    elif isinstance(thing, Unit):
        found += _on_its_way(thing)
    causes = of(thing, steps_of([thing]) if steps is None else steps)
    found += [one.says for one in causes if one.destroys]
    if not has_consent(thing.draw.course) and not _has_another(thing):
        found.append(_OVER)
    return in_one(found) if found else None


def _has_another(thing: Thing) -> bool:
    """Whether the patient has another course of serum under way, with a consent that stands."""
    others = Course.objects.filter(patient=thing.patient, therapy=THERAPY, state="active")
    return any(has_consent(one) for one in others)


def _excursions_of(thing: Thing) -> Iterable[Excursion]:
    tube = thing.tube_id if isinstance(thing, Unit) else thing.pk
    rows = Excursion.objects.filter(steps__tube=tube, effect=DESTROYS, strike=None)
    return rows.select_related("place").distinct()


def _too_long(tube: Tube, now: datetime) -> Iterable[Text]:
    if tube.incubated_from is None or tube.origin != "incubating":
        return
    most = timedelta(hours=chain.in_force().most("incubation-destroyed"))
    if (tube.incubated_to or now) - tube.incubated_from > most:
        yield lasting((tube.incubated_to or now) - tube.incubated_from)


def _on_its_way(unit: Unit) -> Iterable[Text]:
    """A unit held on arrival, of which no recorder says that it was measured all the way."""
    if unit.origin != "in-transit":
        return
    stays = Stay.objects.filter(unit=unit, place__kind=Place.Kind.BOX).select_related("place")
    box = stays.order_by("-pk").first()
    if box is not None and not temperature.is_measured(box.place, box.since, box.until):
        yield _UNPROVED


def out_of_incubator(tube: Tube) -> datetime | None:
    """When a tube came out; of one that was held in it, when it was held: what followed is not
    proved."""
    if tube.incubated_to is not None:
        return tube.incubated_to
    last = Step.objects.filter(tube=tube, after=HELD, before="incubating").order_by("-pk").first()
    return last.at if last is not None else None


def is_short(tube: Tube) -> bool:
    """Whether an incubation that is proved was too short."""
    out = out_of_incubator(tube)
    if tube.incubated_from is None or out is None:
        return True
    return out - tube.incubated_from < timedelta(hours=chain.in_force().least("incubation"))


def steps_of(things: Sequence[Thing]) -> list[Step]:
    """The steps of some things, in their order. One query."""
    tubes = [one.pk for one in things if isinstance(one, Tube)]
    units = [one.pk for one in things if isinstance(one, Unit)]
    rows: Any = Step.objects.filter(tube__in=tubes) | Step.objects.filter(unit__in=units)
    return list(rows.select_related("excursion__place", "excursion__strike").order_by("pk"))
