"""The site itself: its name and address, its rooms, when it is open, when it is closed.

For whoever administers it. Each change is a line of the trail. What someone else changed meanwhile
is not overwritten: a form carries the version, or a ``stamp``, of what it was filled in from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.models import Site
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.agenda import timetable
from dolenti.agenda.models import Appointment, Closure, OpeningHours, Room
from dolenti.calendar.moments import day_bounds
from dolenti.calendar.opening import LONGEST_CLOSURE, Hours
from dolenti.guideline.errors import InputError
from dolenti.ledger import versions
from dolenti.ledger.once import Submission, once
from dolenti.records import gate

DETAILS = ("name", "address", "phone", "emergency_number", "time_zone", "equipped")
Week = Mapping[int, Sequence[Hours]]


class StaleFormError(Exception):
    """Someone else changed it since the form was opened; ``now`` stands, with its ``stamp``.

    For what has no version that ``ledger.versions`` could go by: a site is a row of ``access``,
    below the ledger, and a week is several rows that are replaced together. A room has one.
    """

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


class ZoneKeptError(InputError):
    """Patients were told hours on the clock of the place where the site stands."""

    def __init__(self, count: int) -> None:
        many = count > 1
        super().__init__(
            f"{count} appointment{'s' * many} to come {'have' if many else 'has'} an hour that the "
            "patient was told, and elsewhere would be shown at another; the place changes once "
            "none is ahead. Nothing was saved",
            fr=f"{count} rendez-vous à venir {'ont' if many else 'a'} été annoncé{'s' * many} à "
            "une heure que ce changement décalerait\u00a0; le lieu se change quand il n’en reste "
            "aucun. Rien n’a été enregistré",
        )


def stamp(value: Any) -> str:
    """A short fingerprint of what a form was filled in from."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def details(site: Site) -> dict[str, str]:
    """What the site is called, how it is reached, what it is equipped for."""
    return {name: getattr(site, name) for name in DETAILS}


def change_details(user: Actor, based_on: str, values: Mapping[str, str]) -> None:
    """Other details for the user's site. Raises ``StaleFormError``, and ``ZoneKeptError`` where
    another place would give other hours to appointments."""
    with writing(user, Permission.ADMINISTER, user.site_id):
        site = Site.objects.select_for_update().get(pk=user.site_id)
        now = details(site)
        news = {name: values[name] for name in DETAILS if values[name] != now[name]}
        if not news:
            return
        if stamp(now) != based_on:
            raise StaleFormError(now, stamp(now))
        if "time_zone" in news:
            ahead = Appointment.objects.filter(
                site=site, state__in=timetable.TAKING, end__gt=timezone.now()
            ).count()
            if ahead:
                raise ZoneKeptError(ahead)
        Site.objects.filter(pk=site.pk).update(**news)
        _tell(user, "change-site", "site", site.public_id, {"fields": sorted(news)})


def week_of(site: Site) -> dict[int, list[Hours]]:
    """The openings of each weekday, Monday 0; a day without any is closed."""
    week: dict[int, list[Hours]] = {day: [] for day in range(7)}
    for row in OpeningHours.objects.filter(site=site).order_by("weekday", "opens"):
        week[row.weekday].append(Hours(row.opens, row.closes))
    return week


def change_week(user: Actor, based_on: str, week: Week) -> None:
    """Other opening hours, from now on; appointments stay where they are. Raises
    ``StaleFormError``."""
    with writing(user, Permission.ADMINISTER, user.site_id):
        Site.objects.select_for_update().get(pk=user.site_id)
        now = week_of(user.site)
        wanted = {day: list(week.get(day, ())) for day in range(7)}
        if wanted == now:
            return
        if stamp(now) != based_on:
            raise StaleFormError(now, stamp(now))
        OpeningHours.objects.filter(site_id=user.site_id).delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(site_id=user.site_id, weekday=day, opens=one.start, closes=one.end)
            for day, hours in wanted.items()
            for one in hours
        )
        changed = [day for day in range(7) if wanted[day] != now[day]]
        _tell(user, "change-hours", "site", user.site.public_id, {"weekdays": changed})


def rooms(user: Actor) -> list[Room]:
    """The rooms of the site by name, closed ones last; each says in ``to_come`` how many
    appointments it still has."""
    if not user.may(Permission.ADMINISTER):
        return []
    coming = Q(
        appointments__state=Appointment.State.PLANNED, appointments__start__gte=timezone.now()
    )
    found = Room.objects.filter(site_id=user.site_id)
    return list(
        found.annotate(to_come=Count("appointments", filter=coming)).order_by(
            "closed", "name", "pk"
        )
    )


