"""One browser opens several links of a patient, or those of two patients: what is closed or erased
there is closed for them all, and what one patient says of the device is said for no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from dolenti.access.models import User
from dolenti.diary import beside, codes, links, ways
from dolenti.diary.codes import Use
from dolenti.diary.links import Made
from dolenti.diary.models import Code, Link, Message
from dolenti.portal import door
from dolenti.records.patients import contacting
from dolenti.treatment.models import Course
from tests.web.diary import (
    ADDRESS,
    BORN,
    NUMBER,
    after,
    another_pain,
    answered,
    awaited,
    link_to,
    opened,
    treated,
)
from tests.web.world import complaint_of, named, sent, state

BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}


class Browser:
    """It sends a cookie to the paths that it is of, as browsers do; the client of Django sends them
    all to every path, and so hides what stays behind."""

    def __init__(self) -> None:
        self.jar: dict[tuple[str, str], str] = {}

    def get(self, path: str) -> Any:
        return self._ask("get", path)

    def post(self, path: str, said: dict[str, str] | None = None) -> Any:
        return self._ask("post", path, said or {})

    def _ask(self, how: str, path: str, *said: Any) -> Any:
        client = Client()
        for (name, of), value in sorted(self.jar.items(), key=lambda one: len(one[0][1])):
            if path.startswith(of):
                client.cookies[name] = value
        answer = getattr(client, how)(path, *said)
        for name, one in answer.cookies.items():
            if one["max-age"] == 0:
                self.jar.pop((name, one["path"]), None)
            else:
                self.jar[name, one["path"]] = one.value
        return answer

    def came_in(self, made: Made, own: str) -> None:
        self.post(f"/s/{made.token}/", BIRTH)
        self.post(f"/s/{made.token}/device/", {"own": own})

    def next(self, token: str) -> str:
        """What else waits, opened from a link; the token of the other one."""
        link = links.of_token(token)
        assert link is not None
        (waits, *_) = beside.of(link, timezone.now())
        answer = self.post(f"/s/{token}/next/", {"of": waits.key})
        return str(answer.headers["Location"].split("/")[2])

    def sees(self, token: str) -> bool:
        return bool(self.get(f"/s/{token}/answer/").status_code == 200)


def made_once(alice: User) -> Course:
    """A course whose patient has two pains that were treated, a number and an address."""
    course = treated(alice)
    contacting.add(sent(alice), course.patient, {"kind": "self", "phone": NUMBER, "email": ADDRESS})
    state(alice, course.patient, **{"protected-adult": False})
    return course


@pytest.fixture
def course(standing: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    monkeypatch.setattr(door, "HELD", 0.0)
    yield standing.made
    cache.clear()


@pytest.mark.parametrize("page", ["forget/", "not-me/", "close/"])
@pytest.mark.parametrize("own", ["yes", "no"])
@pytest.mark.parametrize("pressed", [0, 1])
def test_what_is_closed_at_one_link_is_closed_at_every_one(
    alice: User, course: Course, page: str, own: str, pressed: int
) -> None:
    another_pain(course)
    with after(50):
        made, browser = link_to(alice, course), Browser()
        browser.came_in(made, own)
        both = [made.token, browser.next(made.token)]
        apart = links.make_for_appointment(alice, awaited(alice, course.complaint))
        browser.post(f"/s/{apart.token}/", BIRTH)  # and one that led nowhere
        assert all(map(browser.sees, both))
        kept = dict(browser.jar)
        browser.post(f"/s/{both[pressed]}/{page}")
        assert not any(map(browser.sees, both))
        for back in ("answer/", "leaflet/", "problem/", "done/"):
            for token in both:
                assert browser.get(f"/s/{token}/{back}").status_code != 200
        assert browser.get(f"/s/{apart.token}/visit/").status_code == 302
        # An answer that was on its way meanwhile brings its own cookie back, and opens nothing.
        late = {one: value for one, value in kept.items() if one[0] == "phone"}
        browser.jar |= late
        assert not any(map(browser.sees, both))


def test_what_one_patient_says_of_a_device_is_said_for_no_other(
    alice: User, course: Course
) -> None:
    other = named(complaint_of(alice), "Durand", "Luc")
    with after(50):
        browser = Browser()
        browser.came_in(link_to(alice, course), "yes")
        theirs = links.make_for_appointment(alice, awaited(alice, other))
        born = theirs.link.patient.birth_date
        said = {"day": str(born.day), "month": str(born.month), "year": str(born.year)}
        asked = browser.post(f"/s/{theirs.token}/", said)
        assert asked.headers["Location"] == f"/s/{theirs.token}/device/"
        again = links.make_for_appointment(alice, awaited(alice, course.complaint))
        onward = browser.post(f"/s/{again.token}/", BIRTH)
        assert not onward.headers["Location"].endswith("device/"), "who said so is not asked again"


@pytest.mark.parametrize("own", ["yes", "no"])
def test_on_a_shared_device_the_page_that_lies_open_goes_too(
    alice: User, course: Course, own: str
) -> None:
    with after(50):
        made, browser = link_to(alice, course), Browser()
        browser.came_in(made, own)
        answered(opened(made))
        page = f"/s/{made.token}/done/"
        seconds = browser.get(page).headers.get("Refresh", "")
        assert bool(seconds) is (own == "no")
        if own == "no":
            with after(50 + int(seconds) / 3600):
                assert browser.get(page).status_code == 302
        assert "Refresh" not in browser.get(f"/s/{made.token}/problem/").headers, "it is typed into"


def test_a_device_that_nobody_asked_of_is_not_told_to_be_shared(
    alice: User, course: Course
) -> None:
    """What another patient began there, on their own device, would be lost."""
    with after(50):
        made, browser = link_to(alice, course), Browser()
        browser.post(f"/s/{made.token}/", BIRTH)
        assert "data-shared" not in browser.get(f"/s/{made.token}/device/").content.decode()
        browser.post(f"/s/{made.token}/device/", {"own": "no"})
        assert "data-shared" in browser.get(f"/s/{made.token}/answer/").content.decode()


def test_the_number_of_the_browser_says_nothing_of_the_patient(alice: User, course: Course) -> None:
    with after(50):
        made, browser = link_to(alice, course), Browser()
        browser.came_in(made, "yes")
    number, owner = browser.jar["phone_browser", "/s/"], browser.jar["phone_device", "/s/"]
    assert len(number) == 22
    for secret in (made.link.patient.public_id, made.link.public_id, made.token):
        assert secret not in number + owner


def went_by(link: Link, channel: str) -> None:
    Message.objects.create(
        patient=link.patient, link=link, kind="to-keep", channel=channel, key=link.form_key,
        day=timezone.localdate(), state="sent",
    )  # fmt: skip


@pytest.mark.parametrize(
    "first,second,goes",
    [
        ("sms", "", "mail"),
        ("mail", "", "sms"),
        ("sms", "mail", ""),  # either mailbox alone came to it
        ("mail", "mail", "sms"),
        ("", "", "sms"),  # handed over, and nobody reads that
    ],
)
def test_the_code_of_what_follows_goes_by_no_way_that_the_browser_came_by(
    alice: User, course: Course, first: str, second: str, goes: str
) -> None:
    other = another_pain(course)
    with after(50):
        answered(opened(link_to(alice, other)))
        answered(opened(link_to(alice, course)))
    with after(24 * 8):
        made, browser = link_to(alice, course, "d7"), Browser()
        link = opened(made)
        if first:
            went_by(link, first)
        browser.came_in(made, "yes")
        token = browser.next(made.token)
        onward = links.of_token(token)
        assert onward is not None
        if second:
            went_by(onward, second)
        assert codes.way(onward, Use.CURVE) == goes
        browser.post(f"/s/{token}/curve/code/")
        assert [one.channel for one in Code.objects.all()] == ([goes] if goes else [])


def test_a_link_that_came_by_a_way_that_nobody_knows_opens_no_curve(
    alice: User, course: Course
) -> None:
    with after(50):
        link = opened(link_to(alice, course))
        assert ways.of(link) == {ways.HAND}
        Link.objects.filter(pk=link.pk).update(author=None)
        link.refresh_from_db()
        assert ways.of(link) == frozenset()
        assert codes.way(link, Use.CURVE) == ""
