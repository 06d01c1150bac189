"""A clinic that begins, from the command line: what is asked, and the demo that is left for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from dolenti.access.founding import Founding

ASKED = ("--site", "Clinique des Pins", "--address", "1 rue des Pins, 33000 Bordeaux",
         "--name", "Paul Imbert", "--administrator", "Paul@Pins.example")  # fmt: skip


def pins(**changes: str) -> Founding:
    said = {
        "site": "Clinique des Pins",
        "time_zone": "Indian/Reunion",
        "address": "1 rue des Pins",
        "administrator": "Paul Imbert",
        "email": "Paul@Pins.example",
        **changes,
    }
    return Founding(**said)


def dolenti(data: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    usual = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "dolenti.cli", *arguments],
        env={**usual, "DOLENTI_DATA": str(data), **more},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


class Left(NamedTuple):
    """The folder of a clinic that was set up, and that of the demo which stood there before."""

    data: Path
    aside: Path


def leave_the_demo(folder: Path, **where: str) -> Left:
    """Leave the demo for a clinic, with a second witness of the trail's end, as shipped."""
    data, witness = folder / "site", folder / "elsewhere"
    where["DOLENTI_WITNESS"] = str(witness)
    assert dolenti(data, "demo", "--patients", "0", **where).returncode == 0
    of_demo = witness.read_text("ascii")
    refused = dolenti(data, "setup", *ASKED, "--lang", "en", **where)
    assert refused.returncode == 2
    assert "--leave-demo" in refused.stderr
    made = dolenti(data, "setup", *ASKED, "--leave-demo", "--lang", "en", **where)
    assert made.returncode == 0, made.stderr
    (aside,) = data.glob("demo.before_*")
    assert str(aside) in made.stdout
    kept = {one.name for one in aside.iterdir()}
    assert {"demo-password", "audit-head", "secret-key"} <= kept
    assert aside.stat().st_mode & 0o077 == 0
    assert not (data / "demo-password").exists()
    (former,) = folder.glob("elsewhere.before_*")
    assert former.read_text("ascii") == of_demo
    # The new trail has an end of its own, in both places.
    verified = dolenti(data, "audit", "verify", **where)
    assert verified.returncode == 0, verified.stdout
    assert witness.read_text("ascii") == (data / "audit-head").read_text("ascii")
    again = dolenti(data, "setup", *ASKED, "--leave-demo", "--lang", "en", **where)
    assert again.returncode == 2
    assert "not the demo alone" in again.stderr
    return Left(data, aside)
