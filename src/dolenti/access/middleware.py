"""What holds of every request: kept by no browser, told in the trail, free of controls."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import Final

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from dolenti.access import audit

_NEVER: Final = re.compile(
    "[\\x00-\\x03\\x05-\\x08\\x0b\\x0c\\x0e-\\x1b\\x1f\\x7f-\\x84\\x86-\\x9f\\ud800-\\udfff]"
)
"""All controls but tab and the ends of lines (U+0085 is one), and what parts the fields of a code
that a scanner types (EOT, FS, GS, RS)."""


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


class CookiesMiddleware:
    """A cookie that holds what no field may hold counts as not sent. Django undoes the octal of a
    quoted one, so plain ASCII becomes NUL, which PostgreSQL refuses in the query for a session: it
    stands before sessions. Not 400: a browser sends its cookies again with every request, and
    another program on the same host may have set one that is nothing to us."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cookies = request.COOKIES
        for name in [name for name, value in cookies.items() if _NEVER.search(name + value)]:
            del cookies[name]
        return self.get_response(request)


class NoControlsMiddleware:
    """400 for what no field holds, in an address, a form or a header: NUL, the other control
    characters, and halves of a character. Nobody types them, PostgreSQL keeps no NUL, and a value
    that a view takes without a form would reach a query, a log or a terminal. Cookies are not
    judged here: see ``CookiesMiddleware``. And 400 for a form in another encoding than UTF-8: no
    page of ours sends one, and the name of some (``hex``) is none of a text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_utf8(request):
            raise BadRequest("a form in another encoding than UTF-8")
        if _NEVER.search(request.path) or _holds_controls(request):
            raise BadRequest("a control character in an address, a form or a header")
        return self.get_response(request)


def _is_utf8(request: HttpRequest) -> bool:
    """Whether a form is written as ours are; nothing may be decoded before that is known."""
    said = (request.content_params or {}).get("charset", "utf-8")
    try:
        return codecs.lookup(said).name == "utf-8"
    except (LookupError, ValueError):
        return False


def _holds_controls(request: HttpRequest) -> bool:
    sent = [*request.GET.lists(), *request.POST.lists()]
    files = [(name, [one.name or "" for one in some]) for name, some in request.FILES.lists()]
    return any(
        _NEVER.search(name) or any(_NEVER.search(text) for text in texts)
        for name, texts in sent + files
    ) or any(_NEVER.search(_header(text)) for name, text in request.META.items() if _is_said(name))


def _is_said(name: str) -> bool:
    """Whether an entry of a request is a header that the browser sent, cookies apart."""
    return name.startswith("HTTP_") and name != "HTTP_COOKIE"


def _header(text: str) -> str:
    """A header as it was meant: WSGI gives its bytes as Latin-1, where half of “É” is a control."""
    return text.encode("latin-1", "replace").decode("utf-8", "replace")
