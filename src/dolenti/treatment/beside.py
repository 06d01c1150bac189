"""What the rooms above the treatment tell one another, and do not know each other: a mistake that
was caught, and what is to be held after one. Each adds itself to the list it listens to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dolenti.access.actors import Actor
from dolenti.access.models import Site
from dolenti.treatment.models import Session

CAUGHT: Final[list[Callable[[Actor, Session, str], None]]] = []
"""Who is told that an event of the knowledge was caught at a session, or shows in its record."""
HOLDS: Final[list[Callable[[Actor, Site, str], None]]] = []
"""Who holds what an event of a site says is to be held (``hold``)."""


def caught(actor: Actor, session: Session, event: str) -> None:
    """A mistake was caught before it reached the patient, or what was recorded of a session tells
    of an event by itself: a person completes it."""
    for tell in CAUGHT:
        tell(actor, session, event)


def hold(actor: Actor, site: Site, what: str) -> None:
    """Something of a site is to be held."""
    for keep in HOLDS:
        keep(actor, site, what)
