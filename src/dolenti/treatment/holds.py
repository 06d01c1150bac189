"""What holds the sessions of a patient back: nothing is prepared or given while it stands, unless a
practitioner wrote why this session goes on all the same.

A room above says what holds: ``diary.holding`` adds the open alerts to ``HOLDS``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final

from dolenti.guideline.knowledge import Text
from dolenti.records.models import Patient
from dolenti.treatment.content import Pause
from dolenti.treatment.given import RecordRefusedError


@dataclass(frozen=True)
class Hold:
    """One thing that holds. ``id`` is another where it became graver, or something new was told;
    ``about`` is the public id of the row that says it."""

    id: str
    about: str
    says: Text


HOLDS: Final[list[Callable[[Patient], list[Hold]]]] = []
"""Who knows what holds the sessions of a patient back now."""


def of(patient: Patient) -> list[Hold]:
    """What holds every session of a patient back now."""
    return [one for known in HOLDS for one in known(patient)]


def in_the_way(holds: Iterable[Hold], pause: Pause) -> list[Hold]:
    """Those that nobody went past at this session."""
    past: Collection[str] = {name for one in pause.past for name in one.holds}
    return [one for one in holds if one.id not in past]


def insist_none(holds: Iterable[Hold]) -> None:
    """Raises ``RecordRefusedError`` where something holds."""
    first = next(iter(holds), None)
    if first is not None:
        raise RecordRefusedError(
            f"an open alert holds the sessions back: {first.says.en}",
            "held",
            fr=f"une alerte en cours suspend les séances\u00a0: {first.says.fr}",
        )
