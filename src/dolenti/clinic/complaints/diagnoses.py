"""A diagnosis found by any word of it, what clinicians call it, or a code of ICD-10 or SNOMED CT.

Accents, capitals and one slip of the keys in a longer word are forgiven. Where the figure or the
list names a zone, what lies there comes first. Nothing is left out for being elsewhere: pain
radiates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dolenti.guideline.knowledge import ClinicalCondition, Edition
from dolenti.medicines.words import begins_alike, folded, is_number, words

MOST = 8
"""Proposals at once: as many as one looks over."""
_SHORTEST_BEGINNING = 3
"""Fewer letters than this are a whole word: PR, RA."""
_SHORTEST_SLIP = 5
"""Fewer letters than this must be right: a wrong letter of four is another word."""
_SMALL = frozenset(
    ["A", "AU", "AUX", "DE", "DES", "DU", "LA", "LE", "LES", "L", "D", "EN", "ET", "SUR", "OU",
     "DOULEUR", "OF", "THE", "IN", "AND", "PAIN"]
)  # fmt: skip
"""Words that are in too many names to find one; they count where nothing else was typed."""


@dataclass(frozen=True)
class Proposal:
    """A diagnosis that may be meant. ``here``: it lies in the zone that is marked."""

    id: str
    label: str
    here: bool
    chosen: bool = False


@dataclass(frozen=True)
class Proposals:
    """What to choose from: the likeliest first. ``slips``: even the first is spelled otherwise;
    ``nothing``: no diagnosis is like what was typed."""

    found: tuple[Proposal, ...]
    slips: bool = False
    nothing: bool = False


def proposals(
    edition: Edition, typed: str, zone: str | None, language: str, chosen: str = ""
) -> Proposals:
    """The diagnoses to choose from: those that a text may mean; where none was typed, those of the
    zone, of it alone first, or all by name. The one that is ``chosen`` is always among them."""
    ranked = _ranked(edition, typed, zone)
    slips = bool(ranked) and ranked[0][0][0] > 0
    found = [condition for _, condition in ranked]
    nothing = bool(typed.strip()) and not found
    if typed.strip():
        found = found[:MOST]
    else:
        there = [one for one in edition.conditions if zone is None or zone in one.zones]
        found = sorted(
            there, key=lambda c: (zone and len(c.zones), folded(c.label.in_language(language)))
        )
    picked = next((one for one in edition.conditions if one.id == chosen), None)
    if picked is not None and picked not in found:
        found = [picked, *found]
    made = tuple(
        Proposal(
            one.id, one.label.in_language(language), zone is not None and zone in one.zones,
            one.id == chosen,
        )
        for one in found
    )  # fmt: skip
    return Proposals(made, slips and bool(typed.strip()), nothing)


def meant_by(edition: Edition, typed: str, zone: str | None = None) -> list[str]:
    """The diagnoses that a text may mean, the likeliest first."""
    return [condition.id for _, condition in _ranked(edition, typed, zone)]


def _ranked(
    edition: Edition, typed: str, zone: str | None
) -> list[tuple[tuple[int, ...], ClinicalCondition]]:
    coded = [one for one in edition.conditions if _has_code(one, typed)]
    if coded:
        return [((0, _elsewhere(one, zone)), one) for one in coded]
    given = words(typed)
    wanted = [word for word in given if word not in _SMALL] or list(given)
    if not wanted:
        return []
    found = []
    for place, condition in enumerate(edition.conditions):
        hits = [hit for name in _names(condition) if (hit := _hit(wanted, name)) is not None]
        if hits:
            slips, partial, length = min(hits)
            rank = (slips, _elsewhere(condition, zone), partial, length, place)
            found.append((rank, condition))
    return sorted(found, key=lambda pair: pair[0])


def _elsewhere(condition: ClinicalCondition, zone: str | None) -> int:
    return int(zone is not None and zone not in condition.zones)


def _has_code(condition: ClinicalCondition, typed: str) -> bool:
    """An ICD-10 code stands for what is below it, and is found from above and below; a code of
    SNOMED CT stands for itself alone."""
    said = "".join(typed.split()).upper().replace(".", "")
    if len(said) < _SHORTEST_BEGINNING or not any(c.isdigit() for c in said):
        return False
    for code in condition.codes:
        known = code.code.upper().replace(".", "")
        if code.system == "snomed" and known == said:
            return True
        if code.system == "icd10" and (said.startswith(known) or known.startswith(said)):
            return True
    return False


@lru_cache(maxsize=400)
def _names(condition: ClinicalCondition) -> tuple[tuple[str, ...], ...]:
    return tuple(
        words(name) for name in (condition.label.fr, condition.label.en, *condition.synonyms)
    )


def _hit(wanted: Sequence[str], name: Iterable[str]) -> tuple[int, int, int] | None:
    """How well each wanted word is in a name: slips, beginnings only, words of the name that were
    not typed; none where one of them is not in it."""
    left = list(name)
    slips = partial = 0
    for word in wanted:
        exact = next((one for one in left if one == word), None)
        begun = exact or next((one for one in left if _begins(word, one)), None)
        near = begun or next((one for one in left if _nearly(word, one)), None)
        if near is None:
            return None
        slips += begun is None
        partial += exact is None
        left.remove(near)
    return slips, partial, len([one for one in left if one not in _SMALL])


def _begins(word: str, of: str) -> bool:
    return len(word) >= _SHORTEST_BEGINNING and of.startswith(word)


def _nearly(word: str, of: str) -> bool:
    return len(word) >= _SHORTEST_SLIP and not is_number(word) and begins_alike(word, of)


__all__ = ["Proposal", "Proposals", "meant_by", "proposals"]
