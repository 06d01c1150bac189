"""A hospital's own table, a row for each complaint: which column says which fact, and how.

::

    patient: PAT_ID
    columns:
      birth_date: {from: DDN, date: "%d/%m/%Y"}  # or "%Y": a year alone stays one
      condition:  {from: DIAG, values: {M17: knee-osteoarthritis, M77.1: lateral-epicondylitis}}
      weight:     {from: POIDS, unit: kg}
      anticoagulant: {from: AC, values: {"0": none, AVK: vka, AOD: doac}}
      allergy__lidocaine: {from: AL_LIDO, yes: [oui, "1"], no: [non, "0"]}

An empty cell is unknown. So is a value that the mapping does not name, and it is counted; so are
the numbers and days that databases write where they have none (999, 9999-12-31).

``empty`` lists, for the whole table, the cells that are as good as empty; ``unknown``, for a
column, those that say that nobody knows: silence may be declared to mean no, such a word never.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from dolenti.flattening.placeholders import is_no_day
from dolenti.guideline.birth import BirthDate, PartialDate, ages, first_day
from dolenti.guideline.dates import FIRST_YEAR, whole_years
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import insist_on_plausible, other_unit, read_number
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.near import admitted, nearest, shown
from dolenti.guideline.reading import Document
from dolenti.population.reading import OLDEST
from dolenti.population.schema import (
    BIRTH_DATE,
    BIRTH_DATE_LAST,
    PATIENT,
    Column,
    date_column,
    never,
    wide_schema,
)

_PARTS: Final = (PATIENT, "columns", "empty")
KEYS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "identifier": (),
    "boolean": ("yes", "no"),
    "number": ("unit",),
    "word": ("values",),
    "date": ("date", "never"),
}
"""What may be said of a column beside ``from`` and ``unknown``, by its type."""
Reader = Callable[[str], Any]
"""Gives a cell its meaning; raises ``ValueError`` for one that it does not understand."""

_NOBODY: Final = frozenset({"", "null", "\\n", "none", "nan", "nat", "<na>", "na", "n/a", "-1"})
"""What programs write for a patient that is not there."""
_NUMBER: Final = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:e[-+]?\d+)?\Z", re.ASCII | re.IGNORECASE)
_NO_NUMBER: Final = re.compile(r"9{3,}(?:[.,][09]+)?\Z")
"""Three nines and more stand for no measure."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Mapped:
    """A column of the wide table: where it comes from, and how it is read."""

    column: str
    source: str
    read: Reader
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TableMapping:
    """A whole mapping: which column names the patient, and all others."""

    patient: str
    columns: tuple[Mapped, ...]
    schema: Mapping[str, Column]
    empty: frozenset[str] = frozenset()

    def names_nobody(self, cell: str) -> bool:
        """Whether a cell of the patient's column names no patient."""
        return _plain(cell) in self.empty | _NOBODY

    def row_of(self, cells: Mapping[str, str], unmapped: Counter[str]) -> tuple[Row, set[str]]:
        """The row of some cells by column of the wide table, and the columns of which they speak
        without their being known; ``unmapped`` counts the cells that were not understood."""
        row: Row = {}
        doubted: set[str] = set()
        for one in self.columns:
            cell = cells[one.source].strip()
            plain = _plain(cell)
            if not plain or plain in self.empty:
                continue
            if plain in one.unknown:
                doubted.add(one.column)
                continue
            try:
                value = one.read(cell)
                row[one.column] = first_day(value) if one.column == BIRTH_DATE else value
                if isinstance(value, PartialDate):
                    row[BIRTH_DATE_LAST] = value.last
            except ValueError:
                unmapped[f"{one.source}={cell[:40]}"] += 1
                doubted.add(one.column)
        for column in self._undated(row) | self._before_birth(row):
            del row[column]
            doubted.add(column)
        return row, doubted

    def _undated(self, row: Row) -> set[str]:
        """What has a column for its day and no day: it would count as of today."""
        dated = {one.column for one in self.columns if self.schema[one.column].dates}
        return {
            name
            for name in row
            if (fact := self.schema[name].fact) is not None
            and (at := date_column(fact.id)) in dated
            and at not in row
        }

    def _before_birth(self, row: Row) -> set[str]:
        birth = row.get(BIRTH_DATE)
        return {
            name
            for name, day in row.items()
            if birth is not None
            and isinstance(day, date)
            and day < birth
            and (fact := self.schema[name].fact) is not None
            and day != never(fact)
        }


