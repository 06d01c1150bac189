"""The last number known of a fact, however old: what a newly typed one is held against."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import read_value
from dolenti.guideline.knowledge import FactDefinition
from dolenti.guideline.slips import APART, Measured
from dolenti.records.facts.knowing import standing
from dolenti.records.models import Statement


def last_measured(
    statements: Iterable[Statement], definition: FactDefinition, as_of: date
) -> Measured | None:
    """The latest of a fact that a slip is looked for; none where none was read."""
    if definition.id not in APART:
        return None
    own = [one for one in standing(list(statements)) if one.fact == definition.id]
    for one in sorted(own, key=lambda said: (said.at, said.pk), reverse=True):
        with suppress(InputError):
            value = None if one.value is None else read_value(definition, one.value, as_of).value
            if isinstance(value, float) and one.at <= as_of:
                return Measured(value, one.at)
    return None
