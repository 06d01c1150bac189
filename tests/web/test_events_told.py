"""What happened at once: what was done about it and how it was, by event, under the seal of the
record, and carried to the adverse event."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from dolenti.access.models import User
from dolenti.records.models import Complaint
from dolenti.safety.models import AdverseEvent
from dolenti.treatment.content import Event
from dolenti.treatment.models import SessionRecord
from tests.web import room as make
from tests.web.session_page import at, send
from tests.web.world import clinic

FAINT = "vagal-faint"
TOLD = {
    f"treated_{FAINT}": "Jambes levées, 10 min",
    f"note_{FAINT}": "Pâle, sans perte de connaissance",
}


def test_what_was_done_about_an_event_is_sealed_and_stands_with_the_adverse_event(
    alice: User, knee: Complaint, browser_of: Callable[[User], Client]
) -> None:
    session = clinic(alice).with_complaint(knee).session
    make.given_in(alice, session)
    browser = browser_of(alice)
    page = browser.get(at("session", session)).content.decode()
    assert f'name="treated_{FAINT}"' in page
    unticked = send(browser, "session-happened", session, any="some", note="x", **TOLD)
    assert unticked.status_code == 422
    assert "Jambes levées, 10 min" in unticked.content.decode()
    said = {
        "any": "some",
        "events": [FAINT],
        "sign": "yes",
        **make.SEEN_TO,
        **TOLD,
    }
    assert send(browser, "session-happened", session, **said).status_code == 302
    record = SessionRecord.objects.get()
    (told,) = record.happened["events"]
    assert told == {
        "event": FAINT, "treated": "Jambes levées, 10 min",
        "note": "Pâle, sans perte de connaissance", "at": "", "grade": None,
    }  # fmt: skip
    event = AdverseEvent.objects.get()
    assert (event.treated, event.note) == (told["treated"], told["note"])
    page = browser.get(at("session", session)).content.decode()
    assert "Jambes levées, 10 min · Pâle, sans perte de connaissance" in page


def test_what_was_written_of_an_event_comes_back_in_its_form(
    alice: User, knee: Complaint, browser_of: Callable[[User], Client]
) -> None:
    session = clinic(alice).with_complaint(knee).session
    make.given_in(alice, session)
    browser = browser_of(alice)
    send(browser, "session-happened", session, any="some", events=[FAINT], **TOLD)
    assert Event(event=FAINT).treated == ""
    assert 'value="Jambes levées, 10 min"' in browser.get(at("session", session)).content.decode()
