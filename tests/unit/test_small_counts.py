"""No small number of a table can be worked out from the others."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.records.judging.verdict_counts import FEWEST, _row

STATUSES = ("possible", "caution", "contraindicated", "redirect", "needs-information")


def possible_values(counts: dict[str, int], shown: dict[str, int | None]) -> dict[str, set[int]]:
    """What each unsaid count may be for who knows the total: each of the others is one at least."""
    hidden = [one for one, count in shown.items() if count is None]
    left = sum(counts.values()) - sum(count for count in shown.values() if count is not None)
    most = left - (len(hidden) - 1)
    return {one: set(range(1, most + 1)) if len(hidden) > 1 else {left} for one in hidden}


@pytest.mark.parametrize(
    "counts",
    [{"a": 50, "b": 1, "c": 1}, {"a": 50, "b": 2}, {"a": 9, "b": 1, "c": 1, "d": 1}],
)
def test_two_ones_beside_a_total_are_not_given_away(counts):
    shown = _row(Counter(counts))
    assert all(shown[one] is None for one in counts if counts[one] < FEWEST)
    assert all(len(may) >= FEWEST for may in possible_values(counts, shown).values())


@given(st.dictionaries(st.sampled_from(STATUSES), st.integers(0, 60)))
def test_whatever_is_counted_no_small_number_follows(counts):
    shown = _row(Counter(counts))
    assert all(count is None or count == 0 or count >= FEWEST for count in shown.values())
    if any(count for count in shown.values()):  # else the total is not said where it tells
        assert all(len(may) >= FEWEST for may in possible_values(counts, shown).values())
