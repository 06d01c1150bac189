"""What a patient reads on the phone: short sentences, no word of the trade, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

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


READ = tuple(read())
ENDS = re.compile(r"(?<=[.!?…;:])\s+|\n")
"""Where somebody who reads takes breath."""


def lengths(language: str) -> dict[tuple[str, str], int]:
    found = {}
    for where, text in READ:
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
def test_no_word_of_the_trade_is_read_on_the_phone(language: str) -> None:
    wrong = [
        (where, match[0])
        for where, text in READ
        for pattern in (NEVER_TO_A_PATIENT[language], NOT_PLAIN[language])
        for match in pattern.finditer(text.in_language(language))
        if match[0].lower() != "cancer" or not where.startswith("history cancer")  # it is asked
    ]
    assert not wrong
