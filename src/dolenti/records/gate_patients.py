"""The gate, for what belongs to one patient (see ``records.gate``).

Each takes the user first and gives nothing to whoever may not read it. A patient here is one that
``gate.identity`` or ``gate.record`` gave; the records merged into theirs are read with it.
"""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from dolenti.access.models import User
from dolenti.access.roles import Permission, Scope, scope
from dolenti.records import gate
from dolenti.records.models import (
    Assessment,
    Complaint,
    Contact,
    Course,
    Document,
    Merge,
    Passing,
    Patient,
    Referral,
    Session,
    Statement,
)


def is_open(user: User, patient: Patient) -> bool:
    """Whether the patient's record is open to the user. Asks nothing where the role says it."""
    if not user.may(Permission.READ_RECORDS) or patient.site_id != user.site_id:
        return False
    if scope(user.role) is Scope.SITE:
        return True
    patient.in_team = gate.cared_for(user).filter(patient=patient).exists()
    return patient.in_team or gate.in_care(user).filter(pk=patient.pk).exists()


def complaints(user: User, patient: Patient) -> QuerySet[Complaint]:
    """A patient's complaints, latest first, those resolved or entered in error too."""
    found = Complaint.objects.filter(patient__in=_read(user, patient))
    found = found.select_related("author", "document", "patient__site")
    return found.defer("document__original")


def statements(user: User, patient: Patient) -> QuerySet[Statement]:
    """All that was stated of a patient, in the order it was written."""
    found = Statement.objects.filter(patient__in=_read(user, patient))
    found = found.select_related("author", "document").defer("document__original")
    return found.order_by("pk")


def assessments(user: User, patient: Patient) -> QuerySet[Assessment]:
    """A patient's stored assessments, latest first, without their bulky contents."""
    found = Assessment.objects.filter(complaint__patient__in=_read(user, patient))
    found = found.select_related("author", "complaint", "complaint__patient")
    found = found.prefetch_related(Prefetch("passings", Passing.objects.select_related("author")))
    return found.defer("packed", "inputs").order_by("-created_at", "-pk")


def referrals(user: User, patient: Patient) -> QuerySet[Referral]:
    """A patient's referrals of which nobody wrote what became, oldest first."""
    found = Referral.objects.filter(complaint__patient__in=_read(user, patient), closed_at=None)
    return found.select_related("complaint")


def documents(user: User, patient: Patient) -> QuerySet[Document]:
    """The files about a patient, latest first, without their contents."""
    found = Document.objects.filter(patient__in=_read(user, patient)).select_related("author")
    return found.defer("original", "reading").order_by("-pk")


def courses(user: User, patient: Patient) -> QuerySet[Course]:
    """A patient's courses, latest first."""
    found = Course.objects.filter(patient__in=_read(user, patient))
    return found.select_related("complaint", "practitioner")


def sessions(user: User, patient: Patient) -> QuerySet[Session]:
    """A patient's sessions in the agenda, latest first."""
    found = Session.objects.filter(patient__in=_read(user, patient))
    return found.select_related("practitioner", "course").order_by("-start", "-pk")


def document(user: User, public_id: str) -> Document:
    """One file, as it came in. Raises ``Http404``, ``ClosedRecordError``."""
    found = Document.objects.select_related("patient").filter(public_id=public_id).first()
    if found is None or found.patient.site_id != user.site_id:
        raise gate.refused(user, Document, public_id)
    gate.record(user, found.patient.public_id)
    return found


def contact(user: User, public_id: str) -> Contact:
    """One contact of a patient of the user's site. Raises ``Http404``."""
    found = Contact.objects.filter(patient__in=gate.patients(user), public_id=public_id)
    contact = found.select_related("patient", "patient__site").first()
    if contact is None:
        raise gate.refused(user, Contact, public_id)
    gate.seen(user, "contact", public_id, contact.patient.public_id)
    return contact


def merge(user: User, public_id: str) -> Merge:
    """One merge of two records of the user's site. Raises ``Http404``."""
    found = Merge.objects.filter(kept__in=gate.patients(user), public_id=public_id)
    merge = found.select_related("kept", "kept__site", "absorbed", "author", "undone_by").first()
    if merge is None:
        raise gate.refused(user, Merge, public_id)
    gate.seen(user, "merge", public_id, merge.kept.public_id)
    return merge


def _read(user: User, patient: Patient) -> QuerySet[Patient]:
    """The patient's family, for whoever may read records; nobody else's."""
    if not user.may(Permission.READ_RECORDS) or patient.site_id != user.site_id:
        return Patient.objects.none()
    return gate.family(patient)
