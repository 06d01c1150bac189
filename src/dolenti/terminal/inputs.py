"""Files of a patient from the command line: found, sized, told apart, read."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.near import nearest, shown
from dolenti.guideline.patient_file import PatientFile, read_patient_file
from dolenti.guideline.reading import Document, read_text
from dolenti.medicines.base import Base
from dolenti.medicines.plain_file import in_doubt, read_names

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
                    fr=f"le fichier fait {size / 1e6:.0f} Mo\u00a0; 64\u00a0Mo au plus sont lus. "
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
            fr="plus de 64\u00a0Mo sont arrivés\u00a0; envoyez un patient à la fois",
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
            fr=f"ce fichier n’est pas un texte UTF-8 (octet {error.start})\u00a0; enregistrez-le "
            "en UTF-8",
        ) from None


def read_meanings(file: str, edition: Edition) -> dict[str, tuple[str, ...]]:
    """What entries of records are, by the item that ``assess`` names: a list of its answers, empty
    for none of them. Raises ``InputError`` for an answer that no fact has."""
    document = read_document(file)
    content = document.content if document.content is not None else {}
    known = {
        answer
        for fact in edition.facts
        for answer in (fact.id, *(f"{fact.id}={option.id}" for option in fact.options))
    }
    if not isinstance(content, Mapping):
        raise InputError(
            "write one line for each item, as “item: [answers]”",
            document.name,
            fr="écrivez une ligne par élément, sous la forme «\u00a0item: [réponses]\u00a0»",
        )
    for item, answers in content.items():
        place = document.place((item,))
        if not isinstance(answers, list):
            raise InputError(
                "the answers are a list, as [anticoagulant=vka], or [] for none",
                place,
                fr="les réponses forment une liste, comme [anticoagulant=vka], ou [] s’il n’y en a "
                "pas",
            )
        for answer in answers:
            if not isinstance(answer, str) or answer not in known:
                close = nearest(answer, known)
                raise InputError(
                    f"“{shown(answer)}” is no answer{close.en}",
                    place,
                    fr=f"«\u00a0{shown(answer)}\u00a0» n’est pas une réponse{close.fr}",
                )
    return {str(item): tuple(answers) for item, answers in content.items()}


def read_patient(
    file: str,
    edition: Edition,
    as_of: date,
    site: Mapping[str, tuple[str, ...]] | None = None,
) -> PatientFile:
    """A FHIR R4 Bundle (JSON, also gzipped) or a plain file, told apart by its content. ``site`` is
    what entries of the record are known to mean."""
    data = read_bytes(file)
    name = name_of(file)
    head = data.lstrip()[:1]
    if data[:2] == GZIP or (head == b"{" and b'"resourceType"' in data):
        from dolenti.fhir import BundleReader  # not needed, nor loaded, for a plain file

        cases = BundleReader(edition, _base).read(data, as_of, name, site).cases()
        return PatientFile(tuple(cases), {})
    document, doubts = with_names_read(read_text(decode(data, file), name), edition)
    read = read_patient_file(document, edition, as_of)
    return PatientFile(tuple(in_doubt(case, doubts) for case in read.cases), read.policies)


def with_names_read(document: Document, edition: Edition) -> tuple[Document, frozenset[str]]:
    """The document with the medicines that are named in it as answers, and what they leave open."""
    return read_names(document, edition, _base)


def _base() -> Base:
    from dolenti.terminal.medicines import site_bases  # read only where there is a name

    return site_bases().in_force


def cases_of(
    patient: PatientFile, complaint: str | None, name: str, *, every: bool
) -> tuple[Case, ...]:
    """The cases of a file that are meant: with ``every``, and where none is named, all of them.

    Raises ``InputError`` as ``choose`` does.
    """
    if every and complaint is None and patient.cases:
        return patient.cases
    return (choose(patient.cases, complaint, name),)


def choose(cases: tuple[Case, ...], complaint: str | None, name: str) -> Case:
    """The one case that is meant. Raises ``InputError`` with the ids where it is not clear."""
    ids = [case.complaint.id for case in cases]
    if not cases:
        raise InputError(
            "no complaint was found: no condition that this program knows",
            name,
            fr="aucun diagnostic douloureux reconnu dans le fichier",
        )
    if complaint is not None:
        for case in cases:
            if case.complaint.id == complaint:
                return case
        listed = ", ".join(ids)
        raise InputError(
            f"there is no complaint “{complaint}”; there are: {listed}",
            name,
            fr=f"la douleur «\u00a0{complaint}\u00a0» n’existe pas\u00a0; identifiants "
            f"possibles\u00a0: {listed}",
        )
    if len(cases) > 1:
        listed = ", ".join(f"{c.complaint.id} ({c.complaint.condition})" for c in cases)
        raise InputError(
            f"several complaints; choose one by --complaint ID: {listed}",
            name,
            fr=f"plusieurs douleurs\u00a0; choisissez-en une par --complaint ID\u00a0: {listed}",
        )
    return cases[0]
