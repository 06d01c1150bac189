"""A copy of a record is made by the worker: where it stands, who fetches it, how long it lies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access import accounts, audit
from dolenti.access.models import AuditEntry, Clinic, Membership, Site, User
from dolenti.access.roles import Role
from dolenti.clinic.copies import jobs as copy_jobs
from dolenti.records.models import CareRelation, Complaint
from dolenti.rights import copy_requests
from dolenti.rights.models import CopyPart, CopyRequest, RecordCopy
from dolenti.work import jobs, worker
from dolenti.work.standing import Standing
from tests.web.copies import ask, fetched
from tests.web.world import person

BrowserOf = Callable[[User], Client]
WAITING = "En préparation"


@pytest.fixture
def at_work(settings: Any, tmp_path: Path) -> Any:
    """A worker has its place, as the page sees it; the jobs are done when the test says so."""
    settings.DATA = tmp_path
    standing = Standing(tmp_path)
    assert standing.held()
    yield standing
    standing.give_up()


def page(browser: Client, asked: Any, *, alone: bool = False) -> str:
    headers = {"HX-Request": "true"} if alone else {}
    answer = browser.get(asked.headers["Location"], headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


# --- Where it stands -----------------------------------------------------------------------------


def test_it_is_in_preparation_until_the_worker_was_there_and_then_a_link(
    knee: Complaint, at_alice: Client, at_work: Standing
) -> None:
    asked = ask(at_alice, knee.patient)
    file = asked.headers["Location"] + "file/"
    assert not RecordCopy.objects.exists(), "no request makes it"
    for alone in (False, True):
        waiting = page(at_alice, asked, alone=alone)
        assert WAITING in waiting
        assert "hx-get" in waiting, "it looks again by itself"
        assert f'href="{asked.headers["Location"]}"' in waiting, "and by a link, without script"
        assert file not in waiting
    worker.do_all()
    for alone in (False, True):
        ready = page(at_alice, asked, alone=alone)
        assert file in ready
        assert "hx-get" not in ready


def test_what_looks_again_by_itself_tells_nothing_of_the_patient_and_leaves_no_line(
    knee: Complaint, at_alice: Client, at_work: Standing
) -> None:
    asked = ask(at_alice, knee.patient)
    before = AuditEntry.objects.count()
    piece = page(at_alice, asked, alone=True)
    assert "<html" not in piece
    assert knee.patient.public_id not in piece
    assert AuditEntry.objects.count() == before
    page(at_alice, asked)
    assert AuditEntry.objects.count() == before + 1


def test_without_a_worker_the_page_says_so_and_does_not_go_on_asking(
    knee: Complaint, at_alice: Client, settings: Any, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    said = page(at_alice, ask(at_alice, knee.patient))
    assert "dolenti work" in said
    assert "hx-get" not in said


def test_a_try_that_failed_says_when_the_next_one_is_and_the_last_one_what_to_do(
    knee: Complaint, at_alice: Client, at_work: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> bytes:
        raise OSError

    monkeypatch.setattr(copy_jobs, "record_pdf", broken)
    with time_machine.travel(timezone.now()) as clock:
        asked = ask(at_alice, knee.patient)
        worker.do_all()
        assert "Le premier essai a échoué" in page(at_alice, asked)
        for wait in worker.AGAIN_AFTER:
            clock.shift(wait + timedelta(seconds=1))
            worker.do_all()
    (request,) = CopyRequest.objects.all()
    assert copy_requests.stands(request).becomes is copy_requests.Becomes.FAILED
    assert not CopyPart.objects.exists(), "nothing lies there of what was begun"


# --- Once, however often it is begun -------------------------------------------------------------


def test_it_is_made_once_however_often_it_is_begun(knee: Complaint, at_alice: Client) -> None:
    data = fetched(at_alice, ask(at_alice, knee.patient))
    (request,) = CopyRequest.objects.all()
    copy_jobs.make_copy.call(request.public_id)
    assert RecordCopy.objects.count() == 1
    assert AuditEntry.objects.filter(action="export").count() == 1
    assert b"".join(bytes(one.data) for one in request.parts.all()) == data


def test_what_a_killed_worker_left_of_it_is_written_anew(
    knee: Complaint, at_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_requests, "PART", 1000)
    asked = ask(at_alice, knee.patient)
    request = CopyRequest.objects.get()
    for number in range(500):  # more parts than the whole will have
        CopyPart.objects.create(request=request, number=number, data=b"left")
    assert fetched(at_alice, asked).startswith(b"PK")


# --- The right is asked three times --------------------------------------------------------------


def test_it_is_made_in_the_name_of_whoever_asked_and_only_they_fetch_it(
    knee: Complaint, alice: User, at_alice: Client, ada: User, chloe: User, browser_of: BrowserOf
) -> None:
    denis = person("Denis", Role.PRACTITIONER, alice.site)
    CareRelation.objects.create(patient=knee.patient, user=denis, author=alice)
    asked = ask(at_alice, knee.patient)
    fetched(at_alice, asked)
    line = AuditEntry.objects.get(action="export")
    assert (line.actor, line.patient) == (alice.public_id, knee.patient.public_id)
    for other in (denis, chloe):
        for address in (asked.headers["Location"], asked.headers["Location"] + "file/"):
            assert browser_of(other).get(address).status_code == 404
        assert AuditEntry.objects.filter(actor=other.public_id, outcome=audit.REFUSED).exists()
    assert browser_of(ada).get(asked.headers["Location"]).status_code == 403


def test_each_fetch_is_a_line_of_the_trail(knee: Complaint, at_alice: Client) -> None:
    asked = ask(at_alice, knee.patient)
    for times in (1, 2):
        fetched(at_alice, asked)
        reads = AuditEntry.objects.filter(action="read", kind="recordcopy")
        assert reads.count() == times


def test_who_lost_the_patient_before_it_was_made_gets_none(
    knee: Complaint, alice: User, at_alice: Client
) -> None:
    ask(at_alice, knee.patient)
    alice.patients_in_care.update(ended_at=timezone.now())
    worker.do_all()
    assert not RecordCopy.objects.exists()
    assert not CopyPart.objects.exists()
    assert AuditEntry.objects.filter(actor=alice.public_id, outcome=audit.REFUSED).exists()
    (request,) = CopyRequest.objects.all()
    assert copy_requests.stands(request).becomes is copy_requests.Becomes.REFUSED


def test_who_lost_the_patient_or_the_account_after_it_was_made_fetches_none(
    knee: Complaint, alice: User, at_alice: Client
) -> None:
    asked = ask(at_alice, knee.patient)
    fetched(at_alice, asked)
    alice.patients_in_care.update(ended_at=timezone.now())
    for address in (asked.headers["Location"], asked.headers["Location"] + "file/"):
        assert at_alice.get(address).status_code == 403


def test_an_hours_opening_fetches_none(knee: Complaint, alice: User, at_alice: Client) -> None:
    asked = ask(at_alice, knee.patient)
    fetched(at_alice, asked)
    alice.patients_in_care.update(ended_at=timezone.now())
    ends_at = timezone.now() + timedelta(hours=1)
    knee.patient.openings.create(user=alice, reason="Consultation urgente", ends_at=ends_at)
    answer = at_alice.get(asked.headers["Location"] + "file/")
    assert answer.status_code == 403
    assert "pour une heure" in answer.content.decode()


def test_who_went_to_another_site_meanwhile_still_gets_it_there_where_they_asked(
    knee: Complaint, alice: User, at_alice: Client
) -> None:
    north = alice.site
    house = Clinic.objects.create(name="House")
    Site.objects.filter(pk=north.pk).update(clinic=house)
    away = Site.objects.create(name="Away", clinic=house, time_zone="Indian/Reunion")
    Membership.objects.create(user=alice, site=away, role=Role.NURSE)
    asked = ask(at_alice, knee.patient)
    alice.refresh_from_db()
    accounts.go_to(alice, away.public_id)
    worker.do_all()
    assert RecordCopy.objects.count() == 1
    assert at_alice.get(asked.headers["Location"] + "file/").status_code in (403, 404)
    alice.refresh_from_db()
    assert alice.site == away, "the worker moved nobody"


# --- How long it lies ----------------------------------------------------------------------------


def test_it_lies_a_day_and_is_then_forgotten(
    knee: Complaint, at_alice: Client, browser_of: BrowserOf, alice: User
) -> None:
    asked = ask(at_alice, knee.patient)
    fetched(at_alice, asked)
    (request,) = CopyRequest.objects.all()
    copy = request.copy
    jobs.forget_copies.call()
    assert CopyPart.objects.exists(), "not within the day"
    with time_machine.travel(copy.made_at + copy_requests.KEPT + timedelta(seconds=5)):
        assert copy_requests.stands(request).becomes is copy_requests.Becomes.FORGOTTEN
        assert copy_requests.fetch(alice, request) is None, "the hour decides, not the worker"
        jobs.forget_copies.call()
        assert not CopyPart.objects.exists()
        again = browser_of(alice).get(reverse("copy", args=[request.public_id]))
        assert "Établissez-en une autre" in again.content.decode()
    assert RecordCopy.objects.count() == 1, "that it was made stays"
