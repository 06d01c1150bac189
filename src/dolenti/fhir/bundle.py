"""From bytes to the resources of one bundle, safely: bounded, strict about JSON, clear in refusal.

Only the elements that the reader looks at are built in memory; all others are checked as JSON and
skipped. Nothing here knows what an element means.
"""

from __future__ import annotations

import re
import zlib
from typing import Any, BinaryIO, Final

import msgspec

from dolenti.fhir.json_keys import KeyTwiceError, decoded
from dolenti.guideline.errors import InputError
from dolenti.guideline.near import shown

MAX_BYTES: Final = 64 * 1024 * 1024
TYPES: Final = ("collection", "transaction", "searchset", "batch", "document")

MOST_MEMBERS: Final = 10_000
_PIECE: Final = 64 * 1024
_PADDING = re.compile(rb"\x00*")
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


class Resource(msgspec.Struct, rename="camel", gc=False):
    """The elements of a resource that are ever looked at, as decoded and not yet believed."""

    resource_type: Any = None
    id: Any = None
    implicit_rules: Any = None
    modifier_extension: Any = None
    status: Any = None
    code: Any = None
    substance: Any = None
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
    medication: Any = None
    ingredient: Any = None
    contained: Any = None
    authored_on: Any = None
    authored: Any = None
    item: Any = None
    date_asserted: Any = None
    when_handed_over: Any = None
    when_prepared: Any = None
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
    mode: Any = None
    title: Any = None
    type: Any = None
    total: Any = None
    parameter: Any = None
    entry: Any = None
    text: Any = None
    empty_reason: Any = None
    section: Any = None
    identifier: Any = None
    active: Any = None
    link: Any = None
    birth_date: Any = None
    gender: Any = None
    deceased_boolean: Any = None
    deceased_date_time: Any = None
    device: Any = None
    device_name: Any = None
    code_codeable_concept: Any = None
    code_reference: Any = None
    period: Any = None
    event: Any = None
    evidence: Any = None
    detail: Any = None
    prediction: Any = None
    finding: Any = None
    summary: Any = None
    description: Any = None
    payload: Any = None
    suspect_entity: Any = None
    morphology: Any = None
    conclusion: Any = None
    conclusion_code: Any = None
    vaccine_code: Any = None
    occurrence_date_time: Any = None
    occurrence_period: Any = None
    identified_date_time: Any = None
    identified_period: Any = None
    timing_date_time: Any = None
    timing_period: Any = None
    recorded_on: Any = None
    recorded: Any = None
    detected: Any = None
    created: Any = None
    interpretation: Any = None
    note: Any = None


class BundleEntry(msgspec.Struct, rename="camel", gc=False):
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
    implicit_rules: Any = None
    type: Any = None
    total: Any = None
    link: Any = None
    entry: list[BundleEntry] | None = None


_LARGE: Final = 1024 * 1024
_OUTSIDE: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LISTED: Final = msgspec.json.Decoder(list[msgspec.Raw] | None)


def _built(data: bytes) -> Bundle:
    """The bundle, of a large one an entry at a time, so that what is never looked at is gone
    before the next is decoded."""
    if len(data) <= _LARGE or data[:1] != b"{":
        return msgspec.convert(decoded(data), Bundle)
    outside = _OUTSIDE.decode(data)
    within = sum(bytes(raw).count(b":") for raw in outside.values())
    if data.count(b":") != within + len(outside):  # one of its own keys, perhaps the entries
        return msgspec.convert(decoded(data), Bundle)
    listed = outside.pop("entry", None)
    head = {key: decoded(raw) for key, raw in outside.items()}
    entries = []
    for number, raw in enumerate(_LISTED.decode(listed) or () if listed is not None else ()):
        try:
            entries.append(msgspec.convert(decoded(raw), BundleEntry))
        except msgspec.ValidationError as error:
            raise msgspec.ValidationError(str(error).replace("`$", f"`$.entry[{number}]")) from None
    return msgspec.structs.replace(msgspec.convert(head, Bundle), entry=entries)


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
        bundle = _built(data)
    except KeyTwiceError as error:
        raise InputError(
            f"the JSON writes the key “{shown(error.key)}” twice in one object, and which of the "
            "two is meant is not known; export the bundle again",
            name,
            fr=f"le JSON écrit deux fois la clé «\u00a0{shown(error.key)}\u00a0» dans un même "
            "objet, et rien ne dit laquelle est la bonne\u00a0; exportez à nouveau le Bundle",
        ) from None
    except msgspec.ValidationError as error:
        raise wrong_shape(error, name) from None
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
    check(bundle, name)
    return bundle


