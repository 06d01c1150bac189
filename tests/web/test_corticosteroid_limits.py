"""Three corticosteroid infiltrations in twelve months, over all joints and all places of care: what
the record knows is counted, the rest is asked, and no date is proposed past the limit.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.covered import cover
from dolenti.access.models import User
from dolenti.agenda.models import Appointment
from dolenti.guideline.dates import Duration
from dolenti.guideline.facts import NEVER, Known
from dolenti.records.judging import assessing, passings
from dolenti.records.judging.questions import is_outdone
from dolenti.records.models import Assessment, Complaint, Patient, Statement
from dolenti.records.patients import merging
from dolenti.treatment import courses
from dolenti.treatment.content import Drawn, Preparation, kept
from dolenti.treatment.models import Course, Session, SessionRecord
from dolenti.treatment.room import standing
from tests.web.room import IN_THE_KNEE
from tests.web.world import (
    THERAPY,
    allow,
    assessed,
    begun,
    complaint_of,
    named,
    open_every_weekday,
    sent,
    state,
)

STEROID, GEL = "methylprednisolone", "hyaluronate-medicine"
KNEE = """
patient: {birth-date: 1968-03-02, sex: male}
complaint: {condition: knee-osteoarthritis, side: right, since: 2026-03-15}
facts:
  {anticoagulant: none, weight: 82, injected-before: here, last-corticosteroid-infiltration: never}
