"""The agenda as it stands in the copy of a whole record (see ``records.copying``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import to_local
from dolenti.fhir import record_values as values
from dolenti.records.copying import Copier, Copying


def _appointments(copying: Copying) -> Iterator[values.Appointment]:
    found = Appointment.objects.filter(patient__in=copying.family).order_by("start", "pk")
    for one in found.select_related("practitioner", "complaint", "room"):
        yield values.Appointment(
            id=one.public_id,
            kind=one.kind,
            motive=one.motive,
            state=one.state,
            practitioner=one.practitioner.public_id,
            start=to_local(one.start),
            end=to_local(one.end),
            complaint=one.complaint.public_id if one.complaint else "",
            room=one.room.name if one.room else "",
            reason=one.reason,
            emergency=one.emergency,
        )


appointments: Final = Copier(values.Appointment, _appointments)
