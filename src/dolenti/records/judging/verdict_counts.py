"""How often each therapy was possible, over a site's assessed pains: counts, nobody's record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dolenti.access import audit
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.calendar.moments import day_bounds
from dolenti.records.models import Assessment

BACK: Final = timedelta(days=365)
FEWEST: Final = 5
"""A number below this one is not said: it could be somebody."""


@dataclass(frozen=True)
class Counted:
    """Since when, how many pains were assessed and of how many patients; by therapy and verdict,
    how many of them. A count of ``None`` lies between one and ``FEWEST``."""

    since: date
    pains: int | None
    patients: int | None
    by_therapy: dict[str, dict[str, int | None]]


def of_site(user: User, today: date) -> Counted:
    """The last verdict of each pain assessed within a year, counted; a line of the trail."""
    since = today - BACK
    found = Assessment.objects.none()
    if user.may(Permission.READ_STATISTICS):
        audit.record("count-verdicts", actor=user, kind="statistics")
        found = Assessment.objects.filter(
            complaint__patient__site_id=user.site_id,
            complaint__patient__in_error="",
            complaint__in_error="",
            created_at__gte=day_bounds(since)[0],
        )
    rows = found.order_by("complaint_id", "-created_at", "-pk").values_list(
        "complaint_id", "complaint__patient_id", "statuses"
    )
    counted: dict[str, Counter[str]] = {}
    pains, patients = set(), set()
    for pain, patient, statuses in rows.iterator(chunk_size=2000):
        if pain in pains:
            continue  # an earlier one
        pains.add(pain)
        patients.add(patient)
        for therapy, status in statuses.items():
            counted.setdefault(therapy, Counter())[status] += 1
    return Counted(
        since,
        _said(len(pains)),
        _said(len(patients)),
        {therapy: _row(by) for therapy, by in counted.items()},
    )


def _row(counts: Counter[str]) -> dict[str, int | None]:
    """A therapy's counts. One that is alone in being unsaid would follow from the others: the
    smallest of them is unsaid with it."""
    unsaid = {status for status, count in counts.items() if count < FEWEST}
    if len(unsaid) == 1 and (others := set(counts) - unsaid):
        unsaid.add(min(others, key=lambda one: counts[one]))
    return {status: None if status in unsaid else count for status, count in counts.items()}


def _said(count: int) -> int | None:
    return count if count == 0 or count >= FEWEST else None


__all__ = ["FEWEST", "Counted", "of_site"]