def read_mapping(document: Document, edition: Edition, as_of: date) -> TableMapping:
    """A mapping file. Raises ``InputError`` with the line, for a column that the wide table lacks,
    an answer that a fact has not, a unit it is not measured in, a form of dates that is none. Days
    are read as of ``as_of``: what is past cannot lie after it."""
    content = document.content
    if not isinstance(content, Mapping) or not isinstance(content.get("columns"), Mapping):
        raise InputError(
            "a mapping has the parts patient and columns",
            document.name,
            fr="une correspondance comporte les parties patient et columns",
        )
    _only(content, _PARTS, document.name)
    patient = content.get(PATIENT)
    if not isinstance(patient, str):
        raise InputError(
            "say which column names the patient: “patient: COLUMN”",
            document.name,
            fr="indiquez la colonne qui nomme le patient\u00a0: «\u00a0patient: COLONNE\u00a0»",
        )
    schema = wide_schema(edition)
    columns = []
    for name, said in content["columns"].items():
        place = document.place(("columns", name))
        if name not in schema or name == PATIENT:
            close = nearest(name, schema)
            raise InputError(
                f"the wide table has no column “{shown(name)}”{close.en}",
                place,
                fr=f"la table n’a pas de colonne «\u00a0{shown(name)}\u00a0»{close.fr}",
            )
        columns.append(_mapped(name, said, schema[name], place, as_of))
    empty = _texts(content, "empty", document.name) if "empty" in content else frozenset()
    return TableMapping(patient, tuple(columns), schema, empty)


def _mapped(name: str, said: Any, column: Column, place: str, as_of: date) -> Mapped:
    said = {"from": said} if isinstance(said, str) else said
    if not isinstance(said, Mapping) or not isinstance(said.get("from"), str):
        raise InputError(
            "write it as “{from: COLUMN}”, with values, yes and no, date or unit",
            place,
            fr="écrivez «\u00a0{from: COLONNE}\u00a0», avec values, yes et no, date ou unit",
        )
    _only(said, ("from", "unknown", *KEYS_OF[column.type]), place)
    readers: Mapping[str, Callable[[Mapping[str, Any], Column, str], Reader]] = {
        "identifier": lambda *_: _identifier,
        "boolean": _truth,
        "number": _number,
        "word": _word,
        "date": partial(_date, as_of=as_of),
    }
    unknown = _texts(said, "unknown", place) if "unknown" in said else frozenset()
    return Mapped(name, said["from"], readers[column.type](said, column, place), unknown)


def _only(said: Mapping[str, Any], keys: Collection[str], place: str) -> None:
    for key in said:
        if key not in keys:
            others = admitted(key, keys)
            raise InputError(
                f"“{shown(key)}” is not expected here{others.en}",
                place,
                fr=f"«\u00a0{shown(key)}\u00a0» n’a pas sa place ici{others.fr}",
            )


def _texts(said: Mapping[str, Any], key: str, place: str) -> frozenset[str]:
    listed = said.get(key)
    if not isinstance(listed, list) or not listed:
        raise InputError(
            f"list the cells that mean {key}: {key}: [...]",
            place,
            fr=f"donnez la liste des cellules qui valent {key}\u00a0: {key}: [...]",
        )
    if any(one is None or not _plain(one) for one in listed):
        raise _nothing_is_no_cell(place)
    return frozenset(_plain(one) for one in listed)


def _nothing_is_no_cell(place: str) -> InputError:
    return InputError(
        "an empty cell is unknown and means nothing else; --closed declares what silence means",
        place,
        fr="une cellule vide est inconnue, rien d’autre\u00a0; --closed déclare ce que le "
        "silence signifie",
    )


def _plain(cell: Any) -> str:
    """A cell as it is compared, whatever YAML made of it: a word, a number, a truth."""
    return str(cell).strip().casefold()


def _identifier(cell: str) -> str:
    if _plain(cell) in _NOBODY:
        raise ValueError(cell)
    return cell


def _truth(said: Mapping[str, Any], column: Column, place: str) -> Reader:
    yes, no = _texts(said, "yes", place), _texts(said, "no", place)
    both = yes & no
    if both:
        raise InputError(
            f"“{min(both)}” stands under yes and under no",
            place,
            fr=f"«\u00a0{min(both)}\u00a0» figure sous yes et sous no",
        )

    def read(cell: str) -> bool:
        plain = _plain(cell)
        if plain in yes:
            return True
        if plain in no:
            return False
        raise ValueError(cell)

    return read


