"""The unit of serum of a session: chosen by its label, and what is said when it goes in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dolenti.calendar.day_text import read_day
from dolenti.clinic.common.request import today
from dolenti.clinic.serum.forms import IdentifierField, ScansField, look_field, spoken_field
from dolenti.clinic.session.forms import InjectedForm
from dolenti.clinic.session.preparation_forms import DrawnForm
from dolenti.clinic.session.typed import Figure
from dolenti.serum import chain
from dolenti.serum.giving import Given
from dolenti.serum.identity import Proof


class UnitForm(DrawnForm):
    """The label of the unit that is to be injected, the anaesthetic that is drawn up beside it in a
    syringe of its own, and the supplies that are taken with it."""

    scan = ScansField(label=gettext_lazy("Scan the label of the unit"), many=False)


class SerumForm(InjectedForm):
    """The last check, in the chair: the label in the hand is read again, whatever was scanned when
    it was chosen. Once it was given, the unit stands; how much of it, and where, is corrected."""

    def __init__(self, *args: Any, ended: bool, beside: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["volume_ml"].required = True
        self.fields["volume_ml"].error_messages["required"] = _("Give the volume injected, in mL.")
        self.fields["thrown_ml"] = Figure(label=_("Left over and destroyed, mL"))
        if beside:
            self.fields["beside_ml"] = Figure(
                label=_("Local anaesthetic of the skin injected, mL"),
                required=True,
                error_messages={"required": _("Say how much of the anaesthetic was injected.")},
            )
        if ended:
            return
        minutes = f"{chain.in_force().most('read-before-needle'):g}"
        self.fields["scan"] = ScansField(
            label=_("Scan the label of the unit in your hand"),
            many=False,
            help_text=_("Right before the needle: the scan counts for %(minutes)s minutes.")
            % {"minutes": minutes},
            error_messages={"required": _("Scan the label of the unit again, right before it.")},
        )
        # What is proved is proved now: ``scan.js`` takes an older scan away.
        self.fields["scan"].widget.attrs["data-minutes"] = minutes
        self.fields["look"] = look_field()
        self.fields["confirmed"] = forms.BooleanField(
            label=_("Target and side were confirmed by two means, with the patient"),
            required=False,
        )
        self.fields["spoken"] = spoken_field()
        self.fields["identifier"] = IdentifierField()

    def proof(self) -> Proof:
        """How whoever gives it proves whose it is."""
        typed: str = self.cleaned_data.get("identifier", "")
        spoken = bool(self.cleaned_data.get("spoken"))
        return Proof(self.cleaned_data.get("scan", ()), read_day(typed, today()), typed, spoken)

    def given(self, side: str) -> Given:
        """What is said of the unit; the target in words, with its side."""
        said = self.cleaned_data
        target = dict(self.fields["target"].choices).get(said["target"], "")  # type: ignore[attr-defined]
        return Given(
            said.get("volume_ml") or Decimal(0),
            ", ".join(filter(None, (target, side)))[:200] if said["target"] else "",
            said.get("look", ""),
            bool(said.get("confirmed")),
            said.get("thrown_ml") or Decimal(0),
        )
