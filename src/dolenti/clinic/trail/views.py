"""The auditor's screen: who did what, filtered; whether the chain holds; the trail as a file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dolenti.access import trail as lines
from dolenti.access.models import User
from dolenti.access.pages import address_of, page
from dolenti.access.roles import Permission
from dolenti.calendar.moments import day_bounds
from dolenti.clinic.common.request import today, user_of, words
from dolenti.clinic.common.typed import sentence
from dolenti.clinic.patients.shown import patient_lines
from dolenti.clinic.trail.forms import FindPatientForm, TrailForm
from dolenti.guideline.errors import InputError
from dolenti.records.patients import opening, searching
from dolenti.ui.labels import LABELS

HIGHEST = 2**63 - 1
OUTSIDE = timedelta(days=366)
"""So far back what was read from outside a care team is gathered."""


@page("trail/", "trail", Permission.READ_AUDIT)
def trail(request: HttpRequest) -> HttpResponse:
    """The lines of the site, the latest first, those that are looked for."""
    user = user_of(request)
    form = TrailForm(request.GET or None, people=lines.people(user))
    wrong = form.is_bound and not form.is_valid()
    page = (
        lines.Page([], None) if wrong else lines.page(user, _looked(user, form), _before(request))
    )
    counted = lines.counts(user, _spans(user, lines.LATELY), timezone.now())
    context: dict[str, Any] = {
        "views": [(name, LABELS["trail-view"][name], counted.get(name, 0)) for name in lines.VIEWS],
        "view": request.GET.get("view", ""),
        "form": form,
        "page": page,
        "lines": [(line, address_of(line.detail.get("page", ""))) for line in page.lines],
        "query": _query(request, page.before),
        "check": lines.last_check(user),
        "unseen": opening.unseen(user),
    }
    return render(request, "clinic/trail/page.html", context, status=422 if wrong else 200)


def _spans(user: User, back: timedelta) -> tuple[lines.During, ...]:
    return opening.spans(user, timezone.now() - back)


def _looked(user: User, form: TrailForm) -> lines.Looked:
    if not form.is_bound:
        return lines.Looked()
    said = form.cleaned_data
    view = said["view"]
    start = day_bounds(said["first"])[0] if said["first"] else None
    end = day_bounds(said["last"] + timedelta(days=1))[0] if said["last"] else None
    equal = {name: said.get(name, "") for name in lines.FILTERS}
    spans = _spans(user, OUTSIDE) if view == "outside" else ()
    return lines.Looked(start, end, equal, said["patient"], view, spans)


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
        lines.as_csv(user, _looked(user, form)), content_type="text/csv; charset=utf-8"
    )
    name = f"dolenti-journal-{today().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@page("trail/verify/", "trail-verify", Permission.READ_AUDIT, form=True)
def trail_verify(request: HttpRequest) -> HttpResponse:
    """Verify the whole chain now, or let the worker do it where it is long."""
    if request.method == "POST":
        try:
            done = lines.ask_to_verify(user_of(request))
        except InputError as error:
            messages.error(request, sentence(error))
        else:
            if not done:
                messages.info(
                    request,
                    _("The trail is long: it is being verified. Look again in a few minutes."),
                )
    return redirect(f"{reverse('trail')}#chain")


@page("trail/patient/", "trail-find", Permission.READ_AUDIT, form=True)
def trail_find(request: HttpRequest) -> HttpResponse:
    """Whose lines are wanted: a patient by name, also a part of one, or by the day of birth."""
    user = user_of(request)
    form = FindPatientForm(request.POST or None)
    found, patients = None, []
    if request.method == "POST" and form.is_valid():
        found = searching.for_audit(user, form.cleaned_data["name"], today())
        patients = patient_lines(found.patients, words(), today())
        if not patients:
            form.add_error(
                "name", _("No patient of this site has this name, or was born on that day.")
            )
    status = 422 if form.errors else 200
    context = {"form": form, "found": found, "patients": patients}
    return render(request, "clinic/trail/find.html", context, status=status)
