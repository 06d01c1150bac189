"""“Depuis” and “since”, as people say it: kept as precisely as it was said, and no more."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.calendar.since_text import PRECISIONS, Since, read_since
from dolenti.guideline.errors import InputError
from tests.nasty import VALUES

TODAY = date(2026, 11, 28)  # a Saturday


@pytest.mark.parametrize(
    "text,iso",
    [
        # A day
        ("15/03/2026", "2026-03-15"), ("2026-03-15", "2026-03-15"), ("15 mars 2026", "2026-03-15"),
        ("March 15, 2026", "2026-03-15"), ("depuis le 1er mars", "2026-03-01"),
        ("since 15 March", "2026-03-15"), ("15/03", "2026-03-15"), ("le 15 décembre", "2025-12-15"),
        ("hier", "2026-11-27"), ("since yesterday", "2026-11-27"), ("aujourd’hui", "2026-11-28"),
        ("avant-hier", "2026-11-26"), ("lundi", "2026-11-23"), ("since last Monday", "2026-11-23"),
        ("samedi dernier", "2026-11-21"),
        ("3 semaines", "2026-11-07"), ("depuis trois semaines", "2026-11-07"),
        ("3 weeks", "2026-11-07"), ("10 j", "2026-11-18"), ("quinze jours", "2026-11-13"),
        ("il y a une semaine environ", "2026-11-21"), ("two days ago", "2026-11-26"),
        ("la semaine dernière", "2026-11-21"),
        # A month
        ("mars 2026", "2026-03"), ("03/2026", "2026-03"), ("2026-03", "2026-03"),
        ("since March", "2026-03"), ("mars", "2026-03"), ("mars dernier", "2026-03"),
        ("depuis décembre", "2025-12"), ("novembre", "2026-11"), ("en août 2025", "2025-08"),
        ("6 mois", "2026-05"), ("depuis 6 mois", "2026-05"), ("6 months ago", "2026-05"),
        ("six mois", "2026-05"), ("18 mois", "2025-05"), ("un an", "2025-11"),
        ("1 year", "2025-11"),
        ("a year", "2025-11"), ("1,5 an", "2025-05"), ("un an et demi", "2025-05"),
        ("2 ans et 3 mois", "2024-08"), ("le mois dernier", "2026-10"), ("this month", "2026-11"),
        ("about 4 months", "2026-07"), ("2 ans", "2024-11"),
        # A year
        ("2019", "2019"), ("depuis 2019", "2019"), ("en 2019", "2019"), ("10 ans", "2016"),
        ("ten years", "2016"), ("l’année dernière", "2025"), ("l’an dernier", "2025"),
        ("cette année", "2026"), ("since last year", "2025"),
    ],
)  # fmt: skip
def test_what_is_said_is_read(text: str, iso: str) -> None:
    assert read_since(text, TODAY).iso == iso
    assert read_since(f"  {text.upper()} ", TODAY).iso == iso


@pytest.mark.parametrize(
    "text,day",
    [("2019", date(2019, 12, 31)), ("mars 2026", date(2026, 3, 31)), ("cette année", TODAY),
     ("this month", TODAY)],
)  # fmt: skip
def test_of_a_month_or_a_year_the_last_day_is_kept_and_none_to_come(text: str, day: date) -> None:
    assert read_since(text, TODAY).day == day


@pytest.mark.parametrize(
    "text",
    ["", "longtemps", "toujours", "l’hiver", "0 mois", "13/2026", "31 février", "bientôt", "6",
     "mais", "26 brumaire",
     "plus de 6 mois", "0000", "depuis", "quelques jours", "2019 2020", "jui"],
)  # fmt: skip
def test_what_says_no_time_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(InputError, match="says no time"):
        read_since(text, TODAY)


@pytest.mark.parametrize("text", ["2027", "décembre 2026", "29/11/2026", "2026-12-01"])
def test_what_is_to_come_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="still to come"):
        read_since(text, TODAY)


@pytest.mark.parametrize("text", ["1850", "300 ans", "mars 1066"])
def test_what_nobody_means_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="check the year"):
        read_since(text, TODAY)


@pytest.mark.parametrize(
    "since,french,english",
    [
        (Since(date(2026, 3, 1)), "depuis le 1er mars 2026", "since 1 March 2026"),
        (Since(date(2026, 3, 31), "month"), "depuis mars 2026", "since March 2026"),
        (Since(date(2019, 12, 31), "year"), "depuis 2019", "since 2019"),
    ],
)
def test_it_is_shown_as_precisely_as_it_was_said(since: Since, french: str, english: str) -> None:
    assert (since.in_words("fr"), since.in_words("en")) == (french, english)


@given(
    st.dates(date(1901, 1, 1), TODAY), st.sampled_from(PRECISIONS), st.sampled_from(["fr", "en"])
)
def test_what_is_shown_or_typed_again_is_read_as_the_same(
    day: date, precision: str, language: str
) -> None:
    said = read_since(Since(day, precision).iso, TODAY)  # type: ignore[arg-type]
    assert read_since(said.typed, TODAY) == said
    assert read_since(said.in_words(language), TODAY) == said


@given(st.text(max_size=60))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    with suppress(InputError):
        assert read_since(text, TODAY).day <= TODAY


@pytest.mark.parametrize(
    "text", [*VALUES, "9" * 40, "2026-01-01-05", "2026-1-1", "٢٠٢٦", "2026-13", "2026-02-30"]
)
def test_what_was_typed_and_is_shown_again_is_a_time_or_none(text: str) -> None:
    """A field that refused a number of forty figures showed it again, and failed at that."""
    with suppress(ValueError):
        assert Since.of(text).iso == text
