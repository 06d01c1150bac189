"""A medicine typed by name, and, where it is not understood, what it is; one changed or stopped."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from dolenti.clinic.common.forms import TokenForm, VersionedForm
from dolenti.clinic.common.typed import DayField, TypedText
from dolenti.clinic.medicines.shown import choices, meant_by
from dolenti.medicines.meaning import Meant
from dolenti.medicines.understanding import Understood
from dolenti.records.facts import naming
from dolenti.records.patients import medicating
from dolenti.records.patients.medicating import Named

NONE_OF_THESE = "none"


def _since() -> DayField:
    return DayField(label=_("Since"), required=False, help_text=_("Leave it empty if not known."))


def _dose() -> TypedText:
    return TypedText(label=_("Dose, as taken"), required=False, longest=200)


def _in_order(started: date | None, stopped: date | None) -> bool:
    return started is None or stopped is None or started <= stopped


class MedicineForm(TokenForm):
    """A medicine by its name. ``cis`` is the suggestion that was chosen; ``is_one_of`` is asked
    only where the name is not understood, once for this medicine."""

    name = TypedText(
        label=_("Medicine"),
        longest=300,
        help_text=_("Name, substance or code. Accents and small slips do no harm."),
        error_messages={"required": _("Write the name of the medicine.")},
    )
    cis = forms.CharField(required=False, max_length=8)
    dose = _dose()
    started_on = _since()
    is_one_of = forms.MultipleChoiceField(
        label=_("Which of these is it?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.understood = Understood()
        self.asks = False
        said = [*choices(), (NONE_OF_THESE, _("None of these"))]
        cast("forms.MultipleChoiceField", self.fields["is_one_of"]).choices = said

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        name, cis = cleaned.get("name", ""), cleaned.get("cis", "")
        if not name:
            return cleaned
        if cis and naming.speciality(cis) is None:
            self.add_error("name", _("Choose one of the medicines proposed, or none."))
            return cleaned
        self.understood = naming.understood(name, cis)
        answers = cleaned.get("is_one_of", [])
        if NONE_OF_THESE in answers and len(answers) > 1:
            self.add_error("is_one_of", _("It is one of these, or none of these."))
        if not self.understood.known:
            self.asks = True
            if not answers and "is_one_of" not in self.errors:
                said = _("This name is not understood. Choose a proposal, or say below what it is.")
                self.add_error("name", said)
        return cleaned

    def named(self) -> Named:
        """What is written of the medicine itself."""
        said, cis = self.cleaned_data, self.cleaned_data["cis"]
        speciality = naming.speciality(cis) if cis else None
        name = speciality.name if speciality else said["name"]
        if self.understood.known:
            return Named(name[:300], naming.meaning(self.understood), cis)
        return Named(name[:300], self._answered(), cis, answered=True)

    def _answered(self) -> Meant:
        chosen = [one for one in self.cleaned_data["is_one_of"] if one != NONE_OF_THESE]
        return medicating.answered(meant_by(one) for one in chosen)

    def values(self) -> dict[str, Any]:
        """What is written of how it is taken."""
        return {name: self.cleaned_data[name] for name in ("dose", "started_on")}


class EditMedicineForm(VersionedForm):
    """How a medicine is taken, changed; or stopped."""

    dose = _dose()
    started_on = _since()
    stopped_on = DayField(
        label=_("Stopped on"),
        required=False,
        help_text=_("It stays in the record, with this day."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not _in_order(cleaned.get("started_on"), cleaned.get("stopped_on")):
            self.add_error("stopped_on", ValidationError(_("It was stopped before it began.")))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What is written."""
        return {name: self.cleaned_data[name] for name in ("dose", "started_on", "stopped_on")}
