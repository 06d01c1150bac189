"""What is typed of a kit: counted item by item, opened, placed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dolenti.agenda.models import Room
from dolenti.clinic.common.forms import TokenForm, reason_field
from dolenti.clinic.common.typed import ExpiryField, TypedText
from dolenti.guideline.session import Stock
from dolenti.guideline.session.shapes.emergency import KitItem
from dolenti.guideline.words import date_in_words
from dolenti.readiness.kits import MOST, Counted
from dolenti.ui.language import current


@dataclass(frozen=True)
class Row:
    """The fields of one item."""

    label: str
    wanted: str
    count: Any
    expiry: Any = None
    edition: Any = None

    @property
    def asked(self) -> list[Any]:
        """Those that the item has."""
        return [one for one in (self.count, self.expiry, self.edition) if one is not None]


class CheckForm(TokenForm):
    """A kit, counted item by item. Nothing of last time stands in a field: how many there are is
    counted anew, and each date is read on the package again; last time’s is said beside it."""

    seal = TypedText(label=gettext_lazy("Number of the seal put on it"), required=False, longest=40)
    note = TypedText(label=gettext_lazy("Note"), required=False, longest=500, lines=True)

    def __init__(
        self,
        *args: Any,
        items: Iterable[KitItem],
        before: Mapping[str, Stock],
        edition: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = tuple(items)
        for item in self.items:
            self._field(item, before.get(item.id), edition)

    def _field(self, item: KitItem, before: Stock | None, edition: str) -> None:
        label = item.label.in_language(current())
        said = _("Count them: a whole number, 0 where there is none.")
        last = _("last time: %(n)s") % {"n": before.quantity} if before else ""
        self.fields[f"count_{item.id}"] = forms.IntegerField(
            label=_("How many"),
            help_text=last,
            min_value=0,
            max_value=MOST,
            widget=forms.TextInput(
                attrs={
                    "inputmode": "numeric",
                    "autocomplete": "off",
                    "class": "short",
                    "aria-label": f"{_('How many')}: {label}",
                }
            ),
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), said),
        )
        if item.expires == "printed":
            dated = ExpiryField(label=_("First expiry date"), required=False, help_text="")
            if before and before.expires:
                said = _("last time: %(n)s") % {"n": date_in_words(before.expires, current())}
                dated.help_text = f"{said}. {dated.help_text}"
            self.fields[f"expiry_{item.id}"] = dated
        elif item.expires == "edition":
            self.fields[f"edition_{item.id}"] = TypedText(
                label=_("Edition printed on the cards"),
                required=False,
                longest=20,
                help_text=_("In force: %(edition)s") % {"edition": edition},
            )

    def rows(self) -> list[Row]:
        """The fields, item by item."""
        return [
            Row(
                item.label.in_language(current()),
                ngettext("%(n)s wanted", "%(n)s wanted", item.quantity) % {"n": item.quantity},
                self[f"count_{item.id}"],
                self[f"expiry_{item.id}"] if f"expiry_{item.id}" in self.fields else None,
                self[f"edition_{item.id}"] if f"edition_{item.id}" in self.fields else None,
            )
            for item in self.items
        ]

    def counted(self) -> Counted:
        """What was typed."""
        said = self.cleaned_data
        return Counted(
            {
                item.id: Stock(
                    said[f"count_{item.id}"],
                    said.get(f"expiry_{item.id}"),
                    said.get(f"edition_{item.id}", "").upper() or None,
                )
                for item in self.items
            },
            said["seal"],
            said["note"],
        )


class OpenedForm(TokenForm):
    """A kit that was opened."""

    note = reason_field(
        gettext_lazy("What it was opened for"),
        gettext_lazy("Without the patient’s name."),
        gettext_lazy("Say why: it stays in the record."),
    )


class PlaceForm(TokenForm):
    """In which room the kit lies that serves one."""

    room = forms.ChoiceField(error_messages={"invalid_choice": gettext_lazy("Choose a room.")})
    served_by = forms.ChoiceField(
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose a room."))
    )

    def __init__(self, *args: Any, rooms: Iterable[Room], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {one.public_id: one for one in rooms}
        for name in ("room", "served_by"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(key, one.name) for key, one in self.known.items()]
