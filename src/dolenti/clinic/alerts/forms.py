"""What is typed of an alert: a note, whom it is handed to, how it ended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dolenti.access.models import User
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import local_day
from dolenti.clinic.common.forms import TokenForm, VersionedForm, reason_field
from dolenti.clinic.common.typed import TypedText, sentence
from dolenti.diary import reaching, senders
from dolenti.diary.models import Alert, Reach, Stop
from dolenti.guideline.diary.shapes.alarms import AlertOutcome
from dolenti.guideline.words import date_in_words
from dolenti.ui.labels import LABELS
from dolenti.ui.language import current


class EndAlertForm(VersionedForm):
    """How an alert ended, and why."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("How it ended"),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), gettext_lazy("Choose from the list.")
        ),
    )
    reason = reason_field(
        gettext_lazy("What was found, and done"),
        gettext_lazy("No alert ends without a reason."),
        gettext_lazy("Write what was found: the alert stays open until then."),
    )

    def __init__(
        self,
        *args: Any,
        outcomes: Iterable[AlertOutcome],
        visit: Appointment | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if visit is not None:
            day = date_in_words(local_day(visit.start), current())
            self.fields["after"] = forms.ChoiceField(
                label=_("The visit of %(day)s, that this alert held back") % {"day": day},
                choices=[(str(one), LABELS["alert-after"][one]) for one in Alert.After],
                widget=forms.RadioSelect,
                error_messages=dict.fromkeys(
                    ("required", "invalid_choice"), _("Say what becomes of this visit.")
                ),
            )
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Choose")),
            *((one.id, one.label.in_language(current())) for one in outcomes),
        ]


class ReachForm(TokenForm):
    """By which way a patient is asked: of those by which something leaves the site. Why another is
    not among them is said beside them."""

    channel = forms.ChoiceField(
        label=gettext_lazy("With the patient’s agreement, the questions go"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), gettext_lazy("Choose how the questions go.")
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField)
        lacking = [one for one in reaching.NO_SENDER if not senders.is_there(one)]
        ways = [one for one in Reach.Channel if one not in lacking]
        field.choices = [(str(one), LABELS["reach"][one]) for one in ways]
        field.help_text = " ".join(sentence(reaching.no_sender(one)) for one in lacking)


class StopForm(TokenForm):
    """Why the follow-up of a patient ends."""

    why = forms.ChoiceField(
        label=pgettext_lazy("end of the follow-up", "Why"),
        choices=[(str(one), LABELS["stop-why"][one]) for one in Stop.Why],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose why.")},
    )
    note = TypedText(
        label=pgettext_lazy("end of the follow-up", "Note"), longest=500, required=False
    )


def colleagues(people: Iterable[User], but: User | None) -> list[tuple[str, str]]:
    """Whom an alert may be handed to, by their public id."""
    return [(one.public_id, one.name) for one in people if but is None or one.pk != but.pk]
