"""What the patient’s other sessions say of an act that is about to be done: the diagnostic block,
the last freeze of the same nerve, the joints of the same day. Nobody is asked what a record knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from dolenti.calendar.moments import local_day
from dolenti.guideline import session as room
from dolenti.guideline.knowledge import Edition
from dolenti.records import engine
from dolenti.records.places import may_be_one_side, may_be_one_zone, zones_of
from dolenti.treatment import content, feeling, treated
from dolenti.treatment.content import Freezing, Happened, Injected, Preparation
from dolenti.treatment.models import Session, SessionRecord

LARGE = "large"
FREEZING: Final = "cryoneurolysis"


def relief_of(happened: Happened) -> Decimal | None:
    """By how much a block made the pain fall, in percent: as somebody said, else as the pain before
    and after say; ``None`` where nobody said either."""
    if happened.relief_percent is not None:
        return Decimal(happened.relief_percent)
    if happened.pain_before is None or happened.pain_after is None:
        return None
    return room.fall_percent(Decimal(happened.pain_before), Decimal(happened.pain_after))


def as_frozen(
    injected: Injected,
    session: Session,
    others: Sequence[SessionRecord],
    now: datetime,
    pain_now: Decimal | None,
) -> room.Freezing:
    """A freeze as the rules look at it, with the blocks and the freezes of the same complaint;
    ``pain_now`` is today’s, 0 to 10."""
    freezing = injected.freezing
    assert freezing is not None
    return room.Freezing(
        nerve=freezing.nerve,
        guidance=freezing.guidance or None,  # type: ignore[arg-type]
        nadir_c=freezing.nadir_c,
        cycles=tuple(room.Cycle(one.freeze_s, one.thaw_s) for one in freezing.cycles),
        probe=freezing.probe,
        probe_to_skin_mm=freezing.probe_to_skin_mm,
        on=local_day(now),
        twitch=freezing.twitch,
        tested_before=freezing.tested_before,
        minutes=freezing.minutes,
        block_fall_percent=block_before(freezing.nerve, session, others, now),
        before=tuple(_before(freezing.nerve, freezing, session, others, pain_now)),
    )


def as_planned(
    preparation: Preparation,
    session: Session,
    others: Sequence[SessionRecord],
    now: datetime,
    pain_now: Decimal | None,
) -> room.ToFreeze:
    """A freeze as the rules look at it before anything is cold, with the same of the record."""
    known, nerve = preparation.to_freeze or content.ToFreeze(), preparation.nerve
    return room.ToFreeze(
        nerve=nerve,
        guidance=known.guidance or None,  # type: ignore[arg-type]
        probe=known.probe,
        probe_to_skin_mm=known.probe_to_skin_mm,
        on=local_day(now),
        twitch=known.twitch,
        tested_before=known.tested_before,
        block_fall_percent=block_before(nerve, session, others, now),
        before=tuple(_before(nerve, known, session, others, pain_now)),
    )


def block_before(
    nerve: str, session: Session, others: Sequence[SessionRecord], now: datetime
) -> Decimal | None:
    """What the last diagnostic block of a nerve changed, in percent: one old enough to count."""
    hours = room.content(engine.edition_in_force()).cryoneurolysis.test_block.hours_before
    found = [
        one
        for one, injected in _given(session, others, sure=True)
        if injected.block is not None
        and injected.block.nerve == nerve
        and one.delivered_at is not None
        and one.delivered_at <= now - timedelta(hours=hours)
    ]
    if not found:
        return None
    last = max(found, key=lambda one: (one.delivered_at, one.pk))
    return relief_of(content.read(Happened, last.happened))


def _before(
    nerve: str,
    freezing: Freezing | content.ToFreeze,
    session: Session,
    others: Sequence[SessionRecord],
    pain_now: Decimal | None,
) -> Iterator[room.Before]:
    """The earlier freezes of the same nerve; what became of them is said of the last."""
    for one in _frozen(nerve, session, others):
        assert one.delivered_at is not None
        yield room.Before(
            on=local_day(one.delivered_at),
            pain_back_percent=_pain_back(one, pain_now),
            recovered=_recovered(one, freezing.recovered),
            worst_grade=freezing.worst_grade,
        )


def _recovered(before: SessionRecord, said: bool | None) -> bool | None:
    """Whether feeling is back, or stable: as it is said now; where nobody says, as its last map
    says. A map that raises the alarm is not talked away."""
    mapped = feeling.recovered(before)
    return False if mapped is False else mapped if said is None else said


def _frozen(nerve: str, session: Session, others: Sequence[SessionRecord]) -> list[SessionRecord]:
    """What froze a nerve, or may have: a record that names none may be of this one."""
    return [
        one
        for one, injected in _given(session, others)
        if (injected.freezing is not None and injected.freezing.nerve == nerve)
        or _may_be_any(session, one, injected)
    ]


def _may_be_any(session: Session, record: SessionRecord, injected: Injected) -> bool:
    """Whether a record says that something was frozen, where it may be the place of this session,
    and not which nerve."""
    there, here = treated.of_record(record), treated.of_pain(session.course.complaint)
    return (
        record.session.course.therapy == FREEZING
        and injected.freezing is None
        and not was_block(record.pause, injected)
        and may_be_one_zone(*(zones_of(one.condition, one.zone) for one in (there, here)))
    )


def was_block(pause: Mapping[str, Any], injected: Injected) -> bool:
    """Whether a nerve was put to sleep, and nothing was frozen."""
    return injected.block is not None or pause.get("act") == "block"


def of_no_nerve(session: Session, others: Sequence[SessionRecord]) -> list[date]:
    """The days on which something was frozen on this side, of a nerve that nobody named."""
    return [
        local_day(one.delivered_at)
        for one, injected in _given(session, others)
        if one.delivered_at is not None and _may_be_any(session, one, injected)
    ]


def may_freeze_from(
    nerve: str, session: Session, others: Sequence[SessionRecord]
) -> tuple[date, date] | None:
    """When a nerve was frozen last, by its name, and from which day it may be again, as far as the
    time between two freezes says; ``None`` for one that never was."""
    days = [
        local_day(one.delivered_at)
        for one, injected in _given(session, others)
        if one.delivered_at is not None
        and injected.freezing is not None
        and injected.freezing.nerve == nerve
    ]
    if not days:
        return None
    repeat = room.content(engine.edition_in_force()).cryoneurolysis.repeat
    return max(days), repeat.again_from(max(days))


def _pain_back(before: SessionRecord, pain_now: Decimal | None) -> Decimal | None:
    """The pain now, in percent of what it was at the start of that act."""
    started = content.read(Happened, before.happened).pain_before
    return None if not started or pain_now is None else pain_now * 100 / started


def _given(
    session: Session, others: Sequence[SessionRecord], *, sure: bool = False
) -> Iterator[tuple[SessionRecord, Injected]]:
    """What was given on the same side at the other sessions of the patient, for whatever complaint:
    a nerve is the same one. Where a side was not said it may have been this one; where that would
    speak for the act, it has to be ``sure``."""
    complaint = session.course.complaint
    for one in others:
        side, here = treated.of_record(one).side, complaint.side or ""
        same_pain = one.session.course.complaint_id == complaint.pk and side == here
        same = same_pain or (bool(side) and side == here if sure else may_be_one_side(side, here))
        if one.delivered_at is not None and same:
            yield one, content.read(Injected, one.injected)


def was_frozen(session: Session, others: Sequence[SessionRecord]) -> bool:
    """Whether something was frozen on this side before."""
    return any(
        injected.freezing is not None or _may_be_any(session, one, injected)
        for one, injected in _given(session, others)
    )


def times_infiltrated(target: str, side: str, others: Sequence[SessionRecord]) -> int:
    """How often a target was infiltrated before, on a side."""
    return sum(
        one.delivered_at is not None
        and one.injected.get("target") == target
        and may_be_one_side(treated.of_record(one).side, side)
        for one in others
    )


def large_joints_on(
    edition: Edition, joint: tuple[str, str], others: Sequence[SessionRecord], day: date
) -> int:
    """How many other large joints were infiltrated on a day, here; ``joint`` is this one, by its
    target and side."""
    large = {one.id for one in room.content(edition).targets if one.size == LARGE}
    found = {
        (one.injected.get("target"), treated.of_record(one).side)
        for one in others
        if one.delivered_at is not None
        and local_day(one.delivered_at) == day
        and one.injected.get("target") in large
    }
    return len(found - {joint})
