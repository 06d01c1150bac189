"""The FHIR R4 resources around the CQL: code systems, value sets, Libraries, PlanDefinitions.

Nothing here carries a date or a number drawn at random: the same edition and policies always give
the same files.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from typing import Any

from dolenti.cql.libraries import STATUSES, CqlLibrary, library_name
from dolenti.cql.standard import SYSTEMS
from dolenti.guideline.knowledge import Code, Edition, Option, Text, Therapy
from dolenti.guideline.systems import ANSWER_SYSTEM, CONDITION_SYSTEM, FACT_SYSTEM, ZONE_SYSTEM

_BASE = "https://dolenti.org/fhir"
_TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
_WITH_WHAT_IS_BELOW = frozenset({"icd10", "atc"})
_STATUS_TITLES = {
    "redirect": Text(
        en="Redirect: a red flag stops", fr="À adresser d’abord\u00a0: un drapeau rouge l’impose"
    ),
    "contraindicated": Text(en="Contraindicated", fr="Contre-indication"),
    "not-indicated": Text(en="Not indicated", fr="Pas d’indication"),
    "needs-information": Text(en="Needs information", fr="À préciser"),
    "caution": Text(en="Possible with caution", fr="Prudence"),
    "possible": Text(en="Possible", fr="Possible"),
}


def plan_bundle(edition: Edition, libraries: Sequence[CqlLibrary]) -> dict[str, Any]:
    """The Libraries, with their CQL inside, and one PlanDefinition per therapy."""
    resources = [_library(library) for library in libraries]
    resources += [_plan(edition, therapy) for therapy in edition.therapies]
    return _bundle(resources)


def value_set_bundle(edition: Edition) -> dict[str, Any]:
    """Dolenti's code systems, and one ValueSet per fact, answer, condition and zone that has
    standard codes."""
    return _bundle([*_code_systems(edition), *_value_sets(edition)])


def _bundle(resources: Iterable[dict[str, Any]]) -> dict[str, Any]:
    entries = [{"fullUrl": resource["url"], "resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _library(library: CqlLibrary) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "resourceType": "Library",
        "id": library.name,
        "url": f"{_BASE}/Library/{library.name}",
        "version": library.version,
        "name": library.name,
        "title": library.title,
        "status": "draft",
        "type": _coded("http://terminology.hl7.org/CodeSystem/library-type", "logic-library"),
        "publisher": "Dolenti",
        "parameter": [
            _parameter("AsOf", "date", 1, "The day of the assessment"),
            _parameter("Complaint", "string", 0, "The id of the complaint's Condition"),
        ],
        "content": [
            {
                "contentType": "text/cql",
                "data": base64.b64encode(library.text.encode()).decode(),
                "title": f"{library.name}.cql",
            }
        ],
    }
    if library.includes:
        del resource["parameter"]  # they are those of the library of facts
        resource["relatedArtifact"] = [
            {
                "type": "depends-on",
                "resource": f"{_BASE}/Library/{included}|{library.version}",
            }
            for included in library.includes
        ]
    return resource


def _parameter(name: str, kind: str, least: int, about: str) -> dict[str, Any]:
    return {
        "name": name,
        "use": "in",
        "min": least,
        "max": "1",
        "type": kind,
        "documentation": about,
    }


def _plan(edition: Edition, therapy: Therapy) -> dict[str, Any]:
    name, description = library_name(therapy), therapy.description
    version = edition.manifest.version
    cited = dict.fromkeys(c.id for rule in therapy.criteria for c in rule.sources)
    titles = {source.id: source.title for source in edition.sources}
    return {
        "resourceType": "PlanDefinition",
        "id": therapy.id,
        "url": f"{_BASE}/PlanDefinition/{therapy.id}",
        "version": version,
        "name": name,
        **_said("title", description.label),
        **_said("description", description.summary),
        "status": "draft",
        "type": _coded("http://terminology.hl7.org/CodeSystem/plan-definition-type", "eca-rule"),
        "publisher": "Dolenti",
        "library": [f"{_BASE}/Library/{name}|{version}"],
        "relatedArtifact": [
            {"type": "citation", "label": source, "display": titles[source]} for source in cited
        ],
        "action": [_action(status) for status in STATUSES],
    }


def _action(status: str) -> dict[str, Any]:
    return {
        "id": status,
        **_said("title", _STATUS_TITLES[status]),
        "condition": [
            {
                "kind": "applicability",
                "expression": {"language": "text/cql-identifier", "expression": f"Is {status}"},
            }
        ],
    }


def _code_systems(edition: Edition) -> list[dict[str, Any]]:
    answers: dict[str, Option] = {}
    for fact in edition.facts:
        for option in fact.options:
            answers.setdefault(option.id, option)
    return [
        _code_system("fact", FACT_SYSTEM, "Facts", edition, edition.facts),
        _code_system("answer", ANSWER_SYSTEM, "Answers", edition, answers.values()),
        _code_system("condition", CONDITION_SYSTEM, "Conditions", edition, edition.conditions),
        _code_system("zone", ZONE_SYSTEM, "Zones", edition, edition.zones),
    ]


def _code_system(
    name: str, url: str, title: str, edition: Edition, entries: Iterable[Any]
) -> dict[str, Any]:
    return {
        "resourceType": "CodeSystem",
        "id": name,
        "url": url,
        "version": edition.manifest.version,
        "name": f"Dolenti{title}",
        "title": f"Dolenti: {title.lower()}",
        "status": "draft",
        "caseSensitive": True,
        "content": "complete",
        "concept": [
            {
                "code": entry.id,
                "display": entry.label.en,
                "designation": [{"language": "fr", "value": entry.label.fr}],
            }
            for entry in entries
        ],
    }


def _value_sets(edition: Edition) -> list[dict[str, Any]]:
    named: list[tuple[str, Text, tuple[Code, ...]]] = []
    for fact in edition.facts:
        named.append((f"fact-{fact.id}", fact.label, fact.codes))
        named += [(f"fact-{fact.id}-{o.id}", o.label, o.codes) for o in fact.options]
    named += [(f"condition-{c.id}", c.label, c.codes) for c in edition.conditions]
    named += [(f"zone-{z.id}", z.label, z.codes) for z in edition.zones]
    return [
        _value_set(name, label, codes, edition.manifest.version)
        for name, label, codes in named
        if any(code.system in SYSTEMS for code in codes)
    ]


def _value_set(name: str, label: Text, codes: Sequence[Code], version: str) -> dict[str, Any]:
    include: list[dict[str, Any]] = []
    for system, url in SYSTEMS.items():
        own = [code for code in codes if code.system == system]
        if system in _WITH_WHAT_IS_BELOW:
            include += [
                {
                    "system": url,
                    "filter": [{"property": "concept", "op": "is-a", "value": code.code}],
                }
                for code in own
            ]
        elif own:
            concepts = [{"code": code.code, "display": code.display} for code in own]
            include.append({"system": url, "concept": concepts})
    return {
        "resourceType": "ValueSet",
        "id": _short_id(name),
        "url": f"{_BASE}/ValueSet/{name}",
        "version": version,
        "name": "Dolenti" + "".join(word.capitalize() for word in name.split("-")),
        **_said("title", label),
        "status": "draft",
        "compose": {"include": include},
    }


def _short_id(name: str) -> str:
    """FHIR allows 64 characters."""
    return name if len(name) <= 64 else name[:64].rstrip("-")


def _said(element: str, text: Text) -> dict[str, Any]:
    """A text in English, with its French translation as FHIR has it."""
    french = [{"url": "lang", "valueCode": "fr"}, {"url": "content", "valueString": text.fr}]
    return {
        element: text.en,
        f"_{element}": {"extension": [{"url": _TRANSLATION, "extension": french}]},
    }


def _coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}
