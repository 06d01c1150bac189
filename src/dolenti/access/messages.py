"""The site's few messages to its own people: written down with what they tell of, sent later.

A message is a job of the database, in the transaction that is open: what is undone is not told,
and what is done is told once the worker comes to it. No request waits for a mail server, and how
long one takes says nothing of whether an account exists. A link that opens an account is made
when the message is sent: none lies in the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dolenti.access.models import User
from dolenti.access.rows import sole

NOBODY: Final = ""
_ADDRESS_OF_NOBODY: Final = "dolenti.access.messages.nobody"
CHANGED: Final = "account/email/changed"
INVITED: Final = "account/email/invited"
OPENED: Final = "account/email/opened"
SET_PASSWORD: Final = "account/email/password_reset"  # noqa: S105 - a template
ASKED_FOR: Final = timedelta(hours=1)
"""A link that somebody asked for longer ago is not sent any more: they have given up."""

_CHANGES: Final = {
    "password_changed": lambda: gettext("Your password was changed."),
    "password_reset": lambda: gettext("Your password was reset by a link sent to this address."),
    "totp_activated": lambda: gettext("An authenticator app was added."),
    "totp_deactivated": lambda: gettext("The authenticator app was removed."),
    "webauthn_added": lambda: gettext("A passkey was added."),
    "webauthn_removed": lambda: gettext("A passkey was removed."),
    "recovery_codes_generated": lambda: gettext("New recovery codes were made."),
}


def tell(user: User, template: str, said: Mapping[str, str] | None = None) -> None:
    """Write down one of our messages to a person, in the language of this page."""
    _write(user.public_id, template, said or {})


def tell_nobody(template: str, address: str) -> None:
    """Do what ``tell`` does, for an address that has no account: a stranger sees no difference,
    the first time or the tenth. The address itself is not kept."""
    digest = salted_hmac(_ADDRESS_OF_NOBODY, address.strip().casefold(), algorithm="sha256")
    _write(NOBODY, template, {"of": digest.hexdigest()})


def _write(user: str, template: str, said: Mapping[str, str]) -> None:
    """Pressed twice, the same is told once, whether the address has an account or not."""
    told = {f"args_kwargs__args__{place}": one for place, one in enumerate((user, template, said))}
    waiting = DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, task_path=deliver.module_path, **told
    ).exists()
    if waiting:
        return
    at = timezone.now().isoformat()
    deliver.enqueue(user, template, dict(said), translation.get_language() or "fr", at)


@task
def deliver(user: str, template: str, said: dict[str, str], language: str, at: str) -> None:
    """Send one message. Raises ``OSError`` where the mail server does not take it: it is tried
    again. A person who left meanwhile is told nothing."""
    person = sole(User.objects.filter(public_id=user, is_active=True))
    if person is None:
        return
    asked = datetime.fromisoformat(at)
    if template == SET_PASSWORD and timezone.now() - asked > ASKED_FOR:
        return
    with translation.override(language):
        context: dict[str, Any] = {"person": person, **said}
        if template == CHANGED:
            context["change"] = _CHANGES[said["what"]]()
        if template == SET_PASSWORD:
            context["link"] = settings.ADDRESS + reset_path(person)
            context["first"] = not person.has_chosen_password
        subject = render_to_string(f"{template}_subject.txt", context).strip()
        text = render_to_string(f"{template}_message.txt", context)
    EmailMessage(subject, text, to=[person.email]).send()


def reset_path(user: User) -> str:
    """The address by which a person sets a password, for an hour and once."""
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user.public_id, "key": default_token_generator.make_token(user)},
    )
