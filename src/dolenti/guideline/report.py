"""An assessment as the JSON of contract 2: keys may be added, never renamed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dolenti.guideline.facts import Value, plain
from dolenti.guideline.judge import Assessment, Judged, Verdict, reassuring_value
from dolenti.guideline.knowledge import Citation, Edition, FactDefinition
from dolenti.guideline.loading import ENGINE


def as_json(assessment: Assessment, language: str = "fr") -> dict[str, Any]:
    """The whole assessment in plain values, with its sentences in one language."""
    writer = _Writer(assessment, language)
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
        "red_flags": [writer.red_flag(flag) for flag in assessment.red_flags],
        "questions": writer.questions(assessment.questions),
        "assumed": [
            {"fact": fact, "value": writer.plain(fact, value)}
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


class _Writer:
    def __init__(self, assessment: Assessment, language: str) -> None:
        self._values = assessment.values
        self._language = language
        self._definitions = {fact.id: fact for fact in assessment.edition.facts}
        self._seen = frozenset(s.id for s in assessment.edition.sources if s.mark != "K")

    def stated(self, fact: str) -> Any:
        known = self._values.get(fact)
        return None if known is None else self.plain(fact, known.value)

    def plain(self, fact: str, value: Value) -> Any:
        return value_as_json(value, self._definitions[fact])

    def verdict(self, verdict: Verdict) -> dict[str, Any]:
        return {
            "therapy": verdict.therapy.id,
            "label": verdict.therapy.description.label.in_language(self._language),
            "status": verdict.status,
            "reasons": [self._either(judged) for judged in verdict.reasons],
            "criteria": [self.criterion(judged) for judged in verdict.criteria],
            "questions": self.questions(verdict.questions),
        }

    def _either(self, judged: Judged) -> dict[str, Any]:
        return self.red_flag(judged) if hasattr(judged.rule, "effect") else self.criterion(judged)

    def criterion(self, judged: Judged) -> dict[str, Any]:
        rule = judged.rule
        advice = rule.advice.in_language(self._language) if rule.advice else None
        return {**self._rule(judged, rule.kind), "advice": advice}

    def red_flag(self, judged: Judged) -> dict[str, Any]:
        flag = judged.rule
        return {
            **self._rule(judged, "red-flag"),
            "effect": flag.effect,
            "urgency": flag.urgency,
            "to": flag.to.in_language(self._language),
        }

    def _rule(self, judged: Judged, kind: str) -> dict[str, Any]:
        rule, proof = judged.rule, judged.proof
        return {
            "criterion": rule.id,
            "kind": kind,
            "holds": proof.holds,
            "because": rule.because.in_language(self._language),
            "facts": {fact: self._decided(fact) for fact in proof.decided}
            or dict.fromkeys(proof.open),
            "sources": citations_as_json(rule.sources),
            "basis": rule.basis,
            "verified": any(citation.id in self._seen for citation in rule.sources),
            "statements": list(rule.encodes),
        }

    def _decided(self, fact: str) -> Any:
        known = self._values.get(fact)
        if known is not None:
            return self.plain(fact, known.value)
        # It decided without being stated: it is irrelevant here and took its reassuring value.
        value = reassuring_value(self._definitions[fact])
        return None if value is None else self.plain(fact, value)

    def questions(self, facts: tuple[str, ...]) -> list[dict[str, Any]]:
        return [question_as_json(self._definitions[fact], self._language) for fact in facts]
