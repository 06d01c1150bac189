"""A stale edit: both texts side by side, and a choice field by field. For every edit form.

A form that edits a ``Versioned`` row carries ``based_on``, the version it was made from, and is
sent through ``editing.Edit``.

The person chooses, for each field that differs, what is kept; ``settled`` puts what the other one
wrote in place of what they typed where they choose so, and bases the form on the version that they
saw. As long as one choice is missing the form stays based on the old version, and so the panel
comes back. A third change meanwhile is a new conflict. What was typed is never lost.

A field that this form did not touch, and the other one changed, is shown with theirs chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, TypeAlias

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from dolenti.clinic.common.typed import ReasonField, SinceField
from dolenti.guideline.words import date_in_words
from dolenti.ledger import versions
from dolenti.ledger.versions import StaleEditError, as_json
from dolenti.ui.language import current

KEEP = "keep-"
More: TypeAlias = "Mapping[str, tuple[str, Callable[[Any], str]]]"


@dataclass(frozen=True)
class Line:
    """One field: what you typed, what stands now. ``untouched``: you left it as it was."""

    field: str
    label: str
    yours: str
    theirs: str
    untouched: bool


@dataclass(frozen=True)
class Conflict:
    """Who changed the row, when, and the fields to choose for. ``against`` is its version now."""

    author: str
    at: datetime | None
    against: int
    lines: tuple[Line, ...]


def shown(
    error: StaleEditError,
    form: forms.BaseForm,
    more: More | None = None,
) -> Conflict:
    """What the panel shows of a stale edit. ``more`` has the label and the words of what the view
    itself puts beside the form's fields, and settles by ``chose_theirs``."""
    known = {
        name: (str(field.label), partial(_words, field)) for name, field in form.fields.items()
    } | dict(more or {})
    lines = [
        Line(
            one.field,
            known[one.field][0],
            known[one.field][1](one.sent),
            known[one.field][1](one.now),
            untouched=one.sent == one.opened,
        )
        for one in error.conflicts
        if one.field in known and one.now != one.opened
    ]
    changes = versions.history(error.row)
    at = changes[-1].at if changes else None
    return Conflict(error.author, at, error.row.version, tuple(lines))


def beside(form: forms.BaseForm) -> tuple[Line, ...]:
    """What stands now in each field in which something else was typed, for a form that puts all of
    it in its place: what it was opened with now, beside what was sent. What somebody emptied
    meanwhile is said too, of a form that is opened with what stands."""
    typed = {
        name: field
        for name, field in form.fields.items()
        if name in form.cleaned_data
        and not form[name].is_hidden
        and not isinstance(field, ReasonField)
    }
    now = {
        name: _words(field, as_json(form.get_initial_for_field(field, name)))
        for name, field in typed.items()
    }
    if not any(now.values()):
        return ()
    sent = {name: _words(field, as_json(form.cleaned_data[name])) for name, field in typed.items()}
    return tuple(
        Line(name, str(field.label), sent[name], now[name], untouched=False)
        for name, field in typed.items()
        if sent[name] != now[name]
    )


def settled(post: QueryDict, initial: Mapping[str, Any]) -> QueryDict:
    """What was sent, with the choices of a conflict applied; as it is where there was none."""
    if "against" not in post:
        return post
    data = post.copy()
    fields = post.getlist("conflicting")
    for field in fields:
        if chose_theirs(post, field) and field in initial:
            data.setlist(field, _typed(initial[field]))
    if all(post.get(KEEP + field) in ("mine", "theirs") for field in fields):
        data["based_on"] = str(post["against"])
    return data


def chose_theirs(post: QueryDict, field: str) -> bool:
    """Whether what the other one wrote is kept of a field."""
    return post.get(KEEP + field) == "theirs"


def _typed(value: Any) -> list[str]:
    """A value as a form sends it: an unticked box is nothing."""
    if value in (False, None):
        return []
    if isinstance(value, (list, tuple)):
        return [str(one) for one in value]
    return ["on" if value is True else str(as_json(value))]


def _words(field: forms.Field, value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value in (None, "", []):
        return ""
    if isinstance(field, SinceField):
        return field.in_words(value)
    if isinstance(field, forms.ChoiceField):
        choices = dict(field.choices)  # type: ignore[arg-type]
        return str(choices.get(value, value))
    if isinstance(value, str) and len(value) == 10:
        try:
            return date_in_words(date.fromisoformat(value), current())
        except ValueError:
            return value
    return str(value)
