"""An allergy typed as a medicine: which of the substances and excipients that the rules ask for it
means, and of which it leaves unknown whether it does.

A name may mean several specialities. What all of them hold is meant; what only some hold, and the
excipients of a label that nobody looked up, may be. A name that is the substance's own says nothing
of excipients.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dolenti.guideline.knowledge import FactDefinition
from dolenti.guideline.mixture.allergies import members_of
from dolenti.guideline.mixture.look import EXCIPIENT_NAMES
from dolenti.medicines.allergy import AllergyTo, allergy_to
from dolenti.medicines.words import words
from dolenti.records import engine
from dolenti.records.facts import naming
from dolenti.records.facts.knowing import ALLERGY


@dataclass(frozen=True)
class Allergy:
    """An allergy by its name. ``members`` of the fact ``allergy`` are meant, those of ``unsaid``
    may be: nobody takes them for absent. ``substances`` are those of the base. ``understood`` is
    false where somebody must say what it is."""

    name: str
    members: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    substances: tuple[str, ...] = ()
    understood: bool = True


def definition() -> FactDefinition:
    """The fact that holds a patient's allergies."""
    return next(one for one in engine.edition_in_force().facts if one.id == ALLERGY)


def named(typed: str, cis: str = "") -> Allergy:
    """What an allergy to a medicine of this name, or to the speciality chosen for it, means."""
    speciality = naming.speciality(cis) if cis else None
    if speciality is not None:
        return _of([_allergy_to(cis)], speciality.name)
    found = naming.understood(typed)
    if found.known and found.cis:
        return _of([_allergy_to(one) for one in found.cis], typed)
    ours = _by_label(typed)
    return Allergy(typed, members=ours, understood=bool(ours))


def answered(typed: str, members: Iterable[str]) -> Allergy:
    """What somebody said that it is: none of ours, or these."""
    chosen = set(members)
    return Allergy(typed, members=tuple(m for m in _members() if m in chosen))


def _members() -> list[str]:
    return [option.id for option in definition().options]


def _by_label(typed: str) -> tuple[str, ...]:
    """What is called just so: latex, sulfites."""
    wanted = words(typed)
    return tuple(
        option.id
        for option in definition().options
        if wanted and wanted in (words(option.label.fr), words(option.label.en))
    )


def _allergy_to(cis: str) -> AllergyTo:
    edition = engine.edition_in_force()
    speciality = naming.speciality(cis)
    assert speciality is not None
    return allergy_to(speciality, edition.medicine_classes, edition.excipients)


def _of(each: list[AllergyTo], name: str) -> Allergy:
    sets = [frozenset(allergen.member for allergen in one.allergens) for one in each]
    substances = tuple(dict.fromkeys(name for one in each for name in one.substances))
    sure, maybe = frozenset.intersection(*sets), frozenset.union(*sets)
    if not set(words(name)) <= set(words(" ".join(substances))):
        labels = [one.excipients for one in each]
        named = [frozenset(label.excipients) if label else frozenset() for label in labels]
        sure |= frozenset.intersection(*named)
        maybe |= frozenset.union(*named)
        if None in labels:
            maybe |= set(EXCIPIENT_NAMES)
    ours = _members()
    meant = set(members_of(ours, sure))
    return Allergy(
        name,
        members=tuple(member for member in ours if member in meant),
        unsaid=tuple(member for member in members_of(ours, maybe) if member not in meant),
        substances=substances,
        understood=all(one.substances for one in each),
    )


__all__ = ["ALLERGY", "Allergy", "answered", "definition", "named"]
