"""What a summary counts: the statuses, and the facts that the population lacks most.

A fact counts for a patient where the judge would ask for it: a therapy needs information, and the
unknown fact keeps open a condition that this therapy waits for (contract 2). "Open" is what
``guideline.conditions.prove`` means: the leaf is unknown, and so is everything above it. A fact
that waits is asked only where it is known to be relevant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from dolenti.guideline.conditions import AllOf, AnyOf, Condition, Not, facts_of
from dolenti.guideline.judge import Status
from dolenti.population.kleene import Table, Value, any_of, bit_of, is_false, is_true, unknown_bit
from dolenti.population.layers import relevance_column
from dolenti.population.verdicts import Judged, status_column

STATUSES: tuple[str, ...] = get_args(Status)


def counts(judged: Judged) -> Table:
    """One row: ``rows``, a count per therapy and status (``counted_as``), and per fact how many
    patients lack it (``missing__<fact>``)."""
    table = _waiting(judged)
    waited_for = [c for c in judged.conditions if _waits(judged, c) in table.columns]
    table, open_columns = _with_open_parts(judged, table, waited_for)
    kept = {name: table[name] for name in map(status_column, judged.rules.criteria)}
    facts = dict.fromkeys(fact for condition in waited_for for fact in facts_of(condition))
    for fact in facts:
        asked = any_of(
            [
                table[_waits(judged, condition)] & _keeps_open(condition, fact, table, open_columns)
                for condition in waited_for
                if fact in facts_of(condition)
            ]
        )
        if relevance_column(fact) in table.columns:
            relevant = table[relevance_column(fact)]
            waits = judged.dictionary.definitions[fact].waits
            asked &= bit_of(is_true(relevant) if waits else ~is_false(relevant))
        kept[f"missing__{fact}"] = asked
    table = table.select(**kept)
    return table.aggregate(
        rows=table.count(),
        **{
            counted_as(therapy, status): (table[status_column(therapy)] == status).sum()
            for therapy in judged.rules.criteria
            for status in STATUSES
        },
        **{f"missing__{fact}": table[f"missing__{fact}"].sum() for fact in facts},
    )


def counted_as(therapy: str, status: str) -> str:
    """The column that counts one status of one therapy."""
    return f"{therapy}__{status}"


def _waiting(judged: Judged) -> Table:
    """Beside each condition, 1 where a therapy that needs information waits for its answer."""
    table = judged.statuses
    waits: dict[Condition, list[Value]] = {}
    waiting = {
        therapy: bit_of(table[status_column(therapy)] == "needs-information")
        for therapy in judged.rules.criteria
    }
    for flag in judged.rules.red_flags:
        waits.setdefault(flag.when, []).extend(waiting.values())
    for therapy, criteria in judged.rules.criteria.items():
        undecided = waiting[therapy] & bit_of(~is_true(table[f"indicated__{therapy}"]))
        for criterion in criteria:
            if criterion.kind != "precaution":
                needed = undecided if criterion.kind == "indication" else waiting[therapy]
                waits.setdefault(criterion.when, []).append(needed)
    kept = {name: table[name] for name in table.columns}
    for condition, reasons in waits.items():
        unknown = unknown_bit(table[judged.name(condition)])
        kept[_waits(judged, condition)] = any_of(reasons) & unknown
    return table.select(**kept)


def _waits(judged: Judged, condition: Condition) -> str:
    return f"waits-for__{judged.name(condition)}"


def _with_open_parts(
    judged: Judged, table: Table, conditions: list[Condition]
) -> tuple[Table, dict[Condition, str]]:
    """Beside them, 1 where a part of a condition is unknown: each part once, with its column."""
    translator = judged.translator(table)
    parts = dict.fromkeys(part for condition in conditions for part in _parts(condition))
    names = {part: f"open__{number}" for number, part in enumerate(parts)}
    kept = {name: table[name] for name in table.columns}
    kept.update({name: unknown_bit(translator.truth(part)) for part, name in names.items()})
    return table.select(**kept), names


def _parts(condition: Condition) -> Iterator[Condition]:
    """A condition and everything below it, but for "not", which is as open as its part."""
    if isinstance(condition, Not):
        yield from _parts(condition.part)
        return
    yield condition
    if isinstance(condition, (AllOf, AnyOf)):
        for part in condition.parts:
            yield from _parts(part)


def _keeps_open(
    condition: Condition, fact: str, table: Table, open_columns: Mapping[Condition, str]
) -> Value:
    """1 where a condition is unknown for want of this fact."""
    if isinstance(condition, Not):
        return _keeps_open(condition.part, fact, table, open_columns)
    unknown = table[open_columns[condition]]
    if isinstance(condition, (AllOf, AnyOf)):
        parts = [part for part in condition.parts if fact in facts_of(part)]
        below = [_keeps_open(part, fact, table, open_columns) for part in parts]
        return unknown & any_of(below)
    return unknown
