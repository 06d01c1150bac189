"""Two records of one person: found, laid side by side, merged with a reason, by two people where
they differ; and taken apart."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import patient_page
from dolenti.clinic.common.forms import ReasonForm
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.common.typed import sentence
from dolenti.clinic.merging.forms import ConfirmMergeForm, MergeForm
from dolenti.clinic.merging.shown import waiting_lines
from dolenti.clinic.patients.shown import beside, likely_lines, patient_lines
from dolenti.guideline.errors import InputError
from dolenti.records import gate
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.models import Patient
from dolenti.records.patients import merge_proposals, merging, people, registering, searching


@page("patients/<slug:public_id>/merge/", "patient-merge", Permission.MERGE_PATIENTS, form=True)
def merge_choose(request: HttpRequest, public_id: str) -> HttpResponse:
    """Which other record is the same person's: the likely ones, or one looked for."""
    user = user_of(request)
    patient = gate.identity(user, public_id)
    who = people.identity_of(patient)
    text = " ".join(request.POST.get("q", "").split())[:120]
    found = None
    if text:
        page = searching.find(user, searching.look(text, today()))
        found = [one for one in page.patients if one.pk != patient.pk]
    context = {
        "patient": patient,
        "likely": likely_lines(registering.likely(user, who, patient), who, words()),
        "found": None if found is None else patient_lines(found, words(), today()),
        "text": text,
    }
    return patient_page(
        request,
        "clinic/merging/choose.html",
        context,
        of=patient,
        opened=patient_gate.is_open(user, patient),
    )


@page(
    "patients/<slug:public_id>/merge/<slug:other_id>/",
    "patient-merge-with",
    Permission.MERGE_PATIENTS,
    form=True,
)
def merge(request: HttpRequest, public_id: str, other_id: str) -> HttpResponse:
    """Both records side by side, then which is kept and why; proposed where it needs two."""
    user = user_of(request)
    pair = gate.even_merged(user, public_id), gate.even_merged(user, other_id)
    for one in pair:
        if request.method != "POST":  # what is sent twice is answered like the first time
            gate.insist_standing(one)
        merging.insist_open(user, one)
    two = merging.needs_two(user, *pair)
    initial = {"keep": public_id}
    form = MergeForm(request.POST or None, patients=pair, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        kept, absorbed = pair if said["keep"] == public_id else (pair[1], pair[0])
        sent = submission(request), kept, absorbed, said["reason"], said["checked"]
        read = request.POST.get("read", "")
        try:
            if two:
                merge_proposals.propose(*sent, read=read)
            else:
                merging.merge(*sent, form.told(), read=read)
        except InputError as error:
            form.add_error(None, sentence(error))
        else:
            if not two:
                return redirect("patient-identity", kept.public_id)
            messages.success(request, _("The merge is proposed. A second person confirms it."))
            return redirect("merges")
    context = {
        **_side_by_side(*pair),
        "form": form,
        "two": two,
        "patient": pair[0],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "clinic/merging/merge.html", context, status=status)


def _side_by_side(one: Patient, other: Patient) -> dict[str, Any]:
    return {
        "patients": patient_lines((one, other), words(), today()),
        "traits": beside(people.identity_of(one), people.identity_of(other), words()),
        "read": merging.stamp(one, other),
    }


@page("merges/", "merges", Permission.MERGE_PATIENTS)
def merges(request: HttpRequest) -> HttpResponse:
    """The merges that wait for a second person."""
    user = user_of(request)
    waiting = list(merge_proposals.waiting(user))
    gate.listed(user, [one for row in waiting for one in (row.kept, row.absorbed)])
    context = {"waiting": waiting_lines(waiting, user)}
    return render(request, "clinic/merging/waiting.html", context)


@page(
    "merge-proposals/<slug:public_id>/confirm/",
    "merge-confirm",
    Permission.MERGE_PATIENTS,
    form=True,
)
def merge_confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    """The second person reads both side by side, and why, and confirms."""
    user = user_of(request)
    found = merge_proposals.proposal(user, public_id)
    pair = found.kept, found.absorbed
    for one in pair:
        gate.seen(user, "patient", one.public_id, one.public_id)
        merging.insist_open(user, one)
    form = ConfirmMergeForm(request.POST or None, patients=pair)
    if request.method == "POST" and form.is_valid():
        try:
            merge_proposals.confirm(user, found, form.told(), read=request.POST.get("read", ""))
        except InputError as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("patient-identity", found.kept.public_id)
    context = {
        **_side_by_side(*pair),
        "form": form,
        "patient": pair[0],
        "proposal": found,
        "own": found.author_id == user.pk,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "clinic/merging/confirm.html", context, status=status)


@page("merge-proposals/<slug:public_id>/drop/", "merge-drop", Permission.MERGE_PATIENTS, form=True)
def merge_drop(request: HttpRequest, public_id: str) -> HttpResponse:
    """Leave both records as they are."""
    user = user_of(request)
    found = merge_proposals.proposal(user, public_id)
    if request.method == "POST":
        merge_proposals.drop(user, found)
        messages.success(request, _("Both records stay as they are."))
    return redirect("merges")


@page("merges/<slug:public_id>/undo/", "merge-undo", Permission.MERGE_PATIENTS, form=True)
def merge_undo(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a merge back: each record stands for itself again."""
    user = user_of(request)
    made = patient_gate.merge(user, public_id)
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
    opened = patient_gate.is_open(user, made.kept)
    context = {
        "made": made,
        "form": form,
        "patient": made.kept,
        "absorbed": patient_lines([made.absorbed], words(), today())[0],
    }
    status = 422 if request.method == "POST" else 200
    return patient_page(
        request, "clinic/merging/undo.html", context, of=made.kept, opened=opened, status=status
    )
