"""Logging in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from dolenti.access import throttle


class LoginForm(AuthenticationForm):
    """E-mail and password. What is wrong is never said more exactly than needed."""

    error_messages = {  # noqa: RUF012  (Django declares it for instances)
        "invalid_login": _("This e-mail address and password do not go together. Check both."),
        "inactive": _("This account is closed. Ask the person who runs the site."),
        "throttled": _("Too many attempts. Wait five minutes, then try again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        username = self.fields["username"]
        username.label = _("E-mail address")
        username.widget = forms.EmailInput(
            attrs={"autocomplete": "username", "autofocus": True, "maxlength": 254}
        )
        self.fields["password"].label = _("Password")

    def clean(self) -> dict[str, Any]:
        email = self.cleaned_data.get("username") or ""
        if throttle.too_many(email):
            raise ValidationError(self.error_messages["throttled"], code="throttled")
        try:
            cleaned = super().clean()
        except ValidationError:
            throttle.failed(email)
            raise
        throttle.succeeded(email)
        return cleaned
