"""Who gets in, by what, for how long, and what is written down about it."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.core import mail
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access import policies, recovery, second_step, sessions
from dolenti.access.mail import read_mail_address
from dolenti.access.models import AuditEntry, Site, User
from dolenti.access.roles import Role
from dolenti.work.worker import do_all
from tests.passkeys import Key
from tests.people import code_now, enter, give_app, log_in

pytestmark = pytest.mark.any_database

PASSWORD = "correct horse battery"
HOME = "/"


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def sam(north: Site) -> User:
    """A secretary: no role of whom more than a password is asked."""
    return User.objects.create_user(
        "sam@example.org", PASSWORD, name="Sam", role=Role.SECRETARY, site=north
    )


@pytest.fixture
def alice_at_work(alice: User) -> User:
    return with_password(alice)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def send_code(client: Client, code: str) -> Any:
    return client.post(reverse("mfa_authenticate"), {"code": code})


def trail() -> list[tuple[str, str]]:
    entries = AuditEntry.objects.filter(kind="account").order_by("sequence")
    return list(entries.values_list("action", "outcome"))


# --- The password --------------------------------------------------------------------------------


def test_a_secretary_logs_in_by_password(client: Client, sam: User) -> None:
    assert log_in(client, sam.email, PASSWORD).headers["Location"] == HOME
    assert is_in(client)
    assert trail() == [("log-in", "done")]


def test_the_capitals_of_an_address_do_not_matter(client: Client, sam: User) -> None:
    log_in(client, "SAM@Example.org", PASSWORD)
    assert is_in(client)


def test_after_log_in_one_is_where_one_wanted_to_be(client: Client, sam: User) -> None:
    wanted = client.get(reverse("usersessions_list")).headers["Location"]
    response = client.post(wanted, {"login": sam.email, "password": PASSWORD})
    assert response.headers["Location"] == reverse("usersessions_list")


def test_after_log_in_nobody_is_led_to_another_site(client: Client, sam: User) -> None:
    response = client.post(
        "/login/?next=https://example.net/", {"login": sam.email, "password": PASSWORD}
    )
    assert response.headers["Location"] == HOME


def test_a_session_from_before_log_in_opens_nothing(client: Client, sam: User) -> None:
    session = client.session
    session["seen"] = True
    session.save()
    before = str(session.session_key)
    log_in(client, sam.email, PASSWORD)
    assert client.session.session_key not in (None, before)
    assert not client.session.exists(before)


def test_a_wrong_password_says_no_more_than_an_unknown_address(client: Client, sam: User) -> None:
    wrong = log_in(client, sam.email, "wrong")
    unknown = log_in(client, "nobody@example.org", "wrong")
    said = "Adresse électronique ou mot de passe incorrect"
    for response in (wrong, unknown):
        assert response.status_code == 422
        assert said in response.content.decode()
    assert not is_in(client)


def test_the_typed_address_is_kept_and_the_password_is_not(client: Client, sam: User) -> None:
    page = log_in(client, sam.email, "wrong word").content.decode()
    assert f'value="{sam.email}"' in page
    assert "wrong word" not in page


def test_what_a_stranger_types_is_not_kept(client: Client, sam: User) -> None:
    log_in(client, "my-password-by-mistake@example.org", "wrong")
    log_in(client, sam.email, "wrong")
    first, second = AuditEntry.objects.order_by("sequence")
    assert (first.action, first.outcome, first.actor, first.object_id) == (
        "log-in",
        "failed",
        "",
        "",
    )
    assert "mistake" not in str(first.detail)
    assert (second.actor, second.object_id) == ("", sam.public_id)


def test_a_closed_account_does_not_log_in(client: Client, sam: User) -> None:
    sam.is_active = False
    sam.save()
    response = log_in(client, sam.email, PASSWORD)
    assert response.headers["Location"] == reverse("account_inactive")
    assert not is_in(client)
    assert trail() == [("log-in", "refused")]


def test_an_address_that_was_changed_opens_nothing_any_more(client: Client, sam: User) -> None:
    log_in(client, sam.email, PASSWORD)
    client.post(reverse("account_reset_password"), {"email": sam.email})
    client.post(reverse("account_logout"))
    User.objects.filter(pk=sam.pk).update(email="sam.new@example.org")
    assert log_in(client, "sam@example.org", PASSWORD).status_code == 422
    assert not EmailAddress.objects.exists()  # no second list of addresses


def test_nobody_signs_up() -> None:
    from django.urls import NoReverseMatch

    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


# --- Guessing ------------------------------------------------------------------------------------


def guess(client: Client, email: str, times: int) -> None:
    for _ in range(times):
        log_in(client, email, "wrong")


def test_after_five_wrong_passwords_not_even_the_right_one_is_looked_at(
    client: Client, sam: User
) -> None:
    guess(client, sam.email, 5)
    response = log_in(Client(REMOTE_ADDR="10.1.1.1"), sam.email, PASSWORD)
    assert response.status_code == 422
    assert "Trop de tentatives" in response.content.decode()
    assert trail()[-1] == ("log-in", "refused")


def test_five_minutes_later_the_account_opens_again(client: Client, sam: User) -> None:
    guess(client, sam.email, 5)
    with time_machine.travel(timezone.localtime() + timedelta(minutes=5, seconds=1)):
        log_in(client, sam.email, PASSWORD)
    assert is_in(client)


def test_an_address_that_tries_many_accounts_is_stopped(client: Client, sam: User) -> None:
    for number in range(50):
        log_in(client, f"person{number}@example.org", "wrong")
    assert "Trop de tentatives" in log_in(client, sam.email, PASSWORD).content.decode()
    other = Client(REMOTE_ADDR="10.1.1.1")
    log_in(other, sam.email, PASSWORD)
    assert is_in(other)


def test_right_passwords_of_a_whole_clinic_behind_one_address_pass(sam: User) -> None:
    for _ in range(60):
        client = Client()
        log_in(client, sam.email, PASSWORD)
        assert is_in(client)


def test_a_flood_from_one_address_gets_a_page_that_says_so(client: Client, sam: User) -> None:
    for number in range(120):
        client.post("/login/", {"login": "", "password": str(number)})
    response = client.post("/login/", {"login": "", "password": ""})
    assert response.status_code == 429
    assert "Trop de tentatives" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_count_holds_in_another_process(client: Client, sam: User) -> None:
    guess(client, sam.email, 5)
    database = connection.settings_dict["NAME"]
    program = (
        "import django, sys; from django.conf import settings; django.setup();"
        "settings.ALLOWED_HOSTS = ['testserver'];"
        "from django.db import connections;"
        f"connections.databases['default']['NAME'] = {str(database)!r};"
        "from tests.people import log_in; from django.test import Client;"
        f"response = log_in(Client(), {sam.email!r}, {PASSWORD!r});"
        "sys.stdout.write(str(response.status_code) + response.content.decode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.startswith("422")
    assert "Trop de tentatives" in done.stdout


def test_the_counts_are_kept_where_every_process_looks() -> None:
    backend = settings.CACHES["default"]["BACKEND"]
    assert backend == "django.core.cache.backends.db.DatabaseCache"
    assert caches["default"]._max_entries >= 100_000


# --- The second step ----------------------------------------------------------------------------


def test_a_practitioner_without_a_second_step_is_sent_to_set_one_up(
    client: Client, alice_at_work: User
) -> None:
    response = client.post(
        "/login/", {"login": alice_at_work.email, "password": PASSWORD}, follow=True
    )
    assert response.request["PATH_INFO"] == reverse("mfa_index")
    assert "Une dernière étape avant de commencer" in response.content.decode()
    assert client.get(reverse("knowledge")).headers["Location"] == reverse("mfa_index")


@pytest.mark.parametrize("role", list(Role))
def test_the_roles_that_must_are_practitioner_and_administrator(role: Role, alice: User) -> None:
    alice.role = role
    assert second_step.is_required(alice) == (role in (Role.PRACTITIONER, Role.ADMINISTRATOR))


def test_a_site_asks_more_or_less_by_its_own_policy(
    alice: User, bob: User, north: Site, client: Client
) -> None:
    north.policies = {policies.SECOND_STEP_FOR: "nurse"}
    north.save()
    alice, bob = User.objects.get(pk=alice.pk), User.objects.get(pk=bob.pk)
    assert second_step.is_required(bob)
    assert not second_step.is_required(alice)
    client.force_login(alice)
    page = client.get(reverse("mfa_index")).content.decode()
    assert (
        page.count("n’exige pas la double authentification") == 2
    )  # said on the page, and on every page


def test_a_changed_role_is_asked_at_once(client: Client, sam: User) -> None:
    log_in(client, sam.email, PASSWORD)
    User.objects.filter(pk=sam.pk).update(role=Role.PRACTITIONER)
    assert client.get(HOME).headers["Location"] == reverse("mfa_index")


@pytest.mark.parametrize("text", ["", "practitoner", "nurse, nobody"])
def test_a_mistyped_role_is_refused_and_asks_nobody_less(text: str) -> None:
    with pytest.raises(ValueError, match="names no roles"):
        policies.roles_in(text)


@pytest.mark.django_db(transaction=True)  # what allauth does on commit must happen in the request
def test_an_app_is_set_up_and_opens_the_site(client: Client, alice_at_work: User) -> None:
    log_in(client, alice_at_work.email, PASSWORD)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = client.session["mfa.totp.secret"]
    assert secret[:4] + " " + secret[4:8] in page
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert wrong.status_code == 422
    assert client.get(HOME).headers["Location"] == reverse("mfa_index")
    response = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    assert response.headers["Location"] == reverse("mfa_view_recovery_codes")
    shown = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert len(re.findall(r"<code[^>]*>\d{8}</code>", shown)) == 10
    _is_kept_hashed(alice_at_work, client, re.findall(r">(\d{8})</code>", shown))
    again = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert not re.search(r"\d{8}</code>", again)
    assert client.get(HOME).status_code == 200
    assert ("second-step-add", "done") in trail()


def _is_kept_hashed(user: User, client: Client, codes: list[str]) -> None:
    """Nothing in the account or the session is a code, or leads to one by the key of the site."""
    kept = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    assert kept.data.keys() == {"rounds", "salt", "hashes", "viewed_at"}
    assert kept.data["rounds"] >= 600_000
    assert recovery.WAITING not in client.session
    assert not any(code in json.dumps([kept.data, dict(client.session)]) for code in codes)
    assert len({*kept.data["hashes"]}) == 10
    salt = bytes.fromhex(kept.data["salt"])
    proved = hashlib.pbkdf2_hmac("sha256", codes[3].encode(), salt, kept.data["rounds"])
    assert kept.data["hashes"][3] == proved.hex()
    other = RecoveryCodes.activate(user)
    assert type(other) is recovery.HashedCodes
    assert other.get_unused_codes() == [""] * 10


def test_the_password_alone_is_half_the_way(client: Client, alice_at_work: User) -> None:
    secret = give_app(alice_at_work)
    response = log_in(client, alice_at_work.email, PASSWORD)
    assert response.headers["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    assert send_code(client, "000000").status_code == 422
    assert not is_in(client)
    assert send_code(client, code_now(secret)).headers["Location"] == HOME
    assert client.get(HOME).status_code == 200
    assert trail() == [("log-in", "failed"), ("log-in", "done")]


@pytest.mark.parametrize("steps,counts", [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_telephone_may_be_one_step_early_or_late(
    steps: int, counts: bool, client: Client, alice_at_work: User
) -> None:
    secret = give_app(alice_at_work)
    # The clock stands: a slow machine is not a late telephone.
    with time_machine.travel(timezone.localtime(), tick=False):
        log_in(client, alice_at_work.email, PASSWORD)
        send_code(client, code_now(secret, steps))
    assert is_in(client) is counts


@pytest.mark.parametrize("later", [0, 40, 59])
def test_a_code_counts_once_as_long_as_it_is_valid(
    later: int, client: Client, alice_at_work: User
) -> None:
    secret = give_app(alice_at_work)
    start = timezone.localtime().replace(second=0, microsecond=0)
    with time_machine.travel(start, tick=False) as clock:
        code = code_now(secret, 1 if later > 30 else 0)
        log_in(client, alice_at_work.email, PASSWORD)
        send_code(client, code)
        assert is_in(client)
        clock.shift(later)
        thief = Client()
        log_in(thief, alice_at_work.email, PASSWORD)
        assert send_code(thief, code).status_code == 422
        assert not is_in(thief)


@pytest.mark.parametrize("verified", [True, False])
def test_a_key_that_was_only_touched_does_not_open_alone(
    verified: bool, client: Client, alice_at_work: User, bob: User
) -> None:
    """Not with the challenge of Bob's second step either, left lying until nobody waits for it."""
    Key(bob)
    found = Key(alice_at_work)
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        log_in(client, with_password(bob).email, PASSWORD)
        client.get(reverse("mfa_authenticate"))
        clock.shift(timedelta(minutes=20))
        answer = found.answer(client, verified=verified)
        client.post(reverse("mfa_login_webauthn"), {"credential": answer})
    assert is_in(client) is verified
    assert trail()[-1] == ("log-in", "done" if verified else "failed")


