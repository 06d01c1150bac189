"""The forms at the door: allauth's, in our words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.fields import SetPasswordField
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as second_step
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as passkeys
from allauth.mfa.webauthn.internal.auth import (
    complete_authentication,
    parse_authentication_response,
    parse_registration_response,
)
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from fido2.cose import ES256, ES384, ES512, PS256, RS256, EdDSA
from fido2.utils import websafe_decode

from dolenti.access import messages, signals
from dolenti.access.models import User
from dolenti.access.rows import sole
from dolenti.access.second_step import UNREADABLE


def _word(form: forms.BaseForm, **fields: tuple[Any, Any, Any]) -> None:
    """Give fields our label, hint and sentence for “nothing typed”; placeholders say nothing."""
    for name, (label, hint, missing) in fields.items():
        field = form.fields[name]
        field.label, field.help_text = label, hint
        field.error_messages["required"] = missing
        field.widget.attrs.pop("placeholder", None)


_EMAIL = (_("E-mail address"), "", _("Type your e-mail address."))
_PASSWORD = (_("Password"), "", _("Type your password."))
_NEW = (
    _("New password"),
    _("At least 12 characters. Three or four words in a row are easy to remember."),
    _("Type a new password."),
)
_AGAIN = (_("The new password again"), "", _("Type the new password a second time."))


class LoginForm(account.LoginForm):
    """E-mail address and password. What is wrong is never said more exactly than needed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, login=_EMAIL, password=_PASSWORD)
        _email_field(self.fields["login"], autocomplete="username")


def _email_field(field: forms.Field, autocomplete: str) -> None:
    field.widget.attrs.update(autocomplete=autocomplete, autofocus=True, maxlength=254)
    field.error_messages["invalid"] = _(
        "This is not an e-mail address. Write it like name@example.org."
    )


class ConfirmPasswordForm(account.ReauthenticateForm):
    """The password once more, before the account is changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, password=_PASSWORD)
        self.fields["password"].widget.attrs["autofocus"] = True


class _TwiceTheSame(account.PasswordVerificationMixin):
    fields: dict[str, forms.Field]

    def clean(self) -> Any:
        typed = forms.Form.clean(self) or {}
        first, second = typed.get("password1"), typed.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ."))
        return typed


class ChangePasswordForm(_TwiceTheSame, account.ChangePasswordForm):
    """The present password and a new one, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = (_("Present password"), "", _("Type your present password."))
        _word(self, oldpassword=present, password1=_NEW, password2=_AGAIN)


class NewPasswordForm(_TwiceTheSame, account.ResetPasswordKeyForm):
    """A new password, twice, by whoever holds the link."""

    password1 = SetPasswordField(help_text="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, password1=_NEW, password2=_AGAIN)


class ResetPasswordForm(account.ResetPasswordForm):
    """Asks for a link. The answer is the same whether the address has an account or not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, email=_EMAIL)
        _email_field(self.fields["email"], autocomplete="email")

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email = str(self.cleaned_data["email"])
        for user in self.users:
            messages.tell(user, messages.SET_PASSWORD)
        if not self.users:
            messages.tell_nobody(messages.SET_PASSWORD, email)
        return email


class ResetLinkForm(account.UserTokenForm):
    """The two halves of such an address."""

    def _get_user(self, uidb36: str) -> User | None:
        return sole(User.objects.filter(public_id=uidb36, is_active=True))


class _Code:
    """The words of a code's field; being locked out is recorded."""

    user: User
    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    authenticator: Authenticator

    def clean_code(self) -> str:
        """A recovery code is hashed and needs no key: it opens where the app's secret, sealed by a
        key that was lost, can no longer be read."""
        try:
            return str(super().clean_code())  # type: ignore[misc]
        except ValidationError as error:
            if error.code == UNREADABLE and self._is_a_recovery_code():
                return str(self.cleaned_data["code"])
            if error.code == "too_many_login_attempts":
                signals.locked_out(context.request, self.user.email, "code")
            raise

    def _is_a_recovery_code(self) -> bool:
        kind = Authenticator.Type.RECOVERY_CODES
        kept = Authenticator.objects.filter(user=self.user, type=kind).first()
        if kept is None or not kept.wrap().validate_code(self.cleaned_data["code"]):
            return False
        self.authenticator = kept
        return True

    def _word_code(self) -> None:
        hint = _("Six digits from your app, or the eight of a recovery code.")
        missing = _("Type the code that your app shows.")
        _word(self, code=(_("Code"), hint, missing))  # type: ignore[arg-type]
        self.fields["code"].widget.attrs.update(autofocus=True, inputmode="numeric", maxlength=20)


class CodeForm(_Code, second_step.AuthenticateForm):
    """The second step: a code of the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._word_code()


class ConfirmCodeForm(_Code, second_step.ReauthenticateForm):
    """A code once more, before the account is changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._word_code()


class ActivateAppForm(ActivateTOTPForm):
    """The first code of a new app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint, missing = _("Six digits that the app shows."), _("Type the code that your app shows.")
        _word(self, code=(_("Code"), hint, missing))
        self.fields["code"].widget.attrs.update(inputmode="numeric", maxlength=20)

    @property
    def secret_in_groups(self) -> str:
        """The secret as one types it: by fours."""
        return " ".join(self.secret[i : i + 4] for i in range(0, len(self.secret), 4))


_SIGNATURES = frozenset(one.ALGORITHM for one in (ES256, ES384, ES512, EdDSA, PS256, RS256))
"""How a passkey may sign: as FIPS 186-5 has it. The library takes whatever a key comes with: a
curve beside these (ES256K), a hash that is broken (RS1)."""


class AddPasskeyForm(passkeys.AddWebAuthnForm):
    """A passkey and its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(
            self,
            name=(_("Its name"), _("Which device or key it is on: “my telephone”."), ""),
            passwordless=(_("Log in with it alone, without a password"), "", ""),
        )
        self.fields["name"].initial = self.initial["name"] = ""
        self.fields["name"].widget.attrs["maxlength"] = 60
        self.fields["passwordless"].initial = True

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"])[:60] or str(_("Passkey"))

    def clean(self) -> Any:
        if credential := self.cleaned_data.get("credential"):
            try:
                answered = parse_registration_response(credential).response
                known = answered.attestation_object.auth_data.credential_data
            except (ValueError, KeyError, AttributeError):
                known = None
            if known is None or known.public_key.get(3) not in _SIGNATURES:
                raise get_adapter().validation_error("incorrect_code")
        return super().clean()


class LoginPasskeyForm(passkeys.LoginWebAuthnForm):
    """Logging in by a passkey alone: it says itself whose it is."""

    def clean_credential(self) -> Authenticator:
        credential = self.cleaned_data["credential"]
        unknown = ValidationError(
            _("This passkey is not known here. Log in with your password."), code="unknown"
        )
        try:
            answered = parse_authentication_response(credential)
            handle = websafe_decode(credential["response"]["userHandle"]).decode("ascii")
            user = User.objects.get(public_id=handle)
            authenticator: Authenticator = complete_authentication(user, credential)
            # A touch answers a second step; a key that opens alone must know who holds it.
            if not answered.response.authenticator_data.is_user_verified():
                raise unknown
        except (ValidationError, KeyError, TypeError, ValueError, User.DoesNotExist):
            signals.failed(context.request, "", "passkey")
            raise unknown from None
        return authenticator
