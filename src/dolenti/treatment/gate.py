"""The gate to courses, their sessions, what was given at them, consents and quotations.

As in ``records.gate``: every function takes the user first and gives only what they may see.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone

from dolenti.access.actors import Actor, author_of
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.agenda import gate as agenda_gate
from dolenti.agenda.models import Appointment
from dolenti.ledger.models import Draft
from dolenti.records import gate
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.models import Patient
from dolenti.treatment.day import with_courses
from dolenti.treatment.models import (
    Consent,
    Course,
    Quotation,
    SensoryMap,
    Session,
    SessionPhoto,
    SessionRecord,
)


def courses(user: Actor) -> QuerySet[Course]:
    """The courses of patients whose record is open to the user."""
    return Course.objects.filter(gate.open_here(user, "patient")).select_related(
        "patient", "complaint", "practitioner"
    )


def course(user: Actor, public_id: str) -> Course:
    """One course, with what it rests on. Raises ``Http404``, ``ClosedRecordError``."""
    found = sole(
        courses(user)
        .select_related("patient__site", "complaint__document", "assessment", "passing__author")
        .defer("assessment__inputs", "complaint__document__original")
        .annotate(cared=Exists(gate.team_of(user, "patient")))
        .filter(public_id=public_id)
    )
    if found is None:
        raise gate.closed(user, Course, public_id)
    _same_rows(found)
    found.patient.in_team = found.cared
    gate.seen(user, "course", public_id, found.patient.public_id)
    return found


def _same_rows(course: Course) -> None:
    """What a course and its complaint both lead to is one row, read once: each joined again costs
    a page more than the whole query takes the database."""
    patient, complaint = course.patient, course.complaint
    if course.site_id == patient.site_id:
        course.site = patient.site
    if complaint.patient_id == patient.pk:
        complaint.patient = patient
    course.assessment.complaint = complaint


def course_to_quote(user: Actor, public_id: str) -> Course:
    """One course, for its price: by whoever reads it, and by the reception of its site.

    A quotation names the act, so whoever writes one sees it; nothing else of the record is opened.
    Raises ``Http404``, ``ClosedRecordError``.
    """
    if user.may(Permission.READ_RECORDS) or not user.may(Permission.QUOTE):
        return course(user, public_id)
    found = sole(
        Course.objects.filter(site_id=user.site_id, public_id=public_id).select_related(
            "site", "patient", "complaint", "practitioner", "patient__site"
        )
    )
    if found is None:
        raise gate.refused(user, Course, public_id)
    gate.seen(user, "course", public_id, found.patient.public_id)
    return found


def courses_to_quote(user: Actor, patient: Patient) -> QuerySet[Course]:
    """The courses of a patient at the user's site that may be quoted by a reception, which reads
    no record: the names of the acts only, the last first. Empty for whoever reads the record."""
    if user.may(Permission.READ_RECORDS) or not user.may(Permission.QUOTE):
        return Course.objects.none()
    return Course.objects.filter(site_id=user.site_id, patient=patient).order_by("-pk")


def appointment(user: Actor, public_id: str) -> Appointment:
    """One entry of the site's agenda, with its course. Raises ``Http404``."""
    rows = with_courses(agenda_gate.appointments(user))
    reads = user.may(Permission.READ_RECORDS)
    if reads:
        rows = rows.annotate(cared=Exists(gate.team_of(user, "patient")))
    found = agenda_gate.appointment(user, public_id, rows)
    found.patient.in_team = reads and found.cared  # type: ignore[attr-defined]
    return found


def appointments_of(user: Actor, patient: Patient) -> QuerySet[Appointment]:
    """A patient's appointments with their courses, latest first."""
    return with_courses(agenda_gate.appointments_of(user, patient))


def appointments_to_come_first(user: Actor, patient: Patient) -> QuerySet[Appointment]:
    """The same, the next one first, then what is gone by: for a list that is cut short."""
    return agenda_gate.to_come_first(appointments_of(user, patient), timezone.now())


