"""The twelve cases in a browser, reading nothing but the page: what each takes does not grow.

`make twelve` works through each at both widths, and writes the table of docs/asking.md anew; a
usual run works through five. The presses of all twelve are held by tests/web/test_asking.py.
"""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from dolenti.access.models import User
from tests.e2e.reading import Reader, Took
from tests.web.world import allow, complaint_of, named

pytestmark = pytest.mark.browser

CASES: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "twelve.yaml").read_text("utf-8")
)
TABLE = Path(__file__).parents[2] / "docs" / "asking.md"
KEEP = "KEEP_THE_TABLE" in os.environ
WIDTHS = ("desk", "phone")
USUAL = {
    "knee-infiltration": ("desk",), "tennis-elbow-meso": ("phone",), "hot-knee": WIDTHS,
    "achilles": ("desk",), "fibromyalgia": ("phone",),
}  # fmt: skip
"""So many as take twenty seconds; a red flag is found at once at both widths."""
MOST_TABS_TO_THE_FIRST = 5
HEAD = (
    "| case | therapies in play | presses | Tabs | screens, 1280 px | screens, 390 px | seconds |\n"
    "|---|---|---|---|---|---|---|\n"
)
_LINE = re.compile(
    r"^\| ([a-z0-9-]+)[^|]*\| [^|]* \| \d+ \| (\d+) \| (\S+) \| (\S+) \|", re.MULTILINE
)
SLACK = 0.8  # of a screen: another font, or another moment of a scroll, is no growth


def record_of(alice: User, case: dict[str, Any]) -> str:
    """The address of the record of somebody with this pain."""
    born = timezone.localdate().year - case.get("age", 45) - 1
    side = f", side: {case.get('side', 'right')}" if case.get("side", "right") else ""
    complaint = complaint_of(
        alice,
        f"patient: {{birth-date: {born}-12-31, sex: {case.get('sex', 'male')}}}\n"
        f"complaint: {{condition: {case['condition']}{side}, since: 2025-11-01}}\n"
        f"facts: {case.get('facts', '{}')}\n",
        uuid.uuid4(),
    )
    return reverse("patient", args=[named(complaint).patient.public_id])


def test_what_the_twelve_cases_take_does_not_grow(
    window: Callable[..., Page], alice: User, live_server: object
) -> None:
    for therapy in ("autologous-conditioned-serum", "cryoneurolysis"):
        allow(alice, therapy)
    pages = {width: window(alice, width) for width in WIDTHS}
    for page in pages.values():
        page.clock.install()  # what a person takes to read is passed over, not waited for
    found: dict[str, dict[str, Took]] = {}
    for name, case in CASES.items():
        for width in WIDTHS:
            if not KEEP and width not in USUAL.get(name, ()):
                continue
            pages[width].goto(f"{live_server}{record_of(alice, case)}")
            found.setdefault(name, {})[width] = Reader(pages[width]).work(case)
    if KEEP:
        keep(found)
    assert grown(found) == []


def grown(found: dict[str, dict[str, Took]]) -> list[str]:
    """What takes more than it may."""
    kept = {line[0]: line[1:] for line in _LINE.findall(TABLE.read_text("utf-8"))}
    wrong = []
    for name, by_width in found.items():
        for width, took in by_width.items():
            limits: dict[str, tuple[float, float]] = {
                "presses": (took.presses, CASES[name]["presses"]),
                "Tabs to the first question": (took.first, MOST_TABS_TO_THE_FIRST),
            }
            if name in kept:
                tabs, desk, phone = kept[name]
                screens = float(desk if width == "desk" else phone)
                limits["Tabs"] = (took.tabs, int(tabs))
                limits["screens"] = (took.screens, screens + SLACK)
            wrong += [
                f"{name}, {width}: {is_now} {what}, at most {most}"
                for what, (is_now, most) in limits.items()
                if is_now > most
            ]
    return wrong


def keep(found: dict[str, dict[str, Took]]) -> None:
    """Write the table of the documentation anew."""
    lines = []
    for name, by_width in found.items():
        case, desk, phone = CASES[name], by_width["desk"], by_width["phone"]
        said = f" ({', '.join(case['said'])})" if "said" in case else ""
        therapies = ", ".join([case["open"], *case.get("add", ())])
        waited = max(desk.waited, phone.waited)
        lines.append(
            f"| {name}{said} | {therapies} | {desk.presses} | {max(desk.tabs, phone.tabs)} |"
            f" {desk.screens} | {phone.screens} | {desk.reading} + {waited:.0f} |\n"
        )
    before, _, after = TABLE.read_text("utf-8").partition("| case |")
    rest = after.partition("\n\n")[2]
    TABLE.write_text(before + HEAD + "".join(lines) + ("\n" + rest if rest else ""), "utf-8")
