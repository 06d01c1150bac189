"""Sentences that a condition makes true, false or unknown: the criteria of therapies, red flags."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from dolenti.guideline.conditions import Condition
from dolenti.guideline.knowledge.entries import Basis, Cited, Entry, Text


class Example(Entry, frozen=True, kw_only=True):
    """A readable case of a rule: these facts, judged on ``as_of``, give ``holds``.

    ``facts`` are written as in a plain file; ``condition``, ``zone``, ``age`` and ``sex`` are
    facts like the others here.
    """

    says: Text
    facts: dict[str, Any]
    holds: bool | None
    as_of: str = "2026-01-15"


class PolicyChoice(Entry, frozen=True, kw_only=True):
    """The rule is in force only where the clinic's policy has this value."""

    id: str
    value: str


class Act(Cited, frozen=True, kw_only=True):
    """Something that may be done or left, on which sentences take a stance."""

    id: str
    label: Text


class Stance(Entry, frozen=True, kw_only=True):
    """What a sentence says of an act: do it, do not, or ask somebody first. Sentences of different
    stances are never shown together (``contradicting``)."""

    act: str
    is_: Literal["for", "against", "ask"] = msgspec.field(name="is")


class Rule(Cited, frozen=True, kw_only=True):
    """A sentence that a condition makes true, false or unknown."""

    id: str
    when: Condition
    because: Text
    basis: Basis
    policy: PolicyChoice | None = None
    stances: tuple[Stance, ...] = ()
    examples: tuple[Example, ...] = ()


CriterionKind = Literal[
    "indication", "absolute-contraindication", "relative-contraindication", "precaution"
]


class Criterion(Rule, frozen=True, kw_only=True):
    """A rule about one therapy. ``therapy`` is known from the folder.

    ``told`` is the sentence that the patient reads, here as everywhere: a patient's paper prints it
    and never what is written for the doctor (``guideline/consent/checking.py`` says where it must
    stand). ``tells`` are the adverse effects of the therapy that this sentence says: a consent
    tells them among its risks, and does not say them here as well.
    """

    kind: CriterionKind
    tells: tuple[str, ...] = ()
    told: Text | None = None
    advice: Text | None = None


class RedFlag(Rule, frozen=True, kw_only=True):
    """A rule about no therapy: it ``stops`` all of them, or ``alerts`` until investigated."""

    effect: Literal["stops", "alerts"]
    urgency: Literal["emergency", "same-day", "soon"]
    to: Text
    told: Text | None = None
