"""For whom a copy of the record is made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.typed import NameField, TypedText
from dolenti.rights.models import CopyRequest
from dolenti.ui.labels import LABELS

WHOM = _("Choose for whom the copy is.")
TO_SOMEONE = (CopyRequest.Reason.DOCTOR, CopyRequest.Reason.LAWYER)


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
