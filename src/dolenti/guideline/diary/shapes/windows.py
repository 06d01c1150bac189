"""When something is asked: windows, the sets of questions they hold, how messages are sent."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Said, Sourced

Anchor = Literal[
    "first-session", "each-session", "last-session", "each-appointment", "alarm-raised",
    "alarm-closed",
]  # fmt: skip


class QuestionSet(Sourced, frozen=True, kw_only=True):
    """The questions of a window, in order. ``offer_after`` are asked once it is sent, and may be
    declined; ``taps`` is what an answer without a sign takes, sending included."""

    id: str
    asks: tuple[str, ...]
    offer_after: tuple[str, ...] = ()
    taps: int


class Window(Sourced, frozen=True, kw_only=True):
    """A stretch of time in which a set of questions waits for an answer.

    ``opens``, ``due``, ``late_after``, ``expires`` and ``reminders`` are offsets from the anchor
    (``guideline.diary.offsets``). ``therapies`` empty: all. ``add`` are questions of one therapy.
    ``after`` is the alarm that an alarm's window follows; nothing: any. ``until_next_session``: a
    session that comes sooner ends it. ``taken_over_by`` is the window that stands for it where
    that one falls between its opening and its lateness. ``safety``: its messages also go on
    Sundays and holidays. ``needs_hour``: after a session whose hour is not known it is not asked.
    """

    id: str
    label: Text
    anchor: Anchor
    after: str | None = None
    opens: str
    due: str
    late_after: str
    expires: str
    until_next_session: bool = False
    set: str
    reminders: tuple[str, ...] = ()
    therapies: tuple[str, ...] = ()
    add: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    taken_over_by: str | None = None
    safety: bool = False
    needs_hour: bool = False


class Sending(Sourced, frozen=True, kw_only=True):
    """When messages go: whole hours of the site's clock, ``until`` not included."""

    from_hour: int
    until_hour: int
    says: Text

    def is_open_at(self, local: datetime) -> bool:
        """Whether messages go at a moment of the site's clock."""
        return self.from_hour <= local.hour < self.until_hour


class WithinBudget(Sourced, frozen=True, kw_only=True):
    """What an answer may cost a patient, from the first question to "sent"."""

    taps: int
    seconds: int
    rules: tuple[Text, ...]


class Questionnaire(Sourced, frozen=True, kw_only=True):
    """A licensed questionnaire: never in the product. A site that holds the licence adds its
    words; it is then offered to a complaint of the zone at these windows, after the answer."""

    id: str
    measure: str
    zones: tuple[str, ...]
    windows: tuple[str, ...]
    why: Text


class DiaryRules(Entry, frozen=True, kw_only=True):
    """What holds of every window.

    ``early_hours``: an answer of these hours after a session judges no effect.
    ``again_within_minutes``: a second answer amends the first. ``grace_hours``: a form that was
    opened in time is taken for so long. ``safety_weeks``: until so long after the last session the
    late signs are asked (``checking`` holds it). ``problem_weeks``: how long « J’ai un problème »
    stays open after the last session. ``missed_before_fewer``: after so many missed windows there
    is one message a window.
    """

    sending: Sending
    budget: WithinBudget
    one_a_day: Said
    last_look: Said
    closed_course: Said
    early: Said
    early_hours: int
    again_within_minutes: int
    grace_hours: int
    safety_weeks: int
    problem_weeks: int
    missed_before_fewer: int
