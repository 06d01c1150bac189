"""The pages of an appointment: when and where, another time, giving it up, a wish to the reception.
None says why somebody comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from dolenti.access import clock
from dolenti.access.models import Site
from dolenti.agenda.life import AppointmentRefusedError
from dolenti.agenda.models import Appointment
from dolenti.agenda.timetable import opening_of
from dolenti.calendar.moments import WEEKDAYS, day_in_words, to_local
from dolenti.calendar.moments import clock as hour_in_words
from dolenti.diary import alerts, following, links, visiting, when, wishing
from dolenti.diary.answers import ClosedError
from dolenti.diary.models import Wish
from dolenti.diary.wishing import WishChangedError, Wished
from dolenti.guideline.errors import InputError
from dolenti.ledger.versions import StaleEditError, version_sent
from dolenti.portal import moment, shown
from dolenti.portal.door import Purpose, Visit, inside, page, show
from dolenti.portal.places import Desk
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
        "asked": _asked(visit) if name == "page" else [],
        **_told(visit),
        "comes": wishing.comes(found) if name == "page" else None,
        "others": [in_words(one.start) for one in visiting.others(found)] if name == "page" else [],
        **more,
    }
    return show(request, f"visit/{name}", context, visit, status=status)


def _told(visit: Visit) -> dict[str, Any]:
    """What to do now, where an alert stands that asks it, and what the reception passed on."""
    site = visit.link.patient.site
    standing = alerts.open_of(visit.link.patient)
    return {
        "to_do": shown.of_alert(standing, following.content(), Desk(site)),
        "passed_on": [in_words(one.created_at) for one in wishing.passed_on(visit.link)],
    }


def _closed(request: HttpRequest, visit: Visit, error: ClosedError) -> HttpResponse:
    return show(request, "closed", {"why": error.sentence(current())}, visit, status=409)


@page(form=True)
@inside(Purpose.APPOINTMENT)
def phone_visit(request: HttpRequest, visit: Visit) -> HttpResponse:
    """When and where; « Je viens »."""
    if request.method != "POST":
        return _page(request, visit, "page", {"done": request.GET.get("done", "")})
    try:
        wishing.come(links.patient_by(visit.link), visit.link, version_sent(request.POST))
    except ClosedError as error:
        return _closed(request, visit, error)
    except (AppointmentRefusedError, StaleEditError) as error:
        return _refused(request, visit, "page", error)
    return _done(visit, "comes")


@page(form=True)
@inside(Purpose.APPOINTMENT)
def phone_visit_cancel(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Giving the appointment up: asked once more, and no reason."""
    if request.method != "POST":
        return _as_it_stands(visit) or _page(request, visit, "cancel", {})
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
    """Another time, of six at most: chosen, and then confirmed."""
    if request.method != "POST":
        return _as_it_stands(visit) or _page(request, visit, "move", _times(visit))
    if version_sent(request.POST) != _of(visit).version and not request.POST.get("sure"):
        return _refused(request, visit, "move", StaleEditError(_of(visit), [], ""))
    try:
        start = datetime.fromisoformat(request.POST.get("start", ""))
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        why = gettext("Choose one of these times.")
        return _page(request, visit, "move", {**_times(visit), "why": why}, 422)
    if not request.POST.get("sure"):
        chosen = {"start": start.isoformat(), "to": in_words(start)}
        return _page(
            request, visit, "sure", {**chosen, "version": request.POST.get("based_on", "")[:20]}
        )
    try:
        visiting.move(links.patient_by(visit.link), visit.link, version_sent(request.POST), start)
    except ClosedError as error:
        return _closed(request, visit, error)
    except (InputError, StaleEditError) as error:
        return _refused(request, visit, "move", error)
    return _done(visit, "moved")


def _times(visit: Visit) -> dict[str, Any]:
    """The free times, and whether they are those that the patient asked for."""
    found = visiting.offered(_of(visit))
    times = [Time(one.start.isoformat(), in_words(one.start)) for one in found.times]
    return {"times": times, "as_asked": found.as_asked}


