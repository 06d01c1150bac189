"""The agenda: days, weeks, appointments, absences. No address says anything of a patient."""

from __future__ import annotations

from django.urls import path

from dolenti.clinic.views import absences, agenda, appointments, booking

SESSION = "sessions/<slug:public_id>/"

urlpatterns = [
    path("agenda/", agenda.agenda_day, name="agenda"),
    path("agenda/week/", agenda.agenda_week, name="agenda-week"),
    path("agenda/lists/<slug:what>/", agenda.agenda_list, name="agenda-list"),
    path("agenda/book/", booking.appointment_find, name="appointment-find"),
    path("agenda/privileges/", agenda.own_privileges, name="own-privileges"),
    path(
        "patients/<slug:public_id>/appointment/",
        booking.patient_appointment,
        name="patient-appointment",
    ),
    path(SESSION, appointments.session, name="session"),
    path(f"{SESSION}arrive/", appointments.session_arrive, name="session-arrive"),
    path(f"{SESSION}undo-arrival/", appointments.session_undo_arrival, name="session-undo-arrival"),
    path(f"{SESSION}finish/", appointments.session_finish, name="session-finish"),
    path(f"{SESSION}calendar/", appointments.session_calendar, name="session-calendar"),
    path("absences/", absences.absence_list, name="absences"),
    path("absences/<slug:public_id>/", absences.absence, name="absence"),
    path("absences/<slug:public_id>/end/", absences.absence_end, name="absence-end"),
]
