"""Two records of one person: found, laid side by side, merged with a reason; and taken apart."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dolenti.access.guard import needs
from dolenti.access.roles import Permission
from dolenti.clinic.forms.patients import MergeForm, ReasonForm
from dolenti.clinic.forms.typed import read_day, sentence
from dolenti.clinic.present.patients import beside, likely_lines, patient_lines
from dolenti.clinic.views.common import strip_of, submission, today, user_of, words
from dolenti.guideline.errors import InputError
from dolenti.records import gate, gate_patients
from dolenti.records.patients import merging, people, registering, searching
from dolenti.records.patients.searching import Looked


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MERGE_PATIENTS)
def merge_choose(request: HttpRequest, public_id: str) -> HttpResponse:
    """Which other record is the same person's: the likely ones, or one looked for."""
    user = user_of(request)
    patient = gate.identity(user, public_id)
    who = people.identity_of(patient)
    text = " ".join(request.POST.get("q", "").replace("\0", "").split())[:120]
    found = None
    if text:
        page = searching.find(user, Looked(text, read_day(text, today())))
        found = [one for one in page.patients if one.pk != patient.pk]
    context = {
        "patient": patient,
        "strip": strip_of(request, patient, opened=gate_patients.is_open(user, patient)),
        "likely": likely_lines(registering.likely(user, who, patient), who, words()),
        "found": None if found is None else patient_lines(found, words(), today()),
        "text": text,
    }
    return render(request, "clinic/patients/merge-choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MERGE_PATIENTS)
def merge(request: HttpRequest, public_id: str, other_id: str) -> HttpResponse:
    """Both records side by side, then which is kept and why."""
    user = user_of(request)
    pair = gate.identity(user, public_id), gate.identity(user, other_id)
    initial = {"keep": public_id}
    form = MergeForm(request.POST or None, patients=pair, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        kept, absorbed = pair if said["keep"] == public_id else (pair[1], pair[0])
        try:
            merging.merge(submission(request), kept, absorbed, said["reason"])
        except InputError as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("patient-identity", kept.public_id)
    context = {
        "patients": patient_lines(pair, words(), today()),
        "traits": beside(people.identity_of(pair[0]), people.identity_of(pair[1]), words()),
        "form": form,
        "patient": pair[0],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "clinic/patients/merge.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MERGE_PATIENTS)
def merge_undo(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a merge back: each record stands for itself again."""
    user = user_of(request)
    made = gate_patients.merge(user, public_id)
    if made.undone_at is not None:
        return redirect("patient-identity", made.kept.public_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            merging.unmerge(user, made, form.cleaned_data["reason"])
        except InputError as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("patient-identity", made.kept.public_id)
    opened = gate_patients.is_open(user, made.kept)
    context = {
        "made": made,
        "form": form,
        "patient": made.kept,
        "strip": strip_of(request, made.kept, opened=opened),
        "absorbed": patient_lines([made.absorbed], words(), today())[0],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "clinic/patients/unmerge.html", context, status=status)
