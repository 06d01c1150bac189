"""Medicines that patients take, as the public base of medicines and records name them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from dolenti.guideline.knowledge.entries import Basis, Cited, Entry, Text

SYSTEMIC_ROUTES = (
    "orale", "intramusculaire", "intraveineuse", "sous-cutanée", "transdermique", "rectale",
    "sublinguale",
)  # fmt: skip
"""Routes, in the base's words, by which a medicine acts on the whole body."""


class NamedSubstance(Entry, frozen=True, kw_only=True):
    """A substance as the public base of medicines writes it.

    ``names`` stand exactly so in its compositions. ``word`` has no accent, and is the beginning
    of a word (or some words) in labels of generic groups, names, and compositions not seen yet.
    ``allergy``: the members of ``allergy`` that an allergy to this very substance means.
    """

    word: str
    names: tuple[str, ...] = ()
    allergy: tuple[str, ...] = ()


class Brand(Entry, frozen=True, kw_only=True):
    """A brand of which the base gives no substance: how its name begins, and what is in it."""

    name: str
    substance: str


class Substances(Entry, frozen=True, kw_only=True):
    """Which medicines of the public base are meant.

    Those that hold one of ``substances`` (never one of ``but_not``, exact names) or are one of
    ``brands``, if one of their routes is among ``routes``; an empty ``routes`` means every one.
    ``alone``: they hold nothing else. ``beyond`` says what the base does not hold (devices).
    """

    substances: tuple[NamedSubstance, ...]
    but_not: tuple[str, ...] = ()
    brands: tuple[Brand, ...] = ()
    routes: tuple[str, ...] = SYSTEMIC_ROUTES
    alone: bool = False
    beyond: Text | None = None


class Meaning(Entry, frozen=True, kw_only=True):
    """What taking a medicine of a class says of a fact: an answer, or a member of a set.

    Where a dose decides, only doses of ``at_most`` or ``at_least`` so many milligrams mean it;
    the codes of ``atc`` tell the dose by themselves.
    """

    fact: str
    value: bool | str
    at_most: float | None = None
    at_least: float | None = None
    atc: tuple[str, ...] = ()

    @property
    def by_dose(self) -> bool:
        return self.at_most is not None or self.at_least is not None

    def at(self, dose: float) -> bool:
        """Whether a dose in milligrams lies within."""
        above = self.at_least is None or dose >= self.at_least
        return above and (self.at_most is None or dose <= self.at_most)


class MedicineClass(Cited, frozen=True, kw_only=True):
    """A class of medicines that a patient takes, as a list of substances.

    ``atc`` are the codes by which records name the class; they stand for all below them.
    ``means`` is what it says of the patient to take one, ``asks`` the facts that it puts in doubt
    without answering them. ``allergy``: the members of ``allergy`` that an allergy to one of them
    means, by any route.
    """

    id: str
    label: Text
    medicines: Substances
    atc: tuple[str, ...] = ()
    means: tuple[Meaning, ...] = ()
    asks: tuple[str, ...] = ()
    allergy: tuple[str, ...] = ()


class OtherName(Entry, frozen=True, kw_only=True):
    """A name that records use for a substance or brand, and the base's own words for it."""

    id: str
    means: str


Excipient = Literal[
    "arginine", "avian-protein", "benzalkonium", "benzyl-alcohol", "carmellose", "citric-acid",
    "edetate", "ethanol", "hydroxypropylbetadex", "macrogol", "mannitol", "miripirium", "paraben",
    "polysorbate", "propylene-glycol", "sorbitol", "sulfite",
]  # fmt: skip
"""Excipients that somebody may not bear; those that are members of ``allergy`` bear its ids."""
EXCIPIENT_NAMES: tuple[str, ...] = get_args(Excipient)

# Quaternary ammoniums, of which ``allergy`` has one member.
_ONE_KIND = {"miripirium": "benzalkonium"}


def members_of(allergens: Iterable[str], excipients: Iterable[str]) -> list[str]:
    """The members of ``allergy`` that these excipients mean, in the order of the dictionary, which
    ``allergens`` are."""
    told = set(excipients)
    meant = {_ONE_KIND.get(excipient, excipient) for excipient in told} | told
    return [member for member in allergens if member in meant]


class ExcipientsOf(Cited, frozen=True, kw_only=True):
    """What the label of one speciality says of its excipients, by its CIS.

    An empty list is one that was read and names none of those that matter. A speciality without
    such an entry has excipients that nobody looked up.
    """

    id: str
    name: str
    excipients: tuple[Excipient, ...]
    basis: Basis
