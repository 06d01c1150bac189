"""A birth date as far as it is known: no day is made up, and no age between the two."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline.birth import (
    Ages,
    BirthDate,
    PartialDate,
    ages,
    is_within,
    may_be_one,
    read_birth,
)
from dolenti.guideline.conditions import Compare
from dolenti.guideline.dates import whole_years
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case, Complaint
from dolenti.guideline.header import header_facts
from dolenti.guideline.judge.comparing import comparison
from dolenti.guideline.words import birth_as_written, birth_in_words, value_in_words
from tests.spec.strategies import DICTIONARY

OPERATORS = ("over", "under", "at-least", "at-most")
PARTIAL = st.builds(PartialDate, st.integers(1930, 2026), st.one_of(st.none(), st.integers(1, 12)))


def every_day(born: PartialDate, until: date) -> list[date]:
    count = (born.last - born.first).days + 1
    days = [born.first + timedelta(days=number) for number in range(count)]
    return [day for day in days if day <= until]


@pytest.mark.parametrize(
    "text,kept",
    [
        (1950, PartialDate(1950)),
        ("1950", PartialDate(1950)),
        ("1950-05", PartialDate(1950, 5)),
        ("1950-05-12", date(1950, 5, 12)),
        (date(1950, 5, 12), date(1950, 5, 12)),
    ],
)
def test_it_is_read_as_precisely_as_it_is_written(text: object, kept: BirthDate) -> None:
    assert read_birth(text) == kept
    assert read_birth(kept.isoformat()) == kept


@pytest.mark.parametrize(
    "text", ["1950-13", "1950-00", "1950-5", "0000", "195", "50", "05/1950", True, None, 0, -1950]
)
def test_anything_else_is_refused_in_a_sentence(text: object) -> None:
    with pytest.raises(InputError, match="is not a birth date; write"):
        read_birth(text)


@given(PARTIAL, st.dates(date(2027, 1, 1), date(2060, 12, 31)))
def test_the_ages_are_those_of_every_day_that_it_may_be(born: PartialDate, day: date) -> None:
    assert {whole_years(one, day) for one in every_day(born, day)} == set(ages(born, day))


def test_of_a_year_that_is_not_over_only_the_past_counts() -> None:
    assert ages(PartialDate(2026), date(2026, 11, 29)) == Ages(0, 0)
    assert ages(PartialDate(1950), date(2026, 11, 29)) == Ages(75, 76)
    assert ages(PartialDate(1950, 11), date(2026, 11, 29)) == Ages(75, 76)
    assert ages(PartialDate(1950, 10), date(2026, 11, 29)) == Ages(76, 76)
    assert ages(date(1950, 11, 30), date(2026, 11, 29)) == Ages(75, 75)


@given(PARTIAL, st.sampled_from(OPERATORS), st.integers(0, 120), st.integers(0, 400))
def test_a_comparison_is_that_of_every_day_or_unknown(
    born: PartialDate, operator: str, bound: int, later: int
) -> None:
    as_of = date(2026, 12, 31) + timedelta(days=later)
    test = comparison(Compare("age", operator, float(bound)))  # type: ignore[arg-type]

    def answer(birth: BirthDate) -> bool | None:
        case = Case(as_of, Complaint("1"), {}, birth)
        return test(header_facts(case, DICTIONARY)["age"].value, as_of)

    answers = {answer(day) for day in (*every_day(born, as_of),)}
    assert answer(born) is (answers.pop() if len(answers) == 1 else None)


@given(PARTIAL, st.dates(date(1990, 1, 1), date(2026, 11, 29)))
def test_an_unusual_age_at_onset_is_that_of_every_day_or_unknown(
    born: PartialDate, began: date
) -> None:
    as_of = date(2026, 11, 29)

    def answer(birth: BirthDate) -> object:
        case = Case(as_of, Complaint("1", since=began), {}, birth)
        known = header_facts(case, DICTIONARY).get("onset-before-20-or-after-55")
        return known and known.value

    answers = {answer(day) for day in every_day(born, began)}
    if answers:
        assert answer(born) is (answers.pop() if len(answers) == 1 else None)


@given(PARTIAL, PARTIAL)
def test_two_may_be_one_where_a_day_is_of_both(one: PartialDate, other: PartialDate) -> None:
    shared = one.year == other.year and (one.month or 0) * (other.month or 0) in (
        0,
        (one.month or 0) ** 2,
    )
    assert may_be_one(one, other) is may_be_one(other, one) is shared
    assert may_be_one(one, one.last)
    assert is_within(PartialDate(one.year, 2), PartialDate(one.year))
    assert not is_within(PartialDate(one.year), PartialDate(one.year, 2))
    assert one.last.day == monthrange(one.year, one.month or 12)[1]


def test_it_is_said_without_a_day() -> None:
    age = DICTIONARY.definition("age")
    known = header_facts(
        Case(date(2026, 11, 29), Complaint("1"), {}, PartialDate(1950)), DICTIONARY
    )
    assert value_in_words(known["age"].value, age, "fr").startswith("75 ou 76")
    assert birth_in_words(PartialDate(1950, 5), "fr") == "en mai 1950"
    assert birth_in_words(PartialDate(1950), "en") == "in 1950"
    assert birth_in_words(date(1950, 5, 1), "fr") == "le 1er mai 1950"
    assert birth_as_written(PartialDate(1950, 5), "en") == "May 1950"
