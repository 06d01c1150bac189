"""An appointment to book."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import User
from dolenti.agenda.appointments import KINDS
from dolenti.agenda.models import Appointment, Room
from dolenti.clinic.appointments.slot import SlotForm
from dolenti.clinic.common.typed import ReasonField, TypedText
from dolenti.records.models import Complaint
from dolenti.ui.labels import LABELS


class AppointmentForm(SlotForm):
    """A consultation or a control: what for, about what, and when."""

    kind = forms.ChoiceField(label=_("What for"), widget=forms.RadioSelect)
    motive = TypedText(
        label=_("Reason for the visit"),
        required=False,
        longest=120,
        help_text=_("In a few words; those of this site are offered as you type."),
        widget=forms.TextInput({"autocomplete": "off", "list": "motives"}),
    )
    complaint = forms.ChoiceField(label=_("About"), required=False)
    emergency = ReasonField(
        label=_("Why the patient is seen though the site is closed"),
        help_text=_("The visit is recorded as an emergency."),
        longest=300,
        error_messages={"required": _("Say why, in a few words.")},
    )
    kept = ("kind", "motive", "complaint", "emergency")

    def __init__(
        self, *args: Any, people: Sequence[User], rooms: Sequence[Room],
        complaints: Sequence[tuple[Complaint, str]], closed: bool = False, draws: bool = False,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, people=people, rooms=rooms, **kwargs)
        self.complaints = {one.public_id: one for one, _heading in complaints}
        kinds = [(kind.value, LABELS["appointment-kind"][kind.value]) for kind in KINDS
                 if draws or kind != Appointment.Kind.DRAW]  # fmt: skip
        headings = [(one.public_id, heading) for one, heading in complaints]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["complaint"].choices = [  # type: ignore[attr-defined]
            ("", _("Nothing in particular")), *headings,
        ]  # fmt: skip
        if rooms:
            named = [(key, room.name) for key, room in self.rooms.items()]
            self.fields["room"].choices = [("", _("Any free room")), *named]  # type: ignore[attr-defined]
        if not closed:
            del self.fields["emergency"]
        if not complaints:
            del self.fields["complaint"]
