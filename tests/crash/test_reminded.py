"""Reminders under kill −9, again and again: no question is lost, none is handed over twice."""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.crash.served import PATIENCE

pytestmark = [pytest.mark.each, pytest.mark.sqlite]

PATIENTS, KILLS = 8, 8
ZONES = (
    "Europe/Paris", "Pacific/Auckland", "Asia/Tokyo", "Asia/Dhaka", "Atlantic/Azores",
    "America/New_York", "America/Los_Angeles", "Pacific/Honolulu",
)  # fmt: skip
"""Somewhere it is always an hour at which messages go."""

MAKE = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "dolenti.config.settings"
django.setup()
from datetime import timedelta
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
call_command("migrate", verbosity=0)
from dolenti.access import clock
from dolenti.access.mail import OF_DEMO
from dolenti.access.models import Site
from dolenti.access.roles import Role
from dolenti.diary import reaching
from dolenti.records.patients import contacting
from tests.web.diary import treated
from tests.web.world import person, sent
(settings.DATA / OF_DEMO).touch()  # an SMS is a file
site = Site.objects.create(name="North", time_zone={zone!r})
alice = person("Alice", Role.PRACTITIONER, site)
with time_machine.travel(timezone.now() - timedelta(hours=50)), clock.at_site(site):
    for number in range({patients}):
        patient = treated(alice, days=7 + number).patient
        said = {{"kind": "self", "phone": "06 39 98 12 3%d" % number,
                "email": "p%d@example.org" % number}}
        contacting.add(sent(alice), patient, said)
        reaching.reach(sent(alice), patient, "mail" if number % 2 else "sms")
"""

WORK = """
import os, time, django
os.environ["DJANGO_SETTINGS_MODULE"] = "dolenti.config.settings"
django.setup()
from django.utils import timezone
from dolenti.access.actors import worker_at
from dolenti.access.models import Site
from dolenti.diary import reminding, senders
from dolenti.work import worker
from dolenti.work.standing import take_up


def slow(act):  # so that a kill falls between a step and its note
    def acts(*said):
        act(*said)
        time.sleep(0.1)
    acts.__dict__.update(act.__dict__)
    return acts


senders.by_mail, senders.into_file = slow(senders.by_mail), slow(senders.into_file)
reminding.enqueue_all = slow(reminding.enqueue_all)
print("begun", flush=True)
take_up()
reminding.remind(worker_at(Site.objects.get()), timezone.now())
worker.do_all()
"""


def where_it_is_day() -> str:
    hours = {zone: datetime.now(ZoneInfo(zone)).hour for zone in ZONES}
    return next(zone for zone, hour in hours.items() if 10 <= hour < 17)


def _rows(data: Path, query: str) -> list[tuple[str, ...]]:
    with sqlite3.connect(data / "dolenti.sqlite3", timeout=20) as database:
        return database.execute(query).fetchall()


def test_no_reminder_is_lost_and_none_doubled_however_often_the_worker_is_killed(
    tmp_path: Path,
) -> None:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = {**kept, "DOLENTI_DATA": str(tmp_path)}
    make = MAKE.format(zone=where_it_is_day(), patients=PATIENTS)
    subprocess.run([sys.executable, "-c", make], env=environment, check=True, capture_output=True)
    chance = random.Random(13)
    for kill in range(KILLS + 1):
        working = subprocess.Popen(
            [sys.executable, "-c", WORK], env=environment, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        assert working.stdout is not None
        assert working.stdout.readline() == b"begun\n"
        if kill < KILLS:
            time.sleep(chance.uniform(0.02, 0.5))
            os.killpg(working.pid, signal.SIGKILL)
        _, errors = working.communicate(timeout=PATIENCE)
        assert kill < KILLS or working.returncode == 0, errors.decode()
    rows = _rows(tmp_path, "SELECT channel, state, count(*) FROM diary_message GROUP BY 1, 2")
    states = {(channel, state): int(count) for channel, state, count in rows}
    assert sum(states.values()) == PATIENTS, "one message each"
    assert states["sms", "sent"] == PATIENTS // 2, "a sender that keeps keys is handed it again"
    doubtful = states.get(("mail", "in-doubt"), 0)
    assert states.get(("mail", "sent"), 0) + doubtful == PATIENTS // 2
    sent = [
        address
        for file in (tmp_path / "mail").glob("*.log")
        for address in re.findall(r"^To: (\S+)", file.read_text(), re.MULTILINE)
    ]
    assert len(sent) == len(set(sent)), "none twice"
    assert states.get(("mail", "sent"), 0) <= len(sent) <= PATIENTS // 2
    assert len(list((tmp_path / "sms").glob("*.txt"))) == PATIENTS // 2
    ((alerts,),) = _rows(tmp_path, "SELECT count(*) FROM diary_alert")
    assert int(alerts) == doubtful, "whoever may have got nothing is called"
