"""What is claimed of a therapy, what was found, what it closes for later, what comes before it."""

from __future__ import annotations

from typing import Final, Literal

from dolenti.guideline.conditions import Condition
from dolenti.guideline.knowledge.dictionary import ClinicalCondition, ConditionKind
from dolenti.guideline.knowledge.entries import Basis, Citation, Cited, Entry, Text


class ToldFor(Entry, frozen=True, kw_only=True):
    """The complaints whose consent speaks of a claim: of one of these kinds of conditions and in
    one of these zones; an empty list means any."""

    kinds: tuple[ConditionKind, ...] = ()
    zones: tuple[str, ...] = ()


Judgement = Literal["supported", "mixed", "not-supported", "contradicted", "not-studied"]


class Claim(Cited, frozen=True, kw_only=True):
    """What is claimed, and what was found, side by side and never mixed.

    ``sources`` and ``encodes`` are the claim's; each finding has its own source. A claim that is
    ``told`` is a benefit that a patient hears of: the consent sets it beside the findings. The
    one that is ``known`` speaks for its therapy where none is about the complaint.
    """

    id: str
    claims: Text
    findings: tuple[Finding, ...] = ()
    judgement: Judgement
    told: ToldFor | None = None
    known: bool = False


Leaning = Literal["for", "against", "neither"]


NOT_NAMED: Final = "not-named"
"""The place of the body where something was found, where nothing that was read names it."""


class Finding(Entry, frozen=True, kw_only=True):
    """One published result, with the figures as published; ``told`` keeps those that a patient can
    weigh.

    ``leans`` is where it stands on the claim (``neither``: it does not decide), ``people`` how many
    were in it, ``studies`` how many it pools, ``size`` how large the effect was and ``size_people``
    in how many: of pooled studies these are not all. Every number of these stands in ``says``: the
    check holds it. ``population`` is who was studied: it is said wherever the result is, and
    ``zones`` where, if that was one place (``NOT_NAMED``: what was read does not say it): elsewhere
    it speaks neither for nor against.
    """

    says: Text
    told: Text | None = None
    sources: tuple[Citation, ...]
    basis: Basis
    leans: Leaning | None = None
    people: int | None = None
    studies: int | None = None
    size: Text | None = None
    size_people: int | None = None
    population: Text | None = None
    zones: tuple[str, ...] = ()

    def is_of(self, zone: str | None) -> bool:
        """Whether this was found where the complaint is, or of no place in particular."""
        return not self.zones or zone in self.zones


class Later(Cited, frozen=True, kw_only=True):
    """What a therapy forbids or delays afterwards, in these zones (none named: all)."""

    id: str
    says: Text
    basis: Basis
    zones: tuple[str, ...] = ()


class FirstLine(Cited, frozen=True, kw_only=True):
    """What is tried before a local treatment of some diagnoses: of those named, or of these kinds
    in these zones. It is meant while ``wanted`` holds, and was tried where ``done`` holds. ``told``
    is what a patient reads of it before consenting to something else."""

    id: str
    says: Text
    basis: Basis
    told: Text | None = None
    conditions: tuple[str, ...] = ()
    kinds: tuple[ConditionKind, ...] = ()
    zones: tuple[str, ...] = ()
    wanted: Condition | None = None
    done: Condition | None = None

    def is_about(self, condition: ClinicalCondition | None, zone: str | None) -> bool:
        """Whether it comes first for this diagnosis there."""
        if condition is None:
            return False
        if condition.id in self.conditions:
            return True
        of_kind = condition.kind in self.kinds
        return of_kind and (not self.zones or zone in self.zones)
