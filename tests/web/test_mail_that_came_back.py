"""A mail that its server gives back hours later: the address is held, what waits goes by the other
way, and the clinic is told."""

from __future__ import annotations

import mailbox
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.actors import worker_at
from dolenti.access.mail import OF_DEMO
from dolenti.access.models import AuditEntry, User
from dolenti.diary import alerts, bounces, notices, reaching, reminding, senders, telling
from dolenti.diary.bounces import Heard, MailboxError
from dolenti.diary.links import LinkRefusedError
from dolenti.diary.models import Alert, Link, Message
from dolenti.diary.notices import Notice
from dolenti.records.models import Contact
from dolenti.records.patients import contacting
from dolenti.treatment.models import Course
from dolenti.work import jobs, worker
from tests.web.diary import awaited, treated
from tests.web.world import sent

PARIS = ZoneInfo("Europe/Paris")
GIVEN = datetime(2026, 11, 24, 9, 30, tzinfo=PARIS)  # a Tuesday
NOTICE = """\
From: MAILER-DAEMON@mx.example.net
To: dolenti@example.org
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; zoe@example.org
Action: {action}
Status: {status}

--b
Content-Type: {kind}

Message-ID: <{name}@localhost>
Subject: 20 secondes

--b--
"""


def notice(name: str, status: str = "5.1.1", action: str = "failed") -> bytes:
    """What the server of the patient says of a mail, by the message's id."""
    text = NOTICE.format(name=name, status=status, action=action, kind="message/rfc822")
    return text.encode()


@contextmanager
def at(day: int, hour: int) -> Iterator[None]:
    """So many days after the session, at an hour of the site’s clock."""
    moment = GIVEN.replace(hour=hour, minute=0) + timedelta(days=day)
    with time_machine.travel(moment, tick=False):
        yield


def made_once(alice: User) -> Course:
    """A course whose one session was given; its patient is asked by mail, and has a telephone."""
    with time_machine.travel(GIVEN, tick=False):
        made = treated(alice)
        contact = {"kind": "self", "phone": "06 39 98 12 34", "email": "zoe@example.org"}
        contacting.add(sent(alice), made.patient, contact)
        reaching.reach(sent(alice), made.patient, "mail")
    return made


@pytest.fixture
def course(standing: Any, settings: Any, tmp_path: Path) -> Course:
    settings.DATA = tmp_path
    (tmp_path / OF_DEMO).touch()  # everybody is invented: an SMS is a file
    found: Course = standing.made
    return found


@pytest.fixture
def box(tmp_path: Path) -> mailbox.Maildir:
    return mailbox.Maildir(tmp_path / "back", create=True)


def run(course: Course) -> int:
    """The clock comes by, and then the worker does what waits."""
    written = reminding.remind(worker_at(course.site), timezone.now())
    worker.do_all()
    return written


def states() -> list[tuple[str, str]]:
    """By which way each message went, and what became of it."""
    return list(Message.objects.order_by("pk").values_list("channel", "state"))


def hear(name: str, status: str = "5.1.1") -> None:
    """A notice of one message is heard."""
    found = notices.read(notice(name, status))
    assert found is not None
    assert bounces.hear(found)


def agreed_to_both(alice: User, course: Course) -> None:
    """The patient had agreed to SMS before they chose mail."""
    reaching.reach(sent(alice), course.patient, "sms")
    reaching.reach(sent(alice), course.patient, "mail")


@pytest.mark.parametrize(
    "raw, heard",
    [
        (notice("bcdfghjkmnpqrstv"), Notice("bcdfghjkmnpqrstv", is_dead=True)),
        (notice("bcdfghjkmnpqrstv", "5.2.2"), Notice("bcdfghjkmnpqrstv", is_dead=False)),
        (notice("bcdfghjkmnpqrstv", "5.4.4"), Notice("bcdfghjkmnpqrstv", is_dead=True)),
        (notice("bcdfghjkmnpqrstv", "4.4.7", "delayed"), None),
        (notice("bcdfghjkmnpqrstv", "2.0.0", "delivered"), None),
        (notice("somebody.else"), None),
        (b"Message-ID: <bcdfghjkmnpqrstv@localhost>\n\nStatus: 5.1.1, Action: failed", None),
        (b"Content-Type: multipart/report; boundary=b\n\n--b\n\x00\xff", None),
        (b"", None),
    ],
)
def test_only_a_notice_that_a_mail_of_ours_failed_is_one(raw: bytes, heard: Notice | None) -> None:
    assert notices.read(raw) == heard


