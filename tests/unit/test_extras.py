"""A clinic installs no engine for populations: the site and the command line do without."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
"""
ENGINES = ("ibis", "duckdb", "pyarrow", "pandas", "numpy", "pyspark")
SITE = (
    "django", "django_htmx", "csp", "django_cotton", "allauth", "stdnum", "holidays", "icalendar",
    "typst", "prometheus_client", "pythonjsonlogger", "whitenoise", "gunicorn", "pysqlite3",
    "psycopg", "dj_database_url", "django_tasks", "django_tasks_db", "cryptography", "fido2",
    "zxingcpp", "biip",
)  # fmt: skip


def run(
    code: str, *arguments: str, absent: tuple[str, ...] = ENGINES
) -> subprocess.CompletedProcess[str]:
    asked = [sys.executable, "-c", WITHOUT.format(absent=absent) + code, *arguments]
    return subprocess.run(asked, capture_output=True, text=True, check=False, cwd=ROOT)


COMMAND = "from dolenti.cli import main; main()"


@pytest.mark.parametrize(
    "arguments",
    [
        ["assess", "examples/knee-osteoarthritis.yaml"],
        ["mixture", "examples/mixtures/elbow.yaml"],
        ["plan", "examples/elbow-tennis.yaml", "--therapy", "mesotherapy", "--start", "2026-12-01"],
        ["knowledge", "check"],
    ],
)
def test_the_command_line_does_without_them(arguments: list[str]) -> None:
    done = run(COMMAND, *arguments)
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr


def test_the_site_does_without_them(tmp_path: Path) -> None:
    site = (
        f"import os; os.environ['DOLENTI_DATA'] = {str(tmp_path)!r};"
        "from dolenti.config.wsgi import application;"
        "from django.urls import get_resolver; assert get_resolver().reverse_dict"
    )
    done = run(site)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("lang,said", [("fr", "n’est pas installé"), ("en", "is not installed")])
def test_populations_say_in_one_sentence_what_to_install(lang: str, said: str) -> None:
    done = run(COMMAND, "population", "patients.parquet", "--lang", lang)
    assert done.returncode == 2
    assert said in done.stderr
    assert "pip install dolenti[population]" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["assess", "examples/knee-osteoarthritis.yaml"],
        ["assess", "examples/fhir/hip-all-clear.json", "--json"],
        ["mixture", "examples/mixtures/elbow.yaml"],
        ["knowledge", "show", "mesotherapy-pregnancy"],
        ["medicines", "show", "doliprane"],
        ["schema", "case"],
        ["--version"],
    ],
)
def test_whoever_only_judges_does_without_the_site(arguments: list[str]) -> None:
    done = run(COMMAND, *arguments, absent=ENGINES + SITE)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "extra,arguments",
    [
        ("plan", ["plan", "examples/elbow-tennis.yaml", "--therapy", "mesotherapy",
                  "--start", "2026-12-01"]),
        ("site", ["serve"]), ("site", ["demo"]), ("site", ["work"]), ("site", ["backup"]),
        ("site", ["setup", "--site", "x"]), ("site", ["audit", "verify"]),
        ("site", ["knowledge", "changes"]),
    ],
)  # fmt: skip
def test_what_needs_more_says_in_one_sentence_what_to_install(
    extra: str, arguments: list[str]
) -> None:
    done = run(COMMAND, *arguments, absent=ENGINES + SITE)
    assert done.returncode == 2, done.stderr
    assert f"pip install dolenti[{extra}]" in done.stderr
    assert done.stderr.count("\n") == 1
