"""The day of a doctor, a secretary and a nurse by keyboard alone: no pointer is ever used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.agenda.models import Appointment, OpeningHours
from dolenti.records.models import Assessment, Patient, Statement, VisitNote
from dolenti.treatment.models import Session, SessionRecord
from tests.e2e.keys import Keyboard
from tests.e2e.rows import SETTLING
from tests.e2e.sessions import second_of_two
from tests.web.world import PAUL, at, colleague, complaint_of, registered, visit, workday

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("ten_past_ten")]

KNEE = """
patient: {birth-date: 1958-03-02, sex: female}
complaint: {condition: knee-osteoarthritis, side: right, since: 2026-03-15}
facts: {}
"""


@pytest.fixture
def planned(ten_past_ten: None, alice: User) -> Session:
    """A session of today like the last, at a site that is open at every hour."""
    OpeningHours.objects.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(site=alice.site, weekday=day, opens="00:00", closes="23:59")
        for day in range(7)
    )
    return second_of_two(alice)


def open_home(page: Page, site: object) -> Keyboard:
    keys = Keyboard(page)
    page.goto(f"{site}/")
    return keys


def test_a_doctor_reads_notes_assesses_and_signs_a_session(
    planned: Session, alice: User, window: Callable[..., Page], live_server: object
) -> None:
    complaint = complaint_of(alice, KNEE)
    now = timezone.now().replace(second=0, microsecond=0)
    zoe = registered(alice)
    visit(alice, zoe, now - timedelta(minutes=now.minute % 5 + 30))
    page = window(alice)
    keys = open_home(page, live_server)

    # Who comes now, what is known, a note of the visit.
    keys.go("^DURAND Zoé")
    keys.go("^Antécédents")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Antécédents et données")
    keys.go("DURAND Zoé|^Dossier$")
    keys.go("Écrire une note")
    keys.write("^Note", "Va mieux, marche une heure.")
    keys.go("^Enregistrer la note")
    assert VisitNote.objects.filter(patient=zoe).exists()

    # An assessment: every row answered, one of them by its words.
    page.goto(f"{live_server}{reverse('patient', args=[complaint.patient.public_id])}")
    keys.go("^Infiltration$")
    expect(page.locator("#row-onset-label")).to_be_focused()
    keys.reach("^Non à tout|^Ni |^Pas ")
    page.wait_for_timeout(SETTLING)
    keys.press("Enter")
    expect(page.locator("#row-pattern-label")).to_be_focused()
    keys.seen()
    page.wait_for_timeout(SETTLING)
    keys.reach("^Annuler : Début", back=True)
    keys.press("Enter")
    expect(page.locator("#row-onset.is-answered")).to_have_count(0)
    keys.seen()
    keys.reach("diabète")
    if page.locator(":focus").evaluate("one => one.matches('summary')"):
        keys.press("Enter")
        page.wait_for_timeout(SETTLING)
        keys.reach("^Équilibré")
    keys.press("Enter")
    expect(page.locator(".said-yes").first).to_be_visible()
    keys.seen()
    for _ in range(30):
        left = page.locator("#questions [data-no]").count()
        if not left:
            break
        page.wait_for_timeout(SETTLING)
        if not page.evaluate(
            "!!document.activeElement.closest('[data-row]')?.querySelector('[data-no]')"
        ):
            keys.press("ArrowDown")
            continue
        keys.press("n")
        expect(page.locator("#questions [data-no]")).to_have_count(left - 1)
        keys.seen()
    page.wait_for_timeout(SETTLING)
    keys.never_lost()
    keys.go("^Enregistrer l’évaluation")
    assert Assessment.objects.filter(complaint=complaint).exists()

    # The session: prepared like the last, the pause, what was injected, signed.
    page.goto(f"{live_server}/agenda/")
    keys.go("^Séance")
    prepare(keys)
    for _ in range(2):
        keys.go("^Tout va bien aux ")
    keys.go("^Enregistrer l’injection")
    keys.choose("^0", "^6$")
    keys.choose("^0", "^2$")
    keys.choose("^Rien à signaler", "^Rien à signaler")
    for line in page.locator("input[name=leaving]").all():
        keys.reach(".")
        while not line.evaluate("one => one === document.activeElement"):
            keys.reach(".")
        keys.press("Space")
        expect(line).to_be_checked()
    keys.write("^Motif, si l’un de ces points", "Surveillé par l’infirmière à côté")
    keys.go("^Signer la séance")
    expect(page.locator(".seal")).to_be_visible()
    assert SessionRecord.objects.get(session=planned).state == "signed"
    keys.never_lost()


def prepare(keys: Keyboard) -> None:
    """The syringe is as the last was, and looked at."""
    keys.choose("^Limpide|^Non regard|^Trouble", "^Limpide")
    keys.go("^Enregistrer la préparation")


def test_a_nurse_prepares_asks_and_answers_the_pause(
    planned: Session, alice: User, window: Callable[..., Page], live_server: object
) -> None:
    nadia = colleague(alice, "Nadia", Role.NURSE)
    zoe = registered(alice)
    now = timezone.now().replace(second=0, microsecond=0)
    visit(alice, zoe, now - timedelta(minutes=now.minute % 5 + 30))
    visit(alice, zoe, at(10, day=workday()))
    page = window(nadia)
    keys = open_home(page, live_server)
    keys.go("^À préparer")
    expect(page.get_by_role("heading", level=1)).to_contain_text("À préparer")
    page.goto(f"{live_server}/")
    keys.go("interroger")
    keys.go("^Recueillir et saisir")
    expect(page.get_by_role("heading", level=1)).to_be_attached()
    keys.reach("^Renseigner une donnée")
    page.keyboard.type("poids")
    keys.go("^Continuer")
    keys.write("^Poids", "62")
    keys.go("^Ajouter cette valeur")
    assert Statement.objects.filter(patient=zoe, fact="weight").exists()
    page.goto(f"{live_server}{reverse('patient', args=[zoe.public_id])}")
    keys.go("Écrire une note")
    keys.write("^Note", "Pansement propre.")
    keys.go("^Enregistrer la note")

    page.goto(f"{live_server}/agenda/")
    keys.go("^Séance")
    prepare(keys)
    keys.go("^Tout va bien aux ")
    assert SessionRecord.objects.get(session=planned).state == "prepared"
    keys.never_lost()


def test_a_secretary_finds_books_moves_cancels_registers_and_welcomes(
    planned: Session, alice: User, window: Callable[..., Page], live_server: object
) -> None:
    sonia = colleague(alice, "Sonia", Role.SECRETARY)
    zoe, day = registered(alice), workday()
    paul = registered(alice, PAUL)
    now = timezone.now().replace(second=0, microsecond=0)
    visit(alice, paul, now - timedelta(minutes=now.minute % 5 + 30))
    page = window(sonia)
    keys = Keyboard(page)
    page.goto(f"{live_server}/absences/")

    # On the telephone: a name from any page, then the next appointment.
    keys.press("/")
    page.keyboard.type("durand", delay=20)
    expect(page.locator("header").get_by_role("link", name="DURAND Zoé")).to_be_visible()
    keys.press("ArrowDown")
    keys.seen()
    keys.enter()
    assert zoe.public_id in page.url

    # Booked, another length first: the free times follow, and the keyboard stays.
    keys.go("^Rendez-vous")
    keys.reach("^Durée")
    with page.expect_response(lambda one: one.request.method == "POST"):
        keys.press("ArrowDown")
    drawing = page.locator(".htmx-request, .htmx-swapping, .htmx-settling")
    expect(drawing).to_have_count(0)
    keys.seen()
    keys.choose(r"^\d+ h", r"^\d+ h")
    page.wait_for_load_state("networkidle")
    keys.seen()
    keys.go("^Prendre le rendez-vous")
    made = Appointment.objects.get(patient=zoe)

    # Moved on the board by “m”, the arrows and Enter.
    visit(alice, paul, at(10, day=day))
    other = Appointment.objects.filter(patient=paul).latest("start")
    page.goto(f"{live_server}/agenda/?day={day}")
    keys.reach("LEFÈVRE Paul")
    keys.press("m")
    keys.seen()
    keys.press("ArrowDown")
    keys.seen()
    keys.enter()
    keys.write("^Motif", "à la demande du patient")
    keys.enter()
    moved = Appointment.objects.get(pk=other.pk)
    assert moved.start != other.start

    # Called off, with the reason.
    page.goto(f"{live_server}{reverse('appointment', args=[made.public_id])}")
    keys.go("^Annuler le rendez-vous")
    if page.locator("#id_reason").count():
        keys.write("^Motif", "Ne peut pas venir")
        keys.go("^Annuler le rendez-vous")
    made.refresh_from_db()
    assert made.state == Appointment.State.CANCELLED

    # Somebody new.
    page.goto(f"{live_server}/")
    keys.go("^Patients$")
    keys.go("^Nouveau dossier")
    for label, text in (("^Nom de naissance", "Neuve"), ("^Premier prénom", "Anne")):
        keys.write(label, text)
    keys.write("^Date de naissance", "03/04/1970")
    keys.choose("^Femme|^Homme", "^Femme")
    keys.write("^Téléphone", "06 39 98 61 40")
    keys.go("^Créer le dossier")
    assert Patient.objects.filter(birth_name="Neuve").exists()

    # Paul is at the desk.
    page.goto(f"{live_server}/")
    keys.go("Arrivé.*LEFÈVRE Paul")
    keys.press("Tab")  # from the appointment on, and not from the head of the page
    keys.seen()
    assert "LEFÈVRE Paul" in page.evaluate("document.activeElement.closest('[id^=s-]').innerText")
    page.goto(f"{live_server}/")
    expect(page.locator(".now-waiting")).to_be_visible()
    keys.never_lost()
