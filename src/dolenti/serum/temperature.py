"""Temperature logs of incubators, freezers and boxes; and what an excursion does.

A log that is taken in is looked at at once. In a freezer, whatever was there at that moment is
held, even if it was moved since; what was given already is told of, for the patient’s sake. In an
incubator, so are the tubes that were in it while it was not as it must be, and what was made of
them since. What an incubator does while it is empty is nobody’s excursion.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from django.db.models import Max, Q

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.calendar.moments import Which, local_day, to_utc
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import ExcursionRule
from dolenti.guideline.serum import curves
from dolenti.guideline.serum.curves import Found, Reading
from dolenti.ledger import locking, versions
from dolenti.ledger.once import Submission, once
from dolenti.serum import chain, clock, steps
from dolenti.serum.models import Excursion, Place, Stay, Step, TemperatureLog, Tube, Unit
from dolenti.serum.opening import SerumRefusedError
from dolenti.serum.steps import ENDED, Act
from dolenti.treatment import beside

LONGEST: Final = 20 * 1024 * 1024
"""Bytes of a file."""
THAWS: Final = "discard-proposed"
"""The effect of what counts as a thaw."""
EXCURSION: Final = "unit-excursion"
"""The event of the knowledge that tells of a unit that was not kept as it must be."""
AHEAD: Final = timedelta(minutes=10)
"""By so much a recorder's clock may be before ours."""
Zone = Literal["site", "utc"]


def add_place(submission: Submission, kind: str, name: str) -> Place:
    """An incubator, a freezer or a box of the site. Raises ``SerumRefusedError`` for a name that is
    taken."""
    user = submission.actor

    def make() -> Place:
        if Place.objects.filter(site_id=user.site_id, name=name).exists():
            raise SerumRefusedError(
                f"“{name}” is there already: choose another name",
                "name",
                fr=f"«\u00a0{name}\u00a0» existe déjà\u00a0: choisissez un autre nom",
            )
        made = Place.objects.create(site_id=user.site_id, kind=kind, name=name)
        audit.record("add-place", actor=user, kind="place", object_id=made.public_id)
        return made

    with writing(user, Permission.PREPARE_SERUM, user.site_id):
        return once(submission, Place, make)


def close_place(user: Actor, place: Place, based_on: int, *, closed: bool) -> Place:
    """Take a place out of use, or into use again. Raises ``SerumRefusedError`` while something is
    in it, ``StaleEditError``."""
    with writing(user, Permission.PREPARE_SERUM, place.site_id):
        inside = Stay.objects.filter(place=place, until=None).exists()
        if closed and (inside or Tube.objects.filter(incubator=place, state="incubating").exists()):
            raise SerumRefusedError(
                "something is still in it: move it first",
                fr="il contient encore quelque chose\u00a0: déplacez-le d’abord",
            )
        action = "close-place" if closed else "open-place"
        return versions.change(user, place, based_on, {"closed": closed}, action=action)


@dataclass(frozen=True)
class File:
    """What a recorder wrote: the bytes of its file, and on which clock."""

    name: str
    data: bytes
    zone: Zone = "site"
    sure: bool = False
    """Whether somebody looked again, and says that it is of this place."""


def readings_of(file: File) -> list[Reading]:
    """The readings of a file, on the clock of the site where we are. Raises ``InputError``."""
    if len(file.data) > LONGEST:
        raise InputError(
            "this file is too large: export the log in parts",
            fr="ce fichier est trop gros\u00a0: exportez l’enregistrement en plusieurs parties",
        )
    text = _text(file.data)
    readings = curves.read_log(text, _as_utc if file.zone == "utc" else _of_the_site)
    if readings[-1].at > clock.read().at + AHEAD:
        raise InputError(
            "the last reading is to come: set the recorder’s clock right, and say which clock it "
            "keeps",
            fr="la dernière mesure est à venir\u00a0: remettez l’enregistreur à l’heure, et "
            "indiquez l’heure qu’il suit",
        )
    return readings


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _as_utc(local: datetime, before: datetime | None) -> datetime:
    return local.replace(tzinfo=UTC)


