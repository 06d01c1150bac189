"""What is made of an edition is made once, for a few editions."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dolenti.guideline.once import once_an_edition


def edition(sha256: str) -> Any:
    return SimpleNamespace(sha256=sha256)


def test_it_is_made_once_for_as_many_editions_as_are_kept_and_the_first_goes_first() -> None:
    asked: list[str] = []

    @once_an_edition(2)
    def made(one: Any) -> list[str]:
        asked.append(one.sha256)
        return [one.sha256]

    assert made(edition("a")) is made(edition("a"))
    made(edition("b"))
    made(edition("c"))
    made(edition("b"))
    assert asked == ["a", "b", "c"]
    assert made(edition("a")) == ["a"]
    assert asked == ["a", "b", "c", "a"]


def test_a_refusal_is_not_kept() -> None:
    tried: list[str] = []

    @once_an_edition(2)
    def made(one: Any) -> str:
        tried.append(one.sha256)
        raise ValueError(one.sha256)

    for _ in range(2):
        with pytest.raises(ValueError, match="a"):
            made(edition("a"))
    assert tried == ["a", "a"]
