"""How long the way from an empty machine to a real clinic is, part by part of its page.

Done to the letter of ``docs/first-clinic.md``, after the installing: settings, the key of the
backups, the clinic and its administrator, the site, TLS before it, the first log-in in Chromium
with a second step, a sealed backup that was restored on another computer, the question whether all
is well. Accounts, systemd and the certificate stand in for the machine's. The clock is the
machine's own work; beside it what a person needs to read the part, at a hundred words a minute, and
half a minute for each block of commands to copy, each value of one's own to fill in, each form.

    python bench/bench_first_clinic.py [--keep] [--proxy nginx|caddy]
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import django
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent.parent))  # finds `bench` and `tests`
from bench.page import keep
from bench.said import parser
from tests.first_clinic import HEADINGS, PAGE, TLS, Machine, led

WORDS_A_MINUTE: Final = 100
"""Half as fast as a text is read: commands are read twice."""
AN_ACT: Final = 30.0
"""Seconds to copy a block of commands and look at what it says, or to fill in a form."""
FORMS: Final = {"3": 1, "8": 4}
"""Acts that stand in no block: pasting a key; a password, a log-in, an app, recovery codes."""


def parts() -> dict[str, str]:
    """The text of each numbered part; what stands before the first belongs to it, but for the
    installing."""
    found: dict[str, str] = {}
    pieces = re.split(r"^## (?:(\d+)\. )?", PAGE, flags=re.MULTILINE)
    before = pieces[0]
    for number, text in zip(pieces[1::2], pieces[2::2], strict=True):
        if number is None:  # the program itself
            continue
        found[number] = before + text
        before = ""
    return found


def by_hand(number: str, text: str) -> float:
    """Seconds that a person needs beside the machine."""
    acts = len(re.findall(r"^```sh", text, re.MULTILINE)) + text.count("# your own")
    return len(text.split()) / WORDS_A_MINUTE * 60 + AN_ACT * (acts + FORMS.get(number, 0))


def measured(proxy: str) -> list[dict[str, Any]]:
    """Each part with the seconds of the machine and those of a person."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None or shutil.which(proxy, path=f"{os.environ['PATH']}:/usr/sbin") is None:
        raise SystemExit(f"needs Chromium and {proxy}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dolenti.config.settings")
    django.setup()  # the app of the telephone is the site's own reckoning
    texts = parts()
    found = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        machine = Machine(Path(folder))
        try:
            start = time.perf_counter()
            for number in led(machine, playwright.chromium, chromium, proxy):
                took, start = time.perf_counter() - start, time.perf_counter()
                found.append({
                    "part": f"{number}. {HEADINGS[number]}", "proxy": proxy, "machine": took,
                    "person": by_hand(number, texts[number]),
                })  # fmt: skip
        finally:
            machine.end()
    return found


def main(proxy: str, *, keeping: bool) -> None:
    """Do it once, and print the time of each part."""
    found = measured(proxy)
    table = Table(title=f"from an empty machine to a clinic, behind {proxy}")
    for heading in ("part", "the machine", "a person"):
        table.add_column(heading, justify="right")
    for one in found:
        table.add_row(one["part"], f"{one['machine']:.1f} s", f"{one['person'] / 60:.1f} min")
    machine, person = (sum(one[who] for one in found) for who in ("machine", "person"))
    table.add_row("together", f"{machine:.1f} s", f"{person / 60:.1f} min")
    Console(highlight=False).print(table)
    if keeping:
        keep("first clinic", found)


if __name__ == "__main__":
    said = parser(__doc__)
    said.add_argument("--proxy", choices=TLS, default="nginx")
    options = said.parse_args()
    main(options.proxy, keeping=options.keep)