def _number(said: Mapping[str, Any], column: Column, place: str) -> Reader:
    fact = column.fact
    assert fact is not None
    unit = said.get("unit")
    if unit is not None and unit != fact.unit:
        try:
            other_unit(fact, unit)
        except InputError as error:
            raise error.under(place) from None

    def read(cell: str) -> float:
        if not _NUMBER.match(cell) or _NO_NUMBER.match(cell):
            raise ValueError(cell)
        try:
            return read_number(fact, float(cell.replace(",", ".")), unit)
        except InputError as error:
            raise ValueError(cell) from error

    return read


def _word(said: Mapping[str, Any], column: Column, place: str) -> Reader:
    assert column.fact is not None
    options = [option.id for option in column.fact.options]
    values = said.get("values", {one: one for one in options})
    if not isinstance(values, Mapping):
        raise InputError(
            "values are written as {CELL: answer}",
            place,
            fr="les valeurs s’écrivent {CELLULE: réponse}",
        )
    for answer in values.values():
        if answer not in options:
            others = admitted(answer, options)
            raise InputError(
                f"“{shown(answer)}” is not an answer here{others.en}",
                place,
                fr=f"«\u00a0{shown(answer)}\u00a0» n’est pas une réponse possible{others.fr}",
            )
    by_cell: dict[str, str] = {}
    for cell, answer in values.items():
        if cell is None or not _plain(cell):
            raise _nothing_is_no_cell(place)
        if by_cell.setdefault(_plain(cell), answer) != answer:
            raise InputError(
                f"“{shown(cell)}” has two meanings; small and capital letters are the same here",
                place,
                fr=f"«\u00a0{shown(cell)}\u00a0» a deux sens\u00a0; majuscules et minuscules "
                "se valent ici",
            )

    def read(cell: str) -> str:
        try:
            return by_cell[_plain(cell)]
        except KeyError:
            raise ValueError(cell) from None

    return read


def _date(said: Mapping[str, Any], column: Column, place: str, *, as_of: date) -> Reader:
    form = said.get("date", "%Y-%m-%d")
    try:
        datetime.strptime(datetime(2026, 11, 28).strftime(form), form)  # noqa: DTZ001, DTZ007
    except (ValueError, TypeError):
        raise InputError(
            f"“{shown(form)}” is no form of a date; write it as %d/%m/%Y",
            place,
            fr=f"«\u00a0{shown(form)}\u00a0» n’est pas une forme de date\u00a0; écrivez-la "
            "comme «\u00a0%d/%m/%Y\u00a0»",
        ) from None

    nevers = _texts(said, "never", place) if "never" in said else frozenset()

    # Two days tell whether the form has a place for the day, and two months for the month.
    has_day = datetime(2026, 11, 28).strftime(form) != datetime(2026, 11, 27).strftime(form)  # noqa: DTZ001
    has_month = datetime(2026, 10, 28).strftime(form) != datetime(2026, 11, 28).strftime(form)  # noqa: DTZ001

    def read(cell: str) -> BirthDate:
        if column.fact is not None and not column.dates and _plain(cell) in nevers:
            return never(column.fact)
        day = datetime.strptime(cell, form).date()  # noqa: DTZ007 - a day has no zone
        if column.name == BIRTH_DATE and not has_day:
            return _partial(cell, day, as_of, has_month=has_month)
        if is_no_day(day, birth=column.name == BIRTH_DATE):
            raise ValueError(cell)
        if column.fact is not None and not column.dates:
            try:
                insist_on_plausible(column.fact, day, as_of)
            except InputError as error:
                raise ValueError(cell) from error
        elif not _may_be(column, day, as_of):
            raise ValueError(cell)
        return day

    return read


def _partial(cell: str, first: date, as_of: date, *, has_month: bool) -> PartialDate:
    """A month or a year of birth. Raises ``ValueError`` for one in which nobody is born."""
    born = PartialDate(first.year, first.month if has_month else None)
    plausible = born.year >= FIRST_YEAR and first <= as_of
    if not plausible or ages(born, as_of).youngest > OLDEST:
        raise ValueError(cell)
    return born


def _may_be(column: Column, day: date, as_of: date) -> bool:
    """Whether a patient may be born on a day, or something have been measured."""
    if not day.year >= FIRST_YEAR or day > as_of:
        return False
    return column.name != BIRTH_DATE or whole_years(day, as_of) <= OLDEST
