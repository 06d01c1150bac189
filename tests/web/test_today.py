"""The day of a site: what stands on it, for whom, in how many questions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import AuditEntry, Site, User
from dolenti.access.roles import Role
from dolenti.agenda import day
from dolenti.agenda.models import Absence, Appointment, Closure
from dolenti.identity.person import Identity
from dolenti.records import gate
from dolenti.records.models import Assessment, Complaint, Opening, Patient, Referral
from dolenti.records.patients import care
from dolenti.records.patients import dangers as day_marks
from dolenti.records.patients.people import Person
from dolenti.treatment.models import Course
from tests.web.merges import merged
from tests.web.queries import MORE, MOST, own_queries
from tests.web.world import (
    AT_TEN,
    PAUL,
    POSSIBLE,
    TUESDAY,
    allow,
    appointment_of,
    assessed,
    at,
    begun,
    colleague,
    complaint_of,
    full_day,
    named,
    open_every_weekday,
    referred,
    registered,
    room,
    secretary,
    signed,
    state,
    visit,
)

TWIN = Identity("Martin", "Zoé", date(1990, 1, 2), "female", used_name="Durand")
BrowserOf = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("ten_past_ten")


@pytest.fixture
def ten_past_ten() -> object:
    with time_machine.travel(AT_TEN, tick=False) as clock:
        yield clock


@pytest.fixture
def zoe(alice: User, ten_past_ten: object) -> Patient:
    """Zoé, in Alice's care, at a site that is open."""
    open_every_weekday(alice.site)
    patient = registered(alice)
    care.take(alice, patient, alice)
    return patient


def page(browser: Client, name: str = "home", **asked: str) -> str:
    response = browser.get(reverse(name), asked)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def part(text: str, name: str) -> str:
    """What one of the four parts at the top of the day says, without its tags."""
    found = re.search(rf'<section class="now-part now-{name}.*?</section>', text)
    assert found, name
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


# --- Who is late, who waits, who comes -----------------------------------------------------------


