"""Appointments: one press for an arrival, booking, refusals beside their field, nothing twice."""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.urls import reverse

from dolenti.access.clock import at_site
from dolenti.access.models import AuditEntry, User
from dolenti.agenda import absences, appointments
from dolenti.agenda.appointments import Booking
from dolenti.agenda.life import AppointmentRefusedError
from dolenti.agenda.models import Absence, Appointment, Closure, OpeningHours
from dolenti.calendar.moments import Span
from dolenti.guideline.errors import InputError
from dolenti.ledger.models import Receipt, Revision
from dolenti.ledger.versions import StaleEditError
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.models import CareRelation, Patient
from dolenti.records.patients import care
from tests.printed import Print
from tests.web.copies import copy_of
from tests.web.queries import MORE, own_queries
from tests.web.world import (
    AT_TEN,
    PAUL,
    TUESDAY,
    at,
    colleague,
    complaint_of,
    crowd,
    open_every_weekday,
    registered,
    room,
    secretary,
    sent,
    slot,
    visit,
)

pytestmark = pytest.mark.each

BrowserOf = Callable[[User], Client]
WEDNESDAY = TUESDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def ten_past_ten() -> Iterator[object]:
    with time_machine.travel(AT_TEN, tick=False) as clock:
        yield clock


@pytest.fixture
def zoe(alice: User) -> Patient:
    open_every_weekday(alice.site)
    patient = registered(alice)
    care.take(alice, patient, alice)
    return patient


@pytest.fixture
def planned(alice: User, zoe: Patient) -> Appointment:
    return visit(alice, zoe, at(10))


def press(
    browser: Client, name: str, session: Appointment, based_on: int = 1, **more: str
) -> object:
    return browser.post(
        reverse(name, args=[session.public_id]), {"based_on": str(based_on), **more}
    )


# --- One press -----------------------------------------------------------------------------------


def test_an_arrival_is_one_press_and_goes_back_to_the_board(
    planned: Appointment, at_alice: Client
) -> None:
    response = press(at_alice, "appointment-arrive", planned, at="room")
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("agenda") + "?day=2026-11-24&by=room#s-")
    planned.refresh_from_db()
    assert (planned.state, planned.arrived_at) == ("arrived", at(10, 10))
    assert AuditEntry.objects.filter(action="arrive", object_id=planned.public_id).count() == 1


def test_two_people_press_and_the_patient_arrived_once(
    alice: User, planned: Appointment, browser_of: BrowserOf
) -> None:
    for user in (alice, secretary(alice)):
        assert press(browser_of(user), "appointment-arrive", planned).status_code == 302
    planned.refresh_from_db()
    assert (planned.version, planned.state) == (2, "arrived")
    assert Revision.objects.filter(kind="agenda.appointment").count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_press_at_the_same_moment_and_none_is_told_of_an_error(alice: User) -> None:
    open_every_weekday(alice.site)
    session = visit(alice, registered(alice), at(10))
    gate, found = threading.Barrier(8), []

    def arrive() -> None:
        mine = Appointment.objects.select_related("patient").get(pk=session.pk)
        gate.wait()
        try:
            with at_site(alice.site):
                found.append(appointments.arrive(alice, mine, 1).state)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=arrive) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == ["arrived"] * 8
    assert Revision.objects.filter(kind="agenda.appointment").count() == 1


def test_undo_and_press_again(planned: Appointment, at_alice: Client) -> None:
    press(at_alice, "appointment-arrive", planned)
    for _ in range(2):
        press(at_alice, "appointment-undo-arrival", planned, 2)
    planned.refresh_from_db()
    assert (planned.state, planned.arrived_at, planned.version) == ("planned", None, 3)


