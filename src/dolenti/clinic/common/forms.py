"""What forms share: the token that makes two sendings one, the version of an edit, reasons,
days and times.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dolenti.calendar.moments import Which, to_utc
from dolenti.clinic.common.typed import BriefReasonField, CalendarDayField, ReasonField, TypedText
from dolenti.ui.language import current


def reason_field(label: Any, help_text: Any, required: Any) -> ReasonField:
    """A reason, with what is asked and what is said where there is none."""
    return ReasonField(
        label=label,
        help_text=help_text,
        longest=500,
        lines=True,
        error_messages={"required": required},
    )


NOT_WHOLE = dict.fromkeys(
    ("required", "invalid"), _("The page arrived incomplete: open it again, then send it.")
)
"""What is said of a field that nobody fills in by hand: there is nothing to mark."""


class TokenForm(forms.Form):
    """A form that is the same write when it is sent twice."""

    token = forms.UUIDField(widget=forms.HiddenInput, error_messages=NOT_WHOLE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})
        kwargs["initial"].setdefault("token", uuid.uuid4())
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


MINUTES = (10, 15, 20, 30, 45, 60, 90, 120)


NOT_A_DAY = _("This is not a day. Give day, month and year.")


NOT_A_TIME = _("This is not a time. Give hours and minutes, for example 09:30.")


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day to come, by the browser's own calendar."""
    return CalendarDayField(
        label=label,
        widget=forms.DateInput(
            attrs={"type": "date", "autocomplete": "off", "class": "short"}, format="%Y-%m-%d"
        ),
        error_messages={"invalid": NOT_A_DAY, "required": NOT_A_DAY},
        **kwargs,
    )


def time_field(label: Any, **kwargs: Any) -> forms.TimeField:
    """A time of the day."""
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(
            attrs={"type": "time", "autocomplete": "off", "class": "short"}, format="%H:%M"
        ),
        error_messages={"invalid": NOT_A_TIME, "required": NOT_A_TIME},
        **kwargs,
    )


def which_field() -> forms.ChoiceField:
    """Which of two moments, on the night when the clock shows a time twice."""
    return forms.ChoiceField(
        label=_("Which of the two"),
        required=False,
        choices=[("", _("Choose")), *((w.name, w.label.in_language(current())) for w in Which)],
    )


def moment(day: date, at: time, which: str) -> datetime:
    """The moment that was typed. Raises ``InputError`` on the two bad nights of the year."""
    return to_utc(datetime.combine(day, at), Which[which] if which in Which.__members__ else None)


class VersionedForm(TokenForm):
    """An edit: it says which version of the row it was made from."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=1, error_messages=NOT_WHOLE)


class ReasonForm(TokenForm):
    """A step that asks why; in as many words as the row keeps. ``brief``: a word is enough."""

    reason: TypedText = ReasonField()

    def __init__(
        self,
        *args: Any,
        label: Any = None,
        help_text: Any = "",
        longest: int = 500,
        brief: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        kind = BriefReasonField if brief else ReasonField
        field = kind(
            label=label or _("Reason"),
            help_text=help_text,
            longest=longest,
            lines=True,
        )
        field.error_messages["required"] = _("Say why: it stays in the record.")
        self.fields["reason"] = field


class VersionedReasonForm(ReasonForm, VersionedForm):
    """The same, about a row as it stood."""
