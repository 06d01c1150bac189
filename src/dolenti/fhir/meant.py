"""What an entry means for the facts, as a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dolenti.fhir.codes import Concept
from dolenti.fhir.reasons import NOT_UNDERSTOOD, OF_NO_CONCERN
from dolenti.guideline.knowledge import Text


class Meaning(NamedTuple):
    """What an entry means. ``known``: nothing is to be asked of what it is; with no targets it is
    of no concern, and ``noted`` says in which way. Otherwise ``facts`` are those it may concern,
    ``likely`` the first answers. ``asks`` are facts that it puts in doubt by what it is, ``speaks``
    the diseases that are treated by it, whatever it is besides."""

    concept: Concept
    known: bool
    item: str = ""
    says: str = ""
    facts: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    asks: tuple[tuple[str, str | None], ...] = ()
    why: Text = NOT_UNDERSTOOD
    alone: bool = False
    noted: Text = OF_NO_CONCERN
    speaks: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether it says nothing to any fact."""
        return self.known and not (self.concept.targets or self.asks or self.speaks)


def sum_of(parts: Sequence[Meaning]) -> Meaning:
    """What the ingredients mean together."""
    targets = tuple(dict.fromkeys(t for one in parts for t in one.concept.targets))
    asks = tuple(dict.fromkeys(ask for one in parts for ask in one.asks))
    speaks = tuple(dict.fromkeys(fact for one in parts for fact in one.speaks))
    return Meaning(parts[0].concept._replace(targets=targets), known=True, asks=asks, speaks=speaks)
