"""What is felt in the weeks after a freeze: the sensory map again, on the days of the knowledge.

It stands beside the record, which may be signed by then; the last map of a moment counts, and those
before it stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

import msgspec

from dolenti.access import audit
from dolenti.access import clock as site_clock
from dolenti.access.roles import Permission
from dolenti.calendar.moments import local_day
from dolenti.guideline.errors import InputError
from dolenti.guideline.session import content as room_content
from dolenti.guideline.session import sensory
from dolenti.guideline.session.sensory import Due
from dolenti.guideline.session.shapes.cryo import SensoryTest, TestPoint
from dolenti.ledger import locking
from dolenti.ledger.once import Submission, once
from dolenti.records import engine
from dolenti.records.gate.writing import writing_record
from dolenti.treatment.content import Felt, Freezing, Happened, Injected, read
from dolenti.treatment.models import SensoryMap, Session, SessionRecord

TESTED: Final = "tested"
"""What a refusal names that is of the whole map."""


class FeelingRefusedError(InputError):
    """A map cannot be recorded so; ``where`` is the field it stands at."""


@dataclass(frozen=True)
class Found:
    """What was found: at which moment, on which day, area by area."""

    moment: str
    day: date
    felt: tuple[Felt, ...] = ()
    moves: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class Maps:
    """The maps of a freeze: before, 15 minutes after, and those of later with the days on which
    they are due."""

    test: SensoryTest
    freezing: Freezing
    happened: Happened
    due: tuple[Due, ...]
    later: dict[str, SensoryMap]

    def felt_at(self, moment: str) -> tuple[tuple[Felt, ...], bool | None]:
        """What was felt at a moment of the knowledge, and whether strength was kept."""
        if moment == sensory.BEFORE:
            return self.freezing.felt, self.freezing.moves
        if moment == sensory.AFTER and self.is_after_said:
            return self.happened.felt, self.happened.moves
        one = self.later.get(moment)
        if one is None:
            return (), None
        return msgspec.convert(tuple(one.felt), tuple[Felt, ...]), one.moves

    @property
    def is_after_said(self) -> bool:
        """Whether the record itself says what was felt 15 minutes after; else it may be noted
        beside it."""
        return tested_after(self.happened)

    @property
    def moments(self) -> tuple[TestPoint, ...]:
        """The moments of which a map may be noted beside the record, in order."""
        after = next(one for one in self.test.when if one.id == sensory.AFTER)
        return (*(() if self.is_after_said else (after,)), *(one.moment for one in self.due))

    @property
    def waits(self) -> tuple[Due, ...]:
        """The moments of which there is no map yet, in order."""
        return tuple(one for one in self.due if one.moment.id not in self.later)


def tested_after(happened: Happened) -> bool:
    """Whether feeling or strength was tested 15 minutes after a freeze, as its record says."""
    return bool(happened.felt) or happened.moves is not None


def noted_after(record: SessionRecord) -> bool:
    """Whether that map was noted beside the record."""
    beside = SensoryMap.objects.filter(record__session=record.session_id)
    return beside.filter(moment=sensory.AFTER).exists()


def maps(record: SessionRecord | None, later: Iterable[SensoryMap]) -> Maps | None:
    """The maps of a record that says what was frozen and was given; else nothing."""
    if record is None or record.delivered_at is None:
        return None
    freezing = read(Injected, record.injected).freezing
    if freezing is None:
        return None
    test = room_content(engine.edition_in_force()).cryoneurolysis.sensory_test
    due = sensory.due(test, day_of(record))
    happened = read(Happened, record.happened)
    return Maps(test, freezing, happened, due, {one.moment: one for one in later})


def known_when_signed(record: SessionRecord) -> list[SensoryMap]:
    """The maps of later that were there when a record was signed, the last of each moment: what a
    sealed document may say, whenever it is printed."""
    if record.signed_at is None or not record.injected.get("freezing"):
        return []
    rows = SensoryMap.objects.filter(
        record__session=record.session_id, created_at__lte=record.signed_at
    )
    return list({one.moment: one for one in rows.order_by("pk")}.values())


def day_of(record: SessionRecord) -> date:
    """The day of a freeze that was given."""
    assert record.delivered_at is not None
    return local_day(record.delivered_at)


def recovered(record: SessionRecord) -> bool | None:
    """Whether what was felt before a freeze is felt again, by the last map of later; never where
    that raises the alarm. ``None`` where nobody tested, or it cannot be told."""
    if not record.injected.get("freezing"):
        return None
    later = SensoryMap.objects.filter(record__session=record.session_id)
    found = maps(record, later)
    if found is None or not found.later:
        return None
    last = next((one for one in reversed(found.due) if one.moment.id in found.later), None)
    if last is None:  # noted 15 minutes after alone: nobody tested since
        return None
    felt, moves = found.felt_at(last.moment.id)
    right_after, _moves = found.felt_at(sensory.AFTER)
    return sensory.is_back(found.test, found.freezing.felt, right_after, felt, moves)


def record_map(submission: Submission, session: Session, found: Found) -> SensoryMap:
    """What was felt again after a freeze; said again it counts in the place of what was said, which
    stays. A form sent twice is one.

    Raises ``FeelingRefusedError`` where nothing was frozen, nothing was tested, or of a day before
    the freeze or to come.
    """
    patient = session.course.patient

    def make() -> SensoryMap:
        locking.hold(patient)
        record = SessionRecord.objects.filter(session=session, amended_by=None).first()
        now = maps(record, ())
        if now is None or record is None:
            raise FeelingRefusedError(
                "nothing was frozen at this session",
                fr="rien n’a été congelé à cette séance",
            )
        _insist_possible(found, now, record)
        made = SensoryMap.objects.create(
            record=record,
            moment=found.moment,
            day=found.day,
            felt=msgspec.to_builtins(found.felt),
            moves=found.moves,
            note=found.note,
            author=submission.user,
        )
        audit.record(
            "add-sensory-map",
            actor=submission.actor,
            kind="sensorymap",
            object_id=made.public_id,
            patient_id=patient.public_id,
            detail={"session": session.public_id},
        )
        return made

    with writing_record(submission.actor, Permission.PREPARE, patient):
        return once(submission, SensoryMap, make)


def _insist_possible(found: Found, now: Maps, record: SessionRecord) -> None:
    if found.moment not in {one.id for one in now.moments}:
        raise FeelingRefusedError(
            "choose when it was tested", "moment", fr="choisissez le moment de l’examen"
        )
    if found.moment == sensory.AFTER and found.day != day_of(record):
        raise FeelingRefusedError(
            "15 minutes after is of the day of the freeze: give that day, or choose another moment",
            "day",
            fr="15\u00a0minutes après, c’est le jour du geste\u00a0: donnez ce jour, ou choisissez "
            "un autre moment",
        )
    if not day_of(record) <= found.day <= site_clock.today():
        raise FeelingRefusedError(
            "the day is that of the freeze or after it, and not to come",
            "day",
            fr="le jour est celui du geste ou un jour qui suit, et n’est pas à venir",
        )
    if not found.felt and found.moves is None:
        raise FeelingRefusedError(
            "say what was felt in one area at least, or whether strength is kept",
            TESTED,
            fr="indiquez ce qui est senti dans une zone au moins, ou si la force est gardée",
        )
