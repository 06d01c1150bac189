"""A course laid on the site's agenda: what is proposed, and what the chosen days depart from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Final

from msgspec import structs

from dolenti.calendar.propose import Proposed, Wishes, check_days, propose
from dolenti.calendar.slots import Diary
from dolenti.guideline import reasons
from dolenti.guideline.judge import Assessment as Judgement
from dolenti.guideline.knowledge import NEVER_USED, Limit, Product, Protocol, Text, Therapy
from dolenti.guideline.mixture.one_product import status_on
from dolenti.guideline.plan import limits_reached
from dolenti.guideline.schedule import Session as Laid
from dolenti.guideline.schedule import lay
from dolenti.records import engine

USUAL_MINUTES: Final = 30
AHEAD: Final = timedelta(days=400)
"""How far the agenda is read to propose a course."""


@dataclass(frozen=True)
class Departure:
    """A day that leaves the protocol, and what the protocol says."""

    day: date
    why: Text


@dataclass(frozen=True)
class Ground:
    """What a course is laid on: its protocol, held by the limits that concern its products; the
    dates of earlier acts, by the fact that holds them; and the limits that are reached already."""

    protocol: Protocol
    previous: Mapping[str, date]
    reached: tuple[Limit, ...]

    @property
    def reached_ids(self) -> frozenset[str]:
        """The ids of the limits reached."""
        return frozenset(limit.id for limit in self.reached)


def ground(therapy: Therapy, now: Judgement, products: Collection[str]) -> Ground:
    """What a course with these products is laid on, by what is known of the patient ``now``."""
    protocol, values = held(therapy.protocol, products), now.values
    dictionary = engine.judge(now.edition, dict(now.policies)).dictionary
    reached = limits_reached(protocol, dictionary, values, now.case.as_of)
    counted = {fact for limit in protocol.limits for fact in limit.counts_from}
    previous = {
        fact: known.value
        for fact in counted
        if (known := values.get(fact)) is not None and isinstance(known.value, date)
    }
    return Ground(protocol, previous, tuple(one for one in protocol.limits if one.id in reached))


def held(protocol: Protocol, products: Collection[str]) -> Protocol:
    """Without the limits of classes to which none of the products belongs; where none is named yet,
    every limit counts."""
    if not products:
        return protocol
    classes = engine.edition_in_force().classes_of(products)
    limits = tuple(one for one in protocol.limits if one.of is None or one.of in classes)
    return structs.replace(protocol, limits=limits)


def minutes_of(protocol: Protocol) -> int:
    """How long a session takes, as the protocol says; else half an hour."""
    stated = [phase.minutes[1] for phase in protocol.phases if phase.minutes]
    return int(max(stated, default=USUAL_MINUTES))


def products_for(therapy: Therapy, day: date) -> list[Product]:
    """The products that are used in a therapy and may be on that day."""
    return [
        product
        for product in engine.edition_in_force().products
        if therapy.id in product.used_in
        and not set(product.classes) & set(therapy.description.not_done_with)
        and ((period := status_on(product, "FR", day)) is None or period.state not in NEVER_USED)
    ]


def rows(protocol: Protocol, start: date) -> tuple[Laid, ...]:
    """Every session that the protocol may have, optional ones included, from a first day on."""
    return lay(protocol, start, [], start, {}).sessions


def proposal(
    found: Ground, start: date, diary: Diary, minutes: int, preferred: time | None
) -> tuple[Proposed, ...]:
    """The required sessions, each with the nearest free slot and why it is not the usual day; none
    where a limit is reached."""
    wishes = Wishes(timedelta(minutes=minutes), preferred)
    laid = propose(
        found.protocol, start, diary, wishes, previous=found.previous, reached=found.reached_ids
    )
    return laid.sessions


def departures(found: Ground, days: Sequence[date]) -> tuple[Departure, ...]:
    """The days that leave the protocol's intervals or break one of its limits, each with why; where
    a limit is reached already, the first day does.

    Two sessions on one day are refused: ``InputError``.
    """
    ordered = sorted(days)
    protocol, previous = found.protocol, found.previous
    over = [Departure(ordered[0], limit.because) for limit in found.reached]
    schedule = lay(protocol, ordered[0], ordered, ordered[-1], previous)
    broken = [
        Departure(ordered[-1], dated.limit.because)
        for dated in schedule.limits
        if not dated.kept and dated.limit not in found.reached
    ]
    shifted = [Departure(day, why) for day, why in check_days(protocol, ordered, previous)]
    return (*over, *shifted, *broken)


def as_planned(
    protocol: Protocol, days: Sequence[date], left: Sequence[Departure], kept_because: str
) -> dict[str, Any]:
    """What a course keeps of its protocol: its sessions as they stood, and why days leave it.
    Raises ``InputError`` where they do and nobody says why."""
    if left:
        reasons.insist(kept_because, "kept_because")
    edition = engine.edition_in_force()
    ordered = sorted(days)
    laid = lay(protocol, ordered[0], ordered, ordered[-1], {}).sessions[: len(ordered)]
    return {
        "edition": {"version": edition.manifest.version, "sha256": edition.sha256},
        "sessions": [
            {
                "number": one.number,
                "label": {"fr": one.label.fr, "en": one.label.en},
                "earliest": one.earliest.isoformat(),
                "latest": one.latest.isoformat(),
                "optional": one.optional,
            }
            for one in laid
        ],
        "departures": [
            {"day": one.day.isoformat(), "why": {"fr": one.why.fr, "en": one.why.en}}
            for one in left
        ],
        "kept_because": kept_because,
    }
