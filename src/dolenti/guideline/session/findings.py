"""What a check of the session finds: the same form as what is found of a mixture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dolenti.guideline.knowledge import Citation, Edition, Severity, Text
from dolenti.guideline.report import citations_as_json
from dolenti.guideline.session.content import verified
from dolenti.guideline.session.shapes.common import Said

SEVERITIES: tuple[Severity, ...] = ("block", "override", "warn", "info")
"""From what stops the session to what is only said."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that speaks. ``detail`` says the figures of this session; ``about`` names what it is
    about (a point's number, an item of the kit), where there are several."""

    rule: str
    severity: Severity
    because: Text
    sources: tuple[Citation, ...]
    basis: str
    verified: bool
    detail: Text | None = None
    about: str | None = None

    @classmethod
    def of(
        cls,
        edition: Edition,
        entry: Said,
        severity: Severity,
        *,
        rule: str | None = None,
        detail: Text | None = None,
        about: str | None = None,
    ) -> Finding:
        """What an entry with a sentence and sources of its own finds; ``rule`` where it has no
        id."""
        return cls(
            rule=rule or str(getattr(entry, "id", "")),
            severity=severity,
            because=entry.says,
            sources=entry.sources,
            basis=entry.basis,
            verified=verified(edition, entry),
            detail=detail,
            about=about,
        )


def gravest_first(findings: list[Finding]) -> tuple[Finding, ...]:
    """The same findings, what stops before what is only said; else as they were found."""
    return tuple(sorted(findings, key=lambda one: SEVERITIES.index(one.severity)))


def stops(findings: tuple[Finding, ...]) -> bool:
    """Whether one of them stops the session."""
    return any(finding.severity == "block" for finding in findings)


def finding_as_json(finding: Finding, language: str) -> dict[str, Any]:
    """A finding in plain values, its sentences in one language."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "because": finding.because.in_language(language),
        "detail": finding.detail.in_language(language) if finding.detail else None,
        "about": finding.about,
        "sources": citations_as_json(finding.sources),
        "basis": finding.basis,
        "verified": finding.verified,
    }
