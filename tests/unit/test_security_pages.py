"""The pages of the security officer say what is there: each requirement once, each test a test."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "safety"
ANSWERS = ("test", "reason", "not applicable", "accepted", "open")
OF_THE_STANDARD = {"1": 70, "2": 183}
"""Requirements of each level in ASVS 5.0.0, as published."""

Row = tuple[str, str, str, str, str]


def table() -> list[Row]:
    """Each row of the table: number, level, about, answer, where and why."""
    rows = []
    for line in (PAGES / "asvs.md").read_text().splitlines():
        if line.startswith("| V"):
            number, level, about, answer, why = line.strip("| ").split(" | ")
            rows.append((number, level, about, answer, why))
    return rows


def cited(text: str) -> list[tuple[str, str]]:
    """File and function of each test that a text names."""
    return re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)


def test_every_requirement_of_both_levels_stands_once_and_in_order() -> None:
    numbers = [tuple(int(n) for n in row[0][1:].split(".")) for row in table()]
    assert numbers == sorted(set(numbers))
    assert Counter(row[1] for row in table()) == OF_THE_STANDARD


def test_every_requirement_has_a_test_or_says_why_not() -> None:
    for number, _, about, answer, why in table():
        assert about, number
        assert answer in ANSWERS, number
        assert why, number
        assert (answer == "test") == bool(cited(why)), number


def test_the_counts_of_the_page_are_those_of_its_rows() -> None:
    counted = Counter((row[1], row[3]) for row in table())
    said = {
        (level, answer): int(count)
        for answer, *counts in re.findall(
            r"^\| ([a-z ]+) \| (\d+) \| (\d+) \|$", (PAGES / "asvs.md").read_text(), re.MULTILINE
        )
        for level, count in zip("12", counts, strict=True)
    }
    for level, total in OF_THE_STANDARD.items():
        assert said.pop((level, "all")) == total
    assert {cell: count for cell, count in said.items() if count} == counted


@pytest.mark.parametrize("page", ["asvs.md", "threats.md"])
def test_every_test_and_every_file_that_a_page_names_is_there(page: str) -> None:
    text = (PAGES / page).read_text()
    assert cited(text)
    for file, name in cited(text):
        assert re.search(rf"^ *def {name}\(", (ROOT / file).read_text(), re.MULTILINE), (file, name)
    for file in re.findall(r"`((?:docs|tests|src)/[\w/.-]+)`", text):
        assert (ROOT / file).exists(), file


@pytest.mark.parametrize("page", ["compatibility.md", "hosting.md", "releases.md"])
def test_every_file_that_a_page_for_the_operator_names_is_there(page: str) -> None:
    text = (ROOT / "docs" / page).read_text()
    named = re.findall(r"`((?:docs|tests|src|deploy)/[\w/.-]+)`", text)
    linked = re.findall(r"\]\(([\w./-]+\.md)\)", text)
    assert named or linked
    for file in named:
        assert (ROOT / file).exists(), file
    for file in linked:
        assert (ROOT / "docs" / file).exists(), file