def _refused(
    request: HttpRequest, visit: Visit, name: str, error: InputError | StaleEditError
) -> HttpResponse:
    """The page again as things stand now, with why nothing was changed; of an appointment that is
    not planned any more, the one that says so."""
    found = _of(visit)
    found.refresh_from_db()
    if found.state != Appointment.State.PLANNED and name != "wish":
        name = "page"
    if isinstance(error, StaleEditError):
        why, status = gettext("Your appointment changed meanwhile: look at it again."), 409
    else:
        why, status = error.sentence(current()), 422
    more: dict[str, Any] = {"why": why}
    if name == "move":
        more |= _times(visit)
    return _page(request, visit, name, more, status)


def _as_it_stands(visit: Visit) -> HttpResponse | None:
    """To the page that says what became of an appointment that is not planned any more: there is
    nothing to move or to give up."""
    if _of(visit).state == Appointment.State.PLANNED:
        return None
    return redirect("phone-visit", visit.token)


def _done(visit: Visit, what: str) -> HttpResponse:
    return redirect(f"{reverse('phone-visit', args=[visit.token])}?done={what}")


@page(form=True)
@inside(Purpose.APPOINTMENT, typed=True)
def phone_visit_wish(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Another time that was not offered, another appointment, or a call: told to the reception,
    changed, or taken back."""
    asked = request.POST.get("kind") or request.GET.get("kind", "")
    kinds = {Wish.Kind.MOVE, Wish.Kind.ANOTHER, Wish.Kind.CALL}
    kind = Wish.Kind(asked) if asked in kinds else Wish.Kind.ANOTHER
    waits = next((one for one in wishing.waiting(visit.link) if one.kind == kind), None)
    more = _typed(request, kind, waits, _of(visit).site)
    if request.method != "POST":
        gone = _as_it_stands(visit) if kind == Wish.Kind.MOVE else None
        return gone or _page(request, visit, "wish", more)
    try:
        if "withdraw" in request.POST:
            _withdraw(request, visit)
            return _done(visit, "withdrawn")
        wished, errors = _wished(request, kind)
        if errors:
            return _page(request, visit, "wish", {**more, "errors": errors}, 422)
        wishing.wish(
            links.patient_by(visit.link), visit.link, wished, version_sent(request.POST),
            _instead_of(request),
        )  # fmt: skip
    except ClosedError as error:
        return _closed(request, visit, error)
    except (AppointmentRefusedError, StaleEditError) as error:
        return _refused(request, visit, "page", error)
    except WishChangedError as error:
        return _page(request, visit, "page", {"why": error.sentence(current())}, 409)
    except InputError as error:
        return _page(request, visit, "wish", {**more, "errors": _as_errors(error)}, 422)
    return _done(visit, "told")


@page(form=True)
@inside(*wishing.OF_TREATMENT, typed=True)
def phone_ask_visit(request: HttpRequest, visit: Visit) -> HttpResponse:
    """An appointment asked for by a link of the treatment. While it waits it is shown, and may be
    changed or taken back; what the reception found is shown with its date."""
    if request.method != "POST":
        waits, found = _waits(visit), wishing.booked(visit.link)
        done = request.GET.get("done", "")
        shows = waits or found or done or wishing.passed_on(visit.link)
        if shows and "change" not in request.GET:
            return _ask_page(request, visit, {"done": done})
        return show(request, "visit/wish", _to_ask(request, visit), visit)
    try:
        if "withdraw" in request.POST:
            _withdraw(request, visit)
            return _asked_done(visit, "withdrawn")
        wished, errors = _wished(request, Wish.Kind.ANOTHER)
        if errors:
            more = _to_ask(request, visit) | {"errors": errors}
            return show(request, "visit/wish", more, visit, status=422)
        wishing.ask(links.patient_by(visit.link), visit.link, wished, _instead_of(request))
    except ClosedError as error:
        return _closed(request, visit, error)
    except WishChangedError as error:
        return _ask_page(request, visit, {"why": error.sentence(current())}, 409)
    except InputError as error:
        more = _to_ask(request, visit) | {"errors": _as_errors(error)}
        return show(request, "visit/wish", more, visit, status=422)
    return _asked_done(visit, "told")


def _asked_done(visit: Visit, what: str) -> HttpResponse:
    return redirect(f"{reverse('phone-ask-visit', args=[visit.token])}?done={what}")


def _waits(visit: Visit) -> Wish | None:
    return next(iter(wishing.waiting(visit.link)), None)


def _to_ask(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    site = visit.link.of_course.site
    typed = _typed(request, Wish.Kind.ANOTHER, _waits(visit), site)
    return {**typed, **_told(visit), "of_treatment": True}


def _ask_page(
    request: HttpRequest, visit: Visit, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {
        "asked": _asked(visit),
        **_told(visit),
        "booked": [in_words(one.start) for one in wishing.booked(visit.link)],
        **more,
    }
    return show(request, "visit/asked", context, visit, status=status)


def _withdraw(request: HttpRequest, visit: Visit) -> None:
    named = request.POST.get("withdraw", "")[:40]
    wishing.withdraw(links.patient_by(visit.link), visit.link, named)


def _instead_of(request: HttpRequest) -> str:
    return request.POST.get("instead_of", "")[:40]


@dataclass(frozen=True)
class Asked:
    """What was asked of the reception and waits: what, when it was asked, for when."""

    wish: Wish
    what: str
    at: str
    days: list[str]


def _asked(visit: Visit) -> list[Asked]:
    whats = {
        Wish.Kind.MOVE: gettext("another date for this appointment"),
        Wish.Kind.ANOTHER: gettext("an appointment"),
        Wish.Kind.CALL: gettext("a call"),
    }
    return [
        Asked(one, whats[Wish.Kind(one.kind)], in_words(one.created_at), _when(one))
        for one in wishing.waiting(visit.link)
    ]


def _when(wish: Wish) -> list[str]:
    """When the patient said that they can come; of a call nothing."""
    if wish.kind == Wish.Kind.CALL:
        return []
    parts = {Wish.Part.MORNING: gettext("Morning"), Wish.Part.AFTERNOON: gettext("Afternoon")}
    part = parts.get(Wish.Part(wish.part), gettext("Morning or afternoon"))
    days = when.weekdays(wish, current()) or gettext("any day")
    return [one for one in (part, days, *when.limits(wish, current())) if one]


def _wished(request: HttpRequest, kind: Wish.Kind) -> tuple[Wished, dict[str, str]]:
    """What is wished, and what is wrong with it, by field."""
    sent, days, errors = request.POST, {}, {}
    for name in _LIMITS:
        try:
            days[name] = _day(sent.get(name, ""))
        except ValueError:
            days[name] = None
            errors[name] = gettext("This is no date: choose it again, or leave it empty.")
    wished = Wished(
        kind, sent.get("part", Wish.Part.ANY),
        [int(one) for one in sent.getlist("day") if one in map(str, range(7))],
        sent.get("note", "")[:400], **days,
    )  # fmt: skip
    for error in wishing.problems(wished):
        errors.setdefault(error.where, error.sentence(current()))
    return wished, {name: errors[name] for name in _FIELDS if name in errors}


def _as_errors(error: InputError) -> dict[str, str]:
    return {error.where or "note": error.sentence(current())}


def _day(typed: str) -> date | None:
    return date.fromisoformat(typed.strip()) if typed.strip() else None


def _typed(request: HttpRequest, kind: Wish.Kind, waits: Wish | None, site: Site) -> dict[str, Any]:
    """The form as it is shown: with what was typed, else what waits."""
    if request.method == "POST":
        typed: dict[str, Any] = {
            "part": request.POST.get("part", Wish.Part.ANY),
            "days": request.POST.getlist("day"),
            **{name: request.POST.get(name, "")[:400] for name in ("note", *_LIMITS)},
        }
    elif waits is not None:
        limits = {name: getattr(waits, name) for name in _LIMITS}
        typed = {
            "part": waits.part, "days": [str(one) for one in waits.days], "note": waits.note,
            **{name: day.isoformat() if day else "" for name, day in limits.items()},
        }  # fmt: skip
    else:
        typed = {"part": str(Wish.Part.ANY), "days": [], "note": ""}
    # A day on which nobody is there is not offered; of a site without hours every day is.
    opens = opening_of(site).week.keys() or range(len(WEEKDAYS))
    return {
        "kind": str(kind),
        "typed": typed,
        "instead_of": _instead_of(request) or (waits.public_id if waits is not None else ""),
        "waits_since": moment.in_words(waits.created_at) if waits is not None else "",
        "today": clock.today().isoformat(),
        "week": [
            (str(n), one.in_language(current()))
            for n, one in enumerate(WEEKDAYS)
            if n in opens or str(n) in map(str, typed["days"])
        ],
    }


_LIMITS: Final = ("not_before", "not_after")
_FIELDS: Final = ("part", "days", *_LIMITS, "note")
"""The fields of a wish, as they follow each other."""
