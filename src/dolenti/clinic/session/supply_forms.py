"""Which needles, kits and probes are used at a session: each by its lot and how many pieces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from dolenti.access import clock
from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.typed import ReasonField
from dolenti.clinic.session.typed import Whole
from dolenti.stock import items
from dolenti.stock.labels import LABELS
from dolenti.stock.models import Lot
from dolenti.stock.standing import Stands, stands
from dolenti.treatment.content import Preparation
from dolenti.treatment.recording import Asked
from dolenti.treatment.supplying import MOST

SUPPLIES: Final = 4
REASON: Final = "reason-"
AGAIN: Final = "again-"
CONFIRM: Final = "confirm-"
CHOOSE = {
    "required": gettext_lazy("Choose from the list."),
    "invalid_choice": gettext_lazy("Choose from the list."),
}


def lot_words(lot: Lot) -> str:
    """A lot as it is chosen: what, which lot, until when, how many are left; first of all that
    nobody may use it, or that its product is not authorised or not sold."""
    until = f"{lot.expiry:%m/%Y}" if lot.expiry else "–"
    stand = stands(lot, clock.today())
    mark = "" if stand in (Stands.USABLE, Stands.EMPTY) else f"{LABELS['lot'][stand]} · "
    for one in items.not_used(lot.item.product, lot.item.with_product):
        mark += f"{LABELS['product-state'][one.state]} · "
    return mark + _("%(item)s · lot %(number)s · until %(until)s · %(left)s left") % {
        "item": lot.item.name,
        "number": lot.number,
        "until": until,
        "left": lot.left,
    }


def choose_from(form: forms.Form, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    """What may be chosen in a field."""
    field = form.fields[name]
    assert isinstance(field, (forms.ChoiceField, forms.MultipleChoiceField))
    field.choices = list(choices)


class PartForm(TokenForm):
    """A part of the record, as it stood when the page was opened."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def reasons(self) -> dict[str, str]:
        """Why somebody goes past a rule, by its id. Raises ``InputError`` for what says nothing."""
        read = ReasonField(longest=500, required=False).read
        typed = {rule: text for rule, text in self.reasons_typed().items() if text.strip()}
        found = {rule: read(text) for rule, text in (self.said_again() | typed).items()}
        return {rule: text for rule, text in found.items() if text}

    def confirmed(self) -> set[str]:
        """The rules that the nurse went past, and that are ticked as seen."""
        return {name.removeprefix(CONFIRM) for name in self.data if name.startswith(CONFIRM)}

    def reasons_typed(self) -> dict[str, str]:
        """The same as it was typed, to be shown again."""
        return {
            name.removeprefix(REASON): str(self.data[name])
            for name in self.data
            if name.startswith(REASON)
        }

    def said_again(self) -> dict[str, str]:
        """The rules whose reason of the last session was ticked as true today, with that reason."""
        return {
            name.removeprefix(AGAIN): str(self.data[name])
            for name in self.data
            if name.startswith(AGAIN)
        }


class SuppliesForm(PartForm):
    """The supplies that are taken. Where the site has none in stock there is nothing to choose."""

    def __init__(self, *args: Any, supplies: Sequence[Lot] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["not_used"] = forms.BooleanField(
            label=_("Nothing of the recalled lot was used"), required=False
        )
        self.supply_rows = range(SUPPLIES if supplies else 0)
        named = [(one.public_id, lot_words(one)) for one in supplies]
        for number in self.supply_rows:
            self.fields[f"supply_{number}"] = forms.ChoiceField(
                label=_("Needle, kit or probe, and lot"),
                choices=[("", "–"), *named],
                required=False,
                error_messages=CHOOSE,
            )
            self.fields[f"pieces_{number}"] = Whole(label=pgettext("supplies", "Number of pieces"))
            self.fields[f"offered_{number}"] = forms.CharField(
                widget=forms.HiddenInput, required=False, max_length=60
            )

    @property
    def supplies(self) -> list[tuple[Any, Any, Any]]:
        """The rows of supplies as they stand on the page: the lot, the pieces, and the lot that was
        offered there and that nobody has confirmed."""
        names = ("supply", "pieces", "offered")
        return [tuple(self[f"{name}_{n}"] for name in names) for n in self.supply_rows]  # type: ignore[misc]

    @property
    def supplies_filled(self) -> int:
        """How many of them are shown at once: those with a lot in them, or what was typed wrong;
        the first one in any case."""
        used = [n for n, (lot, *_row) in enumerate(self.supplies) if lot.value() or lot.errors]
        return max(used, default=0) + 1

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        seen: set[str] = set()
        for number in self.supply_rows:
            lot, pieces = cleaned.get(f"supply_{number}"), cleaned.get(f"pieces_{number}")
            if lot and lot in seen:
                why = _("This lot is listed twice: write all its pieces on one line.")
                self.add_error(f"supply_{number}", why)
            if lot and f"pieces_{number}" not in self.errors and not 1 <= (pieces or 0) <= MOST:
                why = _("Give the number of pieces, from 1 to %(most)s.") % {"most": MOST}
                self.add_error(f"pieces_{number}", why)
            # A lot that is taken out leaves its pieces behind; others were typed for some lot.
            typed = str(pieces) != self.initial.get(f"pieces_{number}") and pieces not in (None, 1)
            if typed and not lot and f"supply_{number}" not in self.errors:
                self.add_error(f"supply_{number}", _("Choose the lot it comes from."))
            seen.add(lot or "")
        return cleaned

    def taken(self) -> tuple[tuple[str, int], ...]:
        """The lots that were chosen, and how many pieces of each."""
        said = self.cleaned_data
        rows = ((said.get(f"supply_{n}"), said.get(f"pieces_{n}")) for n in self.supply_rows)
        return tuple((lot, pieces) for lot, pieces in rows if lot and pieces)

    def asked(self) -> Asked:
        """What was typed, as the service takes it."""
        not_used = bool(self.cleaned_data.get("not_used"))
        return Asked(supplies=self.taken(), reasons=self.reasons(), not_used=not_used)


def stands_supplied(preparation: Preparation) -> dict[str, Any]:
    """The supplies of a preparation as a form shows them: one piece where no lot is chosen yet."""
    stands: dict[str, Any] = {f"pieces_{number}": "1" for number in range(SUPPLIES)}
    for number, one in enumerate(preparation.supplies[:SUPPLIES]):
        stands[f"supply_{number}"], stands[f"pieces_{number}"] = one.lot, str(one.pieces)
    return stands
