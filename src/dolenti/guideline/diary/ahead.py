"""When the pain that judges a course is asked again: the next day on which a window asks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.sending import moments
from dolenti.guideline.diary.windows import Course, Due, Visit, moment


def next_judged(
    content: Content,
    course: Course,
    windows: Iterable[Due],
    planned: Iterable[Visit],
    *,
    after: date | None = None,
    closed: Callable[[date], bool] | None = None,
) -> date | None:
    """The day on the site's calendar; ``None`` where nothing is planned any more.

    ``windows`` are those of the course at a moment, of which the ones that have not opened count;
    ``planned`` are its sessions to come, each of which will ask in its turn. The day that is said
    comes ``after`` a day, and is none on which the message does not go: ``closed`` says of a day
    that only what concerns safety is sent.
    """
    if course.in_error or course.withdrawn or course.died or course.stopped:
        return None
    judging = {one.id for one in content.questions if one.judges}
    sets = {one.id for one in content.sets if judging & set(one.asks)}
    ahead = [
        (one.window, moments(one)[0])
        for one in windows
        if one.status == "not-open" and one.window.set in sets
    ]
    each = [one for one in content.windows if one.anchor == "each-session" and one.set in sets]
    ahead += [
        (one, moment(one.due, visit.ends, visit.ends, course.zone))
        for visit in planned
        for one in each
    ]
    days = []
    for window, at in ahead:
        day = at.astimezone(course.zone).date()
        if after is not None:
            day = max(day, after + timedelta(days=1))
        while closed is not None and not window.safety and closed(day):
            day += timedelta(days=1)
        days.append(day)
    return min(days, default=None)
