"""Every number accounted for: the report of a site’s draws, and the physical count of a freezer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor, author_of
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.guideline.serum import END_IS_STRUCK, Machine
from dolenti.guideline.serum.counting import Counted, Equation, Volumes, equation, gaps, volumes
from dolenti.ledger.once import Submission, once
from dolenti.records import gate as records_gate
from dolenti.serum import chain, clock, deadlines, gate, identity
from dolenti.serum.models import (
    Draw,
    FreezerCount,
    Injection,
    InjectionCorrection,
    Label,
    Place,
    Stay,
    Step,
    Thing,
    Tube,
    Unit,
)
from dolenti.serum.opening import SerumRefusedError
from dolenti.treatment.life import OPEN


@dataclass(frozen=True)
class Line:
    """One number of the report: whose, where it stands, and what is wrong with it."""

    thing: Thing
    counted: Counted
    wrong: tuple[str, ...]  # unexplained, more-than-blood, two-ends, after-course, missing, overdue


@dataclass(frozen=True)
class Report:
    """The accounts of some draws: three equations, each number, the numbers that were skipped."""

    draws: tuple[Draw, ...]
    tubes: Equation
    units: Equation
    volumes: Volumes
    lines: tuple[Line, ...]
    skipped: tuple[str, ...]

    @property
    def closes(self) -> bool:
        return (
            self.tubes.closes
            and self.units.closes
            and self.volumes.closes
            and not self.skipped
            and not any(line.wrong for line in self.lines)
        )


def report(user: Actor, first: date, last: date, place: Place | None = None) -> Report:
    """The accounts of the draws of some days, or of those that have units in one freezer, of
    patients whose record is open to the user."""
    draws = gate.draws(user).filter(day__range=(first, last))
    if place is not None:
        draws = draws.filter(unit_rows__stays__place=place, unit_rows__stays__until=None).distinct()
    found = list(draws.order_by("day", "number"))
    records_gate.listed(user, {one.patient.pk: one.patient for one in found}.values())
    return of_draws(found)


def of_draws(draws: Sequence[Draw]) -> Report:
    """The accounts of these draws. Seven queries, however many they are."""
    known = chain.in_force()
    now = clock.read().at
    tubes = list(Tube.objects.filter(draw__in=draws).select_related("draw", "patient"))
    units = list(
        Unit.objects.filter(draw__in=draws)
        .select_related("draw__course", "patient", "tube")
        .prefetch_related(gate.KEPT_IN)
    )
    ends = _ends(Step.objects.filter(draw__in=draws))
    injections = Injection.objects.filter(unit__draw__in=draws).prefetch_related(
        "corrections__record"
    )
    given = {one.unit_id: one.as_it_stands for one in injections}
    counted_tubes = [_counted(tube, ends, None) for tube in tubes]
    counted_units = [_counted(unit, ends, given.get(unit.pk)) for unit in units]
    of_tubes = equation(known.tube, sum(one.tubes for one in draws), counted_tubes)
    of_units = equation(known.unit, sum(one.units for one in draws), counted_units)
    blood = {one.number: one.volume for one in tubes if one.volume is not None}
    millilitres = volumes(known, counted_units, blood)
    lines = [
        Line(thing, counted, tuple(_wrong(thing, counted, equation_, millilitres, machine, now)))
        for things, counts, equation_, machine in (
            (tubes, counted_tubes, of_tubes, known.tube),
            (units, counted_units, of_units, known.unit),
        )
        for thing, counted in zip(things, counts, strict=True)
    ]
    skipped = tuple(_skipped(draws, tubes, units))
    return Report(tuple(draws), of_tubes, of_units, millilitres, tuple(lines), skipped)


def _ends(steps: QuerySet[Step]) -> dict[tuple[str, int], tuple[str, ...]]:
    """The ends that the steps of each thing led to, those struck left out."""
    known = {"tube": chain.in_force().tube, "unit": chain.in_force().unit}
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    rows = steps.order_by("pk").values_list("tube_id", "unit_id", "event", "before", "after")
    for tube, unit, event, before, after in rows:
        key = ("unit", unit) if unit else ("tube", tube or 0)
        if event == END_IS_STRUCK:
            found[key] = ()
        elif before != after and known[key[0]].is_end(after):
            found[key] = (*found.get(key, ()), after)
    return found


def _counted(
    thing: Thing,
    ends: dict[tuple[str, int], tuple[str, ...]],
    given: Injection | InjectionCorrection | None,
) -> Counted:
    return Counted(
        thing.number,
        thing.state,
        ends.get((thing.kind, thing.pk), ()),
        (thing.volume or Decimal(0)) if thing.kind == "unit" else Decimal(0),
        given.volume if given is not None else Decimal(0),
        given.thrown if given is not None else Decimal(0),
        thing.tube.number if isinstance(thing, Unit) else "",
    )


def _wrong(
    thing: Thing,
    counted: Counted,
    whole: Equation,
    millilitres: Volumes,
    machine: Machine,
    now: datetime,
) -> Iterable[str]:
    if counted.number in whole.wrong:
        yield "two-ends"
    if counted.number in millilitres.wrong:
        yield "unexplained" if thing.kind == "unit" else "more-than-blood"
    over = isinstance(thing, Unit) and thing.draw.course.state not in OPEN
    if over and not machine.is_end(thing.state):
        yield "after-course"
    if thing.state == "missing":
        yield "missing"
    if deadlines.is_over(thing, now):
        yield "overdue"


def _skipped(draws: Sequence[Draw], tubes: Sequence[Tube], units: Sequence[Unit]) -> Iterable[str]:
    """Numbers that were given and stand nowhere: of tubes and units in their draw, of draws in
    their day."""
    for draw in draws:
        for kind, made, rows in (("T", draw.tubes, tubes), ("", draw.units, units)):
            there = {one.position for one in rows if one.draw_id == draw.pk}
            lost = {*range(1, made + 1)} - there | {*gaps(there)}
            yield from (f"{draw.code}-{draw.day:%Y%m%d}-{draw.number:04}-{kind}{n}" for n in
                        sorted(lost))  # fmt: skip
    by_day: dict[tuple[str, date], set[int]] = {}
    for draw in draws:
        by_day.setdefault((draw.code, draw.day), set()).add(draw.number)
    for (code, day), numbers in by_day.items():
        every = Draw.objects.filter(code=code, day=day).values_list("number", flat=True)
        yield from (f"{code}-{day:%Y%m%d}-{n:04}" for n in gaps({*every, *numbers}))


def count(submission: Submission, place: Place, scans: Sequence[str]) -> FreezerCount:
    """Somebody scanned what is in a freezer: what is to be there and was not scanned, and what was
    scanned and is not to be there. Another person confirms.

    Raises ``WrongIdentityError`` for what is no label, and for a number that was typed.
    """
    actor = submission.actor
    numbers = _scanned(scans)
    if not numbers and not Stay.objects.filter(place=place, until=None).exists():
        raise SerumRefusedError(
            "nothing is to be there, and nothing was scanned",
            "scans",
            fr="rien ne doit y être, et rien n’a été scanné",
        )

    def make() -> FreezerCount:
        here = Stay.objects.filter(place=place, until=None)
        there = set(here.values_list("unit__number", flat=True))
        made = FreezerCount.objects.create(
            place=place,
            scanned=numbers,
            absent=sorted(there - set(numbers)),
            strange=sorted(set(numbers) - there),
            author=submission.user,
        )
        _tell(actor, made, "count-freezer")
        return made

    with writing(actor, Permission.PREPARE_SERUM, place.site_id):
        return once(submission, FreezerCount, make)


def _scanned(scans: Sequence[str]) -> list[str]:
    """The numbers of what was scanned, whoever's they are: of those that bear a mark, no one was
    copied from the board."""
    codes = [identity.read_code(scan) for scan in scans]
    known = Label.objects.filter(number__in=[one.number for one in codes]).order_by("serial")
    last = {one.number: one for one in known}
    for code in codes:
        identity.insist_scanned(code, last.get(code.number))
    return sorted({one.number for one in codes})


def confirm_count(actor: Actor, found: FreezerCount) -> None:
    """A second person stands for a count. Pressed twice it is one.

    Raises ``SerumRefusedError`` for whoever counted.
    """
    with writing(actor, Permission.PREPARE_SERUM, found.place.site_id):
        if found.author_id == author_of(actor).pk:
            raise SerumRefusedError(
                "two people count a freezer: somebody else than you must confirm",
                fr="un congélateur s’inventorie par deux personnes\u00a0: une autre que vous doit "
                "confirmer",
            )
        changed = FreezerCount.objects.filter(pk=found.pk, confirmed_by=None).update(
            confirmed_by=author_of(actor), confirmed_at=timezone.now()
        )
        if changed:
            _tell(actor, found, "confirm-count")


def _tell(actor: Actor, made: FreezerCount, action: str) -> None:
    audit.record(
        action, actor=actor, kind="freezercount", object_id=made.public_id,
        detail={"scanned": len(made.scanned), "absent": len(made.absent)},
    )  # fmt: skip
