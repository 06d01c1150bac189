"""Who answers for each rule, until when, and whether somebody signed these very words.

A rule is any entry that says what it rests on (``basis``), a phase of a protocol, a claim, a
notice, a class of medicines, or an entry of what an edition carries unread (``loading.ASIDE``).
``reviews.yaml`` covers each by its place or by its id; ``signatures.yaml``, where there is one,
holds who signed what: a signature is of the content of one rule, and is void once it changes.
Nothing here knows the day: it comes in as an argument.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec

from dolenti.guideline.checking import Problem
from dolenti.guideline.dates import read_date
from dolenti.guideline.diary.governance import patient_rules
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import (
    Claim,
    Edition,
    MedicineClass,
    Notice,
    Phase,
    Review,
    Signature,
)
from dolenti.guideline.loading import ASIDE
from dolenti.guideline.once import Itself
from dolenti.guideline.parts import rule_name
from dolenti.guideline.session.governance import session_rules
from dolenti.guideline.signing import content_hash

PLACES = {
    "mixture_rules": "mixtures/rules",
    "group_rules": "mixtures",
    "compatibilities": "mixtures/compatibility",
    "medicine_classes": "medicines/classes",
    "excipients": "medicines/excipients",
}
"""Where the entries of a part of the edition are written; any other bears its own name."""

NOT_RULES = frozenset({
    "manifest", "sha256", "sources", "statements", "body", "reviews", "signatures", *ASIDE,
})  # fmt: skip


@dataclass(frozen=True)
class Governed:
    """A rule, where it is written, what covers it, and the signatures that stand."""

    id: str
    place: str
    kind: str
    entry: Any
    review: Review | None
    signatures: tuple[Signature, ...]
    void: tuple[Signature, ...]

    def due(self, as_of: date) -> bool:
        """Whether its review was to be done by that day."""
        return self.review is None or read_date(self.review.review_by) <= as_of


def governed(edition: Edition) -> tuple[Governed, ...]:
    """Every rule of an edition, in the order of its files."""
    return tuple(_governed(edition).values())


def governed_by_id(edition: Edition) -> Mapping[str, Governed]:
    """The same, found by the rule's id."""
    return _governed(edition)


@lru_cache(maxsize=4)
def _of(known: Itself[Edition]) -> dict[str, Governed]:
    edition = known.it
    covers = {name: review for review in edition.reviews for name in review.covers}
    signed: dict[str, list[Signature]] = {}
    for signature in edition.signatures:
        signed.setdefault(signature.rule, []).append(signature)
    found: dict[str, Governed] = {}
    everything = list(rules(edition))
    times = Counter(
        getattr(entry, "id", None) for place, entry in everything if not _is_aside(place)
    )
    for place, entry in everything:
        name = _name(place, entry, unique=times[getattr(entry, "id", None)] == 1)
        mine = signed.get(name, ())
        now = content_hash(entry) if mine else ""
        found[name] = Governed(
            id=name,
            place=place,
            kind=_kind(entry),
            entry=entry,
            review=_covering(name, place, covers),
            signatures=tuple(one for one in mine if one.sha256 == now),
            void=tuple(one for one in mine if one.sha256 != now),
        )
    return found


def _governed(edition: Edition) -> dict[str, Governed]:
    return _of(Itself(edition))


def _covering(name: str, place: str, covers: Mapping[str, Review]) -> Review | None:
    """What covers a rule: its own entry, or the longest place above it."""
    if name in covers:
        return covers[name]
    steps = place.split("/")
    above = ("/".join(steps[:length]) for length in range(len(steps), 0, -1))
    return next((covers[one] for one in above if one in covers), None)


def rules(edition: Edition) -> Iterator[tuple[str, Any]]:
    """Every rule with its place: ``therapies/mesotherapy/criteria``, ``products/lidocaine``."""
    for part in edition.__struct_fields__:
        content = getattr(edition, part)
        if part in NOT_RULES or not isinstance(content, tuple):
            continue
        place = PLACES.get(part, part.replace("_", "-"))
        for entry in content:
            if part == "therapies":
                for name in entry.__struct_fields__:
                    here = f"{place}/{entry.id}/{name.replace('_', '-')}"
                    yield from _rules_in(getattr(entry, name), here)
            elif part == "products":
                yield from _rules_in(entry, f"{place}/{entry.id}")
            else:
                yield from _rules_in(entry, place)
    yield from session_rules(edition)
    yield from patient_rules(edition)


def _rules_in(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, tuple):
        for part in value:
            yield from _rules_in(part, place)
    elif isinstance(value, (Phase, MedicineClass, Claim, Notice)) or hasattr(value, "basis"):
        yield place, value
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from _rules_in(getattr(value, field), place)


def _name(place: str, entry: Any, *, unique: bool) -> str:
    """The id of a rule; its place too where two bear it, where there is none, and of what an
    edition carries unread."""
    if _is_aside(place):
        return rule_name(place, entry)
    name = getattr(entry, "id", None) or _kind(entry)
    return name if unique and hasattr(entry, "id") else f"{place}/{name}"


def _is_aside(place: str) -> bool:
    return place.startswith(tuple(ASIDE.values()))


def _kind(entry: Any) -> str:
    return _CAPITAL.sub("-", type(entry).__name__).lower()


_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def check_reviews(edition: Edition) -> list[Problem]:
    """Every rule that nothing covers, every cover of nothing, every signature that is void."""
    problems = []
    found = governed(edition)
    for rule in found:
        if rule.review is None:
            problems.append(
                Problem(rule.id, f"no review covers it; add {rule.place} to reviews.yaml")
            )
        problems += [
            Problem(
                rule.id,
                f"has changed since {one.by} signed it on {one.on}: have it signed again, or "
                "take the signature out of signatures.yaml",
            )
            for one in rule.void
        ]
    problems += _covers(edition, found)
    names = {rule.id for rule in found}
    problems += [
        Problem(one.rule, f"is signed by {one.by}, and is no rule")
        for one in edition.signatures
        if one.rule not in names
    ]
    problems += [
        Problem(one.rule, f"is signed on “{one.on}”, which is no day")
        for one in edition.signatures
        if not _is_day(one.on)
    ]
    return problems


def _covers(edition: Edition, found: tuple[Governed, ...]) -> Iterator[Problem]:
    seen: set[str] = set()
    for review in edition.reviews:
        named = ", ".join(review.covers)
        if not _is_day(review.review_by):
            yield Problem(named, f"“{review.review_by}” is no day to review it by")
        for name in review.covers:
            if not any(name == rule.id or _is_below(rule.place, name) for rule in found):
                yield Problem(name, "is no rule and no place of one; take it out of reviews.yaml")
            if name in seen:
                yield Problem(name, "is covered twice in reviews.yaml; keep one")
            seen.add(name)


def _is_below(place: str, name: str) -> bool:
    return place == name or place.startswith(f"{name}/")


def _is_day(text: str) -> bool:
    try:
        read_date(text)
    except InputError:
        return False
    return True
