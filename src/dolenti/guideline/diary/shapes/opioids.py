"""Opioid equivalents by a versioned table, and what the clinician is told of them."""

from __future__ import annotations

from typing import Literal

from dolenti.guideline.conditions import Condition
from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Said, Sourced


class Factor(Entry, frozen=True, kw_only=True):
    """One opioid of a table. ``factor`` is a text, so that 0.15 is 0.15.

    ``names`` are the substances as the public base of medicines writes them, ``routes`` and
    ``forms`` what the factor holds for: whatever else is not computed.
    """

    id: str
    label: Text
    factor: str
    per: Literal["mg", "ug/h"]
    routes: tuple[str, ...]
    forms: tuple[str, ...] = ()
    names: tuple[str, ...]
    only_for_pain: bool = False
    caution: Text | None = None


class NotComputed(Entry, frozen=True, kw_only=True):
    """An opioid without a factor: named, and never counted as 0."""

    id: str
    names: tuple[str, ...]
    why: Text


class OpioidTable(Sourced, frozen=True, kw_only=True):
    """A table of equivalents: mg of oral morphine a day, and the year in which it was published."""

    id: str
    label: Text
    year: int
    factors: tuple[Factor, ...]
    not_computed: tuple[NotComputed, ...]
    not_opioids: tuple[str, ...]


class OpioidExample(Entry, frozen=True, kw_only=True):
    """What is taken, and the equivalent: a number, or none. ``at_least``: something was left out.
    ``takes`` is a list of: factor or name of a substance, route, form, dose, times a day."""

    says: str
    takes: tuple[tuple[str, str, str, str, str], ...]
    mme: str | None
    at_least: bool = False


class OpioidNote(Sourced, frozen=True, kw_only=True):
    """A sentence to the clinician. It blocks nothing, and no patient is shown its number."""

    id: str
    when: Condition
    tell: Text


class Taper(Sourced, frozen=True, kw_only=True):
    """The frame of a taper, printed for the clinician on request, and never for the patient."""

    title: Text
    warning: Text
    steps: tuple[Text, ...]


class OpioidRules(Entry, frozen=True, kw_only=True):
    """What holds of every equivalent. ``in_force`` is the table used now."""

    in_force: str
    always: tuple[Said, ...]
    doses: tuple[Said, ...]
    patient: tuple[Said, ...]
    notes: tuple[OpioidNote, ...]
    taper: Taper
    examples: tuple[OpioidExample, ...]