def _of_the_site(local: datetime, before: datetime | None) -> datetime:
    """On the night when the clock shows an hour twice: the first time, unless that has passed."""
    first = to_utc(local, Which.SUMMER)
    return to_utc(local, Which.WINTER) if before is not None and first <= before else first


def take_in(submission: Submission, place: Place, file: File) -> TemperatureLog:
    """Take in a log: kept, looked at, and what it says done, all of it or nothing. The same file
    again is the same log.

    Raises ``InputError`` with the line that is not understood; ``SerumRefusedError`` for the file
    of another place, and at ``sure`` where it looks like one.
    """
    actor = submission.actor
    readings = readings_of(file)
    digest = hashlib.sha256(file.data).hexdigest()

    def make() -> TemperatureLog:
        there = TemperatureLog.objects.filter(place=place, sha256=digest).first()
        if there is not None:
            _insist_standing(there)
            return there
        _insist_of_here(place, readings, digest, sure=file.sure)
        log = TemperatureLog.objects.create(
            place=place,
            first=readings[0].at,
            last=readings[-1].at,
            readings=len(readings),
            low=min(one.celsius for one in readings),
            high=max(one.celsius for one in readings),
            packed=TemperatureLog.folded(readings),
            sha256=digest,
            name=file.name[:200],
            author=submission.user,
        )
        audit.record(
            "take-in-log", actor=actor, kind="temperaturelog", object_id=log.public_id,
            detail={"readings": len(readings)},
        )  # fmt: skip
        if place.kind == Place.Kind.INCUBATOR:
            look_at_tubes(actor, log)
        elif place.kind == Place.Kind.FREEZER:
            look_at_freezer(actor, log)
        else:
            look_at_boxes(actor, log)
        return log

    with writing(actor, Permission.PREPARE_SERUM, place.site_id):
        return once(submission, TemperatureLog, make)


def _insist_standing(log: TemperatureLog) -> None:
    """A file that two people withdrew from a place does not come back by itself."""
    if TemperatureLog.objects.standing().filter(pk=log.pk).exists():
        return
    name = log.place.name
    raise SerumRefusedError(
        f"this file was withdrawn from “{name}” by two people: if it is of this place after all, "
        "read the recorder again",
        "file",
        fr=f"ce fichier a été retiré de «\u00a0{name}\u00a0» par deux personnes\u00a0: s’il est "
        "bien de ce lieu, relisez l’enregistreur",
    )


def _insist_of_here(place: Place, readings: Sequence[Reading], digest: str, *, sure: bool) -> None:
    """No file is of two places; and what can hardly be of this one is looked at again before
    anything is held for it."""
    same = Q(sha256=digest) | Q(
        first=readings[0].at, last=readings[-1].at, readings=len(readings),
        packed=TemperatureLog.folded(list(readings)),
    )  # fmt: skip
    elsewhere = TemperatureLog.objects.standing().filter(same, place__site=place.site_id)
    elsewhere = elsewhere.exclude(place=place)
    if (other := elsewhere.select_related("place").first()) is not None:
        name = other.place.name
        raise SerumRefusedError(
            f"these readings were imported for “{name}”: a file is of one place",
            "file",
            fr=f"ces mesures ont été importées pour «\u00a0{name}\u00a0»\u00a0: un fichier est "
            "d’un seul lieu",
        )
    if not sure and curves.is_of_elsewhere(readings, rules_of(place.kind)):
        low, high = (pick(one.celsius for one in readings) for pick in (min, max))
        told = f"{low:g} – {high:g}".replace("-", "−")
        units = Stay.objects.filter(place=place, until=None).count()
        raise SerumRefusedError(
            f"{told} °C can hardly be of “{place.name}”, which holds {units} units: look at the "
            "recorder, then tick it",
            "sure",
            fr=f"{told.replace('.', ',')}\u00a0°C ne ressemblent pas à «\u00a0{place.name}\u00a0», "
            f"qui contient {units} unités\u00a0: vérifiez l’enregistreur, puis cochez",
        )


