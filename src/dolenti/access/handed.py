"""The screen handed to somebody else, to read and sign one page: until whoever is logged in
confirms who they are, their session opens nothing but that page.

It is kept in the session, so that no address typed and no step back gets out of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve

from dolenti.access.models import User

_KEPT: Final = "handed"
OPEN: Final = frozenset({
    "account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
    "account_logout", "language",
})  # fmt: skip
"""The pages by which the screen is taken back, and the language of the screens."""


def hand(request: HttpRequest) -> None:
    """Hand over the screen on the page that is asked for."""
    request.session[_KEPT] = {"page": request.path, "at": time.time()}


def is_handed(request: HttpRequest) -> bool:
    """Whether somebody else than who is logged in holds the screen."""
    return bool(getattr(request, "handed", False))


def way_back(request: HttpRequest) -> str:
    """Where whoever is logged in confirms who they are, and goes on from this page; nothing for one
    who has neither password nor second step: they log out."""
    assert isinstance(request.user, User)
    ways = get_adapter(request).get_reauthentication_methods(request.user)
    here = (way["url"] for way in ways if _is_open(way["url"]))
    found = next(here, "")
    return f"{found}?{urlencode({'next': request.path})}" if found else ""


def _is_open(address: str) -> bool:
    """Whether a handed screen may open this address."""
    return resolve(address).url_name in OPEN


class HandedMiddleware:
    """Keeps a handed screen on its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kept = request.session.get(_KEPT) if isinstance(request.user, User) else None
        if kept is None:
            return self.get_response(request)
        if _confirmed_since(request, kept["at"]):
            del request.session[_KEPT]
            return self.get_response(request)
        request.handed = True  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Back to the page that was handed over, whatever else was asked for."""
        match = request.resolver_match
        if not is_handed(request) or (match and match.url_name in OPEN):
            return None
        page = request.session[_KEPT]["page"]
        if request.path == page:
            return None
        if "HX-Request" in request.headers:
            return HttpResponse(status=204, headers={"HX-Redirect": page})
        return redirect(page)


def _confirmed_since(request: HttpRequest, at: float) -> bool:
    return any(record["at"] > at for record in get_authentication_records(request, request.user))
