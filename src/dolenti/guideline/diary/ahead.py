"""When the pain that judges a course is asked again: the next day on which a window asks it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.sending import moments
from dolenti.guideline.diary.windows import Course, Due, Visit, moment


def next_judged(
    content: Content, course: Course, windows: Iterable[Due], planned: Iterable[Visit]
) -> date | None:
    """The day on the site's calendar; ``None`` where nothing is planned any more.

    ``windows`` are those of the course at a moment, of which the ones that have not opened count;
    ``planned`` are its sessions to come, each of which will ask in its turn.
    """
    if course.in_error or course.withdrawn or course.died or course.stopped:
        return None
    judging = {one.id for one in content.questions if one.judges}
    sets = {one.id for one in content.sets if judging & set(one.asks)}
    ahead = [
        moments(one)[0] for one in windows if one.status == "not-open" and one.window.set in sets
    ]
    after = [one.due for one in content.windows
             if one.anchor == "each-session" and one.set in sets]  # fmt: skip
    ahead += [
        moment(offset, one.ends, one.ends, course.zone) for one in planned for offset in after
    ]
    return min(ahead).astimezone(course.zone).date() if ahead else None
