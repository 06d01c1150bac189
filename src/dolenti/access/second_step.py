"""The second step of a log-in: who must take it, who has, and what of it is kept.

A password alone opens the door only to roles of which neither the site's policy nor the setting
``DOLENTI_MFA_REQUIRED_FOR`` asks more.
"""

from __future__ import annotations

from typing import Final

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.models import Site, User
from dolenti.access.policies import SECOND_STEP_FOR, roles_in
from dolenti.access.sessions import end_all

MEANS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


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


def forget(user: User, by: Actor, reason: str) -> None:
    """Take every means from a person who lost them, and end their sessions.

    At the next log-in they set one up again. Only for an administrator who knows them: ``reason``
    says how, and stays in the trail.
    """
    Authenticator.objects.filter(user=user).delete()
    ended = end_all(user)
    detail = {"sessions": ended, "reason": reason}
    audit.record_account("second-step-reset", actor=by, account=user, detail=detail)
