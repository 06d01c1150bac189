"""Entries of the knowledge as cards and lines, with their sources in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from dolenti.clinic.assess.shown import claim_line
from dolenti.clinic.common.lookup import Lookup, SourceLine
from dolenti.guideline.dates import read_duration
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import (
    FactDefinition,
    Notice,
    Product,
    Rule,
    Signature,
    Text,
    Therapy,
)
from dolenti.guideline.mixture.of_patient import rules_about
from dolenti.guideline.reviews import governed, governed_by_id
from dolenti.guideline.words import duration_in_words, in_words
from dolenti.records.judging.attestations import Standing, fingerprint

COVERED = {
    "red-flags": _("Red flags"),
    "first-line": _("First-line care"),
    "products": _("Products"),
    "mixtures": _("Mixtures"),
    "medicines": _("Medicines"),
    "consent": _("Consent"),
    "notices": _("Points of law"),
    "patient": _("Follow-up at home"),
    "facts": _("Dictionary of facts"),
    "session/pause": _("Safety pause"),
    "session/emergency": _("Emergency cards"),
    "session/events": _("Adverse events"),
    "session/aftercare": _("Aftercare"),
    "session/map": _("Injection map"),
    "session/mixtures": _("Mixtures of the session"),
    "session/infiltration": _("Session of infiltration"),
    "session/cryoneurolysis": _("Session of cryoneurolysis"),
}
"""The parts of the knowledge that are reviewed each by somebody, as people call them."""

KINDS = (
    "absolute-contraindication",
    "relative-contraindication",
    "indication",
    "precaution",
)


@dataclass(frozen=True)
class ExampleLine:
    """A case of a rule, told and judged."""

    says: str
    facts: list[tuple[str, str]]
    truth: str


@dataclass(frozen=True)
class RuleCard:
    """A rule, whole."""

    id: str
    rule: Any
    condition: str
    basis: str
    verified: bool
    sources: list[SourceLine]
    examples: list[ExampleLine]
    policy: str
    reviewer: str
    review_by: str
    signed: list[tuple[Signature, str]]


def summary(therapy: Therapy, words: Lookup) -> dict[str, Any]:
    """A therapy at a glance."""
    counts = {kind: sum(c.kind == kind for c in therapy.criteria) for kind in KINDS}
    return {
        "therapy": therapy,
        "counts": [(kind, number) for kind, number in counts.items() if number],
        "sources": words.cited(therapy.description.sources),
    }


def rule_card(rule: Rule, words: Lookup) -> RuleCard:
    """A rule with its condition in words and its examples."""
    policies = {policy.id: policy for policy in words.edition.policies}
    chosen = policies.get(rule.policy.id) if rule.policy else None
    policy = ""
    if rule.policy is not None and chosen is not None:
        options = {o.id: o.label.in_language(words.language) for o in chosen.options}
        policy = f"{chosen.label.in_language(words.language)} → {options[rule.policy.value]}"
    return RuleCard(
        id=rule.id,
        rule=rule,
        condition=in_words(rule.when, words.dictionary, words.language),
        basis=rule.basis,
        verified=words.edition.verified(rule.sources),
        sources=words.cited(rule.sources),
        examples=[
            ExampleLine(
                example.says.in_language(words.language),
                [
                    (words.fact(fact), words.value(fact, value, date.fromisoformat(example.as_of)))
                    for fact, value in example.facts.items()
                ],
                "unknown" if example.holds is None else "true" if example.holds else "false",
            )
            for example in rule.examples
        ],
        policy=policy,
        **_reviewed(rule, words),
    )


def _reviewed(rule: Rule, words: Lookup) -> dict[str, Any]:
    known = governed_by_id(words.edition)
    found = known.get(rule.id) or next((one for one in known.values() if one.entry is rule), None)
    review = found.review if found else None
    return {
        "reviewer": (review.reviewer or "") if review else "",
        "review_by": words.day(review.review_by) if review else "",
        "signed": [(one, words.day(one.on)) for one in (found.signatures if found else ())],
    }


def therapy_part(therapy: Therapy, part: str, words: Lookup) -> dict[str, Any]:
    """What one of the therapy's pages shows."""
    if part == "rules":
        cards = [rule_card(criterion, words) for criterion in therapy.criteria]
        groups = [(kind, [c for c in cards if c.rule.kind == kind]) for kind in KINDS]
        return {"groups": [(kind, found) for kind, found in groups if found]}
    if part == "protocol":
        protocol = therapy.protocol
        return {
            "protocol": protocol,
            "protocol_sources": words.cited(protocol.sources),
            "phases": [
                (p, [length(s, words) for s in p.spacing], words.cited(p.sources))
                for p in protocol.phases
            ],
            "limits": [
                (one, limit(one, words), words.cited(one.sources)) for one in protocol.limits
            ],
            "next_steps": cited(protocol.next_steps, words),
            "techniques": cited(therapy.techniques, words),
        }
    if part == "aftercare":
        return {
            "advice": [
                (one, length(one.lasts, words) if one.lasts else "", words.cited(one.sources))
                for one in therapy.aftercare
            ],
            "effects": cited(therapy.adverse_effects, words),
        }
    if part == "practice":
        return {
            "process": cited(therapy.process, words),
            "practice": cited(therapy.practice, words),
        }
    return {"claims": [(claim, claim_line(claim, words)) for claim in therapy.claims]}


