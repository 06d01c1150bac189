"""Nothing that could occur is left out of what is generated. Without this, every other test here
could pass by never trying the hard case."""

from __future__ import annotations

from hypothesis import given, settings

from tests.generative.amounts import EXAMPLES, large_worlds, worlds
from tests.generative.editions import World
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