def test_parts_within_parts_without_end_stop_nobody() -> None:
    within = "".join(
        f'Content-Type: multipart/report; boundary="b{one}"\n\n--b{one}\n' for one in range(3_000)
    )
    assert notices.read(within.encode()) is None


def test_the_head_alone_of_what_came_back_names_it_too() -> None:
    name = "bcdfghjkmnpqrstv"
    head = NOTICE.format(name=name, status="5.1.1", action="failed", kind="text/rfc822-headers")
    assert notices.read(head.encode()) == Notice(name, is_dead=True)
    bare = head.replace(f"<{name}@localhost>", "").replace(
        "Subject: U", f"In-Reply-To: <{name}@x>\nSubject: U"
    )
    assert notices.read(bare.encode()) == Notice(name, is_dead=True)


def test_what_waits_goes_by_the_way_that_was_agreed_and_the_clinic_is_told(
    alice: User, course: Course, browser_of: Callable[[User], Client]
) -> None:
    agreed_to_both(alice, course)
    with at(2, 11):
        assert run(course) == 1
        assert states() == [("mail", "sent")]
        hear(Message.objects.get().public_id)
        alert = Alert.objects.get()
        assert (alert.alarms, alert.holds_mail, alert.holds_sms) == (["address-dead"], True, False)
        page = browser_of(alice).get(reverse("alert", args=[alert.public_id])).content.decode()
        assert "les questions partent par SMS" in page
        assert "dit ne pas être" not in page, "nobody said so"
        listed = browser_of(alice).get(reverse("alerts")).content.decode()
        assert "adresse électronique ne reçoit plus les messages" in listed
        assert run(course) == 1
        assert states() == [("mail", "returned"), ("sms", "sent")]
        assert run(course) == 0, "told once"
        hear(Message.objects.earliest("pk").public_id)
        assert Alert.objects.count() == 1, "heard twice it is once"
    assert AuditEntry.objects.filter(action="return-mail").count() == 1
    with at(8, 11):
        assert run(course) == 1
        assert states()[-1] == ("sms", "sent"), "the next question tries no dead address"
        assert len(mail.outbox) == 1 + sum("alert" in str(one.body) for one in mail.outbox[1:])


def test_without_another_way_somebody_calls_and_no_mail_goes_round_in_circles(
    alice: User, course: Course
) -> None:
    with at(2, 11):
        run(course)
        hear(Message.objects.get().public_id)
        assert {tuple(one.alarms) for one in Alert.objects.all()} == {
            ("address-dead",), ("unreached",),
        }  # fmt: skip
        assert run(course) == 0
        link = Alert.objects.get(link__isnull=False)
        link = alerts.end_checked(alice, link, link.version)
        assert run(course) == 1, "somebody corrected the address: the question is asked again"
        assert states() == [("mail", "returned"), ("mail", "sent")]


def test_a_mailbox_that_is_full_is_no_dead_address(alice: User, course: Course) -> None:
    with at(2, 11):
        run(course)
        hear(Message.objects.get().public_id, "5.2.2")
        assert states() == [("mail", "failed")]
        assert [one.alarms for one in Alert.objects.all()] == [["unreached"]], (
            "a question of safety"
        )
        assert reaching.address_of(course.patient, "mail")
        assert run(course) == 0


def test_what_the_desk_sent_goes_on_by_the_other_way(alice: User, course: Course) -> None:
    agreed_to_both(alice, course)
    with at(4, 11):
        visit = awaited(alice, course.complaint)
        telling.send_appointment(alice, visit, sent(alice).token)
        worker.do_all()
        first = Message.objects.get()
        assert (first.channel, first.state) == ("mail", "sent")
        hear(first.public_id)
        worker.do_all()
        assert states() == [("sms", "sent")]
        (text,) = (senders.settings.DATA / "sms").glob("*.txt")
        assert "rendez-vous" in text.read_text()


