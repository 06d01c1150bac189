"""Patients registered, their identity changed, a record marked as entered in error; and a file
that brings its own patient.

Whoever may be on file already is shown first, with the form as it was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dolenti.access.guard import needs
from dolenti.access.roles import Permission
from dolenti.clinic.forms.complaints import ImportForm
from dolenti.clinic.forms.patients import (
    EditPersonForm,
    PersonForm,
    VersionedReasonForm,
    written,
)
from dolenti.clinic.forms.typed import sentence
from dolenti.clinic.present import conflicts
from dolenti.clinic.present.patients import likely_lines
from dolenti.clinic.views import drafts
from dolenti.clinic.views.common import strip_of, submission, today, user_of, words
from dolenti.guideline.errors import InputError
from dolenti.records import engine, gate, gate_patients, once
from dolenti.records.files import intake, waiting_files
from dolenti.records.identity.ins import coherence
from dolenti.records.models import Patient
from dolenti.records.patients import people, registering
from dolenti.records.patients.registering import LikelyDuplicateError
from dolenti.records.versions import StaleEditError
from dolenti.ui.language import current

NEW, EDIT = "patient-new", "patient-edit"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WRITE_PATIENTS)
def patient_new(request: HttpRequest) -> HttpResponse:
    """Register a patient; with ``?file=``, the one that a file is about, together with it."""
    held, user, sent = request.GET.get("file", ""), user_of(request), submission(request)
    # Sent a second time, the file waits no more: it is in the record that this form made.
    waiting = held and not (request.method == "POST" and once.was_written(sent))
    file = waiting_files.take_up(user, held) if waiting else None
    draft = drafts.of(request, NEW, held)
    initial = {**(file.initial if file else {}), **draft.initial}
    form = PersonForm(request.POST or None, today=today(), initial=initial)
    context: dict[str, Any] = {"form": form, "draft": draft, "file": file}
    if request.method != "POST":
        return render(request, "clinic/patients/new.html", context)
    if form.is_valid():
        also = waiting_files.receiver(sent, file, today()) if file else None
        try:
            made = registering.register(sent, form.person(), form.verdict(), also)
        except LikelyDuplicateError as error:
            return _likely(request, "clinic/patients/new.html", context, error)
        except InputError as error:
            form.add_error(None, sentence(error))
        else:
            drafts.done(request, NEW, held)
            waiting_files.release(user, held)
            _warn(request, made)
            opened = gate_patients.is_open(user, made)
            return redirect("patient" if opened else "patient-identity", made.public_id)
    return render(request, "clinic/patients/new.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WRITE_PATIENTS)
def patient_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change an identity, or give one to a patient who has none."""
    user = user_of(request)
    patient = gate.identity(user, public_id)
    if patient.absorbed_by is not None:
        return redirect(EDIT, patient.absorbed_by.public_id)
    stands = written(patient)
    draft = drafts.of(request, EDIT, public_id)
    data = conflicts.settled(request.POST, stands) if request.method == "POST" else None
    form = EditPersonForm(data, today=today(), patient=patient, initial={**stands, **draft.initial})
    context = {
        "form": form,
        "patient": patient,
        "draft": draft,
        "strip": strip_of(request, patient, opened=gate_patients.is_open(user, patient)),
    }
    if request.method != "POST":
        return render(request, "clinic/patients/edit.html", context)
    if form.is_valid():
        person, based_on = form.person(), form.cleaned_data["based_on"]
        try:
            made = registering.change(user, patient, based_on, person, form.verdict())
        except StaleEditError as error:
            context["conflict"] = conflicts.shown(error, form)
            return render(request, "clinic/patients/edit.html", context, status=409)
        except LikelyDuplicateError as error:
            return _likely(request, "clinic/patients/edit.html", context, error)
        drafts.done(request, EDIT, public_id)
        _warn(request, made)
        if patient.proof and not made.proof:
            said = _("A trait changed: the document seen before counts no more. Check one again.")
            messages.warning(request, said)
        return redirect("patient-identity", public_id)
    return render(request, "clinic/patients/edit.html", context, status=422)


def _likely(
    request: HttpRequest, page: str, context: dict[str, Any], error: LikelyDuplicateError
) -> HttpResponse:
    """The form again, with who may be on file already."""
    form = context["form"]
    identity = form.person().identity
    shown = " ".join(match.id.public_id for match in error.matches)
    context["likely"] = likely_lines(error.matches, identity, words())
    context["same_number"] = error.same_number
    context["shown"] = shown
    if form.cleaned_data.get("others") == shown and not error.same_number:
        form.add_error("ground", _("Say how you know, or open the record that exists."))
    return render(request, page, context, status=422)


def _warn(request: HttpRequest, patient: Patient) -> None:
    """Say what in a number does not agree with the traits: a register may be right all the same."""
    who = people.identity_of(patient)
    if who.ins is None:
        return
    for text in coherence(
        who.ins, sex=who.sex, birth_date=who.birth_date, birth_place=who.birth_place
    ):
        messages.warning(request, text.in_language(current()))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WRITE_PATIENTS)
def patient_error(request: HttpRequest, public_id: str) -> HttpResponse:
    """Mark a record as entered in error, or take the mark back. Nothing is erased."""
    user = user_of(request)
    patient = gate.identity(user, public_id)
    return _marking(
        request,
        patient,
        "clinic/patients/error.html",
        lambda based_on, reason: registering.mark_in_error(user, patient, based_on, reason),
    )


def _marking(
    request: HttpRequest, patient: Patient, page: str, write: Callable[[int, str], Patient]
) -> HttpResponse:
    user = user_of(request)
    taking_back = bool(patient.in_error)
    initial = {"based_on": patient.version}
    form = VersionedReasonForm(request.POST or None, initial=initial)
    if taking_back:
        form.fields["reason"].required = False
    context: dict[str, Any] = {
        "form": form,
        "patient": patient,
        "strip": strip_of(request, patient, opened=gate_patients.is_open(user, patient)),
        "taking_back": taking_back,
    }
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            write(said["based_on"], "" if taking_back else said["reason"])
        except StaleEditError:
            form.add_error(None, _("This record changed meanwhile. Read it again, then decide."))
        except InputError as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("patient-identity", patient.public_id)
    return render(request, page, context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WRITE_RECORDS)
def patient_import(request: HttpRequest) -> HttpResponse:
    """A file brings a new patient: it is read first, and waits while they are identified."""
    if request.method != "POST":
        return render(request, "clinic/patients/import.html", {"form": ImportForm()})
    files = request.FILES
    too_large = "file" in getattr(request, "files_too_large", ())
    form = ImportForm(request.POST, files, too_large=too_large)
    failure = ""
    if form.is_valid():
        data, name = form.sent()
        try:
            read = intake.read(data, name, engine.edition_in_force(), today())
        except InputError as error:
            failure = error.in_language(current())
        else:
            held = waiting_files.hold(user_of(request), data, read)
            return redirect(f"{reverse(NEW)}?file={held}")
    context = {"form": form, "failure": failure}
    return render(request, "clinic/patients/import.html", context, status=422)
