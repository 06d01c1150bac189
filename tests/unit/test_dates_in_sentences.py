"""A date in a French sentence stands behind its article: « avant le 1er décembre », never « avant
1er décembre »."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "dolenti"
OF_DAYS = frozenset({"day", "moment", "date_in_words", "day_in_words"})
"""The filters, and the functions, that write a day: « 1er décembre 2026 », « … à 9 h »."""
WITHOUT_ARTICLE = re.compile(
    r"(?i)\b(?:avant|depuis|après|jusqu’à|jusqu’|à partir de|dès|pour|entre|vers|de|d’)\s*$"
)
_BLOCK = re.compile(
    r"\{% blocktranslate (?P<head>[^%]*)%\}(?P<text>.*?)\{% endblocktranslate %\}", re.DOTALL
)
_ENTRY = re.compile(r'^(msgid|msgstr)(?:_plural|\[\d\])? ((?:".*"\n?)+)', re.MULTILINE)
_NAMED = re.compile(r"(\w+)=[^\s|]+\|(\w+)")


def catalogue() -> dict[str, set[str]]:
    """What each sentence is in French, wherever it stands."""
    found: dict[str, set[str]] = {}
    for path in sorted(SOURCE.glob("**/locale/fr/LC_MESSAGES/django.po")):
        for entry in path.read_text().split("\n\n"):
            said = _ENTRY.findall(entry)
            texts = [(kind, ast.literal_eval("(" + text + ")")) for kind, text in said]
            for kind, text in texts:
                if kind == "msgid":
                    found.setdefault(text, set()).update(t for k, t in texts if k == "msgstr")
    return found


def in_templates() -> Iterator[tuple[str, str]]:
    """Each sentence of a template with the name of a day in it."""
    for path in sorted(SOURCE.glob("**/*.html")):
        for block in _BLOCK.finditer(path.read_text()):
            text = " ".join(block["text"].split()) if "trimmed" in block["head"] else block["text"]
            said = re.sub(r"\{\{ *(\w+) *\}\}", r"%(\1)s", text)
            for name, written in _NAMED.findall(block["head"]):
                if written in OF_DAYS:
                    yield said, name


def in_code() -> Iterator[tuple[str, str]]:
    """Each sentence of the code with the name of a day in it."""
    for path in sorted(SOURCE.glob("**/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.BinOp)
                and isinstance(node.op, ast.Mod)
                and isinstance(node.left, ast.Call)
                and isinstance(node.right, ast.Dict)
            ):
                texts = [one.value for one in node.left.args if isinstance(one, ast.Constant)]
                for key, value in zip(node.right.keys, node.right.values, strict=True):
                    written = getattr(value.func, "id", "") if isinstance(value, ast.Call) else ""
                    if written in OF_DAYS and isinstance(key, ast.Constant):
                        yield from ((str(text), str(key.value)) for text in texts)


def test_every_day_in_a_french_sentence_has_its_article() -> None:
    french = catalogue()
    looked_at, wrong = 0, []
    for said, name in (*in_templates(), *in_code()):
        for text in french.get(said, ()):
            looked_at += 1
            before = text.partition(f"%({name})s")[0]
            if WITHOUT_ARTICLE.search(before):
                wrong.append(text)
    assert looked_at > 100, "the sentences with a day are found"
    assert not wrong, "say « avant le », « depuis le », « jusqu’au », « à partir du »"