def rules_of(kind: str) -> list[ExcursionRule]:
    """The rules of the knowledge for a kind of place."""
    return [rule for rule in chain.in_force().said.excursions if rule.place == kind]


def look_at_freezer(actor: Actor, log: TemperatureLog) -> None:
    """What the coming of a log, or its going, says of a freezer: whatever was there then is held.
    What is known already is not found again. Inside a transaction."""
    rules = rules_of(log.place.kind)
    every = [*_before_all(log, rules), *curves.excursions(_around(log), rules)]
    if not every:
        return
    first, last = min(one.began for one in every), max(one.ended for one in every)
    about = Excursion.objects.filter(place=log.place, began__lte=last, ended__gte=first)
    known = list(about.filter(strike=None).values_list("rule", "began", "ended"))
    struck = Counter(about.exclude(strike=None).values_list("rule", "began", "ended"))
    there = list(
        Stay.objects.filter(place=log.place, since__lt=last).exclude(until__lte=first)
        .values_list("since", "until")
    )  # fmt: skip
    rows = []
    for found in every:
        if any(
            rule == found.rule.id and began <= found.began and ended >= found.ended
            for rule, began, ended in known
        ):
            continue
        if any(s < found.ended and (u is None or u > found.began) for s, u in there):
            _touch(actor, row_of(log, found), found)
        else:
            again = struck[found.rule.id, found.began, found.ended]
            rows.append(_made(log, found, again))
    # Of what nobody’s unit was in there is one write, however many: others wait to write, too.
    Excursion.objects.bulk_create(rows, ignore_conflicts=True)


def _made(log: TemperatureLog, found: Found, again: int) -> Excursion:
    return Excursion(
        place=log.place, log=log, rule=found.rule.id, effect=found.effect,
        began=found.began, ended=found.ended, extreme=found.extreme, again=again,
    )  # fmt: skip


def row_of(log: TemperatureLog, found: Found) -> Excursion:
    """The excursion of what was found; another row than one that was struck."""
    same = Excursion.objects.filter(
        place=log.place, rule=found.rule.id, began=found.began, ended=found.ended
    )
    row, _made = Excursion.objects.get_or_create(
        place=log.place, rule=found.rule.id, began=found.began, ended=found.ended,
        again=same.exclude(strike=None).count(),
        defaults={"log": log, "effect": found.effect, "extreme": found.extreme},
    )  # fmt: skip
    return row


def _around(log: TemperatureLog) -> list[Reading]:
    """The readings of a log with those of the logs beside it: a warm stretch that two files share
    is one, and what another log measured is no gap."""
    others = TemperatureLog.objects.standing().filter(place=log.place)
    before = others.filter(last__lte=log.first).order_by("-last").first()
    after = others.filter(first__gte=log.last).order_by("first").first()
    return curve_of(
        log.place, before.last if before else log.first, after.first if after else log.last
    )


def _before_all(log: TemperatureLog, rules: Iterable[ExcursionRule]) -> Iterator[Found]:
    """The time before the first log of a place in which something was there already."""
    standing = TemperatureLog.objects.standing().filter(place=log.place)
    if standing.filter(first__lt=log.first).exists():
        return
    stays = Stay.objects.filter(place=log.place, since__lt=log.first).order_by("since")
    if (stay := stays.first()) is None:
        return
    for rule in rules:
        if rule.gap is not None and log.first - stay.since > timedelta(minutes=rule.gap + 1):
            yield Found(rule, stay.since, log.first, None)


