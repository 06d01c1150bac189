"""What axe-core says about a page that is open in a browser."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"
_RUN = """options => axe.run(document, options).then(found => found.violations.map(
    one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`))"""


def findings(page: Page, *, contrast: bool = True) -> list[str]:
    """What is wrong, and whether the page scrolls sideways; what is folded away is read too.

    Most of the time goes to ``contrast``, which no language changes.
    """
    page.evaluate(_OPEN_ALL)
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    said: list[str] = page.evaluate(
        _RUN,
        {
            "runOnly": RULES,
            "resultTypes": ["violations"],
            "rules": {
                "color-contrast": {"enabled": contrast},
                # Experimental in the axe that is bundled, and of WCAG 2.5.3 in those after it.
                "label-content-name-mismatch": {"enabled": True},
            },
        },
    )
    if not fits(page):
        said.append("the page scrolls sideways")
    return said


def fits(page: Page) -> bool:
    """Whether the page is no wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
