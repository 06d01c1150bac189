"""In June 2028 every list that grows old says, at the command line, of which year it is, and that
the one of that year was never entered."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from dolenti.calendar.opening import Opening
from tests.asked_file import with_noes
from tests.unit.typed import KNEE, MIXTURE, run

THEN = "2028-06-01"
IN_FRENCH, IN_ENGLISH = "(l’année 2028 n’a jamais été saisie)", "(2028 was never entered)"


@pytest.fixture(autouse=True)
def in_two_years() -> object:
    with time_machine.travel(f"{THEN}T09:00:00Z", tick=False):
        yield


def said(*arguments: str, stdin: str | None = None) -> str:
    done = run(*arguments, stdin=stdin)
    assert done.exit_code == 0, done.stderr
    return " ".join(done.stdout.split())


@pytest.mark.parametrize("command", [("show", "lamaline"), ("find", "lamaline"), ("check",)])
def test_the_status_of_a_medicine(command: tuple[str, ...]) -> None:
    assert IN_FRENCH in said("medicines", *command, "--lang", "fr")
    assert IN_ENGLISH in said("medicines", *command, "--lang", "en")


def test_the_holidays_of_a_plan() -> None:
    assert "Public holidays: 2026 (2028 was never entered)" in said(
        "plan", "-", "--therapy", "mesotherapy", "--start", "2028-06-05", "--as-of", THEN,
        "--lang", "en", stdin=with_noes(KNEE, date(2028, 6, 1)),
    )  # fmt: skip


def test_the_prohibited_list_of_a_mixture() -> None:
    athlete = MIXTURE.replace("facts:\n  {", "facts:\n  {athlete-tested: true, ").replace(
        "lidocaine", "triamcinolone-acetonide"
    )
    assert "the 2028 List was not entered for this product: check it" in said(
        "mixture", "-", "--as-of", THEN, "--lang", "en", stdin=athlete
    )


def test_a_holiday_is_said_with_the_year_in_which_they_were_compared() -> None:
    holiday, today = date(2028, 7, 14), date(2028, 6, 1)
    always = Opening(week={})
    before = always.closed_because(holiday, date(2026, 12, 31))
    after = always.closed_because(holiday, today)
    assert before is not None
    assert after is not None
    assert "2026" not in before.en
    assert after.en.endswith("(Public holidays 2026, that of 2028 was never entered: check it)")
