"""What happened to a patient that the next session must be asked of: an infection that nobody
closed, an alert that was lifted since the last session, one that is open, what happened during an
earlier session.

The rooms above say it (``safety.infected``, ``safety.during``, ``diary.lifted``) and add themselves
to ``SIGNS``. It stops nothing by itself: it stands where the session is looked at, and is asked by
itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from dolenti.guideline.knowledge import Text
from dolenti.guideline.session.shapes.pause import PauseLine

Kind = Literal["infection", "lifted", "open", "lost", "event", "mild"]
INFECTED: Final = frozenset({"infection-systemic", "infection-local"})
"""A line of the pause that asks for these asks whether there is an infection."""

MAY_BE_INFECTION: Final = frozenset({"infection", "lifted", "open"})


@dataclass(frozen=True)
class Sign:
    """One such thing. ``about`` is the public id of its event or alert, or of the session after
    which strength was ``lost``; ``at`` when it was noticed or lifted, or that session given;
    ``says`` what it was and ``why`` what was written of it.

    Of an ``event`` of an earlier session (or a ``mild`` one), ``event`` is its id, ``act`` the
    session, ``why`` what was done about it, ``note`` what was seen, ``times`` how often there was
    one, ``grade`` how bad the last one was, ``calls_for`` what the knowledge tells the sessions
    after it; ``about`` is empty until the session is signed."""

    kind: Kind
    about: str
    at: datetime
    says: Text
    why: str = ""
    event: str = ""
    act: Text = field(default_factory=lambda: Text(fr="", en=""))
    note: str = ""
    times: int = 1
    grade: int | None = None
    calls_for: Text = field(default_factory=lambda: Text(fr="", en=""))

    @property
    def is_of_a_session(self) -> bool:
        """Whether it happened during an earlier session, or just after."""
        return self.kind in ("event", "mild")


Known = Mapping[int, list[Sign]]
SIGNS: Final[list[Callable[[Collection[int]], Known]]] = []
"""Who knows such things of patients, by the key under which a record is read: each page of theirs
says what is open."""
EARLIER: Final[list[Callable[[Collection[int]], Known]]] = []
"""Who knows what happened at their earlier sessions: told where the next one is looked at."""


def of_patients(keys: Collection[int], *, sessions: bool = False) -> dict[int, list[Sign]]:
    """What is known of each of these patients, by the key of the record that they are read under;
    the gravest first, and with ``sessions`` what happened at the earlier ones last. Give it those
    only whose record is open to the reader."""
    found: dict[int, list[Sign]] = {}
    asked = (*SIGNS, *EARLIER) if sessions else SIGNS
    for known in asked if keys else ():
        for key, signs in known(keys).items():
            found.setdefault(key, []).extend(signs)
    return found


def of_patient(key: int, *, sessions: bool = False) -> list[Sign]:
    """The same of one patient."""
    return of_patients([key], sessions=sessions).get(key, [])


def speak_of_infection(signs: Collection[Sign]) -> bool:
    """Whether one of these may be an infection: strength that was lost is none, and neither is what
    happened during a session."""
    return any(one.kind in MAY_BE_INFECTION for one in signs)


def earlier_events(signs: Collection[Sign]) -> list[Sign]:
    """What happened during the earlier sessions."""
    return [one for one in signs if one.is_of_a_session]


def asks_of_event(signs: Collection[Sign], line: PauseLine) -> bool:
    """Whether a line of the pause asks for an event that the record of an earlier session holds."""
    return any(one.event in line.events for one in signs)


def asks_of_infection(line: PauseLine) -> bool:
    """Whether a line of the pause asks for an infection."""
    return not INFECTED.isdisjoint(line.facts)
