"""The leaflet of one session, in the patient's language: only what is true of this patient.

A line that hangs on something prints only where that is known: cold is offered to whom cold is
known not to harm, forbidden to whom it is known to, and not spoken of where nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dolenti.guideline.conditions import Leaf, Truth, evaluate
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case, Dictionary
from dolenti.guideline.header import header_facts
from dolenti.guideline.judge import leaf_test
from dolenti.guideline.knowledge import Citation, Edition, Text
from dolenti.guideline.session.content import Content, found
from dolenti.guideline.session.content import content as session_content
from dolenti.guideline.session.shapes.aftercare import (
    Leaflet,
    LeafletField,
    LeafletLine,
    LeafletRules,
    Variant,
)

_FIELD = re.compile(r"\{([a-z_]+)\}")
_STRONG = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True, slots=True)
class Span:
    """Some words of a line; ``strong`` ones stand out."""

    words: str
    strong: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line, and what it rests on (for the record; the patient reads the words alone)."""

    spans: tuple[Span, ...]
    sources: tuple[Citation, ...]

    @property
    def words(self) -> str:
        return "".join(span.words for span in self.spans)


@dataclass(frozen=True, slots=True)
class Section:
    """Some lines under a heading (empty where there is none), ``listed`` or as they stand."""

    heading: str
    listed: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A leaflet as it is printed."""

    leaflet: str
    language: str
    title: str
    sections: tuple[Section, ...]
    variants: Mapping[str, Truth]

    @property
    def words(self) -> int:
        """How many words the patient reads; a sign by itself is none."""
        texts = [self.title]
        for section in self.sections:
            texts += [section.heading, *(line.words for line in section.lines)]
        return sum(any(c.isalnum() for c in word) for text in texts for word in text.split())


def leaflet_of(content: Content, therapy: str, classes: frozenset[str]) -> Leaflet:
    """The leaflet for a therapy and the classes of what was injected.

    Raises ``InputError`` where there is none: no leaflet of something else is ever given instead.
    """
    mine = [one for one in content.leaflets if one.therapy == therapy]
    for leaflet in mine:
        if leaflet.product_class is None or leaflet.product_class in classes:
            return leaflet
    raise InputError(
        f"no leaflet is written for {therapy} with these products",
        "session/aftercare/leaflets",
        fr=f"aucune feuille de suites n’est écrite pour {therapy} avec ces produits",
    )


def variants_of(
    edition: Edition, case: Case, given: Collection[str] | None = None
) -> dict[str, Truth]:
    """Whether each variant holds for a patient: true, false, or not known. ``given`` are the
    products of the session; ``None`` where nobody said.

    Only what was stated counts. A fact that the rules need not ask (cold illness, away from the
    knee) is not known here, and its reassuring answer is not supposed. What is not known holds
    where the variant says so.
    """
    dictionary = Dictionary.of(edition)
    values = {**case.facts, **header_facts(case, dictionary)}

    def truth_of(leaf: Leaf) -> Truth:
        known = values.get(leaf.fact)
        if known is None:
            return None
        return leaf_test(leaf, dictionary.definition(leaf.fact))(known.value, case.as_of)

    variants = session_content(edition).leaflet_rules.variants
    found: dict[str, Truth] = {
        one.id: _was_given(one, given) if one.when is None else evaluate(one.when, truth_of)
        for one in variants
    }
    supposed = {one.id for one in variants if one.counts_if_unknown and found[one.id] is None}
    return found | dict.fromkeys(supposed, True)


def _was_given(variant: Variant, given: Collection[str] | None) -> Truth:
    return None if given is None else not set(given).isdisjoint(variant.products)


def compose(
    content: Content,
    leaflet: Leaflet,
    variants: Mapping[str, Truth],
    fields: Mapping[str, str],
    language: str,
) -> Sheet:
    """The leaflet for one session. ``fields`` are in words, in the same language; of a field that
    is not known, leave it out or empty.

    Raises ``InputError`` naming every field that is needed and missing: without the number to call
    no leaflet is printed.
    """
    rules = content.leaflet_rules
    missing = lacking(rules, leaflet, variants, fields)
    if missing:
        listed = ", ".join(name.label.in_language("en") for name in missing)
        french = ", ".join(name.label.fr for name in missing)
        raise InputError(
            f"the leaflet needs: {listed}",
            "leaflet",
            fr=f"il manque à la feuille de suites\u00a0: {french}",
        )
    sections = []
    for part in leaflet.parts:
        lines = tuple(
            Line(spans(_filled(rules, line.says, fields, language)), line.sources)
            for line in part.lines
            if _is_said(line, variants)
        )
        if lines:
            heading = part.heading.in_language(language) if part.heading else ""
            sections.append(Section(heading, part.listed, lines))
    return Sheet(
        leaflet.id, language, leaflet.title.in_language(language), tuple(sections), dict(variants)
    )


def lasting(content: Content, product: str) -> Text | None:
    """How long a local anaesthetic lasts, in words; ``None`` where nothing says it."""
    return next(
        (one.says for one in content.leaflet_rules.lasting if product in one.products), None
    )


def fields_of(line: LeafletLine) -> tuple[str, ...]:
    """The fields that a line names, in either language."""
    return tuple(dict.fromkeys(_FIELD.findall(line.says.fr) + _FIELD.findall(line.says.en)))


def _is_said(line: LeafletLine, variants: Mapping[str, Truth]) -> bool:
    if line.only_if is not None:
        return variants.get(line.only_if) is True
    return line.unless is None or variants.get(line.unless) is False


def lacking(
    rules: LeafletRules,
    leaflet: Leaflet,
    variants: Mapping[str, Truth],
    fields: Mapping[str, str],
) -> list[LeafletField]:
    """The fields without which ``compose`` refuses the leaflet."""
    said = [line for part in leaflet.parts for line in part.lines if _is_said(line, variants)]
    named = dict.fromkeys(name for line in said for name in fields_of(line))
    wanted = [found(rules.fields, name, "fields") for name in named]
    return [one for one in wanted if one.needed and not fields.get(one.id, "").strip()]


def _filled(rules: LeafletRules, says: Text, fields: Mapping[str, str], language: str) -> str:
    text = says.in_language(language)
    for instead in rules.instead:
        if not fields.get(instead.field, "").strip():
            other = instead.says.in_language(language) if instead.says else ""
            text = text.replace(instead.sentence.in_language(language), other)

    def value(match: re.Match[str]) -> str:
        given = fields.get(match[1], "").strip()
        if given:
            # What is typed is words, whatever signs are in it.
            return given.replace("**", "")
        empty = found(rules.fields, match[1], "fields").empty
        return empty.in_language(language) if empty is not None else ""

    return _FIELD.sub(value, text)


def spans(text: str) -> tuple[Span, ...]:
    """The words of a line; what stands between two pairs of stars stands out."""
    found_spans = []
    end = 0
    for match in _STRONG.finditer(text):
        if match.start() > end:
            found_spans.append(Span(text[end : match.start()], strong=False))
        found_spans.append(Span(match[1], strong=True))
        end = match.end()
    if end < len(text):
        found_spans.append(Span(text[end:], strong=False))
    return tuple(found_spans)
