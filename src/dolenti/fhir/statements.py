"""What one resource says of one fact, and the sheet on which a bundle's statements are gathered.

A statement is an *answer* (an Observation: true of its moment) or a *state* (a condition, a
medicine, an allergy, a procedure: true until somebody ends it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from dolenti.fhir.bundle import BundleEntry, Resource
from dolenti.fhir.codes import CodeIndex, Concept, codings
from dolenti.fhir.moments import Moment
from dolenti.guideline.facts import Complaint, Dictionary, Ignored, Value, shown
from dolenti.guideline.knowledge import FactDefinition

# A record lists what it could not use by code; beyond this many lines, only their number.
MOST_NOTES: Final = 200


class Site(NamedTuple):
    """A place on the body, as far as it is said."""

    zone: str | None = None
    side: str | None = None


NOWHERE: Final = Site()


class Statement(NamedTuple):
    """What a resource says of a fact. ``value`` is ``None`` where something ended: nothing is
    known from it any more. ``closing`` answers every member of a set that nobody spoke of."""

    fact: str
    value: Value | None
    moment: Moment | None
    resource: str
    code: str
    state: bool = False
    member: str | None = None
    site: Site = NOWHERE
    focus: tuple[str, ...] = ()
    closing: bool = False
    act: bool = False

    @property
    def at(self) -> date | None:
        return None if self.moment is None else self.moment.first


class PossibleComplaint(NamedTuple):
    """A painful condition of the record, with the references under which others name it."""

    complaint: Complaint
    zones: tuple[str, ...]
    references: frozenset[str]


@dataclass(slots=True)
class Sheet:
    """Everything gathered from one bundle while it is read."""

    as_of: date
    index: CodeIndex
    dictionary: Dictionary
    name: str
    birth_date: date | None = None
    statements: list[Statement] = field(default_factory=list)
    complaints: list[PossibleComplaint] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    doubted: set[str] = field(default_factory=set)
    entries: list[BundleEntry] = field(default_factory=list)
    _notes: dict[tuple[str, str, str], list[Any]] = field(default_factory=dict)
    _unread: dict[str, int] = field(default_factory=dict)
    _by_reference: dict[str, Resource] | None = None

    def definition(self, fact: str) -> FactDefinition:
        return self.dictionary.definitions[fact]

    def note(self, resource: str, concept: Concept, why: str, doubt: str | None = None) -> None:
        """List a resource that was not used. Many of one code and reason become one line.

        ``doubt`` is the fact it speaks of without settling it, which nobody may then assume.
        """
        if doubt is not None:
            self.doubted.add(doubt)
        key = (resource.partition("/")[0], concept.token, why)
        noted = self._notes.get(key)
        if noted is None:
            self._notes[key] = [resource, concept.display or "", 1]
        else:
            noted[2] += 1
            if resource < noted[0]:
                noted[0], noted[1] = resource, concept.display or ""

    def count_unread(self, kind: str) -> None:
        self._unread[kind] = self._unread.get(kind, 0) + 1

    def is_future(self, moment: Moment | None, facts: Any, resource: str) -> bool:
        """Whether something lies after the day of the assessment; then it is listed."""
        if moment is None or moment.first <= self.as_of:
            return False
        self.ignored += [Ignored(fact, "after-as-of", moment.first, resource) for fact in facts]
        return True

    def find(self, reference: object) -> Resource | None:
        """The resource of this bundle that a Reference names, or ``None``."""
        text = reference.get("reference") if isinstance(reference, dict) else None
        if not isinstance(text, str):
            return None
        if self._by_reference is None:
            self._by_reference = {}
            for entry in self.entries:
                if entry.resource is not None:
                    for key in keys_of(entry):
                        self._by_reference.setdefault(key, entry.resource)
        return self._by_reference.get(text.partition("/_history/")[0])

    def unmapped(self) -> tuple[Mapping[str, Any], ...]:
        """The list of what was not used, whatever the order of the entries."""
        lines: list[Mapping[str, Any]] = []
        for (_, token, why), (resource, display, count) in sorted(self._notes.items()):
            line: dict[str, Any] = {"resource": resource}
            if token:
                line["code"] = token
            if display:
                line["display"] = shown(display)
            if count > 1:
                line["count"] = count
            lines.append(line | {"why": why})
        if len(lines) > MOST_NOTES:
            rest = len(lines) - MOST_NOTES
            lines[MOST_NOTES:] = [{"count": rest, "why": "further codes that were not used"}]
        lines += [
            {"resourceType": kind, "count": count, "why": "not a kind of resource that is read"}
            for kind, count in sorted(self._unread.items())
        ]
        return tuple(lines)


def word(raw: object) -> str | None:
    """An element that should be a code, if it is a text at all."""
    return raw if isinstance(raw, str) else None


def label_of(entry: BundleEntry) -> str:
    """A resource's name in lists: ``Observation/123``; never more than a line of plain text."""
    resource = entry.resource
    assert resource is not None
    kind = resource.resource_type
    if isinstance(resource.id, str):
        name = f"{kind}/{resource.id}"
    elif isinstance(entry.full_url, str):
        name = f"{kind}/{entry.full_url}"
    else:
        return f"{shown(kind)}/(no id)"
    return name if len(name) <= 120 and name.isprintable() else f"{shown(kind)}/{shown(name)}"


def keys_of(entry: BundleEntry) -> list[str]:
    """The references under which other entries may name this one."""
    resource, keys = entry.resource, []
    if isinstance(entry.full_url, str):
        keys.append(entry.full_url.partition("/_history/")[0])
    if resource is not None and isinstance(resource.id, str):
        keys.append(f"{resource.resource_type}/{resource.id}")
    return keys


def site_of(sheet: Sheet, concept: object) -> Site:
    """The zone and side that a bodySite (one or a list) names; left and right make both."""
    zone: str | None = None
    sides: set[str] = set()
    for one in concept if isinstance(concept, list) else [concept]:
        found = sheet.index.concept(one)
        for target in found.targets:
            if target.kind == "zone":
                zone = zone or target.id
        # The side may stand beside the place as a coding of its own.
        for coding in codings(one):
            side = sheet.index.coding(coding.get("system"), coding.get("code")).side
            if side is not None:
                sides.add(side)
    side = sides.pop() if len(sides) == 1 else "both" if sides else None
    return Site(zone, side)
