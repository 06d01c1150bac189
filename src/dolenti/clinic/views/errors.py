"""Pages for when something is wrong: what happened, and what to do next."""

from __future__ import annotations

import sys
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language

from dolenti.records.trouble import Trouble, trouble

# What each trouble of the database is in HTTP, and after how many seconds to try again.
_STATUS: Final = {Trouble.FULL: 507, Trouble.BUSY: 503, Trouble.LOST: 503}
_RETRY: Final = {Trouble.BUSY: "5", Trouble.LOST: "30"}


def _page(request: HttpRequest, name: str, status: int) -> HttpResponse:
    return render(request, "clinic/errors/page.html", {"error": name}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request makes no sense."""
    return _page(request, "bad-request", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the role may not."""
    return _page(request, "forbidden", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing this person may see."""
    return _page(request, "not-found", 404)


def too_many(request: HttpRequest) -> HttpResponse:
    """429: more log-ins from one address than people make."""
    return _page(request, "too-many", 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; or 503 and 507, where the database is not there or has no room left."""
    kind = trouble(sys.exception())
    if kind is not None:
        return _without_database(kind)
    return _page(request, "server-error", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is too old, or came from elsewhere."""
    return _page(request, "stale-form", 403)


def _without_database(kind: Trouble) -> HttpResponse:
    """A page that asks the database nothing, not even who is logged in."""
    page = render_to_string(
        "clinic/errors/trouble.html",
        {"trouble": kind.value, "LANGUAGE_CODE": get_language() or settings.LANGUAGE_CODE},
    )
    response = HttpResponse(page, status=_STATUS.get(kind, 500))
    if kind in _RETRY:
        response.headers["Retry-After"] = _RETRY[kind]
    return response
