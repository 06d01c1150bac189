"""A temperature log that is not of its place, taken out of account: one says why, another confirms,
and the responsible person of the chain is one of the two.

The log, and what it found, stay to be read. What it alone condemned is struck: a unit that was held
for it may be lifted, by two people as ever, and nothing is put back by itself. What it alone proved
is proved no more: tubes and units are held, and what was injected is told of.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor, author_of
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.guideline.knowledge import ExcursionRule
from dolenti.guideline.serum import curves
from dolenti.guideline.serum.curves import Found
from dolenti.ledger import locking, versions
from dolenti.ledger import proposals as settling
from dolenti.ledger.once import Submission, once
from dolenti.serum import clock, opening, steps, temperature
from dolenti.serum.models import (
    Excursion,
    LogWithdrawal,
    Place,
    Statement,
    Stay,
    Step,
    Strike,
    TemperatureLog,
    Tube,
    Unit,
)
from dolenti.serum.opening import SerumRefusedError

LEFT: Final = ("injected", "handed-over", "used-for-test")
"""Where a unit stands that was used on the strength of what is now withdrawn."""


def propose(submission: Submission, log: TemperatureLog, reason: str) -> LogWithdrawal:
    """Say that a log is not of its place, and why. Nothing changes before another confirms.

    Raises ``SerumRefusedError`` without a reason, and where it is proposed or withdrawn already.
    """
    actor = submission.actor

    def make() -> LogWithdrawal:
        if not reason.strip():
            raise SerumRefusedError("say why", "reason", fr="dites pourquoi")
        made = LogWithdrawal.objects.create(log=log, reason=reason, author=submission.user)
        _tell(actor, made, "propose-withdrawal")
        return made

    try:
        with writing(actor, Permission.PREPARE_SERUM, log.place.site_id):
            return once(submission, LogWithdrawal, make)
    except IntegrityError:
        raise SerumRefusedError(
            "its withdrawal is proposed already, or done",
            fr="son retrait est déjà proposé, ou fait",
        ) from None


def drop(actor: Actor, withdrawal: LogWithdrawal) -> None:
    """The log is of its place after all. Said twice it is one."""
    with writing(actor, Permission.PREPARE_SERUM, withdrawal.log.place.site_id):
        changed = LogWithdrawal.objects.filter(pk=withdrawal.pk, ended_at=None).update(
            dropped_by=author_of(actor), ended_at=timezone.now()
        )
        if changed:
            _tell(actor, withdrawal, "drop-withdrawal")


def stamp(withdrawal: LogWithdrawal) -> str:
    """The stamp of what whoever confirms reads (``ledger.proposals``): the proposal, and what the
    log condemned. One query."""
    return settling.stamp(*_stamped(withdrawal))


def _stamped(withdrawal: LogWithdrawal) -> tuple[str, list[int]]:
    return withdrawal.public_id, sorted(one.pk for one in _said(withdrawal.log))


def _said(log: TemperatureLog) -> QuerySet[Excursion]:
    """The excursions within its time that stand, whatever log says them."""
    return Excursion.objects.filter(
        place=log.place, strike=None, began__lte=log.last, ended__gte=log.first
    ).select_related("place")


def confirm(actor: Actor, withdrawal: LogWithdrawal, read: str | None = None) -> None:
    """Take the log out of account, and look again at what it condemned and at what it proved.
    Pressed twice it is one. ``read`` is the ``stamp`` of what was read.

    Raises ``ChangedSinceReadError`` where something of it changed since; ``SerumRefusedError`` for
    whoever proposed it, and where neither of the two is the responsible person of the chain.
    """
    log = withdrawal.log
    with writing(actor, Permission.PREPARE_SERUM, log.place.site_id):
        now = LogWithdrawal.objects.select_for_update(of=("self",)).get(pk=withdrawal.pk)
        if now.ended_at is not None:
            return
        _insist_two(actor, now, log.place.site_id)
        patients = {one.patient.pk: one.patient for one in (*_units(log), *_tubes(log))}
        locking.hold(*patients.values())
        settling.insist_read(read, *_stamped(now))
        before = list(_said(log))
        LogWithdrawal.objects.filter(pk=now.pk).update(
            confirmed_by=author_of(actor), ended_at=timezone.now()
        )
        gone = [row for row in before if not _stands(row, log)]
        Strike.objects.bulk_create([Strike(excursion=row, withdrawal=now) for row in gone])
        _cool(actor, gone)
        _look_again(actor, log)
        _tell(actor, now, "withdraw-log", struck=len(gone))


def _insist_two(actor: Actor, now: LogWithdrawal, site: int) -> None:
    opening.insist_another(actor, now.author_id)
    last = Statement.objects.filter(site_id=site, opened=True).order_by("-pk").first()
    if last is None or last.responsible_id not in (now.author_id, author_of(actor).pk):
        raise SerumRefusedError(
            "the responsible person of the chain must be one of the two",
            fr="la personne responsable de la chaîne doit être l’une des deux",
        )


# --- What stands without it --------------------------------------------------------------------


def _stands(row: Excursion, log: TemperatureLog) -> bool:
    """Whether the logs that stay still say an excursion. What was not measured stays so until it
    is."""
    place = row.place
    if row.extreme is None and temperature.unmeasured(place, row.began, row.ended):
        return True
    if place.kind == Place.Kind.FREEZER:
        first, last = min(row.began, log.first), max(row.ended, log.last)
        readings = temperature.curve_of(place, first, last)
        found = curves.excursions(readings, temperature.rules_of(place.kind)) if readings else []
        return any(
            one.rule.id == row.rule and one.began <= row.began and one.ended >= row.ended
            for one in found
        )
    return any(
        one.rule.id == row.rule
        for start, end in _windows(row)
        for one in temperature.broken(place, start, end)
    )


def _windows(row: Excursion) -> Iterator[tuple[datetime, datetime]]:
    """The times of what an excursion touched, each in the incubator or in the box."""
    now = clock.read().at
    if row.place.kind == Place.Kind.INCUBATOR:
        for tube in Tube.objects.filter(steps__excursion=row, incubated_from__isnull=False):
            assert tube.incubated_from is not None
            yield tube.incubated_from, tube.incubated_to or now
        return
    touched = Step.objects.filter(excursion=row).values("unit")
    for stay in Stay.objects.filter(place=row.place, unit__in=touched, since__lt=row.ended):
        yield stay.since, stay.until or now


def _cool(actor: Actor, gone: list[Excursion]) -> None:
    """Units that nothing but what was struck had thawed count as cold again, while they are
    held: their hold is lifted by two people, or not at all."""
    thawed = [row for row in gone if row.effect == temperature.THAWS]
    units = Unit.objects.filter(steps__excursion__in=thawed, state="held", warmed=True)
    for unit in units.filter(issued_at=None, thawed_at=None).select_related("patient").distinct():
        rest = Step.objects.filter(unit=unit).filter(
            Q(event="found")
            | Q(excursion__effect=temperature.THAWS, excursion__strike__isnull=True)
        )
        if not rest.exists():
            now = steps.held(unit)
            versions.change(
                actor, now, now.version, {"warmed": False},
                patient_id=now.patient.public_id, action="withdraw-log",
            )  # fmt: skip


# --- What it alone had proved ------------------------------------------------------------------


def _look_again(actor: Actor, log: TemperatureLog) -> None:
    if log.place.kind == Place.Kind.FREEZER:
        for beside in _beside(log):
            temperature.look_at_freezer(actor, beside)
        _tell_of_units(actor, log, LEFT)
    elif log.place.kind == Place.Kind.INCUBATOR:
        temperature.look_at_tubes(actor, log)
        for tube in _tubes(log):
            assert tube.incubated_from is not None
            for found in _bare(log, tube.incubated_from, tube.incubated_to):
                temperature.touch_tube(actor, temperature.row_of(log, found), tube)
    else:
        temperature.look_at_boxes(actor, log)
        _tell_of_units(actor, log, None)


def _beside(log: TemperatureLog) -> list[TemperatureLog]:
    """The standing logs of the place that a withdrawn one met, or parted."""
    here = TemperatureLog.objects.standing().filter(place=log.place)
    met = here.filter(first__lte=log.last, last__gte=log.first)
    before = here.filter(last__lt=log.first).order_by("-last")[:1]
    after = here.filter(first__gt=log.last).order_by("first")[:1]
    return [*before, *met.order_by("first"), *after]


def _tell_of_units(actor: Actor, log: TemperatureLog, states: tuple[str, ...] | None) -> None:
    """Units of which nothing proves any more that they were cold: those in ``states``, or all. The
    others in a freezer wait for its recorder by themselves: nothing leaves it unmeasured."""
    stays = Stay.objects.filter(place=log.place, since__lt=log.last)
    stays = stays.exclude(until__lte=log.first).exclude(until=None)
    if states is not None:
        stays = stays.filter(unit__state__in=states)
    for stay in stays.select_related("unit").order_by("unit__patient", "pk"):
        for found in _bare(log, stay.since, stay.until):
            told = Step.objects.filter(
                unit=stay.unit, excursion__rule=found.rule.id, excursion__strike=None,
                excursion__began__lte=found.began, excursion__ended__gte=found.ended,
            )  # fmt: skip
            if not told.exists():
                row = temperature.row_of(log, found)
                temperature.touch_unit(actor, row, steps.held(stay.unit), thaws=False)


def _bare(log: TemperatureLog, start: datetime, end: datetime | None) -> Iterator[Found]:
    """What nobody measured of a time, as far as the withdrawn log had spoken of it."""
    until = end or clock.read().at
    for began, ended in temperature.unmeasured(log.place, start, until):
        if began < log.last and ended > log.first:
            yield Found(_rule(log.place.kind), max(began, start), min(ended, until), None)


def _rule(kind: str) -> ExcursionRule:
    """The rule of a place for what was not measured; a box has none, and is held as if warm."""
    rules = temperature.rules_of(kind)
    gaps = [one for one in rules if one.gap is not None]
    return (gaps or [one for one in rules if one.effect == "hold"])[0]


def _tubes(log: TemperatureLog) -> list[Tube]:
    """The tubes that came out of the incubator of a log in whose time they were there."""
    found = Tube.objects.filter(incubator=log.place, incubated_from__lt=log.last)
    found = found.filter(incubated_to__gt=log.first).exclude(state__in=("discarded", "missing"))
    return list(found.select_related("patient").order_by("patient", "pk"))


def _units(log: TemperatureLog) -> list[Unit]:
    """The units that were in the place of a log in its time, and those of the tubes that were."""
    there = Stay.objects.filter(place=log.place, since__lt=log.last).exclude(until__lte=log.first)
    found = Unit.objects.filter(
        Q(pk__in=there.values("unit")) | Q(tube__in=[tube.pk for tube in _tubes(log)])
    )
    return list(found.select_related("patient"))


def _tell(actor: Actor, made: LogWithdrawal, action: str, **detail: int) -> None:
    audit.record(
        action, actor=actor, kind="temperaturelog", object_id=made.log.public_id, detail=detail
    )
