"""The form by which a step is accepted or refused."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.typed import ReasonField


class DecisionForm(TokenForm):
    """``suggested`` is what the page showed; the button says which it is."""

    suggested = forms.CharField(widget=forms.HiddenInput, max_length=200)
    answer = forms.ChoiceField(
        widget=forms.HiddenInput, choices=[("accept", ""), ("refuse", "")]
    )  # said by the button

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = ReasonField(
            label=_("Why it is refused"),
            help_text=_("Only for a refusal. It stays with the suggestion."),
            longest=500,
            lines=True,
            required=False,
        )
