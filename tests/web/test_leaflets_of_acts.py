"""What the patient takes home of each act, made from its record: printed, sent and by a link."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
import time_machine
from django.conf import settings
from django.test import Client

from dolenti.access.mail import OF_DEMO
from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.diary import links, reaching, telling
from dolenti.guideline.errors import InputError
from dolenti.guideline.session import Sheet
from dolenti.records.models import Complaint, Patient
from dolenti.records.patients import contacting
from dolenti.serum import at_session
from dolenti.serum.giving import Given
from dolenti.stock.items import Presentation
from dolenti.treatment import aftercare, room
from dolenti.treatment.content import Injected
from dolenti.treatment.models import Session
from tests.web import cryo
from tests.web import room as make
from tests.web.serum import TWO, Bench, a_clock, course_of_serum, session_now
from tests.web.session_page import at
from tests.web.world import clinic, colleague, sent, state

pytestmark = pytest.mark.any_database

NOON = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("Europe/Paris"))  # a Tuesday
GEL = Presentation(
    "product", "Acide hyaluronique 20 mg/2 mL", "hyaluronate-medicine", Decimal(10), "mg/mL",
    Decimal(2),
)  # fmt: skip


@pytest.fixture(autouse=True)
def phone(alice: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """At an hour at which messages leave."""
    monkeypatch.setattr(settings, "DATA", tmp_path)
    (tmp_path / OF_DEMO).touch()  # everybody is invented: an SMS is a file
    Site.objects.update(phone="0102030405")
    alice.site.refresh_from_db()
    with time_machine.travel(NOON):
        yield


def anew(session: Session) -> Session:
    return Session.objects.select_related(
        "course__patient__site", "course__site", "course__complaint", "course__practitioner",
        "appointment",
    ).get(pk=session.pk)  # fmt: skip


def words_of(alice: User, session: Session) -> str:
    sheet: Sheet = aftercare.sheet_of(room.standing(alice, anew(session)))
    lines = [line.words for section in sheet.sections for line in section.lines]
    return " ".join([sheet.title, *lines]).replace("\u00a0", " ")


def goes_every_way(alice: User, session: Session, browser: Client) -> None:
    """It is printed, sent to the phone, and by a link."""
    found = anew(session)
    pdf = browser.get(at("session-leaflet", found))
    assert pdf["Content-Type"] == "application/pdf"
    patient = Patient.objects.get(pk=found.course.patient_id)
    contact = {"kind": "self", "phone": "06 39 98 12 34"}
    contacting.add(sent(alice), patient, contact)
    reaching.reach(sent(alice), patient, "sms")
    assert telling.send_aftercare(alice, found, sent(alice).token).pk
    assert links.make_for_aftercare(alice, found).link.session_id == found.pk


def infiltrated(alice: User, knee: Complaint, *drawn: Presentation, **known: Any) -> Session:
    made = clinic(alice).with_complaint(knee)
    session: Session = made.session
    state(alice, knee.patient, **known)
    lots = [make.lot_of(alice, one) for one in drawn]
    rows = tuple((one.public_id, Decimal(1)) for one in lots)
    make.drawn_up(alice, session, lot=lots[0], rows=rows)
    make.given_in(
        alice, session, msgspec.structs.replace(make.IN_THE_KNEE, volume_ml=Decimal(len(drawn)))
    )
    return session


def test_of_a_corticosteroid_it_names_that_product_and_the_first_day_of_a_competition(
    alice: User, knee: Complaint, browser_of: Callable[[User], Client]
) -> None:
    session = infiltrated(alice, knee, make.LIDOCAINE, make.STEROID, **{"athlete-tested": True})
    said = words_of(alice, session)
    assert "Cortisone (Méthylprednisolone, 40 mg ; avec Lidocaïne 10 mg)" in said
    assert (
        "Pas de compétition avant le 28 novembre 2026 (Liste antidopage 2022, celle de 2026 n’a "
        "jamais été saisie\u00a0: vérifiez)." in said.replace(" :", "\u00a0:")
    )
    goes_every_way(alice, session, browser_of(alice))


def test_of_hyaluronate_it_says_which_injection_of_how_many_and_its_lot(
    alice: User, knee: Complaint, browser_of: Callable[[User], Client]
) -> None:
    session = infiltrated(alice, knee, GEL, **{"athlete-tested": False})
    said = words_of(alice, session)
    assert "Injection 1 sur 1." in said
    assert "(lot " in said
    goes_every_way(alice, session, browser_of(alice))


def test_of_an_anaesthetic_alone_it_says_how_long_it_lasts(
    alice: User, knee: Complaint, browser_of: Callable[[User], Client]
) -> None:
    session = infiltrated(alice, knee, make.LIDOCAINE)
    said = words_of(alice, session)
    assert "Un anesthésique local (Lidocaïne, 10 mg)" in said
    assert "1 à 3 heures" in said
    assert "cortisone" not in said
    goes_every_way(alice, session, browser_of(alice))


def test_of_a_freeze_it_names_the_nerve(alice: User, browser_of: Callable[[User], Client]) -> None:
    session = cryo.another(cryo.course_of_freezing(alice))
    cryo.frozen(alice, session)
    assert "Un petit nerf a été gelé" in words_of(alice, session)
    goes_every_way(alice, session, browser_of(alice))


def test_of_a_test_block_it_is_the_one_of_a_test_and_no_freeze(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    session = cryo.another(cryo.course_of_freezing(alice))
    cryo.block(alice, session, pain_before=7)
    said = words_of(alice, session)
    assert "Ce test ne soigne pas." in said
    assert "Avant le test" in said
    assert "gelé" not in said
    goes_every_way(alice, session, browser_of(alice))


def test_of_a_test_block_whose_pain_nobody_asked_it_says_what_is_missing(alice: User) -> None:
    session = cryo.another(cryo.course_of_freezing(alice))
    cryo.block(alice, session)
    with pytest.raises(InputError, match="Pain before the test"):
        words_of(alice, session)


@pytest.fixture
def lab(alice: User, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with a_clock(monkeypatch) as clock:
        yield Bench(clock, alice, colleague(alice, "Bob", Role.NURSE))


def test_of_serum_it_names_the_unit_and_which_injection_it_was(
    lab: Bench, browser_of: Callable[[User], Client]
) -> None:
    alice, course = lab.alice, course_of_serum(lab.alice)
    (unit, _other) = lab.portioned(course)
    session = session_now(course)
    at_session.choose(sent(lab.bob), session, 0, lab.proof(unit))
    record = make.answered(alice, session)
    proof = lab.proof(unit, spoken=True)
    given = Given(TWO, "Genou, droit", "clear", confirmed=True)
    knee = Injected(target="knee", guidance="ultrasound", volume_ml=TWO)
    at_session.give(sent(alice), session, record.version, proof, given, knee, make.Always())
    said = words_of(alice, session)
    assert f"Unité n° {unit.number}, injection 1 sur {course.sessions.count()}." in said
    goes_every_way(alice, session, browser_of(alice))
