"""An allergy by the name of a medicine, and, where that is not understood, what it is."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.typed import TypedText
from dolenti.records.facts import allergens, naming
from dolenti.records.facts.allergens import Allergy
from dolenti.records.models import Statement
from dolenti.ui.labels import LABELS
from dolenti.ui.language import current

NONE_OF_THESE = "none"


class AllergyForm(TokenForm):
    """An allergy by its name. ``cis`` is the speciality that was chosen; ``is_one_of`` is asked
    only where the name is not understood."""

    name = TypedText(
        label=_("Medicine or substance"),
        longest=300,
        help_text=_("Name, substance or code. Accents and small typing errors do not matter."),
        error_messages={"required": _("Write the name of what the patient reacted to.")},
    )
    cis = forms.CharField(required=False, max_length=8)
    is_one_of = forms.MultipleChoiceField(
        label=_("What is it?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=(),
    )
    said_by = forms.ChoiceField(
        label=_("Who said so"),
        choices=(),
        widget=forms.RadioSelect,
        initial=Statement.SaidBy.PATIENT,
        error_messages={"required": _("Choose who said so.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.allergy = Allergy("", understood=False)
        self.asks = False
        options = allergens.definition().options
        said = [(one.id, one.label.in_language(current())) for one in options]
        one_of = cast("forms.MultipleChoiceField", self.fields["is_one_of"])
        one_of.choices = [*said, (NONE_OF_THESE, _("None of these"))]
        cast("forms.ChoiceField", self.fields["said_by"]).choices = list(LABELS["said-by"].items())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        name, cis = cleaned.get("name", ""), cleaned.get("cis", "")
        if not name:
            return cleaned
        if cis and naming.speciality(cis) is None:
            self.add_error("name", _("Choose one of the medicines proposed, or none."))
            return cleaned
        self.allergy = allergens.named(name, cis)
        if not self.allergy.understood:
            self._explain(cleaned.get("is_one_of", []))
        return cleaned

    def _explain(self, answers: list[str]) -> None:
        """What was said of a name that is not understood."""
        self.asks = True
        if NONE_OF_THESE in answers and len(answers) > 1:
            self.add_error("is_one_of", _("Choose one of these, or “none of these”, not both."))
        elif answers:
            chosen = [one for one in answers if one != NONE_OF_THESE]
            self.allergy = allergens.answered(self.allergy.name, chosen)
        elif "is_one_of" not in self.errors:
            said = _("This name is not understood. Choose a proposal, or say below what it is.")
            self.add_error("name", said)

    def said(self) -> Statement.SaidBy:
        """Who said so."""
        return Statement.SaidBy(self.cleaned_data["said_by"])
