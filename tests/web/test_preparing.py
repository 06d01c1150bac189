"""The list of the day for whoever prepares: which lots, whom to ask what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.agenda import appointments
from dolenti.agenda.models import Appointment, Room
from dolenti.agenda.timetable import Slot
from dolenti.calendar.moments import Span
from dolenti.clinic.preparing import planning
from dolenti.guideline.errors import InputError
from dolenti.stock import gate, life
from dolenti.stock.models import Lot
from dolenti.treatment.models import Course, Session, SessionRecord
from tests.people import enter
from tests.web import room as make
from tests.web.world import clinic, room

pytestmark = pytest.mark.django_db


def lots_of(user: User) -> list[Lot]:
    return list(gate.usable(user, clock.today()))


def now(lot: Lot) -> Lot:
    return Lot.objects.get(pk=lot.pk)


def test_a_session_like_the_last_takes_its_lot_and_else_the_next_of_the_same(alice: User) -> None:
    session: Session = clinic(alice).with_course().session
    lot = make.lot_of(alice)
    make.drawn_up(alice, session, lot=lot)
    last = SessionRecord.objects.get()
    found = planning.tray(None, last, (), lots_of(alice))
    assert (found.since, found.needed[0].lot) == ("last", lot)
    other = make.lot_of(alice)
    life.quarantine(alice, lot, now(lot).version, "trouble")
    found = planning.tray(None, last, (), lots_of(alice))
    assert found.needed[0].lot == other
    life.quarantine(alice, other, now(other).version, "trouble")
    found = planning.tray(None, last, (), lots_of(alice))
    assert found.needed[0].lot is None


def test_the_nurse_sees_what_to_bring_out_and_whom_to_ask(alice: User, bob: User) -> None:
    session: Session = clinic(alice).with_course().session
    Appointment.objects.filter(pk=session.appointment_id).update(room=room(alice))
    lot = make.lot_of(bob)
    make.drawn_up(bob, session, lot=lot)
    client = Client()
    enter(client, bob)
    page = client.get("/agenda/prepare/").content.decode()
    assert lot.number in page
    assert f"/sessions/{session.public_id}/" in page
    assert "jamais été vérifiée" in page
    assert "À demander" in page


def test_what_was_given_leaves_the_list_and_its_room_changes_until_then(
    alice: User, bob: User
) -> None:
    session: Session = clinic(alice).session
    planned = Appointment.objects.get(session=session)
    assert planned.state == "arrived"
    other = Room.objects.create(site=alice.site, name="Salle 9")

    def moved(span: Span) -> Appointment:
        slot = Slot(planned.practitioner, other, span, appointment=planned)
        return appointments.move(alice, planned, planned.version, slot, "The kit is not complete.")

    with pytest.raises(InputError):
        moved(Span(planned.start, planned.end + timedelta(minutes=5)))
    planned = moved(Span(planned.start, planned.end))
    assert (planned.room, planned.state) == (other, "arrived")
    client = Client()
    enter(client, bob)
    assert f"/sessions/{session.public_id}/" in client.get("/agenda/prepare/").content.decode()
    Appointment.objects.filter(pk=planned.pk).update(room=None)  # where nobody keeps a kit
    session = Session.objects.get(pk=session.pk)
    make.given_in(alice, session)
    page = client.get("/agenda/prepare/").content.decode()
    assert f"/sessions/{session.public_id}/" not in page
    assert "Lots à sortir" not in page


def test_a_practitioner_sees_no_session_of_a_closed_record(chloe: User, alice: User) -> None:
    clinic(alice).with_course()
    client = Client()
    enter(client, chloe)
    assert "/sessions/" not in client.get("/agenda/prepare/").content.decode()


def test_whoever_brings_it_out_reads_what_may_not_meet_in_one_syringe(
    alice: User, bob: User
) -> None:
    """The plan says so to the practitioner; the nurse opens the ampoules."""
    session: Session = clinic(alice).with_course().session
    client = Client()
    enter(client, bob)
    for products, says in ((["ketoprofen", "piroxicam"], True), (["ketoprofen"], False)):
        Course.objects.filter(pk=session.course_id).update(products=products)
        page = client.get("/agenda/prepare/").content.decode()
        assert ("Dans une même seringue" in page) == says
