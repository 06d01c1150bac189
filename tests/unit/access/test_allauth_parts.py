"""The parts of allauth that it does not promise to keep, and that we stand on: all, by name.

Where an upgrade moves one, this says which, before a log-in does.
"""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from pathlib import Path
from typing import Final

import dolenti
from dolenti.access import adapters, forms, views

SOURCES: Final = Path(dolenti.__file__).parent
TESTS: Final = Path(__file__).parents[2]

# Each with the names of what it asks. Why: setting up a second step counts as its first use; whom
# a passkey names is found by the random id, and its algorithm is looked at; tests answer as an app
# or a key does; recovery codes are hashed.
BORROWED: Final = {
    "allauth.account.internal.flows.login.record_authentication": "request user method extra_data",
    "allauth.mfa.recovery_codes.internal.auth": None,
    "allauth.mfa.recovery_codes.internal.auth.RecoveryCodes": "instance",
    "allauth.mfa.recovery_codes.internal.flows": None,
    "allauth.mfa.totp.internal.auth.TOTP": "instance",
    "allauth.mfa.totp.internal.auth.format_hotp_value": "value",
    "allauth.mfa.totp.internal.auth.generate_totp_secret": "length",
    "allauth.mfa.totp.internal.auth.hotp_value": "secret counter",
    "allauth.mfa.webauthn.internal.auth.STATE_SESSION_KEY": None,
    "allauth.mfa.webauthn.internal.auth.complete_authentication": "user response",
    "allauth.mfa.webauthn.internal.auth.parse_authentication_response": "response",
    "allauth.mfa.webauthn.internal.auth.parse_registration_response": "response",
}
# Why: wrong passwords are counted by account; a password's link names the random id.
OVERRIDDEN: Final = {"AccountAdapter._get_login_attempts_cache_key", "ResetLinkForm._get_user"}


def imported(folder: Path) -> set[str]:
    """What the modules under a folder import from inside allauth."""
    return {
        f"{statement.module}.{name.name}"
        for text in (module.read_text() for module in folder.rglob("*.py"))
        if "allauth" in text
        for statement in ast.walk(ast.parse(text))
        if isinstance(statement, ast.ImportFrom) and statement.module
        for name in statement.names
        if statement.module.startswith("allauth.")
        and ("internal" in statement.module.split(".") or name.name.startswith(("_", "internal")))
    }


def test_what_is_borrowed_from_inside_is_named_here() -> None:
    assert imported(SOURCES) | imported(TESTS) == set(BORROWED)


def test_what_is_borrowed_is_there_and_asks_for_what_we_give() -> None:
    for name, asks in BORROWED.items():
        module, _, part = name.rpartition(".")
        found = getattr(import_module(module), part)
        assert asks is None or " ".join(inspect.signature(found).parameters) == asks, name


def test_a_private_method_of_ours_stands_in_for_one_of_allauths() -> None:
    found = {
        f"{ours.__name__}.{name}"
        for module in (adapters, forms, views)
        for ours in vars(module).values()
        if inspect.isclass(ours) and ours.__module__ == module.__name__
        for base in ours.__mro__[1:]
        if base.__module__.startswith("allauth.")
        for name in vars(ours)
        if name.startswith("_") and not name.startswith("__") and name in vars(base)
    }
    assert found == OVERRIDDEN
