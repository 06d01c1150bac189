"""A day of a doctor, a secretary and a nurse, counted: what each act takes does not grow.

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
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.agenda.models import Appointment, OpeningHours
from dolenti.records.models import Patient, VisitNote
from dolenti.records.patients import care
from tests.web.world import PAUL, at, colleague, registered, visit, workday

pytestmark = pytest.mark.browser

TABLE = Path(__file__).parents[2] / "docs" / "days.md"
KEEP = "KEEP_THE_TABLE" in os.environ
WIDTHS = ("desk", "phone")
USUAL = {"doctor": "desk", "secretary": "phone", "nurse": "phone"}
SLACK = 0.5  # of a screen: another font is no growth
HEAD = (
    "| who | act | clicks, 1280 px | screens, 1280 px | clicks, 390 px | screens, 390 px |\n"
    "|---|---|---|---|---|---|\n"
)
_LINE = re.compile(
    r"^\| (\w+) \| ([^|]+) \| (\d+) \| ([\d.]+) \| (\d+) \| ([\d.]+) \|", re.MULTILINE
)
NEW = {
    "desk": ("Neuve", "Anne", "03/04/1970", "06 39 98 61 40"),
    "phone": ("Delorme", "Marthe", "12/11/1951", "06 39 98 61 41"),
}
"""Somebody new at each width: two alike would be asked about."""
NAMED = ("Nom de naissance", "Premier prénom de naissance", "Date de naissance", "Téléphone")
Taken = dict[str, tuple[int, float]]


class Hand:
    """Somebody before a page: each press is counted, and how far one scrolled to it."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.scrolled = page, 0, 0.0
        self.taken: Taken = {}

    def press(self, what: Locator) -> None:
        what.wait_for(state="visible")
        before = self.page.evaluate("scrollY")
        what.scroll_into_view_if_needed()
        height = self.page.evaluate("innerHeight")
        self.scrolled += abs(self.page.evaluate("scrollY") - before) / height
        what.click()
        self.clicks += 1
        self.page.wait_for_load_state("load")

    def link(self, name: str) -> None:
        self.press(self.page.locator("main").get_by_role("link", name=name).first)

    def button(self, name: str) -> None:
        self.press(self.page.locator("main").get_by_role("button", name=name, exact=True).first)

    def fill(self, label: str, text: str) -> None:
        field = self.page.locator("main").get_by_label(re.compile(f"^\\s*{label}")).first
        self.press(field)
        field.fill(text)

    def look_up(self, text: str, name: str) -> None:
        """Find a patient by the field of the bar."""
        field = self.page.get_by_role("banner").get_by_role("searchbox")
        self.press(field)
        field.press_sequentially(text)
        self.press(self.page.locator("header").get_by_role("link", name=name).first)

    def done(self, act: str) -> None:
        self.taken[act] = (self.clicks, round(self.scrolled, 1))
        self.clicks, self.scrolled = 0, 0.0


def of_doctor(hand: Hand, site: str, zoe: Patient) -> None:
    page = hand.page
    page.goto(f"{site}/")
    hand.press(page.locator("main").get_by_role("link", name="DURAND Zoé").first)
    expect(page.get_by_role("heading", name="Notes de visite")).to_be_visible()
    hand.done("open the record of who comes now")
    hand.press(page.get_by_role("navigation", name="Parties du dossier").get_by_role("link").nth(1))
    hand.done("read what is known, by theme")
    page.goto(f"{site}{reverse('patient', args=[zoe.public_id])}")
    hand.link("Écrire une note")
    hand.fill("Note", "Va mieux, marche une heure.")
    hand.button("Enregistrer la note")
    expect(page.get_by_text("Va mieux, marche une heure.").first).to_be_visible()
    hand.done("write a note of the visit")
    assert VisitNote.objects.filter(patient=zoe).exists()


def of_secretary(hand: Hand, site: str, zoe: Patient) -> None:
    page = hand.page
    page.goto(f"{site}/absences/")
    hand.look_up("durand", "DURAND Zoé")
    expect(page.get_by_role("heading", name="Rendez-vous").first).to_be_visible()
    hand.done("say on the telephone when the next appointment is")
    hand.link("Rendez-vous")
    hand.press(page.locator("#times .option:has(input:not([value^=now]))").first)
    hand.button("Prendre le rendez-vous")
    expect(page.get_by_text("Le rendez-vous est pris.").first).to_be_visible()
    hand.done("book a free time")
    page.goto(f"{site}{reverse('patient-new')}")
    wide = page.evaluate("innerWidth") > 700
    who = NEW["desk" if wide else "phone"]
    for label, text in zip(NAMED, who, strict=True):
        hand.fill(label, text)
    hand.press(page.get_by_text("Femme", exact=True))
    hand.button("Créer le dossier")
    expect(page.get_by_role("heading", name="Nouveau dossier")).to_have_count(0)
    assert Patient.objects.filter(first_name__iexact=who[1]).exists()
    hand.done("register a new patient with a telephone")
    page.goto(f"{site}/")
    hand.press(page.locator(".now-late").get_by_role("button", name="Arrivé").first)
    expect(page.locator(".now-waiting")).to_be_visible()
    hand.done("note that somebody arrived")


