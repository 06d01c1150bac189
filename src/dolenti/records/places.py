"""Where a complaint is, said or implied: asked wherever a place decides, so that a diagnosis that
says the place of itself (knee osteoarthritis) is never one without a place.
"""

from __future__ import annotations

from collections.abc import Collection

from dolenti.records import engine
from dolenti.records.models import Complaint


def zones_of(condition: str, zone: str) -> tuple[str, ...]:
    """The zones where a pain may be: the one that was said; else those of its condition."""
    if zone:
        return (zone,)
    conditions = engine.edition_in_force().conditions
    return next((tuple(one.zones) for one in conditions if one.id == condition), ())


def zone_of(complaint: Complaint) -> str:
    """Where a complaint is: as it was said, or as its condition implies; empty where neither."""
    zones = zones_of(complaint.condition, complaint.zone)
    return zones[0] if len(zones) == 1 else ""


def may_be_one_side(one: str, other: str) -> bool:
    """Whether what lies on two sides may lie on the same: unsaid, or both, it may."""
    return one == other or not {one, other}.isdisjoint(("", "both"))


def may_be_one_zone(some: Collection[str], others: Collection[str]) -> bool:
    """Whether what lies in some zones may lie in others: where nobody said which, it may."""
    return not some or not others or not set(some).isdisjoint(others)


__all__ = ["may_be_one_side", "may_be_one_zone", "zone_of", "zones_of"]
