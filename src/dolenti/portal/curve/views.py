"""The pages of the curve: a code is asked for and typed, the curve is shown, and closes by itself.

What closes it is the server: ten minutes after the code was taken it is shown no more. The browser
is told to ask again at that moment, and keeps no copy.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from dolenti.calendar.moments import clock as hour_in_words
from dolenti.calendar.moments import to_local
from dolenti.diary import codes, links, telling
from dolenti.diary.answers import ClosedError
from dolenti.diary.codes import CodeRefusedError, Use
from dolenti.followup import own
from dolenti.followup.own import AtTheVisitError, Own
from dolenti.guideline.diary import patient_signed
from dolenti.portal.door import Purpose, Visit, inside, page, remember, show, steady_inside
from dolenti.ui.course_curve import curve_of
from dolenti.ui.language import current


@page(form=True)
@inside(Purpose.ANSWER, typed=True)
def phone_curve(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The curve, for whoever typed its code in this browser; the others are asked for one."""
    if not own.is_offered(visit.link):
        return redirect("phone-form", visit.token)
    if request.method == "POST":
        return _closed(visit) if request.POST.get("close") else _typed(request, visit)
    by = links.patient_by(visit.link)
    try:
        return _shown(request, visit, own.read(by, visit.link, visit.proved, timezone.now()))
    except ClosedError:
        return _ended(request, visit)
    except CodeRefusedError:  # none was typed here, or it closed
        more = {"sent": "sent" in request.GET, "over": bool(visit.proved)}
        return _asked(request, visit, more)


@page(form=True)
@inside(Purpose.ANSWER, typed=True)
def phone_curve_code(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A code is sent, where one may go; the page says the same where none does."""
    answer = redirect("phone-curve", visit.token)
    if request.method != "POST" or not own.is_offered(visit.link):
        return answer
    try:
        own.insist_here(visit.link, visit.helped)
        with steady_inside(visit):
            telling.send_code(links.patient_by(visit.link), visit.link, Use.CURVE)
    except AtTheVisitError:  # the page says why
        return answer
    except ClosedError:
        return _ended(request, visit)
    answer.headers["Location"] += "?sent=1"
    return remember(answer, replace(visit, proved=""))


def _typed(request: HttpRequest, visit: Visit) -> HttpResponse:
    typed = request.POST.get("code", "")[:20]
    try:
        with steady_inside(visit):
            by = links.patient_by(visit.link)
            proof = own.open_(by, visit.link, typed, timezone.now(), visit.helped)
    except ClosedError:
        return _ended(request, visit)
    except AtTheVisitError:
        return _asked(request, visit, {}, status=422)
    except CodeRefusedError as error:
        more = {"errors": {"code": error.sentence(current())}, "sent": True}
        return _asked(request, visit, more, status=422)
    return remember(redirect("phone-curve", visit.token), replace(visit, proved=proof))


def _asked(
    request: HttpRequest, visit: Visit, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page that asks for a code; where none may go, why, and how the curve is seen then."""
    try:
        own.insist_here(visit.link, visit.helped)
    except AtTheVisitError as error:
        return show(request, "curve/visit", {"why": error.sentence(current())}, visit, status)
    context = {**more, "way": codes.way(visit.link, Use.CURVE)}
    return show(request, "curve/ask", context, visit, status)


def _ended(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The link ended while the page stood open."""
    why = gettext("this link has expired. Ask to see your curve at your next visit")
    return show(request, "curve/visit", {"why": why}, visit, status=409)


def _closed(visit: Visit) -> HttpResponse:
    """Whoever closes it opens it again by another code."""
    own.close(links.patient_by(visit.link), visit.link, visit.proved)
    return remember(redirect("phone-done", visit.token), replace(visit, proved=""))


def _shown(request: HttpRequest, visit: Visit, found: Own) -> HttpResponse:
    curve = curve_of(found.going, current())
    signed = patient_signed(found.going.edition, "patient/response")
    context = {
        "curve": curve,
        "svg": mark_safe(curve.svg),  # noqa: S308 - made by ui.curve, which escapes its words
        # The legend says what is drawn, and nothing that is not.
        "has": {
            name: f'"curve-{name}"' in curve.svg
            for name in ("late", "missing", "band", "session", "other")
        },
        "told": found.told,
        "has_curve": False,
        "notice": signed.told if found.told else None,
        "until": hour_in_words(to_local(found.until).time(), current()),
    }
    answer = show(request, "curve/page", context, visit)
    left = math.ceil((found.until - timezone.now()).total_seconds()) + 1
    answer.headers["Refresh"] = str(left)  # without script too
    return answer
