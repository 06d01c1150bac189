"""The repository keeps its own promises: reasons, locks, and no skipping in CI."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PROJECTS = [ROOT / "pyproject.toml", ROOT / "site" / "pyproject.toml"]
OURS = {"dolenti", "dolenti-site"}


def locked(name: str) -> dict[str, str]:
    """The versions that a lock file pins."""
    text = (ROOT / "requirements" / name).read_text()
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.MULTILINE))


def declared() -> list[str]:
    """Every dependency that our two distributions declare, as written."""
    read = [tomllib.loads(file.read_text()) for file in PROJECTS]
    groups = [
        group
        for one in read
        for group in (
            one["project"]["dependencies"],
            *one["project"].get("optional-dependencies", {}).values(),
            *one.get("dependency-groups", {}).values(),
        )
    ]
    return [entry for group in groups for entry in group if isinstance(entry, str)]


def of_others() -> list[str]:
    """What is declared, but for what is ours."""
    return [one for one in declared() if Requirement(one).name not in OURS]


@pytest.mark.parametrize("dependency", declared())
def test_every_dependency_has_a_reason_beside_it(dependency):
    lines = [line for file in PROJECTS for line in file.read_text().splitlines()]
    assert any(re.search(rf'"{re.escape(dependency)}", *# \w', line) for line in lines)


@pytest.mark.parametrize("dependency", of_others())
def test_every_dependency_is_locked_at_a_version_it_allows(dependency):
    requirement = Requirement(dependency)
    version = locked("dev.txt")[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(version, prereleases=True)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_lock_names_no_index_and_no_place(lock):
    assert not re.search(r"://|^\s*-(?!-hash=sha256:)", lock.read_text(), re.MULTILINE)


@pytest.mark.parametrize("lock", ["run.txt", "build.txt"])
def test_what_runs_is_what_was_tested(lock):
    assert locked(lock)
    assert locked(lock).items() <= locked("dev.txt").items()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_nothing_of_ours(lock):
    """What is ours comes from the checkout, and from no index."""
    assert not OURS & locked(lock.name).keys()


def test_a_clinic_installs_no_engine_for_populations():
    engines = {"duckdb", "ibis-framework", "numpy", "pandas", "pyarrow", "pyspark"}
    assert engines <= locked("dev.txt").keys()
    assert not engines & locked("run.txt").keys()


SKIPPED = "import pytest\ndef test_it(): pytest.skip('{reason}')"
SKIPPED_WHOLE = "import pytest\npytest.skip('{reason}', allow_module_level=True)"
EXPECTED_FAILURE = "import pytest\n@pytest.mark.xfail(reason='{reason}')\ndef test_it(): assert 0"


@pytest.mark.parametrize(
    "source,reason,ci,passes",
    [
        (SKIPPED, "no browser", "true", False),
        (SKIPPED_WHOLE, "no browser", "true", False),
        (SKIPPED, "the shared FHIR patients folder is absent", "true", True),
        (SKIPPED, "no browser", "", True),
        (EXPECTED_FAILURE, "known", "true", True),
    ],
)
def test_skipping_fails_in_ci_only(tmp_path, source, reason, ci, passes):
    (tmp_path / "test_it.py").write_text(source.format(reason=reason))
    (tmp_path / "pytest.ini").write_text("[pytest]")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:django", str(tmp_path)],
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode == 0) is passes, run.stdout + run.stderr
    assert reason in run.stdout or passes


def test_a_template_has_one_element_a_line():
    """So that two people who change one page do not meet in one line."""
    longest = 140
    for template in (ROOT / "src").rglob("*.html"):
        if "vendor" in template.parts:
            continue
        for number, line in enumerate(template.read_text().splitlines(), start=1):
            assert len(line) <= longest, f"{template.relative_to(ROOT)}:{number}"


def test_no_test_module_needs_another():
    """What tests share stands beside them: web tests are collected without a browser's library."""
    borrowed = re.compile(r"^(?:from|import) tests\.[\w.]*\btest_", re.MULTILINE)
    for module in (ROOT / "tests").rglob("*.py"):
        assert not borrowed.search(module.read_text()), module.relative_to(ROOT)
    for module in (ROOT / "tests" / "web").rglob("*.py"):
        assert "tests.e2e" not in module.read_text(), module.relative_to(ROOT)


def test_the_pieces_are_tested_where_they_stand():
    """A folder of ``tests/unit`` is named like the folder of the source that it tests."""
    for module in (ROOT / "tests" / "unit").rglob("test_*.py"):
        where = module.parent.relative_to(ROOT / "tests" / "unit")
        assert any((root / where).is_dir() for root in (ROOT / "src" / "dolenti", ROOT)), where


def test_what_catches_a_damaged_file_catches_what_is_no_text_too():
    """msgspec says ``UnicodeDecodeError`` of bytes inside a string, which is none of its own."""
    catches = re.compile(r"(?:except|suppress\().*?msgspec\.(?:DecodeError|MsgspecError).*")
    wrong = [
        f"{file.relative_to(ROOT)}: {found}"
        for file in (ROOT / "src").rglob("*.py")
        for found in catches.findall(file.read_text())
        if "UnicodeDecodeError" not in found and "UnicodeEncodeError" not in found
    ]
    assert not wrong, wrong


LONG = {
    "treatment/recording.py": "what a session records, each part by the same few steps",
    "treatment/room.py": "what the room says of a part, whatever it is",
    "clinic/session/views.py": "the pages of a session, which are one page in parts",
    "clinic/session/shown.py": "what that page shows, part by part",
    "diary/links.py": "every kind of link that is made, and how each opens",
    "diary/alerts.py": "the life of an alert, from the answer to its end",
}
"""Files of the program that nobody reads in one sitting, each with its reason."""


def test_a_file_is_read_in_one_sitting_or_says_why_not() -> None:
    sources = ROOT / "src" / "dolenti"
    long = {
        file.relative_to(sources).as_posix()
        for file in sources.rglob("*.py")
        if file.parent.name != "migrations" and len(file.read_text().splitlines()) > 500
    }
    assert long == set(LONG)
    architecture = (ROOT / "docs" / "architecture.md").read_text()
    assert all(f"`{name}`" in architecture for name in LONG)
