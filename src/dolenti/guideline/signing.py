"""What a signature is of: the whole content of one rule, and nothing else of the edition."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import msgspec

from dolenti.guideline.conditions import Condition, written
from dolenti.guideline.knowledge import Edition, Signature


def standing(edition: Edition, rule: Any) -> tuple[Signature, ...]:
    """The signatures that stand on a rule: those of these very words."""
    mine = [one for one in edition.signatures if one.rule.rpartition("/")[2] == rule.id]
    now = content_hash(rule) if mine else ""
    return tuple(one for one in mine if one.sha256 == now)


def content_hash(entry: Any) -> str:
    """SHA-256 of all that a rule says: sentence, condition, sources, basis, examples."""
    return hashlib.sha256(msgspec.json.encode(plain(entry), order="sorted")).hexdigest()


def plain(value: Any) -> Any:
    """An entry as plain values under the names of the YAML, what is as by default left out; a
    condition as YAML writes it.

    An entry keeps its hash when its kind learns a new key that it does not use.
    """
    if isinstance(value, Condition):
        return written(value)
    if isinstance(value, msgspec.Struct):
        defaults = _defaults(type(value))
        named = zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True)
        fields = {written: (name, getattr(value, name)) for name, written in named}
        return {
            written: plain(one)
            for written, (name, one) in fields.items()
            if name not in defaults or one != defaults[name]
        }
    if isinstance(value, (tuple, list)):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return value


@cache
def _defaults(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return {
        field.name: field.default
        for field in msgspec.structs.fields(kind)
        if field.default is not msgspec.NODEFAULT
    }
