"""A copy of a whole record: asked for, made by the worker, fetched by whoever asked for it.

The right is asked three times, as if each were the first: when the copy is asked for, when it is
made, and whenever it is fetched. Whoever opened the record for an hour gets none, which would
outlast it. The file lies in the database, in parts, for a day, and in no backup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import IO, Final, Literal

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dolenti.access import audit, clock
from dolenti.access.models import Membership, User
from dolenti.access.roles import Permission
from dolenti.fhir import record_values
from dolenti.guideline.errors import InputError
from dolenti.ledger.once import Submission, once
from dolenti.records import gate
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.gate.writing import insist_open, writing_record
from dolenti.records.models import Patient
from dolenti.rights.copying import Archive, archive, name_of
from dolenti.rights.models import CopyPart, CopyRequest, RecordCopy

KEPT: Final = timedelta(days=1)
"""For so long a copy may be fetched."""
PART: Final = 1024 * 1024
"""Bytes of a copy in one row: what whoever makes or fetches it holds in memory at once."""

Enqueue = Callable[[str], str]
"""Enqueues the job that makes the copy of a request; the id of that job."""
MakePdf = Callable[[CopyRequest, User, record_values.Record, Literal["fr", "en"]], bytes]


@dataclass(frozen=True)
class For:
    """For whom a copy is made, and by which right; ``note`` is the clinic's own."""

    reason: str
    recipient: str = ""
    note: str = ""


class Becomes(StrEnum):
    """What becomes of a request."""

    MAKING = "making"
    AGAIN = "again"  # a try failed, and another follows
    READY = "ready"
    REFUSED = "refused"  # who asked lost the right before it was made
    FAILED = "failed"
    FORGOTTEN = "forgotten"  # it lay its day


@dataclass(frozen=True)
class Stands:
    """Where a request stands; ``at`` is when it is tried again, or until when it lies ready."""

    becomes: Becomes
    at: datetime | None = None


@dataclass(frozen=True)
class Fetched:
    """A copy as it is handed over: its bytes one part after the other, how many, and a name."""

    parts: Iterator[bytes]
    size: int
    name: str


def ask(submission: Submission, patient: Patient, whom: For, enqueue: Enqueue) -> CopyRequest:
    """Ask for a copy of the record of a patient whom ``gate.record`` gave; its job is enqueued in
    the same transaction. Raises ``InputError`` for whoever opened the record for an hour."""
    actor = submission.actor

    def make() -> CopyRequest:
        asked = CopyRequest(
            patient=patient,
            author=submission.user,
            reason=whom.reason,
            recipient=whom.recipient,
            note=whom.note,
        )
        asked.job = enqueue(asked.public_id)
        asked.save()
        audit.record(
            "ask-copy",
            actor=actor,
            kind="copyrequest",
            object_id=asked.public_id,
            patient_id=patient.public_id,
            detail={"for": whom.reason},
        )
        return asked

    with writing_record(actor, Permission.EXPORT_RECORD, patient):
        patient_gate.insist_lasting(actor, patient)
        return once(submission, CopyRequest, make)


def make(public_id: str, make_pdf: MakePdf) -> None:
    """Make the copy of a request, in the name of whoever asked for it; a line of the trail.

    Nothing is done for one that is made already, or whose author has lost the right. The parts are
    written one by one before the copy is: nobody else waits for a long one, and those that a killed
    worker left are written anew.
    """
    asked = CopyRequest.objects.select_related("patient__site", "author").get(public_id=public_id)
    if RecordCopy.objects.filter(request=asked).exists():
        return
    patient, user = asked.patient, _at_work(asked)
    try:
        _insist(user, patient)
    except (PermissionDenied, Http404, InputError):
        return
    copy = RecordCopy(request=asked, made_at=timezone.now())
    with clock.at_site(patient.site):
        made = archive(copy, user, lambda record, language: make_pdf(asked, user, record, language))
    with made.file:
        _put_by(asked, made.file)
    _write(user, copy, made)


def _at_work(asked: CopyRequest) -> User:
    """Who asked, as they work at the patient's site, wherever they are at this moment."""
    user = asked.author
    here = Membership.objects.filter(user=user, site=asked.patient.site, ended_at=None).first()
    if here is not None:
        user.site, user.role = asked.patient.site, here.role
    return user


