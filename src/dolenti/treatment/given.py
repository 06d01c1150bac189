"""What was given at a session of a course: prepared, delivered, signed; and amended when it was
wrong.

The record stands beside the appointment. Its steps move no appointment, and no step of an
appointment touches it; once something was given, the appointment can no longer be said not to have
taken place (``treatment.sessions``). A signed record never changes: the database itself refuses.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor, author_of
from dolenti.access.roles import Permission
from dolenti.access.writing import insist
from dolenti.agenda import privileges
from dolenti.agenda.life import GONE
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import local_day
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.ledger import locking
from dolenti.ledger.lifecycle import LifeCycle, Taking, Voice
from dolenti.ledger.once import Submission, once
from dolenti.records.gate.writing import insist_open, writing_record
from dolenti.records.judging.assessing import snapshot_in_force
from dolenti.records.models import Complaint
from dolenti.treatment import content, stops, treated
from dolenti.treatment.life import COURSES
from dolenti.treatment.models import Course, Session, SessionRecord

State = SessionRecord.State
ARRIVAL: Final = "arrival"
"""What a refusal names that waits for the patient to arrive."""
STOPS: Final = "stops"
"""What a refusal names that the whole course waits for: where the pause says what stops."""
CAME: Final = (Appointment.State.ARRIVED, Appointment.State.DONE)


class RecordRefusedError(InputError):
    """What was given cannot be recorded so, or not yet."""


def prepare(submission: Submission, session: Session) -> SessionRecord:
    """Begin the record of a session; one that is begun already is that one.

    Raises ``RecordRefusedError`` where nobody comes to it, ``CourseRefusedError`` for a course
    that is not under way.
    """
    with writing_record(submission.actor, Permission.PREPARE, session.course.patient):
        return once(submission, SessionRecord, lambda: begun(session, submission.actor))


def begun(session: Session, actor: Actor) -> SessionRecord:
    """The record of a session as it stands now, begun where there was none. Inside the transaction
    of whoever writes into it, the right to it asked."""
    locking.hold(session.course.patient)
    there = SessionRecord.objects.filter(session=session, amended_by=None).first()
    if there is not None:
        return there
    now = Session.objects.select_related("course", "appointment").get(pk=session.pk)
    _insist_under_way(now.course)
    insist_not_stopped(now.course)
    if not now.standing or now.appointment.state in GONE:
        raise RecordRefusedError(
            "this session was cancelled or missed: plan it again, then prepare it",
            fr="cette séance a été annulée ou manquée\u00a0: replanifiez-la, puis préparez-la",
        )
    made = SessionRecord.objects.create(
        session=session, edition=snapshot_in_force(), author=author_of(actor)
    )
    _tell(actor, made, "prepare-session")
    return made


def _insist(user: Actor, record: SessionRecord) -> None:
    """Before there is an author."""
    patient = record.session.course.patient
    insist(user, Permission.GIVE, patient.site_id, patient_id=patient.public_id)


def deliver(user: Actor, record: SessionRecord, based_on: int, **said: Any) -> SessionRecord:
    """What was prepared was given, now, by whoever says so; ``said`` is what went in, as the record
    keeps it. Raises ``RecordRefusedError``,
    ``CourseRefusedError``, ``StaleEditError``."""
    _insist(user, record)
    patient = record.session.course.patient
    with writing_record(user, Permission.GIVE, patient):
        locking.hold(patient)
        pain = Complaint.objects.get(pk=record.session.course.complaint_id)
        values = {
            "delivered_by": author_of(user),
            "delivered_at": timezone.now(),
            "treated": content.kept(treated.of_pain(pain)),
            **said,
        }
        return RECORDS.take(user, record, based_on, "deliver-session", values=values)


def sign(user: Actor, record: SessionRecord, based_on: int) -> SessionRecord:
    """Stand for what was given: from then on it never changes. Raises ``RecordRefusedError``,
    ``StaleEditError``."""
    _insist(user, record)
    now = timezone.now()
    stands = SessionRecord.objects.get(pk=record.pk)  # a step based on another version is refused
    if stands.state != State.DELIVERED:
        return RECORDS.take(user, record, based_on, "sign-session")
    author = author_of(user)
    values = {"signed_by": author, "signed_at": now}
    return RECORDS.take(
        user, record, based_on, "sign-session",
        values={**values, "seal": content.seal(sealed(stands, author.public_id, now))},
    )  # fmt: skip


def sealed(record: SessionRecord, signed_by: str, signed_at: datetime) -> dict[str, Any]:
    """All that a signature stands for, as values: of it the seal is made."""
    return {
        "session": record.session.public_id,
        "course": record.session.course.public_id,
        "number": record.session.number,
        "therapy": record.session.course.therapy,
        "treated": record.treated,
        "edition": record.edition.sha256,
        **{name: getattr(record, name) for name in (*content.PARTS, "points")},
        "photos": _photos(record),
        "delivered_by": record.delivered_by.public_id if record.delivered_by else "",
        "delivered_at": _utc(record.delivered_at),
        "signed_by": signed_by,
        "signed_at": _utc(signed_at),
        "amends": record.amends.public_id if record.amends else "",
        "reason": record.reason,
    }


def _photos(record: SessionRecord) -> list[dict[str, str]]:
    kept = (one for one in record.photos.all() if not one.dropped)
    return [{"id": one.public_id, "sha256": one.sha256, "note": one.note} for one in kept]


def is_sealed(record: SessionRecord) -> bool:
    """Whether a signed record still says what was signed."""
    if record.signed_by is None or record.signed_at is None:
        return False
    return record.seal == content.seal(
        sealed(record, record.signed_by.public_id, record.signed_at)
    )  # fmt: skip


def _utc(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""


def amend(submission: Submission, record: SessionRecord, reason: str) -> SessionRecord:
    """Another record in the place of a signed one, which stays: what it says is delivered as that
    was, and to be signed. Its versions go on from those of what it amends, so that no page opened
    before writes into it. A form sent twice makes one.

    Raises ``RecordRefusedError`` for a record that is not signed, or is amended already.
    """
    patient = record.session.course.patient

    def make() -> SessionRecord:
        locking.hold(patient)
        now = SessionRecord.objects.get(pk=record.pk)
        if now.state != State.SIGNED:
            raise RECORDS.refused(now)
        if hasattr(now, "amended_by"):
            raise RecordRefusedError(
                "this record is amended already: open the last one",
                fr="ce compte rendu a déjà été rectifié\u00a0: ouvrez le dernier",
            )
        made = SessionRecord.objects.create(
            session_id=now.session_id,
            state=State.DELIVERED,
            edition=snapshot_in_force(),
            amends=now,
            version=now.version + 1,
            reason=reason,
            author=submission.user,
            delivered_by_id=now.delivered_by_id,
            delivered_at=now.delivered_at,
            **{name: getattr(now, name) for name in (*content.PARTS, "points", "treated")},
        )
        _tell(submission.actor, made, "amend-session")
        return made

    with writing_record(submission.actor, Permission.GIVE, patient):
        return once(submission, SessionRecord, make)


def _insist_under_way(course: Course) -> None:
    if course.state != Course.State.ACTIVE:
        raise COURSES.refused(course)


def insist_not_stopped(course: Course) -> None:
    """What is treated still stands, and was agreed to. Raises ``RecordRefusedError``."""
    for one in stops.anew(course):
        raise RecordRefusedError(
            f"nothing is done at this session: {one.says.en}",
            STOPS,
            fr=f"rien n’est fait à cette séance\u00a0: {one.says.fr}",
        )


def course_is_under_way(taking: Taking[SessionRecord]) -> None:
    """The course is under way: a consent stands."""
    _insist_under_way(taking.row.session.course)


def may_perform(taking: Taking[SessionRecord]) -> None:
    """Whoever gives it may perform the therapy there on that day."""
    course = taking.row.session.course
    day = local_day(taking.values["delivered_at"])
    privileges.insist(taking.values["delivered_by"], course.patient.site, course.therapy, [day])


def patient_came(taking: Taking[SessionRecord]) -> None:
    """The patient has arrived."""
    appointment = Appointment.objects.get(session=taking.row.session_id)
    if appointment.state not in CAME:
        raise RecordRefusedError(
            "the patient has not arrived: record the arrival first",
            ARRIVAL,
            fr="l’arrivée n’est pas notée\u00a0: notez-la d’abord",
        )


def _tell(user: Actor, made: SessionRecord, action: str) -> None:
    audit.record(
        action,
        actor=user,
        kind="sessionrecord",
        object_id=made.public_id,
        patient_id=made.session.course.patient.public_id,
    )


RECORDS: Final = LifeCycle(
    "session record",
    SessionRecord,
    patient="session__course__patient",
    open_to=insist_open,
    refusal=RecordRefusedError,
    voices={
        "record": Voice(
            Text(fr="ce compte rendu de séance", en="this record of a session"),
            {
                State.PREPARED: Text(fr="est préparé", en="is prepared"),
                State.DELIVERED: Text(
                    fr="dit ce qui a été fait, et n’est pas signé",
                    en="says what was given, and is not signed",
                ),
                State.SIGNED: Text(fr="est signé", en="is signed"),
            },
            Text(fr="cette étape n’est pas possible", en="this step is not possible"),
        )
    },
    voice=lambda _record: "record",
)
