"""The gate to the agenda: its entries, its rooms, who may perform what.

As in ``records.gate``: every function takes the user first and gives only what they may see.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, F, Q, QuerySet, When

from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
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


def appointment(
    user: Actor, public_id: str, among: QuerySet[Appointment] | None = None
) -> Appointment:
    """One entry of the site's agenda; ``among`` are those of ``appointments``, with what a room
    above knows of each. Raises ``Http404``."""
    rows = appointments(user) if among is None else among
    found = rows.select_related("site").filter(public_id=public_id).first()
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
        found = (
            Privilege.objects.filter(site_id=user.site_id, public_id=public_id)
            .select_related("user")
            .first()
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
