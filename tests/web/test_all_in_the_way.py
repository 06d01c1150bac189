"""All that is still in the way of an injection is said at once, each with the way to it: before the
button is pressed, and when the press is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dolenti.access.models import User
from dolenti.treatment import ready, room
from dolenti.treatment.models import Session, SessionRecord
from tests.web import room as make
from tests.web.forms import as_rendered
from tests.web.session_page import at, send
from tests.web.world import clinic, state

pytestmark = pytest.mark.any_database


def made_once(alice: User) -> Session:
    return clinic(alice).session


@pytest.fixture
def session(standing: Any) -> Session:
    found: Session = standing.made
    return found


def open_lines(user: User, session: Session) -> list[str]:
    now = room.standing(user, session)
    return [f"#ask-{one.line.id}" for one in now.looked.lines if one.status == "open"]


def test_the_page_says_all_of_it_before_the_button(
    alice: User, session: Session, at_alice: Client
) -> None:
    wanted = open_lines(alice, session)
    assert len(wanted) > 3
    page = at_alice.get(at("session", session))
    said = page.content.decode().partition('id="to-do"')[2].partition("</form>")[0]
    for way in (*wanted, "#preparation"):
        assert f'href="{way}"' in said


def test_a_press_that_is_refused_is_told_all_of_it_and_writes_nothing(
    alice: User, session: Session, at_alice: Client
) -> None:
    wanted = open_lines(alice, session)
    answer = send(at_alice, "session-injected", session, points="1", depth="4", volume="0,5")
    assert answer.status_code == 422
    said = answer.content.decode().partition("data-trouble")[2].partition("</div>")[0]
    for way in wanted:
        assert f'href="{way}"' in said
    record = SessionRecord.objects.filter(session=session).first()
    assert record is None or record.state == SessionRecord.State.PREPARED


def test_what_one_patient_is_refused_stands_in_no_other_refusal(
    alice: User, session: Session
) -> None:
    """A refusal holds what else is in the way of one patient: it is made anew each time."""
    first = ready.look_first()
    first.others = tuple(ready.before_the_act(room.standing(alice, session)))
    assert first.others
    assert ready.look_first().others == ()


def test_what_somebody_learns_elsewhere_while_the_page_is_open_is_in_the_way(
    alice: User, session: Session, at_alice: Client
) -> None:
    """The pause is answered and the syringe is ready; the record learns of an allergy to what is
    in it: the press that was on the screen is refused, and says why."""
    make.answered(alice, session)
    make.drawn_up(alice, session)
    page = at_alice.get(at("session", session))
    fields = as_rendered(page, at("session-injected", session))
    state(alice, session.course.patient, allergy=[make.STEROID.product])
    answer = at_alice.post(
        at("session-injected", session), {**fields, "points": "1", "depth": "4", "volume": "0,5"}
    )
    assert answer.status_code == 422
    assert "llergi" in answer.content.decode().partition("data-trouble")[2].partition("</div>")[0]
    assert SessionRecord.objects.get(session=session).state == SessionRecord.State.PREPARED
