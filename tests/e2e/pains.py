"""A diagnosis, found by typing."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.rows import SETTLING


def find_diagnosis(page: Page, typed: str, label: str, *, by_press: bool = False) -> None:
    """Type what one calls it, and choose what was found; ``by_press`` of the button where no script
    listens."""
    page.locator("#id_looked_for").press_sequentially(typed, delay=15)
    if by_press:
        page.locator("button[name=look][value=typed]").click()
    found = page.locator("#id_condition .option", has_text=label).first
    expect(found).to_be_visible()
    expect(page.locator("#id_condition .option")).not_to_have_count(0)
    # Nobody reads a list sooner; and one that is drawn again meanwhile takes the next press.
    for _ in range(10):
        page.wait_for_timeout(SETTLING)
        found.click()
        if found.locator("input").is_checked():
            break
    expect(found.locator("input")).to_be_checked()
