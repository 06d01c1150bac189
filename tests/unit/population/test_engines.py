"""What an engine needs, and says where it is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dolenti.cli import app
from dolenti.guideline.loading import load_folder
from dolenti.population.generate import generate
from tests.populations import written

EDITION = load_folder()


def test_spark_without_java_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    file = written(tmp_path, [{"patient": "1"}], EDITION)
    done = CliRunner().invoke(app, ["population", file, "--engine", "spark", "--lang", "en"])
    assert done.exit_code == 2
    assert "Spark needs Java 17" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_engine_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, [{"patient": "1"}], EDITION)
    done = CliRunner().invoke(app, ["population", file, "--engine", "oracle"])
    assert done.exit_code == 2
    assert "duckdb, spark" in done.stderr


def test_the_command_writes_verdicts_and_counts_them(tmp_path: Path) -> None:
    from datetime import date

    file, out = tmp_path / "patients.parquet", tmp_path / "verdicts.parquet"
    generate(file, 500, EDITION, date(2026, 11, 22))
    done = CliRunner().invoke(
        app,
        ["population", str(file), "--out", str(out), "--summary", "--as-of", "2026-11-22",
         "--lang", "en"],
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert "500 complaints judged on 22 November 2026" in done.stdout
    assert out.is_file()


def test_ibis_is_loaded_by_this_command_alone() -> None:
    import subprocess

    program = "import sys, dolenti.cli; sys.exit('ibis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
