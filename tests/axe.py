"""What axe-core says about a page that is open in a browser."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"
_THERE = f"() => {{ {_OPEN_ALL}; return 'axe' in window }}"
# Contrast is most of axe's time, and a page repeats itself: a list of forty tiles says forty times
# the same. One text of each kind is asked. Of a kind are those that look alike, they and all they
# stand in; what is laid over something else is of no kind but its own.
_RUN = """async ([options, contrast]) => {
  const told = found => found.violations.map(
    one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`);
  const looks = ['color', 'backgroundColor', 'backgroundImage', 'opacity', 'filter', 'mixBlendMode',
    'fontSize', 'fontWeight', 'textShadow', 'visibility', 'clipPath', 'overflow'];
  const kinds = new Map([[null, '']]);
  const kind = element => {
    if (!kinds.has(element)) {
      const style = getComputedStyle(element);
      const off = element.matches(':disabled, [aria-disabled="true"]') || element.control?.disabled;
      const own = ['absolute', 'fixed'].includes(style.position) ? kinds.size : '';
      kinds.set(element, [kind(element.parentElement), element.localName, element.type || '', off,
        own, ...looks.map(look => style[look])].join());
    }
    return kinds.get(element);
  };
  const speaks = element => element.matches('input, select, textarea')
    ? element.value || element.placeholder
    : [...element.childNodes].map(one => one.nodeType === 3 ? one.data : '').join('').trim();
  const found = told(await axe.run(document, options));
  if (!contrast) return found;
  const include = new Map();
  for (const element of document.body.querySelectorAll('*')) {
    const said = speaks(element);
    if (!said || !element.checkVisibility()) continue;
    const box = element.getBoundingClientRect();
    const is_word = /[\\p{L}\\p{N}].*[\\p{L}\\p{N}]/u.test(said);  // axe leaves a mere sign alone
    const is_seen = box.width > 1 && box.height > 1 && box.right > 0 && box.bottom > 0;
    const name = `${kind(element)} ${is_word} ${is_seen}`;
    if (!include.has(name)) include.set(name, element);
  }
  if (!include.size) return found;
  const only = {...options, runOnly: {type: 'rule', values: ['color-contrast']}, rules: {}};
  return [...found, ...told(await axe.run({include: [...include.values()]}, only))];
}"""


def findings(page: Page, *, contrast: bool = True) -> list[str]:
    """What is wrong, and whether the page scrolls sideways; what is folded away is read too.

    Most of the time goes to ``contrast``, which no language changes.
    """
    page.wait_for_load_state()  # of a page that just begins there is no root to read
    if not page.evaluate(_THERE):
        page.evaluate(Axe().axe_script)
        # The pages that follow in this window find it there: a third of what handing it over costs.
        page.add_init_script(Axe().axe_script)
    options = {
        "runOnly": RULES,
        "resultTypes": ["violations"],
        "preload": {"assets": ["media"]},  # no rule among these reads the style sheets
        "rules": {
            "color-contrast": {"enabled": False},
            # Experimental in the axe that is bundled, and of WCAG 2.5.3 in those after it.
            "label-content-name-mismatch": {"enabled": True},
        },
    }
    said: list[str] = page.evaluate(_RUN, [options, contrast])
    if not fits(page):
        said.append("the page scrolls sideways")
    return said


def fits(page: Page) -> bool:
    """Whether the page is no wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
