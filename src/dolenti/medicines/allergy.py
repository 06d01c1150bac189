"""What an allergy to one speciality is an allergy to: its substances, and its excipients if known.

A person who "is allergic to XYLOCAINE" may have reacted to lidocaine or to a preservative. So both
are said, and where the excipients were never looked up that is said too: unknown is not none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from dolenti.guideline.knowledge import ExcipientsOf, MedicineClass
from dolenti.medicines.matching import Match, matched
from dolenti.medicines.values import Speciality


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
