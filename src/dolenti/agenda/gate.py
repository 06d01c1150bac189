"""The gate to the agenda: its entries, its rooms, who may perform what.

As in ``records.gate``: every function takes the user first and gives only what they may see.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, Max, Min, Q, QuerySet, When
from django.db.models.functions import Coalesce

from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.agenda.life import GONE
from dolenti.agenda.models import Appointment, Privilege, Room
from dolenti.records import gate
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.models import Patient


def appointments(user: Actor) -> QuerySet[Appointment]:
    """The site's agenda, for whoever keeps it."""
    if not user.may(Permission.READ_AGENDA):
        return Appointment.objects.none()
    found = Appointment.objects.filter(site_id=user.site_id)
    return found.select_related("patient", "practitioner", "room")


@dataclass(frozen=True)
class Around:
    """When somebody came last, and when they are to come next; ``None``: not on the agenda."""

    last: datetime | None = None
    next: datetime | None = None


def around(user: Actor, patients: Iterable[Patient], now: datetime) -> dict[int, Around]:
    """The last and the next visit to the site of each of a list of patients, by their key; of
    records that were merged, those of both. One question."""
    if not user.may(Permission.READ_AGENDA):
        return {}
    listed = [one.pk for one in patients]
    people = Patient.objects.filter(Q(pk__in=listed) | Q(absorbed_by_id__in=listed))
    came = Q(state__in=(Appointment.State.ARRIVED, Appointment.State.DONE), start__lte=now)
    comes = Q(state=Appointment.State.PLANNED, start__gt=now)
    found = (
        Appointment.objects.filter(site_id=user.site_id, patient__in=people)
        .annotate(kept=Coalesce("patient__absorbed_by_id", "patient_id"))
        .order_by()
        .values_list("kept")
        .annotate(last=Max("start", filter=came), next=Min("start", filter=comes))
    )
    return {kept: Around(last, following) for kept, last, following in found}


def appointment(
    user: Actor, public_id: str, among: QuerySet[Appointment] | None = None
) -> Appointment:
    """One entry of the site's agenda; ``among`` are those of ``appointments``, with what a room
    above knows of each. Raises ``Http404``."""
    rows = appointments(user) if among is None else among
    found = sole(rows.select_related("site").filter(public_id=public_id))
    if found is None:
        raise gate.refused(user, Appointment, public_id)
    gate.seen(user, "appointment", public_id, found.patient.public_id)
    return found


def rooms(user: Actor) -> list[Room]:
    """The rooms in use at the user's site."""
    if not user.may(Permission.READ_AGENDA):
        return []
    return list(Room.objects.filter(site_id=user.site_id, closed=False))


def privilege(user: Actor, public_id: str) -> Privilege:
    """One privilege at the administrator's site. Raises ``Http404``."""
    found = None
    if user.may(Permission.ADMINISTER):
        found = sole(
            Privilege.objects.filter(site_id=user.site_id, public_id=public_id).select_related(
                "user"
            )
        )
    if found is None:
        raise gate.refused(user, Privilege, public_id)
    return found


def appointments_of(user: Actor, patient: Patient) -> QuerySet[Appointment]:
    """A patient's appointments, latest first: for whoever reads the record, and for whoever keeps
    the agenda of the site, where they stand anyway."""
    if user.may(Permission.READ_RECORDS):
        found = Appointment.objects.filter(patient__in=patient_gate.read_as(user, patient))
    else:
        found = appointments(user).filter(patient__in=gate.family(patient))
    return found.select_related("practitioner").order_by("-start", "-pk")


def to_come_first(found: QuerySet[Appointment], now: datetime) -> QuerySet[Appointment]:
    """Those that still stand ahead, the next first; then what is gone by or was called off, the
    latest first. However few of them are shown, the next one is among them."""
    ahead = Q(end__gt=now) & ~Q(state__in=GONE)
    return found.annotate(ahead=Case(When(ahead, then=True), default=False)).order_by(
        "-ahead", Case(When(ahead, then=F("start"))), "-start", "-pk"
    )
