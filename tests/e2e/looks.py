"""What every page must have, in whatever look it is shown."""

from __future__ import annotations

import os
from collections.abc import Callable

from playwright.sync_api import Page

from dolenti.access.models import User
from dolenti.access.roles import Role
from tests.axe import findings, fits
from tests.web.matrix import Listed

LOOKS: dict[str, tuple[tuple[int, str], ...]] = {
    "fr": ((1280, "light"), (390, "dark")),
    "en": ((390, "light"), (1280, "dark")),
}
"""By language, each window in it: width and colours."""
ON_THE_PHONE = ("Mes réponses", "My answers")
"""What a patient's phone calls the program: whoever looks over a shoulder learns no more."""
EVERY = "EVERY_LOOK" in os.environ
"""Whether a walk over many pages shows each in every look (``make looks``), or in one of them."""
# A bar that stays in view covers what lies under it, and would be all that is looked at there.
_UNPINNED = """() => {
  for (const element of document.querySelectorAll('body *')) {
    if (['fixed', 'sticky'].includes(getComputedStyle(element).position)) {
      element.style.position = 'static';
    }
  }
}"""
# Each thing that can hold the keyboard, with the keyboard on it: is it shown?
_UNSEEN = """() => {
  const shown = element => {
    const box = element.closest('.option') || element;
    const style = getComputedStyle(box);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
      || (style.stroke && style.stroke !== 'none' && parseFloat(style.strokeWidth) >= 2);
  };
  const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary,'
    + '[tabindex="0"]';
  const unseen = [];
  for (const element of document.querySelectorAll(all)) {
    element.focus({preventScroll: true});
    if (document.activeElement === element && !shown(element)) {
      unseen.push('no focus to be seen: ' + element.outerHTML.slice(0, 120));
    }
  }
  return unseen;
}"""
_SMALL = """() => [...document.querySelectorAll(
    'main .button, main input[type=text], main input[type=date], main select, main .option')]
  .map(element => [element.getBoundingClientRect(), element])
  .filter(([box]) => box.height > 0 && box.height < 43.5)
  .map(([box, element]) =>
    `${Math.round(box.height)} px high: ${element.outerHTML.slice(0, 90)}`)"""

# A word of letters that goes on in the next line without a hyphen, in a cell that is too narrow.
_BROKEN = """(within) => {
  const broken = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (texts.nextNode()) {
    const node = texts.currentNode, parent = node.parentElement;
    if (!parent.checkVisibility() || parent.getBoundingClientRect().width < 4) continue;
    if (parent.closest('svg, script, style, textarea, option, .hidden-text, .brand-word')) continue;
    if (!parent.closest(within)) continue;
    // A number in pairs is one word: its spaces break no line. Letters among digits are of a code,
    // as of a fingerprint, that may go on in the next line.
    const words = /(?<![\\p{L}’\\d])[\\p{L}’]{4,}(?![\\p{L}’\\d])|\\d+(?:[\\u00a0 ]\\d\\d){4}/gu;
    for (const word of node.data.matchAll(words)) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()]
        .filter((box) => box.width > 1).map((box) => Math.round(box.top)));
      if (lines.size > 1) broken.add(`a word is broken: ${word[0]}`);
    }
  }
  return [...broken];
}"""
# A tile that is lower than what stands in it.
_SPILT = """() => [...document.querySelectorAll('main .option, main .button, main .badge')]
  .filter(element => element.checkVisibility()
    && [...element.children].some(one => one.getBoundingClientRect().height
      > element.getBoundingClientRect().height + 1))
  .map(element => `what stands in it spills: ${element.outerHTML.slice(0, 90)}`)"""

# An icon that is drawn on itself: what cuts its sign out has the colour of what it is cut out of.
_BLANK = """() => {
  const probe = document.body.appendChild(document.createElement('i'));
  const said = color => { probe.style.color = color; return getComputedStyle(probe).color; };
  const cut = /#(refer|stop|dash|ask|warn|go|info)$/;
  const blank = [...document.querySelectorAll('svg.icon')].filter(icon => {
    if (!cut.test(icon.querySelector('use')?.getAttribute('href') || '')) return false;
    const style = getComputedStyle(icon);
    return said(style.getPropertyValue('--icon-paper').trim() || '#fff') === style.color;
  }).map(icon => `a blank icon: ${icon.parentElement.outerHTML.slice(0, 90)}`);
  probe.remove();
  return blank;
}"""

