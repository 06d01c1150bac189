"""The questions that wait are told to the patients: once each, within the hours, and to nobody who
answered, left or died."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as settings_of_site
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dolenti.access.actors import worker_at
from dolenti.access.mail import OF_DEMO
from dolenti.access.models import AuditEntry, User
from dolenti.diary import (
    alerts,
    following,
    hours,
    link_life,
    links,
    mistaken,
    quiet_days,
    reaching,
    reminding,
    senders,
    stops,
    telling,
)
from dolenti.diary.links import LinkRefusedError
from dolenti.diary.models import Alert, AlertEvent, Answer, Link, Message, Reach, Stop
from dolenti.diary.reaching import ReachRefusedError
from dolenti.followup import deaths
from dolenti.guideline.diary import sms
from dolenti.records.models import Contact, Patient
from dolenti.records.patients import contacting
from dolenti.safety import events
from dolenti.safety.events import Told
from dolenti.treatment.models import Course
from dolenti.work import jobs, worker
from tests.people import enter
from tests.web.diary import BACK, answered, awaited, treated
from tests.web.merges import merged
from tests.web.phones import Phone
from tests.web.world import complaint_of, named, sent

PARIS = ZoneInfo("Europe/Paris")
GIVEN = datetime(2026, 11, 24, 9, 30, tzinfo=PARIS)  # a Tuesday


@contextmanager
def at(day: int, hour: int, minute: int = 0) -> Iterator[datetime]:
    """So many days after the session, at an hour of the site’s clock."""
    moment = GIVEN.replace(hour=hour, minute=minute) + timedelta(days=day)
    with time_machine.travel(moment, tick=False):
        yield moment


@pytest.fixture
def course(standing: Any, settings: Any, tmp_path: Path) -> Course:
    settings.DATA = tmp_path
    (tmp_path / OF_DEMO).touch()  # everybody is invented: an SMS is a file
    found: Course = standing.made
    return found


def made_once(alice: User) -> Course:
    """A course whose one session was given on a Tuesday morning; its patient is asked by SMS."""
    with time_machine.travel(GIVEN, tick=False):
        made = treated(alice)
        patient = made.patient
        contacting.add(
            sent(alice), patient,
            {"kind": "self", "phone": "06 39 98 12 34", "email": "zoe@example.org"},
        )  # fmt: skip
        reaching.reach(sent(alice), patient, "sms")
    return made


def run(course: Course) -> int:
    """The clock comes by, and then the worker does what waits."""
    written = reminding.remind(worker_at(course.site), timezone.now())
    worker.do_all()
    return written


def told() -> list[tuple[str, str, str]]:
    return list(Message.objects.values_list("window", "kind", "state"))


def texts() -> list[str]:
    folder: Path = senders.settings.DATA / "sms"
    return [one.read_text() for one in sorted(folder.glob("*.txt"))] if folder.exists() else []


def test_a_question_is_told_once_when_it_is_due_and_recalled(alice: User, course: Course) -> None:
    with at(2, 9, 50):
        assert run(course) == 0, "before the hours"
    with at(2, 10, 5):
        assert run(course) == 1
        assert run(course) == 0
    assert told() == [("h48", "answer-due", "sent")]
    with at(2, 17):
        assert run(course) == 0, "one a day"
    with at(3, 10):
        assert run(course) == 1
    assert told()[1:] == [("h48", "reminder", "sent")]
    assert len(texts()) == 2


def test_the_message_leads_to_the_form_and_says_no_word_of_health(
    alice: User, course: Course
) -> None:
    course.site.name = "Site Nord"
    course.site.save()
    with at(2, 11):
        run(course)
        (text,) = texts()
        token = text.split("/s/")[1].split("/")[0]
        assert text.startswith("06 39 98 12 34\n")
        for word in ("douleur", "infiltration", "genou", "Zoé", "Lefèvre", "séance"):
            assert word not in text
        assert "Site Nord" in text
        link = links.open_(token, course.patient.birth_date, "192.0.2.1")
        answered(link)
    with at(3, 11):
        assert run(course) == 0, "who answered is asked no more"
    # Of the address nothing lies in the database but what makes it with the site’s own key.
    kept = str(list(Message.objects.values())) + str(list(DBTaskResult.objects.values()))
    assert token not in kept
    assert "06 39 98" not in kept


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", ["Site Nord", "Maison médicale de la Forêt-aux-Chênes, Besançon"])
def test_every_sms_is_one_with_the_address_of_a_real_site(
    alice: User, course: Course, settings: Any, name: str, language: str
) -> None:
    settings.ADDRESS = "https://dolenti.chu-exemple-no.fr"
    patient = course.patient
    patient.site.name, patient.site.phone, patient.language = name, "+33 4 99 99 12 34", language
    with at(3, 11):
        lead = [links.make(alice, course, "h48", "session-1").link]
        visit = awaited(alice, course.complaint)
        lead.append(links.make_for_appointment(alice, visit, uuid.uuid4()).link)
        for link in lead:
            link.patient = patient
            for kind in (one.id for one in following.content().messages):
                said = Message(patient=patient, link=link, kind=kind, channel="sms",
                               key=uuid.uuid4())  # fmt: skip
                _, text = reminding.composed(said)
                assert len(text) <= 160, text
                assert set(text) <= sms.GSM, text
                assert "{" not in text


def test_whoever_is_asked_by_sms_finds_where_to_stop_by_its_one_link(
    alice: User, course: Course
) -> None:
    with at(2, 11):
        run(course)
        (text,) = texts()
        token = text.split("/s/")[1].split("/")[0]
        assert "Vous pouvez y dire stop." in text
        page = Phone().get(f"/s/{token}/").content.decode()
    assert f'href="/s/{token}/stop/"' in page


def test_a_reminder_leads_to_a_link_that_was_laid_with_a_longer_key(
    alice: User, course: Course
) -> None:
    with at(2, 11):
        run(course)
    link, key = Link.objects.get(), Message.objects.get().key
    longer = links._made(key, settings_of_site.SECRET_KEY, 24)
    Link.objects.update(token_sha256=links._hash(longer))
    link.refresh_from_db()
    assert len(longer) == 32
    assert links.token_into(link, key) == longer


def test_a_key_is_of_128_bits() -> None:
    tokens = {links.token_of(uuid.uuid4()) for _ in range(200)}
    assert len(tokens) == 200
    for token in tokens:
        assert len(base64.urlsafe_b64decode(token + "==")) * 8 == 128


def test_a_reminder_leads_to_the_same_form(alice: User, course: Course) -> None:
    for day in (2, 3):
        with at(day, 11):
            run(course)
    first, second = Message.objects.all()
    assert first.link == second.link
    assert Link.objects.count() == 1
    with at(3, 12):
        assert links.open_(links.token_of(second.key), course.patient.birth_date, "192.0.2.1")


def test_a_mail_has_a_subject_and_a_way_out(alice: User, course: Course) -> None:
    reaching.reach(sent(alice), course.patient, "mail")
    with at(2, 11):
        run(course)
    (message,) = mail.outbox
    assert message.to == ["zoe@example.org"]
    assert message.subject == "Comment allez-vous\u00a0?"
    assert "/stop/" in message.body
    assert "{" not in message.body
    assert Message.objects.get().public_id in message.extra_headers["Message-ID"]


@pytest.mark.parametrize("cause", ["answer", "withdrawn", "died", "none", "number", "error"])
def test_what_was_written_down_is_read_again_before_it_goes(
    alice: User, course: Course, cause: str
) -> None:
    with at(2, 11):
        assert reminding.remind(worker_at(course.site), timezone.now()) == 1
        message = Message.objects.select_related("link").get()
        if cause == "answer":
            token = links.token_of(message.key)
            answered(links.open_(token, course.patient.birth_date, "192.0.2.1"))
        elif cause in ("withdrawn", "died"):
            stops.stop(sent(alice), course.patient, cause, "")
        elif cause == "none":
            reaching.reach(sent(alice), course.patient, "none")
        elif cause == "number":
            contact = contacting.of(course.patient).get()
            contacting.end(alice, contact, contact.version)
        else:
            course.patient.in_error = "twice"
            course.patient.save()
        worker.do_all()
    assert told() == [("h48", "answer-due", "not-needed")]
    assert not texts()


def test_what_could_not_go_within_the_hours_goes_the_next_day(alice: User, course: Course) -> None:
    with at(2, 17, 59):
        reminding.remind(worker_at(course.site), timezone.now())
    with at(2, 23):
        worker.do_all()
    assert told() == [("h48", "answer-due", "not-needed")]
    with at(3, 10):
        assert run(course) == 1
    assert told()[1:] == [("h48", "answer-due", "sent")]


def test_a_question_written_down_one_day_goes_on_no_other(alice: User, course: Course) -> None:
    with at(7, 17, 59):  # the worker is away that evening
        reminding.remind(worker_at(course.site), timezone.now())
        assert told() == [("d7", "answer-due", "waiting")]
    with at(8, 11):
        run(course)
        run(course)
    days = list(Message.objects.filter(state="sent").values_list("day", flat=True))
    assert len(days) == len(set(days)) == len(texts()) == 1, "one message in a day"


def test_a_worker_that_was_away_sends_no_routine_question_on_a_sunday(
    alice: User, standing: Any, course: Course
) -> None:
    with at(10, 17, 59):  # a Friday
        assert reminding.remind(worker_at(course.site), timezone.now()) == 1
    with at(12, 11):
        run(course)
        assert not texts(), "on a Sunday safety alone goes"
    with at(13, 11):
        run(course)
    assert [state for _, _, state in told()] == ["not-needed", "sent"]


def test_what_a_desk_sent_goes_on_no_sunday_and_is_not_lost(alice: User, course: Course) -> None:
    back = named(complaint_of(alice, BACK))
    contacting.add(sent(alice), back.patient, {"kind": "self", "phone": "06 39 98 12 35"})
    reaching.reach(sent(alice), back.patient, "sms")
    with at(3, 17, 59):  # a Friday
        telling.send_history(alice, back, awaited(alice, back, days=20), uuid.uuid4())
    with at(5, 11):
        worker.do_all()
        assert not texts()
        telling.send_history(alice, back, awaited(alice, back, days=21), uuid.uuid4())
    with at(6, 10, 5):
        worker.do_all()
    assert len(texts()) == 1
    with at(7, 10, 5):
        worker.do_all()
    assert len(texts()) == 2, "one a day"


@pytest.mark.parametrize("day, window", [(12, "d7"), (31, "m1")])  # a Sunday; Christmas
def test_no_routine_question_goes_on_a_sunday_or_a_holiday(
    alice: User, course: Course, day: int, window: str
) -> None:
    with at(day, 11) as closed:
        waits = following.waiting(following.due_of(course, closed))
        assert [one.window.id for one in waits] == [window], "it waits on this very day"
        assert run(course) == 0
    with at(day + 1, 11):
        assert run(course) == 1
    assert told() == [(window, "answer-due", "sent")]


def test_a_question_of_safety_goes_on_a_sunday(alice: User, course: Course) -> None:
    with at(3, 9, 30):  # a Friday
        friday = treated(alice)
        contacting.add(sent(alice), friday.patient, {"kind": "self", "phone": "06 39 98 12 36"})
        reaching.reach(sent(alice), friday.patient, "sms")
    with at(5, 11) as sunday:
        assert sunday.isoweekday() == quiet_days.SUNDAY
        assert run(friday) == 1
    assert told() == [("h48", "answer-due", "sent")]


def test_no_appointment_is_told_of_on_a_sunday(alice: User, course: Course) -> None:
    visit = awaited(alice, course.complaint, days=20)
    with at(3, 17, 59):  # a Friday; the worker is away until Sunday
        telling.send_appointment(alice, visit, uuid.uuid4())
    with at(5, 11):
        worker.do_all()
        assert not texts()
    with at(6, 10, 5):
        worker.do_all()
    assert len(texts()) == 1


def test_a_killed_worker_loses_no_message_and_doubles_none(
    alice: User, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at(2, 11):
        monkeypatch.setattr(reminding, "enqueue_all", _killed)
        with pytest.raises(KeyboardInterrupt):
            reminding.remind(worker_at(course.site), timezone.now())
        assert not Message.objects.exists(), "half of it is nothing"
        monkeypatch.undo()
        assert run(course) == 1
        # Killed after the sending, before its note: handed over once more, by the same key.
        message = Message.objects.get()
        Message.objects.update(state="waiting", over_at=None)
        reminding.deliver.call(message.public_id)
        assert told() == [("h48", "answer-due", "sent")]


@pytest.mark.parametrize("way", ["mail", "sms"])
def test_a_worker_killed_while_it_hands_a_message_over_sends_none_twice(
    alice: User, course: Course, way: str
) -> None:
    reaching.reach(sent(alice), course.patient, way)
    with at(2, 11):
        reminding.remind(worker_at(course.site), timezone.now())
        message = Message.objects.get()
        Message.objects.update(state="sending")  # handed over or not: nobody noted it
        reminding.deliver.call(message.public_id)
        if way == "sms":  # a file keeps keys: it is one whichever was written first
            assert (told()[0][2], len(texts())) == ("sent", 1)
            return
        assert (told()[0][2], mail.outbox) == ("in-doubt", [])
        assert Alert.objects.get().alarms == ["unreached"], "somebody calls"
        assert reminding.remind(worker_at(course.site), timezone.now()) == 0


def test_a_server_that_is_away_leaves_a_message_to_be_tried_again(
    alice: User, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    reaching.reach(sent(alice), course.patient, "mail")

    def away(*_: object) -> None:
        raise ConnectionRefusedError

    with at(2, 11):
        reminding.remind(worker_at(course.site), timezone.now())
        message = Message.objects.get()
        monkeypatch.setattr(senders, "by_mail", away)
        with pytest.raises(ConnectionRefusedError):
            reminding.deliver.call(message.public_id)
        assert told()[0][2] == "waiting"
        monkeypatch.undo()
        reminding.deliver.call(message.public_id)
    assert (told()[0][2], len(mail.outbox)) == ("sent", 1)


def test_whom_another_worker_wrote_to_meanwhile_holds_no_other_back(
    alice: User, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The messages of a group are one transaction: what the database refuses of it, it refuses of
    that patient alone."""
    with time_machine.travel(GIVEN, tick=False):
        others = [treated(alice) for _ in range(2)]
        for one in others:
            contacting.add(sent(alice), one.patient, {"kind": "self", "phone": "06 39 98 12 35"})
            reaching.reach(sent(alice), one.patient, "sms")
    made = reminding._made

    def refused(actor: Any, ready: Any, now: Any) -> Any:
        if course in [one.course for one in ready]:
            raise IntegrityError
        return made(actor, ready, now)

    monkeypatch.setattr(reminding, "_made", refused)
    with at(2, 11):
        assert reminding.remind(worker_at(course.site), timezone.now()) == 2
        assert reminding.remind(worker_at(course.site), timezone.now()) == 0
        monkeypatch.undo()
        assert run(course) == 1
    assert sorted(Message.objects.values_list("course", flat=True)) == sorted(
        one.pk for one in (course, *others)
    )
    assert len(texts()) == 3


