"""The example changes of the contributing guide: each applies to today's tree and is sound there.

Where one does not apply any more, because a line beside it was changed: apply it by hand to a clean
tree, and write it anew with ``git add -N . && git diff -U2 > docs/examples/….patch``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dolenti.guideline.checking import check
from dolenti.guideline.honesty import check_honesty
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.loading import folder_texts, load_edition
from dolenti.guideline.mixture import check_mixtures
from dolenti.guideline.reviews import check_reviews

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.pyc", "vendor", "e2e", "crash", "archive")
KNOWLEDGE = ["src/dolenti/knowledge"]
DJANGO = """
import django
from django.core.management import call_command
django.setup()
call_command("check", fail_level="WARNING")
call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
"""


@pytest.fixture
def applied(tmp_path: Path) -> Callable[[str], Path]:
    """A copy of the tree with an example applied, and its folder."""

    def apply(name: str) -> Path:
        patch = EXAMPLES / f"{name}.patch"
        folders = (
            ["src", "tests", "requirements"] if "+++ b/tests/" in patch.read_text() else KNOWLEDGE
        )
        for folder in folders:
            shutil.copytree(ROOT / folder, tmp_path / folder, ignore=NOT_COPIED)
        shutil.copy(ROOT / "pyproject.toml", tmp_path)
        command = ["git", "apply", "--whitespace=error", str(patch)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{patch.name} does not apply: {done.stderr}{__doc__}"
        return tmp_path

    return apply


def run(folder: Path, *arguments: str) -> None:
    """Python there, as a newcomer runs it."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = {
        **kept,
        "PYTHONPATH": str(folder / "src"),
        "DOLENTI_DATA": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "dolenti.config.settings",
    }
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def sound(folder: Path) -> Edition:
    """The knowledge there, as ``dolenti knowledge check`` looks at it."""
    edition = load_edition(folder_texts(folder / "src" / "dolenti" / "knowledge"))
    problems = check(edition) or [
        *check_honesty(edition), *check_reviews(edition), *check_mixtures(edition)
    ]  # fmt: skip
    assert problems == []
    return edition


def test_a_therapy(applied: Callable[[str], Path]) -> None:
    edition = sound(applied("adding-a-therapy"))
    (stones,) = (one for one in edition.therapies if one.id == "warm-stones")
    assert not edition.verified(stones.description.sources), (
        "what is invented never stands as verified"
    )
    assert all("nvent" in one.because.en for one in stones.criteria), "and says so"


def test_a_questionnaire(applied: Callable[[str], Path]) -> None:
    edition = sound(applied("adding-a-questionnaire"))
    (stiffness,) = (one for one in edition.measures if one.id == "stiffness")
    assert not edition.verified(stiffness.sources)


def test_a_table(applied: Callable[[str], Path]) -> None:
    folder = applied("adding-a-table")
    run(folder, "-c", DJANGO)
    run(folder, "-m", "pytest", "-q", "tests/web/test_companions.py")


def test_a_page(applied: Callable[[str], Path]) -> None:
    approved = "tests/web/test_permissions.py::test_every_page_is_as_it_was_approved"
    run(applied("adding-a-page"), "-m", "pytest", "-q", "tests/web/test_opening_times.py", approved)


def test_the_guide_shows_each_of_them_and_none_that_is_not_there() -> None:
    shown = set(
        re.findall(r"docs/examples/([\w-]+\.patch)", (ROOT / "CONTRIBUTING.md").read_text())
    )
    assert shown == {one.name for one in EXAMPLES.iterdir()}
