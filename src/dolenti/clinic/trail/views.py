"""The auditor's screen: who did what, filtered; whether the chain holds; the trail as a file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dolenti.access import trail as lines
from dolenti.access.pages import address_of, page
from dolenti.access.roles import Permission
from dolenti.calendar.moments import day_bounds
from dolenti.clinic.common.request import today, user_of
from dolenti.clinic.trail.forms import FindPatientForm, TrailForm
from dolenti.records.patients import opening, searching

HIGHEST = 2**63 - 1


@page("trail/", "trail", Permission.READ_AUDIT)
def trail(request: HttpRequest) -> HttpResponse:
    """The lines of the site, the latest first, those that are looked for."""
    user = user_of(request)
    form = TrailForm(request.GET or None, people=lines.people(user))
    wrong = form.is_bound and not form.is_valid()
    page = lines.Page([], None) if wrong else lines.page(user, _looked(form), _before(request))
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "lines": [(line, address_of(line.detail.get("page", ""))) for line in page.lines],
        "query": _query(request, page.before),
        "check": lines.last_check(user),
        "unseen": opening.unseen(user),
        "find": FindPatientForm(),
    }
    return render(request, "clinic/trail/page.html", context, status=422 if wrong else 200)


def _looked(form: TrailForm) -> lines.Looked:
    if not form.is_bound:
        return lines.Looked()
    said = form.cleaned_data
    start = day_bounds(said["first"])[0] if said["first"] else None
    end = day_bounds(said["last"] + timedelta(days=1))[0] if said["last"] else None
    equal = {name: said.get(name, "") for name in lines.FILTERS}
    return lines.Looked(start, end, equal, said["patient"])


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
    return None if number is None or number > HIGHEST else number


def _query(request: HttpRequest, before: int | None) -> str:
    """The filters, and the place of the next page, as an address carries them."""
    query: QueryDict = request.GET.copy()
    query.pop("before", None)
    if before is not None:
        query["before"] = str(before)
    return query.urlencode()


@page("trail/export/", "trail-export", Permission.READ_AUDIT, form=True)
def trail_export(request: HttpRequest) -> Any:
    """The lines that are looked for, as a CSV file; that it was taken out is itself a line."""
    if request.method != "POST":
        return redirect("trail")
    user = user_of(request)
    form = TrailForm(request.POST, people=lines.people(user))
    if not form.is_valid():
        messages.warning(request, _("Check the filters: no file was made."))
        return redirect("trail")
    response = StreamingHttpResponse(
        lines.as_csv(user, _looked(form)), content_type="text/csv; charset=utf-8"
    )
    name = f"dolenti-journal-{today().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@page("trail/patient/", "trail-find", Permission.READ_AUDIT, form=True)
def trail_find(request: HttpRequest) -> HttpResponse:
    """The lines about a patient who asks who read their record."""
    user = user_of(request)
    form = FindPatientForm(request.POST or None)
    found: list[str] = []
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        found = searching.codes_of(user, said["birth_name"], said["birth_date"])
        if len(found) == 1:
            return redirect(f"{reverse('trail')}?patient={found[0]}")
        if not found:
            form.add_error(None, _("No record of this site has this name and this date of birth."))
    status = 422 if form.errors else 200
    context = {"form": form, "found": found}
    return render(request, "clinic/trail/find.html", context, status=status)