def appointments_in(user: Actor, course: Course) -> list[Appointment]:
    """The appointments of a course's sessions in their order, cancelled ones included."""
    if not (user.may(Permission.READ_RECORDS) or user.may(Permission.READ_AGENDA)):
        return []
    found = Appointment.objects.filter(session__course=course)
    found = with_courses(found.select_related("practitioner", "room"))
    return list(found.order_by("session__number", "start", "pk"))


def session(user: Actor, public_id: str) -> Session:
    """One session of a course, with all that its page reads, and whether the user has ``drafts``
    of it. Raises ``Http404``, ``ClosedRecordError``."""
    drafts = Draft.objects.filter(owner=user.account, about=OuterRef("public_id"))
    found = (
        gate.with_reviews(
            Session.objects.filter(gate.open_here(user, "course__patient"), public_id=public_id),
            "course__patient",
        )
        .select_related(
            "course__patient__site",
            "course__complaint__document",
            "course__practitioner",
            "course__assessment",
            "appointment__room",
            "appointment__practitioner",
        )
        .defer("course__assessment__inputs")
        .annotate(drafts=Exists(drafts), cared=Exists(gate.team_of(user, "course__patient")))
        .first()
    )
    if found is None:
        raise gate.closed(user, Session, public_id)
    _same_rows(found.course)
    found.course.patient.in_team = found.cared
    gate.seen(user, "session", public_id, found.course.patient.public_id)
    return found


def records_of(user: Actor, session: Session) -> QuerySet[SessionRecord]:
    """The record of a session and its amendments, the first first."""
    found = SessionRecord.objects.filter(
        gate.open_here(user, "session__course__patient"), session=session
    )
    people = found.select_related("author", "delivered_by", "signed_by", "edition")
    return people.defer("edition__packed").prefetch_related("photos").order_by("pk")


def sensory_maps_of(user: Actor, session: Session) -> QuerySet[SensoryMap]:
    """What was felt again after the freeze of a session, in the order in which it was recorded."""
    found = SensoryMap.objects.filter(
        gate.open_here(user, "record__session__course__patient"), record__session=session
    )
    return found.select_related("author").order_by("pk")


def sensory_maps_in(user: Actor, course: Course) -> list[SensoryMap]:
    """What was felt again after the freezes of a course, in the order in which it was recorded."""
    found = SensoryMap.objects.filter(
        gate.open_here(user, "record__session__course__patient"), record__session__course=course
    )
    rows = found.select_related("author", "record").order_by("pk")
    return list(rows) if user.may(Permission.READ_RECORDS) else []


def photos_of(user: Actor, session: Session) -> QuerySet[SessionPhoto]:
    """The photos of a session, amendments included, those taken away too; without their content."""
    found = SessionPhoto.objects.filter(
        gate.open_here(user, "record__session__course__patient"), record__session=session
    )
    return found.select_related("author", "record", "dropped_by").order_by("pk")


def photo(user: Actor, public_id: str) -> SessionPhoto:
    """One photo, whole. Raises ``Http404``, ``ClosedRecordError``."""
    whole = "record__session__course__patient"
    rows = SessionPhoto.objects.defer(None).select_related(f"{whole}__site")
    found = sole(rows.filter(gate.open_here(user, whole), public_id=public_id))
    if found is None:
        raise gate.closed(user, SessionPhoto, public_id)
    gate.seen(user, "sessionphoto", public_id, found.record.session.course.patient.public_id)
    return found


def records_in(user: Actor, course: Course) -> list[SessionRecord]:
    """What was given at each session of a course, amendments after what they amend."""
    found = SessionRecord.objects.filter(
        gate.open_here(user, "session__course__patient"),
        session__course=course,
        delivered_at__isnull=False,
    )
    rows = found.select_related("session__appointment").order_by("session__number", "pk")
    return list(rows) if user.may(Permission.READ_RECORDS) else []


def session_record(user: Actor, public_id: str) -> SessionRecord:
    """What was given at one session. Raises ``Http404``, ``ClosedRecordError``."""
    whole = "session__course__patient"
    rows = SessionRecord.objects.select_related("session__appointment", whole)
    found = sole(rows.filter(gate.open_here(user, whole), public_id=public_id))
    if found is None:
        raise gate.closed(user, SessionRecord, public_id)
    gate.seen(user, "sessionrecord", public_id, found.session.course.patient.public_id)
    return found


