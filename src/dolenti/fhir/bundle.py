"""From bytes to the resources of one bundle, safely: bounded, strict about JSON, clear in refusal.

Only the elements that the reader looks at are built in memory; all others are checked as JSON and
skipped. Nothing here knows what an element means.
"""

from __future__ import annotations

import re
import zlib
from typing import Any, BinaryIO, Final

import msgspec

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import shown

MAX_BYTES: Final = 64 * 1024 * 1024
TYPES: Final = ("collection", "transaction", "searchset", "batch", "document")

_BYTE = re.compile(r"\(byte (\d+)\)")
_SIZE = MAX_BYTES // (1024 * 1024)


def _too_large(name: str) -> InputError:
    return InputError(
        f"the bundle is larger than {_SIZE} MB, which is more than one patient's record; "
        "export one patient at a time",
        name,
        fr=f"le Bundle dépasse {_SIZE}\u00a0Mo, plus que le dossier d’un patient\u00a0; "
        "exportez un patient à la fois",
    )


class Resource(msgspec.Struct, rename="camel"):
    """The elements of a resource that are ever looked at, as decoded and not yet believed."""

    resource_type: Any = None
    id: Any = None
    status: Any = None
    code: Any = None
    subject: Any = None
    patient: Any = None
    focus: Any = None
    intent: Any = None
    do_not_perform: Any = None
    clinical_status: Any = None
    verification_status: Any = None
    body_site: Any = None
    onset_date_time: Any = None
    onset_period: Any = None
    abatement_date_time: Any = None
    abatement_period: Any = None
    abatement_age: Any = None
    abatement_string: Any = None
    recorded_date: Any = None
    reaction: Any = None
    medication_codeable_concept: Any = None
    medication_reference: Any = None
    ingredient: Any = None
    contained: Any = None
    authored_on: Any = None
    date_asserted: Any = None
    effective_date_time: Any = None
    effective_period: Any = None
    effective_instant: Any = None
    issued: Any = None
    performed_date_time: Any = None
    performed_period: Any = None
    value_quantity: Any = None
    value_codeable_concept: Any = None
    value_boolean: Any = None
    value_integer: Any = None
    value_string: Any = None
    value_date_time: Any = None
    data_absent_reason: Any = None
    component: Any = None
    date: Any = None
    empty_reason: Any = None
    section: Any = None
    identifier: Any = None
    birth_date: Any = None
    gender: Any = None
    deceased_boolean: Any = None
    deceased_date_time: Any = None


class BundleEntry(msgspec.Struct, rename="camel"):
    """One entry of a bundle."""

    full_url: Any = None
    resource: Resource | None = None
    request: Any = None

    @property
    def deleted(self) -> bool:
        """Whether a transaction asks to remove the resource, which then states nothing."""
        return isinstance(self.request, dict) and self.request.get("method") == "DELETE"


class Bundle(msgspec.Struct, rename="camel"):
    """A bundle as decoded."""

    resource_type: Any = None
    type: Any = None
    entry: list[BundleEntry] | None = None


_DECODER = msgspec.json.Decoder(Bundle)


def read_bounded(file: BinaryIO, name: str = "bundle") -> bytes:
    """The bytes of an open file. Raises ``InputError`` without reading on past ``MAX_BYTES``."""
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _too_large(name)
    return data


def decode(data: bytes, name: str) -> Bundle:
    """The bundle in ``data``: JSON, or gzip of JSON.

    Raises ``InputError`` for what is too large, no JSON (with line and column), no Bundle (saying
    what it is instead), or a bundle of a type that does not describe one patient.
    """
    if data[:2] == b"\x1f\x8b":
        data = _unzipped(data, name)
    if len(data) > MAX_BYTES:
        raise _too_large(name)
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        bundle = _DECODER.decode(data)
    except msgspec.ValidationError as error:
        raise _wrong_shape(error, name) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _no_json(data, error, name) from None
    except RecursionError:
        raise InputError(
            "the content is nested too deeply to be a patient's record",
            name,
            fr="le contenu est trop imbriqué pour être le dossier d’un patient",
        ) from None
    if bundle.resource_type != "Bundle":
        raise _no_bundle(bundle.resource_type, name)
    if bundle.type is not None and bundle.type not in TYPES:
        kind, known = shown(bundle.type), ", ".join(TYPES)
        raise InputError(
            f"a Bundle of type “{kind}” is not read; known are: {known}",
            name,
            fr=f"un Bundle de type «\u00a0{kind}\u00a0» n’est pas lu\u00a0; "
            f"sont lus\u00a0: {known}",
        )
    return bundle


