"""Which lines of the trail are looked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import User
from dolenti.clinic.common.forms import day_field
from dolenti.clinic.common.typed import TypedText
from dolenti.ui.labels import LABELS

FEWEST_LETTERS = 2


class TrailForm(forms.Form):
    """What an auditor looks for. Every field may be empty."""

    first = day_field(_("From"), required=False)
    last = day_field(_("To"), required=False, help_text=_("Last day included."))
    actor = forms.ChoiceField(label=_("Who"), required=False)
    action = forms.ChoiceField(label=_("What"), required=False)
    outcome = forms.ChoiceField(label=_("How it ended"), required=False)
    patient = forms.CharField(
        label=_("Patient’s record"),
        required=False,
        help_text=_("Its code, as the lines show it."),
        max_length=16,
        widget=forms.TextInput({"autocomplete": "off", "class": "medium", "spellcheck": "false"}),
    )

    view = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput())

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for name, listed in (
            ("actor", [(one.public_id, one.name) for one in people]),
            ("action", sorted(LABELS["trail-action"].items(), key=lambda pair: str(pair[1]))),
            ("outcome", list(LABELS["trail-outcome"].items())),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("All")), *listed]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("last", _("This is before the first day."))
        return cleaned


class FindPatientForm(forms.Form):
    """A patient whose lines are wanted, as somebody names them."""

    name = TypedText(
        label=_("Name of the patient"),
        longest=120,
        help_text=_(
            "A part of the name is enough; or the date of birth. The search is itself kept."
        ),
        error_messages={"required": _("Write two letters at least.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_name(self) -> str:
        """As typed, with letters or figures enough to mean somebody."""
        name: str = self.cleaned_data["name"]
        if sum(one.isalnum() for one in name) < FEWEST_LETTERS:
            raise forms.ValidationError(self.fields["name"].error_messages["required"])
        return name
