"""What else is done where a course is: other courses under way, and what was given there in the
last days. It is told where a course is planned and on its page, and forbids nothing: whoever reads
it weighs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import OuterRef, Q, Subquery

from dolenti.access.actors import Actor
from dolenti.calendar.moments import day_bounds, local_day
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.models import Complaint
from dolenti.records.places import may_be_one_side, may_be_one_zone, zones_of
from dolenti.treatment.life import OPEN
from dolenti.treatment.models import Course, SessionRecord

LATELY: Final = timedelta(days=14)
"""How far back an act of another course is told. Not a rule of medicine: what two weeks hold, a
reader wants to see on one page; the intervals between acts are those of the protocols."""


@dataclass(frozen=True)
class Beside:
    """Another course at the same place: ``on`` is the day of its last act within ``LATELY``, if it
    had one, and ``under_way`` whether it still runs."""

    course: Course
    under_way: bool
    on: date | None = None


def found(
    user: Actor, complaint: Complaint, today: date, but: Course | None = None
) -> list[Beside]:
    """The other courses of the patient at the place of this complaint. One question."""
    given = SessionRecord.objects.filter(
        session__course=OuterRef("pk"), delivered_at__isnull=False, amended_by=None
    ).order_by("-delivered_at")
    others = (
        Course.objects.filter(patient__in=patient_gate.read_as(user, complaint.patient))
        .annotate(given=Subquery(given.values("delivered_at")[:1]))
        .filter(Q(state__in=OPEN) | Q(given__gte=day_bounds(today - LATELY)[0]))
        .select_related("complaint")
        .defer("protocol")
    )
    if but is not None:
        others = others.exclude(pk=but.pk)
    return list(_there(complaint, others.order_by("-created_at"), today - LATELY))


def _there(complaint: Complaint, others: Iterable[Course], since: date) -> Iterator[Beside]:
    for one in others:
        if one.complaint_id == complaint.pk or _is_one_place(complaint, one.complaint):
            at: datetime | None = one.given  # type: ignore[attr-defined]
            on = local_day(at) if at is not None else None
            yield Beside(one, one.state in OPEN, on if on is not None and on >= since else None)


def _is_one_place(one: Complaint, other: Complaint) -> bool:
    """Whether two pains may be at one place: of one zone and side, or nobody said which."""
    zones, others = zones_of(one.condition, one.zone), zones_of(other.condition, other.zone)
    return may_be_one_side(one.side, other.side) and may_be_one_zone(zones, others)
