"""The demo's emergency kits, the cards that its doctor signed, and an infection after a session."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from dolenti.access.models import User
from dolenti.agenda.models import Room
from dolenti.guideline.session import Stock
from dolenti.ledger.once import Submission
from dolenti.readiness import cards, kits
from dolenti.readiness.kits import Counted
from dolenti.safety import events
from dolenti.safety.events import Told
from dolenti.treatment.models import Course, Session, SessionRecord

SOON, LONG = timedelta(days=21), timedelta(days=320)
SIGNED = (
    "anaphylaxis", "local-anaesthetic-toxicity", "vagal-syncope", "pneumothorax", "needle-stick",
)  # fmt: skip
"""The others wait for a signature, as they do where a site begins."""


def make_ready(user: User, today: date) -> None:
    """The kit of every room but the last counted, one lacking a little; some cards signed."""
    if not user.site_id:
        return
    rooms = list(Room.objects.filter(site_id=user.site_id, closed=False).order_by("name"))
    for number, room in enumerate(rooms[:-1] if len(rooms) > 1 else rooms):
        kits.check(_sent(user), room, _counted(today, lacking=number == 1))
    for one in cards.standing(user.site):
        if one.card.id in SIGNED:
            cards.sign(_sent(user), user.site, one.card.id, one.sha256)


def _counted(today: date, *, lacking: bool) -> Counted:
    contents = {
        one.id: Stock(
            one.quantity,
            today + (SOON if one.id == "saline" else LONG) if one.expires == "printed" else None,
            kits.cards_edition() if one.expires == "edition" else None,
        )
        for one in kits.kit_in_force().items
    }
    if lacking:
        del contents["tryptase"]
    return Counted(contents, seal="S-2041")


def go_wrong(course: Course | None, today: date) -> None:
    """After a signed session of a course, a skin infection, graded and under way."""
    given = SessionRecord.objects.filter(session__course=course, state="signed").order_by("pk")
    record = given.last() if course is not None else None
    if course is None or record is None or record.delivered_at is None:
        return
    session = Session.objects.select_related("course__patient__site", "appointment__room").get(
        pk=record.session_id
    )
    began = min(record.delivered_at.date() + timedelta(days=3), today)
    told = Told(
        "skin-infection", began, grade=2, room=session.appointment.room, outcome="recovering",
        treated="Prélèvement avant antibiotique, bords marqués au feutre, revu à 48 heures",
    )  # fmt: skip
    events.tell(_sent(course.practitioner), session.course.patient, session, told)


def _sent(user: User) -> Submission:
    return Submission(user, uuid.uuid4())