def test_a_press_on_what_somebody_moved_meanwhile_says_who_and_how_it_stands(
    alice: User, planned: Appointment, at_alice: Client, browser_of: BrowserOf
) -> None:
    sonia = secretary(alice)
    moved = browser_of(sonia).post(
        reverse("appointment-move", args=[planned.public_id]) + "?from=agenda",
        {
            "token": str(uuid.uuid4()), "based_on": "1", "day": "2026-11-24", "at": "16:00",
            "minutes": "30", "practitioner": alice.public_id, "reason": "train",
        },
    )  # fmt: skip
    assert moved.status_code == 302
    response = press(at_alice, "appointment-arrive", planned)
    text = response.content.decode()
    assert response.status_code == 409
    assert "Sonia a modifié ce rendez-vous" in text
    assert "16\u00a0h" in text
    planned.refresh_from_db()
    assert planned.state == "planned"


def test_nobody_arrives_for_what_was_cancelled(planned: Appointment, at_alice: Client) -> None:
    Appointment.objects.filter(pk=planned.pk).update(state="cancelled")
    response = press(at_alice, "appointment-arrive", planned)
    assert response.status_code == 422
    assert "Ce rendez-vous est annulé" in response.content.decode()


def test_nobody_arrives_on_another_day(alice: User, zoe: Patient, at_alice: Client) -> None:
    tomorrow = visit(alice, zoe, at(10, day=WEDNESDAY))
    response = press(at_alice, "appointment-arrive", tomorrow)
    assert response.status_code == 422
    assert "prévu un autre jour" in response.content.decode()


def test_an_arrival_written_the_day_after_has_no_hour(alice: User, zoe: Patient) -> None:
    yesterday = visit(alice, zoe, at(10, day=TUESDAY - timedelta(days=1)))
    assert appointments.arrive(alice, yesterday, 1).arrived_at is None


def test_a_consultation_ends_by_one_press_and_a_session_by_its_record(
    alice: User, planned: Appointment, at_alice: Client
) -> None:
    press(at_alice, "appointment-finish", planned)
    planned.refresh_from_db()
    assert planned.state == "done"
    later = visit(alice, planned.patient, at(12))
    with pytest.raises(AppointmentRefusedError, match="has not come yet"):
        appointments.finish(alice, later, 1)
    Appointment.objects.filter(pk=later.pk).update(kind="session")  # as it would be of a course
    with pytest.raises(AppointmentRefusedError, match="ends with its own record"):
        appointments.finish(alice, later, 1)


def test_a_damaged_version_is_a_stale_one(planned: Appointment, at_alice: Client) -> None:
    for said in ("", "x", "9" * 40, "-1"):
        response = at_alice.post(
            reverse("appointment-arrive", args=[planned.public_id]), {"based_on": said}
        )
        assert response.status_code == 409
    with pytest.raises(StaleEditError):
        appointments.arrive(User.objects.get(name="Alice"), planned, 0)


def test_an_appointment_tells_what_became_of_it(planned: Appointment, at_alice: Client) -> None:
    press(at_alice, "appointment-arrive", planned)
    press(at_alice, "appointment-undo-arrival", planned, 2)
    text = at_alice.get(reverse("appointment", args=[planned.public_id])).content.decode()
    order = [text.index(said) for said in ("Arrivée annulée", "Rendez-vous pris")]
    assert order == sorted(order)


