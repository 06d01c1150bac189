"""Whether a pain moves against what is said of it: by one question's own answers after the first
session, never by two questions.

A course may have no baseline that compares; its answers after the act still compare among
themselves. What nobody answered twice is no move, and is told by no number.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from dolenti.guideline.diary.readings import Reading, is_early, value_of


@dataclass(frozen=True, slots=True)
class Rise:
    """How far the last answer of a question stands above its best one: ``points`` of 0 to 10, 0
    where the last is the best."""

    best: Reading
    last: Reading
    points: Fraction


@dataclass(frozen=True, slots=True)
class Moves:
    """What the answers after the first session say of their own way: of each pain its rise above
    the best answer, and the greatest fall from a first one, in points. Nothing of a pain that was
    not answered after the 72 hours."""

    rises: tuple[Rise, ...] = ()
    fallen: Fraction | None = None

    @property
    def rise(self) -> Rise | None:
        """The greatest rise, of one question."""
        return max(self.rises, key=lambda one: one.points, default=None)


def moves(told: Sequence[Reading], ends: Sequence[datetime], pains: Collection[str]) -> Moves:
    """The moves of ``told``, by time, after the first of the ``ends`` of sessions; an answer of the
    72 hours after a session judges nothing here either."""
    if not ends:
        return Moves()
    rises, falls = [], []
    for scale in pains:
        after = [
            one
            for one in told
            if one.scale == scale and one.at > ends[0] and not is_early(one, ends)
        ]
        if after:
            best = min(after, key=value_of)
            rises.append(Rise(best, after[-1], value_of(after[-1]) - value_of(best)))
            falls.append(value_of(after[0]) - value_of(after[-1]))
    return Moves(tuple(rises), max(falls, default=None))