def room(user: Actor, public_id: str) -> Room:
    """One room of the administrator's site. Raises ``Http404``."""
    return gate.of_the_administered(user, Room, public_id)


def add_room(submission: Submission, name: str) -> Room:
    """A new room. Raises ``NameTakenError``."""
    user = submission.actor

    def make() -> Room:
        _insist_free(user, name, None)
        made = Room.objects.create(site_id=user.site_id, name=name)
        _tell(user, "add-room", "room", made.public_id)
        return made

    try:
        with writing(user, Permission.ADMINISTER, user.site_id):
            return once(submission, Room, make)
    except IntegrityError:
        raise NameTakenError(name) from None


def rename_room(user: Actor, found: Room, based_on: int, name: str) -> None:
    """Another name for a room. Raises ``NameTakenError``, ``StaleEditError``."""
    try:
        with writing(user, Permission.ADMINISTER, found.site_id):
            _insist_free(user, name, found)
            versions.change(user, found, based_on, {"name": name}, action="rename-room")
    except IntegrityError:
        raise NameTakenError(name) from None


def _insist_free(user: Actor, name: str, but: Room | None) -> None:
    taken = Room.objects.filter(site_id=user.site_id, name__iexact=name)
    if but is not None:
        taken = taken.exclude(pk=but.pk)
    if taken.exists():
        raise NameTakenError(name)


def close_room(user: Actor, found: Room, *, closed: bool) -> None:
    """Take a room out of use, or into use again; its appointments stay where they are."""
    with writing(user, Permission.ADMINISTER, found.site_id):
        changed = Room.objects.filter(pk=found.pk, closed=not closed).update(closed=closed)
        if changed:
            _tell(user, "close-room" if closed else "open-room", "room", found.public_id)


def closures(user: Actor, day: date) -> QuerySet[Closure]:
    """The closures of the site that are not over, the next first."""
    if not user.may(Permission.ADMINISTER):
        return Closure.objects.none()
    return Closure.objects.filter(site_id=user.site_id, last__gte=day).order_by("first", "pk")


def closure(user: Actor, public_id: str) -> Closure:
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
                fr="la fermeture doit finir le jour où elle commence ou plus tard, sans dépasser "
                "un an\u00a0; vérifiez les deux dates",
            )


def add_closure(submission: Submission, shut: Shut) -> Closure:
    """Close the site on some days; appointments of those days stay until somebody moves them."""
    user = submission.actor

    def make() -> Closure:
        made = Closure.objects.create(
            site_id=user.site_id, first=shut.first, last=shut.last, why=shut.why
        )
        detail = {"first": str(shut.first), "last": str(shut.last)}
        _tell(user, "add-closure", "closure", made.public_id, detail)
        return made

    with writing(user, Permission.ADMINISTER, user.site_id):
        return once(submission, Closure, make)


def take_back_closure(user: Actor, found: Closure) -> None:
    """The site opens on those days after all."""
    with writing(user, Permission.ADMINISTER, found.site_id):
        gone, _ = Closure.objects.filter(pk=found.pk).delete()
        if gone:
            detail = {"first": str(found.first), "last": str(found.last)}
            _tell(user, "take-back-closure", "closure", found.public_id, detail)


def sessions_in(user: Actor, found: Closure) -> QuerySet[Appointment]:
    """The appointments to come that fall into a closure, in order: they are to be moved."""
    if not user.may(Permission.ADMINISTER) or found.site_id != user.site_id:
        return Appointment.objects.none()
    return in_closures(user, [found]).select_related("patient", "practitioner", "room")


def in_closures(user: Actor, found: Sequence[Closure]) -> QuerySet[Appointment]:
    """The appointments of the user's site that still take their time on days that are closed."""
    days = Q(pk__in=[])
    for one in found:
        days |= Q(start__lt=day_bounds(one.last)[1], end__gt=day_bounds(one.first)[0])
    coming = Appointment.objects.filter(days, site_id=user.site_id, state__in=timetable.TAKING)
    return coming.filter(start__gte=timezone.now()).order_by("start", "pk")


def _tell(
    user: Actor, action: str, kind: str, object_id: str, detail: dict[str, Any] | None = None
) -> None:
    audit.record(action, actor=user, kind=kind, object_id=object_id, detail=detail or {})
