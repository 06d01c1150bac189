"""How an entry is named: its words, the item it is, and what may name a fact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any, Final

from dolenti.fhir.codes import codings, system_of
from dolenti.guideline.facts import UnreadKind
from dolenti.guideline.knowledge import FactDefinition
from dolenti.guideline.near import shown
from dolenti.medicines.words import words

MEDICINES: Final = "medicines"
LONGEST_ITEM: Final = 200
_TAG: Final = re.compile(r"<[^<>]*>")
_HEADING_ENDS: Final = re.compile(r"\s*:?\s*</(?:h[1-6]|dt|th|caption)\s*>", re.IGNORECASE)
_LISTED: Final = re.compile(r"<li(?:\s[^<>]*)?>", re.IGNORECASE)
_LINE_ENDS: Final = re.compile(r"<br\s*/?>|</(?:p|li|div|tr|dd|ul|ol|table)\s*>", re.IGNORECASE)
_LONGEST_NARRATIVE: Final = 10_000


def item_of(kind: UnreadKind, raw: object) -> str:
    """The name of an item: what the same entry has in another record. A text beside a code says
    more than the code (“allergy to a medicine”: which?), so both count."""
    for coding in codings(raw):
        uri, code, display = coding.get("system"), coding.get("code"), coding.get("display")
        if isinstance(uri, str) and isinstance(code, str):
            text = raw.get("text") if isinstance(raw, dict) else None
            beside = text if isinstance(text, str) and words(text) != words(str(display)) else ""
            return item_name(kind, [system_of(uri) or uri, code, " ".join(words(beside))])
    return item_name(kind, [" ".join(words(told_by(raw)))])


def item_name(kind: UnreadKind, parts: Iterable[str]) -> str:
    """The name of an item from its parts, never too long."""
    plain = "|".join([kind, *(shown(part, LONGEST_ITEM) for part in parts if part)])
    return plain[:LONGEST_ITEM]


def text_of(raw: object) -> str:
    """What a person reads of a concept: its text, or else the first display, or the bare code."""
    if isinstance(raw, str):
        return raw
    if not isinstance(raw, dict):
        return ""
    said: list[Any] = [raw.get("text"), *(coding.get("display") for coding in codings(raw))]
    said += [coding.get("code") for coding in codings(raw)]
    return next((one for one in said if isinstance(one, str) and one.strip()), "")


def texts_of(raw: object) -> list[str]:
    """Every text and display of a concept, or a text itself."""
    if isinstance(raw, str):
        return [raw]
    if not isinstance(raw, dict):
        return []
    said: list[Any] = [raw.get("text"), *(coding.get("display") for coding in codings(raw))]
    return list(dict.fromkeys(one for one in said if isinstance(one, str) and one.strip()))


def told_by(raw: object) -> str:
    """What a person reads of a concept, with the first of its other texts that says more."""
    texts = texts_of(raw)
    said = frozenset(words(texts[0])) if texts else frozenset()
    more = next((one for one in texts[1:] if not said.issuperset(words(one))), None)
    return text_of(raw) if more is None else f"{texts[0]} ({more})"


def narrative_of(raw: object) -> str:
    """The words of a narrative, without its marks."""
    return " ".join(lines_of(raw).removeprefix("- ").split())


def lines_of(raw: object) -> str:
    """The same by lines, as it is seen; a heading ends with a colon."""
    div = raw.get("div") if isinstance(raw, dict) else None
    if not isinstance(div, str):
        return ""
    seen = " ".join(div[:_LONGEST_NARRATIVE].split())
    parted = _LINE_ENDS.sub("\n", _HEADING_ENDS.sub(":\n", _LISTED.sub("\n- ", seen)))
    return unescape(_TAG.sub(" ", parted)).strip()


def key_of(raw: object) -> tuple[Any, ...]:
    """All of an entry's words and codes that are looked at."""
    if not isinstance(raw, dict):
        return (str(raw),)
    try:
        (only,) = raw["coding"]  # as most are
        key = raw.get("text"), only.get("system"), only.get("code"), only.get("display")
        hash(key)
    except (TypeError, KeyError, ValueError, AttributeError):
        pass
    else:
        return key
    said = [str(raw.get("text"))]
    for coding in codings(raw):
        said += [str(coding.get("system")), str(coding.get("code")), str(coding.get("display"))]
    return tuple(said)


def words_of(raw: object) -> tuple[str, ...]:
    """The folded words that a person reads of a concept."""
    return words(text_of(raw))


def kinds_naming(definition: FactDefinition) -> tuple[Any, ...]:
    """The kinds of things by which a fact may be named, as its codes are."""
    codes = [*definition.codes, *(code for option in definition.options for code in option.codes)]
    systems = {code.system for code in codes}
    by_medicine = bool(systems & {"atc", "rxnorm"})
    found = ["medicine"] if by_medicine or definition.id == MEDICINES else []
    if not found or systems & {"icd10", "snomed"}:
        found.append("disease")
    return tuple(found)


def phrases_of(definition: FactDefinition) -> Iterator[tuple[str, list[frozenset[str]]]]:
    """The answers of a fact, each with the phrases that name it."""
    named = [definition.label.fr, definition.label.en, *(c.display for c in definition.codes)]
    if definition.type in ("boolean", "date"):
        yield definition.id, _frozen(named)
    for option in definition.options:
        texts = [option.label.fr, option.label.en, *(c.display for c in option.codes)]
        if option.id != definition.reassuring:
            yield f"{definition.id}={option.id}", _frozen(texts)


def _frozen(texts: Iterable[str]) -> list[frozenset[str]]:
    found = (frozenset(word for word in words(text) if len(word) > 3) for text in texts)
    return [phrase for phrase in found if phrase]
