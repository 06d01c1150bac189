"""After a form that was sent, whatever else waits is offered one thing at a time, and keeps."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from dolenti.access.models import User
from dolenti.diary import links
from dolenti.diary.models import Answer, Link
from dolenti.portal import door
from tests.questionnaires import other, written
from tests.web.diary import BORN, after, another_pain, answered, link_to, opened, treated
from tests.web.phones import Phone

pytestmark = pytest.mark.django_db
SAID = {"stairs": "4", "bed": "4", "shop": "1"}


@pytest.fixture
def data(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(door, "HELD", 0.0)
    settings.DATA = tmp_path
    return tmp_path


def entered(made: links.Made) -> Phone:
    """A phone that opened a link by the birth date, and is the patient's own."""
    phone = Phone()
    born = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}
    phone.post(f"/s/{made.token}/", born)
    phone.post(f"/s/{made.token}/device/", {"own": "yes"})
    return phone


def offered(page: str) -> list[str]:
    """The questionnaires that a page leads to."""
    return re.findall(r"/scored/[^>]+>Le ([a-z]+) ", page)


def fill(phone: Phone, made: links.Made, name: str) -> str:
    """Send a questionnaire; the page that it leads to."""
    said = {f"{name}.{item}": value for item, value in SAID.items()}
    sent = said | {"confirmed": "1", "key": str(uuid.uuid4())}
    answer = phone.post(reverse("phone-scored", args=[made.token, name]), sent)
    return str(phone.get(answer["Location"]).content.decode())


def test_of_two_questionnaires_the_one_that_decides_is_asked_first_and_then_the_other(
    alice: User, data: Path
) -> None:
    course = treated(alice)
    written(data, other("brief", minutes=1), "brief")
    written(data, other("long", minutes=5, judged=True), "long")
    with after(50):
        made = link_to(alice, course)
        answered(opened(made))
        phone = entered(made)
        done = f"/s/{made.token}/done/"
        first = phone.get(done).content.decode()
        assert offered(first) == ["long"], "of its change somebody knows what it is worth"
        assert "Il en restera 1 après." in first
        assert "Plus tard" in first
        later = phone.get(f"{done}?later=1").content.decode()
        assert (offered(later), "Cela peut attendre." in later) == ([], True)
        again = phone.get(f"/s/{made.token}/answer/").content.decode()
        assert offered(again) == ["long"], "put off, it stands where the link is opened again"
        second = fill(phone, made, "long")
        assert offered(second) == ["brief"]
        assert "Plus tard" in second
        assert offered(fill(phone, made, "brief")) == []
    assert set(Answer.objects.values_list("window", flat=True)) == {
        "h48", "scored-long", "scored-brief",
    }  # fmt: skip


def test_another_form_that_is_due_goes_before_and_leads_back(alice: User, data: Path) -> None:
    written(data, other("long", judged=True), "long")
    course = treated(alice)
    another_pain(course)
    with after(50):
        made = link_to(alice, course)
        answered(opened(made))
        phone = entered(made)
        first = phone.get(f"/s/{made.token}/done/").content.decode()
        (ahead,) = re.findall(r'name="of" value="([^"]+)"', first)
        assert offered(first) == [], "one thing at a time: the form that watches over a pain"
        onward = phone.post(f"/s/{made.token}/next/", {"of": ahead})["Location"]
        other_made = links.Made(link_of(onward), onward.split("/")[2])
        answered(other_made.link)
        done = phone.get(f"/s/{other_made.token}/done/").content.decode()
        assert offered(done) == ["long"], "of the pain that was just told"
        last = fill(phone, other_made, "long")
        assert f'href="/s/{made.token}/done/"' in last, "what waits at the first link is not lost"
        again = entered(made)  # a test has one cookie of a name, a browser one for each link
        assert offered(again.get(f"/s/{made.token}/done/").content.decode()) == ["long"]


def link_of(address: str) -> Link:
    """The link of an address."""
    found = links.of_token(address.split("/")[2])
    assert found is not None
    return found