def test_codes_cannot_be_guessed_one_after_the_other(client: Client, alice_at_work: User) -> None:
    secret = give_app(alice_at_work)
    log_in(client, alice_at_work.email, PASSWORD)
    for number in range(5):
        send_code(client, f"00000{number}")
    response = send_code(client, code_now(secret))
    assert "Trop de tentatives" in response.content.decode()
    assert trail()[-1] == ("log-in", "refused")


def test_a_recovery_code_opens_once(client: Client, alice_at_work: User) -> None:
    give_app(alice_at_work)
    code = RecoveryCodes.activate(alice_at_work).get_unused_codes()[0]
    log_in(client, alice_at_work.email, PASSWORD)
    send_code(client, f" {code}")
    assert is_in(client)
    again = Client()
    log_in(again, alice_at_work.email, PASSWORD)
    assert send_code(again, code).status_code == 422
    (kept,) = Authenticator.objects.filter(type=Authenticator.Type.RECOVERY_CODES)
    assert len(kept.data["hashes"]) == 9
    assert send_code(again, "12345678901").status_code == 422


def test_a_secret_is_kept_enciphered_under_the_key_of_the_site(
    client: Client, alice_at_work: User, settings: Any
) -> None:
    secret = give_app(alice_at_work)
    kept = Authenticator.objects.get(user=alice_at_work).data["secret"]
    assert secret not in kept
    settings.SECRET_KEY, settings.FORMER_KEYS = "another", []
    log_in(client, alice_at_work.email, PASSWORD)
    response = send_code(client, code_now(secret))
    assert "ne correspond plus à ce serveur" in response.content.decode()
    assert not is_in(client)


