"""Recovery codes: shown once, and kept as no more than what proves them.

allauth keeps a seed from which anybody who has the key of the site makes all of them. Here each
code is hashed like a password, with a salt for each set, and goes out of the set when it is used.
Between their making and the page that shows them, the codes wait enciphered in the session of the
person who made them, and end with it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hmac import compare_digest
from typing import Any, Final

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import auth, flows
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

ROUNDS: Final = 600_000
"""Of PBKDF2-HMAC-SHA256, as OWASP's cheat sheet for stored passwords has it; kept with each set."""
WAITING: Final = "recovery-codes"


class HashedCodes(auth.RecoveryCodes):
    """A person's recovery codes: ``rounds``, ``salt`` and the ``hashes`` of those not used yet."""

    instance: Authenticator

    @classmethod
    def activate(cls, user: AbstractBaseUser) -> HashedCodes:
        """The codes of a person, made where there are none; then the only time in clear."""
        kind = Authenticator.Type.RECOVERY_CODES
        found = Authenticator.objects.filter(user_id=user.pk, type=kind).first()
        if found is not None:
            return cls(found)
        most = 10**app_settings.RECOVERY_CODE_DIGITS
        codes = [
            str(secrets.randbelow(most)).zfill(app_settings.RECOVERY_CODE_DIGITS)
            for _ in range(app_settings.RECOVERY_CODE_COUNT)
        ]
        salt = secrets.token_hex(16)
        with ThreadPoolExecutor(2) as both:  # a hash takes a fifth of a second, on purpose
            hashes = list(both.map(partial(_hashed, salt=salt, rounds=ROUNDS), codes))
        data = {"rounds": ROUNDS, "salt": salt, "hashes": hashes}
        made = Authenticator.objects.create(user_id=user.pk, type=kind, data=data)
        made.in_clear = codes
        return cls(made)

    def get_unused_codes(self) -> list[str]:
        """Those just made; of others only as many signs as there are codes."""
        in_clear: list[str] | None = getattr(self.instance, "in_clear", None)
        return in_clear or ["" for _ in self.instance.data.get("hashes", ())]

    def generate_codes(self) -> list[str]:
        """As above: nothing makes them again."""
        return self.get_unused_codes()

    @transaction.atomic
    def validate_code(self, code: str) -> bool:
        """Whether it is one of them. It is none from then on."""
        typed = code.strip()
        if len(typed) != app_settings.RECOVERY_CODE_DIGITS:  # a code of the app: nothing to hash
            return False
        self.instance = Authenticator.objects.select_for_update().get(pk=self.instance.pk)
        data = self.instance.data
        if not data.get("hashes"):
            return False
        typed = _hashed(typed, salt=data["salt"], rounds=data["rounds"])
        left = [one for one in data["hashes"] if not compare_digest(one, typed)]
        if len(left) == len(data["hashes"]):
            return False
        data["hashes"] = left
        self.instance.save(update_fields=["data"])
        return True


def put_in_place() -> None:
    """Let allauth keep recovery codes so: it asks for the class by its name, and has no setting."""
    auth.RecoveryCodes = flows.RecoveryCodes = HashedCodes


def keep_for_next_page(session: Any, made: Authenticator) -> None:
    """Let codes that were just made wait for the page that shows them."""
    if codes := getattr(made, "in_clear", None):
        session[WAITING] = get_adapter().encrypt(json.dumps(codes))


def take_from(session: Any) -> list[str]:
    """The codes that wait in a session, once; else none."""
    waiting = session.pop(WAITING, "")
    return list(json.loads(get_adapter().decrypt(waiting))) if waiting else []


def _hashed(code: str, *, salt: str, rounds: int) -> str:
    return hashlib.pbkdf2_hmac("sha256", code.encode(), bytes.fromhex(salt), rounds).hex()
