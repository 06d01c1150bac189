"""A real day of each role, at a desk and on a telephone. Read them as the way the site is used."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.agenda.models import Appointment, Privilege, Room
from dolenti.records.models import Patient, Statement
from dolenti.treatment.models import Course, Quotation
from tests.axe import findings
from tests.e2e.conftest import log_in
from tests.e2e.pains import find_diagnosis
from tests.e2e.rows import no_to_all
from tests.web.world import (
    INS,
    PAUL,
    POSSIBLE,
    ZOE,
    appointment_of,
    assessed,
    at,
    begun,
    colleague,
    complaint_of,
    named,
    registered,
    visit,
    workday,
)

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("width", ["desk", "phone"])]


def heading(page: Page, words: str) -> None:
    """Wait for the page of this name; it must be accessible as it stands there."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    assert findings(page, contrast=False) == []


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def follow(page: Page, name: str) -> None:
    """By a link; the entries of the bar stand behind its “Menu” on a telephone."""
    page.get_by_role("link", name=name, include_hidden=True).first.wait_for(state="attached")
    folded = page.locator(".nav-fold:not([open]) > summary")
    if folded.is_visible() and page.locator(".nav a").filter(has_text=name).count():
        folded.click()
    page.get_by_role("link", name=name).first.click()


def column(page: Page, therapy: str) -> Locator:
    """What is said of one therapy."""
    return page.get_by_role("article", name=therapy)


def find(page: Page, text: str) -> None:
    """Look for a patient by what they say at the desk."""
    follow(page, "Patients")
    page.get_by_label("Rechercher un patient").fill(text)
    press(page, "Rechercher")


def draw_a_signature(page: Page) -> None:
    frame = page.locator("canvas")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    for across, down in ((60, 20), (90, 60), (120, 25), (150, 55), (190, 35)):
        page.mouse.move(box["x"] + across, box["y"] + down)
    page.mouse.up()
    expect(page.get_by_text("Signature tracée")).to_be_visible()


def test_dr_alice_from_a_pain_to_a_course_that_begins_and_is_stopped(
    width: str, window: Callable[..., Page], alice: User, secret: str, live_server: object
) -> None:
    zoe = registered(alice)
    page = window(None, width)
    log_in(page, live_server, secret)

    # She finds her patient by the name she uses, and marks where it hurts.
    find(page, "durand zo")
    follow(page, "DURAND Zoé")
    heading(page, "Dossier")
    expect(page.locator(".strip")).to_contain_text("Allergies À préciser")
    follow(page, "Nouvelle douleur")
    page.locator('[data-region="front/knee-front-right"]').click()
    expect(page.locator("[data-title]")).to_have_text("Genou droit")
    page.locator("svg:visible [data-region]").first.click()
    find_diagnosis(page, "gonarthrose", "Gonarthrose")
    page.get_by_label("Note").fill("Marche limitée à 500 m.")
    press(page, "Enregistrer et évaluer")

    # Nothing is decided while something that could forbid it is unknown.
    heading(page, "Gonarthrose, à droite")
    expect(column(page, "Infiltration")).to_contain_text("À préciser")
    page.get_by_role("button", name="diabète : déséquilibré").click()
    expect(page.locator(".said-yes")).to_contain_text("déséquilibré")
    assert no_to_all(page)
    expect(column(page, "Infiltration")).to_contain_text("Prudence")
    press(page, "Enregistrer l’évaluation")
    expect(page.get_by_text("Résultat reproduit à l’identique")).to_be_visible()

    # A caution is passed by name, for a reason.
    column(page, "Infiltration").get_by_role("link", name="Passer outre à ce verdict").click()
    heading(page, "Infiltration")
    press(page, "Passer outre à ce verdict")
    expect(page.locator("[data-trouble]")).to_be_focused()
    page.get_by_label("Motif, pour ce patient").fill("Diabète vu avec l’endocrinologue lundi.")
    page.get_by_label("J’ai lu les raisons ci-dessus").check()
    press(page, "Passer outre à ce verdict")
    expect(column(page, "Infiltration")).to_contain_text("Dr Alice a passé outre")

    # The protocol becomes dates on the agenda.
    page.get_by_role("link", name="Planifier ce traitement").first.click()
    press(page, "Proposer les jours")
    expect(page.get_by_role("heading", name="Les séances")).to_be_visible()
    assert findings(page, contrast=False) == []
    press(page, "Planifier cette cure")
    heading(page, "Infiltration")
    course = Course.objects.get()
    assert (course.state, course.complaint.patient) == ("proposed", zoe)
    assert course.passing is not None

    # Zoé reads what was written for her, and signs on the screen.
    expect(page.get_by_text("Le consentement n’est pas encore signé.")).to_be_visible()
    expect(page.get_by_role("button", name="Commencer la cure")).to_have_count(0)
    follow(page, "Lire et signer le consentement")
    heading(page, "Consentement")
    press(page, "Signer et conserver")
    expect(page.locator("[data-trouble]")).to_be_focused()
    page.get_by_label("Signé par").fill("Zoé Durand")
    draw_a_signature(page)
    press(page, "Signer et conserver")
    expect(page.get_by_text("Le consentement est signé.")).to_be_visible()
    press(page, "Commencer la cure")
    expect(page.locator(".cycle-here")).to_have_text("En cours")
    heading(page, "Infiltration")

    # She changes her mind: the course stops at once, and no session is left.
    follow(page, "Retirer le consentement")
    heading(page, "Le patient retire son consentement")
    page.get_by_label("Qui le retire").fill("Zoé Durand")
    press(page, "Enregistrer le retrait")
    heading(page, "Infiltration")
    course.refresh_from_db()
    assert course.state == "stopped"
    assert {one.state for one in Appointment.objects.filter(session__course=course)} == {
        "cancelled"
    }


