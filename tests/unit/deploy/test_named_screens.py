"""A page of the screen that a guide names is called so on the screen, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NAMED = re.compile(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)(?:\s+\(«\s([^»]+)\s»\))?")
"""In italics with a capital, and its French behind it."""


def catalogues() -> set[tuple[str, str]]:
    """Every English and French of the site."""
    found = set()
    for file in (ROOT / "src" / "dolenti").rglob("locale/fr/LC_MESSAGES/django.po"):
        text = re.sub(r'"\n"', "", file.read_text("utf-8"))
        found |= set(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', text, re.MULTILINE))
    return found


def named_in(page: str) -> list[tuple[str, str]]:
    text = (ROOT / "docs" / page).read_text("utf-8")
    return [tuple(" ".join(part.split()) for part in one) for one in NAMED.findall(text)]  # type: ignore[misc]


@pytest.mark.parametrize("page", ["first-clinic.md"])
def test_what_a_guide_calls_a_screen_stands_in_a_catalogue(page: str) -> None:
    known, named = catalogues(), named_in(page)
    assert len(named) > 3
    for english, french in named:
        assert (english, french) in known, f"{english} ({french})"
