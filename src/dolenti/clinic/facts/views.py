"""What is known of a patient over time; one fact stated; files received and opened again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.covered import uncover
from dolenti.access.models import User
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.assess.answers import AnswerError, answered, blank, filled
from dolenti.clinic.common.editing import patient_page
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.common.strip import of_patient
from dolenti.clinic.complaints.forms import ImportForm
from dolenti.clinic.facts.forms import SayingForm
from dolenti.clinic.facts.shown import histories, history, themes
from dolenti.clinic.patients.overview import document_lines, heading
from dolenti.guideline.birth import may_be_one
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import FactDefinition
from dolenti.guideline.slips import Measured
from dolenti.ledger import once
from dolenti.records import engine, gate
from dolenti.records.facts import meanings, stating
from dolenti.records.facts.measured import last_measured
from dolenti.records.files import arrivals, intake, waiting_files
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.judging.complaints import SamePainError
from dolenti.records.models import Complaint, Document, Patient
from dolenti.records.patients import danger
from dolenti.ui.births import birth_beside_label
from dolenti.ui.language import current

NAME = "value"
LATEST = 20  # documents listed
KINDS = {Document.Kind.FHIR: "json", Document.Kind.FORM: "json", Document.Kind.PLAIN: "yaml"}


@page("patients/<slug:public_id>/facts/", "patient-facts", Permission.READ_RECORDS)
def facts(request: HttpRequest, public_id: str) -> HttpResponse:
    """Every fact with its history; ``?fact=`` opens the page of one."""
    patient = gate.record(user_of(request), public_id)
    wanted = uncover(request.GET.get("fact", "")) or ""
    if stating.definition_of(wanted) is not None:
        return redirect("patient-fact", public_id, wanted)
    user = user_of(request)
    complaints = list(patient_gate.complaints(user, patient))
    statements = list(patient_gate.statements(user, patient))
    found = danger.seen(patient, complaints, statements, today())
    lines = histories(statements, complaints, words(), today())
    context = {
        "patient": patient,
        "strip": of_patient(patient, found, words(), today()),
        "themes": themes(lines, current()),
        "several": len(complaints) > 1,
        "count": len(lines),
        "stateable": _stateable(),
        "documents": document_lines(patient_gate.documents(user, patient)[:LATEST]),
        "part": "facts",
    }
    return render(request, "clinic/facts/page.html", context)


def _stateable() -> list[tuple[str, str]]:
    facts = (one for one in engine.edition_in_force().facts if not one.from_header)
    named = [(one.id, one.label.in_language(current())) for one in facts]
    return sorted(named, key=lambda entry: entry[1].casefold())


@page(
    "patients/<slug:public_id>/facts/<covered:fact>/",
    "patient-fact",
    Permission.WRITE_RECORDS,
    form=True,
)
def fact(request: HttpRequest, public_id: str, fact: str) -> HttpResponse:
    """One fact: all that was said of it, and a new value beside the earlier ones."""
    user = user_of(request)
    patient = gate.record(user, public_id)
    definition = stating.definition_of(fact)
    if definition is None:
        raise Http404
    complaints = [one for one in patient_gate.complaints(user, patient) if not one.in_error]
    if definition.about != "complaint":
        complaints = []
    elif not complaints:
        messages.warning(request, _("This is asked about a pain: describe one first."))
        return redirect("patient", public_id)
    choices = [(one.public_id, heading(one, words())) for one in complaints]
    initial = {"at": today(), "complaint": request.GET.get("complaint", "")}
    form = SayingForm(request.POST or None, complaints=choices, today=today(), initial=initial)
    field = blank(definition, NAME, current())
    if request.method == "POST":
        valid = form.is_valid()
        try:
            said = patient_gate.statements(user, patient).filter(fact=definition.id)
            raw = _answer(request, definition, last_measured(said, definition, today()))
        except AnswerError as error:
            field = filled(definition, NAME, current(), request.POST, str(error), error.slip)
        else:
            field = filled(definition, NAME, current(), request.POST, "")
            if valid:
                chosen = form.cleaned_data.get("complaint")
                about = next((one for one in complaints if one.public_id == chosen), None)
                stating.state(submission(request), patient, definition, form.said(raw), about)
                messages.success(request, _("Saved beside the earlier values."))
                return redirect("patient-facts", public_id)
    context = {
        **_history(user, patient, definition, complaints),
        "wrong_facts": [field] if field.error else [],
        "patient": patient,
        "definition": definition,
        "form": form,
        "field": field,
    }
    status = 422 if request.method == "POST" else 200
    return patient_page(request, "clinic/facts/fact.html", context, of=patient, status=status)


def _answer(request: HttpRequest, definition: FactDefinition, before: Measured | None) -> Any:
    if "forget" in request.POST:
        return None
    raw = answered(definition, NAME, request.POST, today(), before)
    if raw is None:
        raise AnswerError(_("Give an answer, or withdraw the earlier ones below."))
    return raw


def _history(
    user: User, patient: Patient, definition: FactDefinition, complaints: list[Complaint]
) -> dict[str, Any]:
    said = list(patient_gate.statements(user, patient).filter(fact=definition.id))
    about: list[Complaint | None] = [*complaints] if complaints else [None]
    found = [
        history(
            definition.id,
            [one for one in said if one.complaint_id == (pain.pk if pain else None)],
            pain,
            words(),
            today(),
        )
        for pain in about
    ]
    return {"histories": [one for one in found if one.entries]}


@page(
    "patients/<slug:public_id>/import/",
    "patient-import-into",
    Permission.WRITE_RECORDS,
    form=True,
)
def import_into(request: HttpRequest, public_id: str) -> HttpResponse:
    """A file about a patient on file: its complaints and what it says, or nothing.

    Where it speaks of another birth date or sex, somebody has to say that it is theirs.
    """
    user, sent = user_of(request), submission(request)
    patient = gate.record(user, public_id)
    held = request.GET.get("file", "")
    waiting = held and not (request.method == "POST" and once.was_written(sent))
    file = waiting_files.take_up(user, held) if waiting else None
    form = ImportForm()
    failure, differs, status, same = "", [], 200, ""
    if request.method == "POST":
        status = 422
        too_large = "file" in getattr(request, "files_too_large", ())
        form = ImportForm(request.POST, request.FILES, too_large=too_large)
        if file is not None or form.is_valid():
            data, name = (file.data, "") if file else form.sent()
            try:
                site = meanings.in_force(user.site_id)
                read = intake.read(data, name, engine.edition_in_force(), today(), site)
            except InputError as error:
                failure = error.in_language(current())
            else:
                differs = _differs(read, patient)
                another = bool(request.POST.get("another"))
                if not differs or request.POST.get("same_person"):
                    try:
                        arrivals.add_to(sent, patient, data, read, today(), another=another)
                    except SamePainError as error:
                        same = error.sentence(current())
                    except InputError as error:
                        failure = error.in_language(current())
                    else:
                        waiting_files.release(user, held)
                        return redirect("patient", public_id)
                if file is None:
                    held = waiting_files.hold(user, data, read)
                    file = waiting_files.take_up(user, held)
    elif file is not None:
        site = meanings.in_force(user.site_id)
        read = intake.read(file.data, "", engine.edition_in_force(), today(), site)
        differs = _differs(read, patient)
    context = {
        "patient": patient,
        "form": form,
        "file": file,
        "held": held,
        "failure": failure,
        "differs": differs,
        "same": same,
        "same_person": request.POST.get("same_person"),
    }
    return patient_page(
        request, "clinic/facts/import-into.html", context, of=patient, status=status
    )


def _differs(read: intake.Read, patient: Patient) -> list[tuple[str, str, str]]:
    """What the file says of its patient that this one's record does not: trait, record, file."""
    first = read.cases[0]
    found = []
    born, said = patient.birth_date, first.birth_date
    if born and said and not may_be_one(born, said):
        here, there = birth_beside_label(born), birth_beside_label(said)
        found.append((_("Date of birth"), here, there))
    if first.sex and patient.sex and first.sex != patient.sex:
        here, there = (words().value("sex", one, today()) for one in (patient.sex, first.sex))
        found.append((_("Sex"), here, there))
    return found


@page("documents/<slug:public_id>/", "document", Permission.READ_RECORDS)
def document(request: HttpRequest, public_id: str) -> HttpResponse:
    """A file as it came in, to be kept or compared; never shown as a page of this site."""
    found = patient_gate.document(user_of(request), public_id)
    response = HttpResponse(arrivals.original(found), content_type="application/octet-stream")
    name = f"{found.public_id}.{KINDS.get(Document.Kind(found.kind), 'txt')}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
