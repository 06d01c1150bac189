"""What is typed of an adverse event, and of an alarm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dolenti.agenda.models import Room
from dolenti.clinic.common.forms import TokenForm, VersionedForm, reason_field
from dolenti.clinic.common.typed import DayField, ReasonField, TypedText
from dolenti.guideline.session import GRADES
from dolenti.guideline.session.shapes.events import Circumstance, Event, Scale
from dolenti.safety.events import Told
from dolenti.safety.models import AdverseEvent
from dolenti.ui.labels import LABELS
from dolenti.ui.language import current

CHOOSE: Final = dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose from the list."))
TRUTHS: Final = {"yes": True, "no": False}
NEEDED: Final = {"required": gettext_lazy("Give the day, or the nearest one known.")}


def _yes_no(label: str, help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes")), ("no", _("No")), ("", _("Not known"))],
        error_messages=CHOOSE,
    )


def truth_word(value: bool | None) -> str:
    """A yes, a no or nothing, as a form holds it."""
    return "" if value is None else "yes" if value else "no"


class NewEventForm(TokenForm):
    """What was noticed: the rest is asked once the event is known."""

    event = forms.ChoiceField(label=gettext_lazy("What happened"), error_messages=CHOOSE)
    session = forms.ChoiceField(
        label=gettext_lazy("After which session"), required=False, error_messages=CHOOSE
    )
    began = DayField(label=gettext_lazy("When it began"), error_messages=NEEDED)
    note = TypedText(
        label=gettext_lazy("What was seen, and what was said"),
        required=False,
        longest=2000,
        lines=True,
    )

    def __init__(
        self,
        *args: Any,
        events: Iterable[Event],
        sessions: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        named = [(one.id, one.label.in_language(current())) for one in events]
        _choices(self, "event", [("", _("Choose")), *sorted(named, key=lambda one: one[1])])
        _choices(self, "session", [("", _("None of those here, or not known")), *sessions])

    def told(self, room: Room | None, device: str) -> Told:
        """What was typed, with what its session held."""
        said = self.cleaned_data
        return Told(said["event"], said["began"], room=room, device=device, note=said["note"])


class EventForm(VersionedForm):
    """An event as it is known by now."""

    grade = forms.ChoiceField(
        label=gettext_lazy("Grade"),
        required=False,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    serious = forms.ChoiceField(required=False)
    began = DayField(label=gettext_lazy("When it began"), error_messages=NEEDED)
    outcome = forms.ChoiceField(
        label=pgettext_lazy("adverse event", "What became of it"), error_messages=CHOOSE
    )
    ended = DayField(label=gettext_lazy("When it ended"), required=False)
    treated = TypedText(
        label=gettext_lazy("What was done about it"), required=False, longest=1000, lines=True
    )
    room = forms.ChoiceField(label=gettext_lazy("Room"), required=False, error_messages=CHOOSE)
    device = TypedText(
        label=gettext_lazy("Device"),
        required=False,
        longest=120,
        help_text=gettext_lazy("Make, model, serial number."),
    )
    note = TypedText(label=gettext_lazy("Note"), required=False, longest=2000, lines=True)
    reason = ReasonField(
        label=gettext_lazy("Why the report is amended"),
        required=False,
        longest=500,
        help_text=gettext_lazy("Once it was graded. Both versions stay."),
    )

    def __init__(
        self,
        *args: Any,
        scale: Scale | None,
        serious: Iterable[str],
        circumstances: Iterable[Circumstance],
        rooms: Iterable[Room],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        language = current()
        said = {one.grade: one.says.in_language(language) for one in scale.grades} if scale else {}
        grades = [(str(n), f"{n} – {said[n]}" if n in said else str(n)) for n in GRADES]
        _choices(self, "grade", [*grades, ("", _("Not graded yet"))])
        self.fields["serious"] = _yes_no(_("Is it serious, as the law says?"), ", ".join(serious))
        _choices(self, "outcome", LABELS["event-outcome"].items())
        self.rooms = {one.public_id: one for one in rooms}
        _choices(self, "room", [("", "–"), *((k, one.name) for k, one in self.rooms.items())])
        self.circumstances = tuple(circumstances)
        for one in self.circumstances:
            self.fields[f"c_{one.id}"] = _yes_no(one.ask.in_language(language))

    def questions(self) -> list[Any]:
        """The fields of the circumstances."""
        return [self[f"c_{one.id}"] for one in self.circumstances]

    def told(self, event: AdverseEvent) -> Told:
        """What was typed. Circumstances that are not asked stay as they were."""
        said = self.cleaned_data
        answered = {
            one.id: TRUTHS[said[f"c_{one.id}"]] for one in self.circumstances if said[f"c_{one.id}"]
        }
        asked = {one.id for one in self.circumstances}
        kept = {name: value for name, value in event.circumstances.items() if name not in asked}
        return Told(
            event=event.event,
            began=said["began"],
            grade=int(said["grade"]) if said["grade"] else None,
            serious=TRUTHS.get(said["serious"]),
            ended=said["ended"],
            room=self.rooms.get(said["room"]),
            device=said["device"],
            circumstances={**kept, **answered},
            treated=said["treated"],
            outcome=said["outcome"],
            note=said["note"],
        )


def stands(event: AdverseEvent) -> dict[str, Any]:
    """An event as its form shows it."""
    found: dict[str, Any] = {
        "grade": "" if event.grade is None else str(event.grade),
        "serious": truth_word(event.serious),
        "began": event.began,
        "ended": event.ended,
        "outcome": event.outcome,
        "treated": event.treated,
        "room": event.room.public_id if event.room else "",
        "device": event.device,
        "note": event.note,
        "based_on": event.version,
    }
    answers: Mapping[str, bool] = event.circumstances
    return found | {f"c_{name}": truth_word(value) for name, value in answers.items()}


class SentForm(VersionedForm):
    """How a report was sent."""

    day = DayField(
        label=gettext_lazy("Sent on"),
        error_messages={"required": gettext_lazy("Give the day on which it was sent.")},
    )
    by = TypedText(
        label=gettext_lazy("Sent by"),
        longest=150,
        error_messages={"required": gettext_lazy("Say who sent it.")},
    )
    reference = TypedText(
        label=gettext_lazy("Reference that came back"),
        required=False,
        longest=100,
        help_text=gettext_lazy("Of the portal or of the agency, as written on the receipt."),
    )
    reason = ReasonField(
        label=gettext_lazy("Why what was noted is corrected"), required=False, longest=500
    )


class ErrorForm(VersionedForm):
    """Why an event was none."""

    reason = reason_field(
        gettext_lazy("Why it was entered in error"),
        "",
        gettext_lazy("Say why: it stays in the record."),
    )


class EndForm(VersionedForm):
    """Why an alarm is ended."""

    reason = reason_field(
        gettext_lazy("What was found, and done"),
        gettext_lazy("No alarm ends without a reason. Name no patient."),
        gettext_lazy("Write what was found: the alarm goes on until then."),
    )


def _choices(form: forms.Form, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
