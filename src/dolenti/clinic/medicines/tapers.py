"""The plan to lower opioids: agreed, changed, ended. For the clinician; no patient is shown it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import Edit, at_its_field
from dolenti.clinic.common.forms import VersionedReasonForm
from dolenti.clinic.common.request import submission, user_of, words
from dolenti.clinic.medicines.forms import TaperForm
from dolenti.clinic.medicines.opioids import taper_of
from dolenti.diary import following
from dolenti.followup import gate as followup_gate
from dolenti.followup import tapering
from dolenti.followup.models import OpioidTaper
from dolenti.records import gate


@page("patients/<slug:public_id>/doses/new/", "taper-new", Permission.PLAN, form=True)
def taper_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """A plan to lower opioids is agreed."""
    patient = gate.record(user_of(request), public_id)
    form = TaperForm(request.POST if request.method == "POST" else None)
    edit, sent = Edit(request, form), submission(request)
    if edit.writes(lambda said: tapering.begin(sent, patient, form.agreed()), beside=at_its_field):
        return edit.done("patient-medicines", public_id, said=_("The plan is saved."))
    context = {"patient": patient, "frame": taper_of(following.content(), words())}
    return edit.page("clinic/medicines/taper.html", context, of=patient)


@page("doses/<slug:public_id>/", "taper-edit", Permission.PLAN, form=True)
def taper_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Another agreement: what stood before is kept."""
    user = user_of(request)
    taper = followup_gate.taper(user, public_id)
    form = TaperForm(request.POST if request.method == "POST" else None, initial=_initial(taper))
    edit = Edit(request, form)
    if edit.writes(
        lambda said: tapering.change(user, taper, said["based_on"] or 0, form.agreed()),
        beside=at_its_field,
        stale=_("Somebody changed this tapering plan meanwhile. Nothing of yours is saved yet."),
    ):
        return edit.done("patient-medicines", taper.patient.public_id, said=_("The plan is saved."))
    frame = taper_of(following.content(), words())
    context = {"patient": taper.patient, "taper": taper, "frame": frame}
    return edit.page("clinic/medicines/taper.html", context, of=taper.patient)


@page("doses/<slug:public_id>/end/", "taper-end", Permission.PLAN, form=True)
def taper_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """The plan ends, for a reason."""
    user = user_of(request)
    taper = followup_gate.taper(user, public_id)
    form = VersionedReasonForm(
        request.POST if request.method == "POST" else None,
        label=_("Why the plan ends"),
        initial={"based_on": taper.version},
    )
    edit = Edit(request, form)
    if edit.writes(
        lambda said: tapering.end(user, taper, said["based_on"], said["reason"]),
        beside=lambda error: "reason" if error.where == "reason" else None,
        stale=_("Somebody changed this tapering plan meanwhile. Nothing of yours is saved yet."),
    ):
        return edit.done("patient-medicines", taper.patient.public_id, said=_("The plan is ended."))
    context = {"patient": taper.patient, "taper": taper}
    return edit.page("clinic/medicines/taper-end.html", context, of=taper.patient)


def _initial(taper: OpioidTaper) -> dict[str, Any]:
    found: dict[str, Any] = {
        "aim": taper.aim,
        "prescriber": taper.prescriber,
        "informed_on": taper.informed_on,
        "based_on": taper.version,
    }
    for n, step in enumerate(tapering.steps_of(taper.steps)):
        found |= {f"on-{n}": step.on, f"what-{n}": step.what}
    return found