def test_a_recovery_code_opens_where_the_key_of_the_site_was_lost(
    client: Client, alice_at_work: User, settings: Any
) -> None:
    give_app(alice_at_work)
    code = RecoveryCodes.activate(alice_at_work).get_unused_codes()[0]
    settings.SECRET_KEY, settings.FORMER_KEYS = "another", []
    log_in(client, alice_at_work.email, PASSWORD)
    assert send_code(client, "12345678").status_code == 422
    send_code(client, code)
    assert is_in(client)


def test_who_must_have_a_second_step_cannot_remove_the_last(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    give_app(alice)
    browser = browser_of(alice)
    page = browser.get(reverse("mfa_deactivate_totp")).content.decode()
    assert "ajoutez un autre moyen" in page
    browser.post(reverse("mfa_deactivate_totp"))
    assert second_step.means_of(alice) == {"totp"}


def test_who_need_not_have_one_may_remove_it(
    bob: User, browser_of: Callable[[User], Client]
) -> None:
    give_app(bob)
    browser_of(bob).post(reverse("mfa_deactivate_totp"))
    assert second_step.means_of(bob) == set()


def test_an_administrator_takes_a_lost_second_step_away(
    alice_at_work: User, ada: User, client: Client
) -> None:
    secret = give_app(alice_at_work)
    log_in(client, alice_at_work.email, PASSWORD)
    send_code(client, code_now(secret))
    second_step.forget(alice_at_work, by=ada, reason="seen in person")
    assert second_step.means_of(alice_at_work) == set()
    assert not is_in(client)
    entry = AuditEntry.objects.order_by("sequence").last()
    assert entry is not None
    assert (entry.action, entry.actor, entry.object_id) == (
        "second-step-reset",
        ada.public_id,
        alice_at_work.public_id,
    )


def test_nothing_of_an_account_is_changed_long_after_log_in_without_asking_again(
    client: Client, sam: User
) -> None:
    log_in(client, sam.email, PASSWORD)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    with time_machine.travel(timezone.localtime() + timedelta(minutes=6)):
        response = client.get(reverse("mfa_activate_totp"))
        assert response.headers["Location"].startswith(reverse("account_reauthenticate"))
        address = response.headers["Location"]
        assert client.post(address, {"password": "wrong"}).status_code == 422
        response = client.post(address, {"password": PASSWORD})
        assert response.headers["Location"] == reverse("mfa_activate_totp")
        assert client.get(reverse("mfa_activate_totp")).status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_who_has_neither_password_nor_second_step_is_led_to_a_link_and_not_shut_out(
    role: Role, client: Client, sam: User
) -> None:
    """No way of ours leads there; a restored or a moved account may stand so."""
    sam.role = role
    sam.set_unusable_password()
    sam.save()
    client.force_login(sam)
    by_link = reverse("account_reset_password")
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate",
                 "mfa_reauthenticate", "mfa_reauthenticate_webauthn"):  # fmt: skip
        for send in (client.get, client.post):
            assert send(reverse(name)).headers["Location"].partition("?")[0] == by_link, name
    use(client, ask_for_link(client, sam.email))
    log_in(client, sam.email, "quite another four words")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


