"""A reader of the part of JSON Schema that our schemas (2020-12) and FHIR R4’s (draft 06) use;
refuses any other word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

_TOLD = {
    "$schema", "$defs", "title", "description", "default", "id", "definitions", "discriminator",
}  # fmt: skip
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "number": (int, float),
    "integer": (int,), "boolean": (bool,), "null": (type(None),),
}  # fmt: skip


def mistakes(schema: dict[str, Any], value: Any, whole: dict[str, Any] | None = None,
             place: str = "$") -> Iterator[str]:  # fmt: skip
    """Where a value is not as the schema wants it."""
    whole = schema if whole is None else whole
    for word, wanted in schema.items():
        if word not in _TOLD:
            yield from _mistakes(word, wanted, schema, value, whole, place)


def _mistakes(  # noqa: C901 - a line for each word of the language
    word: str, wanted: Any, schema: dict[str, Any], value: Any, whole: dict[str, Any], place: str
) -> Iterator[str]:
    said = f"{place}: {value!r} is not {word} {wanted!r}"[:300]
    if word == "$ref":
        defined = whole.get("$defs") or whole["definitions"]
        yield from mistakes(defined[wanted.rpartition("/")[2]], value, whole, place)
    elif word == "const":
        if value != wanted:
            yield said
    elif word == "oneOf":  # FHIR: the one that the resource names
        kind = value.get("resourceType") if isinstance(value, dict) else None
        named = [one for one in wanted if one["$ref"] == f"#/definitions/{kind}"]
        if not named:
            yield said
        for one in named:
            yield from mistakes(one, value, whole, place)
    elif word == "type":
        kinds = [wanted] if isinstance(wanted, str) else wanted
        if not any(_is(value, kind) for kind in kinds):
            yield said
    elif word == "enum":
        if not any(value == one and type(value) is type(one) for one in wanted):
            yield said
    elif word == "anyOf":
        if all(any(mistakes(one, value, whole, place)) for one in wanted):
            yield said
    elif word == "pattern":
        if isinstance(value, str) and not re.search(wanted, value):
            yield said
    elif word == "format":
        assert wanted == "date", wanted
        if isinstance(value, str):
            try:
                date.fromisoformat(value)
            except ValueError:
                yield said
    elif word in ("minimum", "maximum"):
        if _is(value, "number") and (value < wanted if word == "minimum" else value > wanted):
            yield said
    elif word == "maxLength":
        if isinstance(value, str) and len(value) > wanted:
            yield said
    elif word in ("minItems", "maxItems"):
        many = len(value) if isinstance(value, list) else wanted
        if many < wanted if word == "minItems" else many > wanted:
            yield said
    elif word == "prefixItems":
        pairs = zip(wanted, value if isinstance(value, list) else (), strict=False)
        for number, one in enumerate(pairs):
            yield from mistakes(*one, whole, f"{place}[{number}]")
    elif word == "items":
        ahead = len(schema.get("prefixItems", ()))
        rest = value[ahead:] if isinstance(value, list) else []
        if wanted is False and rest:
            yield f"{place} has more than {ahead}"
        for number, one in enumerate(rest if wanted is not False else [], ahead):
            yield from mistakes(wanted, one, whole, f"{place}[{number}]")
    elif word == "required":
        if isinstance(value, dict):
            yield from (f"{place} lacks {one}" for one in wanted if one not in value)
    elif word == "properties":
        for name, one in wanted.items():
            if isinstance(value, dict) and name in value:
                yield from mistakes(one, value[name], whole, f"{place}.{name}")
    elif word == "additionalProperties":
        rest = set(value if isinstance(value, dict) else ()) - set(schema.get("properties", ()))
        for name in sorted(rest):
            if wanted is False:
                yield f"{place} has {name}"
            elif wanted is not True:
                yield from mistakes(wanted, value[name], whole, f"{place}.{name}")
    elif word == "propertyNames":
        for name in value if isinstance(value, dict) else ():
            yield from mistakes(wanted, name, whole, f"{place} ({name})")
    else:
        raise AssertionError(f"{word} is not read here")


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


def closed(schema: Any) -> Any:
    """The same schema, refusing every key that it does not name: a key that was added unseen."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {word: closed(one) for word, one in schema.items()}
    if "properties" in made:
        made.setdefault("additionalProperties", False)
    return made
