"""A local anaesthetic beside a unit of serum: in a syringe of its own, judged, counted in the day,
never mixed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from dolenti.access.models import User
from dolenti.guideline.errors import InputError
from dolenti.serum import at_session
from dolenti.serum.giving import Given
from dolenti.serum.identity import Proof
from dolenti.stock.models import Use
from dolenti.treatment import recording, room
from dolenti.treatment.content import Injected, Preparation, doses, read
from dolenti.treatment.given import RecordRefusedError
from dolenti.treatment.models import Session, SessionRecord
from dolenti.treatment.recording import Asked
from tests.web import room as make
from tests.web.serum import TWO, Bench, code_of, course_of_serum, session_now
from tests.web.session_page import at, send
from tests.web.world import sent

GIVEN = Given(TWO, "Genou, droit", "clear", confirmed=True)


def ready(lab: Bench) -> tuple[Session, str, Any]:
    """A session now, a fresh unit of its patient, and a lot of lidocaine."""
    course = course_of_serum(lab.alice)
    unit = lab.portioned(course)[0]
    return (
        session_now(course),
        code_of(unit.number),
        make.lot_of(lab.bob, make.LIDOCAINE, quantity=40),
    )


def chosen(lab: Bench, session: Session, code: str, asked: Asked) -> SessionRecord:
    make.answered(lab.alice, session)
    version = SessionRecord.objects.get(session=session).version
    proof = Proof((code,), born=session.course.patient.birth_date)
    return at_session.choose(sent(lab.bob), session, version, proof, asked)


def give(lab: Bench, session: Session, code: str, **said: Any) -> SessionRecord:
    record = make.answered(lab.alice, session)
    proof = Proof((code,), born=session.course.patient.birth_date, spoken=True)
    injected = Injected(target="knee", guidance="ultrasound", volume_ml=TWO, **said)
    return at_session.give(
        sent(lab.alice), session, record.version, proof, GIVEN, injected, make.Always()
    )


def test_it_is_recorded_counted_and_taken_from_the_stock(lab: Bench) -> None:
    session, code, lot = ready(lab)
    asked = Asked(rows=((lot.public_id, Decimal(2)),), looks="limpid")
    chosen(lab, session, code, asked)
    with pytest.raises(RecordRefusedError, match="how much went in"):
        give(lab, session, code)
    with pytest.raises(InputError, match="3 mL cannot come from 2 mL"):
        give(lab, session, code, beside_ml=Decimal(3))
    record = give(lab, session, code, beside_ml=Decimal("1.5"))
    given, injected = read(Preparation, record.preparation), read(Injected, record.injected)
    assert doses(given, injected) == {"lidocaine": Decimal(15)}, "1.5 mL of 10 mg/mL"
    assert injected.volume_ml == TWO, "of the unit, and not of the syringe"
    assert Use.objects.filter(lot=lot).exists()
    again = session_now(session.course)
    received = room.standing(lab.alice, again).received
    assert [(one.product, one.dose) for one in received] == [("lidocaine", Decimal(15))]


def test_nothing_else_is_drawn_up_beside_a_unit_and_nothing_is_mixed(lab: Bench) -> None:
    session, code, lot = ready(lab)
    steroid = make.lot_of(lab.bob)
    for asked in (
        Asked(rows=((steroid.public_id, Decimal(1)),), looks="even"),
        Asked(rows=((lot.public_id, Decimal(1)),), fluid="saline", fluid_ml=Decimal(1)),
    ):
        with pytest.raises(RecordRefusedError, match="nothing is mixed into the serum"):
            chosen(lab, session, code, asked)
        record = SessionRecord.objects.get(session=session)
        with pytest.raises(RecordRefusedError, match="nothing is mixed into the serum"):
            recording.prepare(sent(lab.bob), session, record.version, asked)


def test_the_ceilings_and_the_look_speak_of_it_too(lab: Bench) -> None:
    session, code, lot = ready(lab)
    with pytest.raises(InputError, match="block this mixture"):
        chosen(lab, session, code, Asked(rows=((lot.public_id, Decimal(90)),), looks="limpid"))
    chosen(lab, session, code, Asked(rows=((lot.public_id, Decimal(2)),), looks="cloudy"))
    with pytest.raises(RecordRefusedError, match="look at the syringe"):
        give(lab, session, code, beside_ml=Decimal(2))


def test_on_the_page_it_is_saved_with_the_label_and_shown_in_the_record(
    lab: Bench, browser_of: Callable[[User], Client]
) -> None:
    session, code, lot = ready(lab)
    browser = browser_of(lab.alice)
    assert "dans une seringue à part" in browser.get(at("session", session)).content.decode()
    make.answered(lab.alice, session)
    drawn = {"lot_0": lot.public_id, "volume_0": "2", "looks": "limpid"}
    checked = send(browser, "session-check", session, **drawn).content.decode()
    assert "20 mg" in checked.replace("\u00a0", " ").replace("</strong>", "")
    refused = send(browser, "session-unit", session, scan=code, lot_0=lot.public_id)
    assert refused.status_code == 422, "its volume is missing"
    assert "Indiquez le volume préparé" in refused.content.decode()
    assert send(browser, "session-unit", session, scan=code, **drawn).status_code == 302
    make.answered(lab.alice, session)
    fields = {
        "target": "knee", "guidance": "ultrasound", "volume_ml": "2,5", "look": "clear",
        "confirmed": "on", "spoken": "on", "thrown_ml": "", "scan": code,
        "identifier": f"{session.course.patient.birth_date:%d/%m/%Y}",
    }  # fmt: skip
    refused = send(browser, "session-injected", session, **fields)
    assert "Indiquez le volume d’anesthésique injecté" in refused.content.decode()
    answer = send(browser, "session-injected", session, **fields, beside_ml="1,5")
    page = answer.content.decode()
    assert answer.status_code == 302, page[page.index("data-trouble") :][:600]
    page = browser.get(at("session", session)).content.decode().replace("\u00a0", " ")
    assert "Anesthésique local de la peau, dans une seringue à part" in page
    assert "Lidocaïne 15 mg" in page
