"""Cases and assessments as lines of a list. No line carries more of a patient than it needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dolenti.access.models import User
from dolenti.clinic.present.lookup import Lookup
from dolenti.records.models import Assessment, CaseFile


@dataclass(frozen=True)
class CaseLine:
    """A case in a list."""

    public_id: str
    heading: str
    reference: str
    about: str
    kind: str
    invented: bool
    created_at: datetime
    author: str


@dataclass(frozen=True)
class AssessmentLine:
    """A stored assessment in a list, with the four statuses."""

    public_id: str
    heading: str
    reference: str
    created_at: datetime
    author: str
    statuses: list[tuple[str, str]]  # therapy in words, status


def case_lines(cases: Iterable[CaseFile], user: User, words: Lookup) -> list[CaseLine]:
    """Cases, as listed."""
    return [
        CaseLine(
            case.public_id,
            words.complaint(case.condition, case.zone, case.side),
            case.reference,
            case.about,
            case.kind,
            case.invented,
            case.created_at,
            "" if case.author_id == user.pk else case.author.name,
        )
        for case in cases
    ]


def assessment_lines(assessments: Iterable[Assessment], words: Lookup) -> list[AssessmentLine]:
    """Stored assessments, as listed."""
    return [
        AssessmentLine(
            stored.public_id,
            words.complaint(stored.case.condition, stored.case.zone, stored.case.side),
            stored.case.reference,
            stored.created_at,
            stored.author.name,
            [
                (words.therapies[t].description.short.in_language(words.language), status)
                if t in words.therapies
                else (t, status)
                for t, status in stored.statuses.items()
            ],
        )
        for stored in assessments
    ]
