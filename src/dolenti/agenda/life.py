"""The life of an appointment: planned, arrived, done; or cancelled, or missed.

Whoever keeps the agenda takes its steps. What is given to the patient has a life of its own, in a
room above, which says here what it asks of these steps.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils import timezone

from dolenti.access.roles import Permission
from dolenti.access.writing import refuse
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import local_day
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.ledger.lifecycle import LifeCycle, Step, Taking, Voice

State = Appointment.State
WAITING: Final = (State.PLANNED, State.ARRIVED)
"""Nothing was done yet: the patient is to come, or is there."""
GONE: Final = (State.CANCELLED, State.MISSED)
"""The patient did not come, or is not to: the time is free again."""


BY_LINK: Final = timedelta(hours=24)
"""Until so long before it a patient moves an appointment, or gives it up, by their phone."""


class AppointmentRefusedError(InputError):
    """The appointment cannot be made, or cannot take this step."""


def _has_its_day(taking: Taking[Appointment]) -> None:
    """The day of the appointment has come."""
    if local_day(taking.row.start) > local_day(timezone.now()):
        raise AppointmentRefusedError(
            "this appointment is on another day: move it to today if the patient is here",
            fr="ce rendez-vous est prévu un autre jour\u00a0: déplacez-le à aujourd’hui si le "
            "patient est là",
        )


def _has_begun(taking: Taking[Appointment]) -> None:
    """The patient has arrived, or the hour has come."""
    if taking.row.state == State.PLANNED and taking.row.start > timezone.now():
        raise AppointmentRefusedError(
            "the hour of this appointment has not come yet: record the arrival first",
            fr="l’heure de ce rendez-vous n’est pas encore venue\u00a0: notez d’abord l’arrivée",
        )


def _its_hour_has_come(taking: Taking[Appointment]) -> None:
    """The hour of the appointment has come."""
    if taking.row.start > timezone.now():
        raise AppointmentRefusedError(
            "the hour of this session has not come yet: cancel or move it instead",
            fr="l’heure de cette séance n’est pas encore venue\u00a0: annulez-la ou "
            "déplacez-la plutôt",
        )


def _is_own(taking: Taking[Appointment]) -> None:
    """It is the patient’s own appointment."""
    patient = taking.row.patient
    if taking.actor.public_id != patient.public_id:
        refuse(
            taking.actor, Permission.KEEP_VISIT, taking.row.site_id, patient_id=patient.public_id
        )


def _a_day_ahead(taking: Taking[Appointment]) -> None:
    """It is a day ahead at least: later, somebody answers the telephone."""
    if taking.row.start - timezone.now() < BY_LINK:
        raise AppointmentRefusedError(
            "this appointment is in less than 24 hours: call us",
            fr="ce rendez-vous est dans moins de 24\u00a0heures\u00a0: appelez-nous",
        )


_NO_MORE: Final = Text(fr="ce n’est plus possible", en="this is not possible any more")
_SESSION: Final = Voice(
    Text(fr="cette séance", en="this session"),
    {
        State.PLANNED: Text(fr="est prévue", en="is planned"),
        State.ARRIVED: Text(
            fr="a commencé\u00a0: l’arrivée est notée", en="has begun: the arrival is noted"
        ),
        State.DONE: Text(fr="est réalisée", en="is done"),
        State.CANCELLED: Text(fr="est annulée", en="is cancelled"),
        State.MISSED: Text(fr="est notée comme manquée", en="is recorded as missed"),
    },
    _NO_MORE,
)
_VISIT: Final = Voice(  # in French a rendez-vous is masculine
    Text(fr="ce rendez-vous", en="this appointment"),
    {
        **_SESSION.stands,
        State.PLANNED: Text(fr="est prévu", en="is planned"),
        State.DONE: Text(fr="a eu lieu", en="is done"),
        State.CANCELLED: Text(fr="est annulé", en="is cancelled"),
        State.MISSED: Text(fr="est noté comme manqué", en="is recorded as missed"),
    },
    _NO_MORE,
)

APPOINTMENTS: Final = LifeCycle(
    "appointment",
    Appointment,
    patient="patient",
    refusal=AppointmentRefusedError,
    voices={"session": _SESSION, "visit": _VISIT},
    voice=lambda row: "session" if row.kind == Appointment.Kind.SESSION else "visit",
)
APPOINTMENTS.add(
    Step("move-appointment", (State.PLANNED,), State.PLANNED, Permission.SCHEDULE,
         already=lambda _taking: False),
    Step("change-room", (State.ARRIVED,), State.ARRIVED, Permission.SCHEDULE,
         already=lambda _taking: False),
    Step("arrive", (State.PLANNED,), State.ARRIVED, Permission.SCHEDULE, (_has_its_day,),
         as_good=(State.DONE,)),
    Step("undo-arrival", (State.ARRIVED,), State.PLANNED, Permission.SCHEDULE),
    Step("finish", WAITING, State.DONE, Permission.SCHEDULE, (_has_begun,)),
    Step("cancel-appointment", WAITING, State.CANCELLED, Permission.SCHEDULE),
    Step("move-own-appointment", (State.PLANNED,), State.PLANNED, Permission.KEEP_VISIT,
         (_is_own, _a_day_ahead), already=lambda _taking: False),
    Step("cancel-own-appointment", (State.PLANNED,), State.CANCELLED, Permission.KEEP_VISIT,
         (_is_own, _a_day_ahead)),
    Step("miss-appointment", (State.PLANNED,), State.MISSED, Permission.SCHEDULE,
         (_its_hour_has_come,)),
)  # fmt: skip
