"""The gate, for what belongs to one patient (see ``records.gate``).

Each takes the user first and gives nothing to whoever may not read it. A patient here is one that
``gate.identity`` or ``gate.record`` gave; the records merged into theirs are read with it.
"""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Prefetch, QuerySet

from dolenti.access.actors import Actor
from dolenti.access.roles import Permission, Scope, scope
from dolenti.access.rows import sole
from dolenti.guideline.errors import InputError
from dolenti.records import gate
from dolenti.records.models import (
    Assessment,
    Complaint,
    Contact,
    Document,
    Imaging,
    Medicine,
    Merge,
    Passing,
    Patient,
    Referral,
    Statement,
    VisitNote,
)

R = TypeVar("R", Document, VisitNote, Medicine)


def is_open(user: Actor, patient: Patient) -> bool:
    """Whether the patient's record is open to the user. Asks nothing where the role says it."""
    if not user.may(Permission.READ_RECORDS) or patient.site_id != user.site_id:
        return False
    if scope(user.role) is Scope.SITE:
        return True
    patient.in_team = gate.cared_for(user).filter(patient=patient).exists()
    return patient.in_team or gate.in_care(user).filter(pk=patient.pk).exists()


def is_lasting(user: Actor, patient: Patient) -> bool:
    """Whether the record is open to the user by their care or their role, and not only for the
    hour for which they opened it: what lasts longer than the hour is theirs to decide."""
    if not user.may(Permission.READ_RECORDS) or patient.site_id != user.site_id:
        return False
    if scope(user.role) is Scope.SITE or patient.in_team:
        return True
    return gate.cared_for(user).filter(patient__in=gate.family(patient)).exists()


def insist_lasting(user: Actor, patient: Patient) -> None:
    """Go on only where the record is open to the user for longer than an hour. Raises
    ``ClosedRecordError``, ``Http404``, and ``InputError`` within the hour."""
    if not is_open(user, patient):
        raise gate.closed(user, Patient, patient.public_id)
    if not is_lasting(user, patient):
        raise InputError(
            "this record is open to you for an hour only; somebody who has the patient in care "
            "does this, or puts the patient in your care first",
            fr="ce dossier ne vous est ouvert que pour une heure\u00a0; une personne qui suit ce "
            "patient peut le faire, ou vous confier d’abord le patient",
        )


def complaints(user: Actor, patient: Patient) -> QuerySet[Complaint]:
    """A patient's complaints, latest first, those resolved or entered in error too."""
    found = Complaint.objects.filter(patient__in=read_as(user, patient))
    found = found.select_related("author", "document", "patient__site")
    return found.defer("document__original")


def statements(user: Actor, patient: Patient) -> QuerySet[Statement]:
    """All that was stated of a patient, in the order it was written."""
    found = Statement.objects.filter(patient__in=read_as(user, patient))
    found = found.select_related("author", "document").defer("document__original")
    return found.order_by("pk")


def assessments(user: Actor, patient: Patient) -> QuerySet[Assessment]:
    """A patient's stored assessments, latest first, without their bulky contents."""
    found = Assessment.objects.filter(complaint__patient__in=read_as(user, patient))
    found = found.select_related("author", "complaint", "complaint__patient")
    found = found.prefetch_related(Prefetch("passings", Passing.objects.select_related("author")))
    found = found.select_related("edition").defer("packed", "inputs", "edition__packed")
    return gate.with_what_followed(found).order_by("-created_at", "-pk")


def referrals(user: Actor, patient: Patient) -> QuerySet[Referral]:
    """A patient's referrals of which nobody wrote what became, oldest first."""
    found = Referral.objects.filter(complaint__patient__in=read_as(user, patient), closed_at=None)
    return found.select_related("complaint")


def documents(user: Actor, patient: Patient) -> QuerySet[Document]:
    """The files about a patient, latest first, without their contents."""
    found = Document.objects.filter(patient__in=read_as(user, patient)).select_related("author")
    return found.defer("original", "reading").order_by("-pk")


def document(user: Actor, public_id: str) -> Document:
    """One file, as it came in. Raises ``Http404``, ``ClosedRecordError``."""
    return _one(user, Document.objects.select_related("patient"), public_id)


def imaging_of(user: Actor, complaint: Complaint) -> QuerySet[Imaging]:
    """What imaging showed of a complaint, the latest written first, what was withdrawn too."""
    readable = read_as(user, complaint.patient)
    found = complaint.imaging.filter(complaint__patient__in=readable)
    return found.select_related("author").order_by("-pk")


def imaging(user: Actor, public_id: str) -> Imaging:
    """One examination by imaging. Raises ``Http404``, ``ClosedRecordError``."""
    found = Imaging.objects.select_related("complaint__patient__site")
    one = sole(found.filter(public_id=public_id))
    if one is None or one.complaint.patient.site_id != user.site_id:
        raise gate.refused(user, Imaging, public_id)
    gate.record_of_row(user, one.complaint.patient.public_id)
    return one


def notes(user: Actor, patient: Patient) -> QuerySet[VisitNote]:
    """The notes of a patient's visits, the latest visit first, what was withdrawn too."""
    found = VisitNote.objects.filter(patient__in=read_as(user, patient))
    return found.select_related("author").order_by("-day", "-pk")


def note(user: Actor, public_id: str) -> VisitNote:
    """One note of a visit. Raises ``Http404``, ``ClosedRecordError``."""
    return _one(user, VisitNote.objects.select_related("patient__site"), public_id)


def medicines(user: Actor, patient: Patient) -> QuerySet[Medicine]:
    """What a patient takes and took, in the order it was written."""
    found = Medicine.objects.filter(patient__in=read_as(user, patient))
    return found.select_related("author").order_by("pk")


def medicine(user: Actor, public_id: str) -> Medicine:
    """One medicine of a patient. Raises ``Http404``, ``ClosedRecordError``."""
    return _one(user, Medicine.objects.select_related("patient__site"), public_id)


def _one(user: Actor, rows: QuerySet[R], public_id: str) -> R:
    """One row of a patient of the user's site, whose record is open to them."""
    one = sole(rows.filter(public_id=public_id))
    if one is None or one.patient.site_id != user.site_id:
        raise gate.refused(user, rows.model, public_id)
    gate.record_of_row(user, one.patient.public_id)
    return one


def contact(user: Actor, public_id: str) -> Contact:
    """One contact of a patient of the user's site. Raises ``Http404``."""
    found = Contact.objects.filter(patient__in=gate.patients(user), public_id=public_id)
    contact = found.select_related("patient", "patient__site").first()
    if contact is None:
        raise gate.refused(user, Contact, public_id)
    gate.seen(user, "contact", public_id, contact.patient.public_id)
    return contact


def merge(user: Actor, public_id: str) -> Merge:
    """One merge of two records of the user's site. Raises ``Http404``."""
    found = Merge.objects.filter(kept__in=gate.patients(user), public_id=public_id)
    merge = found.select_related("kept", "kept__site", "absorbed", "author", "undone_by").first()
    if merge is None:
        raise gate.refused(user, Merge, public_id)
    gate.seen(user, "merge", public_id, merge.kept.public_id)
    return merge


def read_as(user: Actor, patient: Patient) -> QuerySet[Patient]:
    """The patient's family, for whoever may read records; nobody else's."""
    if not user.may(Permission.READ_RECORDS) or patient.site_id != user.site_id:
        return Patient.objects.none()
    return gate.family(patient)
