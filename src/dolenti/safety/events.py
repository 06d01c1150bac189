"""An adverse event: told, told anew as another version, or entered in error.

After each of them the events of the site are looked at together (``safety.alarms``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from dolenti.access import audit, clock
from dolenti.access.actors import Actor, author_of
from dolenti.access.roles import Permission
from dolenti.agenda.models import Room
from dolenti.calendar.moments import local_day
from dolenti.guideline import session as guided
from dolenti.guideline.errors import InputError
from dolenti.guideline.session import Content
from dolenti.guideline.session.shapes.events import Event, Scale
from dolenti.ledger import locking, versions
from dolenti.ledger.once import Submission, once
from dolenti.records import engine, gate
from dolenti.records.gate.writing import writing_record
from dolenti.records.judging.assessing import snapshot_in_force
from dolenti.records.models import Patient
from dolenti.safety import alarms, reports
from dolenti.safety.models import AdverseEvent
from dolenti.treatment import beside
from dolenti.treatment.models import Session

Outcome = AdverseEvent.Outcome
OVER: Final = (Outcome.RECOVERED, Outcome.SEQUELAE, Outcome.DEATH)


class EventRefusedError(InputError):
    """The event cannot be told so."""


@dataclass(frozen=True)
class Told:
    """What somebody tells of an event. What nobody knows is ``None`` or empty, and is no “no”.

    ``grade`` goes from 1 to 5 by the scale of the event; ``serious`` is what the law calls so;
    ``circumstances`` holds only what was answered.
    """

    event: str
    began: date
    grade: int | None = None
    serious: bool | None = None
    ended: date | None = None
    room: Room | None = None
    device: str = ""
    circumstances: Mapping[str, bool] = field(default_factory=dict)
    treated: str = ""
    outcome: str = Outcome.UNKNOWN
    note: str = ""


def content() -> Content:
    """What the edition in force says of events."""
    return guided.content(engine.edition_in_force())


def told_of_patients() -> tuple[Event, ...]:
    """The events of a patient: an accident of the staff is never in a patient's record."""
    return tuple(one for one in content().events if one.about == "patient")


def definition(event: str) -> Event | None:
    """What the edition in force says of an event; ``None`` where it no longer knows it."""
    return next((one for one in content().events if one.id == event), None)


def scale_of(event: str) -> Scale | None:
    """How bad an event may be."""
    known = definition(event)
    if known is None:
        return None
    return next((one for one in content().scales if one.id == known.grades), None)


def tell(
    submission: Submission, patient: Patient, session: Session | None, told: Told
) -> AdverseEvent:
    """An event that was noticed now. A form sent twice is one. Raises ``EventRefusedError``."""
    _insist(patient, session, told)

    def make() -> AdverseEvent:
        locking.hold(patient)
        hold_what_it_says(submission.actor, patient, told.event)
        return written(submission.actor, patient, session, told, timezone.now(), from_record=False)

    with writing_record(submission.actor, Permission.WRITE_RECORDS, patient):
        return once(submission, AdverseEvent, make)


def written(
    actor: Actor,
    patient: Patient,
    session: Session | None,
    told: Told,
    noticed_at: datetime,
    *,
    from_record: bool,
) -> AdverseEvent:
    """The event, written inside the transaction of whoever tells it, the right to it asked."""
    made = AdverseEvent.objects.create(
        patient=patient,
        session=session,
        from_record=from_record,
        edition=snapshot_in_force(),
        noticed_at=noticed_at,
        author=author_of(actor),
        **_values(told),
    )
    audit.record(
        "tell-event",
        actor=actor,
        kind="adverseevent",
        object_id=made.public_id,
        patient_id=patient.public_id,
    )
    alarms.watch(actor, patient.site)
    reports.follow(made)
    return made


def hold_what_it_says(actor: Actor, patient: Patient, event: str) -> None:
    """An event that a person tells of holds what the knowledge says. Inside their transaction."""
    known = definition(event)
    for what in known.hold if known is not None else ():
        beside.hold(actor, patient.site, what)


