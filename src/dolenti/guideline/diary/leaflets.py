"""What a patient reads of a therapy before deciding, as it is printed and shown.

A line of a list that begins with names in brackets (``- [lateral-epicondylitis] …``) is about these
diagnoses, kinds of them or zones alone: it stands in the leaflet of such a pain, and in that of no
pain in particular. ``- {first}`` and ``- {others}`` are what is tried first for this pain and the
other therapies that are proposed for it; ``- [otherwise] …`` says what holds in general, where a
list has nothing of this pain by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from dolenti.guideline.conditions import facts_of
from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.shapes.papers import TherapyLeaflet
from dolenti.guideline.facts import Dictionary, Known
from dolenti.guideline.judge import proofs
from dolenti.guideline.knowledge import Edition, Text
from dolenti.guideline.session.leaflet import Line, Section, Sheet, spans
from dolenti.guideline.words import lower_first

_LIST = re.compile(r"\A- (?:\[([a-z, -]+)\] )?")
OTHERWISE: Final = "otherwise"
_FIRST: Final = "{first}"
_OTHERS: Final = "{others}"
NOT_SENT_TO: Final = ("autologous-conditioned-serum",)
"""No text that was found establishes that it is allowed in France (facts, 3): no leaflet of another
therapy sends anybody to it."""
_PROPOSED: Final = Text(
    fr="Aussi proposé pour cette douleur, selon votre santé\u00a0: {names}.",
    en="Also proposed for this pain, depending on your health: {names}.",
)


@dataclass(frozen=True)
class Place:
    """What is to be said of one place: what holds of the therapy there whoever the patient is, the
    care that comes before any local treatment of this diagnosis, and the ``others`` of the
    therapies that have an indication there. ``names`` are its zone, its diagnosis and the kind of
    that; where nobody made one, all that may be there."""

    names: frozenset[str]
    label: Text
    holds: tuple[Text, ...]
    first: tuple[Text, ...]
    others: tuple[Text, ...]


def leaflet_of(content: Content, therapy: str) -> TherapyLeaflet | None:
    """The leaflet of a therapy; ``None`` where none is written."""
    return next((one for one in content.leaflets if one.therapy == therapy), None)


def place_of(edition: Edition, therapy: str, zone: str, condition: str) -> Place | None:
    """What a leaflet says of a zone and, where it is known, of a diagnosis; ``None`` where the
    edition has no such zone. Raises ``KeyError`` where it has no such therapy."""
    treatment = {one.id: one for one in edition.therapies}[therapy]
    there = next((one for one in edition.zones if one.id == zone), None)
    if there is None:
        return None
    by_zone = [
        one
        for one in treatment.criteria
        if one.kind == "precaution" and one.told and facts_of(one.when) == ("zone",)
    ]
    found, _ = proofs(
        Dictionary.of(edition), [one.when for one in by_zone], {"zone": Known(zone)}, date.min
    )
    diagnosis = next((one for one in edition.conditions if one.id == condition), None)
    known = [diagnosis] if diagnosis else [c for c in edition.conditions if zone in c.zones]
    ids = [one.id for one in known]
    return Place(
        frozenset([zone, *ids, *(one.kind for one in known)]),
        there.label,
        tuple(
            one.told
            for one, proof in zip(by_zone, found, strict=True)
            if proof.holds and one.told is not None
        ),
        tuple(
            one.told
            for one in edition.first_line
            if one.told is not None and one.is_about(diagnosis, zone)
        ),
        tuple(
            one.description.label
            for one in edition.therapies
            if one.id not in (therapy, *NOT_SENT_TO)
            and any(is_indicated(edition, one.id, zone, name) for name in ids)
        ),
    )


def is_indicated(edition: Edition, therapy: str, zone: str, condition: str) -> bool:
    """Whether a therapy has an indication that a diagnosis in a zone may meet: what else it asks of
    the patient is left open. Raises ``KeyError`` where the edition has no such therapy."""
    criteria = {one.id: one for one in edition.therapies}[therapy].criteria
    asked = [one.when for one in criteria if one.kind == "indication"]
    values = {"zone": Known(zone), "condition": Known(condition)}
    found, _ = proofs(Dictionary.of(edition), asked, values, date.min)
    return any(one.holds is not False for one in found)


def leaflet_sheet(leaflet: TherapyLeaflet, language: str, place: Place | None = None) -> Sheet:
    """A leaflet in one language: its paragraphs and lists, in order, those of other zones left
    out; what is said of the place comes first. What a figure rests on stands with the leaflet, not
    with its lines."""
    sections = [*_of_place(place, language)]
    for block in leaflet.body.in_language(language).strip().split("\n\n"):
        lines = block.split("\n")
        said = [one for one in lines if not _LIST.match(one)]
        if said:
            sections.append(Section("", False, (_line(" ".join(said)),)))
        listed = tuple(_listed(lines, place, language))
        if listed:
            sections.append(Section("", True, listed))
    return Sheet(leaflet.id, language, leaflet.title.in_language(language), tuple(sections), {})


def names_of(text: str) -> list[tuple[str, ...]]:
    """The diagnoses or zones of each line of a list in a leaflet's text; empty where it is about
    all."""
    found = [_LIST.match(one) for one in text.split("\n")]
    return [_names(match) for match in found if match]


def _of_place(place: Place | None, language: str) -> Iterator[Section]:
    if place is None:
        return
    if place.holds:
        holds = tuple(_line(one.in_language(language)) for one in place.holds)
        yield Section(place.label.in_language(language), True, holds)


def _listed(lines: list[str], place: Place | None, language: str) -> Iterator[Line]:
    """A list as it stands in the leaflet of a place."""
    items = [(_names(match), one[match.end() :]) for one in lines if (match := _LIST.match(one))]
    own = False
    for names, text in items:
        if names == (OTHERWISE,):
            continue
        found = _filled(text, place, language) if text in (_FIRST, _OTHERS) else [text]
        if names and place is not None and place.names.isdisjoint(names):
            continue
        own = own or (
            place is not None and bool(names or text in (_FIRST, _OTHERS)) and bool(found)
        )
        yield from map(_line, found)
    is_general = any(text in (_FIRST, _OTHERS) for _, text in items)
    if not own and (place is not None or is_general):
        yield from (_line(text) for names, text in items if names == (OTHERWISE,))


def _filled(text: str, place: Place | None, language: str) -> list[str]:
    if place is None:
        return []
    if text == _FIRST:
        return [one.in_language(language) for one in place.first]
    names = ", ".join(lower_first(one.in_language(language)) for one in place.others)
    return [_PROPOSED.in_language(language).format(names=names)] if names else []


def _names(match: re.Match[str]) -> tuple[str, ...]:
    return tuple(one.strip() for one in match[1].split(",")) if match[1] else ()


def _line(text: str) -> Line:
    return Line(spans(text), ())
