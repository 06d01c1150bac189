"""What an administrator says of the site: details, rooms, hours, closures, fees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from dolenti.agenda.premises import Shut, Week
from dolenti.calendar.hours_text import read_hours, written
from dolenti.calendar.moments import WEEKDAYS
from dolenti.calendar.opening import Hours
from dolenti.calendar.zone import FRENCH
from dolenti.clinic.common.forms import TokenForm, VersionedForm, day_field
from dolenti.clinic.common.typed import TypedText, refused
from dolenti.clinic.quotations.forms import EurosField
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Therapy
from dolenti.records import engine
from dolenti.treatment import letterhead, pictures
from dolenti.treatment.fees import Price
from dolenti.ui.language import current

NAME = {"required": _("Give it a name.")}


class StampedForm(TokenForm):
    """A form that knows what it was filled in from."""

    based_on = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)

    def anew(self, stamp: str) -> None:
        """Sent again, it replaces what stands now."""
        self.data = {**self.data.dict(), "based_on": stamp}  # type: ignore[attr-defined]


class DetailsForm(StampedForm):
    """How the site is called and reached, as its documents say it, and what it can give."""

    name = TypedText(label=_("Name of the site"), longest=120, error_messages=NAME)
    address = TypedText(label=_("Address"), longest=300, lines=True, required=False)
    phone = TypedText(label=_("Telephone"), longest=30, required=False)
    emergency_number = TypedText(
        label=_("Internal emergency number"),
        help_text=_("In a hospital. It stands first on the emergency page."),
        longest=30,
        required=False,
    )
    time_zone = forms.ChoiceField(
        label=_("Where the site is"),
        help_text=_("Its clock and its public holidays: days and times are those of this place."),
        error_messages={"invalid_choice": _("Choose one of these places.")},
    )
    equipped = forms.MultipleChoiceField(
        label=_("Therapies that the site is equipped for"),
        help_text=_("Only these are offered on a record. None ticked: nothing is said, all are."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        therapies = engine.edition_in_force().therapies
        self.fields["equipped"].choices = [  # type: ignore[attr-defined]
            (one.id, one.description.label.in_language(current())) for one in therapies
        ]
        self.initial["equipped"] = self.initial.get("equipped", "").split(",")
        choices = [(name, place.in_language(current())) for name, place in FRENCH.items()]
        kept = self.initial.get("time_zone", "")
        if kept and kept not in FRENCH:
            choices.append((kept, kept))
        self.fields["time_zone"].choices = choices  # type: ignore[attr-defined]

    def clean_equipped(self) -> str:
        """As it is kept: ids with commas between."""
        ticked = self.cleaned_data["equipped"]
        return ",".join(one for one, _label in self.fields["equipped"].choices if one in ticked)  # type: ignore[attr-defined]

    def said(self, name: str, value: str) -> str:
        """A value as people say it."""
        if name == "equipped":
            labels = dict(self.fields["equipped"].choices)  # type: ignore[attr-defined]
            return ", ".join(labels.get(one, one) for one in value.split(",") if one)
        place = FRENCH.get(value) if name == "time_zone" else None
        return place.in_language(current()) if place else value


class LetterheadForm(StampedForm):
    """What stands at the head of the site's papers beside its name and address."""

    finess = forms.CharField(
        label=_("FINESS number"),
        required=False,
        max_length=20,
        help_text=_("Nine characters, where the site has one."),
        widget=forms.TextInput({"autocomplete": "off", "class": "medium"}),
    )
    siret = forms.CharField(
        label=_("SIRET number"),
        required=False,
        max_length=30,
        help_text=_("Fourteen digits."),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric", "class": "medium"}),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("A JPEG, PNG or WebP picture, up to 10 MB; it is made smaller."),
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"empty": _("This file is empty. Choose another one.")},
    )
    without = forms.BooleanField(label=_("Remove the logo"), required=False)

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large

    def head(self, now: letterhead.Head) -> letterhead.Head | None:
        """The head as it was typed, where it can be; else why not stands beside its field."""
        said = self.cleaned_data
        if self.too_large:
            self.add_error("logo", _("This picture is larger than 10 MB. Choose a smaller one."))
            return None
        try:
            logo = pictures.logo(said["logo"].read()) if said["logo"] else now.logo
        except InputError as error:
            self.add_error("logo", refused(error))
            return None
        try:
            without = said["without"] and not said["logo"]
            return letterhead.read(said["finess"], said["siret"], None if without else logo)
        except InputError as error:
            self.add_error(error.where, refused(error))
            return None


class RoomForm(TokenForm):
    """A room's name."""

    name = TypedText(label=_("Name of the room"), longest=60, error_messages=NAME)


class RenameForm(RoomForm, VersionedForm):
    """Another name for a room."""


class HoursForm(StampedForm):
    """The openings of each weekday, as text."""

    def __init__(self, *args: Any, week: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, day in enumerate(WEEKDAYS):
            self.fields[f"day_{number}"] = TypedText(
                label=day.in_language(current()).capitalize(), required=False, longest=120
            )
            self.initial[f"day_{number}"] = written(week.get(number, ()))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.read: dict[int, tuple[Hours, ...]] = {}
        for number in range(7):
            try:
                self.read[number] = read_hours(cleaned.get(f"day_{number}") or "")
            except InputError as error:
                self.add_error(f"day_{number}", refused(error))
        return cleaned

    def days(self) -> list[Any]:
        """The fields, Monday first."""
        return [self[f"day_{number}"] for number in range(7)]


class ClosureForm(TokenForm):
    """Days on which the site is closed."""

    first = day_field(_("First day"))
    last = day_field(_("Last day, included"))
    why = TypedText(
        label=_("Why"),
        help_text=_("Shown to whoever looks for a time. Public holidays need no closure."),
        longest=120,
        required=False,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_last(self) -> date:
        day: date = self.cleaned_data["last"]
        if day < self.today:
            raise ValidationError(_("This day is past. Check the year."))
        return day

    def shut(self) -> Shut | None:
        """The closure; where it is none, the reason stands beside its last day."""
        cleaned = self.cleaned_data
        try:
            return Shut(cleaned["first"], cleaned["last"], cleaned["why"])
        except InputError as error:
            self.add_error("last", refused(error))
            return None


class FeeForm(TokenForm):
    """A price, for a therapy or for any."""

    therapy = forms.ChoiceField(
        label=_("Therapy"),
        required=False,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    label = TypedText(
        label=_("Label"),
        help_text=_("As it appears on a quotation."),
        longest=120,
        error_messages={"required": _("Write what the fee is for.")},
    )
    cents = EurosField(
        label=_("Price of one, in euros"), error_messages={"required": _("Write the price.")}
    )

    def __init__(self, *args: Any, therapies: Sequence[Therapy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["therapy"]
        assert isinstance(field, forms.ChoiceField)
        named = [(t.id, t.description.label.in_language(current())) for t in therapies]
        field.choices = [("", _("Whatever the therapy")), *named]

    def price(self) -> Price | None:
        """The fee; where it cannot be, the reason stands beside the price."""
        cleaned = self.cleaned_data
        try:
            return Price(cleaned["therapy"], cleaned["label"], cleaned["cents"])
        except InputError as error:
            self.add_error("cents", refused(error))
            return None
