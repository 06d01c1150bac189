"""What stops a course as a whole stops every step of its sessions, and is said where the needle is:
a consent that is not that of what is treated, a pain or a record entered in error, a pain that is
resolved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from dolenti.access.models import User
from dolenti.guideline import consent as text
from dolenti.guideline.errors import InputError
from dolenti.records.judging import complaints
from dolenti.records.models import Complaint, Patient
from dolenti.records.patients import registering
from dolenti.serum.drawing import has_consent
from dolenti.treatment import consents, given, recording, room, stops
from dolenti.treatment.consents import Signed
from dolenti.treatment.life import CourseRefusedError
from dolenti.treatment.models import Course, Fee, Session, SessionRecord
from dolenti.treatment.recording import Asked
from tests.people import enter
from tests.web import room as make
from tests.web.world import clinic, sent, signed

pytestmark = pytest.mark.any_database
Wrong = Callable[[User, Session], None]


def flipped(user: User, session: Session) -> None:
    pain = Complaint.objects.get(pk=session.course.complaint_id)
    other = {"right": "left", "left": "right"}[pain.side]
    complaints.change(user, pain, pain.version, {"side": other})


def another_pain(user: User, session: Session) -> None:
    pain = Complaint.objects.get(pk=session.course.complaint_id)
    changed = {"condition": "low-back-pain", "zone": "lumbar-spine", "side": ""}
    complaints.change(user, pain, pain.version, changed)


def resolved(user: User, session: Session) -> None:
    pain = Complaint.objects.get(pk=session.course.complaint_id)
    complaints.resolve(user, pain, pain.version, resolved=True)


def pain_in_error(user: User, session: Session) -> None:
    pain = Complaint.objects.get(pk=session.course.complaint_id)
    complaints.mark_in_error(user, pain, pain.version, "That of somebody else")


def record_in_error(user: User, session: Session) -> None:
    patient = Patient.objects.get(pk=session.course.patient_id)
    registering.mark_in_error(user, patient, patient.version, "Registered twice")


WRONG = {
    "side": (flipped, "consent"),
    "pain": (another_pain, "consent"),
    "resolved": (resolved, "complaint"),
    "pain-in-error": (pain_in_error, "complaint"),
    "record-in-error": (record_in_error, "patient"),
}


@pytest.fixture(params=WRONG)
def wrong(request: pytest.FixtureRequest) -> tuple[Wrong, str]:
    return WRONG[request.param]


def as_it_stands(session: Session) -> Session:
    """Read anew, as a page reads it."""
    rows = Session.objects.select_related(
        "course__complaint", "course__patient__site", "appointment__room", "course__assessment"
    )
    return rows.get(pk=session.pk)


def test_each_step_of_a_session_refuses(
    alice: User, knee: Complaint, wrong: tuple[Wrong, str]
) -> None:
    session = clinic(alice).with_complaint(knee).session
    record = make.ready(alice, session)
    happens, leads = wrong
    happens(alice, session)
    version = record.version
    steps: list[Callable[[], object]] = [
        lambda: recording.prepare(sent(alice), session, version, Asked()),
        lambda: recording.answer(sent(alice), session, version, {}),
        lambda: recording.choose_unit(sent(alice), session, version, "1", "1"),
        lambda: recording.inject(sent(alice), session, version, make.IN_THE_KNEE, make.Always()),
        lambda: given.deliver(alice, record, version, injected={}),
    ]
    for step in steps:  # the session was read before: it is asked again under the lock
        with pytest.raises(given.RecordRefusedError) as refused:
            step()
        assert refused.value.where == given.STOPS
    record.refresh_from_db()
    assert (record.state, record.version) == (SessionRecord.State.PREPARED, version)
    assert not has_consent(session.course)
    now = room.standing(alice, as_it_stands(session))
    assert next(one.leads for one in now.stops) == leads
    assert now.looked.verdict == "stopped"
    assert now.stops[0].says in [one.says for one in now.looked.red]


def test_nothing_is_begun_beside_it(alice: User, knee: Complaint, wrong: tuple[Wrong, str]) -> None:
    session = clinic(alice).with_complaint(knee).session
    wrong[0](alice, session)
    with pytest.raises(given.RecordRefusedError):
        given.prepare(sent(alice), session)
    assert not SessionRecord.objects.exists()


@pytest.mark.parametrize("name", ["resolved", "pain-in-error", "record-in-error"])
def test_no_consent_is_signed_and_no_course_begins(alice: User, knee: Complaint, name: str) -> None:
    course = clinic(alice).with_complaint(knee).course
    session = course.sessions.select_related("course").get(number=1)
    WRONG[name][0](alice, session)
    mark = Signed(by="Zoé", at=timezone.now(), kept="in the cupboard")
    with pytest.raises(CourseRefusedError):
        consents.words_to_sign(alice, course, timezone.localdate())
    seen = text.digest(consents.words_for(course, timezone.localdate()), "fr")
    with pytest.raises(CourseRefusedError):
        consents.sign(sent(alice), course, seen, mark, lambda *_: b"")
    assert not course.consents.exists()


@pytest.mark.parametrize("name", ["resolved", "pain-in-error", "record-in-error"])
def test_a_signed_course_does_not_begin(alice: User, knee: Complaint, name: str) -> None:
    course = clinic(alice).with_complaint(knee).course
    signed(alice, course)
    course.refresh_from_db()
    WRONG[name][0](alice, course.sessions.select_related("course").get(number=1))
    with pytest.raises(InputError):
        consents.activate(alice, course, course.version)
    assert Course.objects.get(pk=course.pk).state == Course.State.CONSENTED


def test_it_is_said_on_each_page_with_the_way_out(
    alice: User, client: Client, knee: Complaint, wrong: tuple[Wrong, str]
) -> None:
    session = clinic(alice).with_complaint(knee).session
    wrong[0](alice, session)
    enter(client, alice)
    course = session.course
    out = {
        "consent": f"/courses/{course.public_id}/consent/",
        "complaint": f"/complaints/{course.complaint.public_id}/",
        "patient": f"/patients/{course.patient.public_id}/",
    }[wrong[1]]
    said = stops.anew(course)[0].says.fr
    day = session.appointment.start.date()
    pages = [f"/sessions/{session.public_id}/"]
    if not course.patient.in_error and wrong[1] != "patient":
        pages.append(f"/agenda/prepare/?day={day:%Y-%m-%d}")
    for page in pages:
        shown = client.get(page).content.decode().replace("&nbsp;", "\u00a0")
        assert said in shown, page
        assert out in shown, page
    shown = client.get(f"/courses/{course.public_id}/").content.decode()
    if wrong[1] == "consent":
        assert "À signer de nouveau" in shown
    else:
        assert said in shown
        assert out in shown


def test_what_was_given_is_still_said(alice: User, knee: Complaint) -> None:
    session = clinic(alice).with_complaint(knee).session
    record = make.given_in(alice, session)
    flipped(alice, session)
    saved = recording.happen(sent(alice), session, record.version, make.NOTHING, sign=True)
    assert saved.state == SessionRecord.State.SIGNED
    assert room.standing(alice, as_it_stands(session)).stops == []


def test_a_consent_signed_anew_lets_it_go_on(alice: User, knee: Complaint) -> None:
    session = clinic(alice).with_complaint(knee).session
    flipped(alice, session)
    course = Course.objects.get(pk=session.course_id)
    signed(alice, course)
    assert stops.anew(course) == []


def test_a_price_that_changes_stops_nobody_and_its_page_asks_for_a_new_signature(
    alice: User, knee: Complaint
) -> None:
    session = clinic(alice).with_complaint(knee).session
    course = Course.objects.select_related("complaint", "assessment", "patient", "site").get(
        pk=session.course_id
    )
    assert consents.standing(alice, course).state == "valid"
    Fee.objects.create(site=course.site, therapy=course.therapy, label="Séance", cents=9900)
    assert consents.standing(alice, course).state == "changed"
    assert stops.anew(course) == []
