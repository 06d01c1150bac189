"""What allauth asks of us: words, addresses, secrets, and when to ask for a password again."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dolenti.access import at_rest, messages, second_step, signals
from dolenti.access.models import User

CONFIRMED_FOR = 5 * 60  # seconds that a password or a code counts as just given


class AccountAdapter(DefaultAccountAdapter):
    """Accounts that an administrator made: no sign-up, one address each."""

    error_messages = {  # noqa: RUF012  (allauth declares it so)
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("Wrong e-mail address or password. Check both."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
        "rate_limited": _("Too many attempts. Wait five minutes, then try again."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your present password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever logged in or confirmed a moment ago is not asked again."""
        records = get_authentication_records(self.request, self.request.user)
        return not any(time.time() - record["at"] < CONFIRMED_FOR for record in records)

    def get_reauthentication_methods(
        self, user: AbstractBaseUser | AnonymousUser
    ) -> list[dict[str, Any]]:
        """How a person confirms who they are. One who has neither password nor second step is not
        shut out: a link by e-mail sets a password, and with it they log in again."""
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if found or not user.is_authenticated:
            return found
        by_link = reverse("account_reset_password")
        return [{"id": "set_password", "description": _("Set a password"), "url": by_link}]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            signals.locked_out(request, credentials.get("email", ""), "password")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        signals.failed(request, credentials.get("email", ""), "password")

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        assert isinstance(user, User)
        signals.closed(request, user)
        return super().respond_user_inactive(request, user)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the owner what was changed in the account: one message for every change."""
        assert isinstance(user, User)
        messages.tell(user, messages.CHANGED, {"what": template_prefix.rpartition("/")[2]})

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # One count for an account, by whichever name the site was called.
        return str(credentials.get("email", "")).strip().lower()


class SecondStepAdapter(DefaultMFAAdapter):
    """Secrets are kept enciphered; nobody who must have a second step removes the last one."""

    error_messages = {  # noqa: RUF012  (allauth declares it so)
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "Wrong code. A code works only once and changes every 30 s: type the one now shown."
        ),
        "cannot_delete_authenticator": _(
            "Your role needs a second step: set up another one before you remove this one."
        ),
    }

    def encrypt(self, text: str) -> str:
        return second_step.cipher(at_rest.site_keys()).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return second_step.cipher(at_rest.site_keys()).decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise ValidationError(
                _(
                    "This second step no longer matches this server. Use a recovery code, or ask "
                    "an administrator to reset it; the only administrator asks whoever runs the "
                    "server."
                ),
                code=second_step.UNREADABLE,
            ) from None

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        user = User.objects.get(pk=authenticator.user_id)
        others = Authenticator.objects.filter(user=user, type__in=second_step.MEANS)
        return not second_step.is_required(user) or others.exclude(pk=authenticator.pk).exists()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Dolenti"}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """What a passkey keeps of its owner: the random id, never the row's number."""
        assert isinstance(user, User)
        return {
            "id": user.public_id.encode(),
            "display_name": user.name,
            "name": user.email,
        }
