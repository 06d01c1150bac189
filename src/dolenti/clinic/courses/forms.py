"""A therapy planned: the products, who performs it, and a slot for each session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import User
from dolenti.agenda.models import Room
from dolenti.agenda.timetable import Slot
from dolenti.calendar.moments import AmbiguousTimeError, lasting
from dolenti.clinic.common.forms import (
    MINUTES,
    NOT_A_DAY,
    NOT_A_TIME,
    TokenForm,
    day_field,
    moment,
    time_field,
    which_field,
)
from dolenti.clinic.common.typed import ReasonField, refused
from dolenti.guideline.errors import InputError
from dolenti.guideline.numbers import number_in_words
from dolenti.guideline.schedule import Session as Laid
from dolenti.treatment.formulary import Offered
from dolenti.ui.language import current


@dataclass(frozen=True)
class Row:
    """The fields of one session, with what is said beside them."""

    number: int
    label: str
    optional: bool
    chosen: bool
    include: BoundField | None
    day: BoundField
    at: BoundField
    room: BoundField | None
    which: BoundField | None
    reasons: list[str]


@dataclass(frozen=True)
class Group:
    """Products that are offered together. ``folded``: they stand behind the others, and none of
    them is ticked."""

    name: str
    boxes: list[Any]
    folded: bool = False


def choices_of(products: Sequence[Offered], language: str) -> list[tuple[str, str]]:
    """Each product by its name, with the strengths that the site keeps."""
    found = []
    for one in products:
        kept = ", ".join(number_in_words(float(n), unit, language) for n, unit in one.strengths)
        name = one.product.label.in_language(language)
        found.append((one.product.id, f"{name} ({kept})" if kept else name))
    return found


def groups_of(field: forms.BoundField, products: Sequence[Offered]) -> list[Group]:
    """What is usual there, what the site keeps, and the rest; one group where it keeps nothing."""
    boxes = dict(zip((one.product.id for one in products), field, strict=True))
    ticked = {str(one) for one in field.value() or ()}

    def of(name: str, chosen: list[str], *, folds: bool = False) -> Group:
        return Group(name, [boxes[one] for one in chosen], folds and not ticked & set(chosen))

    usual = [one.product.id for one in products if one.usual]
    kept = [one.product.id for one in products if one.stocked and not one.usual]
    rest = [one.product.id for one in products if not one.stocked and not one.usual]
    found = [
        of(gettext("Usual here, for this zone"), usual),
        of(gettext("On the site’s formulary"), kept),
        of(gettext("Other products"), rest, folds=bool(usual or kept)),
    ]
    return [one for one in found if one.boxes]


class CourseForm(TokenForm):
    """The head (products, practitioner, first day) and one row of fields for each session."""

    products = forms.MultipleChoiceField(
        label=_("Products planned"),
        help_text=_("What the patient is told of, and consents to. They can be chosen later."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    practitioner = forms.ChoiceField(
        label=_("Performed by"),
        help_text=_("Those with a valid privilege for this therapy."),
        error_messages={"required": _("Choose who performs it.")},
    )
    start = day_field(_("First session, from"))
    preferred = time_field(_("Preferred time"), required=False)
    minutes = forms.TypedChoiceField(
        label=_("Length of a session"), coerce=int, choices=[(n, f"{n} min") for n in MINUTES]
    )
    kept_because = ReasonField(
        label=_("Why these days are kept all the same"), required=False, longest=300, lines=True
    )

    def __init__(
        self,
        *args: Any,
        people: Sequence[User],
        rooms: Sequence[Room],
        products: Sequence[Offered],
        laid: Sequence[Laid],
        reasons: dict[int, list[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {one.public_id: one for one in people}
        self.rooms = {room.public_id: room for room in rooms}
        self.laid, self.reasons = laid, reasons or {}
        self.twice: set[int] = set()
        language = current()
        self.offered = products
        self._choices("products", choices_of(products, language))
        self._choices("practitioner", [(key, one.name) for key, one in self.people.items()])
        for number, session in enumerate(laid, 1):
            if session.optional:
                self.fields[f"with_{number}"] = forms.BooleanField(
                    label=_("Plan this session"), required=False
                )
            which = {"n": number}  # several stand in one list of what is to be looked at again
            self.fields[f"day_{number}"] = day_field(
                _("Day, session %(n)s") % which, required=False
            )
            self.fields[f"time_{number}"] = time_field(
                _("Time, session %(n)s") % which, required=False
            )
            self.fields[f"which_{number}"] = which_field()
            if rooms:
                self.fields[f"room_{number}"] = forms.ChoiceField(
                    label=_("Room"),
                    required=False,
                    choices=[("", _("No room")), *((key, r.name) for key, r in self.rooms.items())],
                )

    @property
    def groups(self) -> list[Group]:
        """The products in their groups, with the boxes to tick."""
        return groups_of(self["products"], self.offered)

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        found = self.fields[name]
        assert isinstance(found, forms.ChoiceField)
        found.choices = choices

    def head_is_valid(self) -> bool:
        """Whether the head can be worked with, whatever the rows say."""
        return not {"products", "practitioner", "start", "preferred", "minutes"} & set(self.errors)

    @property
    def person(self) -> User:
        """Who performs it."""
        return self.people[self.cleaned_data["practitioner"]]

    @property
    def has_optional(self) -> bool:
        """Whether the protocol has sessions that are given only if needed."""
        return any(session.optional for session in self.laid)

    @property
    def optional_is_asked(self) -> bool:
        """Whether one of these is ticked, or something is wrong with its row."""
        wanted = [n for n, session in enumerate(self.laid, 1) if session.optional]
        return any(
            self.data.get(f"with_{n}") or set(self.errors) & {f"day_{n}", f"time_{n}", f"room_{n}"}
            for n in wanted
        )

    def slots(self) -> list[Slot]:
        """The slots of the sessions that are planned, in order; errors are added beside them."""
        found = []
        for number, session in enumerate(self.laid, 1):
            if session.optional and not self.cleaned_data.get(f"with_{number}"):
                continue
            slot = self._slot(number)
            if slot is not None:
                found.append(slot)
        return sorted(found, key=lambda slot: slot.span.start)

    def _slot(self, number: int) -> Slot | None:
        day, at = (self.cleaned_data.get(f"{name}_{number}") for name in ("day", "time"))
        for name, value, said in (("day", day, NOT_A_DAY), ("time", at, NOT_A_TIME)):
            if value is None and f"{name}_{number}" not in self.errors:
                self.add_error(f"{name}_{number}", said)
        if day is None or at is None:
            return None
        try:
            start = moment(day, at, self.cleaned_data.get(f"which_{number}", ""))
        except InputError as error:
            if isinstance(error, AmbiguousTimeError):
                self.twice.add(number)
            self.add_error(f"time_{number}", refused(error))
            return None
        room = self.rooms.get(self.cleaned_data.get(f"room_{number}", ""))
        length = timedelta(minutes=self.cleaned_data["minutes"])
        return Slot(self.person, room, lasting(start, length), field=f"time_{number}")

    def session_rows(self) -> list[Row]:
        """The rows as the page shows them."""
        language = current()
        return [
            Row(
                number,
                session.label.in_language(language),
                session.optional,
                not session.optional or bool(self[f"with_{number}"].value()),
                self[f"with_{number}"] if session.optional else None,
                self[f"day_{number}"],
                self[f"time_{number}"],
                self[f"room_{number}"] if self.rooms else None,
                self[f"which_{number}"]
                if number in self.twice or self[f"which_{number}"].value()
                else None,
                self.reasons.get(number, []),
            )
            for number, session in enumerate(self.laid, 1)
        ]


class ProductsForm(TokenForm):
    """Other products for a course."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)
    products = forms.MultipleChoiceField(
        label=_("Products planned"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, products: Sequence[Offered], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = products
        field = self.fields["products"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices_of(products, current())

    @property
    def groups(self) -> list[Group]:
        """The products in their groups, with the boxes to tick."""
        return groups_of(self["products"], self.offered)
