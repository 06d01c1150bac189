"""Until when blood or serum may wait where it stands, and since when it has waited: of every state
of the chain, so that nothing that was forgotten goes on as if it had not been.

The guards of the chain (``bench``, ``freezing``, ``pairs``, ``giving``) hold or refuse by these;
the board, the label, the report and whoever releases read the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dolenti.calendar.moments import day_bounds
from dolenti.guideline.serum import HELD
from dolenti.serum import chain, opening
from dolenti.serum.models import Stay, Step, Thing, Tube, Unit
from dolenti.serum.steps import ENDED

OUT: Final = ("issued", "thawed")
"""Where a unit stands that left the cold for one session, and has not come to its end."""


@dataclass(frozen=True)
class Deadline:
    """When what is next of a thing may begin, and until when: either may be open."""

    opens: datetime | None = None
    closes: datetime | None = None


def of(thing: Thing, strict: bool | None = None) -> Deadline | None:
    """Until when a thing may wait where it stands; of what is held, until when its hold may be
    lifted to where it was; nothing where no time says so. ``strict``, where it is known whether
    its site chose the shorter incubation."""
    if isinstance(thing, Tube):
        return _of_tube(thing, strict)
    assert isinstance(thing, Unit)
    return _of_unit(thing)


def is_over(thing: Thing, now: datetime, strict: bool | None = None) -> bool:
    """Whether a thing waits past its time, and nobody has decided of it."""
    deadline = None if thing.state == HELD else of(thing, strict)
    return deadline is not None and deadline.closes is not None and now > deadline.closes


def bench_from(thing: Thing) -> datetime | None:
    """From when the hours out of the incubator count, of a tube or of a unit made of it: it came
    out, or two people lifted its hold since, who answer for the time before."""
    tube = thing.tube if isinstance(thing, Unit) else thing
    assert isinstance(tube, Tube)
    if tube.incubated_to is None:
        return None
    return max(filter(None, [tube.incubated_to, tube.lifted_at]))


def fresh_until(thing: Thing) -> datetime | None:
    """Until when a tube is spun and portioned, and its units are injected or frozen; nothing where
    nobody knows when it left the incubator."""
    since = bench_from(thing)
    return None if since is None else since + _hours("fresh-use")


def is_fresh(thing: Thing, now: datetime) -> bool:
    """Whether a thing is within its hours out of the incubator: not, where they are not known."""
    since, until = bench_from(thing), fresh_until(thing)
    return since is not None and until is not None and since <= now <= until


def quarantine_ends(unit: Unit) -> datetime | None:
    """When a unit that nobody releases is to be destroyed."""
    since = unit.frozen_at
    if since is None:
        return None
    if unit.released_at is not None:  # released once, held, and lifted: it waits from then
        back = Step.objects.filter(unit=unit, event="lift-to-quarantine").order_by("-pk").first()
        since = back.at if back is not None else since
    return since + timedelta(days=chain.in_force().most("quarantine"))


def _hours(limit: str) -> timedelta:
    return timedelta(hours=chain.in_force().most(limit))


def _minutes(limit: str) -> timedelta:
    return timedelta(minutes=chain.in_force().most(limit))


def _of_tube(tube: Tube, strict: bool | None) -> Deadline | None:
    if tube.drawn_at is not None and tube.state == "drawn":
        return Deadline(None, tube.drawn_at + _minutes("label-after-draw"))
    if tube.drawn_at is not None and tube.state == "labelled":
        return Deadline(None, tube.drawn_at + _minutes("draw-to-incubator"))
    if tube.incubated_from is not None and tube.state == "incubating":
        strict = opening.is_strict(tube.draw.site_id) if strict is None else strict
        limit = "incubation-strict" if strict else "incubation"
        opens = tube.incubated_from + timedelta(hours=chain.in_force().least(limit))
        return Deadline(opens, tube.incubated_from + _hours(limit))
    if tube.state in ("incubated", "spun"):
        return Deadline(None, fresh_until(tube))
    if tube.state == HELD and tube.origin == "incubating" and None not in (
        tube.incubated_from, tube.incubated_to
    ):  # fmt: skip
        return _to_resume(tube)
    return None


def _to_resume(tube: Tube) -> Deadline | None:
    """Until when an incubation that was too short may go on."""
    assert tube.incubated_from is not None
    assert tube.incubated_to is not None
    short = tube.incubated_to - tube.incubated_from < timedelta(
        hours=chain.in_force().least("incubation")
    )
    return Deadline(None, tube.incubated_to + _minutes("incubation-resume")) if short else None


def _of_unit(unit: Unit) -> Deadline | None:
    if (unit.origin if unit.state == HELD else unit.state) in ("portioned", "fresh"):
        return Deadline(None, fresh_until(unit))
    if unit.state in OUT and unit.issued_at is not None:
        closes = [unit.issued_at + _hours("after-issue")]
        if unit.thawed_at is not None:
            closes.append(unit.thawed_at + _hours("after-thaw"))
        return Deadline(None, min(closes))
    if unit.state == "quarantined":
        return Deadline(None, quarantine_ends(unit))
    if unit.state == "in-transit":
        since = _left(unit)
        return None if since is None else Deadline(None, since + _hours("transport"))
    if unit.state == "frozen":
        return Deadline(None, day_bounds(unit.expires)[1])
    return None


def _left(unit: Unit) -> datetime | None:
    """When a unit was put into its box."""
    kept: list[Stay] = getattr(unit, "kept_in", None) or list(
        Stay.objects.filter(unit=unit, until=None)
    )
    return kept[0].since if kept else None


@dataclass(frozen=True)
class Wait:
    """A stage of a thing’s way: from which step to which (``until`` is none where it lasts still),
    and the longest that it may take, where the chain says one."""

    stage: str
    since: datetime
    until: datetime | None
    most: timedelta | None = None

    def lasted(self, now: datetime) -> timedelta:
        """How long it took, or has taken."""
        return (self.until or now) - self.since

    def is_over(self, now: datetime) -> bool:
        """Whether it took longer than it may."""
        return self.most is not None and self.lasted(now) > self.most


def waits(thing: Thing) -> Iterator[Wait]:
    """Each stage of a thing’s way in which it stood somewhere, from its draw on, in their order:
    what whoever decides of it must see. The incubation, which has its curve, is told apart."""
    tube = thing.tube if isinstance(thing, Unit) else thing
    assert isinstance(tube, Tube)
    bench = _hours("fresh-use")
    way = [
        ("draw-to-incubator", tube.drawn_at, tube.incubated_from, _minutes("draw-to-incubator")),
        ("incubator-to-spin", tube.incubated_to, tube.spun_at, bench),
        ("spin-to-portion", tube.spun_at, tube.portioned_at, bench),
    ]
    if isinstance(thing, Unit):
        kept = thing.frozen_at or thing.ended_at
        way += [
            ("portion-to-cold", thing.portioned_at, kept, bench),
            ("out-of-incubator", tube.incubated_to, kept, bench),
        ]
    for stage, since, until, most in way:
        if since is not None and (until is not None or thing.state not in ENDED):
            yield Wait(stage, since, until, most)
