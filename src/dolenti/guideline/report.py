"""An assessment as the JSON of contract 2: keys may be added, never renamed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from dolenti.guideline.facts import Value, plain
from dolenti.guideline.judge import Assessment, Judged, Verdict, reassuring_value
from dolenti.guideline.knowledge import Citation, Criterion, Edition, FactDefinition, RedFlag
from dolenti.guideline.loading import ENGINE


def as_json(assessment: Assessment, language: str = "fr") -> dict[str, Any]:
    """The whole assessment in plain values, with its sentences in one language."""
    writer = _Writer(assessment, language)
    definitions = {fact.id: fact for fact in assessment.edition.facts}
    case, complaint = assessment.case, assessment.case.complaint
    condition = complaint.condition or writer.stated("condition")
    return {
        "edition": edition_as_json(assessment.edition),
        "as_of": case.as_of.isoformat(),
        "language": language,
        "patient": {
            "birth_date": case.birth_date.isoformat() if case.birth_date else None,
            "age": writer.stated("age"),
            "sex": writer.stated("sex"),
        },
        "complaint": {
            "id": complaint.id,
            "condition": condition,
            "zone": writer.stated("zone"),
            "side": writer.stated("side"),
            "since": writer.stated("since"),
        },
        "verdicts": [writer.verdict(verdict) for verdict in assessment.verdicts],
        "red_flags": [writer.rule(flag) for flag in assessment.red_flags],
        "questions": writer.questions(assessment.questions),
        "assumed": [
            {"fact": fact, "value": value_as_json(value, definitions[fact])}
            for fact, value in assessment.assumed.items()
        ],
        "used": [dict(entry) for entry in case.used],
        "unmapped": [dict(entry) for entry in case.unmapped],
        "ignored": [
            {
                "fact": ignored.fact,
                "why": ignored.why,
                "at": ignored.at.isoformat() if ignored.at else None,
                "origin": ignored.origin,
            }
            for ignored in case.ignored
        ],
        "policies": dict(assessment.policies),
        "notices": notices_as_json(assessment.edition, assessment.policies, language),
    }


def edition_as_json(edition: Edition) -> dict[str, str]:
    """Which knowledge, to the letter, and which engine read it."""
    return {"version": edition.manifest.version, "sha256": edition.sha256, "engine": ENGINE}


def notices_as_json(
    edition: Edition, policies: Mapping[str, str], language: str
) -> list[dict[str, Any]]:
    """The standing notices of the jurisdiction in force."""
    jurisdiction = policies.get("jurisdiction", edition.manifest.default_jurisdiction)
    return [
        {
            "id": notice.id,
            "therapies": list(notice.therapies),
            "says": notice.says.in_language(language),
            "attestation": notice.attestation.in_language(language) if notice.attestation else None,
            "sources": citations_as_json(notice.sources),
        }
        for notice in edition.notices
        if notice.jurisdiction in (jurisdiction, "any")
    ]


def citations_as_json(citations: tuple[Citation, ...]) -> list[dict[str, str | None]]:
    """Sources as ``{id, at}``."""
    return [{"id": citation.id, "at": citation.at} for citation in citations]


def value_as_json(value: Value, definition: FactDefinition) -> Any:
    """A value as JSON writes it; a set that is wholly known is the list of its members."""
    written = plain(value)
    if isinstance(value, Mapping) and isinstance(written, dict):
        return written["has"] if len(value) == len(definition.options) else written
    return written


def question_as_json(definition: FactDefinition, language: str) -> dict[str, Any]:
    """A fact as a question, with what an answer may be."""
    return {
        "fact": definition.id,
        "ask": definition.ask.in_language(language),
        "type": definition.type,
        "options": [
            {"id": option.id, "label": option.label.in_language(language)}
            for option in definition.options
        ]
        or None,
        "unit": definition.unit,
        "about": definition.about,
        "help": definition.help.in_language(language) if definition.help else None,
    }


@lru_cache(maxsize=8)
def _written_rules(sha256: str, language: str) -> dict[str, dict[str, Any]]:
    """What is the same of a rule whoever the patient is, by id: filled as rules are met."""
    return {}


class _Writer:
    def __init__(self, assessment: Assessment, language: str) -> None:
        self._values = assessment.values
        self._language = language
        self._definitions = {fact.id: fact for fact in assessment.edition.facts}
        self._verified = assessment.edition.verified
        self._rules = _written_rules(assessment.edition.sha256, language)

    def stated(self, fact: str) -> Any:
        known = self._values.get(fact)
        return None if known is None else value_as_json(known.value, self._definitions[fact])

    def verdict(self, verdict: Verdict) -> dict[str, Any]:
        return {
            "therapy": verdict.therapy.id,
            "label": verdict.therapy.description.label.in_language(self._language),
            "status": verdict.status,
            "reasons": [self.rule(judged) for judged in verdict.reasons],
            "criteria": [self.rule(judged) for judged in verdict.criteria],
            "questions": self.questions(verdict.questions),
        }

    def rule(self, judged: Judged) -> dict[str, Any]:
        """A criterion or a red flag with its proof."""
        proof = judged.proof
        same = self._rules.get(judged.rule.id)
        if same is None:
            same = self._rules[judged.rule.id] = self._same(judged.rule)
        facts = {fact: self._decided(fact) for fact in proof.decided} or dict.fromkeys(proof.open)
        return {**same, "holds": proof.holds, "facts": facts}

    def _same(self, rule: Criterion | RedFlag) -> dict[str, Any]:
        language = self._language
        written: dict[str, Any] = {
            "criterion": rule.id,
            "kind": rule.kind if isinstance(rule, Criterion) else "red-flag",
            "holds": None,
            "because": rule.because.in_language(language),
            "facts": {},
            "sources": citations_as_json(rule.sources),
            "basis": rule.basis,
            "verified": self._verified(rule.sources),
            "statements": list(rule.encodes),
        }
        if isinstance(rule, RedFlag):
            to = rule.to.in_language(language)
            return {**written, "effect": rule.effect, "urgency": rule.urgency, "to": to}
        return {**written, "advice": rule.advice and rule.advice.in_language(language)}

    def _decided(self, fact: str) -> Any:
        known = self._values.get(fact)
        if known is not None:
            return value_as_json(known.value, self._definitions[fact])
        # It decided without being stated: it is irrelevant here and took its reassuring value.
        value = reassuring_value(self._definitions[fact])
        return None if value is None else value_as_json(value, self._definitions[fact])

    def questions(self, facts: tuple[str, ...]) -> list[dict[str, Any]]:
        return [question_as_json(self._definitions[fact], self._language) for fact in facts]