def test_bob_the_nurse_writes_down_what_the_patient_says(
    width: str, window: Callable[..., Page], person: Callable[[Role], User], live_server: object
) -> None:
    bob, zoe = person(Role.NURSE), registered(person(Role.PRACTITIONER))
    page = window(bob, width)
    page.goto(str(live_server))
    find(page, "Durand")
    follow(page, "DURAND Zoé")
    follow(page, "Antécédents et données")
    heading(page, "Antécédents et données")

    # An allergy, told by the patient; she knows of no other.
    page.get_by_label("Renseigner une donnée").select_option(label="Allergies")
    press(page, "Continuer")
    heading(page, "Allergies")
    page.get_by_label("Sulfites").check()
    page.get_by_role("radio", name="Le patient").check()
    press(page, "Ajouter cette valeur")
    expect(page.locator(".strip-danger")).to_contain_text("Sulfites")
    heading(page, "Antécédents et données")

    # A value that cannot be is explained beside the field, and kept.
    page.get_by_label("Renseigner une donnée").select_option(label="Poids")
    press(page, "Continuer")
    page.get_by_label("Poids").fill("820")
    press(page, "Ajouter cette valeur")
    expect(page.locator(".field-wrong .error").first).to_be_visible()
    expect(page.get_by_label("Poids")).to_have_value("820")
    page.get_by_label("Poids").fill("82")
    press(page, "Ajouter cette valeur")
    expect(page.get_by_text("82 kg").first).to_be_visible()
    stated = Statement.objects.filter(patient=zoe, fact="weight").get()
    assert stated.author == bob

    # What is a physician's to decide is not offered.
    follow(page, "Dossier")
    follow(page, "Nouvelle douleur")
    find_diagnosis(page, "gonarthrose", "Gonarthrose")
    press(page, "Enregistrer et évaluer")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gonarthrose")
    expect(page.get_by_role("button", name="Enregistrer l’évaluation")).to_have_count(0)
    assert findings(page, contrast=False) == []


