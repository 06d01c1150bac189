"""A session of serum: the unit chosen on its page by its label, its end and the record together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from dolenti.access.models import AuditEntry, Site, User
from dolenti.access.roles import Role
from dolenti.guideline.errors import InputError
from dolenti.guideline.serum import RefusedStepError
from dolenti.ledger.once import Submission
from dolenti.serum import accounts, at_session, freezing
from dolenti.serum.giving import Given
from dolenti.serum.identity import Proof, WrongIdentityError
from dolenti.serum.models import Injection, Unit
from dolenti.serum.opening import SerumRefusedError
from dolenti.stock.models import Use
from dolenti.treatment import given, recording, room
from dolenti.treatment.content import Happened, Injected, Preparation, read
from dolenti.treatment.given import RecordRefusedError
from dolenti.treatment.models import Session, SessionRecord
from tests.people import enter
from tests.web import room as make
from tests.web.serum import HOUR, TWO, Bench, a_clock, code_of, course_of_serum, session_now
from tests.web.session_page import at, send
from tests.web.stock import in_stock
from tests.web.world import colleague, sent

GIVEN = Given(TWO, "Genou, droit", "clear", confirmed=True)
KNEE = Injected(target="knee", guidance="ultrasound", volume_ml=TWO)


@pytest.fixture
def lab(alice: User, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with a_clock(monkeypatch) as clock:
        yield Bench(clock, alice, colleague(alice, "Bob", Role.NURSE))


def ready(lab: Bench) -> tuple[Session, list[Unit]]:
    """A session now, with fresh units of its patient."""
    course = course_of_serum(lab.alice)
    units = lab.portioned(course)
    return session_now(course), units


def chosen(lab: Bench, session: Session, unit: Unit) -> SessionRecord:
    record = SessionRecord.objects.filter(session=session).first()
    version = record.version if record else 0
    return at_session.choose(sent(lab.bob), session, version, lab.proof(unit))


def give(
    lab: Bench, session: Session, form: Submission | None = None, proof: Proof | None = None
) -> SessionRecord:
    record = make.answered(lab.alice, session)
    patient = session.course.patient
    unit = room.standing(lab.alice, session).preparation.unit
    proof = proof or Proof((code_of(unit),), born=patient.birth_date, spoken=True)
    form = form or sent(lab.alice)
    return at_session.give(form, session, record.version, proof, GIVEN, KNEE, make.Always())


def test_the_end_of_the_unit_and_the_record_are_one_write(lab: Bench) -> None:
    session, (unit, other) = ready(lab)
    chosen(lab, session, unit)
    form = sent(lab.alice)
    record = give(lab, session, form)
    assert record.state == "delivered"
    assert read(Injected, record.injected).unit.number == unit.number  # type: ignore[union-attr]
    assert [lab.anew(one).state for one in (unit, other)] == ["injected", "fresh"]
    assert Injection.objects.get().session == session
    again = at_session.give(form, session, 0, Proof(), GIVEN, KNEE)
    assert (again.pk, Injection.objects.count()) == (record.pk, 1)


def test_what_stands_in_the_way_of_the_record_leaves_the_unit_where_it_was(lab: Bench) -> None:
    session, (unit, _) = ready(lab)
    record = chosen(lab, session, unit)
    proof = Proof((code_of(unit.number),), born=session.course.patient.birth_date, spoken=True)
    with pytest.raises(RecordRefusedError, match="the safety pause is not finished"):
        at_session.give(sent(lab.alice), session, record.version, proof, GIVEN, KNEE)
    assert lab.anew(unit).state == "fresh"
    assert not Injection.objects.exists()


def test_a_unit_of_another_patient_is_refused_by_page_service_and_database(
    lab: Bench, browser_of: Callable[[User], Client]
) -> None:
    session, (mine, _) = ready(lab)
    _, (theirs, _) = ready(lab)
    browser = browser_of(lab.alice)
    answer = send(browser, "session-unit", session, scan=code_of(theirs.number))
    assert answer.status_code == 422
    assert "l’unité est celle de" not in answer.content.decode()
    assert theirs.patient.birth_name not in answer.content.decode()
    with pytest.raises(RefusedStepError) as refused:
        chosen(lab, session, theirs)
    assert refused.value.guards == ("patient-match",)
    assert AuditEntry.objects.filter(action="serum-inject", outcome="refused").exists()
    chosen(lab, session, mine)
    record = SessionRecord.objects.get(session=session)
    kept = {**record.preparation, "unit": theirs.number, "unit_scan": theirs.number}
    SessionRecord.objects.filter(pk=record.pk).update(preparation=kept)  # as if somebody forged it
    proof = Proof((code_of(theirs.number),), born=session.course.patient.birth_date, spoken=True)
    with pytest.raises(RefusedStepError), transaction.atomic():
        at_session.give(sent(lab.alice), session, record.version, proof, GIVEN, KNEE)
    with pytest.raises(DatabaseError), transaction.atomic():
        Injection.objects.create(
            unit=theirs, patient=session.course.patient, session=session, volume=TWO,
            target="Genou", at=record.created_at, author=lab.alice,
        )  # fmt: skip
    assert lab.anew(theirs).state == "fresh"


def test_the_label_in_the_hand_is_read_again_at_the_needle(lab: Bench) -> None:
    """Another unit of the same patient was picked up, or none was read: the scan at the bench is no
    proof of what is in the hand."""
    session, (unit, other) = ready(lab)
    chosen(lab, session, unit)
    right = Proof(born=session.course.patient.birth_date, spoken=True)
    with pytest.raises(WrongIdentityError, match="in your hand"):
        give(lab, session, proof=right)
    with pytest.raises(RecordRefusedError, match=f"this is unit {other.number}"):
        give(lab, session, proof=replace(right, scans=(code_of(other.number),)))
    assert {lab.anew(one).state for one in (unit, other)} == {"fresh"}
    give(lab, session, proof=replace(right, scans=(code_of(unit.number),)))
    assert lab.anew(unit).state == "injected"


def test_no_record_of_a_session_of_serum_is_delivered_without_its_unit(lab: Bench) -> None:
    session, (unit, _) = ready(lab)
    chosen(lab, session, unit)
    record = make.answered(lab.alice, session)
    with pytest.raises(RecordRefusedError, match="choose the unit"):
        recording.inject(sent(lab.alice), session, record.version, KNEE, make.Always())


def test_a_unit_that_is_not_ready_is_not_chosen(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    (unit, *_) = lab.released(course)
    with pytest.raises(RecordRefusedError, match="not ready"):
        chosen(lab, session_now(course), unit)


def test_the_list_of_the_day_shows_the_unit_that_is_out_and_no_other_is_issued(
    lab: Bench,
) -> None:
    course = course_of_serum(lab.alice)
    first, second = lab.released(course)
    session = session_now(course)
    client = Client()
    enter(client, lab.bob)
    page = client.get("/agenda/prepare/").content.decode()
    assert first.number in page
    assert "Décongeler maintenant" in page
    lab.thawed(first, session)
    enter(client, lab.bob)  # half an hour has passed
    page = client.get("/agenda/prepare/").content.decode()
    assert (first.number in page, second.number in page) == (True, False)
    assert "Décongeler maintenant" not in page
    with pytest.raises(SerumRefusedError, match=first.number):
        freezing.issue(lab.form(), session, lab.proof(second))
    assert lab.anew(second).state == "frozen"
    lab.injected(first, session)
    with pytest.raises(SerumRefusedError, match="was injected"):
        freezing.issue(lab.form(), session, lab.proof(second))


def test_a_unit_that_was_discarded_gives_its_session_to_the_next(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    first, second = lab.released(course)
    session = session_now(course)
    lab.both(lab.thawed(first, session), "discard", reason="thawed-not-used")
    freezing.issue(lab.form(), session, lab.proof(second))
    assert lab.anew(second).state == "issued"


def test_the_state_of_the_unit_is_looked_up_and_goes_red_out_of_its_hours(lab: Bench) -> None:
    session, (unit, _) = ready(lab)
    chosen(lab, session, unit)
    lines = {one.line.id: one for one in room.standing(lab.alice, session).looked.lines}
    assert lines["unit-state"].status == "safe"
    lab.passes(5 * HOUR)
    lines = {one.line.id: one for one in room.standing(lab.alice, session).looked.lines}
    assert lines["unit-state"].status == "red"


def test_another_unit_opens_the_lines_that_were_about_the_first(lab: Bench) -> None:
    session, (unit, other) = ready(lab)
    chosen(lab, session, unit)
    make.answered(lab.alice, session)
    chosen(lab, session, other)
    found = room.standing(lab.alice, session).looked.lines
    assert {one.line.id for one in found if one.status == "open"} == {"unit-match"}


@pytest.mark.parametrize(
    "said",
    [{"born": None}, {"spoken": False}],
)
def test_whose_it_is_is_said_in_the_chair(said: dict[str, Any], lab: Bench) -> None:
    session, (unit, _) = ready(lab)
    chosen(lab, session, unit)
    right = {"born": session.course.patient.birth_date, "spoken": True}
    proof = Proof((code_of(unit.number),), **{**right, **said})
    with pytest.raises(InputError):
        give(lab, session, proof=proof)
    assert lab.anew(unit).state == "fresh"


def test_on_the_page_from_the_label_to_the_signature(
    lab: Bench, browser_of: Callable[[User], Client]
) -> None:
    session, (unit, other) = ready(lab)
    browser = browser_of(lab.alice)
    page = browser.get(at("session", session)).content.decode()
    assert unit.number in page
    assert send(browser, "session-unit", session, scan=code_of(unit.number)).status_code == 302
    make.answered(lab.alice, session)
    fields = {
        "target": "knee", "guidance": "ultrasound", "volume_ml": "2,5", "look": "clear",
        "confirmed": "on", "spoken": "on", "thrown_ml": "", "scan": code_of(unit.number),
        "identifier": f"{session.course.patient.birth_date:%d/%m/%Y}",
    }  # fmt: skip
    for wrong in ({"identifier": "01/01/1900"}, {"scan": ""}, {"scan": code_of(other.number)}):
        refused = send(browser, "session-injected", session, **{**fields, **wrong})
        assert (refused.status_code, lab.anew(unit).state) == (422, "fresh")
    answer = send(browser, "session-injected", session, **fields)
    page = answer.content.decode()
    assert answer.status_code == 302, page[page.index("data-trouble") :][:600]
    watched = browser.get(at("session", session)).content.decode()
    assert "articulation chaude après" in watched  # of any needle
    assert "Glycémie" not in watched  # of a corticosteroid alone
    send(
        browser,
        "session-happened",
        session,
        any="none",
        **make.SEEN_TO,
        sign="yes",
    )
    record = SessionRecord.objects.get()
    assert (record.state, lab.anew(unit).state) == ("signed", "injected")
    assert given.is_sealed(record)
    assert unit.number in browser.get(at("session", session)).content.decode()
    Site.objects.update(phone="0102030405")


def corrected(lab: Bench, session: Session, given: Given, injected: Injected) -> SessionRecord:
    version = SessionRecord.objects.filter(session=session).latest("pk").version
    return at_session.give(
        sent(lab.alice), session, version, Proof(), given, injected, make.Always()
    )


def test_a_correction_of_the_target_stands_in_the_chain_as_in_the_record(
    lab: Bench, browser_of: Callable[[User], Client]
) -> None:
    session, (unit, _) = ready(lab)
    chosen(lab, session, unit)
    give(lab, session)
    other = Injected(target="hip", guidance="ultrasound")
    record = corrected(lab, session, replace(GIVEN, target="Hanche, droit"), other)
    row = Injection.objects.get()
    assert read(Injected, record.injected).target == "hip"
    assert (row.target, row.as_it_stands.target) == ("Genou, droit", "Hanche, droit")
    assert row.corrections.get().reason == make.WHY
    page = browser_of(lab.alice).get(at("serum-session", session)).content.decode()
    assert "Hanche, droit" in page
    assert make.WHY in page
    with pytest.raises(RecordRefusedError, match="a unit was injected"):
        chosen(lab, session, Unit.objects.exclude(pk=unit.pk).get())
    with pytest.raises(DatabaseError), transaction.atomic():
        row.corrections.update(target="Genou")


def test_what_was_injected_is_corrected_within_the_unit_and_the_accounts_follow(
    lab: Bench,
) -> None:
    session, (unit, _) = ready(lab)
    chosen(lab, session, unit)
    give(lab, session)
    less = replace(GIVEN, volume=Decimal("1.5"), thrown=Decimal(1))
    record = corrected(lab, session, less, KNEE)
    injected = read(Injected, record.injected)
    assert injected.unit is not None
    assert (injected.volume_ml, injected.unit.thrown_ml) == (Decimal("1.5"), Decimal(1))
    told = accounts.of_draws([unit.draw]).volumes
    assert (told.injected, told.discarded) == (Decimal("1.5"), Decimal(1))
    with pytest.raises(SerumRefusedError, match="the unit held"):
        corrected(lab, session, replace(GIVEN, volume=Decimal(4)), KNEE)
    assert Injection.objects.get().corrections.count() == 1


def test_an_amendment_counts_in_the_chain_once_it_is_signed(lab: Bench) -> None:
    session, (unit, _) = ready(lab)
    chosen(lab, session, unit)
    record = give(lab, session)
    said = Happened(pain_before=6, pain_after=3, events=(), **make.SEEN_TO)
    record = recording.happen(sent(lab.alice), session, record.version, said, sign=True)
    given.amend(sent(lab.alice), record, "the hip was injected")
    other = Injected(target="hip", guidance="ultrasound")
    amending = corrected(lab, session, replace(GIVEN, target="Hanche, droit"), other)
    assert Injection.objects.get().as_it_stands.target == "Genou, droit"
    given.sign(lab.alice, amending, amending.version)
    assert Injection.objects.get().as_it_stands.target == "Hanche, droit"


def test_the_needles_of_a_session_of_serum_are_taken_with_its_unit(
    lab: Bench, browser_of: Callable[[User], Client]
) -> None:
    session, (unit, _) = ready(lab)
    needles = in_stock(lab.alice, number="AG118")
    browser = browser_of(lab.alice)
    taking = {"supply_0": needles.public_id, "pieces_0": "2"}
    assert (
        send(browser, "session-unit", session, scan=code_of(unit.number), **taking).status_code
        == 302
    )
    give(lab, session)
    assert Use.objects.get(lot=needles, undone=None).quantity == 2
    page = browser.get(at("session", session)).content.decode()
    assert "Corriger l’anesthésique, les aiguilles et les kits" in page
    taking |= {"pieces_0": "1", "reason-correction": make.WHY}
    assert send(browser, "session-preparation", session, **taking).status_code == 302
    assert Use.objects.get(lot=needles, undone=None).quantity == 1
    kept = read(Preparation, SessionRecord.objects.get().preparation)
    assert (kept.unit, kept.supplies[0].number) == (unit.number, "AG118")


def test_a_code_left_in_the_field_of_the_label_does_not_hinder_the_needles(
    lab: Bench, browser_of: Callable[[User], Client]
) -> None:
    session, (unit, _) = ready(lab)
    needles = in_stock(lab.alice, number="AG118")
    chosen(lab, session, unit)
    taking = {"scan": "(10)AG118", "supply_0": needles.public_id, "pieces_0": "2"}
    saved = send(browser_of(lab.alice), "session-preparation", session, **taking)
    assert saved.status_code == 302
    kept = read(Preparation, SessionRecord.objects.get().preparation)
    assert (kept.unit, kept.supplies[0].pieces) == (unit.number, 2)


def test_the_unit_that_was_injected_is_not_undone_with_the_preparation(lab: Bench) -> None:
    session, (unit, _) = ready(lab)
    chosen(lab, session, unit)
    give(lab, session)
    with pytest.raises(RecordRefusedError, match="correct it, and say why"):
        make.undone(lab.alice, session)
    assert read(Preparation, SessionRecord.objects.get().preparation).unit == unit.number
