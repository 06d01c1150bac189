"""An id that some tool takes for a boolean is refused where it is written."""

from __future__ import annotations

import pytest

from dolenti.guideline.booleans import refuse_booleans
from dolenti.guideline.errors import InputError
from dolenti.guideline.loading import load_folder
from dolenti.guideline.reading import read_yaml

REFUSED = [
    "id: off",
    "id: 'False'",
    "id: On",
    "id: true",
    "then: {'True': x}",
    "a: ['False']",
]


@pytest.mark.parametrize("text", REFUSED)
def test_a_word_that_is_read_as_a_boolean_is_no_id(text: str) -> None:
    with pytest.raises(InputError) as refused:
        refuse_booleans(read_yaml(f"- x: 1\n- {text}\n", "questions.yaml"))
    assert refused.value.where == "questions.yaml:2"


@pytest.mark.parametrize(
    "text", ["id: off-pain", "id: none", "label: {fr: Non, en: 'No'}", "holds: true"]
)
def test_what_is_meant_stays(text: str) -> None:
    refuse_booleans(read_yaml(f"- {text}\n", "questions.yaml"))


def test_the_knowledge_has_none() -> None:
    load_folder()
