"""A case as JSON and back: what an assessment stores, so that it can be judged again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dolenti.guideline.birth import BirthDate, read_birth
from dolenti.guideline.dates import read_date
from dolenti.guideline.facts import (
    Case,
    Complaint,
    Dictionary,
    Ignored,
    Known,
    Unread,
    plain,
    read_value,
)
from dolenti.guideline.knowledge import Text


@dataclass(frozen=True)
class Aside:
    """What stood on the screen beside the facts, and was judged by no rule: the last values that
    were too old to count, what was only supposed, and the allergies told by another name."""

    stale: Mapping[str, Known] = field(default_factory=dict)
    supposed: Mapping[str, Known] = field(default_factory=dict)
    named: tuple[str, ...] = ()


def case_as_json(case: Case, policies: Mapping[str, str]) -> dict[str, Any]:
    """Everything the judge was told."""
    complaint = case.complaint
    return {
        "as_of": case.as_of.isoformat(),
        "birth_date": _text(case.birth_date),
        "sex": case.sex,
        "complaint": {
            "id": complaint.id,
            "condition": complaint.condition,
            "zone": complaint.zone,
            "side": complaint.side,
            "since": _text(complaint.since),
        },
        "facts": {fact: _known_as_json(known) for fact, known in sorted(case.facts.items())},
        "ignored": [ignored_as_json(one) for one in case.ignored],
        "used": [dict(entry) for entry in case.used],
        "unmapped": [dict(entry) for entry in case.unmapped],
        "policies": dict(policies),
        **({"doubted": sorted(case.doubted)} if case.doubted else {}),
        **({"unread": [unread_as_json(one) for one in case.unread]} if case.unread else {}),
    }


def case_from_json(stored: Mapping[str, Any], dictionary: Dictionary) -> Case:
    """The case that ``case_as_json`` wrote. Raises ``InputError`` with another dictionary's."""
    as_of = read_date(stored["as_of"])
    complaint = stored["complaint"]
    return Case(
        as_of=as_of,
        complaint=Complaint(
            complaint["id"],
            complaint["condition"],
            complaint["zone"],
            complaint["side"],
            _date(complaint["since"]),
        ),
        facts=_known_from_json(stored["facts"], dictionary, as_of),
        birth_date=None if stored["birth_date"] is None else read_birth(stored["birth_date"]),
        sex=stored["sex"],
        ignored=tuple(ignored_from_json(one) for one in stored["ignored"]),
        used=tuple(stored["used"]),
        unmapped=tuple(stored["unmapped"]),
        doubted=frozenset(stored.get("doubted", ())),
        unread=tuple(unread_from_json(one) for one in stored.get("unread", ())),
    )


def aside_as_json(aside: Aside) -> dict[str, Any]:
    """What stands beside the case in what is stored; nothing where there is nothing."""
    parts: dict[str, Any] = {
        "stale": {fact: _known_as_json(one) for fact, one in sorted(aside.stale.items())},
        "supposed": {fact: _known_as_json(one) for fact, one in sorted(aside.supposed.items())},
        "named": list(aside.named),
    }
    said = {name: part for name, part in parts.items() if part}
    return {"aside": said} if said else {}


def aside_from_json(stored: Mapping[str, Any], dictionary: Dictionary) -> Aside:
    """What ``aside_as_json`` wrote; nothing of an assessment that was stored before it was kept.
    Raises ``InputError`` with another dictionary's."""
    said, as_of = stored.get("aside", {}), read_date(stored["as_of"])
    return Aside(
        _known_from_json(said.get("stale", {}), dictionary, as_of),
        _known_from_json(said.get("supposed", {}), dictionary, as_of),
        tuple(said.get("named", ())),
    )


def _known_as_json(known: Known) -> dict[str, Any]:
    return {"value": plain(known.value), "at": _text(known.at), "origin": known.origin}


def _known_from_json(
    stored: Mapping[str, Any], dictionary: Dictionary, as_of: date
) -> dict[str, Known]:
    return {
        fact: Known(
            read_value(dictionary.definition(fact), said["value"], as_of).value,
            _date(said["at"]),
            said["origin"],
        )
        for fact, said in stored.items()
    }


def unread_as_json(one: Unread) -> dict[str, Any]:
    """Something that a record says and that was not understood."""
    return {
        **{name: getattr(one, name) for name in _PLAIN},
        "alone": one.alone,
        "why": {"fr": one.why.fr, "en": one.why.en},
        "facts": list(one.facts),
        "likely": list(one.likely),
        "at": _text(one.at),
    }


def unread_from_json(stored: Mapping[str, Any]) -> Unread:
    """What ``unread_as_json`` wrote."""
    return Unread(
        **{name: stored[name] for name in _PLAIN},
        alone=stored.get("alone", False),
        why=Text(**stored["why"]),
        facts=tuple(stored["facts"]),
        likely=tuple(stored["likely"]),
        at=_date(stored["at"]),
    )


_PLAIN = ("item", "kind", "says", "understood", "resource", "code")


def ignored_as_json(ignored: Ignored) -> dict[str, Any]:
    """A value that was set aside, and why."""
    at = _text(ignored.at)
    return {"fact": ignored.fact, "why": ignored.why, "at": at, "origin": ignored.origin}


def ignored_from_json(stored: Mapping[str, Any]) -> Ignored:
    """What ``ignored_as_json`` wrote."""
    return Ignored(stored["fact"], stored["why"], _date(stored["at"]), stored["origin"])


def _text(day: BirthDate | None) -> str | None:
    return None if day is None else day.isoformat()


def _date(text: str | None) -> date | None:
    return None if text is None else read_date(text)
