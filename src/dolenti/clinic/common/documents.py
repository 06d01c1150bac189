"""Documents that leave the site, and the quotation as one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.models import User
from dolenti.calendar.moments import to_local
from dolenti.guideline import consent as text
from dolenti.records import engine
from dolenti.treatment import consents
from dolenti.treatment.models import Course
from dolenti.treatment.quotations import Line
from dolenti.ui import print as printing
from dolenti.ui.documents import clinic_of, inline, patient_of, practitioner_of


def quotation_pdf(course: Course, lines: list[Line], number: str, until: date) -> bytes:
    """The quotation as a document."""
    edition = engine.edition_in_force()
    therapy = next(t for t in edition.therapies if t.id == course.therapy)
    language = consents.language_of(course)
    document = printing.QuotationDocument(
        number,
        clinic_of(course.site),
        practitioner_of(course.practitioner),
        patient_of(course.patient),
        tuple(printing.QuotationLine(line.label, line.count, line.cents) for line in lines),
        text.cover(edition, course.therapy, "FR"),
        to_local(timezone.now()),
        until,
        therapy=therapy.description.label.in_language(language),
    )
    return printing.quotation(document, language)


def exported(user: User, kind: str, about: Any, pdf: bytes, name: str) -> HttpResponse:
    """A document that leaves the site: a line of the trail, and a name that says nothing of a
    patient. ``about`` is the row it is of."""
    patient = about.patient if hasattr(about, "patient") else about.course.patient
    audit.record(
        "export", actor=user, kind=kind, object_id=about.public_id, patient_id=patient.public_id
    )
    return inline(pdf, f"{name}-{about.public_id}.pdf")
