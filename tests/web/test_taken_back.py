"""A red answer that is taken back leaves its sign: on the line, before whoever confirms, in the
report. Nobody takes one back without a reason, its own author neither."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.session.report import Reporter
from dolenti.records import engine
from dolenti.treatment import recording, room
from dolenti.treatment.content import Pause, Preparation, read
from dolenti.treatment.given import RecordRefusedError
from dolenti.treatment.models import Session, SessionRecord
from dolenti.treatment.recording import Pressed
from tests.web import room as make
from tests.web.session_page import at, send
from tests.web.world import clinic, colleague, sent

pytestmark = pytest.mark.any_database
WELL = "The patient had misheard the question"


@pytest.fixture
def session(alice: User) -> Session:
    return clinic(alice).session


@pytest.fixture
def nurse(alice: User) -> User:
    return colleague(alice, "Bob", Role.NURSE)


@pytest.fixture
def bob(nurse: User, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(nurse)


def pause_of(session: Session) -> Pause:
    return read(Pause, SessionRecord.objects.get(session=session).pause)


def status(user: User, session: Session, line: str) -> Any:
    return next(o for o in room.standing(user, session).looked.lines if o.line.id == line)


def report(record: SessionRecord) -> list[str]:
    reporter = Reporter(record, Lookup(engine.edition_in_force(), "fr"))
    return [said for chapter in reporter.chapters() for _name, said in chapter.lines]


def every_line(user: User, session: Session) -> list[str]:
    return [one.line.id for one in room.standing(user, session).looked.lines]


def test_no_red_answer_of_the_pause_is_taken_back_without_a_reason(
    alice: User, nurse: User, session: Session
) -> None:
    """Every line there is, by the nurse who answered it and by the practitioner."""
    for author in (nurse, alice):
        for line in every_line(alice, session):
            record = room.standing(alice, session).record
            at_now = record.version if record else 0
            red = recording.answer(sent(author), session, at_now, {line: Pressed(safe=False)})
            back = {line: Pressed(safe=True)}
            with pytest.raises(RecordRefusedError) as refused:
                recording.answer(sent(author), session, red.version, back)
            assert refused.value.where == f"why-{line}"
            why = {line: Pressed(safe=True, reason=WELL)}
            recording.answer(sent(author), session, red.version, why)
            last = pause_of(session).was[-1]
            assert (last.line, last.name, last.by, last.reason) == (
                line, author.name, author.name, WELL,
            )  # fmt: skip


def test_what_the_nurse_took_back_is_shown_and_confirmed_by_itself(
    alice: User, session: Session, at_alice: Client, bob: Client
) -> None:
    line = "consent"
    send(bob, "session-pause", session, **{f"line-{line}": "no"})
    refused = send(bob, "session-pause", session, **{f"line-{line}": "yes"})
    assert refused.status_code == 422
    assert "écrivez pourquoi elle change" in refused.content.decode()
    said = {f"line-{line}": "yes", f"why-{line}": WELL}
    assert send(bob, "session-pause", session, **said).status_code == 302
    page = at_alice.get(at("session", session)).content.decode().replace("\u00a0", " ")
    assert "La réponse était « " in page
    assert WELL in page
    send(at_alice, "session-pause", session, confirm="yes", seen="yes")
    assert "confirm" in status(alice, session, line).wants, "one press for all covers it not"
    send(at_alice, "session-pause", session, **{f"saw-{line}": "yes"})
    assert "confirm" not in status(alice, session, line).wants
    (one,) = pause_of(session).was
    assert one.seen_by == alice.name


def test_the_report_says_what_was_taken_back_and_why(
    alice: User, session: Session, at_alice: Client
) -> None:
    send(at_alice, "session-pause", session, **{"line-kit": "no"})
    send(at_alice, "session-pause", session, **{"line-kit": "yes", "why-kit": WELL})
    record = SessionRecord.objects.get(session=session)
    told = [
        said
        for c in Reporter(record, Lookup(engine.edition_in_force(), "fr")).chapters()
        for _n, said in c.lines
    ]
    (line,) = [one for one in told if WELL in one]
    assert re.search(r"Était «\u00a0Non\u00a0» \(Alice, .*réponse changée par Alice", line)


def test_a_fact_said_today_that_made_a_line_red_is_taken_back_with_a_reason(
    alice: User, session: Session, at_alice: Client
) -> None:
    line = "joint-infection"
    send(at_alice, "session-pause", session, **{f"line-{line}": "no"})
    said = {"fact-fever": "yes"}
    assert send(at_alice, "session-pause", session, **said).status_code == 302
    calm = {"fact-fever": "no"}
    assert send(at_alice, "session-pause", session, **calm).status_code == 422
    why = {**calm, f"why-{line}": WELL}
    assert send(at_alice, "session-pause", session, **why).status_code == 302
    (one,) = pause_of(session).was
    assert one.says
    assert one.name == alice.name


def test_a_syringe_that_looked_wrong_is_not_right_without_a_reason(
    alice: User, session: Session
) -> None:
    lot = make.lot_of(alice, make.LIDOCAINE)
    rows = ((lot.public_id, Decimal(1)),)
    make.drawn_up(alice, session, rows=rows, looks="cloudy")
    with pytest.raises(RecordRefusedError) as refused:
        make.drawn_up(alice, session, rows=rows, looks="limpid", reasons={})
    assert refused.value.where == "reason-looks"
    make.drawn_up(alice, session, rows=rows, looks="limpid", reasons={"looks": WELL})
    make.drawn_up(alice, session, rows=rows, looks="cloudy")
    with pytest.raises(RecordRefusedError, match="is not undone"):
        make.undone(alice, session)
    record = make.drawn_up(alice, session, rows=rows, looks="limpid", reasons={"looks": WELL})
    last = read(Preparation, record.preparation).was[-1]
    assert (last.says, last.by, last.reason) == ("cloudy", alice.name, WELL)
    told = [
        said
        for c in Reporter(record, Lookup(engine.edition_in_force(), "fr")).chapters()
        for _n, said in c.lines
    ]
    assert any(WELL in one and "rouble" in one for one in told)
    other = make.lot_of(alice, make.LIDOCAINE, number="Z9")
    make.drawn_up(alice, session, rows=((other.public_id, Decimal(1)),), looks="limpid")
