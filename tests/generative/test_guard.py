"""Nothing that could occur is left out of what is generated. Without this, every other test here
could pass by never trying the hard case."""

from __future__ import annotations

from typing import get_args

from hypothesis import given, settings

from dolenti.guideline.judge import Status, never_asked
from dolenti.guideline.loading import load_folder
from tests.generative.amounts import EXAMPLES, large_worlds, worlds
from tests.generative.editions import World
from tests.generative.readers import evaluator
from tests.generative.shipped import generated_patients
from tests.generative.sightings import Sighting, possible, sightings


def shown(missing: set[Sighting]) -> str:
    return "never generated:\n" + "\n".join(sorted(" ".join(map(str, one)) for one in missing))


def test_large_worlds_leave_nothing_out() -> None:
    seen = {sighting for world in large_worlds() for sighting in sightings(world)}
    missing = possible() - seen
    assert not missing, shown(missing)


def test_small_worlds_leave_nothing_out_but_rare_meetings() -> None:
    seen: set[Sighting] = set()

    @settings(max_examples=EXAMPLES, derandomize=True, database=None)
    @given(worlds())
    def look(world: World) -> None:
        seen.update(sightings(world))

    look()
    missing = {one for one in possible() - seen if one[0] != "wanting only"}
    assert not missing, shown(missing)


def test_the_patients_of_the_shipped_knowledge_meet_every_rule_and_status() -> None:
    rules: dict[str, set[object]] = {}
    statuses: set[object] = set()
    for answers in evaluator(generated_patients()):
        for (kind, name), answer in answers.items():
            if kind == "rule":
                rules.setdefault(name, set()).add(answer)
            elif kind == "status":
                statuses.add(answer)
    assert statuses == set(get_args(Status))
    wanting = {name: met for name, met in rules.items() if met != {True, False, None}}
    # Of what nobody is asked, nothing is unknown: it is so once somebody says it.
    unasked = {one.id for one in load_folder().facts if never_asked(one)}
    said = {name: met for name, met in wanting.items() if name.split("-", 1)[1] in unasked}
    assert set(wanting) == set(said)
    assert all(met == {True, False} for met in said.values())
