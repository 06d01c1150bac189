"""What is asked: our own short questions, in our own words."""

from __future__ import annotations

from typing import Literal

from dolenti.guideline.conditions import Condition
from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Sourced

AnswerType = Literal["nrs", "one-of", "signs", "number", "text", "place"]
"""``nrs``: 0 to 10. ``one-of``: one option. ``signs``: any of them, or none by a button of its
own. ``place``: on the body."""

UNKNOWN = "unknown"
"""The option « Je ne sais pas »: a real answer, and to a rule the same as none."""


class Option(Entry, frozen=True, kw_only=True):
    """One answer. ``label`` is the words on the button."""

    id: str
    label: Text


class SignGroup(Entry, frozen=True, kw_only=True):
    """What signs of the list of all are about: a heading above them."""

    id: str
    label: Text


class Sign(Sourced, frozen=True, kw_only=True):
    """A sign in the words of every list in which it stands. ``group``: what it is about.
    ``expected``: usual after an act.

    ``watched_days``: until so many days after the last session a rule hears it as long as a problem
    can be told; after that somebody reads it within two working days. Nothing: always.
    """

    id: str
    group: str
    label: Text
    expected: bool = False
    watched_days: int | None = None


class Added(Entry, frozen=True, kw_only=True):
    """Signs that a list has more, unless something is known not to hold of the course."""

    when: Condition
    signs: tuple[str, ...]


class Question(Sourced, frozen=True, kw_only=True):
    """One question. ``short`` names it in the clinic's table; ``told`` where patients look their
    answers over, if ``short`` is no word of theirs.

    ``fact`` is what a rule calls its answer, its own id where nothing is said. ``show_if`` is over
    the answers before it and what is known of the course: asked only where it holds.
    ``numbered``: the options are the numbers of a scale.
    ``measure`` is the score of the dictionary that the answer is; ``judges``: the one pain by
    which a step is decided. ``hidden_until_end``: the practitioner reads it by name only once the
    course is over. ``opioid``: the number is mg of a day of this opioid, by its id in the tables.
    """

    id: str
    short: Text
    told: Text | None = None
    ask: Text
    help: Text | None = None
    type: AnswerType
    fact: str | None = None
    options: tuple[Option, ...] = ()
    none: Text | None = None
    numbered: bool = False
    unit: str | None = None
    range: tuple[float, float] | None = None
    longest: int | None = None
    optional: bool = False
    show_if: Condition | None = None
    add: tuple[Added, ...] = ()
    measure: str | None = None
    judges: bool = False
    once_only: str | None = None
    hidden_until_end: bool = False
    opioid: str | None = None

    @property
    def answers(self) -> str:
        """The fact that it answers."""
        return self.fact or self.id


class Scale(Sourced, frozen=True, kw_only=True):
    """The words at both ends of the scale from 0 to 10."""

    zero: Text
    ten: Text
