"""What a whole run cost, by folder and by test, told at its end: `make test` is to end within ten
minutes, and whoever would shorten it must know where they go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

import pytest

MANY: Final = 2_000
"""Tests from which a run is a whole one."""
DEAREST: Final = 60


def told(reports: Iterable[pytest.TestReport]) -> list[str]:
    """The lines of a run: seconds of the workers (wall, not processor) by folder and by test, all
    parameters of one together; none of a small run."""
    folders: Counter[str] = Counter()
    tests: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for report in reports:
        if isinstance(report, pytest.SubtestReport):  # its time is in that of its test
            continue
        name = report.nodeid.partition("[")[0]
        folders["/".join(name.split("/")[:2])] += report.duration  # type: ignore[assignment]
        tests[name] += report.duration  # type: ignore[assignment]
        times[name] += report.when == "call"
    if times.total() < MANY:
        return []
    return [
        *(f"{seconds:7.0f} s {folder}" for folder, seconds in folders.most_common()),
        *(f"{seconds:7.1f} s {times[one]:5} {one}" for one, seconds in tests.most_common(DEAREST)),
    ]
