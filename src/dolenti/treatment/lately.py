"""What happened to a patient that the next session must be asked of: an infection that nobody
closed, an alert that was lifted since the last session, one that is open.

The rooms above say it (``safety.infected``, ``diary.lifted``) and add themselves to ``SIGNS``. It
stops nothing by itself: it stands where the session is looked at, and is asked by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from dolenti.guideline.knowledge import Text
from dolenti.guideline.session.shapes.pause import PauseLine

Kind = Literal["infection", "lifted", "open", "lost"]
INFECTED: Final = frozenset({"infection-systemic", "infection-local"})
"""A line of the pause that asks for these asks whether there is an infection."""


@dataclass(frozen=True)
class Sign:
    """One such thing. ``about`` is the public id of its event or alert, or of the session after
    which strength was ``lost``; ``at`` when it was noticed or lifted, or that session given;
    ``says`` what it was and ``why`` what was written of it."""

    kind: Kind
    about: str
    at: datetime
    says: Text
    why: str = ""


Known = Mapping[int, list[Sign]]
SIGNS: Final[list[Callable[[Collection[int]], Known]]] = []
"""Who knows such things of patients, by the key under which a record is read."""


def of_patients(keys: Collection[int]) -> dict[int, list[Sign]]:
    """What is known of each of these patients, by the key of the record that they are read under;
    the gravest first. Give it those only whose record is open to the reader."""
    found: dict[int, list[Sign]] = {}
    for known in SIGNS if keys else ():
        for key, signs in known(keys).items():
            found.setdefault(key, []).extend(signs)
    return found


def of_patient(key: int) -> list[Sign]:
    """The same of one patient."""
    return of_patients([key]).get(key, [])


def speak_of_infection(signs: Collection[Sign]) -> bool:
    """Whether one of these may be an infection: only strength that was lost is none."""
    return any(one.kind != "lost" for one in signs)


def asks_of_infection(line: PauseLine) -> bool:
    """Whether a line of the pause asks for an infection."""
    return not INFECTED.isdisjoint(line.facts)
