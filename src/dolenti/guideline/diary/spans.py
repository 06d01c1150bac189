"""By the days alone, which courses may be asked something at a moment: a little more than are, and
none fewer.

::

    found = spans(content, now)
    found["each-session"]  # a session outside of these asks nothing now

What is asked is worked out of a course by ``windows.due``; a database that holds a hundred thousand
finds the few by this first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.shapes.windows import Anchor
from dolenti.guideline.diary.windows import DAY, bounds

Span: TypeAlias = tuple[datetime, datetime]


def spans(content: Content, now: datetime) -> Mapping[Anchor, tuple[Span, ...]]:
    """Between which moments that must lie which a window hangs on, for it to wait at ``now``: for
    each anchor that the content names, the first first, none touching the next."""
    found: dict[Anchor, list[Span]] = {}
    for window in content.windows:
        # The session without an hour counts from noon of its day, the site’s clock changes.
        since = now - bounds(window.expires)[1] - DAY
        until = now - bounds(window.opens)[0] + DAY
        found.setdefault(window.anchor, []).append((since, until))
    return {anchor: tuple(_merged(every)) for anchor, every in found.items()}


def _merged(every: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for since, until in sorted(every):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found
