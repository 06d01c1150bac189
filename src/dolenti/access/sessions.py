"""When a session ends: idle too long, open too long, or ended by its owner elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from dolenti.access import audit
from dolenti.access.models import User

BEGAN: Final = "began"
SEEN: Final = "seen"
WRITE_EVERY: Final = 60  # seconds: a write for every page would be one too many


def begin(session: Any) -> None:
    """Start the two clocks of a session, at log-in; forget the sessions that ran out."""
    SessionStore.clear_expired()
    session[BEGAN] = session[SEEN] = int(time.time())


def why_ended(session: Any, now: float) -> str:
    """``idle``, ``lifetime`` or nothing. A session without clocks has ended."""
    if now - session.get(BEGAN, 0) >= settings.SESSION_LIFETIME:
        return "lifetime"
    return "idle" if now - session.get(SEEN, 0) >= settings.SESSION_IDLE else ""


def end_all(user: User) -> int:
    """End every session of a person whose account is closed or in doubt; how many there were."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)


class SessionEndMiddleware:
    """Ends a session that is over, says why, and leads back to the page after log-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not isinstance(request.user, User):
            return self.get_response(request)
        now = time.time()
        why = why_ended(request.session, now)
        if why:
            return _ended(request, request.user, why)
        if now - request.session[SEEN] >= WRITE_EVERY:
            request.session[SEEN] = int(now)
            UserSession.objects.filter(session_key=request.session.session_key).update(
                last_seen_at=timezone.now()
            )
        return self.get_response(request)


def _ended(request: HttpRequest, user: User, why: str) -> HttpResponse:
    audit.record_account("session-end", actor=user, account=user, detail={"why": why})
    request.ended_by_clock = True  # type: ignore[attr-defined]  # the trail has it already
    logout(request)
    said = (
        gettext("Session closed after a time without use: log in again to continue.")
        if why == "idle"
        else gettext("Your session is twelve hours old: log in again to go on.")
    )
    messages.warning(request, said)
    return to_login(request)


def to_login(request: HttpRequest) -> HttpResponse:
    """To the log-in page, and from there back to where this person was."""
    after = redirect_to_login(_where(request))
    if "HX-Request" not in request.headers:
        return after
    # A redirect would put the log-in page into a piece of the page; this turns the whole page.
    return HttpResponse(status=204, headers={"HX-Redirect": after.url})


def _where(request: HttpRequest) -> str:
    if request.method in ("GET", "HEAD") and "HX-Request" not in request.headers:
        return request.get_full_path()
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
        return "/"
    parts = urlsplit(came_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
