"""An appointment asked for from the phone: when the patient can come, that it waits, changed and
taken back, and what the reception finds of it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from dolenti.access import clock
from dolenti.access.mail import OF_DEMO
from dolenti.access.models import AuditEntry, User
from dolenti.access.writing import NotAllowedError
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import to_local
from dolenti.diary import copied, links, reaching, stops, wishing
from dolenti.diary import gate as diary_gate
from dolenti.diary.answers import ClosedError
from dolenti.diary.models import Link, Message, Wish
from dolenti.diary.wishing import WishChangedError, Wished, WishRefusedError
from dolenti.portal import door
from dolenti.records.patients import contacting
from dolenti.treatment.models import Course
from tests.web.diary import BORN, NETWORK, after, awaited, link_to, treated
from tests.web.merges import merged
from tests.web.phones import Phone
from tests.web.world import (
    PAUL,
    complaint_of,
    named,
    open_every_weekday,
    registered,
    secretary,
    sent,
)

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Europe/Paris"))
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}
MORNINGS = {"part": "morning", "day": ["0", "3"], "note": "plutôt tôt"}


@pytest.fixture(autouse=True)
def _on_a_monday(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(door, "HELD", 0.0)
    with time_machine.travel(MONDAY):
        yield


def made_once(alice: User) -> Course:
    """A course of which one session was given."""
    with time_machine.travel(MONDAY):
        open_every_weekday(alice.site)
        return treated(alice)


@pytest.fixture
def course(standing: Any) -> Any:
    """The course, two days after its session."""
    with after(50):
        yield standing.made


@pytest.fixture
def link(alice: User, course: Course) -> Link:
    return links.open_(link_to(alice, course).token, BORN, NETWORK)


def asked(link: Link, wished: Wished, instead_of: str = "") -> Wish:
    with clock.at_site(link.patient.site):
        return wishing.ask(links.patient_by(link), link, wished, instead_of)


def phone_of(alice: User, course: Course) -> tuple[Client, str]:
    """A browser in which a link of the treatment was opened, and where it asks."""
    made = link_to(alice, course)
    browser = Phone()
    browser.post(f"/s/{made.token}/", BIRTH)
    browser.post(f"/s/{made.token}/device/", {"own": "yes"})
    return browser, f"/s/{made.token}/ask-visit/"


def times_on(page: str) -> list[datetime]:
    found = re.findall(r'name="free"\s+value="(\d[^|"]+)', page)
    return [to_local(datetime.fromisoformat(one)) for one in found]


class TestOneAtATime:
    def test_one_waits_however_often_it_is_pressed_and_a_second_is_told_of_it(
        self, link: Link
    ) -> None:
        wanted = Wished(Wish.Kind.ANOTHER, "morning", [3, 0], not_after=date(2027, 1, 15))
        first = asked(link, wanted)
        assert asked(link, wanted) == first
        with pytest.raises(WishChangedError, match="waits already"):
            asked(link, Wished(Wish.Kind.ANOTHER, "afternoon"))
        assert wishing.waiting(link) == [first]
        assert (first.course, first.days) == (link.course, [0, 3])

    def test_what_is_changed_takes_the_place_of_what_the_page_showed(self, link: Link) -> None:
        first = asked(link, Wished(Wish.Kind.ANOTHER, "morning"))
        second = asked(link, Wished(Wish.Kind.ANOTHER, "afternoon"), first.public_id)
        first.refresh_from_db()
        assert first.withdrawn_at is not None
        assert wishing.waiting(link) == [second]
        with pytest.raises(WishChangedError):
            asked(link, Wished(Wish.Kind.ANOTHER, "any"), first.public_id)

    def test_what_the_reception_dealt_with_meanwhile_is_neither_changed_nor_taken_back(
        self, alice: User, link: Link
    ) -> None:
        first = asked(link, Wished(Wish.Kind.ANOTHER))
        wishing.settle(secretary(alice), first, "Complet")
        with pytest.raises(WishChangedError, match="dealt with"):
            asked(link, Wished(Wish.Kind.ANOTHER, "morning"), first.public_id)
        with pytest.raises(WishChangedError, match="dealt with"):
            wishing.withdraw(links.patient_by(link), link, first.public_id)
        assert Wish.objects.get().settled_at is not None

    def test_taken_back_twice_is_once_and_the_reception_sees_it_no_more(
        self, alice: User, link: Link
    ) -> None:
        first = asked(link, Wished(Wish.Kind.ANOTHER))
        for _ in range(2):
            assert wishing.withdraw(links.patient_by(link), link, first.public_id) == first
        assert AuditEntry.objects.filter(action="withdraw-wish").count() == 1
        bob = secretary(alice)
        assert not diary_gate.wishes(bob).exists()
        with pytest.raises(WishChangedError, match="or withdrew it"):
            wishing.settle(bob, first, "Complet")
        assert wishing.settle_done(bob, link.patient) == 0

    def test_the_database_itself_keeps_no_two(self, link: Link) -> None:
        first = asked(link, Wished(Wish.Kind.ANOTHER))
        with pytest.raises(IntegrityError), transaction.atomic():
            Wish.objects.create(
                patient=first.patient, course=first.course, kind="another", part="morning"
            )

    def test_a_wish_of_somebody_else_is_not_taken_back(self, alice: User, link: Link) -> None:
        other = Wish.objects.create(patient=registered(alice, PAUL), kind="another")
        assert wishing.withdraw(links.patient_by(link), link, other.public_id) is None
        with pytest.raises(NotAllowedError):
            wishing.withdraw(alice, link, other.public_id)
        other.refresh_from_db()
        assert other.withdrawn_at is None


class TestWhoMayNotAsk:
    def test_nothing_is_asked_by_a_patient_who_died_nor_of_a_record_in_error(
        self, alice: User, link: Link
    ) -> None:
        first = asked(link, Wished(Wish.Kind.ANOTHER))
        type(link.patient).objects.filter(pk=link.patient_id).update(in_error="duplicate")
        by = links.patient_by(link)
        for refused in (
            lambda: asked(link, Wished(Wish.Kind.ANOTHER, "morning"), first.public_id),
            lambda: wishing.withdraw(by, link, first.public_id),
        ):
            with pytest.raises(ClosedError):
                refused()
        assert not diary_gate.wishes(secretary(alice)).exists()
        type(link.patient).objects.filter(pk=link.patient_id).update(in_error="")
        stops.stop(sent(alice), link.patient, "died", "")
        with pytest.raises(ClosedError):
            asked(link, Wished(Wish.Kind.ANOTHER, "morning"), first.public_id)

    def test_of_a_record_that_was_merged_one_waits_and_the_reception_books_for_the_kept_one(
        self, alice: User, link: Link, browser_of: Callable[[User], Client]
    ) -> None:
        first = asked(link, Wished(Wish.Kind.ANOTHER, "morning"))
        kept = registered(alice, PAUL)
        merged(None, kept, link.patient)
        again = Link.objects.select_related(*links.WITH).get(pk=link.pk)
        with pytest.raises(WishChangedError):
            asked(again, Wished(Wish.Kind.ANOTHER, "afternoon"))
        assert wishing.waiting(again) == [first]
        bob = secretary(alice)
        assert [one.public_id for one in diary_gate.wishes_of(bob, kept)] == [first.public_id]
        desk = browser_of(bob)
        to = f"/patients/{link.patient.public_id}/appointment/?wish={first.public_id}"
        led = desk.get(to)
        assert led.headers["Location"].endswith(f"/appointment/?wish={first.public_id}")
        assert "Demande du patient" in desk.get(led.headers["Location"]).content.decode()


class TestImpossible:
    @pytest.mark.parametrize(
        "changes, why",
        [
            ({"not_before": date(2026, 11, 1)}, "past"),
            ({"not_after": date(2036, 1, 1)}, "too far"),
            ({"not_before": date(2026, 12, 9), "not_after": date(2026, 12, 8)}, "before the first"),
            (
                {"not_before": date(2026, 12, 8), "not_after": date(2026, 12, 9), "days": [0]},
                "none of the days",
            ),
            ({"part": "night"}, "choose one"),
            ({"note": "x" * 101}, "100"),
        ],
    )
    def test_it_is_told_why_and_nothing_is_kept(
        self, link: Link, changes: dict[str, Any], why: str
    ) -> None:
        with pytest.raises(WishRefusedError, match=why):
            asked(link, Wished(Wish.Kind.ANOTHER, **changes))
        assert not Wish.objects.exists()

    def test_on_the_phone_what_was_typed_stays(self, alice: User, course: Course) -> None:
        phone, to = phone_of(alice, course)
        for day in ("demain", "2020-01-01", "9999-99-99"):
            answer = phone.post(to, {**MORNINGS, "not_before": day})
            assert answer.status_code == 422
            text = answer.content.decode()
            assert f'value="{day}"' in text
            assert "plutôt tôt" in text
        assert not Wish.objects.exists()


class TestOnThePhone:
    def test_it_is_seen_to_wait_changed_and_taken_back(self, alice: User, course: Course) -> None:
        phone, to = phone_of(alice, course)
        told = phone.post(
            to, {**MORNINGS, "not_before": "2026-12-07"}, follow=True
        ).content.decode()
        for place in (told, phone.get(to).content.decode()):
            for word in ("En attente depuis le", "Matin", "Lundi, jeudi", "7 décembre 2026"):
                assert word in place, word
        form = phone.get(f"{to}?change=1").content.decode()
        assert 'value="2026-12-07"' in form
        assert re.search(r'value="morning"\s+checked', form)
        named_ = re.search(r'name="instead_of" value="(\w+)"', form)
        assert named_ is not None
        changed = {"part": "afternoon", "instead_of": named_[1]}
        for _ in range(2):
            assert "Après-midi" in phone.post(to, changed, follow=True).content.decode()
        stale = phone.post(to, MORNINGS)
        assert stale.status_code == 409
        assert "déjà en attente" in stale.content.decode()
        waits = Wish.objects.get(withdrawn_at=None)
        for _ in range(2):
            gone = phone.post(to, {"withdraw": waits.public_id}, follow=True).content.decode()
            assert "Votre demande est retirée" in gone
        assert "En attente" not in phone.get(to).content.decode()

    def test_by_the_link_to_an_appointment_too(self, alice: User) -> None:
        open_every_weekday(alice.site)
        made = links.make_for_appointment(alice, awaited(alice, named(complaint_of(alice)), days=4))
        phone = Phone()
        phone.post(f"/s/{made.token}/", BIRTH)
        phone.post(f"/s/{made.token}/device/", {"own": "yes"})
        home, to = f"/s/{made.token}/visit/", f"/s/{made.token}/visit/wish/"
        phone.post(to, {"kind": "move", "part": "morning", "based_on": "1"})
        phone.post(to, {"kind": "call", "note": "le soir", "based_on": "1"})
        text = phone.get(home).content.decode()
        assert text.count("En attente depuis le") == 2
        stale = phone.post(to, {"kind": "move", "part": "afternoon", "based_on": "1"})
        assert stale.status_code == 409
        call = Wish.objects.get(kind="call")
        gone = phone.post(to, {"withdraw": call.public_id}, follow=True).content.decode()
        assert "Votre demande est retirée" in gone
        assert gone.count("En attente depuis le") == 1

    def test_the_date_that_was_found_is_shown_and_of_nobody_else(
        self, alice: User, course: Course
    ) -> None:
        phone, to = phone_of(alice, course)
        phone.post(to, MORNINGS)
        other = awaited(alice, named(complaint_of(alice)), days=10)
        found = awaited(alice, course.complaint, days=14)
        assert wishing.settle_done(secretary(alice), course.patient) == 1
        text = phone.get(to).content.decode()
        assert "Votre rendez-vous" in text
        assert str(to_local(found.start).day) in text
        assert f"{to_local(other.start).day} décembre" not in text
        Appointment.objects.filter(pk=found.pk).update(state="cancelled")
        assert "Votre rendez-vous\u00a0:" not in phone.get(to).content.decode()


class TestAtTheDesk:
    def test_the_free_times_are_those_at_which_the_patient_can_come(
        self, alice: User, course: Course, link: Link, browser_of: Callable[[User], Client]
    ) -> None:
        first = date(2026, 12, 8)
        wanted = Wished(Wish.Kind.ANOTHER, "morning", [1, 3], not_before=first)
        wish = asked(link, wanted)
        desk = browser_of(secretary(alice))
        to = f"/patients/{course.patient.public_id}/appointment/"
        assert f"{to}?wish={wish.public_id}" in desk.get("/wishes/").content.decode()
        text = desk.get(f"{to}?wish={wish.public_id}").content.decode()
        times = times_on(text)
        assert times
        assert {one.weekday() for one in times} <= {1, 3}
        assert all(one.hour < 12 and one.date() >= first for one in times)
        assert "pas avant le mardi 8 décembre 2026" in text
        every = times_on(desk.get(f"{to}?wish={wish.public_id}&all=1").content.decode())
        assert {one.weekday() for one in every} - {1, 3}
        asked_again = desk.post(f"{to}?wish={wish.public_id}", {"find": "1", "minutes": "15"})
        assert {one.weekday() for one in times_on(asked_again.content.decode())} <= {1, 3}

    def test_in_three_presses_it_is_booked_settled_and_the_patient_told(
        self,
        alice: User,
        course: Course,
        link: Link,
        browser_of: Callable[[User], Client],
        settings: Any,
        tmp_path: Path,
    ) -> None:
        """From the list: find a time, choose it, book."""
        settings.DATA = tmp_path
        (tmp_path / OF_DEMO).touch()  # everybody is invented: an SMS is a file
        way = {"kind": "self", "phone": "06 39 98 12 34", "email": ""}
        contacting.add(sent(alice), course.patient, way)
        reaching.reach(sent(alice), course.patient, "sms")
        wish = asked(link, Wished(Wish.Kind.ANOTHER, "morning"))
        desk = browser_of(secretary(alice))
        to = f"/patients/{course.patient.public_id}/appointment/?wish={wish.public_id}"
        text = desk.get(to).content.decode()
        form = {
            "token": str(uuid.uuid4()), "kind": "control", "practitioner": alice.public_id,
            "minutes": "30", "book": "1",
            "free": re.findall(r'name="free"\s+value="(\d[^"]+)"', text)[0],
        }  # fmt: skip
        for _ in range(2):
            assert desk.post(to, form).headers["Location"].startswith("/appointments/")
        made = Appointment.objects.get(asked_for=wish)
        message = Message.objects.get(kind="appointment")
        assert message.link.appointment == made
        wish.refresh_from_db()
        assert wish.settled_at is not None
        assert wishing.booked(link) == [made]

    def test_a_booking_for_one_treatment_settles_no_wish_of_another(
        self, alice: User, link: Link
    ) -> None:
        first = asked(link, Wished(Wish.Kind.ANOTHER))
        other = Wish.objects.create(patient=link.patient, kind="another")
        awaited(alice, link.of_course.complaint)
        assert wishing.settle_done(secretary(alice), link.patient, first) == 1
        other.refresh_from_db()
        assert other.settled_at is None


def test_of_what_one_asked_the_copy_of_the_record_says_when(link: Link) -> None:
    wish = asked(link, Wished(Wish.Kind.ANOTHER, "morning", [0], not_after=date(2027, 1, 4)))
    said = copied._when(wish, "fr")
    assert said == ["le matin", "lundi", "", "pas après le 4 janvier 2027"]


class TestWhatTheReceptionReads:
    def test_a_wish_says_of_whom_and_by_what_number(
        self, alice: User, course: Course, link: Link, browser_of: Callable[[User], Client]
    ) -> None:
        """Of two patients of one name the birth date says which."""
        asked(link, Wished(Wish.Kind.ANOTHER))
        values = {"kind": "self", "phone": "0612345678"}
        contacting.add(sent(alice), course.patient, values)
        text = browser_of(secretary(alice)).get("/wishes/").content.decode()
        assert course.patient.birth_date is not None
        assert f"{course.patient.birth_date:%d/%m/%Y}" in text
        assert 'href="tel:0612345678"' in text

    def test_what_led_to_an_appointment_is_not_forgotten_when_it_is_moved(
        self, alice: User, course: Course, link: Link, browser_of: Callable[[User], Client]
    ) -> None:
        asked(link, Wished(Wish.Kind.ANOTHER, "morning", [1, 3]))
        found = awaited(alice, course.complaint, days=14)
        bob = secretary(alice)
        desk = browser_of(bob)
        wishing.settle_done(bob, course.patient)
        text = desk.get(f"/appointments/{found.public_id}/move/")
        times = times_on(text.content.decode())
        assert times
        assert {one.weekday() for one in times} <= {1, 3}
        assert all(one.hour < 12 for one in times)

    def test_how_to_tell_the_patient_is_said_once(
        self, alice: User, course: Course, browser_of: Callable[[User], Client]
    ) -> None:
        found = awaited(alice, course.complaint, days=14)
        text = browser_of(secretary(alice)).get(f"/appointments/{found.public_id}/phone/")
        assert text.content.decode().count("Aucun moyen") == 1
        assert f"/appointments/{found.public_id}/confirmation/" in text.content.decode()


@pytest.mark.parametrize(
    "why, status", [("Grippe", 302), ("Test", 302), ("..........", 422), ("aaaa", 422)]
)
def test_a_word_is_reason_enough_to_cancel_and_dots_are_none(
    alice: User, course: Course, browser_of: Callable[[User], Client], why: str, status: int
) -> None:
    found = awaited(alice, course.complaint, days=14)
    form = {"token": str(uuid.uuid4()), "based_on": "1", "reason": why}
    desk = browser_of(secretary(alice))
    answer = desk.post(f"/appointments/{found.public_id}/cancel/", form, follow=status == 302)
    assert answer.status_code == (200 if status == 302 else status)
    assert ("Prévenez le patient" in answer.content.decode()) == (status == 302)
