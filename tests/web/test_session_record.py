"""What was given at a session: prepared, delivered, signed, amended; and the appointment beside
it, which moves by itself.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404

from dolenti.access.models import AuditEntry, User
from dolenti.agenda import appointments
from dolenti.agenda.life import AppointmentRefusedError
from dolenti.agenda.models import Appointment
from dolenti.agenda.timetable import Slot
from dolenti.ledger.models import Revision
from dolenti.ledger.versions import StaleEditError
from dolenti.treatment import courses, day, gate, given, sessions
from dolenti.treatment.given import RecordRefusedError
from dolenti.treatment.life import CourseRefusedError
from dolenti.treatment.models import Course, Session, SessionRecord
from tests.web.room import give, ready
from tests.web.world import (
    appointment_of,
    clinic,
    recorded,
    secretary,
    sent,
    slot,
    under_way,
    workday,
)


def made_once(alice: User) -> Course:
    return clinic(alice).course


@pytest.fixture
def course(standing: Any) -> Course:
    found: Course = standing.made
    return found


@pytest.fixture
def session(alice: User, course: Course) -> Session:
    return under_way(alice, course)


def everything_of(row: Any) -> dict[str, Any]:
    return dict(type(row).objects.filter(pk=row.pk).values().get())


# --- Its life ------------------------------------------------------------------------------------


def test_it_is_prepared_delivered_and_signed_each_with_who_and_when(
    alice: User, session: Session
) -> None:
    record = recorded(alice, session)
    assert (record.state, record.author, record.delivered_by, record.signed_by) == (
        "signed", alice, alice, alice,
    )  # fmt: skip
    assert record.signed_at >= record.delivered_at >= record.created_at
    assert record.edition.sha256
    said = AuditEntry.objects.filter(kind="sessionrecord").values_list("action", flat=True)
    assert list(said.order_by("sequence")) == [
        "prepare-session", "write-session", "write-session", "deliver-session", "write-session",
        "sign-session", "seal-session",
    ]  # fmt: skip
    assert Revision.objects.filter(kind="treatment.sessionrecord", row=record.pk).count() == 5


def test_the_same_step_twice_is_one(alice: User, session: Session) -> None:
    first, second = (given.prepare(sent(alice), session) for _ in range(2))
    assert first == second
    first = ready(alice, session)
    delivered = [give(alice, first) for _ in range(2)]
    assert {one.version for one in delivered} == {first.version + 1}
    signed = [given.sign(alice, first, first.version + 1) for _ in range(2)]
    assert {one.version for one in signed} == {first.version + 2}
    assert give(alice, first).state == "signed"


def test_a_stale_step_is_refused(alice: User, session: Session) -> None:
    record = ready(alice, session)
    with pytest.raises(StaleEditError):
        give(alice, record, based_on=1)


def test_nothing_is_signed_before_it_was_given(alice: User, session: Session) -> None:
    record = given.prepare(sent(alice), session)
    with pytest.raises(RecordRefusedError, match="is prepared"):
        given.sign(alice, record, 1)


def test_nothing_is_given_before_the_patient_arrived(alice: User, session: Session) -> None:
    record = given.prepare(sent(alice), session)
    appointments.undo_arrival(alice, session.appointment, session.appointment.version)
    with pytest.raises(RecordRefusedError, match="has not arrived"):
        given.deliver(alice, record, 1)


def test_nothing_is_given_without_a_course_under_way(alice: User, course: Course) -> None:
    session = Session.objects.select_related("course__patient").get(course=course)
    with pytest.raises(CourseRefusedError, match="waits for the patient’s consent"):
        given.prepare(sent(alice), session)
    session = under_way(alice, course)
    record = given.prepare(sent(alice), session)
    course.refresh_from_db()
    courses.stop(alice, course, course.version, "asked")
    with pytest.raises(CourseRefusedError, match="is stopped"):
        given.deliver(alice, record, 1)


# --- Signed, it never changes --------------------------------------------------------------------


def test_the_database_itself_refuses_any_change_of_a_signed_record(
    alice: User, session: Session
) -> None:
    record = recorded(alice, session)
    before = everything_of(record)
    for change in ({"reason": "x"}, {"state": "prepared"}, {"version": 9}, {"signed_by": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SessionRecord.objects.filter(pk=record.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionRecord.objects.filter(pk=record.pk).delete()
    assert everything_of(record) == before


def test_an_amendment_is_another_record_with_who_when_and_why(
    alice: User, session: Session
) -> None:
    record = recorded(alice, session)
    before = everything_of(record)
    submission = sent(alice)
    first, second = (given.amend(submission, record, "the left side") for _ in range(2))
    assert first == second
    assert (first.amends, first.reason, first.state) == (record, "the left side", "delivered")
    assert (first.author, first.delivered_at) == (alice, record.delivered_at)
    with pytest.raises(RecordRefusedError, match="amended already"):
        given.amend(sent(alice), record, "once more")
    with pytest.raises(RecordRefusedError, match="is not signed"):
        given.amend(sent(alice), first, "too early")
    last = given.sign(alice, first, first.version)
    assert given.amend(sent(alice), last, "and the dose").amends == last
    assert everything_of(record) == before


def test_an_amendment_without_a_reason_is_refused_by_the_database(
    alice: User, session: Session
) -> None:
    record = recorded(alice, session)
    with pytest.raises(IntegrityError), transaction.atomic():
        given.amend(sent(alice), record, "")


# --- An appointment is not the record ------------------------------------------------------------


def test_whoever_schedules_moves_the_appointment_and_never_touches_the_record(
    alice: User, course: Course
) -> None:
    session, sonia = under_way(alice, course), secretary(alice)
    record = given.prepare(sent(alice), session)
    before = everything_of(record)
    appointment = session.appointment
    appointment = appointments.undo_arrival(sonia, appointment, appointment.version)
    where = slot(alice, workday(9), 11)
    moved = appointments.move(
        sonia, appointment, appointment.version,
        Slot(alice, None, where.span, "", appointment), "asked",
    )  # fmt: skip
    assert moved.start == where.span.start
    assert everything_of(record) == before
    for step in (
        lambda: given.prepare(sent(sonia), session),
        lambda: given.deliver(sonia, record, record.version),
        lambda: given.sign(sonia, record, record.version),
        lambda: given.amend(sent(sonia), record, "why not"),
    ):
        with pytest.raises(PermissionDenied):
            step()
    assert everything_of(record) == before
    assert SessionRecord.objects.count() == 1


def test_whoever_records_what_was_given_does_not_move_the_appointment_by_it(
    alice: User, session: Session
) -> None:
    before = everything_of(session.appointment)
    record = recorded(alice, session)
    amended = given.amend(sent(alice), record, "the left side")
    given.sign(alice, amended, amended.version)
    assert everything_of(session.appointment) == before


@pytest.mark.parametrize("signed", [False, True])
def test_what_was_given_cannot_be_said_not_to_have_taken_place(
    signed: bool, alice: User, session: Session
) -> None:
    record = give(alice, ready(alice, session))
    if signed:
        given.sign(alice, record, record.version)
    appointment = session.appointment
    before = everything_of(appointment)
    for step in (
        lambda: appointments.cancel(alice, appointment, appointment.version, "mistake"),
        lambda: appointments.undo_arrival(alice, appointment, appointment.version),
    ):
        with pytest.raises(AppointmentRefusedError, match="is recorded"):
            step()
    with pytest.raises(AppointmentRefusedError, match="the arrival is noted"):
        appointments.miss(alice, appointment, appointment.version, "mistake")
    assert everything_of(appointment) == before
    done = appointments.finish(alice, appointment, appointment.version)
    assert done.state == "done"
    with pytest.raises(AppointmentRefusedError, match="is done"):
        appointments.cancel(alice, done, done.version, "mistake")


def test_a_course_that_stops_leaves_what_was_given(alice: User, session: Session) -> None:
    recorded(alice, session)
    course = Course.objects.get(pk=session.course_id)
    courses.stop(alice, course, course.version, "asked")
    assert appointment_of(course).state == "arrived"


def test_a_session_planned_again_is_another_one_and_the_old_one_stands_no_more(
    alice: User, course: Course
) -> None:
    first = appointment_of(course)
    appointments.cancel(alice, first, 1, "snow")
    first = Appointment.objects.select_related("session__course", "site", "patient").get()
    again = sessions.plan_again(sent(alice), first, slot(alice, workday(9)))
    standing = list(Session.objects.order_by("pk").values_list("appointment", "standing"))
    assert standing == [(first.pk, False), (again.pk, True)]
    with pytest.raises(AppointmentRefusedError, match="already planned again"):
        sessions.plan_again(sent(alice), first, slot(alice, workday(10)))
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.update(standing=True)


def test_a_cancelled_session_is_not_prepared(alice: User, course: Course) -> None:
    session = under_way(alice, course)
    appointments.cancel(alice, session.appointment, session.appointment.version, "snow")
    with pytest.raises(RecordRefusedError, match="was cancelled or missed"):
        given.prepare(sent(alice), session)


# --- Who reads it, and how it stands in the agenda -----------------------------------------------


def test_a_stranger_of_the_other_site_reads_no_record(
    alice: User, chloe: User, session: Session
) -> None:
    record = recorded(alice, session)
    assert gate.session_record(alice, record.public_id) == record
    with pytest.raises(Http404):
        gate.session_record(chloe, record.public_id)


def test_the_agenda_says_how_far_what_is_given_came(alice: User, session: Session) -> None:
    def shown() -> str:
        return day.stands(gate.appointment(alice, session.appointment.public_id))

    assert shown() == "arrived"
    record = given.prepare(sent(alice), session)
    assert shown() == "prepared"
    record = give(alice, ready(alice, session))
    assert shown() == "delivered"
    given.sign(alice, record, record.version)
    assert shown() == "signed"
    entry = day.entries(alice).get()
    assert not day.is_ahead(entry)
    assert not day.without_consent(entry)


def test_what_is_prepared_for_a_cancelled_session_is_not_shown(
    alice: User, session: Session
) -> None:
    given.prepare(sent(alice), session)
    appointments.cancel(alice, session.appointment, session.appointment.version, "snow")
    assert day.stands(gate.appointment(alice, session.appointment.public_id)) == "cancelled"
