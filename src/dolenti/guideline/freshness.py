"""What is asked because of its day, and the day that a settled value is written under."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from dolenti.guideline.dates import read_duration
from dolenti.guideline.facts import Ignored, Known, Unread, Value
from dolenti.guideline.knowledge import FactDefinition, Text

_SET_ASIDE: Final = {
    "stale": Text(
        fr="c’est trop ancien pour compter aujourd’hui", en="it is too old to count today"
    ),
    "after-as-of": Text(
        fr="sa date est postérieure à l’évaluation",
        en="it is dated after the day of the assessment",
    ),
}


def doubts_of(ignored: Iterable[Ignored], known: Mapping[str, Known]) -> tuple[Unread, ...]:
    """What was stated and set aside for its day, of facts that nothing else settles: it may be so
    today, so it is asked."""
    found = {
        one.fact: Unread(
            one.fact, "result", "", _SET_ASIDE[one.why], (one.fact,), (), True, one.at, one.origin
        )
        for one in ignored
        if one.why in _SET_ASIDE and one.fact not in known
    }
    return tuple(found.values())


def day_that_counts(
    definition: FactDefinition, value: Value, day: date | None, as_of: date
) -> date:
    """A case holds only what counts on its day. What is older than its freshness (a diagnosis that
    nobody has ended, an absence that somebody has settled) is true on the day itself."""
    if day is None:
        return as_of
    limits = [definition.fresh_for] if definition.fresh_for else []
    if isinstance(value, Mapping):
        limits += [o.no_for for o in definition.options if o.no_for and value.get(o.id) is False]
    return as_of if any(day < read_duration(one).before(as_of) for one in limits) else day


__all__ = ["day_that_counts", "doubts_of"]