def test_sophie_the_secretary_registers_books_and_quotes(
    width: str, window: Callable[..., Page], person: Callable[[Role], User], live_server: object
) -> None:
    alice, sophie = person(Role.PRACTITIONER), person(Role.SECRETARY)
    registered(alice)
    paul = visit(alice, registered(alice, PAUL), at(10))
    page = window(sophie, width)
    page.goto(str(live_server))

    # Paul is at the desk: one press, and everybody sees that he waits.
    assert findings(page, contrast=False) == []
    page.get_by_role("button", name=re.compile("Arrivé.*LEFÈVRE Paul")).first.click()
    expect(page.get_by_role("region", name="En attente 1")).to_be_visible()
    paul.refresh_from_db()
    assert paul.state == Appointment.State.ARRIVED

    # Somebody new, with the number of their card; a slip of a digit is seen.
    follow(page, "Patients")
    follow(page, "Nouveau dossier")
    heading(page, "Nouveau dossier")
    page.get_by_label("Nom de naissance", exact=True).fill("Le Gall")
    page.get_by_label("Premier prénom de naissance").fill("Anne")
    page.get_by_label("Date de naissance").fill("12/08/1955")
    page.get_by_role("radio", name="Femme").check()
    page.get_by_label("Code INSEE du lieu").fill("14168")
    page.get_by_label("Matricule INS").fill(INS[:-1] + "9")
    press(page, "Créer le dossier")
    expect(page.locator("[data-trouble]")).to_be_focused()
    page.locator("[data-trouble] a").first.click()
    expect(page.get_by_label("Matricule INS")).to_be_focused()
    page.get_by_label("Matricule INS").fill(INS)
    press(page, "Créer le dossier")
    heading(page, "Identité et contacts")
    expect(page.locator(".strip-name")).to_have_text("LE GALL Anne")
    assert Patient.objects.get(birth_name="Le Gall").ins == INS

    # She sees who they are, and nothing of their health.
    expect(page.locator(".strip")).to_have_count(0)
    expect(page.get_by_role("link", name="Antécédents et données")).to_have_count(0)

    # Zoé Durand telephones: she has a record already.
    follow(page, "Patients")
    follow(page, "Nouveau dossier")
    page.get_by_label("Nom de naissance", exact=True).fill(ZOE.identity.birth_name)
    page.get_by_label("Premier prénom de naissance").fill("Zoe")
    page.get_by_label("Date de naissance").fill("2/3/1968")
    page.get_by_role("radio", name="Femme").check()
    press(page, "Créer le dossier")
    expect(page.get_by_text("Cette personne a peut-être déjà un dossier")).to_be_visible()
    assert findings(page, contrast=False) == []
    follow(page, "C’est cette personne : ouvrir le dossier")
    expect(page.locator(".strip-name")).to_have_text("DURAND Zoé")
    assert Patient.objects.filter(birth_name=ZOE.identity.birth_name).count() == 1

    # Paul cannot come on the day that was said: his session is moved, and his quotation made.
    stored = assessed(alice, named(complaint_of(alice, POSSIBLE)))
    course = begun(alice, stored)
    session = appointment_of(course)
    page.goto(f"{live_server}{reverse('appointment-move', args=[session.public_id])}")
    heading(page, "Déplacer la séance")
    other = workday(20)
    page.get_by_label("Jour").fill(other.isoformat())
    page.get_by_label("Heure").fill("23:00")
    page.locator("#id_reason").fill("Ne peut pas venir ce jour-là")
    press(page, "Déplacer la séance")
    expect(page.locator("[data-trouble]")).to_be_focused()
    expect(page.locator("#id_reason")).to_have_value("Ne peut pas venir ce jour-là")
    page.get_by_label("Heure").fill("11:30")
    press(page, "Déplacer la séance")
    page.wait_for_load_state()
    session.refresh_from_db()
    assert timezone.localtime(session.start).replace(tzinfo=None) == datetime.combine(
        other, time(11, 30)
    )
    page.goto(f"{live_server}{reverse('quotation-new', args=[course.public_id])}")
    heading(page, "Devis")
    page.locator("#id_label_1").fill("Infiltration du genou")
    page.locator("#id_count_1").fill("1")
    page.locator("#id_price_1").fill("90,50")
    press(page, "Établir le devis")
    expect(page.get_by_text("90,50 €").first).to_be_visible()
    assert Quotation.objects.get().course == course


def test_irene_the_administrator_says_who_may_perform_what(
    width: str, window: Callable[..., Page], person: Callable[[Role], User], live_server: object
) -> None:
    alice = person(Role.PRACTITIONER)
    page = window(person(Role.ADMINISTRATOR), width)
    page.goto(str(live_server))
    follow(page, "Habilitations")
    heading(page, "Habilitations par traitement")
    cryoneurolysis = page.get_by_role("region", name="Cryoneurolyse")
    expect(cryoneurolysis).to_contain_text("Personne n’est habilité ici.")

    press(page, "Enregistrer l’habilitation")
    expect(page.locator("[data-trouble]")).to_be_focused()
    page.get_by_label("Praticien").select_option(label="Dr Alice")
    page.get_by_label("Traitement").select_option("cryoneurolysis")
    page.get_by_label("Justificatif vu").fill("DIU 2021, copie au secrétariat")
    press(page, "Enregistrer l’habilitation")
    expect(cryoneurolysis).to_contain_text("En vigueur")

    cryoneurolysis.get_by_role("link", name="Retirer").click()
    heading(page, "Retirer une habilitation")
    press(page, "Retirer l’habilitation")
    heading(page, "Habilitations par traitement")
    assert Privilege.objects.filter(therapy="cryoneurolysis").get().withdrawn_at is not None

    # A room more, where sessions can be given.
    follow(page, "Site")
    follow(page, "Salles")
    page.locator("#id_name").fill("Salle d’échographie")
    press(page, "Ajouter la salle")
    expect(page.get_by_text("Salle d’échographie").first).to_be_visible()
    assert findings(page, contrast=False) == []
    assert Room.objects.get().site == alice.site

    # The records of patients are not an administrator's to read.
    follow(page, "Patients")
    expect(page.get_by_role("heading", level=1)).to_have_text("Patients")
    expect(page.get_by_role("link", name="Évaluations")).to_have_count(0)


