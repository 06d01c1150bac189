"""Usual mixtures of mesotherapy: suggestions, all off until a clinic switches one on."""

from __future__ import annotations

from typing import Literal

from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Rule, Sourced

Tier = Literal["offer", "decision", "withheld", "not-offered"]
"""``offer``: the rules accept it. ``decision``: with a written, reasoned decision. ``withheld``:
we do not propose it, whatever the rules say. ``not-offered``: unavailable or forbidden."""


class MixtureComponent(Entry, frozen=True, kw_only=True):
    """One product: its strength in its unit per mL, its volume in mL."""

    product: str
    strength: float
    volume: float


class MixtureVehicle(Entry, frozen=True, kw_only=True):
    """What it is diluted in."""

    fluid: Literal["none", "saline", "water", "bicarbonate"]
    volume: float = 0


class JudgedAs(Entry, frozen=True, kw_only=True):
    """What the mixture rules say of it for a healthy man of 70 kg in France: the verdict, the
    rules that speak, the notes that go with it."""

    verdict: Literal["allowed", "override", "blocked"]
    rules: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class UsualMixture(Sourced, frozen=True, kw_only=True):
    """One mixture for some zones. ``tell`` is what the patient is told of the labels. ``mark``
    speaks of the description, never of efficacy."""

    id: str
    tier: Tier
    zones: tuple[str, ...]
    label: Text
    why: Text
    tell: Text
    technique: str
    vehicle: MixtureVehicle
    components: tuple[MixtureComponent, ...]
    judged: JudgedAs


class UsualMixtures(Entry, frozen=True, kw_only=True):
    """The rules of the suggestions."""

    rules: tuple[Rule, ...]
