"""The birth date as it is typed in three fields, and what is wrong with each of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext

from dolenti.guideline.birth import BirthDate, PartialDate, first_day
from dolenti.portal.three_fields import FIELDS, number_in, what_to_write


def read(typed: Mapping[str, str]) -> tuple[BirthDate | None, dict[str, str]]:
    """The date as far as it goes (an empty day or month, or 00, is one that is not known), or what
    is wrong, by field or of the whole ``date``. What nobody was born on counts as no guess."""
    errors, numbers = {}, dict.fromkeys(FIELDS, 0)
    for name in FIELDS:
        number = number_in(name, typed[name])
        if number is None:
            errors[name] = _wrong(name)
        else:
            numbers[name] = number
    day, month, year = numbers.values()
    if not errors and day and not month:
        errors["month"] = gettext("Write the month too, or leave the day empty.")
    if not year and "year" not in errors:
        errors["year"] = _wrong("year")
    if errors:
        return None, errors
    begun = timezone.now() + timedelta(hours=14)  # somewhere: a link may say no site
    try:
        born = date(year, month, day) if day else PartialDate(year, month or None)
        is_there = first_day(born) <= begun.date()
    except ValueError:
        is_there = False
    if is_there:
        return born, {}
    why = gettext("Nobody was born on this date: it does not exist, or is to come. Correct it.")
    return None, {"date": why}


def _wrong(name: str) -> str:
    year = gettext("Write the year of birth in four figures, for example 1948.")
    return what_to_write(name, year)
