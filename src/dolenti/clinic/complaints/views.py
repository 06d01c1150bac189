"""Complaints: the list, describing one, sending a file, the facts of one."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import patient_page
from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.listing import complaint_lines
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.complaints import fact_forms as fact_form
from dolenti.clinic.complaints.forms import DescribeForm, ImportForm
from dolenti.clinic.complaints.looking import as_typed, is_looking
from dolenti.guideline.errors import InputError
from dolenti.records import engine, gate
from dolenti.records.facts import meanings
from dolenti.records.files import arrivals, intake
from dolenti.records.judging import assessing
from dolenti.records.models import Complaint
from dolenti.ui.language import current
from dolenti.ui.paging import page_of


@page("complaints/", "complaints", Permission.READ_RECORDS)
def complaint_list(request: HttpRequest) -> HttpResponse:
    """The complaints open to the user, newest first."""
    user = user_of(request)
    found = gate.complaints(user).filter(gate.among_few(user, "patient"))
    found = found.select_related("author", "patient")
    page = page_of(request, found)
    gate.seen_all(user, "complaint", ((one.public_id, one.patient) for one in page))
    return render(
        request,
        "clinic/complaints/list.html",
        {"page": page, "complaints": complaint_lines(page, user, words())},
    )


@page("complaints/new/", "complaint-new", Permission.WRITE_RECORDS, form=True)
def complaint_new(request: HttpRequest) -> HttpResponse:
    """Describe a complaint by hand."""
    edition, language, as_of = engine.edition_in_force(), current(), today()
    if request.method != "POST" or is_looking(request):
        typed = as_typed(request) if request.method == "POST" else {}
        form = DescribeForm(initial=typed, edition=edition, language=language, as_of=as_of)
        sent = request.POST if typed else None
        groups = fact_form.groups(edition, language, sent=sent)
        return render(request, "clinic/complaints/new.html", {"form": form, "groups": groups})
    form = DescribeForm(request.POST, edition=edition, language=language, as_of=as_of)
    values, errors = fact_form.read(edition, request.POST, as_of)
    failure = ""
    if form.is_valid() and not errors:
        stated = {fact: value for fact, value in values.items() if value is not None}
        content = form.document(stated)
        try:
            read = intake.read(content, "", edition, as_of)
        except InputError as error:
            failure = error.in_language(language)
        else:
            reference = form.cleaned_data["reference"]
            read = replace(read, since=form.cleaned_data["since"])
            document = arrivals.receive(
                submission(request), content, read, as_of, reference=reference, kind="form"
            )
            return redirect("complaint", gate.first_of(document).public_id)
    groups = fact_form.groups(edition, language, sent=request.POST, errors=errors)
    wrong_facts = fact_form.wrong(groups)
    context = {"form": form, "groups": groups, "failure": failure, "wrong_facts": wrong_facts}
    return render(request, "clinic/complaints/new.html", context, status=422)


@page("complaints/import/", "complaint-import", Permission.WRITE_RECORDS, form=True)
def complaint_import(request: HttpRequest) -> HttpResponse:
    """Send a FHIR bundle or a plain file."""
    if request.method != "POST":
        return render(request, "clinic/complaints/import.html", {"form": ImportForm()})
    files = request.FILES  # reading them is what finds out whether one is too large
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
            reference = form.cleaned_data["reference"]
            document = arrivals.receive(
                submission(request), data, read, today(), reference=reference
            )
            if len(read.cases) > 1:
                return redirect("complaints")
            return redirect("complaint", gate.first_of(document).public_id)
    context = {"form": form, "failure": failure}
    return render(request, "clinic/complaints/import.html", context, status=422)


@page("complaints/<slug:public_id>/facts/", "complaint-facts", Permission.WRITE_RECORDS, form=True)
def complaint_facts(request: HttpRequest, public_id: str) -> HttpResponse:
    """Every fact of the complaint on one page, to complete or correct."""
    user, language, as_of = user_of(request), current(), today()
    complaint = gate.complaint(user, public_id)
    edition = engine.edition_in_force()
    known = dict(assessing.look(user, complaint, as_of).case.facts)
    token = TokenForm()
    if request.method != "POST":
        groups = fact_form.groups(edition, language, known=known)
        return _facts_page(request, complaint, token, groups)
    before = list(gate.statements(user, complaint))
    values, errors = fact_form.read(edition, request.POST, as_of, before)
    if not errors:
        sent = submission(request)
        # What was told may have put another answer in doubt: sent twice, that one stays so.
        if not assessing.was_sent(sent):
            changed = fact_form.changes(edition, values, known, as_of)
            assessing.answer(sent, complaint, changed, as_of)
        return redirect("complaint", public_id)
    groups = fact_form.groups(edition, language, sent=request.POST, errors=errors)
    return _facts_page(request, complaint, token, groups, status=422)


def _facts_page(
    request: HttpRequest,
    complaint: Complaint,
    form: TokenForm,
    groups: list[fact_form.Group],
    status: int = 200,
) -> HttpResponse:
    context = {
        "complaint": complaint,
        "heading": words().complaint(complaint.condition, complaint.zone, complaint.side),
        "groups": groups,
        "form": form,
        "wrong_facts": fact_form.wrong(groups),
    }
    of = complaint.patient
    return patient_page(request, "clinic/complaints/facts.html", context, of=of, status=status)
