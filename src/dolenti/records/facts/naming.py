"""Medicines by name at this site: the public base in use, and what a name means by the edition."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from dolenti.medicines.base import Base
from dolenti.medicines.meaning import Meant, meaning_of
from dolenti.medicines.search import Found, Index
from dolenti.medicines.store import bases
from dolenti.medicines.understanding import MedicineReader, Understood
from dolenti.medicines.values import Speciality
from dolenti.records import engine

MOST_SUGGESTED = 8


@cache
def base() -> Base:
    """The base in use, as it was when first asked for."""
    return bases(settings.DATA).in_force


@cache
def _reader() -> MedicineReader:
    return MedicineReader(engine.edition_in_force(), base())


@cache
def _index() -> Index:
    return Index(base())


def understood(name: str, cis: str = "") -> Understood:
    """What a name, or the speciality that was chosen for it, says."""
    return _reader().classes_of(name, cis, "cis" if cis else None)


def meaning(found: Understood) -> Meant:
    """What that means for the facts."""
    return meaning_of(found, engine.edition_in_force(), base())


def suggested(typed: str) -> Found:
    """The specialities that a text may mean, the likeliest first."""
    return _index().find(typed, MOST_SUGGESTED)


def speciality(cis: str) -> Speciality | None:
    """The speciality with a CIS, if the base has it."""
    return base().speciality(cis) if cis in base() else None
