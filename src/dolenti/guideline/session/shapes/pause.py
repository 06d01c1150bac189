"""The safety pause: its lines, the lists they stand in, to whom one turns."""

from __future__ import annotations

from typing import Literal

from dolenti.guideline.conditions import Condition
from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Rule, Said, Sourced

Red = Literal["stop", "doctor", "fix"]
"""What a red answer asks for. ``stop``: nothing is injected while it stays red, nobody goes past.
``doctor``: the practitioner of the session decides, by name and with a written reason, or
postpones. ``fix``: put it right here and now, then answer again."""

KitLevel = Literal["all", "anaesthetic", "warn"]
"""What an item of the kit blocks where it is missing or out of date."""

Stamp = Literal["side", "preparation", "nerve", "room", "unit"]
"""What an answer was about: it counts no longer once this has changed."""


class Degree(Entry, frozen=True, kw_only=True):
    """How grave a red answer is, by what is wrong: the first degree that holds counts.

    It holds where ``when`` does (over the facts of the dictionary, for an act of one of
    ``therapies``; none named: any), where a fact of ``unknown`` is not known though it is relevant,
    or where the room's kit lacks what blocks ``kit``; and only where a product of
    ``product_classes`` may be in the syringe (none named: any).
    """

    kind: Red
    when: Condition | None = None
    unknown: tuple[str, ...] = ()
    kit: KitLevel | None = None
    product_classes: tuple[str, ...] = ()
    therapies: tuple[str, ...] = ()


class RedAnswer(Entry, frozen=True, kw_only=True):
    """What a red answer calls for, to whom to turn, and what is said."""

    kind: Red
    turn_to: str
    says: Text


class PauseLine(Sourced, frozen=True, kw_only=True):
    """One line of a checklist: a question whose answer is ``safe`` where all is well, as it is
    heard. What asks for dangers asks for them by name, so that its answer cannot be turned round.

    ``facts`` of the dictionary must be known and fresh for the line to pass; a degree whose
    condition holds makes it red whatever was pressed. ``answers`` are those to which the safe
    answer says no, because the question names them (a member of a set as ``set:member``, also of
    one that the line does not wait for); every other is asked by itself. ``denies`` are
    those that it says are not so unless the record holds them: the safe answer beside one that is
    so is two answers to one fact. ``events`` are those of earlier sessions that it asks of: the
    record answers beside it. ``syringe``: the line also needs what was given today.
    It is asked only ``when`` that holds (unknown: it is asked), for products of ``product_classes``
    (none named: any), and of ``later_sessions`` alone where it says so.

    ``by``: who may answer; ``again``: the practitioner answers in person even what the nurse has
    answered. ``automatic``: the program answers all of it, or the part that it names. ``second``: a
    second person or a scan is needed. ``stamps``: what the answer is about.
    """

    id: str
    ask: Text
    safe: Literal["yes", "no"] = "yes"
    by: Literal["either", "practitioner"]
    red: RedAnswer
    degrees: tuple[Degree, ...] = ()
    facts: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    denies: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    syringe: bool = False
    when: Condition | None = None
    product_classes: tuple[str, ...] = ()
    later_sessions: bool = False
    again: bool = False
    automatic: Literal["all", "part"] | None = None
    automatic_part: Text | None = None
    second: Text | None = None
    stamps: tuple[Stamp, ...] = ()


class Swap(Said, frozen=True, kw_only=True):
    """For a deep act (under imaging, or near the spine), one line stands in for another."""

    use: str
    instead_of: str


class Checklist(Entry, frozen=True, kw_only=True):
    """The lines before one act, in their order. ``then`` are answered when the tray is opened.

    ``therapy`` is one of the edition, or ``diagnostic-block``; ``step`` is one of its steps,
    ``product_class`` what is planned, where an act has several lists.
    """

    id: str
    therapy: str
    title: Text
    lines: tuple[str, ...]
    then: tuple[str, ...] = ()
    step: str | None = None
    product_class: str | None = None
    deep: Swap | None = None
    note: Text | None = None


class LeavingLine(Said, frozen=True, kw_only=True):
    """One line before the patient leaves the room."""

    id: str


class Leaving(Entry, frozen=True, kw_only=True):
    """What is seen to before the patient leaves the room."""

    title: Text
    lines: tuple[LeavingLine, ...]


class Pause(Entry, frozen=True, kw_only=True):
    """How long an answer counts (minutes), how many lines the first page holds, and the rules that
    a person reads."""

    valid_minutes: int
    first_page: int
    rules: tuple[Rule, ...]
