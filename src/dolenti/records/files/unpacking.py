"""What a document says, as statements to keep; and what was left aside when it was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dolenti.guideline.facts import Case, Ignored, Unread, plain
from dolenti.guideline.knowledge import Edition
from dolenti.records.facts.inputs import (
    ignored_as_json,
    ignored_from_json,
    unread_as_json,
    unread_from_json,
)


@dataclass(frozen=True)
class Said:
    """One value of one fact, as JSON writes it; ``place`` is where in the document."""

    fact: str
    value: object
    at: date
    place: str
    of_complaint: bool


def statements(case: Case, edition: Edition, day: date) -> Iterator[Said]:
    """What a case says, fact by fact; an undated value is of the day itself."""
    about = {fact.id: fact.about for fact in edition.facts}
    for fact, known in sorted(case.facts.items()):
        yield Said(
            fact,
            plain(known.value),
            known.at or day,
            (known.origin or "")[:200],
            about[fact] == "complaint",
        )


def reading(case: Case, policies: Mapping[str, str]) -> dict[str, Any]:
    """What the reading of a document left aside or used: kept with it, for the screen."""
    return {
        "ignored": [ignored_as_json(one) for one in case.ignored],
        "used": [dict(entry) for entry in case.used],
        "unmapped": [dict(entry) for entry in case.unmapped],
        "doubted": sorted(case.doubted),
        "unread": [unread_as_json(one) for one in case.unread],
        "policies": dict(policies),
    }


@dataclass(frozen=True)
class Aside:
    """What documents left aside, read back."""

    ignored: tuple[Ignored, ...] = ()
    used: tuple[Mapping[str, Any], ...] = ()
    unmapped: tuple[Mapping[str, Any], ...] = ()
    doubted: frozenset[str] = frozenset()
    unread: tuple[Unread, ...] = ()


def aside(stored: Mapping[str, Any]) -> Aside:
    """What ``reading`` wrote."""
    return Aside(
        tuple(ignored_from_json(one) for one in stored.get("ignored", ())),
        tuple(stored.get("used", ())),
        tuple(stored.get("unmapped", ())),
        frozenset(stored.get("doubted", ())),
        tuple(unread_from_json(one) for one in stored.get("unread", ())),
    )
