"""No English word stands in a French sentence: « écrivez la letter »."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

SOURCE = Path(__file__).resolve().parents[2] / "src" / "dolenti"
ENGLISH = re.compile(
    r"(?i)\b(?:letters?|the|and|with|appointments?|answers?|answered|drafts?|please|from|this|your"
    r"|you|are|was|patient's|signed|knee|shoulder|sheets?|today|yesterday|reasons?)\b"
)
"""Words that are none of French."""
QUOTED = re.compile(r"%\(\w+\)s|\{[^}]*\}|https?://\S+|`[^`]*`|\[[^\]]*\]|«[^»]*»|“[^”]*”|/\S+")
"""What is not ours to say: a field, an address, a name of an entry, what somebody else wrote."""
_ENTRY = re.compile(r'^msgstr(?:\[\d\])? ((?:".*"\n?)+)', re.MULTILINE)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def in_catalogues() -> Iterator[str]:
    for path in SOURCE.glob("**/locale/fr/LC_MESSAGES/django.po"):
        yield from (ast.literal_eval(f"({text})") for text in _ENTRY.findall(path.read_text()))


def in_code() -> Iterator[str]:
    for path in SOURCE.glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "fr":
                strings = (one for one in ast.walk(node.value) if isinstance(one, ast.Constant))
                yield from (one.value for one in strings if isinstance(one.value, str))


def in_knowledge() -> Iterator[str]:
    def french(found: object) -> Iterator[str]:
        if isinstance(found, dict):
            for key, value in found.items():
                if key == "fr" and isinstance(value, str):
                    yield value
                else:
                    yield from french(value)
        elif isinstance(found, list):
            for one in found:
                yield from french(one)

    for path in (SOURCE / "knowledge").glob("patient/**/*.yaml"):
        yield from french(yaml.load(path.read_text(), _LOADER))  # a safe loader


def test_no_english_word_stands_in_a_french_sentence() -> None:
    said = [*in_catalogues(), *in_code(), *in_knowledge()]
    assert len(said) > 5000, "the French is found"
    wrong = [text for text in said if ENGLISH.search(QUOTED.sub("", text))]
    assert not wrong
