"""A date of expiry as it is printed on an ampoule: a day, or a month to its last day."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from dolenti.clinic.common.typed import ExpiryField

LAST = date(2027, 10, 31)


@pytest.mark.parametrize(
    "typed",
    ["10/2027", "10/27", "10 2027", "10-2027", "10.2027", "2027-10", "31/10/2027", "2027-10-31"],
)
def test_a_month_is_its_last_day(typed: str) -> None:
    assert ExpiryField().clean(typed) == LAST


@pytest.mark.parametrize("typed, day", [("02/2028", 29), ("2/27", 28), ("04/2027", 30)])
def test_the_last_day_is_that_of_the_month(typed: str, day: int) -> None:
    assert ExpiryField().clean(typed).day == day


@pytest.mark.parametrize("typed", ["13/2027", "00/2027", "10/0027", "octobre", "2027", "１0/2027"])
def test_what_is_no_month_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        ExpiryField().clean(typed)


def test_the_form_says_so() -> None:
    assert "10/2027" in str(ExpiryField().help_text)
