"""Numbers as people wrote them, without binary rounding.

``exact(7.01)`` is 701/100, so that a fall from 10 to 7.01 is 29.9 %, neither more nor less.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from dolenti.guideline.errors import InputError

Number: TypeAlias = int | float | Decimal | Fraction


def exact(value: object, where: str, low: Number, high: Number) -> Fraction:
    """``value`` as written, if it is a finite number from ``low`` to ``high`` (both included).

    Raises ``InputError`` for anything else; true and false are no numbers here.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, Fraction)):
        raise _no_number(value, where)
    if not _is_finite(value):
        raise _no_number(value, where)
    # The rounded bounds first: 1E+999999 is refused before its million digits are written out.
    inside = math.floor(low) <= value <= math.ceil(high)
    if not inside or not as_written(low) <= as_written(value) <= as_written(high):
        raise _out_of_range(value, where, low, high)
    return as_written(value)


def as_written(number: Number) -> Fraction:
    """A finite number as its decimal writing says: 0.1 is one tenth."""
    return number if isinstance(number, Fraction) else Fraction(str(number))


def whole(value: object, where: str, low: int, high: int) -> int:
    """``value`` if it is a whole number from ``low`` to ``high``. Raises ``InputError``."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(
            f"{_shown(value)} is not a whole number; it goes from {low} to {high}",
            where,
            fr=f"{_shown(value)} n’est pas un nombre entier\u00a0; il va de {low} à {high}",
        )
    if not low <= value <= high:
        raise _out_of_range(value, where, low, high)
    return value


def percent_fallen(before: Fraction, after: Fraction) -> Fraction | None:
    """(before - after) / before x 100, in %; negative for a rise. ``None`` where before is 0."""
    return None if before == 0 else (before - after) / before * 100


def one_decimal(number: Fraction | None) -> float | None:
    """For a screen: cut after one decimal, towards zero, so that 29.96 is never shown as 30."""
    return None if number is None else int(number * 10) / 10


def _is_finite(value: Number) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()
    return not isinstance(value, float) or math.isfinite(value)


def _no_number(value: object, where: str) -> InputError:
    return InputError(
        f"{_shown(value)} is not a number; leave it out if it is not known",
        where,
        fr=f"{_shown(value)} n’est pas un nombre\u00a0; omettez la valeur si elle n’est pas connue",
    )


def _out_of_range(value: object, where: str, low: Number, high: Number) -> InputError:
    return InputError(
        f"{_shown(value)} is out of range; it goes from {low} to {high}",
        where,
        fr=f"{_shown(value)} est hors limites\u00a0; la valeur va de {low} à {high}",
    )


def _shown(value: object) -> str:
    if isinstance(value, int) and value.bit_length() > 100:  # too many digits to write out
        return f"{'-' if value < 0 else ''}10^{int(value.bit_length() * math.log10(2))}"
    return str(value)[:40] if isinstance(value, (int, float, Decimal)) else repr(value)[:40]
