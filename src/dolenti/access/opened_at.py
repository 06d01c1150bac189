"""A form is sent at the site where it was opened.

The site where somebody acts stands on their account, not in the browser: who goes to another one
in a second tab leaves forms behind that were opened at the first. So each form says where it was
opened, in what every form carries, its CSRF token: ``<token>_<public id of the site>``. Where that
is another site than the one acted at, nothing is written and a page says both
(``settings.ANOTHER_SITE_VIEW``).

It is asked of the pages that need a permission, which is held at one site. Log-in, the own account,
the way from site to site and the phone of a patient are of no one site.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from dolenti.access.models import User
from dolenti.access.roles import Permission

FIELD: Final = "csrfmiddlewaretoken"
_SAFE: Final = ("GET", "HEAD", "OPTIONS", "TRACE")
_BETWEEN: Final = "_"  # in no token and in no public id


def token_at(request: HttpRequest, site_id: str) -> str:
    """The CSRF token of a form that is opened at this site, by its public id."""
    return f"{get_token(request)}{_BETWEEN}{site_id}"


def token(request: HttpRequest) -> dict[str, Any]:
    """What ``{% csrf_token %}`` writes, in every form of a page. No query of its own."""

    def written() -> str:
        user = getattr(request, "user", None)
        if not isinstance(user, User):
            return get_token(request)
        return token_at(request, user.site.public_id)

    return {"csrf_token": SimpleLazyObject(written)}


class OpenedAtMiddleware(CsrfViewMiddleware):
    """Asks, after what Django asks of a form, whether it was opened where it is sent.

    A token that names no site passes: no page that somebody has open carries one, since a log-in
    makes the tokens of before it worthless.
    """

    def process_view(  # type: ignore[override]  # Django says one kind of answer, and takes any
        self, request: HttpRequest, callback: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method in _SAFE:
            return super().process_view(request, callback, args, kwargs)
        as_sent = request.POST
        plain = as_sent.copy()
        plain[FIELD], _, in_form = as_sent.get(FIELD, "").partition(_BETWEEN)
        in_header = ""
        if settings.CSRF_HEADER_NAME in request.META:
            said = request.META[settings.CSRF_HEADER_NAME]
            request.META[settings.CSRF_HEADER_NAME], _, in_header = said.partition(_BETWEEN)
        request.POST = plain  # type: ignore[assignment]
        try:
            answer = super().process_view(request, callback, args, kwargs)
        finally:
            request.POST = as_sent  # a page that offers to send it again needs all of it
        opened_at = in_form or in_header
        if answer is not None or not opened_at or not _is_of_one_site(callback):
            return answer
        user = request.user
        if not isinstance(user, User) or opened_at == user.site.public_id:
            return None
        refuse: Callable[[HttpRequest, str], HttpResponse] = import_string(
            settings.ANOTHER_SITE_VIEW
        )
        return refuse(request, opened_at)


def _is_of_one_site(view: Any) -> bool:
    return isinstance(getattr(view, "permission", None), Permission)
