"""Rules on the answers: what is an alarm, how urgent, and what is expected."""

from __future__ import annotations

from typing import Literal

import msgspec

from dolenti.guideline.conditions import Condition
from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Said, Sourced

UrgencyId = Literal["emergency", "same-day", "soon"]
Who = Literal["nurse", "practitioner", "every-practitioner", "duty-manager"]


class AlarmExample(Entry, frozen=True, kw_only=True):
    """Facts and what the condition makes of them; ``raised`` where an unanswered detail, which
    counts as the worse, makes an alarm of what is unknown."""

    says: Text
    facts: dict[str, bool | float | str | tuple[str, ...]]
    holds: bool | None
    raised: bool | None = None


class ByExample(Sourced, frozen=True, kw_only=True):
    """A rule with the examples that it is held to."""

    id: str
    when: Condition
    examples: tuple[AlarmExample, ...]


class Escalation(Entry, frozen=True, kw_only=True):
    """Who is told once an alert has waited: minutes of opening hours, or working days, or minutes
    before the site closes."""

    minutes: int | None = None
    working_days: int | None = None
    before_closing: int | None = None
    to: tuple[Who, ...]


class Urgency(Sourced, frozen=True, kw_only=True):
    """How soon: what the patient is told to do, by when the clinic owns it and has spoken to them.

    Limits are minutes of opening hours, or working days. ``again_minutes``: how often what is still
    nobody's is told again, once its ``escalation`` is through.
    """

    id: UrgencyId
    label: Text
    patient: Text
    take_minutes: int | None = None
    take_working_days: int | None = None
    reach_minutes: int | None = None
    reach_working_days: int | None = None
    closed_by: Literal["practitioner", "nurse-or-practitioner"]
    holds_sessions: bool
    escalation: tuple[Escalation, ...]
    again_minutes: int


class Supposing(ByExample, frozen=True, kw_only=True):
    """A rule that does not wait for what nobody said: ``if_unknown`` is what an unanswered detail
    counts as, the worse or the more careful of its answers."""

    if_unknown: dict[str, bool | float | str] = msgspec.field(default_factory=dict)


class DangerWords(Sourced, frozen=True, kw_only=True):
    """Words in which a danger may stand in what a patient writes freely, in both languages, as
    ``guideline.diary.dangers`` looks for them. ``id`` is a member of the fact ``words``."""

    id: str
    fr: tuple[str, ...]
    en: tuple[str, ...]


class Alarm(Supposing, frozen=True, kw_only=True):
    """Something that the clinic is told of, and what the patient does now.

    ``heading`` stands above
    what is told where the words of the urgency would say something else. ``holds_sessions``: no
    further session until it is closed, whatever the urgency. ``call``: the number to press first,
    where it is not that of the urgency.
    """

    urgency: UrgencyId
    call: str = ""
    heading: Text | None = None
    tell: Text
    clinic: Text
    holds_sessions: bool = False


class Expected(Supposing, frozen=True, kw_only=True):
    """Something usual after an act, told only where no alarm is raised."""

    therapies: tuple[str, ...]
    tell: Text


class AlertOutcome(Entry, frozen=True, kw_only=True):
    """How an alert ended. It ends no alert of ``never_of``; the others only ``after_attempts`` to
    reach the patient that somebody noted."""

    id: str
    label: Text
    never_of: tuple[UrgencyId, ...] = ()
    after_attempts: int = 0


class AlarmRules(Entry, frozen=True, kw_only=True):
    """What holds of every alert, and what stands on every screen of a patient."""

    never_alone: Said
    not_reached: Said
    not_lowered: Said
    emergency_line: Said
    despair_line: Said
    outcomes: tuple[AlertOutcome, ...]
