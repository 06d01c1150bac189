"""Who a bundle says its patient is: names, birth date, sex, place of birth, health number.

For filling in a form that a person then checks: whatever is unclear is left out. Names of elements
are those of FHIR R4 and of the French profiles (FR Core 2.1, Interop'Santé).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from dolenti.fhir.bundle import decode
from dolenti.fhir.moments import read_born
from dolenti.fhir.within import MOST_DEEP

HEALTH_NUMBERS: Final = {
    f"urn:oid:1.2.250.1.213.1.4.{last}": f"1.2.250.1.213.1.4.{last}" for last in (8, 9, 10, 11)
}
_GIVEN_NAMES: Final = "fr-core-patient-birth-list-given-name"
_BIRTH_PLACE: Final = "patient-birthPlace"
_INSEE: Final = "fr-core-address-insee-code"


@dataclass(frozen=True)
class Who:
    """A person as a bundle names them; an empty text is not known. Dates are ISO days."""

    birth_name: str = ""
    first_name: str = ""
    given_names: str = ""
    used_name: str = ""
    used_first_name: str = ""
    birth_date: str = ""
    sex: str = ""
    birth_place: str = ""
    birth_place_name: str = ""
    ins: str = ""
    ins_kind: str = ""


class _Resource(msgspec.Struct, rename="camel"):
    resource_type: Any = None
    name: Any = None
    identifier: Any = None
    birth_date: Any = None
    gender: Any = None
    extension: Any = None
    entry: Any = None
    parameter: Any = None


class _Entry(msgspec.Struct):
    resource: _Resource | None = None


class _Bundle(msgspec.Struct):
    entry: list[_Entry] | None = None


_DECODER: Final = msgspec.json.Decoder(_Bundle)


def read_who(data: bytes, name: str) -> Who:
    """Who the patient of a bundle is. Raises ``InputError`` for what is no bundle (``data`` is
    JSON, not compressed)."""
    decode(data, name)
    entries = _DECODER.decode(data.removeprefix(b"\xef\xbb\xbf")).entry or ()
    found = (entry.resource for entry in entries if entry.resource is not None)
    patient = next((one for resource in found for one in _patients(resource, MOST_DEEP)), None)
    return _who(patient) if patient is not None else Who()


def _patients(resource: _Resource, deep: int) -> Iterator[_Resource]:
    """The Patients that a resource is, or has in it."""
    if resource.resource_type == "Patient":
        yield resource
    inside = [*_dicts(resource.entry), *_dicts(resource.parameter)] if deep else []
    for raw in inside:
        if isinstance(raw.get("resource"), dict):
            yield from _patients(msgspec.convert(raw["resource"], _Resource), deep - 1)


def _who(patient: _Resource) -> Who:
    official = _name(patient, "official", "maiden", None)
    usual = _name(patient, "usual", "nickname")
    given, used_given = _given(official), _given(usual)
    listed = _extension(official, _GIVEN_NAMES).get("valueString")
    place = _extension({"extension": patient.extension}, _BIRTH_PLACE).get("valueAddress")
    place = _dict(place)
    code = _extension(place, _INSEE).get("valueCoding")
    number, kind = _number(patient)
    born = read_born(patient.birth_date)
    return Who(
        birth_name=_text(official.get("family")),
        first_name=given[0] if given else "",
        given_names=_text(listed) or (" ".join(given) if len(given) > 1 else ""),
        used_name=_text(usual.get("family")),
        used_first_name=used_given[0] if used_given else "",
        birth_date=born.isoformat() if born is not None else "",
        sex=patient.gender if patient.gender in ("female", "male") else "",
        birth_place=_text(code.get("code")) if isinstance(code, dict) else "",
        birth_place_name=_text(place.get("city")),
        ins=number,
        ins_kind=kind,
    )


def _name(patient: _Resource, *uses: str | None) -> dict[str, Any]:
    """The first name of the use that is wanted most; one without a use is taken for official."""
    for use in uses:
        for one in _dicts(patient.name):
            if one.get("use") == use:
                return one
    return {}


def _given(name: dict[str, Any]) -> list[str]:
    raw = name.get("given")
    return [text for one in raw if (text := _text(one))] if isinstance(raw, list) else []


_BETTER_FIRST: Final = ("official", "usual", None, "secondary", "temp")
"""Uses of an identifier. One that is ``old`` is nobody's number any more, wherever it stands."""


def _number(patient: _Resource) -> tuple[str, str]:
    found = [
        (_BETTER_FIRST.index(one.get("use")), place, value, kind)
        for place, one in enumerate(_dicts(patient.identifier))
        if one.get("use") in _BETTER_FIRST
        and not _text(_dict(one.get("period")).get("end"))
        and (kind := HEALTH_NUMBERS.get(_text(one.get("system"))))
        and (value := _text(one.get("value")))
    ]
    _, _, value, kind = min(found, default=(0, 0, "", ""))
    return value, kind


def _dict(raw: object) -> dict[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _extension(element: dict[str, Any], ending: str) -> dict[str, Any]:
    for one in _dicts(element.get("extension")):
        if _text(one.get("url")).rpartition("/")[2] == ending:
            return one
    return {}


def _dicts(raw: object) -> Iterator[dict[str, Any]]:
    if isinstance(raw, list):
        yield from (one for one in raw if isinstance(one, dict))


def _text(raw: object) -> str:
    return raw.strip() if isinstance(raw, str) and raw.isprintable() else ""