def unsigned(user: Actor) -> QuerySet[SessionRecord]:
    """What this person gave at their site and has not signed, of whichever course, on whichever
    day; an amendment that waits for its signature is one."""
    if not user.may(Permission.GIVE):
        return SessionRecord.objects.none()
    return SessionRecord.objects.filter(
        gate.open_here(user, "session__course__patient"),
        session__course__site=user.site_id,
        delivered_by=author_of(user),
        state=SessionRecord.State.DELIVERED,
        amended_by=None,
    )


def given_to(user: Actor, patient: Patient) -> QuerySet[Session]:
    """The sessions at which something was given to a patient, the last first."""
    given = SessionRecord.objects.filter(
        session__course__patient__in=patient_gate.read_as(user, patient), delivered_at__isnull=False
    )
    found = Session.objects.filter(pk__in=given.values("session"))
    return found.select_related("course__complaint", "appointment__room").order_by(
        "-appointment__start"
    )


def given_in(user: Actor, courses: Iterable[int]) -> QuerySet[SessionRecord]:
    """What was given at the sessions of these courses, by their keys, as it stands after every
    amendment, the first session first; without the points of its map."""
    found = SessionRecord.objects.filter(
        gate.open_here(user, "session__course__patient"),
        session__course__in=list(courses),
        amended_by=None,
    )
    return found.select_related("session").defer("points").order_by("session__number", "pk")


def consents_of(user: Actor, course: Course) -> list[Consent]:
    """The consents of a course, the last first, with their withdrawals and without their PDFs; of
    the signature ``how`` it was made, by which ``channel`` its code came, whether it is
    ``for_patient`` and in which ``quality``, whether its name was asked about, where its paper is
    ``kept``."""
    if not user.may(Permission.READ_RECORDS):
        return []
    found = course.consents.select_related("author", "withdrawal", "withdrawal__author")
    found = found.annotate(
        how=KT("signature__how"), channel=KT("signature__channel"),
        for_patient=F("signature__for_patient"), quality=KT("signature__quality"),
        name_asked=F("signature__name_asked"), kept=KT("signature__kept"),
    )  # fmt: skip
    return list(found.defer("pdf", "signature").order_by("-pk"))


def consent(user: Actor, public_id: str) -> Consent:
    """One consent, whole. Raises ``Http404``, ``ClosedRecordError``."""
    found = sole(
        Consent.objects.filter(
            gate.open_here(user, "course__patient"), public_id=public_id
        ).select_related("author", "course", "course__patient", "course__site", "withdrawal")
    )
    if found is None:
        raise gate.closed(user, Consent, public_id)
    gate.seen(user, "consent", public_id, found.course.patient.public_id)
    return found


def quotations_of(user: Actor, course: Course) -> list[Quotation]:
    """The quotations of a course, the last first, without their PDFs."""
    if not (user.may(Permission.READ_RECORDS) or user.may(Permission.QUOTE)):
        return []
    return list(course.quotations.select_related("author").defer("pdf").order_by("-pk"))


def quotation(user: Actor, public_id: str) -> Quotation:
    """One quotation, whole: of a patient in care, or of the site for its reception. Raises
    ``Http404``, ``ClosedRecordError``."""
    allowed = Quotation.objects.none()
    if user.may(Permission.READ_RECORDS):
        allowed = Quotation.objects.filter(gate.open_here(user, "patient"))
    elif user.may(Permission.QUOTE):
        allowed = Quotation.objects.filter(site_id=user.site_id)
    found = sole(allowed.select_related("patient", "course", "site").filter(public_id=public_id))
    if found is None:
        raise gate.closed(user, Quotation, public_id)
    gate.seen(user, "quotation", public_id, found.patient.public_id)
    return found


def courses_of(user: Actor, patient: Patient) -> QuerySet[Course]:
    """A patient's courses, latest first."""
    found = Course.objects.filter(patient__in=patient_gate.read_as(user, patient))
    return found.select_related("complaint", "practitioner")
