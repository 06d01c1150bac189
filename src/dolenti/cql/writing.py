"""CQL's small forms: identifiers, texts, numbers, dates, durations, comments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from dolenti.guideline.dates import Duration

_MOST_DECIMALS = 8  # the scale of a Decimal in CQL


def identifier(name: str) -> str:
    """A quoted identifier: ``"hot-swollen-joint"``."""
    return '"' + _escaped(name).replace('"', '\\"') + '"'


def text(value: str) -> str:
    """A text literal: ``'knee'``."""
    return "'" + _escaped(value).replace("'", "\\'") + "'"


def texts(values: Iterable[str]) -> str:
    """A list of texts. An empty one says its type, which CQL cannot guess."""
    listed = ", ".join(text(value) for value in values)
    return f"{{ {listed} }}" if listed else "List<String>{}"


def number(value: float) -> str:
    """A Decimal literal, never with an exponent."""
    written = f"{Decimal(repr(float(value))):f}"
    if len(written.partition(".")[2]) > _MOST_DECIMALS:
        written = f"{value:.{_MOST_DECIMALS}f}"
    return written if "." in written else written + ".0"


def day(value: date) -> str:
    """A Date literal."""
    return f"@{value.isoformat()}"


def duration(length: Duration) -> str:
    """A calendar duration: ``3 months``. Both sides keep the day of the month or take the last."""
    count, unit = (length.months, "month") if length.months else (length.days, "day")
    return f"{count} {unit}{'s' if count > 1 else ''}"


def comment(*lines: str | None) -> str:
    """A comment of some lines, whatever these hold."""
    said = [line.replace("*/", "* /") for line in lines if line]
    return "/** " + "\n".join(said) + " */"


def define(name: str, expression: str, about: str = "") -> str:
    """A named expression with its comment."""
    return f"{about}\ndefine {identifier(name)}:\n  {expression}\n".lstrip("\n")


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n")
