"""A copy of a patient's whole record: asked for, and fetched when the worker has made it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import Edit, patient_page
from dolenti.clinic.common.request import submission, user_of
from dolenti.clinic.common.typed import sentence
from dolenti.clinic.copies.forms import CopyForm
from dolenti.clinic.copies.jobs import make_copy
from dolenti.guideline.errors import InputError
from dolenti.records import gate
from dolenti.rights import copy_requests
from dolenti.rights.copy_requests import Becomes
from dolenti.rights.models import CopyRequest
from dolenti.safekeeping.at_work import is_at_work


@page("patients/<slug:public_id>/copy/", "patient-copy", Permission.EXPORT_RECORD, form=True)
def patient_copy(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """For whom. The copies that were asked for and made stand beside."""
    user = user_of(request)
    patient = gate.record(user, public_id)

    def ask(said: dict[str, str]) -> CopyRequest:
        whom = copy_requests.For(said["reason"], said["recipient"], said["note"])
        return copy_requests.ask(submission(request), patient, whom, _enqueue)

    edit = Edit(request, CopyForm(request.POST if request.method == "POST" else None))
    if edit.writes(ask):
        return edit.done("copy", edit.made.public_id)
    context = {
        "patient": patient,
        "asked": copy_requests.of_ones_own(user, patient),
        "copies": copy_requests.copies(patient),
        "part": "copy",
    }
    return edit.page("clinic/copies/page.html", context, of=patient)


def _enqueue(public_id: str) -> str:
    job: str = make_copy.enqueue(public_id).id
    return job


@page("copies/<slug:public_id>/", "copy", Permission.EXPORT_RECORD)
def copy(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Where a copy stands that one asked for; its link, as soon as it is made. Asked for by itself
    (htmx), only that."""
    user = user_of(request)
    asked = copy_requests.own_request(user, public_id)
    if "HX-Request" in request.headers:
        return render(request, "clinic/copies/stands.html", _standing(asked))
    return _page(request, asked)


def _standing(asked: CopyRequest, refused: str = "") -> dict[str, Any]:
    stands = copy_requests.stands(asked)
    waits = stands.becomes in (Becomes.MAKING, Becomes.AGAIN)
    idle = waits and not is_at_work(settings.DATA)
    return {"asked": asked, "stands": stands, "idle": idle, "refused": refused}


def _page(request: HttpRequest, asked: CopyRequest, refused: str = "") -> HttpResponseBase:
    patient = gate.record_of_row(user_of(request), asked.patient.public_id)
    context = {**_standing(asked, refused), "patient": patient, "part": "copy"}
    status = 403 if refused else 200
    return patient_page(request, "clinic/copies/copy.html", context, of=patient, status=status)


@page("copies/<slug:public_id>/file/", "copy-file", Permission.EXPORT_RECORD)
def copy_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The file, for whoever asked for it, while it lies ready; otherwise where it stands."""
    user = user_of(request)
    asked = copy_requests.own_request(user, public_id)
    try:
        found = copy_requests.fetch(user, asked)
    except InputError as error:
        return _page(request, asked, sentence(error))
    if found is None:
        return redirect("copy", public_id)
    return StreamingHttpResponse(
        found.parts,
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{found.name}"',
            "Content-Length": str(found.size),
        },
    )
