"""How often each therapy was possible, over a site's assessed pains: counts, nobody's record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dolenti.access import audit
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.calendar.moments import day_bounds
from dolenti.records import gate
from dolenti.records.models import Assessment

BACK: Final = timedelta(days=365)
FEWEST: Final = 5
"""A number below this one is not said: it could be somebody."""


@dataclass(frozen=True)
class Counted:
    """Since when, how many pains were assessed and of how many patients; by therapy and verdict,
    how many of them. A count of ``None`` is not said: it is small, or would give a small one away.
    """

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
            gate.of_site("complaint__patient__site_id", user.site_id),
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
    told = all(_cannot_be_worked_out(one) for one in map(_hidden, counted.values()) if one)
    return Counted(
        since,
        _said(len(pains)) if told else None,
        _said(len(patients)) if told else None,
        {therapy: _row(by) for therapy, by in counted.items()},
    )


def _row(counts: Counter[str]) -> dict[str, int | None]:
    """A therapy's counts, without those that are unsaid."""
    unsaid = _unsaid(counts)
    return {status: None if status in unsaid else count for status, count in counts.items()}


def _unsaid(counts: Counter[str]) -> set[str]:
    """The verdicts that are not said. Their sum follows from the total and the others: while it
    would leave one of them fewer values than ``FEWEST``, the smallest of the others is unsaid too.
    """
    unsaid = {status for status, count in counts.items() if 0 < count < FEWEST}
    while unsaid and not _cannot_be_worked_out([counts[one] for one in unsaid]):
        others = {status for status, count in counts.items() if count and status not in unsaid}
        if not others:
            break
        unsaid.add(min(others, key=lambda one: (counts[one], one)))
    return unsaid


def _hidden(counts: Counter[str]) -> list[int]:
    return [counts[one] for one in _unsaid(counts)]


def _cannot_be_worked_out(hidden: Sequence[int]) -> bool:
    """Whether each of these, of which the sum and that none is zero are known, may still have
    ``FEWEST`` values: from one to what the sum leaves where the others are one."""
    return len(hidden) > 1 and sum(hidden) - (len(hidden) - 1) >= FEWEST


def _said(count: int) -> int | None:
    return count if count == 0 or count >= FEWEST else None


__all__ = ["FEWEST", "Counted", "of_site"]
