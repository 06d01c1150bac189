"""The emergency cards, their doses, and the kit of a room."""

from __future__ import annotations

from typing import Literal

from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Rule, Said, Sourced


class Step(Said, frozen=True, kw_only=True):
    """One thing to do, in its turn. ``dose`` is the id of a dose; ``timer_min`` starts a clock."""

    dose: str | None = None
    timer_min: int | None = None


class Signs(Sourced, frozen=True, kw_only=True):
    """Some lines that rest on the same sources."""

    lines: tuple[Text, ...]


class Card(Entry, frozen=True, kw_only=True):
    """One card: one screen, one sheet of paper. The first step needs no question before it.

    ``write`` are the fields to note; ``report`` the routes that may follow.
    """

    id: str
    title: Text
    colour: Literal["red", "amber"]
    recognise: Signs
    steps: tuple[Step, ...]
    do_not: Signs
    after: Said
    mild: Said | None = None
    write: tuple[str, ...]
    report: tuple[str, ...] = ()


class Band(Entry, frozen=True, kw_only=True):
    """Whom an amount is for, and how much it is: ``per_kg`` times the weight, or ``fixed`` (up to
    ``to``, where a range is given).

    Weights in kg and ages in months are from ``from_*`` (included), or over ``over_kg``, to
    ``under_*`` (excluded); the first band that fits counts. A
    band ``without_weight`` counts only where no weight is known, one with a weight in it only
    where one is.
    """

    from_kg: float | None = None
    over_kg: float | None = None
    under_kg: float | None = None
    from_months: int | None = None
    under_months: int | None = None
    without_weight: bool = False
    per_kg: float | None = None
    fixed: float | None = None
    to: float | None = None


class Amount(Entry, frozen=True, kw_only=True):
    """One figure of a dose. It is rounded down to whole ``step`` of ``unit``, and is never above
    ``most``; ``over_min``: it is given over so many minutes, from and to."""

    id: str
    label: Text
    unit: Literal["mg", "mL", "mL/min", "puff"]
    step: float
    most: float | None = None
    over_min: tuple[float, float] | None = None
    bands: tuple[Band, ...]


class DoseExample(Entry, frozen=True, kw_only=True):
    """Of this weight (kg) and age (months), these figures."""

    kg: float | None = None
    months: int | None = None
    gives: dict[str, float]


class Dose(Sourced, frozen=True, kw_only=True):
    """A medicine of the cards. ``conflict`` says what published rules differ on.

    ``mg_per_ml`` turns mL into mg. ``ideal_weight``: in obesity the ideal weight counts.
    """

    id: str
    label: Text
    amounts: tuple[Amount, ...]
    mg_per_ml: float | None = None
    ideal_weight: bool = False
    repeat_after_min: int | None = None
    repeats: int | None = None
    says: tuple[Said, ...] = ()
    conflict: Text | None = None
    examples: tuple[DoseExample, ...] = ()


class TellingApart(Said, frozen=True, kw_only=True):
    """How one state looks, beside the others: what it is called, and the card that says what to
    do, where there is one."""

    id: str
    label: Text
    card: str | None = None


class Call(Entry, frozen=True, kw_only=True):
    """Whom to call and what to say; one person writes the times; how to tell states apart;
    ``gravity``: every card, the gravest first."""

    number: Said
    say: Said
    one_person_writes: Said
    gravity: tuple[str, ...]
    telling_apart: tuple[TellingApart, ...]


Blocks = Literal["all", "anaesthetic", "warn", "none"]


class Holds(Entry, frozen=True, kw_only=True):
    """The dose of a card that an item is for, and how much ``each`` of it holds in the ``unit`` of
    the amounts; nothing said: one is enough, however often it is given."""

    dose: str
    unit: Literal["mg", "mL"] | None = None
    each: float | None = None


class KitItem(Sourced, frozen=True, kw_only=True):
    """One thing in the kit: how many, how it goes out of date, what its absence blocks.

    Fewer than ``least`` is missing; fewer than ``quantity`` is a warning. ``expires``: by the date
    ``printed`` on it, by its ``edition`` (the printed cards), or ``never``.
    """

    id: str
    label: Text
    quantity: int
    least: int
    holds: tuple[Holds, ...] = ()
    expires: Literal["printed", "edition", "never"]
    expires_by: Text | None = None
    blocks: Blocks


class KitBlock(Entry, frozen=True, kw_only=True):
    """What is said where an item of this weight is missing or out of date."""

    id: Blocks
    says: Text


class Kit(Entry, frozen=True, kw_only=True):
    """The kit of a room. Days: without a check until a warning, until no session opens; before an
    expiry, at which it is told (the first is when it is ordered)."""

    warn_unchecked_days: int
    block_unchecked_days: int
    tell_before_days: tuple[int, ...]
    rules: tuple[Rule, ...]
    blocks: tuple[KitBlock, ...]
    items: tuple[KitItem, ...]