def cited(entries: Any, words: Lookup) -> list[tuple[Any, list[SourceLine]]]:
    """Entries, each with its sources in words."""
    return [(entry, words.cited(entry.sources)) for entry in entries]


def length(text: str, words: Lookup) -> str:
    """A written duration in words; anything else as it stands."""
    try:
        return duration_in_words(read_duration(text), words.language)
    except InputError:
        return text


def limit(one: Any, words: Lookup) -> str:
    """The value of a limit in words."""
    return length(str(one.value), words)


def notices(
    standings: Mapping[str, Standing], words: Lookup
) -> list[tuple[Notice, list[SourceLine], dict[str, str] | None, str]]:
    """Each notice, its sources, where the clinic stands, and the fingerprint of its sentence."""
    return [
        (
            one,
            words.cited(one.sources),
            standing(standings[one.id], words) if one.id in standings else None,
            fingerprint(one.attestation) if one.attestation else "",
        )
        for one in words.edition.notices
    ]


def standing(one: Standing, words: Lookup) -> dict[str, str]:
    """Where the clinic stands on a notice, its day in words."""
    return {**asdict(one), "on": words.day(one.on)}


def therapy_names(words: Lookup) -> dict[str, str]:
    """The label of each therapy by its id."""
    return {
        therapy.id: therapy.description.label.in_language(words.language)
        for therapy in words.edition.therapies
    }


def product_line(product: Product, words: Lookup) -> dict[str, Any]:
    """A product in the list, with its last state in each jurisdiction."""
    states: dict[str, Any] = {}
    for period in sorted(product.status, key=lambda period: period.since):
        states[period.jurisdiction] = period
    names = therapy_names(words)
    return {
        "product": product,
        "states": list(states.items()),
        "used_in": [names.get(therapy, therapy) for therapy in product.used_in],
    }


