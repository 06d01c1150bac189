"""Who a record is about, who speaks for them, who wrote it, and where: as FHIR R4."""

from __future__ import annotations

from typing import Any, Final

from dolenti.fhir.record_values import Contact, Merge, Organisation, Person, Practitioner, Record

REFERENCE_SYSTEM: Final = "https://dolenti.org/fhir/NamingSystem/clinic-reference"
RPPS_SYSTEM: Final = "urn:oid:1.2.250.1.71.4.2.1"
_CONVENTIONAL: Final = "https://dolenti.org/fhir/StructureDefinition/conventional-birth-date"
_BIRTH_PLACE: Final = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
# The French profiles, FR Core 2 (Interop'Santé): as ``who`` reads them.
_FR_CORE: Final = "https://hl7.fr/ig/fhir/core/StructureDefinition"
_INSEE: Final = f"{_FR_CORE}/fr-core-address-insee-code"
_GIVEN_NAMES: Final = f"{_FR_CORE}/fr-core-patient-birth-list-given-name"
_COMMUNE: Final = "urn:oid:1.2.250.1.213.2.12"  # the official geographic code (INSEE)
_ROLES: Final = {
    "trusted": ("N", "Next-of-kin"),
    "relative": ("N", "Next-of-kin"),
    "emergency": ("C", "Emergency contact"),
    "guardian": ("GUARD", "guardian"),
}
_OWN_ROLES: Final = "https://dolenti.org/fhir/CodeSystem/contact"
_ROLE_SYSTEMS: Final = {
    "N": "http://terminology.hl7.org/CodeSystem/v2-0131",
    "C": "http://terminology.hl7.org/CodeSystem/v2-0131",
    "GUARD": "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
}


def reference(kind: str, id_: str) -> dict[str, str]:
    """A relative reference within the bundle."""
    return {"reference": f"{kind}/{id_}"}


def patient(person: Person, organisation: Organisation) -> dict[str, Any]:
    """The Patient. What is not known is left out, but the sex, which is said to be unknown."""
    found: dict[str, Any] = {
        "resourceType": "Patient",
        "id": person.id,
        "active": True,
        "gender": person.sex or "unknown",
        "managingOrganization": reference("Organization", organisation.id),
        "communication": [
            {"language": {"coding": [_coding("urn:ietf:bcp:47", person.language)]},
             "preferred": True}
        ],
    }  # fmt: skip
    identifiers: list[dict[str, Any]] = []
    if person.ins and person.ins_oid:
        identifiers.append(
            {"use": "official", "system": f"urn:oid:{person.ins_oid}", "value": person.ins}
        )
    identifiers += [
        {"use": "secondary", "system": REFERENCE_SYSTEM, "value": one} for one in person.references
    ]
    _put(found, "identifier", identifiers)
    _put(found, "name", _names(person))
    if person.birth_date is not None:
        found["birthDate"] = person.birth_date.isoformat()
    if person.conventional_birth_date is not None:
        found["extension"] = [
            {"url": _CONVENTIONAL, "valueDate": person.conventional_birth_date.isoformat()}
        ]
    if person.birth_place or person.birth_place_name:
        address = {"city": person.birth_place_name} if person.birth_place_name else {}
        if person.birth_place:
            address["extension"] = [  # type: ignore[assignment]
                {"url": _INSEE,
                 "valueCoding": {"system": _COMMUNE, "code": person.birth_place}}
            ]  # fmt: skip
        found["extension"] = [
            *found.get("extension", ()), {"url": _BIRTH_PLACE, "valueAddress": address},
        ]  # fmt: skip
    own = [one for one in person.contacts if one.kind == "self"]
    _put(found, "telecom", [point for one in own for point in _telecom(one)])
    _put(found, "address", [_address(one) for one in own if one.address])
    if person.doctor:
        found["generalPractitioner"] = [{"display": person.doctor}]
    return found


def _names(person: Person) -> list[dict[str, Any]]:
    names = []
    if person.birth_name or person.given_names:
        official: dict[str, Any] = {"use": "official"}
        _put(official, "family", person.birth_name)
        given_names = [one for one in person.given_names if one]
        if given_names:
            said = " ".join(given_names)
            official["extension"] = [{"url": _GIVEN_NAMES, "valueString": said}]
        _put(official, "given", given_names)
        names.append(official)
    if person.used_name or person.used_given_name:
        usual: dict[str, Any] = {"use": "usual"}
        _put(usual, "family", person.used_name or person.birth_name)
        given = person.used_given_name or (person.given_names or ("",))[0]
        _put(usual, "given", [given] if given else [])
        names.append(usual)
    return names


