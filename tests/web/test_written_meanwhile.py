"""Two people write the same part of a session: the second is told, sees both, loses nothing of
what was typed, and is taken at the next press. Every other form:
``every_form/changed_meanwhile.py``."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.ledger.models import Draft
from dolenti.treatment.models import Session, SessionRecord
from tests.web import room as make
from tests.web.asked_page import Node, parsed
from tests.web.session_page import at, send
from tests.web.world import clinic, colleague

pytestmark = pytest.mark.any_database
MALAISE = "vagal-faint"
EVENT = {"any": "some", "events": MALAISE, f"treated_{MALAISE}": "Allongé, jambes levées"}
SYRINGE = {"fluid": "none", "volume_0": "0,5"}


@pytest.fixture
def session(alice: User) -> Session:
    return clinic(alice).session


@pytest.fixture
def bob(alice: User, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(colleague(alice, "Bob", Role.NURSE))


def form_to(answer: Any, name: str, session: Session) -> Node:
    """The form of a page that goes to an address."""
    page = parsed(answer.content.decode())
    return next(f for f in page.all("form") if f.attributes.get("action") == at(name, session))


def hidden(form: Node) -> dict[str, str]:
    """What its press sends beside what is typed."""
    return {name: values[-1] for name, values in form.fields.items()}


def value(form: Node, name: str) -> str:
    """What stands in a line, or in a text."""
    boxes = [*form.all("input", name=name), *form.all("textarea", name=name)]
    return boxes[0].attributes.get("value", "") or boxes[0].text


@pytest.mark.parametrize("sign", [{}, {"sign": "yes"}])
def test_an_event_is_stored_at_the_second_press_and_the_note_of_the_other_stays(
    alice: User, session: Session, at_alice: Client, bob: Client, sign: dict[str, str]
) -> None:
    make.given_in(alice, session)
    opened = hidden(form_to(at_alice.get(at("session", session)), "session-happened", session))
    send(bob, "session-happened", session, note="La patiente a froid")
    typed = {**EVENT, **make.SEEN_TO, "pain_before": "6", "pain_after": "3", "note": "", **sign}
    refused = at_alice.post(at("session-happened", session), {**opened, **typed})
    assert refused.status_code == 409
    form = form_to(refused, "session-happened", session)
    assert "La patiente a froid" in refused.content.decode()
    assert value(form, f"treated_{MALAISE}") == "Allongé, jambes levées"
    assert value(form, "note").strip() == "La patiente a froid"  # she had left it alone
    again = {**typed, **hidden(form), "note": "La patiente a froid"}
    assert at_alice.post(at("session-happened", session), again).status_code == 302
    record = SessionRecord.objects.get()
    assert [one["event"] for one in record.happened["events"]] == [MALAISE]
    assert record.happened["note"] == "La patiente a froid"
    assert record.state == ("signed" if sign else "delivered")


def test_what_was_refused_is_offered_to_whoever_opens_the_page_anew(
    alice: User, session: Session, at_alice: Client, bob: Client
) -> None:
    make.given_in(alice, session)
    opened = hidden(form_to(at_alice.get(at("session", session)), "session-happened", session))
    send(bob, "session-happened", session, note="La patiente a froid")
    at_alice.post(at("session-happened", session), {**opened, **EVENT})
    page = at_alice.get(at("session", session)).content.decode()
    assert "Reprendre" in page
    draft = Draft.objects.get(owner=alice)
    taken_up = at_alice.get(f"{at('session', session)}?draft={draft.public_id}")
    form = form_to(taken_up, "session-happened", session)
    assert value(form, f"treated_{MALAISE}") == "Allongé, jambes levées"
    sent = {**EVENT, **hidden(form), "note": "La patiente a froid"}
    assert at_alice.post(at("session-happened", session), sent).status_code == 302
    assert not Draft.objects.exists()


def test_of_a_syringe_all_that_was_typed_stays_together(
    alice: User, session: Session, at_alice: Client, bob: Client
) -> None:
    mine, theirs = make.lot_of(alice), make.lot_of(alice, number="Z9")
    send(bob, "session-preparation", session, lot_0=theirs.public_id, **SYRINGE)
    fields = {"token": str(uuid.uuid4()), "based_on": 0, "lot_0": mine.public_id, **SYRINGE}
    refused = at_alice.post(at("session-preparation", session), fields)
    assert refused.status_code == 409
    form = form_to(refused, "session-preparation", session)
    again = at_alice.post(at("session-preparation", session), {**fields, **hidden(form)})
    assert again.status_code == 302
    drawn = SessionRecord.objects.get().preparation["drawn"]
    assert [one["lot"] for one in drawn] == [mine.public_id]
