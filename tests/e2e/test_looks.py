"""What a walk over the pages looks for is found where it stands, and only there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.looks import unread

pytestmark = pytest.mark.browser
TILE = (
    '<main><label class="option" style="display: flex; align-items: center; width: 90px; {height}">'
    "<span>Une douleur de la cheville ou du pied</span></label></main>"
)
CELL = '<main><p style="width: 5em; overflow-wrap: {wrap}">Consultation demain</p></main>'


def test_a_word_that_goes_on_in_the_next_line_is_told(window: Callable[..., Page]) -> None:
    page = window()
    page.set_content(CELL.format(wrap="anywhere"))
    assert unread(page) == ["a word is broken: Consultation"]
    page.set_content(CELL.format(wrap="normal"))
    assert unread(page) == []


def test_a_tile_lower_than_what_it_says_is_told(window: Callable[..., Page]) -> None:
    page = window()
    page.set_content(TILE.format(height="height: 30px"))
    assert any("spills" in one for one in unread(page))
    page.set_content(TILE.format(height="min-height: 30px"))
    assert unread(page) == []


def test_a_fingerprint_may_go_on_in_the_next_line(window: Callable[..., Page]) -> None:
    page = window()
    page.set_content(
        '<main><p style="width: 5em; overflow-wrap: anywhere">fedfd0badcafe4fedfd9</p></main>'
    )
    assert unread(page) == []
