"""A needle is as long as its target asks, or somebody is told."""

from __future__ import annotations

import pytest

from dolenti.guideline import load_folder
from dolenti.guideline import session as room
from dolenti.guideline.session.shapes.infiltration import Target

EDITION = load_folder()
TARGETS = {one.id: one for one in room.content(EDITION).targets}


def found(target: Target, *names: str) -> list[tuple[str, str]]:
    return [(one.rule, one.severity) for one in room.judge_lengths(EDITION, [target], names)]


OUTSIDE = [("needle-outside-range", "warn")]


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_both_ends_of_the_range_are_fine_and_a_millimetre_beyond_is_told(target: Target) -> None:
    shortest, longest = target.needle.length_mm
    assert found(target, f"21G {shortest:g} mm") == []
    assert found(target, f"21G {longest:g} mm") == []
    assert found(target, f"21G {shortest - 1:g} mm") == OUTSIDE
    assert found(target, f"21G {longest + 1:g} mm") == OUTSIDE


@pytest.mark.parametrize("name", ["", "Aiguille verte", "21G"])
def test_a_name_that_says_no_length_is_held_against_nobody(name: str) -> None:
    assert found(TARGETS["knee"], name) == []


def test_of_several_needles_one_that_suits_is_enough() -> None:
    assert found(TARGETS["knee"], "18G 40 mm", "21G 50 mm") == []
    assert found(TARGETS["knee"], "18G 40 mm", "25G 16 mm") == OUTSIDE


def test_what_is_told_names_the_length_of_the_target_and_rests_on_its_sources() -> None:
    knee = TARGETS["knee"]
    (finding,) = room.judge_lengths(EDITION, [knee], ["21G 40 mm"])
    assert finding.detail is not None
    assert finding.detail.fr == "Genou\u00a0: 21 G, 50\u00a0mm."
    assert (finding.sources, finding.basis) == (knee.needle.sources, knee.needle.basis)


def test_where_several_may_be_aimed_at_one_that_suits_any_is_fine() -> None:
    knee, hip = TARGETS["knee"], TARGETS["hip"]
    assert room.judge_lengths(EDITION, [knee, hip], ["21G 90 mm"]) == ()
    (finding,) = room.judge_lengths(EDITION, [knee, hip], ["21G 16 mm"])
    assert finding.detail is not None
    assert finding.detail.en == "Knee: 21 G, 50\u00a0mm; Hip: 21 – 23 G, 50 to 100\u00a0mm."
