"""Which medicines a list of substances means, and by what each of them was recognised.

Compositions alone are not enough: they are years older than the list of specialities, and most
direct anticoagulants have none. So four things are looked at: the exact names of the composition,
the label of the generic group, the name of the speciality, and known brands. Names are compared
without accents and capitals, by whole beginnings of words: PREDNISOLONE is never found in
MÉTHYLPREDNISOLONE.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from dolenti.guideline.knowledge import MedicineClass, Substances
from dolenti.medicines.values import Speciality
from dolenti.medicines.words import folded

By = Literal["composition", "generic-group", "name", "brand"]

_HOMEOPATHIC = ("DEGRE DE DILUTION", "HOMEOPATHIQUE")


@dataclass(frozen=True)
class Match:
    """By what a medicine was recognised: the substance meant, and the base's own words for it."""

    substance: str
    by: By
    words: str


@dataclass(frozen=True)
class Membership:
    """A class that a medicine belongs to, and why."""

    medicine_class: MedicineClass
    matches: tuple[Match, ...]


def classes_of(speciality: Speciality, classes: Iterable[MedicineClass]) -> tuple[Membership, ...]:
    """Every class of a medicine, with what it was recognised by."""
    found = []
    for medicine_class in () if is_homeopathic(speciality) else classes:
        matches = _matched(speciality, medicine_class.medicines)
        if matches:
            found.append(Membership(medicine_class, matches))
    return tuple(found)


def matched(speciality: Speciality, meant: Substances) -> tuple[Match, ...]:
    """By what a medicine is one of those meant; empty where it is not."""
    return () if is_homeopathic(speciality) else _matched(speciality, meant)


def _matched(speciality: Speciality, meant: Substances) -> tuple[Match, ...]:
    if meant.routes and not set(meant.routes) & set(speciality.routes):
        return ()
    found = tuple(dict.fromkeys(_matches(speciality, meant)))
    if meant.alone and found and not _nothing_else(speciality, meant):
        return ()
    return found


def is_homeopathic(speciality: Speciality) -> bool:
    """Homeopathic preparations bear the names of substances that they do not hold."""
    texts = (speciality.name, *(substance.name for substance in speciality.composition))
    return any(word in _plain(text) for text in texts for word in _HOMEOPATHIC)


def _matches(speciality: Speciality, meant: Substances) -> Iterable[Match]:
    names = _names(meant)
    for substance in speciality.composition:
        for word in names.in_composition(substance.name):
            yield Match(word, "composition", substance.name)
    if not speciality.composition:
        for by, text in _other_texts(speciality):
            for word in names.in_text(text):
                yield Match(word, by, text)
    if names.brands:
        plain = f"{_plain(speciality.name)} "
        for start, brand in names.brands:
            if plain.startswith(start):
                yield Match(brand.substance, "brand", brand.name)


def _other_texts(speciality: Speciality) -> Iterable[tuple[By, str]]:
    if speciality.generic_group:
        yield "generic-group", speciality.generic_group
    yield "name", speciality.name


def _nothing_else(speciality: Speciality, meant: Substances) -> bool:
    names = _names(meant)
    weighed = [substance for substance in speciality.composition if substance.kind == "SA"]
    return all(names.in_composition(substance.name) for substance in weighed)


class _Names:
    """What is meant, folded once: a base has thirty thousand names to compare with it."""

    def __init__(self, meant: Substances) -> None:
        self.brands = [(f"{_plain(brand.name)} ", brand) for brand in meant.brands]
        self._but_not = frozenset(map(_plain, meant.but_not))
        self._words = [(named.word, f" {named.word}") for named in meant.substances]
        self._exact: dict[str, list[str]] = {}
        for named in meant.substances:
            for name in named.names:
                self._exact.setdefault(_plain(name), []).append(named.word)

    def in_composition(self, written: str) -> list[str]:
        """The words of the substances that a name in a composition is."""
        plain = _plain(written)
        if plain in self._but_not:
            return []
        return list(dict.fromkeys([*self._exact.get(plain, ()), *self.in_text(written)]))

    def in_text(self, written: str) -> list[str]:
        """The words that stand in a text, at the beginning of one of its words."""
        text = f" {_plain(written)}"
        return [word for word, start in self._words if start in text]


@lru_cache(maxsize=1_000)
def _names(meant: Substances) -> _Names:
    return _Names(meant)


@lru_cache(maxsize=50_000)
def _plain(text: str) -> str:
    return " ".join(folded(text).split())
