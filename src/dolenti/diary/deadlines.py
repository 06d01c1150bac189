"""By when an alert has to be taken. Limits are the knowledge's; where the site is closed the time
of an urgent alert runs on: too early is the safe side."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dolenti.access.models import Site
from dolenti.agenda import timetable
from dolenti.calendar.moments import to_local, to_utc
from dolenti.calendar.opening import Opening
from dolenti.guideline.diary.shapes.alarms import Escalation, Urgency

ATTEMPTS: Final = 3
"""How often a patient is called within the time to reach them, as the knowledge says it
(``not_reached`` of the rules of alarms)."""
MOST_DAYS: Final = 14
"""However long a site is closed: then somebody is told all the same."""


def take_by(site: Site, urgency: Urgency, since: datetime) -> datetime:
    """By when somebody of the clinic has taken it."""
    return _after(site, since, urgency.take_minutes, urgency.take_working_days)


def escalates_at(
    site: Site, step: Escalation, since: datetime, opening: Opening | None = None
) -> datetime:
    """When an alert that nobody took is told on; ``opening`` is the site’s, where it is read
    already. A step before the site closes is told on the day
    of the alert; where that hour has passed, or the site is closed, at once."""
    if step.before_closing is None:
        return _after(site, since, step.minutes, step.working_days, opening)
    day = to_local(since).date()
    spans = (opening or timetable.opening_of(site)).spans(day)
    if not spans:
        return since
    return max(since, spans[-1].end - timedelta(minutes=step.before_closing))


def told_through(
    site: Site, urgency: Urgency, since: datetime, opening: Opening | None = None
) -> datetime:
    """When the last step of an escalation is told."""
    return max(escalates_at(site, step, since, opening) for step in urgency.escalation)


def again(urgency: Urgency, since: datetime, begun: datetime, now: datetime) -> int | None:
    """Which of the tellings again of what is nobody's falls to ``now``; none where it is too early.

    They are counted in whole intervals from when the alert became so urgent: the first at least one
    interval after others were told last (``begun``), then one an interval, without end. What a
    clock missed is told once.
    """
    every = timedelta(minutes=urgency.again_minutes)
    number = (now - since) // every
    return number if number >= _first_again(every, since, begun) else None


def next_again(
    opening: Opening, urgency: Urgency, since: datetime, begun: datetime, now: datetime
) -> datetime:
    """When what is nobody's is told again next."""
    every = timedelta(minutes=urgency.again_minutes)
    number = max((now - since) // every + 1, _first_again(every, since, begun))
    return open_from(opening, since + number * every)


def _first_again(every: timedelta, since: datetime, begun: datetime) -> int:
    return -((since - begun - every) // every)


def open_from(opening: Opening, moment: datetime) -> datetime:
    """The first moment from this one on at which the site is open: at night nobody reads a mail.
    Where no hours are written, or it stays closed too long, it is this one."""
    day = to_local(moment).date()
    if opening.week:
        for later in range(MOST_DAYS):
            for span in opening.spans(day + timedelta(days=later)):
                if moment < span.end:
                    return max(moment, span.start)
    return moment


def reach_by(urgency: Urgency, site: Site, now: datetime) -> datetime:
    """By when whoever takes an alert has spoken to the patient."""
    return _after(site, now, urgency.reach_minutes, urgency.reach_working_days)


def again_at(urgency: Urgency, site: Site, now: datetime) -> datetime:
    """By when a patient who was not reached is called again: so that the attempts that the
    knowledge asks for are made within the time to reach them."""
    if urgency.reach_working_days is None:
        return now + timedelta(minutes=(urgency.reach_minutes or 0) / ATTEMPTS)
    return _after(site, now, None, 1)


def _after(
    site: Site,
    since: datetime,
    minutes: int | None,
    days: int | None,
    opening: Opening | None = None,
) -> datetime:
    if days is None:
        return since + timedelta(minutes=minutes or 0)
    opening, moment = opening or timetable.opening_of(site), to_local(since)
    left, day = days, moment.date()
    for _ in range(MOST_DAYS):
        if left == 0:
            break
        day += timedelta(days=1)
        left -= not opening.week or opening.closed_because(day) is None
    return to_utc(datetime.combine(day, moment.timetz().replace(tzinfo=None)))
