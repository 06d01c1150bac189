"""The words of an edition by id, in one language, for values as JSON holds them.

A stored assessment may be shown by an edition that no longer reads: then ids stand for words,
and nothing is hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from dolenti.guideline.body.map import SIDE_WORDS
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Dictionary, OneOf, read_value
from dolenti.guideline.knowledge import Citation, Edition, FactDefinition, Rule
from dolenti.guideline.words import date_in_words, in_words, value_in_words


@dataclass(frozen=True)
class SourceLine:
    """A citation, readable: which document, and where in it."""

    id: str
    title: str
    at: str
    seen: bool
    publisher: str = ""
    year: int | None = None


class Lookup:
    """Words for ids."""

    def __init__(self, edition: Edition, language: str) -> None:
        self.edition = edition
        self.language = language
        self.dictionary = Dictionary.of(edition)
        self.sources = {source.id: source for source in edition.sources}
        self.therapies = {therapy.id: therapy for therapy in edition.therapies}
        self.conditions = {c.id: c.label.in_language(language) for c in edition.conditions}
        self.zones = {z.id: z.label.in_language(language) for z in edition.zones}
        self.rules: dict[str, Rule] = {flag.id: flag for flag in edition.red_flags}
        self.places: dict[str, str] = dict.fromkeys(self.rules, "red-flags")
        for therapy in edition.therapies:
            for criterion in therapy.criteria:
                self.rules[criterion.id] = criterion
                self.places[criterion.id] = therapy.id

    def definition(self, fact: str) -> FactDefinition | None:
        return self.dictionary.definitions.get(fact)

    def fact(self, fact: str) -> str:
        definition = self.definition(fact)
        return definition.label.in_language(self.language) if definition else fact

    def value(self, fact: str, written: Any, as_of: date) -> str:
        """A JSON value in words; ``None`` is said to be unknown."""
        definition = self.definition(fact)
        if definition is None:
            return str(written)
        if written is None:
            return value_in_words(None, definition, self.language)
        if definition.type == "number" and isinstance(written, list):
            return value_in_words(OneOf(*written), definition, self.language)
        try:
            value = read_value(definition, written, as_of).value
        except InputError:
            return str(written)
        return value_in_words(value, definition, self.language)

    def day(self, text: str | None) -> str:
        return date_in_words(date.fromisoformat(text), self.language) if text else ""

    def source(self, source_id: str, at: str | None) -> SourceLine:
        source = self.sources.get(source_id)
        if source is None:
            return SourceLine(source_id, source_id, at or "", seen=False)
        return SourceLine(
            source.id,
            source.title,
            at or "",
            source.mark != "K",
            source.publisher or "",
            source.year,
        )

    def cited(self, citations: tuple[Citation, ...]) -> list[SourceLine]:
        return [self.source(citation.id, citation.at) for citation in citations]

    def condition_in_words(self, rule: str) -> str:
        found = self.rules.get(rule)
        return in_words(found.when, self.dictionary, self.language) if found else ""

    def complaint(self, condition: str | None, zone: str | None, side: str | None) -> str:
        """“Gonarthrose, à droite”: what hurts, as a heading."""
        name = self.conditions.get(condition or "") or self.zones.get(zone or "") or ""
        where = SIDE_WORDS[side].in_language(self.language) if side else ""
        return f"{name}, {where}" if name and where else name or where[:1].upper() + where[1:]


_lookups: dict[tuple[str, str], Lookup] = {}


def lookup(edition: Edition, language: str) -> Lookup:
    """The lookup of an edition and language, made once."""
    key = (edition.sha256, language)
    if key not in _lookups:
        if len(_lookups) >= 8:
            _lookups.clear()
        _lookups[key] = Lookup(edition, language)
    return _lookups[key]
