"""A therapy: what it is, how it is done and by whom, what may happen, what to do after."""

from __future__ import annotations

from typing import Literal

import msgspec

from dolenti.guideline.knowledge.chain import SerumChain
from dolenti.guideline.knowledge.claims import Claim, Later
from dolenti.guideline.knowledge.entries import Basis, Cited, Entry, Text
from dolenti.guideline.knowledge.protocol import Protocol
from dolenti.guideline.knowledge.rules import Criterion, Stance


class Technique(Cited, frozen=True, kw_only=True):
    """A way of placing the product, with its depth in mm and, where known, volume per point.

    ``zones`` are those where it can be done; empty: anywhere. ``label_route`` is what a label
    calls it, where a label has a word for it alone.
    """

    id: str
    label: Text
    describes: Text
    layer: Text
    zones: tuple[str, ...] = ()
    label_route: str | None = None
    depth_mm: tuple[float, float] | None = None
    volume_per_point_ml: tuple[float, float] | None = None
    spacing_mm: tuple[float, float] | None = None
    needle: Text | None = None
    basis: Basis
    codes: tuple[str, ...] = ()


class ProcessStep(Cited, frozen=True, kw_only=True):
    """A step of preparing or doing the act, with the bounds that must be kept."""

    id: str
    label: Text
    says: Text
    basis: Basis
    bounds: tuple[Bound, ...] = ()
    forbidden: bool = False
    stances: tuple[Stance, ...] = ()


class Bound(Entry, frozen=True, kw_only=True):
    """A measured value of a step: from ``low`` to ``high`` in ``unit`` (UCUM), either open."""

    what: Text
    unit: str
    low: float | None = None
    high: float | None = None


class Advice(Cited, frozen=True, kw_only=True):
    """What the patient does, or watches for, after the act. ``urgent``: call at once.

    ``left_out_with`` are rules of the therapy: where one of them holds, this is not said.
    """

    id: str
    says: Text
    basis: Basis
    lasts: str | None = None
    urgent: bool = False
    left_out_with: tuple[str, ...] = ()
    stances: tuple[Stance, ...] = ()


class AdverseEffect(Cited, frozen=True, kw_only=True):
    """What may happen, when, and how often where somebody counted.

    ``onset_assumed``: when it comes is general knowledge that no source of the entry says.
    ``classes`` are those of the products that it comes from: where products are planned, and none
    of these, it is not told. Without any it comes from the act itself. ``zones`` are those where
    it may come: elsewhere it is not told.
    """

    id: str
    label: Text
    classes: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    told: Text | None = None
    frequency: Literal["common", "uncommon", "rare", "unknown"]
    onset: Text
    onset_assumed: bool = False
    lasts: Text | None = None
    counted: Text | None = None
    serious: bool = False
    # Where one of these facts is known to be so, the effect is not told: it is of others.
    left_out_where: dict[str, str] = msgspec.field(default_factory=dict)
    basis: Basis


class Practice(Cited, frozen=True, kw_only=True):
    """Who may do it, trained how, where, at what price.

    What is ``told`` stands in the consent, in these very words; a reimbursement always does.
    Editions of before patients had words of their own say only ``true``.
    """

    id: str
    kind: Literal[
        "operator",
        "training",
        "setting",
        "price",
        "reimbursement",
        "legal",
        "equipment",
        "material",
    ]
    says: Text
    basis: Basis
    jurisdiction: str | None = None
    told: Text | bool = False
    stances: tuple[Stance, ...] = ()


class TherapyDescription(Cited, frozen=True, kw_only=True):
    """What a therapy is."""

    id: str
    order: int
    label: Text
    short: Text
    summary: Text
    told: Text | None = None
    not_done_with: tuple[str, ...] = ()


class Therapy(Entry, frozen=True, kw_only=True):
    """Everything in the folder ``therapies/<id>/``."""

    description: TherapyDescription
    criteria: tuple[Criterion, ...]
    protocol: Protocol
    techniques: tuple[Technique, ...] = ()
    process: tuple[ProcessStep, ...] = ()
    chain: SerumChain | None = None
    aftercare: tuple[Advice, ...] = ()
    adverse_effects: tuple[AdverseEffect, ...] = ()
    practice: tuple[Practice, ...] = ()
    claims: tuple[Claim, ...] = ()
    later: tuple[Later, ...] = ()

    @property
    def id(self) -> str:
        return self.description.id
