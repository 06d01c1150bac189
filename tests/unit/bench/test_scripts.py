"""Each script of the benchmarks says what it measures, and refuses what it does not know."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from bench import page

FOLDER = Path(page.__file__).parent
SCRIPTS = sorted([*FOLDER.glob("bench_*.py"), FOLDER / "load.py"])


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_says_what_it_measures_and_measures_nothing(script: Path) -> None:
    asked, wrong = (
        subprocess.Popen(
            [sys.executable, str(script), word],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for word in ("--help", "--keeep")
    )  # fmt: skip
    said, trouble = asked.communicate()
    assert asked.returncode == 0, trouble
    head = ast.get_docstring(ast.parse(script.read_text("utf-8")))
    assert head is not None
    assert head.splitlines()[0] in said
    assert "--keeep" in wrong.communicate()[1]
    assert wrong.returncode == 2


def test_the_page_lists_every_script() -> None:
    listed = page.PAGE.read_text("utf-8")
    assert [s.name for s in SCRIPTS if f"`bench/{s.name}`" not in listed] == []
