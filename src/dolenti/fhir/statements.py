"""What one resource says of one fact, and the sheet on which a bundle's statements are gathered.

A statement is an *answer* (an Observation: true of its moment) or a *state* (a condition, a
medicine, an allergy, a procedure: true until somebody ends it).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from dolenti.fhir.bundle import BundleEntry, Resource
from dolenti.fhir.codes import CodeIndex, Concept, codings
from dolenti.fhir.meaning import Meanings
from dolenti.fhir.meant import Meaning
from dolenti.fhir.moments import Moment
from dolenti.fhir.reasons import AFTER_AS_OF, FURTHER, MORE, NO_KIND, OF_NO_CONCERN_KIND
from dolenti.fhir.within import contained
from dolenti.guideline.birth import BirthDate
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Complaint, Dictionary, Ignored, Unread, UnreadKind, Value
from dolenti.guideline.knowledge import FactDefinition, Text
from dolenti.guideline.near import shown

# A record lists what it could not use by code; beyond this many lines, only their number.
MOST_NOTES: Final = 200
MOST_ITEMS: Final = 50
"""As many are asked one by one: whoever has more has another record than a patient's."""


class Site(NamedTuple):
    """A place on the body, as far as it is said."""

    zone: str | None = None
    side: str | None = None


NOWHERE: Final = Site()


class Statement(NamedTuple):
    """What a resource says of a fact. ``value`` is ``None`` where something ended, or a measured
    value cannot be used: nothing is known from it. ``closing`` answers every member of a set that
    nobody spoke of; ``astray``: what it is about is nowhere in the bundle."""

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
    astray: bool = False

    @property
    def at(self) -> date | None:
        return None if self.moment is None else self.moment.first


class PossibleComplaint(NamedTuple):
    """A painful condition of the record, with the references under which others name it."""

    complaint: Complaint
    zones: tuple[str, ...]
    references: frozenset[str]


class PassedOver(NamedTuple):
    """A painful condition of the record that is no complaint of today, and why."""

    id: str
    condition: str
    why: Text

    def told(self, label: Text) -> Text:
        """Which it is and why, for a sentence."""
        name = shown(self.id)
        return Text(
            fr=f"{label.fr} («\u00a0{name}\u00a0»)\u00a0: {self.why.fr}",
            en=f"{label.en} (“{name}”): {self.why.en}",
        )


MOST_UNREAD: Final = 500
"""Different entries of one record that may be held back; nobody would answer for more."""


class Doubt(NamedTuple):
    """A fact, or one member of it, that a resource speaks of without settling it."""

    fact: str
    member: str | None
    at: date | None


