"""Every appointment of a patient: to come, past, cancelled. The other pages show the first ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse

from dolenti.access.models import User
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import patient_page
from dolenti.clinic.common.request import user_of, words
from dolenti.clinic.patients.overview import AppointmentLine, appointment_lines
from dolenti.records import gate
from dolenti.records.models import Patient
from dolenti.treatment import gate as treatment_gate
from dolenti.ui.paging import page_of

LISTED: Final = 12
"""So many of a patient's appointments stand on another page, the next first."""


@dataclass(frozen=True)
class Booked:
    """The appointments that stand on a page about something else. ``more``: there are others,
    on the page of all of them."""

    lines: list[AppointmentLine]
    more: bool


def booked(user: User, patient: Patient) -> Booked:
    """The first appointments of a patient, the next one first."""
    found = appointment_lines(
        treatment_gate.appointments_to_come_first(user, patient)[: LISTED + 1],
        words() if user.may(Permission.READ_RECORDS) else None,
    )
    return Booked(found[:LISTED], len(found) > LISTED)


@page("patients/<slug:public_id>/appointments/", "patient-appointments", Permission.READ_AGENDA)
def patient_appointments(request: HttpRequest, public_id: str) -> HttpResponse:
    """All of them, a page at a time; to who reads no records nothing of what they treat."""
    user = user_of(request)
    reads = user.may(Permission.READ_RECORDS)
    patient = gate.record(user, public_id) if reads else gate.identity(user, public_id)
    found = page_of(request, treatment_gate.appointments_to_come_first(user, patient))
    context = {
        "patient": patient,
        "page": found,
        "appointments": appointment_lines(found, words() if reads else None),
        "opened": reads,
        "part": "appointments",
    }
    return patient_page(
        request, "clinic/patients/appointments.html", context, of=patient, opened=reads
    )
