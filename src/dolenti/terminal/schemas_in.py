"""The JSON Schemas of the files that the command line reads, with the words of an edition.

What is read is closed: a key that a schema does not name is refused by the reader too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

from dolenti.guideline.facts import Dictionary
from dolenti.guideline.knowledge import Edition, Excipient, FactDefinition
from dolenti.guideline.mixture.file import FLUIDS, JOINTS, LONGEST_ORIGIN, MOST_DAYS, MOST_ML, WAYS

BORN: Final = r"^\d{4}(-\d{2}(-\d{2})?)?$"
_BOUNDS: Final = ("minimum", "maximum")
_DAY: Final = {"type": "string", "format": "date"}
_TEXT: Final = {"type": "string"}
_CELLS: Final = {
    "type": "array",
    "items": {"anyOf": [_TEXT, {"type": "number"}, {"type": "boolean"}]},
}


def _case(edition: Edition) -> dict[str, Any]:
    """The plain file of a patient, with the facts and the answers of an edition."""
    return {
        "description": "A plain file: a patient, a complaint or several, and facts.",
        **_object(
            {
                **_of_patient(edition),
                "complaints": {"type": "array", "items": _pain(edition), "maxItems": 100},
            }
        ),
    }


def _of_patient(edition: Edition) -> dict[str, Any]:
    """What a case and a mixture say of whom they are about."""
    dictionary = Dictionary.of(edition)
    patient = _object(
        {
            "birth-date": {"anyOf": [{"type": "string", "pattern": BORN}, {"type": "integer"}]},
            "sex": _answer(dictionary.definitions["sex"]),
            "deceased": {"type": "boolean"},
            "name": _TEXT,
        }
    )
    facts = {fact.id: _fact(fact) for fact in edition.facts}
    members = {name: _stated({"type": "boolean"}) for name in dictionary.members}
    policies = {
        policy.id: {"enum": [option.id for option in policy.options]} for policy in edition.policies
    }
    return {
        "patient": patient,
        "complaint": _pain(edition),
        "facts": _object({**facts, **members}),
        "policies": _object(policies),
        "invented": {"type": "boolean"},
        "about": {},
    }


def _pain(edition: Edition) -> dict[str, Any]:
    dictionary = Dictionary.of(edition)
    return _object(
        {
            "id": _TEXT,
            "condition": {"enum": list(dictionary.condition_zones)},
            "zone": {"enum": list(dictionary.zones)},
            "side": _answer(dictionary.definitions["side"]),
            "since": _DAY,
        }
    )


def _mixture(edition: Edition) -> dict[str, Any]:
    """What is to be drawn up, for whom: contract 3."""
    names = [name for one in edition.products for name in (one.id, *one.other_ids)]
    product = {"enum": list(dict.fromkeys(names))}
    techniques = [one.id for therapy in edition.therapies for one in therapy.techniques]
    volume = {"type": "number", "minimum": 0, "maximum": MOST_ML}
    amount = {"type": "number", "minimum": 0}
    component = _object(
        {
            "product": product,
            "strength": _or_nothing(amount),
            "volume": volume,
            "unit": _or_nothing(_TEXT),
            "excipients": _or_nothing(
                {"type": "array", "items": {"enum": list(get_args(Excipient))}}
            ),
            "origin": _or_nothing({"type": "string", "maxLength": LONGEST_ORIGIN}),
        },
        "product", "volume",
    )  # fmt: skip
    dose = _object(
        {
            "product": product,
            "dose": amount,
            "unit": _or_nothing(_TEXT),
            "by": _or_nothing({"enum": list(WAYS)}),
            "hours-ago": _or_nothing({"type": "number", "minimum": 0, "maximum": 24}),
            "joint": _or_nothing({"enum": list(JOINTS)}),
        },
        "product", "dose",
    )  # fmt: skip
    days = {"type": "integer", "minimum": 0, "maximum": MOST_DAYS}
    before = _object({"product": product, "days": days}, "product", "days")
    vehicle = _object({"fluid": {"enum": list(FLUIDS)}, "volume": _or_nothing(volume)}, "fluid")
    return {
        "description": "A mixture before it is drawn up.",
        **_object(
            {
                "therapy": {"enum": [one.id for one in edition.therapies]},
                "technique": _or_nothing({"enum": list(dict.fromkeys(techniques))}),
                "jurisdiction": _or_nothing({"type": "string", "pattern": "^([A-Z]{2}|other)$"}),
                **_of_patient(edition),
                "preparation": _object(
                    {"vehicle": vehicle, "components": {"type": "array", "items": component}},
                    "vehicle", "components",
                ),
                "given-today": _or_nothing({"type": "array", "items": dose}),
                "given-before": _or_nothing({"type": "array", "items": before}),
            },
            "therapy", "preparation",
        ),
    }  # fmt: skip


def _responses(edition: Edition) -> dict[str, Any]:
    """What a patient answered during a course; a row without a date is of the day asked about."""
    row = _object(
        {
            "date": _or_nothing(_DAY),
            "nrs": _or_nothing({"type": "number", "minimum": 0, "maximum": 10}),
            "pgic": _or_nothing({"type": "integer", "minimum": 1, "maximum": 7}),
            "session": _or_nothing({"type": "boolean"}),
        }
    )
    return {"description": "The responses of a course.", "type": ["array", "null"], "items": row}


def _meanings(edition: Edition) -> dict[str, Any]:
    """What entries of a record are, by the item that ``assess`` names; [] is none of them."""
    answers = [
        answer
        for fact in edition.facts
        for answer in (fact.id, *(f"{fact.id}={option.id}" for option in fact.options))
    ]
    return {
        "description": "What entries of a record are: item: [answers].",
        "type": ["object", "null"],
        "additionalProperties": {"type": "array", "items": {"enum": answers}},
    }


def _mapping(edition: Edition) -> dict[str, Any]:
    """Which column of a hospital's table is which fact, by the columns of the wide table."""
    from dolenti.flattening.mapping import KEYS_OF  # it needs what judges populations
    from dolenti.population.schema import PATIENT, Column, wide_schema

    def column(one: Column) -> dict[str, Any]:
        fact = one.fact
        answers = {"enum": [option.id for option in fact.options]} if fact else {}
        units = [fact.unit, *(other.unit for other in fact.also_in)] if fact else []
        said = {
            "yes": _CELLS,
            "no": _CELLS,
            "unit": {"enum": sorted({unit for unit in units if unit})},
            "values": {"type": "object", "additionalProperties": answers},
            "date": _TEXT,
            "never": _CELLS,
        }
        asked = {"from": _TEXT, "unknown": _CELLS, **{key: said[key] for key in KEYS_OF[one.type]}}
        if one.type == "boolean":
            return _object(asked, "from", "yes", "no")
        return {"anyOf": [_TEXT, _object(asked, "from")]}

    columns = {name: column(one) for name, one in wide_schema(edition).items() if name != PATIENT}
    return {
        "description": "Which column of a table is which fact, and how it is read.",
        **_object(
            {PATIENT: _TEXT, "columns": _object(columns), "empty": _CELLS}, PATIENT, "columns"
        ),
    }


