"""What holds of every request: kept by no browser, told in the trail, free of NUL."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from dolenti.access import audit

NUL = "\0"


class NoStoreMiddleware:
    """``Cache-Control: no-store`` on every page of a logged-in person: the back button of a
    shared computer shows nothing after log-out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class GatheringMiddleware:
    """One line of the trail for all that a request reads, written before the answer leaves: an
    answer whose line cannot be written is none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with audit.gathered():
            return self.get_response(request)


class NoNulMiddleware:
    """400 for NUL in an address or a form. Nobody types it, PostgreSQL keeps none, and a value that
    a view takes without a form would reach a query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NUL in request.path or _holds_nul(request):
            raise BadRequest("NUL in an address or a form")
        return self.get_response(request)


def _holds_nul(request: HttpRequest) -> bool:
    sent = [*request.GET.lists(), *request.POST.lists()]
    files = [(name, [one.name or "" for one in some]) for name, some in request.FILES.lists()]
    return any(NUL in name or any(NUL in text for text in texts) for name, texts in sent + files)
