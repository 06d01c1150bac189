"""What patients are owed: a copy of the record, an answer to a request to erase."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dolenti.clinic.forms.complaints import TokenForm
from dolenti.clinic.forms.typed import DayField, NameField, TypedText
from dolenti.records.models import Contact, RecordCopy
from dolenti.ui.labels import LABELS

WHOM = _("Choose for whom the copy is.")
TO_SOMEONE = (RecordCopy.Reason.DOCTOR, RecordCopy.Reason.LAWYER)


class CopyForm(TokenForm):
    """For whom a copy of the whole record is made."""

    reason = forms.ChoiceField(
        label=_("For whom"),
        choices=list(LABELS["copy-reason"].items()),
        widget=forms.RadioSelect,
        error_messages={"required": WHOM, "invalid_choice": WHOM},
    )
    recipient = NameField(
        label=_("Name of the doctor or lawyer"),
        help_text=_("It is printed on the copy. Leave it empty for the patient."),
        required=False,
    )
    note = TypedText(
        label=_("Note for the clinic"),
        help_text=_("How the request came in, how the copy is handed over. It is not in the copy."),
        longest=500,
        lines=True,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        to_someone = cleaned.get("reason") in TO_SOMEONE
        if to_someone and not cleaned.get("recipient") and "recipient" not in self.errors:
            self.add_error("recipient", _("Write to whom the copy goes."))
        return cleaned


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
        help_text=_("Nothing of their health."),
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
