"""What a medicine named in any way means: the classes it belongs to, and whether that is sure.

A name is read word by word: names, substances and brands of the public base, the substances of
our classes, some foreign names. It is *known* where every word that could name something was
recognised and everything it may mean is in the same classes; what is only likely is said apart,
for somebody to confirm. No class and known is an answer (paracetamol); no class and not known is
none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain
from typing import Final, Literal

import msgspec

from dolenti.guideline.knowledge import Edition
from dolenti.medicines.atc import is_atc, is_substance
from dolenti.medicines.base import Base
from dolenti.medicines.matching import classes_of, is_homeopathic
from dolenti.medicines.ordinary import ORDINARY, ROUTES_OF, SALTS
from dolenti.medicines.search import LONGEST_QUERY, SHORTEST_SLIP, UNITS, Index
from dolenti.medicines.values import Speciality
from dolenti.medicines.words import folded, is_number, words

CodeSystem = Literal["cis", "cip", "atc"]

SHORTEST_SURE_SLIP: Final = 6
"""A shorter word with a slip may well be another word."""

MOST_WORDS: Final = 40
"""Words of a text that are looked at; more is a letter, not a name."""

_IN_BRACKETS = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Understood:
    """What a text or a code says of the classes of the knowledge.

    ``classes`` is what it surely is; ``possible`` what it may be besides. ``known``: everything
    it says was understood, and no other class that tells of the patient may be meant. ``cis`` are
    the specialities it may be, the likeliest first; ``unread`` the words that led nowhere;
    ``slips`` says that it was spelled otherwise than the name that was found. ``atc`` and
    ``doses_mg`` are what the code and the text themselves say.
    """

    classes: tuple[str, ...] = ()
    known: bool = False
    possible: tuple[str, ...] = ()
    cis: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    slips: bool = False
    atc: str = ""
    doses_mg: tuple[float, ...] = ()


NOT_UNDERSTOOD: Final = Understood()


@dataclass(frozen=True)
class _Word:
    """A word that may name something: where it stands in the base, and whether with a slip."""

    text: str
    rows: frozenset[int]
    slipped: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """What is looked at of a speciality that a text may mean, worked out once."""

    speciality: Speciality
    classes: frozenset[str]
    homeopathic: bool
    tells: bool
    words: frozenset[str]
    brand: frozenset[str]
    held: frozenset[str]
    substances: tuple[frozenset[str], ...]


MOST_KNOWN: Final = 4_000
"""Specialities that are kept so: a common substance is in some hundred of them."""


class MedicineReader:
    """Reads names and codes of medicines by one edition and one state of the public base.

    Codes cost nothing; a name costs what its words may mean, each worked out once.
    """

    def __init__(self, edition: Edition, base: Base) -> None:
        self.base = base
        self._classes = edition.medicine_classes
        self._telling = frozenset(one.id for one in self._classes if one.means or one.asks)
        self._by_any_route = tuple(
            msgspec.structs.replace(
                one, medicines=msgspec.structs.replace(one.medicines, routes=())
            )
            for one in self._classes
        )
        self._other_names = {words(other.id): words(other.means) for other in edition.other_names}
        self._index = Index(base)
        self._row = lru_cache(maxsize=MOST_KNOWN)(self._known)
        self._begins = lru_cache(maxsize=20_000)(self._begins_one)
        self._read = lru_cache(maxsize=20_000)(self._of_text)

    def classes_of(
        self, text: str = "", code: str = "", system: CodeSystem | None = None
    ) -> Understood:
        """What a name, a code, or both of one medicine say.

        Of a code, ``system`` may be left out: CIS, CIP7, CIP13 and ATC are told apart. Either
        being understood is enough: a code needs no text, and the text beside a code that is not
        held here (UCD, RxNorm) needs no code. What both say adds up.
        """
        by_code = self.of_code(code, system) if code else NOT_UNDERSTOOD
        if not text or by_code.cis:  # one speciality of the base: a name beside it tells no more
            return by_code
        by_text = self.of_text(text)
        if not (by_code.known or by_code.classes):
            return by_text
        return _together((by_code, by_text), known=by_code.known or by_text.known)

    def of_code(self, code: str, system: CodeSystem | None = None) -> Understood:
        """What a CIS, CIP7, CIP13 or ATC code says."""
        plain = "".join(code.split()).upper()
        if system != "atc" and (speciality := self.base.by_code(plain)) is not None:
            return self.of_speciality(speciality)
        if system in (None, "atc") and is_atc(plain):
            return self._of_atc(plain)
        return NOT_UNDERSTOOD

    def of_speciality(self, speciality: Speciality) -> Understood:
        """What a speciality of the base is."""
        found = self._ids(speciality)
        return Understood(
            found, known=bool(found) or self._tells(speciality), cis=(speciality.cis,)
        )

    def of_text(self, text: str) -> Understood:
        """What a name says, with accents, capitals and one slip forgiven."""
        return self._read(text[:LONGEST_QUERY])

    # --- Codes -----------------------------------------------------------------------------------

    def _of_atc(self, code: str) -> Understood:
        sure = {one.id for one in self._classes if any(map(code.startswith, one.atc))}
        below = {one.id for one in self._classes if any(own.startswith(code) for own in one.atc)}
        return Understood(
            classes=self._in_order(sure),
            # A whole code names a substance; a group may hold what is in other classes.
            known=is_substance(code) or (bool(sure) and not below - sure),
            possible=self._in_order(below - sure),
            atc=code,
        )

    # --- Names -----------------------------------------------------------------------------------

    def _of_text(self, text: str) -> Understood:
        if (by_code := self.of_code(text)) != NOT_UNDERSTOOD:
            return by_code
        typed = self._translated(words(_IN_BRACKETS.sub(" ", text)))[:MOST_WORDS]
        strengths = frozenset(word for word in typed if is_number(word))
        names = [w for w in typed if w not in strengths | UNITS and w not in self._ordinary]
        if not names:  # “magnésium” and no more
            names = [word for word in typed if word in SALTS and self._index.whole(word)]
        if exact := self._index.named(tuple(words(text))):
            return self._one(exact, (), frozenset(), slips=False)
        read = [self._word(name) for name in dict.fromkeys(names)]
        found = self._naming(read)
        elsewhere = {word.text: self._named_in(word.text) for word in read if word not in found}
        unread = tuple(word for word, classes in elsewhere.items() if not classes)
        not_held = Understood(tuple(name for classes in elsewhere.values() for name in classes))
        if not found:
            return replace(not_held, known=bool(not_held.classes) and not unread, unread=unread)
        common = frozenset.intersection(*(word.rows for word in found))
        for salt in SALTS.intersection(typed):  # lithium carbonate is no trace element
            common = common & self._index.whole(salt) or common
        if common or len(found) == 1:
            each = [self._one(common, typed, strengths, slips=any(w.slipped for w in found))]
        else:  # several medicines in one text
            each = [
                self._one(word.rows, (word.text,), frozenset(), slips=word.slipped)
                for word in found
            ]
        known = not unread and all(one.known for one in each)
        together = _together((*each, not_held), known=known)
        return replace(together, unread=unread, doses_mg=_doses(typed) if common else ())

    def _naming(self, read: Sequence[_Word]) -> list[_Word]:
        """The words that name a medicine, and those beside them that stand in the same names.

        A word that begins no name and no substance (heart, allergy, the name of a firm) names
        nothing by itself.
        """
        first = [word for word in read if word.rows and (word.slipped or self._begins(word.text))]
        rows = frozenset().union(*(word.rows for word in first))
        return [word for word in read if word in first or not rows.isdisjoint(word.rows)]

    def _begins_one(self, word: str) -> bool:
        return self._is_first(word) or self._is_first(f"{word}E")

    def _is_first(self, word: str) -> bool:
        """Whether a word is the first of a name, or the first but for ordinary ones (a salt, a
        form) of a name or of a substance."""
        index = self.base.words
        if any(place.first for place in index.in_names(word)):
            return True
        if word in self._ordinary:
            return False
        names = (self._index.name(row) for row, _ in index.in_names(word))
        columns = self.base.columns.substances
        held = dict.fromkeys(columns[row] for row, _ in index.in_substances(word))
        told = (line for one in held for line in _each_substance(one))
        return any(self._first_of(line) == word for line in chain(names, told))

    def _first_of(self, line: str) -> str:
        return next((word for word in line.split() if word not in self._ordinary), "")

    def _one(
        self,
        rows: frozenset[int],
        typed: tuple[str, ...],
        strengths: frozenset[str],
        *,
        slips: bool,
    ) -> Understood:
        """What the rows that one name may mean have in common, and what only some of them are."""
        likely = self._likeliest([self._row(row) for row in sorted(rows)], typed, strengths)
        each = [one.classes for one in likely]
        sure, any_of = frozenset.intersection(*each), frozenset.union(*each)
        agreed = self._telling.isdisjoint(any_of - sure)
        known = agreed and (bool(sure) or all(one.tells for one in likely))
        if slips:  # a slip may lead to a class, which is then asked of; it never says there is none
            longest = max(len(word) for word in typed if word not in strengths)
            known = known and bool(sure) and longest >= SHORTEST_SURE_SLIP
        return Understood(
            classes=self._in_order(sure),
            known=known,
            possible=self._in_order(any_of - sure),
            cis=tuple(one.speciality.cis for one in likely),
            slips=slips,
        )

    def _likeliest(
        self, every: list[_Known], typed: tuple[str, ...], strengths: frozenset[str]
    ) -> list[_Known]:
        """Those of the form and strength that is said, of that very name, and authorised."""
        every = [one for one in every if not one.homeopathic] or every
        for meant in (ROUTES_OF[word] for word in typed if word in ROUTES_OF):
            every = [one for one in every if not meant.isdisjoint(one.speciality.routes)] or every
        said = frozenset(typed)
        if any(not said.isdisjoint(one.held) for one in every):  # named by what it holds
            every = _least(every, lambda one: _others(one, said))
        else:
            every = _least(every, lambda one: len(one.brand - said))
        every = _least(every, lambda one: len(strengths - one.words))
        return _least(every, lambda one: 0 if one.speciality.authorised else 1)

    def _word(self, word: str) -> _Word:
        rows = self._index.whole(word)
        if not rows and len(word) >= SHORTEST_SLIP:
            rows = self._index.whole(f"{word}E")  # warfarin
        if rows or len(word) < SHORTEST_SLIP:
            return _Word(word, frozenset(rows))
        near = [known for known in self._index.near(word) if self._begins(known)]
        return _Word(word, frozenset().union(*map(self._index.whole, near)), slipped=True)

    def _translated(self, typed: Sequence[str]) -> tuple[str, ...]:
        """The words, foreign names replaced by the base's own."""
        found: list[str] = []
        at = 0
        while at < len(typed):
            for length in (3, 2, 1):
                means = self._other_names.get(tuple(typed[at : at + length]))
                if means is not None:
                    found += means
                    at += length
                    break
            else:
                word, french = typed[at], f"{typed[at][:-1]}QUE"  # alendronic is ALENDRONIQUE
                taken = word.endswith("IC") and self._index.whole(french)
                found.append(french if taken and not self._index.whole(word) else word)
                at += 1
        return tuple(found)

    def _named_in(self, text: str) -> tuple[str, ...]:
        """The classes whose substances stand in a text, though the base has none of that name."""
        named = Speciality("", text, "", (), "", marketed=False)
        return tuple(one.medicine_class.id for one in classes_of(named, self._by_any_route))

    # --- The base --------------------------------------------------------------------------------

    def _known(self, row: int) -> _Known:
        one = self.base.speciality(self.base.codes[row])
        substances: dict[str, set[str]] = {}
        for part in one.composition:  # a substance as weighed, and its fraction, are one
            substances.setdefault(part.link, set()).update(words(part.name))
        return _Known(
            speciality=one,
            classes=frozenset(self._ids(one)),
            homeopathic=is_homeopathic(one),
            tells=self._tells(one),
            words=frozenset(words(one.name)),
            brand=self._brand(one),
            held=self._held(one),
            substances=tuple(map(frozenset, substances.values())),
        )

    def _ids(self, speciality: Speciality) -> tuple[str, ...]:
        return tuple(one.medicine_class.id for one in classes_of(speciality, self._classes))

    def _in_order(self, found: Iterable[str]) -> tuple[str, ...]:
        wanted = frozenset(found)
        return tuple(one.id for one in self._classes if one.id in wanted)

    def _held(self, one: Speciality) -> frozenset[str]:
        """The words that tell what a speciality holds, without those of salts."""
        names = [part.name for part in one.composition]
        if not names and one.generic_group:
            names = [one.generic_group]
        told = frozenset(word for text in names or (one.name,) for word in words(text))
        return told - SALTS - ORDINARY if names else told & self._substance_words

    def _brand(self, one: Speciality) -> frozenset[str]:
        """The words of a name before its strength and form."""
        found: list[str] = []
        for word in words(one.name.partition(",")[0]):
            if is_number(word):
                break
            found.append(word)
        return frozenset(found) - self._ordinary

    def _tells(self, speciality: Speciality) -> bool:
        """Whether the base says what it holds; without that, to be in no class means nothing."""
        return speciality.substances_from != "nothing" or not self._substance_words.isdisjoint(
            words(speciality.name)
        )

    @cached_property
    def _substance_words(self) -> frozenset[str]:
        return self.base.words.substance_words - self._ordinary

    @cached_property
    def _ordinary(self) -> frozenset[str]:
        return ORDINARY | SALTS | self.base.words.form_words