def tell_anew(
    submission: Submission, event: AdverseEvent, based_on: int, told: Told, reason: str
) -> AdverseEvent:
    """What is known of an event by now, as another version of it; the one before stays.

    Once it was graded, what changes has its reason. Raises ``EventRefusedError``,
    ``StaleEditError``.
    """
    patient = event.patient
    _insist(patient, event.session, told)
    with writing_record(submission.actor, Permission.WRITE_RECORDS, patient):
        locking.hold(patient)
        now = AdverseEvent.objects.get(pk=event.pk)
        _insist_stands(now)
        values = _values(told)
        if event.from_record and told.event != now.event:
            raise EventRefusedError(
                "this event was noted and signed at its session: amend the record of the session, "
                "or say that it was entered in error and report the other one",
                "event",
                fr="cet événement a été noté et signé lors de la séance\u00a0: rectifiez le compte "
                "rendu de la séance, ou signalez une saisie par erreur et déclarez l’autre",
            )
        changes = any(getattr(now, name) != value for name, value in values.items())
        if changes and now.grade is not None and not reason:
            raise EventRefusedError(
                "say why the report is amended: both versions stay",
                "reason",
                fr="indiquez le motif de la modification\u00a0: les deux versions sont conservées",
            )
        changed = versions.change(
            submission.actor, now, based_on, values,
            patient_id=patient.public_id, action="amend-event", reason=reason,
        )  # fmt: skip
        # What was caught, a person takes up on its day: now it holds what the knowledge says.
        graded = now.grade is None and told.grade is not None and not now.from_record
        if graded and local_day(now.noticed_at) == clock.today():
            hold_what_it_says(submission.actor, patient, told.event)
        alarms.watch(submission.actor, patient.site)
        reports.follow(changed)
        return changed


def in_error(actor: Actor, event: AdverseEvent, based_on: int, reason: str) -> AdverseEvent:
    """It was entered in error, and why: it stays to be read, and counts no more. An alarm that it
    raised is not ended by it. Raises ``EventRefusedError``, ``StaleEditError``."""
    patient = event.patient
    with writing_record(actor, Permission.WRITE_RECORDS, patient):
        locking.hold(patient)
        return taken_out(actor, event, based_on, reason)


def taken_out(actor: Actor, event: AdverseEvent, based_on: int, reason: str) -> AdverseEvent:
    """The same inside the transaction of whoever says so, the right to it asked."""
    if not reason:
        raise EventRefusedError(
            "say why: it stays in the record",
            "reason",
            fr="indiquez le motif\u00a0: il est conservé",
        )
    taken = versions.change(
        actor, event, based_on, {"in_error": True},
        patient_id=event.patient.public_id, action="event-in-error", reason=reason,
    )  # fmt: skip
    reports.follow(taken)
    return taken


def _insist_stands(now: AdverseEvent) -> None:
    if now.in_error:
        raise EventRefusedError(
            "this event was entered in error: report another one",
            fr="cet événement a été saisi par erreur\u00a0: déclarez-en un autre",
        )


def _values(told: Told) -> dict[str, Any]:
    return {
        "event": told.event,
        "grade": told.grade,
        "serious": told.serious,
        "began": told.began,
        "ended": told.ended,
        "room": told.room,
        "device": told.device,
        "circumstances": dict(sorted(told.circumstances.items())),
        "treated": told.treated,
        "outcome": told.outcome,
        "note": told.note,
    }


def _insist(patient: Patient, session: Session | None, told: Told) -> None:
    known = {one.id for one in told_of_patients()}
    if told.event not in known:
        raise EventRefusedError(
            "choose an event of the list", "event", fr="choisissez un événement de la liste"
        )
    if told.grade is not None and told.grade not in guided.GRADES:
        raise EventRefusedError("grades go from 1 to 5", "grade", fr="les grades vont de 1 à 5")
    if told.circumstances.keys() - {one.id for one in content().circumstances}:
        raise EventRefusedError(
            "one of the questions is not known any more; open the page again",
            fr="une des questions n’existe plus\u00a0; rouvrez la page",
        )
    _insist_days(told)
    if told.room is not None and told.room.site_id != patient.site_id:
        raise EventRefusedError(
            "choose a room of this site", "room", fr="choisissez une salle de ce site"
        )
    if session is not None and session.course.patient_id not in set(
        gate.family(patient).values_list("pk", flat=True)
    ):
        raise EventRefusedError(
            "this session is another patient’s: choose one of theirs",
            "session",
            fr="cette séance est celle d’un autre patient\u00a0: choisissez l’une des siennes",
        )


def _insist_days(told: Told) -> None:
    if told.began > clock.today():
        raise EventRefusedError(
            "it cannot begin in the future", "began", fr="le début ne peut pas être dans le futur"
        )
    if told.ended is not None and not told.began <= told.ended <= clock.today():
        raise EventRefusedError(
            "it ended after it began, and not in the future",
            "ended",
            fr="la fin est postérieure au début, et n’est pas dans le futur",
        )
    if told.ended is not None and told.outcome not in OVER:
        raise EventRefusedError(
            "it has ended: say how",
            "outcome",
            fr="l’événement est terminé\u00a0: indiquez son issue",
        )
