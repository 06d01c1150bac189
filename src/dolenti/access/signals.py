"""What happens at the door goes into the trail, and what changes an account to its owner.

Nothing typed by a stranger is kept: a password is sometimes typed where the address belongs.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.signals import password_changed, password_reset, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_in as session_opened
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from dolenti.access import audit, recovery, second_step, sessions
from dolenti.access.models import User


def _record(
    action: str,
    request: HttpRequest | None,
    actor: User | None,
    account: User | None = None,
    outcome: str = audit.DONE,
    **detail: Any,
) -> None:
    if request is not None:
        detail["address"] = get_adapter().get_client_ip(request)
    audit.record_account(
        action, actor=actor, account=account or actor, outcome=outcome, detail=detail
    )


def _owner(email: str) -> User | None:
    return User.objects.filter(email=email.strip().lower()).first()


def failed(request: HttpRequest, email: str, step: str) -> None:
    """A wrong password. Who typed it is not known; whose account it was may be."""
    _record("log-in", request, None, _owner(email), audit.FAILED, step=step)


def locked_out(request: HttpRequest, email: str, step: str) -> None:
    """Too many wrong passwords or codes: not even the right one is looked at."""
    _record("log-in", request, None, _owner(email), audit.REFUSED, step=step, why="attempts")


def closed(request: HttpRequest, user: User) -> None:
    """The right password of a closed account."""
    _record("log-in", request, None, user, audit.REFUSED, why="closed")


@receiver(session_opened)
def _start_clocks(request: HttpRequest, **_: Any) -> None:
    sessions.begin(request.session)


@receiver(user_logged_in)
def _logged_in(request: HttpRequest, user: User, **_: Any) -> None:
    records = get_authentication_records(request, user)
    by = [record.get("type") or record["method"] for record in records]
    _record("log-in", request, user, by=by)


@receiver(user_logged_out)
def _logged_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None and not getattr(request, "ended_by_clock", False):
        _record("log-out", request, user)


@receiver(authentication_failed)
def _wrong_code(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    _record("log-in", request, None, user, audit.FAILED, step=authenticator.type)


@receiver(authenticator_added)
def _means_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type in second_step.MEANS:
        second_step.take(request, user, authenticator)
    recovery.keep_for_next_page(request.session, authenticator)
    _record("second-step-add", request, user, type=authenticator.type)


@receiver(authenticator_removed)
def _means_removed(
    request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    _record("second-step-remove", request, user, type=authenticator.type)


@receiver(authenticator_reset)
def _codes_renewed(
    request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    recovery.keep_for_next_page(request.session, authenticator)
    _record("second-step-renew", request, user, type=authenticator.type)


@receiver(password_changed)
def _password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    _record("password-change", request, user)


@receiver(password_reset)
def _password_reset(request: HttpRequest, user: User, **_: Any) -> None:
    _record("password-reset", request, None, user)
