"""Whatever a window asks, its answer arrives from the phone: looked over, and then sent."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dolenti.access.models import User
from dolenti.diary import answers, following, links, questionnaires, reading
from dolenti.diary.models import Answer
from dolenti.guideline.diary.windows import Due
from dolenti.portal import door, views
from dolenti.treatment.models import Course
from tests.web.diary import BORN, treated
from tests.web.phones import Phone

pytestmark = pytest.mark.django_db
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}
OWN = {views.TO_CHANGE, views.CONFIRMED, views.SHOWN, views.KEY, "csrfmiddlewaretoken"}
SETS = [one.id for one in following.content().sets]


def made_once(alice: User) -> Course:
    return treated(alice)


@pytest.fixture
def course(standing: Any) -> Course:
    found: Course = standing.made
    return found


def _asked(window: str, facts: dict[str, Any]) -> dict[str, str]:
    """An answer to each question of a form that opens no detail."""
    found = {}
    for one in reading.questions(questionnaires.content(), window, facts):
        if one.type in ("nrs", "number"):
            found[one.id] = "3" if one.type == "nrs" else str(one.range[0] if one.range else 1)
        elif one.type == "one-of":
            found[one.id] = one.options[0].id
        elif one.type == "signs":
            found[one.id] = reading.NONE
    return found


def test_no_question_is_called_as_what_the_form_says_of_itself() -> None:
    assert not OWN & {one.id for one in questionnaires.content().questions}
    assert not OWN & set(reading.by_name(questionnaires.content()))


@pytest.mark.parametrize("of_set", SETS)
def test_the_answers_of_every_set_arrive(
    of_set: str, alice: User, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)
    monkeypatch.setattr(answers, "_place", lambda *_: {"late": False})  # whenever it is due
    window = next(one for one in following.content().windows if one.set == of_set)
    now = timezone.now()
    due = Due(window, "last", now, now, now, now + timedelta(days=1), "due")
    made = links.lay(links.patient_by(_any_link(alice, course)), course, due, uuid.uuid4())
    phone, path = Phone(), f"/s/{made.token}/answer/"
    phone.post(f"/s/{made.token}/", BIRTH)
    phone.post(f"/s/{made.token}/device/", {"own": "yes"})
    page = phone.get(path).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    said = _asked(window.id, following.facts_of(course, now)) | {"key": key[1]}
    names = [name for name in said if name != "key"]

    looked_over = phone.post(path, said | {"shown": names}).content.decode()
    assert 'name="confirmed"' in looked_over, "nothing is sent before it was looked over"
    for name in names:  # each can be changed there, and comes back to be asked
        assert f'value="{name}"' in looked_over
    asked_again = phone.post(path, said | {"to-change": names[0]}).content.decode()
    assert f'id="q-{names[0]}"' in asked_again

    sent = phone.post(path, said | {"confirmed": "1", "shown": names})
    assert sent["Location"].endswith("/done/"), "it arrived"
    assert set(Answer.objects.get(window=window.id).answers) == set(names)


def _any_link(alice: User, course: Course) -> links.Link:
    return links.Link(patient=course.patient, course=course)
