"""Numbers as they are typed in the room."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from dolenti.treatment.content import plain
from dolenti.ui.language import current

_FIGURE = re.compile(r"[-−]?\d{1,6}(?:[.,]\d{1,4})?\Z")


def figure(text: str) -> Decimal | None:
    """A number with a comma or a point; ``None`` for anything else."""
    typed = text.strip()
    if not _FIGURE.fullmatch(typed) or not typed.isprintable():
        return None
    return Decimal(typed.replace(",", ".").replace("−", "-"))


class Figure(forms.CharField):
    """A number of the room, with its unit in the label. Empty is not known."""

    def __init__(
        self, *, unit: str = "", least: Decimal | None = Decimal(0), **kwargs: Any
    ) -> None:
        attributes = {"inputmode": "decimal", "autocomplete": "off", "class": "short"}
        kwargs.setdefault("required", False)
        super().__init__(widget=forms.TextInput(attributes), **kwargs)
        self.unit, self.least = unit, least

    def prepare_value(self, value: Any) -> Any:
        return plain(value, current()) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").strip()
        if not text:
            return None
        found = figure(text)
        if found is None or (self.least is not None and found < self.least):
            raise ValidationError(_("Give a number, for example 10 or 2.5."))
        return found


class Whole(Figure):
    """A whole number of the room."""

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        if found is None:
            return None
        if found != found.to_integral_value():
            raise ValidationError(_("Give a whole number."))
        return int(found)
