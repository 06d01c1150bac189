"""What is asked by night only (`make night`), and what asks of its kind on each change.

`make test` is to end within ten minutes on two cores, so that nobody is tempted to go without it.
What repeats one question over every page, width, language, engine or hour takes longer than that;
by day one of each kind is asked, by the night all of them. Whoever names a file is asked nothing:
it runs. What stands here says which test stands for it by day (ADR 38).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

IS_NIGHT: Final = "NIGHT" in os.environ

BY_NIGHT: Final[dict[str, str]] = {}
"""The beginning of a test's name, and who asks of its kind by day."""


def of_the_night(test: str, named: Sequence[str] = ()) -> bool:
    """Whether a test is left to the night. ``named`` are the files that somebody asked for."""
    if IS_NIGHT or any(test.startswith(one) for one in named):
        return False
    return test.startswith(tuple(BY_NIGHT))


def named_files(config: pytest.Config) -> list[str]:
    """The files, or single tests, that stand on the command line."""
    asked = [str(one) for one in config.invocation_params.args]
    return [one.removeprefix("./") for one in asked if Path(one.split("::")[0]).is_file()]