@dataclass(slots=True)
class Sheet:
    """Everything gathered from one bundle while it is read."""

    as_of: date
    index: CodeIndex
    dictionary: Dictionary
    name: str
    meanings: Meanings
    distrust: Text | None = None
    subject: object = None
    birth_date: BirthDate | None = None
    statements: list[Statement] = field(default_factory=list)
    complaints: list[PossibleComplaint] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    entries: list[BundleEntry] = field(default_factory=list)
    _notes: dict[tuple[str, str, str], list[Any]] = field(default_factory=dict)
    _items: dict[tuple[str, str], Unread] = field(default_factory=dict)
    _unread: dict[tuple[str, bool], int] = field(default_factory=dict)
    _by_reference: dict[str, Resource] | None = None
    _spoken: tuple[tuple[int, int], Mapping[str, list[Doubt]], frozenset[str]] | None = None

    def definition(self, fact: str) -> FactDefinition:
        return self.dictionary.definitions[fact]

    def note(
        self,
        resource: str,
        concept: Concept,
        why: Text,
        doubt: str | None = None,
        *,
        member: str | None = None,
        moment: Moment | None = None,
    ) -> None:
        """List a resource that was not used. Many of one code and reason become one line.

        ``doubt`` is the fact it speaks of without settling it, which nobody may then assume.
        """
        if doubt is not None:
            self.doubt(doubt, resource, concept, why, member=member, moment=moment)
        named = (
            concept.token or concept.display or ""
        )  # what has no code is told apart by its words
        key = (resource.partition("/")[0], named, why.en)
        noted = self._notes.get(key)
        if noted is None:
            self._notes[key] = [resource, concept.display or "", 1, why, concept.token]
        else:
            noted[2] += 1
            if resource < noted[0]:
                noted[0], noted[1] = resource, concept.display or ""

    def doubt(
        self,
        fact: str,
        resource: str,
        concept: Concept,
        why: Text,
        *,
        member: str | None = None,
        moment: Moment | None = None,
    ) -> None:
        """Let nobody assume a fact whose words are understood, but not whether it holds. A
        measured value is never assumed anyway."""
        if self.dictionary.definitions[fact].reassuring is None:
            return
        at = None if moment is None else moment.first
        self.doubts.append(Doubt(fact, member, at))
        token = fact if member is None else f"{fact}={member}"
        says = shown(concept.display or concept.token or resource)
        at = None if at == date.min else at
        self._keep(
            Unread(token, "result", says, why, (fact,), (token,), True, at, resource, concept.token)
        )

    def ask(
        self,
        kind: UnreadKind,
        meaning: Meaning,
        resource: str,
        why: Text,
        moment: Moment | None = None,
    ) -> None:
        """Let an item be asked that may concern several facts, and none of these be assumed."""
        at = None if moment is None else moment.first
        self.note(resource, meaning.concept, why)
        self._keep(
            Unread(
                f"{meaning.item}|{resource}" if meaning.alone else meaning.item,
                kind,
                meaning.says or resource,
                why,
                meaning.facts,
                meaning.likely,
                False,
                at,
                resource,
                meaning.concept.token or None,
                meaning.alone,
            )
        )

    def _keep(self, one: Unread) -> None:
        """Of many of the same words, the one that a bundle in any order would give."""
        before = self._items.get((one.item, one.why.en))
        if before is None and len(self._items) >= MOST_UNREAD:
            raise InputError(
                f"more than {MOST_UNREAD} different entries were not understood; export the "
                "current ones only",
                self.name,
                fr=f"plus de {MOST_UNREAD} éléments différents n’ont pas été compris\u00a0; "
                "n’exportez que ceux qui sont actuels",
            )
        if before is None or (one.resource or "") < (before.resource or ""):
            self._items[one.item, one.why.en] = one

    def spoken_against(self) -> tuple[Mapping[str, list[Doubt]], frozenset[str]]:
        """The doubts of each fact, with the likely answers of items among them; and the facts that
        some item may concern."""
        so_far = (len(self.doubts), len(self._items))
        if so_far == (0, 0):
            return {}, frozenset()
        if self._spoken is None or self._spoken[0] != so_far:
            items = [one for one in self._items.values() if not one.understood]
            doubts: dict[str, list[Doubt]] = {}
            for doubt in (*self.doubts, *(_likely(a, one) for one in items for a in one.likely)):
                doubts.setdefault(doubt.fact, []).append(doubt)
            asked = frozenset(fact for one in items for fact in one.facts)
            self._spoken = (so_far, doubts, asked)
        return self._spoken[1:]

    def unread(self) -> tuple[Unread, ...]:
        """What was not understood, each item once, the ones to ask first; of very many the rest
        together."""
        if not self._items:
            return ()
        by_item: dict[tuple[bool, str], Unread] = {}
        for _, one in sorted(self._items.items()):
            by_item.setdefault((one.understood, one.item), one)
        found = [by_item[key] for key in sorted(by_item)]
        if len(found) > MOST_ITEMS:
            rest = found[MOST_ITEMS:]
            facts = tuple(dict.fromkeys(fact for one in rest for fact in one.facts))
            says = f"+ {len(rest)}"
            found[MOST_ITEMS:] = [Unread("rest", "result", says, FURTHER, facts)]
        return tuple(found)

    def count_unread(self, kind: str, *, of_concern: bool = True) -> None:
        """Count a resource of a kind that is not read, and whether it may tell of the patient."""
        key = (kind, of_concern)
        self._unread[key] = self._unread.get(key, 0) + 1

    def is_future(
        self,
        moment: Moment | None,
        targets: Iterable[tuple[str, str | None]],
        resource: str,
        concept: Concept,
    ) -> bool:
        """Whether something lies after the day of the assessment; then it is listed, and what it
        speaks of is in doubt: it may be so already."""
        if moment is None or moment.first <= self.as_of:
            return False
        for fact, member in targets:
            self.ignored.append(Ignored(fact, "after-as-of", moment.first, resource))
            self.doubt(fact, resource, concept, AFTER_AS_OF, member=member)
        return True

    def find(self, reference: object, within: Resource | None = None) -> Resource | None:
        """The resource of this bundle that a Reference names, or ``None``. ``within`` is the one
        that has the Reference, and may contain what it names."""
        text = reference.get("reference") if isinstance(reference, dict) else None
        if not isinstance(text, str):
            return None
        if text.startswith("#"):
            return None if within is None else contained(within, text[1:])
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
        for _, (resource, display, count, why, token) in sorted(
            self._notes.items(), key=lambda noted: noted[0]
        ):
            line: dict[str, Any] = {"resource": resource}
            if token:
                line["code"] = token
            if display:
                line["display"] = shown(display)
            if count > 1:
                line["count"] = count
            line["why"], line["why_fr"] = why.en, why.fr
            lines.append(line)
        if len(lines) > MOST_NOTES:
            rest = len(lines) - MOST_NOTES
            lines[MOST_NOTES:] = [{"count": rest, "why": MORE.en, "why_fr": MORE.fr}]
        for (kind, of_concern), count in sorted(self._unread.items()):
            why = NO_KIND if of_concern else OF_NO_CONCERN_KIND
            lines.append({"resourceType": kind, "count": count, "why": why.en, "why_fr": why.fr})
        return tuple(lines)


def _likely(answer: str, one: Unread) -> Doubt:
    fact, _, member = answer.partition("=")
    return Doubt(fact, member or None, one.at)


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
    return name if len(name) <= 120 and name.isprintable() else shown(name)


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
        for coding in codings(one):
            found = sheet.index.coding(coding.get("system"), coding.get("code"))
            for target in found.targets:
                if target.kind == "zone":
                    zone = zone or target.id
            # The side may stand beside the place as a coding of its own.
            if found.side is not None:
                sides.add(found.side)
    side = sides.pop() if len(sides) == 1 else "both" if sides else None
    return Site(zone, side)
