"""The photos of a session: added after the patient said yes, taken away while it is not signed.

A picture is written anew before anything is kept (``pictures``) and sealed before it is written
(``access.at_rest``): no file in clear lies anywhere. Row and content are one write.
"""

from __future__ import annotations

from typing import Final

from django.utils import timezone

from dolenti.access import at_rest, audit, clock
from dolenti.access.actors import Actor, author_of
from dolenti.access.roles import Permission
from dolenti.calendar.moments import local_day
from dolenti.guideline.errors import InputError
from dolenti.ledger import locking
from dolenti.ledger.once import Submission, made_before, once
from dolenti.records.gate.writing import insist_open, writing_record
from dolenti.treatment import given
from dolenti.treatment.models import Session, SessionPhoto, SessionRecord
from dolenti.treatment.pictures import Picture, cleaned

MOST: Final = 6
"""Photos of a session, those of its amendments included."""


class PhotoRefusedError(InputError):
    """The photo cannot be added, or taken away; ``where`` is the field it stands at."""


def add(
    submission: Submission, session: Session, data: bytes, *, agreed: bool, note: str = ""
) -> SessionPhoto:
    """One photo more, of a file as it came in. Sent twice it is one.

    Raises ``PhotoRefusedError`` without the patient's yes, for a signed session and for one photo
    too many; ``PictureError`` for a file that is no picture; ``RecordRefusedError``.
    """
    patient = session.course.patient
    insist_open(submission.actor, Permission.PREPARE, patient)
    before = made_before(submission, SessionPhoto)
    if before is not None:
        return before
    if not agreed:
        raise PhotoRefusedError(
            "ask the patient first; without their yes no photo is kept",
            "agreed",
            fr="demandez d’abord au patient\u00a0; sans son accord, aucune photo n’est gardée",
        )
    picture = cleaned(data)
    with writing_record(submission.actor, Permission.PREPARE, patient):
        return once(submission, SessionPhoto, lambda: _made(submission, session, picture, note))


def _insist_on_the_day(session: Session) -> None:
    """A photo is of what is there: it begins the record of a session of today or gone by, not of
    one that is days ahead. Raises ``PhotoRefusedError``."""
    day = local_day(session.appointment.start)
    if day > clock.today():
        raise PhotoRefusedError(
            "this session is of a day to come: take its photos on the day, or move it to today",
            "file",
            fr="cette séance est prévue un autre jour\u00a0: prenez ses photos le jour venu, ou "
            "avancez-la à aujourd’hui",
        )


def _made(submission: Submission, session: Session, picture: Picture, note: str) -> SessionPhoto:
    if not SessionRecord.objects.filter(session=session).exists():
        _insist_on_the_day(session)
    record = given.begun(session, submission.actor)
    _insist_unsigned(record)
    if SessionPhoto.objects.filter(record__session=session, dropped="").count() >= MOST:
        raise PhotoRefusedError(
            f"a session has at most {MOST} photos; remove one first",
            "file",
            fr=f"une séance a au plus {MOST} photos\u00a0; retirez-en une d’abord",
        )
    made = SessionPhoto(
        record=record,
        sha256=picture.sha256,
        width=picture.width,
        height=picture.height,
        note=note,
        agreed=True,
        author=submission.user,
    )
    made.content = at_rest.seal(picture.jpeg, about=made.about)
    made.save(force_insert=True)
    _tell("add-photo", submission.actor, made)
    return made


def drop(actor: Actor, photo: SessionPhoto, reason: str) -> SessionPhoto:
    """Take a photo away: its content is gone, the row says by whom and why. Done twice it is once.

    Raises ``PhotoRefusedError`` once the record is signed.
    """
    with writing_record(actor, Permission.PREPARE, photo.record.session.course.patient):
        locking.hold(photo.record.session.course.patient)
        now = SessionPhoto.objects.select_related("record__session").get(pk=photo.pk)
        if now.dropped:
            return now
        _insist_unsigned(now.record)
        if not reason:
            raise PhotoRefusedError("say why", "reason", fr="dites pourquoi")
        now.content, now.dropped = b"", reason
        now.dropped_by, now.dropped_at = author_of(actor), timezone.now()
        now.save(update_fields=["content", "dropped", "dropped_by", "dropped_at"])
        _tell("drop-photo", actor, now)
        return now


def _insist_unsigned(record: SessionRecord) -> None:
    if record.state == SessionRecord.State.SIGNED:
        raise PhotoRefusedError(
            "this session is signed: its photos are under its seal. Amend it to add one",
            fr="cette séance est signée\u00a0: ses photos sont sous son sceau. Complétez-la par un "
            "rectificatif pour en ajouter une",
        )


def _tell(action: str, actor: Actor, photo: SessionPhoto) -> None:
    session = photo.record.session
    audit.record(
        action,
        actor=actor,
        kind="sessionphoto",
        object_id=photo.public_id,
        patient_id=session.course.patient.public_id,
        detail={"session": session.public_id},
    )


__all__ = ["MOST", "PhotoRefusedError", "add", "drop"]
