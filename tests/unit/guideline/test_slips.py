"""A number far from the last one is asked again; how far is plausibility of typing, and no
clinical fact."""

from __future__ import annotations

import pytest

from dolenti.guideline.loading import load_folder
from dolenti.guideline.slips import APART, NOT_MEASURED, may_be_slip

NUMBERS = {one.id for one in load_folder().facts if one.type == "number"}


def test_every_number_of_the_dictionary_is_held_against_the_last_or_said_not_to_be() -> None:
    assert not APART.keys() & NOT_MEASURED
    assert APART.keys() | NOT_MEASURED == NUMBERS


@pytest.mark.parametrize("fact", APART)
def test_a_slipped_comma_is_asked_again_both_ways_and_the_same_value_never(fact: str) -> None:
    assert may_be_slip(fact, 62, 6.2)
    assert may_be_slip(fact, 6.2, 62)
    assert not may_be_slip(fact, 62, 62)


@pytest.mark.parametrize(
    "fact,typed,before,again",
    [
        ("weight", 6.2, 62, True),
        ("weight", 62, 6.2, True),
        ("weight", 137, 62, True),  # pounds for kilograms
        ("weight", 31, 62, True),
        ("weight", 31.1, 62, False),
        ("weight", 90, 62, False),
        ("height", 67, 172, True),  # inches for centimetres
        ("height", 150, 172, False),
        ("height", 150, 100, True),
        ("inr", 25, 2.5, True),
        ("inr", 4.9, 1, False),
        ("inr", 5, 1, True),
        ("platelets", 25, 250, True),
        ("platelets", 60, 250, False),
        ("egfr", 9, 90, True),
        ("egfr", 45, 90, False),
        ("methotrexate-weekly-dose", 2.5, 25, True),
        ("methotrexate-weekly-dose", 15, 25, False),
        ("gestational-age", 140, 20, True),  # days for weeks
        ("gestational-age", 20, 8, False),
        ("pain-nrs", 10, 1, False),
        ("weight", 0, 62, False),
        ("weight", 62, 0, False),
        ("no-such-fact", 100, 1, False),
    ],
)
def test_how_far_is_too_far(fact: str, typed: float, before: float, again: bool) -> None:
    assert may_be_slip(fact, typed, before) is again
