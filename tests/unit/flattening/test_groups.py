"""Small shares of rows become few row groups, in their order, and no more wait than is said."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from dolenti.flattening.groups import MADE, WRITTEN, Rows, gathered

SHARE = 32


def test_shares_become_few_groups_in_their_order() -> None:
    asked: list[int] = []

    def shares() -> Iterator[Rows]:
        for first in range(0, 25 * MADE, SHARE):
            asked.append(first)
            yield [{"row": first + number} for number in range(SHARE)]

    found: list[int] = []
    sizes: list[int] = []
    for table in gathered(shares(), pa.Table.from_pylist):
        assert asked[-1] < len(found) + WRITTEN + MADE + SHARE  # no more was read than is written
        sizes.append(table.num_rows)
        found += table["row"].to_pylist()
    assert found == list(range(len(found)))
    assert len(found) == len(asked) * SHARE
    assert [WRITTEN <= size < WRITTEN + MADE + SHARE for size in sizes] == [True, True, False]


def test_nothing_becomes_no_table() -> None:
    assert list(gathered([], pa.Table.from_pylist)) == []
    assert list(gathered([[]], pa.Table.from_pylist)) == []