def _no_bundle(kind: object, name: str) -> InputError:
    if not isinstance(kind, str):
        return InputError(
            "this is JSON, but not FHIR: it has no resourceType",
            name,
            fr="c’est du JSON, mais pas du FHIR\u00a0: il n’a pas de resourceType",
        )
    return InputError(
        f"this is a FHIR {shown(kind)}, not a Bundle; "
        "export the patient's whole record as a Bundle",
        name,
        fr=f"c’est une ressource FHIR {shown(kind)}, pas un Bundle\u00a0; "
        "exportez tout le dossier du patient en un Bundle",
    )


def _unzipped(data: bytes, name: str) -> bytes:
    parts: list[bytes] = []
    left = MAX_BYTES + 1
    try:
        while data and left > 0:
            member = zlib.decompressobj(wbits=31)
            part = member.decompress(data, left)
            parts.append(part)
            left -= len(part)
            if left > 0 and not member.eof:
                raise InputError(
                    "the gzip data stops in the middle; the file was cut",
                    name,
                    fr="les données gzip s’arrêtent au milieu\u00a0: le fichier a été coupé",
                )
            data = member.unused_data.lstrip(b"\x00")
    except zlib.error:
        raise InputError(
            "the gzip data is damaged; export the bundle again",
            name,
            fr="les données gzip sont abîmées\u00a0; exportez à nouveau le Bundle",
        ) from None
    if left <= 0:
        raise _too_large(name)
    return b"".join(parts)


def _wrong_shape(error: msgspec.ValidationError, name: str) -> InputError:
    what, _, path = str(error).partition(" - at `")
    place = path.rstrip("`").removeprefix("$").removeprefix(".")
    if not place:
        return InputError(
            "this is JSON, but no FHIR Bundle, which is an object {...}",
            name,
            fr="c’est du JSON, mais pas un Bundle FHIR, qui est un objet {...}",
        )
    return InputError(
        f"the bundle is not built as FHIR asks: {what}",
        f"{name}: Bundle.{place}",
        fr=f"le Bundle n’est pas construit comme FHIR le demande\u00a0: {what}",
    )


def _no_json(data: bytes, error: Exception, name: str) -> InputError:
    start = data[:200].lstrip()
    if not start:
        return InputError("the file is empty", name, fr="le fichier est vide")
    if start.startswith(b"<"):
        return InputError(
            "this looks like XML; export the bundle as FHIR JSON",
            name,
            fr="ceci ressemble à du XML\u00a0; exportez le Bundle en JSON FHIR",
        )
    text = str(error)
    if "truncated" in text:
        line = data.count(b"\n") + 1
        return InputError(
            "the JSON stops in the middle; the file was cut",
            f"{name}:{line}",
            fr="le JSON s’arrête au milieu\u00a0: le fichier a été coupé",
        )
    found = _BYTE.search(text)
    at = int(found[1]) if found else getattr(error, "start", 0)
    line = data.count(b"\n", 0, at) + 1
    column = at - data.rfind(b"\n", 0, at)
    place = f"{name}:{line}"
    before = data[max(0, at - 9) : at + 9]
    for word in (b"NaN", b"Infinity"):
        if word in before:
            return InputError(
                f"{word.decode()} is not a number (column {column}); "
                "leave the value out if it is not known",
                place,
                fr=f"{word.decode()} n’est pas un nombre (colonne {column})\u00a0; "
                "omettez la valeur si elle n’est pas connue",
            )
    reason = _BYTE.sub("", text).removeprefix("JSON is malformed: ").strip()
    return InputError(
        f"this is not JSON: {reason} at column {column} (byte {at})",
        place,
        fr=f"ce n’est pas du JSON, colonne {column} (octet {at})\u00a0: {reason}",
    )
