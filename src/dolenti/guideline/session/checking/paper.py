"""Whether what the patient takes home is short, true of what was given, and says what is grave."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from dolenti.guideline.conditions import facts_of
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.parts_checking import Found
from dolenti.guideline.session.checking.common import DIAGNOSTIC_BLOCK
from dolenti.guideline.session.content import Content
from dolenti.guideline.session.leaflet import compose, fields_of
from dolenti.guideline.session.shapes.aftercare import Leaflet


def problems(edition: Edition, content: Content) -> Found:
    """Every problem as (the entry, what is wrong with it)."""
    fields = {field.id for field in content.leaflet_rules.fields}
    for leaflet in content.leaflets:
        for part in leaflet.parts:
            for line in part.lines:
                if line.only_if is not None and line.unless is not None:
                    yield leaflet.id, "a line is for a variant or against one; not both"
        strange = {n for p in leaflet.parts for line in p.lines for n in fields_of(line)} - fields
        yield from ((leaflet.id, f"“{name}” is no field") for name in sorted(strange))
        for language in ("fr", "en") if not strange else ():
            yield from _length(content, leaflet, language)
    for variant in content.leaflet_rules.variants:
        if (variant.when is None) != bool(variant.products):
            yield variant.id, "a variant is a condition, or products; one of the two"
    yield from _same_signs(edition, content)
    yield from _contraception(edition, content)
    mine = {leaflet.therapy for leaflet in content.leaflets}
    for name in (*(therapy.id for therapy in edition.therapies), DIAGNOSTIC_BLOCK):
        if name not in mine:
            yield name, "has no leaflet"


def _same_signs(edition: Edition, content: Content) -> Found:
    """What is grave is told in the same signs before consent and on the way home."""
    said = {one.id: (t.id, one) for t in edition.therapies for one in t.aftercare}
    for signs in content.leaflet_rules.same_signs:
        for name in signs.advice:
            if name not in said:
                yield signs.id, f"“{name}” is no advice"
                continue
            therapy, advice = said[name]
            for language in ("fr", "en"):
                texts = {advice.id: advice.says.in_language(language)}
                for leaflet in content.leaflets:
                    if leaflet.therapy == therapy:
                        lines = (line for part in leaflet.parts for line in part.lines)
                        texts[leaflet.id] = " ".join(o.says.in_language(language) for o in lines)
                for owner, text in texts.items():
                    plain = _plain(text)
                    for word in (one.in_language(language) for one in signs.words):
                        if _plain(word) not in plain:
                            yield owner, f"does not name “{word}” ({signs.id})"


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").lower()


def _contraception(edition: Edition, content: Content) -> Found:
    """A product that is not given without contraception says on the way home how long it goes on:
    the sheet is what the patient keeps."""
    lasting = {
        product.id: set(product.used_in)
        for product in edition.products
        if any("contraception" in facts_of(rule.when) for rule in product.rules)
    }
    of = {one.id: set(one.products) for one in content.leaflet_rules.variants}
    for name, therapies in lasting.items():
        for leaflet in content.leaflets:
            lines = (line for part in leaflet.parts for line in part.lines)
            told = any(name in of.get(line.only_if or "", ()) for line in lines)
            if leaflet.therapy in therapies and leaflet.product_class is None and not told:
                yield leaflet.id, f"does not say how long contraception goes on after {name}"


def _length(content: Content, leaflet: Leaflet, language: str) -> Found:
    most = content.leaflet_rules.most_words
    fields = content.leaflet_rules.fields
    # As short as a field can be, and with nothing in those that may stay empty.
    filled = dict.fromkeys((field.id for field in fields), "x")
    bare = {field.id: "x" for field in fields if field.needed}
    longest = max(
        compose(content, leaflet, variants, given, language).words
        for variants in longest_variants(content, leaflet)
        for given in (filled, bare)
    )
    if longest > most:
        yield leaflet.id, f"has {longest} words in “{language}”; at most {most} are read"


def longest_variants(content: Content, leaflet: Leaflet) -> Iterator[dict[str, bool]]:
    """Each way in which the variants that a leaflet knows may stand, but unknown: of that it says
    less."""
    lines = [line for part in leaflet.parts for line in part.lines]
    named = {line.only_if for line in lines} | {line.unless for line in lines}
    names = [one.id for one in content.leaflet_rules.variants if one.id in named]
    for truths in product((True, False), repeat=len(names)):
        yield dict(zip(names, truths, strict=True))
