"""What a patient's whole record holds, as plain values, for the readable copy.

Texts that a person wrote are as written; times are aware and in the clinic's time zone. Lists are
printed in the order they come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dolenti.guideline.judge import Status
from dolenti.ui.print.values import Clinic, Patient


@dataclass(frozen=True)
class RecordFact:
    """One value of one fact: since which day it holds, who said it, when it was written."""

    label: str
    value: str
    as_of: date | None
    said_by: str
    entered_at: datetime
    about: str = ""


@dataclass(frozen=True)
class RecordComplaint:
    """One pain."""

    label: str
    site: str
    since: str  # in words
    state: str


@dataclass(frozen=True)
class RecordVerdict:
    """What an assessment found of one therapy, and why."""

    therapy: str
    status: Status
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class RecordAssessment:
    """One judgement of one complaint, by one edition."""

    at: datetime
    by: str
    complaint: str
    edition: str
    verdicts: tuple[RecordVerdict, ...]


@dataclass(frozen=True)
class RecordSession:
    """One session of a course."""

    at: datetime
    state: str
    by: str
    what: str = ""


@dataclass(frozen=True)
class RecordCourse:
    """One therapy carried out for one complaint."""

    therapy: str
    complaint: str
    state: str
    since: date | None
    sessions: tuple[RecordSession, ...] = ()


@dataclass(frozen=True)
class RecordConsent:
    """A consent signed, and withdrawn where it was."""

    therapy: str
    signed_at: datetime
    sha256: str
    withdrawn_at: datetime | None = None


@dataclass(frozen=True)
class RecordReferral:
    """A referral; ``outcome`` is empty until somebody has written what became of it."""

    at: datetime
    to: str
    reason: str
    outcome: str = ""


@dataclass(frozen=True)
class RecordContact:
    """How the patient, or someone who speaks for them, is reached; ``until`` where that ended."""

    kind: str
    name: str
    reach: str
    until: datetime | None = None


@dataclass(frozen=True)
class RecordPiece:
    """What another part of the clinic keeps of the patient, as one line."""

    kind: str
    at: datetime
    says: str


@dataclass(frozen=True)
class RecordAccess:
    """How often one person opened the record, and when last."""

    who: str
    role: str
    times: int
    last: datetime


@dataclass(frozen=True)
class RecordDocument:
    """The whole record of a patient. ``made_for`` is who receives the copy."""

    clinic: Clinic
    patient: Patient
    made_at: datetime
    made_by: str
    made_for: str = ""
    facts: tuple[RecordFact, ...] = ()
    complaints: tuple[RecordComplaint, ...] = ()
    assessments: tuple[RecordAssessment, ...] = ()
    courses: tuple[RecordCourse, ...] = ()
    consents: tuple[RecordConsent, ...] = ()
    referrals: tuple[RecordReferral, ...] = ()
    access: tuple[RecordAccess, ...] = ()
    contacts: tuple[RecordContact, ...] = ()
    pieces: tuple[RecordPiece, ...] = ()
