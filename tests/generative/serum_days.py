"""A laboratory of serum in memory: patients, tubes and units by the machines of the chain alone,
and people who make every mistake they can.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from dolenti.guideline.loading import load_folder
from dolenti.guideline.serum import HELD, Machine, RefusedStepError, Standing, chain_of
from dolenti.guideline.serum.checking import OF_TIME, STAYS_BACK
from dolenti.guideline.serum.counting import Counted, Equation, Volumes, equation, volumes

CHAIN = chain_of(load_folder())
ALIQUOT, BLOOD = Decimal("2.5"), Decimal(10)


@dataclass
class Thing:
    """A tube or a unit: whose it is, where it stands, every event with its guards that failed."""

    number: str
    machine: Machine
    patient: str
    standing: Standing
    told: list[tuple[str, frozenset[str], str]] = field(default_factory=list)
    injected_into: str = ""

    def counted(self) -> Counted:
        """As it is accounted for: each end that it came to, unless it was struck."""
        ends: list[str] = []
        for event, _, after in self.told:
            if event == "found":
                ends.clear()
            elif self.machine.is_end(after):
                ends.append(after)
        injected = ALIQUOT if self.standing.state == "injected" else Decimal(0)
        volume = ALIQUOT if self.machine.kind == "unit" else Decimal(0)
        tube = self.number.partition("U")[0] if self.machine.kind == "unit" else ""
        return Counted(
            self.number, self.standing.state, tuple(ends), volume, injected, Decimal(0), tube
        )


@dataclass
class Laboratory:
    """What was drawn of whom, and everything that was tried with it."""

    tubes: list[Thing] = field(default_factory=list)
    units: list[Thing] = field(default_factory=list)
    refused: int = 0
    failed: set[str] = field(default_factory=set)

    def draw(self, patient: str, count: int) -> list[Thing]:
        """Tubes of one patient, planned."""
        made = [
            Thing(f"T{len(self.tubes) + n}", CHAIN.tube, patient, CHAIN.tube.start)
            for n in range(count)
        ]
        self.tubes += made
        return made

    def happen(self, thing: Thing, event: str, failed: frozenset[str], at: str = "") -> bool:
        """An event, offered to somebody (``at``): whose it is decides whether the patient is the
        right one, whatever anybody says."""
        if at and at != thing.patient:
            failed |= {"patient-match"}
        self.failed |= failed
        try:
            after = thing.machine.take(thing.standing, event, failed)
        except RefusedStepError:
            self.refused += 1
            return False
        thing.standing = after
        thing.told.append((event, failed, after.state))
        if after.state == "injected":
            thing.injected_into = at
        if event == "portion" and after.state == "portioned":
            self.units += [
                Thing(f"{thing.number}U{n}", CHAIN.unit, thing.patient, CHAIN.unit.start)
                for n in range(2)
            ]
        return True

    def accounts(self) -> tuple[Equation, Equation, Volumes]:
        """The three equations, at this instant."""
        units = [one.counted() for one in self.units]
        made = sum(2 for tube in self.tubes if tube.standing.state == "portioned")
        return (
            equation(CHAIN.tube, len(self.tubes), [one.counted() for one in self.tubes]),
            equation(CHAIN.unit, made, units),
            volumes(CHAIN, units, {one.number: BLOOD for one in self.tubes}),
        )

    def faults(self) -> Iterator[str]:
        """What must never be."""
        for one in self.accounts():
            if not one.closes:
                yield f"does not close: {one}"
        for thing in (*self.tubes, *self.units):
            for event, failed, after in thing.told:
                if failed & OF_TIME and after not in STAYS_BACK:
                    yield f"{thing.number} was forgotten, and went on by {event} to {after}"
        for unit in self.units:
            if unit.standing.state == "injected" and unit.injected_into != unit.patient:
                yield f"{unit.number} of {unit.patient} reached {unit.injected_into}"
            events = [event for event, *_ in unit.told]
            if "issue" in events and "freeze" in events[events.index("issue") :]:
                yield f"{unit.number} was frozen again"
            if unit.standing.state == "injected" and "label" not in events:
                yield f"{unit.number} was injected without its label"
            if "issue" in events and "release" not in events[: events.index("issue")]:
                yield f"{unit.number} was issued without its release"


RARE, SELDOM, WRONG, FORGOTTEN = 0.06, 0.12, 0.05, 0.08
ONWARD = ("portioned", "injected")
"""How often somebody ends or holds what could go on (else no day would come to its evening), how
often a guard does not hold, and how often a thing was forgotten where it stood."""
PATIENTS = ("Paul", "Zoé", "Alma")


def random_day(seed: int) -> Laboratory:
    """A day in which each step may be any event of the right or of the wrong thing, offered to the
    right or to the wrong patient, with any of its guards failing."""
    draw, lab = Random(seed), Laboratory()
    for patient in PATIENTS:
        lab.draw(patient, draw.randint(1, 4))
    for _ in range(draw.randint(150, 350)):
        thing = draw.choice([*lab.tubes, *lab.units])
        possible = thing.machine.possible(thing.standing)
        astray = draw.random() < 0.15 or not possible
        weights = [RARE if thing.machine.is_end(line.after) and line.after not in ONWARD else
                   SELDOM if line.after == HELD else 1.0 for line in possible]  # fmt: skip
        event = (
            draw.choice(sorted(thing.machine.events))
            if astray
            else draw.choices([line.event for line in possible], weights)[0]
        )
        line = thing.machine.transition(thing.standing, event)
        guards = line.guards if line else ()
        failed = frozenset(g for g in guards if g != "patient-match" and draw.random() < WRONG)
        if draw.random() < FORGOTTEN:
            failed |= OF_TIME & {*guards}
        at = thing.patient if draw.random() < 0.7 else draw.choice(PATIENTS)
        lab.happen(thing, event, failed, at)
    return lab
