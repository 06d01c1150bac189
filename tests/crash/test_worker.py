"""The worker killed again and again: what was written to be done is done, and none is left."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.crash.served import PATIENCE, Served, until

pytestmark = pytest.mark.each
of_its_own_site = pytest.mark.sqlite  # the processes of these know no other database

KILLS = 4
MESSAGES = 24

ENQUEUE = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "dolenti.config.settings"
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from dolenti.access import messages
from dolenti.access.models import Site, User
site = Site.objects.create(name="North")
for number in range({messages}):
    user = User.objects.create_user(
        f"p{{number}}@example.org", name=f"P{{number}}", role="nurse", site=site
    )
    messages.tell(user, messages.CHANGED, {{"what": "password_changed"}})
"""


A_SITE = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "dolenti.config.settings"
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""

COPIES = 8
ASK_FOR_COPIES = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "dolenti.config.settings"
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from dolenti.access import clock
from dolenti.access.models import Site
from dolenti.access.roles import Role
from tests.web.world import complaint_of, person
from tests.web.world import copy_asked
site = Site.objects.create(name="North")
alice = person("Alice", Role.PRACTITIONER, site)
with clock.at_site(site):
    patient = complaint_of(alice).patient
    for _ in range({copies}):
        copy_asked(alice, patient)
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A site of its own on SQLite; what PostgreSQL adds is the lock, tried elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**kept, "DOLENTI_DATA": str(tmp_path)}


def _jobs(data: Path) -> dict[str, int]:
    with sqlite3.connect(data / "dolenti.sqlite3", timeout=20) as database:
        rows = database.execute(
            "SELECT status, count(*) FROM django_tasks_database_dbtaskresult "
            "WHERE task_path LIKE '%deliver' GROUP BY status"
        )
        return dict(rows.fetchall())


@of_its_own_site
def test_every_message_is_sent_however_often_the_worker_is_killed(
    environment: dict[str, str], tmp_path: Path
) -> None:
    asked = [sys.executable, "-c", ENQUEUE.format(messages=MESSAGES)]
    subprocess.run(asked, env=environment, check=True, capture_output=True)
    assert _jobs(tmp_path) == {"READY": MESSAGES}
    # Its own group: what it started is killed with it, as when the machine goes.
    command = [sys.executable, "-m", "dolenti.cli", "work"]
    for kill in range(KILLS + 1):
        worker = subprocess.Popen(
            command, env=environment, stderr=subprocess.PIPE, start_new_session=True
        )
        last = kill == KILLS
        until = time.monotonic() + (120 if last else 3.0 + kill * 0.37)
        while time.monotonic() < until and _jobs(tmp_path).get("SUCCESSFUL") != MESSAGES:
            time.sleep(0.05)
        os.killpg(worker.pid, signal.SIGTERM if last else signal.SIGKILL)
        worker.communicate(timeout=PATIENCE)
    assert _jobs(tmp_path) == {"SUCCESSFUL": MESSAGES}
    sent = [
        address
        for file in (tmp_path / "mail").glob("*.log")
        for address in re.findall(r"^To: (\S+)", file.read_text(), re.MULTILINE)
    ]
    assert set(sent) == {f"p{number}@example.org" for number in range(MESSAGES)}
    # A message that was sent as the worker was killed is the one that may come twice.
    assert len(sent) <= MESSAGES + KILLS


