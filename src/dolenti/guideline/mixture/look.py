"""What every rule of a mixture is told, and the form in which it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dolenti.guideline.conditions import Proof
from dolenti.guideline.doses import total
from dolenti.guideline.facts import Known
from dolenti.guideline.knowledge import Citation, Edition, MixtureRule, Product, Severity, Text
from dolenti.guideline.mixture.file import Mixture

GIVEN_TODAY = "given-today"
"""The one question of a mixture that is no fact of the dictionary."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that speaks (its proof holds), or that cannot be answered yet (unknown)."""

    rule: str
    severity: Severity
    because: Text
    sources: tuple[Citation, ...]
    basis: str
    encodes: tuple[str, ...]
    proof: Proof
    products: tuple[str, ...] = ()
    detail: Text | None = None


class Look:
    """One look at one syringe: the mixture, the patient, the rules in force."""

    def __init__(
        self,
        mixture: Mixture,
        *,
        edition: Edition,
        rules: Mapping[str, MixtureRule],
        policies: Mapping[str, str],
        values: Mapping[str, Known],
    ) -> None:
        self.mixture = mixture
        self.edition = edition
        self.rules = rules
        self.policies = policies
        self.values = values
        self.as_of: date = mixture.case.as_of
        self.therapy = mixture.therapy
        self.fluid = mixture.vehicle.fluid
        self.jurisdiction: str = mixture.jurisdiction or policies.get(
            "jurisdiction", edition.manifest.default_jurisdiction
        )
        self.products = tuple({c.product.id: c.product for c in mixture.components}.values())
        self.ids = frozenset(product.id for product in self.products)
        self.weight = self._number("weight")
        self.given = _sum_given(mixture)

    def _number(self, fact: str) -> float | None:
        known = self.values.get(fact)
        return known.value if known is not None and isinstance(known.value, float) else None

    def having(self, name: str) -> list[Product]:
        """The products of a class."""
        return [product for product in self.products if name in product.classes]

    def finding(
        self,
        name: str,
        *products: Product,
        saying: Text | None = None,
        citing: tuple[Citation, ...] = (),
        basis: str | None = None,
        detail: Text | None = None,
        proof: Proof | None = None,
    ) -> Finding:
        """What the mixture rule ``name`` finds; a product's own sentence and sources win."""
        rule = self.rules[name]
        return Finding(
            rule=name,
            severity=rule.severity,
            because=saying or rule.because,
            sources=citing or rule.sources,
            basis=basis or rule.basis,
            encodes=rule.encodes,
            proof=proof or Proof(holds=True),
            products=tuple(product.id for product in products),
            detail=detail,
        )


def is_anaesthetic(product: Product) -> bool:
    """Whether a product is a local anaesthetic, whose toxicity adds to that of the others."""
    return "local-anaesthetic" in product.classes


def _sum_given(mixture: Mixture) -> dict[str, float] | None:
    if mixture.given_today is None:
        return None
    given: dict[str, list[float]] = {}
    for dose in mixture.given_today:
        given.setdefault(dose.product.id, []).append(dose.dose)
    return {product: total(parts) for product, parts in given.items()}
