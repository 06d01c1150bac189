"""How much one account may ask for in a minute: more than people do, and less than a machine that
carries the records away, searches through them, or keeps the site busy.

Stands before every view, so that none is forgotten. Which ones give files (papers, copies, exports,
calendars, photos) is seen from their answers: from the first one on, a view is known for it. Each
process of the site counts for itself, in memory: two let through twice as much at most.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver

from dolenti.access.models import User

MINUTE: Final = 60
TYPED: Final = "q"
"""The name of the field that every search of people types into."""
_give_files: set[str] = set()


class RateMiddleware:
    """429, and when to come again, for an account that asks for more than ``settings.RATES``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and match.view_name not in _give_files and _is_file(response):
            _give_files.add(match.view_name)
            if isinstance(request.user, User):
                _is_within("files", request.user)  # the first one counts
        return response

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Count what is asked for, and refuse what is too much."""
        if not isinstance(request.user, User):
            return None
        kinds = ["requests"]
        if (request.GET.get(TYPED) or request.POST.get(TYPED) or "").strip():
            kinds.append("searches")
        if request.resolver_match and request.resolver_match.view_name in _give_files:
            kinds.append("files")
        within = [_is_within(kind, request.user) for kind in kinds]  # each is counted
        if all(within):
            return None
        refused: HttpResponse = get_resolver().resolve_error_handler(429)(request)
        refused.headers["Retry-After"] = str(MINUTE - int(time.time()) % MINUTE)
        return refused


def _is_within(kind: str, user: User) -> bool:
    """Count one more, and say whether it may be."""
    counts, key = caches["rates"], f"{kind}-{user.public_id}-{int(time.time()) // MINUTE}"
    counts.add(key, 0, MINUTE)
    try:
        return bool(counts.incr(key) <= settings.RATES[kind])
    except ValueError:  # pushed out between the two
        return True


def _is_file(response: HttpResponse) -> bool:
    return "Content-Disposition" in response.headers
