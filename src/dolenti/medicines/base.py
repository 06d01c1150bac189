"""The public base of medicines, held as its lines and read one medicine at a time.

One xz file: a first line that says what it is, then one line for each speciality with its
composition and packs, sorted by name, then the index of its words (see ``word_index``). Nothing is
parsed before it is asked for, so that the first answer costs the reading of the file alone. It
never opens a file and never changes a word.
"""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from dolenti.guideline.errors import InputError
from dolenti.medicines.unpacking import NotPackedError, unpacked
from dolenti.medicines.values import Pack, Provenance, Speciality, Substance
from dolenti.medicines.word_index import WordIndex, written_of

FORMAT = "dolenti-medicines-3"
# Of text: a byte follows from those before it, wherever it stands. A tenth less than as by default.
_PACKED: Final = [
    {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "lp": 0, "pb": 0}
]
SOURCE = "Base de données publique des médicaments (ANSM, HAS, UNCAM)"
FIELDS = 11
WORD_FIELDS = 3
_ITEM, _PART = "\x1e", "\x1f"  # between the items of a field, and the parts of an item
RESERVED = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x84\x86-\x9f]")
"""What no text of the base may hold: we write with two of them, the others are damage."""

_CODE = re.compile(r"\d{7,13}\Z")


@dataclass(frozen=True)
class Columns:
    """Some fields of every line: names, forms, substances (or the group), states, ATC codes."""

    names: list[str]
    forms: list[str]
    substances: list[str]
    states: list[tuple[str, bool]]
    atc: list[str]