def related(contact: Contact, person: Person) -> dict[str, Any]:
    """Someone who speaks for the patient, or is to be called; ended ones are not active."""
    code, display = _ROLES[contact.kind]
    found: dict[str, Any] = {
        "resourceType": "RelatedPerson",
        "id": contact.id,
        "active": contact.until is None,
        "patient": reference("Patient", person.id),
        "relationship": [
            {
                "coding": [
                    {"system": _ROLE_SYSTEMS[code], "code": code, "display": display},
                    _coding(_OWN_ROLES, contact.kind),
                ]
            }
        ],
    }
    _put(found, "name", [{"text": contact.name}] if contact.name else [])
    _put(found, "telecom", _telecom(contact))
    _put(found, "address", [_address(contact)] if contact.address else [])
    _put(found, "period", _period(contact))
    return found


def practitioner(one: Practitioner) -> dict[str, Any]:
    """Someone of the clinic, by name and professional number."""
    found: dict[str, Any] = {
        "resourceType": "Practitioner",
        "id": one.id,
        "name": [{"text": one.name}],
    }
    if one.rpps:
        found["identifier"] = [{"system": RPPS_SYSTEM, "value": one.rpps}]
    return found


def organisation(one: Organisation) -> dict[str, Any]:
    """The place of care."""
    found: dict[str, Any] = {"resourceType": "Organization", "id": one.id, "name": one.name}
    if one.phone:
        found["telecom"] = [{"system": "phone", "value": one.phone}]
    if one.address:
        found["address"] = [{"text": one.address}]
    return found


def provenance(record: Record) -> list[dict[str, Any]]:
    """Who made this copy, and which records were read as one."""
    target = [reference("Patient", record.patient.id)]
    made = {
        "resourceType": "Provenance",
        "id": f"copy-{record.id}",
        "target": target,
        "recorded": record.made.isoformat(),
        "activity": {"text": "Copy of the whole record"},
        "agent": [_agent(record.made_by, record)],
    }
    return [made, *(_merged(one, target, record) for one in record.merges)]


def _merged(merge: Merge, target: list[dict[str, str]], record: Record) -> dict[str, Any]:
    return {
        "resourceType": "Provenance",
        "id": f"merge-{merge.id}",
        "target": target,
        "recorded": merge.at.isoformat(),
        "activity": {"text": "Another record of the same person was merged into this one"},
        "reason": [{"text": merge.reason}] if merge.reason else [{"text": "not stated"}],
        "agent": [_agent(merge.author, record), *_proposer(merge, record)],
        "entity": [
            {
                "role": "source",
                "what": {"identifier": {"system": REFERENCE_SYSTEM, "value": merge.absorbed}},
            }
        ],
    }


def _proposer(merge: Merge, record: Record) -> list[dict[str, Any]]:
    if merge.proposed_by is None:
        return []
    return [{"type": {"text": "Proposed it"}, **_agent(merge.proposed_by, record)}]


def _agent(who: str, record: Record) -> dict[str, Any]:
    return {
        "who": reference("Practitioner", who),
        "onBehalfOf": reference("Organization", record.organisation.id),
    }


def _telecom(contact: Contact) -> list[dict[str, Any]]:
    points: list[dict[str, Any]] = [
        {"system": system, "value": value}
        for system, value in (("phone", contact.phone), ("email", contact.email))
        if value
    ]
    period = _period(contact)
    return [{**one, "period": period} for one in points] if contact.until else points


def _address(contact: Contact) -> dict[str, Any]:
    found: dict[str, Any] = {"text": contact.address}
    if contact.until is not None:
        found["period"] = _period(contact)
    return found


def _period(contact: Contact) -> dict[str, str]:
    bounds = {"start": contact.since, "end": contact.until}
    return {name: at.isoformat() for name, at in bounds.items() if at is not None}


def _coding(system: str, code: str) -> dict[str, str]:
    return {"system": system, "code": code}


def _put(into: dict[str, Any], name: str, value: Any) -> None:
    """FHIR knows no empty element: what is empty is left out."""
    if value:
        into[name] = value
