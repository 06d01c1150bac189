"""What a patient answers by a link is taken once, read by the content, and judged at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.db import DatabaseError, transaction
from django.utils import timezone, translation

from dolenti.access.actors import OtherActor, worker_at
from dolenti.access.models import AuditEntry, Site, User
from dolenti.access.roles import Kind
from dolenti.access.writing import NotAllowedError
from dolenti.agenda.models import Appointment
from dolenti.diary import alerts, answers, following, gate, link_life, links, networks, stops
from dolenti.diary.alerts import AlertRefusedError
from dolenti.diary.answers import ClosedError, Sent
from dolenti.diary.copied import alarm_labels
from dolenti.diary.links import LinkRefusedError, NotOpenedError
from dolenti.diary.models import Alert, AlertEvent, Answer, Link, Stop
from dolenti.diary.reading import PROBLEM, AnswerRefusedError
from dolenti.portal import shown
from dolenti.portal.places import Desk
from dolenti.treatment import courses
from dolenti.treatment.models import Course
from dolenti.work import worker as work
from tests.web import room
from tests.web.diary import (
    BORN,
    CALM,
    NETWORK,
    after,
    alert_of,
    answered,
    awaited,
    link_to,
    opened,
    treated,
)
from tests.web.world import (
    PAUL,
    clinic,
    colleague,
    open_every_weekday,
    person,
    registered,
    sent,
    under_way,
)

pytestmark = pytest.mark.django_db


def made_once(alice: User) -> Course:
    return treated(alice)


@pytest.fixture
def course(standing: Any) -> Course:
    found: Course = standing.made
    return found


def refused_openings() -> int:
    return AuditEntry.objects.filter(action="open-link", outcome="refused").count()


def test_a_link_is_made_only_for_a_question_that_waits(alice: User, course: Course) -> None:
    with pytest.raises(LinkRefusedError, match="does not wait"):
        link_to(alice, course, "h48")  # not yet
    with after(50):
        made = link_to(alice, course)
        assert made.token not in str(vars(made.link))
        assert len(made.token) * 6 >= 128
        again = link_to(alice, course)
        with pytest.raises(NotOpenedError):
            opened(made)  # the newer one stands in its place
        assert opened(again).form_key


def test_a_link_opens_its_form_by_the_birth_date_alone_and_keeps_the_form(
    alice: User, course: Course
) -> None:
    with after(50):
        made = link_to(alice, course)
        first = opened(made)
        assert opened(made).form_key == first.form_key  # looked at again: the same form
        answered_form = Sent(first.form_key, CALM, "h48")  # type: ignore[arg-type]
        answers.receive(links.patient_by(first), first, answered_form)
        assert opened(made).form_key != first.form_key


@pytest.mark.parametrize("cause", ["strange", "birth date", "expired", "revoked", "died", "error"])
def test_whatever_the_cause_there_is_one_refusal_and_the_trail_knows(
    alice: User, course: Course, cause: str
) -> None:
    with after(50):
        made = link_to(alice, course)
    token, born, hours = made.token, BORN, 51.0
    if cause == "strange":
        token = "x" * 32
    elif cause == "birth date":
        born = date(1968, 3, 3)
    elif cause == "expired":
        hours = 121
    elif cause == "revoked":
        Link.objects.update(revoked_at=timezone.now())
    elif cause == "died":
        stops.stop(sent(alice), course.patient, Stop.Why.DIED, "")
    else:
        course.patient.in_error = "twice"
        course.patient.save()
    with after(hours), pytest.raises(NotOpenedError) as refusal:
        links.open_(token, born, NETWORK)
    assert not refusal.value.args
    assert refused_openings() == 1


def test_after_five_wrong_dates_the_right_one_opens_nothing(alice: User, course: Course) -> None:
    with after(50):
        made = link_to(alice, course)
        for _ in range(link_life.TRIES):
            with pytest.raises(NotOpenedError):
                links.open_(made.token, None, NETWORK)
        with pytest.raises(NotOpenedError):
            opened(made)


def test_one_network_address_guesses_twenty_times_an_hour(alice: User, course: Course) -> None:
    with after(50):
        made = link_to(alice, course)
        for number in range(networks.MOST):
            with pytest.raises(NotOpenedError):
                links.open_(f"guess-{number}", BORN, NETWORK)
        with pytest.raises(NotOpenedError):
            opened(made)
        assert links.open_(made.token, BORN, "192.0.2.2")


def test_a_form_that_arrives_twice_is_one_answer(alice: User, course: Course) -> None:
    with after(50):
        link = opened(link_to(alice, course))
        form = Sent(uuid.uuid4(), {**CALM, "signs-early": ["fever"]}, "h48")
        one, other = (answers.receive(links.patient_by(link), link, form) for _ in range(2))
    assert one == other
    assert Alert.objects.count() == AlertEvent.objects.count() == 1


@pytest.mark.parametrize(
    "said, why",
    [
        ({"pain_24h": "11"}, "from 0 to 10"),
        ({"pain_24h": "٣"}, "from 0 to 10"),
        ({"pain_24h": "9" * 5000}, "from 0 to 10"),
        ({"signs_early": ["other"], "message": "a\0b"}, "character 2"),
        ({"signs_early": ["other"], "message": "Zo\u202eé"}, "order in which"),
        ({"signs_early": ["other"], "message": "x" * 9000}, "shorten it"),
        ({"pain_trend": "vanishing"}, "answers that are offered"),
        ({"signs_early": ["tail"]}, "answers that are offered"),
        ({"signs_early": []}, "none of these"),
        ({"pain_rest": "3"}, "no such question"),
    ],
)
def test_an_answer_that_cannot_be_keeps_nothing(
    alice: User, course: Course, said: dict[str, object], why: str
) -> None:
    with after(50):
        link = opened(link_to(alice, course))
        with pytest.raises(AnswerRefusedError, match=why):
            answered(link, **said)
    assert not Answer.objects.exists()


def test_an_answer_after_the_hour_is_late_and_a_second_one_amends_it(
    alice: User, course: Course
) -> None:
    with after(61):
        link = opened(link_to(alice, course))
        first = answered(link)
        assert first.late
        second = answered(link, pain_24h="4")
        assert second.amends == first
    with after(63):
        third = answered(link)
        assert third.unscheduled
        assert third.amends is None
        waiting = following.window_of(course, "h48", "session-1", timezone.now())
        assert waiting is not None
        assert (waiting.status, waiting.late) == ("answered", True)


def test_a_form_opened_in_time_is_taken_for_a_day_after_it_expired(
    alice: User, course: Course
) -> None:
    with after(119):
        link = opened(link_to(alice, course))
    with after(130):
        assert answered(link).late
    with after(145), pytest.raises(ClosedError):
        answered(link)


def test_a_stopped_course_is_still_answered_for_what_was_given(alice: User, course: Course) -> None:
    courses.stop(alice, course, course.version, "the patient moves away")
    with after(50):
        assert not answered(opened(link_to(alice, course))).late


@pytest.mark.parametrize("why", Stop.Why)
def test_nothing_is_asked_or_taken_after_a_withdrawal_or_a_death(
    alice: User, course: Course, why: str
) -> None:
    with after(50):
        link = opened(link_to(alice, course))
        stops.stop(sent(alice), course.patient, why, "")
        with pytest.raises(ClosedError):
            answered(link)
        with pytest.raises(ClosedError):
            answered(link, PROBLEM, signs=["fever"])
        assert not following.waiting(following.due_of(course, timezone.now()))
        with pytest.raises(LinkRefusedError):
            link_to(alice, course)


def test_by_a_link_only_its_own_patient_writes(alice: User, course: Course) -> None:
    with after(50):
        link = opened(link_to(alice, course))
        other = registered(alice, PAUL)
        form = Sent(uuid.uuid4(), CALM, "h48")
        stranger = OtherActor(Kind.PATIENT, other.public_id, "", alice.site)
        for actor in (alice, stranger, worker_at(alice.site)):
            with pytest.raises(NotAllowedError):
                answers.receive(actor, link, form)
        with pytest.raises(NotAllowedError):
            links.make(links.patient_by(link), course, "h48", "session-1")


def test_a_detail_that_nobody_answered_counts_as_the_worse(alice: User) -> None:
    alert = alert_of(alice)
    assert "alarm-fever" in alert.alarms
    assert (alert.urgency, alert.owner) == ("same-day", None)
    assert timedelta(minutes=59) < alert.due_at - alert.created_at <= timedelta(minutes=60)


def test_a_contradiction_is_read_as_the_worse(alice: User, course: Course) -> None:
    with after(50):
        link = opened(link_to(alice, course))
        both = answered(link, signs_early=["fever", "none"])
        assert both.answers["signs-early"] == ["fever"]
        detail = answered(link, signs_early=["none"], fever_value="over-38")
        assert (detail.answers["signs-early"], detail.answers["fever-value"]) == (
            ["fever"], "over-38",
        )  # fmt: skip
        told = answered(link, PROBLEM, signs=["none", "breathing"])
        assert told.answers == {"signs": ["breathing"]}
    assert Alert.objects.get().urgency == "emergency"


def test_an_answer_that_takes_an_alarm_back_is_added_and_ends_nothing(
    alice: User, course: Course
) -> None:
    with after(50):
        link = opened(link_to(alice, course))
        answered(link, signs_early=["fever"], fever_value="over-38")
        answered(link)
    alert = Alert.objects.get()
    assert (alert.state, alert.urgency) == ("raised", "same-day")
    assert [one.kind for one in alert.events.all()] == ["raised", "added"]


def test_a_graver_answer_is_taken_anew(alice: User, course: Course) -> None:
    with after(50):
        link = opened(link_to(alice, course))
        answered(link, signs_early=["other"])
        alert = Alert.objects.get()
        assert alert.urgency == "soon"
        alert = alerts.take(alice, alert, alert.version)
        answered(link, PROBLEM, signs=["breathing"])
    alert.refresh_from_db()
    assert (alert.urgency, alert.owner) == ("emergency", None)
    assert alert.due_at - timezone.now() < timedelta(hours=51)


def test_a_wish_to_be_called_and_a_call_are_told_once_and_end_nothing(
    alice: User, course: Course
) -> None:
    with after(50):
        link = opened(link_to(alice, course))
        patient = links.patient_by(link)
        for _ in range(2):
            alert = alerts.want_call(patient, link)
            alerts.say_called(patient, link)
    assert [one.kind for one in alert.events.all()] == ["call-wanted", "called"]
    with after(53):
        alerts.want_call(patient, link)  # it waits: it is one wish
        assert alert.events.count() == 2
        alert = alerts.take(alice, alert, alert.version)
        alerts.reached(alice, alert, alert.version, "well")
        alerts.want_call(patient, link)  # after a call another may be wished
    kinds = ["call-wanted", "called", "taken", "reached", "call-wanted"]
    assert [one.kind for one in alert.events.all()] == kinds
    assert (alert.state, alert.alarms) == ("raised", [])


def test_an_alert_ends_by_a_practitioner_for_a_reason_and_stays_so(alice: User, bob: User) -> None:
    alert = alert_of(alice)
    alert = alerts.take(bob, alert, alert.version)
    alerts.note(bob, alert, "No answer at noon.")
    with pytest.raises(AlertRefusedError, match="by a practitioner"):
        alerts.end(bob, alert, alert.version, "phone-advice", "well")
    alert = alerts.hand_over(bob, alert, alert.version, alice)
    with pytest.raises(AlertRefusedError, match="without a reason"):
        alerts.end(alice, alert, alert.version, "phone-advice", " ")
    with pytest.raises(AlertRefusedError, match="how it ended"):
        alerts.end(alice, alert, alert.version, "gone", "well")
    alert = alerts.end(alice, alert, alert.version, "phone-advice", "37.2 °C, nothing else")
    kinds = [one.kind for one in gate.events_of(alice, alert)]
    assert kinds == ["raised", "taken", "noted", "handed", "ended"]
    with pytest.raises(AlertRefusedError, match="is ended"):
        alerts.note(alice, alert, "one more")
    with pytest.raises(DatabaseError), transaction.atomic():
        Alert.objects.update(reason="another")


@pytest.fixture
def morning() -> Iterator[None]:
    """A Monday, two days before one at nine in the morning."""
    with time_machine.travel(datetime(2026, 11, 23, 7, tzinfo=ZoneInfo("Europe/Paris"))):
        yield


def test_an_alert_that_nobody_took_is_told_on_once_a_step(alice: User, morning: None) -> None:
    open_every_weekday(alice.site)
    alert = alert_of(alice)
    worker = worker_at(alice.site)
    assert [alerts.escalate(worker, alert.since + timedelta(minutes=m)) for m in
            (59, 60, 61, 180, 181)] == [0, 1, 0, 1, 0]  # fmt: skip
    assert alerts.escalate(worker, alert.since + timedelta(hours=12)) == 1, "before it closes"
    taken = alerts.take(alice, alert, alert.version)
    alerts.reached(alice, taken, taken.version, "Va mieux, vient demain.")
    assert not alerts.escalate(worker, alert.since + timedelta(days=9))


def test_those_whom_a_step_names_are_told_by_mail_and_of_nobody_s_health(
    alice: User, bob: User, morning: None
) -> None:
    open_every_weekday(alice.site)
    rene = person("Rene", "administrator", alice.site)
    alert = alert_of(alice)
    with after(51):
        work.do_all()
    assert [one.to for one in mail.outbox] == [[bob.email]], "the nurse, at once"
    (first,) = mail.outbox
    for word in ("Lefèvre", "Zoé", "fièvre", "fever", "genou", "infiltration"):
        assert word not in first.subject + first.body
    assert alerts.escalate(worker_at(alice.site), alert.since + timedelta(hours=12)) == 3
    with after(51):
        work.do_all()
    told = {one.to[0] for one in mail.outbox[1:]}
    assert told == {alice.email, bob.email}, "nobody who may take none: not the administrator"
    assert rene.email not in told
    said = alert.events.filter(kind="escalated").values_list("note", flat=True)
    assert list(said) == [alice.name, alice.name, f"{alice.name}, {bob.name}"]


def test_where_the_site_has_no_nurse_the_treating_doctor_is_told_at_once(alice: User) -> None:
    person("Rene", "administrator", alice.site)
    colleague(alice, "Emile")
    alert_of(alice)
    with after(51):
        work.do_all()
    assert [one.to for one in mail.outbox] == [[alice.email]]


def test_a_patient_who_was_not_reached_is_called_again_and_the_alert_stays_open(
    alice: User, morning: None
) -> None:
    open_every_weekday(alice.site)
    alert = alert_of(alice)
    with after(50.5):
        alert = alerts.take(alice, alert, alert.version)
        alert = alerts.not_reached(alice, alert, alert.version, "Répondeur")
        offered = {one.id for one in alerts.outcomes(alert, alerts.attempts(alert))}
        Alert.objects.filter(pk=alert.pk).update(urgency="soon")
        alert.refresh_from_db()
        assert offered == {one.id for one in alerts.outcomes(alert, alerts.attempts(alert))}, (
            "after one attempt neither"
        )
        assert "not-reached" not in offered
        Alert.objects.filter(pk=alert.pk).update(urgency="same-day")
        alert.refresh_from_db()
    assert alert.state == Alert.State.RAISED
    again = alert.call_again_at
    assert again is not None
    assert timedelta(0) < again - alert.since <= timedelta(hours=3)
    worker = worker_at(alice.site)
    assert not alerts.escalate(worker, again - timedelta(minutes=1)), "somebody looks into it"
    assert alerts.escalate(worker, again + timedelta(minutes=1)) == 1, "not called again in time"
    assert not alerts.escalate(worker, again + timedelta(minutes=2)), "once an attempt"
    with after(54):
        for _ in range(3):
            alert = alerts.not_reached(alice, alert, alert.version, "")
    with pytest.raises(AlertRefusedError, match="called again"):
        alerts.end(alice, alert, alert.version, "not-reached", "Trois appels")
    Alert.objects.filter(pk=alert.pk).update(urgency="soon")
    alert.refresh_from_db()
    assert alerts.end(alice, alert, alert.version, "not-reached", "Trois appels").ended_at


def test_a_graver_alert_is_told_on_anew_from_when_it_became_so(alice: User, morning: None) -> None:
    open_every_weekday(alice.site)
    course, worker = treated(alice), worker_at(alice.site)
    with after(50):
        link = opened(link_to(alice, course))
        answered(link, signs_early=["fever"])
        begun = Alert.objects.get().since
    assert alerts.escalate(worker, begun + timedelta(minutes=61)) == 1
    with after(52):
        answered(link, PROBLEM, signs=["breathing"])
    alert = Alert.objects.get()
    assert alert.since - begun >= timedelta(hours=2)
    assert not alerts.escalate(worker, alert.since + timedelta(minutes=14))
    assert alerts.escalate(worker, alert.since + timedelta(minutes=16)) == 1
    told = alert.events.filter(kind="escalated").values_list("urgency", "step")
    assert list(told) == [("same-day", 1), ("emergency", 1)]


def test_what_somebody_who_left_had_taken_is_told_on(alice: User, morning: None) -> None:
    alert = alert_of(alice)
    nurse = person("Nina", "nurse", alice.site)
    alerts.take(nurse, alert, alert.version)
    User.objects.filter(pk=nurse.pk).update(is_active=False)
    assert alerts.escalate(worker_at(alice.site), alert.since + timedelta(minutes=61))


def test_another_answer_by_a_form_that_was_sent_is_another_answer(
    alice: User, course: Course
) -> None:
    with after(50):
        link = opened(link_to(alice, course))
        key, patient = uuid.uuid4(), links.patient_by(link)
        calm = Sent(key, CALM, "h48")
        fever = Sent(key, {**CALM, "signs-early": ["fever"]}, "h48")
        first = answers.receive(patient, link, calm)
        second, again = (answers.receive(patient, link, fever) for _ in range(2))
        back = answers.receive(patient, link, calm)
    assert second == again
    assert (second.amends, back.amends) == (first, second)
    assert Alert.objects.get().alarms, "and the sign it told of is an alarm"
    assert [one.kind for one in Alert.objects.get().events.all()] == ["raised", "added"]


def test_a_sign_that_is_no_alarm_is_read_by_somebody(alice: User, course: Course) -> None:
    with after(50):
        answered(opened(link_to(alice, course)), PROBLEM, signs=["mouth-tingling"])
    alert = Alert.objects.get()
    assert (alert.urgency, alert.alarms) == ("soon", [alerts.NOTED])
    assert alarm_labels(alert, "fr") == ["Signe signalé, à lire"]


def test_a_session_that_nobody_signed_is_followed_all_the_same(alice: User) -> None:
    course = clinic(alice).with_course().course
    session = under_way(alice, course)
    room.give(alice, room.ready(alice, session))
    with after(50):
        assert link_to(alice, course)


def test_what_was_given_is_unknown_where_nobody_wrote_it(alice: User) -> None:
    told = following.told_of(treated(alice))
    now = timezone.now() + timedelta(hours=1)
    assert told.at(now)["corticosteroid-given"] is True
    told.given[0].preparation = {}
    assert "corticosteroid-given" not in told.at(now)


def test_guesses_count_for_an_hour_and_flood_no_trail(alice: User, course: Course) -> None:
    with after(50):
        made = link_to(alice, course)
        for number in range(networks.MOST + 9):
            with pytest.raises(NotOpenedError):
                links.open_(f"guess-{number}", BORN, NETWORK)
        assert refused_openings() == networks.MOST
    with after(50 + 58 / 60), pytest.raises(NotOpenedError):
        opened(made)
    with after(51.1):
        assert opened(made)


def test_a_stranger_sees_no_alert(alice: User, chloe: User) -> None:
    alert_of(alice)
    assert list(gate.open_alerts(alice)) == [Alert.objects.get()]
    assert not gate.alerts(chloe)
    assert not gate.alerts(person("Sven", "secretary", alice.site))


def test_a_control_of_the_complaint_asks_about_the_course_that_was_begun_last(
    alice: User, course: Course
) -> None:
    control = awaited(alice, course.complaint, 12)
    Appointment.objects.filter(pk=control.pk).update(kind=Appointment.Kind.CONTROL)
    with after(11.5 * 24):
        found = following.window_of(course, "visit", control.public_id, timezone.now())
    assert found is not None
    assert found.status == "open"


def test_a_pain_told_before_the_first_session_is_that_of_the_beginning(
    alice: User, course: Course
) -> None:
    given = following.records_of(course)
    first = given[0].delivered_at
    assert first is not None
    told = [
        Answer(window="visit", answers={"pain-24h": pain}, received_at=first + timedelta(hours=h))
        for h, pain in ((-3, 7), (3, 2))
    ]
    happened = following.Between(tuple(told), (), (), {})
    facts = following.Told(course, given, [], happened).at(timezone.now() + timedelta(days=1))
    assert facts["baseline-nrs"] == 7.0


@pytest.mark.parametrize(
    "alarms, heading",
    [
        (["alarm-pain-48-72"], "À surveiller"),
        (["alarm-nodule-recent"], "À surveiller"),
        (["alarm-nodule-lasting"], "Nous vous rappelons"),
        (["alarm-nodule-recent", "alarm-much-worse"], "Nous vous rappelons"),
    ],
)
def test_the_heading_says_what_the_sentence_says(alarms: list[str], heading: str) -> None:
    """“We will call you” above “we will ask again” is two things at once."""
    with translation.override("fr"):
        assert shown.to_do(following.content(), "soon", alarms, Desk(Site())).label == heading
