"""Days at the ends of the calendar, in every command that takes one: an answer or one sentence.

The commands and their options are read from the program, the days of a file from the file: one that
is added later is asked as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
import typer
from typer.testing import CliRunner

from dolenti.cli import app
from dolenti.guideline.loading import load_folder
from dolenti.population.schema import wide_schema
from tests.populations import random_patients, rows_of, written

ENDS: Final = ("0001-01-01", "0001-01-02", "1899-12-31", "2201-01-01", "9999-12-30", "9999-12-31")
KNEE: Final = """
patient: {birth-date: 1968-03-02, sex: female}
complaint: {condition: knee-osteoarthritis, side: right, since: 2026-05-01}
facts: {last-corticosteroid-infiltration: 2026-01-01, next-competition: 2027-01-01}
"""
MIXTURE: Final = """
therapy: mesotherapy
technique: nappage
jurisdiction: FR
patient: {birth-date: 1981-07-14, sex: male}
facts: {last-corticosteroid-infiltration: 2026-01-01}
preparation:
  vehicle: {fluid: saline, volume: 1}
  components:
    - {product: lidocaine, strength: 10, volume: 2}
"""
RESPONSES: Final = "- {date: 2026-11-12, nrs: 6}\n- {date: 2026-11-19, nrs: 2, pgic: 1}\n"
BUNDLES: Final = str(Path(__file__).parents[2] / "examples" / "fhir")
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def sound(*arguments: str, stdin: str | None = None) -> int:
    """How a command ended: with an answer, or with one sentence about what is wrong."""
    result = CliRunner().invoke(app, [*arguments, "--lang", "en"], input=stdin)
    broken = result.exception is not None and not isinstance(result.exception, SystemExit)
    assert not broken, (arguments, result.exception)
    assert result.exit_code in (0, 2), (arguments, result.output)
    said = [line for line in result.stderr.split("\n") if line]
    assert result.exit_code == 0 or len(said) == 1, result.stderr
    return result.exit_code


@pytest.fixture
def calls(tmp_path: Path) -> dict[str, list[str]]:
    """Each command that takes a day, as it is called without one."""
    case, responses, out = (tmp_path / name for name in ("case.yaml", "responses.yaml", "out"))
    case.write_text(KNEE)
    responses.write_text(RESPONSES)
    (tmp_path / "mixture.yaml").write_text(MIXTURE)
    edition = load_folder()
    people = written(tmp_path, rows_of(random_patients(20), edition), edition)
    return {
        "assess": ["assess", str(case)],
        "knowledge review": ["knowledge", "review"],
        "mixture": ["mixture", str(tmp_path / "mixture.yaml")],
        "plan": [
            "plan", str(case), "--therapy", "mesotherapy", "--start", "2026-11-12",
            "--responses", str(responses),
        ],
        "population flatten": ["population", "flatten", BUNDLES, "--out", str(out)],
        "population judge": ["population", people, "--out", str(out), "--summary"],
    }  # fmt: skip


def _commands(group: Any, *path: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, *path, name)
        else:
            yield " ".join((*path, name)), command


def options_with_a_day() -> set[tuple[str, str]]:
    """The options of the program that take a day, by the words of their help."""
    return {
        (name, option)
        for name, command in _commands(typer.main.get_command(app))
        for parameter in command.params
        for option in parameter.opts
        if re.match(r"Day ", getattr(parameter, "help", "") or "")
    }


def test_every_command_with_a_day_is_asked_here(calls: dict[str, list[str]]) -> None:
    assert {name for name, _ in options_with_a_day()} == set(calls)


def test_no_option_breaks_at_the_ends_of_the_calendar(calls: dict[str, list[str]]) -> None:
    for name, option in sorted(options_with_a_day()):
        assert sound(*calls[name], option, "2026-11-22") == 0
        for end in ENDS:
            assert sound(*calls[name], option, end) == 2, (name, option, end)


@pytest.mark.parametrize("name", ["case.yaml", "mixture.yaml", "responses.yaml"])
def test_no_day_in_a_file_breaks_at_the_ends_of_the_calendar(
    calls: dict[str, list[str]], tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    said = file.read_text()
    asked = [call for call in calls.values() if str(file) in call]
    assert asked
    for match in DAY.finditer(said):
        for end in ENDS:
            file.write_text(said[: match.start()] + end + said[match.end() :])
            for call in asked:
                sound(*call, "--as-of", "2026-11-22")


def test_no_day_in_a_population_breaks_at_the_ends_of_the_calendar(
    calls: dict[str, list[str]], tmp_path: Path
) -> None:
    """One row for each end in each column that holds a day, the others unknown."""
    edition = load_folder()
    columns = wide_schema(edition)
    days = [name for name, column in columns.items() if column.type == "date"]
    assert {"birth_date", "since", "inr__at"} <= set(days)
    row = rows_of(random_patients(1), edition)[0]
    empty = {**row, **dict.fromkeys(days)}
    rows = [
        {**empty, "patient": f"{name} {end}", name: date.fromisoformat(end)}
        for name in days
        for end in ENDS
    ]
    written(tmp_path, rows, edition)
    assert sound(*calls["population judge"], "--as-of", "2026-11-22") == 2, (
        "an impossible day is told"
    )
    assert sound(*calls["population judge"], "--as-of", "2026-11-22", "--set-aside") == 0
