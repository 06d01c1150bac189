"""The phone as an application of the home screen: a manifest, and the page that its icon opens.

Neither holds a link, a name or a word of health: the icon opens nothing of a patient. A link ends;
the icon stays, and says where the next one is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from dolenti.portal import look
from dolenti.portal.door import show
from dolenti.ui.language import current


def _for_anybody(view: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """A page without a link, the same for everybody."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        answer = look.let_in(view(request))
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer

    opened: Any = require_safe(guarded)
    opened.permission = None
    opened.sends = False
    opened.takes_form = None
    return opened  # type: ignore[no-any-return]


@_for_anybody
def phone_app(request: HttpRequest) -> HttpResponse:
    """What a browser reads to put the icon on the home screen."""
    manifest = {
        "name": gettext("My answers"),
        "short_name": gettext("My answers"),
        "lang": current(),
        "start_url": reverse("phone-start"),
        "scope": reverse("phone-start"),
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b5560",
        "icons": [
            {"src": static(f"portal/icon-{size}.png"), "sizes": f"{size}x{size}",
             "type": "image/png", "purpose": "any maskable"}
            for size in (192, 512)
        ],
    }  # fmt: skip
    return JsonResponse(manifest, content_type="application/manifest+json")


@_for_anybody
def phone_start(request: HttpRequest) -> HttpResponse:
    """What the icon opens: where the link is, and whom to call."""
    return show(request, "start", {}, None)
