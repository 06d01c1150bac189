"""What one joint takes: corticosteroids of whatever name by the shares of their ceilings, any other
product by its ingredient; in one syringe, and with what was injected today and not surely into
another joint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from dolenti.guideline import doses
from dolenti.guideline.conditions import Proof
from dolenti.guideline.knowledge import Ceiling, Product, Severity, Text
from dolenti.guideline.mixture.file import GivenDose
from dolenti.guideline.mixture.look import Finding, Look
from dolenti.guideline.numbers import number_in_words

JOINT_GIVEN_TODAY: Final = "joint-given-today"
RULES = ("joint-sum", JOINT_GIVEN_TODAY)
CORTICOSTEROID: Final = "corticosteroid"

Ceilings = Callable[[Look, Product], list[Ceiling]]
"""The ceilings of a product that may apply."""

# What forbids is looked at first, then what asks for a reason as well.
_KINDS: Final[tuple[tuple[Severity, tuple[Severity, ...]], ...]] = (
    ("block", ("block",)),
    ("override", ("block", "override")),
)


def look_at_joint(look: Look, ceilings: Ceilings) -> Iterator[Finding]:
    """The shares of the ceilings of one joint that products take together."""
    together: dict[str, list[Product]] = {}
    for product in look.products:
        together.setdefault(_counted_with(product), []).append(product)
    for name, products in together.items():
        given = [
            dose
            for dose in look.mixture.given_today or ()
            if _counted_with(dose.product) == name
            and dose.by == "injection"
            and dose.joint != "other"
        ]
        several = len({product.counts_as for product in products}) > 1
        yield from _in_one_syringe(look, products, ceilings) if several else ()
        yield from _of_the_day(look, products, given, ceilings)


def _counted_with(product: Product) -> str:
    return CORTICOSTEROID if CORTICOSTEROID in product.classes else product.counts_as


def _in_one_syringe(look: Look, products: list[Product], ceilings: Ceilings) -> Iterator[Finding]:
    drawn = [(product, look.drawn(product)) for product in products]
    for severity, kinds in _KINDS:
        sure = _shares(look, drawn, ceilings, kinds, sure=True)
        if doses.exceeds(sure, 1):
            shown = round(sure, 2)
            detail = Text(
                fr=f"somme des parts\u00a0: {number_in_words(shown, None, 'fr')}",
                en=f"sum of the shares: {number_in_words(shown, None, 'en')}",
            )
            yield look.finding("joint-sum", *products, severity=severity, detail=detail)
            return
        if doses.exceeds(_shares(look, drawn, ceilings, kinds), 1):
            wanted = (
                fact
                for product in products
                for ceiling in ceilings(look, product)
                if ceiling.per == "joint"
                for fact in look.proof(ceiling.when).open
            )
            proof = Proof(None, open=tuple(dict.fromkeys(wanted)))
            yield look.finding("joint-sum", *products, severity=severity, proof=proof)
            return


def _of_the_day(
    look: Look, products: list[Product], given: list[GivenDose], ceilings: Ceilings
) -> Iterator[Finding]:
    drawn = [(product, look.drawn(product)) for product in products]
    before = [(dose.product, dose.dose) for dose in given]
    same = [(dose.product, dose.dose) for dose in given if dose.joint == "same"]
    for _, kinds in _KINDS:
        alone = _shares(look, drawn, ceilings, kinds)
        if doses.exceeds(alone, 1) or not doses.exceeds(
            _shares(look, [*drawn, *before], ceilings, kinds), 1
        ):
            continue
        sure = _shares(look, [*drawn, *same], ceilings, ("block",), sure=True)
        citing = next(
            (one.sources for p in products for one in ceilings(look, p) if one.per == "joint"), ()
        )
        yield look.finding(
            JOINT_GIVEN_TODAY,
            *products,
            citing=citing,
            severity="block" if same and doses.exceeds(sure, 1) else None,
        )
        return


def _shares(
    look: Look,
    amounts: Iterable[tuple[Product, float]],
    ceilings: Ceilings,
    kinds: tuple[Severity, ...],
    *,
    sure: bool = False,
) -> float:
    """The sum of the shares that amounts take of the strictest ceilings of a joint: of those that
    may apply, or that surely do."""
    found = 0.0
    for product, amount in amounts:
        limits = [
            limit
            for ceiling in ceilings(look, product)
            if ceiling.per == "joint"
            and ceiling.severity in kinds
            and (look.proof(ceiling.when).holds or not sure)
            and (limit := doses.limit_of(ceiling, look.weight)) is not None
        ]
        found += amount / min(limits) if limits else 0.0
    return found
