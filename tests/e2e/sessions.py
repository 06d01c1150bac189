"""A session in the room: the second of a mesotherapy, like the first, which was signed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from dolenti.access.models import User
from dolenti.agenda import appointments
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import local_day
from dolenti.guideline.session import DrawnMap, DrawnPoint
from dolenti.stock.items import Presentation
from dolenti.stock.models import Lot
from dolenti.treatment import consents, recording
from dolenti.treatment.content import Happened, Injected
from dolenti.treatment.models import Session, SessionRecord
from tests.web import room as make
from tests.web.stock import in_stock
from tests.web.world import begun, clinic, sent, signed, workday

NECK = """
patient: {birth-date: 1975-03-02, sex: male}
complaint: {condition: neck-pain, since: 2026-03-15}
facts: {anticoagulant: none, weight: 82}
"""
LIDOCAINE = Presentation(
    "product", "Lidocaïne 10 mg/mL, 5 mL", "lidocaine", Decimal(10), "mg/mL", Decimal(5)
)


def syringe(user: User, session: Session, lot: Lot, needles: Lot) -> SessionRecord:
    return make.drawn_up(
        user, session, lot=lot, rows=((lot.public_id, Decimal(2)),), technique="nappage",
        fluid="saline", fluid_ml=Decimal(2), supplies=((needles.public_id, 2),),
    )  # fmt: skip


IN_THE_NECK = Injected()
ON_THE_NECK = DrawnMap(
    edition="2026.1",
    points=tuple(
        DrawnPoint(
            figure="spine", x=300 + 10 * number, y=360, technique="nappage", depth_mm=Decimal(1),
            volume_ml=Decimal("0.02"), needle="n4-27",
        )
        for number in range(40)
    ),
)  # fmt: skip


def second_of_two(alice: User) -> Session:
    """The second session of a mesotherapy, today, the patient there; the first was signed."""
    made = clinic(alice).with_complaint(NECK)
    course = begun(alice, made.assessment, "mesotherapy", [workday(), workday(14)], ("lidocaine",))
    signed(alice, course)
    course.refresh_from_db()
    consents.activate(alice, course, course.version)
    now = timezone.now()
    if local_day(now + timedelta(hours=1)) != local_day(now):  # both are of one day, at any hour
        now -= timedelta(hours=1)
    first, second = Session.objects.filter(course=course).order_by("number")
    for one, day in ((first, now), (second, now + timedelta(hours=1))):
        Appointment.objects.filter(pk=one.appointment_id).update(
            start=day, end=day + timedelta(minutes=30)
        )
        one.appointment.refresh_from_db()
        appointments.arrive(alice, one.appointment, one.appointment.version)
    lot = make.lot_of(alice, LIDOCAINE)
    syringe(alice, first, lot, in_stock(alice, number="AG118"))
    record = make.answered(alice, first)
    record = recording.inject(sent(alice), first, record.version, IN_THE_NECK, drawn=ON_THE_NECK)
    said = Happened(pain_before=7, pain_after=4, events=(), **make.SEEN_TO)
    recording.happen(sent(alice), first, record.version, said, sign=True)
    return Session.objects.select_related("course__patient").get(pk=second.pk)
