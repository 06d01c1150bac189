"""Which message goes to a patient now: one function of what waits for an answer, of what went, and
of the hour.

::

    found = next_message(content, asked, gone, zone, closed, now)
    found.due.window.id, found.message, found.stage

Nothing of it is stored: after a night of the machine, a restored copy or a second worker the same
is due as before. At most one message goes to a patient a day, within the hours of the content; on
a day on which nothing is sent (a Sunday, a holiday) only what concerns safety goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.windows import Due

MessageId: TypeAlias = Literal["answer-due", "reminder", "last-reminder"]
ASKED: Final = ("open", "due", "overdue")


@dataclass(frozen=True, slots=True)
class Asked:
    """A window of one of a patient's courses; ``course`` is whatever names the course."""

    course: str
    due: Due


@dataclass(frozen=True, slots=True)
class Gone:
    """A message that went, or is on its way: for which moment of which window, and on which day.
    ``at`` is when: whatever else waited for the same patient that day is asked by the same link."""

    course: str
    window: str
    anchor: str
    stage: int
    day: date
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """The message that goes now. ``stage`` is its place among the moments of the window."""

    course: str
    due: Due
    stage: int
    message: MessageId


def next_message(
    content: Content,
    asked: Sequence[Asked],
    gone: Iterable[Gone],
    zone: ZoneInfo,
    closed: Callable[[date], bool],
    now: datetime,
) -> Next | None:
    """The one message that goes to a patient at a moment, if any.

    ``asked`` are all windows of all the patient's courses, ``gone`` all that went to them; ``zone``
    is the site's, ``closed`` says of a day that nothing but safety is sent. What concerns safety
    comes first, then what nobody told of yet, then what expires first. What waited when a message
    went for something else is told by that one: its link leads on to it.
    """
    local = now.astimezone(zone)
    sending = content.rules.sending
    sent = list(gone)
    if not sending.is_open_at(local):
        return None
    if any(one.day == local.date() for one in sent):
        return None
    only_safety = closed(local.date())
    fewer = missed(asked, sent) >= content.rules.missed_before_fewer
    found = [
        one
        for each in asked
        if each.due.status in ASKED and (each.due.window.safety or not only_safety)
        if (one := _of(each, sent, zone, fewer=fewer, now=now)) is not None
    ]
    return min(
        found,
        key=lambda one: (
            not one.due.window.safety,
            one.message != "answer-due",
            one.due.expires,
            one.course,
            one.due.anchor,
        ),
        default=None,
    )


def moments(due: Due) -> tuple[datetime, ...]:
    """When the messages of a window go: the first when it is due, or, where it is recalled before
    that, as soon as it opens; then its reminders."""
    early = bool(due.reminders) and due.reminders[0] <= due.due
    return (due.opens if early else due.due, *due.reminders)


def missed(asked: Iterable[Asked], gone: Iterable[Gone]) -> int:
    """How many windows that the patient was told of expired since the last that was answered."""
    told = {(one.course, one.window, one.anchor) for one in gone}
    over = sorted(
        (
            one.due
            for one in asked
            if one.due.status == "answered" or (one.due.status == "expired" and _key(one) in told)
        ),
        key=lambda due: (due.due, due.window.id, due.anchor),
        reverse=True,
    )
    return sum(1 for _ in takewhile(lambda due: due.status == "expired", over))


def _key(one: Asked) -> tuple[str, str, str]:
    return one.course, one.due.window.id, one.due.anchor


def _of(
    one: Asked, sent: Sequence[Gone], zone: ZoneInfo, *, fewer: bool, now: datetime
) -> Next | None:
    times = moments(one.due)
    reached = [stage for stage, at in enumerate(times) if at <= now]
    key = _key(one)
    before = [each.stage for each in sent if (each.course, each.window, each.anchor) == key]
    before += [stage for each in sent for stage in _beside(one, times, each, zone)]
    if not reached or reached[-1] <= max(before, default=-1) or (before and fewer):
        return None
    stage = reached[-1]
    is_last = stage == len(times) - 1 and len(times) > 2
    message: MessageId = "answer-due" if not before else "last-reminder" if is_last else "reminder"
    return Next(one.course, one.due, stage, message)


def _beside(one: Asked, times: Sequence[datetime], other: Gone, zone: ZoneInfo) -> Iterator[int]:
    """The moments of a window that a message for another one told of, where the window was open
    when it went: those that were reached, and the first of them if it is of that day."""
    is_other = (other.course, other.window, other.anchor) != _key(one)
    if other.at is None or other.at < one.due.opens or not is_other:
        return
    for stage, at in enumerate(times):
        if at <= other.at or (not stage and at.astimezone(zone).date() <= other.day):
            yield stage
