"""What may follow what: the life of a tube (one device) and of a unit (one aliquot), from data.

A pair of state and event that the table lacks is refused and changes nothing. A guard that fails
refuses, or leads to a hold, as the table says. A hold remembers the state it came from, and is
lifted only towards where that state allows: a unit held before its label gets its label first, one
held after its release is released again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import (
    ChainLimit,
    ChainMachine,
    ChainTransition,
    ChainWord,
    Edition,
    SerumChain,
    Text,
)
from dolenti.guideline.once import Itself

HELD: Final = "held"
END_IS_STRUCK: Final = "found"
"""The one event that leads from an end: what was missing is there. The end is struck, and kept."""
THERAPY: Final = "autologous-conditioned-serum"


@dataclass(frozen=True)
class Standing:
    """Where a tube or a unit stands; ``origin`` is the state that a hold came from, if it has one.

    A hold of what was found again has none: only its end is left.
    """

    state: str
    origin: str = ""


class RefusedStepError(InputError):
    """The event is refused: there is no such path, or ``guards`` that must hold do not."""

    def __init__(self, says: Text, guards: tuple[str, ...] = ()) -> None:
        super().__init__(says.en, fr=says.fr)
        self.guards = guards


@dataclass(frozen=True)
class Machine:
    """The life of a tube, or of a unit."""

    kind: str
    table: ChainMachine
    guards: dict[str, ChainWord] = field(repr=False)
    events: dict[str, ChainWord] = field(repr=False)
    states: dict[str, ChainWord] = field(repr=False)

    @property
    def start(self) -> Standing:
        """Where every one begins."""
        return Standing(self.table.start)

    def is_end(self, state: str) -> bool:
        """Whether something in this state is accounted for."""
        return state in self.table.ends

    def transition(self, standing: Standing, event: str) -> ChainTransition | None:
        """The line of the table for an event where something stands; none where there is none."""
        for one in self.table.transitions:
            if one.event != event or standing.state not in one.before:
                continue
            if one.origins and standing.origin not in one.origins:
                continue
            return one
        return None

    def possible(self, standing: Standing) -> tuple[ChainTransition, ...]:
        """What may happen where something stands, in the order of the table."""
        lines = dict.fromkeys(one.event for one in self.table.transitions)
        found = (self.transition(standing, event) for event in lines)
        return tuple(one for one in found if one is not None)

    def take(self, standing: Standing, event: str, failed: Collection[str] = ()) -> Standing:
        """Where it stands after an event, of whose guards ``failed`` do not hold.

        Raises ``RefusedStepError``, and then it stands where it stood.
        """
        line = self.transition(standing, event)
        if line is None:
            raise self._no_path(standing, event)
        broken = tuple(one for one in line.guards if one in failed)
        if not broken:
            after = line.after
        elif line.otherwise is None or set(broken) & set(line.refuse_on):
            raise self.refusal(event, broken)
        else:
            after = line.otherwise
        if after != HELD:
            return Standing(after)
        struck = event == END_IS_STRUCK
        return Standing(HELD, "" if struck else standing.state)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every pair of a state and an event that the table allows."""
        for line in self.table.transitions:
            yield from ((state, line.event) for state in line.before)

    def moves(self) -> set[tuple[str, str]]:
        """Every pair of states that an event may lead from and to, staying apart."""
        found = set()
        for line in self.table.transitions:
            ends = {line.after} | ({line.otherwise} if line.otherwise else set())
            found |= {(state, after) for state in line.before for after in ends if state != after}
        return found

    def _no_path(self, standing: Standing, event: str) -> RefusedStepError:
        stands = self.states[standing.state]
        what = self.events.get(event)
        name_fr, name_en = (what.fr, what.en) if what else (event, event)
        return RefusedStepError(
            Text(
                fr=f"«\u00a0{name_fr}\u00a0» n’est pas possible d’ici\u00a0: {_lower(stands.fr)}",
                en=f"“{name_en}” is not possible from here: {_lower(stands.en)}",
            )
        )

    def refusal(self, event: str, broken: tuple[str, ...]) -> RefusedStepError:
        """What is said of an event of which these guards do not hold."""
        name = self.events[event]
        asked = [self.guards[one] for one in broken]
        return RefusedStepError(
            Text(
                fr=f"«\u00a0{name.fr}\u00a0» est refusé. Il faut\u00a0: "
                + "\u00a0; ".join(_lower(one.fr) for one in asked),
                en=f"“{name.en}” is refused. What must hold: "
                + "; ".join(_lower(one.en) for one in asked),
            ),
            broken,
        )


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


@dataclass(frozen=True, eq=False)
class Chain:
    """The chain of an edition, made ready: both machines, and each limit by its id."""

    said: SerumChain
    tube: Machine
    unit: Machine
    limits: dict[str, ChainLimit]

    def machine(self, kind: str) -> Machine:
        """The machine of ``tube`` or of ``unit``."""
        return self.tube if kind == "tube" else self.unit

    def most(self, limit: str) -> float:
        """The upper bound of a limit, in its own unit."""
        high = self.limits[limit].high
        assert high is not None, "the check asks for it"
        return high

    def least(self, limit: str) -> float:
        """The lower bound of a limit, in its own unit."""
        low = self.limits[limit].low
        assert low is not None, "the check asks for it"
        return low

    def event(self, event: str) -> ChainWord:
        """An event's name."""
        return self.tube.events[event]


def chain_of(edition: Edition) -> Chain:
    """The chain of an edition. Raises ``InputError`` for an edition that has none."""
    for therapy in edition.therapies:
        if therapy.id == THERAPY and therapy.chain is not None:
            return _ready(Itself(therapy.chain))
    raise InputError(
        "this edition says nothing of the serum chain",
        fr="cette édition ne dit rien de la chaîne du sérum",
    )


def ready(said: SerumChain) -> Chain:
    """A chain made ready."""
    guards = {one.id: one for one in said.guards}
    events = {one.id: one for one in said.events}

    def machine(kind: str, table: ChainMachine) -> Machine:
        return Machine(kind, table, guards, events, {one.id: one for one in table.states})

    limits = {one.id: one for one in said.limits}
    return Chain(said, machine("tube", said.tube), machine("unit", said.unit), limits)


@lru_cache(maxsize=4)
def _ready(key: Itself[SerumChain]) -> Chain:
    return ready(key.it)