def look_at_boxes(actor: Actor, log: TemperatureLog) -> None:
    """A log that comes once its box was received; one that is under way is judged on arrival."""
    stays = Stay.objects.filter(place=log.place, since__lt=log.last, until__gt=log.first)
    rows = list(stays.select_related("place", "unit__patient").order_by("unit__patient", "pk"))
    if rows:
        locking.hold(*(stay.unit.patient for stay in rows))
    for stay in rows:
        look_at_box(actor, stay)


def look_at_box(actor: Actor, stay: Stay) -> None:
    """What the way of a unit in a box did to it, as far as it was measured. Inside a transaction
    that holds its patient."""
    assert stay.until is not None
    logs = TemperatureLog.objects.standing().filter(place=stay.place, last__gte=stay.since)
    if (log := logs.first()) is None:
        return
    for found in _worst_first(broken(stay.place, stay.since, stay.until)):
        row = row_of(log, found)
        if not Step.objects.filter(unit=stay.unit, excursion=row).exists():
            unit = steps.held(stay.unit)
            touch_unit(actor, row, unit, thaws=found.effect == THAWS)


def _touch(actor: Actor, row: Excursion, found: Found) -> None:
    """Every unit that was there: held, or noted, or told of where it was given already."""
    there = Stay.objects.filter(place=row.place, since__lt=row.ended)
    there = there.exclude(until__lte=row.began).select_related("unit__patient")
    by_unit = {stay.unit_id: stay.unit for stay in there.order_by("unit__patient")}
    if by_unit:
        locking.hold(*(unit.patient for unit in by_unit.values()))
    for unit in by_unit.values():
        touch_unit(actor, row, unit, thaws=found.effect == THAWS)


def touch_unit(actor: Actor, row: Excursion, unit: Unit, *, thaws: bool) -> None:
    """A unit is held for an excursion, or it is noted; of one that was injected, an adverse event
    is opened. Inside a transaction that holds its patient."""
    act = Act(
        "excursion", excursion=row, note=row.rule, held_for=row.rule,
        always={"warmed": True} if thaws else {},
    )  # fmt: skip
    if row.effect == "note" or steps.line_of(unit, "excursion") is None:
        steps.note(actor, unit, act)
        if unit.state == "injected" and row.effect != "note":
            beside.caught(actor, unit.injection.session, EXCURSION)
        if thaws and unit.state not in ENDED:
            # Held already: that it thawed is to be known all the same.
            Unit.objects.filter(pk=unit.pk, warmed=False).update(warmed=True)
        return
    steps.write(actor, unit, act)


def look_at_tubes(actor: Actor, log: TemperatureLog) -> None:
    """Every tube that was in the incubator: held, or noted, for whatever is found of its own time
    there, the worst first; once, however often that time is looked at."""
    rows = Tube.objects.filter(incubator=log.place, incubated_from__lt=log.last)
    rows = rows.exclude(incubated_to__lte=log.first).exclude(state__in=("discarded", "missing"))
    tubes = list(rows.select_related("patient").order_by("patient", "pk"))
    if tubes:
        locking.hold(*(tube.patient for tube in tubes))
    for tube in tubes:
        assert tube.incubated_from is not None
        end = tube.incubated_to or clock.read().at
        for found in _worst_first(broken(log.place, tube.incubated_from, end)):
            row = row_of(log, found)
            if not Step.objects.filter(tube=tube, excursion=row).exists():
                touch_tube(actor, row, tube)


def _worst_first(found: Iterable[Found]) -> list[Found]:
    grave = ("discard-proposed", "hold", "note")
    return sorted(found, key=lambda one: (grave.index(one.effect), one.began))


def touch_tube(actor: Actor, row: Excursion, tube: Tube) -> None:
    """A tube and its units are held for an excursion, or it is noted. Inside a transaction that
    holds its patient."""
    act = Act("excursion", excursion=row, note=row.rule, held_for=row.rule)
    now = steps.held(tube)
    if row.effect == "note" or steps.line_of(now, "excursion") is None:
        steps.note(actor, now, act)
    else:
        steps.write(actor, now, act)
    if row.effect != "note":
        for unit in Unit.objects.filter(tube=tube).order_by("pk"):
            touch_unit(actor, row, unit, thaws=False)


