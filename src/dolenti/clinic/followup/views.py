"""The follow-up of a course: its page, and the decision on what comes next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.alerts.shown import told_lines
from dolenti.clinic.common.documents import exported
from dolenti.clinic.common.editing import Edit, patient_page
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.courses.shown import therapy_name
from dolenti.clinic.followup import report, shown
from dolenti.clinic.followup.forms import DecisionForm
from dolenti.clinic.safety.shown import event_lines
from dolenti.clinic.session.sensory_views import tables_in
from dolenti.diary import questionnaires
from dolenti.diary import told as told_alerts
from dolenti.followup import deciding, own
from dolenti.followup import gate as followup_gate
from dolenti.followup.going import Going, going
from dolenti.guideline.diary import patient_signed
from dolenti.records.models import Contact
from dolenti.records.patients import contacting
from dolenti.records.places import zone_of
from dolenti.safety import gate as safety_gate
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment.models import Course
from dolenti.ui.course_curve import curve_of


@page("courses/<slug:public_id>/follow-up/", "course-follow-up", Permission.READ_RECORDS)
def course_follow_up(request: HttpRequest, public_id: str) -> HttpResponse:
    """How a course goes: the pain over time, before and after, events, and what comes next."""
    course = treatment_gate.course(user_of(request), public_id)
    found = going(user_of(request), course, timezone.now())
    context = _context(request, course, found) | {"form": DecisionForm()}
    return patient_page(
        request, "clinic/followup/page.html", context, of=course.patient, stated=found.stated
    )


@page(
    "courses/<slug:public_id>/follow-up/decide/", "course-decide-step", Permission.PLAN, form=True
)
def course_decide_step(request: HttpRequest, public_id: str) -> HttpResponse:
    """The suggested step is accepted, or refused with a reason."""
    user = user_of(request)
    course = treatment_gate.course(user, public_id)
    if request.method != "POST":
        return redirect("course-follow-up", public_id)
    edit = Edit(request, DecisionForm(request.POST))
    accepted = request.POST.get("answer") == "accept"
    if edit.writes(
        lambda said: deciding.decide(
            submission(request),
            course,
            said["suggested"],
            timezone.now(),
            accepted=accepted,
            reason=said["reason"],
        ),
        beside=lambda error: "reason" if error.where == "reason" else None,
    ):
        said = _("The next step is accepted.") if accepted else _("The suggestion is refused.")
        return edit.done("course-follow-up", public_id, said=said)
    context = _context(request, course, going(user, course, timezone.now()))
    return edit.page("clinic/followup/page.html", context, of=course.patient)


@page(
    "courses/<slug:public_id>/follow-up/document/",
    "course-follow-up-document",
    Permission.READ_RECORDS,
)
def course_follow_up_document(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same on one page, for the referring doctor and the physiotherapist."""
    user = user_of(request)
    course = treatment_gate.course(user, public_id)
    found = going(user, course, timezone.now())
    pdf = report.follow_up_pdf(user, course, found, words(), today())
    return exported(user, "course", course, pdf, pgettext("file", "follow-up"))


def _unread(course: Course, found: Going) -> str:
    """Why the patient reads nothing of what follows on the telephone; empty where they may."""
    patient = course.patient
    if any(one.by == "relative" for one in found.so_far.readings):
        return _("Somebody answers for the patient: their curve does not open on the telephone.")
    if own.is_held_by_law(patient, found.stated):
        return _("A child, or a protected adult: the curve does not open on the telephone.")
    if not _has_two_ways(course):
        return _("Only one way to reach the patient is on file: they cannot open their curve.")
    return ""


def _has_two_ways(course: Course) -> bool:
    """Whether a code for the curve can reach the patient by another way than a link to it."""
    theirs = contacting.of(course.patient).filter(kind=Contact.Kind.SELF, ended_at=None)
    known = {way for one in theirs for way in (one.phone and "sms", one.email and "mail") if way}
    return len(known) > 1


def _context(request: HttpRequest, course: Course, found: Going) -> dict[str, Any]:
    user, lookup = user_of(request), words()
    response, content = found.response, found.content
    zone = zone_of(course.complaint)
    decisions = list(followup_gate.decisions(user, course))
    curve = curve_of(found, lookup.language)
    told = deciding.told_to_patient(content, decisions, found)
    events = safety_gate.events_of(user, course.patient).filter(session__course=course)
    alerts = told_lines(told_alerts.of_patient(user, course.patient, course.complaint))
    return {
        "alerts": alerts,
        "open_alerts": [one for one in alerts if one.is_open],
        "course": course,
        "therapy": therapy_name(course.therapy, lookup),
        "heading": lookup.complaint(
            course.complaint.condition, course.complaint.zone, course.complaint.side
        ),
        "curve": curve,
        "svg": mark_safe(curve.svg),  # noqa: S308 - made by ui.curve, which escapes its words
        "scale": shown.scale_name(response.scale, found, lookup),
        "regression": content.told.regression,
        "judged_at": next((one for one in content.judged_at if one.id == course.therapy), None),
        "changes": shown.change_lines(found, lookup),
        "other_baseline": shown.other_baseline(found, lookup),
        "scores": shown.score_lines(found, zone, lookup),
        "to_enter": [
            (one.id, one.name.get(lookup.language) or one.short)
            for one in questionnaires.of_zone(zone)
        ],
        "lacking": [
            one.label.in_language(lookup.language)
            for one in found.edition.measures
            if one.id in questionnaires.lacking(zone)
        ],
        "adherence": shown.adherence_line(found),
        "next_line": shown.next_line(found),
        "events": event_lines(events),
        "days": shown.more_lines(found, lookup),
        "felt": tables_in(user, course, today()),
        "where": shown.where_lines(found),
        "suggested": shown.suggested(found, lookup),
        "standing": deciding.in_force(decisions, found),
        "key": deciding.key_of(found),
        "begun": bool(found.so_far.sessions),
        "held": shown.sentences(response.held, lookup),
        "beside": shown.sentences(shown.moved_first(response.beside), lookup),
        "rise": shown.rise_line(found, lookup),
        "instead": response.instead is not None,
        "unknown": shown.sentences(response.unknown, lookup, unknown=True),
        "undecided": shown.undecided_lines(found, lookup),
        "awaits": shown.lacking_lines(found),
        "decisions": shown.decision_lines(decisions, found, lookup),
        "told": told,
        "unread": _unread(course, found),
        "notice": patient_signed(found.edition, "patient/response").notice,
    }
