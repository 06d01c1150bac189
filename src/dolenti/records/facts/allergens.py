"""An allergy typed as a medicine, by the edition in force and the public base of this site."""

from __future__ import annotations

from collections.abc import Iterable

from dolenti.guideline.knowledge import FactDefinition
from dolenti.medicines.allergy import ALLERGY, Allergy, by_name, definition_of, of_specialities
from dolenti.records import engine
from dolenti.records.facts import naming


def definition() -> FactDefinition:
    """The fact that holds a patient's allergies."""
    return definition_of(engine.edition_in_force())


def named(typed: str, cis: str = "") -> Allergy:
    """What an allergy to a medicine of this name, or to the speciality chosen for it, means."""
    edition = engine.edition_in_force()
    speciality = naming.speciality(cis) if cis else None
    if speciality is not None:
        return of_specialities(speciality.name, [speciality], edition)
    return by_name(typed, naming.understood(typed), edition, naming.base())


def answered(typed: str, members: Iterable[str]) -> Allergy:
    """What somebody said that it is: none of ours, or these."""
    chosen = set(members)
    ours = (option.id for option in definition().options)
    return Allergy(typed, members=tuple(member for member in ours if member in chosen))


__all__ = ["ALLERGY", "Allergy", "answered", "definition", "named"]
