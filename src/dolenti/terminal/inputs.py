"""Files of a patient from the command line: found, sized, told apart, read."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.patient_file import PatientFile, read_patient_file
from dolenti.guideline.reading import Document, read_text

MOST_BYTES = 64 * 1024 * 1024
GZIP = b"\x1f\x8b"


def read_bytes(file: str) -> bytes:
    """The bytes of a file, or of the standard input for ``-``, up to 64 MB."""
    if file == "-":
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        path = Path(file)
        try:
            size = path.stat().st_size
            if size > MOST_BYTES:
                raise InputError(
                    f"the file has {size / 1e6:,.0f} MB; at most 64 MB are read. "
                    "Send one patient at a time",
                    path.name,
                    fr=f"le fichier fait {size / 1e6:.0f} Mo\u00a0; 64 Mo au plus sont lus. "
                    "Envoyez un patient à la fois",
                )
            data = path.read_bytes()
        except IsADirectoryError:
            raise InputError(
                "this is a folder; name a file",
                file,
                fr="c’est un dossier\u00a0; indiquez un fichier",
            ) from None
        except FileNotFoundError:
            raise InputError(
                "there is no such file",
                file,
                fr="ce fichier n’existe pas\u00a0; vérifiez son nom et son dossier",
            ) from None
        except OSError as error:
            raise InputError(
                f"the file cannot be read: {error.strerror}",
                file,
                fr=f"le fichier ne peut pas être lu\u00a0; vérifiez vos droits ({error.strerror})",
            ) from None
    if len(data) > MOST_BYTES:
        raise InputError(
            "more than 64 MB arrived; send one patient at a time",
            name_of(file),
            fr="plus de 64 Mo sont arrivés\u00a0; envoyez un patient à la fois",
        )
    return data


def read_document(file: str) -> Document:
    """A YAML or JSON file as a strict document."""
    return read_text(decode(read_bytes(file), file), name_of(file))


def name_of(file: str) -> str:
    """What a message calls the file, in every language."""
    return "stdin" if file == "-" else Path(file).name


def decode(data: bytes, file: str) -> str:
    """UTF-8 text, with or without a byte order mark."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start} is not UTF-8 text",
            name_of(file),
            fr=f"l’octet {error.start} n’est pas du texte UTF-8\u00a0; enregistrez le fichier en "
            "UTF-8",
        ) from None


def read_patient(file: str, edition: Edition, as_of: date) -> PatientFile:
    """A FHIR R4 Bundle (JSON, also gzipped) or a plain file, told apart by its content."""
    data = read_bytes(file)
    name = name_of(file)
    head = data.lstrip()[:1]
    if data[:2] == GZIP or (head == b"{" and b'"resourceType"' in data):
        from dolenti.fhir import BundleReader  # not needed, nor loaded, for a plain file

        cases = BundleReader(edition).read(data, as_of, name).cases()
        return PatientFile(tuple(cases), {})
    return read_patient_file(read_text(decode(data, file), name), edition, as_of)


def choose(cases: tuple[Case, ...], complaint: str | None, name: str) -> Case:
    """The one case that is meant. Raises ``InputError`` with the ids where it is not clear."""
    ids = [case.complaint.id for case in cases]
    if not cases:
        raise InputError(
            "no complaint was found: no condition that this program knows",
            name,
            fr="aucune douleur trouvée, c’est-à-dire aucun diagnostic que ce programme connaisse",
        )
    if complaint is not None:
        for case in cases:
            if case.complaint.id == complaint:
                return case
        listed = ", ".join(ids)
        raise InputError(
            f"there is no complaint “{complaint}”; there are: {listed}",
            name,
            fr=f"il n’y a pas de douleur «\u00a0{complaint}\u00a0»\u00a0; il y a\u00a0: {listed}",
        )
    if len(cases) > 1:
        listed = ", ".join(f"{c.complaint.id} ({c.complaint.condition})" for c in cases)
        raise InputError(
            f"several complaints; choose one by --complaint ID: {listed}",
            name,
            fr=f"plusieurs douleurs\u00a0; choisissez-en une par --complaint ID\u00a0: {listed}",
        )
    return cases[0]
