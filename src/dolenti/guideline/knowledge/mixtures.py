"""Rules that look at the whole syringe, and what was seen when products met."""

from __future__ import annotations

from typing import Any, Literal

from dolenti.guideline.conditions import Condition
from dolenti.guideline.knowledge.entries import Basis, Cited, Entry, Text
from dolenti.guideline.knowledge.products import Severity


class MixtureRule(Cited, frozen=True, kw_only=True):
    """The sentence and the weight of a rule that looks at the whole syringe, found by its id.

    A rule with ``sum_of`` adds up shares of ceilings; the engine knows it by that alone.
    """

    id: str
    severity: Severity
    because: Text
    basis: Basis
    sum_of: SumOfShares | None = None
    examples: tuple[MixtureExample, ...] = ()


class SumOfShares(Entry, frozen=True, kw_only=True):
    """That the products of a class, drawn up and given today, together take at most ``most`` of
    their ceilings, for the patients of ``when`` (all, where there is none). Where it is
    ``elemental``, that they hold at most ``most`` mg of the element of which they are salts."""

    products: str
    most: float = 1.0
    elemental: bool = False
    when: Condition | None = None


class MixtureExample(Entry, frozen=True, kw_only=True):
    """A whole mixture file, the verdict expected of it, and the rules expected to speak."""

    says: Text
    file: dict[str, Any]
    verdict: Literal["blocked", "incomplete", "override", "allowed"]
    rules: tuple[str, ...] = ()


class StrengthRange(Entry, frozen=True, kw_only=True):
    """A product at a strength from ``low`` to ``high``, in its own unit per mL."""

    product: str
    low: float
    high: float


class Compatibility(Cited, frozen=True, kw_only=True):
    """What was seen when exactly these products, at these strengths, met in this vehicle."""

    id: str
    components: tuple[StrengthRange, ...]
    vehicles: tuple[Literal["none", "saline", "water", "bicarbonate"], ...]
    result: Literal["limpid", "turbid", "milky", "incompatible"]
    because: Text
    basis: Basis
