"""Tubes and units as they are read: where each stands, since when, until when, what is next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from dolenti.calendar.moments import clock as hour_in_words
from dolenti.calendar.moments import local_day, to_local
from dolenti.clinic.common.listing import called
from dolenti.guideline.knowledge import Text
from dolenti.guideline.words import date_in_words
from dolenti.records.models import Patient
from dolenti.serum import (
    causes,
    chain,
    deadlines,
    identity,
    opening,
    pairs,
    silence,
    steps,
    temperature,
    volumes,
)
from dolenti.serum.following import COLD
from dolenti.serum.models import Draw, Excursion, Place, Step, Thing, Tube, Unit
from dolenti.ui.language import current
from dolenti.ui.templatetags.dolenti import figure

SOON: Final = timedelta(minutes=30)
NEXT: Final[dict[str, str]] = {
    "planned": "draw", "drawn": "label", "labelled": "start-incubation",
    "incubating": "end-incubation", "incubated": "spin", "spun": "portion", "portioned": "label",
    "fresh": "freeze", "in-transit": "receive", "issued": "thaw-complete",
}  # fmt: skip
"""What one person does next of a thing where it stands; the rest is two people’s or a session’s."""
STAGES: Final = (
    ("amiss", ("missing", "held")),
    ("chair", ("planned", "drawn", "labelled")),
    ("incubator", ("incubating",)),
    ("bench", ("incubated", "spun", "portioned")),
    ("today", ("fresh", "issued", "thawed", "in-transit")),
    ("quarantine", ("quarantined",)),
    ("cold", ("frozen",)),
)
"""The board, from what is amiss to what waits in the cold."""


@dataclass(frozen=True)
class Window:
    """Between when and when something is to be done: either may be open."""

    opens: datetime | None = None
    closes: datetime | None = None

    @property
    def tone(self) -> str:
        """How pressing it is: ``stop`` past it, ``warn`` soon, ``go`` within, ``info`` before."""
        now = timezone.now()
        if self.closes is not None and now > self.closes:
            return "stop"
        if self.opens is not None and now < self.opens:
            return "info"
        if self.closes is not None and self.closes - now <= SOON:
            return "warn"
        return "go"

    @property
    def says(self) -> str:
        """Its hours, each with its day where that is not the one that is read already."""
        assert self.closes is not None
        today = local_day(timezone.now())
        if self.opens is None:
            return _("before %(at)s") % {"at": _at(self.closes, today)}
        said = {"from": _at(self.opens, today), "to": _at(self.closes, local_day(self.opens))}
        return _("from %(from)s to %(to)s") % said

    @property
    def left(self) -> timedelta | None:
        """How long until it closes; less than nothing once it has."""
        return None if self.closes is None else self.closes - timezone.now()


def _at(moment: datetime, known: date) -> str:
    local = to_local(moment)
    hour = hour_in_words(local.time(), current())
    if local.date() == known:
        return hour
    if local.date() == local_day(timezone.now()) + timedelta(days=1):
        return _("tomorrow %(hour)s") % {"hour": hour}
    said = {"hour": hour, "day": date_in_words(local.date(), current())}
    return _("%(hour)s on %(day)s") % said


@dataclass
class Line:
    """Things of one draw that stand at the same place: one line of the board."""

    draw: Draw
    who: str
    state: str
    name: Text
    kind: str
    things: list[Any] = field(default_factory=list)
    window: Window | None = None
    since: datetime | None = None
    why: str = ""
    next: str = ""
    place: str = ""
    silent: Place | None = None
    expires: Any = None
    is_open: bool = True

    @property
    def numbers(self) -> str:
        """The positions within the draw."""
        return ", ".join(str(one.position) for one in self.things)


def window_of(thing: Thing, strict: bool | None = None) -> Window | None:
    """Until when what is next of a thing is to be done; ``strict`` where it is known whether its
    site chose the shorter window of incubation."""
    found = deadlines.of(thing, strict)
    return None if found is None else Window(found.opens, found.closes)


def since_of(thing: Thing) -> datetime | None:
    """Since when a thing stands where it does, of what its row says."""
    if isinstance(thing, Tube):
        known = {"drawn": thing.drawn_at, "labelled": thing.labelled_at,
                 "incubating": thing.incubated_from, "incubated": thing.incubated_to,
                 "spun": thing.spun_at}  # fmt: skip
        return known.get(thing.state)
    assert isinstance(thing, Unit)
    return {"portioned": thing.portioned_at, "fresh": thing.labelled_at,
            "quarantined": thing.frozen_at, "frozen": thing.frozen_at,
            "issued": thing.issued_at, "thawed": thing.thawed_at}.get(thing.state)  # fmt: skip


def held_for(things: Sequence[Thing]) -> dict[str, str]:
    """Everything that each of some things is held for, in words and figures, by its number."""
    held = [one for one in things if one.state == "held"]
    every = causes.steps_of(held) if held else []
    language = current()
    return {
        one.number: causes.in_one(
            cause.says
            for cause in causes.of(
                one, [step for step in every if (step.unit_id or step.tube_id) == one.pk
                      and bool(step.unit_id) == (one.kind == "unit")]
            )
        ).in_language(language)
        for one in held
    }  # fmt: skip


@dataclass(frozen=True)
class Made:
    """How a tube, or the tube of a unit, was incubated: what whoever decides of it must see."""

    tube: Tube
    lasted: str
    low: float | None
    high: float | None


def made(thing: Thing) -> Made:
    """The incubation of a tube, or of the tube of a unit: how long, and between what °C as far as
    the logs say."""
    tube = thing.tube if isinstance(thing, Unit) else thing
    assert isinstance(tube, Tube)
    out = causes.out_of_incubator(tube)
    if tube.incubator is None or tube.incubated_from is None or out is None:
        return Made(tube, "", None, None)
    curve = temperature.curve_of(tube.incubator, tube.incubated_from, out)
    within = [one.celsius for one in curve if tube.incubated_from <= one.at <= out]
    lasted = causes.in_hours(out - tube.incubated_from, current())
    return Made(tube, lasted, min(within, default=None), max(within, default=None))


@dataclass(frozen=True)
class Waited:
    """A stage of a thing’s way: how long it took, and the longest that it may."""

    stage: str
    since: datetime
    until: datetime | None
    lasted: str
    most: str
    over: bool


def waited(thing: Thing) -> list[Waited]:
    """How long each stage of a thing’s way took, in words: whoever decides of it must see it."""
    now = timezone.now()
    return [
        Waited(
            one.stage, one.since, one.until, causes.in_hours(one.lasted(now), current()),
            "" if one.most is None else causes.in_hours(one.most, current()), one.is_over(now),
        )
        for one in deadlines.waits(thing)
    ]  # fmt: skip


@dataclass(frozen=True)
class OutOfBounds:
    """An excursion for which a thing is held: where, from when to when, between what °C; ``None``
    where nothing was measured."""

    public_id: str
    place: Place
    began: datetime
    ended: datetime
    lasted: str
    low: float | None
    high: float | None


def excursions_of(thing: Thing) -> list[OutOfBounds]:
    """The excursions that stand against a thing, as their logs say them: whoever decides of it sees
    how long, how low and how high."""
    rows = {
        step.excursion.pk: step.excursion
        for step in causes.steps_of([thing])
        if step.excursion is not None and step.excursion.effect != "note"
    }
    return [_measured(one) for one in rows.values() if not causes.is_struck(one)]


def _measured(row: Excursion) -> OutOfBounds:
    curve = temperature.curve_of(row.place, row.began, row.ended)
    within = [one.celsius for one in curve if row.began <= one.at <= row.ended]
    lasted = causes.in_hours(row.ended - row.began, current())
    low, high = min(within, default=None), max(within, default=None)
    return OutOfBounds(row.public_id, row.place, row.began, row.ended, lasted, low, high)


def silent_places(things: Sequence[Thing]) -> dict[int, Place]:
    """The freezers, by key, in which some of these things are and whose recorder nobody reads. One
    query, and none where nothing is in the cold."""
    cold = next((one for one in things if one.state in COLD), None)
    if cold is None:
        return {}
    return {one.pk: one for one in silence.silent(cold.draw.site_id, timezone.now())}


def silent_of(thing: Thing, silent: dict[int, Place]) -> Place | None:
    """The silent freezer in which a thing is; ``None`` where it is in none."""
    stays = getattr(thing, "kept_in", []) if thing.state in COLD else []
    return silent.get(stays[0].place_id) if stays else None


def lines(things: Sequence[Thing], silent: dict[int, Place] | None = None) -> list[Line]:
    """Things of a draw at the same place together, each line with what is next; what is held for
    the same."""
    found: dict[tuple[int, str, str, str, str], Line] = {}
    silent = silent_places(things) if silent is None else silent
    whys = held_for(things)
    site = next((one.draw.site_id for one in things if one.state == "incubating"), None)
    strict = None if site is None else opening.is_strict(site)
    for thing in things:
        place, why = place_of(thing), whys.get(thing.number, "")
        mute = silent_of(thing, silent)
        apart = place if thing.state == "held" or mute is not None else ""
        key = (thing.draw.pk, thing.kind, thing.state, apart, why)
        line = found.get(key)
        if line is None:
            machine = chain.in_force().machine(thing.kind)
            line = found[key] = Line(
                thing.draw, called(thing.patient), thing.state, machine.states[thing.state],
                thing.kind, window=window_of(thing, strict), since=since_of(thing),
                why=why, silent=mute,
                next=NEXT.get(thing.state, ""), is_open=getattr(thing, "is_open", True),
            )  # fmt: skip
        else:
            line.window = _sooner(line.window, window_of(thing, strict))
        line.things.append(thing)
        line.place = ", ".join(dict.fromkeys(filter(None, [line.place, place])))
        line.expires = min(
            filter(None, [line.expires, getattr(thing, "expires", None)]), default=None
        )
    return list(found.values())


def _sooner(one: Window | None, other: Window | None) -> Window | None:
    """Of two windows, the one that closes first."""
    found = [each for each in (one, other) if each is not None and each.closes is not None]
    return min(found, key=lambda each: each.closes, default=one or other)


def place_of(thing: Thing) -> str:
    """Where a thing is, of what was read with it."""
    if isinstance(thing, Tube):
        return thing.incubator.name if thing.state == "incubating" and thing.incubator else ""
    stays = getattr(thing, "kept_in", [])
    return " ".join(filter(None, [stays[0].place.name, stays[0].slot])) if stays else ""


@dataclass(frozen=True)
class Stage:
    """A part of the board."""

    id: str
    lines: list[Line]


def board(things: Sequence[Thing], silent: dict[int, Place] | None = None) -> list[Stage]:
    """The board, in the order of its stages, each with what presses most first."""
    far = timezone.now() + timedelta(days=4000)
    every = lines(things, silent)
    return [
        Stage(
            name,
            sorted(
                (line for line in every if line.state in states),
                key=lambda line: line.window.closes if line.window and line.window.closes else far,
            ),
        )
        for name, states in STAGES
    ]


@dataclass(frozen=True)
class Told:
    """A step of a thing in its history."""

    step: Step
    event: Text
    before: Text
    after: Text
    failed: str
    reason: str
    excursion: str = ""

    @property
    def corrected(self) -> tuple[str, str] | None:
        """The volume that was written and the one that is right, of a correction of it."""
        said = self.step.said
        return (_figure(said["was"]), _figure(said["is"])) if "was" in said else None


def _figure(volume: str) -> str:
    return figure(float(volume))


def told(thing: Thing, every: Iterable[Step]) -> list[Told]:
    """The history of a thing, the last step first."""
    known = chain.in_force()
    machine = known.machine(thing.kind)
    guards = {one.id: one for one in known.said.guards}
    reasons = {one.id: one for one in known.said.discard_reasons}
    language = current()
    return [
        Told(
            step,
            known.event(step.event),
            machine.states[step.before],
            machine.states[step.after],
            "; ".join(guards[one].in_language(language) for one in step.failed if one in guards),
            reasons[step.reason].in_language(language) if step.reason in reasons else "",
            causes.told(step.excursion).in_language(language) if step.excursion else "",
        )
        for step in reversed(list(every))
    ]


@dataclass(frozen=True)
class Choice:
    """Something that may be asked for of a thing: the event, its name, whether two people do it."""

    event: str
    name: Text
    two: bool


def choices(thing: Thing, *, labelled: bool) -> list[Choice]:
    """What may be asked for of a thing: by two people, or to hold it."""
    known = chain.in_force()
    found = [Choice(event, known.event(event), two=True) for event in pairs.possible(thing)]
    if steps.line_of(thing, "hold") is not None:
        found.insert(0, Choice("hold", known.event("hold"), two=False))
    if steps.line_of(thing, "cancel") is not None:
        found.append(Choice("cancel", known.event("cancel"), two=False))
    if labelled and thing.state not in steps.ENDED:
        name = Text(fr="Imprimer un duplicata de l’étiquette", en="Print a duplicate of the label")
        found.append(Choice(identity.REPRINT, name, two=True))
    if volumes.may_correct(thing):
        found.append(Choice(identity.CORRECT, _CORRECT, two=True))
    return found


_CORRECT: Final = Text(fr="Corriger le volume", en="Correct the volume")


def event_name(event: str) -> Text:
    """How an event, a reprint, or a correction is called."""
    if event == identity.CORRECT:
        return _CORRECT
    if event == identity.REPRINT:
        return Text(fr="Imprimer un duplicata de l’étiquette", en="Print a duplicate of the label")
    return chain.in_force().event(event)


def who(patient: Patient) -> str:
    """A patient by name alone: a birth date is typed at a hand-over, and not copied from here."""
    return called(patient)
