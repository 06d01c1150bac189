"""An appointment to book, and an absence to write down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import User
from dolenti.agenda.appointments import KINDS, next_moment
from dolenti.agenda.models import Room
from dolenti.agenda.timetable import FARTHEST, Slot
from dolenti.calendar.moments import lasting
from dolenti.calendar.slots import Slot as FreeSlot
from dolenti.clinic.appointments.slot import SlotForm
from dolenti.clinic.common.forms import day_field, time_field
from dolenti.records.models import Complaint
from dolenti.ui.labels import LABELS

CHOOSE: Final = _("Choose one of the free times, or type a day and a time.")
NOW: Final = "now"
"""The value of the slot of somebody who is there: the moment is that of the sending."""


class AppointmentForm(SlotForm):
    """A consultation or a control: one of the free slots that are proposed, or a typed one."""

    kind = forms.ChoiceField(label=_("What for"), widget=forms.RadioSelect)
    complaint = forms.ChoiceField(label=_("About"), required=False)
    free = forms.CharField(required=False, max_length=60)
    day = day_field(_("Day"), required=False)
    at = time_field(_("Time"), required=False)

    def __init__(
        self, *args: Any, people: Sequence[User], rooms: Sequence[Room],
        complaints: Sequence[tuple[Complaint, str]], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, people=people, rooms=rooms, **kwargs)
        del self.fields["reason"], self.fields["based_on"]
        self.complaints = {one.public_id: one for one, _heading in complaints}
        kinds = [(kind.value, LABELS["appointment-kind"][kind.value]) for kind in KINDS]
        headings = [(one.public_id, heading) for one, heading in complaints]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["complaint"].choices = [  # type: ignore[attr-defined]
            ("", _("Nothing in particular")), *headings,
        ]  # fmt: skip
        if rooms:
            named = [(key, room.name) for key, room in self.rooms.items()]
            self.fields["room"].choices = [("", _("Any free room")), *named]  # type: ignore[attr-defined]
        if not complaints:
            del self.fields["complaint"]

    def slot(self, *, here: bool = False) -> Slot | None:
        """The slot chosen or typed; where it is none, the reason stands beside its field.

        ``NOW`` is the moment of the sending, for a patient who is ``here``.
        """
        chosen = self.cleaned_data.get("free", "")
        if not chosen:
            return self._typed()
        moment, _sign, room = chosen.partition("|")
        at_once = here and moment == NOW
        start = next_moment(timezone.now()) if at_once else read_moment(moment)
        if start is None:
            self.add_error("free", CHOOSE)
            return None
        span = lasting(start, timedelta(minutes=self.cleaned_data["minutes"]))
        person = self.people[self.cleaned_data["practitioner"]]
        kept = self.rooms.get(room or self.cleaned_data.get("room", ""))
        return Slot(person, kept, span, field="free")

    def wish(self, today: date, *, here: bool) -> tuple[User, Room | None, date, int] | None:
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
        return person, room, soon, int(minutes)

    @property
    def lengths(self) -> list[tuple[int, str]]:
        """How long an appointment may last, in minutes."""
        return list(self.fields["minutes"].choices)  # type: ignore[attr-defined]

    def _typed(self) -> Slot | None:
        missing = [name for name in ("day", "at") if self.cleaned_data.get(name) is None]
        if len(missing) == 2 and not ({"day", "at"} & set(self.errors)):
            self.add_error("free", CHOOSE)
            return None
        for name in missing:
            if name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        return None if missing else super().slot()

    def asked(self) -> dict[str, Any]:
        """What was typed so far, where it is only asked for other free times."""
        names = ("token", "kind", "complaint", "practitioner", "room", "day", "at")
        typed = {name: self.data[name] for name in names if self.data.get(name)}
        lengths = {str(n): n for n, _label in self.lengths}
        minutes = lengths.get(self.data.get("minutes", ""))
        return {**typed, "minutes": minutes} if minutes else typed


def written(slot: FreeSlot) -> str:
    """A free slot as the form sends it back."""
    return f"{slot.span.start.astimezone(UTC):%Y-%m-%dT%H:%MZ}|{slot.room or ''}"


def read_moment(text: str) -> datetime | None:
    """The moment that ``written`` wrote, or ``None``."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    except ValueError:
        return None