def test_late_comes_first_then_who_waits_then_who_is_next(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    late = visit(alice, zoe, at(9, 30))
    visit(alice, registered(alice, PAUL), at(10), state="arrived", arrived_at=at(9, 50))
    visit(alice, zoe, at(11))
    text = page(at_alice)
    assert "9 h 30 DURAND Zoé" in part(text, "late")
    assert "En retard de 40 min" in part(text, "late")
    assert "LEFÈVRE Paul" in part(text, "waiting")
    assert "Attend depuis 20 min" in part(text, "waiting")
    assert "11 h DURAND Zoé" in part(text, "next")
    assert reverse("appointment-arrive", args=[late.public_id]) in text


def test_the_line_now_stands_between_what_began_and_what_is_to_come(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    before, after = visit(alice, zoe, at(10)), visit(alice, zoe, at(10, 30))
    text = page(at_alice)
    board = text[text.index('<div class="grid ') :]
    order = [board.index(f"s-{before.public_id}"), board.index('id="now"')]
    assert sorted([*order, board.index(f"s-{after.public_id}")]) == [
        *order,
        board.index(f"s-{after.public_id}"),
    ]


def test_two_people_of_one_name_are_told_apart_by_their_birth_date(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    visit(alice, zoe, at(11))
    assert "visit-born" not in page(at_alice)
    visit(alice, registered(alice, replace(PAUL, identity=TWIN)), at(12))
    assert page(at_alice).count("visit-born") >= 2


def test_a_hole_of_the_day_leads_to_its_booking_and_what_is_past_to_none(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    visit(alice, zoe, at(11))
    text = page(at_alice)
    holes = re.findall(r"agenda/book/\?day=2026-11-24&amp;who=(\w+)&amp;at=(\d\d:\d\d)", text)
    assert {who for who, _hour in holes} == {alice.public_id}
    hours = [hour for _who, hour in holes]
    assert "10:30" in hours
    assert "11:30" in hours
    assert not {"09:30", "10:00", "11:00"} & set(hours)  # past, and taken
    found = at_alice.post(
        f"{reverse('appointment-find')}?day=2026-11-24&who={alice.public_id}&at=11:30",
        {"q": "durand"},
        follow=True,
    ).content.decode()
    form = at_alice.get(
        re.findall(r'href="(/patients/[^"]+appointment[^"]+)"', found)[0].replace("&amp;", "&")
    )
    assert 'value="11:30"' in form.content.decode()


def test_a_doctor_sees_only_their_own_patients_where_they_ask(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    own = visit(alice, zoe, at(11))
    other = visit(colleague(alice), registered(alice, PAUL), at(11))
    text = page(at_alice, who=alice.public_id)
    assert own.public_id in text
    assert other.public_id not in text
    assert other.public_id in page(at_alice, who="nobody")


def test_a_closed_day_leads_to_the_next_that_opens(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    visit(alice, zoe, at(11, day=date(2026, 11, 30)))
    text = page(at_alice, "agenda", day="2026-11-28")
    assert "Prochain jour ouvert : lundi 30 novembre 2026 (1 rendez-vous)" in text


def test_another_day_has_no_now_and_nobody_late(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    visit(alice, zoe, at(9, day=TUESDAY - timedelta(days=1)))
    text = page(at_alice, "agenda", day="2026-11-23")
    assert "DURAND Zoé" in text
    assert 'id="now"' not in text
    assert "now-late" not in text


def test_a_column_for_each_practitioner_or_for_each_room(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    dora = colleague(alice)
    visit(dora, zoe, at(11), room=room(alice, "Échographie"))
    visit(alice, registered(alice, PAUL), at(11))
    people, rooms = page(at_alice), page(at_alice, "agenda", by="room")
    heads = [re.findall(r'<h3 id="column-[^>]*>([^<]+)', text) for text in (people, rooms)]
    assert [h.strip() for h in heads[0]] == ["Alice", "Dora"]  # one's own first
    assert [h.strip() for h in heads[1]] == ["Échographie", "Sans salle"]


def test_who_is_away_stands_there_with_the_hours(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    Absence.objects.create(user=colleague(alice), start=at(14), end=at(16))
    assert "Absence de 14 h à 16 h" in page(at_alice)


@pytest.mark.parametrize(
    "day,said",
    [
        ("2026-11-29", "fermé le dimanche"),
        ("2026-12-25", "férié (Noël)"),
        ("2026-11-30", "fermé (travaux)"),
        ("2026-11-25", "Aucun rendez-vous ce jour-là"),
    ],
)
def test_an_empty_day_says_why(
    alice: User, zoe: Patient, at_alice: Client, day: str, said: str
) -> None:
    monday = date(2026, 11, 30)
    Closure.objects.create(site=alice.site, first=monday, last=monday, why="travaux")
    assert said in page(at_alice, "agenda", day=day)


def test_a_closure_that_is_past_is_still_said_of_its_day(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    gone = date(2026, 11, 10)
    Closure.objects.create(site=alice.site, first=gone, last=gone, why="inventaire")
    assert "inventaire" in page(at_alice, "agenda", day="2026-11-10")


@pytest.mark.parametrize("day", ["", "tomorrow", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_a_day_that_cannot_be_is_today(
    alice: User, zoe: Patient, at_alice: Client, day: str
) -> None:
    assert "Mardi 24 novembre 2026" in page(at_alice, "agenda", day=day)


@pytest.mark.parametrize("day,hours", [("2026-03-29", 23), ("2026-10-25", 25)])
def test_both_bad_nights_have_all_their_appointments(
    alice: User, zoe: Patient, at_alice: Client, day: str, hours: int
) -> None:
    on = date.fromisoformat(day)
    first, last = visit(alice, zoe, at(0, 0, on)), visit(alice, zoe, at(23, 30, on))
    assert last.start - first.start == timedelta(hours=hours - 0.5)
    text = page(at_alice, "agenda", day=day)
    assert f"s-{first.public_id}" in text
    assert f"s-{last.public_id}" in text


def test_a_week_is_of_one_person(alice: User, zoe: Patient, at_alice: Client) -> None:
    own = visit(alice, zoe, at(11, day=date(2026, 11, 27)))
    other = visit(colleague(alice), registered(alice, PAUL), at(11))
    text = page(at_alice, "agenda-week")
    assert own.public_id in text
    assert other.public_id not in text
    assert "vendredi 27 novembre" in text
    assert "samedi" not in text  # closed, and nobody comes


# --- What each role sees -------------------------------------------------------------------------


@pytest.fixture
def session_of_paul(alice: User, ten_past_ten: object) -> Appointment:
    """The session of an infiltration, today at eleven, of a course that nobody signed yet."""
    open_every_weekday(alice.site)
    allow(alice)
    stored = assessed(alice, named(complaint_of(alice, POSSIBLE)))
    course = begun(alice, stored)
    session = appointment_of(course)
    Appointment.objects.filter(pk=session.pk).update(start=at(11), end=at(11, 30))
    return session


def test_whose_record_is_open_sees_the_therapy_and_what_can_hurt(
    alice: User, session_of_paul: Appointment, at_alice: Client
) -> None:
    state(alice, session_of_paul.patient, anticoagulant="vka", allergy=["latex"])
    text = page(at_alice)
    assert "Infiltration" in text
    assert '<span class="mark mark-danger">' in text
    assert "Anticoagulant</span>" in text
    assert "Allergies</span>" in text


def test_the_secretary_sees_the_hour_and_the_name_and_nothing_of_health(
    alice: User, session_of_paul: Appointment, browser_of: BrowserOf
) -> None:
    state(alice, session_of_paul.patient, anticoagulant="vka", allergy=["latex"])
    text = page(browser_of(secretary(alice)))
    assert "LEFÈVRE Paul" in text
    assert "Séance 1" in text
    for word in ("nfiltration", "Anticoagulant", "Allergie", "mark-", "onsentement", "interroger"):
        assert word not in text, word


def test_a_colleague_without_the_patient_in_care_sees_no_more_than_the_desk(
    alice: User, session_of_paul: Appointment, browser_of: BrowserOf
) -> None:
    state(alice, session_of_paul.patient, anticoagulant="vka", allergy=["latex"])
    text = page(browser_of(colleague(alice)))
    assert "LEFÈVRE Paul" in text
    assert "nfiltration" not in text
    assert "mark-" not in text


def test_another_site_sees_nobody(
    chloe: User, session_of_paul: Appointment, browser_of: BrowserOf
) -> None:
    for name in ("home", "agenda", "agenda-week"):
        assert "LEFÈVRE" not in page(browser_of(chloe), name)


def test_what_nobody_said_is_to_be_asked_and_never_a_no(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    visit(alice, zoe, at(11))
    text = page(at_alice)
    assert "mark-unknown" in text
    assert re.search(r"[2-9]\sà demander", text)  # how much, in one mark
    assert "allergies" in text.lower()  # and what, to whoever hears or points
    assert "Drapeau" not in text  # a word for one that is present
    assert "1 patient du jour à interroger" in part(text, "alerts")


def to_ask(text: str) -> int:
    """How much the badge of the one card says is to be asked; 0 where there is none."""
    said = re.search(r"(\d+)\sà demander", text)
    return int(said[1]) if said else 0


def test_the_badge_counts_what_the_core_still_needs_one_answer_after_another(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    visit(alice, zoe, at(11))
    core = day_marks.of_patients(alice, [zoe.pk], TUESDAY)[zoe.pk].core
    assert {"allergy", "anticoagulant"} <= set(core)
    calm: dict[str, Any] = {"allergy": [], "anticoagulant": "none"}
    for left, fact in zip(range(len(core), 0, -1), core, strict=True):
        assert to_ask(page(at_alice)) == left + 1, fact  # and the warning signs
        state(alice, zoe, **{fact: calm.get(fact, False)})
    assert to_ask(page(at_alice)) == 1


def test_what_is_calm_is_not_said(alice: User, zoe: Patient, at_alice: Client) -> None:
    state(alice, zoe, anticoagulant="none", pregnancy=False)
    visit(alice, zoe, at(11))
    assert "nticoagulant" not in page(at_alice)


def test_a_new_statement_is_seen_at_once(alice: User, zoe: Patient, at_alice: Client) -> None:
    state(alice, zoe, anticoagulant="none")
    visit(alice, zoe, at(11))
    assert "mark-danger" not in page(at_alice)
    state(alice, zoe, anticoagulant="doac")
    assert "mark-danger" in page(at_alice)


def test_what_was_said_under_a_merged_record_counts(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    other = registered(alice, PAUL)
    state(alice, other, anticoagulant="doac")
    visit(alice, zoe, at(11))
    assert "mark-danger" not in page(at_alice)
    merged(alice, zoe, other)
    assert "mark-danger" in page(at_alice)


def test_an_inr_that_is_too_old_is_to_be_asked_again(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    state(alice, zoe, anticoagulant="vka")
    state(alice, zoe, TUESDAY - timedelta(days=9), inr=2.4)
    visit(alice, zoe, at(11))
    assert "INR" in page(at_alice)
    assert "INR" in at_alice.get(reverse("agenda-list", args=["to-ask"])).content.decode()


def test_who_must_be_asked_leads_to_the_questions_of_the_visit(
    alice: User, knee: Complaint, at_alice: Client
) -> None:
    """Not to all that is known; that is for a visit about no pain in particular."""
    patient = knee.patient
    state(alice, patient, anticoagulant="vka")
    about = visit(alice, patient, at(11), complaint=knee)
    address = reverse("agenda-list", args=["to-ask"])
    asks = reverse("complaint", args=[knee.public_id])
    assert f'href="{asks}#questions"' in at_alice.get(address).content.decode()
    about.complaint = None
    about.save()
    text = at_alice.get(address).content.decode()
    assert asks not in text
    assert reverse("patient-facts", args=[patient.public_id]) in text


def test_nothing_is_found_for_whoever_reads_no_records(alice: User, zoe: Patient) -> None:
    assert day_marks.of_patients(secretary(alice), [zoe.pk], TUESDAY) == {}


def test_reading_a_day_is_a_line_of_the_trail_that_names_who_stood_on_it(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    session = visit(alice, zoe, at(11))
    page(at_alice)
    entry = AuditEntry.objects.filter(kind="agenda").get()
    assert entry.detail == {
        "day": "2026-11-24",
        "open": 1,
        "read": {"agenda": [alice.site.public_id, session.public_id]},
    }
    assert entry.patient == zoe.public_id


def test_an_analyst_has_a_list_of_what_is_open_to_them(alice: User, browser_of: BrowserOf) -> None:
    text = page(browser_of(colleague(alice, "Anna", Role.ANALYST)))
    assert reverse("knowledge") in text
    assert reverse("agenda") not in text


# --- What waits ----------------------------------------------------------------------------------


def test_each_alert_has_its_count_and_its_list(
    alice: User, session_of_paul: Appointment, at_alice: Client
) -> None:
    stored = Assessment.objects.get()
    referral = referred(stored)
    Referral.objects.filter(pk=referral.pk).update(created_at=at(9, day=date(2026, 11, 19)))
    visit(alice, session_of_paul.patient, at(9, day=date(2026, 11, 20)))
    Absence.objects.create(user=alice, start=at(14), end=at(16))
    visit(alice, session_of_paul.patient, at(15))
    privilege = alice.privileges.get()
    privilege.last = date(2026, 12, 1)
    privilege.save()
    text = page(at_alice)
    said = part(text, "alerts")
    for words in (
        "1 patient adressé, sans nouvelles depuis",
        "il y a 5 jours",
        "1 séance du jour sans consentement valable",
        "1 rendez-vous pendant une absence",
        "1 de vos habilitations prend fin le 1er décembre 2026",
        "1 rendez-vous d’un jour passé",
    ):
        assert words in said, (words, said)
    alerts = text[text.index('aria-labelledby="alerts"') :]
    for address in re.findall(r'class="alert [^"]*" href="([^"]+)"', alerts):
        assert at_alice.get(address).status_code == 200, address


def test_a_day_with_nothing_to_tell_says_so(alice: User, zoe: Patient, at_alice: Client) -> None:
    assert "Rien à traiter" in part(page(at_alice), "alerts")


def test_a_signed_course_is_no_alert(
    alice: User, session_of_paul: Appointment, at_alice: Client
) -> None:
    assert "sans consentement" in page(at_alice).lower()
    course = Course.objects.get()
    signed(alice, course)
    assert "sans consentement" not in page(at_alice).lower()


def test_a_renewed_privilege_is_no_alert(alice: User, zoe: Patient, at_alice: Client) -> None:
    allow(alice, last=date(2026, 12, 1))
    assert "habilitation" in part(page(at_alice), "alerts")
    allow(alice, first=date(2026, 12, 2))
    assert "habilitation" not in part(page(at_alice), "alerts")


def test_lists_about_health_are_not_there_for_the_desk(
    alice: User, zoe: Patient, browser_of: BrowserOf
) -> None:
    browser = browser_of(secretary(alice))
    found = {
        what: browser.get(reverse("agenda-list", args=[what])).status_code
        for what in ("consent", "to-ask", "to-move", "unclosed", "whatever")
    }
    assert found == {
        "consent": 404, "to-ask": 404, "to-move": 200, "unclosed": 200, "whatever": 404,
    }  # fmt: skip


# --- How much it asks ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["home", "agenda-week"])
@pytest.mark.parametrize("role", ["practitioner", "nurse", "secretary"])
def test_a_full_day_asks_no_more_than_a_quiet_one(
    alice: User, role: str, name: str, browser_of: BrowserOf
) -> None:
    browser = browser_of(alice)
    counts = []
    for size in (3, 57):
        full_day(alice, size)
        User.objects.filter(pk=alice.pk).update(role=role)
        with own_queries() as asked:
            assert browser.get(reverse(name)).status_code == 200
        counts.append(len(asked))
        User.objects.filter(pk=alice.pk).update(role="practitioner")
    assert counts[0] == counts[1] <= MORE.get(name, MOST), (counts, asked.own)


def test_a_day_that_did_not_change_asks_for_no_statement(alice: User, at_alice: Client) -> None:
    full_day(alice, 5)
    page(at_alice)
    with own_queries() as asked:
        page(at_alice)
    assert not [sql for sql in asked.own if sql.startswith('SELECT "records_statement"')]
    assert len(asked) < MORE["agenda"]


def test_a_site_without_hours_says_so(north: Site, alice: User, at_alice: Client) -> None:
    assert "horaires d’ouverture" in page(at_alice)


def test_the_condition_of_a_row_says_the_same_as_the_list_of_patients(
    alice: User, zoe: Patient
) -> None:
    dora, bob = colleague(alice), colleague(alice, "Bob", Role.NURSE)
    desk = secretary(alice)
    paul, lea, max_, ada_ = (registered(alice, p) for p in (PAUL, *others("Lea", "Max", "Ada")))
    for patient in (paul, lea, max_, ada_):  # whoever registers somebody has them in care
        care.leave(alice, patient, alice)
    # Alice has the absorbed one in care, Dora the kept one.
    merged(None, paul, zoe)
    care.take(alice, max_, dora)
    merged(None, max_, ada_)
    care.take(alice, lea, dora)
    care.leave(dora, lea, dora)
    Opening.objects.create(patient=lea, user=alice, reason="x", ends_at=at(12))
    Opening.objects.create(patient=lea, user=dora, reason="x", ends_at=at(9))
    sessions = [visit(alice, one, at(11)) for one in (zoe, paul, lea, max_, ada_)]
    for user in (alice, dora, bob, desk):
        expected = set(gate.in_care(user).values_list("pk", flat=True))
        shown = {one.patient_id for one in day.entries(user) if one.is_open}  # type: ignore[attr-defined]
        filtered = Appointment.objects.filter(
            gate.is_open(user, "patient"), pk__in=[s.pk for s in sessions]
        )
        assert shown == expected & {s.patient_id for s in sessions}, user
        assert {one.patient_id for one in filtered} == shown, user
    assert {zoe.pk, paul.pk, lea.pk} == set(gate.in_care(alice).values_list("pk", flat=True))


def others(*names: str) -> list[Person]:
    return [Person(Identity(name, name, date(1971, 1, 2), "female")) for name in names]


def test_why_the_site_is_closed_stands_apart_from_the_hour_of_the_page(
    alice: User, at_alice: Client
) -> None:
    today = timezone.localdate()
    Closure.objects.create(site=alice.site, first=today, last=today, why="Travaux")
    page = re.sub(r"<[^>]+>", "", at_alice.get(reverse("agenda")).content.decode())
    line = " ".join(page[page.index("Jour de fermeture") :].split())[:80]
    assert re.search(r"Travaux.* · à jour à ", line), line
