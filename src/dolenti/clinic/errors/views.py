"""Pages for when something is wrong: what happened, and what to do next."""

from __future__ import annotations

import sys
import uuid
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language

from dolenti.access import accounts
from dolenti.access.models import User
from dolenti.access.opened_at import token_at
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import patient_page
from dolenti.clinic.common.request import user_of
from dolenti.ledger.once import AnotherFormError
from dolenti.records import gate
from dolenti.records.gate import ClosedRecordError, MergedAwayError
from dolenti.safekeeping.trouble import Trouble, trouble

# What each trouble of the database is in HTTP, and after how many seconds to try again.
_STATUS: Final = {Trouble.FULL: 507, Trouble.BUSY: 503, Trouble.LOST: 503}
# What makes a form one write however often it is sent: its token, or the version it is based on.
SENT_ONCE: Final = {"token", "based_on"}
_CSRF: Final = "csrfmiddlewaretoken"
NOT_AGAIN: Final = {_CSRF, "token"}
_RETRY: Final = {Trouble.BUSY: "5", Trouble.LOST: "30"}


def _page(request: HttpRequest, name: str, status: int) -> HttpResponse:
    return render(request, "clinic/errors/page.html", {"error": name}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request makes no sense."""
    return _page(request, "bad-request", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the role may not; or the record is closed, and may be opened for a reason. What was
    merged into another record is no refusal where it is only to be read: see ``_merged_away``."""
    if isinstance(exception, MergedAwayError):
        return _merged_away(request, exception)
    if isinstance(exception, AnotherFormError):
        return _another_form(request)
    if isinstance(exception, ClosedRecordError):
        context = {"patient": exception.patient}
        return render(request, "clinic/openings/closed.html", context, status=403)
    return _page(request, "runs-the-site" if _administers(request) else "forbidden", 403)


def _merged_away(request: HttpRequest, error: MergedAwayError) -> HttpResponse:
    """The same page of the record that was kept; 409 for a form, which says where it would go and
    carries what was typed: whoever filled it in had the other record before them."""
    gone, kept = error.patient.public_id, error.survivor.public_id
    found = request.resolver_match
    assert found is not None
    named = {name: kept if one == gone else one for name, one in found.kwargs.items()}
    asked = request.META.get("QUERY_STRING", "").replace(gone, kept)
    address = reverse(found.view_name, kwargs=named) + (f"?{asked}" if asked else "")
    if list(named.values()).count(kept) > 1:  # the two of a merge: there is one left
        address = reverse("patient-identity", args=[kept])
    if request.method in ("GET", "HEAD"):
        return redirect(address)
    survivor = gate.identity(user_of(request), kept)
    again = [(name, value) for name, value in _to_be_sent_again(request) if name != _CSRF]
    context = {"survivor": survivor, "again": again, "address": address}
    template = "clinic/errors/merged.html"
    return patient_page(request, template, context, of=survivor, opened=False, status=409)


def _another_form(request: HttpRequest) -> HttpResponse:
    """409 for a form whose token was used for something else: nothing was written, and what was
    typed goes on from this page, as a form of its own."""
    again = [(name, value) for name, value in _to_be_sent_again(request) if name not in NOT_AGAIN]
    if again:
        again.append(("token", str(uuid.uuid4())))
    context = {"again": again, "address": request.get_full_path()}
    return render(request, "clinic/errors/another-form.html", context, status=409)


def another_site(request: HttpRequest, opened_at: str) -> HttpResponse:
    """409 for a form that was opened at another site than the one acted at now: nothing was
    written, and what was typed goes on from this page, to where it was opened."""
    user = user_of(request)
    there = next(
        (one.site for one in accounts.places(user) if one.site.public_id == opened_at), None
    )
    again = [] if there is None else _typed(request)
    context = {
        "here": user.site,
        "there": there,
        "again": again,
        "address": request.get_full_path(),
        "token_there": token_at(request, opened_at),
    }
    page = render(request, "clinic/errors/another-site.html", context, status=409)
    page.headers["HX-Retarget"], page.headers["HX-Reswap"] = "body", "innerHTML"
    return page


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form of which nothing was written: they may be sent once more, whatever it
    is. Nothing of one that holds a password or a file, which no page holds."""
    if request.FILES or any("password" in name for name in request.POST):
        return []
    return [
        (name, value) for name, values in request.POST.lists() for value in values if name != _CSRF
    ]


def _administers(request: HttpRequest) -> bool:
    """Whoever runs the site is not sent to themselves."""
    user = getattr(request, "user", None)
    return isinstance(user, User) and user.may(Permission.ADMINISTER)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing this person may see."""
    return _page(request, "not-found", 404)


def too_many(request: HttpRequest) -> HttpResponse:
    """429: more log-ins from one address than people make; or more of anything by one account."""
    is_in = isinstance(getattr(request, "user", None), User)
    return _page(request, "too-fast" if is_in else "too-many", 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; or 503 and 507, where the database is not there or has no room left."""
    kind = trouble(sys.exception())
    if kind is not None:
        return _without_database(request, kind)
    return _page(request, "server-error", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is too old, or came from elsewhere."""
    return _page(request, "stale-form", 403)


def _without_database(request: HttpRequest, kind: Trouble) -> HttpResponse:
    """A page that asks the database nothing, not even who is logged in.

    It carries the form that was sent: the browser keeps no copy of a page that must not be
    stored, so that its back button may have forgotten what was typed.
    """
    page = render_to_string(
        "clinic/errors/trouble.html",
        {
            "trouble": kind.value,
            "LANGUAGE_CODE": get_language() or settings.LANGUAGE_CODE,
            "again": _to_be_sent_again(request),
            "address": request.get_full_path(),
        },
    )
    response = HttpResponse(page, status=_STATUS.get(kind, 500))
    if kind in _RETRY:
        response.headers["Retry-After"] = _RETRY[kind]
    return response


def _to_be_sent_again(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of the form that was sent, where sending it twice is one write; else nothing.

    So no password is ever among them, and no file: a page cannot hold one.
    """
    if request.method != "POST" or not hasattr(request, "_post") or request.FILES:
        return []
    if not request.POST.keys() & SENT_ONCE:
        return []
    return [(name, value) for name, values in request.POST.lists() for value in values]
