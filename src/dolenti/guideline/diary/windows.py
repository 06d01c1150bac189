"""When an answer is due: one function of a course, its answers and the moment.

::

    for one in diary.due(content, course, answered, now):
        one.window.id, one.anchor, one.status, one.expires

Nothing of it is stored, so nothing can disagree with it. Every window of a course is in the answer
at every moment, with a status and, where it is not asked, the reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from dolenti.guideline.dates import Duration
from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.shapes.windows import Window
from dolenti.guideline.errors import InputError

Status: TypeAlias = Literal[
    "not-open", "open", "due", "overdue", "expired", "answered", "not-asked"
]
NotAsked: TypeAlias = Literal[
    "taken-over", "no-hour", "next-session", "withdrawn", "died", "in-error",
    "course-stopped", "not-begun",
]  # fmt: skip

_OFFSET: Final = re.compile(r"(-?\d{1,4}) (hour|day|month)s?\Z")
END: Final = "end"
END_OF_DAY: Final = "end of day"
NOON: Final = time(12)
DAY: Final = timedelta(days=1)
_MONTH: Final = (timedelta(days=28), timedelta(days=31))


@dataclass(frozen=True, slots=True)
class Given:
    """A delivered session. ``ended`` is when it was signed; ``None``: its hour is not known."""

    number: int
    day: date
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment that stands: planned, arrived or done, and not cancelled or missed."""

    id: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Called:
    """What called for alarms: an answer, by its own id, and when. One alert holds several, for a
    later answer is added to the alert that stands."""

    id: str
    alarms: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert that was raised by these alarms, and when it was closed, if it was. ``called`` is
    what called for them, the first first."""

    id: str
    alarms: tuple[str, ...]
    at: datetime
    closed: datetime | None = None
    called: tuple[Called, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """What the windows of a course hang on.

    ``first`` is when its first session is, planned or given. ``withdrawn``, ``died`` and
    ``stopped`` are the moments from which that was so; ``in_error``: it was entered by mistake.
    """

    therapy: str
    zone: ZoneInfo
    first: datetime | None = None
    sessions: tuple[Given, ...] = ()
    visits: tuple[Visit, ...] = ()
    alerts: tuple[Raised, ...] = ()
    withdrawn: datetime | None = None
    died: datetime | None = None
    stopped: datetime | None = None
    in_error: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to a window: its id, its anchor, when it was received."""

    window: str
    anchor: str
    received: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A window of a course at a moment. ``late``: the answer came once it was overdue.
    ``taken_by`` is the anchor of the window that stands for it. ``reminders`` are the moments at
    which it is recalled, the first first."""

    window: Window
    anchor: str
    opens: datetime
    due: datetime
    late_after: datetime
    expires: datetime
    status: Status
    late: bool = False
    why: NotAsked | None = None
    taken_by: str | None = None
    reminders: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class _Anchor:
    name: str
    starts: datetime
    ends: datetime
    why: NotAsked | None = None
    until: datetime | None = None


def due(
    content: Content, course: Course, answered: Sequence[Answered], now: datetime
) -> tuple[Due, ...]:
    """Every window of a course at a moment, in the order of opening.

    ``now`` and every moment of the course know their zone. Raises ``InputError`` for one that
    does not.
    """
    if now.tzinfo is None:
        raise InputError(
            "the moment has no zone", "now", fr="cet instant n’a pas de fuseau horaire"
        )
    given = {(one.window, one.anchor): one for one in reversed(answered)}
    found = _every(content, course, given, now)
    return tuple(sorted(found, key=lambda one: (one.opens, one.window.id, one.anchor)))


def askable(
    content: Content,
    course: Course,
    answered: Sequence[Answered],
    told: Collection[tuple[str, str]],
    now: datetime,
) -> tuple[Due, ...]:
    """Those of ``due`` that a message can hang on: open now, answered, or ``told`` of before, each
    as its window and anchor. The others, most of a long course, are not worked out: a run of
    reminders looks at everybody."""
    given = {(one.window, one.anchor): one for one in reversed(answered)}
    return tuple(_every(content, course, given, now, {*told, *given}))


def _every(
    content: Content,
    course: Course,
    given: dict[tuple[str, str], Answered],
    now: datetime,
    kept: Collection[tuple[str, str]] | None = None,
) -> Iterator[Due]:
    """The windows of a course; where some are ``kept``, of the others only those open now."""
    sessions = [(one, _ended(one, course.zone)) for one in course.sessions]
    sessions.sort(key=lambda one: one[1])
    visits = [
        _at(content, window, anchor, course)
        for window in content.windows
        if window.anchor == "each-appointment"
        for anchor in _anchors(window, course, sessions)
        if anchor.why is None
    ]
    for window in content.windows:
        if window.therapies and course.therapy not in window.therapies:
            continue
        for anchor in _anchors(window, course, sessions):
            is_kept = kept is None or (window.id, anchor.name) in kept
            if is_kept or _is_open(window, anchor, course, now):
                one = _at(content, window, anchor, course)
                yield _standing(one, anchor, visits, course, given, now)


def _anchors(
    window: Window, course: Course, sessions: Sequence[tuple[Given, datetime]]
) -> Iterator[_Anchor]:
    """What a window counts from; ``sessions`` with when each ended, the first first."""
    if window.anchor == "first-session":
        if course.first is not None:
            yield _Anchor("first", course.first, course.first)
    elif window.anchor == "each-session":
        for place, (one, ended) in enumerate(sessions):
            following = sessions[place + 1][1] if place + 1 < len(sessions) else None
            why: NotAsked | None = None
            if window.needs_hour and one.ended is None:
                why = "no-hour"
            yield _Anchor(f"session-{one.number}", ended, ended, why, following)
    elif window.anchor == "last-session":
        if sessions:
            ended = _last_before_opening(window, [ended for _, ended in sessions], course.zone)
            yield _Anchor("last", ended, ended)
    elif window.anchor == "each-appointment":
        for visit in course.visits:
            yield _Anchor(visit.id, visit.starts, visit.ends, _not_begun(visit, course))
    else:
        yield from _of_alerts(window, course)


def _of_alerts(window: Window, course: Course) -> Iterator[_Anchor]:
    for alert in course.alerts:
        if window.anchor == "alarm-raised":
            yield from _of_alarms(window, alert, course.zone)
        elif alert.closed is not None:
            yield _Anchor(alert.id, alert.closed, alert.closed)


def _of_alarms(window: Window, alert: Raised, zone: ZoneInfo) -> Iterator[_Anchor]:
    """What a window counts from that follows an alarm: when an answer called for it, which may be
    weeks after its alert was raised. Called for again, it is asked about again, as the patient was
    promised; once, where the question that was promised first has not opened yet."""
    opens: datetime | None = None
    for one in alert.called or (Called(alert.id, alert.alarms, alert.at),):
        if window.after is not None and window.after not in one.alarms:
            continue
        if opens is None or one.at >= opens:
            # The first bears the name of its alert, by which links and answers know it.
            yield _Anchor(alert.id if opens is None else one.id, one.at, one.at)
            opens = moment(window.opens, one.at, one.at, zone)


def _not_begun(visit: Visit, course: Course) -> NotAsked | None:
    """A visit asks how it went since the treatment began: the day of the first session, and before,
    nobody can say."""
    first = min((one.day for one in course.sessions), default=None)
    begun = first is not None and visit.starts.astimezone(course.zone).date() > first
    return None if begun else "not-begun"


def _last_before_opening(window: Window, ended: list[datetime], zone: ZoneInfo) -> datetime:
    """The session a window counts from: a later one moves it as long as it has not opened."""
    anchor = ended[0]
    for later in ended[1:]:
        if later >= moment(window.opens, anchor, anchor, zone):
            break
        anchor = later
    return anchor


def _ended(session: Given, zone: ZoneInfo) -> datetime:
    if session.ended is not None:
        return session.ended
    return datetime.combine(session.day, NOON, zone).astimezone(UTC)


def moment(offset: str, starts: datetime, ends: datetime, zone: ZoneInfo) -> datetime:
    """The moment an offset means: ``-14 days``, ``18 hours``, ``3 months``, ``end``, ``end of
    day``. Hours are elapsed time; days and months keep the hour of the site's clock.
    Raises ``InputError``."""
    return _moment(offset, starts.astimezone(zone), ends, zone)


def _moment(offset: str, local: datetime, ends: datetime, zone: ZoneInfo) -> datetime:
    """The same from a moment of the site’s clock: dozens are asked of one."""
    if offset == END:
        return ends.astimezone(UTC)
    if offset == END_OF_DAY:
        following = local.date() + timedelta(days=1)
        return datetime.combine(following, time(), zone).astimezone(UTC)
    number, unit = read_offset(offset)
    if unit == "hour":
        return local.astimezone(UTC) + timedelta(hours=number)
    day = local.date()
    if unit == "day":
        day += timedelta(days=number)
    else:
        length = Duration(months=abs(number))
        day = length.before(day) if number < 0 else length.after(day)
    return datetime.combine(day, local.time(), zone).astimezone(UTC)


@lru_cache(maxsize=256)  # a content has some dozens, and asks them for every course
def read_offset(offset: str) -> tuple[int, str]:
    """An offset as a number and its unit: ``hour``, ``day`` or ``month``. Raises ``InputError``."""
    match = _OFFSET.match(offset)
    if match is None:
        raise InputError(
            f"“{offset}” is no offset; write “18 hours”, “-2 days”, “3 months”, “end”",
            "offset",
            fr=f"«\u00a0{offset}\u00a0» n’est pas un décalage\u00a0; écrivez «\u00a018 "
            "hours\u00a0», «\u00a0-2 days\u00a0», «\u00a03 months\u00a0», «\u00a0end\u00a0»",
        )
    return int(match[1]), match[2]


@lru_cache(maxsize=256)  # as above
def bounds(offset: str) -> tuple[timedelta, timedelta]:
    """The least and the most time that an offset may be."""
    if offset in (END, END_OF_DAY):
        return timedelta(), DAY
    number, unit = read_offset(offset)
    if unit == "hour":
        return timedelta(hours=number), timedelta(hours=number)
    if unit == "day":
        return number * DAY, number * DAY
    least, most = sorted(number * one for one in _MONTH)
    return least, most


def _is_open(window: Window, anchor: _Anchor, course: Course, now: datetime) -> bool:
    """Whether a moment lies between opening and expiry, whoever else stops the window."""
    # Most windows of a course lie far away: that is seen without a calendar. A day more on either
    # side, for the clock of a site changes.
    if now < anchor.starts + bounds(window.opens)[0] - DAY:
        return False
    if now > anchor.ends + bounds(window.expires)[1] + DAY:
        return False
    local = anchor.starts.astimezone(course.zone)
    if now < _moment(window.opens, local, anchor.ends, course.zone):
        return False
    return now < _moment(window.expires, local, anchor.ends, course.zone)


def _at(content: Content, window: Window, anchor: _Anchor, course: Course) -> Due:
    local = anchor.starts.astimezone(course.zone)

    def at(offset: str) -> datetime:
        return _moment(offset, local, anchor.ends, course.zone)

    expires = at(window.expires)
    if window.until_next_session and anchor.until is not None:
        expires = min(expires, anchor.until)
    return Due(
        window, anchor.name, at(window.opens), at(window.due), at(window.late_after), expires,
        "not-open", reminders=tuple(sorted(at(offset) for offset in window.reminders)),
    )  # fmt: skip


def _standing(
    one: Due,
    anchor: _Anchor,
    visits: Sequence[Due],
    course: Course,
    given: dict[tuple[str, str], Answered],
    now: datetime,
) -> Due:
    answer = given.get((one.window.id, one.anchor))
    if answer is not None and answer.received <= now:
        return _with(one, "answered", late=answer.received >= one.late_after)
    if anchor.why is not None:
        return _with(one, "not-asked", why=anchor.why)
    if one.expires <= one.opens:
        return _with(one, "not-asked", why="next-session")
    taker = next(
        (v for v in visits if one.window.taken_over_by == v.window.id
         and one.opens <= v.due < one.late_after),
        None,
    )  # fmt: skip
    if taker is not None:
        return _with(one, "not-asked", why="taken-over", taken_by=taker.anchor)
    stopped = _stopped(one, course, now)
    if stopped is not None:
        return _with(one, "not-asked", why=stopped)
    return _with(one, _status(one, now))


def _stopped(one: Due, course: Course, now: datetime) -> NotAsked | None:
    if course.in_error:
        return "in-error"
    stops: list[tuple[NotAsked, datetime | None]] = [
        ("died", course.died), ("withdrawn", course.withdrawn),
    ]  # fmt: skip
    if one.window.anchor == "each-appointment":
        stops.append(("course-stopped", course.stopped))
    # What had expired before it stopped stays expired: it was asked, and not answered.
    return next(
        (why for why, at in stops if at is not None and at <= now and at < one.expires), None
    )


def _status(one: Due, now: datetime) -> Status:
    if now < one.opens:
        return "not-open"
    if now >= one.expires:
        return "expired"
    if now < one.due:
        return "open"
    return "due" if now < one.late_after else "overdue"


def _with(
    one: Due,
    status: Status,
    *,
    late: bool = False,
    why: NotAsked | None = None,
    taken_by: str | None = None,
) -> Due:
    return Due(
        one.window, one.anchor, one.opens, one.due, one.late_after, one.expires, status, late, why,
        taken_by, one.reminders,
    )  # fmt: skip
