"""What a person reads says one word for one thing: no word that the glossary bans stands in a
catalogue, a French text of the knowledge, a document, a message, a template or a script.

The words, and where they may stand all the same, are those of ``docs/glossary.md``: nothing is
excepted here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import dolenti
from tests.typography import cuts_a_figure, cuts_a_sign

PACKAGE = Path(dolenti.__file__).parent
GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
_ROW = re.compile(r"^\| (`[^|]+`) \| ([^|]+) \| ([^|]*)\|$", re.MULTILINE)
_STRING = re.compile(r'^(?:msgstr(?:\[\d\])? )?"((?:[^"\\]|\\.)*)"$', re.MULTILINE)
_IN_QUOTES = re.compile(r'"((?:[^"\\]|\\.)*)"')
_CONTEXT = re.compile(r"^msgctxt .*$", re.MULTILINE)
_FRENCH = re.compile(r"[àâçéèêëîïôùûœ]|’")
_IN_HTML = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]+>", re.DOTALL)
_IN_SCRIPT = re.compile(r"'([^'\n]*)'|\"([^\"\n]*)\"|`([^`]*)`")


@dataclass(frozen=True)
class Banned:
    """A word that is banned, and where it may stand all the same."""

    word: str
    said: str
    excepted: tuple[str, ...]

    @property
    def core(self) -> str:
        """Letters without which it stands nowhere: looked for first, many times as quickly."""
        return max(re.split(r"[\s*]+", self.word.lower()), key=len)

    def found(self, text: str) -> bool:
        """Whether it stands in a text outside what is excepted."""
        for phrase in self.excepted:
            text = _pattern(phrase).sub(" ", text)
        return _pattern(self.word).search(text) is not None


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    """A phrase with its bounds; ``*`` stands for any ending of a word."""
    parts = [re.escape(part).replace(r"\*", r"\w*") for part in phrase.split()]
    first, last = (r"\b" if re.match(r"[\w*]", end) else "" for end in (phrase[0], phrase[-1]))
    return re.compile(first + r"\s+".join(parts) + last, re.IGNORECASE)


def glossary(language: str = "fr") -> list[Banned]:
    """Every row of the table of banned words of a language."""
    french, heading, english = GLOSSARY.read_text("utf-8").partition("## English words")
    assert heading
    return [
        Banned(word, said.strip(), tuple(re.findall(r"`([^`]+)`", excepted)))
        for words, said, excepted in _ROW.findall(french if language == "fr" else english)
        for word in re.findall(r"`([^`]+)`", words)
    ]


def _cells(text: str, columns: int) -> Iterator[list[str]]:
    """The rows of the tables of a text that have so many columns, without their headings."""
    for table in re.findall(r"^\|(?:.*\n\|)*.*$", text, re.MULTILINE):
        _heading, rule, *rows = table.splitlines()
        if rule.count("|") == columns + 1:
            for row in rows:
                yield [cell.strip() for cell in row.strip().strip("|").split("|")]


def _phrases(cell: str) -> list[str]:
    """The words of a cell, without what stands in brackets about them."""
    bare = re.sub(r"\([^)]*\)", "", cell)
    return [one for part in bare.split(",") if (one := part.strip().strip("«»\u00a0 "))]


def of_the_terms() -> dict[str, str]:
    """Every word that a table of terms replaces, and the term that is said in its place."""
    terms, _rest = GLOSSARY.read_text("utf-8").split("## Règles de style", 1)
    return {
        word: term
        for term, _sense, _where, replaced, _english in _cells(terms, 5)
        for word in _phrases(replaced)
    }


def of_two_senses() -> set[str]:
    """Those of them that have a right sense elsewhere."""
    _before, table = GLOSSARY.read_text("utf-8").split("## Mots à deux sens", 1)
    table, _after = table.split("\n## ", 1)
    return {word for words, _sense in _cells(table, 2) for word in _phrases(words)}


def catalogues() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("locale/fr/LC_MESSAGES/django.po")):
        for block in path.read_text("utf-8").split("\n\n")[1:]:
            french = block[block.find("\nmsgstr") :] if "\nmsgstr" in block else ""
            yield f"{path.relative_to(PACKAGE)}", "".join(_STRING.findall(french))


def english_catalogues() -> Iterator[tuple[str, str]]:
    """What is translated is the English: the ids of the catalogues, without their contexts."""
    for path in sorted(PACKAGE.rglob("locale/fr/LC_MESSAGES/django.po")):
        for block in path.read_text("utf-8").split("\n\n")[1:]:
            ids = _CONTEXT.sub("", block).partition("\nmsgstr")[0]
            for text in re.split(r"^msgid(?:_plural)? ", ids, flags=re.MULTILINE)[1:]:
                yield f"{path.relative_to(PACKAGE)}", "".join(_IN_QUOTES.findall(text))


def knowledge(language: str = "fr") -> Iterator[tuple[str, str]]:
    def said(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inside in value.items():
                if key == language and isinstance(inside, str):
                    yield inside
                else:
                    yield from said(inside)
        elif isinstance(value, list):
            for inside in value:
                yield from said(inside)

    for path in sorted((PACKAGE / "knowledge").rglob("*.yaml")):
        if path.parent.name != "sources":  # titles, as they were published
            loaded = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
            for text in said(loaded):
                yield f"{path.relative_to(PACKAGE)}", text
            if language != "fr":
                continue
            if isinstance(loaded, dict) and isinstance(loaded.get("body"), str):
                yield f"{path.relative_to(PACKAGE)}", loaded["body"]


@cache
def _code() -> list[tuple[str, list[ast.AST]]]:
    """Of each file of code, what may say something."""
    kinds = (ast.Call, ast.Dict, ast.Constant, ast.Expr)
    return [
        (
            str(path.relative_to(PACKAGE)),
            [one for one in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(one, kinds)],
        )
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.parent.name != "migrations"
    ]


def messages(language: str = "fr") -> Iterator[tuple[str, str]]:
    """What the code itself says in a language: messages, documents, the terminal. French is known
    by its signs too, wherever it stands; English only by its place beside a French text."""
    for place, nodes in _code():
        beside = list(_beside(nodes, language))
        yield from ((f"{place}:{node.lineno}", str(node.value)) for node in beside)
        if language != "fr":
            continue
        known = {id(node) for node in beside}
        known |= {
            id(node.value) for node in nodes
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }  # fmt: skip
        for node in nodes:
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
                continue
            if id(node) not in known and _FRENCH.search(node.value):
                yield f"{place}:{node.lineno}", node.value


def _beside(nodes: Iterable[ast.AST], language: str) -> Iterator[ast.Constant]:
    """The strings of one language of every text that the code gives in both: ``Text(fr=, en=)``,
    ``{"fr": , "en": }``, and a refusal, whose English is the first argument beside ``fr=``."""
    for node in nodes:
        said: dict[str | None, ast.expr] = {}
        if isinstance(node, ast.Call):
            said = {one.arg: one.value for one in node.keywords if one.arg in ("fr", "en")}
            if "fr" in said and node.args:
                said.setdefault("en", node.args[0])
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in ("fr", "en"):
                    said[key.value] = value
        if len(said) == 2:
            for one in ast.walk(said[language]):
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield one


def templates() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("*.html")):
        for text in _IN_HTML.split(path.read_text("utf-8")):
            if _FRENCH.search(text):
                yield f"{path.relative_to(PACKAGE)}", text
    for path in sorted(PACKAGE.rglob("*.js")):
        if "vendor" not in path.parts:
            for found in _IN_SCRIPT.findall(path.read_text("utf-8")):
                if text := next((one for one in found if _FRENCH.search(one)), ""):
                    yield f"{path.relative_to(PACKAGE)}", text


@cache
def read() -> list[tuple[str, str]]:
    """Every French text that a person may read, and where it stands."""
    return [*catalogues(), *knowledge(), *messages(), *templates()]


@cache
def read_in_english() -> list[tuple[str, str]]:
    return [*english_catalogues(), *knowledge("en"), *messages("en")]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_banned_word_stands_where_a_person_reads(language: str) -> None:
    words, texts = glossary(language), read() if language == "fr" else read_in_english()
    if language == "fr":
        words += [
            Banned(word, term, ())
            for word, term in of_the_terms().items()
            if word not in of_two_senses()
        ]
    assert len(words) > 40
    assert len(texts) > 5_000
    lowered = [(place, text, text.lower()) for place, text in texts]
    faults = [
        f"{place}: “{text.strip()[:90]}” has “{word.word}”: say {word.said}"
        for word, core in ((one, one.core) for one in words)
        for place, text, low in lowered
        if core in low and word.found(text)
    ]
    assert faults == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_exception_is_still_needed(language: str) -> None:
    texts = [text for _, text in (read() if language == "fr" else read_in_english())]
    for word in glossary(language):
        for phrase in word.excepted:
            assert _pattern(word.word).search(phrase), (word.word, phrase)
            assert any(_pattern(phrase).search(text) for text in texts), (word.word, phrase)


def test_a_word_of_two_senses_is_replaced_by_a_term_and_still_read() -> None:
    """Every other word that a term replaces is banned without being written twice."""
    replaced, both = of_the_terms(), of_two_senses()
    assert len(replaced) > 100
    assert both <= set(replaced)
    together = "\n".join(text for _, text in read())
    assert [word for word in sorted(both) if not _pattern(word).search(together)] == []


def test_to_cancel_is_said_of_what_is_cancelled() -> None:
    """« Annuler » alone takes back what was just done; to leave a page is « Retour »."""
    for path in sorted(PACKAGE.rglob("locale/fr/LC_MESSAGES/django.po")):
        for block in path.read_text("utf-8").split("\n\n")[1:]:
            if re.search(r'^msgstr "Annuler(?: :\u00a0|\u00a0: )?"$', block, re.MULTILINE):
                assert 'msgid "Undo' in block or 'msgctxt "session"' in block, (path, block)


def test_a_banned_word_is_found_in_each_kind_of_text_and_spared_where_it_is_excepted() -> None:
    one = Banned("thérapie*", "traitement", ("thérapie cognitive",))
    assert one.found("Aucune\u00a0thérapie n’est possible")
    assert one.found("Thérapies")
    assert not one.found("kinésithérapie, ou thérapie cognitive")
    places = {place.split(":")[0].rsplit(".", 1)[-1] for place, _ in read()}
    assert {"po", "yaml", "py", "html"} <= places


# Patterns and tables of characters: nobody reads them.
UNREAD = {
    "calendar/opening.py",
    "clinic/assess/finding.py",
    "followup/opioids.py",
    "guideline/diary/sms.py",
    "scanning/gs1.py",
}


def test_what_the_code_says_keeps_its_signs_and_its_units() -> None:
    """No line of French begins with a sign or a unit: the rule of the catalogues."""
    cut = [
        f"{place}: {text}"
        for place, text in (*messages(), *templates())
        if not place.startswith("demo/")  # what people typed, as they type it
        and place.split(":")[0] not in UNREAD
        and (cuts_a_sign(text) or cuts_a_figure(text))
    ]
    assert cut == []
