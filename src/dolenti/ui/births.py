"""A birth date on the screen, as far as it is known."""

from __future__ import annotations

from django.utils.formats import date_format

from dolenti.guideline.birth import BirthDate, PartialDate
from dolenti.guideline.words import birth_in_words
from dolenti.ui.language import current


def birth_as_listed(born: BirthDate | None) -> str:
    """02/03/1968; “in May 1950” and “in 1950” where no more is known, so that no digit is taken
    for a day; nothing where nothing is."""
    if born is None:
        return ""
    if isinstance(born, PartialDate):
        return birth_in_words(born, current())
    return date_format(born, "SHORT_DATE_FORMAT")
