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
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def locked(name: str) -> dict[str, str]:
    """The versions that a lock file pins."""
    text = (ROOT / "requirements" / name).read_text()
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.MULTILINE))


def declared() -> list[str]:
    """Every dependency that pyproject.toml declares, as written."""
    groups = PROJECT["dependency-groups"].values()
    return PROJECT["project"]["dependencies"] + [
        entry for group in groups for entry in group if isinstance(entry, str)
    ]


@pytest.mark.parametrize("dependency", declared())
def test_every_dependency_has_a_reason_beside_it(dependency):
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    assert any(re.search(rf'"{re.escape(dependency)}", *# \w', line) for line in lines)


@pytest.mark.parametrize("dependency", declared())
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
