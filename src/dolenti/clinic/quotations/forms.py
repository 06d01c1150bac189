"""A price, line by line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.typed import TypedText


class QuotationForm(TokenForm):
    """The lines of a quotation: a label, how many, the price of one in euros."""

    LINES = 6
    SEEN = 2
    """A course has one act, sometimes two: the other lines wait folded."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, self.LINES + 1):
            self.fields[f"label_{number}"] = TypedText(
                label=_("Label"), longest=120, required=False
            )
            self.fields[f"count_{number}"] = forms.IntegerField(
                label=pgettext_lazy("how many", "Number"),
                required=False,
                min_value=1,
                max_value=99,
                widget=forms.TextInput(
                    attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}
                ),
                error_messages={
                    "invalid": _("Give a whole number, 1 to 99."),
                    "min_value": _("Give a whole number, 1 to 99."),
                    "max_value": _("Give a whole number, 1 to 99."),
                },
            )
            self.fields[f"price_{number}"] = EurosField(
                label=_("Price of one, in euros"), required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for number in range(1, self.LINES + 1):
            names = [f"{name}_{number}" for name in ("label", "count", "price")]
            given = [cleaned.get(name) not in (None, "") for name in names]
            wrong = any(name in self.errors for name in names)
            if any(given) and not all(given) and not wrong:
                empty = names[given.index(False)]
                self.add_error(empty, _("Complete this line, or clear it."))
        return cleaned

    def lines(self) -> list[tuple[str, int, int]]:
        """Label, number, cents of one, for each line that is filled in."""
        return [
            (
                self.cleaned_data[f"label_{number}"],
                self.cleaned_data[f"count_{number}"],
                self.cleaned_data[f"price_{number}"],
            )
            for number in range(1, self.LINES + 1)
            if self.cleaned_data.get(f"label_{number}")
        ]

    def rows(self) -> list[tuple[int, Any, Any, Any]]:
        """The fields line by line."""
        return [
            (number, self[f"label_{number}"], self[f"count_{number}"], self[f"price_{number}"])
            for number in range(1, self.LINES + 1)
        ]

    def more(self) -> list[tuple[int, Any, Any, Any]]:
        """The lines that wait folded: the last ones of which nothing is said and nothing wrong."""
        rows = self.rows()
        said = [row[0] for row in rows if any(one.value() or one.errors for one in row[1:])]
        return rows[max([self.SEEN, *said]) :]

    def seen(self) -> list[tuple[int, Any, Any, Any]]:
        """The other lines."""
        return self.rows()[: self.LINES - len(self.more())]


class EurosField(forms.CharField):
    """An amount as people type it, 90 or 90,50; its value is in cents."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"inputmode": "decimal", "autocomplete": "off", "class": "short"}
        super().__init__(**{"widget": forms.TextInput(attributes), **kwargs})
        self.validators = []  # those of a text, and the value is a number: all is refused below

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").replace("€", "")
        text = "".join(text.split()).replace(",", ".")
        if not text:
            return None
        whole, _point, part = text.partition(".")
        digits = whole.isascii() and whole.isdigit() and (not part or part.isascii())
        if not digits or (part and not part.isdigit()) or len(part) > 2 or len(whole) > 6:
            raise ValidationError(_("Write an amount in euros, for example 90 or 90.50."))
        return int(whole) * 100 + int(part.ljust(2, "0") or 0)
