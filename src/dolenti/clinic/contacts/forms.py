"""How to reach a patient, or someone who speaks for them."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from dolenti.clinic.common.forms import TokenForm, VersionedForm
from dolenti.clinic.common.typed import TypedText
from dolenti.identity.phone import check_phone
from dolenti.records.models import Contact


class PhoneField(TypedText):
    """A telephone number, kept as typed."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"autocomplete": "off", "inputmode": "tel"})
        given = {"label": _("Telephone"), "required": False, "longest": 30, "widget": widget}
        super().__init__(**{**given, **kwargs})

    def read(self, text: str) -> str:
        number = super().read(text)
        return check_phone(number) if number else ""


def email_field() -> forms.EmailField:
    """An e-mail address, where there is one."""
    return forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        error_messages={
            "invalid": _("This is not an e-mail address. Write it like name@example.org.")
        },
    )


class ContactForm(TokenForm):
    """How to reach a patient, or who speaks for them: one way at least."""

    kind = forms.ChoiceField(label=_("Who it is"), choices=())
    name = TypedText(
        label=_("Name"), help_text=_("Not needed for the patient."), required=False, longest=150
    )
    phone = PhoneField()
    email = email_field()
    address = TypedText(label=_("Postal address"), required=False, longest=300)

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["kind"]).choices = kinds

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            if not any(cleaned.get(name) for name in ("phone", "email", "address")):
                self.add_error("phone", _("Give one way at least: telephone, e-mail or address."))
            if cleaned["kind"] != Contact.Kind.SELF and not cleaned.get("name"):
                self.add_error("name", _("Say who this is."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What is written."""
        kept = ("kind", "name", "phone", "email", "address")
        return {name: self.cleaned_data[name] for name in kept}


class EditContactForm(ContactForm, VersionedForm):
    """A contact changed."""
