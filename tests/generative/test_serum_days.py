"""The chain of serum, driven by chance: no path ends in an impossible state, no unit reaches
another patient, and none is unaccounted for."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dolenti.guideline.serum.checking import OF_TIME
from tests.generative.serum_days import CHAIN, PATIENTS, Laboratory, random_day

DAYS = 100


@pytest.fixture(scope="module")
def days() -> list[Laboratory]:
    return [random_day(seed) for seed in range(DAYS)]


def test_a_hundred_days_with_mistakes_at_every_step(days: list[Laboratory]) -> None:
    """Whose unit, and where it is: at the end of each day, of every number."""
    assert [fault for day in days for fault in day.faults()] == []


def test_the_days_reached_every_state_and_made_every_mistake(days: list[Laboratory]) -> None:
    """So that the hundred days say something."""
    things = [thing for day in days for thing in [*day.tubes, *day.units]]
    states = {(one.machine.kind, after) for one in things for _, _, after in one.told}
    assert {("unit", state) for state in CHAIN.unit.states} - {("unit", "portioned")} <= states
    assert {("tube", state) for state in CHAIN.tube.states} - {("tube", "planned")} <= states
    failed = {guard for one in things for _, guards, _ in one.told for guard in guards}
    holding = {
        guard
        for machine in (CHAIN.tube, CHAIN.unit)
        for line in machine.table.transitions
        if line.otherwise
        for guard in line.guards
        if guard not in line.refuse_on
    }
    assert holding <= failed | {"patient-match"}
    tried = {guard for day in days for guard in day.failed}
    assert tried >= OF_TIME, "something was forgotten at every state"
    ended = Counter(one.standing.state for day in days for one in day.units)
    assert ended["injected"] >= 20
    assert sum(day.refused for day in days) > DAYS


class SerumChain(RuleBasedStateMachine):
    """Anybody does anything, in any order; what must never be is looked for after each step."""

    @initialize(counts=st.lists(st.integers(1, 3), min_size=1, max_size=3))
    def begin(self, counts: list[int]) -> None:
        self.lab = Laboratory()
        for patient, count in zip(PATIENTS, counts, strict=False):
            self.lab.draw(patient, count)

    @rule(data=st.data(), at=st.sampled_from(PATIENTS), astray=st.booleans())
    def happens(self, data: st.DataObject, at: str, astray: bool) -> None:
        thing = data.draw(st.sampled_from([*self.lab.tubes, *self.lab.units]))
        lines = thing.machine.possible(thing.standing)
        if astray or not lines:
            self.lab.happen(thing, data.draw(st.sampled_from(sorted(thing.machine.events))),
                            frozenset(), at)  # fmt: skip
            return
        line = data.draw(st.sampled_from(lines))
        others = [guard for guard in line.guards if guard != "patient-match"]
        failed: Any = data.draw(st.sets(st.sampled_from(others))) if others else set()
        self.lab.happen(thing, line.event, frozenset(failed), at)

    @invariant()
    def nothing_is_amiss(self) -> None:
        if hasattr(self, "lab"):
            assert list(self.lab.faults()) == []

    @invariant()
    def everything_stands_somewhere_and_may_end(self) -> None:
        for thing in [*self.lab.tubes, *self.lab.units] if hasattr(self, "lab") else []:
            state = thing.standing.state
            assert state in thing.machine.states
            assert thing.machine.is_end(state) or thing.machine.possible(thing.standing)


TestSerumChain = SerumChain.TestCase
TestSerumChain.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