def _others(one: _Known, said: frozenset[str]) -> int:
    """How many substances a speciality holds that were not named."""
    if one.substances:
        return sum(said.isdisjoint(names) for names in one.substances)
    return len(one.held - said)


def _each_substance(written: str) -> list[str]:
    """The folded substances of a list of them; a homeopathic one names what it does not hold."""
    lines = folded(written.replace("\x1e", "\n").replace("+", "\n")).split("\n")
    return [line for line in lines if "HOMEOPATHIQUE" not in line]


def _doses(typed: Sequence[str]) -> tuple[float, ...]:
    """The amounts in milligrams that a text names; what is per millilitre is no amount."""
    found = []
    for at, word in enumerate(typed[:-1]):
        unit, after = typed[at + 1], typed[at + 2] if at + 2 < len(typed) else ""
        if is_number(word) and unit in ("MG", "G") and after not in ("ML", "ACTUAT"):
            with suppress(ValueError):
                found.append(float(word) * (1000 if unit == "G" else 1))
    return tuple(found)


def _least(every: list[_Known], rank: Callable[[_Known], int]) -> list[_Known]:
    ranks = [rank(one) for one in every]
    least = min(ranks)
    return [one for one, own in zip(every, ranks, strict=True) if own == least]


def _together(several: Iterable[Understood], *, known: bool) -> Understood:
    """What several readings say; they add up, and neither takes away."""
    parts = tuple(several)
    classes = tuple(dict.fromkeys(name for one in parts for name in one.classes))
    return Understood(
        classes=classes,
        known=known,
        possible=tuple(dict.fromkeys(n for one in parts for n in one.possible if n not in classes)),
        cis=tuple(dict.fromkeys(cis for one in parts for cis in one.cis)),
        unread=tuple(word for one in parts for word in one.unread),
        slips=any(one.slips for one in parts),
        atc=next((one.atc for one in parts if one.atc), ""),
        doses_mg=next((one.doses_mg for one in parts if one.doses_mg), ()),
    )
