"""A moment, a person and a room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import User
from dolenti.agenda.models import Room
from dolenti.agenda.timetable import Slot
from dolenti.calendar.moments import AmbiguousTimeError, lasting
from dolenti.clinic.common.forms import (
    MINUTES,
    TokenForm,
    day_field,
    moment,
    time_field,
    which_field,
)
from dolenti.clinic.common.typed import TypedText, refused
from dolenti.guideline.errors import InputError


def wished(request: HttpRequest, people: Iterable[User]) -> dict[str, Any]:
    """The day, the hour and the person that a hole of the agenda names in its address; what no
    form could take is left out."""
    found: dict[str, Any] = {}
    with suppress(ValueError):
        found["day"] = date.fromisoformat(request.GET.get("day", ""))
    with suppress(ValueError):
        found["at"] = datetime.strptime(request.GET.get("at", ""), "%H:%M").time()  # noqa: DTZ007
    if request.GET.get("who", "") in {one.public_id for one in people}:
        found["practitioner"] = request.GET["who"]
    return found


class SlotForm(TokenForm):
    """Another moment for an appointment, and why."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)
    day = day_field(_("Day"))
    at = time_field(_("Time"))
    which = which_field()
    minutes = forms.TypedChoiceField(label=_("Length"), coerce=int)
    practitioner = forms.ChoiceField(label=_("With"))
    room = forms.ChoiceField(label=_("Room"), required=False)
    reason = TypedText(
        label=_("Reason"),
        longest=300,
        error_messages={"required": _("Say why, in a few words.")},
    )

    def __init__(
        self, *args: Any, people: Sequence[User], rooms: Sequence[Room], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {one.public_id: one for one in people}
        self.rooms = {room.public_id: room for room in rooms}
        self.fields["which"].choices = which_field().choices  # type: ignore[attr-defined]
        stands = self.initial.get("minutes", 30)
        choices = {
            "minutes": [(n, f"{n} min") for n in sorted({*MINUTES, stands})],
            "practitioner": [(key, one.name) for key, one in self.people.items()],
            "room": [("", _("No room")), *((key, r.name) for key, r in self.rooms.items())],
        }
        for name, listed in choices.items():
            self.fields[name].choices = listed  # type: ignore[attr-defined]
        if not rooms:
            del self.fields["room"]
        self.twice = False

    def slot(self) -> Slot | None:
        """The slot that was typed; where it is none, the reason stands beside its field."""
        cleaned = self.cleaned_data
        try:
            start = moment(cleaned["day"], cleaned["at"], cleaned.get("which", ""))
        except InputError as error:
            self.twice = isinstance(error, AmbiguousTimeError)
            self.add_error("at", refused(error))
            return None
        room = self.rooms.get(cleaned.get("room", ""))
        span = lasting(start, timedelta(minutes=cleaned["minutes"]))
        return Slot(self.people[cleaned["practitioner"]], room, span, field="at")
