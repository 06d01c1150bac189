"""The Patient page: complaints, what was decided and done, latest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dolenti.agenda.models import Appointment
from dolenti.clinic.common.listing import AssessmentLine
from dolenti.clinic.common.lookup import Lookup
from dolenti.guideline.body import Point, body_map
from dolenti.records.models import Complaint, Document, Referral, Statement
from dolenti.treatment.day import stands
from dolenti.treatment.models import Course
from dolenti.treatment.sessions import of
from dolenti.ui.body import Group, Showing, showing


@dataclass(frozen=True)
class PainLine:
    """A complaint: what, where, since when, and whether it still hurts."""

    public_id: str
    heading: str
    zone: str
    since: str  # in words
    resolved: bool
    in_error: str
    note: str
    version: int
    marked: bool  # on the body figure
    imaging: tuple[tuple[str, str], ...] = ()  # kind, when in words


@dataclass(frozen=True)
class ReferralLine:
    """Someone to be heard of again."""

    heading: str
    urgency: str
    to: str
    created_at: datetime
    complaint: str


@dataclass(frozen=True)
class CourseLine:
    """A course: which therapy, for what, how far."""

    public_id: str
    therapy: str
    heading: str
    state: str
    created_at: datetime
    practitioner: str


@dataclass(frozen=True)
class AppointmentLine:
    """An appointment. ``ahead``: it stands, and is still to come."""

    public_id: str
    kind: str
    state: str
    start: datetime
    practitioner: str
    number: int | None
    ahead: bool = False
    therapy: str = ""  # of the course, for whoever reads records


@dataclass(frozen=True)
class DocumentLine:
    """A file that came in, or a form that was filled."""

    public_id: str
    kind: str
    about: str
    created_at: datetime
    author: str


@dataclass(frozen=True)
class Overview:
    """The whole page. ``facts`` is how many facts anything is known of."""

    complaints: list[PainLine]
    past: list[PainLine]
    assessments: list[AssessmentLine]
    referrals: list[ReferralLine]
    courses: list[CourseLine]
    appointments: list[AppointmentLine]
    facts: int
    last_stated: datetime | None


def overview(
    complaints: Sequence[Complaint],
    statements: Sequence[Statement],
    assessments: list[AssessmentLine],
    referrals: Sequence[Referral],
    courses: Sequence[Course],
    appointments: list[AppointmentLine],
    words: Lookup,
) -> Overview:
    """The rows of a patient, as shown."""
    lines = [replace(pain_line(one, words), imaging=_imaged(one, words)) for one in complaints]
    return Overview(
        complaints=[line for line in lines if not line.resolved and not line.in_error],
        past=[line for line in lines if line.resolved or line.in_error],
        assessments=assessments,
        referrals=[
            ReferralLine(
                heading(one.complaint, words),
                one.urgency,
                str(one.to.get(words.language, "")),
                one.created_at,
                one.complaint.public_id,
            )
            for one in referrals
        ],
        courses=[
            CourseLine(
                one.public_id,
                therapy(one.therapy, words),
                heading(one.complaint, words),
                one.state,
                one.created_at,
                one.practitioner.name,
            )
            for one in courses
        ],
        appointments=appointments,
        facts=len({one.fact for one in statements}),
        last_stated=max((one.created_at for one in statements), default=None),
    )


def appointment_lines(
    appointments: Iterable[Appointment], words: Lookup | None
) -> list[AppointmentLine]:
    """Appointments with their courses, as listed, in the order in which they are given. Which
    therapy is said with the ``words`` of one who reads records; to nobody else."""
    return [
        AppointmentLine(
            one.public_id,
            one.kind,
            stands(one),
            one.start,
            one.practitioner.name,
            session.number if (session := of(one)) else None,
            getattr(one, "ahead", False),
            therapy(session.course.therapy, words) if session and words else "",
        )
        for one in appointments
    ]


def document_lines(documents: Iterable[Document]) -> list[DocumentLine]:
    """The files of a patient, as listed."""
    return [
        DocumentLine(one.public_id, one.kind, one.about, one.created_at, one.author.name)
        for one in documents
    ]


def pain_line(complaint: Complaint, words: Lookup) -> PainLine:
    """A complaint, as listed."""
    return PainLine(
        complaint.public_id,
        heading(complaint, words),
        words.zones.get(complaint.zone, "") if complaint.condition else "",
        since(complaint, words.language),
        complaint.state == Complaint.State.RESOLVED,
        complaint.in_error,
        complaint.note,
        complaint.version,
        bool(complaint.points),
    )


def _imaged(complaint: Complaint, words: Lookup) -> tuple[tuple[str, str], ...]:
    found = complaint.imaging.all()
    return tuple((one.kind, one.when.when(words.language)) for one in found if not one.withdrawn)


def since(complaint: Complaint, language: str) -> str:
    """“depuis mars 2026”, as precisely as it was said; empty where nobody said it."""
    onset = complaint.onset
    return onset.in_words(language) if onset else ""


def heading(complaint: Complaint, words: Lookup) -> str:
    """“Gonarthrose, à droite”."""
    return words.complaint(complaint.condition, complaint.zone, complaint.side)


def therapy(name: str, words: Lookup) -> str:
    """A therapy's short name."""
    found = words.therapies.get(name)
    return found.description.short.in_language(words.language) if found else name


def on_the_body(complaints: Sequence[Complaint], words: Lookup) -> Showing | None:
    """The complaints that still hurt on the figure; ``None`` where none is marked on it.

    Points of a figure that the map of today no longer has are left out: the list says the rest.
    """
    groups = [
        Group(heading(one, words), _points(one), one.region, since(one, words.language))
        for one in complaints
        if one.region and one.state == Complaint.State.ACTIVE and not one.in_error
    ]
    return showing(body_map(words.edition), groups) if groups else None


def _points(complaint: Complaint) -> list[Point]:
    return [Point(one["figure"], one["x"], one["y"]) for one in complaint.points]
