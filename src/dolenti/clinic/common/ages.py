"""How old people and statements are, in words."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dolenti.guideline.birth import BirthDate, PartialDate, ages
from dolenti.guideline.dates import Duration, whole_years
from dolenti.guideline.words import duration_in_words


def age_in_words(born: BirthDate, day: date) -> str:
    """“58 years”; of a child under two, months. Where the day of birth is not known, all that the
    age may be: “75 or 76 years”."""
    if isinstance(born, PartialDate):
        return _age_between(*ages(born, day))
    years = whole_years(born, day)
    if years < 2:
        months = _whole_months(born, day)
        return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}
    return ngettext("%(n)s year", "%(n)s years", years) % {"n": years}


def _age_between(youngest: int, oldest: int) -> str:
    if oldest < 2:
        return ngettext("under %(n)s year", "under %(n)s years", oldest + 1) % {"n": oldest + 1}
    if youngest == oldest:
        return ngettext("%(n)s year", "%(n)s years", oldest) % {"n": oldest}
    return _("%(one)s or %(other)s years") % {"one": youngest, "other": oldest}


def ago(day: date, today: date, language: str) -> str:
    """“today”, “3 days ago”, “5 months ago”, “2 years ago”: as precise as it matters."""
    days = (today - day).days
    if days <= 0:
        return _("today")
    months = _whole_months(day, today)
    length = Duration(days=days) if months < 2 else Duration(months=months)
    if months >= 24:
        length = Duration(months=months - months % 12)
    return _("%(length)s ago") % {"length": duration_in_words(length, language)}


def _whole_months(first: date, last: date) -> int:
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < first.day)
