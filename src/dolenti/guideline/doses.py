"""The arithmetic of a syringe: amounts, ceilings, shares, volumes. Nothing is decided here.

Amounts are in the product's own unit (mg or IU), strengths in that unit per mL, volumes in mL.
Products are taken in decimal, as a person writes them, so that 0.1 mL of 3 mg/mL is 0.3 mg and
a dose equal to its ceiling is never found above it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dolenti.guideline.knowledge import Ceiling

OBESE = 30.0
"""The body mass index from which the ideal weight counts, in kg/m2."""

# What two decimal numbers may differ by after a division, and no more.
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Share:
    """How much of one ceiling a dose takes. Both are ``None`` where the weight is wanting."""

    ceiling: Ceiling
    limit: float | None
    share: float | None


def amount(strength: float, volume: float) -> float:
    """The amount drawn up: strength (unit/mL) x volume (mL)."""
    return _product(strength, volume)


def total(parts: Iterable[float]) -> float:
    """A sum in decimal."""
    return float(sum((Decimal(repr(float(part))) for part in parts), Decimal(0)))


def percent_to_mg_per_ml(percent: float) -> float:
    """1 % is 1 g in 100 mL, which is 10 mg/mL (fact base 2A)."""
    return _product(percent, 10)


def ideal_weight(height: float, *, male: bool) -> float:
    """The ideal weight in kg by Devine 1974: 50 kg (a man) or 45.5 kg for 152.4 cm, and 0.91 kg
    for each further cm; never under that of 152.4 cm."""
    base = 50.0 if male else 45.5
    return base + 0.91 * max(0.0, height - 152.4)


def weight_for_doses(weight: float | None, height: float | None, *, male: bool) -> float | None:
    """The weight (kg) on which doses per kg are counted: the ideal one from a body mass index of
    30 kg/m2 on, since fat takes no part (fact base 2A). Without a height it is the real one, and
    the absolute ceilings bind."""
    if weight is None or height is None or weight * 10_000 / (height * height) < OBESE:
        return weight
    return min(weight, ideal_weight(height, male=male))


def limit_of(ceiling: Ceiling, weight: float | None) -> float | None:
    """The highest dose a ceiling allows a patient of this weight (kg).

    ``None`` where it needs a weight that is not known. Where an entry gives both a dose per kg
    and an absolute one, the lower binds.
    """
    if ceiling.per_kg is None:
        return ceiling.absolute
    if weight is None:
        return None
    by_weight = _product(ceiling.per_kg, weight)
    return by_weight if ceiling.absolute is None else min(by_weight, ceiling.absolute)


def shares(ceilings: Iterable[Ceiling], dose: float, weight: float | None) -> tuple[Share, ...]:
    """What a dose takes of each ceiling."""
    found = []
    for ceiling in ceilings:
        limit = limit_of(ceiling, weight)
        found.append(Share(ceiling, limit, None if limit is None else dose / limit))
    return tuple(found)


def strictest(found: Iterable[Share]) -> Share | None:
    """The share with the lowest limit among those that are known."""
    known = [share for share in found if share.limit is not None]
    return min(known, key=lambda share: share.limit or 0.0) if known else None


def exceeds(dose: float, limit: float) -> bool:
    """Whether a dose is above its limit; equal is not above."""
    return dose > limit * (1 + _TOLERANCE)


def largest_volume(
    strength: float, *, weight: float | None = None, per_kg: float | None = None,
    absolute: float | None = None,
) -> float:  # fmt: skip
    """The largest volume in mL: min(weight x dose per kg, cap) / strength (fact base 2A).

    60 kg at 7 mg/kg of 10 mg/mL is 42 mL; 200 mg of 10 mg/mL is 20 mL. Raises ``ValueError``
    where neither limit is given, or a dose per kg without a weight.
    """
    limits = [] if absolute is None else [absolute]
    if per_kg is not None:
        if weight is None:
            raise ValueError("a dose per kg needs a weight")
        limits.append(_product(weight, per_kg))
    if not limits or strength <= 0:
        raise ValueError("a limit and a positive strength are needed")
    return min(limits) / strength


def _product(a: float, b: float) -> float:
    return float(Decimal(repr(float(a))) * Decimal(repr(float(b))))
