"""What somebody types to find a person: names in any order, a birth date among them, a telephone.

An index holds each word of a name twice, as written and backwards: a word with one slip still
begins or ends like the right one, so that few words are looked at (see ``neighbours``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dolenti.guideline.birth import BirthDate
from dolenti.identity import names
from dolenti.identity.person import Identity
from dolenti.identity.phone import plain
from dolenti.identity.sounds import SHORTEST, sound

LONGEST: Final = 70
"""Characters that are looked at: no name is longer, and an index keeps no more."""
SHORTEST_SOUND: Final = 3
"""Letters of a sound from which it is looked for by itself."""
MOST_WORDS: Final = 5
"""Words that are looked at; more say nothing more of a person."""
FEWEST_DIGITS: Final = 6
"""Digits from which a text is the beginning of a telephone number: fewer are of thousands."""
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}\Z", re.ASCII)
_BORN: Final = frozenset({"NE", "NEE", "NE E", "BORN"})
_BORN_WHEN: Final = frozenset({"EN", "LE", "IN", "ON"})
_LONGEST_DATE: Final = 3
"""Words of a date at most: « 2 mars 1968 »."""


@dataclass(frozen=True)
class Asked:
    """A text read: the words of a name as ``names.key`` writes them, and the birth date, its month
    or its year that stood among them. ``phone`` is the beginning of a number, ``email`` of an
    address; a text that may be one of them is looked for as a name all the same."""

    name: str = ""
    day: BirthDate | None = None
    year: int | None = None
    phone: str = ""
    email: str = ""

    @property
    def words(self) -> list[str]:
        """The words of the name that tell people apart: particles do not."""
        every = self.name.split()
        return [w for w in every if w not in names.PARTICLES][:MOST_WORDS] or every[:MOST_WORDS]


def read(text: str, read_day: Callable[[str], BirthDate | None]) -> Asked:
    """What a text asks for. ``read_day`` gives the day that a piece of it means, if it is one."""
    pieces = _without_born(text.split())
    phone = plain(text)
    phone = phone if len(phone.lstrip("+")) >= FEWEST_DIGITS else ""
    email = text.strip().lower()[:LONGEST] if "@" in text and len(pieces) == 1 else ""
    day = read_day(" ".join(pieces))
    # Six digits in pairs are a date; ten are a telephone, though a date stands in them.
    rest = [] if day else pieces
    if day is None and not phone:
        day, rest = _without_day(pieces, read_day)
    year = None
    said_born = len(pieces) < len(text.split())
    if day is None and (len(rest) > 1 or said_born):
        years = [piece for piece in rest if _YEAR.match(piece)]
        if len(years) == 1:
            year = int(years[0])
            rest = [piece for piece in rest if piece != years[0]]
    name = names.key(" ".join(rest)[:LONGEST])
    return Asked(name, day, year, phone if day is None else "", email)


def _without_born(pieces: list[str]) -> list[str]:
    """Without the words that say that a birth follows: « né en 1951 », « née le 2 mars 1968 »."""
    kept: list[str] = []
    at = 0
    while at < len(pieces):
        led = 0
        if names.key(pieces[at]) in _BORN:
            led = 2 if names.key("".join(pieces[at + 1 : at + 2])) in _BORN_WHEN else 1
        if led and "".join(pieces[at + led : at + led + 1])[:1].isdigit():
            at += led
            continue
        kept.append(pieces[at])
        at += 1
    return kept


def _without_day(
    pieces: list[str], read_day: Callable[[str], BirthDate | None]
) -> tuple[BirthDate | None, list[str]]:
    """The first date among the words, and the words without it; the longest first: « 2 mars 68 »
    is no « 2 » and no « mars 68 »."""
    for length in range(min(_LONGEST_DATE, len(pieces)), 0, -1):
        for start in range(len(pieces) - length + 1):
            day = read_day(" ".join(pieces[start : start + length]))
            if day is not None:
                return day, pieces[:start] + pieces[start + length :]
    return None, pieces


def name_words(identity: Identity) -> set[str]:
    """Every word of a person’s names, of two letters or more, as it is filed."""
    every = (
        identity.birth_name, identity.used_name, identity.first_given_name,
        identity.used_given_name, *identity.given_names,
    )  # fmt: skip
    words = {word for name in every for word in names.key(name).split()}
    return {word for word in words if len(word) > 1 and word not in names.PARTICLES}


def sounding(word: str) -> str:
    """How a word sounds, for looking; empty for one whose sound is too short to tell people apart:
    Hau, Ho and Eaux are all « O »."""
    said = sound(word)
    return said if len(said) >= SHORTEST_SOUND else ""


def neighbours(word: str) -> tuple[str, str, str]:
    """How a word begins, how it ends (backwards), and the word with its middle letters swapped.

    Any word one slip away begins so, or ends so, or is the third: two neighbouring letters that
    changed places can touch both parts only where the parts meet, in a word of four letters.
    Empty for words of three letters or fewer, which have no neighbours (``one_slip_apart``).
    """
    if len(word) < SHORTEST:
        return "", "", ""
    head = len(word) // 2
    tail = max(2, len(word) - 1 - head)
    middle = word[: head - 1] + word[head] + word[head - 1] + word[head + 1 :]
    return word[:head], word[::-1][:tail], middle
