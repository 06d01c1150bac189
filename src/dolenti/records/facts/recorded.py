"""What the rows of other rooms say of a complaint, so that nobody is asked what the record knows.

The rooms above tell it: what was given at the sessions of a course, for one. It is worked out each
time it is needed and stored nowhere, so that it follows what is amended; and it stands above what
somebody said of the same fact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, TypeAlias

from dolenti.guideline.facts import Known
from dolenti.records.models import Complaint

Teller: TypeAlias = Callable[[Complaint, date, int | None], Mapping[str, Known]]
"""The facts that some rows give of a complaint on a day, with ``RECORDED`` as their origin; without
those of one session, by its key, where that is what is judged."""

RECORDED: Final = "record"
_TELLERS: list[Teller] = []


def tells(teller: Teller) -> None:
    """Let a room tell what its rows say. Called once, when the room opens."""
    _TELLERS.append(teller)


def of(complaint: Complaint, as_of: date, besides: int | None = None) -> dict[str, Known]:
    """All that is on record of a complaint, by fact; ``besides`` what one session says of it."""
    told = (teller(complaint, as_of, besides).items() for teller in _TELLERS)
    return {fact: known for items in told for fact, known in items}


__all__ = ["RECORDED", "Teller", "of", "tells"]
