"""Every number accounted for: the three equations, and what of them does not close.

Each side of an equation comes from somewhere else: how many were made is what the draw and the tube
say, where each stands is what the rows say, and how each ended is what its steps say. So a row that
is gone, an end that was written twice or a unit of two ends does not close.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dolenti.guideline.serum.machine import Chain, Machine

ZERO = Decimal(0)


@dataclass(frozen=True)
class Counted:
    """A tube or a unit as it is counted: its number, where it stands, and each end that its steps
    say it had and that was not struck."""

    number: str
    state: str
    ends: tuple[str, ...] = ()
    volume: Decimal = ZERO  # mL when it was made; of units only
    injected: Decimal = ZERO
    thrown: Decimal = ZERO  # the remainder of an injection
    tube: str = ""  # from which it was portioned

    @property
    def unexplained(self) -> Decimal:
        """What an injected unit held more than was injected and thrown away, in mL."""
        return self.volume - self.injected - self.thrown if self.state == "injected" else ZERO


@dataclass(frozen=True)
class Equation:
    """So many were made, and so many are in each state. It closes, or these numbers are why not."""

    kind: str
    made: int
    by_state: dict[str, int]
    wrong: tuple[str, ...]

    @property
    def closes(self) -> bool:
        return self.made == sum(self.by_state.values()) and not self.wrong


@dataclass(frozen=True)
class Volumes:
    """Millilitres: of blood in the tubes that were portioned, of serum made of it, and where that
    went. What is more than explained is wrong, and a tube of which more was made than it held."""

    blood: Decimal
    made: Decimal
    injected: Decimal
    discarded: Decimal
    tested: Decimal
    gone: Decimal  # handed over or missing
    held: Decimal  # still there
    wrong: tuple[str, ...]

    @property
    def closes(self) -> bool:
        told = self.injected + self.discarded + self.tested + self.gone + self.held
        return told <= self.made <= self.blood and not self.wrong

    @property
    def left(self) -> Decimal:
        """What stayed in the tubes: cells, and what was not recovered."""
        return self.blood - self.made


def equation(machine: Machine, made: int, rows: Iterable[Counted]) -> Equation:
    """The equation of tubes or of units. A number is wrong that stands twice, that ended twice or
    otherwise than it stands, that stands at an end without a step that led there, or nowhere."""
    rows = list(rows)
    times = Counter(row.number for row in rows)
    wrong = []
    for row in rows:
        at_end = machine.is_end(row.state)
        told = (row.state,) if at_end else ()
        if times[row.number] > 1 or row.state not in machine.states or row.ends != told:
            wrong.append(row.number)
    by_state = Counter(row.state for row in rows)
    ordered = {state: by_state[state] for state in machine.states if by_state[state]}
    return Equation(machine.kind, made, ordered, tuple(dict.fromkeys(wrong)))


def volumes(chain: Chain, units: Iterable[Counted], blood: Mapping[str, Decimal]) -> Volumes:
    """The equation of volumes; ``blood`` is the mL of each tube, by its number."""
    units = list(units)
    of_tube: dict[str, Decimal] = {}
    for unit in units:
        of_tube[unit.tube] = of_tube.get(unit.tube, ZERO) + unit.volume
    tolerance = Decimal(str(chain.most("volume-tolerance")))
    told = dict.fromkeys(("injected", "discarded", "tested", "gone", "held"), ZERO)
    made = ZERO
    wrong = [tube for tube, serum in of_tube.items() if serum > blood.get(tube, ZERO)]
    for unit in units:
        made += unit.volume
        if unit.state == "injected":
            told["injected"] += unit.injected
            told["discarded"] += unit.thrown
            if unit.injected <= 0 or not -ZERO <= unit.unexplained <= tolerance:
                wrong.append(unit.number)
        elif unit.state == "discarded":
            told["discarded"] += unit.volume
        elif unit.state == "used-for-test":
            told["tested"] += unit.volume
        elif unit.state in ("handed-over", "missing"):
            told["gone"] += unit.volume
        else:
            told["held"] += unit.volume
    portioned = sum((blood.get(tube, ZERO) for tube in of_tube), ZERO)
    return Volumes(portioned, made, wrong=tuple(wrong), **told)


def gaps(numbers: Iterable[int]) -> tuple[int, ...]:
    """The numbers that were skipped, of a count that begins at 1."""
    there = set(numbers)
    return tuple(n for n in range(1, max(there, default=0) + 1) if n not in there)
