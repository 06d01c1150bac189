"""Rows as a parquet file wants them: some thousands at once.

To make a table costs as much as to fill it with hundreds of rows, for it has hundreds of columns.
And every table that is written becomes a row group, whose description the writer holds until the
file is closed: of shares of a few rows it would hold more than the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import pyarrow as pa

Rows = list[dict[str, Any]]

MADE: Final = 1_000
"""Rows that wait to become a table; as Python holds them, a thousand are some ten megabytes."""
WRITTEN: Final = 10_000
"""Rows of a row group; by columns, most of them empty, they are a few megabytes."""


def gathered(batches: Iterable[Rows], made: Callable[[Rows], pa.Table]) -> Iterator[pa.Table]:
    """The same rows in the same order as tables, by ``made``, of ``WRITTEN`` rows or a little more
    each but for the last."""
    waiting: list[pa.Table] = []
    held = 0
    for rows in _joined(batches):
        waiting.append(made(rows))
        held += len(rows)
        if held >= WRITTEN:
            yield pa.concat_tables(waiting)
            waiting, held = [], 0
    if waiting:
        yield pa.concat_tables(waiting)


def _joined(batches: Iterable[Rows]) -> Iterator[Rows]:
    waiting: Rows = []
    for rows in batches:
        waiting += rows
        if len(waiting) >= MADE:
            yield waiting
            waiting = []
    if waiting:
        yield waiting
