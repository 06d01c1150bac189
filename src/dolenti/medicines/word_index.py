"""Where every word of a base stands: in which names, and in which lists of substances.

It is made when a base is packed and written into the same file, since folding thirty thousand
names takes longer than all the rest of a first look-up. Its places are read word by word, when one
is asked for. Nothing here knows what a medicine is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from dolenti.medicines.words import folded, is_number

_HYPHENATED: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")


class Place(NamedTuple):
    """A row in which a word stands, and whether it is the first word there."""

    row: int
    first: bool


Places = tuple[Place, ...]


def folded_name(name: str) -> str:
    """A name as it is searched; what stands with a hyphen is also there in one word."""
    if "-" in name:
        name = " ".join((name, *(one.replace("-", "") for one in _HYPHENATED.findall(name))))
    return folded(name)


class WordIndex:
    """The words of a base: those of its names and substances with their places, and those of its
    forms."""

    def __init__(self, written: Iterable[str]) -> None:
        """``written`` are the lines that ``written_of`` made."""
        forms, *lines = written
        self.form_words = frozenset(forms.split())
        self._written = dict(line.split("\t", 1) for line in lines)
        self._places = lru_cache(maxsize=2_000)(self._read)
        self.whole = lru_cache(maxsize=2_000)(self._whole)

    def in_names(self, word: str) -> Places:
        """Where a folded word stands in names, whole."""
        return self._places(word)[0]

    def in_substances(self, word: str) -> Places:
        """Where a folded word stands in substances, whole."""
        return self._places(word)[1]

    def _whole(self, word: str) -> frozenset[int]:
        """The rows in whose name or substances a folded word stands, whole."""
        return frozenset(place.row for places in self._places(word) for place in places)

    def _read(self, word: str) -> tuple[Places, Places]:
        names, _, substances = self._written.get(word, "\t").partition("\t")
        return _places(names), _places(substances)

    def beginning(self, start: str) -> Sequence[str]:
        """The words that begin so, itself included."""
        every = self._in_order
        return every[bisect_left(every, start) : bisect_left(every, start + "\uffff")]

    def near(self, letters: str, lengths: Iterable[int] | None = None) -> Iterator[str]:
        """The words, numbers aside, with one of these letters among their first two; of these
        lengths alone, where they are given. One with both may come twice."""
        for letter in dict.fromkeys(letters):
            by_length = self._by_letter.get(letter, {})
            for length in by_length if lengths is None else lengths:
                yield from by_length.get(length, ())

    @cached_property
    def substance_words(self) -> frozenset[str]:
        """Every word of a substance that is no number."""
        return frozenset(
            word
            for word, places in self._written.items()
            if not places.endswith("\t") and not is_number(word)
        )

    @cached_property
    def _in_order(self) -> list[str]:
        return sorted(self._written)

    @cached_property
    def _by_letter(self) -> dict[str, dict[int, list[str]]]:
        found: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        for word in self._written:
            if not is_number(word):
                for letter in {*word[:2]}:
                    found[letter][len(word)].append(word)
        return found


def written_of(names: Iterable[str], substances: Sequence[str], forms: Iterable[str]) -> list[str]:
    """The lines of an index: a first one of the words of forms, then one for each word."""
    in_names: dict[str, dict[int, bool]] = defaultdict(dict)
    in_substances: dict[str, dict[int, bool]] = defaultdict(dict)
    for row, name in enumerate(names):
        _add(in_names, row, folded_name(name))
    plain = {text: folded(text) for text in set(substances)}
    for row, text in enumerate(substances):
        _add(in_substances, row, plain[text])
    said = {word for form in set(forms) for word in folded(form).split()}
    return [
        " ".join(sorted(said)),
        *(
            f"{word}\t{_written(in_names.get(word, {}))}\t{_written(in_substances.get(word, {}))}"
            for word in sorted({*in_names, *in_substances})
        ),
    ]


def _add(index: dict[str, dict[int, bool]], row: int, line: str) -> None:
    for number, word in enumerate(line.split()):
        index[word].setdefault(row, number == 0)


def _written(rows: dict[int, bool]) -> str:
    """Rows and whether each has the word first, as the steps from one to the next."""
    before, steps = 0, []
    for row, first in sorted(rows.items()):
        steps.append(str(2 * (row - before) + first))
        before = row
    return " ".join(steps)


def _places(written: str) -> Places:
    if not written:
        return ()
    steps = list(map(int, written.split(" ")))
    rows = accumulate(step >> 1 for step in steps)
    return tuple(Place(row, bool(step & 1)) for row, step in zip(rows, steps, strict=True))
