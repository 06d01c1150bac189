"""A note of a visit, as it is typed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dolenti.clinic.common.forms import TokenForm, VersionedForm, day_field
from dolenti.clinic.common.typed import TypedText

KEPT = ("day", "note")


class NoteForm(TokenForm):
    """The day of a visit, and what is to be kept of it in a few lines."""

    note = TypedText(
        label=_("Note"),
        longest=2000,
        lines=True,
        help_text=_("A few lines. The rules read none of it: what decides is stated as a fact."),
        error_messages={"required": _("Write the note.")},
    )
    day = day_field(_("Day of the visit"))


class EditNoteForm(NoteForm, VersionedForm):
    """A note corrected."""
