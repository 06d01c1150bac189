"""What a phrase names: a fact, or one member of a set (``medicines:fluoroquinolone``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from dolenti.guideline.facts import NEVER, Known, Value
from dolenti.guideline.judge import reassuring_value
from dolenti.guideline.knowledge import FactDefinition

SUPPOSED = "assumed"
"""The origin of a value that nobody stated: never an answer."""


class Ref(NamedTuple):
    """A fact, or one member of a set."""

    fact: str
    member: str | None = None

    @classmethod
    def read(cls, text: str) -> Ref:
        """From what the knowledge writes."""
        fact, _, member = text.partition(":")
        return cls(fact, member or None)

    def __str__(self) -> str:
        return f"{self.fact}:{self.member}" if self.member else self.fact


def refs_of(texts: Iterable[str]) -> tuple[Ref, ...]:
    """Every reference of a phrase."""
    return tuple(map(_read, texts))


_read = lru_cache(maxsize=4096)(Ref.read)  # a page asks for the same few a thousand times


def is_open(ref: Ref, definition: FactDefinition, values: Mapping[str, Known]) -> bool:
    """Whether nobody has said it: unknown, partly unknown, or only supposed."""
    known = values.get(ref.fact)
    if known is None or known.origin == SUPPOSED:
        return True
    if not isinstance(known.value, Mapping):
        return False
    if ref.member is not None:
        return ref.member not in known.value
    return len(known.value) < len(definition.options)


def calm(ref: Ref, definition: FactDefinition, values: Mapping[str, Known]) -> Value | None:
    """The value that a no gives to it; ``None`` where no answer is a no. Of a set, what was said
    of its members stays."""
    value = reassuring_value(definition)
    if not isinstance(value, Mapping):
        return value
    known = values.get(ref.fact)
    said = known.value if known is not None and known.origin != SUPPOSED else {}
    said = said if isinstance(said, Mapping) else {}
    if ref.member is not None:
        return {ref.member: False, **said}
    return {**value, **said}


def raw_of(
    refs: Iterable[Ref],
    definitions: Mapping[str, FactDefinition],
    values: Mapping[str, Known],
) -> dict[str, Any]:
    """The answers, as a plain file writes them, that a no to all of these gives.

    Of a set, a member that somebody spoke of is left as it is; and one of which only members are
    named says nothing of the others.
    """
    answers: dict[str, Any] = {}
    for ref in refs:
        definition = definitions[ref.fact]
        if ref.member is not None:
            answers.setdefault(ref.fact, {"has": [], "not": []})["not"].append(ref.member)
            continue
        value = reassuring_value(definition)
        if value is None:
            continue
        if isinstance(value, Mapping):
            known = values.get(ref.fact)
            said = known.value if known is not None and known.origin != SUPPOSED else None
            if isinstance(said, Mapping) and said:
                left = [member for member in value if member not in said]
                answers[ref.fact] = {"has": [], "not": left}
            else:
                answers[ref.fact] = sorted(member for member, has in value.items() if has)
        else:
            answers[ref.fact] = "never" if value is NEVER else value
    return answers


__all__ = ["SUPPOSED", "Ref", "calm", "is_open", "raw_of", "refs_of"]
