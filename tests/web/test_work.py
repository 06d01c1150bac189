"""What nobody waits for: messages, the clock's jobs, and what a killed worker left."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dolenti.access import messages
from dolenti.access.actors import Actor
from dolenti.access.models import AuditEntry, Site, User
from dolenti.records.judging import verdict_changes
from dolenti.records.judging.verdict_changes import Progress
from dolenti.work import jobs, periodic, worker
from dolenti.work.standing import Standing, take_up

pytestmark = pytest.mark.each

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
done: list[str] = []


@task
def note(what: str) -> None:
    done.append(what)


@task
def fail(what: str) -> None:
    raise ValueError(f"{what}, of whom nothing may be kept")


@pytest.fixture(autouse=True)
def _nothing_done_yet(db: None) -> None:
    done.clear()
    periodic._looked.clear()


def statuses() -> list[str]:
    return list(DBTaskResult.objects.order_by("enqueued_at").values_list("status", flat=True))


# --- Messages ------------------------------------------------------------------------------------


class _Deaf:
    """A mail server that never answers."""

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def send_messages(self, _: Any) -> int:
        raise TimeoutError


@override_settings(EMAIL_BACKEND="tests.web.test_work._Deaf")
def test_no_request_waits_for_the_mail_server(client: Client, alice: User) -> None:
    begun = time.perf_counter()
    client.post(reverse("account_reset_password"), {"email": alice.email})
    assert time.perf_counter() - begun < 5
    assert DBTaskResult.objects.ready().count() == 1
    assert worker.do_one()
    (row,) = DBTaskResult.objects.all()
    assert row.status == TaskResultStatus.READY, "it is tried again"
    assert not worker.do_one(), "but not at once"


def test_a_stranger_s_address_costs_the_same_writes_as_a_known_one(alice: User) -> None:
    def asked(email: str) -> list[str]:
        """What one request of a stranger does: of each query the kind and the table."""
        with CaptureQueriesContext(connection) as seen:
            Client().post(reverse("account_reset_password"), {"email": email})
        kind = re.compile(
            r"(SELECT|INSERT|UPDATE|DELETE|SAVEPOINT|RELEASE).*?(?=WHERE|VALUES|SET|$)"
        )
        return [re.sub(r"'.*?'|\d+", "", found[0]) for q in seen.captured_queries
                if (found := kind.match(q["sql"]))]  # fmt: skip

    asked("first@example.org")  # the first from here begins the count of them
    known, unknown = (
        [asked(email) for email in (address, address, address.upper())]
        for address in (alice.email, "nobody@example.org")
    )
    written = [[q for q in one if "INSERT" in q and "task" in q] for one in known]
    assert [len(one) for one in written] == [1, 0, 0]
    assert known == unknown
    assert asked("another@example.org") == unknown[0], "nobody is told from nobody"
    assert DBTaskResult.objects.count() == 4
    assert "nobody@example.org" not in str(list(DBTaskResult.objects.values()))
    worker.do_all()
    assert [message.to for message in mail.outbox] == [[alice.email]]


def test_what_is_undone_is_not_told(alice: User) -> None:
    def undo() -> None:
        with transaction.atomic():
            messages.tell(alice, messages.SET_PASSWORD)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undo()
    assert not DBTaskResult.objects.exists()


def test_a_message_leads_to_the_address_that_was_set_whatever_the_request_says(
    client: Client, alice: User
) -> None:
    with override_settings(ALLOWED_HOSTS=["*"], ADDRESS="https://dolenti.example.org"):
        asked = {"email": alice.email}
        client.post(reverse("account_reset_password"), asked, headers={"Host": "evil.example:6666"})
        worker.do_all()
    (message,) = mail.outbox
    assert "https://dolenti.example.org/password/" in message.body
    assert "evil" not in message.body


def test_no_link_that_opens_an_account_lies_in_the_database(alice: User, client: Client) -> None:
    client.post(reverse("account_reset_password"), {"email": alice.email})
    worker.do_all()
    kept = str(list(DBTaskResult.objects.values()))
    assert alice.email not in kept
    assert "/password/" not in kept


def test_a_link_asked_for_long_ago_is_not_sent(alice: User, client: Client) -> None:
    with time_machine.travel(NOW):
        client.post(reverse("account_reset_password"), {"email": alice.email})
    with time_machine.travel(NOW + timedelta(hours=2)):
        worker.do_all()
    assert not mail.outbox


# --- Jobs that fail, and workers that are killed -------------------------------------------------


def test_a_job_that_fails_is_tried_again_and_then_given_up() -> None:
    fail.enqueue("Zoé Martin")
    at = NOW
    with time_machine.travel(at) as clock:
        DBTaskResult.objects.update(run_after=at)
        for wait in worker.AGAIN_AFTER:
            assert worker.do_one()
            assert statuses() == ["READY"]
            assert not worker.do_one()
            clock.shift(wait + timedelta(seconds=1))
        assert worker.do_one()
        assert statuses() == ["FAILED"]
    (row,) = DBTaskResult.objects.all()
    assert row.exception_class_path == "builtins.ValueError"
    assert row.traceback == "", "an error may name a patient"


def test_the_next_job_is_done_after_one_that_failed() -> None:
    fail.enqueue("one")
    note.enqueue("two")
    worker.do_all()
    assert done == ["two"]


def test_what_a_killed_worker_left_is_taken_up_again() -> None:
    note.enqueue("left")
    DBTaskResult.objects.get().claim("killed")
    assert not worker.do_one()
    assert take_up() == 1
    assert worker.do_one()
    assert done == ["left"]
    assert statuses() == ["SUCCESSFUL"]


def test_one_worker_stands_and_another_waits_for_its_place(tmp_path: Path) -> None:
    first, second = Standing(tmp_path), Standing(tmp_path)
    assert first.held()
    assert first.held()
    assert not second.held()
    first.give_up()
    assert second.held()
    second.give_up()


# --- The clock -----------------------------------------------------------------------------------


def test_what_is_due_follows_from_what_was_done_and_the_hour() -> None:
    hourly, daily = periodic.PERIODIC[0], periodic.PERIODIC[1]
    both = (hourly, daily)
    assert periodic.due(both, {}, NOW) == [hourly, daily]
    last = {hourly.name: NOW - timedelta(minutes=59), daily.name: NOW - timedelta(hours=25)}
    assert periodic.due(both, last, NOW) == [daily]
    last[daily.name] = NOW - timedelta(hours=23)
    assert periodic.due(both, last, NOW) == []


def test_the_clock_s_jobs_are_enqueued_once_while_they_wait() -> None:
    names = {one.name for one in periodic.PERIODIC}
    assert set(periodic.enqueue_due(NOW)) == names
    assert periodic.enqueue_due(NOW + timedelta(minutes=2)) == []
    assert DBTaskResult.objects.count() == len(names)


def test_a_new_edition_is_judged_once_at_each_site(
    north: Site, south: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []
    find = verdict_changes.find

    def watched(actor: Actor) -> Iterator[Progress]:
        searched.append(actor.site.name)
        return find(actor)

    monkeypatch.setattr(verdict_changes, "find", watched)
    for _ in range(2):
        jobs.judge_again.enqueue()
    worker.do_all()
    assert searched == ["North", "South"]
    lines = AuditEntry.objects.filter(action="judge-again")
    assert [(line.role, line.site) for line in lines.order_by("sequence")] == [
        ("worker", north.public_id), ("worker", south.public_id),
    ]  # fmt: skip


def test_jobs_done_a_month_ago_are_forgotten() -> None:
    with time_machine.travel(NOW):
        note.enqueue("old")
        DBTaskResult.objects.update(run_after=NOW)
        worker.do_all()
    with time_machine.travel(NOW + timedelta(days=31)):
        jobs.forget_what_is_over.call()
        assert not DBTaskResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_a_job_once() -> None:
    for number in range(20):
        note.enqueue(str(number))
    gate = threading.Barrier(2)

    def work() -> None:
        from django.db import connections

        gate.wait()
        try:
            worker.do_all()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(done, key=int) == [str(number) for number in range(20)]
