"""A copy of a patient's whole record, as one file to hand over.

In it: the record as a FHIR bundle and as a document to read, the files as they came in, the signed
consents and the quotations as they were handed over, and an index with the size and the SHA-256 of
each. No name in it says anything of the patient. The same record at the same moment gives the same
bytes. Who may have one, and when it is made: see ``rights.copy_requests``.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Final, Literal

from dolenti.access.models import User
from dolenti.calendar.moments import to_local
from dolenti.fhir import record_bundle, record_values
from dolenti.records import engine, gate
from dolenti.records.copying import Language, language_of
from dolenti.records.models import Patient
from dolenti.rights import whole_record
from dolenti.rights.models import RecordCopy

IN_MEMORY: Final = 8 * 1024 * 1024
"""Bytes of a copy that are held in memory; a longer one is written to a temporary file."""
_CHUNK: Final = 64 * 1024
_NAMES: Final = {
    "fr": {
        "bundle": "dossier-fhir.json",
        "pdf": "dossier.pdf",
        "index": "index.txt",
        "copy": "dossier",
        "head": "Copie d’un dossier, établie le {at}\nTaille en octets, empreinte SHA-256, fichier",
    },
    "en": {
        "bundle": "record-fhir.json",
        "pdf": "record.pdf",
        "index": "index.txt",
        "copy": "record",
        "head": "Copy of a record, made on {at}\nSize in bytes, SHA-256, file",
    },
}

MakePdf = Callable[[record_values.Record, Literal["fr", "en"]], bytes]


@dataclass(frozen=True)
class Archive:
    """The file of a copy from its start, its SHA-256 and length, and how many files are in it."""

    file: IO[bytes]
    sha256: str
    size: int
    files: int


def archive(copy: RecordCopy, user: User, make_pdf: MakePdf) -> Archive:
    """The file of a copy, with what is open to the user; the caller closes it."""
    patient = copy.request.patient
    language = language_of(patient)
    target: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - whoever keeps it closes it
    try:
        with zipfile.ZipFile(target, "w") as packed:
            index = _Index(_NAMES[language], packed, copy.made_at, [])
            files = list(_files(patient, index, language))
            record = whole_record.gather(user, patient, copy.public_id, copy.made_at, files)
            edition = engine.edition_in_force()
            index.write(index.names["bundle"], record_bundle(record, edition))
            index.write(index.names["pdf"], _chunks(make_pdf(record, language)))
            index.write(index.names["index"], [_listed(index).encode()])
        return Archive(target, *_digest(target), len(index.lines))
    except BaseException:
        target.close()
        raise


def name_of(copy: RecordCopy) -> str:
    """What its file is called: nothing of the patient."""
    language = language_of(copy.request.patient)
    return f"{_NAMES[language]['copy']}-{copy.public_id}.zip"


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
        entry = zipfile.ZipInfo(name, to_local(self.made).timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        with self.archive.open(entry, "w", force_zip64=True) as file:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
        self.lines.append((name, size, digest.hexdigest()))
        return size, digest.hexdigest()


def _files(patient: Patient, index: _Index, language: Language) -> Iterator[record_values.File]:
    """Write every file of the record, one at a time."""
    for table, filing in whole_record.filings():
        # A row that is also a resource of its own has its id already.
        own = bool(table.belongs.copied_by)
        rows = filing.rows(gate.family(patient))
        for number, row in enumerate(rows.iterator(chunk_size=1), 1):
            ending, content_type = filing.form(row)
            name = f"{filing.names[language]}-{number:02}.{ending}"
            size, sha256 = index.write(name, _chunks(filing.contents(row)))
            yield record_values.File(
                f"file-{row.public_id}" if own else row.public_id,
                filing.kind,
                name,
                content_type,
                size,
                sha256,
                to_local(row.created_at),
                row.author.public_id,
            )


def _listed(index: _Index) -> str:
    at = f"{to_local(index.made):%Y-%m-%d %H:%M}"
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
