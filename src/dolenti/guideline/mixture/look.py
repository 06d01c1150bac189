"""What every rule of a mixture is told, and the form in which it answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from dolenti.guideline.conditions import Condition, Proof
from dolenti.guideline.doses import HEAVY, amount, total, weight_for_doses
from dolenti.guideline.facts import Known
from dolenti.guideline.knowledge import (
    Citation,
    Edition,
    MixtureRule,
    Product,
    Rule,
    Severity,
    Technique,
    Text,
)
from dolenti.guideline.mixture.file import Component, Mixture

GIVEN_TODAY = "given-today"
GIVEN_BEFORE = "given-before"
TECHNIQUE = "technique"
EXCIPIENTS = "excipients"
NO_FACTS = (GIVEN_TODAY, GIVEN_BEFORE, TECHNIQUE, EXCIPIENTS)
"""The questions of a mixture that are no fact of the dictionary."""


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

    @classmethod
    def of(
        cls,
        rule: Rule,
        proof: Proof,
        severity: Severity,
        products: tuple[str, ...] = (),
    ) -> Finding:
        """What a rule with a sentence and sources of its own finds."""
        return cls(
            rule=rule.id,
            severity=severity,
            because=rule.because,
            sources=rule.sources,
            basis=rule.basis,
            encodes=rule.encodes,
            proof=proof,
            products=products,
        )


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
        proofs: Mapping[Condition, Proof],
    ) -> None:
        self.mixture = mixture
        self.edition = edition
        self.rules = rules
        self.policies = policies
        self.values = values
        self.as_of: date = mixture.case.as_of
        self.therapy = mixture.therapy
        self.technique = mixture.technique
        self._techniques = next(
            one.techniques for one in edition.therapies if one.id == mixture.therapy
        )
        self.fluid = mixture.vehicle.fluid
        self.jurisdiction: str = mixture.jurisdiction or policies.get(
            "jurisdiction", edition.manifest.default_jurisdiction
        )
        self.products = tuple({c.product.id: c.product for c in mixture.components}.values())
        self.ids = frozenset(product.id for product in self.products)
        vials = frozenset(c.product.id for c in mixture.components if not c.within)
        self.mixed = self.ids if len(vials) > 1 else vials
        """The products that were put together here: what one vial holds, its maker mixed."""
        sex = values["sex"].value if "sex" in values else None
        real, height, age = (self._number(name) for name in ("weight", "height", "age"))
        self.weight = weight_for_doses(
            real, height, male=sex == "male", adult=age is not None and age >= 18
        )
        self.by_ideal_weight = self.weight != real
        self.may_be_obese = height is None and real is not None and real > HEAVY
        self._proofs = proofs
        allergy = next(fact for fact in edition.facts if fact.id == "allergy")
        self.allergens = tuple(option.id for option in allergy.options)

    def may_be(self, techniques: Collection[str]) -> bool:
        """Whether this syringe may be given by one of these techniques: it is the one named, or
        none was named and one of them can be done in the zone, as far as it is known."""
        if self.technique is not None:
            return self.technique in techniques
        return any(self.is_done_here(one) for one in self._techniques if one.id in techniques)

    @property
    def misplaced(self) -> Technique | None:
        """The technique that was named, where it is not done in the zone that was named."""
        named = (one for one in self._techniques if one.id == self.technique)
        return next((one for one in named if not self.is_done_here(one)), None)

    @property
    def label_route(self) -> str | None:
        """What a label calls the technique that was named, if it has a word for it."""
        named = (one.label_route for one in self._techniques if one.id == self.technique)
        return next(named, None)

    def is_done_here(self, technique: Technique) -> bool:
        """Whether a technique can be done in the zone; of a zone that nobody named, it can."""
        zone = self.values.get("zone")
        return zone is None or not technique.zones or zone.value in technique.zones

    @property
    def is_of_a_complaint(self) -> bool:
        """Whether it is named what is treated; else the syringe is looked at by itself."""
        complaint = self.mixture.case.complaint
        return complaint.condition is not None or complaint.zone is not None

    def _number(self, fact: str) -> float | None:
        known = self.values.get(fact)
        return known.value if known is not None and isinstance(known.value, float) else None

    def proof(self, when: Condition | None) -> Proof:
        """Whether a condition of the knowledge holds for this patient; where there is none, it
        does."""
        return Proof(holds=True) if when is None else self._proofs[when]

    def components(self, product: Product) -> list[Component]:
        """What was drawn up of one product."""
        return [c for c in self.mixture.components if c.product.id == product.id]

    def origins(self, product: Product) -> str:
        """Where the clinic says that this product comes from; empty where it does not say."""
        return ", ".join(c.origin for c in self.components(product) if c.origin)

    def drawn(self, product: Product) -> float:
        """How much of one product was drawn up, in its unit."""
        return total(amount(c.strength, c.volume) for c in self.components(product))

    def given(self, product: Product, *, injected: bool = False) -> float | None:
        """How much of one product was given today, in any form or as an injection alone; ``None``
        where nobody said."""
        if self.mixture.given_today is None:
            return None
        given = self.mixture.given_today
        return total(
            dose.dose
            for dose in given
            if dose.product.id == product.id and not (injected and dose.by == "other")
        )

    @property
    def given_products(self) -> tuple[Product, ...]:
        """The products that were given today, as far as it was said."""
        given = self.mixture.given_today or ()
        return tuple({dose.product.id: dose.product for dose in given}.values())

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
        severity: Severity | None = None,
    ) -> Finding:
        """What the mixture rule ``name`` finds; a product's own sentence and sources win."""
        rule = self.rules[name]
        return Finding(
            rule=name,
            severity=severity or rule.severity,
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


def askable(proof: Proof, irrelevant: set[str]) -> Proof:
    """The proof, waiting for nothing that is irrelevant."""
    if proof.holds is not None or not irrelevant:
        return proof
    return Proof(None, open=tuple(fact for fact in proof.open if fact not in irrelevant))


def is_asked(severity: Severity) -> bool:
    """A warning or an information is said where it is known, and never asked for."""
    return severity in ("block", "override")
