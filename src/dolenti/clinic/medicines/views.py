"""A patient's medicines: the list, one more by its name, one changed or stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dolenti.access.covered import uncover
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import Edit, patient_page, typed
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.medicines.forms import KEPT, EditMedicineForm, MedicineForm, ReviewForm
from dolenti.clinic.medicines.opioids import notes_of, opioid_lines, taper_of
from dolenti.clinic.medicines.shown import lines, proposed, said, unlisted
from dolenti.diary import following
from dolenti.followup import gate as followup_gate
from dolenti.followup import opioids
from dolenti.followup.models import OpioidTaper
from dolenti.followup.tapering import Planned, steps_of
from dolenti.guideline.ageing import of_status
from dolenti.records import gate
from dolenti.records.facts import knowing, naming
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.patients import medicating, reconciling


@dataclass(frozen=True)
class Tapering:
    """A plan to lower opioids with its steps."""

    row: OpioidTaper
    steps: tuple[Planned, ...]


@page("patients/<slug:public_id>/medicines/", "patient-medicines", Permission.READ_RECORDS)
def medicines(request: HttpRequest, public_id: str) -> HttpResponse:
    """What a patient takes, and took."""
    user = user_of(request)
    patient = gate.record(user, public_id)
    listed, content = list(patient_gate.medicines(user, patient)), following.content()
    table = opioids.table_in_force(content)
    stretches = opioids.stretches(table, listed)
    stated = list(patient_gate.statements(user, patient))
    reviews = list(reconciling.of(user, patient))
    tapers = [Tapering(one, steps_of(one.steps)) for one in followup_gate.tapers(user, patient)]
    context: dict[str, Any] = {
        "patient": patient,
        "lines": lines(listed, today(), reconciling.last_of(reviews)),
        "last_review": reviews[-1].reconciliation if reviews else None,
        "frame": taper_of(content, words()) if stretches else None,
        "tapers": tapers,
        "under_way": any(one.row.state == "active" for one in tapers),
        "part": "medicines",
        "opioids": opioid_lines(stretches, words()),
        "table": table.label.in_language(words().language),  # it carries its year
    }
    told = knowing.told_by(stated, words().dictionary, today()).facts
    context["unlisted"] = unlisted(said(told), listed, today())
    if stretches:
        context["notes"] = notes_of(content, stretches, listed, told, today(), words())
    return patient_page(request, "clinic/medicines/list.html", context, of=patient, stated=stated)


@page(
    "patients/<slug:public_id>/medicines/new/",
    "medicine-new",
    Permission.WRITE_RECORDS,
    form=True,
)
def medicine_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """One medicine more, by its name; where that is not understood, what it is."""
    patient = gate.record(user_of(request), public_id)
    typed_name = uncover(request.GET.get("name", "")) or ""
    form = MedicineForm(request.POST or None, initial={"name": typed_name})
    edit = Edit(request, form)
    sent = submission(request)
    if edit.writes(
        lambda said: medicating.add(sent, patient, form.named(), form.values(), today())
    ):
        return edit.done("patient-medicines", public_id, said=_("The medicine is on the list."))
    context: dict[str, Any] = {"patient": patient, "asks": form.asks}
    context |= proposed(request.POST.get("name", typed_name), request.POST.get("cis", ""))
    return edit.page("clinic/medicines/new.html", context, of=patient)


@page(
    "patients/<slug:public_id>/medicines/review/",
    "medicines-review",
    Permission.WRITE_RECORDS,
    form=True,
)
def medicines_review(request: HttpRequest, public_id: str) -> HttpResponse:
    """The list gone through with the patient, at a visit."""
    user = user_of(request)
    patient = gate.record(user, public_id)
    listed = list(patient_gate.medicines(user, patient))
    taken = [one for one in listed if medicating.is_taken(one, today())]
    reviewed = reconciling.last_of(list(reconciling.of(user, patient)))
    form = ReviewForm(
        request.POST if request.method == "POST" else None, medicines=taken, reviewed=reviewed
    )
    edit = Edit(request, form)
    sent = submission(request)
    if edit.writes(
        lambda said: reconciling.reconcile(sent, patient, form.said(), today()),
        beside=lambda error: f"found-{error.where}" if error.where else None,
    ):
        return edit.done("patient-medicines", public_id, said=_("The medicines are reviewed."))
    return edit.page("clinic/medicines/review.html", {"patient": patient}, of=patient)


@page("medicines/find/", "medicine-find", Permission.WRITE_RECORDS, form=True)
def find(request: HttpRequest) -> HttpResponse:
    """The medicines of the public base that a text may mean: as one types, or on a page."""
    fragment = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    template = "clinic/medicines/proposals.html" if fragment else "clinic/medicines/find.html"
    found = proposed(request.POST.get("name", ""), "")
    base = of_status(naming.base().provenance.specialities).sentence(today())
    return render(request, template, {**found, "base": base.in_language(words().language)})


@page("medicines/<slug:public_id>/", "medicine-edit", Permission.WRITE_RECORDS, form=True)
def medicine_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """How a medicine is taken, changed; or stopped: it stays in the record."""
    user = user_of(request)
    medicine = patient_gate.medicine(user, public_id)
    stands = {name: getattr(medicine, name) for name in KEPT} | {"based_on": medicine.version}
    form = EditMedicineForm(typed(request, stands), initial=stands)
    edit = Edit(request, form)
    if edit.writes(
        lambda said: medicating.change(user, medicine, said["based_on"], form.values(), today())
    ):
        return edit.done("patient-medicines", medicine.patient.public_id)
    context = {"patient": medicine.patient, "medicine": medicine}
    return edit.page("clinic/medicines/edit.html", context, of=medicine.patient)
