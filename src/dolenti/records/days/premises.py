"""The site itself: its name and address, its rooms, when it is open, when it is closed.

For whoever administers it. Each change is a line of the trail. What someone else changed meanwhile
is not overwritten: a form carries a ``stamp`` of what it was filled in from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.models import Site, User
from dolenti.access.roles import Permission
from dolenti.guideline.errors import InputError
from dolenti.records import gate
from dolenti.records.agenda.moments import day_bounds
from dolenti.records.agenda.opening import LONGEST_CLOSURE, Hours
from dolenti.records.days import timetable
from dolenti.records.models import Closure, OpeningHours, Room, Session
from dolenti.records.once import Submission, once

DETAILS = ("name", "address", "phone")
Week = Mapping[int, Sequence[Hours]]


class ChangedMeanwhileError(Exception):
    """Someone else changed it since the form was opened; ``now`` stands, with its ``stamp``."""

    def __init__(self, now: Any, stamped: str) -> None:
        super().__init__("changed meanwhile")
        self.now = now
        self.stamp = stamped


class NameTakenError(InputError):
    """The site has a room of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"there is a room “{name}” already; choose another name",
            fr=f"une salle «\u00a0{name}\u00a0» existe déjà\u00a0; choisissez un autre nom",
        )


def stamp(value: Any) -> str:
    """A short fingerprint of what a form was filled in from."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def details(site: Site) -> dict[str, str]:
    """What the site is called and how it is reached."""
    return {name: getattr(site, name) for name in DETAILS}


def change_details(user: User, based_on: str, values: Mapping[str, str]) -> None:
    """Other details for the user's site. Raises ``ChangedMeanwhileError``."""
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=user.site_id)
        now = details(site)
        news = {name: values[name] for name in DETAILS if values[name] != now[name]}
        if not news:
            return
        if stamp(now) != based_on:
            raise ChangedMeanwhileError(now, stamp(now))
        Site.objects.filter(pk=site.pk).update(**news)
        _tell(user, "change-site", "site", site.public_id, {"fields": sorted(news)})


def week_of(site: Site) -> dict[int, list[Hours]]:
    """The openings of each weekday, Monday 0; a day without any is closed."""
    week: dict[int, list[Hours]] = {day: [] for day in range(7)}
    for row in OpeningHours.objects.filter(site=site).order_by("weekday", "opens"):
        week[row.weekday].append(Hours(row.opens, row.closes))
    return week


def change_week(user: User, based_on: str, week: Week) -> None:
    """Other opening hours, from now on; sessions stay where they are. Raises
    ``ChangedMeanwhileError``."""
    with transaction.atomic():
        Site.objects.select_for_update().get(pk=user.site_id)
        now = week_of(user.site)
        wanted = {day: list(week.get(day, ())) for day in range(7)}
        if wanted == now:
            return
        if stamp(now) != based_on:
            raise ChangedMeanwhileError(now, stamp(now))
        OpeningHours.objects.filter(site_id=user.site_id).delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(site_id=user.site_id, weekday=day, opens=one.start, closes=one.end)
            for day, hours in wanted.items()
            for one in hours
        )
        changed = [day for day in range(7) if wanted[day] != now[day]]
        _tell(user, "change-hours", "site", user.site.public_id, {"weekdays": changed})


def rooms(user: User) -> list[Room]:
    """The rooms of the site by name, closed ones last; each says in ``to_come`` how many sessions
    it still has."""
    if not user.may(Permission.ADMINISTER):
        return []
    coming = Q(sessions__state=Session.State.PLANNED, sessions__start__gte=timezone.now())
    found = Room.objects.filter(site_id=user.site_id)
    return list(
        found.annotate(to_come=Count("sessions", filter=coming)).order_by("closed", "name", "pk")
    )


def room(user: User, public_id: str) -> Room:
    """One room of the administrator's site. Raises ``Http404``."""
    return gate.of_the_administered(user, Room, public_id)


def add_room(submission: Submission, name: str) -> Room:
    """A new room. Raises ``NameTakenError``."""
    user = submission.user

    def make() -> Room:
        _insist_free(user, name, None)
        made = Room.objects.create(site_id=user.site_id, name=name)
        _tell(user, "add-room", "room", made.public_id)
        return made

    try:
        return once(submission, Room, make)
    except IntegrityError:
        raise NameTakenError(name) from None


