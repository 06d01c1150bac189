"""What happened since the last session stands where the next one is looked at: an infection that
nobody
closed, an alert that was lifted, one that is open; what happened at an earlier session."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.agenda.models import Appointment
from dolenti.diary import alerts
from dolenti.diary.models import Alert
from dolenti.guideline.words import date_in_words
from dolenti.records.judging.assessing import snapshot_in_force
from dolenti.records.models import Complaint
from dolenti.safety import events
from dolenti.safety.events import Told
from dolenti.safety.models import AdverseEvent
from dolenti.treatment import consents, lately, recording, room
from dolenti.treatment.content import Event, Happened
from dolenti.treatment.lately import Sign, asks_of_infection
from dolenti.treatment.models import Session
from tests.web import room as make
from tests.web.session_page import at, send
from tests.web.world import clinic, sent, signed, workday

pytestmark = pytest.mark.django_db
NOT_CLOSED = "Infection déclarée, non close"
LIFTED = "Alerte levée depuis la dernière séance"


@pytest.fixture
def session(alice: User, knee: Complaint) -> Session:
    """Of today, a little later."""
    made: Session = clinic(alice).with_complaint(knee).session
    return made


def infected(user: User, session: Session, event: str, outcome: str = "recovering") -> AdverseEvent:
    told = Told(event, clock.today(), grade=2, outcome=outcome, treated="Antibiotique")
    return events.tell(sent(user), session.course.patient, None, told)


def lifted(user: User, session: Session, urgency: str = "same-day") -> Alert:
    course, now = session.course, timezone.now()
    made = Alert.objects.create(
        patient=course.patient, complaint=course.complaint, alarms=["alarm-fever"],
        urgency=urgency, since=now, due_at=now, edition=snapshot_in_force(),
    )  # fmt: skip
    return alerts.end(user, made, made.version, "seen-here", "Antibiotique prescrit.")


INFECTIONS = [one.id for one in events.content().events if one.grades == "infection"]


@pytest.mark.parametrize("event", INFECTIONS)
def test_an_infection_that_nobody_closed_stands_on_top_and_is_asked_by_itself(
    alice: User, session: Session, browser_of: Callable[[User], Client], event: str
) -> None:
    infected(alice, session, event)
    browser = browser_of(alice)
    page = browser.get(at("session", session)).content.decode()
    assert NOT_CLOSED in page
    assert page.index(NOT_CLOSED) < page.index('id="pause"')
    lines = [one.line for one in room.standing(alice, session).looked.lines]
    (asked,) = [one.id for one in lines if asks_of_infection(one)]
    together = re.search(r'name="together" value="([^"]*)"', page)
    assert together is not None
    assert asked not in together.group(1).split()
    send(browser, "session-pause", session, together=" ".join(one.id for one in lines))
    assert asked not in room.standing(alice, session).pause.answers


def test_an_alert_lifted_since_the_last_session_stands_there_until_the_next_is_given(
    alice: User, session: Session, browser_of: Callable[[User], Client]
) -> None:
    lifted(alice, session)
    key = session.course.patient.pk
    assert [one.kind for one in lately.of_patients([key])[key]] == ["lifted"]
    page = browser_of(alice).get(at("session", session)).content.decode()
    assert LIFTED in page
    assert "Antibiotique prescrit." in page
    make.drawn_up(alice, session)
    make.give(alice, make.answered(alice, session))
    assert lately.of_patients([key]) == {}


@pytest.mark.parametrize("outcome, stands", [("unknown", True), ("recovered", False)])
def test_what_became_of_it_decides_and_unknown_is_not_over(
    alice: User, session: Session, outcome: str, stands: bool
) -> None:
    infected(alice, session, "skin-infection", outcome)
    assert bool(room.standing(alice, session).lately) is stands


def test_an_event_entered_in_error_and_an_alert_that_held_nothing_are_not_said(
    alice: User, session: Session
) -> None:
    told = infected(alice, session, "skin-infection")
    events.in_error(alice, told, told.version, "Another patient.")
    lifted(alice, session, "soon")
    kinds = [one.kind for one in room.standing(alice, session).lately]
    assert kinds == []


def test_the_row_of_the_agenda_and_the_tray_of_the_nurse_say_it(
    alice: User, bob: User, session: Session, browser_of: Callable[[User], Client]
) -> None:
    now = timezone.now()
    Appointment.objects.filter(pk=session.appointment_id).update(
        start=now + timedelta(minutes=5), end=now + timedelta(minutes=35)
    )
    for address in ("/agenda/", "/agenda/prepare/"):
        assert "Infection déclarée" not in browser_of(bob).get(address).content.decode()
    infected(alice, session, "skin-infection")
    for address in ("/agenda/", "/agenda/prepare/"):
        for who in (alice, bob):
            assert "Infection déclarée" in browser_of(who).get(address).content.decode(), address


def pages_of(session: Session) -> list[str]:
    """A page of each kind about the patient of a session."""
    course = session.course
    patient = [course.patient.public_id]
    return [
        reverse("patient", args=patient),
        reverse("patient-facts", args=patient),
        reverse("patient-medicines", args=patient),
        reverse("patient-appointment", args=patient),
        reverse("course", args=[course.public_id]),
        reverse("complaint", args=[course.complaint.public_id]),
        reverse("assessment", args=[course.assessment.public_id]),
        at("session", session),
    ]


@pytest.mark.parametrize("kind", ["alert", "infection"])
def test_what_is_open_of_a_patient_is_a_danger_in_the_strip_of_each_page_of_theirs(
    alice: User, session: Session, browser_of: Callable[[User], Client], kind: str
) -> None:
    """It was “to be asked” on one page and “none” on another, minutes after the nurse wrote it."""
    browser = browser_of(alice)
    words = "Alerte en cours" if kind == "alert" else "Infection déclarée"
    course, now = session.course, timezone.now()
    for page in pages_of(session):
        assert words not in flags_in(browser, page)[1]
    if kind == "alert":
        Alert.objects.create(
            patient=course.patient, complaint=course.complaint, alarms=["alarm-fever"],
            urgency="same-day", since=now, due_at=now, edition=snapshot_in_force(),
        )  # fmt: skip
    else:
        infected(alice, session, INFECTIONS[0])
    found = [flags_in(browser, page) for page in pages_of(session)]
    assert {look for look, _text in found} == {"strip-danger"}
    assert all(words in text for _look, text in found)
    assert len({text.split("<span")[0] for _look, text in found}) == 1


def flags_in(browser: Client, page: str) -> tuple[str, str]:
    """How the red flags of the strip look on a page, and what they say."""
    html = browser.get(page).content.decode()
    strip = html[html.index('<dl class="strip">') :]
    item = strip[: strip.index("</dl>")].rpartition('class="strip-item')[2]
    assert "<dt>Drapeaux rouges</dt>" in item
    look = re.search(r"strip-(?:danger|unknown|calm)", item)
    assert look is not None
    return look.group(), " ".join(item[item.index("<dd>") :].split())


def test_a_session_page_asks_once_what_happened_lately(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    """Its pause and the strip above it say the same: the database is asked for one of them."""
    session = clinic(alice).session
    browser, asked = browser_of(alice), []

    def counted(keys: Any) -> dict[int, list[Sign]]:
        asked.append(keys)
        return {}

    lately.SIGNS.append(counted)
    try:
        assert browser.get(reverse("session", args=[session.public_id])).status_code == 200
    finally:
        lately.SIGNS.remove(counted)
    assert len(asked) == 1


def at_once(therapy: str) -> list[str]:
    """The events of an act that begin at once, by their ids."""
    return [
        one.id
        for one in events.content().events
        if one.about == "patient" and one.when == "immediate" and therapy in one.therapies
    ]


def next_session(alice: User, browser: Client, **happened: Any) -> tuple[Session, str]:
    """The session after one at which this happened, and its page."""
    course = clinic(alice).with_course(days=[workday(), workday(30)]).course
    signed(alice, course)
    course.refresh_from_db()
    consents.activate(alice, course, course.version)
    now = timezone.now()
    Appointment.objects.update(
        state="arrived", start=now + timedelta(minutes=5), end=now + timedelta(minutes=35)
    )
    first, later = Session.objects.filter(course=course).order_by("number")
    make.drawn_up(alice, first, lot=make.lot_of(alice, make.LIDOCAINE))
    make.signed_off(alice, first, **happened)
    return later, browser.get(at("session", later)).content.decode()


@pytest.mark.parametrize("event", at_once("infiltration"))
def test_what_happened_at_an_earlier_session_is_told_before_the_next(
    alice: User, bob: User, browser_of: Callable[[User], Client], event: str
) -> None:
    """A vagal faint was told nowhere: the next session began with the patient sitting."""
    said = Event(event=event, treated="Jambes levées 10 min", note="Pâle, pouls 44")
    later, page = next_session(alice, browser_of(alice), events=(said,))
    label = next(one.label.fr for one in events.content().events if one.id == event)
    told = page[page.index('id="earlier"') :]
    told = told[: told.index("</section>")]
    day = date_in_words(clock.today(), "fr")
    for words in (label, day, "Infiltration, séance 1", "Jambes levées 10 min", "Pâle, pouls 44"):
        assert words in told
    assert page.index('id="earlier"') < page.index('id="pause"')
    pause = page[page.index('id="pause-earlier"') :]
    assert label in pause[: pause.index("</p>")]
    tray = browser_of(bob).get("/agenda/prepare/").content.decode()
    assert f"{label} lors d’une séance précédente\u00a0: {day}, infiltration, séance 1" in tray
    assert "Jambes levées 10 min" in tray
    assert room.standing(alice, later).happened


def test_it_is_told_before_anybody_signed_and_not_once_it_was_entered_in_error(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    first = clinic(alice).session
    record = make.given_in(alice, first)
    faint = (Event(event="vagal-faint", treated="Allongé"),)
    said = Happened(events=faint, pain_before=6, pain_after=3, **make.SEEN_TO)
    record = recording.happen(sent(alice), first, record.version, said)
    key = first.course.patient.pk
    (sign,) = lately.of_patient(key, sessions=True)
    assert (sign.kind, sign.why, sign.about) == ("event", "Allongé", "")
    recording.happen(sent(alice), first, record.version, said, sign=True)
    (sign,) = lately.of_patient(key, sessions=True)
    assert sign.about == AdverseEvent.objects.get().public_id
    told = AdverseEvent.objects.get()
    events.in_error(alice, told, told.version, "Another patient.")
    assert lately.of_patient(key, sessions=True) == []


def test_what_is_usual_and_slight_stands_on_the_session_alone(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(alice)
    _later, page = next_session(alice, browser, events=(Event(event="bruise-redness"),))
    assert "Bleu, rougeur" in page[page.index('id="earlier"') :]
    assert "Bleu, rougeur" not in browser.get("/agenda/prepare/").content.decode()


def test_what_happened_at_once_is_told_and_is_no_infection(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    """It neither makes a red flag of the strip, nor asks the line of infections by itself; the line
    that asks for a reaction is answered by itself."""
    said = Event(event="allergic-reaction", treated="Antihistaminique")
    later, page = next_session(alice, browser_of(alice), events=(said,))
    assert lately.earlier_events(room.standing(alice, later).lately)
    assert not lately.speak_of_infection(room.standing(alice, later).lately)
    together = re.search(r'name="together" value="([^"]*)"', page)
    assert together is not None
    assert "allergy" not in together.group(1).split()
    assert "joint-infection" in together.group(1).split()
