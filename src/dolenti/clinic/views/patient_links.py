"""How to reach a patient, and in whose care they are."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dolenti.access.guard import needs
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.clinic.forms.patients import ContactForm, EditContactForm
from dolenti.clinic.present import conflicts
from dolenti.clinic.views import drafts
from dolenti.clinic.views.common import strip_of, submission, user_of
from dolenti.records import gate, gate_patients
from dolenti.records.models import Contact, Patient
from dolenti.records.patients import care, contacting
from dolenti.records.versions import StaleEditError
from dolenti.ui.labels import LABELS

NEW, EDIT = "contact-new", "contact-edit"


def _kinds() -> list[tuple[str, Any]]:
    return list(LABELS["contact"].items())


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WRITE_PATIENTS)
def contact_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """A new way to reach a patient."""
    patient = gate.identity(user_of(request), public_id)
    draft = drafts.of(request, NEW, public_id)
    form = ContactForm(request.POST or None, kinds=_kinds(), initial=draft.initial)
    if request.method == "POST" and form.is_valid():
        contacting.add(submission(request), patient, form.values())
        drafts.done(request, NEW, public_id)
        return redirect("patient-identity", public_id)
    return _page(request, patient, {"form": form, "draft": draft})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WRITE_PATIENTS)
def contact_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """A contact changed."""
    user = user_of(request)
    contact = gate_patients.contact(user, public_id)
    draft = drafts.of(request, EDIT, public_id)
    kept = ("kind", "name", "phone", "email", "address")
    stands = {name: getattr(contact, name) for name in kept} | {"based_on": contact.version}
    data = conflicts.settled(request.POST, stands) if request.method == "POST" else None
    form = EditContactForm(data, kinds=_kinds(), initial={**stands, **draft.initial})
    context: dict[str, Any] = {"form": form, "draft": draft, "contact": contact}
    if request.method == "POST" and form.is_valid():
        try:
            contacting.change(user, contact, form.cleaned_data["based_on"], form.values())
        except StaleEditError as error:
            context["conflict"] = conflicts.shown(error, form)
            return _page(request, contact.patient, context, status=409)
        drafts.done(request, EDIT, public_id)
        return redirect("patient-identity", contact.patient.public_id)
    return _page(request, contact.patient, context)


def _page(
    request: HttpRequest, patient: Patient, context: dict[str, Any], status: int = 0
) -> HttpResponse:
    opened = gate_patients.is_open(user_of(request), patient)
    context |= {"patient": patient, "strip": strip_of(request, patient, opened=opened)}
    status = status or (422 if request.method == "POST" else 200)
    return render(request, "clinic/patients/contact.html", context, status=status)


@needs(Permission.WRITE_PATIENTS)
def contact_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """A contact is no more: it stays in the record, ended."""
    contact: Contact = gate_patients.contact(user_of(request), public_id)
    if request.method == "POST":
        try:
            contacting.end(user_of(request), contact, _version(request))
        except StaleEditError:
            messages.warning(request, _("This contact changed meanwhile. Read it, then end it."))
    return redirect("patient-identity", contact.patient.public_id)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("based_on", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


@needs(Permission.WRITE_PATIENTS)
def care_take(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put a patient in someone's care."""
    user = user_of(request)
    patient = gate.identity(user, public_id)
    if request.method == "POST":
        care.take(user, patient, _carer(user, patient, request))
    return redirect("patient-identity", public_id)


@needs(Permission.WRITE_PATIENTS)
def care_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """End someone's care of a patient: the record closes to them."""
    user = user_of(request)
    patient = gate.identity(user, public_id)
    if request.method == "POST":
        chosen = request.POST.get("user", "")
        carer = next((r.user for r in care.team(patient) if r.user.public_id == chosen), None)
        if carer is None:
            raise Http404
        _entrusting(user, patient)
        care.leave(user, patient, carer)
    return redirect("patient-identity", public_id)


def _carer(user: User, patient: Patient, request: HttpRequest) -> User:
    carer = care.carers(user).filter(public_id=request.POST.get("user", "")).first()
    if carer is None:
        raise Http404
    _entrusting(user, patient)
    return carer


def _entrusting(user: User, patient: Patient) -> None:
    if not care.may_entrust(user, opened=gate_patients.is_open(user, patient)):
        raise PermissionDenied
