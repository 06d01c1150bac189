"""The lights go out in the middle of everybody's writing, again and again."""

from __future__ import annotations

import json
import os
import signal
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from dolenti.access import heads
from dolenti.access.models import User
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import lasting, to_utc
from dolenti.ledger.models import Draft
from dolenti.records.models import Patient
from tests.crash import wholeness, writers
from tests.crash.browser import Browser
from tests.crash.served import Served, until
from tests.web.world import open_every_weekday, registered, workday

pytestmark = pytest.mark.each

ROUNDS = int(os.environ.get("CRASH_ROUNDS") or 2)  # `make crash` asks for 8
AT_LEAST = 25  # acknowledged writes in a round


def planned(user: User, patient: Patient, hour: int) -> Appointment:
    """A consultation in the agenda."""
    span = lasting(to_utc(datetime.combine(workday(), time(hour))), timedelta(minutes=30))
    return Appointment.objects.create(
        site_id=user.site_id, patient=patient, kind=Appointment.Kind.CONSULTATION,
        practitioner=user, start=span.start, end=span.end, author=user,
    )  # fmt: skip


def workdays(many: int) -> list[date]:
    days = [workday(8)]
    while len(days) < many:
        after = (days[-1] - timezone.localdate()).days + 1
        days.append(workday(after))
    return days


def test_what_was_acknowledged_survives_and_nothing_is_there_by_halves(
    alice: User, site: Served
) -> None:
    open_every_weekday(alice.site)
    zoe = registered(alice)
    sessions = [planned(alice, zoe, 10), planned(alice, zoe, 15)]
    days = workdays(20)
    ledger = writers.Ledger()
    for number in range(1, ROUNDS + 1):
        people = [
            writers.registering(number * 1_000),
            writers.registering(number * 1_000 + 500),
            writers.stating(zoe),
            writers.describing(zoe),
            writers.drafting(zoe),
            *(writers.moving(s, days, h) for s, h in zip(sessions, (10, 15), strict=True)),
        ]
        before, ledger.lost = len(ledger.saved), []
        ledger.saved = [one for one in ledger.saved if one[0].kind != "draft"]
        with writers.at_work(site.port, alice, people, ledger):
            connections.close_all()  # from here on the site alone holds the database
            ledger.wait_for(before + AT_LEAST + 5 * number, kinds=5)
            seen = heads.last_head()
            site.kill()
        assert not ledger.refused
        site.start()
        wholeness.nothing_by_halves()
        wholeness.everything_acknowledged_is_there(ledger)
        wholeness.the_trail_holds(seen)
        _send_again_what_was_lost(Browser(site.port, alice), ledger)
        wholeness.nothing_by_halves()
        wholeness.once_each(ledger)
        for session in sessions:
            session.refresh_from_db()
        _the_draft_is_offered(Browser(site.port, alice), zoe)


def _send_again_what_was_lost(browser: Browser, ledger: writers.Ledger) -> None:
    """Whoever saw no answer sends the form once more, written or not."""
    assert ledger.lost, "everybody was writing when the lights went out"
    for form in ledger.lost:
        if form.kind == "draft":
            continue
        answer = browser.post(form.path, form.fields)
        assert answer.status == 302, (form, answer.words)
        ledger.saved.append((form, answer))
    wholeness.everything_acknowledged_is_there(ledger)


def _the_draft_is_offered(browser: Browser, patient: Patient) -> None:
    """What was typed before the lid was closed can be taken up."""
    address = reverse("contact-new", args=[patient.public_id])
    assert "Vous aviez commencé" in browser.get(address).page
    draft = Draft.objects.get(form="contact-new")
    taken = browser.get(f"{address}?draft={draft.public_id}")
    assert taken.inputs["name"] == draft.content["name"][0]


def test_one_process_that_dies_is_replaced_and_the_log_says_how(alice: User, site: Served) -> None:
    browser = Browser(site.port, alice)
    before = site.workers()
    first = before[0]
    os.kill(first, signal.SIGKILL)
    until(
        lambda: first not in site.workers() and set(site.workers()) - set(before) != set(),
        "another process stands in its place",
    )
    for _ in range(6):
        assert browser.get(reverse("patients")).status == 200
    said = [json.loads(line) for line in site.log.read_text().splitlines() if line[:1] == "{"]
    (told,) = [line for line in said if line["logger"] == "gunicorn.error"]
    assert told["level"] == "error"
    assert told["message"].startswith(f"Worker (pid:{first}) was sent SIGKILL")