def test_irene_the_administrator_lets_a_colleague_in_and_out_again(
    width: str, window: Callable[..., Page], person: Callable[[Role], User], live_server: object
) -> None:
    page = window(person(Role.ADMINISTRATOR), width)
    page.goto(str(live_server))
    follow(page, "Utilisateurs")
    heading(page, "Utilisateurs du site")

    # An address with a slip is said beside its field, and the rest stays as typed.
    page.get_by_label("Nom", exact=True).fill("Claire Morel")
    page.get_by_label("Adresse électronique").fill("claire.morel@")
    page.get_by_label("Rôle").select_option(label="Secrétaire")
    press(page, "Créer le compte et envoyer le lien")
    expect(page.get_by_text("Ce n’est pas une adresse électronique").first).to_be_visible()
    expect(page.get_by_label("Nom", exact=True)).to_have_value("Claire Morel")
    page.get_by_label("Adresse électronique").fill("claire.morel@exemple.fr")
    press(page, "Créer le compte et envoyer le lien")
    expect(page.get_by_text("Aucun serveur de messagerie n’est configuré")).to_be_visible()

    heading(page, "Claire Morel")
    page.get_by_label("Rôle", exact=True).select_option(label="Infirmier")
    press(page, "Changer le rôle")
    expect(page.get_by_text("Le rôle est changé, à partir de maintenant.")).to_be_visible()
    press(page, "Envoyer un nouveau lien")
    expect(page.get_by_text("Aucun serveur de messagerie n’est configuré")).to_be_visible()
    press(page, "Fermer son accès")
    expect(page.get_by_text("Son accès à ce site est fermé.")).to_be_visible()
    claire = User.objects.get(email="claire.morel@exemple.fr")
    assert [one.role for one in claire.memberships.order_by("pk")] == [Role.SECRETARY, Role.NURSE]
    assert not claire.memberships.filter(ended_at=None).exists()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANALYST])
def test_an_auditor_and_an_analyst_see_no_patient_and_every_rule(
    role: Role,
    width: str,
    window: Callable[..., Page],
    person: Callable[[Role], User],
    live_server: object,
) -> None:
    zoe = registered(person(Role.PRACTITIONER))
    page = window(person(role), width)
    page.goto(str(live_server))
    expect(page.get_by_role("link", name="Patients", exact=True)).to_have_count(0)
    refused = page.goto(f"{live_server}{reverse('patient', args=[zoe.public_id])}")
    assert refused is not None
    assert refused.status == 403
    assert findings(page, contrast=False) == []

    page.goto(str(live_server))
    follow(page, "Référentiel")
    heading(page, "Référentiel")
    follow(page, "Mésothérapie antalgique")
    heading(page, "Mésothérapie antalgique")


def test_ada_the_auditor_reads_who_opened_a_closed_record_and_why(
    width: str, window: Callable[..., Page], person: Callable[[Role], User], live_server: object
) -> None:
    alice = person(Role.PRACTITIONER)
    zoe = registered(colleague(alice))

    # Zoé is in Dora's care. Dr Alice cannot wait: she says why, and is let in.
    page = window(alice, width)
    page.goto(f"{live_server}{reverse('patient-open', args=[zoe.public_id])}")
    assert findings(page, contrast=False) == []
    press(page, "Ouvrir le dossier")
    expect(page.locator("[data-trouble]")).to_be_focused()
    page.locator("main textarea").fill("Malaise en salle d’attente, allergies à connaître.")
    press(page, "Ouvrir le dossier")
    heading(page, "Dossier")

    # Ada finds it at the head of her list, reads the reason, and says what she makes of it.
    page = window(person(Role.AUDITOR), width)
    page.goto(str(live_server))
    follow(page, "Accès exceptionnels")
    heading(page, "Accès exceptionnels")
    expect(page.get_by_text("Malaise en salle d’attente")).to_be_visible()
    follow(page, "Écrire votre appréciation")
    page.locator("main textarea").fill("Justifié : vu avec le Dr Alice.")
    press(page, "Enregistrer")
    heading(page, "Accès exceptionnels")
    expect(page.get_by_text("À examiner")).to_have_count(0)

    # The trail says who read what.
    follow(page, "Journal")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert findings(page, contrast=False) == []
    expect(page.get_by_role("region", name="Lignes du journal")).to_contain_text("Dr Alice")