def test_a_confirmation_is_a_paper_without_a_word_of_health_and_only_of_what_is_to_come(
    planned: Appointment, at_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = Print()
    paper_of = import_module("dolenti.ui.print.confirmation")  # its function has its name
    monkeypatch.setattr(paper_of, "pdf", printed.pdf)
    address = reverse("appointment-confirmation", args=[planned.public_id])
    paper = at_alice.get(address)
    assert paper.headers["Content-Type"] == "application/pdf"
    assert "mardi 24 novembre 2026, 10\u00a0h" in printed.words
    assert "Alice" in printed.words
    assert "onsultation" not in printed.words
    assert AuditEntry.objects.filter(action="export", kind="confirmation").count() == 1
    press(at_alice, "appointment-arrive", planned)
    assert at_alice.get(address).status_code == 302


def test_the_calendar_file_says_when_and_where_and_no_word_of_health(
    planned: Appointment, at_alice: Client
) -> None:
    response = at_alice.get(reverse("appointment-calendar", args=[planned.public_id]))
    text = response.content.decode()
    assert response.headers["Content-Type"].startswith("text/calendar")
    assert "SUMMARY:Rendez-vous" in text
    assert "DTSTART;TZID=Europe/Paris:20261124T100000" in text
    for word in ("Zoé", "onsultation", "Alice", "douleur"):
        assert word not in text
    assert AuditEntry.objects.filter(action="export", kind="calendar").count() == 1


# --- Booking -------------------------------------------------------------------------------------


def typed(alice: User, **changes: str) -> dict[str, str]:
    return {
        "token": str(uuid.uuid4()),
        "kind": "consultation",
        "practitioner": alice.public_id,
        "minutes": "30",
        "day": "2026-11-25",
        "at": "10:00",
        "free": "",
        "book": "1",
        **changes,
    }


def book(browser: Client, patient: Patient, data: dict[str, str], here: bool = False) -> Any:
    address = reverse("patient-appointment", args=[patient.public_id]) + ("?here=1" * here)
    return browser.post(address, data)


def test_a_typed_appointment_is_booked_and_shown(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    response = book(at_alice, zoe, typed(alice, kind="control"))
    made = Appointment.objects.get()
    assert response.headers["Location"] == reverse("appointment", args=[made.public_id])
    assert (made.kind, made.state, made.start) == ("control", "planned", at(10, day=WEDNESDAY))


def test_the_booking_page_shows_what_the_patient_has_already(
    alice: User, zoe: Patient, at_alice: Client, planned: Appointment, browser_of: BrowserOf
) -> None:
    gone = visit(alice, zoe, at(9, day=TUESDAY - timedelta(days=1)))
    address = reverse("patient-appointment", args=[zoe.public_id])
    for browser in (at_alice, browser_of(secretary(alice))):
        text = browser.get(address).content.decode()
        assert "Rendez-vous déjà pris" in text
        assert reverse("appointment", args=[planned.public_id]) in text
        assert reverse("appointment", args=[gone.public_id]) not in text


def test_why_they_come_is_offered_as_the_site_says_it_kept_and_copied(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    address = reverse("patient-appointment", args=[zoe.public_id])
    shipped = at_alice.get(address).content.decode().partition('id="motives"')[2]
    assert 'value="Première consultation"' in shipped
    for hour in ("10:00", "11:00"):
        answer = book(at_alice, zoe, typed(alice, at=hour, motive="Épaule, 2e avis"))
        assert answer.status_code == 302
    made = Appointment.objects.first()
    assert made is not None
    assert made.motive == "Épaule, 2e avis"
    own = at_alice.get(address).content.decode().partition('id="motives"')[2]
    assert own.index("Épaule, 2e avis") < own.index("Première consultation")
    page = at_alice.get(reverse("appointment", args=[made.public_id])).content.decode()
    assert "Épaule, 2e avis" in page
    day = at_alice.get(f"{reverse('agenda')}?day=2026-11-25").content.decode()
    assert "Épaule, 2e avis" in day
    bundle = json.loads(copy_of(at_alice, zoe).read("dossier-fhir.json"))
    said = [one["resource"].get("reasonCode") for one in bundle["entry"]]
    assert said.count([{"text": "Épaule, 2e avis"}]) == 2
    assert book(at_alice, zoe, typed(alice, at="15:00", motive="x" * 121)).status_code == 422


def test_a_free_time_is_proposed_and_taken(alice: User, zoe: Patient, at_alice: Client) -> None:
    salle = room(alice)
    visit(alice, registered(alice, PAUL), at(9, day=WEDNESDAY))
    address = reverse("patient-appointment", args=[zoe.public_id])
    text = at_alice.get(address, {"day": "2026-11-25"}).content.decode()
    taken, free = (f"2026-11-25T{h}Z|{salle.public_id}" for h in ("08:00", "08:30"))
    assert taken not in text
    assert free in text
    book(at_alice, zoe, typed(alice, free=free, day="", at=""))
    made = Appointment.objects.get(patient=zoe)
    assert (made.start, made.room) == (at(9, 30, WEDNESDAY), salle)


@pytest.mark.parametrize("how", ["booked", "moved", "booked again"])
def test_what_was_booked_is_read_back_with_the_ways_to_send_it(
    how: str, alice: User, zoe: Patient, browser_of: BrowserOf
) -> None:
    desk = browser_of(secretary(alice))
    if how == "booked":
        answer = book(desk, zoe, typed(alice))
    else:
        state = "planned" if how == "moved" else "cancelled"
        stood = visit(alice, zoe, at(15, day=TUESDAY), state=state)
        name = "appointment-move" if how == "moved" else "appointment-again"
        sent = typed(alice) | {"based_on": "1", "reason": "train"}
        answer = desk.post(reverse(name, args=[stood.public_id]), sent)
    made = Appointment.objects.get(state="planned")
    assert "DURAND" not in answer.headers["Location"]
    assert "DURAND" not in answer.cookies.output()  # nobody is named in what waits there
    text = desk.get(answer.headers["Location"]).content.decode()
    assert "DURAND" in text
    assert f"Mercredi 25 novembre 2026, 10\u00a0h, {alice.name}. Prévenez le patient." in text
    for name in ("appointment-confirmation", "appointment-phone", "appointment-calendar"):
        assert f'href="{reverse(name, args=[made.public_id])}"' in text


def test_the_next_appointment_never_falls_off_the_page_of_the_patient(
    alice: User, zoe: Patient, at_alice: Client, browser_of: BrowserOf
) -> None:
    """Of thirty, the next one is first and what was called off stands behind what is to come."""
    past = [visit(alice, zoe, at(9, day=TUESDAY - timedelta(days=n))) for n in range(1, 16)]
    ahead = [visit(alice, zoe, at(9, day=TUESDAY + timedelta(days=n))) for n in range(1, 16)]
    Appointment.objects.filter(pk=ahead[0].pk).update(state=Appointment.State.CANCELLED)
    next_one, last = ahead[1], ahead[-1]
    reader = browser_of(secretary(alice))
    for browser, name in ((at_alice, "patient"), (reader, "patient-identity")):
        text = browser.get(reverse(name, args=[zoe.public_id])).content.decode()
        listed = re.findall(rf"{reverse('appointment', args=['X'])}".replace("X", r"(\w+)"), text)
        assert listed[0] == next_one.public_id
        assert last.public_id not in listed
        everything = reverse("patient-appointments", args=[zoe.public_id])
        assert f'href="{everything}"' in text  # and so none is out of reach
        pages = [browser.get(f"{everything}?page={n}").content.decode() for n in (1, 2)]
        assert 'href="?page=2"' in pages[0]
        reached = re.findall(
            rf"{reverse('appointment', args=['X'])}\"".replace("X", r"(\w+)"), "".join(pages)
        )
        called_off, *stand = ahead
        assert reached == [
            one.public_id for one in (*stand, called_off, *past)
        ]  # what was called off too: it may be planned again
    for one in ahead[3:]:
        Appointment.objects.filter(pk=one.pk).update(state=Appointment.State.CANCELLED)
    text = at_alice.get(reverse("patient", args=[zoe.public_id])).content.decode()
    listed = re.findall(rf"{reverse('appointment', args=['X'])}".replace("X", r"(\w+)"), text)
    assert listed[:2] == [one.public_id for one in ahead[1:3]]
    assert past[-1].public_id not in listed


def test_the_same_form_sent_twice_is_one_appointment(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    data = typed(alice)
    assert [book(at_alice, zoe, data).status_code for _ in range(2)] == [302, 302]
    assert Appointment.objects.count() == 1
    assert Receipt.objects.filter(made="agenda.appointment").count() == 1


@pytest.mark.parametrize(
    "changes,said",
    [
        ({"day": "2026-11-29"}, "fermé le dimanche"),
        ({"day": "2026-12-25"}, "férié (Noël)"),
        ({"day": "2026-11-30"}, "fermé (travaux)"),
        ({"at": "20:00"}, "hors des horaires"),
        ({"day": "2026-11-24", "at": "09:00"}, "déjà passé"),
        ({"day": "2030-11-25"}, "plus de deux ans"),
        ({"at": "14:00"}, "a déjà un patient"),
        ({"at": "15:30"}, "le patient a déjà un rendez-vous"),
        ({"at": "17:00"}, "a une absence à cet horaire"),
        ({"day": "2027-03-28", "at": "02:30"}, "n’existe pas"),
        ({"day": "", "at": ""}, "Choisissez un créneau libre"),
        ({"at": ""}, "Indiquez les heures"),
        ({"day": "hier"}, "Indiquez le jour"),
        ({"free": "nonsense"}, "Choisissez un créneau libre"),
        ({"minutes": "7"}, "7"),
        ({"kind": "session"}, "session"),
        ({"practitioner": "0" * 16}, "0000"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_what_was_typed_is_kept(
    alice: User, zoe: Patient, at_alice: Client, changes: dict[str, str], said: str
) -> None:
    monday = date(2026, 11, 30)
    Closure.objects.create(site=alice.site, first=monday, last=monday, why="travaux")
    visit(alice, registered(alice, PAUL), at(14, day=WEDNESDAY))
    visit(colleague(alice), zoe, at(15, 30, WEDNESDAY))
    Absence.objects.create(user=alice, start=at(17, day=WEDNESDAY), end=at(18, day=WEDNESDAY))
    before = Appointment.objects.count()
    response = book(at_alice, zoe, typed(alice, **changes))
    text = response.content.decode().replace("\u00a0", " ")
    assert response.status_code == 422
    assert said.lower() in text.lower()
    assert "field-wrong" in text
    assert Appointment.objects.count() == before
    for name in ("at", "day"):
        kept = {**typed(alice), **changes}[name]
        assert not kept or f'value="{kept}"' in text


def test_the_hour_that_comes_twice_asks_which(alice: User, zoe: Patient, at_alice: Client) -> None:
    data = typed(alice, day="2027-10-31", at="02:30")
    response = book(at_alice, zoe, data)
    assert "deux fois" in response.content.decode()
    assert 'name="which"' in response.content.decode()
    again = book(at_alice, zoe, {**data, "which": "WINTER"})
    assert "fermé" in again.content.decode()  # which is said: now the site itself is closed


def test_a_time_that_somebody_took_meanwhile_is_refused_beside_the_free_times(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    visit(alice, registered(alice, PAUL), at(9, 30, WEDNESDAY))
    response = book(at_alice, zoe, typed(alice, free="2026-11-25T08:30Z|", day="", at=""))
    text = response.content.decode()
    assert response.status_code == 422
    assert 'id="free-error"' in text
    assert "a déjà un patient" in text


def test_a_move_without_a_reason_onto_a_taken_time_says_both_at_once(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    planned = visit(alice, zoe, at(11))
    visit(alice, registered(alice, PAUL), at(10, day=WEDNESDAY))
    sent = typed(alice) | {"based_on": "1", "reason": ""}
    text = at_alice.post(reverse("appointment-move", args=[planned.public_id]), sent)
    assert text.status_code == 422
    said = text.content.decode()
    assert "a déjà un patient" in said
    assert "Indiquez le motif" in said
    planned.refresh_from_db()
    assert planned.start == at(11)


def test_a_move_shows_free_times_and_its_own_is_one_of_them(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    planned = visit(alice, zoe, at(11))
    address = reverse("appointment-move", args=[planned.public_id])
    own = f"{planned.start.astimezone(UTC):%Y-%m-%dT%H:%MZ}|"
    text = " ".join(at_alice.get(address).content.decode().split())
    assert f'value="{own}" checked' in text
    wished = at_alice.get(address, {"day": "2026-11-25", "at": "14:00", "who": alice.public_id})
    assert 'value="2026-11-25T13:00Z|" checked' in " ".join(wished.content.decode().split())
    asked = {
        "token": str(uuid.uuid4()), "practitioner": alice.public_id, "minutes": "60",
        "day": "2026-11-26", "find": "1",
    }  # fmt: skip
    other = at_alice.post(address, {**asked, "based_on": "1", "reason": "patient"})
    assert other.status_code == 200
    assert 'value="2026-11-26T08:00Z|"' in other.content.decode()
    assert 'value="patient"' in other.content.decode()
    assert Appointment.objects.get().start == planned.start
    chosen = {**asked, "based_on": "1", "reason": "patient", "free": "2026-11-26T08:00Z|"}
    del chosen["find"]
    # Free times stood there, and none is pressed any more: the hour in the field was not meant.
    nothing = {**chosen, "free": "", "offered": "1", "at": "16:00"}
    assert "Choisissez un créneau libre" in at_alice.post(address, nothing).content.decode()
    assert Appointment.objects.get().start == planned.start
    assert at_alice.post(address, chosen).status_code == 302
    assert Appointment.objects.get().start == at(9, day=date(2026, 11, 26))


def test_asking_for_other_free_times_books_nothing_and_keeps_what_was_chosen(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    dora = colleague(alice)
    data = typed(alice, kind="control", practitioner=dora.public_id, find="1")
    del data["book"]
    response = book(at_alice, zoe, data)
    text = response.content.decode()
    assert response.status_code == 200
    assert not Appointment.objects.exists()
    assert f'value="{dora.public_id}" selected' in text
    assert re.search(r'value="control"[^>]* checked', text)


def test_a_typed_time_gets_a_room_that_is_free_and_is_refused_where_none_is(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    first, second = room(alice, "A"), room(alice, "B")
    paul, dora = registered(alice, PAUL), colleague(alice)
    visit(dora, paul, at(10, day=WEDNESDAY), room=first)
    book(at_alice, zoe, typed(alice))
    assert Appointment.objects.get(patient=zoe).room == second
    Appointment.objects.filter(patient=zoe).update(state=Appointment.State.CANCELLED)
    visit(colleague(alice, "Eva"), crowd(alice, 1)[0], at(10, day=WEDNESDAY), room=second)
    response = book(at_alice, zoe, typed(alice))
    assert "ucune salle n’est libre" in response.content.decode()


def test_a_patient_who_is_there_is_booked_and_arrived_at_once(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    response = book(at_alice, zoe, typed(alice, free="now|", day="", at=""), here=True)
    assert response.status_code == 302
    made = Appointment.objects.get()
    assert (made.start, made.state, made.arrived_at) == (at(10, 15), "arrived", at(10, 10))


def test_who_comes_while_the_site_is_closed_is_an_emergency_for_a_reason(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    Closure.objects.create(site=alice.site, first=TUESDAY, last=TUESDAY, why="travaux")
    now = typed(alice, free="now|", day="", at="")
    refused = book(at_alice, zoe, now, here=True)
    assert refused.status_code == 422
    assert "Indiquez le motif" in refused.content.decode()
    assert not Appointment.objects.exists()
    why = "genou chaud et fièvre depuis ce matin"
    absent = typed(alice, emergency=why, day="2026-11-24", at="15:00")
    assert book(at_alice, zoe, absent).status_code == 422
    for _ in range(2):
        assert book(at_alice, zoe, {**now, "emergency": why}, here=True).status_code == 302
    made = Appointment.objects.get()
    assert (made.emergency, made.reason, made.state) == (True, why, "arrived")
    page = at_alice.get(reverse("appointment", args=[made.public_id])).content.decode()
    assert "urgence hors ouverture" in page
    assert why in page
    assert "urgence hors ouverture" in at_alice.get(reverse("home")).content.decode()


def test_a_reason_opens_no_other_day(alice: User, zoe: Patient, at_alice: Client) -> None:
    why = "genou chaud et fièvre depuis ce matin"
    open_day = typed(alice, free="now|", day="", at="", emergency=why)
    assert book(at_alice, zoe, open_day, here=True).status_code == 302
    made = Appointment.objects.get()
    assert (made.emergency, made.reason) == (False, "")


def test_now_is_no_time_for_somebody_who_is_not_there(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    assert book(at_alice, zoe, typed(alice, free="now|")).status_code == 422


def test_who_comes_while_the_practitioner_is_busy_takes_the_next_free_time(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    visit(alice, registered(alice, PAUL), at(10))
    busy = book(at_alice, zoe, typed(alice, free="now|", day="", at=""), here=True)
    assert "a déjà un patient" in busy.content.decode()
    book(at_alice, zoe, typed(alice, free="2026-11-24T09:30Z|", day="", at=""), here=True)
    made = Appointment.objects.get(patient=zoe)
    assert (made.start, made.state) == (at(10, 30), "arrived")


def offered_now(browser: Client, patient: Patient, who: User) -> tuple[bool, str]:
    """Whether “now” can be chosen for somebody who is there, and why it is not offered."""
    address = reverse("patient-appointment", args=[patient.public_id])
    page = browser.get(f"{address}?here&who={who.public_id}").content.decode()
    why = re.search(r'<p class="with-warn" id="not-now">(.*?)</p>', page, re.DOTALL)
    said = " ".join(re.sub(r"<[^>]+>", " ", why.group(1)).split()) if why else ""
    chosen = re.search(r'value="now\|"[^>]* checked', page)
    assert (chosen is None) is (why is not None)
    return 'value="now|"' in page, said.replace("\u00a0", " ")


def test_now_is_chosen_beforehand_where_nothing_is_in_the_way(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    room(alice)
    assert offered_now(at_alice, zoe, alice) == (True, "")


@pytest.mark.parametrize(
    "taken, why",
    [
        ("person", "Alice a déjà un patient de 10 h à 10 h 30"),
        ("room", "la salle Salle 1 est déjà prise de 10 h à 10 h 30"),
        ("every room", "aucune salle n’est libre à cet horaire"),
        ("away", "Alice a une absence à cet horaire"),
        ("patient", "le patient a déjà un rendez-vous de 10 h à 10 h 30"),
        ("closing", "pas de rendez-vous à cet horaire"),
    ],
)
def test_now_is_not_offered_where_it_is_taken_and_says_why(
    alice: User, zoe: Patient, at_alice: Client, taken: str, why: str
) -> None:
    """“Tout de suite” was chosen beforehand while the practitioner had somebody: each booking was
    refused, and the page had proposed it."""
    rooms = [room(alice)]
    other = registered(alice, PAUL)
    if taken == "person":
        visit(alice, other, at(10))
    elif taken == "away":
        absences.add(sent(alice), alice, Span(at(9), at(12)))
    elif taken == "patient":
        visit(colleague(alice, "Eva"), zoe, at(10))
    elif taken == "closing":
        OpeningHours.objects.update(closes="10:20")
    else:
        if taken == "every room":
            rooms.append(room(alice, "Salle 2"))
        people = [colleague(alice, name) for name in ("Eva", "Flo")]
        crowded = [other, *crowd(alice, 1)]
        for one, who, patient in zip(rooms, people, crowded, strict=False):
            visit(who, patient, at(10), room=one)
    offered, said = offered_now(at_alice, zoe, alice)
    assert not offered
    assert why in said


def test_who_comes_once_the_one_before_is_done_waits_no_longer(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    before = visit(alice, registered(alice, PAUL), at(10))
    appointments.finish(alice, before, before.version)
    book(at_alice, zoe, typed(alice, free="now|", day="", at=""), here=True)
    assert Appointment.objects.get(patient=zoe).start == at(10, 15)


@pytest.mark.parametrize("field", ["in_error", "identity"])
def test_a_record_that_is_nobodys_gets_no_appointment(
    alice: User, zoe: Patient, field: str
) -> None:
    setattr(zoe, field, "none" if field == "identity" else "a double")
    booking = Booking(zoe, "consultation", slot(alice, WEDNESDAY))
    with pytest.raises(AppointmentRefusedError):
        appointments.book(sent(alice), booking)


def test_the_desk_books_and_the_practitioner_gets_the_record(
    alice: User, zoe: Patient, browser_of: BrowserOf
) -> None:
    dora = colleague(alice)
    book(browser_of(secretary(alice)), zoe, typed(dora))
    assert patient_gate.is_open(dora, zoe)


def test_nobody_opens_a_record_for_themselves_by_booking(
    alice: User, zoe: Patient, browser_of: BrowserOf
) -> None:
    dora = colleague(alice)
    assert book(browser_of(dora), zoe, typed(dora)).status_code == 302
    assert not CareRelation.objects.filter(user=dora).exists()
    assert not patient_gate.is_open(dora, zoe)


def test_what_it_is_about_is_offered_only_where_the_record_is_open(
    alice: User, at_alice: Client, browser_of: BrowserOf
) -> None:
    open_every_weekday(alice.site)
    knee = complaint_of(alice)
    address = reverse("patient-appointment", args=[knee.patient.public_id])
    assert knee.public_id in at_alice.get(address).content.decode()
    for user in (secretary(alice), colleague(alice)):
        assert knee.public_id not in browser_of(user).get(address).content.decode()


def test_another_sites_patient_and_practitioner_are_nobody(
    alice: User, chloe: User, zoe: Patient, browser_of: BrowserOf
) -> None:
    assert book(browser_of(chloe), zoe, typed(chloe)).status_code == 404
    assert book(browser_of(alice), zoe, typed(chloe)).status_code == 422
    assert not Appointment.objects.exists()


def test_a_patient_is_looked_for_without_a_name_in_the_address(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    address = reverse("appointment-find") + "?day=2026-11-25"
    response = at_alice.post(address, {"q": "Durand"})
    assert "Durand" not in response.headers["Location"]
    text = at_alice.get(response.headers["Location"]).content.decode()
    wanted = reverse("patient-appointment", args=[zoe.public_id])
    assert f"{wanted}?day=2026-11-25" in text


def test_the_pages_ask_a_constant_number_of_questions(alice: User, at_alice: Client) -> None:
    open_every_weekday(alice.site)
    room(alice)
    knee = complaint_of(alice)
    address = reverse("patient-appointment", args=[knee.patient.public_id])
    counts = []
    for size in (2, 20):
        for number, patient in enumerate(crowd(alice, size)):
            visit(alice, patient, at(9, day=WEDNESDAY + timedelta(days=number)))
        complaint_of(alice)
        with own_queries() as asked:
            at_alice.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= MORE["patient-appointment"], asked.own


def test_every_refusal_has_both_languages(alice: User, zoe: Patient) -> None:
    session = visit(alice, zoe, at(10), state="missed")
    with pytest.raises(InputError) as refused:
        appointments.arrive(alice, session, 1)
    assert refused.value.fr != refused.value.what
