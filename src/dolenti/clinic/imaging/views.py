"""Imaging beside a complaint: one more, one corrected, one withdrawn."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import Edit, at_its_field, typed
from dolenti.clinic.common.forms import VersionedReasonForm
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.imaging.forms import KEPT, EditImagingForm, ImagingForm
from dolenti.clinic.imaging.shown import side_in_words
from dolenti.clinic.patients.overview import pain_line
from dolenti.records import gate
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.judging import imaging as services
from dolenti.records.models import Complaint


def _sides() -> list[tuple[str, str]]:
    definition = words().definition("side")
    options = definition.options if definition else ()
    return [(one.id, side_in_words(one.id, words())) for one in options]


def _context(complaint: Complaint) -> dict[str, Any]:
    return {
        "patient": complaint.patient,
        "complaint": complaint,
        "line": pain_line(complaint, words()),
    }


@page("complaints/<slug:public_id>/imaging/", "imaging-new", Permission.WRITE_RECORDS, form=True)
def imaging_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """One examination more."""
    complaint = gate.complaint(user_of(request), public_id)
    form = ImagingForm(
        request.POST or None, complaint=complaint, sides=_sides(), initial={"side": complaint.side}
    )
    edit = Edit(request, form)
    if edit.writes(
        lambda said: services.add(submission(request), complaint, form.values(), today()),
        beside=at_its_field,
    ):
        return edit.done("complaint", public_id, said=_("The examination is in the record."))
    return edit.page("clinic/imaging/form.html", _context(complaint), of=complaint.patient)


@page("imaging/<slug:public_id>/", "imaging-edit", Permission.WRITE_RECORDS, form=True)
def imaging_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """An examination corrected: what stood before is kept."""
    user = user_of(request)
    found = patient_gate.imaging(user, public_id)
    complaint = found.complaint
    stands = {name: getattr(found, name) for name in (*KEPT, "grade")}
    stands |= {"based_on": found.version}
    form = EditImagingForm(
        typed(request, stands), complaint=complaint, sides=_sides(), initial=stands
    )
    edit = Edit(request, form)
    if edit.writes(
        lambda said: services.change(user, found, said["based_on"], form.values(), today()),
        beside=at_its_field,
    ):
        return edit.done("complaint", complaint.public_id, said=_("The examination is corrected."))
    context = _context(complaint) | {"imaging": found}
    return edit.page("clinic/imaging/form.html", context, of=complaint.patient)


@page("imaging/<slug:public_id>/withdraw/", "imaging-withdraw", Permission.WRITE_RECORDS, form=True)
def imaging_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """An examination that should not count: it stays, struck through."""
    user = user_of(request)
    found = patient_gate.imaging(user, public_id)
    form = VersionedReasonForm(request.POST or None, initial={"based_on": found.version})
    edit = Edit(request, form)
    stale = _("This examination changed meanwhile. Read it, then decide.")
    if edit.writes(
        lambda said: services.withdraw(user, found, said["based_on"], said["reason"], today()),
        stale=stale,
    ):
        return edit.done(
            "complaint", found.complaint.public_id, said=_("The examination is withdrawn.")
        )
    context = _context(found.complaint) | {
        "imaging": found,
        "when": found.when.when(words().language),
    }
    return edit.page("clinic/imaging/withdraw.html", context, of=found.complaint.patient)
