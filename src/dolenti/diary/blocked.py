"""Links that five wrong birth dates blocked, whatever they were for: their patient opens nothing by
them, and nobody would know until the visit. Another link that is made takes their place.

What no longer opens for another reason (it ended, it was signed, its appointment is gone) is not
told: nobody waits for it.
"""

from __future__ import annotations

from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.agenda.models import Appointment
from dolenti.diary.link_life import TRIES
from dolenti.diary.models import Link, Stop
from dolenti.records import gate
from dolenti.records.models import Complaint
from dolenti.treatment.life import OPEN

RIGHTS: Final = {
    Link.Purpose.ANSWER: Permission.FOLLOW_UP,
    Link.Purpose.HISTORY: Permission.FOLLOW_UP,
    Link.Purpose.AFTERCARE: Permission.FOLLOW_UP,
    Link.Purpose.APPOINTMENT: Permission.SCHEDULE,
    Link.Purpose.CONSENT: Permission.CONSENT,
}
"""By what a link is for, who makes another one."""
_LIVES: Final = {
    Link.Purpose.ANSWER: Q(),
    Link.Purpose.HISTORY: Q(
        complaint__state=Complaint.State.ACTIVE, complaint__in_error="", patient__absorbed_by=None
    ),
    Link.Purpose.AFTERCARE: Q(),
    Link.Purpose.APPOINTMENT: Q(patient__absorbed_by=None),
    Link.Purpose.CONSENT: Q(consent=None, course__state__in=OPEN, patient__absorbed_by=None),
}


def waiting(user: Actor) -> QuerySet[Link]:
    """Those that the user can make anew, the first first."""
    now = timezone.now()
    mine = in_records = Q(pk__in=[])
    for purpose, right in RIGHTS.items():
        if user.may(right):
            of_purpose = Q(_LIVES[purpose], purpose=purpose)
            if purpose == Link.Purpose.APPOINTMENT:
                mine |= Q(of_purpose, appointment__site_id=user.site_id)
            else:
                in_records |= of_purpose
    mine |= Q(in_records, gate.open_here(user, "patient"))
    stopped = Stop.objects.filter(patient=OuterRef("patient"))
    died = stopped.filter(why=Stop.Why.DIED)
    to_come = Q(appointment__state=Appointment.State.PLANNED, appointment__end__gt=now)
    found = Link.objects.filter(
        Q(expires_at__gt=now) | to_come, mine, ~Exists(died),
        Q(purpose=Link.Purpose.AFTERCARE) | ~Exists(stopped),
        tries__gte=TRIES, revoked_at=None, patient__in_error="",
    )  # fmt: skip
    with_ = ("patient", "course", "complaint", "appointment", "session")
    return found.select_related(*with_).order_by("created_at", "pk")
