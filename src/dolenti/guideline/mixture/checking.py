"""Whether products, mixture rules and observations agree: part of ``dolenti knowledge check``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dolenti.guideline.checking import Problem
from dolenti.guideline.dates import read_date, read_duration
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition, MixtureRule, Product
from dolenti.guideline.mixture.file import read_mixture
from dolenti.guideline.mixture.judge import RULES, MixtureJudge

EXAMPLES_DAY = date(2026, 1, 15)
"""The day on which the examples of the mixture rules are judged."""


def check_mixtures(edition: Edition) -> list[Problem]:
    """Every problem of what a syringe is judged by; an empty list is a sound one."""
    problems = [*_rules(edition), *_products(edition), *_observations(edition)]
    # Examples can only be tried where every rule that the engine looks for is there.
    return problems or list(_examples(edition))


def _rules(edition: Edition) -> Iterator[Problem]:
    written = {rule.id for rule in edition.mixture_rules}
    for name in RULES:
        if name not in written:
            yield Problem(name, "the engine looks for this mixture rule, and it is not written")
    for name in sorted(written - set(RULES)):
        yield Problem(name, "the engine knows no such mixture rule, so it would never speak")


def _products(edition: Edition) -> Iterator[Problem]:
    therapies = {therapy.id for therapy in edition.therapies}
    for product in edition.products:
        low, high = product.strength_range
        if not 0 < low <= high:
            yield Problem(product.id, "its strength_range goes from a low to a high, above 0")
        for strength in product.usual_strengths:
            if not low <= strength <= high:
                yield Problem(product.id, f"{strength:g} lies outside its strength_range")
        named = [*product.used_in, *(t for rule in product.rules for t in rule.therapies)]
        if product.off_label is not None:
            named += product.off_label.therapies
        for therapy in named:
            if therapy not in therapies:
                yield Problem(product.id, f"“{therapy}” is no therapy")
        for ceiling in product.ceilings:
            limits = [limit for limit in (ceiling.per_kg, ceiling.absolute) if limit is not None]
            if not limits or min(limits) <= 0:
                yield Problem(ceiling.id, "a ceiling gives per_kg or absolute, above 0")
        yield from _days(product)


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