# --- The end of a session ------------------------------------------------------------------------


def test_half_an_hour_without_use_ends_a_session_and_says_why(client: Client, sam: User) -> None:
    start = timezone.localtime()
    with time_machine.travel(start, tick=False) as clock:
        log_in(client, sam.email, PASSWORD)
        for _ in range(3):
            clock.shift(29 * 60)
            assert client.get(reverse("mfa_index")).status_code == 200
        clock.shift(31 * 60)
        response = client.get(reverse("mfa_index"), follow=True)
    assert response.request["PATH_INFO"] == "/login/"
    assert parse_qs(response.request["QUERY_STRING"]) == {"next": ["/account/"]}
    assert "inactivité" in response.content.decode()
    assert not is_in(client)
    assert trail()[-1] == ("session-end", "done")


def test_twelve_hours_end_a_session_that_was_in_use(client: Client, sam: User) -> None:
    with time_machine.travel(timezone.localtime(), tick=False) as clock:
        log_in(client, sam.email, PASSWORD)
        for _ in range(35):
            clock.shift(20 * 60)
            assert client.get(reverse("mfa_index")).status_code == 200
        clock.shift(20 * 60)
        response = client.get(reverse("mfa_index"), follow=True)
    assert "douze heures" in response.content.decode()
    assert not is_in(client)


