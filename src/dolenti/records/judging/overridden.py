"""Which rules clinicians go past most: counts over the whole site, and no patient in them.

What was gone past is a verdict, or the syringe of a session. A passing is of one verdict; the rules
that made it are read in the assessment as it was stored, so that a rule that has left the knowledge
is still counted. The room that keeps written decisions on syringes tells of them (``counts``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from dolenti.records.models import Passing

WEIGHED: Final = frozenset({"relative-contraindication", "red-flag"})
"""What makes a caution of a verdict."""

Kind: TypeAlias = Literal["verdict", "syringe"]


@dataclass(frozen=True)
class GonePast:
    """Once that somebody went past something, with the rules that spoke against it; ``None`` among
    them means that no indication was met."""

    kind: Kind
    therapy: str
    rules: frozenset[str | None]


Source: TypeAlias = Callable[[], Iterable[GonePast]]
"""All that was gone past of one kind, as some room keeps it."""


@dataclass(frozen=True)
class Overridden:
    """A rule that was gone past, of what, and how often; no ``rule`` means that no indication was
    met."""

    kind: Kind
    therapy: str
    rule: str | None
    times: int


@dataclass(frozen=True)
class Overrides:
    """How many verdicts and how many syringes were gone past, and the rules, most often first."""

    verdicts: int
    syringes: int
    rules: tuple[Overridden, ...]


def _verdicts() -> Iterator[GonePast]:
    for passing in Passing.objects.select_related("assessment").iterator(chunk_size=200):
        verdicts = passing.assessment.results["fr"]["verdicts"]
        yield GonePast("verdict", passing.therapy, frozenset(_held(verdicts, passing)))


_SOURCES: list[Source] = [_verdicts]


def counts(source: Source) -> None:
    """Let a room tell what was gone past there. Called once, when the room opens."""
    _SOURCES.append(source)


def most_overridden() -> Overrides:
    """What was gone past, over the whole site."""
    past: Counter[Kind] = Counter()
    rules: Counter[tuple[Kind, str, str | None]] = Counter()
    for source in _SOURCES:
        for one in source():
            past[one.kind] += 1
            rules.update((one.kind, one.therapy, rule) for rule in one.rules)
    found = (Overridden(*what, times) for what, times in rules.items())
    ordered = sorted(found, key=lambda o: (-o.times, o.kind, o.therapy, o.rule or ""))
    return Overrides(past["verdict"], past["syringe"], tuple(ordered))


def _held(verdicts: list[dict[str, Any]], passing: Passing) -> set[str | None]:
    if passing.status == "not-indicated":
        return {None}
    return {
        reason["criterion"]
        for verdict in verdicts
        if verdict["therapy"] == passing.therapy
        for reason in verdict["reasons"]
        if reason["holds"] is True and reason["kind"] in WEIGHED
    }


__all__ = ["GonePast", "Overridden", "Overrides", "Source", "counts", "most_overridden"]
