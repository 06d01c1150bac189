"""The chain of serum: what may follow what, for a tube and for a unit."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from dolenti.guideline.knowledge import Mistake
from dolenti.guideline.loading import load_folder
from dolenti.guideline.serum import HELD, Machine, RefusedStepError, Standing, chain_of
from dolenti.guideline.serum.checking import OF_TIME, problems

CHAIN = chain_of(load_folder())


@pytest.mark.parametrize("mistake", CHAIN.said.mistakes, ids=lambda one: one.id)
def test_each_of_the_sixteen_mistakes_ends_where_it_must(mistake: Mistake) -> None:
    machine, standing, last = CHAIN.machine(mistake.object), Standing(mistake.begins), "done"
    for event, failed in mistake.steps:
        try:
            standing, last = machine.take(standing, event, failed), "done"
        except RefusedStepError:
            last = "refused"
    assert (standing.state, last) == (mistake.ends, mistake.last)


def test_there_are_sixteen_mistakes_and_eighty_one_pairs() -> None:
    assert len(CHAIN.said.mistakes) == 16
    assert len({*CHAIN.tube.pairs()}) + len({*CHAIN.unit.pairs()}) == 81


def ways(machine: Machine) -> Iterator[tuple[Standing, str, Standing]]:
    """Every step from everywhere that can be reached, whichever guards fail."""
    seen, more = set(), {machine.start}
    while more:
        seen |= more
        found: set[Standing] = set()
        for standing in more:
            for line in machine.possible(standing):
                for failed in [(), *((guard,) for guard in line.guards)]:
                    try:
                        after = machine.take(standing, line.event, failed)
                    except RefusedStepError:
                        continue
                    yield standing, line.event, after
                    found.add(after)
        more = found - seen


@pytest.mark.parametrize("machine", [CHAIN.tube, CHAIN.unit], ids=["tube", "unit"])
class TestEveryWay:
    def test_an_end_is_left_by_being_found_again_and_by_nothing_else(
        self, machine: Machine
    ) -> None:
        left = {(b.state, event, a) for b, event, a in ways(machine) if machine.is_end(b.state)}
        assert left == {("missing", "found", Standing(HELD))}

    def test_what_is_found_again_can_only_end(self, machine: Machine) -> None:
        found = Standing(HELD)
        after = {machine.take(found, line.event).state for line in machine.possible(found)}
        assert after <= set(machine.table.ends)

    def test_a_hold_goes_back_to_no_later_a_state_than_it_came_from(self, machine: Machine) -> None:
        order = [one.id for one in machine.table.states]
        for before, _, after in ways(machine):
            lifted = before.state == HELD and not machine.is_end(after.state)
            if lifted and machine.kind == "unit":
                assert order.index(after.state) <= order.index(before.origin), before
            if lifted and machine.kind == "tube":
                # A tube that came out too late may be taken as incubated, once two people say so.
                farthest = {"incubating": "incubated"}.get(before.origin, before.origin)
                assert order.index(after.state) <= order.index(farthest), before

    def test_everything_comes_to_an_end(self, machine: Machine) -> None:
        ends = {end for end in machine.table.ends if end != "missing"}
        for _, _, after in ways(machine):
            if machine.is_end(after.state):
                continue
            assert (
                any(
                    machine.take(after, line.event).state in ends
                    for line in machine.possible(after)
                )
                or after.state == "planned"
            ), after

    def test_what_is_not_in_the_table_is_refused_and_changes_nothing(
        self, machine: Machine
    ) -> None:
        allowed = {*machine.pairs()}
        for state in machine.states:
            for event in machine.events:
                if (state, event) not in allowed:
                    with pytest.raises(RefusedStepError, match="not possible"):
                        machine.take(Standing(state), event)


def paths_avoiding(machine: Machine, avoided: str, towards: str) -> bool:
    """Whether a state is reached without an event ever having been taken."""
    seen, more = {machine.start}, {machine.start}
    steps = list(ways(machine))
    while more:
        more = {a for b, event, a in steps if b in more and event != avoided} - seen
        seen |= more
    return towards in {one.state for one in seen}


def test_no_way_to_an_injection_without_a_label_read_back() -> None:
    assert not paths_avoiding(CHAIN.unit, "label", "injected")
    assert not paths_avoiding(CHAIN.tube, "label", "portioned")


def test_no_stored_unit_is_issued_without_its_release() -> None:
    assert not paths_avoiding(CHAIN.unit, "release", "issued")


def test_from_thawing_no_way_leads_back_to_the_cold() -> None:
    steps = list(ways(CHAIN.unit))
    reached = {Standing("issued")}
    while more := {a for b, _, a in steps if b in reached} - reached:
        reached |= more
    assert not {"fresh", "quarantined", "frozen", "in-transit"} & {one.state for one in reached}


def test_a_unit_is_injected_from_the_day_or_thawed_and_by_its_own_patient_alone() -> None:
    lines = [line for line in CHAIN.unit.table.transitions if line.after == "injected"]
    assert {state for line in lines for state in line.before} == {"fresh", "thawed"}
    for line in lines:
        assert "patient-match" in line.guards
        assert line.otherwise is None, "a wrong patient refuses, and holds nothing"
        assert line.sign == ("practitioner",)


def test_what_ends_a_unit_without_a_patient_needs_two_people() -> None:
    for machine in (CHAIN.tube, CHAIN.unit):
        for line in machine.table.transitions:
            lifts = line.before == (HELD,)
            ends = line.after in ("discarded", "missing", "used-for-test", "handed-over")
            if (lifts or ends) and line.event != "cancel":
                assert len(line.sign) == 2, line
            if len(line.sign) == 1:
                assert line.hand_over or line.event in ("hold", "cancel"), line


def test_a_refusal_says_what_must_hold() -> None:
    with pytest.raises(RefusedStepError, match="What must hold: the patient present") as refusal:
        CHAIN.unit.take(Standing("thawed"), "inject", ["patient-match"])
    assert refusal.value.guards == ("patient-match",)
    assert "le patient présent est celui de l’unité" in refusal.value.fr


@pytest.mark.parametrize("machine", [CHAIN.tube, CHAIN.unit], ids=lambda one: one.kind)
def test_a_step_that_asks_not_how_long_it_waited_is_told_of(machine: Machine) -> None:
    """Each line of a table by which blood or serum goes on, once without its guard of time."""
    said, table = CHAIN.said, machine.table
    timed = [line for line in table.transitions if OF_TIME & set(line.guards)]
    onward = {state for line in timed for state in line.before} - {HELD}
    assert {one.id for one in table.states} - {"planned", HELD, *table.ends} <= onward
    for line in timed:
        if line.before == (HELD,):
            continue
        guards = tuple(one for one in line.guards if one not in OF_TIME)
        without = tuple(
            msgspec.structs.replace(one, guards=guards) if one is line else one
            for one in table.transitions
        )
        changed = msgspec.structs.replace(table, transitions=without)
        told = problems(msgspec.structs.replace(said, **{machine.kind: changed}))
        assert (f"{machine.kind}/{line.event}", "asks for no time") in set(told), line


def test_a_faulty_chain_is_told_of() -> None:
    said = CHAIN.said
    line = said.unit.transitions[0]

    def faults(**changes: object) -> set[str]:
        wrong = msgspec.structs.replace(line, **changes)
        table = msgspec.structs.replace(said.unit, transitions=(wrong, *said.unit.transitions[1:]))
        return {what for _, what in problems(msgspec.structs.replace(said, unit=table))}

    assert faults() == set()
    assert any("is no guard" in what for what in faults(guards=("luck",)))
    assert any("is no state" in what for what in faults(after="gone"))
    assert any("is no event" in what for what in faults(event="wave"))
    assert any("leads from an end" in what for what in faults(before=("injected",)))
    assert any("refuses on a guard" in what for what in faults(refuse_on=("slot-free",)))
    assert any("has origins" in what for what in faults(origins=("fresh",)))
    sampled = [line for line in said.unit.transitions if line.after != "used-for-test"]
    table = msgspec.structs.replace(said.unit, transitions=tuple(sampled))
    told = {what for _, what in problems(msgspec.structs.replace(said, unit=table))}
    assert "“used-for-test” is never reached" in told
    moved = msgspec.structs.replace(said, limits=said.limits[1:])
    assert any("must have" in what for _, what in problems(moved))
    unwatched = msgspec.structs.replace(said, excursions=())
    assert any("no rule" in what for _, what in problems(unwatched))
    wrong = msgspec.structs.replace(said.mistakes[0], ends="injected")
    assert any("ends refused" in what for _, what in
               problems(msgspec.structs.replace(said, mistakes=(wrong,))))  # fmt: skip