def check(bundle: Bundle, name: str) -> None:
    """Refuse a bundle that does not describe one patient, or not wholly, with an ``InputError``."""
    if bundle.type is not None and bundle.type not in TYPES:
        kind, known = shown(bundle.type), ", ".join(TYPES)
        raise InputError(
            f"a Bundle of type “{kind}” is not read; known are: {known}",
            name,
            fr=f"les Bundles de type «\u00a0{kind}\u00a0» ne sont pas acceptés\u00a0; types "
            f"acceptés\u00a0: {known}",
        )
    if bundle.implicit_rules is not None:
        raise InputError(
            "the whole Bundle is written by rules that are not known here (implicitRules); "
            "export it without them",
            name,
            fr="tout le Bundle est écrit selon des règles inconnues ici (implicitRules)\u00a0; "
            "exportez-le sans elles",
        )
    _refuse_a_page(bundle, name)


def _refuse_a_page(bundle: Bundle, name: str) -> None:
    """A page of a search is not the record: what the next one says is not known."""
    links = bundle.link if isinstance(bundle.link, list) else ()
    more = any(isinstance(one, dict) and one.get("relation") == "next" for one in links)
    here, total = len(bundle.entry or ()), bundle.total
    if more or (isinstance(total, int) and total > here):
        of = f" of {total}" if isinstance(total, int) else ""
        sur = f" sur {total}" if isinstance(total, int) else ""
        raise InputError(
            f"this is one page of several, with {here}{of} entries; fetch every page (the links "
            "“next”) and put their entries into one Bundle",
            name,
            fr=f"ce n’est qu’une page, avec {here} éléments{sur}\u00a0; récupérez toutes les pages "
            "(liens «\u00a0next\u00a0») et réunissez leurs éléments en un seul Bundle",
        )


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
    """The members of a gzip file, one after the other, each given only what it may need: what a
    member leaves over is copied, and a file may have very many."""
    parts: list[bytes] = []
    at, left = 0, MAX_BYTES + 1
    try:
        for _ in range(MOST_MEMBERS):
            member = zlib.decompressobj(wbits=31)
            while left > 0 and not member.eof:
                given = data[at : at + _PIECE]
                if not given:
                    raise InputError(
                        "the gzip data stops in the middle; the file was cut",
                        name,
                        fr="les données gzip s’arrêtent au milieu\u00a0: le fichier a été coupé",
                    )
                parts.append(member.decompress(given, left))
                at += len(given) - len(member.unused_data) - len(member.unconsumed_tail)
                left -= len(parts[-1])
            padding = _PADDING.match(data, at)
            assert padding is not None  # it may be empty
            at = padding.end()
            if left <= 0 or at == len(data):
                break
        else:
            raise InputError(
                f"the gzip data has more than {MOST_MEMBERS} parts; compress the bundle in one",
                name,
                fr=f"les données gzip comptent plus de {MOST_MEMBERS} parties\u00a0; compressez "
                "le Bundle en une seule",
            )
    except zlib.error:
        raise InputError(
            "the gzip data is damaged; export the bundle again",
            name,
            fr="les données gzip sont endommagées\u00a0; exportez de nouveau le Bundle",
        ) from None
    if left <= 0:
        raise _too_large(name)
    return b"".join(parts)


_EXPECTED: Final = re.compile(r"Expected `([^`]+)`, got `([^`]+)`")
_SHAPES: Final = {
    "object": "un objet",
    "array": "une liste",
    "str": "un texte",
    "int": "un nombre entier",
    "float": "un nombre",
    "bool": "vrai ou faux",
    "null": "rien",
}


def wrong_shape(error: msgspec.ValidationError, name: str) -> InputError:
    """What is not built as FHIR asks, and where."""
    what, _, path = str(error).partition(" - at `")
    place = path.rstrip("`").removeprefix("$").removeprefix(".")
    if not place:
        return InputError(
            "this is JSON, but no FHIR Bundle, which is an object {...}",
            name,
            fr="c’est du JSON, mais pas un Bundle FHIR, qui est un objet {...}",
        )
    if "out of range" in what:
        return InputError(
            "the bundle has a number that no measurement has (too many digits, or too large); "
            "correct it, or export the bundle again",
            name,
            fr="le Bundle contient un nombre qu’aucune mesure n’atteint (trop de chiffres, ou trop "
            "grand)\u00a0; corrigez-le, ou exportez à nouveau le Bundle",
        )
    return InputError(
        f"the bundle is not built as FHIR asks: {what}",
        f"{name}: Bundle.{place}",
        fr=f"le Bundle n’est pas conforme à FHIR\u00a0: {_in_french(what)}",
    )


def _in_french(what: str) -> str:
    """What the library says of a shape, in French; of what it says seldom, that the shape is not
    the one expected."""
    said = _EXPECTED.match(what)
    if said is None:
        return "la forme de cet élément n’est pas celle attendue"
    wanted, got = (
        " ou ".join(_SHAPES.get(one.strip(), one.strip()) for one in part.split("|"))
        for part in said.groups()
    )
    return f"attendu {wanted}, trouvé {got}"


def _no_json(data: bytes, error: Exception, name: str) -> InputError:
    start = data[:200].lstrip()
    if not start:
        return InputError(
            "the file is empty; choose another",
            name,
            fr="le fichier est vide\u00a0; choisissez-en un autre",
        )
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
