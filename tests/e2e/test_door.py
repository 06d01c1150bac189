"""Passkeys, codes and the pages at the door, in a real browser with an authenticator of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from tests.axe import findings
from tests.people import code_now

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
WIDTHS = {"desk": (1280, 900), "phone": (390, 844)}
# What the computer of a person with a fingerprint reader offers to a browser.
READER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


BEFORE = (
    "account_login",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
)
INSIDE = (
    "mfa_index",
    "account_change_password",
    "mfa_generate_recovery_codes",
    "usersessions_list",
    "mfa_view_recovery_codes",
    "mfa_reauthenticate_webauthn",
)


@pytest.fixture
def new(alice: User) -> User:
    """Dr Nora, whose account was made today: a password, and nothing else yet."""
    return User.objects.create_user(
        "nora@example.org", PASSWORD, name="Dr Nora", role=Role.PRACTITIONER, site=alice.site
    )


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A window of a new browser; what it complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(width: str = "desk", reader: bool = True, language: str = "fr") -> Page:
        across, down = WIDTHS[width]
        context = browser.new_context(viewport={"width": across, "height": down})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if reader:
            devices = context.new_cdp_session(page)
            devices.send("WebAuthn.enable")
            devices.send("WebAuthn.addVirtualAuthenticator", {"options": READER})
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [c for c in complaints if "status of 4" not in c] == []


def type_password(page: Page, site: object) -> None:
    page.goto(f"{site}/login/")
    page.get_by_label("Adresse électronique").fill("nora@example.org")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def add_passkey(page: Page, name: str) -> None:
    heading(page, "Ajouter une clé d’accès")
    page.get_by_label("Nom de la clé").fill(name)
    page.get_by_role("button", name="Ajouter la clé d’accès").click()


def log_out(page: Page) -> None:
    """By the way out; on a telephone it stands in the menu."""
    menu = page.locator(".nav-fold:not([open]) > summary")
    if menu.is_visible():
        menu.click()
    page.get_by_role("button", name="Se déconnecter").click()
    heading(page, "Se connecter")


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_passkey_is_set_up_at_the_first_log_in_and_then_opens_alone(
    width: str, window: Callable[..., Page], live_server: object, new: User
) -> None:
    page = window(width)
    type_password(page, live_server)
    heading(page, "Une dernière étape avant de commencer")
    page.get_by_role("link", name="Créer une clé d’accès").click()
    add_passkey(page, "mon bureau")
    heading(page, "Codes de secours")
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="Je les ai notés : continuer").click()
    page.wait_for_url(f"{live_server}/")
    page.goto(f"{live_server}{reverse('mfa_index')}")
    expect(page.get_by_text("mon bureau").first).to_be_visible()
    expect(page.get_by_text("suffit à se connecter")).to_be_visible()
    log_out(page)

    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    page.wait_for_url(f"{live_server}/")
    stored = Authenticator.objects.get(user=new, type="webauthn")
    assert stored.last_used_at is not None


def test_a_passkey_is_the_second_step_after_the_password(
    window: Callable[..., Page], live_server: object, new: User
) -> None:
    page = window()
    type_password(page, live_server)
    page.get_by_role("link", name="Créer une clé d’accès").click()
    page.get_by_label("L’utiliser seule").uncheck()
    add_passkey(page, "")
    heading(page, "Codes de secours")
    log_out(page)
    type_password(page, live_server)
    heading(page, "Double authentification")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url(f"{live_server}/")


def test_a_passkey_of_somebody_else_opens_nothing_and_the_page_says_so(
    window: Callable[..., Page], live_server: object, new: User
) -> None:
    page = window()
    type_password(page, live_server)
    page.get_by_role("link", name="Créer une clé d’accès").click()
    add_passkey(page, "")
    heading(page, "Codes de secours")
    log_out(page)
    Authenticator.objects.filter(user=new).delete()
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    expect(page.get_by_text("n’est pas reconnue")).to_be_visible()
    heading(page, "Se connecter")


def test_a_passkey_is_removed_when_another_way_is_left(
    window: Callable[..., Page], live_server: object, new: User
) -> None:
    page = window()
    type_password(page, live_server)
    page.get_by_role("link", name="Créer une clé d’accès").click()
    add_passkey(page, "vieux téléphone")
    heading(page, "Codes de secours")
    for last in (True, False):
        page.goto(f"{live_server}{reverse('mfa_index')}")
        page.get_by_role("link", name="Retirer vieux téléphone").click()
        heading(page, "Retirer la clé d’accès")
        page.get_by_role("button", name="Retirer la clé d’accès").click()
        heading(page, "Votre compte")
        if last:
            expect(page.get_by_text("ajoutez un autre moyen")).to_be_visible()
            page.get_by_role("link", name="Configurer l’application").click()
            set_up_app(page)
    expect(page.get_by_text("vieux téléphone")).to_have_count(0)


def set_up_app(page: Page) -> str:
    heading(page, "Configurer l’application")
    picture = page.locator("img.qr")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    page.get_by_text("Sans appareil photo").click()
    secret = page.locator("code.key").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(code_now(secret))
    page.get_by_role("button", name="Vérifier et terminer").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Configurer l’application")
    return secret


def test_an_app_is_set_up_by_its_picture_and_asked_at_the_next_log_in(
    window: Callable[..., Page], live_server: object, new: User
) -> None:
    page = window("phone", reader=False)
    type_password(page, live_server)
    page.get_by_role("link", name="Configurer l’application").click()
    secret = set_up_app(page)
    heading(page, "Codes de secours")
    log_out(page)
    type_password(page, live_server)
    heading(page, "Double authentification")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("Code incorrect")).to_be_visible()
    expect(page.get_by_label("Code")).to_be_focused()
    page.get_by_label("Code").fill(code_now(secret))
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url(f"{live_server}/")


def test_where_no_passkey_can_be_made_the_page_offers_the_app(
    browser: Browser, live_server: object, new: User
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        type_password(page, live_server)
        page.get_by_role("link", name="Créer une clé d’accès").click()
        expect(page.get_by_role("button", name="Ajouter la clé d’accès")).to_be_hidden()
        page.get_by_role("link", name="Configurer l’application").click()
        heading(page, "Configurer l’application")


def test_a_site_that_asks_less_says_so_on_every_page(
    window: Callable[..., Page], live_server: object, new: User
) -> None:
    Site.objects.filter(pk=new.site_id).update(policies={"second-step-for": "nobody"})
    page = window("phone")
    type_password(page, live_server)
    page.wait_for_url(f"{live_server}/")
    said = page.get_by_role(
        "link", name="Cette installation n’exige pas la double authentification"
    )
    expect(said).to_be_visible()
    assert findings(page) == []


@pytest.mark.parametrize("width,language", [("desk", "fr"), ("phone", "en")])
def test_axe_finds_nothing_at_the_door(
    width: str, language: str, window: Callable[..., Page], live_server: object, new: User
) -> None:
    page = window(width)
    wrong: dict[str, list[str]] = {}

    def look(name: str) -> None:
        found = findings(page)
        if found:
            wrong[name] = found

    page.context.add_cookies(
        [{"name": "django_language", "value": language, "url": str(live_server)}]
    )
    for name in BEFORE:
        page.goto(f"{live_server}{reverse(name)}")
        look(name)
    page.goto(f"{live_server}/login/")
    page.locator("main form.panel button").click()
    look("log-in with mistakes")
    page.locator("#id_login").fill("nora@example.org")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form.panel button").click()
    page.wait_for_url("**/account/")
    look("the second step owed")
    for name in ("mfa_activate_totp", "account_reauthenticate", "mfa_add_webauthn"):
        page.goto(f"{live_server}{reverse(name)}")
        look(name)
    page.locator("#id_name").fill("key")
    page.locator("#passkey").click()
    page.wait_for_url("**/account/codes/")
    look("recovery codes")
    for name in INSIDE:
        page.goto(f"{live_server}{reverse(name)}")
        look(name)
    assert wrong == {}
