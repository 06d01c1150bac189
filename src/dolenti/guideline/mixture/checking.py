"""Whether products, mixture rules and observations agree: part of ``dolenti knowledge check``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from dolenti.guideline.checking import Problem
from dolenti.guideline.conditions import Compare, Condition, leaves
from dolenti.guideline.dates import read_date, read_duration
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import NO_JOINT, Ceiling, Edition, MixtureRule, Product
from dolenti.guideline.mixture.file import read_mixture
from dolenti.guideline.mixture.judge import RULES, MixtureJudge
from dolenti.guideline.mixture.of_patient import rules_about

EXAMPLES_DAY = date(2026, 9, 15)
"""The day on which the examples of the mixture rules are judged."""


def check_mixtures(edition: Edition) -> list[Problem]:
    """Every problem of what a syringe is judged by; an empty list is a sound one."""
    problems = [*_rules(edition), *_products(edition), *_observations(edition)]
    # Examples can only be tried where every rule that the engine looks for is there.
    return problems or list(_examples(edition))


def _rules(edition: Edition) -> Iterator[Problem]:
    written = {rule.id for rule in edition.mixture_rules if rule.sum_of is None}
    for name in RULES:
        if name not in written:
            yield Problem(name, "the engine looks for this mixture rule, and it is not written")
    for name in sorted(written - set(RULES)):
        yield Problem(name, "the engine knows no such mixture rule, so it would never speak")
    classes = {name for product in edition.products for name in product.classes}
    for rule in edition.mixture_rules:
        if rule.sum_of is not None and rule.sum_of.products not in classes:
            yield Problem(rule.id, f"no product is of the class “{rule.sum_of.products}”")


def _products(edition: Edition) -> Iterator[Problem]:
    names = [name for product in edition.products for name in (product.id, *product.other_ids)]
    for name, count in Counter(names).items():
        if count > 1:
            yield Problem(name, f"{count} products are called so")
    sums = [rule.sum_of for rule in edition.mixture_rules if rule.sum_of is not None]
    summed = {one.products for one in sums if not one.elemental}
    salts = {one.products for one in sums if one.elemental}
    for product in edition.products:
        low, high = product.strength_range
        if not 0 < low <= high:
            yield Problem(product.id, "its strength_range goes from a low to a high, above 0")
        for strength in product.usual_strengths:
            if not low <= strength <= high:
                yield Problem(product.id, f"{strength:g} lies outside its strength_range")
        if product.elemental is None and salts.intersection(product.classes):
            yield Problem(product.id, "its salt is summed by its element: say elemental, in mg")
        for ceiling in product.ceilings:
            limits = (ceiling.per_kg, ceiling.absolute, ceiling.concentration)
            given = [limit for limit in limits if limit is not None]
            if not given or min(given) <= 0:
                yield Problem(
                    ceiling.id, "a ceiling gives per_kg, absolute or concentration, above 0"
                )
        yield from (Problem(one.id, what) for one in product.ceilings for what in _of_joint(one))
        yield from (Problem(product.id, what) for what in _names(edition, product))
        yield from (Problem(product.id, what) for what in _unsaid(edition, product, summed))
        yield from _days(product)


def _of_joint(ceiling: Ceiling) -> Iterator[str]:
    """The size of joint stands in ``when`` and in ``joint_size``: the two must be one. What is said
    to be large where no joint is (the wrist and hand) counts as medium."""
    if ceiling.joint_size in NO_JOINT:
        if ceiling.when is not None:
            yield "a ceiling for what is no joint names techniques, and no condition"
        return
    if ceiling.techniques:
        yield "only a ceiling for what is no joint names techniques"
    meant = {leaf.operand for leaf in _sizes(ceiling.when)}
    if ceiling.joint_size == "medium":
        meant -= {"large"}
    if ceiling.per == "joint" and meant != {ceiling.joint_size} - {None}:
        yield "its joint_size is the joint-size that its condition names, and no other"
    if ceiling.joint_size is not None and (ceiling.per != "joint" or ceiling.absolute is None):
        yield "a ceiling with a joint_size is an absolute dose per joint"


def _sizes(when: Condition | None) -> Iterator[Compare]:
    """What a condition says of the size of the joint."""
    for leaf in leaves(when) if when is not None else ():
        if isinstance(leaf, Compare) and leaf.fact == "joint-size":
            yield leaf


def _names(edition: Edition, product: Product) -> Iterator[str]:
    therapies = {therapy.id for therapy in edition.therapies}
    techniques = {t.id for therapy in edition.therapies for t in therapy.techniques}
    rules = rules_about(edition, product)
    for ceiling in product.ceilings:
        for name in ceiling.techniques:
            if name not in techniques:
                yield f"“{name}” is no technique ({ceiling.id})"
    named = [*product.used_in, *(t for rule in rules for t in rule.therapies)]
    if product.off_label is not None:
        named += product.off_label.therapies
    yield from (f"“{name}” is no therapy" for name in named if name not in therapies)
    for rule in rules:
        for name in rule.techniques:
            if name not in techniques:
                yield f"“{name}” is no technique ({rule.id})"


def _unsaid(edition: Edition, product: Product, summed: set[str]) -> Iterator[str]:
    """What every product must say of itself, if only that nobody knows."""
    day = [c for c in product.ceilings if c.per != "joint" and c.severity == "block"]
    if bool(product.ceilings) == (product.no_ceiling is not None):
        yield "it has ceilings, or says in no_ceiling why none is on file; one of the two"
    elif product.ceilings and summed & set(product.classes) and not day:
        yield "its class is added up by the day, and it has no ceiling of a day"
    if product.excipients is None:
        yield "it says its excipients, [] where the label names none, or unknown"
    if product.minimum_age is None:
        yield "it says its minimum_age in years, or unknown"
    elif isinstance(product.minimum_age, float) and product.minimum_age not in _ages(
        edition, product
    ):
        yield f"no rule of its own stops it below its minimum age, {product.minimum_age:g}"
    if product.kind == "device":
        yield from _unsaid_of_device(product)
    elif not product.status:
        yield "it has no status in any country"
    for period in product.status:
        if period.state in ("authorised", "not-marketed") and not period.labelled_routes:
            yield f"its status of {period.since} names no labelled route"


def _ages(edition: Edition, product: Product) -> set[object]:
    """The ages below which a rule stops a product, or asks for a reason."""
    return {
        leaf.operand
        for rule in rules_about(edition, product)
        if rule.severity in ("block", "override")
        for leaf in leaves(rule.when)
        if isinstance(leaf, Compare) and leaf.fact == "age" and leaf.operator == "under"
    }


def _unsaid_of_device(product: Product) -> Iterator[str]:
    if product.status or product.in_base is not None:
        yield "a device is not authorised as a medicine is: it has no status and no in_base"
    if not product.routes:
        yield "a device says its routes"


def _days(product: Product) -> Iterator[Problem]:
    try:
        for period in product.status:
            read_date(period.since)
        for entry in product.sport:
            if entry.washout is not None:
                read_duration(entry.washout)
    except InputError as error:
        yield Problem(product.id, str(error))


def _observations(edition: Edition) -> Iterator[Problem]:
    for entry in edition.compatibilities:
        for component in entry.components:
            if not 0 < component.low <= component.high:
                yield Problem(entry.id, f"{component.product} goes from a low to a high, above 0")


def _examples(edition: Edition) -> Iterator[Problem]:
    judge = MixtureJudge(edition)
    for rule in edition.mixture_rules:
        for example in rule.examples:
            try:
                result = judge.judge(read_mixture(example.file, edition, EXAMPLES_DAY))
            except InputError as error:
                yield Problem(rule.id, f"“{example.says.en}”: {error}")
                continue
            silent = set(example.rules) - {finding.rule for finding in result.findings}
            yield from _disagreement(rule, example.says.en, example.verdict, result.verdict)
            for name in sorted(silent):
                yield Problem(rule.id, f"“{example.says.en}”: {name} should speak and does not")


def _disagreement(rule: MixtureRule, says: str, wanted: str, found: str) -> Iterator[Problem]:
    if wanted != found:
        yield Problem(rule.id, f"“{says}” should be {wanted} and is {found}")
