"""When a practitioner is away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import User
from dolenti.calendar.moments import Span, Which, to_utc
from dolenti.clinic.common.forms import TokenForm, day_field, time_field
from dolenti.clinic.common.typed import refused
from dolenti.guideline.errors import InputError


class AbsenceForm(TokenForm):
    """From when until when somebody takes no patients; without hours it is whole days."""

    person = forms.ChoiceField(label=_("Who is away"))
    first = day_field(_("First day"))
    start = time_field(_("From what time"), required=False)
    last = day_field(_("Last day"))
    until = time_field(_("Until what time"), required=False)

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {one.public_id: one for one in people}
        listed = [(key, one.name) for key, one in self.people.items()]
        self.fields["person"].choices = listed  # type: ignore[attr-defined]

    @property
    def who(self) -> User:
        """Who is away."""
        return self.people[self.cleaned_data["person"]]

    def span(self) -> Span | None:
        """The time that was typed; where it is none, the reason stands beside its field.

        An hour that comes twice begins an absence the first time and ends one the second, so that
        nobody is booked within it.
        """
        cleaned = self.cleaned_data
        start = self._moment("start", cleaned["first"], cleaned["start"] or time(0), Which.SUMMER)
        last, until = cleaned["last"], cleaned["until"]
        if until is None:  # the whole of the last day
            last, until = last + timedelta(days=1), time(0)
        end = self._moment("until", last, until, Which.WINTER)
        if start is None or end is None:
            return None
        try:
            return Span(start, end)
        except InputError as error:
            self.add_error(
                "last" if cleaned["last"] < cleaned["first"] else "until", refused(error)
            )
            return None

    def _moment(self, name: str, day: date, at: time, which: Which) -> datetime | None:
        try:
            return to_utc(datetime.combine(day, at), which)
        except InputError as error:
            self.add_error(name, refused(error))
            return None