def test_whoever_sends_by_hand_is_told_why_nothing_goes(alice: User, course: Course) -> None:
    with at(2, 11):
        run(course)
        hear(Message.objects.get().public_id)
    with at(3, 11), pytest.raises(LinkRefusedError, match="takes no messages"):
        telling.send_appointment(alice, awaited(alice, course.complaint), sent(alice).token)


@pytest.mark.parametrize("kind", ["maildir", "mbox"])
def test_a_mailbox_is_read_and_what_is_not_ours_stays(
    alice: User, course: Course, tmp_path: Path, settings: Any, kind: str
) -> None:
    place = tmp_path / kind
    lying: Any = mailbox.Maildir(place) if kind == "maildir" else mailbox.mbox(place)
    with at(2, 11):
        run(course)
        for raw in (
            notice(Message.objects.get().public_id),
            notice("bcdfghjkmnpqrstv"),  # of another clinic
            b"Subject: a question\n\nMay I come on Monday?",
            b"Subject: large\n\n" + b"x" * (bounces.LARGEST + 1),
        ):
            lying.add(raw)
        lying.flush()
        lying.close()
        settings.BOUNCES = place
        jobs.hear_bounces.call()
        assert states() == [("mail", "returned")]
        assert bounces.hear_all(place) == Heard(0, 3)
    with pytest.raises(MailboxError, match="no mailbox"):
        bounces.hear_all(tmp_path / "nowhere")


def test_nothing_of_health_and_no_name_stands_in_what_a_mail_server_may_return(
    alice: User, course: Course
) -> None:
    with at(2, 11):
        run(course)
    (first,) = mail.outbox
    name = Message.objects.get().public_id
    assert first.extra_headers["Message-ID"].startswith(f"<{name}@"), "by which it is known again"
    said = f"{first.subject} {first.body}".lower()
    assert not {"douleur", "séance", "genou", "patient"} & set(said.split())
    assert Link.objects.count() == 1


class TestWhoeverHadOneMail:
    """A notice is forged by whoever ever got a mail of ours: it says nothing of another address."""

    def test_a_notice_of_an_address_that_changed_holds_nothing(self, course: Course) -> None:
        with at(2, 11):
            run(course)
            name = Message.objects.get().public_id
            Contact.objects.filter(patient=course.patient).update(email="new@example.org")
        with at(3, 11):
            assert bounces.hear(Notice(name, is_dead=True)), "it is one of ours"
            assert reaching.address_of(course.patient, "mail") == "new@example.org"
        assert not Alert.objects.exists()
        assert Message.objects.get().state == "sent"
        told = AuditEntry.objects.filter(action="send-message", outcome="failed").get()
        assert told.detail == {"state": "returned", "channel": "mail", "counts": False}

    def test_a_notice_that_comes_after_no_server_tries_holds_nothing(self, course: Course) -> None:
        with at(2, 11):
            run(course)
            name = Message.objects.get().public_id
        with at(10, 11):
            bounces.hear(Notice(name, is_dead=True))
            bounces.hear(Notice(name, is_dead=False))
            assert reaching.address_of(course.patient, "mail") == "zoe@example.org"
        assert not Alert.objects.exists()

    def test_an_address_that_is_written_otherwise_is_the_same(self, course: Course) -> None:
        with at(2, 11):
            run(course)
            name = Message.objects.get().public_id
            Contact.objects.filter(patient=course.patient).update(email="Zoe@Example.org")
            bounces.hear(Notice(name, is_dead=True))
            assert reaching.address_of(course.patient, "mail") == ""

    def test_of_the_address_of_a_message_a_mark_alone_is_kept(self, course: Course) -> None:
        with at(2, 11):
            run(course)
        kept = Message.objects.get().sent_to
        assert kept == reaching.mark_of("zoe@example.org")
        assert "zoe" not in kept
