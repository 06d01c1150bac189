"""What people type for a birth date, of which they may know the year alone."""

from __future__ import annotations

from datetime import date

import pytest

from dolenti.calendar.birth_text import read_birth_text
from dolenti.guideline.birth import BirthDate, PartialDate

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    "text,born",
    [
        ("12/05/1950", date(1950, 5, 12)),
        ("12 mai 1950", date(1950, 5, 12)),
        ("12/5/50", date(1950, 5, 12)),
        ("1950", PartialDate(1950)),
        (" 1950 ", PartialDate(1950)),
        ("05/1950", PartialDate(1950, 5)),
        ("5.1950", PartialDate(1950, 5)),
        ("1950-05", PartialDate(1950, 5)),
        ("mai 1950", PartialDate(1950, 5)),
        ("May 1950", PartialDate(1950, 5)),
        ("née en août 1950", PartialDate(1950, 8)),
        ("00/05/1950", PartialDate(1950, 5)),
        ("00/00/1950", PartialDate(1950)),
    ],
)
def test_what_is_known_is_read_and_no_more(text: str, born: BirthDate) -> None:
    assert read_birth_text(text, TODAY) == born


@pytest.mark.parametrize(
    "text", ["", "50", "195", "19500", "13/1950", "31/02/1950", "12/00/1950", "jui 1950", "0000",
             "vers 1950", "1950 ou 1951", "mai", "05/50"],
)  # fmt: skip
def test_the_rest_is_refused(text: str) -> None:
    assert read_birth_text(text, TODAY) is None
