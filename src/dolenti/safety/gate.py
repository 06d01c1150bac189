"""The gate to adverse events, and to the alarms of the user's site.

As in ``records.gate``: every function takes the user first and gives only what they may see. An
alarm is the site's; of whom it is, is told of patients whose record is open to the user.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from dolenti.access.actors import Actor
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.agenda.models import Room
from dolenti.records import gate
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.models import Patient
from dolenti.safety import lost
from dolenti.safety.models import AdverseEvent, Alarm, AlarmCase, Report
from dolenti.stock.models import Lot

_BESIDE = ("patient__site", "session__course__complaint", "session__appointment", "room", "author")


def events(user: Actor) -> QuerySet[AdverseEvent]:
    """The events of patients whose record is open to the user, the last first; those entered in
    error included."""
    if not user.may(Permission.READ_RECORDS):
        return AdverseEvent.objects.none()
    found = AdverseEvent.objects.filter(gate.open_here(user, "patient"))
    return found.select_related("patient", "session__course", "author").order_by("-began", "-pk")


def to_complete(user: Actor) -> QuerySet[AdverseEvent]:
    """The events that nobody graded yet, or of which nobody knows what became."""
    open_ones = Q(grade=None) | Q(outcome__in=["unknown", "ongoing", "recovering"])
    return events(user).filter(open_ones, in_error=False)


def event(user: Actor, public_id: str) -> AdverseEvent:
    """One event. Raises ``Http404``, ``ClosedRecordError``."""
    found = sole(
        AdverseEvent.objects.filter(
            gate.open_here(user, "patient"), public_id=public_id
        ).select_related(*_BESIDE, "session__course__site", "session__course__practitioner")
    )
    if found is None or not user.may(Permission.READ_RECORDS):
        raise gate.closed(user, AdverseEvent, public_id)
    gate.seen(user, "adverseevent", public_id, found.patient.public_id)
    return found


def to_send(user: Actor) -> QuerySet[Report]:
    """The reports that are due of these events and that nobody sent yet, of whoever may write in
    the record; the one that is due first."""
    if not user.may(Permission.WRITE_RECORDS):
        return Report.objects.none()
    found = Report.objects.filter(
        gate.open_here(user, "event__patient"), stands=True, sent_on=None, event__in_error=False
    )
    return found.select_related(
        "event__patient", "event__author", "event__session__course__practitioner"
    ).order_by("due_at", "pk")


def report(user: Actor, public_id: str) -> Report:
    """One report of an event. Raises ``Http404``, ``ClosedRecordError``."""
    found = sole(
        Report.objects.filter(
            gate.open_here(user, "event__patient"), public_id=public_id
        ).select_related("event__patient__site", "event__session", "author")
    )
    if found is None or not user.may(Permission.READ_RECORDS):
        raise gate.closed(user, Report, public_id)
    gate.seen(user, "report", public_id, found.event.patient.public_id)
    return found


def reports_of(event: AdverseEvent) -> list[Report]:
    """The reports of an event that the gate gave: those that are due, and those that were sent."""
    found = Report.objects.filter(Q(stands=True) | Q(sent_on__isnull=False), event=event)
    return list(found.select_related("author"))


def events_of(user: Actor, patient: Patient) -> QuerySet[AdverseEvent]:
    """The events of one patient, the last first."""
    found = AdverseEvent.objects.filter(patient__in=patient_gate.read_as(user, patient))
    return found.select_related("session__course", "author").order_by("-began", "-pk")


def alarms(user: Actor) -> QuerySet[Alarm]:
    """The alarms of the user's site, the next to be looked into first."""
    if not (user.may(Permission.FOLLOW_ALARMS) or user.may(Permission.KEEP_STOCK)):
        return Alarm.objects.none()
    return Alarm.objects.filter(site_id=user.site_id).select_related("owner", "ended_by")


def alarm(user: Actor, public_id: str) -> Alarm:
    """One alarm of the user's site. Raises ``Http404``."""
    found = sole(alarms(user).select_related("site").filter(public_id=public_id))
    if found is None or not user.may(Permission.FOLLOW_ALARMS):
        raise gate.refused(user, Alarm, public_id)
    return found


def raised_at(user: Actor) -> list[Alarm]:
    """The alarms that whoever follows them is told of on their first page."""
    if not user.may(Permission.FOLLOW_ALARMS):
        return []
    return list(alarms(user).filter(state=Alarm.State.RAISED))


def waiting(user: Actor) -> dict[str, QuerySet[Any]]:
    """What waits for somebody on their first page: alarms of their site, events nobody graded,
    strength that was lost and that nobody told of."""
    found: dict[str, QuerySet[Any]] = {}
    if user.may(Permission.WRITE_RECORDS):
        found["lost"] = lost.waiting(user)
        found["reports"] = to_send(user)
    if user.may(Permission.FOLLOW_ALARMS):
        found["alarms"] = Alarm.objects.filter(site_id=user.site_id, state=Alarm.State.RAISED)
    if user.may(Permission.READ_RECORDS):
        found["events"] = AdverseEvent.objects.filter(
            gate.open_here(user, "patient"), grade=None, in_error=False
        )
    return found


def of_a_lot(user: Actor, lot: str) -> list[Alarm]:
    """The alarms of a lot, by its public id, ended ones last."""
    found = alarms(user).filter(shares=Alarm.Shares.LOT, name=lot)
    return list(found.order_by("-state", "-pk"))  # raised, then ended


def cases(user: Actor, alarm: Alarm) -> list[AlarmCase]:
    """The events of an alarm, of patients whose record is open to the user; each is told to the
    trail."""
    if not user.may(Permission.READ_RECORDS):
        return []
    found = AlarmCase.objects.filter(gate.open_here(user, "event__patient"), alarm=alarm)
    rows = list(found.select_related("event__patient", "event__session__course"))
    gate.seen_all(user, "adverseevent", ((o.event.public_id, o.event.patient) for o in rows))
    return rows


def cases_in_all(alarms: Iterable[Alarm]) -> dict[int, int]:
    """How many events each of these alarms has, whoever may see them."""
    keys = [one.pk for one in alarms]
    found: dict[int, int] = dict.fromkeys(keys, 0)
    for key in AlarmCase.objects.filter(alarm__in=keys).values_list("alarm", flat=True):
        found[key] += 1
    return found


def names_of(user: Actor, rows: Iterable[Alarm]) -> dict[tuple[str, str], tuple[str, str]]:
    """What the shared things of alarms are called, by what they are and their public id, and the
    lot's own id for its page."""

    def wanted(shares: str) -> list[str]:
        return [one.name for one in rows if one.shares == shares]

    found: dict[tuple[str, str], tuple[str, str]] = {}
    if lots := wanted("lot"):
        for lot in Lot.objects.filter(public_id__in=lots, site_id=user.site_id).select_related(
            "item"
        ):
            found["lot", lot.public_id] = (f"{lot.item.name}, {lot.number}", lot.public_id)
    if rooms := wanted("room"):
        for room in Room.objects.filter(public_id__in=rooms, site_id=user.site_id):
            found["room", room.public_id] = (room.name, "")
    if people := wanted("operator"):
        for person in User.objects.filter(public_id__in=people):
            found["operator", person.public_id] = (person.name, "")
    return found


def is_late(alarm: Alarm, now: datetime) -> bool:
    """Whether an alarm should have been ended by now."""
    return alarm.state == Alarm.State.RAISED and alarm.due_at < now
