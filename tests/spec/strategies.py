"""Random patients for the shipped knowledge: any fact known, unknown, dated or partly known."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from dolenti.guideline.birth import BirthDate, PartialDate
from dolenti.guideline.facts import NEVER, Case, Complaint, Dictionary, Known
from dolenti.guideline.judge import Judge
from dolenti.guideline.knowledge import FactDefinition
from dolenti.guideline.loading import load_folder

EDITION = load_folder()
DICTIONARY = Dictionary(EDITION)
JUDGE = Judge(EDITION)
AS_OF = date(2026, 11, 22)
DEFINITIONS = {fact.id: fact for fact in EDITION.facts}
HEADER = {"condition", "zone", "side", "since", "sex"}


def value_of(definition: FactDefinition, *, partial: bool = True) -> st.SearchStrategy[Any]:
    """Any value a fact may take; a set may be known for some of its members only."""
    options = [option.id for option in definition.options]
    if definition.type == "boolean":
        return st.booleans()
    if definition.type == "number":
        low, high = definition.range or (0, 100)
        return st.floats(low, high).map(lambda number: round(number, 1)).map(float)
    if definition.type == "choice":
        return st.sampled_from(options)
    if definition.type == "set":
        member = st.sampled_from([True, False, None] if partial else [True, False])
        return st.fixed_dictionaries(dict.fromkeys(options, member)).map(
            lambda members: {name: has for name, has in members.items() if has is not None}
        )
    span = st.integers(0, 800).map(timedelta)
    day = span.map(lambda d: AS_OF - d if definition.past else AS_OF + d)
    return st.one_of(day, st.just(NEVER))


@st.composite
def calm_facts(draw: st.DrawFn) -> dict[str, Known]:
    """Facts of which most are reassuring, so that all six statuses are met."""
    from dolenti.guideline.judge import reassuring_value

    facts: dict[str, Known] = {}
    for name, definition in DEFINITIONS.items():
        if name in HEADER:
            continue
        calm = reassuring_value(definition)
        if calm is not None:
            facts[name] = Known(calm)
    for name in draw(st.lists(st.sampled_from(sorted(set(DEFINITIONS) - HEADER)), max_size=4)):
        how = draw(st.sampled_from(["unknown", "known"]))
        if how == "unknown":
            facts.pop(name, None)
        else:
            facts[name] = Known(draw(value_of(DEFINITIONS[name])))
    return facts


@st.composite
def wild_facts(draw: st.DrawFn) -> dict[str, Known]:
    """Any facts, each known or not."""
    names = draw(st.lists(st.sampled_from(sorted(set(DEFINITIONS) - HEADER)), unique=True))
    return {name: Known(draw(value_of(DEFINITIONS[name]))) for name in names}


def births(year: int) -> st.SearchStrategy[BirthDate]:
    """A birth date in a year, known whole or not."""
    months = (None, AS_OF.month, 12)
    return st.sampled_from([date(year, 1, 15), *(PartialDate(year, one) for one in months)])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A patient with one complaint."""
    condition = draw(st.sampled_from([c.id for c in EDITION.conditions]))
    zones = DICTIONARY.condition_zones[condition]
    age = draw(st.one_of(st.none(), st.integers(5, 100)))
    return Case(
        as_of=AS_OF,
        complaint=Complaint(
            "1",
            condition=condition,
            zone=draw(st.one_of(st.none(), st.sampled_from(zones))),
            side=draw(st.sampled_from([None, "left", "right"])),
            since=draw(st.one_of(st.none(), st.just(AS_OF - timedelta(90)))),
        ),
        facts=draw(st.one_of(calm_facts(), wild_facts())),
        birth_date=None if age is None else draw(births(AS_OF.year - age)),
        sex=draw(st.sampled_from([None, "female", "male"])),
    )
