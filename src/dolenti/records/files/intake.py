"""What came in, as cases: a FHIR bundle, a plain file, or a form's content.

Reads bytes within limits and stores nothing.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.patient_file import read_patient_file
from dolenti.guideline.reading import read_text
from dolenti.medicines.store import bases

if TYPE_CHECKING:
    from dolenti.fhir import BundleReader

LONGEST = 40 * 1024 * 1024  # bytes, once unpacked
_GZIP = b"\x1f\x8b"
_FHIR = re.compile(rb'"resourceType"\s*:')
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Read:
    """The cases a document holds, one per complaint, and what kind of document it is."""

    kind: str
    cases: tuple[Case, ...]
    policies: dict[str, str]
    invented: bool = False
    about: str = ""
    who: Mapping[str, str] = field(default_factory=dict)  # as the form of an identity takes it
    since: str = ""  # how precisely a form said it (2019, 2019-03), which no file can

    def case(self, complaint: str) -> Case:
        """The case of one complaint. Raises ``InputError`` where there is no such one."""
        for case in self.cases:
            if case.complaint.id == complaint:
                return case
        raise InputError(
            "this complaint is not in the file any more",
            "complaint",
            fr="cette douleur n’est plus dans le fichier\u00a0; choisissez-en une autre ou "
            "renvoyez le fichier",
        )


def unpacked(data: bytes, name: str) -> bytes:
    """The bytes themselves, or what a gzip file holds, up to ``LONGEST``."""
    if data[:4] == _ZIP:
        raise InputError(
            "this is a zip archive; unpack it and send the file in it",
            name,
            fr="c’est une "
            "archive zip\u00a0; décompressez-la et envoyez le fichier qu’elle contient",
        )
    if data[:2] != _GZIP:
        return data
    unpacker = zlib.decompressobj(wbits=31)
    try:
        content = unpacker.decompress(data, LONGEST)
    except zlib.error:
        raise InputError(
            "the compressed file is damaged; make it again",
            name,
            fr="le fichier compressé est endommagé\u00a0; refaites-le",
        ) from None
    if unpacker.unconsumed_tail:
        raise InputError(
            f"this unpacks to more than {LONGEST >> 20} MB",
            name,
            fr=f"décompressé, le fichier dépasse {LONGEST >> 20} Mo\u00a0; envoyez un patient à "
            "la fois",
        )
    if not unpacker.eof:
        raise InputError(
            "the compressed file is cut short; send it whole",
            name,
            fr="le fichier compressé est tronqué\u00a0; envoyez-le entier",
        )
    return content


def read(
    data: bytes,
    name: str,
    edition: Edition,
    as_of: date,
    site: Mapping[str, tuple[str, ...]] | None = None,
) -> Read:
    """Every case in a document, with what the ``site`` once answered about words and codes.

    Raises ``InputError`` for what cannot be read or holds none.
    """
    content = unpacked(data, name)
    if not content.strip():
        raise InputError(
            "the file is empty; choose another",
            name,
            fr="le fichier est vide\u00a0; choisissez-en un autre",
        )
    if content.lstrip()[:1] in (b"{", b"[") and _FHIR.search(content):
        found = _fhir(content, name, edition, as_of, site)
    else:
        found = _plain(content, name, edition, as_of)
    if not found.cases:
        raise InputError(
            "no complaint is named in it; add one, with at least a condition or a zone",
            name,
            fr="le fichier ne mentionne aucune douleur\u00a0; ajoutez-en une, avec au moins un "
            "diagnostic ou une zone",
        )
    return found


def _plain(content: bytes, name: str, edition: Edition, as_of: date) -> Read:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start} is not UTF-8 text; is this the right file?",
            name,
            fr=f"ce fichier n’est pas un texte lisible (UTF-8, octet {error.start})\u00a0; "
            "vérifiez que c’est le bon",
        ) from None
    document = read_text(text, name)
    file = read_patient_file(document, edition, as_of)
    said: Any = document.content
    return Read(
        "plain",
        file.cases,
        dict(file.policies),
        invented=said.get("invented") is True,
        about=str(said.get("about") or "")[:300],
    )


def _fhir(
    content: bytes,
    name: str,
    edition: Edition,
    as_of: date,
    site: Mapping[str, tuple[str, ...]] | None,
) -> Read:
    from dolenti.fhir.who import read_who

    record = _reader(edition).read(content, as_of, name, site)
    if not record.complaints:
        raise record.without_complaint(name)
    who = {trait: said for trait, said in asdict(read_who(content, name)).items() if said}
    return Read("fhir", record.cases(), {}, who=who)


def _reader(edition: Edition) -> BundleReader:
    """The reader of an edition: what it once worked out about names is worth keeping."""
    from dolenti.fhir import BundleReader

    found = _READERS.get(edition.sha256)
    if found is None:
        _READERS.clear()
        found = _READERS[edition.sha256] = BundleReader(
            edition, lambda: bases(settings.DATA).in_force
        )
    return found


_READERS: dict[str, BundleReader] = {}