# With the keyboard on a field, come from below: is its label to be seen, or under the strip?
_COVERED = """() => {
  const strip = document.querySelector('.strip-section');
  if (!strip || getComputedStyle(strip).position !== 'sticky') return [];
  const covered = [];
  for (const field of document.querySelectorAll('main input, main select, main textarea')) {
    const label = field.closest('label') || document.querySelector(`label[for="${field.id}"]`);
    if (!label || !field.checkVisibility() || !label.checkVisibility()) continue;
    window.scrollTo(0, document.body.scrollHeight);
    field.focus();
    const [under, above] = [label.getBoundingClientRect(), strip.getBoundingClientRect()];
    if (under.top < above.bottom - 1 && under.bottom > above.top) {
      covered.push(`the label of ${field.name} is under the strip`);
    }
  }
  return covered;
}"""


def faults(page: Page, language: str) -> list[str]:
    """What every page must have, whatever its width and colours."""
    page.keyboard.press("Tab")  # from here on it is the keyboard that moves: focus must be shown
    found: list[str] = page.evaluate(_UNSEEN)
    for across in (320, 640):  # the narrowest telephone; 1280 px enlarged twice
        page.set_viewport_size({"width": across, "height": 700})
        if not fits(page):
            found.append(f"scrolls sideways at {across} px")
    if page.locator("html").get_attribute("lang") != language:
        found.append("says another language than it speaks")
    if page.locator("h1").count() != 1:
        found.append(f"has {page.locator('h1').count()} headings of the first level")
    title, dash, site = page.title().rpartition(" – ")
    if not title or not dash or site not in ("Dolenti", *ON_THE_PHONE):
        found.append(f"its title says nothing: {page.title()}")
    return found


def broken(page: Page, within: str = "body") -> list[str]:
    """The words of a page, or of parts of it, that go on in the next line without a hyphen."""
    found: list[str] = page.evaluate(_BROKEN, within)
    return found


def narrow(page: Page) -> list[str]:
    """The words that are broken on the narrowest telephone. Before `looked_at`, which opens what
    is folded away."""
    page.set_viewport_size({"width": 320, "height": 844})
    return broken(page)


def under_the_strip(page: Page) -> list[str]:
    """The labels that the strip of sections hides when the keyboard comes to their fields, on a
    telephone. Before `looked_at`, which unpins what stays in view."""
    found = []
    for across in (320, 390):
        page.set_viewport_size({"width": across, "height": 844})
        found += page.evaluate(_COVERED)
    return found


def unread(page: Page) -> list[str]:
    """What cannot be read at the width of a page: broken words, tiles that are too low, icons that
    are drawn on themselves."""
    found: list[str] = [*broken(page), *page.evaluate(_SPILT), *page.evaluate(_BLANK)]
    return found


def one_of_many(number: int) -> dict[str, tuple[tuple[int, str], ...]]:
    """The looks of a page of a walk over many, by its place in the walk: one, so that four pages
    beside each other are seen in all four; every one where that is wanted."""
    if EVERY:
        return LOOKS
    each = [
        (language, look)
        for looks in zip(*LOOKS.values(), strict=True)
        for language, look in zip(LOOKS, looks, strict=True)
    ]
    language, look = each[number % len(each)]
    return {language: (look,)}


def looked_at(page: Page, language: str, looks: tuple[tuple[int, str], ...] = ()) -> list[str]:
    """Everything wrong with the page that is open, in these looks, or in every one."""
    found = []
    contrast = len(looks) == 1 or language == "fr"  # seen in all, once for each width and colour
    for across, scheme in looks or LOOKS[language]:
        page.set_viewport_size({"width": across, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate(_UNPINNED)
        found += [f"{one} ({across} px, {scheme})" for one in findings(page, contrast=contrast)]
        found += [f"{one} ({across} px)" for one in unread(page)]
        if across < 400:
            found += page.evaluate(_SMALL)
    return found + faults(page, language)


def who_may(page: Listed, person: Callable[[Role], User]) -> User | None:
    """Somebody who may open a page; nobody for a stranger's."""
    return None if page.permission is None else person(page.reader)


def told(wrong: dict[str, list[str]]) -> str:
    """Every fault on a line of its own."""
    return "\n".join(f"{name}: {one}" for name, found in wrong.items() for one in found)