def test_a_page_in_use_writes_nothing_about_the_session_more_than_once_a_minute(
    client: Client, sam: User, django_assert_num_queries: Any
) -> None:
    enter(client, sam)
    client.get(reverse("language"))
    with django_assert_num_queries(2):  # the session, and who it is
        client.get(reverse("language"))


def test_a_fragment_asked_for_after_the_end_turns_the_whole_page(client: Client, sam: User) -> None:
    start = timezone.localtime()
    with time_machine.travel(start, tick=False) as clock:
        log_in(client, sam.email, PASSWORD)
        clock.shift(31 * 60)
        response = client.get(
            reverse("mfa_index"),
            headers={"hx-request": "true", "hx-current-url": "http://testserver/account/sessions/"},
        )
    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == "/login/?next=/account/sessions/"


def test_closing_an_account_ends_its_sessions(client: Client, sam: User) -> None:
    log_in(client, sam.email, PASSWORD)
    User.objects.filter(pk=sam.pk).update(is_active=False)
    assert client.get(HOME).headers["Location"].startswith("/login/")


def test_all_sessions_of_a_person_can_be_ended(client: Client, sam: User) -> None:
    log_in(client, sam.email, PASSWORD)
    assert sessions.end_all(sam) == 1
    assert not is_in(client)


def test_one_sees_where_one_is_logged_in_and_ends_it_elsewhere(client: Client, sam: User) -> None:
    elsewhere = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Gecko Firefox/140.0")
    log_in(elsewhere, sam.email, PASSWORD)
    log_in(client, sam.email, PASSWORD)
    page = client.get(reverse("usersessions_list")).content.decode()
    assert "Firefox, Windows" in page
    assert page.count("ici, maintenant") == 1
    client.post(reverse("usersessions_list"))
    assert not is_in(elsewhere)
    assert is_in(client)


