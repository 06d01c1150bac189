"""What a check of the session finds: the same form as what is found of a mixture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dolenti.guideline.knowledge import Citation, Edition, Entry, Severity, Text
from dolenti.guideline.once import once_an_edition
from dolenti.guideline.report import citations_as_json
from dolenti.guideline.session.content import content, verified
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


def rule_in_words(edition: Edition, rule: str, language: str) -> str:
    """The sentence of a rule of the syringe, of the act or of the therapy, by its id; the id itself
    of one that the edition no longer knows."""
    says = _sentences(edition).get(rule)
    return rule if says is None else says.in_language(language)


@once_an_edition(6)
def _sentences(edition: Edition) -> dict[str, Text]:
    of_room = content(edition)
    spoken = (
        edition.products, edition.group_rules, of_room.infiltration, of_room.targets,
        of_room.refused, of_room.areas, of_room.places, of_room.cryoneurolysis,
        of_room.never_frozen, of_room.mixtures, edition.mixture_rules,
        # What the therapy holds against the patient is gone past with the syringe too.
        edition.red_flags, tuple(one.criteria for one in edition.therapies),
    )  # fmt: skip
    return dict(_of(spoken))


def _of(part: object) -> Iterator[tuple[str, Text]]:
    """Every entry beneath that has an id and a sentence."""
    if isinstance(part, (tuple, list)):
        for one in part:
            yield from _of(one)
    elif isinstance(part, Entry):
        name = getattr(part, "id", None)
        says = getattr(part, "because", None) or getattr(part, "says", None)
        if isinstance(name, str) and isinstance(says, Text):
            yield name, says
        for field in part.__struct_fields__:
            yield from _of(getattr(part, field))


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
