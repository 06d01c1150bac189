"""What is drawn up in the room: of which lots, and how it looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dolenti.clinic.session import freeze_forms, sensory
from dolenti.clinic.session.freeze_forms import NerveField, Nerves
from dolenti.clinic.session.supply_forms import (
    CHOOSE,
    SuppliesForm,
    choose_from,
    lot_words,
    stands_supplied,
)
from dolenti.clinic.session.typed import Figure
from dolenti.clinic.stock.forms import ScanField
from dolenti.guideline.session.content import Content
from dolenti.stock.models import Lot
from dolenti.treatment.content import Preparation, ToFreeze
from dolenti.treatment.recording import Asked
from dolenti.ui.labels import LABELS

ROWS: Final = 6
NO_NERVES: Final = Nerves()
BESIDE_ROWS: Final = 2
"""An anaesthetic, and what it is made weaker or longer with."""


class DrawnForm(SuppliesForm):
    """What is drawn up of which lots, undiluted, and which supplies are taken. ``planned`` are the
    products of the plan, each by its id and its name: each that is in stock has a row of its own,
    whose lot is still to be chosen, and which takes no other product."""

    MOST: ClassVar[int] = BESIDE_ROWS

    looks = forms.ChoiceField(
        label=gettext_lazy("The syringe, looked at against the light"),
        widget=forms.RadioSelect,
        required=False,
        error_messages=CHOOSE,
    )

    def __init__(
        self,
        *args: Any,
        lots: Sequence[Lot],
        planned: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        there = {one.item.product for one in lots}
        self.planned = [one for one in planned if one[0] in there][: self.MOST]
        for number in range(self.MOST):
            product, name = self._row_is_for(number, lots)
            # The next to expire first, as they come; nothing is chosen for anybody.
            mine = [one for one in lots if product in ("", one.item.product)]
            self.fields[f"lot_{number}"] = forms.ChoiceField(
                label=_("%(product)s, planned: lot") % {"product": name}
                if product
                else _("Product and lot"),
                choices=[("", "–"), *((one.public_id, lot_words(one)) for one in mine)],
                required=False,
                error_messages=CHOOSE,
            )
            self.fields[f"volume_{number}"] = Figure(label=_("Volume, mL"))
        choose_from(self, "looks", LABELS["syringe"].items())

    def _row_is_for(self, number: int, lots: Sequence[Lot]) -> tuple[str, str]:
        """The product of the plan that a row is for; none where another stands in it, as a page
        that was opened with another stock sends it: no row is named after what is not in it."""
        product, name = self.planned[number] if number < len(self.planned) else ("", "")
        name_of = f"lot_{number}"
        chosen = self.data.get(name_of) if self.is_bound else self.initial.get(name_of)
        other = any(one.public_id == chosen and one.item.product != product for one in lots)
        return ("", "") if other else (product, name)

    def row_for(self, lot: Lot, taken: Mapping[str, Any]) -> int | None:
        """The row that a lot goes into: that of its product in the plan, else the first that is for
        none; of those that are empty. ``None`` where there is none."""
        empty = [n for n in range(self.MOST) if not taken.get(f"lot_{n}")]
        own = (n for n in empty if n < len(self.planned) and self.planned[n][0] == lot.item.product)
        free = (n for n in empty if n >= len(self.planned))
        return next(own, next(free, None))

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """The rows as they stand on the page."""
        return [(self[f"lot_{n}"], self[f"volume_{n}"]) for n in range(self.MOST)]

    @property
    def filled(self) -> int:
        """How many rows are shown at once: those planned, or with something in them and one
        more."""
        return max(self._used + 1, len(self.planned), 1)

    @property
    def _used(self) -> int:
        used = [n for n, (lot, volume) in enumerate(self.rows) if lot.value() or volume.value()]
        return max(used, default=-1) + 1

    @property
    def is_touched(self) -> bool:
        """Whether something is drawn up, or typed so."""
        wrong = {"looks", *(name for n in range(self.MOST) for name in (f"lot_{n}", f"volume_{n}"))}
        return self._used > 0 or not wrong.isdisjoint(self.errors)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for number in range(self.MOST):
            lot, volume = cleaned.get(f"lot_{number}"), cleaned.get(f"volume_{number}")
            if lot and not volume and f"volume_{number}" not in self.errors:
                self.add_error(f"volume_{number}", _("Give the volume drawn up."))
            elif volume and not lot and f"lot_{number}" not in self.errors:
                self.add_error(f"lot_{number}", _("Choose the lot it comes from."))
        return cleaned

    def asked(self) -> Asked:
        """What was typed, as the service takes it."""
        said = self.cleaned_data
        rows = tuple(
            (said[f"lot_{number}"], said[f"volume_{number}"])
            for number in range(self.MOST)
            if said.get(f"lot_{number}") and said.get(f"volume_{number}")
        )
        return Asked(
            rows=rows,
            supplies=self.taken(),
            technique=said.get("technique") or "",
            fluid=said.get("fluid") or "none",
            fluid_ml=said.get("fluid_ml") or Decimal(0),
            looks=said.get("looks") or None,
            reasons=self.reasons(),
            usual=said.get("usual") or "",
            nerve=said.get("nerve") or "",
            not_used=bool(said.get("not_used")),
        )


class PreparationForm(sensory.Areas, DrawnForm):
    """What is drawn up of which lots, diluted in what, for which technique or nerve. ``freezes``
    holds the rules of a freeze, where one is prepared: what they ask before it is asked here."""

    MOST: ClassVar[int] = ROWS

    technique = forms.ChoiceField(
        label=gettext_lazy("Technique"), required=False, error_messages=CHOOSE
    )
    fluid = forms.ChoiceField(label=gettext_lazy("Diluted in"), error_messages=CHOOSE)
    fluid_ml = Figure(label=gettext_lazy("Volume, mL"))
    usual = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    scan = ScanField(
        label=gettext_lazy("Scan the package of a product, a needle or a probe"),
        help_text=gettext_lazy("Or type the lot number, whole."),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        techniques: Sequence[tuple[str, str]],
        nerves: Nerves = NO_NERVES,
        freezes: Content | None = None,
        again: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.content = freezes
        self.before: list[str] = []
        self.sensory: list[dict[str, Any]] = []
        if nerves.usable:
            self.fields["nerve"] = NerveField(nerves)
        if freezes is not None:
            self.before = freeze_forms.add_before(self, freezes, again=again)
            self.sensory = sensory.rows(self, freezes, sensory.BEFORE)
        choose_from(self, "technique", [("", "–"), *techniques])
        choose_from(self, "fluid", LABELS["vehicle"].items())
        if not techniques:
            del self.fields["technique"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("fluid") not in (None, "", "none") and not cleaned.get("fluid_ml"):
            self.add_error("fluid_ml", _("Give the volume of what it is diluted in."))
        freeze_forms.check_grade(self, cleaned)
        return cleaned

    def asked(self) -> Asked:
        """The same, with what is known of the freeze."""
        asked = super().asked()
        if self.content is None:
            return asked
        return replace(asked, to_freeze=freeze_forms.read_before(self.cleaned_data, self.content))

    @property
    def before_fields(self) -> list[forms.BoundField]:
        """What is said of the nerve before the cold, but the sensory map."""
        return [self[name] for name in self.before]


def stands_prepared(preparation: Preparation) -> dict[str, Any]:
    """A preparation as its form shows it."""
    stands: dict[str, Any] = {
        "technique": preparation.technique,
        "fluid": preparation.fluid,
        "fluid_ml": preparation.fluid_ml if preparation.fluid != "none" else None,
        "looks": preparation.looks or "",
        "usual": preparation.usual,
        "nerve": preparation.nerve,
        **stands_supplied(preparation),
        **freeze_forms.stands_before(preparation.to_freeze or ToFreeze()),
    }
    for number, one in enumerate(preparation.drawn[:ROWS]):
        stands[f"lot_{number}"], stands[f"volume_{number}"] = one.lot, one.volume
    return stands