def test_logging_out_is_a_press_of_a_button_and_never_a_link(client: Client, sam: User) -> None:
    log_in(client, sam.email, PASSWORD)
    assert client.get(reverse("account_logout")).status_code == 405
    response = client.post(reverse("account_logout"))
    assert response.headers["Location"] == "/login/"
    assert not is_in(client)
    assert trail()[-1] == ("log-out", "done")


# --- Changing the password -----------------------------------------------------------------------


def change(client: Client, new: str, present: str = PASSWORD) -> Any:
    return client.post(
        reverse("account_change_password"),
        {"oldpassword": present, "password1": new, "password2": new},
    )


def test_a_new_password_ends_every_other_session(client: Client, sam: User) -> None:
    elsewhere = Client()
    log_in(elsewhere, sam.email, PASSWORD)
    log_in(client, sam.email, PASSWORD)
    response = change(client, "quite another four words")
    assert response.headers["Location"] == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200
    assert elsewhere.get(reverse("mfa_index")).status_code == 302
    assert ("password-change", "done") in trail()


@pytest.mark.parametrize(
    "new,said",
    [
        ("eleven char", "trop court"),
        ("sam@example.org", "ressemble trop"),
        ("administrator", "trop courant"),
    ],
)
def test_a_weak_password_is_refused_with_what_to_do(
    new: str, said: str, client: Client, sam: User
) -> None:
    log_in(client, sam.email, PASSWORD)
    response = change(client, new)
    assert response.status_code == 422
    assert said in response.content.decode()
    sam.refresh_from_db()
    assert sam.check_password(PASSWORD)


@pytest.mark.parametrize(
    "new", ["quite another " * 7, "éàü ’ 漢字 \U0001f9b5 words", "allsmallletterswithnothingelse"]
)
def test_a_password_is_taken_as_long_and_of_what_signs_one_likes(
    new: str, client: Client, sam: User
) -> None:
    log_in(client, sam.email, PASSWORD)
    change(client, new)
    sam.refresh_from_db()
    assert sam.check_password(new)
    assert not sam.check_password(new[:-1])


def test_the_present_password_is_asked_for(client: Client, sam: User) -> None:
    log_in(client, sam.email, PASSWORD)
    assert "mot de passe actuel" in change(client, "quite another four", "wrong").content.decode()


# --- Setting a password by a link -----------------------------------------------------------------


def ask_for_link(client: Client, email: str) -> str:
    """The link that was sent; empty where none was."""
    do_all()
    mail.outbox.clear()
    response = client.post(reverse("account_reset_password"), {"email": email})
    do_all()
    assert response.headers["Location"] == reverse("account_reset_password_done")
    if not mail.outbox:
        return ""
    found = re.search(r"http://localhost:8000(\S+)", str(mail.outbox[0].body))
    assert found
    return found[1]


def use(client: Client, link: str, new: str = "quite another four words") -> Any:
    step = client.get(link)
    assert step.status_code == 302
    return client.post(step.headers["Location"], {"password1": new, "password2": new})


def test_a_link_sets_the_password_and_ends_every_session(client: Client, sam: User) -> None:
    elsewhere = Client()
    log_in(elsewhere, sam.email, PASSWORD)
    link = ask_for_link(client, sam.email)
    assert use(client, link).headers["Location"] == reverse("account_reset_password_from_key_done")
    assert elsewhere.get(reverse("mfa_index")).status_code == 302
    assert not is_in(client)  # the second step would be passed over
    log_in(client, sam.email, "quite another four words")
    assert is_in(client)
    assert ("password-reset", "done") in trail()


