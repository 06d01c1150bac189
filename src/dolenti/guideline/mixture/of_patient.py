"""What is found of a patient and one product: a disease, an age, a medicine that is taken.

Medicines that nobody told of are asked, where they could forbid the product or call for a reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from dolenti.guideline.conditions import Proof
from dolenti.guideline.knowledge import Edition, GroupRule, Product, ProductRule
from dolenti.guideline.mixture.ceilings import ProductTotal
from dolenti.guideline.mixture.look import TECHNIQUE, Finding, Look, is_asked

MEDICINES = "medicines"
"""The fact that says what the patient takes, by class."""


def rules_about(edition: Edition, product: Product) -> list[ProductRule]:
    """The rules about a product: its own, then those of its groups."""
    return [*product.rules, *(rule for rule in edition.group_rules if rule.about(product))]


def is_of_patient(rule: ProductRule, therapy: str) -> bool:
    """Whether a rule speaks of the patient alone in a therapy: it waits for no dose and for no
    technique."""
    if rule.techniques or (rule.therapies and therapy not in rule.therapies):
        return False
    if not isinstance(rule, GroupRule):
        return True
    return (rule.over, rule.at_most, rule.over_share) == (None, None, None)


def look_at_patient(look: Look, total: ProductTotal, rule: ProductRule) -> Iterator[Finding]:
    """What one rule about a product finds of the patient, or waits for."""
    product = total.product
    if rule.therapies and look.therapy not in rule.therapies:
        return
    if rule.techniques and not look.may_be(rule.techniques):
        return
    if isinstance(rule, GroupRule) and not _in_dose(rule, total):
        return
    proof = _first(look.proof(rule.when))
    if proof.holds is False:
        return
    if rule.techniques and look.technique is None:
        proof = Proof(None, open=(*proof.open, TECHNIQUE))
    asked = is_asked(rule.severity) and (
        rule.ask_if is None or look.proof(rule.ask_if).holds is True
    )
    if proof.holds is True or asked:
        yield Finding.of(rule, proof, rule.severity, (product.id,))


def _first(proof: Proof) -> Proof:
    """The proof, asking first what the patient takes: the rest matters to those who take it."""
    return Proof(None, open=(MEDICINES,)) if MEDICINES in proof.open else proof


def _in_dose(rule: GroupRule, total: ProductTotal) -> bool:
    """Whether enough is drawn up and given that day, and not too much, for the rule to speak."""
    dose = total.amount + (total.given_today or 0.0)
    if rule.over is not None and dose <= rule.over:
        return False
    if rule.at_most is not None and dose > rule.at_most:
        return False
    share = total.share if total.share_today is None else total.share_today
    # A share that nobody can work out may be above: it is no reason to keep silent.
    return rule.over_share is None or share is None or share > rule.over_share
