"""The phone as an application of the home screen: a manifest, and the page that its icon opens.

Neither holds a link, a name or a word of health: the icon opens nothing of a patient. A link ends;
the icon stays, and says where the next one is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from dolenti.identity import phone
from dolenti.portal import look, new_link, signs
from dolenti.portal.door import show
from dolenti.ui.language import current


def for_anybody(
    *, form: bool = False
) -> Callable[[Callable[[HttpRequest], HttpResponse]], Callable[..., HttpResponse]]:
    """A page without a link, the same for everybody: it is opened, and with a ``form`` also
    sent."""
    methods = require_http_methods(["GET", "HEAD", "POST"]) if form else require_safe

    def register(view: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            answer = look.let_in(view(request))
            answer.headers["Cache-Control"] = "no-store"
            answer.headers["X-Robots-Tag"] = "noindex"
            return answer

        opened: Any = methods(guarded)
        opened.permission = None
        opened.sends = form
        opened.takes_form = None
        return opened  # type: ignore[no-any-return]

    return register


@for_anybody()
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


@for_anybody(form=True)
def phone_start(request: HttpRequest) -> HttpResponse:
    """What the icon opens: where the link is, how to have another, whom to call and for which
    signs. Whoever asks for a link is told the same, whatever was typed."""
    if request.method != "POST":
        context: dict[str, Any] = {"signs": signs.of_anybody(), "said": new_link.said()}
        if "unread" in request.GET:
            why = gettext("Write a telephone number, or an e-mail address such as name@example.org")
            context["errors"] = {"contact": why}
        context["asked"] = "asked" in request.GET
        return show(request, "start", context, None, status=422 if "errors" in context else 200)
    typed = request.POST.get("contact", "").strip()[:254]
    if "@" not in typed and not phone.plain(typed):
        return redirect(f"{reverse('phone-start')}?unread=1")
    new_link.heard(request, contact=typed)
    return redirect(f"{reverse('phone-start')}?asked=1")
