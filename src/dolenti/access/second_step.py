"""The second step of a log-in: who must take it, who has, and what of it is kept.

A password alone opens the door only to roles of which neither the site's policy nor the setting
``DOLENTI_MFA_REQUIRED_FOR`` asks more.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Final

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.models import Site, User
from dolenti.access.policies import SECOND_STEP_FOR, roles_in
from dolenti.access.sessions import end_all
from dolenti.guideline.errors import InputError

MEANS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


UNREADABLE: Final = "unreadable"
"""What an app's secret is that another key of the site sealed."""


def roles_that_must(site: Site) -> frozenset[str]:
    """The roles that log in with a second step at a site."""
    own = site.policies.get(SECOND_STEP_FOR)
    required: frozenset[str] = settings.MFA_REQUIRED_FOR
    return required if own is None else roles_in(own)


def is_required(user: User) -> bool:
    """Whether this person, as what they are where they are, must take a second step."""
    return user.role in roles_that_must(user.site)


def is_waived(user: User) -> bool:
    """Whether the site's own policy spares this person what the setting asks of their role."""
    return user.role in settings.MFA_REQUIRED_FOR and not is_required(user)


def was_taken(request: HttpRequest) -> bool:
    """Whether a second step was taken in this session."""
    assert isinstance(request.user, User)
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


def is_owed(request: HttpRequest) -> bool:
    """Whether this session may open nothing yet but the pages of the second step."""
    assert isinstance(request.user, User)
    return not was_taken(request) and is_required(request.user)


def take(request: HttpRequest, user: User, authenticator: Authenticator) -> None:
    """Count the setting up of a means as its first use: its code or its key was just shown."""
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


def means_of(user: User) -> set[str]:
    """The means this person has: ``totp``, ``webauthn``, both or none."""
    return set(
        Authenticator.objects.filter(user=user, type__in=MEANS).values_list("type", flat=True)
    )


def forget(user: User, by: Actor | None, reason: str) -> None:
    """Take every means from a person who lost them, and end their sessions.

    At the next log-in they set one up again. Only for an administrator who knows them: ``reason``
    says how, and stays in the trail. ``by`` nobody is whoever holds the machine.
    """
    Authenticator.objects.filter(user=user).delete()
    ended = end_all(user)
    detail = {"sessions": ended, "reason": reason}
    audit.record_account("second-step-reset", actor=by, account=user, detail=detail)


def can_be_taken(user: User, keys: Sequence[str]) -> bool:
    """Whether a person's second step works with these keys; or they have none, and set one up."""
    kept = list(Authenticator.objects.filter(user=user, type__in=MEANS))
    apps = [one for one in kept if one.type == Authenticator.Type.TOTP]
    return len(apps) < len(kept) or all(reads(one.data["secret"], keys) for one in apps)


def cipher(keys: Sequence[str]) -> MultiFernet:
    """What keeps the secrets of apps: enciphers by the first key, and reads by any."""
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def reads(kept: str, keys: Sequence[str]) -> bool:
    """Whether any of the keys reads a kept secret."""
    try:
        cipher(keys).decrypt(kept.encode())
    except InvalidToken:
        return False
    return True


def sealed_anew(kept: str, keys: Sequence[str]) -> str:
    """A kept secret, by the first key now. Raises ``InputError`` where none of them reads it."""
    try:
        return cipher(keys).rotate(kept.encode()).decode()
    except InvalidToken:
        raise InputError(
            "the secret of an app was enciphered by another key of the site; name that key in "
            "DOLENTI_FORMER_KEYS, or give its owner a new start",
            fr="le secret d’une application a été chiffré avec une autre clé du site\u00a0; "
            "indiquez cette clé dans DOLENTI_FORMER_KEYS, ou réinitialisez la double "
            "authentification de cette personne",
        ) from None


def _derived(key: str) -> bytes:
    digest = salted_hmac("dolenti.second-step", "", secret=key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest)
