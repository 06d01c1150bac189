"""What waits for somebody, counted in one query, whatever it is and however many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
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


NONE: Final = (0, "")


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
    """What waits for this person, and ``more`` rows of rooms above: one query."""
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
    found = _counted(asked | beside, {"referrals": "created_at", "privileges": "last"})
    count = {name: n for name, (n, _) in found.items()}
    oldest = found.get("referrals", NONE)[1]
    first = found["privileges"][1]
    return Waiting(
        referrals=count.get("referrals", 0),
        oldest_referral=_at(oldest) if oldest else None,
        changed=count.get("changed", 0),
        unclosed=count["unclosed"],
        to_move=count["to_move"],
        privileges=count["privileges"],
        first_privilege=date.fromisoformat(first) if first else None,
        more={name: count[name] for name in beside},
    )


def _counted(
    asked: Mapping[str, QuerySet[Any]], firsts: Mapping[str, str]
) -> dict[str, tuple[int, str]]:
    """How many rows each has, and the least of its column in ``firsts``, as text. As one list of
    counts and not as columns of one row: what stands in a column is written anew for each column
    beside it, twice the work."""
    counts = []
    for name, rows in asked.items():
        least = Cast(Min(firsts[name]), TextField()) if name in firsts else Value("")
        bare = rows.order_by().select_related(None).values(which=Value(name))
        counts.append(bare.annotate(n=Count("pk"), first=least).values_list("which", "n", "first"))
    found = {which: (n, first or "") for which, n, first in counts[0].union(*counts[1:], all=True)}
    return dict.fromkeys(asked, NONE) | found  # what can have no row is left out of the list


def _at(said: str) -> datetime:
    """A moment as the database writes it: SQLite in UTC without saying so."""
    found = datetime.fromisoformat(said)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


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
