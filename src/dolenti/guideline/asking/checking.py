"""Whether the rows ask every fact, once, in words: part of ``dolenti knowledge check``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from dolenti.guideline.asking.compose import MOST_FACTS, MOST_WORDS, count_words
from dolenti.guideline.asking.refs import Ref, refs_of
from dolenti.guideline.conditions import Condition, facts_of, leaves
from dolenti.guideline.errors import InputError
from dolenti.guideline.judge import never_asked, type_problem
from dolenti.guideline.knowledge import AskedFact, AskedPhrase, AskedRow, Edition, FactDefinition


def problems(edition: Edition) -> Iterator[tuple[str, str]]:
    """Every problem of the rows: the entry, and what is wrong with it."""
    if not edition.asking:
        return  # an edition of before the rows
    definitions = {fact.id: fact for fact in edition.facts}
    yield from _places(edition, definitions)
    yield from _tiers(edition, definitions)
    for row in edition.asking:
        yield from _names(row, edition, definitions)
        yield from _words(row, edition, definitions)


def _places(edition: Edition, definitions: dict[str, FactDefinition]) -> Iterator[tuple[str, str]]:
    rows = Counter(row.row for row in edition.asking)
    yield from ((name, f"{count} rows have this name") for name, count in rows.items() if count > 1)
    placed = Counter(asked.fact for row in edition.asking for asked in row.facts)
    for fact in definitions:
        if placed[fact] != 1:
            where = "no row" if not placed[fact] else f"{placed[fact]} rows"
            yield fact, f"stands in {where} of asking/; put it in one"


def _tiers(edition: Edition, definitions: dict[str, FactDefinition]) -> Iterator[tuple[str, str]]:
    grave: dict[str, str] = {}
    for flag in edition.red_flags:
        grave.update(dict.fromkeys(facts_of(flag.when), flag.id))
    for therapy in edition.therapies:
        for criterion in therapy.criteria:
            if criterion.kind == "absolute-contraindication":
                grave.update(dict.fromkeys(facts_of(criterion.when), criterion.id))
    for row in edition.asking:
        for asked in row.facts:
            definition = definitions.get(asked.fact)
            if definition is None or definition.from_header:
                continue
            if asked.tier != "alone" and definition.reassuring is None and row.stage != "record":
                yield asked.fact, "has no reassuring answer, so no batch may give one: tier alone"
            if never_asked(definition) and row.stage == "assessment":
                yield from _offered(row, asked)
            if asked.tier == "open" and asked.fact in grave:
                yield (
                    asked.fact,
                    f"is read by {grave[asked.fact]}, so nothing may be supposed of it: tier row",
                )


def _offered(row: AskedRow, asked: AskedFact) -> Iterator[tuple[str, str]]:
    """What no rule asks can be said where its row says when; else its row never appears."""
    if asked.when is None or row.under is None:
        yield asked.fact, "is asked by no rule: its row says when, and under which"
    if asked.tier != "alone":
        yield asked.fact, "is asked by no rule, so no batch may answer it: tier alone"


def _names(
    row: AskedRow, edition: Edition, definitions: dict[str, FactDefinition]
) -> Iterator[tuple[str, str]]:
    rows = {one.row for one in edition.asking}
    zones = {zone.id for zone in edition.zones}
    therapies = {therapy.id for therapy in edition.therapies}
    for other in (row.under, row.joins):
        if other is not None and other not in rows:
            yield row.row, f"“{other}” is no row"
    named = {zone for label in row.labels for zone in label.zones}
    named |= {zone for phrase in row.phrases for zone in phrase.zones}
    named |= {zone for asked in row.facts for zone in asked.zones}
    yield from ((row.row, f"“{zone}” is no zone") for zone in sorted(named - zones))
    for asked in row.facts:
        if asked.fact not in definitions:
            yield row.row, f"“{asked.fact}” is no fact"
        for therapy in sorted(set(asked.therapies) - therapies):
            yield asked.fact, f"“{therapy}” is no therapy"
        if asked.when is not None:
            yield from _condition(asked.fact, asked.when, definitions)
    for phrase in row.phrases:
        yield from _phrase(row, phrase, definitions)


def _phrase(
    row: AskedRow, phrase: AskedPhrase, definitions: dict[str, FactDefinition]
) -> Iterator[tuple[str, str]]:
    own = {asked.fact for asked in row.facts}
    if not phrase.facts:
        yield row.row, f"the phrase “{phrase.says.en}” names no fact"
    for ref in refs_of(phrase.facts):
        if ref.fact not in own:
            yield row.row, f"the phrase “{phrase.says.en}” names “{ref.fact}”, of another row"
        elif ref.member and ref.fact in definitions:
            members = {option.id for option in definitions[ref.fact].options}
            if definitions[ref.fact].type != "set" or ref.member not in members:
                yield row.row, f"“{ref}” is no member of a set"
    yield from _covers(row, phrase, definitions)
    for chip in phrase.chips:
        definition = definitions.get(chip.fact)
        answers = {option.id for option in definition.options} if definition else set()
        if definition is not None and definition.type == "boolean":
            answers = {"yes"}
        if chip.fact not in phrase.facts or chip.value not in answers:
            yield row.row, f"“{chip.fact}: {chip.value}” is no answer to “{phrase.says.en}”"


def _covers(
    row: AskedRow, phrase: AskedPhrase, definitions: dict[str, FactDefinition]
) -> Iterator[tuple[str, str]]:
    """A no to a whole set says no of each member: some word of the phrase names it."""
    tiers = {asked.fact: asked.tier for asked in row.facts}
    whole = [definitions[one] for one in phrase.facts if one in definitions]
    sets = [one for one in whole if one.type == "set" and tiers.get(one.id) != "alone"]
    members = {option.id for one in sets for option in one.options}
    covered = {member for cover in phrase.covers for member in cover.members}
    for member in sorted(members - covered):
        yield row.row, f"no word of the phrase “{phrase.says.en}” names the member “{member}”"
    for member in sorted(covered - members):
        yield row.row, f"the phrase “{phrase.says.en}” covers “{member}”, no member of its set"
    for cover in phrase.covers:
        for language in ("fr", "en"):
            word = cover.says.in_language(language)
            for says in (phrase.says, phrase.beside):
                if says is not None and not _has(says.in_language(language), word):
                    yield row.row, f"“{word}” is not said in “{says.in_language(language)}”"


def _has(text: str, words: str) -> bool:
    return re.search(rf"\b{re.escape(words)}\b", text, re.IGNORECASE) is not None


def _condition(
    fact: str, condition: Condition, definitions: dict[str, FactDefinition]
) -> Iterator[tuple[str, str]]:
    for leaf in leaves(condition):
        if leaf.fact not in definitions:
            yield fact, f"its row waits for “{leaf.fact}”, which is no fact"
            continue
        problem: InputError | None = type_problem(leaf, definitions[leaf.fact])
        if problem is not None:
            yield fact, str(problem)


def _words(
    row: AskedRow, edition: Edition, definitions: dict[str, FactDefinition]
) -> Iterator[tuple[str, str]]:
    for phrase in row.phrases:
        for language, text in (("fr", phrase.says.fr), ("en", phrase.says.en)):
            if not text.strip():
                yield row.row, f"a phrase has no words in “{language}”"
            if count_words(text) > MOST_WORDS:
                yield row.row, f"“{text}” is longer than {MOST_WORDS} words"
            if ";" in text:
                yield row.row, f"“{text}” is two items of a sentence; write two phrases"
        if len(phrase.facts) > MOST_FACTS:
            yield (
                row.row,
                f"“{phrase.says.en}” names more than {MOST_FACTS} facts; split it",
            )
    if row.stage == "record":
        return
    for asked in row.facts:
        if asked.fact not in definitions or definitions[asked.fact].from_header:
            continue
        for zone in asked.zones or [zone.id for zone in edition.zones]:
            if not _said(row, asked.fact, zone):
                yield asked.fact, f"has no phrase of its own at “{zone}”; write one"
                break


def _said(row: AskedRow, fact: str, zone: str) -> bool:
    """Whether a phrase names the fact, or members of it, and nothing else in that zone."""
    return any(
        {ref.fact for ref in refs_of(phrase.facts)} == {fact}
        and (phrase.facts == (fact,) or all(Ref.read(one).member for one in phrase.facts))
        for phrase in row.phrases
        if not phrase.zones or zone in phrase.zones
    )


__all__ = ["problems"]
