"""What stands in braces in a question is what the phone fills in, and nothing else is shown raw."""

from __future__ import annotations

import re

from dolenti.guideline import diary, load_folder

FILLED = {"zone", "date"}


def test_a_question_names_only_what_the_phone_fills_in() -> None:
    content = diary.content(load_folder())
    texts = [
        (one.id, text)
        for one in (*content.questions, *content.home_questions)
        for said in (one.ask, one.help)
        if said
        for text in (said.fr, said.en)
    ]
    assert texts
    assert {one for one, text in texts if set(re.findall(r"{(\w+)}", text)) - FILLED} == set()
