"""The page for whoever sets up a real clinic leads to one: docs/first-clinic.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.first_clinic import HEADINGS, STEPS, TLS, Machine, led
from tests.machine import needed

pytestmark = pytest.mark.browser


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.end()


@pytest.mark.parametrize("kind", TLS)
def test_the_page_leads_from_an_empty_machine_to_a_clinic(
    machine: Machine, browser: Browser, chromium: str, kind: str
) -> None:
    assert STEPS.keys() == {"1", "2", "3", "4", "5", "6", "7", "caddy", "9", "10", "11"}
    needed(kind)
    assert list(led(machine, browser.browser_type, chromium, kind)) == list(HEADINGS)
