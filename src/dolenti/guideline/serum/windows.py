"""Whether a time, a volume or an interval keeps to its limit: functions of values.

Times are aware. A time that is not known keeps to nothing: what is not proved does not hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from dolenti.guideline.serum.machine import Chain

CLOCK: Final = timedelta(minutes=2)
"""By how much a machine's clock and its counter may differ before the clock counts as moved."""


@dataclass(frozen=True)
class Reading:
    """A moment as a machine told it: its clock, and the milliseconds it has counted since it was
    started (``boot`` names that start). The count goes on where the clock is moved."""

    at: datetime
    boot: str = ""
    ticks: int = 0


def within(since: datetime | None, now: datetime, most: timedelta) -> bool:
    """Whether ``now`` lies between ``since`` and ``most`` later."""
    return since is not None and timedelta(0) <= now - since <= most


def minutes(chain: Chain, limit: str) -> timedelta:
    """The upper bound of a limit of minutes."""
    return timedelta(minutes=chain.most(limit))


def hours(chain: Chain, limit: str) -> timedelta:
    """The upper bound of a limit of hours."""
    return timedelta(hours=chain.most(limit))


def volume_is_kept(chain: Chain, limit: str, volume: Decimal | None) -> bool:
    """Whether a volume in mL lies between the bounds of a limit."""
    if volume is None:
        return False
    return Decimal(str(chain.least(limit))) <= volume <= Decimal(str(chain.most(limit)))


def is_clock_moved(before: Reading, now: Reading) -> bool:
    """Whether the clock went back, or went otherwise than the machine counted meanwhile."""
    if now.at < before.at:
        return True
    if not before.boot or before.boot != now.boot:
        return False  # started again, or another machine: nothing to compare with
    counted = timedelta(milliseconds=now.ticks - before.ticks)
    return abs((now.at - before.at) - counted) > CLOCK


def incubation_is_kept(chain: Chain, start: Reading, end: Reading, *, strict: bool) -> bool:
    """Whether an incubation lasted from its least to its most hours by a clock that was not moved;
    ``strict`` by the shorter of the two windows."""
    limit = "incubation-strict" if strict else "incubation"
    lasted = end.at - start.at
    low, high = timedelta(hours=chain.least(limit)), timedelta(hours=chain.most(limit))
    return not is_clock_moved(start, end) and low <= lasted <= high


def may_resume(chain: Chain, start: datetime, out: datetime, now: datetime) -> bool:
    """Whether an incubation that was ended too soon may go on: it was short, and it is not out for
    longer than its limit."""
    short = out - start < timedelta(hours=chain.least("incubation"))
    return short and within(out, now, minutes(chain, "incubation-resume"))


def expires_on(chain: Chain, drawn: date) -> date:
    """The last day of a frozen unit: the day of its draw, months later; the last day of a month
    that is shorter."""
    months = drawn.month - 1 + int(chain.most("shelf-life"))
    year, month = drawn.year + months // 12, months % 12 + 1
    for day in range(drawn.day, 27, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return date(year, month, drawn.day)


def least_interval(chain: Chain, planned: Sequence[date]) -> int:
    """The least days between two injections: of a weekly course, or of the quicker one where the
    sessions that were planned are closer together than that."""
    ordered = sorted(planned)
    weekly = int(chain.least("interval"))
    gaps = [(later - sooner).days for sooner, later in pairwise(ordered)]
    return int(chain.least("interval-twice-weekly")) if any(g < weekly for g in gaps) else weekly


def course_is_open(
    chain: Chain,
    given: Sequence[date],
    planned: Sequence[date],
    today: date,
    before: Sequence[date] = (),
) -> bool:
    """Whether an injection may be given today: within the weeks of the course, counted from its
    first injection, and no sooner after the last one than its interval. Injections of courses
    ``before`` it count as its own as long as no pause parts them: none is longer than the most that
    may lie between two of a course. How long a pause must be, no source says."""
    every = sorted([*given, *before])
    if not every:
        return True
    first, pause = today, timedelta(days=chain.most("interval"))
    for day in reversed(every):
        if first - day > pause:
            break
        first = day
    length = max((today - min([first, *given])).days, (today - first).days)
    since = (today - every[-1]).days
    return length <= chain.most("course-length") and since >= least_interval(chain, planned)
