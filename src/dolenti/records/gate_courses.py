"""The gate to courses, sessions, consents, quotations, referrals and changed verdicts.

As in ``records.gate``: every function takes the user first and gives only what they may see.
"""

from __future__ import annotations

from django.db.models import QuerySet

from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.records import gate
from dolenti.records.models import (
    Consent,
    Course,
    Patient,
    Privilege,
    Quotation,
    Referral,
    Room,
    Session,
)


def courses(user: User) -> QuerySet[Course]:
    """The courses of patients whose record is open to the user."""
    return Course.objects.filter(gate.open_here(user, "patient")).select_related(
        "patient", "complaint", "practitioner"
    )


def course(user: User, public_id: str) -> Course:
    """One course, with what it rests on. Raises ``Http404``, ``ClosedRecordError``."""
    found = (
        courses(user)
        .select_related(
            "site", "patient__site", "complaint__patient", "assessment", "passing__author"
        )
        .defer("assessment__inputs")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        there = Course.objects.select_related("patient").filter(public_id=public_id).first()
        gate.tell_closed(user, there.patient if there else None)
        raise gate.refused(user, Course, public_id)
    gate.seen(user, "course", public_id, found.patient.public_id)
    return found


def course_to_quote(user: User, public_id: str) -> Course:
    """One course, for its price: by whoever reads it, and by the reception of its site.

    A quotation names the act, so whoever writes one sees it; nothing else of the record is opened.
    Raises ``Http404``, ``ClosedRecordError``.
    """
    if user.may(Permission.READ_RECORDS) or not user.may(Permission.QUOTE):
        return course(user, public_id)
    found = (
        Course.objects.filter(site_id=user.site_id, public_id=public_id)
        .select_related("site", "patient", "complaint", "practitioner", "patient__site")
        .first()
    )
    if found is None:
        raise gate.refused(user, Course, public_id)
    gate.seen(user, "course", public_id, found.patient.public_id)
    return found


def sessions_of(user: User, course: Course) -> list[Session]:
    """The sessions of a course in their order, cancelled ones included."""
    if not (user.may(Permission.READ_RECORDS) or user.may(Permission.READ_AGENDA)):
        return []
    found = course.sessions.select_related("practitioner", "room")
    return list(found.order_by("number", "start", "pk"))


def session(user: User, public_id: str) -> Session:
    """One entry of the site's agenda, for whoever keeps it. Raises ``Http404``."""
    found = None
    if user.may(Permission.READ_AGENDA):
        found = (
            Session.objects.filter(site_id=user.site_id, public_id=public_id)
            .select_related("site", "patient", "practitioner", "room", "course")
            .first()
        )
    if found is None:
        raise gate.refused(user, Session, public_id)
    gate.seen(user, "session", public_id, found.patient.public_id)
    return found


def consents_of(user: User, course: Course) -> list[Consent]:
    """The consents of a course, the last first, with their withdrawals and without their PDFs."""
    if not user.may(Permission.READ_RECORDS):
        return []
    found = course.consents.select_related("author", "withdrawal", "withdrawal__author")
    return list(found.defer("pdf", "signature").order_by("-pk"))


def consent(user: User, public_id: str) -> Consent:
    """One consent, whole. Raises ``Http404``, ``ClosedRecordError``."""
    found = (
        Consent.objects.filter(gate.open_here(user, "course__patient"), public_id=public_id)
        .select_related("author", "course", "course__patient", "course__site", "withdrawal")
        .first()
    )
    if found is None:
        there = Consent.objects.select_related("course__patient").defer("pdf", "packed")
        row = there.filter(public_id=public_id).first()
        gate.tell_closed(user, row.course.patient if row else None)
        raise gate.refused(user, Consent, public_id)
    gate.seen(user, "consent", public_id, found.course.patient.public_id)
    return found


def quotations_of(user: User, course: Course) -> list[Quotation]:
    """The quotations of a course, the last first, without their PDFs."""
    if not (user.may(Permission.READ_RECORDS) or user.may(Permission.QUOTE)):
        return []
    return list(course.quotations.select_related("author").defer("pdf").order_by("-pk"))


def quotation(user: User, public_id: str) -> Quotation:
    """One quotation, whole: of a patient in care, or of the site for its reception. Raises
    ``Http404``, ``ClosedRecordError``."""
    allowed = Quotation.objects.none()
    if user.may(Permission.READ_RECORDS):
        allowed = Quotation.objects.filter(gate.open_here(user, "patient"))
    elif user.may(Permission.QUOTE):
        allowed = Quotation.objects.filter(site_id=user.site_id)
    found = allowed.select_related("patient", "course", "site").filter(public_id=public_id).first()
    if found is None:
        there = Quotation.objects.select_related("patient").defer("pdf")
        row = there.filter(public_id=public_id).first()
        gate.tell_closed(user, row.patient if row else None)
        raise gate.refused(user, Quotation, public_id)
    gate.seen(user, "quotation", public_id, found.patient.public_id)
    return found


def referrals(user: User) -> QuerySet[Referral]:
    """The referrals of patients whose record is open to the user, open ones and closed ones."""
    if not user.may(Permission.READ_RECORDS):
        return Referral.objects.none()
    return Referral.objects.filter(gate.open_here(user, "complaint__patient")).select_related(
        "complaint", "complaint__patient", "closed_by"
    )


def referral(user: User, public_id: str) -> Referral:
    """One referral. Raises ``Http404``, ``ClosedRecordError``."""
    found = referrals(user).select_related("assessment").defer(
        "assessment__packed", "assessment__inputs"
    ).filter(public_id=public_id).first()  # fmt: skip
    if found is None:
        there = Referral.objects.select_related("complaint__patient")
        row = there.filter(public_id=public_id).first()
        gate.tell_closed(user, row.complaint.patient if row else None)
        raise gate.refused(user, Referral, public_id)
    gate.seen(user, "referral", public_id, found.complaint.patient.public_id)
    return found


def referrals_of(user: User, patient: Patient) -> list[Referral]:
    """The referrals of one patient, open ones first."""
    found = referrals(user).filter(complaint__patient__in=gate.family(patient))
    return sorted(found, key=lambda one: (one.closed_at is not None, -one.pk))


def privilege(user: User, public_id: str) -> Privilege:
    """One privilege at the administrator's site. Raises ``Http404``."""
    found = None
    if user.may(Permission.ADMINISTER):
        found = (
            Privilege.objects.filter(site_id=user.site_id, public_id=public_id)
            .select_related("user")
            .first()
        )
    if found is None:
        raise gate.refused(user, Privilege, public_id)
    return found


def rooms(user: User) -> list[Room]:
    """The rooms in use at the user's site."""
    if not user.may(Permission.READ_AGENDA):
        return []
    return list(Room.objects.filter(site_id=user.site_id, closed=False))
