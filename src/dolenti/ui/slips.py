"""A number that may be a slip of the keys, asked again with both values said."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dolenti.guideline.knowledge import FactDefinition
from dolenti.guideline.numbers import number_in_words
from dolenti.guideline.slips import Measured, may_be_slip
from dolenti.ui.language import current


class Slip(NamedTuple):
    """What is asked again: the question, the answer that confirms it, and what the form sends
    with that answer, so that it confirms this number and no other."""

    why: str
    confirm: str
    token: str


def slip(
    definition: FactDefinition, typed: float, before: Measured | None, sure: str
) -> Slip | None:
    """What to ask of a number in the unit of the dictionary; none where it is plausible beside the
    last one known, or ``sure`` says that it is so."""
    token = f"{typed:g}"
    if before is None or sure == token or not may_be_slip(definition.id, typed, before.value):
        return None
    known = {
        "typed": _in_words(definition, typed),
        "before": _in_words(definition, before.value),
        "day": date_format(before.at, "SHORT_DATE_FORMAT"),
    }
    why = _(
        "%(before)s was noted on %(day)s, and %(typed)s is far from it: correct it, or confirm "
        "that it is so."
    )
    return Slip(why % known, _("It is so: %(typed)s") % known, token)


def _in_words(definition: FactDefinition, value: float) -> str:
    unit = definition.unit
    return number_in_words(value, None if not unit or unit[0] in "1{" else unit, current())
