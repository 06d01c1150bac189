"""Each request gets a random id, one line in the log, and its place in the metrics."""

from __future__ import annotations

import logging
import secrets
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.core.signals import got_request_exception
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from dolenti.access.models import User
from dolenti.config import metrics
from dolenti.config.logs import request_id
from dolenti.safekeeping.trouble import trouble

requests = logging.getLogger("dolenti.request")
errors = logging.getLogger("dolenti.error")

HEADER: Final = "X-Request-ID"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Asked every few seconds by machines, or by every page: said only where all is to be said.
QUIET: Final = frozenset({"health", "health-ready", "metrics", "static"})


class ObserveMiddleware:
    """The outermost of all, so that it sees every answer.

    The id is made here and never taken from the request, where a stranger might write anything.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(secrets.token_hex(8))
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers[HEADER] = request_id.get()
            _tell(request, response.status_code, time.perf_counter() - started)
        finally:
            request_id.reset(token)
        return response


def _tell(request: HttpRequest, status: int, seconds: float) -> None:
    view = view_name(request)
    method = request.method if request.method in METHODS else "other"
    metrics.REQUESTS.labels(view, method, str(status)).inc()
    metrics.SECONDS.labels(view).observe(seconds)
    requests.log(
        logging.DEBUG if view in QUIET else logging.INFO,
        "answered",
        extra={
            "view": view,
            "method": method,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "role": _role(request),
        },
    )


def view_name(request: HttpRequest) -> str:
    """The name of the view that answered, which is ours; never the address, which is theirs."""
    match = request.resolver_match
    if match is not None:
        return match.view_name or "unnamed"
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "none"


def _role(request: HttpRequest) -> str:
    # Only what the request knows already: to say who asked must not ask the database.
    user = request.__dict__.get("_cached_user")
    return user.role if isinstance(user, User) else ""


@receiver(got_request_exception, dispatch_uid="dolenti-observe")
def _failed(request: HttpRequest, **_: Any) -> None:
    error = sys.exception()
    kind = trouble(error)
    if kind is not None:
        metrics.DATABASE_ERRORS.labels(kind.value).inc()
    errors.error(
        "a request failed",
        exc_info=error,
        extra={"view": view_name(request), **({"trouble": kind.value} if kind else {})},
    )
