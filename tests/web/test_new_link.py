"""A link that opens no more, or none: another is asked for, goes to the address of the record, and
whoever asks learns nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as settings_of_site
from django.core.cache import cache
from django.test import Client

from dolenti.access.mail import OF_DEMO
from dolenti.access.models import Site, User
from dolenti.diary import alerts, links, mistaken, networks, new_link, reaching, stops
from dolenti.diary import standing as standing_links
from dolenti.diary.models import Alert, Link, Message
from dolenti.portal import door
from dolenti.records.patients import contacting
from dolenti.treatment.models import Course, Session
from dolenti.work import worker
from tests.web.diary import BORN, awaited, link_to, to_read, treated
from tests.web.phones import Phone
from tests.web.world import sent

GIVEN = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))  # a Tuesday
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}
WRONG = {**BIRTH, "year": "1900"}


@contextmanager
def at(day: int, hour: int) -> Iterator[None]:
    """So many days after the session, at an hour of the site’s clock."""
    with time_machine.travel(GIVEN.replace(hour=hour) + timedelta(days=day), tick=False):
        yield


def made_once(alice: User) -> Course:
    """A course whose one session was given; its patient is asked by SMS."""
    with time_machine.travel(GIVEN, tick=False):
        made = treated(alice)
        contact = {"kind": "self", "phone": "06 39 98 12 34", "email": "zoe@example.org"}
        contacting.add(sent(alice), made.patient, contact)
        reaching.reach(sent(alice), made.patient, "sms")
    return made


@pytest.fixture
def course(
    standing: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Course]:
    monkeypatch.setattr(door, "HELD", 0.0)
    settings.DATA = tmp_path
    (tmp_path / OF_DEMO).touch()  # everybody is invented: an SMS is a file
    yield standing.made
    cache.clear()


def texts() -> list[str]:
    """Every SMS that left, the first first."""
    worker.do_all()
    folder: Path = settings_of_site.DATA / "sms"
    return [one.read_text() for one in folder.glob("*.txt")] if folder.exists() else []


def token_in(text: str) -> str:
    """The token of the link of a message."""
    return text.partition("/s/")[2].partition(" ")[0].strip("/")


def said(answer: Any) -> str:
    """A page without what changes of itself: the token of its form, its own address."""
    page = answer.content.decode()
    return str(page.partition("<main")[2].partition("</main>")[0])


def test_a_link_that_ended_leads_to_the_question_that_waits(alice: User, course: Course) -> None:
    with at(2, 11):
        old = link_to(alice, course)
    with at(8, 11):
        phone = Phone()
        refused = phone.post(f"/s/{old.token}/", BIRTH).content.decode()
        way = f"/s/{old.token}/new-link/"
        assert f'href="{way}"' in refused
        assert "Recevoir un nouveau lien" in refused
        assert "Si nous vous connaissons" in phone.post(way).content.decode()
        (text,) = texts()
        assert text.startswith("06 39 98 12 34"), "the address of the record"
        onward = Phone()
        token = token_in(text)
        assert onward.post(f"/s/{token}/", BIRTH).status_code == 302, "it opens"
        made = Link.objects.get(pk=Message.objects.get().link_id)
        assert (made.purpose, made.window) == ("answer", "d7")


def test_the_answer_is_the_same_for_a_stranger_and_for_whom_nothing_goes(
    alice: User, course: Course
) -> None:
    with at(8, 11):
        made = link_to(alice, course, "d7")
        pages = set()
        for token in (made.token, "nobody-knows-this-one"):
            pages.add(said(Phone().post(f"/s/{token}/new-link/")).replace(token, "-"))
        for contact in ("06 39 98 12 34", "06 00 00 00 00", "nobody@example.org"):
            answer = Client().post("/s/", {"contact": contact})
            assert answer.headers["Location"] == "/s/?asked=1"
        stops.stop(sent(alice), course.patient, "withdrawn", "")
        pages.add(said(Phone().post(f"/s/{made.token}/new-link/")).replace(made.token, "-"))
    assert len(pages) == 1


def test_whoever_has_no_link_asks_with_a_number_or_an_address(course: Course) -> None:
    with at(8, 11):
        Client().post("/s/", {"contact": "+33 6 39 98 12 34"})
        assert len(texts()) == 1
        Client().post("/s/", {"contact": "Zoe@example.org"})
        assert len(texts()) == 2
        onward = Client().post("/s/", {"contact": "Zoé"}).headers["Location"]
        assert "crivez un numéro de téléphone" in Client().get(onward).content.decode()


def test_two_a_day_go_at_most_and_an_address_asks_twenty_times_an_hour(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at(8, 11):
        for _ in range(4):
            new_link.ask_by("0639981234")
            texts()
        assert len(texts()) == new_link.A_DAY
        asked: list[str] = []
        monkeypatch.setattr(new_link, "ask_by", asked.append)
        for _ in range(networks.MOST + 3):
            Client().post("/s/", {"contact": "0639981234"})
        assert len(asked) == networks.MOST


def test_by_night_it_goes_in_the_morning(course: Course) -> None:
    with at(8, 22):
        new_link.ask_by("0639981234")
        assert texts() == []
    with at(9, 11):
        assert len(texts()) == 1


def test_a_link_to_a_visit_leads_to_the_visit_again(alice: User, course: Course) -> None:
    with at(8, 11):
        old = links.make_for_appointment(alice, awaited(alice, course.complaint))
        new_link.ask(old.token)
        texts()
        made = Message.objects.get().link
        assert (made.purpose, made.appointment_id) == ("appointment", old.link.appointment_id)
        old.link.refresh_from_db()
        assert old.link.revoked_at is None, "nobody opened the other one yet"
        assert Phone().post(f"/s/{token_in(texts()[0])}/", BIRTH).status_code == 302
        old.link.refresh_from_db()
        assert old.link.revoked_at is not None, "one link stands"


@pytest.mark.parametrize("contact", ["0639981234", "zoe@example.org"])
def test_whoever_asks_in_a_patients_name_ends_nothing_that_they_have(
    alice: User, course: Course, contact: str
) -> None:
    with at(8, 21):
        made, phone = link_to(alice, course, "d7"), Phone()
        phone.post(f"/s/{made.token}/", BIRTH)
        Client().post("/s/", {"contact": contact})
        assert Message.objects.filter(kind="new-link").exists()
        assert phone.get(f"/s/{made.token}/problem/").status_code == 200
        asked = phone.post(f"/s/{made.token}/problem/", {"signs-late": "fever"})
        assert asked.status_code != 409, "it is taken"
        assert Phone().post(f"/s/{made.token}/", BIRTH).status_code == 302, "and opens anew"
    with at(9, 11):
        (text,) = texts()
        assert phone.post(f"/s/{made.token}/", BIRTH).status_code == 302, "sent ends nothing either"
        Phone().post(f"/s/{token_in(text)}/", WRONG)
        assert phone.get(f"/s/{made.token}/problem/").status_code == 200, "nor a wrong date"
        Phone().post(f"/s/{token_in(text)}/", BIRTH)
        assert phone.get(f"/s/{made.token}/problem/").status_code == 302


def test_a_leaflet_stays_open_over_the_weekend_that_a_stranger_asks_on(
    alice: User, course: Course
) -> None:
    with at(8, 11):
        Site.objects.update(phone="01 23 45 67 89")  # a leaflet says whom to call
        session = Session.objects.get(course=course)
        made = links.make_for_aftercare(alice, session)
        other = links.make_for_aftercare(alice, session)
        assert Phone().post(f"/s/{made.token}/", BIRTH).status_code == 422, "the clinic’s own does"
    with at(11, 20):  # a Saturday
        new_link.ask(other.token)
        assert Phone().post(f"/s/{other.token}/", BIRTH).status_code == 302


def test_a_consent_that_is_withdrawn_is_withdrawn_wherever_it_went(alice: User) -> None:
    with time_machine.travel(GIVEN, tick=False):
        made = to_read(alice)
        other = links.lay_anew(alice, made.link, uuid.uuid4(), GIVEN)
        assert other is not None
        links.revoke(alice, made.link)
        assert not standing_links.to_the_same(made.link).exists()


@pytest.mark.parametrize("asks", ["link", "number", "address", "another link"])
@pytest.mark.parametrize("why", ["blocked", "not me", "not me, opened"])
def test_what_went_to_the_wrong_person_is_sent_anew_by_nothing_but_the_clinic(
    alice: User, course: Course, why: str, asks: str
) -> None:
    with at(2, 11):
        another = link_to(alice, course)
    with at(8, 11):
        old = link_to(alice, course, "d7")
        if why == "blocked":
            for _ in range(5):
                Phone().post(f"/s/{old.token}/", WRONG)
        else:
            mistaken.hear(old.token, opened=why.endswith("opened"))

        def ask() -> None:
            if asks.endswith("link"):
                new_link.ask(old.token if asks == "link" else another.token)
            else:
                contact = "0639981234" if asks == "number" else "zoe@example.org"
                answer = Client().post("/s/", {"contact": contact})
                assert answer.headers["Location"] == "/s/?asked=1", "the same is said"

        ask()
        assert texts() == []
        assert not Message.objects.filter(kind="new-link").exists()
        if asks == "link":
            return  # that very link stays as it is
        if why == "blocked":
            link_to(alice, course, "d7")  # the clinic makes another
        else:
            standing = Alert.objects.get()
            alerts.end_checked(alice, standing, standing.version)
        ask()
        assert len(texts()) == 1, "somebody looked"


@pytest.mark.parametrize("why", ["blocked", "not me", "no way", "died"])
def test_what_the_clinic_has_to_see_to_is_not_sent(alice: User, course: Course, why: str) -> None:
    with at(8, 11):
        old = link_to(alice, course, "d7")
        if why == "blocked":
            phone = Phone()
            for _ in range(5):
                phone.post(f"/s/{old.token}/", WRONG)
            locked = phone.get(f"/s/{old.token}/").content.decode()
            assert "new-link" not in locked
        elif why == "not me":
            mistaken.hear(old.token, opened=False)
        elif why == "no way":
            reaching.reach(sent(alice), course.patient, "none")
        else:
            stops.stop(sent(alice), course.patient, "died", "")
        new_link.ask(old.token)
        assert texts() == []
        assert not Message.objects.filter(kind="new-link").exists()