class Base:
    """All specialities of one state of the public base."""

    def __init__(
        self, provenance: Provenance, lines: Mapping[str, str], words: Iterable[str] | None = None
    ) -> None:
        """``words`` are the lines of the index, made anew where they are not given."""
        self.provenance = provenance
        self._lines = lines
        self._written_words = words

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[Speciality]:
        return map(self.speciality, self._lines)

    def __contains__(self, cis: object) -> bool:
        return cis in self._lines

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every CIS, sorted."""
        return tuple(self._lines)

    def speciality(self, cis: str) -> Speciality:
        """One speciality by its CIS. Raises ``KeyError``."""
        return _read_line(self._lines[cis])

    def by_code(self, code: str) -> Speciality | None:
        """The speciality with this CIS, CIP7 or CIP13; spaces in it are of no matter."""
        digits = code.replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
        if not _CODE.match(digits):
            return None
        cis = digits if digits in self._lines else self._of_pack.get(digits)
        return None if cis is None else self.speciality(cis)

    @cached_property
    def columns(self) -> Columns:
        """What a search reads of every line, in the order of the CIS."""
        rows = [line.split("\t", FIELDS - 1) for line in self._lines.values()]
        return Columns(
            names=[row[1] for row in rows],
            forms=[row[2] for row in rows],
            substances=[row[6] or row[8] for row in rows],
            states=[(row[4], row[5] == "1") for row in rows],
            atc=[row[9] for row in rows],
        )

    @cached_property
    def words(self) -> WordIndex:
        """Where every word of the names and substances stands, in the order of the CIS."""
        return WordIndex(self._written_words or self.written_words())

    def written_words(self) -> list[str]:
        """The lines of the index of words, made from the base."""
        columns = self.columns
        return written_of(columns.names, columns.substances, columns.forms)

    @cached_property
    def _of_pack(self) -> dict[str, str]:
        found = {}
        for cis, line in self._lines.items():
            for item in _items(line.rpartition("\t")[2]):
                pack = _pack(item)
                found[pack.cip7] = found[pack.cip13] = cis
        return found


def _items(field: str) -> list[list[str]]:
    return [item.split(_PART) for item in field.split(_ITEM)] if field else []


def _read_line(line: str) -> Speciality:
    cis, name, form, routes, authorisation, marketed, names, doses, group, atc, packs = line.split(
        "\t"
    )
    return Speciality(
        cis=cis,
        name=name,
        form=form,
        routes=tuple(routes.split(";")) if routes else (),
        authorisation=authorisation,
        marketed=marketed == "1",
        composition=tuple(
            Substance(kind, link, code, substance, dose, per)
            for substance, (kind, link, code, dose, per) in zip(
                names.split(_ITEM), _items(doses), strict=False
            )
        ),
        generic_group=group,
        atc=atc,
        packs=tuple(map(_pack, _items(packs))),
    )


def _pack(item: list[str]) -> Pack:
    cip7, cip13, label, marketing = item
    return Pack(cip7, cip13 or Pack.usual_cip13(cip7), label, marketing)


def _packed(one: Pack) -> str:
    """A pack without what follows from the rest: of twenty thousand, a tenth of the file."""
    cip13 = "" if one.cip13 == Pack.usual_cip13(one.cip7) else one.cip13
    return _PART.join((one.cip7, cip13, one.label, one.marketing))


def _written(one: Speciality) -> str:
    names = _ITEM.join(s.name for s in one.composition)  # apart, since searches read them alone
    doses = _ITEM.join(_PART.join((s.kind, s.link, s.code, s.dose, s.per)) for s in one.composition)
    packs = _ITEM.join(map(_packed, one.packs))
    fields = (
        one.cis, one.name, one.form, ";".join(one.routes), one.authorisation,
        "1" if one.marketed else "0", names, doses, one.generic_group, one.atc, packs,
    )  # fmt: skip
    return "\t".join(fields)


def base_of(provenance: Provenance, specialities: Iterable[Speciality]) -> Base:
    """A base made of values, sorted by name: what is alike stands together, and packs well."""
    sorted_ones = sorted(specialities, key=lambda one: (one.name, one.cis))
    return Base(provenance, {one.cis: _written(one) for one in sorted_ones})


def to_bytes(base: Base) -> bytes:
    """The file of a base; the same base gives the same bytes."""
    provenance = base.provenance
    words = base.written_words()
    head = {
        "source": SOURCE,
        "specialities": provenance.specialities.isoformat(),
        "packs": provenance.packs.isoformat(),
        "compositions": provenance.compositions.isoformat(),
        "made_from": provenance.made_from,
        "count": len(base),
        "words": len(words),
    }
    written = json.dumps(head, ensure_ascii=False, sort_keys=True)
    text = "\n".join((f"{FORMAT}\t{written}", *base._lines.values(), *words))
    return lzma.compress(text.encode(), filters=_PACKED)


def from_bytes(data: bytes, name: str) -> Base:
    """A base read back. Raises ``InputError`` where the file is not whole."""
    try:
        head, *lines = unpacked(data).split("\n")
        form, _, written = head.partition("\t")
        about = json.loads(written) if form == FORMAT else {}
        provenance = Provenance(
            specialities=date.fromisoformat(about["specialities"]),
            packs=date.fromisoformat(about["packs"]),
            compositions=date.fromisoformat(about["compositions"]),
            made_from=about["made_from"],
        )
        lines, words = lines[: about["count"]], lines[about["count"] :]
        by_cis = {line[:8]: line for line in lines}
        whole = len(by_cis) == len(lines) == about["count"] and len(words) == about["words"]
    except (NotPackedError, ValueError, KeyError, TypeError):
        whole = False
    if (
        not whole
        or any(line.count("\t") != FIELDS - 1 for line in lines)
        or any(line.count("\t") != WORD_FIELDS - 1 for line in words[1:])
    ):
        raise InputError(
            "the file of the public base of medicines is damaged; run “dolenti medicines update” "
            "with the official files, or remove it to use the one that was delivered",
            name,
            fr="le fichier de la base publique des médicaments est abîmé\u00a0; relancez "
            "«\u00a0dolenti medicines update\u00a0» avec les fichiers officiels, ou retirez-le "
            "pour utiliser celui qui est livré",
        )
    return Base(provenance, by_cis, words)