def broken(place: Place, start: datetime, end: datetime) -> list[Found]:
    """What the rules of a place find from one moment to another, as far as it was measured."""
    readings = curves.between(curve_of(place, start, end), start, end)
    return curves.excursions(readings, rules_of(place.kind)) if readings else []


def curve_of(place: Place, start: datetime, end: datetime) -> list[Reading]:
    """The readings of a place around a stretch of time, of every log that has some, in order;
    where two logs differ, none hides the other."""
    logs = TemperatureLog.objects.standing().filter(place=place, first__lte=end, last__gte=start)
    curves_of = [log.curve() for log in logs.order_by("pk")]
    return curves.in_one(curves_of, _gap(rules_of(place.kind)))


def is_kept(place: Place | None, start: datetime | None, end: datetime) -> bool:
    """Whether it is proved that a place kept its temperature from one moment to another: measured
    all the time, and with nothing that holds. What was not measured was not kept."""
    if place is None or start is None:
        return False
    if unmeasured(place, start, end):
        return False
    return all(one.effect == "note" for one in broken(place, start, end))


def is_measured(place: Place, start: datetime, end: datetime | None) -> bool:
    """Whether a place was measured all the time from one moment to another, whatever was found."""
    return end is not None and not unmeasured(place, start, end)


def unmeasured(place: Place, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The stretches from one moment to another of which no log of a place says anything."""
    return curves.bare(curve_of(place, start, end), start, end, _gap(rules_of(place.kind)))


def _gap(rules: Iterable[ExcursionRule]) -> timedelta:
    known = [rule.gap for rule in rules if rule.gap is not None]
    # Whole minutes count, as in the rules of a gap: one that is a little longer is on time.
    minutes = min(known, default=15.0) + 1
    return timedelta(minutes=minutes)


def often_open(places: Sequence[Place], now: datetime) -> dict[int, tuple[date, int]]:
    """The freezers whose door was noted as open too often in a day of the last week: the last such
    day, and how often. One query."""
    rows = Excursion.objects.filter(place__in=places, place__kind=Place.Kind.FREEZER, effect="note")
    rows = rows.filter(began__gte=now - timedelta(days=7), strike=None)
    days = Counter((row.place_id, local_day(row.began)) for row in rows.order_by("began"))
    most = chain.in_force().most("door-openings")
    return {place: (day, times) for (place, day), times in days.items() if times >= most}


def to_read(units: Iterable[Unit], now: datetime) -> list[tuple[Place, datetime | None]]:
    """The freezers in which some units are, and up to when each was measured, where that is not up
    to now: until their recorder is read, nothing leaves them. Two queries."""
    stays = Stay.objects.filter(
        unit__in=[one.pk for one in units], until=None, place__kind=Place.Kind.FREEZER
    )
    places = {stay.place_id: stay.place for stay in stays.select_related("place")}
    last = dict(
        TemperatureLog.objects.standing()
        .filter(place__in=places)
        .order_by()
        .values_list("place")
        .annotate(last=Max("last"))
    )
    gap = _gap(rules_of(Place.Kind.FREEZER))
    return [
        (place, last.get(key))
        for key, place in places.items()
        if key not in last or now - last[key] > gap
    ]


def covered_until(place: Place) -> datetime | None:
    """Up to when a place was measured, as far as its logs were taken in."""
    last = TemperatureLog.objects.standing().filter(place=place).order_by("-last").first()
    return last.last if last is not None else None


def given_from(row: Excursion) -> list[Step]:
    """The units that an excursion touched and that had been given before it came to light: each
    patient is to be told, and an adverse event opened."""
    found = Step.objects.filter(excursion=row, before="injected", event="excursion")
    return list(found.exclude(excursion__effect="note").select_related("unit__patient"))
