"""What an allergy to one speciality is an allergy to: its substances, and its excipients if known.

A person who "is allergic to XYLOCAINE" may have reacted to lidocaine or to a preservative. So both
are said, and where the excipients were never looked up that is said too: unknown is not none.

A name may mean several specialities. What all of them hold is meant; what only some hold, and the
excipients of a label that nobody looked up, may be. A name that is the substance's own says nothing
of excipients.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from dolenti.guideline.knowledge import (
    EXCIPIENT_NAMES,
    Edition,
    ExcipientsOf,
    FactDefinition,
    MedicineClass,
    members_of,
)
from dolenti.medicines.base import Base
from dolenti.medicines.matching import Match, matched
from dolenti.medicines.understanding import Understood
from dolenti.medicines.values import Speciality
from dolenti.medicines.words import words

ALLERGY = "allergy"
"""The fact that holds the allergies of a patient."""


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


@dataclass(frozen=True)
class Allergen:
    """One member of ``allergy``, and by what the speciality means it."""

    member: str
    because: Match


@dataclass(frozen=True)
class AllergyTo:
    """An allergy typed as a speciality.

    ``substances`` as the base names them, empty where it does not say. ``excipients`` is ``None``
    where nobody looked them up. ``allergens`` are what our own fact can hold of the substances.
    """

    speciality: Speciality
    substances: tuple[str, ...]
    allergens: tuple[Allergen, ...]
    excipients: ExcipientsOf | None

    @property
    def understood(self) -> bool:
        """Whether everything that it may be an allergy to is known."""
        return bool(self.substances) and self.excipients is not None


def allergy_to(
    speciality: Speciality, classes: Iterable[MedicineClass], excipients: Iterable[ExcipientsOf]
) -> AllergyTo:
    """The allergy to a speciality: whatever its route, a gel sensitises as a tablet does."""
    allergens: dict[str, Allergen] = {}
    for medicine_class in classes:
        by_any_route = msgspec.structs.replace(medicine_class.medicines, routes=())
        own = {part.word: part.allergy for part in by_any_route.substances}
        if not medicine_class.allergy and not any(own.values()):
            continue
        for match in matched(speciality, by_any_route):
            for member in (*own.get(match.substance, ()), *medicine_class.allergy):
                allergens.setdefault(member, Allergen(member, match))
    return AllergyTo(
        speciality=speciality,
        substances=speciality.active_substances
        or ((speciality.generic_group,) if speciality.generic_group else ()),
        allergens=tuple(allergens.values()),
        excipients=next((one for one in excipients if one.id == speciality.cis), None),
    )


def by_name(typed: str, found: Understood, edition: Edition, base: Base) -> Allergy:
    """What an allergy of this name means, by the specialities that it was found to name; by the
    label of one of the fact's own members where it names none."""
    if found.known and found.cis:
        return of_specialities(typed, [base.speciality(cis) for cis in found.cis], edition)
    ours = _by_label(typed, definition_of(edition))
    return Allergy(typed, members=ours, understood=bool(ours))


def of_specialities(name: str, specialities: Iterable[Speciality], edition: Edition) -> Allergy:
    """What an allergy to one of these, called by this name, means."""
    each = [allergy_to(one, edition.medicine_classes, edition.excipients) for one in specialities]
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
    ours = [option.id for option in definition_of(edition).options]
    meant = set(members_of(ours, sure))
    return Allergy(
        name,
        members=tuple(member for member in ours if member in meant),
        unsaid=tuple(member for member in members_of(ours, maybe) if member not in meant),
        substances=substances,
        understood=all(one.substances for one in each),
    )


def definition_of(edition: Edition) -> FactDefinition:
    """The fact that holds a patient's allergies."""
    return next(one for one in edition.facts if one.id == ALLERGY)


def _by_label(typed: str, definition: FactDefinition) -> tuple[str, ...]:
    """What is called just so: latex, sulfites."""
    wanted = words(typed)
    return tuple(
        option.id
        for option in definition.options
        if wanted and wanted in (words(option.label.fr), words(option.label.en))
    )
