"""The door of the phone: which link this browser opened, and what every answer of ours says to
browsers, whoever asks.

No page here asks for an account: the link and the birth date are the key. What a browser holds of
it is signed, of this link's path alone, and ends after half an hour.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from dolenti.access import clock
from dolenti.diary import codes, following, links, networks
from dolenti.diary.models import Link
from dolenti.followup import own, rehabilitating
from dolenti.portal import look, places, steps
from dolenti.portal.cookies import cookie
from dolenti.ui.language import current

P = ParamSpec("P")
Purpose = Link.Purpose
OF_A_COURSE: Final = (Purpose.ANSWER, Purpose.AFTERCARE)
"""The links of a treatment that was begun: by them a problem is told, and judged."""
HOMES: Final = {
    Purpose.ANSWER: "phone-form",
    Purpose.HISTORY: "phone-history",
    Purpose.APPOINTMENT: "phone-visit",
    Purpose.CONSENT: "phone-consent",
    Purpose.AFTERCARE: "phone-aftercare",
}
"""By its purpose, the page that a link leads to."""
COOKIE: Final = "phone"
DEVICE: Final = "phone_device"
BROWSER: Final = "phone_browser"
"""The number of this browser, without which no link that it opened is open: taken from it, they
are all closed, whichever was looked at."""
TRIED: Final = "phone_tried"
SALT: Final = "dolenti.portal"
OWN_SECONDS: Final = 30 * 60
SHARED_SECONDS: Final = 10 * 60
SENT_SECONDS: Final = 2 * 60
"""So long is shown, on a device that is not the patient's own, what was sent from there: not to
whoever takes it up next."""
DAY: Final = 24 * 3600
YEAR: Final = 365 * 24 * 3600
CODE: Final = "code"
HELD: Final = 0.3
"""Seconds that an attempt at a birth date or a code takes, whatever becomes of it."""


@dataclass(frozen=True)
class Visit:
    """A link that this browser opened by the birth date. ``by`` answers for the patient; ``own``:
    the device is the patient's own, or nobody said; ``proved`` is the code that was typed here;
    ``helped`` whoever last answered for the patient in this browser, even if not now; ``came`` the
    links that one form after the other led on from, by their tokens; ``sent``: what was asked is
    sent, and nothing is typed since; ``browser`` the number of the browser that it is of."""

    token: str
    link: Link
    by: str = ""
    own: bool | None = None
    proved: str = ""
    helped: str = ""
    came: tuple[str, ...] = ()
    sent: bool = False
    browser: str = ""

    @property
    def seconds(self) -> int:
        """How long it lasts while nobody does anything."""
        return OWN_SECONDS if self.own else SHARED_SECONDS

    @property
    def open_for(self) -> int:
        """How long it opens in this browser from now: on another's device no longer than that,
        once all is sent."""
        return SENT_SECONDS if self.sent and not self.own else self.seconds


def closed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What holds of every page here: a form that is sent leads on, nobody keeps a page, and no
    other site learns its address."""

    @wraps(view)
    def guarded(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if steps.is_asked(request):
            answer = _step(request, token)
        else:
            answer = view(request, token, *args, **kwargs)
        if request.method == "POST":
            visit = visit_of(request, token)
            seconds = SHARED_SECONDS if visit is None else visit.seconds
            of_link = "" if visit is None else visit.link.public_id
            answer = steps.led_on(request, token, answer, seconds, of_link)
        look.let_in(answer)
        answer.headers["Cache-Control"] = "no-store"
        # No other site; ours has to be told, or a browser sends a form as from nowhere.
        answer.headers["Referrer-Policy"] = "same-origin"
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer

    return guarded


def _step(request: HttpRequest, token: str) -> HttpResponse:
    """The page that a form led to; while it is looked at its visit goes on."""
    visit = visit_of(request, token)
    if visit is None:
        return steps.shown(request, "")
    return remember(steps.shown(request, visit.link.public_id), visit)


def page(*, form: bool = False) -> Callable[[Callable[..., HttpResponse]], Any]:
    """A page that anybody may ask for: it is opened, and with a ``form`` also sent."""
    methods = require_http_methods(["GET", "HEAD", "POST"]) if form else require_safe

    def register(view: Callable[..., HttpResponse]) -> Any:
        opened: Any = methods(closed(view))
        opened.permission = None
        opened.sends = form
        opened.takes_form = None  # what it takes depends on the link: the tests of the phone know
        return opened

    return register


def inside(
    *purposes: Purpose, typed: bool = False, ends: bool = False
) -> Callable[
    [Callable[Concatenate[HttpRequest, Visit, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, str, P], HttpResponse],
]:
    """For whoever opened a link for one of these purposes in this browser, on the clock of its
    site; the others are asked for the birth date, or led to what their link is for. A page that is
    ``typed`` into leaves time for it; one that ``ends``, which says what became of what was sent,
    leaves less on a device that others hold."""

    def within(
        view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
        @wraps(view)
        def guarded(
            request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            visit = visit_of(request, token)
            if visit is None and request.method == "POST" and (link := _ended(request, token)):
                return _not_sent(request, token, link)
            if visit is None or visit.link.purpose not in purposes:
                return redirect("phone", token)
            visit = replace(visit, sent=ends or (visit.sent and not typed))
            with clock.at_site(visit.link.patient.site):
                answer = view(request, visit, *args, **kwargs)
            # A visit ends when nobody has done anything for a while, not in the middle of a form.
            return answer if cookie(COOKIE) in answer.cookies else remember(answer, visit)

        guarded.purposes = purposes  # type: ignore[attr-defined] # the tests walk the pages by it
        return guarded  # type: ignore[return-value]

    return within


def _not_sent(request: HttpRequest, token: str, link: Link) -> HttpResponse:
    """What was written while its link was ended by somebody did not go: said at once, with whom to
    call, and not lost on the page that asks for a birth date."""
    why = gettext(
        "What you wrote was not sent: this link no longer opens. If something worries you, "
        "call us; in an emergency, call 15 or 112"
    )
    site = link.patient.site
    context = {
        "why": why, "token": token, "phone": site.phone, "opens": places.of_site(site),
        "not_sent": True,
    }  # fmt: skip
    return show(request, "closed", context, None, status=409)


def home(visit: Visit) -> HttpResponse:
    """To the page that a link is for."""
    return redirect(HOMES[Purpose(visit.link.purpose)], visit.token)


def is_proved(visit: Visit, use: codes.Use) -> bool:
    """Whether a code for this use was typed in this browser a short while ago."""
    within = timedelta(seconds=visit.seconds)
    return codes.is_proved(visit.link, use, visit.proved, within)


@contextmanager
def steady(what: str, network: str) -> Iterator[None]:
    """An attempt at a secret takes as long whatever becomes of it. Of an address that tried as
    often as it may nothing is looked at, so that there is nothing to hide by waiting: it holds no
    thread, however many of its requests come at once."""
    if networks.is_too_often(what, network):
        yield
        return
    begun = time.monotonic()
    try:
        yield
    finally:
        time.sleep(max(0.0, HELD - (time.monotonic() - begun)))


@contextmanager
def steady_inside(visit: Visit) -> Iterator[None]:
    """The same of a code, by the link that it is of: once more were tried than codes are looked at
    in a day, nobody waits for it."""
    with steady(CODE, visit.link.public_id):
        networks.count(CODE, visit.link.public_id)
        yield


def show(
    request: HttpRequest, name: str, context: dict[str, Any], visit: Visit | None, status: int = 200
) -> HttpResponse:
    """A page of the phone: with what is said on every one, and where to call."""
    rules = following.content().alarm_rules
    context |= {
        "emergency_line": rules.emergency_line.says.in_language(current()),
        "despair_line": rules.despair_line.says.in_language(current()),
        "page_style": look.style(),
        "inside": False,  # of a link: in the same browser somebody of the clinic may be logged in
        "places": SimpleLazyObject(places.of_every_site),
    }
    if visit is not None:
        with clock.at_site(visit.link.patient.site):  # a page that is not ``inside`` says it too
            has_curve = context.get("has_curve", True) and _opens_curve(visit)
        context |= {
            "token": visit.token,
            "phone": visit.link.patient.site.phone,
            "opens": places.of_site(visit.link.patient.site),
            "by": visit.by,
            "inside": True,
            "kept": visit.own is True,
            "shared": visit.own is False,
            "purpose": visit.link.purpose,
            "exercises": _has_exercises(visit.link),
            "has_curve": has_curve,
        }
    return render(request, f"portal/{name}.html", context, status=status)


def _opens_curve(visit: Visit) -> bool:
    """Whether there is a curve, and it can be opened from this browser."""
    if not own.is_offered(visit.link):
        return False
    try:
        own.insist_here(visit.link, visit.by or visit.helped)
    except own.AtTheVisitError:
        return False
    return True


def _has_exercises(link: Link) -> bool:
    course = link.course if link.purpose in (Purpose.ANSWER, Purpose.AFTERCARE) else None
    return course is not None and rehabilitating.accepted_of(course.complaint) is not None


def _kept(request: HttpRequest) -> dict[str, Any]:
    """What the cookie of this browser says, while it stands; else nothing."""
    kept = request.COOKIES.get(cookie(COOKIE), "")
    try:
        said = signing.loads(kept, salt=SALT, max_age=OWN_SECONDS)
        if said["own"] is not True:
            lasts = SENT_SECONDS if said.get("sent") else SHARED_SECONDS
            signing.loads(kept, salt=SALT, max_age=lasts)
        if not _is_of(request, str(said["browser"])):
            return {}
        return {**said, "link": str(said["link"])}
    except (signing.BadSignature, KeyError, TypeError):
        return {}


def _is_of(request: HttpRequest, browser: str) -> bool:
    return bool(browser) and constant_time_compare(browser, browser_of(request))


def browser_of(request: HttpRequest) -> str:
    """The number of this browser; empty where it opened no link, or closed what it opened."""
    return request.COOKIES.get(cookie(BROWSER), "")


def let_in(request: HttpRequest, answer: HttpResponse, visit: Visit) -> HttpResponse:
    """Let the browser hold that it opened a link just now, by the birth date."""
    number = browser_of(request) or get_random_string(22)
    # Set here alone: an answer that comes late, to a page that was asked for before all was
    # closed, opens nothing again.
    answer.set_cookie(
        cookie(BROWSER), number, path="/s/", httponly=True, samesite="Lax",
        secure=not settings.LOCAL, max_age=DAY,
    )  # fmt: skip
    return remember(answer, replace(visit, browser=number))


def is_own(request: HttpRequest, link: Link) -> bool:
    """Whether the patient of a link said that this device is their own. Another patient says so for
    themselves."""
    return constant_time_compare(request.COOKIES.get(cookie(DEVICE), ""), _owner(link))


def _owner(link: Link) -> str:
    """Whose device it is: of a patient, whichever of their merged records a link is of."""
    patient = link.patient
    kept = str(patient.absorbed_by_id or patient.pk)
    return salted_hmac("dolenti.portal.device", kept, algorithm="sha256").hexdigest()


def _ended(request: HttpRequest, token: str) -> Link | None:
    """The link that this browser opened before, and that was ended meanwhile."""
    said = _kept(request)
    link = links.of_token(token) if said else None
    return link if link is not None and link.public_id == said["link"] else None


def visit_of(request: HttpRequest, token: str) -> Visit | None:
    """What this browser opened before, where its cookie says so and the link still stands."""
    said = _kept(request)
    link = links.opened(token, said["link"]) if said else None
    if link is None:
        return None
    return Visit(
        token, link, str(said.get("by", "")), said.get("own"), str(said.get("proved", "")),
        str(said.get("helped", "")), tuple(map(str, said.get("came", ()))),
        bool(said.get("sent")), str(said["browser"]),
    )  # fmt: skip


def close(request: HttpRequest, token: str, answer: HttpResponse) -> HttpResponse:
    """End the visit of a link in this browser, and of every other that it opened: one form leads
    on to the next, and whoever closes the last one has closed them all."""
    steps.forget(request, token, answer)
    request.COOKIES.pop(cookie(BROWSER), None)
    answer.delete_cookie(cookie(BROWSER), path="/s/", samesite="Lax")
    request.COOKIES.pop(cookie(COOKIE), None)  # the page that says so opens without it
    answer.delete_cookie(cookie(COOKIE), path=f"/s/{token}/", samesite="Lax")
    return answer


def tried(request: HttpRequest) -> int:
    """How many birth dates opened nothing at this address, in this browser: it says as much of a
    link that nobody knows."""
    with suppress(signing.BadSignature, TypeError, ValueError):
        kept = request.COOKIES.get(cookie(TRIED), "")
        return int(signing.loads(kept, salt=SALT + request.path, max_age=DAY))
    return 0


def try_again(answer: HttpResponse, token: str, times: int) -> HttpResponse:
    """Let the browser hold how many dates opened nothing at this address."""
    path = f"/s/{token}/"
    answer.set_cookie(
        cookie(TRIED), signing.dumps(times, salt=SALT + path), path=path, httponly=True,
        samesite="Lax", secure=not settings.LOCAL, max_age=DAY,
    )  # fmt: skip
    return answer


def remember(answer: HttpResponse, visit: Visit) -> HttpResponse:
    """Let the browser hold that it opened this link, and no name of the patient."""
    said: dict[str, Any] = {"link": visit.link.public_id, "by": visit.by, "own": visit.own}
    said["browser"] = visit.browser
    if visit.proved:
        said["proved"] = visit.proved
    if visit.by or visit.helped:
        said["helped"] = visit.by or visit.helped
    if visit.came:
        said["came"] = list(visit.came)
    if visit.sent:
        said["sent"] = True
    secure = not settings.LOCAL
    answer.set_cookie(
        cookie(COOKIE), signing.dumps(said, salt=SALT), path=f"/s/{visit.token}/", httponly=True,
        samesite="Lax", secure=secure, max_age=visit.open_for,
    )  # fmt: skip
    if visit.sent and visit.own is False and answer.status_code == 200:
        # The page that lies open goes as well, without script too: by then its visit is over.
        answer.headers["Refresh"] = str(SENT_SECONDS + 1)
    if visit.own:
        answer.set_cookie(
            cookie(DEVICE), _owner(visit.link), path="/s/", httponly=True, samesite="Lax",
            secure=secure, max_age=YEAR,
        )  # fmt: skip
    elif visit.own is False:
        answer.delete_cookie(cookie(DEVICE), path="/s/", samesite="Lax")
    return answer
