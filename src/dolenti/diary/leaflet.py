"""The leaflet of a session, read again on the phone by the link that was sent for it."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from dolenti.diary import link_life, links
from dolenti.diary.answers import ClosedError
from dolenti.diary.models import Link
from dolenti.guideline.errors import InputError
from dolenti.guideline.session import Sheet
from dolenti.records import gate
from dolenti.records.models import Statement
from dolenti.treatment import aftercare, room


def sheet_of(link: Link) -> Sheet:
    """What the paper says, as the record stands now, in the patient’s language. Raises
    ``ClosedError`` where the link no longer opens, or the leaflet can no longer be written."""
    session = link.session
    if session is None or not link_life.is_live(link, timezone.now()):
        raise ClosedError
    session.course = link.of_course
    patient, complaint = link.patient, link.of_course.complaint
    session.course.patient = complaint.patient = patient
    about = Q(complaint=None) | Q(complaint=complaint)
    stated = list(Statement.objects.filter(about, patient__in=gate.family(patient)).order_by("pk"))
    now = room.standing(links.patient_by(link), session, stated)
    try:
        return aftercare.sheet_of(now)
    except InputError:
        raise ClosedError from None
