"""Exercises for a complaint: proposed, adjusted, accepted, printed; and the way back."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.calendar.moments import to_local
from dolenti.clinic.common.documents import exported
from dolenti.clinic.common.editing import Edit, patient_page, pressed
from dolenti.clinic.common.forms import VersionedReasonForm
from dolenti.clinic.common.lookup import lookup
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.rehabilitation import shown
from dolenti.clinic.rehabilitation.forms import PlanForm, ProgressForm, ProposeForm
from dolenti.diary import following
from dolenti.followup import gate as followup_gate
from dolenti.followup import planned, rehabilitating, returning
from dolenti.followup.models import RehabilitationPlan
from dolenti.followup.sheet import exercise_sheet
from dolenti.guideline.diary import patient_signed
from dolenti.guideline.errors import InputError
from dolenti.records import engine, gate
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.models import Complaint
from dolenti.ui import print as printing
from dolenti.ui.documents import clinic_of, patient_of
from dolenti.ui.language import current

LARGE = "large"
PART = "patient/rehabilitation"


@page("complaints/<slug:public_id>/exercises/", "rehabilitation", Permission.READ_RECORDS)
def rehabilitation(request: HttpRequest, public_id: str) -> HttpResponse:
    """The exercise plans of a complaint, side by side, and the way back to work and sport."""
    return _page(request, gate.complaint(user_of(request), public_id))


@page(
    "complaints/<slug:public_id>/exercises/propose/",
    "rehabilitation-propose",
    Permission.PLAN,
    form=True,
)
def rehabilitation_propose(request: HttpRequest, public_id: str) -> HttpResponse:
    """A plan is proposed, or a change of the accepted one."""
    complaint = gate.complaint(user_of(request), public_id)
    if request.method != "POST":
        return redirect("rehabilitation", public_id)
    edit = Edit(request, ProposeForm(request.POST))
    sent = submission(request)
    if edit.writes(
        lambda said: rehabilitating.propose(sent, complaint, said["source"], timezone.now())
    ):
        return edit.done("rehabilitation", public_id, said=_("The plan is proposed: adjust it."))
    errors = edit.form.non_field_errors()
    return _page(request, complaint, why=str(errors[0]) if errors else "", status=422)


def _page(
    request: HttpRequest, complaint: Complaint, *, why: str = "", status: int = 200
) -> HttpResponse:
    user, lookup_, content = user_of(request), words(), following.content()
    now = timezone.now()
    stated = list(patient_gate.statements(user, complaint.patient))
    rows = list(followup_gate.plans(user, complaint))
    standing = [one for one in rows if one.state in rehabilitating.STANDING]
    accepted = next((one for one in standing if one.state == "accepted"), None)
    proposed = next((one for one in standing if one.state == "proposed"), None)
    base = returning.known(complaint, None, now, stated)
    known = {one.pk: returning.of_plan(base, one) for one in standing}
    here = accepted or proposed
    now_known = known[here.pk] if here else base
    competition = returning.competition(complaint, stated, today())
    lines = {line.row.state: line for line in shown.plan_lines(content, standing, known, lookup_)}
    context: dict[str, Any] = {
        "complaint": complaint,
        "heading": lookup_.complaint(complaint.condition, complaint.zone, complaint.side),
        "accepted": lines.get("accepted"),
        "proposed": lines.get("proposed"),
        "here": lines.get("accepted") or lines.get("proposed"),
        "earlier": [one for one in rows if one.state not in rehabilitating.STANDING],
        "choices": shown.choices(shown.fitting(content, complaint, lookup_), lookup_),
        "way": shown.in_the_way(content, now_known, lookup_),
        "rules": shown.rules(content, complaint, here.source, lookup_) if here else [],
        "competition": shown.competition_note(content, now_known, competition, lookup_),
        "form": ProposeForm(),
        "notice": patient_signed(lookup_.edition, PART).notice,
        "why": why,
    }
    return patient_page(
        request, "clinic/rehabilitation/page.html", context, of=complaint.patient, stated=stated,
        status=status,
    )  # fmt: skip


@page("exercises/<slug:public_id>/adjust/", "rehabilitation-adjust", Permission.PLAN, form=True)
def rehabilitation_adjust(request: HttpRequest, public_id: str) -> HttpResponse:
    """The weeks and exercises of a proposed plan."""
    user = user_of(request)
    plan = followup_gate.plan(user, public_id)
    if request.method != "POST" and plan.state != "proposed":
        return redirect("rehabilitation", plan.complaint.public_id)  # a change is another plan
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        content=following.content(),
        written=planned.written_of(plan),
        language=current(),
        initial={"based_on": plan.version},
    )
    edit = Edit(request, form)
    if edit.writes(
        lambda said: rehabilitating.adjust(
            user, plan, said["based_on"], form.written(), timezone.now()
        ),
        beside=_field_of,
        stale=_stale(),
    ):
        said = _("The plan is adjusted. The patient sees it once it is accepted.")
        return edit.done("rehabilitation", plan.complaint.public_id, said=said)
    context = {"plan": plan, "complaint": plan.complaint}
    return edit.page("clinic/rehabilitation/edit.html", context, of=plan.complaint.patient)


def _field_of(error: InputError) -> str | None:
    """The field that a refusal stands at."""
    if error.where.startswith("stages["):
        return f"first-{error.where[7:-1]}"
    return error.where if error.where in ("begins", "sport_since", "flare_on") else None


def _stale() -> str:
    return _("Somebody changed this plan meanwhile. Nothing of yours is saved yet.")


@page("exercises/<slug:public_id>/progress/", "rehabilitation-progress", Permission.PLAN, form=True)
def rehabilitation_progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was settled, how far the patient came in sport, and the days of work agreed."""
    user, content, now = user_of(request), following.content(), timezone.now()
    plan = followup_gate.plan(user, public_id)
    stated = list(patient_gate.statements(user, plan.complaint.patient))
    known = returning.known(plan.complaint, plan, now, stated)
    form = ProgressForm(
        request.POST if request.method == "POST" else None,
        content=content,
        written=planned.written_of(plan),
        blocks=shown.to_settle(content, known),
        language=current(),
        initial={"based_on": plan.version},
    )
    edit = Edit(request, form)
    note = rehabilitating.adjust if plan.state == "proposed" else rehabilitating.note_progress
    if edit.writes(
        lambda said: note(user, plan, said["based_on"], form.written(), now),
        beside=_field_of,
        stale=_stale(),
    ):
        said = _("The progress is noted: the dates follow it.")
        return edit.done("rehabilitation", plan.complaint.public_id, said=said)
    context = {
        "plan": plan,
        "complaint": plan.complaint,
        "sport": shown.in_the_way(content, known, words()),
    }
    patient = plan.complaint.patient
    return edit.page("clinic/rehabilitation/progress.html", context, of=patient, stated=stated)


