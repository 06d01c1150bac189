"""What is offered once the questions of a window are answered: stored beside them, and shown."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access.models import User
from dolenti.diary import answers, copied, links
from dolenti.diary.answers import ClosedError, Sent
from dolenti.diary.models import Answer
from dolenti.diary.reading import AnswerRefusedError
from dolenti.portal import door
from dolenti.treatment.models import Course
from tests.web.diary import BORN, after, opened, treated
from tests.web.phones import Phone

pytestmark = pytest.mark.django_db
MONTH = 30 * 24
ASKED = {"pain-24h": "3", "change": "2", "signs-late": ["none"]}
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}


def made_once(alice: User) -> Course:
    return treated(alice)


@pytest.fixture
def course(standing: Any) -> Course:
    found: Course = standing.made
    return found


def month(alice: User, course: Course) -> links.Made:
    return links.make(alice, course, "m1", "last")


def send(made: links.Made, window: str, **said: str | list[str]) -> Answer:
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
        phone = Phone()
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
        nowhere = phone.post(more, told | {"where-now": ["knee", "moon"]})
        assert (nowhere.status_code, Answer.objects.count()) == (422, 1)
        both = {"where-now": ["knee", "hip"]}
        looked_over = phone.post(more, {"pain-night": "6"} | both).content.decode()
        assert looked_over.count('name="where-now"') == 2, "both places, as they were ticked"
        assert phone.post(more, told | both)["Location"].endswith("/done/")
        done = phone.get(f"/s/{made.token}/done/").content.decode()
    assert more not in done
    row = Answer.objects.get(window="more-m1")
    assert (row.unscheduled, row.anchor, row.answers) == (
        True, "last", {"pain-night": 6, "where-now": ["hip", "knee"]},
    )  # fmt: skip
    assert ("Où cela fait mal", "Hanche, Genou") in copied.in_words(row, "fr")


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


def test_where_it_hurts_is_a_figure_of_every_zone_of_the_list_and_the_clinic_sees_the_last_two(
    alice: User, course: Course, browser_of: Callable[[User], Client]
) -> None:
    with after(MONTH):
        made = month(alice, course)
        send(made, "m1")
        phone = Phone()
        phone.post(f"/s/{made.token}/", BIRTH)
        phone.post(f"/s/{made.token}/device/", {"own": "yes"})
        form = phone.get(f"/s/{made.token}/more/").content.decode()
        listed = set(re.findall(r'name="where-now"\s+value="([^"]+)"', form))
        drawn = set(re.findall(r'data-zone="([^"]+)"', form))
        assert listed - drawn == {"widespread"}, "no part of the body: in the list alone"
        assert drawn <= listed, "what is pressed is a box of the list"
        assert "portal/zones.js" in form
        page = reverse("course-follow-up", args=[course.public_id])
        browser = browser_of(alice)
        assert "Où le patient a mal" not in browser.get(page).content.decode()
        send(made, "more-m1", where_now=["knee", "hip"])
        once = browser.get(page).content.decode()
    assert once.count('class="body-zone on"') >= 4, "knees and hips"
    assert "Hanche, Genou" in once.partition('id="where"')[2].partition("</section>")[0]
    assert "Réponse précédente" not in once


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


def test_the_page_for_when_there_is_no_network_is_kept_by_whoever_has_a_curve_too(
    alice: User, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown outside of what is opened, and says all the same what every page does."""
    monkeypatch.setattr(door, "HELD", 0.0)
    with after(MONTH):
        made = month(alice, course)
        send(made, "m1")
        phone = Phone()
        phone.post(f"/s/{made.token}/", BIRTH)
        phone.post(f"/s/{made.token}/device/", {"own": "yes"})
        assert phone.get(f"/s/{made.token}/offline/").status_code == 200