def product_page(product: Product, words: Lookup) -> dict[str, Any]:
    """A product, whole."""
    allergy = words.definition("allergy")
    allergens = (
        {o.id: o.label.in_language(words.language) for o in allergy.options} if allergy else {}
    )
    return {
        **product_line(product, words),
        "allergens": [allergens.get(a, a) for a in product.allergens],
        "excipients": [allergens.get(a, a) for a in product.named_excipients],
        "possible_excipients": [allergens.get(a, a) for a in product.possible_excipients],
        "rules": [rule_card(rule, words) for rule in rules_about(words.edition, product)],
        "periods": cited(product.status, words),
        "ceilings": cited(product.ceilings, words),
        "no_ceiling": cited([product.no_ceiling] if product.no_ceiling else [], words),
        "days_in_a_row": cited([product.days_in_a_row] if product.days_in_a_row else [], words),
        "sport": cited(product.sport, words),
        "off_label_sources": words.cited(product.off_label.sources) if product.off_label else [],
        "never_mixed_sources": words.cited(product.never_mixed.sources)
        if product.never_mixed
        else [],
        "sources": words.cited(product.sources),
    }


def mixtures(words: Lookup) -> dict[str, Any]:
    """The rules of the syringe and the known combinations."""
    names = {p.id: p.label.in_language(words.language) for p in words.edition.products}
    units = {p.id: p.unit for p in words.edition.products}
    return {
        "rules": [
            (rule, words.cited(rule.sources), words.edition.verified(rule.sources))
            for rule in words.edition.mixture_rules
        ],
        "compatibilities": [
            {
                "entry": entry,
                "components": [
                    (names.get(c.product, c.product), c.low, c.high, units.get(c.product, "mg"))
                    for c in entry.components
                ],
                "sources": words.cited(entry.sources),
            }
            for entry in words.edition.compatibilities
        ],
    }


def fact_card(fact: FactDefinition, words: Lookup) -> dict[str, Any]:
    """A fact of the dictionary."""
    language = words.language
    return {
        "fact": fact,
        "options": [option.label.in_language(language) for option in fact.options],
        "relevant": in_words(fact.relevant, words.dictionary, language) if fact.relevant else "",
        "fresh_for": length(fact.fresh_for, words) if fact.fresh_for else "",
        "reassuring": words.value(fact.id, _raw(fact.reassuring), date(2026, 1, 15))
        if fact.reassuring is not None
        else "",
    }


def _raw(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True)
class ReviewLine:
    """Some rules: how many, who is to review them, by when, and how many somebody signed."""

    covers: tuple[str, ...]
    reviewer: str
    asked: str
    by: str
    due: bool
    rules: int
    signed: int


def covered(name: str, words: Lookup) -> str:
    """A part of the knowledge, as people call it."""
    if name.startswith("therapies/"):
        therapy = words.therapies[name.removeprefix("therapies/")]
        return therapy.description.label.in_language(words.language)
    if name in COVERED:
        return str(COVERED[name])
    entry = governed_by_id(words.edition)[name].entry  # one rule, by what it says
    said: Text = next(
        text for part in ("because", "says", "label") if (text := getattr(entry, part, None))
    )
    return said.in_language(words.language)


def reviews(words: Lookup, today: date) -> dict[str, Any]:
    """Who answers for the rules of an edition on a day."""
    found = governed(words.edition)
    lines = []
    for review in words.edition.reviews:
        mine = [rule for rule in found if rule.review is review]
        lines.append(
            ReviewLine(
                tuple(covered(name, words) for name in review.covers),
                review.reviewer or "",
                review.asked.in_language(words.language),
                words.day(review.review_by),
                any(rule.due(today) for rule in mine),
                len(mine),
                sum(bool(rule.signatures) for rule in mine),
            )
        )
    return {
        "reviews": lines,
        "rules": len(found),
        "signed": sum(bool(rule.signatures) for rule in found),
        "due": sum(rule.due(today) for rule in found),
        "signatures": [
            (rule.id, one, words.day(one.on)) for rule in found for one in rule.signatures
        ],
    }


def contradictions(words: Lookup) -> list[dict[str, Any]]:
    """Both sides with their sources, and the policy chosen."""
    return [
        {
            "entry": entry,
            "one": words.cited(entry.one_side.sources),
            "other": words.cited(entry.other_side.sources),
        }
        for entry in words.edition.contradictions
    ]
