"""What axe-core says about a page that is open in a browser."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def findings(page: Page) -> list[str]:
    """What is wrong, and whether the page scrolls sideways; what is folded away is read too."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    found = Axe().run(page, options=RULES).response["violations"]
    said = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]
    if not page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
        said.append("the page scrolls sideways")
    return said
