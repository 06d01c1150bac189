"""A day of a doctor, a secretary and a nurse, each in one window from the home page on, counted:
what an act takes, and what the whole day takes, does not grow.

`make days` goes through all of it at both widths, and writes the table of docs/days.md anew; a
usual run goes through each role at one width.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.agenda import appointments
from dolenti.agenda.models import Appointment, OpeningHours
from dolenti.diary.models import Alert
from dolenti.guideline.session import Stock
from dolenti.letters.models import Letter
from dolenti.readiness import kits
from dolenti.readiness.kits import Counted
from dolenti.readiness.models import KitLook
from dolenti.records.models import Assessment, Patient, Statement, VisitNote
from dolenti.records.patients import care
from dolenti.treatment.models import Course, SessionRecord
from tests.e2e.hand import Hand, Taken
from tests.e2e.sessions import second_of_two
from tests.web.diary import alert_on
from tests.web.world import POSSIBLE, clinic, complaint_of, named, room, sent, visit, workday

pytestmark = pytest.mark.browser

TABLE = Path(__file__).parents[2] / "docs" / "days.md"
KEEP = "KEEP_THE_TABLE" in os.environ
WIDTHS = ("desk", "phone")
USUAL = {"doctor": "desk", "secretary": "phone", "nurse": "phone"}
ROLES = {"doctor": Role.PRACTITIONER, "secretary": Role.SECRETARY, "nurse": Role.NURSE}
SLACK = 0.5  # of a screen: another font is no growth
DAY = "the whole day"
HEAD = (
    "| who | act | pages |"
    " clicks, 1280 px | screens, 1280 px | clicks, 390 px | screens, 390 px |\n"
    "|---|---|---|---|---|---|---|\n"
)
_LINE = re.compile(
    r"^\| (\w+) \| ([^|]+) \| (\d+) \| (\d+) \| ([\d.]+) \| (\d+) \| ([\d.]+) \|$", re.MULTILINE
)
KNEE = """
patient: {birth-date: 1968-03-02, sex: female}
complaint: {condition: knee-osteoarthritis, side: right, since: 2026-03-15}
"""
NEW = (
    ("Nom de naissance", "Neuve"), ("Premier prénom de naissance", "Anne"),
    ("Date de naissance", "03/04/1970"), ("Téléphone", "06 39 98 61 40"),
)  # fmt: skip


def of_doctor(hand: Hand) -> None:
    hand.link("DURAND Zoé")
    expect(hand.page.get_by_role("heading", name="Notes de visite")).to_be_visible()
    hand.done("open the record of who comes now")
    hand.part("Antécédents")
    expect(hand.page.get_by_role("heading", level=1)).to_contain_text("Antécédents")
    hand.done("read what is known, by theme")
    hand.part("Dossier")
    hand.go(hand.main.get_by_role("link", name="Infiltration", exact=True))
    hand.no_to_all()
    hand.button("Enregistrer l’évaluation")
    expect(hand.page.get_by_text("Résultat reproduit à l’identique")).to_be_visible()
    hand.done("assess a knee of which nothing was known, and save it")
    hand.link("Planifier ce traitement")
    hand.button("Proposer les jours")
    hand.button("Planifier cette cure")
    hand.done("plan the course")
    hand.go(hand.main.get_by_role("link", name="Dossier", exact=True))
    note(hand, "Va mieux, marche une heure.")
    hand.part("Lettres")
    hand.link("Lettre au médecin traitant : évaluation")
    lines = hand.main.get_by_role("link", name="Lignes que vous pouvez modifier")
    if lines.is_visible():  # on a telephone they come after the whole letter
        hand.press(lines)
    hand.fill("Destinataire", "Dr Anne Roy")
    hand.fill("Constatations de l’examen", "Genou froid et sec, flexion à 110°.")
    hand.fill("Douleur avant traitement", "6")
    hand.fill("Proposition de traitement", "une infiltration du genou droit")
    hand.fill("Demandé au médecin traitant", "la surveillance de la glycémie")
    hand.button("Relire")
    hand.button("Signer")
    expect(hand.page.get_by_text("Dr Anne Roy").first).to_be_visible()
    hand.done("write and sign the letter to the referring doctor")
    hand.home()
    hand.link(re.compile("^Séance"))
    hand.go(hand.page.locator("#pause button[name=together]"))
    prepare(hand)
    hand.go(hand.page.locator("#tray button[name=together]"))
    hand.button("Enregistrer l’injection")
    scales = hand.page.locator("fieldset.scale")
    hand.option("6", scales.nth(0))
    hand.option("2", scales.nth(1))
    hand.option("Rien à signaler")
    for line in hand.page.locator("input[name=leaving]").all():
        hand.press(line)
    hand.fill("Motif, si l’un de ces points", "Surveillé par l’infirmière à côté")
    hand.button("Signer la séance")
    expect(hand.page.locator(".seal")).to_be_visible()
    hand.done("give and sign a session like the last, alone")
    hand.home()
    hand.link("ROUX Jeanne")
    hand.button("Prendre l’alerte en charge")
    hand.choose("Résultat", "Consultation ici")
    hand.fill("Ce qui a été constaté et fait", "Vue ce matin : pas de fièvre, point sec.")
    hand.option("Comme prévu")
    hand.button("Lever l’alerte")
    expect(hand.main.locator("strong", has_text="Consultation ici")).to_be_visible()
    hand.done("take an alert, and end it once the patient was seen")
    assert Assessment.objects.filter(complaint__patient__first_name="Zoé").exists()
    assert Course.objects.filter(patient__first_name="Zoé").exists()
    assert VisitNote.objects.exists()
    assert Letter.objects.exists()
    assert not SessionRecord.objects.exclude(state="signed").exists()
    assert Alert.objects.get().state == Alert.State.ENDED


def of_secretary(hand: Hand) -> None:
    page = hand.page
    hand.button(re.compile("^Arrivé"), page.locator(".now-late"))
    expect(page.locator(".now-waiting")).to_contain_text("DURAND Zoé")
    hand.done("note that somebody arrived")
    hand.look_up("lefebre", "LEFÈVRE Paul")
    expect(page.get_by_role("heading", name="Rendez-vous").first).to_be_visible()
    hand.done("find somebody by a misspelt name, and say when the next appointment is")
    hand.link("Rendez-vous")
    hand.press(page.locator("#times .option:has(input:not([value^=now]))"))
    hand.button("Prendre le rendez-vous")
    expect(page.get_by_text("Le rendez-vous est pris.").first).to_be_visible()
    hand.done("book a free time")
    with page.expect_download() as paper:
        hand.press(hand.main.get_by_role("link", name="Confirmation à imprimer"))
    assert paper.value.suggested_filename.endswith(".pdf")
    hand.link("Lien pour le patient")
    hand.button("Créer un lien")
    hand.link("Retour au rendez-vous")
    hand.done("print the confirmation, and make the link that is sent with it")
    booked = Appointment.objects.latest("pk")
    hand.link("Déplacer")
    hand.press(page.locator(".option:has(input[name=free]:not(:checked))").nth(3))
    hand.fill("Motif", "à la demande du patient")
    hand.button("Déplacer le rendez-vous")
    hand.done("move it")
    moved = Appointment.objects.get(pk=booked.pk)
    assert moved.start != booked.start
    hand.look_up("lefevre", "LEFÈVRE Paul")
    hand.go(hand.main.locator(f"a[href*='{booked.public_id}']"))
    hand.link("Annuler le rendez-vous")
    hand.fill("Motif", "ne peut pas venir")
    hand.button("Annuler le rendez-vous")
    hand.done("find it again by the name, and cancel it")
    moved.refresh_from_db()
    assert moved.state == Appointment.State.CANCELLED
    hand.section("Patients")
    hand.link("Nouveau dossier")
    for label, text in NEW:
        hand.fill(label, text)
    hand.press(page.get_by_text("Femme", exact=True))
    hand.button("Créer le dossier")
    expect(page.get_by_role("heading", name="Nouveau dossier")).to_have_count(0)
    hand.done("register a new patient with a telephone")
    assert Patient.objects.filter(first_name="Anne").exists()


def of_nurse(hand: Hand) -> None:
    page = hand.page
    hand.link("À préparer")
    expect(page.get_by_role("heading", level=1)).to_contain_text("À préparer")
    hand.done("see what is to be prepared, and for whom")
    hand.link(re.compile("^Vérifier et préparer"))
    prepare(hand)
    hand.done("draw up a syringe like the last")
    hand.go(page.locator("#pause button[name=together]"))
    assert SessionRecord.objects.latest("pk").state == "prepared"
    hand.done("answer the safety pause")
    hand.home()
    hand.go(page.locator(".now-alerts").get_by_role("link", name="interroger"))
    hand.link(re.compile("^Recueillir et saisir"))
    hand.done("see who must be asked what, and open the first")
    hand.choose("Renseigner une donnée", "Poids")
    hand.button("Continuer")
    hand.fill("Poids", "62")
    hand.button("Ajouter cette valeur")
    hand.done("ask the weight, and write it down")
    assert Statement.objects.filter(fact="weight").exists()
    hand.part("Dossier")
    note(hand, "Pansement propre.")
    hand.home()
    hand.link("Trousses d’urgence")
    hand.link(re.compile("^Vérifier la trousse"))
    for count in page.locator("input[name^=count_]").all():
        hand.write(count, "5")
    hand.button("Enregistrer la vérification")
    assert KitLook.objects.count() == 2
    hand.done("count the whole emergency kit of a room, whose dates are those of last time")


def note(hand: Hand, words: str) -> None:
    hand.link("Écrire une note")
    hand.fill("Note", words)
    hand.button("Enregistrer la note")
    expect(hand.page.get_by_text(words).first).to_be_visible()
    hand.done("write a note of the visit")


def prepare(hand: Hand) -> None:
    """The syringe is as the last was, and looked at."""
    hand.option("Limpide")
    hand.button("Enregistrer la préparation")


DAYS: dict[str, Callable[[Hand], None]] = {
    "doctor": of_doctor, "secretary": of_secretary, "nurse": of_nurse,
}  # fmt: skip


@pytest.mark.usefixtures("ten_past_ten")
@pytest.mark.parametrize(
    "role, width",
    [(role, width) for role in DAYS for width in WIDTHS if KEEP or USUAL[role] == width],
)
def test_what_a_day_takes_does_not_grow(
    role: str,
    width: str,
    window: Callable[..., Page],
    alice: User,
    person: Callable[[Role], User],
    live_server: object,
) -> None:
    OpeningHours.objects.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(site=alice.site, weekday=day, opens="08:00", closes="19:00")
        for day in range(7)
    )
    a_clinic_at_work(alice, came=role != "secretary")
    hand = Hand(window(person(ROLES[role]), width), live_server)
    DAYS[role](hand)
    whole = list(hand.taken.values())
    hand.taken[DAY] = Taken(
        sum(one.clicks for one in whole),
        round(sum(one.screens for one in whole), 1),
        sum(one.pages for one in whole),
    )
    if KEEP:
        keep(role, width, hand.taken)
    assert grown(role, width, hand.taken) == []


def a_clinic_at_work(alice: User, *, came: bool) -> None:
    """Paul has the second session of his neck in an hour, Zoé a visit now for her knee, and Jeanne
    wrote that she has a fever; she comes next week."""
    second_of_two(alice)
    zoe = named(complaint_of(alice, KNEE), "Durand", "Zoé").patient
    care.take(alice, zoe, alice)
    now = timezone.now().replace(second=0, microsecond=0)
    awaited = visit(alice, zoe, now - timedelta(minutes=now.minute % 5 + 30))
    if came:
        appointments.arrive(alice, awaited, awaited.version)
    other = clinic(alice)
    other.complaint = named(complaint_of(alice, POSSIBLE), "Roux", "Jeanne")
    alert_on(other.with_course(days=[workday()]).course)
    full_kit(alice)


def full_kit(alice: User) -> None:
    """A room whose kit was counted before: its dates stand there, and each item is counted anew."""
    expires, cards = clock.today() + timedelta(days=365), kits.cards_edition()
    found = {
        one.id: Stock(
            one.quantity,
            expires if one.expires == "printed" else None,
            cards if one.expires == "edition" else None,
        )
        for one in kits.kit_in_force().items
    }
    kits.check(sent(alice), room(alice), Counted(found))


def kept_lines() -> dict[tuple[str, str], list[str]]:
    return {(one[0], one[1]): list(one[2:]) for one in _LINE.findall(TABLE.read_text("utf-8"))}


def grown(role: str, width: str, taken: dict[str, Taken]) -> list[str]:
    """What takes more than it may, and what the table does not know, or knows for nothing."""
    kept = kept_lines()
    wrong = [f"{role}: no line of {act}" for act in taken if (role, act) not in kept]
    wrong += [f"{role}: nobody does {act}" for who, act in kept if who == role and act not in taken]
    first = 1 if width == "desk" else 3
    for act, now in taken.items():
        if (role, act) not in kept:
            continue
        most_pages, most, far = (kept[role, act][index] for index in (0, first, first + 1))
        if now.clicks > int(most):
            wrong.append(f"{role}, {width}, {act}: {now.clicks} clicks, at most {most}")
        if now.screens > float(far) + SLACK * (len(taken) - 1 if act == DAY else 1):
            wrong.append(f"{role}, {width}, {act}: {now.screens} screens, at most {far}")
        if now.pages > int(most_pages):
            wrong.append(f"{role}, {width}, {act}: {now.pages} pages, at most {most_pages}")
    return wrong


def keep(role: str, width: str, taken: dict[str, Taken]) -> None:
    """Write the lines of a role anew in the table of the documentation, at one width of two."""
    lines = kept_lines()
    first = 1 if width == "desk" else 3
    mine = {}
    for act, now in taken.items():
        cells = lines.get((role, act), ["0", "0", "0.0", "0", "0.0"])
        cells[0] = str(max(now.pages, int(cells[0]) if width == "phone" else 0))
        cells[first : first + 2] = [str(now.clicks), str(now.screens)]
        mine[role, act] = cells
    lines = {key: lines[key] for key in lines if key[0] != role} | mine
    rows = [
        f"| {who} | {act} | {' | '.join(cells)} |\n"
        for name in DAYS
        for (who, act), cells in lines.items()
        if who == name
    ]
    before, _, after = TABLE.read_text("utf-8").partition("| who |")
    rest = after.partition("\n\n")[2]
    TABLE.write_text(before + HEAD + "".join(rows) + ("\n" + rest if rest else ""), "utf-8")
