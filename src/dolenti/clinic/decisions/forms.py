"""Small forms of a decision: going past a verdict, closing a referral, a privilege."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.typed import ReasonField, TypedText


class PassingForm(TokenForm):
    """Why a clinician goes past a verdict."""

    reason = ReasonField(
        label=_("Why, for this patient"),
        help_text=_("What you weighed, and what you told the patient. It is kept with your name."),
        longest=1000,
        lines=True,
        error_messages={"required": _("Say why: a verdict is not overridden without a reason.")},
    )
    sure = forms.BooleanField(
        label=_("I have read the reasons above, and I decide otherwise in my own name."),
        error_messages={"required": _("Tick the sentence to decide.")},
    )


class ReferralForm(TokenForm):
    """What became of a patient who was sent elsewhere."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)
    outcome = TypedText(
        label=_("What became of it"),
        help_text=_("Who saw the patient, when, what was found, what is left to do."),
        longest=1000,
        lines=True,
        error_messages={
            "required": _("Record the outcome: it is the only way to close the referral.")
        },
    )