@page("exercises/<slug:public_id>/accept/", "rehabilitation-accept", Permission.PLAN, form=True)
def rehabilitation_accept(request: HttpRequest, public_id: str) -> HttpResponse:
    """The plan is accepted: the patient sees it."""
    user = user_of(request)
    plan = followup_gate.plan(user, public_id)
    if request.method != "POST":
        return redirect("rehabilitation", plan.complaint.public_id)
    take = partial(rehabilitating.accept, user, plan, now=timezone.now())
    stale = _("%(name)s changed this plan meanwhile. Below is how it stands now.")
    refusal = pressed(request, take, stale=stale)
    if refusal:
        complaint = gate.complaint(user, plan.complaint.public_id)
        return _page(request, complaint, why=refusal.why, status=refusal.status)
    messages.success(request, _("The plan is accepted: the patient may see it."))
    return redirect("rehabilitation", plan.complaint.public_id)


@page("exercises/<slug:public_id>/end/", "rehabilitation-end", Permission.PLAN, form=True)
def rehabilitation_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """The plan ends, or is given up, for a reason."""
    user = user_of(request)
    plan = followup_gate.plan(user, public_id)
    form = VersionedReasonForm(
        request.POST if request.method == "POST" else None,
        label=_("Why the plan ends"),
        help_text=_("The patient no longer sees it."),
        initial={"based_on": plan.version},
    )
    edit = Edit(request, form)
    if edit.writes(
        lambda said: rehabilitating.end(user, plan, said["based_on"], said["reason"]),
        beside=lambda error: "reason" if error.where == "reason" else None,
        stale=_stale(),
    ):
        return edit.done("rehabilitation", plan.complaint.public_id, said=_("The plan is ended."))
    context = {"plan": plan, "complaint": plan.complaint}
    return edit.page("clinic/rehabilitation/end.html", context, of=plan.complaint.patient)


@page("exercises/<slug:public_id>/document/", "rehabilitation-document", Permission.READ_RECORDS)
def rehabilitation_document(request: HttpRequest, public_id: str) -> HttpResponse:
    """The plan on paper, in the language of the patient; in large print where it is asked for."""
    user = user_of(request)
    plan = followup_gate.plan(user, public_id)
    if plan.state not in rehabilitating.STANDING:
        raise Http404  # nobody takes home what was ended
    pdf = paper(plan, is_large=request.GET.get("size") == LARGE)
    return exported(user, "rehabilitationplan", _About(plan), pdf, pgettext("file", "exercises"))


class _About:
    """What a document that leaves is of."""

    def __init__(self, plan: RehabilitationPlan) -> None:
        self.public_id, self.patient = plan.public_id, plan.complaint.patient


def paper(plan: RehabilitationPlan, *, is_large: bool) -> bytes:
    """The PDF of a plan, with the dates of today."""
    patient, edition = plan.complaint.patient, engine.edition_in_force()
    language = patient.language if patient.language in engine.LANGUAGES else "fr"
    named = lookup(edition, language)
    content, now = following.content(), timezone.now()
    sheet = exercise_sheet(content, plan, returning.known(plan.complaint, plan, now), language)
    signed = patient_signed(edition, PART)
    complaint = plan.complaint
    with translation.override(language):
        accepted = shown.accepted_of(plan, language)
    document = printing.ExercisePage(
        clinic=clinic_of(patient.site),
        patient=patient_of(patient),
        about=named.complaint(complaint.condition, complaint.zone, complaint.side),
        sheet=sheet,
        accepted=accepted,
        is_draft=plan.state == "proposed",
        signed=signed,
        made_at=to_local(now),
    )
    points = printing.LARGE_EXERCISES_POINTS if is_large else printing.EXERCISES_POINTS
    return printing.exercise_page(document, points=points)
