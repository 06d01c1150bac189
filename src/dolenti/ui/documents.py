"""The people and places of a printed document, from their records; and a consent as a document."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, cast

from django.http import HttpResponse
from django.utils import timezone

from dolenti.access.models import Site, User
from dolenti.calendar.moments import to_local
from dolenti.guideline import consent as text
from dolenti.records.models import Patient
from dolenti.treatment import consents, letterhead
from dolenti.treatment.consents import Signed
from dolenti.treatment.models import Course
from dolenti.ui import print as printing


def clinic_of(site: Site) -> printing.Clinic:
    """The place of care, as a document's head says it."""
    head = letterhead.of(site)
    logo = head.logo
    drawn = printing.Picture(logo.png, logo.width, logo.height) if logo is not None else None
    return printing.Clinic(
        site.name,
        tuple(site.address.splitlines()),
        site.phone,
        identifiers=head.identifiers,
        logo=drawn,
    )


def practitioner_of(user: User) -> printing.Practitioner:
    """Who proposes the care."""
    return printing.Practitioner(user.name, identifier=user.rpps)


def patient_of(patient: Patient) -> printing.Patient:
    """Whose document it is; one without identity goes by the clinic's reference."""
    return printing.Patient(
        birth_name=patient.birth_name or patient.reference,
        given_names=patient.used_first_name or patient.first_name,
        birth_date=patient.birth_date,
        used_name=patient.used_name,
        sex=cast("Literal['female', 'male', '']", patient.sex),  # one of ``Patient.Sex``
        ins=patient.ins if patient.identity == Patient.Identity.QUALIFIED else "",
    )


def consent_pdf(course: Course, said: text.Consent, signed: Signed | None) -> bytes:
    """The consent as a document, with its signature, or with room to sign by hand."""
    signature = None
    if signed is not None and signed.code is not None:
        signature = printing.Signature(
            signed.by, to_local(signed.at), course.site.name,
            channel=signed.code.channel, for_patient=signed.code.for_patient,
            quality=signed.code.quality,
        )  # fmt: skip
    elif signed is not None and signed.kept:
        signature = printing.Signature(
            signed.by, to_local(signed.at), course.site.name, kept=signed.kept
        )
    elif signed is not None and signed.strokes is not None:
        signature = printing.Signature(
            signed.by,
            to_local(signed.at),
            course.site.name,
            tuple(tuple((float(x), float(y)) for x, y in stroke) for stroke in signed.strokes),
        )
    document = printing.ConsentDocument(
        said,
        clinic_of(course.site),
        practitioner_of(course.practitioner),
        patient_of(course.patient),
        to_local(signed.at if signed else timezone.now()),
        signature,
    )
    return printing.consent(document, consents.language_of(course))


def consent_details_pdf(
    site: Site, said: text.Consent, language: str, at: datetime | None = None
) -> bytes:
    """The sources and details behind a consent; it names no patient. ``at``: when it was signed."""
    document = printing.ConsentDetails(
        said, consents.sources_of(said), clinic_of(site), to_local(at or timezone.now())
    )
    return printing.consent_details(document, language)


def inline(pdf: bytes, filename: str) -> HttpResponse:
    """A document to be looked at in the browser."""
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{filename}"'},
    )
