"""Complaints and assessments as lines of a list, with no more of a patient than each needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from dolenti.access.models import User
from dolenti.clinic.common.lookup import Lookup
from dolenti.guideline.loading import ENGINE
from dolenti.records.judging.supports import supports_of
from dolenti.records.models import Assessment, Complaint, Patient


@dataclass(frozen=True)
class ComplaintLine:
    """A complaint in a list."""

    public_id: str
    heading: str
    who: str
    invented: bool
    created_at: datetime
    author: str


@dataclass(frozen=True)
class VerdictLine:
    """One verdict in a list: of which therapy, and what it rests on where that may be done."""

    therapy: str
    status: str
    support: str


@dataclass(frozen=True)
class AssessmentLine:
    """A stored assessment in a list, with the four statuses. ``past`` says why it says nothing of
    today any more; empty where it still stands."""

    public_id: str
    heading: str
    who: str
    created_at: datetime
    author: str
    statuses: list[VerdictLine]
    passed: list[str]  # who went past which verdict
    past: str

    @property
    def choosable(self) -> bool:
        """Whether a treatment may be planned from it today."""
        open_to = any(one.status == "possible" for one in self.statuses)
        return not self.past and (open_to or bool(self.passed))


def complaint_lines(
    complaints: Iterable[Complaint], user: User, words: Lookup
) -> list[ComplaintLine]:
    """Complaints, as listed."""
    return [
        ComplaintLine(
            one.public_id,
            words.complaint(one.condition, one.zone, one.side),
            called(one.patient),
            one.patient.invented,
            one.created_at,
            "" if one.author_id == user.pk else one.author.name,
        )
        for one in complaints
    ]


def called(patient: Patient) -> str:
    """A patient in a list: birth name in capitals, first name; or the clinic's own reference."""
    name = f"{patient.birth_name.upper()} {patient.used_first_name or patient.first_name}".strip()
    return name or patient.reference


def assessment_lines(
    assessments: Iterable[Assessment], words: Lookup, as_of: date
) -> list[AssessmentLine]:
    """Stored assessments, as listed; found with what followed them."""
    assessments = list(assessments)
    supports = supports_of(assessments)
    return [
        AssessmentLine(
            stored.public_id,
            words.complaint(
                stored.complaint.condition,
                stored.complaint.zone,
                stored.complaint.side,
            ),
            called(stored.complaint.patient),
            stored.created_at,
            stored.author.name,
            [
                VerdictLine(_short(t, words), status, supports.get((stored.pk, t), ""))
                for t, status in stored.statuses.items()
            ],
            [
                _("%(therapy)s: overridden by %(name)s")
                % {"therapy": _short(one.therapy, words), "name": one.author.name}
                for one in stored.passings.all()
            ],
            _past(stored, words, as_of),
        )
        for stored in assessments
    ]


def _past(stored: Assessment, words: Lookup, as_of: date) -> str:
    """An assessment is of its day, of what was known and of its edition: its “possible” is never
    shown as one of today."""
    if stored.was_followed:  # type: ignore[attr-defined]
        return _("replaced by a later one")
    edition = words.edition.sha256
    same = stored.edition.sha256 == edition and stored.engine == ENGINE and stored.as_of == as_of
    if same and not stored.was_outrun:  # type: ignore[attr-defined]
        return ""
    return _("to be judged again")


def _short(therapy: str, words: Lookup) -> str:
    found = words.therapies.get(therapy)
    return found.description.short.in_language(words.language) if found else therapy
