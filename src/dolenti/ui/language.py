"""Which language a page speaks: the one chosen, else French."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from dolenti.access.language import alphabetical, current

__all__ = ["CODES", "LanguageMiddleware", "alphabetical", "current"]
CODES = frozenset(code for code, _ in settings.LANGUAGES)


class LanguageMiddleware:
    """The cookie decides; without one, the site's own language. A browser's preference does
    not: a French clinic's shared computer may be set to anything."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in CODES else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
