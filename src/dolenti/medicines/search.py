"""Finding a medicine as one types it: a code, an ATC code, a brand, a substance.

Accents, capitals, hyphens and one slip of the keys in each word are forgiven. The most likely
comes first, by rules that a person can follow (see ``_Hit``); the same text always gives the same
list. Words are looked up in the index that comes with the base: nothing has to be built before the
first search, and no medicine is read before it is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from typing import NamedTuple

from dolenti.medicines.base import Base
from dolenti.medicines.values import ACTIVE, Speciality
from dolenti.medicines.word_index import Places, folded_name
from dolenti.medicines.words import alike, begins_alike, is_number, words

SHORTEST_SLIP = 4
"""Fewer letters than this must be right: one wrong letter of three is another word."""

SHORTEST_BEGINNING = 3
"""Fewer letters than this are a whole word, not the beginning of one."""

LONGEST_QUERY = 300
"""Characters of a query that are looked at; no name is longer."""

UNITS = frozenset(
    ("MG", "ML", "G", "MCG", "MICROG", "UI", "IU", "MMOL", "L", "MEQ", "POUR", "CENT", "H", "CP")
)
_ATC = re.compile(r"[A-Z]\d\d([A-Z]([A-Z](\d\d)?)?)?\Z")

# How a word was found; the sum of them is its way, and less is better.
_LATER, _BEGINNING, _SUBSTANCE, _SLIP = 1, 2, 4, 8


@dataclass(frozen=True)
class Found:
    """What a text found, the likeliest first, and the words of it that led nowhere.

    ``slips``: even the likeliest is spelled otherwise than it was typed, and is to be confirmed.
    """

    specialities: tuple[Speciality, ...]
    unread: tuple[str, ...] = ()
    slips: bool = False


class _Hit(NamedTuple):
    """Why one medicine stands before another, in this order; less is better."""

    slips: int  # words that are right only with a slip of the keys
    strengths: int  # numbers and units of the text that its name does not have
    begins: int  # 0 where its name begins with the first word of the text
    substance: int  # words found in its composition only
    partial: int  # words of which the text has the beginning only
    sold: int  # 0 sold, 1 authorised, 2 neither
    others: int  # strengths of its name that the text does not have
    name: str
    row: int


class Index:
    """The words of a base, and where they stand."""

    def __init__(self, base: Base, atc_words: Mapping[str, Iterable[str]] | None = None) -> None:
        """``atc_words``: substances by ATC code, as the knowledge has them."""
        self.base = base
        self._atc_words = atc_words or {}

    def find(self, text: str, most: int = 20) -> Found:
        """The medicines that a typed text may mean, at most ``most`` of them."""
        typed = text[:LONGEST_QUERY].strip()
        by_code = self.base.by_code(typed)
        if by_code is not None:
            return Found((by_code,))
        if _ATC.match(typed.upper()):
            return Found(tuple(self._of_atc(typed.upper(), most)))
        return self._of_words(words(typed), most)

    def name(self, row: int) -> str:
        """The folded name of a row."""
        return folded_name(self.base.columns.names[row])

    def whole(self, word: str) -> frozenset[int]:
        """The rows in whose name or substances a folded word stands, whole."""
        return self.base.words.whole(word)

    def named(self, typed: Sequence[str]) -> frozenset[int]:
        """The rows whose whole name is these folded words."""
        if not typed:
            return frozenset()
        rows = frozenset.intersection(*(self.whole(word) for word in typed))
        return frozenset(row for row in rows if self.name(row).split() == [*typed])

    def near(self, word: str) -> list[str]:
        """The words of names and substances that are one slip of the keys away."""
        lengths = range(len(word) - 1, len(word) + 2)
        # One slip leaves one of the first two letters among the first two, and so of the last.
        near, last = dict.fromkeys(self.base.words.near(word[:2], lengths)), word[-2:]
        return [
            known
            for known in near
            if (known[-1] in last or known[-2:-1] in last) and alike(word, known)
        ]

    def _of_words(self, typed: tuple[str, ...], most: int) -> Found:
        exact = {word for word in typed if is_number(word) or word in UNITS}
        names = [word for word in typed if word not in exact]
        ways: list[dict[int, int]] = []
        unread = []
        at = 0
        while at < len(names):
            joined = self._right("".join(names[at : at + 2])) if at + 1 < len(names) else {}
            rows = joined or self._right(names[at]) or self._slipped(names[at])
            if rows:
                ways.append(rows)
            else:
                unread.append(names[at])
            at += 2 if joined else 1  # “solu medrol” is SOLUMEDROL
        if not ways:
            return Found((), tuple(unread))
        common = set.intersection(*map(set, ways))
        hits = nsmallest(
            most, (self._hit(row, [rows[row] for rows in ways], exact) for row in common)
        )
        found = tuple(self.base.speciality(self.base.codes[hit.row]) for hit in hits)
        return Found(found, tuple(unread), bool(hits) and hits[0].slips > 0)

    def _hit(self, row: int, ways: list[int], exact: set[str]) -> _Hit:
        name = self.name(row)
        numbers = set(name.split()) if exact else exact
        slips = substance = partial = 0
        for way in ways:
            slips += way & _SLIP
            substance += way & _SUBSTANCE
            partial += way & _BEGINNING
        return _Hit(
            slips,
            len(exact - numbers),
            ways[0] & _LATER,
            substance,
            partial,
            self._sold[row],
            sum(map(is_number, numbers - exact)) if exact else 0,
            name,
            row,
        )

    def _right(self, word: str) -> dict[int, int]:
        """The rows that hold a word as it was typed, each with its best way."""
        index, rows = self.base.words, dict[int, int]()
        found = index.beginning(word) if len(word) >= SHORTEST_BEGINNING else [word]
        for known in found:
            partial = 0 if known == word else _BEGINNING
            _take(rows, index.in_names(known), partial, _LATER)
        in_substances = dict[int, int]()
        for known in found:
            partial = _SUBSTANCE | _LATER | (0 if known == word else _BEGINNING)
            _take(in_substances, index.in_substances(known), partial, 0)
        return in_substances | rows

    def _slipped(self, word: str) -> dict[int, int]:
        """The rows that hold a word one slip of the keys away."""
        if len(word) < SHORTEST_SLIP:
            return {}
        likely, way = self.near(word), _SLIP
        if not likely and len(word) > SHORTEST_SLIP:
            begun = dict.fromkeys(self.base.words.near(word[:2]))
            likely = [known for known in begun if begins_alike(word, known)]
            way = _SLIP | _BEGINNING
        rows: dict[int, int] = {}
        for known in likely:
            for row, found in self._right(known).items():
                rows[row] = min(rows.get(row, way | found), way | found)
        return rows

    def _of_atc(self, code: str, most: int) -> Iterator[Speciality]:
        rows = {row for row, own in enumerate(self.base.columns.atc) if own.startswith(code)}
        for known, substances in self._atc_words.items():
            if known.startswith(code):
                for substance in substances:
                    parts = words(substance)
                    rows |= set.intersection(*map(self._holding, parts))
        ordered = sorted(rows, key=lambda row: (self._sold[row], self.name(row), row))
        return (self.base.speciality(self.base.codes[row]) for row in ordered[:most])

    def _holding(self, word: str) -> set[int]:
        """The rows with a substance of which a word begins so."""
        index = self.base.words
        return {
            place.row for known in index.beginning(word) for place in index.in_substances(known)
        }

    @cached_property
    def _sold(self) -> list[int]:
        return [
            2 if authorisation != ACTIVE else 0 if marketed else 1
            for authorisation, marketed in self.base.columns.states
        ]


def _take(rows: dict[int, int], places: Places, way: int, later: int) -> None:
    """Add the rows of these places, each with its best way."""
    for row, first in places:
        own = way if first else way | later
        rows[row] = min(rows.get(row, own), own)
