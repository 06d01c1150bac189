"""What a patient answers by a link is taken once, read by the content, and judged at once."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from dolenti.access.actors import OtherActor, worker_at
from dolenti.access.models import AuditEntry, User
from dolenti.access.roles import Kind
from dolenti.access.writing import NotAllowedError
from dolenti.diary import alerts, answers, following, gate, links, stops
from dolenti.diary.alerts import AlertRefusedError
from dolenti.diary.answers import ClosedError, Sent
from dolenti.diary.links import LinkRefusedError, NotOpenedError
from dolenti.diary.models import Alert, AlertEvent, Answer, Link, Stop
from dolenti.diary.reading import PROBLEM, AnswerRefusedError
from dolenti.treatment import courses
from tests.web.diary import BORN, CALM, NETWORK, after, alert_of, answered, link_to, opened, treated
from tests.web.world import PAUL, person, registered, sent

pytestmark = pytest.mark.django_db


def refused_openings() -> int:
    return AuditEntry.objects.filter(action="open-link", outcome="refused").count()


def test_a_link_is_made_only_for_a_question_that_waits(alice: User) -> None:
    course = treated(alice)
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


def test_a_link_opens_its_form_by_the_birth_date_alone_and_keeps_the_form(alice: User) -> None:
    course = treated(alice)
    with after(50):
        made = link_to(alice, course)
        first = opened(made)
        assert opened(made).form_key == first.form_key  # looked at again: the same form
        answered_form = Sent(first.form_key, CALM, "h48")  # type: ignore[arg-type]
        answers.receive(links.patient_by(first), first, answered_form)
        assert opened(made).form_key != first.form_key


@pytest.mark.parametrize("cause", ["strange", "birth date", "expired", "revoked", "died", "error"])
def test_whatever_the_cause_there_is_one_refusal_and_the_trail_knows(
    alice: User, cause: str
) -> None:
    course = treated(alice)
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


def test_after_five_wrong_dates_the_right_one_opens_nothing(alice: User) -> None:
    course = treated(alice)
    with after(50):
        made = link_to(alice, course)
        for _ in range(links.TRIES):
            with pytest.raises(NotOpenedError):
                links.open_(made.token, None, NETWORK)
        with pytest.raises(NotOpenedError):
            opened(made)


def test_one_network_address_guesses_twenty_times_an_hour(alice: User) -> None:
    course = treated(alice)
    with after(50):
        made = link_to(alice, course)
        for number in range(links.FROM_AN_ADDRESS):
            with pytest.raises(NotOpenedError):
                links.open_(f"guess-{number}", BORN, NETWORK)
        with pytest.raises(NotOpenedError):
            opened(made)
        assert links.open_(made.token, BORN, "192.0.2.2")


def test_a_form_that_arrives_twice_is_one_answer(alice: User) -> None:
    course = treated(alice)
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
        ({"pain_trend": "vanishing"}, "answers that are offered"),
        ({"signs_early": ["tail"]}, "answers that are offered"),
        ({"signs_early": []}, "none of these"),
        ({"pain_rest": "3"}, "no such question"),
    ],
)
def test_an_answer_that_cannot_be_keeps_nothing(
    alice: User, said: dict[str, object], why: str
) -> None:
    course = treated(alice)
    with after(50):
        link = opened(link_to(alice, course))
        with pytest.raises(AnswerRefusedError, match=why):
            answered(link, **said)
    assert not Answer.objects.exists()


def test_an_answer_after_the_hour_is_late_and_a_second_one_amends_it(alice: User) -> None:
    course = treated(alice)
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


def test_a_form_opened_in_time_is_taken_for_a_day_after_it_expired(alice: User) -> None:
    course = treated(alice)
    with after(119):
        link = opened(link_to(alice, course))
    with after(130):
        assert answered(link).late
    with after(145), pytest.raises(ClosedError):
        answered(link)


def test_a_stopped_course_is_still_answered_for_what_was_given(alice: User) -> None:
    course = treated(alice)
    courses.stop(alice, course, course.version, "the patient moves away")
    with after(50):
        assert not answered(opened(link_to(alice, course))).late


@pytest.mark.parametrize("why", Stop.Why)
def test_nothing_is_asked_or_taken_after_a_withdrawal_or_a_death(alice: User, why: str) -> None:
    course = treated(alice)
    with after(50):
        link = opened(link_to(alice, course))
        stops.stop(sent(alice), course.patient, why, "")
        with pytest.raises(ClosedError):
            answered(link)
        with pytest.raises(ClosedError):
            answered(link, PROBLEM, signs=["fever"])
        assert not following.asked_now(course, timezone.now())
        with pytest.raises(LinkRefusedError):
            link_to(alice, course)


def test_by_a_link_only_its_own_patient_writes(alice: User) -> None:
    course = treated(alice)
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


def test_an_answer_that_takes_an_alarm_back_is_added_and_ends_nothing(alice: User) -> None:
    course = treated(alice)
    with after(50):
        link = opened(link_to(alice, course))
        answered(link, signs_early=["fever"], fever_value="over-38")
        answered(link)
    alert = Alert.objects.get()
    assert (alert.state, alert.urgency) == ("raised", "same-day")
    assert [one.kind for one in alert.events.all()] == ["raised", "added"]


def test_a_graver_answer_is_taken_anew(alice: User) -> None:
    course = treated(alice)
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


def test_a_wish_to_be_called_and_a_call_are_told_once_and_end_nothing(alice: User) -> None:
    course = treated(alice)
    with after(50):
        link = opened(link_to(alice, course))
        patient = links.patient_by(link)
        for _ in range(2):
            alert = alerts.want_call(patient, link)
            alerts.say_called(patient, link)
    assert [one.kind for one in alert.events.all()] == ["call-wanted", "called"]
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


def test_an_alert_that_nobody_took_is_told_on_once_a_step(alice: User) -> None:
    alert = alert_of(alice)
    worker = worker_at(alice.site)
    assert [alerts.escalate(worker, alert.created_at + timedelta(minutes=m)) for m in
            (59, 60, 61, 180, 181)] == [0, 1, 0, 1, 0]  # fmt: skip
    alerts.take(alice, alert, alert.version)
    assert not alerts.escalate(worker, alert.created_at + timedelta(days=9))


def test_a_stranger_sees_no_alert(alice: User, chloe: User) -> None:
    alert_of(alice)
    assert list(gate.open_alerts(alice)) == [Alert.objects.get()]
    assert not gate.alerts(chloe)
    assert not gate.alerts(person("Sven", "secretary", alice.site))
