"""What is proved of a unit: that each of its steps was done, and that it was cold from its freezing
on. What nobody measured is not proved: it is neither a yes nor a no, and nothing goes on by it.
"""

from __future__ import annotations

from datetime import datetime

from dolenti.serum import causes, clock, temperature
from dolenti.serum.models import Excursion, Stay, Step, Thing, Tube, Unit
from dolenti.stock.models import Lot


def is_complete(unit: Unit) -> bool:
    """Whether every step of a unit is proved: its tube’s incubation measured, or its hold lifted by
    two people; spun, portioned, its own label read back; and no hold of either is open. Its cold is
    ``is_cold_kept``."""
    tube = unit.tube
    times = (
        tube.drawn_at, tube.labelled_at, tube.incubated_from, tube.incubated_to, tube.spun_at,
        tube.portioned_at, unit.labelled_at,
    )  # fmt: skip
    lifted = Step.objects.filter(tube=tube, event__startswith="lift-").exists()
    ended = Step.objects.filter(tube=tube, event="end-incubation", after="incubated").exists()
    if causes.destroying(unit, clock.read().at) is not None:
        return False
    return all(times) and (ended or lifted) and "held" not in (tube.state, unit.state)


def is_device_good(unit: Unit) -> bool:
    """Whether the lot of the device that a unit was made with is neither recalled nor kept apart;
    that it expired since is nothing."""
    lot = Tube.objects.select_related("device").get(pk=unit.tube_id).device
    return lot.state == Lot.State.USABLE


def is_device_recalled(thing: Thing) -> bool:
    """Whether the lot of the device that a tube is, or a unit was made with, is recalled."""
    tube = thing.tube_id if isinstance(thing, Unit) else thing.pk
    return Tube.objects.filter(pk=tube, device__state=Lot.State.RECALLED).exists()


def is_cold_kept(unit: Unit) -> bool:
    """Whether a unit was measured without a gap, and cold, from its freezing until now or until it
    left the cold for its session. What it was held for, and two people lifted since, they answer
    for."""
    reached, now = unit.frozen_at, clock.read().at
    if reached is None or unit.state == "held":
        return False
    every = Excursion.objects.filter(steps__unit=unit, strike=None).exclude(effect="note")
    held_for = list(every.distinct())
    stays = Stay.objects.filter(unit=unit).select_related("place").order_by("since", "pk")
    for stay in stays:
        end = stay.until or now
        if stay.since > reached or not _was_cold(stay, end, held_for):
            return False
        reached = max(reached, end)
    return reached >= (unit.issued_at or now)


def _was_cold(stay: Stay, end: datetime, held_for: list[Excursion]) -> bool:
    """Whether nothing is amiss in a stay but what the unit was held for."""

    def answered(began: datetime, ended: datetime) -> bool:
        return any(
            one.place_id == stay.place_id and one.began <= began and ended <= one.ended
            for one in held_for
        )

    bare = temperature.unmeasured(stay.place, stay.since, end)
    warm = temperature.broken(stay.place, stay.since, end)
    return all(answered(*one) for one in bare) and all(
        one.effect == "note" or answered(one.began, one.ended) for one in warm
    )
