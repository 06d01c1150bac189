"""What some tests need from the machine: a browser, Node.js, Java, a PostgreSQL, the shared
patients.

Finds them and starts nothing. Run as a script it tells whether PostgreSQL answers: status 0 if it
does, 3 if it does not, 1 if it does not in CI, where nothing may be left out.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

POSTGRES = os.environ.get("DOLENTI_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/dolenti")
SHARED_PATIENTS_ABSENT = "the shared FHIR patients folder is absent"


def free_port() -> int:
    """A port of this machine that nobody has at this moment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def in_ci() -> bool:
    """Whether this is a run where no test may be skipped."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def chromium() -> str | None:
    """The path of an installed Chromium or Chrome; ``DOLENTI_CHROMIUM`` wins.

    The one without a window of its own comes first: no tool bar is drawn for nobody.
    """
    named = os.environ.get("DOLENTI_CHROMIUM")
    known = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
    candidates = [named] if named else known
    return next(filter(None, map(shutil.which, candidates)), None)


def node() -> str | None:
    """The path of Node.js."""
    return shutil.which("node")


def java() -> str | None:
    """The path of a Java, which PySpark needs."""
    return shutil.which("java")


def postgres() -> str | None:
    """The address of a PostgreSQL that answers. The database it names need not exist yet."""
    server = conninfo_to_dict(POSTGRES, dbname="postgres", connect_timeout=3)
    try:
        psycopg.connect(**server).close()
    except psycopg.OperationalError:
        return None
    return POSTGRES


NEEDS = {
    "browser": (
        chromium,
        "Chromium is not installed (Debian: apt install chromium-headless-shell)",
    ),
    "node": (node, "Node.js is not installed (Debian: apt install nodejs)"),
    "spark": (java, "Java is not installed (Debian: apt install openjdk-17-jre-headless)"),
    "postgres": (postgres, f"no PostgreSQL answers at {POSTGRES}"),
}


def shared_patients(root: Path) -> Path | None:
    """The folder of FHIR patients kept beside the checkout; ``DOLENTI_SHARED_PATIENTS`` wins."""
    named = os.environ.get("DOLENTI_SHARED_PATIENTS")
    folder = Path(named) if named else root.parent / "shared" / "fhir-patients"
    return folder if folder.is_dir() else None


def main() -> int:
    """Say whether the tests on PostgreSQL can run."""
    if postgres():
        return 0
    sys.stdout.write(f"Skipped, the tests on PostgreSQL: {NEEDS['postgres'][1]}\n")
    return 1 if in_ci() else 3


if __name__ == "__main__":
    sys.exit(main())
