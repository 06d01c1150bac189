"""How to reach a patient, and in whose care they are."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from dolenti.access.models import User
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.clinic.common.editing import Edit, pressed, typed
from dolenti.clinic.common.request import submission, user_of
from dolenti.clinic.contacts.forms import ContactForm, EditContactForm
from dolenti.clinic.drafts import views as drafts
from dolenti.records import gate
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.models import Contact, Patient
from dolenti.records.patients import care, contacting
from dolenti.ui.labels import LABELS

NEW, EDIT = drafts.forms("contact-new", "contact-edit")


def _kinds() -> list[tuple[str, Any]]:
    return list(LABELS["contact"].items())


@page(
    "patients/<slug:public_id>/contacts/new/",
    "contact-new",
    Permission.WRITE_PATIENTS,
    form=True,
)
def contact_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """A new way to reach a patient."""
    patient = gate.identity(user_of(request), public_id)
    draft = drafts.of(request, NEW, public_id)
    form = ContactForm(request.POST or None, kinds=_kinds(), initial=draft.initial)
    edit = Edit(request, form)
    if edit.writes(lambda said: contacting.add(submission(request), patient, form.values())):
        drafts.done(request, NEW, public_id)
        return edit.done("patient-identity", public_id)
    return _page(edit, patient, {"draft": draft})


@page("contacts/<slug:public_id>/", "contact-edit", Permission.WRITE_PATIENTS, form=True)
def contact_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """A contact changed."""
    user = user_of(request)
    contact = patient_gate.contact(user, public_id)
    draft = drafts.of(request, EDIT, public_id)
    kept = ("kind", "name", "phone", "email", "address")
    stands = {name: getattr(contact, name) for name in kept} | {"based_on": contact.version}
    form = EditContactForm(
        typed(request, stands), kinds=_kinds(), initial={**stands, **draft.initial}
    )
    edit = Edit(request, form)
    if edit.writes(lambda said: contacting.change(user, contact, said["based_on"], form.values())):
        drafts.done(request, EDIT, public_id)
        return edit.done("patient-identity", contact.patient.public_id)
    return _page(edit, contact.patient, {"draft": draft, "contact": contact})


def _page(edit: Edit[ContactForm], patient: Patient, context: dict[str, Any]) -> HttpResponse:
    opened = patient_gate.is_open(user_of(edit.request), patient)
    context["patient"] = patient
    return edit.page("clinic/contacts/contact.html", context, of=patient, opened=opened)


@page("contacts/<slug:public_id>/end/", "contact-end", Permission.WRITE_PATIENTS, form=True)
def contact_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """A contact is no more: it stays in the record, ended."""
    contact: Contact = patient_gate.contact(user_of(request), public_id)
    if request.method == "POST":
        user = user_of(request)
        stale = _("This contact changed meanwhile. Read it, then end it.")
        refusal = pressed(request, partial(contacting.end, user, contact), stale=stale)
        if refusal:
            messages.warning(request, refusal.why)
    return redirect("patient-identity", contact.patient.public_id)


@page("patients/<slug:public_id>/care/", "patient-care", Permission.WRITE_PATIENTS, form=True)
def care_take(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put a patient in someone's care."""
    user = user_of(request)
    patient = gate.identity(user, public_id)
    if request.method == "POST":
        care.entrust(user, patient, _carer(user, request))
    return redirect("patient-identity", public_id)


@page(
    "patients/<slug:public_id>/care/end/",
    "patient-care-end",
    Permission.WRITE_PATIENTS,
    form=True,
)
def care_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """End someone's care of a patient: the record closes to them."""
    user = user_of(request)
    patient = gate.identity(user, public_id)
    if request.method == "POST":
        chosen = request.POST.get("user", "")
        carer = next((r.user for r in care.team(patient) if r.user.public_id == chosen), None)
        if carer is None:
            raise Http404
        care.leave(user, patient, carer)
    return redirect("patient-identity", public_id)


def _carer(user: User, request: HttpRequest) -> User:
    carer = sole(care.carers(user).filter(public_id=request.POST.get("user", "")))
    if carer is None:
        raise Http404
    return carer
