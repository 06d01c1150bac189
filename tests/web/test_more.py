"""What is offered once the questions of a window are answered: stored beside them, and shown."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access.models import User
from dolenti.diary import answers, links
from dolenti.diary.answers import ClosedError, Sent
from dolenti.diary.models import Answer
from dolenti.diary.reading import AnswerRefusedError
from dolenti.portal import door
from dolenti.treatment.models import Course
from tests.web.diary import BORN, after, opened, treated

pytestmark = pytest.mark.django_db
MONTH = 30 * 24
ASKED = {"pain-24h": "3", "change": "2", "signs-late": ["none"]}
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}


@pytest.fixture
def course(alice: User) -> Course:
    return treated(alice)


def month(alice: User, course: Course) -> links.Made:
    return links.make(alice, course, "m1", "last")


def send(made: links.Made, window: str, **said: str) -> Answer:
    link = opened(made)
    values = {name.replace("_", "-"): value for name, value in said.items()}
    sent = Sent(uuid.uuid4(), values or dict(ASKED), window)
    return answers.receive(links.patient_by(link), link, sent)


def test_more_is_offered_after_the_questions_and_once(
    alice: User, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)
    with after(MONTH):
        made = month(alice, course)
        phone = Client()
        phone.post(f"/s/{made.token}/", BIRTH)
        phone.post(f"/s/{made.token}/device/", {"own": "yes"})
        more = f"/s/{made.token}/more/"
        assert phone.get(more).status_code == 302, "the questions come first"
        send(made, "m1")
        assert more in phone.get(f"/s/{made.token}/done/").content.decode()
        form = phone.get(more).content.decode()
        for name in ("pain-rest", "pain-movement", "pain-night", "activity", "work", "sport"):
            assert f'name="{name}"' in form
        told = {"pain-night": "6", "key": str(uuid.uuid4()), "confirmed": "1"}
        assert phone.post(more, told)["Location"].endswith("/done/")
        done = phone.get(f"/s/{made.token}/done/").content.decode()
    assert more not in done
    row = Answer.objects.get(window="more-m1")
    assert (row.unscheduled, row.anchor, row.answers) == (True, "last", {"pain-night": 6})


def test_it_is_shown_on_the_page_of_the_follow_up(
    alice: User, course: Course, browser_of: Callable[[User], Client]
) -> None:
    with after(MONTH):
        made = month(alice, course)
        send(made, "m1")
        send(made, "more-m1", pain_night="6")
        browser = browser_of(alice)
        page = browser.get(reverse("course-follow-up", args=[course.public_id])).content.decode()
    assert "Ce que le patient dit de ses journées" in page
    assert "6/10" in page.partition('id="days"')[2].partition("</section>")[0]


def test_nothing_but_what_is_offered_is_taken_and_only_after_the_questions(
    alice: User, course: Course
) -> None:
    with after(MONTH):
        made = month(alice, course)
        with pytest.raises(ClosedError):
            send(made, "more-m1", pain_night="6")
        send(made, "m1")
        with pytest.raises(AnswerRefusedError):
            send(made, "more-m1", pain_24h="6")
        with pytest.raises(ClosedError):
            send(made, "more-m3", pain_night="6")


def test_satisfaction_is_read_by_name_only_once_the_course_is_over(
    alice: User, course: Course, browser_of: Callable[[User], Client]
) -> None:
    with after(365 * 24):
        made = links.make(alice, course, "m12", "last")
        send(made, "m12", pain_24h="2", satisfaction="1")
        browser = browser_of(alice)
        where = reverse("course-phone", args=[course.public_id])
        open_page = browser.get(where).content.decode()
        Course.objects.filter(pk=course.pk).update(state="completed")
        over = browser.get(where).content.decode()
    assert "Satisfaction" not in open_page
    assert "Satisfaction" in over
