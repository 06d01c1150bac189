"""A document comes in: its patient, its complaints and what it says of them, or nothing."""

from __future__ import annotations

import zlib
from datetime import date

from dolenti.access import audit
from dolenti.access.models import User
from dolenti.guideline.facts import Case
from dolenti.records import engine
from dolenti.records.files import intake, unpacking
from dolenti.records.models import Complaint, Document, Patient, PatientKey, Statement
from dolenti.records.once import Submission, once
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
    user = submission.user

    def make() -> Document:
        first = read.cases[0]
        whose = patient or without_identity(user, first, reference, invented=read.invented)
        document = Document.objects.create(
            patient=whose,
            kind=kind or read.kind,
            about=read.about,
            original=zlib.compress(intake.unpacked(data, "")),
            reading=unpacking.reading(first, read.policies),
            author=user,
        )
        for number, case in enumerate(read.cases):
            _complaint(submission, document, case, as_of, with_patient=number == 0)
        audit.record(
            "receive",
            actor=user,
            kind="document",
            object_id=document.public_id,
            patient_id=whose.public_id,
            detail={"kind": document.kind, "complaints": len(read.cases)},
        )
        return document

    return once(submission, Document, make)


def without_identity(user: User, case: Case, reference: str, *, invented: bool = False) -> Patient:
    """A patient nobody has named yet, in the care of who describes them."""
    patient = Patient.objects.create(
        site_id=user.site_id,
        identity=Patient.Identity.NONE,
        reference=reference,
        invented=invented,
        sex=case.sex or "",
        birth_date=case.birth_date,
        author=user,
    )
    PatientKey.objects.bulk_create(people.key_rows([patient]))
    care.take(user, patient, user)
    return patient


def _complaint(
    submission: Submission, document: Document, case: Case, as_of: date, *, with_patient: bool
) -> None:
    pain = case.complaint
    complaint = Complaint.objects.create(
        patient=document.patient,
        condition=pain.condition or "",
        zone=pain.zone or "",
        side=pain.side or "",
        since=pain.since,
        document=document,
        called=pain.id[:200],
        author=submission.user,
    )
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
