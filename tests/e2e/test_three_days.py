"""Three days of the room as somebody who has never seen the page plays them: a mesotherapy of the
neck with four lots, a session of serum after a freezer alarm, a cryoneurolysis with a faint."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.agenda.models import Appointment
from dolenti.serum import bench, freezing, pairs, temperature
from dolenti.serum.models import Unit
from dolenti.stock.items import Presentation
from dolenti.treatment import consents
from dolenti.treatment.models import SensoryMap, Session, SessionRecord
from tests.axe import fits
from tests.e2e.sessions import LIDOCAINE, NECK
from tests.web import cryo
from tests.web import room as make
from tests.web.serum import DAY, HOUR, TWO, Bench, a_clock, code_of, course_of_serum, session_now
from tests.web.stock import in_stock, stocked
from tests.web.world import allow, begun, clinic, signed, workday

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SESSION_SHOTS", "")
PROBE = Presentation("probe", "Sonde 55 mm")


def shot(page: Page, name: str) -> None:
    """A picture to look at, where somebody asked for them."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def opened(page: Page, part: str) -> None:
    """A step that a phone folds is opened."""
    fold = page.locator(f"#step-{part} > summary")
    if fold.count() and fold.first.is_visible():
        fold.first.click()


def press(page: Page, name: str) -> None:
    """A button that sends a form, and the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def say_so(page: Page, part: str) -> None:
    """What the lines ask is answered with a “no”, and all of them are said together."""
    opened(page, part)
    for asked in page.locator(f"#{part} .field:has(input[name^=fact-])").all():
        asked.locator(".option", has_text="Non").first.click()
    with page.expect_navigation():
        page.locator(f"#{part} button[name=together]").first.click()


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_freeze_with_a_faint(
    width: str, alice: User, window: Callable[..., Page], live_server: object
) -> None:
    course = cryo.course_of_freezing(alice)
    session = cryo.another(course)
    in_stock(alice, stocked(alice, PROBE), number="SO55")
    make.lot_of(alice, make.LIDOCAINE)
    page = window(alice, width)
    page.goto(f"{live_server}/sessions/{session.public_id}/")
    shot(page, f"cryo-{width}-1")
    assert fits(page)
    opened(page, "preparation")
    before = page.locator("#preparation")
    for name, value in {
        "nerve": cryo.NERVE, "guidance": "ultrasound", "probe": cryo.probe(), "twitch": "no",
        "felt_moves": "kept",
    }.items():  # fmt: skip
        before.locator(f"select[name={name}]").select_option(value)
    before.locator("input[name=probe_to_skin_mm]").fill("15")
    before.locator("input[name=felt_all]").check()
    press(page, "Enregistrer la préparation")
    expect(page.locator("#injected .note-stop")).to_contain_text("Bloc diagnostique négatif")
    opened(page, "preparation")
    why = page.locator("#preparation input[name=reason-block-not-positive]")
    why.fill("Douleur typique, bloc fait ailleurs.")
    press(page, "Enregistrer la préparation")
    say_so(page, "pause")
    shot(page, f"cryo-{width}-2")
    say_so(page, "tray")
    shot(page, f"cryo-{width}-3")
    opened(page, "injected")
    what = page.locator("#injected")
    for name, value in {
        "device": "Appareil 1", "nadir_c": "-10", "freeze_0": "106", "thaw_0": "60",
        "freeze_1": "106", "thaw_1": "60",
        "depth_mm": "12", "minutes": "20",
    }.items():  # fmt: skip
        field = what.locator(f"input[name={name}]")
        if field.count():
            field.fill(value)
    shot(page, f"cryo-{width}-4")
    press(page, "Enregistrer le geste")
    opened(page, "injected")
    expect(page.locator("#injected .note-stop")).to_contain_text("Entre −100")
    shot(page, f"cryo-{width}-4-not-as-planned")
    assert fits(page)
    page.locator("#injected input[name=reason-nadir]").fill("Sonde défectueuse, vu au retrait.")
    press(page, "Enregistrer le geste")
    expect(page.locator("#injected .amiss").first).to_be_visible()
    shot(page, f"cryo-{width}-5")
    opened(page, "happened")
    scales = page.locator("#happened fieldset.scale")
    for number, value in enumerate(("7", "7", "3")):
        scales.nth(number).locator(".option", has_text=value).first.click()
    page.locator("#happened .option", has_text="Quelque chose est survenu").click()
    shot(page, f"cryo-{width}-6")
    page.locator("#happened label", has_text="vagal").first.click()
    page.locator("#happened input[name=after_all]").check()
    page.locator("#happened select[name=after_moves]").select_option("kept")
    for line in page.locator("input[name=leaving]").all():
        line.check()
    page.get_by_label("Motif, si l’un de ces points").fill("Surveillé par l’infirmière à côté")
    shot(page, f"cryo-{width}-7")
    press(page, "Signer la séance")
    shot(page, f"cryo-{width}-8")
    expect(page.locator(".seal")).to_be_visible()
    assert fits(page)
    in_a_week = timezone.now() + timedelta(days=7)
    with time_machine.travel(in_a_week):
        week = window(alice, width)
        week.goto(f"{live_server}/sessions/{session.public_id}/sensory/")
        week.locator("select[name=later_moves]").select_option("lost")
        week.locator("input[name=later_all]").check()
        shot(week, f"cryo-{width}-9")
        press(week, "Enregistrer la carte")
        expect(week.locator(".note-stop").last).to_contain_text("Force perdue")
        shot(week, f"cryo-{width}-10")
        assert fits(week)
    assert SensoryMap.objects.get().moment == "d7"
    assert SessionRecord.objects.get(session=session).state == "signed"


def first_of_a_neck(alice: User) -> Session:
    """The first session of a mesotherapy of the neck, today, the patient there."""
    made = clinic(alice).with_complaint(NECK)
    course = begun(alice, made.assessment, "mesotherapy", [workday()], ("lidocaine",))
    signed(alice, course)
    course.refresh_from_db()
    consents.activate(alice, course, course.version)
    session = Session.objects.get(course=course, number=1)
    now = timezone.now()
    Appointment.objects.filter(pk=session.appointment_id).update(
        start=now, end=now + timedelta(minutes=30), state="arrived", arrived_at=now
    )
    return session


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_neck_with_four_lots(
    width: str, alice: User, window: Callable[..., Page], live_server: object
) -> None:
    session = first_of_a_neck(alice)
    lidocaine = stocked(alice, LIDOCAINE)
    for number in ("LD2209", "LD2231"):
        in_stock(alice, lidocaine, number=number)
    in_stock(alice, stocked(alice, Presentation("needle", "Aiguilles 30G 4 mm")), number="AG118")
    in_stock(alice, stocked(alice, Presentation("kit", "Kit stérile")), number="KT7")
    page = window(alice, width)
    page.goto(f"{live_server}/sessions/{session.public_id}/")
    opened(page, "preparation")
    shot(page, f"neck-{width}-1")
    for number in ("LD2209", "LD2231", "AG118", "KT7"):
        page.locator("#preparation input[name=scan]").fill(number)
        press(page, "Ajouter")
        opened(page, "preparation")
    shot(page, f"neck-{width}-2")
    part = page.locator("#preparation")
    part.locator("select[name=technique]").select_option("nappage")
    for row in (0, 1):
        part.locator(f"input[name=volume_{row}]").fill("1")
    part.locator("select[name=fluid]").select_option("saline")
    part.locator("input[name=fluid_ml]").fill("2")
    expect(page.locator("#mixture")).to_contain_text("4 mL")
    part.locator(".option", has_text="Limpide").click()
    shot(page, f"neck-{width}-3")
    press(page, "Enregistrer la préparation")
    say_so(page, "pause")
    shot(page, f"neck-{width}-4")
    say_so(page, "tray")
    shot(page, f"neck-{width}-5")
    expect(page.get_by_text("Vous aviez commencé")).to_have_count(0)
    opened(page, "injected")
    chosen = page.get_by_label("Ajouter par la liste")
    names = chosen.locator("option").all_inner_texts()
    page.locator("#injected").get_by_label("Espacement").fill("15")
    chosen.select_option(label=next(one for one in names if "rapèze" in one))
    page.get_by_role("button", name="Couvrir tout l’endroit").click()
    page.get_by_role("button", name="Répartir la préparation").click()
    shot(page, f"neck-{width}-6")
    press(page, "Enregistrer l’injection")
    expect(page.locator("[data-trouble]")).to_have_count(0)
    shot(page, f"neck-{width}-7")
    scales = page.locator("#happened fieldset.scale")
    for number, value in enumerate(("7", "7", "3")):
        scales.nth(number).locator(".option", has_text=value).first.click()
    page.locator("#happened .option", has_text="Rien à signaler").click()
    for line in page.locator("input[name=leaving]").all():
        line.check()
    page.get_by_label("Motif, si l’un de ces points").fill("Surveillé par l’infirmière à côté")
    press(page, "Signer la séance")
    expect(page.locator(".seal")).to_be_visible()
    shot(page, f"neck-{width}-8")
    assert fits(page)
    lots = page.locator("main").inner_text()
    for number in ("LD2209", "LD2231", "AG118", "KT7"):
        assert number in lots


@pytest.fixture
def lab(
    alice: User, person: Callable[[Role], User], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    """A laboratory of serum whose clock the day moves."""
    allow(alice, "autologous-conditioned-serum")
    with a_clock(monkeypatch) as clock:
        yield Bench(clock, alice, person(Role.NURSE))


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_serum_from_the_draw_to_the_sixth_injection_with_a_freezer_alarm(
    width: str, lab: Bench, window: Callable[..., Page], live_server: object
) -> None:
    course = course_of_serum(lab.alice)
    units = lab.portioned(course, count=4)[:7]
    other = temperature.add_place(lab.form(), "freezer", "Congélateur 2")
    frozen_at = timezone.now() - HOUR
    for one in units:
        place = other if one == units[6] else lab.freezer
        freezing.freeze(lab.form(), one.draw, lab.proof(one), place, lab.slot(one))
    lab.cold()
    lab.measured(other, frozen_at, -20)
    lab.tested(units[0].draw)
    for one in units:
        lab.both(lab.anew(one), "release")
    lab.passes(7 * DAY)
    session = session_now(course)
    unit = lab.thawed(lab.anew(units[0]), session)
    lot = make.lot_of(lab.bob, make.LIDOCAINE)
    doctor = window(lab.alice, width)
    doctor.goto(f"{live_server}/sessions/{session.public_id}/")
    shot(doctor, f"serum-{width}-1")
    say_so(doctor, "pause")
    part = doctor.locator("#unit")
    opened(doctor, "preparation")
    part.locator("input[name=scan]").fill(unit.number)
    press(doctor, "C’est cette unité")
    expect(doctor.locator("[data-trouble]")).to_contain_text("numéro a été tapé")
    shot(doctor, f"serum-{width}-2")
    part.locator("summary", has_text="Anesthésique local de la peau").first.click()
    part.locator("input[name=scan]").fill(code_of(unit.number))
    part.locator("select[name=lot_0]").select_option(lot.public_id)
    part.locator("input[name=volume_0]").fill("1")
    part.locator(".option", has_text="Limpide").click()
    shot(doctor, f"serum-{width}-3")
    press(doctor, "C’est cette unité")
    expect(doctor.locator("[data-trouble]")).to_have_count(0)
    opened(doctor, "preparation")
    doctor.locator("#mixture .option", has_text="Aucun de ceux-ci").first.click()
    press(doctor, "Enregistrer l’anesthésique")
    expect(doctor.locator("#mixture")).to_contain_text("Accepté par les règles")
    say_so(doctor, "tray")
    opened(doctor, "injected")
    what = doctor.locator("#injected")
    what.locator("select[name=target]").select_option("knee")
    what.locator("select[name=guidance]").select_option("ultrasound")
    what.locator("input[name=volume_ml]").fill("2,5")
    expect(what.locator("input[name=beside_ml]")).to_have_value("1")
    what.locator("input[name=scan]").fill(code_of(unit.number))
    what.locator(".option", has_text="Limpide, jaune").click()
    what.locator("input[name=confirmed]").check()
    what.locator("input[name=spoken]").check()
    what.locator("input[name=identifier]").fill(f"{course.patient.birth_date:%d/%m/%Y}")
    shot(doctor, f"serum-{width}-4")
    press(doctor, "Enregistrer l’injection")
    expect(doctor.locator("[data-trouble]")).to_have_count(0)
    assert lab.anew(unit).state == "injected"
    assert fits(doctor)
    # Week after week, until the freezer fails on the fortieth day.
    for number in range(1, 5):
        lab.passes(7 * DAY - HOUR)
        session = session_now(course)
        lab.injected(lab.thawed(lab.anew(units[number]), session), session)
    lab.passes(5 * DAY)
    lab.cold(-20)
    evening = timezone.now()
    lab.passes(8 * HOUR)
    night = {f"m{minute}": 3.0 for minute in range(60, 481, 15)}
    lab.measured(lab.freezer, evening, -20, **night)
    kept = lab.anew(units[5])
    assert kept.state == "held"
    nurse = window(lab.bob, width)
    nurse.goto(f"{live_server}/serum/")
    shot(nurse, f"serum-{width}-5")
    assert fits(nurse)
    nurse.get_by_role("link", name=kept.number).first.click()
    shot(nurse, f"serum-{width}-6")
    assert fits(nurse)
    lab.both(kept, "discard", reason="identity-doubt")
    lab.passes(2 * DAY)
    session = session_now(course)
    lab.measured(other, frozen_at, -20)
    lab.injected(lab.thawed(lab.anew(units[6]), session), session)
    assert Unit.objects.filter(state="injected").count() == 6
    nurse = window(lab.bob, width)
    nurse.goto(f"{live_server}/serum/report/?first=2026-11-01&last=2027-01-31")
    shot(nurse, f"serum-{width}-7")
    assert fits(nurse)


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_tube_forgotten_on_the_bench_is_seen_and_decided_of(
    width: str, lab: Bench, window: Callable[..., Page], live_server: object
) -> None:
    """Red on the board, held when it is portioned, and told with how long it waited."""
    draw, (tube,) = lab.incubated(course_of_serum(lab.alice), 1)
    bench.spin(lab.form(), draw, lab.proof(tube), run="5000 g", whole=True)
    lab.passes(40 * DAY)
    nurse = window(lab.bob, width)
    nurse.goto(f"{live_server}/serum/")
    expect(nurse.locator(".serum-line .tone-stop")).to_contain_text("dépassé depuis")
    bench.portion(lab.form(), draw, lab.proof(tube), [TWO], bench_clear=True)
    made = pairs.propose(lab.form(), lab.anew(tube), "lift-to-spun", note="Gardé au froid à 4 °C.")
    doctor = window(lab.alice, width)
    doctor.goto(f"{live_server}{reverse('serum-proposal', args=[made.public_id])}")
    expect(doctor.locator("main")).to_contain_text("40 jours")
    shot(doctor, f"forgotten-{width}")
    assert fits(doctor)
    press(doctor, "Confirmer")
    assert lab.anew(tube).state == "spun"
