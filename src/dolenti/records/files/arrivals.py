"""A document comes in: its patient, its complaints and what it says of them, or nothing."""

from __future__ import annotations

import zlib
from datetime import date

from dolenti.access import audit
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.guideline.facts import Case
from dolenti.ledger import locking
from dolenti.ledger.once import Submission, made_before, once
from dolenti.records import engine
from dolenti.records.files import intake, unpacking
from dolenti.records.gate.writing import writing_record
from dolenti.records.judging.complaints import insist_another, insist_room
from dolenti.records.models import Complaint, Document, Patient, PatientKey, Statement
from dolenti.records.patients import care, people


def receive(
    submission: Submission,
    data: bytes,
    read: intake.Read,
    as_of: date,
    *,
    patient: Patient | None = None,
    reference: str = "",
    kind: str = "",
) -> Document:
    """Keep a document that was read without error, with a complaint for each it names.

    Without a patient it makes one that has no identity yet, for a quick assessment. Sent twice it
    is kept once.
    """
    actor = submission.actor

    def make() -> Document:
        first = read.cases[0]
        whose = patient or _without_identity(submission, first, reference, invented=read.invented)
        document = Document.objects.create(
            patient=whose,
            kind=kind or read.kind,
            about=read.about,
            original=zlib.compress(intake.unpacked(data, "")),
            reading=unpacking.reading(first, read.policies),
            author=submission.user,
        )
        for number, case in enumerate(read.cases):
            complaint = _complaint(submission, document, case, read.since)
            _statements(submission, complaint, case, as_of, with_patient=number == 0)
        audit.record(
            "receive",
            actor=actor,
            kind="document",
            object_id=document.public_id,
            patient_id=whose.public_id,
            detail={"kind": document.kind, "complaints": len(read.cases)},
        )
        return document

    right = Permission.WRITE_RECORDS
    with writing_record(actor, right, patient) if patient else writing(actor, right, actor.site_id):
        return once(submission, Document, make)


def add_to(
    submission: Submission,
    patient: Patient,
    data: bytes,
    read: intake.Read,
    as_of: date,
    *,
    another: bool = False,
) -> Document:
    """The same, with a patient on file. ``another``: somebody said that a pain of which the record
    has one of the same place is another. Raises ``SamePainError``, ``InputError``."""
    with writing_record(submission.actor, Permission.WRITE_RECORDS, patient):
        locking.hold(patient)
        if made_before(submission, Document) is None:
            insist_room(patient, len(read.cases))
            for case in [] if another else read.cases:
                pain = case.complaint
                place = {"condition": pain.condition, "zone": pain.zone, "side": pain.side}
                insist_another(patient, place)
        return receive(submission, data, read, as_of, patient=patient)


def _without_identity(
    submission: Submission, case: Case, reference: str, *, invented: bool = False
) -> Patient:
    """A patient nobody has named yet, in the care of who describes them."""
    patient = Patient.objects.create(
        site_id=submission.actor.site_id,
        identity=Patient.Identity.NONE,
        reference=reference,
        invented=invented,
        sex=case.sex or "",
        birth_date=case.birth_date,
        author=submission.user,
    )
    PatientKey.objects.bulk_create(people.key_rows([patient]))
    care.take(submission.actor, patient, submission.user)
    return patient


def _complaint(submission: Submission, document: Document, case: Case, since: str) -> Complaint:
    pain = case.complaint
    return Complaint.objects.create(
        patient=document.patient,
        condition=pain.condition or "",
        zone=pain.zone or "",
        side=pain.side or "",
        since=since or (pain.since.isoformat() if pain.since else ""),
        document=document,
        called=pain.id[:200],
        author=submission.user,
    )


def _statements(
    submission: Submission, complaint: Complaint, case: Case, as_of: date, *, with_patient: bool
) -> None:
    document = complaint.document
    assert document is not None
    Statement.objects.bulk_create(
        Statement(
            patient=document.patient,
            complaint=complaint if said.of_complaint else None,
            document=document,
            fact=said.fact,
            value=said.value,
            at=said.at,
            origin=Statement.Origin.DOCUMENT,
            place=said.place,
            said_by=_said_by(document),
            author=submission.user,
            submission=submission.token,
        )
        for said in unpacking.statements(case, engine.edition_in_force(), as_of)
        if said.of_complaint or with_patient
    )


def _said_by(document: Document) -> str:
    by_hand = document.kind == Document.Kind.FORM
    return Statement.SaidBy.CLINICIAN if by_hand else Statement.SaidBy.RECORD


def original(document: Document) -> bytes:
    """The document as it came in."""
    return zlib.decompress(bytes(document.original))
