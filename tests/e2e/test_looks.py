"""What a walk over the pages looks for is found where it stands, and only there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from dolenti.access.models import User
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


FILLED = (
    "button", "button button-quiet", "button button-small button-quiet", "button button-emergency",
    "button button-grave", "badge tone-stop", "badge status-possible", "mark",
    "mark mark-danger", "note note-stop", "note note-warn", "note note-go", "note note-info",
)  # fmt: skip
"""What has a ground of its own and holds icons."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_icon_shows_its_sign_on_every_ground(
    scheme: str, window: Callable[..., Page], alice: User, live_server: object
) -> None:
    page = window(alice)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{live_server}/")  # with the agenda's style too
    page.evaluate(
        """([filled]) => {
            const main = document.querySelector('main');
            main.replaceChildren(...filled.map(name => {
                const one = document.createElement('div');
                one.className = name;
                one.innerHTML = '<svg class="icon"><use href="#stop"></use></svg> Urgence';
                return one;
            }));
        }""",
        [FILLED],
    )
    grounds = """() => [...document.querySelectorAll('main > *')].map(one => {
        const probe = document.body.appendChild(document.createElement('i'));
        const [icon, own] = [one.firstChild, getComputedStyle(one)];
        probe.style.color = getComputedStyle(icon).getPropertyValue('--icon-paper');
        return [one.className, own.backgroundColor, getComputedStyle(probe).color];
    })"""
    wrong = [name for name, ground, paper in page.evaluate(grounds) if ground != paper]
    assert wrong == []
    assert [one for one in unread(page) if "blank" in one] == []
    page.locator(".button-emergency").evaluate(
        "one => one.style.setProperty('--icon-paper', getComputedStyle(one).color)"
    )
    assert any("blank" in one for one in unread(page))
