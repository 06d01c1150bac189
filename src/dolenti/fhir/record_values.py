"""What a patient's whole record holds, as plain values, for its FHIR bundle.

Times are aware, days are days. Ids are those that the clinic shows; people are named by theirs and
listed once. What is long is an iterable that is walked through once, so that a record of any
length is written without ever being held whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from dolenti.guideline.birth import BirthDate


@dataclass(frozen=True)
class Practitioner:
    """Someone of the clinic. ``rpps`` is the French health professional's number, or empty."""

    id: str
    name: str
    rpps: str = ""


@dataclass(frozen=True)
class Organisation:
    """The place of care."""

    id: str
    name: str
    address: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Contact:
    """How to reach the patient, or someone who speaks for them.

    ``kind`` is ``self``, ``trusted``, ``relative``, ``emergency`` or ``guardian``.
    """

    id: str
    kind: str
    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Person:
    """The patient. ``ins`` and its ``ins_oid`` are given only where the number may be shared;
    ``references`` are the clinic's own, those of merged records included."""

    id: str
    birth_name: str = ""
    given_names: tuple[str, ...] = ()
    used_name: str = ""
    used_given_name: str = ""
    sex: str = ""
    birth_date: BirthDate | None = None
    conventional_birth_date: date | None = None
    birth_place: str = ""
    birth_place_name: str = ""
    ins: str = ""
    ins_oid: str = ""
    references: tuple[str, ...] = ()
    doctor: str = ""
    language: str = "fr"
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True)
class Complaint:
    """One pain. ``points`` are as placed on the figure, in its grid of 1000 x 2000; ``since`` is
    as precise as it was said (2019, 2019-03, 2019-03-15)."""

    id: str
    author: str
    recorded: datetime
    condition: str = ""
    zone: str = ""
    side: str = ""
    since: str = ""
    note: str = ""
    points: tuple[Mapping[str, Any], ...] = ()
    map_edition: str = ""
    resolved: bool = False
    in_error: str = ""


@dataclass(frozen=True)
class Statement:
    """One value of one fact, as someone gave it; ``value`` ``None`` takes the earlier ones back.

    Statements come group by group: those of one fact and one complaint together, each group in
    the order of ``at`` and, within a day, of writing. What was ``undone`` never counted, nor does
    its undoing take anything else back.
    """

    fact: str
    value: Any
    at: date
    author: str
    recorded: datetime
    said_by: Literal["clinician", "patient", "relative", "record"] = "clinician"
    origin: Literal["stated", "document", "assumed"] = "stated"
    complaint: str = ""
    document: str = ""
    undone: bool = False


@dataclass(frozen=True)
class Verdict:
    """What an assessment found of one therapy, why, and who went past it for which reason."""

    therapy: str
    label: str
    status: str
    reasons: tuple[str, ...] = ()
    passed_by: str = ""
    passed_because: str = ""


@dataclass(frozen=True)
class Assessment:
    """One judgement of one complaint: by which edition (version and hash) and which engine."""

    id: str
    complaint: str
    author: str
    at: datetime
    as_of: date
    edition: str
    edition_sha256: str
    engine: str
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True)
class Course:
    """A therapy chosen for a complaint; ``state`` is one of contract 4."""

    id: str
    complaint: str
    therapy: str
    label: str
    state: str
    author: str
    practitioner: str
    at: datetime
    products: tuple[str, ...] = ()
    stop_reason: str = ""
    appointments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Appointment:
    """Someone comes on a day; ``state`` is one of contract 4."""

    id: str
    kind: str
    state: str
    practitioner: str
    start: datetime
    end: datetime
    complaint: str = ""
    room: str = ""
    motive: str = ""
    reason: str = ""
    emergency: bool = False


@dataclass(frozen=True)
class Given:
    """What was given at the session of a course, or is prepared to be; ``state`` is one of
    contract 4, ``amends`` the id of the one that it stands in the place of, for a ``reason``.

    ``content`` is all that the record says, as JSON: the pause, the syringe, what went in and its
    map, what happened; ``seal`` the fingerprint of what was signed; ``not_as_planned`` says what of
    it was otherwise than its rules allow, with the reason.
    """

    id: str
    course: str
    therapy: str
    label: str
    number: int
    state: str
    author: str
    at: datetime
    delivered_by: str = ""
    delivered_at: datetime | None = None
    signed_by: str = ""
    signed_at: datetime | None = None
    amends: str = ""
    reason: str = ""
    content: str = ""
    seal: str = ""
    not_as_planned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Consent:
    """What was signed, by whom and when; ``document`` is its file, ``text_sha256`` the
    fingerprint of the text, as the document prints it. ``how`` it was signed: ``screen``,
    ``paper``, or at home by a code, ``home-sms``, ``home-mail``."""

    id: str
    course: str
    therapy: str
    signed_by: str
    signed_at: datetime
    author: str
    document: str
    text_sha256: str = ""
    how: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""


@dataclass(frozen=True)
class Referral:
    """A red flag sent the patient elsewhere. ``urgency`` is emergency, same-day or soon."""

    id: str
    complaint: str
    at: datetime
    urgency: str
    to: str
    reasons: tuple[str, ...] = ()
    outcome: str = ""
    closed: bool = False


@dataclass(frozen=True)
class File:
    """A file that goes with the bundle: its name beside it, its kind, its length and SHA-256.

    ``kind`` is ``received``, ``consent`` or ``quotation``.
    """

    id: str
    kind: str
    name: str
    content_type: str
    size: int
    sha256: str
    at: datetime
    author: str


@dataclass(frozen=True)
class Merge:
    """Another record of the same person, read with this one since; who proposed it, where it took
    two."""

    id: str
    absorbed: str
    author: str
    at: datetime
    reason: str
    proposed_by: str | None = None


@dataclass(frozen=True)
class Piece:
    """What a part of the clinic that has no values of its own here keeps of the patient: a FHIR
    resource, with its id and whom it is about, and the same as a line to read: of what kind, when
    and what, in the language of the copy."""

    resource: Mapping[str, Any]
    kind: str
    at: datetime
    says: str


@dataclass(frozen=True)
class Record:
    """The whole record of one patient, as of the moment it was ``made`` by someone."""

    id: str
    made: datetime
    made_by: str
    patient: Person
    organisation: Organisation
    people: tuple[Practitioner, ...]
    complaints: tuple[Complaint, ...] = ()
    statements: Iterable[Statement] = ()
    assessments: Iterable[Assessment] = ()
    courses: tuple[Course, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    given: tuple[Given, ...] = ()
    consents: tuple[Consent, ...] = ()
    referrals: tuple[Referral, ...] = ()
    files: tuple[File, ...] = ()
    merges: tuple[Merge, ...] = field(default=())
    pieces: Iterable[Piece] = ()
