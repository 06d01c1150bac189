"""What the public base says of one medicine, as values.

Names, strengths and dates stand as the base writes them. The base has no ATC code of its own
(``atc`` is there where its list of medicines of major interest was loaded) and no excipient.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

MARKETED_PACK = "Déclaration de commercialisation"
"""What the base writes of a pack that is sold."""

ACTIVE = "active"
"""The one word of the base that means: authorised on the day of the file."""

KnownFrom = Literal["composition", "generic-group", "nothing"]


@dataclass(frozen=True, slots=True)
class Substance:
    """One line of a composition. ``kind``: SA as weighed, FT its therapeutic fraction.

    ``link`` is the same number for one substance and its fraction. ``dose`` and ``per`` are the
    base's words (``40,0 mg``, ``un comprimé``) and may be empty.
    """

    kind: str
    link: str
    code: str
    name: str
    dose: str
    per: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack: its codes, what is in it, and the base's word on whether it is sold."""

    cip7: str
    cip13: str
    label: str
    marketing: str

    @staticmethod
    def usual_cip13(cip7: str) -> str:
        """The CIP13 that every pack has today by its CIP7: the same digits between 34009, which
        says France and a medicine, and the check digit of an EAN-13."""
        digits = f"34009{cip7}"
        told = sum(int(one) * (1, 3)[place % 2] for place, one in enumerate(digits))
        return f"{digits}{-told % 10}"

    @property
    def marketed(self) -> bool:
        return self.marketing == MARKETED_PACK


@dataclass(frozen=True, slots=True)
class Speciality:
    """One speciality."""

    cis: str
    name: str
    form: str
    routes: tuple[str, ...]
    authorisation: str
    marketed: bool
    composition: tuple[Substance, ...] = ()
    generic_group: str = ""
    atc: str = ""
    packs: tuple[Pack, ...] = ()

    @property
    def authorised(self) -> bool:
        """In force on the day of the file: archived, abrogated, withdrawn, suspended are not."""
        return self.authorisation == ACTIVE

    @property
    def substances_from(self) -> KnownFrom:
        """What tells which substances it holds."""
        if self.composition:
            return "composition"
        return "generic-group" if self.generic_group else "nothing"

    @property
    def active_substances(self) -> tuple[str, ...]:
        """The names of what was weighed, once each, in the base's order."""
        names = (substance.name for substance in self.composition if substance.kind == "SA")
        return tuple(dict.fromkeys(names)) or tuple(
            dict.fromkeys(substance.name for substance in self.composition)
        )


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a base comes from: the day of each of its files."""

    specialities: date
    packs: date
    compositions: date
    made_from: str

    @property
    def newest_order(self) -> tuple[date, date]:
        """By what one base is newer than another."""
        return (self.specialities, self.packs)
