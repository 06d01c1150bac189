"""Who responded: IMMPACT's two thresholds of pain, and the OMERACT-OARSI criteria.

OMERACT-OARSI (Pham 2003 and 2004; fact base, section 5): a responder has

- pain **or** function better by at least 50 % **and** by at least 20 of 100, or
- at least two of pain, function and the patient's global assessment better, each by at least 20 %
  **and** by at least 10 of 100.

Each measure is first brought to 0-100, higher being worse. A measure that is missing, or whose
baseline is 0 on that scale, is not evaluable; the answer is then ``None`` unless the others settle
it (Kleene's logic).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from dolenti.guideline.conditions import Truth
from dolenti.guideline.errors import InputError
from dolenti.guideline.scoring.exact import Number, exact, percent_fallen
from dolenti.guideline.scoring.pain import change

HIGH = (50, 20)  # at least this % and this many of 100
MODERATE = (20, 10)

Better: TypeAlias = Literal["high", "moderate", "none"]


@dataclass(frozen=True)
class Pair:
    """One measure twice: at baseline and later, on a scale from ``low`` to ``high``."""

    baseline: Number
    last: Number
    low: Number = 0
    high: Number = 10
    higher_is: Literal["better", "worse"] = "worse"


@dataclass(frozen=True)
class Improvement:
    """A measure brought to 0-100, higher worse.

    ``points`` is the fall (positive is better); ``percent`` that fall in % of the baseline, and
    ``None`` with ``better`` where the baseline is 0.
    """

    baseline: Fraction
    last: Fraction
    points: Fraction
    percent: Fraction | None
    better: Better | None


@dataclass(frozen=True)
class OmeractOarsi:
    """The answer, and what it rests on; ``None`` is "not evaluable"."""

    responder: Truth
    pain: Improvement | None
    function: Improvement | None
    patient_global: Improvement | None


def immpact(baseline: Number, last: Number, threshold: Literal[30, 50]) -> bool | None:
    """Whether the NRS (0-10) fell by at least ``threshold`` %; ``None`` where it was 0."""
    relief = change(baseline, last).relief_percent
    return None if relief is None else relief >= threshold


def normalised(pair: Pair, where: str = "") -> Improvement:
    """The pair on 0-100, higher worse, with its improvement.

    (value - low) / (high - low) x 100, and 100 minus that where higher is better.
    Raises ``InputError`` for a value outside the scale, or a scale without length.
    """
    bound = 10**9
    low = exact(pair.low, f"{where}.low", -bound, bound)
    high = exact(pair.high, f"{where}.high", -bound, bound)
    if low >= high:
        raise InputError(
            f"a scale from {pair.low} to {pair.high} has no length",
            where,
            fr=f"une échelle de {pair.low} à {pair.high} n’a pas d’étendue",
        )

    def on_hundred(value: Number, name: str) -> Fraction:
        share = (exact(value, f"{where}.{name}", low, high) - low) / (high - low) * 100
        return share if pair.higher_is == "worse" else 100 - share

    before, after = on_hundred(pair.baseline, "baseline"), on_hundred(pair.last, "last")
    percent = percent_fallen(before, after)
    points = before - after
    return Improvement(before, after, points, percent, _better(points, percent))


def omeract_oarsi(
    pain: Pair | None, function: Pair | None, patient_global: Pair | None = None
) -> OmeractOarsi:
    """Whether a patient is a responder by OMERACT-OARSI. ``None`` for a measure not answered."""
    measured = tuple(
        None if pair is None else normalised(pair, name)
        for pair, name in (
            (pain, "pain"), (function, "function"), (patient_global, "patient-global")
        )
    )  # fmt: skip
    grades = [None if improvement is None else improvement.better for improvement in measured]
    return OmeractOarsi(_responder(grades), *measured)


def _responder(grades: list[Better | None]) -> Truth:
    # An unknown measure might have improved as much as possible, or not at all: the answer is
    # certain only where both suppositions agree.
    at_worst = _is_responder([grade or "none" for grade in grades])
    at_best = _is_responder([grade or "high" for grade in grades])
    return at_worst if at_worst == at_best else None


def _is_responder(grades: list[Better]) -> bool:
    return "high" in grades[:2] or sum(grade != "none" for grade in grades) >= 2


def _better(points: Fraction, percent: Fraction | None) -> Better | None:
    if percent is None:
        return None
    if percent >= HIGH[0] and points >= HIGH[1]:
        return "high"
    return "moderate" if percent >= MODERATE[0] and points >= MODERATE[1] else "none"
