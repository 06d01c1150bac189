"""A course laid on the site's agenda: what is proposed, and what the chosen days depart from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Final

from dolenti.guideline.dates import read_date
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Product, Protocol, Text, Therapy
from dolenti.guideline.mixture.one_product import status_on
from dolenti.guideline.schedule import Session as Laid
from dolenti.guideline.schedule import lay
from dolenti.records import engine
from dolenti.records.agenda.propose import Proposed, Wishes, check_days, propose
from dolenti.records.agenda.slots import Diary
from dolenti.records.models import Assessment

USUAL_MINUTES: Final = 30
AHEAD: Final = timedelta(days=400)
"""How far the agenda is read to propose a course."""
NEVER_USED: Final = ("suspended", "abrogated", "never-authorised")


@dataclass(frozen=True)
class Departure:
    """A day that leaves the protocol, and what the protocol says."""

    day: date
    why: Text


def previous_acts(assessment: Assessment) -> dict[str, date]:
    """The dated facts that a protocol's limits may count from, by fact."""
    found = {}
    for fact, said in assessment.inputs["facts"].items():
        try:
            found[fact] = read_date(said["value"])
        except (InputError, TypeError, AttributeError):
            continue  # not a date
    return found


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
    protocol: Protocol,
    start: date,
    diary: Diary,
    minutes: int,
    preferred: time | None,
    previous: Mapping[str, date],
) -> tuple[Proposed, ...]:
    """The required sessions, each with the nearest free slot and why it is not the usual day."""
    wishes = Wishes(timedelta(minutes=minutes), preferred)
    return propose(protocol, start, diary, wishes, previous=previous).sessions


def departures(
    protocol: Protocol, days: Sequence[date], previous: Mapping[str, date]
) -> tuple[Departure, ...]:
    """The days that leave the protocol's intervals or break one of its limits, each with why.

    Two sessions on one day are refused: ``InputError``.
    """
    ordered = sorted(days)
    schedule = lay(protocol, ordered[0], ordered, ordered[-1], previous)
    broken = [
        Departure(ordered[-1], dated.limit.because) for dated in schedule.limits if not dated.kept
    ]
    shifted = [Departure(day, why) for day, why in check_days(protocol, ordered, previous)]
    return (*shifted, *broken)


def as_planned(
    protocol: Protocol, days: Sequence[date], left: Sequence[Departure], kept_because: str
) -> dict[str, Any]:
    """What a course keeps of its protocol: its sessions as they stood, and why days leave it."""
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
