"""Strict reading of YAML and JSON text, remembering the line of everything.

YAML is read by the 1.2 core schema (``no`` is a word, ``1:30`` is a text, a date stays a text
until a fact asks for a date), so that the same content means the same in YAML and in JSON.
Anchors and aliases are refused (nothing here needs them, and they are how a small file becomes a
huge one), as are doubled keys, NaN, infinities, hidden characters, and what is beyond the limits
below. What an escape stands for is looked at like what is written plainly.

It will never open a file or know what the content means.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from dolenti.guideline.errors import InputError

MAX_CHARACTERS = 5_000_000
MAX_NODES = 200_000
MAX_DEPTH = 60

Path = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\Z")
# What stands after the comma of a French number between braces, where a comma parts two lines.
_DECIMALS = re.compile(r"([0-9]{1,12})\b")
_COMMA_IN_JSON = re.compile(r"([0-9]{1,12}),[ \t]*([0-9]{1,12})\b")
_CONSTANTS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
# No longer integer is a patient's, and reading one takes time that grows with its square.
MOST_DIGITS = 300
# Tabs and newlines are writing; every other control character is damage or an attack, and so are
# the marks that turn the direction of writing and the halves of a character (surrogates).
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@dataclass(frozen=True)
class Document:
    """A text that was read: its content, and where each part of it stands."""

    name: str
    content: Any
    lines: dict[Path, int] = field(default_factory=dict)

    def place(self, path: Path) -> str:
        """``file.yaml:12`` for the part at ``path``, or for its nearest known parent."""
        while path and path not in self.lines:
            path = path[:-1]
        line = self.lines.get(path)
        return self.name if line is None else f"{self.name}:{line}"


def read_text(text: str, name: str) -> Document:
    """Read YAML, or JSON where the text begins like it. Raises ``InputError`` with the line."""
    _refuse_unreadable(text, name)
    if text.lstrip().startswith("{"):
        return read_json(text, name)
    return read_yaml(text, name)


def read_json(text: str, name: str) -> Document:
    """Read JSON text. Doubled keys and NaN are refused, which the standard reader lets pass."""
    _refuse_unreadable(text, name)

    def refuse_constant(word: str) -> None:
        raise InputError(
            f"{word} is not a number; leave the value out if it is not known",
            name,
            fr=f"{word} n’est pas un nombre\u00a0; omettez la valeur si elle n’est pas connue",
        )

    def without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        content = dict(pairs)
        if len(content) != len(pairs):
            seen: set[str] = set()
            double = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise _twice(double, name)
        return content

    try:
        content = json.loads(
            text,
            parse_constant=refuse_constant,
            parse_int=lambda written: _integer(written, name),
            parse_float=lambda written: _finite(written, name),
            object_pairs_hook=without_doubles,
        )
    except json.JSONDecodeError as error:
        comma = _COMMA_IN_JSON.search(text, max(0, error.pos - 30), error.pos + 13)
        if comma is not None and comma.start(2) == error.pos:
            raise _decimal_comma(comma[1], comma[2], f"{name}:{error.lineno}") from None
        raise InputError(
            f"this is not JSON: {error.msg} at column {error.colno}",
            f"{name}:{error.lineno}",
            fr=f"ce n’est pas du JSON correct, à la colonne {error.colno} ({error.msg})",
        ) from None
    except RecursionError:
        raise _too_much(name) from None
    _refuse_parts(content, name)
    return Document(name, content)


def read_yaml(text: str, name: str) -> Document:
    """Read YAML text by the strict rules of this module."""
    _refuse_unreadable(text, name)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _refuse_bombs(text, name, loader)
        root = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = name if mark is None else f"{name}:{mark.line + 1}"
        raise _not_yaml(error.problem or "unreadable", place) from None
    except yaml.YAMLError as error:
        raise _not_yaml(str(error), name) from None
    if root is None:
        return Document(name, None)
    lines: dict[Path, int] = {}
    return Document(name, _content(root, (), lines, name), lines)


def _not_yaml(problem: str, place: str) -> InputError:
    # The parser's own words are for whoever mends the file, and are in English only.
    return InputError(
        f"this is not YAML: {problem}", place, fr=f"ce n’est pas du YAML correct ({problem})"
    )


def _decimal_comma(whole: str, decimals: str, place: str) -> InputError:
    """A comma within a number parts two lines of a ``{...}``, and would lose its decimals."""
    written, number = f"{whole},{decimals}", f"{whole}.{decimals}"
    en, fr = f"write {number}, with a point", f"écrivez {number}, avec un point"
    if len(decimals) == 3:
        en += f" (or {whole}{decimals} if thousands are meant)"
        fr += f" (ou {whole}{decimals} s’il s’agit de milliers)"
    return InputError(
        f"“{written}” is read as two things, since a comma ends a line of {{...}}; {en}",
        place,
        fr=f"«\u00a0{written}\u00a0» se lit comme deux choses, car la virgule sépare les lignes "
        f"d’un {{...}}\u00a0; {fr}",
    )


def _twice(key: str, place: str) -> InputError:
    return InputError(
        f"“{key}” is written twice; keep one",
        place,
        fr=f"«\u00a0{key}\u00a0» est écrit deux fois\u00a0; n’en gardez qu’un",
    )


def _refuse_unreadable(text: str, name: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"the text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read",
            name,
            fr=f"le texte compte {len(text)} caractères\u00a0; {MAX_CHARACTERS} au plus sont lus",
        )
    found = _HIDDEN.search(text)
    if found:
        raise _hidden(found, f"{name}:{text.count(chr(10), 0, found.start()) + 1}")


def _hidden(found: re.Match[str], place: str) -> InputError:
    number = f"U+{ord(found[0]):04X}"
    return InputError(
        f"a hidden or broken character ({number}) stands in the text; remove it",
        place,
        fr=f"le texte contient un caractère caché ou abîmé ({number})\u00a0; retirez-le",
    )


def _visible(text: str, place: str) -> str:
    """The text. What was an escape may be a hidden character only now."""
    found = _HIDDEN.search(text)
    if found:
        raise _hidden(found, place)
    return text


def _too_much(place: str) -> InputError:
    return InputError(
        "the content is nested too deeply or has too many parts",
        place,
        fr="le contenu est trop profondément imbriqué, ou compte trop d’éléments",
    )


def _refuse_parts(content: Any, name: str) -> None:
    """Refuse of JSON what ``_refuse_bombs`` and ``_content`` refuse of YAML."""
    level, depth, nodes = [content], 0, 0
    while level:
        depth += any(isinstance(part, (dict, list)) for part in level)
        nodes += len(level)
        below: list[Any] = []
        for part in level:
            if isinstance(part, str):
                _visible(part, name)
            elif isinstance(part, list):
                below += part
            elif isinstance(part, dict):
                below += part
                below += part.values()
        if depth > MAX_DEPTH or nodes + len(below) > MAX_NODES:
            raise _too_much(name)
        level = below


def _refuse_bombs(text: str, name: str, loader: Any) -> None:
    depth = nodes = 0
    for event in yaml.parse(text, Loader=loader):
        mark = event.start_mark
        line = name if mark is None else f"{name}:{mark.line + 1}"
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise InputError(
                "anchors (&) and aliases (*) are not accepted; write it out",
                line,
                fr="les ancres (&) et les renvois (*) ne sont pas acceptés\u00a0; écrivez le "
                "contenu en entier",
            )
        if isinstance(event, yaml.NodeEvent):
            nodes += 1
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise _too_much(line)


def _content(node: Any, path: Path, lines: dict[Path, int], name: str) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        before: Any = None
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            place = f"{name}:{key_node.start_mark.line + 1}"
            if key is None:
                raise InputError("a key must be a word", place, fr="une clé doit être un mot")
            if before is not None:
                _refuse_decimal_comma(before, key_node, value_node, place)
            before = value_node if node.flow_style else None
            if _visible(key, place) in mapping:
                raise _twice(key, place)
            mapping[key] = _content(value_node, (*path, key), lines, name)
            lines[(*path, key)] = key_node.start_mark.line + 1
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_content(part, (*path, i), lines, name) for i, part in enumerate(node.value)]
    return _scalar(node, name)


def _refuse_decimal_comma(before: Any, key: Any, value: Any, place: str) -> None:
    """Refuse ``{strength: 2,5}``: a number, then a key of digits that nothing is said of."""
    bare = all(isinstance(one, yaml.ScalarNode) and not one.style for one in (before, key, value))
    if bare and not value.value and _INTEGER.match(before.value):
        decimals = _DECIMALS.match(key.value)
        if decimals is not None:
            raise _decimal_comma(before.value, decimals[1], place)


def _scalar(node: Any, name: str) -> Any:
    text, place = node.value, f"{name}:{node.start_mark.line + 1}"
    if node.style:  # quoted or block text is always a text
        return _visible(text, place)
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.match(text):
        return _integer(text, place)
    if _FLOAT.match(text):
        return _finite(text, place)
    if _NOT_FINITE.match(text):
        raise _no_number(text, place)
    return text


def _integer(written: str, place: str) -> int:
    if len(written) > MOST_DIGITS:
        raise _no_number(written, place)
    return int(written)


def _finite(written: str, place: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise _no_number(written, place)
    return number


def _no_number(written: str, place: str) -> InputError:
    shown = written[:20]
    return InputError(
        f"{shown} is not a usable number; leave the value out if it is not known",
        place,
        fr=f"{shown} n’est pas un nombre utilisable\u00a0; omettez la valeur si elle n’est pas "
        "connue",
    )
