# ruff: noqa: E402 - pytest may load this file before pytest-django has set the site up
"""A browser, a live site, and Dr Alice with a password and an authenticator app."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import django
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

django.setup()

from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from tests.people import code_now, give_app

PASSWORD = "correct horse battery"
expect.set_options(timeout=20_000)  # a loaded machine is no failure
WIDTHS = {"desk": (1280, 900), "phone": (390, 844), "narrow": (320, 700)}


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    # Playwright runs an event loop in this thread, which makes Django fear for its connections.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def alice(transactional_db: None) -> User:
    site = Site.objects.create(name="North")
    return User.objects.create_user(
        "alice@example.org", PASSWORD, name="Dr Alice", role=Role.PRACTITIONER, site=site
    )


@pytest.fixture
def secret(alice: User) -> str:
    """The secret in Dr Alice's app: her codes are made of it."""
    return give_app(alice)


def log_in(page: Page, site: object, secret: str) -> None:
    page.goto(f"{site}/login/")
    page.get_by_label("Adresse électronique").fill("alice@example.org")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    # A code counts once: somebody who logs in again at once has the one of the next step.
    for step in (0, 1):
        page.get_by_label("Code").fill(code_now(secret, step))
        with page.expect_navigation():
            page.get_by_role("button", name="Continuer").click()
        if not page.url.endswith("/login/code/"):
            break
    page.wait_for_url(f"{site}/")


@pytest.fixture
def open_page(browser: Browser, live_server: object, secret: str) -> Iterator[Callable[..., Page]]:
    """Opens a page for Dr Alice, logged in; what the browser complains of fails the test."""
    contexts = []
    complaints: list[str] = []

    def opened(width: str = "desk", **options: object) -> Page:
        across, down = WIDTHS[width]
        context = browser.new_context(viewport={"width": across, "height": down}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on(
            "console",
            lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        log_in(page, live_server, secret)
        return page

    yield opened
    for context in contexts:
        context.close()
    # A 4xx answer to a form is the site speaking, and a cut connection is what a test may ask for;
    # the console calls both errors all the same.
    expected = ("status of 4", "net::ERR_FAILED", "htmx:sendError", "htmx:afterRequest")
    assert [c for c in complaints if not any(part in c for part in expected)] == []
