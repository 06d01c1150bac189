"""A clinic installs no engine for populations: the site and the command line do without."""

from __future__ import annotations

import marshal
import subprocess
import sys
import warnings
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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


MOST_MB = 40.5
"""Forty are promised, and passed by a quarter: three fifths of the package are the site's, which
whoever only judges does not run. A distribution of its own for the site would end it."""


def closure(name: str) -> set[str]:
    """The distributions that come with one, without any extra."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = canonicalize_name(waiting.pop())
        if one in found:
            continue
        found.add(one)
        for text in metadata.requires(one) or []:
            needed = Requirement(text)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                waiting.append(needed.name)
    return found


def installed(file: Path) -> int:
    """Bytes of a file, with the bytecode that pip makes of it where it is Python."""
    size = file.stat().st_size
    if file.suffix != ".py":
        return size
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
    return size + 16 + len(marshal.dumps(made))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it is installed, unpacked."""
    made = tmp_path_factory.mktemp("wheel")
    asked = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(made)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    (file,) = made.glob("*.whl")
    with zipfile.ZipFile(file) as packed:
        packed.extractall(made / "unpacked")
    return made / "unpacked"


def test_the_package_has_the_french_of_every_screen_and_not_its_text(wheel: Path) -> None:
    texts = {
        one.relative_to(ROOT / "src").with_suffix("")
        for one in (ROOT / "src").rglob("LC_MESSAGES/*.po")
    }
    assert texts
    assert {one.relative_to(wheel).with_suffix("") for one in wheel.rglob("*.mo")} == texts
    assert list(wheel.rglob("*.po")) == []


def test_the_package_leaves_out_no_file_but_those(wheel: Path) -> None:
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src/dolenti"]
    kept = subprocess.run(listed, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    there = {ROOT / line for line in kept.splitlines() if (ROOT / line).exists()}
    wanted = {str(one.relative_to(ROOT / "src")) for one in there if one.suffix != ".po"}
    assert wanted <= {str(one.relative_to(wheel)) for one in wheel.rglob("*")}


def test_whoever_only_judges_installs_little(wheel: Path) -> None:
    """The sum of all files, as pip leaves them."""
    files = {
        name: [Path(str(one.locate())) for one in metadata.files(name) or []]
        for name in closure("dolenti") - {"dolenti"}
    }
    files["dolenti"] = list(wheel.rglob("*"))
    sizes = {
        name: sum(installed(one) for one in listed if one.is_file() and one.suffix != ".pyc") / 1e6
        for name, listed in files.items()
    }
    assert min(sizes.values()) > 0, sizes
    assert sum(sizes.values()) < MOST_MB, sizes
