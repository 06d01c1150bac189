"""What is left to the night is there, and something of its kind is asked by day."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.night import BY_NIGHT, is_named, of_the_night

ROOT = Path(__file__).resolve().parents[2]


def test_every_line_of_the_table_leads_to_tests_of_the_night_and_to_one_of_the_day() -> None:
    files = sorted({one.split("::")[0] for pair in BY_NIGHT.items() for one in pair})
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:randomly", *files],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    tests = [line for line in listed.stdout.splitlines() if "::" in line]
    by_day = [one for one in tests if not any(is_named(one, night) for night in BY_NIGHT)]
    for night, day in BY_NIGHT.items():
        assert any(is_named(one, night) for one in tests), f"is no test: {night}"
        assert any(is_named(one, day) for one in by_day), f"is asked by night too: {day}"


def test_a_name_may_leave_out_what_stands_between() -> None:
    assert is_named("tests/a.py::test_x[one-desk]", "tests/a.py::*desk")
    assert not is_named("tests/a.py::test_x[one-phone]", "tests/a.py::*desk")
    assert not is_named("tests/b.py::test_x[one-desk]", "tests/a.py::*desk")
    assert is_named("tests/a.py::test_x[1]", "tests/a.py")


def test_whoever_names_a_file_runs_all_of_it() -> None:
    night = next(iter(BY_NIGHT))
    assert not of_the_night(night, [night.split("::")[0]])
