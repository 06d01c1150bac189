"""What is found of the doses: every ceiling that applies, the strictest first, and their sum.

A limit that needs a weight nobody wrote, or a day nobody told of, is not kept: it is asked for.
What is certain without the answer is said at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dolenti.guideline import doses
from dolenti.guideline.conditions import Proof
from dolenti.guideline.doses import Share
from dolenti.guideline.knowledge import Ceiling, Product, Text
from dolenti.guideline.mixture.look import GIVEN_TODAY, Finding, Look, is_anaesthetic
from dolenti.guideline.numbers import number_in_words

RULES = ("ceiling-exceeded", "anaesthetic-sum", "ceiling-missing")


@dataclass(frozen=True, slots=True)
class ProductTotal:
    """One product of the syringe. ``shares`` are of this preparation alone; ``given_today`` and
    ``share_today`` are ``None`` where nobody said what was given."""

    product: Product
    amount: float
    concentration: float
    shares: tuple[Share, ...]
    share: float | None
    given_today: float | None
    share_today: float | None


@dataclass(frozen=True, slots=True)
class Anaesthetics:
    """The local anaesthetics of the day, drawn up and given: what is certain of their sum.

    ``at_least`` counts only the limits that are known; ``wanting`` is what to ask for the rest.
    """

    products: tuple[Product, ...]
    at_least: float
    wanting: tuple[str, ...]
    without_ceiling: tuple[Product, ...]

    @property
    def share(self) -> float | None:
        return None if self.wanting or self.without_ceiling else self.at_least


def binding_ceilings(look: Look, product: Product) -> list[Ceiling]:
    """The ceilings that apply: those without a country; those of the country or, where it has
    none on file, of every country; those with another product only in its company."""
    own = any(ceiling.jurisdiction == look.jurisdiction for ceiling in product.ceilings)
    return [
        ceiling
        for ceiling in product.ceilings
        if (ceiling.with_product is None or ceiling.with_product in look.ids)
        and (ceiling.jurisdiction in (None, look.jurisdiction) or not own)
    ]


def total_of(look: Look, product: Product) -> ProductTotal:
    """Amount, concentration and shares of one product of the syringe."""
    drawn = [c for c in look.mixture.components if c.product.id == product.id]
    amount = doses.total(doses.amount(c.strength, c.volume) for c in drawn)
    shares = doses.shares(binding_ceilings(look, product), amount, look.weight)
    strictest = None
    if all(share.limit is not None for share in shares):
        strictest = doses.strictest(shares)
    given = None if look.given is None else look.given.get(product.id, 0.0)
    today = None
    if strictest is not None and strictest.limit is not None and given is not None:
        today = doses.total([amount, given]) / strictest.limit
    return ProductTotal(
        product=product,
        amount=amount,
        concentration=amount / look.mixture.volume,
        shares=shares,
        share=strictest.share if strictest else None,
        given_today=given,
        share_today=today,
    )


def look_at_doses(look: Look, totals: tuple[ProductTotal, ...]) -> Iterator[Finding]:
    """Every ceiling passed, missing, or that cannot be shown kept; then the sum."""
    ones = [finding for total in totals for finding in _one(look, total)]
    yield from ones
    anaesthetics = anaesthetics_of(look, totals)
    passed = {product for one in ones if one.proof.holds for product in one.products}
    # Of one anaesthetic above its own ceiling, the sum says nothing more.
    if len(anaesthetics.products) > 1 or not passed & {p.id for p in anaesthetics.products}:
        yield from _sum(look, anaesthetics)


def _one(look: Look, total: ProductTotal) -> Iterator[Finding]:
    passed = [share for share in total.shares if _is_passed(total, share)]
    worst = doses.strictest(passed)
    if worst is not None:
        yield _exceeded(look, total, worst)
        return
    wanting = []
    if any(share.limit is None for share in total.shares):
        wanting.append("weight")
    # The anaesthetics ask for the doses of the day once, for their sum.
    if look.given is None and not is_anaesthetic(total.product) and _counts_the_day(total):
        wanting.append(GIVEN_TODAY)
    if wanting:
        unknown = Proof(None, open=tuple(wanting))
        yield look.finding("ceiling-exceeded", total.product, proof=unknown)


def _is_passed(total: ProductTotal, share: Share) -> bool:
    return share.limit is not None and doses.exceeds(_dose_for(total, share.ceiling), share.limit)


def _counts_the_day(total: ProductTotal) -> bool:
    return any(share.ceiling.per != "preparation" for share in total.shares)


def _dose_for(total: ProductTotal, ceiling: Ceiling) -> float:
    if ceiling.per == "preparation":
        return total.amount
    return doses.total([total.amount, total.given_today or 0.0])


def _exceeded(look: Look, total: ProductTotal, share: Share) -> Finding:
    product, ceiling = total.product, share.ceiling
    dose, limit = _dose_for(total, ceiling), share.limit or 0.0
    unit = product.unit
    french_unit = "UI" if unit == "IU" else unit
    fr = (
        f"{product.label.fr}\u00a0: {number_in_words(dose, french_unit, 'fr')} "
        f"pour {number_in_words(limit, french_unit, 'fr')} au plus"
    )
    en = (
        f"{product.label.en}: {number_in_words(dose, unit, 'en')} "
        f"where {number_in_words(limit, unit, 'en')} is the most"
    )
    if dose > total.amount:
        fr += f", dont {number_in_words(dose - total.amount, french_unit, 'fr')} déjà reçus"
        en += f", of which {number_in_words(dose - total.amount, unit, 'en')} given before"
    return look.finding(
        "ceiling-exceeded",
        product,
        saying=ceiling.because,
        citing=ceiling.sources,
        basis=ceiling.basis,
        detail=Text(fr=fr, en=en),
        proof=Proof(holds=True, decided=("weight",) if ceiling.per_kg is not None else ()),
    )


def anaesthetics_of(look: Look, totals: tuple[ProductTotal, ...]) -> Anaesthetics:
    """The local anaesthetics of the day and the sum of their shares, as far as it is known."""
    drawn = {t.product.id: t.amount for t in totals if is_anaesthetic(t.product)}
    products = {t.product.id: t.product for t in totals if is_anaesthetic(t.product)}
    for dose in look.mixture.given_today or ():
        if is_anaesthetic(dose.product):
            products.setdefault(dose.product.id, dose.product)
    at_least = 0.0
    wanting: list[str] = []
    without_ceiling = []
    for name, product in products.items():
        given = 0.0 if look.given is None else look.given.get(name, 0.0)
        dose_today = doses.total([drawn.get(name, 0.0), given])
        shares = doses.shares(binding_ceilings(look, product), dose_today, look.weight)
        strictest = doses.strictest(shares)
        if not shares:
            without_ceiling.append(product)
        if any(share.limit is None for share in shares) and "weight" not in wanting:
            wanting.append("weight")
        if strictest is not None and strictest.share is not None:
            at_least += strictest.share
    if look.given is None:
        wanting.append(GIVEN_TODAY)
    return Anaesthetics(tuple(products.values()), at_least, tuple(wanting), tuple(without_ceiling))


def _sum(look: Look, found: Anaesthetics) -> Iterator[Finding]:
    if not look.having("local-anaesthetic"):
        return
    if found.without_ceiling:
        yield look.finding("ceiling-missing", *found.without_ceiling)
    if doses.exceeds(found.at_least, 1.0):
        shown = round(found.at_least, 2)
        yield look.finding(
            "anaesthetic-sum",
            *found.products,
            detail=Text(
                fr=f"somme des parts\u00a0: {number_in_words(shown, None, 'fr')}",
                en=f"sum of the shares: {number_in_words(shown, None, 'en')}",
            ),
        )
    elif found.wanting:
        unknown = Proof(None, open=found.wanting)
        yield look.finding("anaesthetic-sum", *found.products, proof=unknown)
