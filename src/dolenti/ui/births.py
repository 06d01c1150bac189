"""A birth date on the screen, as far as it is known."""

from __future__ import annotations

from typing import Final

from django.utils.formats import date_format

from dolenti.guideline.birth import BirthDate, PartialDate
from dolenti.guideline.words import birth_as_written, birth_in_words
from dolenti.ui.language import current

_BORN: Final = {"female": "née", "male": "né"}


def birth_as_listed(born: BirthDate | None, sex: str = "") -> str:
    """02/03/1968; “née en mai 1950” and “né en 1950” where no more is known, so that no digit is
    taken for a day, and “naissance : 1950” of whom the sex is not known or not said here; nothing
    where nothing is."""
    if born is None:
        return ""
    if not isinstance(born, PartialDate):
        return date_format(born, "SHORT_DATE_FORMAT")
    if current() != "fr":
        return f"born {birth_in_words(born, current())}"
    if sex in _BORN:
        return f"{_BORN[sex]} {birth_in_words(born, 'fr')}"
    return f"naissance\u00a0: {birth_as_written(born, 'fr')}"


def birth_beside_label(born: BirthDate | None) -> str:
    """The same beside a word that says what it is: 02/03/1968, “mai 1950”, “1950”."""
    if isinstance(born, PartialDate):
        return birth_as_written(born, current())
    return birth_as_listed(born)
