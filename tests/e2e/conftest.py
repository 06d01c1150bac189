# ruff: noqa: E402 - pytest may load this file before pytest-django has set the site up
"""A browser, a live site, its people, and a window for each of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta

import django
import pytest
import time_machine
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

django.setup()

from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from tests.people import code_now, enter, give_app
from tests.web.world import allow, open_every_weekday

PASSWORD = "correct horse battery"
expect.set_options(timeout=20_000)  # a loaded machine is no failure
WIDTHS = {"desk": (1280, 900), "phone": (390, 844), "small": (360, 740), "narrow": (320, 700)}
# A 4xx answer to a form is the site speaking, and a cut connection is what a test may ask for;
# the console calls both errors all the same.
EXPECTED = (
    "status of 4",
    "Response Status Error Code 4",
    "net::ERR_FAILED",
    "ERR_INTERNET_DISCONNECTED",
    "fetching the script",  # the worker of the emergency card, looked for while the line is cut
    "htmx:sendError",
    "htmx:sendAbort",  # a page that is left while a part of it was asked for
    "htmx:afterRequest",
)
OTHERS = {
    Role.NURSE: "Bob",
    Role.SECRETARY: "Sophie",
    Role.AUDITOR: "Ada",
    Role.ADMINISTRATOR: "Irène",
    Role.ANALYST: "Noé",
}


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    # Playwright runs an event loop in this thread, which makes Django fear for its connections.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module", autouse=True)
def _no_waiting_for_the_disk(django_db_setup: None) -> Iterator[None]:
    """What is written here outlives no test, so nobody waits until it lies on the disk, as each
    request of a live site did. That it does lie there is tried in tests/crash."""
    if connection.vendor != "sqlite":
        yield
        return
    options = connection.settings_dict["OPTIONS"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(options, "init_command", f"{options['init_command']}; PRAGMA synchronous=OFF")
        connections.close_all()
        yield
    connections.close_all()


@pytest.fixture
def ten_past_ten() -> Iterator[None]:
    """Tomorrow's, whatever the hour is: what is free today makes a page longer or shorter, no
    midnight cuts the day, and a cookie of the past would end at once."""
    tomorrow = timezone.localtime() + timedelta(days=1)
    with time_machine.travel(tomorrow.replace(hour=10, minute=10)):
        yield


@pytest.fixture
def alice(transactional_db: None) -> User:
    """Dr Alice, who may perform two therapies at a site that is open on weekdays."""
    site = Site.objects.create(name="North")
    user = User.objects.create_user(
        "alice@example.org", PASSWORD, name="Dr Alice", role=Role.PRACTITIONER, site=site
    )
    open_every_weekday(site)
    allow(user, "infiltration")
    allow(user, "mesotherapy")
    return user


@pytest.fixture
def person(alice: User) -> Callable[[Role], User]:
    """Whoever has a role at Dr Alice's site."""

    def of(role: Role) -> User:
        if role == Role.PRACTITIONER:
            return alice
        email = f"{role}@example.org"
        found = User.objects.filter(email=email).first()
        return found or User.objects.create_user(
            email, PASSWORD, name=OTHERS[role], role=role, site=alice.site
        )

    return of


@pytest.fixture
def secret(alice: User) -> str:
    """The secret in Dr Alice's app: her codes are made of it."""
    return give_app(alice)


def log_in(page: Page, site: object, secret: str) -> None:
    """Dr Alice comes in by the door: password, then a code."""
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
def window(browser: Browser, live_server: object) -> Iterator[Callable[..., Page]]:
    """A window of somebody who has logged in, or of a stranger; what the browser complains of
    (errors, warnings, refusals of the content policy) fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(
        user: User | None = None, width: str = "desk", language: str = "fr", **options: object
    ) -> Page:
        across, down = WIDTHS[width]
        context = browser.new_context(viewport={"width": across, "height": down}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if user is not None:
            client = Client()
            enter(client, user)
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies["sessionid"].value
        context.add_cookies(
            [{"name": k, "value": v, "url": str(live_server)} for k, v in cookies.items()]
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on(
            "console",
            lambda m: (
                complaints.append(f"{page.url} {m.text}")
                if m.type in ("error", "warning")
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(f"{page.url} {error}"))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [c for c in complaints if not any(part in c for part in EXPECTED)] == []


@pytest.fixture
def open_page(window: Callable[..., Page], alice: User, live_server: object) -> Callable[..., Page]:
    """The first page, as Dr Alice sees it after logging in."""

    def opened(width: str = "desk", **options: object) -> Page:
        page = window(alice, width, **options)
        page.goto(str(live_server))
        return page

    return opened
