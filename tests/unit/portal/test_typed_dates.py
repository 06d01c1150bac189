"""A date in three fields: whatever is typed there is read, or refused beside its own field."""

from __future__ import annotations

import django
import pytest
from django.http import QueryDict

django.setup()

from dolenti.guideline import diary, load_folder  # noqa: E402 - once the site is set up
from dolenti.guideline.facts import Dictionary  # noqa: E402
from dolenti.portal import birth_date  # noqa: E402
from dolenti.portal.history.typed import NoAnswerError, answered  # noqa: E402

EDITION = load_folder()
DEFINITIONS = Dictionary(EDITION)
QUESTION = next(
    one
    for one in diary.content(EDITION).home_questions
    if DEFINITIONS.definition(one.id).type == "date"
)
STRANGE = ("²", "9" * 5_000, "-1", "1e1", "a")


def typed(**changed: str) -> dict[str, str]:
    return {"day": "4", "month": "9", "year": "1948", **changed}


@pytest.mark.parametrize("text", STRANGE)
@pytest.mark.parametrize("name", ["day", "month", "year"])
def test_what_is_no_number_is_refused_beside_its_field(name: str, text: str) -> None:
    born, errors = birth_date.read(typed(**{name: text}))
    assert (born, list(errors)) == (None, [name])
    sent = QueryDict(mutable=True)
    sent.update(typed(**{name: text}))
    with pytest.raises(NoAnswerError) as refused:
        answered(QUESTION, DEFINITIONS.definition(QUESTION.id), sent)
    assert refused.value.where == name


def test_a_day_that_no_calendar_has_is_refused_as_a_whole() -> None:
    assert list(birth_date.read(typed(day="31"))[1]) == ["date"]
    sent = QueryDict(mutable=True)
    sent.update(typed(day="31"))
    with pytest.raises(NoAnswerError) as refused:
        answered(QUESTION, DEFINITIONS.definition(QUESTION.id), sent)
    assert refused.value.where == "answer"
