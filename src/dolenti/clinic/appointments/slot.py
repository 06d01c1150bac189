"""A moment, a person and a room: a free time that is proposed, or a typed one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import User
from dolenti.agenda.appointments import Wish, next_moment
from dolenti.agenda.models import Room
from dolenti.agenda.timetable import FARTHEST, Slot
from dolenti.calendar.moments import AmbiguousTimeError, lasting
from dolenti.clinic.appointments.shown import FreeLine
from dolenti.clinic.common.forms import (
    MINUTES,
    TokenForm,
    day_field,
    moment,
    time_field,
    which_field,
)
from dolenti.clinic.common.typed import BriefReasonField, refused
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


CHOOSE: Final = _("Choose one of the free times, or type a day and a time.")
NOW: Final = "now"
"""The value of the slot of somebody who is there: the moment is that of the sending."""


TYPED: Final = "typed"
"""The value of the choice that says: as typed, and none of the free times."""
REASONS: Final = "reasons"
"""The list in which a page offers what is said most often."""


class SlotForm(TokenForm):
    """A moment with a person and a room: one of the free times proposed, or a typed one."""

    free = forms.CharField(label=_("Free times"), required=False, max_length=60)
    offered = forms.CharField(required=False, widget=forms.HiddenInput, initial="1")
    """Free times stood on the page: one of them was to be chosen, or the typed time."""
    day = day_field(_("Day"), required=False)
    at = time_field(_("Time"), required=False)
    which = which_field()
    minutes = forms.TypedChoiceField(label=_("Length"), coerce=int)
    practitioner = forms.ChoiceField(label=_("With"))
    room = forms.ChoiceField(label=_("Room"), required=False)
    kept: tuple[str, ...] = ()
    """What else is kept of a form that only asks for other free times."""

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

    @property
    def lengths(self) -> list[tuple[int, str]]:
        """How long an appointment may last, in minutes."""
        return list(self.fields["minutes"].choices)  # type: ignore[attr-defined]

    def slot(self, *, here: bool = False) -> Slot | None:
        """The slot chosen or typed; where it is none, the reason stands beside its field.

        ``NOW`` is the moment of the sending, for a patient who is ``here``.
        """
        chosen = self.cleaned_data.get("free", "")
        if chosen == TYPED or (not chosen and not self.cleaned_data.get("offered")):
            return self._typed()
        moment, _sign, room = chosen.partition("|")
        at_once = here and moment == NOW
        start = next_moment(timezone.now()) if at_once else read_moment(moment)
        if start is None:
            self.add_error("free", CHOOSE)
            return None
        return self._slot(start, room or self.cleaned_data.get("room", ""), "free")

    def _typed(self) -> Slot | None:
        cleaned = self.cleaned_data
        missing = [name for name in ("day", "at") if cleaned.get(name) is None]
        if len(missing) == 2 and not ({"day", "at"} & set(self.errors)):
            self.add_error("free", CHOOSE)
            return None
        for name in missing:
            if name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        if missing:
            return None
        try:
            start = moment(cleaned["day"], cleaned["at"], cleaned.get("which", ""))
        except InputError as error:
            self.twice = isinstance(error, AmbiguousTimeError)
            self.add_error("at", refused(error))
            return None
        return self._slot(start, cleaned.get("room", ""), "at")

    def _slot(self, start: datetime, room: str, field: str) -> Slot:
        span = lasting(start, timedelta(minutes=self.cleaned_data["minutes"]))
        person = self.people[self.cleaned_data["practitioner"]]
        return Slot(person, self.rooms.get(room), span, field=field)

    def wish(self, today: date, *, here: bool = False) -> Wish | None:
        """With whom, where, from which day and for how long free times are looked for; ``None``
        where one of them cannot be read. A patient who is ``here`` is seen today."""
        person = self.people.get(str(self["practitioner"].value()))
        minutes = str(self["minutes"].value())
        typed = self["day"].value()
        try:
            day = typed if isinstance(typed, date) else date.fromisoformat(str(typed))
        except ValueError:
            day = today
        if person is None or minutes not in {str(n) for n, _label in self.lengths}:
            return None
        room = self.rooms.get(str(self["room"].value())) if self.rooms else None
        soon = today if here else min(max(day, today), today + FARTHEST)
        rooms = [room] if room else list(self.rooms.values())
        return Wish(person, rooms, soon, timedelta(minutes=int(minutes)))

    def asked(self) -> dict[str, Any]:
        """What was typed so far, where it is only asked for other free times."""
        names = ("token", "free", "practitioner", "room", "day", "at", *self.kept)
        typed = {name: self.data[name] for name in names if self.data.get(name)}
        lengths = {str(n): n for n, _label in self.lengths}
        minutes = lengths.get(self.data.get("minutes", ""))
        return {**typed, "minutes": minutes} if minutes else typed

    @property
    def is_typed(self) -> bool:
        """Whether the day and hour are the typed ones, and not a free time."""
        free = self.data.get("free") if self.is_bound else self.initial.get("free")
        if self.is_bound or free:
            return free == TYPED
        return bool(self.initial.get("at"))

    @property
    def is_untouched(self) -> bool:
        """Whether no time was chosen or typed yet."""
        return not (self.is_bound or self.initial.get("free") or self.initial.get("at"))

    def choose(self, lines: Iterable[FreeLine]) -> None:
        """Press the free time that is the day and hour of the form, where it is one of these; one
        that was pressed before stays so where it is still free."""
        day, at, free = (self.initial.get(name) for name in ("day", "at", "free"))
        every = [value for line in lines for value, _said in line.slots]
        if self.is_bound or free == TYPED:
            return
        if free:
            stays = (v for v in every if read_moment(v) == read_moment(free))
            self.initial["free"] = next(stays, "")
        elif isinstance(day, date) and isinstance(at, time):
            with suppress(InputError):
                start = moment(day, at, "")
                self.initial["free"] = next((v for v in every if read_moment(v) == start), "")


class MoveForm(SlotForm):
    """Another moment for an appointment, and why."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)
    reason = BriefReasonField(
        label=_("Reason for the move"),
        help_text=_("Required: a word is enough. It stays in the history of the appointment."),
        longest=300,
        error_messages={"required": _("Say why, in a few words.")},
    )
    kept = ("based_on", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].widget.attrs["list"] = REASONS


def read_moment(text: str) -> datetime | None:
    """The moment of a free time as the form sends it back, or ``None``."""
    try:
        return datetime.strptime(text.partition("|")[0], "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    except ValueError:
        return None
