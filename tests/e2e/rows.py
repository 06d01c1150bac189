"""The rows of the Assess page, pressed at the pace of a person."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import Page, expect

SETTLING = 650  # ms after which a place that changed takes a press again


def no_to_all(page: Page) -> int:
    """Press the button of each row, from the top, until none is left; how many rows it took.

    A busy machine may settle later than it answers: who sees nothing happen presses again.
    """
    buttons = page.locator("#questions [data-no]")
    rows = 0
    while left := buttons.count():
        for _ in range(4):
            page.wait_for_timeout(SETTLING)
            buttons.first.click()
            with suppress(AssertionError):
                expect(buttons).to_have_count(left - 1, timeout=5000)
                break
        expect(buttons).to_have_count(left - 1)
        rows += 1
    page.wait_for_timeout(SETTLING)
    return rows
