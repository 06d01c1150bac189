"""Answering again loses no answer that stood."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from dolenti.access.models import User
from dolenti.diary import links
from dolenti.diary.links import Made
from dolenti.diary.models import Answer
from dolenti.portal import door
from dolenti.treatment.models import Course
from tests.web.diary import BORN, after, link_to, treated
from tests.web.phones import Phone
from tests.web.world import clinic, workday

pytestmark = pytest.mark.django_db
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}
CALM = {"pain-24h": "4", "pain-trend": "falling", "signs-early": "none", "confirmed": "1"}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)


def made_once(alice: User) -> Course:
    return treated(alice)


@pytest.fixture
def made(alice: User, standing: Any) -> Iterator[Made]:
    with after(50):
        yield link_to(alice, standing.made)


@pytest.fixture
def phone(made: Made) -> Client:
    """A phone by which four of ten was told."""
    found = Phone()
    found.post(f"/s/{made.token}/", BIRTH)
    form = found.post(f"/s/{made.token}/device/", {"own": "yes"}, follow=True)
    sent(found, made, form, CALM)
    return found


def sent(phone: Client, made: Made, form: Any, said: dict[str, str]) -> Any:
    key = re.search(r'name="key" value="([^"]+)"', form.content.decode())
    assert key
    return phone.post(f"/s/{made.token}/answer/", {**said, "key": key[1]}, follow=True)


def chosen(form: Any) -> list[str]:
    """What is chosen already, by question and answer."""
    found = re.findall(r'name="([^"]+)"\s+value="([^"]+)"\s+checked', form.content.decode())
    return [f"{name}={value}" for name, value in found]


def test_what_stands_is_there_to_be_corrected(phone: Client, made: Made) -> None:
    form = phone.get(f"/s/{made.token}/answer/?again=1")
    assert chosen(form) == ["pain-24h=4", "pain-trend=falling", "signs-early=none"]
    data = re.search(r'id="diary" type="application/json">(.*?)</script>', form.content.decode())
    assert data
    assert json.loads(data[1])["again"] is True


def test_what_is_passed_over_stands(phone: Client, made: Made) -> None:
    form = phone.get(f"/s/{made.token}/answer/?again=1")
    only = {"signs-early": "other", "message": "une question", "confirmed": "1"}
    sent(phone, made, form, only)
    first, last = Answer.objects.order_by("pk")
    assert last.amends_id == first.pk
    assert last.answers == {
        "pain-24h": 4, "pain-trend": "falling", "signs-early": ["other"],
        "message": "une question",
    }  # fmt: skip
    sent(phone, made, form, only)
    assert Answer.objects.count() == 2, "sent twice it is once"


def test_a_detail_of_what_is_said_no_more_goes_with_it(phone: Client, made: Made) -> None:
    form = phone.get(f"/s/{made.token}/answer/?again=1")
    sent(phone, made, form, {**CALM, "signs-early": "other", "message": "une question"})
    form = phone.get(f"/s/{made.token}/answer/?again=1")
    sent(phone, made, form, CALM)
    last = Answer.objects.latest("pk")
    assert (last.answers["signs-early"], last.answers.get("message")) == ([], None)


def test_another_day_is_asked_anew(phone: Client, made: Made) -> None:
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=True) as clock:
        clock.shift(20 * 3600)
        phone.post(f"/s/{made.token}/", BIRTH)
        form = phone.get(f"/s/{made.token}/answer/?again=1")
        assert form.status_code == 200
        assert chosen(form) == [], "what was true yesterday is told by nobody today"


def test_questions_without_signs_reassure_nobody(alice: User) -> None:
    course = clinic(alice).with_course(days=[workday(4)]).course
    made = links.make(alice, course, "baseline", "first")
    phone = Phone()
    phone.post(f"/s/{made.token}/", BIRTH)
    form = phone.post(f"/s/{made.token}/device/", {"own": "yes"}, follow=True)
    done = sent(phone, made, form, {"pain-24h": "6", "confirmed": "1"}).content.decode()
    assert Answer.objects.get().window == "baseline"
    assert "Merci, vos réponses sont reçues" in done
    assert "nécessaire de nous appeler" not in done
