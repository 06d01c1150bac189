"""The arithmetic of a syringe: amounts, ceilings, shares, volumes. Nothing is decided here.

Amounts are in the product's own unit (mg or IU), strengths in that unit per mL, volumes in mL.
Products are taken in decimal, as a person writes them, so that 0.1 mL of 3 mg/mL is 0.3 mg and
a dose equal to its ceiling is never found above it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dolenti.guideline.knowledge import Ceiling

OBESE = 30.0
"""The body mass index from which the ideal weight counts, in kg/m2."""
HEAVY = 90.0
"""Above so many kg the height is asked where it could change the answer: who is of this weight is
obese below 173 cm."""
LEAST_IDEAL = 45.5
"""The ideal weight of the smallest woman of whom Devine speaks, in kg."""
_DEVINE_FROM = 152.4

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
    """The ideal weight in kg. From 152.4 cm on by Devine 1974: 50 kg (a man) or 45.5 kg, and 0.91
    kg for each further cm. Below, where Devine says nothing, as of a child, by Traub and Kichen
    1983 (Am J Hosp Pharm 40:107; from memory, not read): 2.396 e^(0.01863 cm)."""
    if height < _DEVINE_FROM:
        return round(2.396 * math.exp(0.01863 * height), 1)
    return (50.0 if male else LEAST_IDEAL) + 0.91 * (height - _DEVINE_FROM)


def weight_for_doses(
    weight: float | None, height: float | None, *, male: bool, adult: bool = False
) -> float | None:
    """The weight (kg) on which doses per kg are counted: the ideal one from a body mass index of
    30 kg/m2 on, since fat takes no part (fact base 2A). Without a height it is the real one.

    Of somebody under 152.4 cm who is not known to be ``adult``, the smaller of the two: a child is
    too heavy well before 30 kg/m2.
    """
    if weight is None or height is None:
        return weight
    small = height < _DEVINE_FROM and not adult
    if not small and weight * 10_000 / (height * height) < OBESE:
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
