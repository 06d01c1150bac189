"""Two records of one person: which is kept, and why."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dolenti.clinic.common.forms import ReasonForm, TokenForm
from dolenti.records.models import Patient
from dolenti.records.patients import care, merging

NAMED: Final = {
    "birth_name": _("Birth name"),
    "first_name": _("First birth given name"),
    "birth_date": _("Date of birth"),
    "sex": _("Sex"),
}


class ToldForm(TokenForm):
    """A page that says to whom one of two records opens, and is sent with their names."""

    def told(self) -> list[str]:
        """Who was named on the page that was sent, by their ids: nobody's reading widens unsaid."""
        return cast("QueryDict", self.data).getlist("told")


class ConfirmMergeForm(ToldForm):
    """The second person's word."""

    sure = forms.BooleanField(
        label=_(
            "I have checked that these are one person’s records, and I confirm in my own name."
        ),
        error_messages={"required": _("Tick the sentence to confirm.")},
    )

    def __init__(self, *args: Any, patients: tuple[Patient, Patient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gaining = care.gaining(*patients)


class MergeForm(ReasonForm, ToldForm):
    """Which of two records is kept, and why they are one person's."""

    keep = forms.ChoiceField(
        label=_("Which record is kept?"),
        choices=(),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose which of the two is kept.")},
    )

    checked = forms.MultipleChoiceField(
        label=_("They differ: what did you check?"),
        help_text=_("Tick what you know to be one person’s all the same, and say below how."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("keep", "checked", "reason")

    def __init__(self, *args: Any, patients: tuple[Patient, Patient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.differing = merging.differing(*patients)
        checked = cast("forms.MultipleChoiceField", self.fields["checked"])
        checked.choices = [(trait, NAMED[trait]) for trait in self.differing]
        self.gaining = care.gaining(*patients)
        keep = cast("forms.ChoiceField", self.fields["keep"])
        keep.choices = [
            (patients[0].public_id, _("The record on the left")),
            (patients[1].public_id, _("The record on the right")),
        ]

    def clean_checked(self) -> list[str]:
        checked: list[str] = self.cleaned_data["checked"]
        if set(checked) != set(self.differing):
            raise ValidationError(
                _("Tick each: as long as one of them may be two people’s, nothing is merged.")
            )
        return checked
