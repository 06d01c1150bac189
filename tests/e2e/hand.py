"""Somebody before a page whose presses are counted, how far they scrolled, and what was loaded."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.e2e.rows import SETTLING

DRAWN_AGAIN = ".htmx-request, .htmx-swapping, .htmx-settling"
# How far the page is scrolled, once it moves no more.
_AT_REST = """() => new Promise(done => {
  let last = -1, still = 0;
  const look = () => {
    still = scrollY === last ? still + 1 : 0;
    last = scrollY;
    if (still > 2) done(last); else requestAnimationFrame(look);
  };
  look();
})"""

# As far as must be, and no further: what is centred when a pixel of it is hidden counts for half a
# window more on one day than on the other.
_NEAREST = "one => one.scrollIntoView({ block: 'nearest', behavior: 'instant' })"


@dataclass(frozen=True)
class Taken:
    """What an act takes: presses, heights of the window scrolled, pages loaded."""

    clicks: int
    screens: float
    pages: int


class Hand:
    """One window from the home page on: each act begins where the one before ended, and there is
    no way from page to page but by what stands on it."""

    def __init__(self, page: Page, site: object) -> None:
        self.page = page
        self.main = page.locator("main")
        self.taken: dict[str, Taken] = {}
        self.clicks, self.scrolled, self.loaded = 0, 0.0, 0
        page.goto(f"{site}/")
        page.on("domcontentloaded", self._load)

    def _load(self, _page: Page) -> None:
        self.loaded += 1

    def press(self, what: Locator) -> None:
        """Scroll to what is seen first of this kind, and press it."""
        what = what.first
        what.wait_for(state="visible")
        expect(self.page.locator(DRAWN_AGAIN)).to_have_count(0)
        before = self.page.evaluate(_AT_REST)
        what.evaluate(_NEAREST)
        height = self.page.evaluate("innerHeight")
        self.scrolled += abs(self.page.evaluate(_AT_REST) - before) / height
        what.click()
        self.clicks += 1

    def go(self, what: Locator) -> None:
        """Press what leads to a page."""
        with self.page.expect_navigation():
            self.press(what)
        self.page.wait_for_load_state("load")

    def link(self, name: str | re.Pattern[str]) -> None:
        self.go(self.main.get_by_role("link", name=name))

    def button(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        exact = isinstance(name, str)
        self.go((within or self.main).get_by_role("button", name=name, exact=exact))

    def home(self) -> None:
        """By the mark of the bar, which stands on every page."""
        self.go(self.page.locator("header .brand"))

    def section(self, name: str) -> None:
        """An entry of the bar; it stands behind its “Menu” on a telephone."""
        folded = self.page.locator(".nav-fold:not([open]) > summary")
        if folded.is_visible():
            self.press(folded)
        self.go(
            self.page.get_by_role("navigation", name="Principal").get_by_role("link", name=name)
        )

    def part(self, name: str) -> None:
        """A part of the record."""
        parts = self.page.get_by_role("navigation", name="Parties du dossier")
        self.go(parts.get_by_role("link", name=name))

    def option(self, label: str, within: Locator | None = None) -> None:
        """One answer of a group."""
        self.press((within or self.main).locator(".option", has_text=label))

    def fill(self, label: str, text: str) -> None:
        self.write(self.main.get_by_label(re.compile(f"^\\s*{label}")), text)

    def write(self, field: Locator, text: str) -> None:
        """One press, and the words typed."""
        self.press(field)
        field.first.fill(text)

    def choose(self, label: str, what: str) -> None:
        """Open a list, and take an entry of it: two presses."""
        field = self.main.get_by_label(re.compile(f"^\\s*{label}")).first
        self.press(field)
        self.page.keyboard.press("Escape")  # the list is the machine's own, which nobody sees here
        field.select_option(label=what)
        self.clicks += 1

    def look_up(self, text: str, name: str) -> None:
        """Find a patient by the field of the bar, as one types."""
        field = self.page.get_by_role("banner").get_by_role("searchbox")
        self.press(field)
        field.press_sequentially(text)
        self.go(self.page.locator("header").get_by_role("link", name=name))

    def no_to_all(self) -> None:
        """The button of each row of an assessment, from the top, once its place has settled."""
        rows = self.page.locator("#questions [data-no]")
        while left := rows.count():
            self.page.wait_for_timeout(SETTLING)
            self.press(rows)
            expect(rows).to_have_count(left - 1)
        self.page.wait_for_timeout(SETTLING)

    def done(self, act: str) -> None:
        self.taken[act] = Taken(self.clicks, round(self.scrolled, 1), self.loaded)
        self.clicks, self.scrolled, self.loaded = 0, 0.0, 0