def _or_nothing(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [{"type": "null"}, schema]}


def _object(properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    made = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**made, "required": list(required)} if required else made


def _fact(fact: FactDefinition) -> dict[str, Any]:
    """What may be written of a fact: its answer, alone or with its day; nothing, where unknown."""
    label = {"title": fact.label.en}
    if fact.type != "set":
        return {**label, **_stated(_answer(fact), number=fact.type == "number")}
    members = {"type": "array", "items": {"enum": [option.id for option in fact.options]}}
    day = {"type": "string", "format": "date"}
    partial = _object({"has": members, "not": members, "at": day})
    return {**label, "anyOf": [*_stated(members)["anyOf"], partial]}


def _stated(answer: dict[str, Any], *, number: bool = False) -> dict[str, Any]:
    """An answer alone, or with the day on which it was true (a number also with its unit)."""
    dated = {"value": answer, "at": {"type": "string", "format": "date"}}
    if number:
        dated["unit"] = {"type": "string"}
    return {"anyOf": [{"type": "null"}, answer, _object(dated, "value")]}


def _answer(fact: FactDefinition) -> dict[str, Any]:
    if fact.type == "boolean":
        return {"type": "boolean"}
    if fact.type == "choice":
        return {"enum": [option.id for option in fact.options]}
    if fact.type == "date":
        return {"anyOf": [{"type": "string", "format": "date"}, {"enum": ["never", "none", False]}]}
    units = sorted({other.unit for other in fact.also_in})
    # Bounds hold in the fact's own unit; another's value is checked when it is read.
    bounds = {} if units or fact.range is None else dict(zip(_BOUNDS, fact.range, strict=True))
    return {"type": "number", **bounds}


READ: Final[Mapping[str, Callable[[Edition], dict[str, Any]]]] = {
    "case": _case,
    "mixture-file": _mixture,
    "responses": _responses,
    "mapping": _mapping,
    "meanings": _meanings,
}
"""What goes in, by the name of its schema."""
