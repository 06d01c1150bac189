"""What waits for somebody, counted in one query, whatever it is and however many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from dolenti.access.models import User
from dolenti.access.roles import Permission, Role
from dolenti.agenda import day, privileges
from dolenti.agenda.models import Privilege
from dolenti.calendar.moments import local_day
from dolenti.records import gate
from dolenti.records.judging import verdict_changes
from dolenti.records.models import Referral

RECENTLY: Final = timedelta(days=90)
"""A privilege that ended longer ago was let go, and is told of no more."""


@dataclass(frozen=True)
class Waiting:
    """How many of each wait for the reader. ``referrals`` and ``changed`` are of the patients whose
    record is open to them, ``privileges`` (those that end within 30 days, or ended and were not
    renewed) their own; the rest is of the site's agenda. ``more`` is what rooms above
    count beside."""

    referrals: int
    oldest_referral: datetime | None
    changed: int
    unclosed: int
    to_move: int
    privileges: int
    first_privilege: date | None
    more: Mapping[str, int] = field(default_factory=dict)


def waiting(user: User, more: Mapping[str, QuerySet[Any]] | None = None) -> Waiting:
    """What waits for this person, and ``more`` rows of rooms above: one query, and one more for the
    first of what has a first."""
    asked: dict[str, QuerySet[Any]] = {
        "unclosed": day.counted(user, day.unclosed()),
        "to_move": day.counted(user, day.to_move()),
        "privileges": _ending(user),
    }
    if user.may(Permission.READ_RECORDS):
        asked["referrals"] = Referral.objects.filter(
            gate.is_open(user, "complaint__patient"), site_id=user.site_id, closed_at=None
        )
        asked["changed"] = verdict_changes.of_care(user)
    beside = dict(more or {})
    found = _counted(asked | beside)
    return Waiting(
        referrals=found.get("referrals", 0),
        oldest_referral=_first(asked, found, "referrals", "created_at"),
        changed=found.get("changed", 0),
        unclosed=found["unclosed"],
        to_move=found["to_move"],
        privileges=found["privileges"],
        first_privilege=_first(asked, found, "privileges", "last"),
        more={name: found[name] for name in beside},
    )


def _counted(asked: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each has. As one list of counts and not as columns of one row: what stands in a
    column is written anew for each column beside it, four times the work."""
    counts = [
        _bare(rows).values(which=Value(name)).annotate(n=Count("pk")).values_list("which", "n")
        for name, rows in asked.items()
    ]
    # What can have no row is left out of the list.
    return dict.fromkeys(asked, 0) | dict(counts[0].union(*counts[1:], all=True))


def _first(
    asked: Mapping[str, QuerySet[Any]], found: Mapping[str, int], name: str, column: str
) -> Any:
    """The least of a column, where there is a row at all."""
    if not found.get(name):
        return None
    return _bare(asked[name]).aggregate(first=Min(column))["first"]


def _bare(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by().select_related(None)


def own_privileges(user: User) -> QuerySet[Privilege]:
    """The privileges of a practitioner at their site that were not withdrawn."""
    if user.role != Role.PRACTITIONER:
        return Privilege.objects.none()
    found = Privilege.objects.filter(user=user, site_id=user.site_id, withdrawn_at=None)
    return found.select_related("user", "author", "withdrawn_by").order_by("therapy", "-first")


def _ending(user: User) -> QuerySet[Privilege]:
    today = local_day(timezone.now())
    soon = today + privileges.SOON
    renewed = own_privileges(user).filter(
        Q(last=None) | Q(last__gt=soon), therapy=OuterRef("therapy")
    )
    return own_privileges(user).filter(~Exists(renewed), last__lte=soon, last__gte=today - RECENTLY)
