"""The list of the day for whoever prepares: which lots, whom to ask what."""

from __future__ import annotations

import pytest
from django.test import Client

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.agenda.models import Appointment
from dolenti.clinic.preparing import planning
from dolenti.stock import gate, life
from dolenti.stock.models import Lot
from dolenti.treatment.models import Session, SessionRecord
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


def test_a_practitioner_sees_no_session_of_a_closed_record(chloe: User, alice: User) -> None:
    clinic(alice).with_course()
    client = Client()
    enter(client, chloe)
    assert "/sessions/" not in client.get("/agenda/prepare/").content.decode()