def of_nurse(hand: Hand, site: str, zoe: Patient) -> None:
    page = hand.page
    page.goto(f"{site}/")
    hand.link("À préparer")
    expect(page.get_by_role("heading", level=1)).to_contain_text("À préparer")
    hand.done("see what is to be prepared, and for whom")
    page.goto(f"{site}/")
    hand.press(page.locator(".now-alerts").get_by_role("link", name="interroger").first)
    hand.link("Recueillir et saisir")
    expect(page.get_by_role("heading", level=1)).to_be_attached()
    hand.done("see who must be asked what, and open the first")
    page.goto(f"{site}{reverse('patient', args=[zoe.public_id])}")
    hand.link("Écrire une note")
    hand.fill("Note", "Pansement propre.")
    hand.button("Enregistrer la note")
    expect(page.get_by_text("Pansement propre.").first).to_be_visible()
    hand.done("write a note of the visit")


DAYS: dict[str, Callable[[Hand, str, Patient], None]] = {
    "doctor": of_doctor, "secretary": of_secretary, "nurse": of_nurse,
}  # fmt: skip


@pytest.mark.usefixtures("ten_past_ten")
def test_what_a_day_takes_does_not_grow(
    window: Callable[..., Page], alice: User, live_server: object
) -> None:
    OpeningHours.objects.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(site=alice.site, weekday=day, opens="00:00", closes="23:59")
        for day in range(7)
    )
    people = {"doctor": alice, "secretary": colleague(alice, "Sonia", Role.SECRETARY),
              "nurse": colleague(alice, "Nadia", Role.NURSE)}  # fmt: skip
    found: dict[str, dict[str, Taken]] = {}
    for role, day in DAYS.items():
        for width in WIDTHS:
            if not KEEP and USUAL[role] != width:
                continue
            Appointment.objects.update(state=Appointment.State.CANCELLED)
            Patient.objects.exists() or registered(alice, PAUL)
            zoe = Patient.objects.filter(first_name="Zoé").first() or registered(alice)
            care.take(alice, zoe, alice)
            now = timezone.now().replace(second=0, microsecond=0)
            visit(alice, zoe, now - timedelta(minutes=now.minute % 5 + 30))
            visit(alice, zoe, at(10, day=workday()))
            hand = Hand(window(people[role], width))
            day(hand, str(live_server), zoe)
            found.setdefault(role, {})[width] = hand.taken
    if KEEP:
        keep(found)
    assert grown(found) == []


def grown(found: dict[str, dict[str, Taken]]) -> list[str]:
    """What takes more than it may."""
    kept = {(one[0], one[1]): one[2:] for one in _LINE.findall(TABLE.read_text("utf-8"))}
    wrong = []
    for role, by_width in found.items():
        for width, taken in by_width.items():
            for act, (clicks, screens) in taken.items():
                at_desk, desk_screens, on_phone, phone_screens = kept[role, act]
                most, far = (
                    (at_desk, desk_screens) if width == "desk" else (on_phone, phone_screens)
                )
                if clicks > int(most):
                    wrong.append(f"{role}, {width}, {act}: {clicks} clicks, at most {most}")
                if screens > float(far) + SLACK:
                    wrong.append(f"{role}, {width}, {act}: {screens} screens, at most {far}")
    return wrong


def keep(found: dict[str, dict[str, Taken]]) -> None:
    """Write the table of the documentation anew."""
    lines = [
        f"| {role} | {act} | {clicks} | {screens} | {by_width['phone'][act][0]} |"
        f" {by_width['phone'][act][1]} |\n"
        for role, by_width in found.items()
        for act, (clicks, screens) in by_width["desk"].items()
    ]
    before, _, after = TABLE.read_text("utf-8").partition("| who |")
    rest = after.partition("\n\n")[2]
    TABLE.write_text(before + HEAD + "".join(lines) + ("\n" + rest if rest else ""), "utf-8")
