"""Dates, amounts and numbers as they stand on paper, in French and in English."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise

from dolenti.guideline.birth import BirthDate, PartialDate
from dolenti.guideline.words import date_in_words, partial_in_words

_THIN = "\u202f"
_NO_BREAK = "\u00a0"


def euros(cents: int, language: str) -> str:
    """``1 250,00 €`` in French, ``€1,250.00`` in English."""
    sign = "−" if cents < 0 else ""
    whole, part = divmod(abs(cents), 100)
    if language == "fr":
        grouped = f"{whole:,}".replace(",", _THIN)
        return f"{sign}{grouped},{part:02}{_NO_BREAK}€"
    return f"{sign}€{whole:,}.{part:02}"


def day(value: date, language: str) -> str:
    """``1er mai 2026``, ``1 May 2026``, kept on one line."""
    return date_in_words(value, language).replace(" ", _NO_BREAK)


def short_day(value: date, language: str) -> str:
    """``01/05/2026`` in French, ``1 May 2026`` in English, where 01/05 would be read two ways."""
    return value.strftime("%d/%m/%Y") if language == "fr" else day(value, language)


def short_birth(born: BirthDate, language: str) -> str:
    """``12/05/1950`` or ``12 May 1950``; ``mai 1950`` or ``1950`` where no more is known."""
    if isinstance(born, PartialDate):
        return partial_in_words(born, language).replace(" ", _NO_BREAK)
    return short_day(born, language)


def moment(value: datetime, language: str) -> str:
    """``01/05/2026 à 14 h 05``, ``1 May 2026 at 14:05``, in the zone that the time carries."""
    if language == "fr":
        clock = f"à{_NO_BREAK}{value:%H}{_NO_BREAK}h{_NO_BREAK}{value:%M}"
        return f"{short_day(value, language)}{_NO_BREAK}{clock}"
    return f"{short_day(value, language)}{_NO_BREAK}at{_NO_BREAK}{value:%H:%M}"


def health_number(digits: str) -> str:
    """An INS as it is read aloud: ``2 84 12 76 451 089 46``; another length is left as it is."""
    if len(digits) != 15:
        return digits
    cuts = (0, 1, 3, 5, 7, 10, 13, 15)
    return _NO_BREAK.join(
        digits[start:end] for start, end in pairwise(cuts)
    )  # fmt: skip


def fingerprint(sha256: str) -> str:
    """A digest in groups of eight, so that two people can compare it."""
    return " ".join(sha256[start : start + 8] for start in range(0, len(sha256), 8))
