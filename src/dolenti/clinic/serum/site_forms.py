"""What is typed of the places of serum: a freezer, the log of its recorder, its count, a report."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dolenti.clinic.common.forms import TokenForm, day_field
from dolenti.clinic.common.typed import ReasonField, TypedText
from dolenti.clinic.serum.forms import SAY_WHY, ScansField, tick
from dolenti.clinic.stock.forms import CHOOSE
from dolenti.ui.labels import LABELS


class PlaceForm(TokenForm):
    """An incubator, a freezer or a box."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=list(LABELS["serum-place"].items()),
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    name = TypedText(
        label=pgettext_lazy("place", "Name"),
        longest=60,
        error_messages={"required": _("Give it a name.")},
    )


class LogForm(TokenForm):
    """The file of a recorder."""

    file = forms.FileField(
        label=_("File of the recorder"),
        help_text=_("CSV: a date, a time and a temperature in °C on each line."),
        error_messages={"required": _("Choose the file."), "empty": _("This file is empty.")},
    )
    zone = forms.ChoiceField(
        label=_("Clock of the recorder"),
        choices=[("site", _("The site’s own time")), ("utc", _("UTC"))],
        initial="site",
        widget=forms.RadioSelect,
    )
    sure = tick(_("This file is of this place: I looked at the recorder"))


class WithdrawForm(TokenForm):
    """Why a log is not of its place."""

    reason = ReasonField(
        label=_("Why"),
        help_text=_("Which recorder it comes from, and how you know."),
        longest=500,
        lines=True,
        error_messages={"required": SAY_WHY},
    )


class CountForm(TokenForm):
    """What was scanned in a freezer."""

    scans = ScansField(
        many=True,
        label=_("Scan every unit of the freezer"),
        help_text=_("One label after the other, compartment by compartment."),
        required=False,
    )


class PeriodForm(forms.Form):
    """The days of a report."""

    first = day_field(_("First day"))
    last = day_field(_("Last day, included"))