"""
A_STEROID = Drawn(
    product=STEROID, item="Méthylprednisolone", lot="one", number="L1", expiry=date(2030, 1, 1),
    strength=Decimal(40), unit="mg", volume=Decimal(1), pieces=1,
)  # fmt: skip
ELSEWHERE = "corticosteroid-infiltrations-12-months"
ON_RECORD = "corticosteroid-sessions-on-record-12-months"
OF_JOINT = "corticosteroid-sessions-of-joint-on-record-12-months"
LAST = "last-corticosteroid-on-record"
LIMIT = "Trois infiltrations de corticoïde en douze mois sont la limite"


@pytest.fixture
def knee(standing: Any) -> Complaint:
    found: Complaint = standing.made
    return found


def made_once(alice: User) -> Complaint:
    open_every_weekday(alice.site)
    allow(alice)
    return named(complaint_of(alice, KNEE))


@pytest.fixture
def elbow(knee: Complaint) -> Complaint:
    """Another pain of the same patient."""
    return Complaint.objects.create(
        patient=knee.patient, condition="lateral-epicondylitis", zone="elbow", side="left",
        author=knee.author,
    )  # fmt: skip


def months_ago(count: int) -> date:
    return Duration(months=count).before(timezone.localdate())


def session_given(
    of: Complaint, stored: Assessment, day: date, products: Sequence[str] = (STEROID,)
) -> SessionRecord:
    """A course of one session that was given on a day, and is over."""
    session = session_of(of, stored, day, products)
    who, at = stored.author, session.appointment.start
    return SessionRecord.objects.create(
        session=session, state="delivered", edition=stored.edition, author=who, delivered_by=who,
        delivered_at=at,
    )  # fmt: skip


def session_of(
    of: Complaint, stored: Assessment, day: date, products: Sequence[str] = (STEROID,)
) -> Session:
    """The one session of a course that is over, on a day."""
    who = stored.author
    start = datetime.combine(day, time(10), timezone.get_current_timezone())
    whose = {"site": of.patient.site, "patient": of.patient, "complaint": of, "practitioner": who}
    course = Course.objects.create(
        **whose, therapy=THERAPY, products=list(products), assessment=stored, author=who
    )
    appointment = Appointment.objects.create(
        **whose, start=start, end=start + timedelta(minutes=30), state="done", author=who
    )
    session = Session.objects.create(course=course, number=1, appointment=appointment)
    Course.objects.filter(pk=course.pk).update(state="stopped", stop_reason="given")
    return session


def known(alice: User, complaint: Complaint) -> dict[str, object]:
    """What the judge hears of the record."""
    facts = assessing.judged(alice, complaint, timezone.localdate()).case.facts
    return {fact: one.value for fact, one in facts.items() if one.origin == "record"}


# --- What is counted -----------------------------------------------------------------------------


def test_sessions_of_every_joint_are_counted_and_those_of_this_one_apart(
    alice: User, knee: Complaint, elbow: Complaint
) -> None:
    stored = assessed(alice, knee)
    session_given(elbow, stored, months_ago(2))
    session_given(elbow, stored, months_ago(7))
    session_given(knee, stored, months_ago(5))
    assert known(alice, knee) == {
        ON_RECORD: 3, OF_JOINT: 1, LAST: months_ago(5), "injected-before": "here",
    }  # fmt: skip
    assert known(alice, elbow)[OF_JOINT] == 2


def test_whoever_was_treated_at_another_place_was_not_never_treated(
    alice: User, knee: Complaint, elbow: Complaint
) -> None:
    assert "injected-before" not in known(alice, knee)
    session_given(elbow, assessed(alice, knee), months_ago(2))
    assert known(alice, knee)["injected-before"] == "elsewhere"


@pytest.mark.parametrize(
    "change,counted",
    [
        ({}, 1),
        ({"day": months_ago(12)}, 1),
        ({"day": months_ago(12) - timedelta(days=1)}, None),
        ({"products": (GEL,)}, None),
        ({"products": ("lidocaine", STEROID)}, 1),
        ({"products": ()}, 1),  # nothing was named: it may have held one
    ],
)
def test_a_session_counts_for_twelve_months_if_it_may_have_held_a_corticosteroid(
    alice: User, knee: Complaint, change: dict[str, object], counted: int | None
) -> None:
    session_given(knee, assessed(alice, knee), **{"day": months_ago(1), **change})  # type: ignore[arg-type]
    assert known(alice, knee).get(ON_RECORD) == counted


def test_only_what_was_delivered_counts_and_once_however_often_it_was_amended(
    alice: User, knee: Complaint
) -> None:
    record = session_given(knee, assessed(alice, knee), months_ago(1))
    SessionRecord.objects.create(
        session=record.session, state="delivered", edition=record.edition, author=alice,
        delivered_by=alice, delivered_at=record.delivered_at, amends=record, reason="the dose",
    )  # fmt: skip
    assert known(alice, knee)[ON_RECORD] == 1
    SessionRecord.objects.all().update(state="prepared", delivered_by=None, delivered_at=None)
    assert known(alice, knee) == {}


def test_a_target_counts_at_the_joint_that_the_diagnosis_alone_names(
    alice: User, knee: Complaint
) -> None:
    assert knee.zone == ""
    record = session_given(knee, assessed(alice, knee), months_ago(1))
    record.injected = kept(IN_THE_KNEE)
    record.preparation = kept(Preparation(drawn=(A_STEROID,)))
    record.save()
    assert known(alice, knee)[OF_JOINT] == 1
    assert known(alice, knee)["injected-before"] == "here"


@pytest.mark.parametrize("reads_the_kept", [True, False])
def test_what_the_other_record_of_a_merged_patient_gave_counts(
    reads_the_kept: bool, alice: User, knee: Complaint
) -> None:
    session_given(knee, assessed(alice, knee), months_ago(1))
    other = named(complaint_of(alice, KNEE))
    pair = [Patient.objects.get(pk=one.patient_id) for one in (knee, other)]
    kept_one, absorbed = pair if reads_the_kept else reversed(pair)
    merging.merge(sent(alice), kept_one, absorbed, "same card", merging.TRAITS)
    seen = known(alice, Complaint.objects.get(pk=other.pk))
    assert (seen[ON_RECORD], seen[OF_JOINT], seen[LAST]) == (1, 1, months_ago(1))


def test_the_pause_before_a_second_corticosteroid_stops_at_what_the_record_holds(
    alice: User, knee: Complaint
) -> None:
    session_given(knee, assessed(alice, knee), months_ago(1))
    state(alice, knee.patient, **{"last-corticosteroid-infiltration": "never", ELSEWHERE: 0})
    now = standing(alice, session_of(knee, assessed(alice, knee), timezone.localdate()))
    (line,) = [one for one in now.looked.lines if one.line.id == "steroid-history"]
    assert (line.status, line.kind, line.facts) == ("red", "doctor", (LAST,))
    assert now.looked.verdict == "stopped"


def test_the_other_side_is_another_joint(alice: User, knee: Complaint) -> None:
    stored = assessed(alice, knee)
    session_given(knee, stored, months_ago(1))
    Complaint.objects.filter(pk=knee.pk).update(side="left")
    left = Complaint.objects.create(
        patient=knee.patient, condition=knee.condition, zone="knee", side="right", author=alice
    )
    assert OF_JOINT not in known(alice, left)
    assert known(alice, left)[ON_RECORD] == 1


def test_what_is_on_record_speaks_against_another_one_whatever_the_patient_remembers(
    alice: User, knee: Complaint
) -> None:
    assessing.answer(sent(alice), knee, {ELSEWHERE: 0}, timezone.localdate())
    stored = assessed(alice, knee)
    assert stored.statuses[THERAPY] == "possible"
    session_given(knee, stored, months_ago(1))
    judgement = assessing.judged(alice, knee, timezone.localdate())
    (found,) = (v for v in judgement.verdicts if v.therapy.id == THERAPY)
    assert "infiltration-last-corticosteroid-infiltration-recent" in {
        one.rule.id for one in found.reasons
    }


def test_what_the_record_knows_is_not_asked(alice: User, knee: Complaint) -> None:
    stored = assessed(alice, knee)
    session_given(knee, stored, months_ago(1))
    later = timezone.localdate() + timedelta(days=10)  # what was said of it is stale by then
    asked = assessing.judged(alice, knee, later).questions
    assert not {ON_RECORD, OF_JOINT, LAST, "injected-before"} & set(asked)


def test_nobody_counts_what_was_given_elsewhere_where_the_record_alone_reaches_the_limit(
    at_alice: Client, alice: User, knee: Complaint, elbow: Complaint
) -> None:
    stored = assessed(alice, knee)
    address = f"{reverse('complaint', args=[knee.public_id])}?for={cover(THERAPY)}"
    for counted, asked in ((2, True), (3, False)):
        while SessionRecord.objects.count() < counted:
            session_given(elbow, stored, months_ago(4))
        page = at_alice.get(address).content.decode()
        assert (f"q-{ELSEWHERE}" in page) is asked, counted
    assert "d’après ce dossier" in page


# --- A date, or none -----------------------------------------------------------------------------


def proposed(client: Client, stored: Assessment, *products: str) -> str:
    """The page that proposes the days of a course."""
    address = reverse("course-new", args=[stored.public_id, THERAPY])
    form = {
        "propose": "yes", "practitioner": stored.author.public_id, "minutes": "30",
        "start": f"{timezone.localdate():%Y-%m-%d}", "products": list(products),
    }  # fmt: skip
    return client.post(address, form).content.decode()


@pytest.mark.parametrize(
    "on_record,elsewhere,reached",
    [(0, 2, False), (0, 3, True), (0, 4, True), (1, 1, False), (1, 2, True), (2, 0, False),
     (2, 1, True), (3, 0, True), (4, 0, True)],
)  # fmt: skip
def test_three_in_twelve_months_leave_no_date_wherever_they_were_given(
    at_alice: Client, alice: User, knee: Complaint, elbow: Complaint,
    on_record: int, elsewhere: int, reached: bool,
) -> None:  # fmt: skip
    first = assessed(alice, knee)
    for number in range(on_record):
        session_given(elbow, first, months_ago(4 + number))
    assessing.answer(sent(alice), knee, {ELSEWHERE: elsewhere}, timezone.localdate())
    again = assessed(alice, knee)
    assert (again.statuses[THERAPY] == "caution") is (on_record >= 3)
    if on_record >= 3:
        passings.go_past(sent(alice), again, THERAPY, "Discussed with the patient")
    page = proposed(at_alice, again, STEROID)
    assert (LIMIT in page) is reached
    assert ("Aucune date n’est proposée" in page) is reached
    assert ('name="day_1" value="' in page) is not reached


def test_what_holds_no_corticosteroid_is_proposed_all_the_same(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    stored = assessed(alice, knee)
    for number in range(3):
        session_given(knee, stored, months_ago(4 + number))
    again = begun(alice, assessed(alice, knee), products=(GEL,))
    Course.objects.filter(pk=again.pk).update(state="stopped", stop_reason="for this test")
    assert LIMIT in proposed(at_alice, again.assessment)  # nothing named yet
    assert LIMIT not in proposed(at_alice, again.assessment, GEL)
    assert LIMIT in proposed(at_alice, again.assessment, GEL, STEROID)


def test_a_course_that_is_free_of_the_limit_takes_no_product_that_it_forbids(
    alice: User, knee: Complaint
) -> None:
    stored = assessed(alice, knee)
    for number in range(3):
        session_given(knee, stored, months_ago(4 + number))
    course = begun(alice, assessed(alice, knee), products=(GEL,))
    with pytest.raises(courses.CourseRefusedError, match="Three corticosteroid infiltrations"):
        courses.change_products(alice, course, course.version, [STEROID], timezone.localdate())
    course.refresh_from_db()
    assert course.products == [GEL]


def test_what_the_record_holds_is_not_offered_to_be_confirmed_against_it(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    """“Never” of before the infiltration that the record holds no longer stands beside what is to
    be confirmed; what is said of a later one elsewhere does."""
    address = f"{reverse('complaint', args=[knee.public_id])}?for={cover(THERAPY)}"
    said = "last-corticosteroid-infiltration"
    day = timezone.localdate()
    Statement.objects.bulk_create(
        Statement(
            patient=knee.patient, complaint=knee, fact=fact, value=value, author=alice,
            at=day - timedelta(days=5), submission=uuid.uuid4(),
        )
        for fact, value in ((said, "never"), ("injected-before", "elsewhere"))
    )  # fmt: skip

    def shown() -> bool:
        page = " ".join(at_alice.get(address).content.decode().split())
        return bool(re.search(r"Dernière infiltration de corticoïde\s*:\s*<b>jamais", page))

    assert shown(), "nothing on record speaks against it"
    session_given(knee, assessed(alice, knee), months_ago(1))
    assert not shown()
    values = assessing.judged(alice, knee, day).case.facts
    for value, outdone in ((NEVER, True), (months_ago(2), True), (day, False)):
        assert is_outdone(said, Known(value, day, ""), values) is outdone
