"""A day in any form that people write it in."""

from __future__ import annotations

from datetime import date

import pytest

from dolenti.calendar.day_text import read_day

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "text",
    ["02/03/1968", "2/3/1968", "2.3.68", "02-03-1968", "2 3 1968", "1968-03-02", "1968/3/2",
     "02031968", "2 mars 1968", "02 MARS 1968", "2 March 1968", " 2 mar 1968 ", "2nd March 1968"],
)  # fmt: skip
def test_a_day_is_read_in_any_common_form(text: str) -> None:
    assert read_day(text, TODAY) == date(1968, 3, 2)


@pytest.mark.parametrize(
    "text,day",
    [
        ("1er août 2001", date(2001, 8, 1)),
        ("14 juillet 1989", date(1989, 7, 14)),
        ("3 juin 1975", date(1975, 6, 3)),
        ("3 fév 1975", date(1975, 2, 3)),
        ("1/1/26", date(2026, 1, 1)),
        ("1/1/27", date(1927, 1, 1)),
    ],
)
def test_months_in_words_and_years_in_two_digits(text: str, day: date) -> None:
    assert read_day(text, TODAY) == day


@pytest.mark.parametrize(
    "text",
    ["", "31/02/1968", "13/13/1968", "1968", "02/1968", "0203196", "2 ma 1968", "2 juillembre 1968",
     "Durand", "2/3/968", "12/1968/3", "٠٢/٠٣/١٩٦٨x"],
)  # fmt: skip
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_day(text, TODAY) is None
