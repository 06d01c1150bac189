"""Tests are spread over the cores, but for what is dear to begin: that stays with one process."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import TOGETHER, Together

ROOT = Path(__file__).resolve().parents[2]


def scope_of(test: str) -> str:
    """With whom a test is sent to a process."""
    return Together._split_scope(Together.__new__(Together), test)


def test_what_is_dear_to_begin_is_one_scope() -> None:
    for where, group in TOGETHER.items():
        assert scope_of(f"{where}::test_one[a/b]") == group


def test_any_other_test_goes_by_itself() -> None:
    assert scope_of("tests/unit/test_spread.py::test_one[1]") == (
        "tests/unit/test_spread.py::test_one[1]"
    )


def test_every_place_that_stays_together_is_there() -> None:
    assert all((ROOT / where).exists() for where in TOGETHER)
