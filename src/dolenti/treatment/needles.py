"""Which needle an act is done with, as the lots that were taken say: it is asked once."""

from __future__ import annotations

from dolenti.guideline import session as room
from dolenti.treatment.room import MESOTHERAPY, Standing


def taken(now: Standing) -> str:
    """The needle that goes in: of mesotherapy its id, where the technique takes it; else its name.
    Empty where the lots do not tell which: another may have drawn up."""
    names = list(dict.fromkeys(now.needles()))
    if now.therapy == MESOTHERAPY:
        technique, known = now.preparation.technique, now.places.content
        found = [one for name in names if (one := room.needle_of(known, name)) is not None]
        ids = [one.id for one in found if not technique or technique in one.techniques]
    else:
        ids = [name for name in names if suits(now, name)] or names
    return ids[0] if len(ids) == 1 else ""


def suits(now: Standing, name: str) -> bool:
    """Whether a needle, by its name, is of a length that something to be aimed at here asks."""
    return any(room.suits(name, target) for target in now.targets())