def _killed(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_the_database_refuses_a_second_message_of_a_day_and_of_a_moment(
    alice: User, course: Course
) -> None:
    with at(2, 11):
        run(course)
    one = Message.objects.get()
    names = ["patient", "course", "link", "window", "anchor", "stage", "kind", "channel", "key"]
    again = {name: getattr(one, name) for name in names}
    for changed in ({"day": one.day, "stage": 1}, {"day": one.day + timedelta(days=1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.create(**{**again, **changed})


def test_what_the_desk_sends_holds_no_question_of_safety_back(alice: User, course: Course) -> None:
    with at(2, 10, 5):
        visit = awaited(alice, course.complaint)
        by_hand = telling.send_appointment(alice, visit, uuid.uuid4())
        again = telling.send_appointment(alice, visit, uuid.uuid4())
        assert again == by_hand, "two who press send one"
        history = telling.send_history(alice, course.complaint, visit, uuid.uuid4())
        assert history.day == by_hand.day, "of an appointment does not count"
        assert run(course) == 1, "the question of 48 hours is of safety"
    with at(2, 11), pytest.raises(LinkRefusedError, match="today already"):
        telling.send_history(alice, course.complaint, visit, uuid.uuid4())


def test_nothing_that_counts_is_sent_by_hand_beside_a_question(alice: User, course: Course) -> None:
    """Three messages in one day were possible: a question, an appointment, a history."""
    visit = awaited(alice, course.complaint, days=20)
    with at(2, 10, 5):
        assert run(course) == 1
        with pytest.raises(LinkRefusedError, match="today already"):
            telling.send_history(alice, course.complaint, visit, uuid.uuid4())
        telling.send_appointment(alice, visit, uuid.uuid4())
        worker.do_all()
    assert len(texts()) == 2


def test_what_was_sent_by_hand_and_waited_goes_on_another_day_than_a_question(
    alice: User, course: Course
) -> None:
    visit = awaited(alice, course.complaint, days=20)
    with at(1, 17, 59):
        telling.send_history(alice, course.complaint, visit, uuid.uuid4())
    with at(2, 11):  # the worker was away; the question of 48 hours waits as well
        assert run(course) == 1
        assert len(texts()) == 1
    with at(3, 10, 5):
        worker.do_all()
    assert len(texts()) == 2


def test_what_is_sent_by_hand_before_the_hours_goes_before_a_question_of_that_day(
    alice: User, course: Course
) -> None:
    with at(7, 9, 40):
        visit = awaited(alice, course.complaint, days=20)
        gone = telling.send_history(alice, course.complaint, visit, uuid.uuid4())
        assert telling.send_history(alice, course.complaint, visit, gone.key) == gone
        leaves = telling.leaves_at(gone)
        assert leaves is not None
        assert (leaves.hour, leaves.minute) == (10, 0)
        worker.do_all()
        assert not texts()
    with at(7, 10, 1):
        assert run(course) == 0, "the question of the seventh day waits"
        worker.do_all()
        assert telling.leaves_at(gone) is not None
        gone.refresh_from_db()
        assert telling.leaves_at(gone) is None
    assert len(texts()) == 1
    with at(8, 10, 5):
        assert run(course) == 1
    assert told()[-1][:2] == ("d7", "answer-due")


def test_a_question_that_is_written_and_did_not_leave_makes_room_for_what_somebody_sends(
    alice: User, course: Course
) -> None:
    with at(7, 10, 5) as now:
        reminding.remind(worker_at(course.site), now)
        assert told() == [("d7", "answer-due", "waiting")]
        visit = awaited(alice, course.complaint, days=20)
        telling.send_history(alice, course.complaint, visit, uuid.uuid4())
        worker.do_all()
    assert [state for _, _, state in told()] == ["not-needed", "sent"]
    with at(8, 10, 5):
        assert run(course) == 1
    assert len(texts()) == 2


def test_what_waits_for_the_hour_and_is_stopped_meanwhile_does_not_leave(
    alice: User, course: Course
) -> None:
    with at(7, 9, 40):
        visit = awaited(alice, course.complaint, days=20)
        gone = telling.send_history(alice, course.complaint, visit, uuid.uuid4())
        reaching.reach(sent(alice), course.patient, "none")
    with at(7, 10, 1):
        worker.do_all()
    gone.refresh_from_db()
    assert (gone.state, texts()) == ("not-needed", [])


def test_a_question_on_its_last_day_goes_beside_what_somebody_sent(
    alice: User, course: Course
) -> None:
    with at(13, 10, 5) as now:
        due = following.window_of(course, "d7", "session-1", now)
        assert due is not None
        assert due.expires <= hours.next_hour(course.site, hours.tomorrow(now))
        visit = awaited(alice, course.complaint, days=20)
        telling.send_history(alice, course.complaint, visit, uuid.uuid4())
        assert run(course) == 1


def test_a_question_that_is_not_of_safety_waits_for_a_day_without_a_message(
    alice: User, course: Course
) -> None:
    with at(7, 10, 5):
        visit = awaited(alice, course.complaint)
        telling.send_history(alice, course.complaint, visit, uuid.uuid4())
        assert run(course) == 0
    with at(8, 10, 5):
        assert run(course) == 1
    assert told()[-1][:2] == ("d7", "answer-due")


def test_an_address_that_takes_nothing_is_said_to_the_clinic(
    alice: User, course: Course, settings: Any, client: Client
) -> None:
    settings.SMS_SENDER = f"{__name__}.bounces"
    with at(2, 11):
        run(course)

        enter(client, alice)
        page = client.get(reverse("course-phone", args=[course.public_id])).content.decode()
    assert told() == [("h48", "answer-due", "failed")]
    assert "Non remis" in page


def test_a_question_of_safety_that_bounces_goes_by_the_other_way_that_was_agreed(
    alice: User, course: Course, settings: Any
) -> None:
    reaching.reach(sent(alice), course.patient, "mail")
    reaching.reach(sent(alice), course.patient, "sms")
    settings.SMS_SENDER = f"{__name__}.bounces"
    with at(2, 11):
        run(course)
    assert told() == [("h48", "answer-due", "sent")]
    assert [one.to for one in mail.outbox] == [["zoe@example.org"]]
    assert not Alert.objects.exists()


def test_a_question_of_safety_that_reaches_nobody_is_somebody_s_to_call(
    alice: User, course: Course, settings: Any, client: Client
) -> None:
    settings.SMS_SENDER = f"{__name__}.bounces"
    with at(2, 11):
        run(course)
    alert = Alert.objects.get(course=course)
    assert (alert.urgency, alert.alarms) == ("soon", ["unreached"])
    assert "zoe@example.org" not in str([one.to for one in mail.outbox]), "never agreed to"
    assert not following.between(course).is_alarm_open(timezone.now())
    with at(2, 12):
        enter(client, alice)
        page = client.get(reverse("alerts")).content.decode()
    assert "ne parviennent pas au patient" in page


def test_a_number_that_bounces_twice_is_given_up_and_somebody_looks_at_it(
    alice: User, course: Course, settings: Any
) -> None:
    """Five messages to a dead number were five that nobody knew of: after two somebody is told, and
    no third of them goes until that was looked into."""
    settings.SMS_SENDER = f"{__name__}.bounces"
    for day, alerts_there, written in ((7, 0, 1), (8, 1, 1), (10, 1, 0), (32, 1, 0)):
        with at(day, 10, 5):
            assert run(course) == written, day
            assert Alert.objects.count() == alerts_there, day
    assert told() == [("d7", "answer-due", "failed"), ("d7", "reminder", "failed")]
    alert = Alert.objects.get()
    assert (alert.urgency, alert.alarms) == ("soon", ["unreached"])
    settings.SMS_SENDER = ""
    with at(34, 11):
        taken = alerts.take(alice, alert, alert.version)
        done = alerts.end(alice, taken, taken.version, "phone-advice", "Nouveau numéro noté.")
        assert done.state == Alert.State.ENDED
        assert run(course) == 1, "all goes again"
    assert told()[-1] == ("m1", "answer-due", "sent")


def test_a_question_of_safety_goes_to_a_number_that_was_given_up(
    alice: User, course: Course, settings: Any
) -> None:
    settings.SMS_SENDER = f"{__name__}.bounces"
    for day in (2, 3):  # 48 hours, and its reminder
        with at(day, 11):
            assert run(course) == 1
    assert reaching.given_up([course.patient_id]) == {(course.patient_id, "sms")}
    with at(7, 11):
        assert run(course) == 0, "the week is no question of safety"


def test_the_second_message_that_bounces_goes_by_the_other_way_that_was_agreed(
    alice: User, course: Course, settings: Any
) -> None:
    reaching.reach(sent(alice), course.patient, "mail")
    reaching.reach(sent(alice), course.patient, "sms")
    settings.SMS_SENDER = f"{__name__}.bounces"
    for day in (7, 8):
        with at(day, 11):
            run(course)
    assert [state for _, _, state in told()] == ["failed", "sent"]
    assert [one.to for one in mail.outbox] == [["zoe@example.org"]]
    assert not Alert.objects.exists()


@pytest.mark.parametrize("channel", ["sms", "none"])
def test_today_counts_the_questions_of_safety_that_nobody_answered(
    alice: User, course: Course, client: Client, channel: str
) -> None:
    if channel == "none":
        reaching.reach(sent(alice), course.patient, "none")
    for day, said in ((1, False), (2, True), (8, True), (20, False)):
        with at(day, 12 if day > 1 else 1):
            enter(client, alice)
            assert ("séance récente sans nouvelles" in _today(client)) is said, day
            listed = client.get(reverse("alerts")).content.decode()
            assert (reverse("course-phone", args=[course.public_id]) in listed) is said, day
    with at(2, 13):
        link = links.make(alice, course, "h48", "session-1")
        answered(links.open_(link.token, course.patient.birth_date, "192.0.2.9"))
        enter(client, alice)
        assert "sans nouvelles" not in _today(client)


def _today(client: Client) -> str:
    return client.get(reverse("home")).content.decode()


def bounces(to: str, subject: str, text: str, key: str) -> None:
    raise senders.BouncedError


def test_a_patient_stops_the_messages_without_a_birth_date(alice: User, course: Course) -> None:
    with at(2, 11):
        run(course)
    token = links.token_of(Message.objects.get().key)
    phone = Phone()
    page = phone.get(f"/s/{token}/stop/")
    assert page.status_code == 200
    assert Reach.objects.count() == 1, "looking at it stops nothing"
    told_so = phone.post(f"/s/{token}/stop/").content.decode()
    strange = phone.post("/s/" + "x" * 32 + "/stop/").content.decode()
    assert "Vous ne recevrez plus de messages" in told_so
    assert "Vous ne recevrez plus de messages" in strange
    standing = reaching.of(course.patient)
    assert standing is not None
    assert (standing.channel, standing.author) == ("none", None)
    with at(7, 11):
        assert run(course) == 0
    assert not Answer.objects.exists()


def test_who_stops_the_messages_while_a_question_of_safety_waits_is_called(
    alice: User, client: Client, course: Course
) -> None:
    with at(2, 11):
        run(course)
        token = links.token_of(Message.objects.get().key)
        for _ in range(2):
            Phone().post(f"/s/{token}/stop/")
        found = Alert.objects.get()
        assert (found.course, found.urgency) == (course, "soon")
        assert [one.kind for one in found.events.all()] == ["declined"]
        enter(client, alice)
        page = client.get(reverse("alert", args=[found.public_id])).content.decode()
        assert "Ne veut plus de messages" in page
        waits = following.window_of(course, "h48", Message.objects.get().anchor, timezone.now())
        assert waits is not None
        assert waits.status in following.WAITING, "it takes no window over"


@pytest.mark.parametrize("hour", [(2, 11), (3, 11)])
def test_who_opened_a_link_and_says_that_it_is_not_them_is_sent_none_until_somebody_looked(
    alice: User, course: Course, hour: tuple[int, int]
) -> None:
    """And then the question is asked of the patient as if it had never gone: the same day too."""
    with at(2, 11):
        run(course)
        not_me(opened=True)
    assert told() == [("h48", "answer-due", "astray")]
    with at(*hour):
        assert run(course) == 0
        found = Alert.objects.get()
        alerts.end_checked(alice, found, found.version)
        assert run(course) == 1
    assert told()[1:] == [("h48", "answer-due", "sent")]
    assert len(texts()) == 2


def not_me(*, opened: bool) -> None:
    link = Link.objects.latest("pk")
    mistaken.say(links.patient_by(link), link, opened=opened)


def test_who_only_holds_a_link_does_not_silence_a_question_of_safety(
    alice: User, course: Course
) -> None:
    with at(2, 11):
        run(course)
        not_me(opened=False)
        assert run(course) == 1
        assert Message.objects.latest("pk").channel == "mail", "by the other way"
        not_me(opened=False)
        assert run(course) == 0, "pressed twice, it waits until somebody looked"


def test_a_hold_that_somebody_took_and_forgot_is_told_on(alice: User, course: Course) -> None:
    """Taken is not looked at: the question of safety that ended unasked is told too."""
    with at(2, 11):
        run(course)
        not_me(opened=True)
        found = Alert.objects.get()
        alerts.take(alice, found, found.version)
    told_on = AlertEvent.objects.filter(alert=found, kind="escalated")
    with at(20, 12):
        alerts.escalate(worker_at(course.site), timezone.now())
        steps = len(alerts.urgency_of("soon").escalation)
        assert told_on.filter(step__lt=steps).count() == steps - 1
        ended = told_on.filter(step__gte=steps).count()
        assert ended == 1, "that of 48 hours"
        assert not alerts.escalate(worker_at(course.site), timezone.now()), "each once"


def test_where_one_way_is_known_a_question_of_safety_goes_once_more_by_it(
    alice: User, course: Course
) -> None:
    Contact.objects.filter(patient=course.patient).update(email="")
    with at(2, 11):
        for written in (1, 1, 0):
            assert run(course) == written
            not_me(opened=False)


def test_nobody_is_reached_by_a_way_that_the_record_does_not_have(
    alice: User, course: Course
) -> None:
    contact = contacting.of(course.patient).get()
    contacting.end(alice, contact, contact.version)
    with pytest.raises(ReachRefusedError, match="telephone"):
        reaching.reach(sent(alice), course.patient, "sms")
    with pytest.raises(ReachRefusedError, match="one from the list"):
        reaching.reach(sent(alice), course.patient, "pigeon")


def test_the_clinic_chooses_the_way_and_ends_the_follow_up(
    alice: User, course: Course, client: Client
) -> None:

    enter(client, alice)
    page = reverse("course-phone", args=[course.public_id])
    form = {"token": str(uuid.uuid4())}
    client.post(reverse("course-reach", args=[course.public_id]), form | {"channel": "mail"})
    text = client.get(page).content.decode()
    assert 'value="mail"' in text
    assert reaching.of(course.patient).channel == "mail"  # type: ignore[union-attr]
    refused = client.post(reverse("course-follow-up-stop", args=[course.public_id]), form)
    assert refused.status_code == 422
    form = {"token": str(uuid.uuid4()), "why": "died", "note": "Told by the daughter"}
    with at(1, 11):
        client.post(reverse("course-follow-up-stop", args=[course.public_id]), form)
        assert "Le patient est décédé" in client.get(page).content.decode()
    with at(2, 11):
        assert run(course) == 0


def test_who_died_of_an_event_is_asked_nothing_any_more(alice: User, course: Course) -> None:
    session = course.sessions.get()
    told = Told("skin-infection", GIVEN.date(), 2)
    with at(1, 11):
        event = events.tell(sent(alice), course.patient, session, told)
        deaths.tell_anew(sent(alice), event, event.version, replace(told, grade=5), "Sepsis")
    assert Stop.objects.get().why == "died"
    with at(2, 11):
        assert run(course) == 0


@pytest.mark.parametrize("why", ["died", "withdrawn"])
@pytest.mark.parametrize("said_of", ["kept", "absorbed"])
@pytest.mark.parametrize("is_before", [True, False])
@pytest.mark.parametrize("absorbed_has_course", [True, False])
def test_what_ends_the_follow_up_holds_for_every_record_that_was_merged(
    alice: User, course: Course, why: str, said_of: str, *, is_before: bool,
    absorbed_has_course: bool,
) -> None:  # fmt: skip
    """Whichever record has the course, whichever is said to be over, before the merge or after."""
    with at(1, 9):
        mine, other = Patient.objects.get(pk=course.patient_id), another(alice)
        kept, absorbed = (other, mine) if absorbed_has_course else (mine, other)
        if not is_before:
            merged(alice, kept, absorbed, "same card")
        named = Patient.objects.get(pk=(kept if said_of == "kept" else absorbed).pk)
        stops.stop(sent(alice), named, why, "")
        if is_before:
            merged(alice, kept, absorbed, "same card")
        fresh = Course.objects.select_related("patient").get(pk=course.pk)
        assert set(following.stops_of(fresh.patient)) == {why}
    with at(2, 10, 5):
        assert run(course) == 0


def test_a_death_ends_the_links_of_every_record_that_was_merged(
    alice: User, course: Course
) -> None:
    with at(2, 10, 5):
        run(course)
        link, kept = opened_link(course), another(alice)
        absorbed = Patient.objects.get(pk=course.patient_id)
        merged(alice, kept, absorbed, "same card")
        stops.stop(sent(alice), Patient.objects.get(pk=kept.pk), "died", "")
        link.refresh_from_db()
        assert link.revoked_at is not None
        assert not link_life.is_live(link, timezone.now())


def test_no_more_messages_holds_for_every_record_that_was_merged(
    alice: User, course: Course
) -> None:
    with at(1, 9):
        kept, absorbed = another(alice), Patient.objects.get(pk=course.patient_id)
        reaching.reach(sent(alice), kept, "sms")
        reaching.reach(sent(alice), kept, "none")
        merged(alice, kept, absorbed, "same card")
    with at(2, 10, 5):
        assert run(course) == 0


def another(user: User) -> Patient:
    """Another record of the same person."""
    made = Patient.objects.get(pk=named(complaint_of(user, BACK)).patient_id)
    contacting.add(sent(user), made, {"kind": "self", "phone": "06 39 98 12 34", "email": ""})
    return made


def test_the_clock_reminds_and_tells_on_alerts(
    alice: User, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at(2, 11):
        jobs.remind.call()
        assert Message.objects.count() == 1
        answered(opened_link(course), signs_early=["fever"])
    with at(2, 13):
        jobs.tell_on_alerts.call()
    assert AuditEntry.objects.filter(action="escalate-alert").count() == 1
    assert alerts.standing_of({"course": course}) is not None


def opened_link(course: Course) -> Link:
    token = links.token_of(Message.objects.get().key)
    return links.open_(token, course.patient.birth_date, "192.0.2.1")


@pytest.mark.parametrize("named", ["", "dolenti.diary.senders.into_file"])
def test_no_message_is_sent_by_a_way_by_which_nothing_leaves_a_real_clinic(
    alice: User, course: Course, settings: Any, client: Client, named: str
) -> None:
    settings.SMS_SENDER = named
    with at(2, 11):
        reminding.remind(worker_at(course.site), timezone.now())
    (settings.DATA / OF_DEMO).unlink()
    with at(2, 11, 1):
        worker.do_all()
        assert told() == [("h48", "answer-due", "failed")], "it never left"
    with at(3, 11):
        assert run(course) == 0
    for channel, why in (("sms", "no SMS leaves"), ("mail", "no e-mail leaves")):
        with pytest.raises(ReachRefusedError, match=why):
            reaching.reach(sent(alice), course.patient, channel)
    assert not texts()
    assert {to for one in mail.outbox for to in one.to} <= {alice.email}, "the clinic is told"

    enter(client, alice)
    page = client.get(reverse("course-phone", args=[course.public_id])).content.decode()
    assert 'value="sms"' not in page
    assert 'value="mail"' not in page
    assert "Aucun SMS ne part de ce site" in page
    form = {"token": str(uuid.uuid4()), "channel": "sms"}
    refused = client.post(reverse("course-reach", args=[course.public_id]), form)
    assert refused.status_code == 422

    settings.SMS_SENDER = f"{__name__}.bounces"
    assert reaching.address_of(course.patient, "sms"), "the clinic named what sends one"
    settings.MAIL = object()
    assert reaching.address_of(course.patient, "mail") == "zoe@example.org"
