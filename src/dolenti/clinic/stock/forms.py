"""What is typed of the stock: items, receipts, counts, recalls."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dolenti.clinic.common.forms import TokenForm, VersionedForm, reason_field
from dolenti.clinic.common.typed import ExpiryField, ReasonField, TypedText, refused, sentence
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Product
from dolenti.guideline.mixture import NotUsed
from dolenti.guideline.numbers import unit_in_words
from dolenti.scanning.gs1 import LONGEST, Package, ScanError, checked_gtin, read_package
from dolenti.stock import items
from dolenti.stock.items import Presentation
from dolenti.stock.lots import MOST
from dolenti.stock.models import Item
from dolenti.ui.labels import LABELS
from dolenti.ui.language import alphabetical, current

UNITS = ("mg/mL", "IU/mL")
CHOOSE = {"required": _("Choose from the list."), "invalid_choice": _("Choose from the list.")}


def number_field(label: Any, *, least: int = 0, **kwargs: Any) -> forms.IntegerField:
    """A number of pieces."""
    said = _("Give a whole number, %(least)s or more.") % {"least": least}
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=MOST,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}
        ),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), said),
        **kwargs,
    )


class FigureField(forms.CharField):
    """A number with a comma or a point, more than 0."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"inputmode": "decimal", "autocomplete": "off", "class": "short"}
        super().__init__(widget=forms.TextInput(attributes), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        text = f"{value.normalize():f}"
        return text.replace(".", ",") if current() == "fr" else text

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").replace(",", ".")
        if not text:
            return None
        if not (text.isascii() and text.replace(".", "", 1).isdigit() and len(text) < 10):
            raise ValidationError(_("Give a number, for example 10 or 2.5."))
        return Decimal(text)


class ScanField(forms.CharField):
    """What a hand scanner types. What is read of it is in ``package``."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"autocomplete": "off", "data-scan": "", "spellcheck": "false"}
        super().__init__(
            strip=False, max_length=LONGEST, widget=forms.TextInput(attributes), **kwargs
        )


class ItemForm(TokenForm):
    """What the site keeps."""

    kind = forms.ChoiceField(label=_("What it is"), error_messages=CHOOSE)
    name = TypedText(
        label=pgettext_lazy("item", "Name"),
        help_text=_("As people look for it, with strength and size."),
        longest=120,
        error_messages={"required": _("Give it a name.")},
    )
    product = forms.ChoiceField(
        label=_("Product"), required=False, help_text=_("Of a product only."), error_messages=CHOOSE
    )
    strength = FigureField(label=_("Strength"), required=False)
    unit = forms.ChoiceField(
        label=_("Unit of the strength"),
        required=False,
        error_messages=CHOOSE,
    )
    with_product = forms.ChoiceField(
        label=_("Ready mixed with"),
        required=False,
        help_text=_("Of a vial that holds two products, as lidocaine with adrenaline."),
        error_messages=CHOOSE,
    )
    with_strength = FigureField(label=_("Its strength, in mg/mL"), required=False)
    volume = FigureField(
        label=_("Volume of one piece, in mL"),
        required=False,
        help_text=_("Of an ampoule, a vial or a syringe."),
    )
    minimum = number_field(
        _("Least number of pieces"), help_text=_("Below it, the list says to order. 0: never.")
    )
    ahead = number_field(_("Warn this many days before it expires"))
    seen = forms.BooleanField(
        label=_("I have read this: the item is kept, and is offered nowhere first"), required=False
    )

    def __init__(self, *args: Any, products: Iterable[Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = current()
        products = list(products)
        named = sorted(
            ((one.id, one.label.in_language(language)) for one in products),
            key=lambda one: alphabetical(one[1]),
        )
        _choices(self, "unit", [("", "–"), *((one, unit_in_words(one, language)) for one in UNITS)])
        _choices(self, "kind", LABELS["item-kind"].items())
        _choices(self, "product", [("", "–"), *named])
        in_mg = {one.id for one in products if one.unit == "mg"}
        _choices(self, "with_product", [("", "–"), *(one for one in named if one[0] in in_mg)])

    @property
    def not_used(self) -> tuple[NotUsed, ...]:
        """What the knowledge says of the products that are chosen, where that is to be read."""
        return items.not_used(self["product"].value() or "", self["with_product"].value() or "")

    def presentation(self) -> Presentation | None:
        """What was typed; where it cannot be, the reason stands beside its field."""
        said = {name: self.cleaned_data[name] for name in Presentation.__dataclass_fields__}
        try:
            return Presentation(**said)
        except InputError as error:
            self.add_error(error.where if error.where in self.fields else None, refused(error))
            return None


class ItemEditForm(ItemForm, VersionedForm):
    """The same, of an item as it stood."""


def _choices(form: forms.Form, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


class ReceiveForm(TokenForm):
    """Pieces that came in. What is scanned fills in the rest."""

    scan = ScanField(
        label=_("Scan the package"),
        required=False,
        help_text=_("Its Data Matrix, with a hand scanner. Or fill in the lines below."),
    )
    item = forms.ChoiceField(label=_("Item"), error_messages=CHOOSE)
    number = TypedText(
        label=_("Lot number"),
        longest=60,
        error_messages={"required": _("Copy the lot number from the package.")},
    )
    expiry = ExpiryField(label=_("Expiry date"), required=False)
    gtin = TypedText(label=_("GTIN"), required=False, longest=20, help_text=_("Below the code."))
    quantity = number_field(_("Number of pieces"), least=1)

    def __init__(self, *args: Any, items: Iterable[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = {one.public_id: one for one in items}
        _choices(self, "item", [("", _("Choose")), *((k, o.name) for k, o in self.items.items())])

    def clean_gtin(self) -> str:
        typed: str = self.cleaned_data["gtin"]
        try:
            return checked_gtin(typed) if typed else ""
        except InputError as error:
            raise refused(error) from None

    def filled(self, package: Package, item: Item | None) -> ReceiveForm:
        """The same form with what a package says in the place of what was typed."""
        data = {name: self.data.get(name, "") for name in self.fields}
        data["scan"] = ""
        data["number"], data["gtin"] = package.lot, package.gtin
        data["expiry"] = f"{package.expiry:%d/%m/%Y}" if package.expiry else data.get("expiry", "")
        if item is not None:
            data["item"] = item.public_id
        return ReceiveForm(initial=data, items=self.items.values())


def scanned(text: str) -> tuple[Package | None, str]:
    """What was scanned, or why it cannot be read."""
    try:
        return read_package(text), ""
    except ScanError as error:
        return None, sentence(error)


class CountForm(TokenForm):
    """Pieces that were counted."""

    counted = number_field(_("Number of pieces counted"))
    reason = ReasonField(
        label=_("Where a difference comes from"), required=False, longest=500, lines=True
    )


class DiscardForm(TokenForm):
    """Pieces that are thrown away, or sent back."""

    quantity = number_field(_("Number of pieces"), least=1)
    reason = reason_field(_("Why"), "", _("Say why: it stays in the record."))


class HoldForm(VersionedForm):
    """A lot kept apart, or free again."""

    reason = reason_field(_("Why"), "", _("Say why: it stays in the record."))


class RecallForm(HoldForm):
    """A lot that nobody may use any more."""

    told = TypedText(
        label=_("What those who received it are told"),
        help_text=_("This is the text of the letter: what to watch for, and whom to call."),
        longest=2000,
        lines=True,
        error_messages={"required": _("Write what they are to know.")},
    )


class LetterForm(VersionedForm):
    """What became of a letter."""

    step = forms.ChoiceField(
        label=_("What became of it"),
        widget=forms.RadioSelect,
        choices=[
            ("send", _("It was sent, or handed over")),
            ("reach", _("The patient knows")),
            ("lose", _("The patient was not reached")),
        ],
        error_messages={"required": _("Choose what became of the letter.")},
    )
    note = TypedText(label=_("How, or what was tried"), required=False, longest=500, lines=True)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("step") in ("reach", "lose") and not cleaned.get("note"):
            self.add_error("note", _("Say how the patient was reached, or what was tried."))
        return cleaned
