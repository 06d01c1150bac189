"""Cases: the list, describing one, sending a file, choosing the complaint, its facts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from dolenti.access.guard import needs
from dolenti.access.roles import Permission
from dolenti.clinic.forms import facts as fact_form
from dolenti.clinic.forms.cases import DescribeForm, ImportForm, TokenForm
from dolenti.clinic.present.listing import case_lines
from dolenti.clinic.views.common import submission, today, user_of, words
from dolenti.guideline.errors import InputError
from dolenti.records import engine, gate, intake, services
from dolenti.ui.language import current
from dolenti.ui.paging import page_of


@require_safe
@needs(Permission.READ_CASES)
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases of the site, newest first."""
    user = user_of(request)
    found = gate.cases(user).select_related("author").defer("original")
    page = page_of(request, found)
    return render(
        request, "clinic/cases/list.html", {"page": page, "cases": case_lines(page, user, words())}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WRITE_CASES)
def case_new(request: HttpRequest) -> HttpResponse:
    """Describe a case by hand."""
    edition, language, as_of = engine.edition_in_force(), current(), today()
    if request.method != "POST":
        form = DescribeForm(edition=edition, language=language, as_of=as_of)
        groups = fact_form.groups(edition, language)
        return render(request, "clinic/cases/new.html", {"form": form, "groups": groups})
    form = DescribeForm(request.POST, edition=edition, language=language, as_of=as_of)
    values, errors = fact_form.read(edition, request.POST, as_of)
    failure = ""
    if form.is_valid() and not errors:
        stated = {fact: value for fact, value in values.items() if value is not None}
        document = form.document(stated)
        try:
            read = intake.read(document, "", edition, as_of)
        except InputError as error:
            failure = error.in_language(language)
        else:
            reference = form.cleaned_data["reference"]
            case = services.create_case(
                submission(request), document, read, reference=reference, kind="form"
            )
            return redirect("case", case.public_id)
    groups = fact_form.groups(edition, language, sent=request.POST, errors=errors)
    context = {"form": form, "groups": groups, "failure": failure}
    return render(request, "clinic/cases/new.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WRITE_CASES)
def case_import(request: HttpRequest) -> HttpResponse:
    """Send a FHIR bundle or a plain file."""
    if request.method != "POST":
        return render(request, "clinic/cases/import.html", {"form": ImportForm()})
    files = request.FILES  # reading them is what finds out whether one is too large
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
            reference = form.cleaned_data["reference"]
            case = services.create_case(submission(request), data, read, reference=reference)
            return redirect("case" if case.complaint else "case-complaint", case.public_id)
    context = {"form": form, "failure": failure}
    return render(request, "clinic/cases/import.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WRITE_CASES)
def case_complaint(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say which of several complaints the case is about."""
    case = gate.case(user_of(request), public_id)
    if case.complaint:
        return redirect("case", public_id)
    lookup = words()
    read = services.read_again(case, lookup.edition, today())
    missing = False
    if request.method == "POST":
        chosen = request.POST.get("complaint", "")
        if any(one.complaint.id == chosen for one in read.cases):
            services.choose_complaint(case, chosen, today())
            return redirect("case", public_id)
        missing = True
    complaints = [
        {
            "id": one.complaint.id,
            "heading": lookup.complaint(
                one.complaint.condition, one.complaint.zone, one.complaint.side
            ),
            "since": lookup.day(one.complaint.since.isoformat() if one.complaint.since else None),
        }
        for one in read.cases
    ]
    context = {"case": case, "complaints": complaints, "missing": missing}
    status = 422 if missing else 200
    return render(request, "clinic/cases/complaint.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WRITE_CASES)
def case_facts(request: HttpRequest, public_id: str) -> HttpResponse:
    """Every fact of the case on one page, to complete or correct."""
    user, language, as_of = user_of(request), current(), today()
    case = gate.case(user, public_id)
    if not case.complaint:
        return redirect("case-complaint", public_id)
    edition = engine.edition_in_force()
    known = dict(services.look(user, case, as_of).case.facts)
    token = TokenForm()
    if request.method != "POST":
        groups = fact_form.groups(edition, language, known=known)
        context = {"case": case, "groups": groups, "form": token}
        return render(request, "clinic/cases/facts.html", context)
    values, errors = fact_form.read(edition, request.POST, as_of)
    if not errors:
        changed = fact_form.changes(edition, values, known, as_of)
        services.answer(submission(request), case, changed, as_of)
        return redirect("case", public_id)
    groups = fact_form.groups(edition, language, sent=request.POST, errors=errors)
    context = {"case": case, "groups": groups, "form": token}
    return render(request, "clinic/cases/facts.html", context, status=422)
