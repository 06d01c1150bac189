"""Whether the knowledge of the chain agrees with itself: part of ``knowledge check``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dolenti.guideline.knowledge import ChainMachine, Mistake, SerumChain
from dolenti.guideline.serum.machine import (
    END_IS_STRUCK,
    HELD,
    Chain,
    RefusedStepError,
    Standing,
    ready,
)

BOTH: Final = frozenset(
    {"blood-per-tube", "incubation", "incubation-strict", "aliquot", "interval"}
)
LEAST: Final = frozenset({"interval-twice-weekly"})
MOST: Final = frozenset({
    "blood-in-all", "label-after-draw", "draw-to-incubator", "incubation-destroyed",
    "incubation-resume", "fresh-use", "freezer-temperature", "shelf-life", "quarantine",
    "transport", "after-thaw", "after-issue", "course-length", "volume-tolerance", "door-openings",
    "read-before-needle", "tests-around-draw",
})  # fmt: skip
"""The limits that the program asks for, and which of their bounds."""
PLACES: Final = ("incubator", "freezer", "box")


OF_TIME: Final = frozenset({
    "label-in-time", "to-incubator-in-time", "incubation-in-window", "within-4h",
    "within-quarantine", "not-expired", "within-time-of-issue", "within-2h-of-thaw",
    "seal-and-curve-ok",
})  # fmt: skip
"""The guards by which a time that is over holds or refuses."""
STAYS_BACK: Final = frozenset({HELD, "discarded", "missing", "used-for-test"})
"""Where nothing that was forgotten does harm."""


def problems(said: SerumChain) -> Iterator[tuple[str, str]]:
    """Everything that does not hold, as (where, what)."""
    yield from _limits(said)
    events, guards = ({one.id for one in list_} for list_ in (said.events, said.guards))
    for kind, table in (("tube", said.tube), ("unit", said.unit)):
        yield from _names(kind, table, events, guards)
        yield from _reached(kind, table)
        yield from _forgotten(kind, table)
    used = {line.event for table in (said.tube, said.unit) for line in table.transitions}
    yield from ((event, "is an event that no machine has") for event in sorted(events - used))
    chain = ready(said)
    for mistake in said.mistakes:
        if (found := _replayed(chain, mistake)) is not None:
            yield mistake.id, found
    for place in PLACES:
        if not any(rule.place == place for rule in said.excursions):
            yield place, "has no rule of excursions"


def _limits(said: SerumChain) -> Iterator[tuple[str, str]]:
    limits = {one.id: one for one in said.limits}
    for name in sorted(BOTH | LEAST | MOST):
        found = limits.get(name)
        if found is None:
            yield name, "is a limit that the chain must have"
        elif (name in BOTH | LEAST and found.low is None) or (
            name in BOTH | MOST and found.high is None
        ):
            yield name, "lacks a bound"
        elif found.low is not None and found.high is not None and found.low > found.high:
            yield name, "has its bounds the wrong way round"


def _names(
    kind: str, table: ChainMachine, events: set[str], guards: set[str]
) -> Iterator[tuple[str, str]]:
    states = {one.id for one in table.states}
    for name in {table.start, *table.ends} - states:
        yield kind, f"“{name}” is no state"
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    for line in table.transitions:
        where = f"{kind}/{line.event}"
        named = {
            *line.before,
            *line.origins,
            line.after,
            *([line.otherwise] if line.otherwise else []),
        }
        yield from ((where, f"“{name}” is no state") for name in sorted(named - states))
        yield from ((where, f"“{name}” is no guard") for name in sorted({*line.guards} - guards))
        if line.event not in events:
            yield where, "is no event"
        if set(line.refuse_on) - set(line.guards):
            yield where, "refuses on a guard that it does not ask"
        if line.origins and line.before != (HELD,):
            yield where, "has origins, and does not begin at a hold"
        if set(line.before) & set(table.ends) and line.event != END_IS_STRUCK:
            yield where, "leads from an end"
        for state in line.before:
            if (state, line.event, line.origins) in seen:
                yield where, f"stands twice from “{state}”"
            seen.add((state, line.event, line.origins))


def _reached(kind: str, table: ChainMachine) -> Iterator[tuple[str, str]]:
    reached, more = set(), {table.start}
    while more:
        reached |= more
        more = {
            after
            for line in table.transitions
            for after in (line.after, line.otherwise)
            if after and reached & set(line.before)
        } - reached
    for state in sorted({one.id for one in table.states} - reached):
        yield kind, f"“{state}” is never reached"
    leaving = {state for line in table.transitions for state in line.before}
    for state in sorted({one.id for one in table.states} - leaving - set(table.ends)):
        yield kind, f"“{state}” is no end, and nothing leads from it"


def _forgotten(kind: str, table: ChainMachine) -> Iterator[tuple[str, str]]:
    """Every step by which blood or serum goes on asks for how long it waited: from the first state
    in which there is any (what is planned holds none), but for what two people lift."""
    for line in table.transitions:
        if line.before == (HELD,) or line.after in STAYS_BACK or line.event in _NO_BLOOD:
            continue
        if {line.after} != set(line.before) and not OF_TIME & set(line.guards):
            yield f"{kind}/{line.event}", "asks for no time"


_NO_BLOOD: Final = ("draw", "cancel")


def _replayed(chain: Chain, mistake: Mistake) -> str | None:
    machine = chain.machine(mistake.object)
    standing = Standing(mistake.begins)
    last = "done"
    for event, failed in mistake.steps:
        try:
            standing, last = machine.take(standing, event, failed), "done"
        except RefusedStepError:
            last = "refused"
    if (standing.state, last) != (mistake.ends, mistake.last):
        return f"ends {last} at “{standing.state}”, not {mistake.last} at “{mistake.ends}”"
    return None
