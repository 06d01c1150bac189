"""An open alert holds a patient’s sessions back, until it ends or somebody writes why not."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import AuditEntry, User
from dolenti.access.roles import Role
from dolenti.agenda.models import Appointment
from dolenti.diary import alerts, gate, holding
from dolenti.diary.alerts import AlertRefusedError
from dolenti.diary.models import Alert
from dolenti.records.judging.assessing import snapshot_in_force
from dolenti.records.models import Complaint
from dolenti.treatment import given, recording
from dolenti.treatment.given import RecordRefusedError
from dolenti.treatment.models import Session, SessionRecord
from tests.web import room as make
from tests.web.session_page import at, send
from tests.web.world import clinic, colleague, sent

WHY = "Vue ce jour : pas de fièvre, la peau est saine."


@pytest.fixture
def session(alice: User, knee: Complaint) -> Session:
    return clinic(alice).with_complaint(knee).session


def alert_of(session: Session, alarm: str = "alarm-fever", urgency: str = "same-day") -> Alert:
    """An alert of another complaint of the same patient."""
    course = session.course
    return Alert.objects.create(
        patient=course.patient, complaint=course.complaint, alarms=[alarm], urgency=urgency,
        since=timezone.now(), due_at=timezone.now(), edition=snapshot_in_force(),
    )  # fmt: skip


def to_come(session: Session) -> Appointment:
    """The appointment of a session, tomorrow."""
    found = Appointment.objects.get(session=session)
    found.start, found.end = (timezone.now() + n * timedelta(hours=1) for n in (24, 25))
    found.state = Appointment.State.PLANNED
    found.save()
    return found


@pytest.mark.parametrize("after, waits", [("as-planned", 0), ("to-move", 1), ("to-cancel", 1)])
def test_who_ends_an_alert_says_what_becomes_of_the_visit_it_held_back(
    after: str, waits: int, alice: User, session: Session, browser_of: Callable[[User], Client]
) -> None:
    visit, alert = to_come(session), alert_of(session)
    browser = browser_of(alice)
    page = reverse("alert-end", args=[alert.public_id])
    said = {
        "token": str(uuid.uuid4()),
        "based_on": alert.version,
        "outcome": "seen-here",
        "reason": "No fever this morning, the skin is whole.",
    }
    assert 'name="after"' in browser.get(reverse("alert", args=[alert.public_id])).content.decode()
    refused = browser.post(page, said).content.decode()
    assert "Dites ce que devient cette visite" in refused
    with pytest.raises(AlertRefusedError, match="what becomes of it"):
        alerts.end(alice, alert, alert.version, "seen-here", "No fever.")
    answer = browser.post(page, said | {"after": after})
    goes_to = reverse("appointment", args=[visit.public_id]) if waits else reverse(
        "alert", args=[alert.public_id]
    )  # fmt: skip
    assert (answer.status_code, answer.headers["Location"]) == (302, goes_to)
    assert gate.visits_after_alerts(alice).count() == waits
    listed = browser.get(reverse("agenda-list", args=["after-alert"])).content.decode()
    assert (reverse("appointment-move", args=[visit.public_id]) in listed) == bool(waits)
    later = {name: getattr(visit, name) + timedelta(hours=20) for name in ("start", "end")}
    Appointment.objects.filter(pk=visit.pk).update(**later)
    assert not gate.visits_after_alerts(alice).exists()


def test_it_is_not_asked_where_nothing_was_held_or_nothing_is_planned(
    alice: User, session: Session
) -> None:
    alert = alert_of(session, "alarm-none", "soon")
    to_come(session)
    assert alerts.end(alice, alert, alert.version, "phone-advice", "well").after == ""
    Appointment.objects.filter(session=session).update(state=Appointment.State.CANCELLED)
    alert = alert_of(session)
    assert alerts.end(alice, alert, alert.version, "seen-here", "well").after == ""


def test_nothing_is_prepared_or_given_while_an_alert_holds(alice: User, session: Session) -> None:
    alert = alert_of(session)
    with pytest.raises(RecordRefusedError, match="an open alert holds the sessions back"):
        make.drawn_up(alice, session)
    alerts.end(alice, alert, alert.version, "seen-here", "No fever.")
    make.drawn_up(alice, session)
    record = make.answered(alice, session)
    alert_of(session)
    with pytest.raises(RecordRefusedError, match="an open alert holds the sessions back"):
        make.give(alice, record)
    with pytest.raises(RecordRefusedError, match="an open alert holds the sessions back"):
        recording.inject(sent(alice), session, record.version, make.IN_THE_KNEE)


@pytest.mark.parametrize(
    "alarm, urgency, held",
    [
        ("alarm-fever", "same-day", True),
        ("alarm-nodule-lasting", "soon", True),
        ("baseline-nrs", "soon", False),
    ],
)
def test_only_what_the_knowledge_says_holds(
    session: Session, alarm: str, urgency: str, held: bool
) -> None:
    alert_of(session, alarm, urgency)
    assert bool(holding.held_by(session.course.patient)) is held


def test_three_pages_say_it_and_a_practitioner_goes_past_it_with_a_reason(
    alice: User, session: Session, browser_of: Callable[[User], Client]
) -> None:
    alert = alert_of(session)
    browser, course = browser_of(alice), session.course
    for where in (
        at("session", session),
        reverse("course", args=[course.public_id]),
        reverse("patient", args=[course.patient.public_id]),
    ):
        page = browser.get(where).content.decode()
        assert "Séances suspendues par une alerte en cours" in page, where
        assert reverse("alert", args=[alert.public_id]) in page
    (seen,) = [one.id for one in holding.held_by(course.patient)]
    assert send(browser, "session-go-past", session, seen=seen).status_code == 422
    assert send(browser, "session-go-past", session, seen=seen, reason=WHY).status_code == 302
    assert "Séances suspendues" not in browser.get(at("session", session)).content.decode()
    make.drawn_up(alice, session)
    record = make.answered(alice, session)  # keeps what was gone past
    record = make.give(alice, record)
    record = recording.happen(sent(alice), session, record.version, make.NOTHING)
    signed = given.sign(alice, record, record.version)
    assert given.is_sealed(signed)
    assert signed.pause["past"][0]["reason"] == WHY
    assert signed.pause["past"][0]["name"] == alice.name
    assert WHY in browser.get(at("session", session)).content.decode()
    written = AuditEntry.objects.filter(action="write-session", object_id=record.public_id)
    assert written.exists()


def test_what_came_after_the_reason_still_holds(alice: User, session: Session) -> None:
    alert = alert_of(session)
    seen = [one.id for one in holding.held_by(session.course.patient)]
    recording.go_past(sent(alice), session, 0, seen, WHY)
    Alert.objects.filter(pk=alert.pk).update(alarms=["alarm-fever", "alarm-discharge"])
    with pytest.raises(RecordRefusedError, match="an open alert holds the sessions back"):
        make.drawn_up(alice, session)


def test_a_nurse_goes_past_nothing(
    alice: User, session: Session, browser_of: Callable[[User], Client]
) -> None:
    alert_of(session)
    nina = colleague(alice, "nina", Role.NURSE)
    browser = browser_of(nina)
    assert send(browser, "session-go-past", session, seen="x", reason=WHY).status_code in (403, 404)
    assert not SessionRecord.objects.filter(session=session).exists()
