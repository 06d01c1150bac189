"""Who opened a record, how often and when last: for the patient, who may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from dolenti.access import audit
from dolenti.access.models import AuditEntry, User
from dolenti.access.roles import Permission
from dolenti.records import gate
from dolenti.records.models import Patient


@dataclass(frozen=True)
class Opened:
    """One person, in one role."""

    name: str
    role: str
    times: int
    last: datetime


def of(user: User, patient: Patient, until: datetime) -> list[Opened]:
    """Who read anything of a patient's record before a moment, the latest first.

    To have stood in a list of patients or on the agenda is no reading of the record.
    """
    if not user.may(Permission.EXPORT_RECORD) or patient.site_id != user.site_id:
        return []
    ids = list(gate.family(patient).values_list("public_id", flat=True))
    found = (
        AuditEntry.objects.filter(keys__key__in=ids, outcome=audit.DONE, at__lt=until)
        .filter(action="read")
        .exclude(kind__in=("listed", "agenda"))
        .values("actor_name", "role")
        .annotate(times=Count("id", distinct=True), last=Max("at"))
        .order_by("-last", "actor_name")
    )
    return [Opened(o["actor_name"], o["role"], o["times"], o["last"]) for o in found]
