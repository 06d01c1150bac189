"""The pages of an appointment: when and where, another time, giving it up, a wish to the reception.
None says why somebody comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import WEEKDAYS, day_in_words, to_local
from dolenti.calendar.moments import clock as hour_in_words
from dolenti.diary import links, visiting
from dolenti.diary.answers import ClosedError
from dolenti.diary.models import Wish
from dolenti.diary.visiting import Wished
from dolenti.guideline.errors import InputError
from dolenti.ledger.versions import StaleEditError, version_sent
from dolenti.portal.door import Purpose, Visit, inside, page, show
from dolenti.ui.language import current


@dataclass(frozen=True)
class Time:
    """A free time: as it is sent, and in words."""

    value: str
    words: str


def in_words(moment: datetime) -> str:
    """« mardi 8 décembre à 14 h »."""
    local = to_local(moment)
    day, hour = day_in_words(local.date(), current()), hour_in_words(local.time(), current())
    return gettext("%(day)s at %(hour)s") % {"day": day, "hour": hour}


def _of(visit: Visit) -> Appointment:
    """The appointment of a link, as it stands."""
    found = visit.link.appointment
    assert found is not None
    return found


def _page(
    request: HttpRequest, visit: Visit, name: str, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    found = _of(visit)
    context = {
        "appointment": found,
        "when": in_words(found.start),
        "version": found.version,
        "site": found.site,
        "may_cancel": visiting.may_cancel(found),
        "may_move": visiting.may_move(found),
        **more,
    }
    return show(request, f"visit/{name}", context, visit, status=status)


def _closed(request: HttpRequest, visit: Visit, error: ClosedError) -> HttpResponse:
    return show(request, "closed", {"why": error.sentence(current())}, visit, status=409)


@page(form=True)
@inside(Purpose.APPOINTMENT)
def phone_visit(request: HttpRequest, visit: Visit) -> HttpResponse:
    """When and where; « Je viens »."""
    comes = False
    if request.method == "POST":
        try:
            visiting.come(links.patient_by(visit.link), visit.link)
        except ClosedError as error:
            return _closed(request, visit, error)
        comes = True
    return _page(request, visit, "page", {"comes": comes, "done": request.GET.get("done", "")})


@page(form=True)
@inside(Purpose.APPOINTMENT)
def phone_visit_cancel(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Giving the appointment up: asked once more, and no reason."""
    if request.method != "POST":
        return _page(request, visit, "cancel", {})
    try:
        visiting.cancel(links.patient_by(visit.link), visit.link, version_sent(request.POST))
    except ClosedError as error:
        return _closed(request, visit, error)
    except (InputError, StaleEditError) as error:
        return _refused(request, visit, "cancel", error)
    return redirect("phone-visit", visit.token)


@page(form=True)
@inside(Purpose.APPOINTMENT)
def phone_visit_move(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Another time, of six at most."""
    if request.method != "POST":
        return _page(request, visit, "move", {"times": _times(visit)})
    try:
        start = datetime.fromisoformat(request.POST.get("start", ""))
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        why = gettext("Choose one of these times.")
        return _page(request, visit, "move", {"times": _times(visit), "why": why}, 422)
    try:
        visiting.move(links.patient_by(visit.link), visit.link, version_sent(request.POST), start)
    except ClosedError as error:
        return _closed(request, visit, error)
    except (InputError, StaleEditError) as error:
        return _refused(request, visit, "move", error)
    return _done(visit, "moved")


def _times(visit: Visit) -> list[Time]:
    return [Time(one.start.isoformat(), in_words(one.start)) for one in visiting.free(_of(visit))]


def _refused(
    request: HttpRequest, visit: Visit, name: str, error: InputError | StaleEditError
) -> HttpResponse:
    """The page again as things stand now, with why nothing was changed."""
    _of(visit).refresh_from_db()
    if isinstance(error, StaleEditError):
        why, status = gettext("Your appointment changed meanwhile: look at it again."), 409
    else:
        why, status = error.sentence(current()), 422
    more: dict[str, Any] = {"why": why}
    if name == "move":
        more["times"] = _times(visit)
    return _page(request, visit, name, more, status)


def _done(visit: Visit, what: str) -> HttpResponse:
    return redirect(f"{reverse('phone-visit', args=[visit.token])}?done={what}")


@page(form=True)
@inside(Purpose.APPOINTMENT)
def phone_visit_wish(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Another time that was not offered, another appointment, or a call: told to the reception."""
    asked = request.POST.get("kind") or request.GET.get("kind", "")
    kinds = {Wish.Kind.MOVE, Wish.Kind.ANOTHER, Wish.Kind.CALL}
    kind = Wish.Kind(asked) if asked in kinds else Wish.Kind.ANOTHER
    days = [one for one in request.POST.getlist("day") if one in map(str, range(7))]
    typed: dict[str, Any] = {
        "part": request.POST.get("part", Wish.Part.ANY), "days": days,
        "note": request.POST.get("note", "")[:400],
    }  # fmt: skip
    language = current()
    more: dict[str, Any] = {
        "kind": str(kind),
        "typed": typed,
        "week": [(str(n), one.in_language(language)) for n, one in enumerate(WEEKDAYS)],
    }
    if request.method != "POST":
        return _page(request, visit, "wish", more)
    wished = Wished(kind, typed["part"], [int(one) for one in days], typed["note"])
    try:
        visiting.wish(links.patient_by(visit.link), visit.link, wished)
    except ClosedError as error:
        return _closed(request, visit, error)
    except InputError as error:
        return _page(request, visit, "wish", {**more, "why": error.sentence(language)}, 422)
    return _done(visit, "told")
