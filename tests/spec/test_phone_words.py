"""What a patient reads on the phone: short sentences, no word of the trade, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pytest

import dolenti
from dolenti.guideline import diary
from dolenti.guideline.knowledge import Text
from dolenti.guideline.loading import load_folder
from tests.spec.patient_words import NEVER_TO_A_PATIENT, NOT_PLAIN

CONTENT = diary.content(load_folder())
MOST_WORDS = 20
"""Of a sentence. The aim is 15, which nearly all keep."""
AIM, KEEP_IT = 15, 0.9


def read() -> Iterator[tuple[str, Text]]:
    """Every sentence that the phone says, and where it stands."""
    for one in CONTENT.questions:
        told = (one.ask, one.help, one.told, one.none, *(o.label for o in one.options))
        yield from ((f"question {one.id}", text) for text in told if text is not None)
    for sign in CONTENT.signs:
        yield f"sign {sign.id}", sign.label
    for alarm in CONTENT.alarms:
        yield from ((f"alarm {alarm.id}", t) for t in (alarm.tell, alarm.heading) if t is not None)
    for usual in CONTENT.expected:
        yield f"expected {usual.id}", usual.tell
    for urgency in CONTENT.urgencies:
        yield f"urgency {urgency.id}", urgency.label
        yield f"urgency {urgency.id}", urgency.patient
    for screen in CONTENT.screens:
        yield f"screen {screen.id}", screen.says
    for step in CONTENT.steps:
        yield f"step {step.id}", step.patient
    for asked in CONTENT.home_questions:
        texts = [getattr(asked, name, None) for name in ("ask", "help")]
        texts += [one.label for one in getattr(asked, "options", ())]
        yield from ((f"history {asked.id}", text) for text in texts if isinstance(text, Text))


def test_a_redness_that_is_to_be_told_is_not_named_as_one_that_is_usual() -> None:
    """« reste » named both: the redness of weeks, and the one that fades at the needle point."""
    by_id = {one.id: one for one in CONTENT.questions}
    late = next(one.label for one in by_id["signs-late"].options if one.id == "redness")
    usual = next(one.label for one in by_id["redness-size"].options if one.id == "point")
    assert "reste" in usual.fr
    assert "stays" in usual.en
    assert "reste" not in late.fr
    assert "stays" not in late.en


def _every_text(of: object) -> Iterator[Text]:
    """Each text of an entry, whatever it holds."""
    if isinstance(of, Text):
        yield of
    elif isinstance(of, msgspec.Struct):
        yield from (
            text for name in of.__struct_fields__ for text in _every_text(getattr(of, name))
        )
    elif isinstance(of, list | tuple):
        yield from (text for one in of for text in _every_text(one))


def read_besides() -> Iterator[tuple[str, Text]]:
    """What the phone says between the questions: its messages, what is done at home, the words
    around the forms, in their catalogue."""
    for kind in ("messages", "exercises", "plans", "returns"):
        for one in getattr(CONTENT, kind):
            yield from ((f"{kind} {one.id}", text) for text in _every_text(one))
    catalogue = PORTAL.read_text("utf-8")
    for english, french in ENTRY.findall(catalogue):
        if said := _joined(french):
            yield "portal", Text(fr=said, en=_joined(english))


def _joined(lines: str) -> str:
    parts = "".join(re.findall(r'"(.*)"', lines))
    return parts.replace("\\n", "\n").replace('\\"', '"')


def read_of_leaflets() -> Iterator[tuple[str, Text]]:
    """The leaflets of the therapies, on paper and on the phone."""
    for one in CONTENT.leaflets:
        yield from ((f"leaflet {one.id}", text) for text in _every_text(one))


PORTAL = Path(dolenti.__path__[0]) / "portal/locale/fr/LC_MESSAGES/django.po"
ENTRY = re.compile(
    r'^msgid ((?:".*"\n)+)(?:msgid_plural .*\n(?:".*"\n)*)?msgstr(?:\[\d\])? ((?:".*"\n?)+)',
    re.MULTILINE,
)
READ = tuple(read())
BESIDES = tuple(read_besides())
LEAFLETS = tuple(read_of_leaflets())
ENDS = re.compile(r"(?<=[.!?…;:])\s+|\n")
"""Where somebody who reads takes breath."""


LISTED = 2
"""From so many commas on, a sentence is a list: each part is read by itself."""


def lengths(language: str, texts: Iterable[tuple[str, Text]] = READ) -> dict[tuple[str, str], int]:
    found = {}
    for where, text in texts:
        for sentence in re.split(
            r"(?<=[.!?…])\s+|\n|(?<=\u00a0[:;])\s|(?<=[:;])\s", text.in_language(language)
        ):
            words = [word for word in sentence.split() if re.search(r"\w", word)]
            found[where, sentence] = len(words)
    return found


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_sentence_of_the_phone_is_long(language: str) -> None:
    found = lengths(language)
    assert not {one: words for one, words in found.items() if words > MOST_WORDS}
    short = sum(words <= AIM for words in found.values())
    assert short / len(found) >= KEEP_IT


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_sentence_around_the_questions_is_long(language: str) -> None:
    found = lengths(language, BESIDES)
    assert len({where for where, _ in found}) > 30
    assert sum(where == "portal" for where, _ in found) > 200, "the catalogue is read"
    assert not {one: words for one, words in found.items() if words > MOST_WORDS}
    short = sum(words <= AIM for words in found.values())
    assert short / len(found) >= KEEP_IT


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_sentence_of_a_leaflet_is_long(language: str) -> None:
    long = {}
    for (where, sentence), words in lengths(language, LEAFLETS).items():
        parts = sentence.split(", ") if sentence.count(",") >= LISTED else [sentence]
        longest = max(len(part.split()) for part in parts) if len(parts) > 1 else words
        if longest > MOST_WORDS:
            long[where, sentence] = longest
    assert not long


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_word_of_the_trade_is_read_on_the_phone(language: str) -> None:
    wrong = [
        (where, match[0])
        for where, text in READ
        for pattern in (NEVER_TO_A_PATIENT[language], NOT_PLAIN[language])
        for match in pattern.finditer(text.in_language(language))
        if match[0].lower() != "cancer" or not where.startswith("history cancer")  # it is asked
    ]
    assert not wrong
