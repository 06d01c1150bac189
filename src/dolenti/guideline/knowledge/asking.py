"""How facts are asked: in rows of sentences, with what one press may answer."""

from __future__ import annotations

from typing import Literal

from dolenti.guideline.conditions import Condition
from dolenti.guideline.knowledge.entries import Entry, Text

Tier = Literal["alone", "button", "row", "open"]
How = Literal["asked", "examined", "judged", "planned", "derived"]
Stage = Literal["assessment", "preparation", "record"]


class AskedFact(Entry, frozen=True, kw_only=True):
    """How one fact is asked. ``tier`` says which batch may answer it: none (``alone``), its row
    where the button names it (``button``), its row (``row``), or also "nothing else" (``open``).

    ``how`` is the verb that is stored with an answer. The row asks it only while one of
    ``therapies`` is in play (none named: any), in ``zones`` (none named: all) and ``when`` that
    holds, and not at all ``if_needed``; what the rules still need is asked whatever these say.
    ``synonyms`` are what a clinician may type to find it.
    """

    fact: str
    tier: Tier
    how: How
    therapies: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    when: Condition | None = None
    if_needed: bool = False
    synonyms: tuple[str, ...] = ()


class AskedChip(Entry, frozen=True, kw_only=True):
    """A yes within a phrase that one press gives: an answer of one of its facts (``yes``, or an
    option of a choice)."""

    fact: str
    value: str
    says: Text


class Covered(Entry, frozen=True, kw_only=True):
    """A word of a phrase, and the members of a set that it names as a class."""

    says: Text
    members: tuple[str, ...]


class AskedPhrase(Entry, frozen=True, kw_only=True):
    """The words for some facts in a row's sentence: a fact, or one member of a set
    (``medicines:fluoroquinolone``). It may be ``broader`` than its facts, never narrower: a no to
    the broader is a no to the narrower, and a yes opens the exact question, or is one of the
    ``chips``. Where it closes a whole set, ``covers`` says which of its words names each member.
    ``beside`` are its words where some of it is known to be so already."""

    facts: tuple[str, ...]
    zones: tuple[str, ...] = ()
    broader: bool = False
    says: Text
    beside: Text | None = None
    covers: tuple[Covered, ...] = ()
    chips: tuple[AskedChip, ...] = ()


class ZoneLabel(Entry, frozen=True, kw_only=True):
    """The label of a row in some zones."""

    zones: tuple[str, ...]
    says: Text


class AskedRow(Entry, frozen=True, kw_only=True):
    """A group of questions that are put as one sentence and answered by one press.

    The sentence is composed of the phrases of the facts that are open. ``button`` says the gravest
    no, while a fact of tier ``button`` is in it; ``button_beside`` says it where some of that is
    known to be so already. A row ``under`` another appears beneath the
    answer that raised it. Two rows that ``joins`` names become one where both together keep to
    the limits. What is ``always`` asked is asked whatever the rules need.
    """

    row: str
    order: float
    label: Text
    stage: Stage = "assessment"
    under: str | None = None
    joins: str | None = None
    always: bool = False
    labels: tuple[ZoneLabel, ...] = ()
    opening: Text | None = None
    button: Text | None = None
    button_beside: Text | None = None
    phrases: tuple[AskedPhrase, ...] = ()
    facts: tuple[AskedFact, ...]
