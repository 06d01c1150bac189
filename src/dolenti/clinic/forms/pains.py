"""A complaint of a patient who is on file: described, corrected."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from dolenti.clinic.forms.complaints import PainForm
from dolenti.clinic.forms.patients import VersionedForm
from dolenti.clinic.forms.typed import TypedText
from dolenti.records.models import Complaint, Patient


class ComplaintForm(PainForm):
    """A pain of a patient: diagnosis or zone, side, since when."""

    note = TypedText(
        label=_("Note"),
        help_text=_("What a colleague should know of this pain."),
        required=False,
        longest=1000,
        lines=True,
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient

    def born(self, cleaned: dict[str, Any]) -> date | None:
        return self.patient.birth_date

    def values(self) -> dict[str, Any]:
        """What is written."""
        kept = ("condition", "zone", "side", "since", "note")
        return {name: self.cleaned_data[name] for name in kept}


class EditComplaintForm(ComplaintForm, VersionedForm):
    """A complaint corrected."""


def written(complaint: Complaint) -> dict[str, Any]:
    """A complaint as its form shows it."""
    kept = ("condition", "zone", "side", "since", "note")
    return {name: getattr(complaint, name) for name in kept} | {"based_on": complaint.version}
