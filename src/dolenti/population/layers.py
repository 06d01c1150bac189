"""From the columns as read to the values that rules may use, in layers of one table over another.

Each value is worked out once: first what is fresh, then what follows from the header (age, zone,
body mass index, age at onset), then, in the order in which facts need each other, what is
irrelevant and so takes its reassuring value. A layer is a SELECT over the one below; the engines
work each of its columns out once, however many rules read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import ibis

from dolenti.guideline.conditions import Condition, facts_of, leaves
from dolenti.guideline.facts import Dictionary
from dolenti.guideline.judge import in_order_of_need
from dolenti.guideline.knowledge import FactDefinition
from dolenti.population.expressions import (
    ANY_ANSWER,
    Translator,
    answer_bits,
    answers,
    choice_bits,
    known_column,
    other_column,
)
from dolenti.population.kleene import (
    TRUE,
    UNKNOWN,
    Table,
    Truth,
    Value,
    false_unless,
    is_false,
    not_,
    truth_of,
)
from dolenti.population.schema import (
    BIRTH_DATE,
    BIRTH_DATE_LAST,
    Column,
    date_column,
    member_column,
    never,
)

TYPES = {"boolean": "boolean", "number": "float64", "word": "int64", "date": "date"}


def relevance_column(fact: str) -> str:
    """The column that keeps whether a fact is relevant, for those who ask what is missing."""
    return f"{fact}__relevant"


def with_values(
    table: Table,
    dictionary: Dictionary,
    schema: dict[str, Column],
    conditions: Iterable[Condition],
    as_of: date,
) -> Table:
    """The table that holds, per row, the value of every fact that the conditions read, and who
    the row is about. Raises ``InputError`` where facts wait for each other in a circle."""
    waiting = in_order_of_need(dictionary.definitions)
    needed = _needed(conditions, dictionary)
    partial = BIRTH_DATE_LAST in table.columns
    table = _fresh(table, dictionary, schema, needed, as_of)
    table = _with_derived(table, dictionary, needed, as_of, partial=partial)
    table = _as_truths(table, schema)
    for layer in _layers([fact for fact in waiting if fact.id in needed]):
        translator = Translator(dictionary.definitions, table, as_of)
        kept = {name: table[name] for name in table.columns}
        for fact in layer:
            relevant = translator.truth(fact.relevant)
            kept[relevance_column(fact.id)] = relevant
            kept.update(_settled(table, fact, relevant))
        table = table.select(**kept)
    return table


DERIVED_FROM = {
    "age": (),
    "zone": ("condition",),
    "bmi": ("weight", "height"),
    "onset-before-20-or-after-55": ("since",),
}


def _needed(conditions: Iterable[Condition], dictionary: Dictionary) -> set[str]:
    """The facts that the conditions read, and those that these follow from or wait for."""
    needed: set[str] = set()
    todo = [fact for condition in conditions for fact in facts_of(condition)]
    while todo:
        fact = todo.pop()
        if fact in needed or fact not in dictionary.definitions:
            continue
        needed.add(fact)
        todo += DERIVED_FROM.get(fact, ())
        relevant = dictionary.definitions[fact].relevant
        todo += facts_of(relevant) if relevant else ()
    return needed


def _fresh(
    table: Table,
    dictionary: Dictionary,
    schema: dict[str, Column],
    needed: set[str],
    as_of: date,
) -> Table:
    present = set(table.columns)
    kept: dict[str, Value] = {}
    for column in schema.values():
        if column.fact is None:
            if column.name in present:
                kept[column.name] = table[column.name]
            elif column.name in (BIRTH_DATE, BIRTH_DATE_LAST):
                kept[column.name] = ibis.null("date")
            continue
        if column.fact.id not in needed or column.dates:
            continue
        if column.name not in present:  # unknown for everybody
            kept[column.name] = ibis.null(TYPES[column.type])
            continue
        value = table[column.name]
        if column.type == "word":
            value = choice_bits(value, column.fact)
        limit = dictionary.fresh_for.get(column.fact.id)
        at = date_column(column.fact.id)
        if limit is not None and at in present:
            # An undated value is of the day itself; what is dated later is not known yet.
            too_old_or_later = ~table[at].between(limit.before(as_of), as_of)
            value = ibis.ifelse(too_old_or_later, ibis.null(TYPES[column.type]), value)
        brief = dictionary.no_for.get(column.fact.id, {}).get(column.member or "")
        if brief is not None and at in present:
            old_no = (table[at] < brief.before(as_of)) & ~value
            value = ibis.ifelse(old_no, ibis.null("boolean"), value)
        kept[column.name] = value
    return table.select(**kept)


def _with_derived(
    table: Table, dictionary: Dictionary, needed: set[str], as_of: date, *, partial: bool
) -> Table:
    """As ``guideline.header.header_facts`` does; a stated value wins. ``partial``: some birth dates
    may not be known whole, so that an age may be one of two."""
    derived: dict[str, Callable[[], Value]] = {
        "age": lambda: completed_years(last_birth(table, as_of), as_of).cast("float64"),
        "zone": lambda: _implied_zone(table["condition"], dictionary),
        "bmi": lambda: _body_mass_index(table["weight"], table["height"]),
        "onset-before-20-or-after-55": lambda: _unusual_onset(table, dictionary),
    }
    kept = {name: table[name] for name in table.columns}
    for fact, value in derived.items():
        if fact in needed and set(DERIVED_FROM[fact]) <= set(dictionary.definitions):
            kept[fact] = ibis.coalesce(table[fact], value())
    if partial and "age" in needed:
        oldest = completed_years(table[BIRTH_DATE], as_of).cast("float64")
        kept[other_column("age")] = ibis.coalesce(table["age"], oldest)
    return table.select(**kept)


def _as_truths(table: Table, schema: dict[str, Column]) -> Table:
    """Booleans as truths, and every answer possible where a choice is unknown."""
    kept: dict[str, Value] = {}
    for name in table.columns:
        kind = schema[name].type if name in schema else "number"
        if kind == "boolean":
            kept[name] = truth_of(table[name])
        elif kind == "word":
            kept[name] = table[name].fill_null(ANY_ANSWER)
            kept[known_column(name)] = ibis.ifelse(table[name].isnull(), UNKNOWN, TRUE)
        else:
            kept[name] = table[name]
    return table.select(**kept)


def completed_years(birth: Value, day: Value | date) -> Value:
    """Age in completed years on a day, which is a column or one day for all."""
    if isinstance(day, date):
        year, place = day.year, day.month * 100 + day.day
    else:
        year, place = day.year(), day.month() * 100 + day.day()
    birthday_to_come = (birth.month() * 100 + birth.day()) > place
    return year - birth.year() - birthday_to_come.cast("int32")


def last_birth(table: Table, day: Value | date) -> Value:
    """The last day on which somebody may have been born, who was by then."""
    birth = table[BIRTH_DATE]
    if BIRTH_DATE_LAST not in table.columns:
        return birth
    last = ibis.least(table[BIRTH_DATE_LAST].fill_null(birth), day)
    return ibis.ifelse(last >= birth, last, birth)  # no day where the first is not known


def _implied_zone(condition: Value, dictionary: Dictionary) -> Value:
    """The zone of a condition that has only one."""
    conditions = answer_bits(dictionary.definitions["condition"])
    implied: dict[int, int] = {}
    for zone, bit in answer_bits(dictionary.definitions["zone"]).items():
        for name, zones in dictionary.condition_zones.items():
            if zones == (zone,) and name in conditions:
                implied[bit] = implied.get(bit, 0) | conditions[name]
    cases = [(condition & answers(names) != 0, answers(zone)) for zone, names in implied.items()]
    return ibis.cases(*cases) if cases else ibis.null("int64")


def _body_mass_index(weight: Value, height: Value) -> Value:
    return weight * 10_000 / (height * height)  # in this order, as the evaluator does


def _unusual_onset(table: Table, dictionary: Dictionary) -> Value:
    began = table["since"].nullif(never(dictionary.definitions["since"]))
    first = ~completed_years(table[BIRTH_DATE], began).between(20, 55)
    last = ~completed_years(last_birth(table, began), began).between(20, 55)
    return ibis.ifelse(first == last, first, ibis.null("boolean"))


def _layers(waiting: list[FactDefinition]) -> list[list[FactDefinition]]:
    """The facts that wait for others, in order of need, as many side by side as can be."""
    height: dict[str, int] = {}
    layers: list[list[FactDefinition]] = []
    for fact in waiting:
        assert fact.relevant is not None
        number = max((height.get(leaf.fact, -1) + 1 for leaf in leaves(fact.relevant)), default=0)
        height[fact.id] = number
        while len(layers) <= number:
            layers.append([])
        layers[number].append(fact)
    return layers


def _settled(table: Table, fact: FactDefinition, relevant: Truth) -> dict[str, Value]:
    """A fact's columns, with the reassuring value where it is not relevant and nobody spoke."""
    calm: Any = fact.reassuring if fact.when_irrelevant is None else fact.when_irrelevant
    if calm is None:
        return {}
    if fact.type == "number":
        silent = is_false(relevant) & table[fact.id].isnull()
        return {fact.id: ibis.ifelse(silent, calm, table[fact.id])}
    if fact.type == "set":
        members = {member_column(fact.id, option.id): option.id for option in fact.options}
        return {
            name: _truth_unless(relevant, table[name], member in calm)
            for name, member in members.items()
        }
    value = table[fact.id]
    if fact.type == "boolean":
        settled = _truth_unless(relevant, value, calm)
    elif fact.type == "choice":
        silent = is_false(relevant) & (value == ANY_ANSWER)
        settled = ibis.ifelse(silent, answers(answer_bits(fact)[calm]), value)
        known = table[known_column(fact.id)]
        return {
            fact.id: settled,
            known_column(fact.id): ibis.ifelse(is_false(relevant), TRUE, known),
        }
    else:
        settled = ibis.ifelse(is_false(relevant) & value.isnull(), never(fact), value)
    return {fact.id: settled}


def _truth_unless(relevant: Truth, truth: Truth, calm: bool) -> Truth:
    if calm:
        return not_(false_unless(relevant, not_(truth)))
    return false_unless(relevant, truth)
