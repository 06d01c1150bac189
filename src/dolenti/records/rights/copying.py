"""A copy of a patient's whole record, as one file to hand over.

In it: the record as a FHIR bundle and as a document to read, the files as they came in, the signed
consents and the quotations as they were handed over, and an index with the size and the SHA-256 of
each. No name in it says anything of the patient. The same record at the same moment gives the same
bytes: a form sent twice is one copy.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, Literal

from django.utils import timezone

from dolenti.access import audit
from dolenti.access.models import User
from dolenti.fhir import record_bundle, record_values
from dolenti.records import engine, gate
from dolenti.records.models import Document, Patient, RecordCopy
from dolenti.records.once import Submission, made_before, once
from dolenti.records.rights import whole_record

IN_MEMORY: Final = 8 * 1024 * 1024
"""Bytes of a copy that are held in memory; a longer one is written to a temporary file."""
_CHUNK: Final = 64 * 1024
_TYPES: Final = {
    Document.Kind.FHIR: ("json", "application/fhir+json"),
    Document.Kind.FORM: ("json", "application/json"),
    Document.Kind.PLAIN: ("yaml", "application/yaml"),
}
_NAMES: Final = {
    "fr": {
        "bundle": "dossier-fhir.json",
        "pdf": "dossier.pdf",
        "index": "index.txt",
        "received": "documents/document",
        "consent": "consentements/consentement",
        "quotation": "devis/devis",
        "copy": "dossier",
        "head": "Copie d’un dossier, établie le {at}\nTaille en octets, empreinte SHA-256, fichier",
    },
    "en": {
        "bundle": "record-fhir.json",
        "pdf": "record.pdf",
        "index": "index.txt",
        "received": "documents/document",
        "consent": "consents/consent",
        "quotation": "quotations/quotation",
        "copy": "record",
        "head": "Copy of a record, made on {at}\nSize in bytes, SHA-256, file",
    },
}

MakePdf = Callable[[record_values.Record, Literal["fr", "en"]], bytes]


class ChangedRecordError(Exception):
    """The record changed since this very form made its copy."""


@dataclass(frozen=True)
class For:
    """For whom a copy is made, and by which right; ``note`` is the clinic's own."""

    reason: str
    recipient: str = ""
    note: str = ""


@dataclass(frozen=True)
class Made:
    """A copy that is ready: its row, its bytes from the start, and a name that says nothing."""

    copy: RecordCopy
    file: IO[bytes]
    name: str


def copy_record(submission: Submission, patient: Patient, whom: For, make_pdf: MakePdf) -> Made:
    """The whole record of a patient whom ``gate.record`` gave; a line of the trail.

    The same form sent again gives the same file. Raises ``ChangedRecordError`` where the record
    changed in between: that would be another copy. The file is made before anything is written:
    nobody else waits for it.
    """
    user = submission.user
    draft = RecordCopy(
        patient=patient,
        author=user,
        made_at=timezone.now(),
        reason=whom.reason,
        recipient=whom.recipient,
        note=whom.note,
    )
    before = made_before(submission, RecordCopy)
    if before is not None:
        return _again(submission, patient, make_pdf, before)
    file, lines = _archive(user, patient, draft, make_pdf)
    draft.sha256, draft.size = _digest(file)
    draft.files = len(lines)

    def write() -> RecordCopy:
        draft.save()
        audit.record(
            "export",
            actor=user,
            kind="record",
            object_id=draft.public_id,
            patient_id=patient.public_id,
            detail={"for": whom.reason, "files": draft.files, "sha256": draft.sha256},
        )
        return draft

    copy = once(submission, RecordCopy, write)
    if copy.public_id == draft.public_id:
        return Made(copy, file, _name(copy))
    file.close()  # the same form was written at the same moment
    return _again(submission, patient, make_pdf, copy)


def _again(submission: Submission, patient: Patient, make_pdf: MakePdf, copy: RecordCopy) -> Made:
    file, _ = _archive(submission.user, patient, copy, make_pdf)
    if _digest(file)[0] != copy.sha256:
        file.close()
        raise ChangedRecordError
    return Made(copy, file, _name(copy))


def _name(copy: RecordCopy) -> str:
    language = whole_record.language_of(copy.patient)
    return f"{_NAMES[language]['copy']}-{copy.public_id}.zip"


def copies(patient: Patient) -> list[RecordCopy]:
    """The copies that were made of a record, the last first."""
    found = RecordCopy.objects.filter(patient__in=gate.family(patient))
    return list(found.select_related("author")[:50])


@dataclass
class _Index:
    """What was written, in order."""

    names: dict[str, str]
    archive: zipfile.ZipFile
    made: datetime
    lines: list[tuple[str, int, str]]

    def write(self, name: str, chunks: Iterable[bytes]) -> tuple[int, str]:
        """One file of the archive; its length and SHA-256."""
        digest, size = hashlib.sha256(), 0
        entry = zipfile.ZipInfo(name, timezone.localtime(self.made).timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        with self.archive.open(entry, "w", force_zip64=True) as file:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
        self.lines.append((name, size, digest.hexdigest()))
        return size, digest.hexdigest()


def _archive(
    user: User, patient: Patient, copy: RecordCopy, make_pdf: MakePdf
) -> tuple[IO[bytes], list[tuple[str, int, str]]]:
    language = whole_record.language_of(patient)
    target: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    with zipfile.ZipFile(target, "w") as archive:
        index = _Index(_NAMES[language], archive, copy.made_at, [])
        files = list(_files(patient, index))
        record = whole_record.gather(user, patient, copy.public_id, copy.made_at, files)
        edition = engine.edition_in_force()
        index.write(index.names["bundle"], record_bundle(record, edition))
        index.write(index.names["pdf"], _chunks(make_pdf(record, language)))
        index.write(index.names["index"], [_listed(index).encode()])
    target.seek(0)
    return target, index.lines


def _files(patient: Patient, index: _Index) -> Iterator[record_values.File]:
    """Write every file of the record, one at a time."""
    for kind, rows in whole_record.files_of(patient):
        for number, row in enumerate(rows.iterator(chunk_size=1), 1):
            ending, content_type = _type(row)
            name = f"{index.names[kind]}-{number:02}.{ending}"
            size, sha256 = index.write(name, _chunks(whole_record.contents(row)))
            received = kind == "received"
            yield record_values.File(
                row.public_id if received else f"file-{row.public_id}",
                kind,
                name,
                content_type,
                size,
                sha256,
                timezone.localtime(row.created_at),
                row.author.public_id,
            )


def _type(row: Any) -> tuple[str, str]:
    if isinstance(row, Document):
        return _TYPES.get(Document.Kind(row.kind), ("bin", "application/octet-stream"))
    return "pdf", "application/pdf"


def _listed(index: _Index) -> str:
    at = f"{timezone.localtime(index.made):%Y-%m-%d %H:%M}"
    lines = [f"{size:>12}  {sha256}  {name}" for name, size, sha256 in index.lines]
    return "\n".join([index.names["head"].format(at=at), "", *lines, ""])


def _chunks(data: bytes) -> Iterator[bytes]:
    view = io.BytesIO(data)
    while chunk := view.read(_CHUNK):
        yield chunk


def _digest(file: IO[bytes]) -> tuple[str, int]:
    """SHA-256 and length of a file, which is left at its start."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return digest.hexdigest(), size