def rename_room(user: User, found: Room, based_on: str, name: str) -> None:
    """Another name for a room. Raises ``NameTakenError``, ``ChangedMeanwhileError``."""
    try:
        with transaction.atomic():
            now = Room.objects.select_for_update().get(pk=found.pk)
            if now.name == name:
                return
            if stamp(now.name) != based_on:
                raise ChangedMeanwhileError(now.name, stamp(now.name))
            _insist_free(user, name, now)
            Room.objects.filter(pk=now.pk).update(name=name)
            _tell(user, "rename-room", "room", now.public_id)
    except IntegrityError:
        raise NameTakenError(name) from None


def _insist_free(user: User, name: str, but: Room | None) -> None:
    taken = Room.objects.filter(site_id=user.site_id, name__iexact=name)
    if but is not None:
        taken = taken.exclude(pk=but.pk)
    if taken.exists():
        raise NameTakenError(name)


def close_room(user: User, found: Room, *, closed: bool) -> None:
    """Take a room out of use, or into use again; its sessions stay where they are."""
    with transaction.atomic():
        changed = Room.objects.filter(pk=found.pk, closed=not closed).update(closed=closed)
        if changed:
            _tell(user, "close-room" if closed else "open-room", "room", found.public_id)


def closures(user: User, day: date) -> QuerySet[Closure]:
    """The closures of the site that are not over, the next first."""
    if not user.may(Permission.ADMINISTER):
        return Closure.objects.none()
    return Closure.objects.filter(site_id=user.site_id, last__gte=day).order_by("first", "pk")


def closure(user: User, public_id: str) -> Closure:
    """One closure of the administrator's site. Raises ``Http404``."""
    return gate.of_the_administered(user, Closure, public_id)


@dataclass(frozen=True)
class Shut:
    """Days on which a site is to be closed, first and last included, and why."""

    first: date
    last: date
    why: str = ""

    def __post_init__(self) -> None:
        """Raises ``InputError`` where it ends before it begins, or never ends."""
        if not 0 <= (self.last - self.first).days <= LONGEST_CLOSURE:
            raise InputError(
                "a closure ends on or after its first day, within a year; check both dates",
                fr="une fermeture finit le jour où elle commence ou après, dans l’année\u00a0; "
                "vérifiez les deux dates",
            )


def add_closure(submission: Submission, shut: Shut) -> Closure:
    """Close the site on some days; sessions of those days stay until somebody moves them."""
    user = submission.user

    def make() -> Closure:
        made = Closure.objects.create(
            site_id=user.site_id, first=shut.first, last=shut.last, why=shut.why
        )
        detail = {"first": str(shut.first), "last": str(shut.last)}
        _tell(user, "add-closure", "closure", made.public_id, detail)
        return made

    return once(submission, Closure, make)


def take_back_closure(user: User, found: Closure) -> None:
    """The site opens on those days after all."""
    with transaction.atomic():
        gone, _ = Closure.objects.filter(pk=found.pk).delete()
        if gone:
            detail = {"first": str(found.first), "last": str(found.last)}
            _tell(user, "take-back-closure", "closure", found.public_id, detail)


def sessions_in(user: User, found: Closure) -> QuerySet[Session]:
    """The sessions to come that fall into a closure, in order: they are to be moved."""
    if not user.may(Permission.ADMINISTER) or found.site_id != user.site_id:
        return Session.objects.none()
    return in_closures(user, [found]).select_related("patient", "practitioner", "room")


def in_closures(user: User, found: Sequence[Closure]) -> QuerySet[Session]:
    """The sessions of the user's site that still take their time on days that are closed."""
    days = Q(pk__in=[])
    for one in found:
        days |= Q(start__lt=day_bounds(one.last)[1], end__gt=day_bounds(one.first)[0])
    coming = Session.objects.filter(days, site_id=user.site_id, state__in=timetable.TAKING)
    return coming.filter(start__gte=timezone.now()).order_by("start", "pk")


def _tell(
    user: User, action: str, kind: str, object_id: str, detail: dict[str, Any] | None = None
) -> None:
    audit.record(action, actor=user, kind=kind, object_id=object_id, detail=detail or {})