def _insist(user: User, patient: Patient) -> None:
    """Raises ``NotAllowedError``, ``ClosedRecordError``, ``Http404``, ``InputError``."""
    insist_open(user, Permission.EXPORT_RECORD, patient)
    patient_gate.insist_lasting(user, patient)


def _put_by(asked: CopyRequest, file: IO[bytes]) -> None:
    CopyPart.objects.filter(request=asked).delete()
    number = 0
    while data := file.read(PART):
        CopyPart.objects.create(request=asked, number=number, data=data)
        number += 1


def _write(user: User, copy: RecordCopy, made: Archive) -> None:
    asked = copy.request
    copy.sha256, copy.size, copy.files = made.sha256, made.size, made.files
    with writing_record(user, Permission.EXPORT_RECORD, asked.patient):
        copy.save()
        audit.record(
            "export",
            actor=user,
            kind="record",
            object_id=copy.public_id,
            patient_id=asked.patient.public_id,
            detail={"for": asked.reason, "files": copy.files, "sha256": copy.sha256},
        )


def own_request(user: User, public_id: str) -> CopyRequest:
    """A request of the user's own, of a record that is open to them. Raises ``Http404``,
    ``ClosedRecordError``. It says nothing of the patient, so no line tells that it was seen."""
    found = CopyRequest.objects.select_related("patient__site").filter(public_id=public_id)
    request = found.filter(author=user, patient__site_id=user.site_id).first()
    if request is None:
        raise gate.refused(user, CopyRequest, public_id)
    if not patient_gate.is_open(user, request.patient):
        raise gate.closed(user, CopyRequest, public_id)
    return request


def stands(asked: CopyRequest) -> Stands:
    """Where a request stands."""
    # The job first: of one that ends in between, the copy is then found.
    job = DBTaskResult.objects.filter(pk=asked.job).first()
    copy = RecordCopy.objects.filter(request=asked).first()
    if copy is not None:
        until = copy.made_at + KEPT
        lies = timezone.now() < until and CopyPart.objects.filter(request=asked).exists()
        return Stands(Becomes.READY, until) if lies else Stands(Becomes.FORGOTTEN)
    if job is None or job.status == TaskResultStatus.FAILED:
        return Stands(Becomes.FAILED)
    if job.status == TaskResultStatus.SUCCESSFUL:
        return Stands(Becomes.REFUSED)
    if job.status == TaskResultStatus.READY and job.exception_class_path:
        return Stands(Becomes.AGAIN, job.run_after)
    return Stands(Becomes.MAKING)


def fetch(user: User, asked: CopyRequest) -> Fetched | None:
    """The file of a request of the user's own; nothing where it does not lie ready. Raises
    ``NotAllowedError``, ``ClosedRecordError``, ``Http404``, ``InputError``."""
    _insist(user, asked.patient)
    if stands(asked).becomes is not Becomes.READY:
        return None
    copy = asked.copy
    gate.seen(user, "recordcopy", copy.public_id, asked.patient.public_id)
    return Fetched(_parts(asked), copy.size, name_of(copy))


def _parts(asked: CopyRequest) -> Iterator[bytes]:
    parts = CopyPart.objects.filter(request=asked)
    for number in list(parts.values_list("number", flat=True)):
        yield bytes(parts.values_list("data", flat=True).get(number=number))


def of_ones_own(user: User, patient: Patient) -> list[CopyRequest]:
    """What the user asked for of a record within the last day, the last first."""
    since = timezone.now() - KEPT
    found = CopyRequest.objects.filter(author=user, patient__in=gate.family(patient))
    return list(found.filter(asked_at__gt=since)[:10])


def copies(patient: Patient) -> list[RecordCopy]:
    """The copies that were made of a record, the last first."""
    found = RecordCopy.objects.filter(request__patient__in=gate.family(patient))
    return list(found.select_related("request__author")[:50])


def forget() -> int:
    """Remove the parts that lay for a day; how many there were."""
    gone, _ = CopyPart.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return gone
