"""What the phone says in several places, and what the trail says of a message, is written once."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import dolenti

SRC = Path(dolenti.__file__).parent
LONG = 60
"""Characters of a sentence; shorter ones are labels and buttons."""


def test_a_sentence_of_the_phone_stands_in_one_template() -> None:
    found = defaultdict(set)
    for page in (SRC / "portal").rglob("*.html"):
        for sentence in re.findall(r'translate "([^"]+)"', page.read_text(encoding="utf-8")):
            found[sentence].add(page.name)
    said = {sentence: pages for sentence, pages in found.items() if len(sentence) >= LONG}
    assert len(said) > 30
    assert {sentence: pages for sentence, pages in said.items() if len(pages) > 1} == {}


def test_the_line_of_a_message_is_written_by_one_function() -> None:
    written = {
        str(file.relative_to(SRC))
        for file in SRC.rglob("*.py")
        if re.search(r'^\s+"send-message",$', file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert written == {"diary/noting.py"}
