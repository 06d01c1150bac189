"""Patients registered, their identity changed, a record marked as entered in error; and a file
that brings its own patient.

Whoever may be on file already is shown first, with the form as it was typed.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common import hole
from dolenti.clinic.common.editing import Edit, typed
from dolenti.clinic.common.forms import VersionedReasonForm
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.common.typed import sentence
from dolenti.clinic.complaints.forms import ImportForm
from dolenti.clinic.drafts import views as drafts
from dolenti.clinic.patients.shown import likely_lines
from dolenti.clinic.registering.forms import EditPersonForm, NewPersonForm, PersonForm, written
from dolenti.guideline.errors import InputError
from dolenti.identity.ins import coherence
from dolenti.ledger import once
from dolenti.records import engine, gate
from dolenti.records.facts import meanings
from dolenti.records.files import intake, waiting_files
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.models import Patient
from dolenti.records.patients import contacting, people, registering
from dolenti.records.patients.registering import LikelyDuplicateError
from dolenti.ui.language import current

NEW, EDIT = drafts.forms("patient-new", "patient-edit")


@page("patients/new/", "patient-new", Permission.WRITE_PATIENTS, form=True)
def patient_new(request: HttpRequest) -> HttpResponse:
    """Register a patient; with ``?file=``, the one that a file is about, together with it."""
    held, user, sent = request.GET.get("file", ""), user_of(request), submission(request)
    # Sent a second time, the file waits no more: it is in the record that this form made.
    waiting = held and not (request.method == "POST" and once.was_written(sent))
    file = waiting_files.take_up(user, held) if waiting else None
    draft = drafts.of(request, NEW, held)
    initial = {**(file.initial if file else {}), **draft.initial}
    form = NewPersonForm(request.POST or None, today=today(), initial=initial)
    books = hole.BOOKS in request.GET and user.may(Permission.SCHEDULE)
    context: dict[str, Any] = {"form": form, "draft": draft, "file": file}
    context |= {"books": books, "hole": hole.carried(request)}
    if request.method != "POST":
        form.fields["birth_name"].widget.attrs["autofocus"] = True  # what is typed first
        return render(request, "clinic/registering/new.html", context)
    if form.is_valid():
        received = waiting_files.receiver(sent, file, today()) if file else None

        def also(made: Patient) -> None:
            if reached := form.reached():
                own = replace(sent, token=uuid.uuid5(sent.token, "contact"))
                contacting.add(own, made, reached)
            if received is not None:
                received(made)

        try:
            made = registering.register(sent, form.person(), form.verdict(), also)
        except LikelyDuplicateError as error:
            context |= _likely(form, error)
        except InputError as error:
            form.add_error(None, sentence(error))
        else:
            drafts.done(request, NEW, held)
            if held:
                waiting_files.release(user, held)
            _warn(request, made)
            if books:
                to = reverse("patient-appointment", args=[made.public_id])
                return redirect(f"{to}?{hole.carried(request)}")
            opened = patient_gate.is_open(user, made)
            return redirect("patient" if opened else "patient-identity", made.public_id)
    return render(request, "clinic/registering/new.html", context, status=422)


@page("patients/<slug:public_id>/edit/", "patient-edit", Permission.WRITE_PATIENTS, form=True)
def patient_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change an identity, or give one to a patient who has none."""
    user = user_of(request)
    patient = gate.identity(user, public_id)
    stands = written(patient)
    draft = drafts.of(request, EDIT, public_id)
    form = EditPersonForm(
        typed(request, stands),
        today=today(),
        patient=patient,
        initial={**stands, **draft.initial},
    )
    edit = Edit(request, form)
    context: dict[str, Any] = {"patient": patient, "draft": draft}

    def change(said: dict[str, Any]) -> Patient:
        return registering.change(user, patient, said["based_on"], form.person(), form.verdict())

    try:
        changed = edit.writes(change)
    except LikelyDuplicateError as error:
        context |= _likely(form, error)
        changed = False
    if not changed:
        opened = patient_gate.is_open(user, patient)
        return edit.page("clinic/registering/edit.html", context, of=patient, opened=opened)
    drafts.done(request, EDIT, public_id)
    _warn(request, edit.made)
    if patient.proof and not edit.made.proof:
        said = _("A trait changed: the document seen before no longer counts. Check one again.")
        messages.warning(request, said)
    return redirect("patient-identity", public_id)


def _likely(form: PersonForm, error: LikelyDuplicateError) -> dict[str, Any]:
    """Who may be on file already, for the form's page; what the form says of it."""
    shown = " ".join(match.id.public_id for match in error.matches)
    if form.cleaned_data.get("others") == shown and not error.same_number:
        form.add_error("ground", _("Say how you know, or open the record that exists."))
    return {
        "likely": likely_lines(error.matches, form.person().identity, words()),
        "same_number": error.same_number,
        "shown": shown,
    }


def _warn(request: HttpRequest, patient: Patient) -> None:
    """Say what in a number does not agree with the traits: a register may be right all the same."""
    who = people.identity_of(patient)
    if who.ins is None:
        return
    for text in coherence(
        who.ins, sex=who.sex, birth_date=who.birth_date, birth_place=who.birth_place
    ):
        messages.warning(request, text.in_language(current()))


@page("patients/<slug:public_id>/error/", "patient-error", Permission.WRITE_PATIENTS, form=True)
def patient_error(request: HttpRequest, public_id: str) -> HttpResponse:
    """Mark a record as entered in error, or take the mark back. Nothing is erased."""
    user = user_of(request)
    patient = gate.identity(user, public_id)
    taking_back = bool(patient.in_error)
    initial = {"based_on": patient.version}
    form = VersionedReasonForm(request.POST or None, initial=initial)
    form.fields["reason"].required = not taking_back
    edit = Edit(request, form)

    def mark(said: dict[str, Any]) -> Patient:
        reason = "" if taking_back else said["reason"]
        return registering.mark_in_error(user, patient, said["based_on"], reason)

    if edit.writes(mark, stale=_("This record changed meanwhile. Read it again, then decide.")):
        return edit.done("patient-identity", public_id)
    context = {"patient": patient, "taking_back": taking_back}
    opened = patient_gate.is_open(user, patient)
    return edit.page("clinic/common/in-error.html", context, of=patient, opened=opened)


@page("patients/import/", "patient-import", Permission.WRITE_RECORDS, form=True)
def patient_import(request: HttpRequest) -> HttpResponse:
    """A file brings a new patient: it is read first, and waits while they are identified."""
    if request.method != "POST":
        return render(request, "clinic/registering/import.html", {"form": ImportForm()})
    files = request.FILES
    too_large = "file" in getattr(request, "files_too_large", ())
    form = ImportForm(request.POST, files, too_large=too_large)
    failure = ""
    if form.is_valid():
        data, name = form.sent()
        try:
            site = meanings.in_force(user_of(request).site_id)
            read = intake.read(data, name, engine.edition_in_force(), today(), site)
        except InputError as error:
            failure = error.in_language(current())
        else:
            held = waiting_files.hold(user_of(request), data, read)
            return redirect(f"{reverse(NEW)}?file={held}")
    context = {"form": form, "failure": failure}
    return render(request, "clinic/registering/import.html", context, status=422)
