"""What is written in the room: the pause, the syringe, what went in, what happened, the seal."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from dolenti.access.models import AuditEntry, Membership, User
from dolenti.access.roles import Role
from dolenti.agenda.models import Privilege
from dolenti.agenda.privileges import NoPrivilegeError
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.session.report import Reporter
from dolenti.guideline import session as guided
from dolenti.guideline.errors import InputError
from dolenti.ledger.versions import StaleEditError
from dolenti.records import engine
from dolenti.records.judging import assessing
from dolenti.records.models import Complaint
from dolenti.stock.life import LotRefusedError
from dolenti.stock.models import Lot, Use
from dolenti.treatment import earlier, given, recording, room, watching
from dolenti.treatment.content import Happened, Injected, Pause, Preparation, read
from dolenti.treatment.given import RecordRefusedError
from dolenti.treatment.models import Session, SessionRecord
from dolenti.treatment.ready import ask_at
from dolenti.treatment.recording import Asked, Pressed
from dolenti.treatment.room import days_up_to
from tests.web import room as make
from tests.web import stock
from tests.web.cryo import another
from tests.web.session_page import send
from tests.web.world import clinic, colleague, sent


def made_once(alice: User) -> Session:
    return clinic(alice).session


@pytest.fixture
def session(standing: Any) -> Session:
    found: Session = standing.made
    return found


@pytest.fixture
def knee(session: Session) -> Complaint:
    found: Complaint = session.course.complaint
    return found


@pytest.fixture
def bob_here(alice: User) -> User:
    return colleague(alice, "Bob", Role.NURSE)


def left(lot: Lot) -> int:
    lot.refresh_from_db()
    return lot.left


# --- Sealed --------------------------------------------------------------------------------------


def test_a_signed_record_carries_the_seal_of_what_it_says_and_the_trail_has_it(
    alice: User, session: Session
) -> None:
    record = make.signed_off(alice, session)
    assert given.is_sealed(record)
    line = AuditEntry.objects.get(action="seal-session")
    assert line.detail["sha256"] == record.seal
    for name in ("pause", "preparation", "injected", "happened"):
        assert not given.is_sealed(_changed(record, name))


def _changed(record: SessionRecord, name: str) -> SessionRecord:
    found = SessionRecord.objects.get(pk=record.pk)
    setattr(found, name, {**getattr(found, name), "note": "x"})
    return found


def test_a_signed_record_never_changes(alice: User, session: Session) -> None:
    record = make.signed_off(alice, session)
    with pytest.raises(RecordRefusedError, match="is signed and never changes"):
        recording.happen(sent(alice), session, record.version, Happened(events=(), note="later"))
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionRecord.objects.filter(pk=record.pk).update(happened={"note": "later"})


def test_an_amendment_begins_with_what_stood_and_takes_no_lot_twice(
    alice: User, session: Session
) -> None:
    lot = make.lot_of(alice)
    make.drawn_up(alice, session, lot=lot)
    record = make.signed_off(alice, session)
    assert left(lot) == 9
    again = given.amend(sent(alice), record, "the needle was another one")
    assert (again.injected, again.pause) == (record.injected, record.pause)
    said = msgspec.structs.replace(make.IN_THE_KNEE, needle="23G 50 mm")
    again = recording.inject(sent(alice), session, again.version, said)
    again = given.sign(alice, again, again.version)
    assert (left(lot), Use.objects.count()) == (9, 1)
    assert again.seal != record.seal
    assert [one.needle for one in map(_injected, (record, again))] == ["21G 40 mm", "23G 50 mm"]


def _injected(record: SessionRecord) -> Injected:
    return read(Injected, SessionRecord.objects.get(pk=record.pk).injected)


# --- The pause -----------------------------------------------------------------------------------


def test_nothing_is_given_while_a_line_of_the_pause_is_open(alice: User, session: Session) -> None:
    record = make.drawn_up(alice, session)
    with pytest.raises(RecordRefusedError, match="the safety pause is not finished"):
        recording.inject(sent(alice), session, record.version, make.IN_THE_KNEE)


@pytest.mark.parametrize("safe", [False, None])
def test_a_red_line_and_one_that_nobody_knows_stop_the_session(
    safe: bool | None, alice: User, session: Session
) -> None:
    make.drawn_up(alice, session)
    record = make.answered(alice, session, identity=Pressed(safe))
    with pytest.raises(RecordRefusedError, match="stops the session"):
        recording.inject(sent(alice), session, record.version, make.IN_THE_KNEE)


def test_what_the_nurse_answered_counts_once_the_doctor_has_confirmed_it(
    alice: User, bob_here: User, session: Session
) -> None:
    make.drawn_up(alice, session)
    record = make.answered(bob_here, session)
    now = room.standing(alice, session)
    waits = {one.line.id: one.wants for one in now.looked.lines if one.status == "open"}
    assert waits["consent"] == ("confirm",)
    assert waits["identity"] == ("practitioner",)
    in_person = {name for name, wants in waits.items() if "practitioner" in wants}
    mine = {name: Pressed(safe=True) for name in in_person}
    recording.answer(sent(alice), session, record.version, mine, confirm=True)
    assert room.standing(alice, session).looked.verdict == "go"


def test_an_answer_is_of_its_half_hour(alice: User, session: Session) -> None:
    make.drawn_up(alice, session)
    make.answered(alice, session)
    now = room.standing(alice, session)
    assert now.looked.verdict == "go"
    for moved in (timedelta(minutes=31), timedelta(minutes=-1)):  # later; a clock put back
        assert replace(now, now=now.now + moved).looked.verdict == "to-answer"


def test_another_syringe_opens_the_lines_that_were_about_it(alice: User, session: Session) -> None:
    make.drawn_up(alice, session)
    make.answered(alice, session)
    make.drawn_up(alice, session, lot=make.lot_of(alice))
    now = room.standing(alice, session)
    assert {one.line.id for one in now.looked.lines if one.status == "open"} == {
        "allergy", "products",
    }  # fmt: skip


def test_two_people_may_answer_different_lines_and_never_the_same_unseen(
    alice: User, bob_here: User, session: Session
) -> None:
    record = recording.answer(sent(bob_here), session, 0, {"kit": Pressed(safe=False)})
    recording.answer(sent(alice), session, 0, {"side": Pressed(safe=True)})
    with pytest.raises(StaleEditError):
        recording.answer(sent(alice), session, 0, {"kit": Pressed(safe=True)})
    record.refresh_from_db()
    answers = read(Pause, record.pause).answers
    assert (answers["kit"].safe, answers["side"].safe) == (False, True)


def test_what_the_patient_says_in_the_pause_is_stated_in_the_record(
    alice: User, session: Session
) -> None:
    assert room.standing(alice, session).case.facts["fever"].value is False
    recording.answer(sent(alice), session, 0, {}, facts={"fever": True})
    now = room.standing(alice, session)
    assert now.case.facts["fever"].value is True
    assert [one.line.id for one in now.looked.red] == ["joint-infection"]


# --- What is drawn up ----------------------------------------------------------------------------


def test_stock_falls_when_it_is_given_and_not_before(alice: User, session: Session) -> None:
    lot = make.lot_of(alice)
    make.drawn_up(alice, session, lot=lot)
    assert left(lot) == 10
    make.given_in(alice, session)
    assert left(lot) == 9
    use = Use.objects.get()
    assert (use.patient, use.kind) == (session.course.patient, "treatment.sessionrecord")


def _expired(user: User, lot: Lot) -> None:
    Lot.objects.filter(pk=lot.pk).update(expiry=timezone.localdate() - timedelta(days=1))


def _recalled(user: User, lot: Lot) -> None:
    stock.recalled(user, lot)


def _empty(user: User, lot: Lot) -> None:
    Lot.objects.filter(pk=lot.pk).update(left=0)


@pytest.mark.parametrize("spoil", [_expired, _recalled, _empty])
def test_a_lot_that_cannot_be_used_is_refused_when_drawn_up_and_again_when_given(
    spoil: Any, alice: User, session: Session
) -> None:
    lot = make.lot_of(alice)
    make.drawn_up(alice, session, lot=lot)
    record = make.answered(alice, session)
    spoil(alice, lot)
    with pytest.raises(LotRefusedError):
        make.drawn_up(alice, session, lot=lot)
    with pytest.raises(LotRefusedError):
        recording.inject(sent(alice), session, record.version, make.IN_THE_KNEE)
    record.refresh_from_db()
    assert (record.state, Use.objects.count()) == ("prepared", 0)


def test_a_lot_of_another_site_is_refused(alice: User, chloe: User, session: Session) -> None:
    lot = make.lot_of(chloe)
    with pytest.raises(RecordRefusedError, match="not in the stock of this site"):
        make.drawn_up(alice, session, lot=lot)


def test_a_suspension_goes_on_where_it_is_even_and_nothing_else_that_is_milky_does(
    alice: User, session: Session
) -> None:
    make.drawn_up(alice, session, looks="even")  # methylprednisolone: milky by its nature
    assert room.standing(alice, session).looks_right()
    lidocaine = make.lot_of(alice, make.LIDOCAINE)
    make.drawn_up(alice, session, lot=lidocaine, looks="even")
    assert not room.standing(alice, session).looks_right()
    make.drawn_up(alice, session, lot=lidocaine, looks="limpid")
    assert room.standing(alice, session).looks_right()


def test_it_is_so_denies_what_the_sentence_denies_and_the_rest_is_asked(
    alice: User, session: Session
) -> None:
    now = room.standing(alice, session)
    lines = {one.line.id: one for one in now.looked.lines}
    assert now.covered(lines["blood-thinner"]) == ()
    assert "antiplatelet" in now.to_ask(lines["blood-thinner"])
    assert lines["allergy"].line.answers == ("anaphylaxis-history",)


@pytest.mark.parametrize("looks", [None, "cloudy", "milky", "limpid"])
def test_a_suspension_that_is_not_even_does_not_go_on(
    looks: Any, alice: User, session: Session
) -> None:
    make.drawn_up(alice, session, looks=looks)
    record = make.answered(alice, session)
    with pytest.raises(RecordRefusedError, match="only a limpid one"):
        recording.inject(sent(alice), session, record.version, make.IN_THE_KNEE)


def test_the_technique_that_was_chosen_is_judged(alice: User, session: Session) -> None:
    lidocaine = make.lot_of(alice, make.LIDOCAINE)
    with pytest.raises(RecordRefusedError, match="not done in this zone"):
        make.drawn_up(alice, session, lot=lidocaine, technique="epidural")
    make.drawn_up(alice, session, lot=lidocaine, technique="intra-articular")


def test_the_days_before_are_asked_by_the_pause_and_then_read_from_the_record(
    alice: User, session: Session
) -> None:
    make.drawn_up(alice, session)
    syringe = room.standing(alice, session).preparation
    assert room.standing(alice, session).days_before(syringe) is None
    make.answered(alice, session)
    now = room.standing(alice, session)
    assert now.days_before(syringe) == [{"product": "methylprednisolone", "days": 0}]
    assert ask_at("given-before") == ask_at("given-today")
    assert ask_at("technique") == "preparation"


@pytest.mark.parametrize("back,days", [((1, 2), 2), ((2, 3), 0), ((1, 3), 1), ((), 0), ((0,), 0)])
def test_days_in_a_row_end_yesterday(back: tuple[int, ...], days: int) -> None:
    today = datetime(2026, 9, 15, tzinfo=UTC).date()
    assert days_up_to({today - timedelta(days=one) for one in back}, today) == days


def test_what_the_rules_block_is_not_drawn_up(alice: User, session: Session) -> None:
    lidocaine = make.lot_of(alice, make.LIDOCAINE, quantity=50)
    with pytest.raises(RecordRefusedError, match="the rules block this mixture"):
        make.drawn_up(alice, session, rows=((lidocaine.public_id, Decimal(60)),))
    assert not SessionRecord.objects.exists()


def test_every_block_is_named_with_its_products_and_a_dose_above_its_ceiling_first(
    alice: User, session: Session
) -> None:
    """« Ce produit ne partage sa seringue avec aucun autre » hid 300 % of a ceiling."""
    steroid, lidocaine = make.lot_of(alice), make.lot_of(alice, make.LIDOCAINE, quantity=50)
    rows = ((steroid.public_id, Decimal(1)), (lidocaine.public_id, Decimal(60)))
    with pytest.raises(RecordRefusedError) as refused:
        make.drawn_up(alice, session, rows=rows)
    says = refused.value.sentence("fr")
    assert re.search(r"bloquent ce mélange\u00a0: [^:]*[Ll]idocaïne[^:]*\u00a0: ", says), says


def test_who_goes_past_a_rule_says_why_and_stands_for_it(alice: User, session: Session) -> None:
    steroid, lidocaine = make.lot_of(alice), make.lot_of(alice, make.LIDOCAINE)
    rows = ((steroid.public_id, Decimal(1)), (lidocaine.public_id, Decimal(2)))
    with pytest.raises(RecordRefusedError, match="say why you override this") as refused:
        make.drawn_up(alice, session, rows=rows, reasons={})
    rule = refused.value.where.removeprefix("reason-")
    with pytest.raises(InputError, match="in words"):
        make.drawn_up(alice, session, rows=rows, reasons={rule: ".........."})
    assert not SessionRecord.objects.exists()
    record = make.drawn_up(alice, session, rows=rows, reasons={rule: "habit of the house"})
    (override,) = read(Preparation, record.preparation).overrides
    assert (override.rule, override.name) == (rule, alice.name)


def test_the_nurse_prepares_and_whoever_gives_it_decides_to_go_past_a_rule(
    alice: User, bob_here: User, session: Session
) -> None:
    steroid, lidocaine = make.lot_of(alice), make.lot_of(alice, make.LIDOCAINE)
    rows = ((steroid.public_id, Decimal(1)), (lidocaine.public_id, Decimal(2)))
    drawn = make.drawn_up(bob_here, session, rows=rows)
    assert read(Preparation, drawn.preparation).overrides == (), "no reason of a nurse counts"
    at = make.answered(alice, session).version
    with pytest.raises(RecordRefusedError, match="say why you override this"):
        recording.inject(sent(alice), session, at, make.IN_THE_KNEE, {})
    given_now = recording.inject(sent(alice), session, at, make.IN_THE_KNEE, make.Always())
    (override,) = read(Preparation, given_now.preparation).overrides
    assert (override.name, override.by) == (alice.name, "practitioner")


def test_a_nurse_who_saves_the_syringe_again_takes_no_reason_of_a_practitioner_away(
    alice: User, bob_here: User, session: Session
) -> None:
    steroid, lidocaine = make.lot_of(alice), make.lot_of(alice, make.LIDOCAINE)
    rows = ((steroid.public_id, Decimal(1)), (lidocaine.public_id, Decimal(2)))
    decided = read(Preparation, make.drawn_up(alice, session, rows=rows).preparation).overrides
    assert decided
    again = make.drawn_up(bob_here, session, rows=rows, reasons={})
    assert read(Preparation, again.preparation).overrides == decided


def test_the_reason_of_the_last_session_is_read_beside_and_never_stands_for_todays(
    alice: User, bob_here: User, session: Session, browser_of: Any
) -> None:
    steroid, lidocaine = make.lot_of(alice), make.lot_of(alice, make.LIDOCAINE)
    rows = ((steroid.public_id, Decimal(1)), (lidocaine.public_id, Decimal(2)))
    make.drawn_up(alice, session, rows=rows)
    make.signed_off(alice, session)
    again = another(session.course)
    make.drawn_up(bob_here, again, rows=rows)
    make.answered(alice, again)
    at_alice, page_of = browser_of(alice), f"/sessions/{again.public_id}/"
    decides = at_alice.get(page_of).content.decode()
    offered = re.findall(rf'name="again-([^"]+)"\s+value="{re.escape(make.WHY)}"(.*?)>', decides)
    assert len(offered) == 2, "where it is prepared, and where it is given"
    assert not any("checked" in more for _rule, more in offered)
    prepares = browser_of(bob_here).get(page_of).content.decode()
    assert "again-" not in prepares
    for page in (decides, prepares):
        assert not re.search(r'name="reason-[^"]+"\s+value="[^"]', page)
    taken = {"target": "knee", "guidance": "ultrasound", "volume_ml": "0,5"}
    refused = send(at_alice, "session-injected", again, **taken)
    assert refused.status_code == 422
    assert not read(Preparation, SessionRecord.objects.get(session=again).preparation).overrides
    ticked = {f"again-{offered[0][0]}": make.WHY}
    rule = offered[0][0]
    asked = set(re.findall(r'name="reason-([^"]+)"', decides)) - {rule}
    typed = {f"reason-{one}": "Said anew for this day" for one in asked}
    assert send(at_alice, "session-injected", again, **taken, **ticked, **typed).status_code == 302
    preparation = read(Preparation, SessionRecord.objects.get(session=again).preparation)
    said = {one.rule: one.reason for one in preparation.overrides}
    assert said.pop(rule) == make.WHY
    assert set(said.values()) <= {"Said anew for this day"}


def test_what_a_nurse_went_past_before_is_confirmed_by_whoever_gives_it(
    alice: User, bob_here: User, session: Session
) -> None:
    """A record that was prepared when nurses still wrote reasons."""
    steroid, lidocaine = make.lot_of(alice), make.lot_of(alice, make.LIDOCAINE)
    rows = ((steroid.public_id, Decimal(1)), (lidocaine.public_id, Decimal(2)))
    drawn = make.drawn_up(alice, session, rows=rows)
    kept = drawn.preparation
    kept["overrides"][0] |= {"by": "nurse", "name": bob_here.name, "who": bob_here.public_id}
    SessionRecord.objects.filter(pk=drawn.pk).update(preparation=kept)
    at = make.answered(alice, session).version
    with pytest.raises(RecordRefusedError, match="read why, and confirm it") as refused:
        recording.inject(sent(alice), session, at, make.IN_THE_KNEE, make.Always())
    rule = refused.value.where.removeprefix("confirm-")
    given_now = recording.inject(
        sent(alice), session, at, make.IN_THE_KNEE, make.Always(), confirmed=[rule]
    )
    (override,) = read(Preparation, given_now.preparation).overrides
    assert (override.name, override.confirmed_by) == (bob_here.name, alice.name)


# --- What went in --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes, why",
    [
        ({"volume_ml": Decimal("0.51")}, "cannot come from 0.5 mL"),
        (
            {"points": 3, "per_point_ml": Decimal("0.2")},
            "3 points of 0.2 mL are 0.6 mL, not 0.5 mL",
        ),
        ({"volume_ml": None}, "say how much went in"),
        ({"target": ""}, "choose the target"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    changes: dict[str, Any], why: str, alice: User, session: Session
) -> None:
    make.drawn_up(alice, session)
    record = make.answered(alice, session)
    said = msgspec.structs.replace(make.IN_THE_KNEE, **changes)
    with pytest.raises(InputError, match=why):
        recording.inject(sent(alice), session, record.version, said)
    record.refresh_from_db()
    assert (record.state, record.injected) == ("prepared", {})


def test_only_whoever_may_perform_the_therapy_gives_it(
    alice: User, bob_here: User, session: Session
) -> None:
    make.drawn_up(bob_here, session)
    record = make.answered(alice, session)
    with pytest.raises(PermissionDenied):
        recording.inject(sent(bob_here), session, record.version, make.IN_THE_KNEE)
    Privilege.objects.all().delete()
    assert Membership.objects.filter(user=alice).exists()
    with pytest.raises(NoPrivilegeError):
        recording.inject(sent(alice), session, record.version, make.IN_THE_KNEE)


def test_a_form_sent_twice_is_one_write(alice: User, session: Session) -> None:
    lot = make.lot_of(alice)
    make.drawn_up(alice, session, lot=lot)
    record = make.answered(alice, session)
    once = sent(alice)
    both = [
        recording.inject(once, session, record.version, make.IN_THE_KNEE) for _ in range(2)
    ]  # fmt: skip
    assert both[0] == both[1]
    assert (left(lot), both[1].version) == (9, record.version + 1)


def test_a_correction_before_signing_gives_the_lots_back(alice: User, session: Session) -> None:
    first, other = make.lot_of(alice), make.lot_of(alice)
    make.drawn_up(alice, session, lot=first)
    make.given_in(alice, session)
    make.drawn_up(alice, session, lot=other)
    assert (left(first), left(other)) == (10, 9)


def test_what_was_given_stands_before_a_page_that_was_opened_earlier(
    alice: User, bob_here: User, session: Session
) -> None:
    """Every part but what happened; then only a correction with its reason, seen by who signs."""
    bob = bob_here
    first, other = make.lot_of(alice), make.lot_of(alice)
    earlier_page = make.drawn_up(alice, session, lot=first).version
    at = make.given_in(alice, session).version
    rows, why = ((other.public_id, make.HALF),), "The other box was opened."
    swapped = Asked(rows=rows, looks="even", reasons={"correction": why})
    for write in (
        lambda: recording.answer(sent(bob), session, earlier_page, {"side": Pressed(safe=True)}),
        lambda: recording.go_past(sent(alice), session, earlier_page, (), make.WHY),
        lambda: recording.prepare(sent(bob), session, earlier_page, swapped),
        lambda: recording.choose_unit(sent(bob), session, earlier_page, "1", "1"),
        lambda: recording.undo(sent(bob), session, "preparation", earlier_page),
        lambda: recording.inject(sent(alice), session, earlier_page, make.IN_THE_KNEE),
        lambda: recording.happen(sent(alice), session, earlier_page, make.NOTHING, sign=True),
    ):
        with pytest.raises(StaleEditError):
            write()
    assert (left(first), left(other)) == (9, 10)
    with pytest.raises(RecordRefusedError, match="say why you correct it"):
        recording.prepare(sent(bob), session, at, Asked(rows=rows, looks="even"))
    moved = msgspec.structs.replace(make.IN_THE_KNEE, needle="23G 60 mm")
    with pytest.raises(RecordRefusedError, match="say why you correct it"):
        recording.inject(sent(alice), session, at, moved)
    corrected = recording.prepare(sent(bob), session, at, swapped)
    (kept,) = read(Preparation, corrected.preparation).corrected
    assert (kept.name, kept.reason) == (bob.name, why)
    with pytest.raises(StaleEditError):
        recording.happen(sent(alice), session, at, make.NOTHING, sign=True)
    signed = recording.happen(sent(alice), session, corrected.version, make.NOTHING, sign=True)
    given.amend(sent(alice), signed, "a word was wrong")
    with pytest.raises(StaleEditError):
        recording.prepare(sent(bob), session, signed.version, swapped)


def test_a_correction_tells_what_was_given_also_where_a_rule_was_broken(
    alice: User, session: Session
) -> None:
    lidocaine = make.lot_of(alice, make.LIDOCAINE, quantity=50)
    make.given_in(alice, session)
    record = make.drawn_up(alice, session, rows=((lidocaine.public_id, Decimal(60)),))
    preparation = read(Preparation, record.preparation)
    assert (preparation.volume, preparation.verdict) == (Decimal(60), "blocked")


@pytest.mark.parametrize("amended", [False, True])
def test_a_correction_says_why_of_each_rule_that_speaks_against_it(
    alice: User, session: Session, browser_of: Callable[[User], Client], amended: bool
) -> None:
    """A knee is recorded, then made an epidural by landmarks: what was done is written, and of each
    rule that would have stopped it, why; the page asks, the report tells."""
    record = make.given_in(alice, session)
    if amended:
        signed = recording.happen(sent(alice), session, record.version, make.NOTHING, sign=True)
        record = given.amend(sent(alice), signed, "the place was another")
    reasons: dict[str, str] = {"correction": "It was given elsewhere."}
    spine = msgspec.structs.replace(make.IN_THE_KNEE, target="lumbar-epidural", guidance="landmark")
    found = room.standing(alice, session).findings(spine)
    grave = [one.rule for one in found if one.severity in recording.GRAVE]
    assert {one.severity for one in found} >= {"block", "override"}
    for rule in dict.fromkeys(grave):
        with pytest.raises(RecordRefusedError, match="a rule speaks against this") as refused:
            recording.inject(sent(alice), session, record.version, spine, reasons)
        assert refused.value.where == f"reason-{rule}"
        reasons[rule] = f"Why all the same, {rule}."
    record = recording.inject(sent(alice), session, record.version, spine, reasons)
    kept = read(Injected, record.injected)
    assert {one.rule for one in kept.overrides} == set(grave)
    moved = msgspec.structs.replace(spine, needle="23G 60 mm")
    again = {"correction": "The needle was another."}
    record = recording.inject(sent(alice), session, record.version, moved, again)
    assert read(Injected, record.injected).overrides == kept.overrides
    page = browser_of(alice).get(f"/sessions/{session.public_id}/").content.decode()
    assert all(f"Why all the same, {rule}." in page for rule in grave)


def test_nobody_signs_before_it_was_said_whether_anything_happened(
    alice: User, session: Session
) -> None:
    record = make.given_in(alice, session)
    with pytest.raises(RecordRefusedError, match="say whether anything happened"):
        recording.happen(sent(alice), session, record.version, Happened(), sign=True)
    unwatched = Happened(events=(), leaving=make.LEAVING[1:])
    with pytest.raises(RecordRefusedError, match="before leaving the room"):
        recording.happen(sent(alice), session, record.version, unwatched, sign=True)
    said = msgspec.structs.replace(unwatched, leaving_why="No needle was used in this room.")
    signed = recording.happen(sent(alice), session, record.version, said, sign=True)
    assert read(Happened, signed.happened).leaving_why == said.leaving_why


@pytest.mark.parametrize("what, least", [(make.STEROID, 15), (make.LIDOCAINE, 15)])
def test_nobody_says_that_a_watch_is_over_before_it_is(
    what: Any, least: int, alice: User, session: Session
) -> None:
    make.drawn_up(alice, session, lot=make.lot_of(alice, what))
    record = make.given_in(alice, session)
    said = Happened(events=(), leaving=make.LEAVING)
    at = timezone.now()
    for minutes in (1, least - 1):
        later = at + timedelta(minutes=minutes)
        with (
            time_machine.travel(later, tick=False),
            pytest.raises(RecordRefusedError, match="the watch lasts until"),
        ):
            recording.happen(sent(alice), session, record.version, said, sign=True)
    with time_machine.travel(at + timedelta(minutes=least + 1), tick=False):
        signed = recording.happen(sent(alice), session, record.version, said, sign=True)
    assert signed.state == "signed"
    assert watch_told(signed) == "Oui"


def watch_told(record: SessionRecord) -> str:
    """What the report says of the watch."""
    with override("fr"):
        chapters = Reporter(record, Lookup(engine.edition_in_force(), "fr")).chapters()
    (told,) = [
        said
        for one in chapters
        for asked, said in one.lines
        if asked.startswith("Surveillance faite")
    ]
    return told


def test_a_shorter_watch_takes_a_reason_and_the_longer_one_is_of_its_products(
    alice: User, session: Session
) -> None:
    """The minutes are those that the line of the edition says to whoever reads it."""
    record = make.given_in(alice, session)
    said = Happened(events=(), **make.SEEN_TO)
    signed = recording.happen(sent(alice), session, record.version, said, sign=True)
    assert signed.state == "signed"
    assert watch_told(signed) == "Écourtée, après 0\u00a0min"
    later = timezone.now() + timedelta(minutes=50)
    with time_machine.travel(later, tick=False):
        again = given.amend(sent(alice), signed, "The pain after was typed wrong.")
        again = recording.happen(sent(alice), session, again.version, said, sign=True)
        assert watch_told(again) == "Écourtée, après 0\u00a0min"
    doses = ({"lidocaine": Decimal(20)}, {"lidocaine": Decimal(21)}, {"procaine": Decimal(1)})
    assert [watching.minutes(one) for one in doses] == [15, 30, 30]
    lines = guided.content(engine.edition_in_force()).leaving.lines
    text = next(one.says.en for one in lines if one.id == watching.LINE)
    assert f"{watching.MINUTES} min" in text
    assert f"{watching.LONGER} min after more than {watching.LIDOCAINE_MG} mg of lido" in text


def test_a_part_is_taken_back_to_what_it_was(alice: User, session: Session) -> None:
    before = make.drawn_up(alice, session).preparation
    make.drawn_up(alice, session, lot=make.lot_of(alice))
    assert make.undone(alice, session).preparation == before


# --- What was given the same day -----------------------------------------------------------------


def test_what_another_session_of_the_day_gave_counts_in_the_ceilings(
    alice: User, session: Session
) -> None:
    make.given_in(alice, session)
    (received,) = room.given_lately(room.records_of(session), timezone.now())
    assert (received.product, received.dose) == ("methylprednisolone", Decimal(20))
    assert room.standing(alice, session).received == []


@pytest.mark.parametrize(
    "at, now, hours",
    [
        ("10T22:00", "11T06:00", 8.0),  # midnight between the two
        ("10T07:00", "10T20:00", 13.0),  # of this day, and past the hours of a ceiling of twelve
        ("10T17:00", "11T06:00", None),  # yesterday, thirteen hours ago
    ],
)
def test_a_dose_counts_by_its_hours_and_not_by_midnight(
    at: str, now: str, hours: float | None, alice: User, session: Session
) -> None:
    given_at, looked_at = (datetime.fromisoformat(f"2026-11-{one}:00+00:00") for one in (at, now))
    make.given_in(alice, session)
    SessionRecord.objects.update(delivered_at=given_at)
    records = room.records_of(session)
    later = room.Standing(alice, session, records[0], looked_at, records)
    given_today = later._given_today()
    assert given_today is not None
    assert [one["hours-ago"] for one in given_today] == ([] if hours is None else [hours])


def test_nobody_knows_what_was_given_elsewhere_until_somebody_asked(
    alice: User, session: Session
) -> None:
    make.drawn_up(alice, session)
    assert read(Pause, {}).elsewhere is None
    result = room.standing(alice, session).mixture()
    assert result is not None
    assert "given-today" in result.questions or result.verdict == "allowed"


def test_half_a_syringe_is_half_the_dose(alice: User, session: Session) -> None:
    half = msgspec.structs.replace(make.IN_THE_KNEE, volume_ml=Decimal("0.25"))
    record = make.given_in(alice, session, half)
    assert room.doses_of(record) == {"methylprednisolone": Decimal(10)}


# --- What the record answers, so that nobody is asked --------------------------------------------


@pytest.mark.parametrize("what, counted", [(make.STEROID, 1), (make.LIDOCAINE, 0)])
def test_a_corticosteroid_counts_where_the_record_says_that_one_was_drawn_up(
    what: Any, counted: int, alice: User, session: Session
) -> None:
    make.drawn_up(alice, session, lot=make.lot_of(alice, what))
    make.signed_off(alice, session)
    assert (
        "corticosteroid-sessions-on-record-12-months"
        not in room.standing(alice, session).case.facts
    )
    facts = assessing.judged(alice, session.course.complaint, timezone.localdate()).case.facts
    known = facts.get("corticosteroid-sessions-on-record-12-months")
    assert (0 if known is None else known.value) == counted


def test_another_large_joint_of_the_same_day_is_seen_and_the_same_one_is_none(
    alice: User, session: Session
) -> None:
    make.given_in(alice, session)
    now = room.standing(alice, session)
    (record,) = room.records_of(session)
    day = timezone.localdate()
    side = session.course.complaint.side or ""
    seen = [
        earlier.large_joints_on(now.edition, joint, [record], day)
        for joint in (("knee", side), ("knee", "left" if side != "left" else "right"), ("hip", ""))
    ]
    assert seen == [0, 1, 1]


def test_a_target_of_the_other_side_was_not_infiltrated_before(
    alice: User, session: Session
) -> None:
    make.given_in(alice, session)
    records = room.records_of(session)
    pain = session.course.complaint
    seen = [
        earlier.times_infiltrated("knee", side, records) for side in ("right", "left", "both", "")
    ]
    assert pain.side == "right"
    assert seen == [1, 0, 1, 1]
