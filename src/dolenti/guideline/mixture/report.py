"""The verdict on a mixture as the JSON of contract 3: keys may be added, never renamed."""

from __future__ import annotations

from typing import Any

from dolenti.guideline.knowledge import Text
from dolenti.guideline.mixture.ceilings import ProductTotal
from dolenti.guideline.mixture.joint import JOINT_GIVEN_TODAY
from dolenti.guideline.mixture.judge import MixtureResult
from dolenti.guideline.mixture.look import (
    EXCIPIENTS,
    GIVEN_BEFORE,
    GIVEN_TODAY,
    NO_FACTS,
    TECHNIQUE,
    Finding,
)
from dolenti.guideline.mixture.written import lines_for, lines_for_fact, lines_for_joint
from dolenti.guideline.report import (
    citations_as_json,
    edition_as_json,
    notices_as_json,
    question_as_json,
    value_as_json,
)

_ASKED = {
    GIVEN_TODAY: Text(
        fr="Qu’a déjà reçu le patient aujourd’hui, anesthésiques locaux, anti-inflammatoires, "
        "corticoïdes et produits de ce mélange compris\u00a0: quel produit, quelle dose\u00a0?",
        en="What has the patient already received today, local anaesthetics, anti-inflammatories, "
        "corticosteroids and the products of this mixture included: which product, which dose?",
    ),
    GIVEN_BEFORE: Text(
        fr="Les produits de ce mélange ont-ils déjà été injectés les jours d’avant\u00a0: lequel, "
        "et combien de jours de suite\u00a0?",
        en="Were the products of this mixture injected on the days before: which one, and on how "
        "many days in a row?",
    ),
    TECHNIQUE: Text(
        fr="Par quelle technique le mélange est-il injecté\u00a0?",
        en="By which technique is the mixture injected?",
    ),
    EXCIPIENTS: Text(
        fr="Quels excipients l’étiquette du flacon nomme-t-elle\u00a0? Le patient est allergique à "
        "un excipient, et ceux de ce produit n’ont pas été relevés.",
        en="Which excipients does the label of the vial name? The patient is allergic to one, and "
        "those of this product were not looked up.",
    ),
}
_TYPES = {GIVEN_TODAY: "doses", GIVEN_BEFORE: "days", TECHNIQUE: "choice", EXCIPIENTS: "excipients"}


def mixture_as_json(result: MixtureResult, language: str = "fr") -> dict[str, Any]:
    """The whole verdict in plain values, with its sentences in one language."""
    case = result.mixture.case
    return {
        "edition": edition_as_json(result.edition),
        "as_of": case.as_of.isoformat(),
        "language": language,
        "therapy": result.mixture.therapy,
        "technique": result.mixture.technique,
        "jurisdiction": result.jurisdiction,
        "verdict": result.verdict,
        "findings": [_finding(finding, result, language) for finding in result.findings],
        "unknown": [_finding(finding, result, language) for finding in result.unknown],
        "questions": [_question(fact, result, language) for fact in result.questions],
        "totals": {
            "volume_ml": result.mixture.volume,
            "products": [_product(total, language) for total in result.totals],
            "local_anaesthetic_share": _rounded(result.local_anaesthetic_share),
        },
        "ignored": [
            {
                "fact": ignored.fact,
                "why": ignored.why,
                "at": ignored.at.isoformat() if ignored.at else None,
            }
            for ignored in case.ignored
        ],
        "policies": dict(result.policies),
        "notices": [
            notice
            for notice in notices_as_json(
                result.edition, {**result.policies, "jurisdiction": result.jurisdiction}, language
            )
            if not notice["therapies"] or result.mixture.therapy in notice["therapies"]
        ],
    }


def _finding(finding: Finding, result: MixtureResult, language: str) -> dict[str, Any]:
    definitions = {fact.id: fact for fact in result.edition.facts}
    facts: dict[str, Any] = {}
    for fact in finding.proof.decided:
        known = result.values.get(fact)
        facts[fact] = None if known is None else value_as_json(known.value, definitions[fact])
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "holds": finding.proof.holds,
        "because": finding.because.in_language(language),
        "detail": finding.detail.in_language(language) if finding.detail else None,
        "products": list(finding.products),
        "facts": facts or dict.fromkeys(finding.proof.open),
        "sources": citations_as_json(finding.sources),
        "basis": finding.basis,
        "verified": result.edition.verified(finding.sources),
        "statements": list(finding.encodes),
        "write": _write_joint(finding, result),
    }


def _write_joint(finding: Finding, result: MixtureResult) -> list[str]:
    """How the file says which joint took the doses of the day that a finding counts."""
    if finding.rule != JOINT_GIVEN_TODAY:
        return []
    unsaid = (dose for dose in result.mixture.given_today or () if dose.joint == "unknown")
    return [line for dose in unsaid for line in lines_for_joint(dose)]


def _question(fact: str, result: MixtureResult, language: str) -> dict[str, Any]:
    if fact not in NO_FACTS:
        definitions = {definition.id: definition for definition in result.edition.facts}
        definition = definitions[fact]
        write = lines_for_fact(definition, language)
        return {**question_as_json(definition, language), "write": write}
    techniques = [
        {"id": technique.id, "label": technique.label.in_language(language)}
        for therapy in result.edition.therapies
        if therapy.id == result.mixture.therapy
        for technique in therapy.techniques
    ]
    waiting = {name for one in result.unknown for name in one.products if fact in one.proof.open}
    products = [total.product for total in result.totals]
    concerned = [product for product in products if product.id in waiting] or products
    return {
        "fact": fact,
        "ask": _ASKED[fact].in_language(language),
        "type": _TYPES[fact],
        "options": techniques if fact == TECHNIQUE else None,
        "unit": None,
        "about": "today",
        "help": None,
        "write": lines_for(fact, concerned, [one["id"] for one in techniques], language),
    }


def _product(total: ProductTotal, language: str) -> dict[str, Any]:
    unit = total.product.unit
    return {
        "product": total.product.id,
        "label": total.product.label.in_language(language),
        "amount": total.amount,
        "unit": unit,
        "concentration": _rounded(total.concentration),
        "ceilings": [
            {
                "ceiling": share.ceiling.id,
                "limit": _rounded(share.limit),
                "unit": unit,
                "per": share.ceiling.per,
                "share": _rounded(share.share),
                "because": share.ceiling.because.in_language(language),
                "sources": citations_as_json(share.ceiling.sources),
            }
            for share in total.shares
        ],
        "share": _rounded(total.share),
        "given_today": total.given_today,
        "share_today": _rounded(total.share_today),
    }


def _rounded(value: float | None) -> float | None:
    """Enough digits to compute on, without the noise of a binary division."""
    return None if value is None else round(value, 6)


__all__ = ["mixture_as_json"]
