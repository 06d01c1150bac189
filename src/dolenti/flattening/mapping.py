"""A hospital's own table, a row for each complaint: which column says which fact, and how.

::

    patient: PAT_ID
    columns:
      birth_date: {from: DDN, date: "%d/%m/%Y"}
      condition:  {from: DIAG, values: {M17: knee-osteoarthritis, M77.1: lateral-epicondylitis}}
      weight:     {from: POIDS, unit: kg}
      anticoagulant: {from: AC, values: {"0": none, AVK: vka, AOD: doac}}
      allergy__lidocaine: {from: AL_LIDO, yes: [oui, "1"], no: [non, "0"]}

An empty cell is unknown. So is a value that the mapping does not name, and it is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import admitted, nearest, shown
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.reading import Document
from dolenti.population.schema import PATIENT, Column, wide_schema

_KEYS: Final = ("from", "values", "yes", "no", "date", "unit")
Reader = Callable[[str], Any]
"""Gives a cell its meaning; raises ``ValueError`` for one that it does not understand."""


@dataclass(frozen=True)
class Mapped:
    """A column of the wide table: where it comes from, and how it is read."""

    column: str
    source: str
    read: Reader


@dataclass(frozen=True)
class TableMapping:
    """A whole mapping: which column names the patient, and all others."""

    patient: str
    columns: tuple[Mapped, ...]


def read_mapping(document: Document, edition: Edition) -> TableMapping:
    """A mapping file. Raises ``InputError`` with the line, for a column that the wide table lacks,
    an answer that a fact has not, a unit it is not measured in, a form of dates that is none."""
    content = document.content
    if not isinstance(content, Mapping) or not isinstance(content.get("columns"), Mapping):
        raise InputError(
            "a mapping has the parts patient and columns",
            document.name,
            fr="une correspondance comporte les parties patient et columns",
        )
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
        columns.append(_mapped(name, said, schema[name], place))
    return TableMapping(patient, tuple(columns))


def _mapped(name: str, said: Any, column: Column, place: str) -> Mapped:
    said = {"from": said} if isinstance(said, str) else said
    if not isinstance(said, Mapping) or not isinstance(said.get("from"), str):
        raise InputError(
            "write it as “{from: COLUMN}”, with values, yes and no, date or unit",
            place,
            fr="écrivez «\u00a0{from: COLONNE}\u00a0», avec values, yes et no, date ou unit",
        )
    for key in said:
        if key not in _KEYS:
            others = admitted(key, _KEYS)
            raise InputError(
                f"“{shown(key)}” is not expected here{others.en}",
                place,
                fr=f"«\u00a0{shown(key)}\u00a0» n’a pas sa place ici{others.fr}",
            )
    readers: Mapping[str, Callable[[Mapping[str, Any], Column, str], Reader]] = {
        "identifier": lambda *_: str,
        "boolean": _truth,
        "number": _number,
        "word": _word,
        "date": _date,
    }
    return Mapped(name, said["from"], readers[column.type](said, column, place))


def _texts(said: Mapping[str, Any], key: str, place: str) -> frozenset[str]:
    listed = said.get(key)
    if not isinstance(listed, list) or not listed:
        raise InputError(
            f"list the cells that mean {key}: {key}: [...]",
            place,
            fr=f"donnez la liste des cellules qui valent {key}\u00a0: {key}: [...]",
        )
    return frozenset(_plain(one) for one in listed)


def _plain(cell: Any) -> str:
    """A cell as it is compared, whatever YAML made of it: a word, a number, a truth."""
    return str(cell).strip().casefold()


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
    unit, factor, offset = said.get("unit", fact.unit), 1.0, 0.0
    if unit != fact.unit:
        other = next((one for one in fact.also_in if one.unit == unit), None)
        if other is None:
            known = ", ".join(filter(None, [fact.unit, *(one.unit for one in fact.also_in)]))
            raise InputError(
                f"“{fact.id}” is not measured in “{shown(unit)}”; known are: {known}",
                place,
                fr=f"«\u00a0{fact.id}\u00a0» ne se mesure pas en «\u00a0{shown(unit)}\u00a0»"
                f"\u00a0; sont admises\u00a0: {known}",
            )
        factor, offset = other.factor, other.offset

    def read(cell: str) -> float:
        number = float(cell.strip().replace(",", ".")) * factor + offset
        low, high = fact.range or (float("-inf"), float("inf"))
        if not low <= number <= high:
            raise ValueError(cell)
        return number

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
    by_cell = {_plain(cell): answer for cell, answer in values.items()}

    def read(cell: str) -> str:
        try:
            return str(by_cell[_plain(cell)])
        except KeyError:
            raise ValueError(cell) from None

    return read


def _date(said: Mapping[str, Any], column: Column, place: str) -> Reader:
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

    def read(cell: str) -> date:
        return datetime.strptime(cell.strip(), form).date()  # noqa: DTZ007 - a day has no zone

    return read
