# ruff: noqa: E402 - the path is set before what lies beside is imported
"""Thirty people at work on one machine: how long a page takes, and whether anything goes wrong.

Fills a clinic in a folder of its own, serves it by ``dolenti serve`` on this machine alone, lets
thirty people of all roles work, each doing one thing every three to eight seconds, first on SQLite
and then on PostgreSQL (the same clinic, moved there), and prints what they waited for.

    python bench/load.py [--patients N] [--seconds N] [--keep]

``--keep`` writes the table into docs/benchmarks.md. PostgreSQL is measured where
``DOLENTI_TEST_POSTGRES`` answers, in a database that is made for it and removed.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # finds `bench` and `tests`
from bench import load_people, page
from bench.said import parser
from tests import services

MIGRATE = ("-m", "django", "migrate", "--verbosity=0")


@dataclass
class Found:
    """What one run on one database gave."""

    measured: load_people.Measured
    busy: int  # times the database had somebody wait too long
    lines: int  # of the audit trail, all of which verify
    server: float  # seconds of processor time
    client: float
    wall: float
    load: tuple[float, float]  # load average before and after


class Clinic:
    """A data folder, a database, and the commands that work on them."""

    def __init__(self, data: Path, url: str = "") -> None:
        self.data = data
        self.environment = {
            **{k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DOLENTI_HOSTS")},
            "DJANGO_SETTINGS_MODULE": "dolenti.config.settings",
            "DOLENTI_DATA": str(data),
            **({"DATABASE_URL": url} if url else {}),
        }

    def run(self, *arguments: str) -> str:
        """A command of this Python, to its end."""
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, cwd=ROOT, check=True,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return done.stdout

    @contextmanager
    def served(self) -> Iterator[tuple[int, int]]:
        """The site, while this lasts: its port, and the process that leads it."""
        port = services.free_port()
        with (self.data / "log").open("w") as log:
            site = subprocess.Popen(
                [sys.executable, "-m", "dolenti.cli", "serve", "--port", str(port)],
                env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        try:
            end = time.monotonic() + 120
            while not _answers(port):
                if site.poll() is not None or time.monotonic() > end:
                    raise SystemExit((self.data / "log").read_text()[-2000:])
                time.sleep(0.1)
            yield port, site.pid
        finally:
            os.killpg(site.pid, signal.SIGTERM)
            try:
                site.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(site.pid, signal.SIGKILL)
                site.wait()


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health/", timeout=5):
            return True
    except (URLError, OSError):
        return False


def measure(clinic: Clinic, seconds: float) -> Found:
    """Let the thirty work."""
    told = json.loads(clinic.run("bench/load_clinic.py", "people"))
    with clinic.served() as (port, site):
        load_people.at_work(port, told, 8, seed=1)  # the first look at everything is nobody's wait
        before, processor = os.getloadavg()[0], _processor(site)
        client, start = time.process_time(), time.monotonic()
        measured = load_people.at_work(port, told, seconds, seed=2)
        wall, client = time.monotonic() - start, time.process_time() - client
        server = _processor(site) - processor
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            metrics = answer.read().decode()
    busy = re.search(r'database_errors_total\{trouble="busy"\} (\d+)', metrics)
    verified = json.loads(clinic.run("-m", "dolenti.cli", "audit", "verify", "--json"))
    return Found(
        measured, int(busy[1]) if busy else 0, verified["lines"], server, client, wall,
        (before, os.getloadavg()[0]),
    )  # fmt: skip


def _processor(leader: int) -> float:
    """Seconds of processor time that the site's living processes have taken."""
    children = Path(f"/proc/{leader}/task/{leader}/children").read_text().split()
    ticks = 0
    for pid in [str(leader), *children]:
        after = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(after[11]) + int(after[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def postgres() -> Iterator[str | None]:
    """The address of an empty PostgreSQL database, while this lasts; ``None`` where none is."""
    if services.postgres() is None:
        yield None
        return
    server = make_conninfo(services.POSTGRES, dbname="postgres")
    name = f"dolenti_load_{secrets.token_hex(4)}"
    at = conninfo_to_dict(services.POSTGRES)
    password = f":{at['password']}" if at.get("password") else ""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        place = f"{at.get('host', '127.0.0.1')}:{at.get('port', 5432)}"
        yield f"postgres://{at['user']}{password}@{place}/{name}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def _of_hundred(seconds: list[float], share: int) -> float:
    """The wait, in ms, that so many of a hundred did not exceed."""
    if len(seconds) < 2:
        return 1000 * sum(seconds)
    return 1000 * statistics.quantiles(seconds, n=100, method="inclusive")[share - 1]


def _waits(seconds: list[float]) -> list[float]:
    """How many there were, and the waits in ms of half, of 95 and of 99 in a hundred of them."""
    return [len(seconds), *(round(_of_hundred(seconds, share), 1) for share in (50, 95, 99))]


def as_results(found: dict[str, Found], patients: int) -> dict[str, Any]:
    """What was found, as results.json keeps it."""
    return {
        "patients": patients,
        "runs": {
            name: {
                "requests": sum(map(len, run.measured.seconds.values())),
                "wrong": len(run.measured.wrong),
                "every": _waits([s for one in run.measured.seconds.values() for s in one]),
                "pages": {page: _waits(s) for page, s in sorted(run.measured.seconds.items())},
                **{name: value for name, value in vars(run).items() if name != "measured"},
            }
            for name, run in found.items()
        },
    }


def main() -> int:
    """Measure on both databases, and print the table. 1 where something went wrong."""
    options = parser(__doc__)
    options.add_argument("--patients", type=int, default=20_000)
    options.add_argument("--seconds", type=float, default=90)
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="dolenti-load-"))
    found: dict[str, Found] = {}
    try:
        clinic = Clinic(folder / "made")
        print(f"Filling a clinic with {chosen.patients:,} patients")
        clinic.run(*MIGRATE)
        clinic.run("bench/load_clinic.py", "fill", str(chosen.patients))
        with postgres() as url:
            print("Thirty people at work, on SQLite")
            shutil.copytree(clinic.data, folder / "sqlite")
            found["SQLite"] = measure(Clinic(folder / "sqlite"), chosen.seconds)
            if url is not None:
                print("Moving the clinic to PostgreSQL, and again")
                shutil.copytree(clinic.data, folder / "postgres")
                Clinic(folder / "postgres").run("-m", "dolenti.cli", "move", "--to", url)
                found["PostgreSQL"] = measure(Clinic(folder / "postgres", url), chosen.seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    kept = as_results(found, chosen.patients)
    print(f"\n{page.load(kept)}")
    wrong = [f"{name}: {what}" for name, run in found.items() for what in run.measured.wrong]
    print("\n".join(wrong[:20]))
    if chosen.keep:
        page.keep("load", kept)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
