"""An examination by imaging, as it is typed: added, or corrected."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dolenti.clinic.common.forms import TokenForm, VersionedForm
from dolenti.clinic.common.typed import SinceField, TypedText
from dolenti.records.judging import imaging
from dolenti.records.models import Complaint
from dolenti.ui.labels import LABELS

KEPT: Final = ("kind", "done", "side", "finding", "no_fracture", "read_by", "source")


class ImagingForm(TokenForm):
    """An examination of a complaint. The grade is asked only where its place has one."""

    kind = forms.ChoiceField(label=pgettext_lazy("imaging", "Examination"), choices=())
    done = SinceField(
        label=_("Done on"),
        help_text=_("A day, a month or a year: 15/03/2026, March 2026, 2019."),
        error_messages={"required": _("Give a day, a month or a year.")},
    )
    side = forms.ChoiceField(
        label=_("Side examined"), required=False, choices=(), widget=forms.RadioSelect
    )
    finding = TypedText(
        label=_("What it shows"),
        longest=2000,
        lines=True,
        help_text=_("The conclusion, in words."),
        error_messages={"required": _("Write what it shows.")},
    )
    grade = forms.TypedChoiceField(
        label=_("Kellgren-Lawrence grade"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Not given")), *((str(one), str(one)) for one in imaging.GRADES)],
    )
    no_fracture = forms.BooleanField(
        label=_("The reader rules a fracture out"),
        required=False,
        help_text=_("At the hip a normal X-ray does not always do so."),
    )
    read_by = TypedText(
        label=_("Read by"),
        required=False,
        longest=150,
        help_text=pgettext_lazy("imaging", "Leave it empty if not known."),
    )
    source = TypedText(
        label=pgettext_lazy("imaging", "Source"),
        required=False,
        longest=200,
        help_text=_("Written report, pictures seen, or as the patient tells it."),
    )

    def __init__(
        self, *args: Any, complaint: Complaint, sides: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kinds = cast("forms.ChoiceField", self.fields["kind"])
        kinds.choices = [("", _("Choose")), *LABELS["imaging-kind"].items()]
        cast("forms.ChoiceField", self.fields["side"]).choices = [*sides, ("", _("Not known"))]
        if imaging.graded(complaint) is None:
            del self.fields["grade"]

    def values(self) -> dict[str, Any]:
        """What is written."""
        said = {name: self.cleaned_data[name] for name in KEPT}
        return said | {"grade": self.cleaned_data.get("grade")}


class EditImagingForm(ImagingForm, VersionedForm):
    """An examination corrected."""
