"""One row as one line of JSON, and the one spelling of it that is hashed.

A line is the list of the row's values in the order of the columns. A column of JSON is its text,
exactly as the database holds it. PostgreSQL, though, rewrites such a text (order of keys, spelling
of numbers); so what is hashed holds the JSON's value in a spelling of our own. Everything else is
hashed as it stands in the line.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import json
import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

from dolenti.safekeeping.tables import Column, Table

Row: TypeAlias = Sequence[Any]

_encode = msgspec.json.Encoder(order="sorted").encode


class RowError(Exception):
    """A row that cannot be written, or read back. It never says what the row holds."""


class RowForm:
    """How the rows of one table are written, read and hashed."""

    def __init__(self, table: Table) -> None:
        self._json = [i for i, column in enumerate(table.columns) if column.kind == "JSONField"]
        self._exact = [
            (i, _EXACT[column.kind])
            for i, column in enumerate(table.columns)
            if column.kind in _EXACT
        ]
        types = tuple(_nullable(column) for column in table.columns)
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(tuple[types])  # type: ignore[valid-type]

    def line(self, row: Row) -> bytes:
        """A row of the database as one line, without its end. ``RowError`` for NaN."""
        values = list(row)
        for i, exact in self._exact:
            if values[i] is not None:
                values[i] = exact(values[i])
        return _encode(values)

    def row(self, line: bytes) -> tuple[Any, ...]:
        """The values of a line. Raises ``RowError`` where it is none of this table."""
        try:
            row: tuple[Any, ...] = self._decoder.decode(line)
        except (msgspec.DecodeError, binascii.Error, UnicodeDecodeError):
            raise RowError from None
        return row

    def hashed(self, line: bytes) -> bytes:
        """What is hashed of a line: the line itself, but for the spelling of JSON in it."""
        if not self._json:
            return line
        values = msgspec.json.decode(line)
        for i in self._json:
            if values[i] is not None:
                values[i] = canonical_json(values[i])
        return _encode(values)


def canonical_json(text: str) -> str:
    """A JSON text in one spelling: keys sorted, no spaces, 1e2 and 100.0 both as 100."""
    try:
        value = json.loads(text, parse_float=Decimal)
    except ValueError:
        raise RowError from None
    return _encode(_plain(value)).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _nullable(column: Column) -> Any:
    return column.type | None


def _utc(value: datetime.datetime) -> datetime.datetime:
    return value.astimezone(datetime.UTC)


def _finite(value: float) -> float:
    if not math.isfinite(value):  # JSON has no word for it, and SQLite keeps it as NULL
        raise RowError
    return float(value)


def _text(value: bytes | memoryview) -> str:
    return base64.b64encode(value).decode("ascii")


_EXACT: dict[str, Callable[[Any], Any]] = {
    "DateTimeField": _utc,
    "FloatField": _finite,
    "BinaryField": _text,  # PostgreSQL hands out memoryviews
}
