"""A fact stated: in whose words, and true since which day."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.typed import DayField
from dolenti.records.facts.stating import Said
from dolenti.records.models import Statement
from dolenti.ui.labels import LABELS


class SayingForm(TokenForm):
    """Who said it, and when it was true. ``complaints`` are those it may be about."""

    complaint = forms.ChoiceField(label=_("For which pain"))
    said_by = forms.ChoiceField(
        label=_("Who said so"),
        choices=(),
        widget=forms.RadioSelect,
        initial=Statement.SaidBy.PATIENT,
        error_messages={"required": _("Choose who said so.")},
    )
    at = DayField(label=_("True on"), help_text=_("Of a result, the day it was taken."))

    def __init__(
        self, *args: Any, complaints: list[tuple[str, str]], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        cast("forms.ChoiceField", self.fields["said_by"]).choices = list(LABELS["said-by"].items())
        if complaints:
            cast("forms.ChoiceField", self.fields["complaint"]).choices = complaints
        else:
            del self.fields["complaint"]
        self.fields["at"].error_messages["required"] = _("Fill this in.")

    def clean_at(self) -> date:
        day: date = self.cleaned_data["at"]
        if day > self.today:
            raise ValidationError(_("This day is still to come. Give a past date."))
        return day

    def said(self, value: Any) -> Said:
        """A value with what this form says of it."""
        said = self.cleaned_data
        return Said(value, said["at"], Statement.SaidBy(said["said_by"]))
