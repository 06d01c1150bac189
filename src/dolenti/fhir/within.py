"""Resources that stand inside another one: a Bundle in a Bundle, parameters, contained ones.

A bundle in a bundle is a page, a document or a batch's answer that somebody put into a file with
others: its entries are entries of the record. What a resource contains is of that resource, and
about whom it is about unless it says otherwise. Nothing here knows what a resource means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from dolenti.fhir.bundle import Bundle, BundleEntry, Resource, check, wrong_shape
from dolenti.guideline.errors import InputError

MOST_DEEP: Final = 5
_ANSWERS: Final = (
    "valueString", "valueBoolean", "valueCoding", "valueInteger", "valueDecimal", "valueQuantity",
    "valueDate", "valueDateTime", "valueReference",
)  # fmt: skip
_FOLDERS: Final = ("Bundle", "Parameters")


def unfolded(entries: Iterable[BundleEntry], name: str, deep: int = MOST_DEEP) -> list[BundleEntry]:
    """The entries, with those of the bundles among them in their place.

    Raises ``InputError`` where such a bundle could not be read by itself, or lies too deep.
    """
    entries = list(entries)
    kinds = [entry.resource.resource_type for entry in entries if entry.resource is not None]
    if not any(kind in kinds for kind in _FOLDERS):
        return entries  # as nearly all are
    found: list[BundleEntry] = []
    for entry in entries:
        kind = None if entry.resource is None else entry.resource.resource_type
        if kind not in _FOLDERS or entry.deleted:
            found.append(entry)
        elif not deep:
            raise InputError(
                "Bundles are nested too deeply; put their entries into one Bundle",
                name,
                fr="des Bundles sont trop imbriqués\u00a0; réunissez leurs éléments en un seul "
                "Bundle",
            )
        else:
            assert entry.resource is not None
            inside = _of_bundle if kind == "Bundle" else _of_parameters
            found += unfolded(inside(entry.resource, name), name, deep - 1)
    return found


def _of_bundle(resource: Resource, name: str) -> list[BundleEntry]:
    try:
        entries = msgspec.convert({"entry": resource.entry}, Bundle).entry
    except msgspec.ValidationError as error:
        raise wrong_shape(error, name) from None
    inner = Bundle(
        "Bundle", resource.implicit_rules, resource.type, resource.total, resource.link, entries
    )
    check(inner, name)
    return entries or []


def _of_parameters(resource: Resource, name: str) -> list[BundleEntry]:
    held = [_resource(raw) for raw in _parameters(resource.parameter, MOST_DEEP)]
    if said := _answers(resource.parameter, MOST_DEEP):
        held.append(Resource(resource_type="QuestionnaireResponse", id=resource.id, item=said))
    return [BundleEntry(resource=one) for one in held if one is not None]


def _parameters(raw: object, deep: int) -> Iterator[object]:
    for one in raw if deep and isinstance(raw, list) else ():
        if isinstance(one, dict):
            yield one.get("resource")
            yield from _parameters(one.get("part"), deep - 1)


def _answers(raw: object, deep: int) -> list[dict[str, Any]]:
    """The values of parameters, as the answers to what these are named: some programs write their
    forms so."""
    found = []
    for one in raw if deep and isinstance(raw, list) else ():
        if isinstance(one, dict):
            answer = {key: one[key] for key in _ANSWERS if key in one}
            within = _answers(one.get("part"), deep - 1)
            if answer or within:
                answers = [answer] if answer else []
                found.append({"text": one.get("name"), "answer": answers, "item": within})
    return found


def contained(resource: Resource, name: str) -> Resource | None:
    """The resource of this id that another contains, or ``None``."""
    for raw in _all_contained(resource):
        if raw.get("id") == name:
            return _resource(raw)
    return None


def contained_in(resource: Resource) -> list[BundleEntry]:
    """All that a resource contains, each as an entry of its own, about whom the resource is."""
    found = []
    for raw in _all_contained(resource):
        one = _resource(raw)
        if one is not None:
            one.id = f"{resource.id}#{one.id}"
            if one.subject is None and one.patient is None:
                one.subject, one.patient = resource.subject, resource.patient
            found.append(BundleEntry(resource=one))
    return found


def _all_contained(resource: Resource) -> list[dict[str, Any]]:
    raw = resource.contained
    return [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []


def _resource(raw: object) -> Resource | None:
    """A resource from its JSON; ``None`` for what is no object."""
    return msgspec.convert(raw, Resource) if isinstance(raw, dict) else None
