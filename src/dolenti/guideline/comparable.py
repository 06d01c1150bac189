"""Which answers of a course may be compared, and when their difference says something.

One door for whoever reads a response (``guideline.plan``, ``guideline.diary.response``): a pain of
long before the course is no baseline; a fall of one point is noise, whatever percentage it makes;
an impression and a score of different times are no pair. What may not be compared is unknown and
said, never an effect. The bounds are ours (basis: expert): no source gives them. Nothing here knows
a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Final, Literal, TypeAlias, TypeVar

from dolenti.guideline.scoring.exact import percent_fallen
from dolenti.guideline.scoring.pain import is_noise

Why: TypeAlias = Literal["old-baseline", "low-baseline", "within-noise", "answers-apart"]
"""Why a fall of the pain is not judged, or an answer is not read with the others."""
At = TypeVar("At", date, datetime)

RECENT: Final = timedelta(days=31)
"""A pain noted longer before the first session is no baseline of it."""
LOWEST: Final = 3
"""Under this baseline one point is a third or more: the percentage judges nothing."""
TOGETHER: Final = timedelta(days=3)
"""Answers further apart, or with a session in between, are not of one time."""
OF_A_COURSE: Final[tuple[Why, ...]] = ("old-baseline", "within-noise", "answers-apart")
"""Those that a rule between the visits reads as facts."""
NOTABLE: Final = 30
"""In %: the least relief that a rule calls an effect (IMMPACT)."""


@dataclass(frozen=True)
class Relief:
    """The fall in % of the baseline, ``None`` where it is not judged, and then why."""

    percent: Fraction | None
    why: Why | None = None


def is_recent(answered: date, start: date) -> bool:
    """Whether an answer may be the baseline of a course that starts on a day."""
    return start - answered <= RECENT


def relief(before: Fraction, after: Fraction) -> Relief:
    """The fall from a baseline. Of a low baseline no percentage is judged; a fall within noise is
    none, but where its percentage would read as an effect it is not judged either."""
    percent = percent_fallen(before, after)
    if percent is None:
        return Relief(None)
    if before < LOWEST:
        return Relief(None, "low-baseline")
    if is_noise(before - after) and percent >= NOTABLE:
        return Relief(None, "within-noise")
    return Relief(percent)


def outdated(score: At | None, impression: At | None, sessions: Iterable[At]) -> At | None:
    """The moment of the older of a score and an impression that are not of one time. A session of
    the very moment of an answer came after it."""
    if score is None or impression is None:
        return None
    first, last = min(score, impression), max(score, impression)
    between = any(first <= session < last for session in sessions)
    return first if between or last - first > TOGETHER else None


def relieved_weeks(
    least: Fraction, reliefs: Mapping[date, Fraction | None], start: date
) -> tuple[int, int] | None:
    """Whole weeks that the last relief of at least ``least`` % lasted before it was lost: at least,
    and under. It may have begun right after the answer before it, or ``start``, and have ended
    right before the answer after it. ``None`` where none was lost."""
    days = sorted(reliefs)
    relieved = [_reaches(reliefs[day], least) for day in days]
    if True not in relieved or relieved[-1]:
        return None
    last = max(index for index, is_so in enumerate(relieved) if is_so)
    first = _first_of_run(relieved, last)
    before = days[first - 1] if first else start
    return (days[last] - days[first]).days // 7, ceil((days[last + 1] - before).days / 7)


def _first_of_run(relieved: Sequence[bool], last: int) -> int:
    return next((index + 1 for index in range(last, -1, -1) if not relieved[index]), 0)


def _reaches(percent: Fraction | None, least: Fraction) -> bool:
    return percent is not None and percent >= least
