"""The page that answers a form has an address of its own: every form of the phone leads on.

A form that was sent is answered by a redirect, always: to another page of the phone, or to its own
address with the number of a step (``?step=3``), where the page that answers it is shown. So a page
that is reloaded, or come back to, is asked for and never sent again, and no browser asks whether
to.

What such a page says stands in no address and in no cookie: the site keeps the page itself,
sealed, beside its sessions, for as long as a visit lasts, and the browser a key. Whatever leads on
to a page of another kind (sent, signed, given up) ends the steps before it.

Whoever has no link open sends forms too (a birth date that is none). Of those a minute keeps only
so many: past them the page answers the form itself, and leaves nothing in the database.
"""

from __future__ import annotations

import base64
import time
import zlib
from contextlib import suppress
from typing import Any, Final

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from dolenti.access import at_rest
from dolenti.access.at_rest import UnsealedError
from dolenti.portal.cookies import cookie

STEP: Final = "step"
COOKIE: Final = "phone_steps"
MOST: Final = 20
"""Steps that are kept of one visit, the last ones: a browser goes back that far."""
MOST_OF_STRANGERS: Final = 120
"""Pages that are kept in a minute, by each process, for whoever has no link open: 6 KB each."""
_MINUTE: Final = 60
_ABOUT: Final = "step of the phone"


def is_asked(request: HttpRequest) -> bool:
    """Whether a page is asked for that answered a form."""
    return request.method != "POST" and STEP in request.GET


def led_on(
    request: HttpRequest, token: str, answer: HttpResponse, seconds: int, link: str
) -> HttpResponse:
    """The redirect to the page that answers a form, which is kept for so long; ``link`` is the one
    by which alone it opens, empty where it opens without. What the page let the browser hold, the
    redirect does."""
    if 300 <= answer.status_code < 400:
        return forget(request, token, answer)
    if not link and not _is_within():
        return answer
    kept = _store(request)
    if kept.session_key is None:
        kept.create()
    steps: dict[str, Any] = dict(kept.get("steps", {}))
    number = str(1 + max(map(int, steps), default=0))
    steps[number] = {
        "path": request.path, "status": answer.status_code, "link": link,
        "page": _sealed(answer.content, kept, number),
    }  # fmt: skip
    kept["steps"] = {name: steps[name] for name in sorted(steps, key=int)[-MOST:]}
    kept.set_expiry(seconds)
    kept.save()
    onward = redirect(_address(request, number))
    onward.cookies = answer.cookies
    onward.set_cookie(
        cookie(COOKIE), kept.session_key or "", path=f"/s/{token}/", httponly=True, samesite="Lax",
        secure=not settings.LOCAL, max_age=seconds,
    )  # fmt: skip
    return onward


def shown(request: HttpRequest, link: str) -> HttpResponse:
    """The page that is asked for, where this browser was led to it and, if it is a page of a link,
    still has ``link`` open; else the redirect to what stands now."""
    kept, number = _store(request), request.GET[STEP]
    one = kept.get("steps", {}).get(number)
    if one is not None and one["path"] == request.path and one["link"] in ("", link):
        with suppress(UnsealedError):  # the key of the site changed meanwhile
            sealed = base64.b64decode(one["page"])
            page = zlib.decompress(at_rest.unseal(sealed, about=_about(kept, number)))
            return HttpResponse(page, status=one["status"])
    return redirect(_address(request))


def forget(request: HttpRequest, token: str, answer: HttpResponse) -> HttpResponse:
    """Keep nothing any more of what this browser was led to by a link."""
    if cookie(COOKIE) in request.COOKIES:
        _store(request).delete()
        answer.delete_cookie(cookie(COOKIE), path=f"/s/{token}/", samesite="Lax")
        del request.COOKIES[cookie(COOKIE)]
    return answer


def _is_within() -> bool:
    """Whether one more page of whoever has no link open is kept in this minute, by this process."""
    counts, key = caches["rates"], f"steps-{int(time.time()) // _MINUTE}"
    counts.add(key, 0, _MINUTE)
    try:
        return bool(counts.incr(key) <= MOST_OF_STRANGERS)
    except ValueError:  # pushed out between the two
        return False


def _store(request: HttpRequest) -> SessionStore:
    """What is kept for this browser. It has nothing to do with who is logged in here."""
    return SessionStore(request.COOKIES.get(cookie(COOKIE)) or None)


def _sealed(page: bytes, kept: SessionStore, number: str) -> str:
    sealed = at_rest.seal(zlib.compress(page), about=_about(kept, number))
    return base64.b64encode(sealed).decode()


def _about(kept: SessionStore, number: str) -> str:
    return f"{_ABOUT}/{kept.session_key}/{number}"


def _address(request: HttpRequest, number: str = "") -> str:
    """The same address, with a step or with none."""
    asked = request.GET.copy()
    asked.pop(STEP, None)
    if number:
        asked[STEP] = number
    return f"{request.path}?{asked.urlencode()}" if asked else request.path
