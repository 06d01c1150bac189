"""What happens in the demo's rooms: a stock, a course with a signed session, and one due today.

The services write only for now; what was given before is written here as it would stand, sealed
like any other.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from dolenti.access.models import User
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import lasting
from dolenti.demo.agenda import Book
from dolenti.guideline import session as room
from dolenti.ledger.once import Submission
from dolenti.records import engine
from dolenti.stock import items, lots
from dolenti.stock.items import Presentation
from dolenti.stock.models import Lot
from dolenti.treatment import content, given, supplying, watching
from dolenti.treatment.content import Answered, Drawn, Happened, Injected, Pause, Preparation
from dolenti.treatment.models import Course, SessionRecord

LIDOCAINE = Presentation(
    "product", "Lidocaïne 10 mg/mL, 5 mL", "lidocaine", Decimal(10), "mg/mL", Decimal(5), minimum=20
)
STEROID = Presentation(
    "product", "Méthylprednisolone 40 mg/mL, 1 mL", "methylprednisolone", Decimal(40), "mg/mL",
    Decimal(1), minimum=5,
)  # fmt: skip
NEEDLES = Presentation("needle", "Aiguilles 30G 4 mm", minimum=100)


def furnish(user: User, today: date) -> tuple[Lot, Lot]:
    """The stock of a site; the lots of the anaesthetic and of the needles."""

    def sent() -> Submission:
        return Submission(user, uuid.uuid4())

    def arrival(number: str, quantity: int, days: int) -> lots.Arrival:
        return lots.Arrival(number, quantity, today + timedelta(days=days))

    lidocaine = items.add(sent(), LIDOCAINE)
    lots.receive(sent(), lidocaine, arrival("LD2231", 40, 300))
    first = lots.receive(sent(), lidocaine, arrival("LD2209", 12, 90))
    lots.receive(sent(), items.add(sent(), STEROID), arrival("MP0457", 15, 400))
    needles = lots.receive(sent(), items.add(sent(), NEEDLES), arrival("AG118", 400, 700))
    return first, needles


def live(
    draw: Random, books: Mapping[int, Book], stock: tuple[Lot, Lot], today: date
) -> Course | None:
    """A course of mesotherapy under way: its sessions so far signed, its next one on the first day
    of work from today. None where nobody has such a course."""
    under_way = Course.objects.filter(
        practitioner__in=list(books), site=stock[0].site, therapy="mesotherapy",
        state=Course.State.ACTIVE,
    )  # fmt: skip
    for course in under_way.select_related("practitioner").order_by("pk"):
        book = books[course.practitioner_id]
        done = SessionRecord.objects.filter(session__course=course).order_by("session__number")
        ahead = Appointment.objects.filter(
            session__course=course, session__standing=True, state=Appointment.State.PLANNED
        ).order_by("start")
        first, coming = done.first(), ahead.first()
        if (
            first is None
            or coming is None
            or SessionRecord.objects.filter(session__appointment=coming).exists()
        ):
            continue
        for record in done:
            _sign(record, course.practitioner, *stock)
        start = book.take(draw, today)
        span = lasting(start, timedelta(minutes=30))
        Appointment.objects.filter(pk=coming.pk).update(start=span.start, end=span.end)
        return course
    return None


def _sign(record: SessionRecord, user: User, lot: Lot, needles: Lot) -> None:
    session = SessionRecord.objects.select_related(
        "session__course__complaint", "session__appointment", "edition", "delivered_by"
    ).get(pk=record.pk)
    at = session.delivered_at
    assert at is not None
    pauses = room.Pauses(engine.edition_in_force())
    act = room.PlannedAct("mesotherapy", classes=frozenset({"local-anaesthetic"}))
    who, name = user.public_id, user.name
    answers = {
        line: Answered(safe=True, by="practitioner", who=who, name=name, at=at)
        for line in pauses.checklist(act).lines
    }
    drawn = Drawn(
        product="lidocaine", item=lot.item.name, lot=lot.public_id, number=lot.number,
        expiry=lot.expiry, strength=Decimal(10), unit="mg/mL", volume=Decimal(2), pieces=1,
    )  # fmt: skip
    preparation = Preparation(
        technique="nappage", fluid="saline", fluid_ml=Decimal(2), drawn=(drawn,),
        supplies=(supplying.of_lot(needles, 1),), looks="limpid",
        looked_by=name, looked_at=at, verdict="allowed", by=name, at=at,
    )  # fmt: skip
    injected = Injected(
        depth_mm=Decimal(2), points=40, per_point_ml=Decimal("0.1"), volume_ml=Decimal(4)
    )
    leaving = tuple(one.id for one in room.content(engine.edition_in_force()).leaving.lines)
    happened = Happened(pain_before=6, pain_after=4, events=(), leaving=leaving)
    parts = {
        "pause": Pause(answers=answers, elsewhere=()),
        "preparation": preparation,
        "injected": injected,
        "happened": happened,
    }
    said = {name: content.kept(part) for name, part in parts.items()}
    for field, value in said.items():
        setattr(session, field, value)
    signed_at = watching.until(session) or at  # watched to its end, as the record says
    seal = content.seal(given.sealed(session, who, signed_at))
    SessionRecord.objects.filter(pk=session.pk).update(
        **said, state=SessionRecord.State.SIGNED, signed_by=user, signed_at=signed_at, seal=seal
    )
    use = lots.Record("treatment.sessionrecord", session.public_id)
    lots.uses(user, session.session.course.patient, use, {lot: 1, needles: 1}, at=at)
