"""A consent signed, on the screen or on paper; and taken back."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.typed import NameField, TypedText, refused
from dolenti.guideline.errors import InputError
from dolenti.treatment.consents import Signed, Strokes, read_strokes

LONGEST = 200_000
"""Characters of a drawn signature; a person draws a tenth of it."""


class ConsentForm(TokenForm):
    """The signature under the text that was read."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    signed_by = NameField(
        label=_("Signed by"),
        help_text=_("The name of the person who signs: the patient, or who decides for them."),
        error_messages={"required": _("Write the name of the person who signs.")},
    )
    how = forms.ChoiceField(
        label=_("How it is signed"),
        initial="screen",
        choices=(
            ("screen", _("On this screen, with a pen, a finger or the mouse")),
            ("paper", _("On paper: the text is printed and signed by hand, and the paper is kept")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it is signed.")},
    )
    strokes = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST)
    kept = TypedText(
        label=_("Where the signed paper is kept"),
        help_text=_("Only for a signature on paper. For example: paper record, binder 12."),
        longest=200,
        required=False,
    )

    def clean_strokes(self) -> Strokes:
        text = self.cleaned_data["strokes"]
        try:
            return read_strokes(json.loads(text)) if text else []
        except (json.JSONDecodeError, RecursionError):
            return []
        except InputError as error:
            raise refused(error) from None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("how") == "paper" and not cleaned.get("kept") and "kept" not in self.errors:
            self.add_error("kept", _("Write where the signed paper is kept."))
        return cleaned

    def signed(self, at: datetime) -> Signed | None:
        """The signature; where there is none, the reason stands beside the frame."""
        cleaned = self.cleaned_data
        by = cleaned["signed_by"]
        try:
            if cleaned["how"] == "paper":
                return Signed(by, at, kept=cleaned["kept"])
            return Signed(by, at, cleaned["strokes"])
        except InputError as error:
            self.add_error("strokes", refused(error))
            return None


class SettledForm(forms.Form):
    """A question was answered, or a refusal spoken about."""

    how = forms.ChoiceField(
        label=_("How it was answered"),
        choices=(
            ("here", _("In writing, here")),
            ("visit", _("At the visit")),
            ("phone", _("By telephone")),
        ),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Choose how it was answered.")
        ),
    )
    note = TypedText(
        label=_("What was answered"),
        help_text=_("In a few words; the patient reads it on their phone."),
        longest=500,
        lines=True,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("how") == "here" and not said.get("note"):
            self.add_error("note", _("Write the answer: the patient reads it."))
        return said


class WithdrawalForm(TokenForm):
    """The patient takes a consent back. No reason is asked of them."""

    said_by = NameField(
        label=_("Who withdraws it"),
        help_text=_("The patient, or who decides for them."),
        error_messages={"required": _("Write who withdraws it.")},
    )
    note = TypedText(
        label=_("Note"),
        help_text=_("If they wish to say why. Nobody has to."),
        longest=500,
        lines=True,
        required=False,
    )
