"""What follows for the serum from elsewhere: where a course ends (completed, a consent taken
back, a change of mind) or a lot of devices is recalled, every tube and unit of it is held at once;
after a mix-up, those of the day. They are destroyed once two people say so.
"""

from __future__ import annotations

from itertools import chain as one_after_the_other
from typing import Any, Final

from dolenti.access import clock as site_clock
from dolenti.access.actors import Actor
from dolenti.access.models import Site
from dolenti.calendar.moments import day_bounds
from dolenti.ledger.lifecycle import Taking
from dolenti.serum import steps
from dolenti.serum.models import Thing, Tube, Unit
from dolenti.serum.steps import ENDED, Act
from dolenti.stock.life import LOTS
from dolenti.stock.models import Lot
from dolenti.treatment.beside import HOLDS
from dolenti.treatment.life import COURSES
from dolenti.treatment.models import Course

STOPPED: Final = "course-stopped"
DOUBT: Final = "identity-doubt"
OF_SITE: Final = "serum-of-the-site"
"""What an event of the knowledge says is to be held."""
COLD: Final = ("quarantined", "frozen")
OVER: Final = "course-over"
RECALLED: Final = "device-recalled"


def _hold_of_course(taking: Taking[Course]) -> None:
    """Its tubes and units are held."""
    _hold(taking.actor, STOPPED, {"draw__course": taking.row}, {"draw__course": taking.row})


def _hold_rest(taking: Taking[Course]) -> None:
    """What is left of it is held: it is destroyed, unless the patient consents to a new course."""
    _hold(taking.actor, OVER, {"draw__course": taking.row}, {"draw__course": taking.row})


def _hold_of_lot(taking: Taking[Lot]) -> None:
    """What was drawn into it is held: tubes, and the units made of them."""
    _hold(taking.actor, RECALLED, {"device": taking.row}, {"tube__device": taking.row})


def _hold(actor: Actor, reason: str, tubes: dict[str, Any], units: dict[str, Any]) -> None:
    found: Any = one_after_the_other(
        Tube.objects.filter(**tubes).order_by("pk"),
        Unit.objects.filter(**units).exclude(state__in=ENDED).order_by("pk"),
    )
    for one in found:
        _hold_for(actor, one, Act("hold", {"reason-coded": True}, reason=reason, held_for=reason))


def _hold_for(actor: Actor, thing: Thing, act: Act) -> None:
    """A thing is held; of one that is held already, it is noted why else."""
    now = steps.held(thing)
    if steps.line_of(now, "hold") is not None:
        steps.write(actor, now, act)
    elif now.state == "held":
        steps.note(actor, now, act)


def _hold_of_day(actor: Actor, site: Site, what: str) -> None:
    """After a mix-up, every tube in work and every unit of the day is held: a second one is likely.
    What was made on another day, and is in the cold, stays there."""
    if what != OF_SITE:
        return
    since = day_bounds(site_clock.today())[0]
    units = Unit.objects.filter(patient__site=site).exclude(state__in=ENDED)
    units = units.exclude(state__in=COLD, portioned_at__lt=since)
    tubes = Tube.objects.filter(patient__site=site)
    for one in one_after_the_other(tubes.order_by("pk"), units.order_by("pk")):
        _hold_for(actor, one, Act("hold", {"reason-coded": True}, reason=DOUBT, held_for=DOUBT))


HOLDS.append(_hold_of_day)
COURSES.then(_hold_of_course, "stop-course")
COURSES.then(_hold_rest, "complete-course")
LOTS.then(_hold_of_lot, "recall-lot")
