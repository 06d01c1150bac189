"""Who may perform a therapy, on what proof, until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import User
from dolenti.clinic.common.forms import TokenForm, day_field
from dolenti.clinic.common.typed import TypedText
from dolenti.guideline.knowledge import Therapy
from dolenti.ui.language import current


class PrivilegeForm(TokenForm):
    """Who may perform which therapy, on what proof, until when."""

    person = forms.ChoiceField(
        label=_("Practitioner"), error_messages={"required": _("Choose a person.")}
    )
    therapy = forms.ChoiceField(
        label=_("Therapy"), error_messages={"required": _("Choose a therapy.")}
    )
    proof = TypedText(
        label=_("Proof seen"),
        help_text=_("The diploma or the training, its year, where the copy is kept."),
        longest=300,
        error_messages={"required": _("Write which proof was seen.")},
    )
    first = day_field(_("From"))
    last = day_field(
        _("Until"), required=False, help_text=_("Last day included. Empty: without an end.")
    )

    def __init__(
        self,
        *args: Any,
        people: Sequence[User],
        therapies: Sequence[Therapy],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.people = {one.public_id: one for one in people}
        language = current()
        for name, listed in (
            ("person", [(key, one.name) for key, one in self.people.items()]),
            ("therapy", [(t.id, t.description.label.in_language(language)) for t in therapies]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("Choose")), *listed]

    def clean_last(self) -> date | None:
        last: date | None = self.cleaned_data["last"]
        if last and last < self.today:
            raise ValidationError(_("This day is past: the privilege would never hold."))
        return last

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("This is before the first day."))
        return cleaned
