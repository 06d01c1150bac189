"""An allergy of a patient by the name of a medicine: it becomes its substances and excipients."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dolenti.access.covered import uncover
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.allergies.forms import AllergyForm
from dolenti.clinic.common.editing import Edit
from dolenti.clinic.common.request import submission, today, user_of
from dolenti.clinic.medicines.shown import proposed
from dolenti.guideline.words import option_label
from dolenti.records import gate
from dolenti.records.facts import allergens
from dolenti.records.facts.allergens import Allergy
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.models import Complaint, Patient
from dolenti.records.patients import allergies
from dolenti.ui.language import current


@page(
    "patients/<slug:public_id>/allergies/new/",
    "allergy-new",
    Permission.WRITE_RECORDS,
    form=True,
)
def allergy_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """One allergy more, by the name of a medicine or a substance. ``?complaint=`` leads back to the
    assessment that was left for it."""
    patient = gate.record(user_of(request), public_id)
    left = _left(request, patient)
    typed = uncover(request.GET.get("name", "")) or ""
    form = AllergyForm(request.POST or None, initial={"name": typed})
    edit = Edit(request, form)
    sent = submission(request)
    if edit.writes(lambda said: allergies.add(sent, patient, form.allergy, form.said(), today())):
        messages.success(request, _said(form.allergy))
        if left is not None:
            return edit.done("complaint", left.public_id)
        return edit.done("patient-facts", public_id)
    context: dict[str, Any] = {"patient": patient, "left": left, "asks": form.asks}
    context |= proposed(request.POST.get("name", typed), request.POST.get("cis", ""))
    return edit.page("clinic/allergies/new.html", context, of=patient)


def _left(request: HttpRequest, patient: Patient) -> Complaint | None:
    """The complaint whose assessment was left."""
    wanted = request.GET.get("complaint", "")
    if not wanted:
        return None
    found = patient_gate.complaints(user_of(request), patient)
    return next((one for one in found if one.public_id == wanted), None)


def _said(allergy: Allergy) -> str:
    """What was written, in words."""
    fact = allergens.definition()
    if allergy.members:
        listed = ", ".join(option_label(fact, one, current()) for one in allergy.members)
        said = _("Saved. “%(name)s” counts as an allergy to: %(listed)s.") % {
            "name": allergy.name,
            "listed": listed,
        }
    else:
        said = _("Saved. “%(name)s” is not one of the substances that the rules ask about.") % {
            "name": allergy.name
        }
    if not allergy.unsaid:
        return said
    return said + " " + _("Its excipients are not all known: they are still to be asked about.")
