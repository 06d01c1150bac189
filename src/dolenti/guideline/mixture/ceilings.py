"""What is found of the doses: every ceiling that applies, the strictest first, and their sums.

A limit that needs a weight nobody wrote, or a day nobody told of, is not kept: it is asked for.
What is certain without the answer is said at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dolenti.guideline import doses
from dolenti.guideline.conditions import Proof
from dolenti.guideline.doses import Share
from dolenti.guideline.knowledge import (
    NO_JOINT,
    Ceiling,
    Product,
    Severity,
    SumOfShares,
    Text,
)
from dolenti.guideline.mixture import joint
from dolenti.guideline.mixture.joint import look_at_joint
from dolenti.guideline.mixture.look import (
    GIVEN_BEFORE,
    GIVEN_TODAY,
    Finding,
    Look,
    is_anaesthetic,
    is_asked,
)
from dolenti.guideline.numbers import number_in_words

RULES = (
    "ceiling-exceeded", "ceiling-missing", "ceiling-not-on-file", "days-in-a-row-exceeded",
    *joint.RULES,
)  # fmt: skip
HEIGHT = "height"
SEVERITIES: tuple[Severity, ...] = ("block", "override", "warn", "info")


@dataclass(frozen=True, slots=True)
class ProductTotal:
    """One product of the syringe. ``share`` is of this preparation alone, by the strictest
    ceiling; ``given_today`` and ``share_today`` are ``None`` where nobody said what was given.
    ``limit`` and ``limit_today`` are what these two shares are of."""

    product: Product
    amount: float
    concentration: float
    shares: tuple[Share, ...]
    share: float | None
    given_today: float | None
    share_today: float | None
    limit: float | None = None
    limit_today: float | None = None


def possible_ceilings(look: Look, product: Product) -> list[Ceiling]:
    """The ceilings that may apply: those without a country; those of the country or, where it has
    none on file, of every country; those with another product only in its company; not those for
    patients that this one is known not to be."""
    own = any(ceiling.jurisdiction == look.jurisdiction for ceiling in product.ceilings)
    return [
        ceiling
        for ceiling in product.ceilings
        if (ceiling.with_product is None or ceiling.with_product in look.ids)
        and (ceiling.jurisdiction in (None, look.jurisdiction) or not own)
        and look.proof(ceiling.when).holds is not False
        and _is_of_the_place(look, product, ceiling)
    ]


def _is_of_the_place(look: Look, product: Product, ceiling: Ceiling) -> bool:
    """Whether a ceiling of a size of joint is meant: none is beside a joint, where the product has
    a ceiling for what is no joint and the technique was named."""
    if ceiling.joint_size is None:
        return True
    beside = any(look.technique in one.techniques for one in product.ceilings)
    if ceiling.joint_size in NO_JOINT:
        return look.technique in ceiling.techniques
    return not beside


def binding_ceilings(look: Look, product: Product) -> list[Ceiling]:
    """The ceilings of a dose that certainly apply."""
    return [
        ceiling
        for ceiling in possible_ceilings(look, product)
        if ceiling.concentration is None and look.proof(ceiling.when).holds
    ]


def total_of(look: Look, product: Product) -> ProductTotal:
    """Amount, concentration and shares of one product of the syringe."""
    amount = look.drawn(product)
    shares = doses.shares(binding_ceilings(look, product), amount, look.weight)
    forbidding = [share for share in shares if share.ceiling.severity == "block"]
    known = all(share.limit is not None for share in forbidding)
    strictest = doses.strictest(forbidding) if known else None
    of_the_day = doses.strictest(s for s in forbidding if _is_of_the_day(s)) if known else None
    given = look.given(product)
    today = None
    if of_the_day is not None and of_the_day.limit is not None and given is not None:
        today = doses.total([amount, given]) / of_the_day.limit
    return ProductTotal(
        product=product,
        amount=amount,
        concentration=amount / look.mixture.volume,
        shares=shares,
        share=strictest.share if strictest else None,
        given_today=given,
        share_today=today,
        limit=strictest.limit if strictest else None,
        limit_today=of_the_day.limit if of_the_day is not None and today is not None else None,
    )


def _is_of_the_day(share: Share) -> bool:
    """What a joint takes says nothing of the day: there are other joints."""
    return share.ceiling.per != "joint"


def look_at_doses(look: Look) -> Iterator[Finding]:
    """Every ceiling passed, missing, or that cannot be shown kept; then the sums, then the days."""
    ones = [finding for product in look.products for finding in _one(look, product)]
    yield from ones
    passed = {
        name for one in ones if one.proof.holds and one.severity == "block" for name in one.products
    }
    yield from _sums(look, passed)
    for product in look.products:
        yield from _days(look, product)
    yield from look_at_joint(look, possible_ceilings)


# --- One product ----------------------------------------------------------------------------------


def _one(look: Look, product: Product) -> Iterator[Finding]:
    if not product.ceilings:
        if not is_anaesthetic(product):  # of those the sum says it, of the day's as well
            yield _missing(look, product)
        return
    passed: list[tuple[Ceiling, float]] = []
    for severity in SEVERITIES:
        wanting: list[str] = []
        for ceiling in possible_ceilings(look, product):
            if ceiling.severity != severity:
                continue
            applies = look.proof(ceiling.when)
            limit = _limit_of(look, ceiling)
            if limit is None:
                wanting += ["weight", *applies.open]
            elif doses.exceeds(_dose_for(look, product, ceiling), limit):
                if applies.holds:
                    passed.append((ceiling, limit))
                else:
                    wanting += applies.open
            elif (beside := _wanted(look, product, ceiling)) is not None:
                wanting += [beside, *applies.open]
        if passed:
            yield _exceeded(look, product, *min(passed, key=lambda one: one[1]))
            return
        if wanting and is_asked(severity):
            unknown = Proof(None, open=tuple(dict.fromkeys(wanting)))
            yield look.finding("ceiling-exceeded", product, proof=unknown, severity=severity)


def _limit_of(look: Look, ceiling: Ceiling) -> float | None:
    """The limit; of a concentration, the dose that this volume then holds."""
    if ceiling.concentration is not None:
        return doses.amount(ceiling.concentration, look.mixture.volume)
    return doses.limit_of(ceiling, look.weight)


def _wanted(look: Look, product: Product, ceiling: Ceiling) -> str | None:
    """What is to be known before a ceiling that is kept so far can be called kept."""
    if _may_be_too_much(look, product, ceiling):
        return HEIGHT
    return GIVEN_TODAY if _needs_the_day(look, product, ceiling) else None


def _may_be_too_much(look: Look, product: Product, ceiling: Ceiling) -> bool:
    """Whether the dose would pass on an ideal weight that nobody can work out without a height."""
    if not look.may_be_obese or ceiling.per_kg is None:
        return False
    least = doses.limit_of(ceiling, doses.LEAST_IDEAL)
    return least is not None and doses.exceeds(_dose_for(look, product, ceiling), least)


def _needs_the_day(look: Look, product: Product, ceiling: Ceiling) -> bool:
    """Where a sum counts the product, the sum asks for the doses of the day, once."""
    return (
        look.mixture.given_today is None
        and ceiling.per in ("12 h", "24 h")
        and not any(
            rule.sum_of is not None
            and not rule.sum_of.elemental
            and rule.sum_of.products in product.classes
            for rule in look.rules.values()
        )
    )


def _missing(look: Look, product: Product) -> Finding:
    stated = product.no_ceiling
    if stated is None:
        return look.finding("ceiling-not-on-file", product)
    return look.finding(
        "ceiling-not-on-file", product, saying=stated.because, citing=stated.sources
    )


def _dose_for(look: Look, product: Product, ceiling: Ceiling) -> float:
    """What counts for a ceiling: of every product with the same ingredient, what is drawn up and,
    where hours count, what was given."""
    drawn = [look.drawn(p) for p in look.products if p.counts_as == product.counts_as]
    if ceiling.per in ("preparation", "joint"):
        return doses.total(drawn)
    given = [
        dose.dose
        for dose in look.mixture.given_today or ()
        if dose.product.counts_as == product.counts_as
        and not (ceiling.counts == "injected" and dose.by == "other")
        and not (ceiling.per == "12 h" and dose.hours_ago is not None and dose.hours_ago >= 12)
    ]
    return doses.total([*drawn, *given])


def _exceeded(look: Look, product: Product, ceiling: Ceiling, limit: float) -> Finding:
    dose = _dose_for(look, product, ceiling)
    unit = product.unit
    fr = (
        f"{product.label.fr}\u00a0: {number_in_words(dose, unit, 'fr')} "
        f"pour {number_in_words(limit, unit, 'fr')} au plus"
    )
    en = (
        f"{product.label.en}: {number_in_words(dose, unit, 'en')} "
        f"where {number_in_words(limit, unit, 'en')} is the most"
    )
    amount = doses.total(look.drawn(p) for p in look.products if p.counts_as == product.counts_as)
    if dose > amount:
        before = doses.total([dose, -amount])
        fr += f", dont {number_in_words(before, unit, 'fr')} déjà reçus"
        en += f", of which {number_in_words(before, unit, 'en')} given before"
    if ceiling.per_kg is not None and look.by_ideal_weight:
        weight = look.weight or 0.0
        fr += f", pour un poids idéal de {number_in_words(weight, 'kg', 'fr')}"
        en += f", for an ideal weight of {number_in_words(weight, 'kg', 'en')}"
    decided = look.proof(ceiling.when).decided
    return look.finding(
        "ceiling-exceeded",
        product,
        saying=ceiling.because,
        citing=ceiling.sources,
        basis=ceiling.basis,
        detail=Text(fr=fr, en=en),
        severity=ceiling.severity,
        proof=Proof(
            holds=True, decided=(*decided, *(("weight",) if ceiling.per_kg is not None else ()))
        ),
    )


def _days(look: Look, product: Product) -> Iterator[Finding]:
    """How many days in a row; asked where nobody said on how many it was given before."""
    limit = product.days_in_a_row
    if limit is None:
        return
    given, day, proof = look.mixture.given_before, None, Proof(None, open=(GIVEN_BEFORE,))
    if given is not None:
        before = [one.days for one in given if one.product.counts_as == product.counts_as]
        day, proof = max(before, default=0) + 1, Proof(holds=True)
        if day <= limit.most:
            return
    yield look.finding(
        "days-in-a-row-exceeded",
        product,
        saying=limit.because,
        citing=limit.sources,
        basis=limit.basis,
        proof=proof,
        detail=None
        if day is None
        else Text(fr=f"{day}e jour de suite pour {limit.most}", en=f"day {day} of {limit.most}"),
    )


# --- Several products -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sum:
    """The products of a class, drawn up and given today: what is certain of their sum.

    ``at_least`` counts only the limits that are known; ``wanting`` is what to ask for the rest.
    ``at_most`` is the sum where a height that nobody told of leaves the ideal weight open.
    """

    products: tuple[Product, ...]
    at_least: float
    at_most: float
    wanting: tuple[str, ...]
    without_ceiling: tuple[Product, ...]

    @property
    def share(self) -> float | None:
        return None if self.wanting or self.without_ceiling else self.at_least


def sum_of(look: Look, name: str) -> Sum:
    """The products of the class ``name`` and the sum of their shares, as far as it is known."""
    products = {
        product.id: product
        for product in (*look.products, *look.given_products)
        if name in product.classes
    }
    at_least = at_most = 0.0
    wanting: list[str] = []
    without_ceiling = []
    for product in products.values():
        ceilings = [c for c in binding_ceilings(look, product) if c.severity == "block"]
        shares = [
            share
            for ceiling in ceilings
            for share in doses.shares([ceiling], _of_the_forms(look, product, ceiling), look.weight)
        ]
        of_the_day = [share for share in shares if share.ceiling.per in ("12 h", "24 h")]
        of_the_day = of_the_day or [share for share in shares if _is_of_the_day(share)]
        strictest = doses.strictest(of_the_day)
        if not of_the_day:
            without_ceiling.append(product)
        if any(share.limit is None for share in of_the_day) and "weight" not in wanting:
            wanting.append("weight")
        if strictest is not None and strictest.share is not None:
            at_least += strictest.share
            at_most += _most_of(look, product, of_the_day) or strictest.share
    if look.mixture.given_today is None:
        wanting.append(GIVEN_TODAY)
    return Sum(tuple(products.values()), at_least, at_most, tuple(wanting), tuple(without_ceiling))


def _of_the_forms(look: Look, product: Product, ceiling: Ceiling) -> float:
    """What is drawn up of a product and was given of it today, in the forms that a ceiling counts:
    a tablet takes nothing of what may be injected."""
    given = look.given(product, injected=ceiling.counts == "injected") or 0.0
    return doses.total([look.drawn(product), given])


def _most_of(look: Look, product: Product, shares: list[Share]) -> float | None:
    """The share that a dose takes of the same ceilings on the least ideal weight."""
    if not look.may_be_obese:
        return None
    least = [
        share
        for one in shares
        for share in doses.shares(
            [one.ceiling], _of_the_forms(look, product, one.ceiling), doses.LEAST_IDEAL
        )
    ]
    found = doses.strictest(least)
    return None if found is None else found.share


def _sums(look: Look, passed: set[str]) -> Iterator[Finding]:
    anaesthetics = sum_of(look, "local-anaesthetic")
    if look.having("local-anaesthetic") and anaesthetics.without_ceiling:
        yield look.finding("ceiling-missing", *anaesthetics.without_ceiling)
    for name, rule in look.rules.items():
        if rule.sum_of is None or not look.having(rule.sum_of.products):
            continue
        if rule.sum_of.elemental:
            yield from _of_the_element(look, name, rule.sum_of)
            continue
        applies = look.proof(rule.sum_of.when)
        found = sum_of(look, rule.sum_of.products)
        for product in found.without_ceiling:
            if product.id not in look.ids and not is_anaesthetic(product):
                yield _missing(look, product)
        # Of one product above its own ceiling, the sum says nothing more.
        alone = len(found.products) == 1 and found.products[0].id in passed
        if applies.holds is False or alone:
            continue
        if doses.exceeds(found.at_least, rule.sum_of.most):
            if applies.holds or is_asked(rule.severity):
                shown = round(found.at_least, 2)
                detail = Text(
                    fr=f"somme des parts\u00a0: {number_in_words(shown, None, 'fr')}",
                    en=f"sum of the shares: {number_in_words(shown, None, 'en')}",
                )
                yield look.finding(name, *found.products, detail=detail, proof=applies)
            continue
        tall = (HEIGHT,) if doses.exceeds(found.at_most, rule.sum_of.most) else ()
        if (found.wanting or tall) and is_asked(rule.severity):
            # Whether the rule is for this patient is asked when the sum is known to be too much.
            proof = Proof(None, open=(*found.wanting, *tall))
            yield look.finding(name, *found.products, proof=proof)


def _of_the_element(look: Look, name: str, wanted: SumOfShares) -> Iterator[Finding]:
    """Different salts of one element: how many mg of it they hold, drawn up and injected today. Of
    one salt with ceilings of its own, these say it."""
    held = {
        product: doses.amount(
            product.elemental,
            doses.total([look.drawn(product), look.given(product, injected=True) or 0.0]),
        )
        for product in {p.id: p for p in (*look.products, *look.given_products)}.values()
        if wanted.products in product.classes and product.elemental is not None
    }
    if doses.exceeds(doses.total(held.values()), wanted.most):
        if len(held) > 1 or not all(product.ceilings for product in held):
            told = round(doses.total(held.values()), 1)
            detail = Text(
                fr=f"{number_in_words(told, 'mg', 'fr')} de l’élément en tout",
                en=f"{number_in_words(told, 'mg', 'en')} of the element in all",
            )
            yield look.finding(name, *held, detail=detail)
    elif look.mixture.given_today is None:
        yield look.finding(name, *held, proof=Proof(None, open=(GIVEN_TODAY,)))
