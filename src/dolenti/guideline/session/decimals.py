"""Decimal numbers as people write them: exact sums, and no digit that was not meant."""

from __future__ import annotations

from decimal import Decimal


def exact(number: float) -> Decimal:
    """A number of the knowledge as it is written there: 0.01 is one hundredth."""
    return plain(Decimal(repr(float(number))))


def plain(value: Decimal) -> Decimal:
    """The same number without the zeros behind: 100 for 100.0, 0.3 for 0.30."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()
