"""Somebody who has a keyboard and no pointer, and knows of a page what it says where the keyboard
is: names of links, buttons and fields.

At every stop the keyboard is seen: its place is marked, and nothing lies over it. Whatever a page
draws again, the keyboard is somewhere afterwards, and never on the yes of a question.
"""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, expect

MOST_STOPS = 150
# What somebody hears or reads of where the keyboard is: its name, and in which group it stands.
_NAME = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return "";
  const said = id => id.split(/\\s+/).map(one => document.getElementById(one))
    .filter(Boolean).map(one => one.innerText || one.textContent).join(" ");
  const own = here.getAttribute("aria-label")
    || (here.hasAttribute("aria-labelledby") && said(here.getAttribute("aria-labelledby")))
    || (here.labels && [...here.labels].map(one => one.innerText).join(" "))
    || here.innerText || here.textContent || here.title || "";
  return own.replace(/\\s+/g, " ").trim();
}"""
# Why the keyboard cannot be seen where it is; nothing where it can.
_HIDDEN = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return "nowhere";
  const shown = [here, here.parentElement, ...(here.labels || [])].filter(Boolean).some(one => {
    const style = getComputedStyle(one);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
      || style.boxShadow !== "none";
  });
  if (!shown) return "unmarked";
  let box = here.getBoundingClientRect();
  const label = here.labels && here.labels[0];
  if ((box.width < 2 || box.height < 2) && label) box = label.getBoundingClientRect();
  if (box.bottom < 1 || box.top > innerHeight - 1) return "off the screen";
  const across = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
  for (const part of [0.5, 0.15, 0.85]) {
    const down = Math.min(Math.max(box.top + box.height * part, 1), innerHeight - 1);
    const there = document.elementFromPoint(across, down);
    if (there && (here.contains(there) || there.contains(here)
      || (label && (label.contains(there) || there.contains(label))))) return "";
  }
  return "covered";
}"""
# Of a page that draws part of itself again: where the keyboard was left.
_WATCH = """() => {
  const key = "keyboard-left";
  let had = false;
  document.addEventListener("htmx:beforeSwap", () => {
    had = document.activeElement && document.activeElement !== document.body;
  }, true);
  document.addEventListener("htmx:afterSettle", () => setTimeout(() => {
    const here = document.activeElement;
    let wrong = "";
    if (had && (!here || here === document.body)) wrong = "lost";
    else if (here && here.closest("#questions") && here.matches(
      ".phrase-yes, button[value=yes]")) wrong = "on a yes: " + here.textContent.trim();
    if (wrong) sessionStorage.setItem(key, (sessionStorage.getItem(key) || "")
      + location.pathname + " " + wrong + "; ");
  }, 0));
}"""


class Keyboard:
    """Tab, Shift-Tab, arrows, Enter, Space, letters."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stops: list[str] = []
        page.add_init_script(f"({_WATCH})()")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    @property
    def name(self) -> str:
        """What is said of where the keyboard is."""
        return str(self.page.evaluate(_NAME))

    def seen(self) -> None:
        """The keyboard can be seen where it is, once the page stands still: while a part of it is
        drawn again it is for a moment nowhere."""
        until = time.monotonic() + 2
        while (why := self.page.evaluate(_HIDDEN)) and time.monotonic() < until:
            self.page.wait_for_timeout(50)
        assert not why, f"{self.page.url}: the keyboard is {why} at “{self.name}”"

    def reach(self, name: str, *, back: bool = False) -> None:
        """Tab (or Shift-Tab) to what has this name, seen at every stop on the way."""
        self.stops = []
        for _ in range(MOST_STOPS):
            self.press("Shift+Tab" if back else "Tab")
            # The end of the page is the browser's own frame: no stop of the page.
            if self.page.evaluate("document.activeElement === document.body"):
                continue
            self.seen()
            self.stops.append(self.name)
            if re.search(name, self.stops[-1]):
                return
        raise AssertionError(f"{self.page.url}: no way to “{name}”, but to {self.stops}")

    def go(self, name: str, *, back: bool = False) -> None:
        """Reach a link or a button that leads to a page, and press it."""
        self.reach(name, back=back)
        self.enter()

    def enter(self) -> None:
        """Press Enter, which leads to a page."""
        with self.page.expect_navigation():
            self.press("Enter")
        self.page.wait_for_load_state("load")

    def write(self, name: str, text: str) -> None:
        """Reach a field, and write in it over what stands there."""
        self.reach(name)
        self.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, group: str, name: str) -> None:
        """Reach a group of answers of which one holds, and go to the answer by the arrows."""
        self.reach(group)
        for _ in range(30):
            if re.search(name, self.name):
                self.press("Space")
                return
            self.press("ArrowDown")
            self.seen()
        raise AssertionError(f"{self.page.url}: no answer “{name}” in “{group}”")

    def tick(self, name: str) -> None:
        self.reach(name)
        self.press("Space")
        expect(self.page.locator(":focus")).to_be_checked()

    def never_lost(self) -> None:
        """No redrawn page left the keyboard nowhere, or on a yes."""
        assert self.page.evaluate("sessionStorage.getItem('keyboard-left') || ''") == ""