def test_a_link_passes_over_no_second_step(client: Client, alice_at_work: User) -> None:
    secret = give_app(alice_at_work)
    use(client, ask_for_link(client, alice_at_work.email))
    assert not is_in(client)
    response = log_in(client, alice_at_work.email, "quite another four words")
    assert response.headers["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    send_code(client, code_now(secret))
    assert is_in(client)


def test_a_link_works_once_and_for_an_hour(client: Client, sam: User) -> None:
    link = ask_for_link(client, sam.email)
    with time_machine.travel(timezone.localtime() + timedelta(hours=1, minutes=1)):
        assert "n’est plus valable" in client.get(link).content.decode()
    use(client, link)
    assert "n’est plus valable" in Client().get(link).content.decode()


def test_the_message_names_no_number_of_a_row_and_says_little(client: Client, sam: User) -> None:
    link = ask_for_link(client, sam.email)
    assert f"/{sam.public_id}-" in link
    (message,) = mail.outbox
    assert message.to == [sam.email]
    assert message.subject == "Définir votre mot de passe"
    assert str(message.body).startswith("Sam,")


def test_an_unknown_or_closed_account_gets_no_message_and_the_same_page(
    client: Client, sam: User
) -> None:
    assert ask_for_link(client, "nobody@example.org") == ""
    sam.is_active = False
    sam.save()
    assert ask_for_link(client, sam.email) == ""


def test_the_owner_is_told_of_a_change(client: Client, sam: User) -> None:
    log_in(client, sam.email, PASSWORD)
    do_all()
    mail.outbox.clear()
    change(client, "quite another four words")
    do_all()
    (message,) = mail.outbox
    assert message.subject == "Votre compte a été modifié"
    assert "Votre mot de passe a été changé." in str(message.body)


def test_a_mail_server_that_is_down_stops_nothing(
    client: Client, sam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", down)
    response = client.post(reverse("account_reset_password"), {"email": sam.email})
    assert response.status_code == 302


@pytest.mark.parametrize(
    "address,expected",
    [
        ("", None),
        ("smtp://mail.example.org", ("mail.example.org", 587, "", "", False)),
        ("smtps://a%40b:p%2Fw@mail.example.org", ("mail.example.org", 465, "a@b", "p/w", True)),
        ("smtp://u:p@mail.example.org:25", ("mail.example.org", 25, "u", "p", False)),
    ],
)
def test_a_mail_server_is_one_line(address: str, expected: Any) -> None:
    server = read_mail_address(address)
    found = server and (server.host, server.port, server.user, server.password, server.ssl)
    assert found == expected


@pytest.mark.parametrize("address", ["mail.example.org", "http://mail.example.org", "smtp://"])
def test_another_line_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="smtp://"):
        read_mail_address(address)


# --- The pages -----------------------------------------------------------------------------------

FOR_EVERYONE = (
    "account_login",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
)
OF_AN_ACCOUNT = (
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "account_change_password",
    "usersessions_list",
)
# Words of allauth and of the other language; none may stand on a page of ours.
FOREIGN = {
    "fr": r"\b(Sign|Password|Forgot|Code:|Log in|Go on|account|your|the)\b",
    "en": r"\b(Sign In|Se connecter|mot de passe|Votre|seconde étape|vous)\b",
}


def words_of(page: str) -> str:
    body = re.sub(r"(?s)<script.*?</script>|<head>.*?</head>", " ", page)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_at_the_door_speaks_one_language_and_obeys_the_policy(
    language: str, client: Client, alice_at_work: User
) -> None:
    client.cookies["django_language"] = language
    pages = {name: client.get(reverse(name)) for name in FOR_EVERYONE}
    pages["wrong"] = log_in(client, "", "")
    pages["link"] = client.get("/password/reset/2222222222222222-x/")
    secret = give_app(alice_at_work)
    RecoveryCodes.activate(alice_at_work)
    log_in(client, alice_at_work.email, PASSWORD)
    pages["code"] = client.get(reverse("mfa_authenticate"))
    pages["wrong code"] = send_code(client, "x")
    send_code(client, code_now(secret))
    Authenticator.objects.filter(type="totp").update(type="webauthn", data={"name": "x"})
    Authenticator.objects.filter(type="webauthn").delete()
    for name in OF_AN_ACCOUNT:
        pages[name] = client.get(reverse(name), follow=True)
    for name, response in pages.items():
        assert response.status_code in (200, 422), name
        text = response.content.decode()
        assert f'<html lang="{language}">' in text, name
        found = re.search(FOREIGN[language], words_of(text))
        assert not found, (name, found)
        policy = response.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy.split("; ")
        assert "style-src 'self'" in policy.split("; ")
        assert not re.search(r"""\sstyle=|<style|\son[a-z]+=["']""", text), name
        for script in re.findall(r"<script[^>]*>", text):
            assert "src=" in script or 'type="application/json"' in script, name
