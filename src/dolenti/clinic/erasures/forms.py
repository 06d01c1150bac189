"""What patients are owed: a copy of the record, an answer to a request to erase."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.typed import DayField, NameField, TypedText
from dolenti.records.models import Contact
from dolenti.ui.labels import LABELS


class ErasureRequestForm(TokenForm):
    """A patient asks that data be erased: who says so, when, what; and which contacts go."""

    asked_by = NameField(
        label=_("Who asks"),
        help_text=_("The patient, or whoever speaks for them. Check who it is first."),
        error_messages={"required": _("Write who asks.")},
    )
    asked_on = DayField(
        label=_("Asked on"),
        help_text=_("The day the request came in. It is answered within a month."),
        error_messages={"required": _("Give the day the request came in.")},
    )
    asked = TypedText(
        label=_("What is asked, in their words"),
        help_text=_("Nothing about their health."),
        longest=1000,
        lines=True,
        required=False,
    )
    contacts = forms.MultipleChoiceField(
        label=_("Contacts to erase now"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("This contact is no longer there. Choose again.")},
    )

    def __init__(self, *args: Any, contacts: Sequence[Contact], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {one.public_id: one for one in contacts}
        self.today = today
        field = self.fields["contacts"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(key, _named(one)) for key, one in self.known.items()]
        if not contacts:
            del self.fields["contacts"]

    def clean_asked_on(self) -> date:
        day: date = self.cleaned_data["asked_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day is yet to come."))
        return day

    def chosen(self) -> list[Contact]:
        """The contacts that go."""
        return [self.known[key] for key in self.cleaned_data.get("contacts", ())]


def _named(one: Contact) -> str:
    said = (one.name, one.phone, one.email, one.address)
    return " · ".join([str(LABELS["contact"].get(one.kind, one.kind)), *(s for s in said if s)])


class ConfirmErasureForm(TokenForm):
    """The second person's word."""

    sure = forms.BooleanField(
        label=_("I have checked the identity and the dates, and I confirm in my own name."),
        error_messages={"required": _("Tick the sentence to confirm.")},
    )
