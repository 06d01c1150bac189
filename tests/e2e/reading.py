"""The Assess page worked through as a clinician does, who reads what stands there and presses it:
no id of a fact, no address, no name of a form. What it took is counted."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.rows import SETTLING

NO = re.compile(r"^(Non|Ni|Aucune?|Jamais|Pas d|Rien de cela)\b")
READ_A_SECOND, PRESS = 4, 1.2
"""Words read in a second, in silence, and seconds of a press: a model, not a measure."""
# How many stops of the Tab key lie between where the keyboard stands and an element.
_TABS = """target => {
  const stops = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter(one => one.checkVisibility() && one.tabIndex >= 0 && !one.disabled);
  const from = document.activeElement;
  const follows = (a, b) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING;
  const between = stops.filter(one => follows(from, target)
    ? follows(from, one) && !follows(target, one) : follows(target, one) && !follows(from, one));
  return Math.max(between.length, 1);
}"""


@dataclass
class Took:
    """What a case took."""

    presses: int = 0
    tabs: int = 0
    first: int = 0  # stops of the Tab key to the first question
    scrolled: float = 0  # heights of the window
    words: int = 0
    waited: float = 0  # seconds of this machine
    rows_read: set[str] = field(default_factory=set)

    @property
    def reading(self) -> int:
        """Seconds to read it all in silence and press, by the model."""
        return round(self.words / READ_A_SECOND + PRESS * self.presses)

    @property
    def screens(self) -> float:
        """Heights of the window that were scrolled."""
        return round(self.scrolled, 1)


class Reader:
    """Somebody before an open record."""

    def __init__(self, page: Page) -> None:
        self.page, self.took = page, Took()
        self.questions = page.get_by_role("region", name="Questions", exact=True)

    def settle(self) -> None:
        """Let the time pass that anybody needs to read a row: no press comes sooner."""
        self.page.clock.fast_forward(SETTLING)

    def press(self, what: Locator) -> None:
        """Press it, wherever one has to scroll to."""
        began = time.monotonic()
        what.wait_for(state="visible")
        before = self.page.evaluate("scrollY")
        self.took.tabs += what.evaluate(_TABS)
        what.click()
        self.took.presses += 1
        self.page.wait_for_load_state("load")
        size = self.page.viewport_size
        assert size is not None
        self.took.scrolled += abs(self.page.evaluate("scrollY") - before) / size["height"]
        self.took.waited += time.monotonic() - began

    def open(self, label: str) -> None:
        """Open the assessment for a therapy, from the record."""
        self.press(self.page.get_by_role("link", name=label, exact=True).first)
        expect(self.page.get_by_role("button", name="Enregistrer l’évaluation")).to_be_visible()

    def add(self, label: str) -> None:
        """Think of one therapy more."""
        chips = self.page.get_by_role("group", name="Évaluer pour")
        self.press(chips.get_by_role("link", name=label))
        expect(chips.get_by_role("link", name=label)).to_have_attribute("aria-current", "true")

    def say(self, words: str) -> None:
        """Press the words that are so."""
        what = self.questions.get_by_role("button").get_by_text(words).first
        self._answer(what)

    def no_to_all(self) -> None:
        """Read each row from the top, and say no to all of it."""
        for _ in range(30):
            buttons = self.questions.get_by_role("button", name=NO)
            if not buttons.count():
                return
            self._answer(buttons.first)
        raise AssertionError("the page never ends")

    def _answer(self, what: Locator) -> None:
        row = what.locator("xpath=ancestor::*[@role='group'][1]")
        text = row.inner_text()
        if text not in self.took.rows_read:
            self.took.rows_read.add(text)
            self.took.words += len(re.findall(r"\w[\w’'-]*", text))
        if not self.took.first:
            self.took.first = self.questions.locator("button, summary").first.evaluate(_TABS)
        began = time.monotonic()
        before = self.questions.inner_text()
        self.settle()
        self.press(what)
        self.page.wait_for_function(
            "before => document.querySelector('[aria-labelledby=questions-title]')"
            ".innerText !== before",
            arg=before,
        )
        self.took.waited += time.monotonic() - began

    def store(self) -> None:
        """Keep the assessment."""
        self.settle()
        self.press(self.page.get_by_role("button", name="Enregistrer l’évaluation"))
        expect(self.page.get_by_text("Résultat reproduit à l’identique")).to_be_visible()

    def work(self, case: dict[str, Any]) -> Took:
        """The whole case, from the open record to the stored assessment."""
        self.open(case["open"])
        for label in case.get("add", ()):
            self.add(label)
        for words in case.get("said", ()):
            self.say(words)
        if case.get("then") != "store":
            self.no_to_all()
            expect(self.page.get_by_text("Plus aucune question").first).to_be_attached()
        self.store()
        return self.took
