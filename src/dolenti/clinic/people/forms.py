"""Forms of who enters and who looks: openings, the trail, accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from dolenti.access.roles import Role
from dolenti.clinic.common.forms import TokenForm, reason_field
from dolenti.clinic.common.typed import NameField
from dolenti.identity.registered import compact, is_rpps
from dolenti.ui.labels import LABELS


def _roles() -> list[tuple[str, Any]]:
    return [("", _("Choose")), *((role.value, LABELS["role"][role.value]) for role in Role)]


class RoleForm(forms.Form):
    """A role at the site."""

    role = forms.ChoiceField(label=_("Role"), error_messages={"required": _("Choose a role.")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = _roles()


class RppsForm(forms.Form):
    """The number of a health professional."""

    rpps = forms.CharField(
        label=_("RPPS number"),
        required=False,
        help_text=_("Eleven digits, for a health professional who has one."),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric", "class": "medium"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_rpps(self) -> str:
        text = compact(str(self.cleaned_data["rpps"]))
        if text and not is_rpps(text):
            raise ValidationError(
                _("This is not an RPPS number: eleven digits, of which the last checks the rest.")
            )
        return text


class PersonForm(RppsForm, RoleForm, TokenForm):
    """A new account."""

    name = NameField(
        label=_("Name"),
        help_text=_("As colleagues and patients read it, with the title: Dr Claire Morel."),
        error_messages={"required": _("Write the name.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Their own address: the link to set the password goes there."),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Write the e-mail address."),
            "invalid": _("This is not an e-mail address. Write it like name@example.org."),
        },
    )
    field_order = ("name", "email", "role", "rpps")


class LostSecondStepForm(forms.Form):
    """How the administrator knew who lost their second step."""

    reason = reason_field(
        _("How you know it is them"),
        _("For example: seen in person, identity card checked. It stays in the trail."),
        _("Say how you know: whoever asks for this may be somebody else."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