@of_its_own_site
def test_every_copy_is_made_once_and_whole_however_often_the_worker_is_killed(
    environment: dict[str, str], tmp_path: Path
) -> None:
    asked = [sys.executable, "-c", ASK_FOR_COPIES.format(copies=COPIES)]
    subprocess.run(asked, env=environment, check=True, capture_output=True)
    command = [sys.executable, "-m", "dolenti.cli", "work"]
    for kill in range(KILLS + 1):
        worker = subprocess.Popen(
            command, env=environment, stderr=subprocess.PIPE, start_new_session=True
        )
        last, made = kill == KILLS, _copies(tmp_path)
        until = time.monotonic() + (120 if last else 30)
        while time.monotonic() < until and _copies(tmp_path) < (COPIES if last else made + 1):
            time.sleep(0.02)
        time.sleep(0 if last else 0.05 * kill)  # somewhere in the next one
        if last:
            while time.monotonic() < until and _waiting(tmp_path):
                time.sleep(0.05)
        os.killpg(worker.pid, signal.SIGTERM if last else signal.SIGKILL)
        worker.communicate(timeout=PATIENCE)
    with sqlite3.connect(tmp_path / "dolenti.sqlite3") as database:
        copies = database.execute("SELECT request_id, sha256, size FROM rights_recordcopy")
        rows = copies.fetchall()
        assert len({request for request, _, _ in rows}) == len(rows) == COPIES
        for request, sha256, size in rows:
            parts = database.execute(
                "SELECT data FROM rights_copypart WHERE request_id = ? ORDER BY number", [request]
            )
            data = b"".join(part for (part,) in parts)
            assert (hashlib.sha256(data).hexdigest(), len(data)) == (sha256, size)
        told = "SELECT count(*) FROM access_auditentry WHERE action = 'export'"
        assert database.execute(told).fetchone() == (COPIES,)


def _copies(data: Path) -> int:
    with sqlite3.connect(data / "dolenti.sqlite3", timeout=20) as database:
        (count,) = database.execute("SELECT count(*) FROM rights_recordcopy").fetchone()
        return int(count)


def _waiting(data: Path) -> int:
    with sqlite3.connect(data / "dolenti.sqlite3", timeout=20) as database:
        (count,) = database.execute(
            "SELECT count(*) FROM django_tasks_database_dbtaskresult "
            "WHERE task_path LIKE '%make_copy' AND status != 'SUCCESSFUL'"
        ).fetchone()
        return int(count)


@of_its_own_site
def test_a_worker_that_ends_is_started_again_and_goes_with_its_starter(
    environment: dict[str, str], tmp_path: Path
) -> None:
    made = [sys.executable, "-c", A_SITE]
    subprocess.run(made, env=environment, check=True, timeout=PATIENCE)
    starter = (
        "import subprocess, sys, time;"
        "subprocess.Popen([sys.executable, '-m', 'dolenti.cli', 'work']); time.sleep(600)"
    )
    asked = [sys.executable, "-c", starter]
    process = subprocess.Popen(asked, env=environment, stderr=subprocess.DEVNULL)
    try:
        first = _worker_of(process.pid, but=0)
        os.kill(first, signal.SIGKILL)
        second = _worker_of(process.pid, but=first)
        assert second != first
    finally:
        process.kill()
        process.wait()
    until = time.monotonic() + 20
    while time.monotonic() < until and Path(f"/proc/{second}").exists():
        time.sleep(0.1)
    assert not Path(f"/proc/{second}").exists()


def test_a_worker_ends_with_its_keeper_and_the_site_starts_both_again(site: Served) -> None:
    assert site.process is not None
    served = site.process.pid
    worker = _worker_of(served, but=0)
    (keeper,) = [one for one in _children(served) if worker in _children(one)]
    os.kill(keeper, signal.SIGKILL)
    until(lambda: not Path(f"/proc/{worker}").exists(), "the worker ends with its keeper", 20)
    assert _worker_of(served, but=worker) != worker
    assert len([one for one in _children(served) if one not in site.workers()]) == 1


def _worker_of(starter: int, but: int) -> int:
    """The process that works: the child of the child of the starter."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for keeper in _children(starter):
            for worker in _children(keeper):
                if worker != but:
                    return worker
        time.sleep(0.1)
    raise AssertionError("no worker came")


def _children(process: int) -> list[int]:
    file = Path(f"/proc/{process}/task/{process}/children")
    try:
        return [int(child) for child in file.read_text().split()]
    except OSError:
        return []
