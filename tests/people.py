"""Ways in for the standing cast, without the second it takes to check a password."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.test import Client

from dolenti.access.models import User


def enter(client: Client, user: User) -> None:
    """Open the session that a log-in by password and code opens, with what it records."""
    client.force_login(user)
    session = client.session
    now = time.time()
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": now, "email": user.email},
        {"method": "mfa", "at": now, "type": "totp"},
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def put_in_role(user: User, role: str) -> None:
    """Give somebody another role where they work: on the account, and of the site, which is what
    is asked again when they write."""
    user.role = role
    user.save()
    user.memberships.filter(site_id=user.site_id).update(role=role)


def give_app(user: User) -> str:
    """Give a person an authenticator app; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_now(secret: str, steps: int = 0) -> str:
    """What the app shows now, or some steps of 30 seconds later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def log_in(client: Client, email: str, password: str) -> Any:
    """Send the log-in form."""
    return client.post("/login/", {"login": email, "password": password})
