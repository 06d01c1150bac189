"""The leaflet of a session, sent to its patient's phone: one press, no word of health, the same
words as the paper, for whom the birth date opens it."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.mail import OF_DEMO
from dolenti.access.models import AuditEntry, Site, User
from dolenti.access.writing import NotAllowedError
from dolenti.diary import link_life, links, reaching, stops, telling
from dolenti.diary.answers import ClosedError, Sent, receive
from dolenti.diary.links import LinkRefusedError, Made, NotOpenedError
from dolenti.diary.models import Alert, Answer, Link, Message, Stop
from dolenti.diary.reading import PROBLEM
from dolenti.guideline.errors import InputError
from dolenti.portal import door
from dolenti.records.models import Patient
from dolenti.records.patients import contacting
from dolenti.rights import erasing
from dolenti.treatment import aftercare, given, room
from dolenti.treatment.models import Fee, Session
from dolenti.work import worker
from tests.people import enter
from tests.web import room as make
from tests.web.diary import BACK, BORN, NETWORK, link_to, opened
from tests.web.merges import merged
from tests.web.phones import Phone
from tests.web.session_page import at
from tests.web.world import administrator, clinic, complaint_of, named, sent

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
NOON = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("Europe/Paris"))  # a Tuesday
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}
HEALTH = ("douleur", "infiltration", "genou", "séance", "Lefèvre", "cortic")


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(door, "HELD", 0.0)
    monkeypatch.setattr(settings, "DATA", tmp_path)
    (tmp_path / OF_DEMO).touch()  # everybody is invented: an SMS is a file
    with time_machine.travel(NOON):
        yield


def made_once(alice: User) -> Session:
    """A session under way."""
    with time_machine.travel(NOON):
        Site.objects.update(phone="01 23 45 67 89")
        alice.site.refresh_from_db()
        return clinic(alice).with_course().session


@pytest.fixture
def session(alice: User, standing: Any) -> Session:
    """A session that was given and signed; the patient is asked by SMS."""
    found: Session = standing.made
    make.signed_off(alice, found)
    contacting.add(
        sent(alice), found.course.patient,
        {"kind": "self", "phone": "06 39 98 12 34", "email": "zoe@example.org"},
    )  # fmt: skip
    reaching.reach(sent(alice), found.course.patient, "sms")
    return anew(found)


def anew(session: Session) -> Session:
    return Session.objects.select_related(
        "course__patient__site", "course__site", "course__complaint", "course__practitioner"
    ).get(pk=session.pk)


@pytest.fixture
def browser(alice: User) -> Client:
    client = Phone()
    enter(client, alice)
    return client


@pytest.fixture
def made(alice: User, session: Session) -> Made:
    return links.make_for_aftercare(alice, session)


@pytest.fixture
def phone(made: Made) -> Client:
    """A browser in which the link was opened."""
    found = Phone()
    found.post(f"/s/{made.token}/", BIRTH)
    found.post(f"/s/{made.token}/device/", {"own": "yes"})
    return found


def press(browser: Client, session: Session, **fields: str) -> Any:
    return browser.post(at("session-aftercare", session), {"token": str(uuid.uuid4()), **fields})


def texts() -> list[str]:
    folder: Path = settings.DATA / "sms"
    return [one.read_text() for one in sorted(folder.glob("*.txt"))] if folder.exists() else []


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


class TestSending:
    def test_one_press_sends_a_link_that_says_no_word_of_health(
        self, session: Session, browser: Client
    ) -> None:
        answer = press(browser, session, send="1")
        assert answer["Location"] == at("session", session) + "#aftercare"
        worker.do_all()
        (text,) = texts()
        assert text.startswith("06 39 98 12 34\n")
        assert not [one for one in HEALTH if one.casefold() in text.casefold()]
        token = text.split("/s/")[1].split("/")[0].split()[0]
        assert links.open_(token, BORN, NETWORK).session == session
        entry = AuditEntry.objects.get(action="make-link")
        assert entry.detail == {"purpose": "aftercare"}

    def test_a_form_sent_twice_and_another_press_the_same_day_are_one_message(
        self, session: Session, browser: Client
    ) -> None:
        token = str(uuid.uuid4())
        for fields in ({"token": token}, {"token": token}, {}):
            assert press(browser, session, send="1", **fields).status_code == 302
        worker.do_all()
        press(browser, session, send="1")
        worker.do_all()
        assert len(texts()) == Message.objects.count() == Link.objects.count() == 1
        page = words_of(browser.get(at("session", session)).content.decode())
        assert "La feuille de suites est déjà partie aujourd’hui" in page

    def test_the_next_day_it_is_sent_anew_and_the_first_link_opens_no_more(
        self, alice: User, session: Session
    ) -> None:
        first = telling.send_aftercare(alice, session, uuid.uuid4())
        with time_machine.travel(NOON + timedelta(days=1)):
            second = telling.send_aftercare(alice, session, uuid.uuid4())
            assert second != first
            with pytest.raises(NotOpenedError):
                links.open_(links.token_of(first.key), BORN, NETWORK)

    def test_what_was_sent_stands_on_the_page_of_the_session(
        self, session: Session, browser: Client
    ) -> None:
        press(browser, session, send="1")
        worker.do_all()
        page = words_of(browser.get(at("session", session)).content.decode())
        assert "Feuille de suites Envoyé Par SMS" in page

    def test_another_message_of_the_day_does_not_hold_it_back(
        self, alice: User, session: Session
    ) -> None:
        link = links.make_for_aftercare(alice, session).link
        Message.objects.create(
            patient=session.course.patient, link=link, kind="appointment", channel="sms",
            key=uuid.uuid4(), day=NOON.date(),
        )  # fmt: skip
        assert telling.send_aftercare(alice, session, uuid.uuid4()).kind == "to-keep"

    def test_before_it_was_given_nothing_is_sent_nor_offered(
        self, alice: User, session: Session, browser: Client
    ) -> None:
        other: Session = clinic(alice).with_course().session
        with pytest.raises(LinkRefusedError, match="not given yet"):
            telling.send_aftercare(alice, anew(other), uuid.uuid4())
        page = browser.get(at("session", other)).content.decode()
        assert at("session-aftercare", other) not in page
        assert press(browser, other, send="1").status_code == 422

    def test_what_the_leaflet_lacks_or_keeps_it_here_is_said_before_a_press(
        self, alice: User, session: Session, browser: Client
    ) -> None:
        def page() -> str:
            return str(browser.get(at("session", session)).content.decode())

        assert "Envoyer la feuille" in page()
        reaching.reach(sent(alice), session.course.patient, "none")
        told = page()
        assert 'name="send"' not in told
        assert reverse("course-phone", args=[session.course.public_id]) in told
        Site.objects.filter(pk=alice.site_id).update(phone="")
        told = page()
        assert "ne peut être ni imprimée ni envoyée avant d’avoir renseigné" in words_of(told)
        assert "Numéro du site (par un administrateur)" in words_of(told)
        assert at("session-leaflet", session) not in told

    def test_without_a_way_to_the_patient_the_page_says_so_and_gives_a_link_to_hand_over(
        self, alice: User, session: Session, browser: Client
    ) -> None:
        reaching.reach(sent(alice), session.course.patient, "none")
        answer = press(browser, session, send="1")
        assert answer.status_code == 422
        assert "aucun moyen de joindre ce patient" in answer.content.decode().casefold()
        assert not Message.objects.exists()
        given = press(browser, session)
        assert given.status_code == 200
        assert given["Cache-Control"] == "no-store"
        token = re.search(r"/s/([\w-]+)/", given.content.decode())
        assert token is not None
        assert links.open_(token[1], BORN, NETWORK).purpose == "aftercare"

    def test_without_the_number_to_call_no_leaflet_goes(
        self, alice: User, session: Session
    ) -> None:
        Site.objects.update(phone="")
        with pytest.raises(InputError, match="the leaflet needs"):
            telling.send_aftercare(alice, anew(session), uuid.uuid4())
        assert not Link.objects.exists()

    @pytest.mark.parametrize("why", Stop.Why.values)
    def test_nothing_goes_after_a_death_or_a_withdrawal(
        self, why: str, alice: User, session: Session
    ) -> None:
        waiting = telling.send_aftercare(alice, session, uuid.uuid4())
        stops.stop(sent(alice), session.course.patient, why, "")
        worker.do_all()
        waiting.refresh_from_db()
        assert (waiting.state, texts()) == ("not-needed", [])
        with pytest.raises(LinkRefusedError, match="nothing is asked of this patient"):
            telling.send_aftercare(alice, session, uuid.uuid4())

    def test_nothing_goes_of_a_record_made_by_mistake(self, alice: User, session: Session) -> None:
        waiting = telling.send_aftercare(alice, session, uuid.uuid4())
        Patient.objects.filter(pk=session.course.patient_id).update(in_error="made by mistake")
        worker.do_all()
        waiting.refresh_from_db()
        assert (waiting.state, texts()) == ("not-needed", [])

    def test_nothing_goes_nor_opens_after_an_erasure(self, alice: User, session: Session) -> None:
        waiting = telling.send_aftercare(alice, session, uuid.uuid4())
        token, after_its_term = links.token_of(waiting.key), date(2076, 1, 1)
        one, two = (administrator(alice.site, name) for name in ("Rene", "Sara"))
        proposed = erasing.propose(sent(one), session.course.patient, after_its_term)
        erasing.confirm(two, proposed, after_its_term)
        worker.do_all()
        assert texts() == []
        assert not Link.objects.exists()
        assert not Message.objects.exists()
        with pytest.raises(NotOpenedError):
            links.open_(token, BORN, NETWORK)

    def test_a_stranger_sends_nothing(self, chloe: User, session: Session) -> None:
        with pytest.raises(NotAllowedError):
            telling.send_aftercare(chloe, session, uuid.uuid4())
        client = Phone()
        enter(client, chloe)
        assert press(client, session, send="1").status_code in (403, 404)
        assert not Link.objects.exists()


class TestReading:
    def test_it_says_what_the_paper_says(
        self, alice: User, session: Session, phone: Client, made: Made
    ) -> None:
        answer = phone.get(f"/s/{made.token}/", follow=True)
        page = answer.content.decode()
        sheet = aftercare.sheet_of(room.standing(alice, session))
        told = words_of(page)
        assert sheet.title in told
        for section in sheet.sections:
            assert " ".join(section.heading.split()) in told
            for line in section.lines:
                assert " ".join(line.words.split()) in told
        assert "tel:0123456789" in page
        assert answer["Cache-Control"] == "no-store"
        assert "Lefèvre" not in page

    def test_it_speaks_the_patient_s_language_whatever_the_page_s(
        self, alice: User, session: Session, made: Made, phone: Client
    ) -> None:
        Patient.objects.filter(pk=session.course.patient_id).update(language="en")
        page = phone.get(f"/s/{made.token}/aftercare/").content.decode()
        sheet = aftercare.sheet_of(room.standing(alice, anew(session)))
        assert '<article data-aloud lang="en">' in page
        assert sheet.title in words_of(page)

    def test_its_title_and_its_address_say_nothing_of_health(
        self, made: Made, phone: Client
    ) -> None:
        page = phone.get(f"/s/{made.token}/aftercare/").content.decode()
        title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
        assert title is not None
        assert not [one for one in HEALTH if one.casefold() in title[1].casefold()]

    def test_another_birth_date_opens_nothing_and_the_fifth_blocks_the_link(
        self, made: Made
    ) -> None:
        client = Phone()
        for _ in range(link_life.TRIES):
            answer = client.post(f"/s/{made.token}/", {**BIRTH, "year": "1999"})
            assert answer.status_code == 422
        assert client.get(f"/s/{made.token}/aftercare/").status_code == 302
        with pytest.raises(NotOpenedError):
            links.open_(made.token, BORN, NETWORK)

    def test_it_ends_after_its_days(self, made: Made, phone: Client) -> None:
        late = NOON + timedelta(weeks=16, minutes=1)
        with time_machine.travel(late), pytest.raises(NotOpenedError):
            links.open_(made.token, BORN, NETWORK)

    def test_a_visit_that_began_in_time_ends_with_the_link(self, made: Made, phone: Client) -> None:
        Link.objects.filter(pk=made.link.pk).update(expires_at=NOON)
        answer = phone.get(f"/s/{made.token}/aftercare/")
        assert answer.status_code == 409
        assert "Ne s’ouvre plus ici" in answer.content.decode()

    def test_it_opens_no_other_page_and_no_other_link_opens_it(
        self, alice: User, session: Session, made: Made, phone: Client
    ) -> None:
        assert phone.get(f"/s/{made.token}/leaflet/").status_code == 200  # of the therapy
        # Without a plan of exercises there is none to show.
        for name in ("answer", "exercises", "history", "visit", "consent"):
            answer = phone.get(f"/s/{made.token}/{name}/")
            assert answer.status_code == 302, name
        with time_machine.travel(NOON + timedelta(hours=50)):
            asked = link_to(alice, session.course)
            other = Phone()
            other.post(f"/s/{asked.token}/", BIRTH)
            assert other.get(f"/s/{asked.token}/").status_code == 302
            assert other.get(f"/s/{asked.token}/aftercare/")["Location"] == f"/s/{asked.token}/"
        assert phone.get(f"/s/{asked.token}/aftercare/")["Location"] == f"/s/{asked.token}/"

    def test_a_link_is_of_a_session_and_of_one_purpose_by_the_database(self, made: Made) -> None:
        for change in ({"session": None}, {"window": "h48"}, {"expires_at": None}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Link.objects.filter(pk=made.link.pk).update(**change)


class TestAfterSigning:
    """The leaflet leaves by itself with the signature, once."""

    @pytest.fixture
    def unsigned(self, alice: User, standing: Any) -> Session:
        found: Session = standing.made
        contacting.add(
            sent(alice), found.course.patient, {"kind": "self", "phone": "06 39 98 12 34"}
        )
        return found

    def test_it_leaves_with_the_signature_and_never_twice(
        self, alice: User, unsigned: Session
    ) -> None:
        reaching.reach(sent(alice), unsigned.course.patient, "sms")
        record = make.signed_off(alice, unsigned)
        worker.do_all()
        message = Message.objects.get()
        assert (message.kind, message.state) == ("to-keep", "sent")
        assert message.link.purpose == "aftercare"
        assert link_life.ends_at(message.link) - NOON > timedelta(weeks=15)
        assert not any(word in texts()[0] for word in HEALTH)
        amended = given.amend(sent(alice), record, "Wrong needle.")
        given.sign(alice, amended, amended.version)
        assert Message.objects.count() == 1

    def test_nothing_leaves_where_no_way_was_agreed_to(
        self, alice: User, unsigned: Session
    ) -> None:
        make.signed_off(alice, unsigned)
        assert not Message.objects.exists()
        assert not Link.objects.exists()

    def test_signed_in_the_evening_it_leaves_in_the_morning(
        self, alice: User, unsigned: Session
    ) -> None:
        reaching.reach(sent(alice), unsigned.course.patient, "sms")
        with time_machine.travel(NOON.replace(hour=19)):
            make.signed_off(alice, unsigned)
            worker.do_all()
            assert Message.objects.get().state == "waiting"
        with time_machine.travel(NOON.replace(hour=10, minute=5) + timedelta(days=1)):
            worker.do_all()
        assert Message.objects.get().state == "sent"


class TestLeafletOfTheTherapy:
    def test_it_says_what_the_site_asks_where_a_price_is_on_file(
        self, session: Session, made: Made, phone: Client
    ) -> None:
        where = f"/s/{made.token}/leaflet/"
        assert "Prix dans ce centre" not in phone.get(where).content.decode()
        Fee.objects.create(
            site=session.course.site, therapy=session.course.therapy, label="Séance", cents=9050
        )
        page = html.unescape(phone.get(where).content.decode())
        assert "Prix dans ce centre" in page
        assert "Séance\u00a0: 90,50\u00a0€" in page


class TestHelp:
    def test_a_sign_told_by_it_raises_its_alarm(
        self, session: Session, made: Made, phone: Client
    ) -> None:
        form = phone.get(f"/s/{made.token}/problem/").content.decode()
        assert "<form" in form.partition("<main")[2]
        link = opened(made)
        (name,) = set(re.findall(r'name="(signs[\w-]*)"', form))
        receive(links.patient_by(link), link, Sent(uuid.uuid4(), {name: ["fever"]}, PROBLEM))
        alert = Alert.objects.get()
        assert (alert.course, alert.state) == (session.course, "raised")
        done = phone.get(f"/s/{made.token}/done/")
        assert done.status_code == 200
        assert "Voir ma courbe" not in done.content.decode(), "it would lead back to the leaflet"
        assert f"/s/{made.token}/" in done.content.decode()

    def test_nothing_but_a_problem_is_answered_by_it(self, made: Made) -> None:
        link = opened(made)
        with pytest.raises(ClosedError):
            receive(links.patient_by(link), link, Sent(uuid.uuid4(), {"pain-24h": "3"}, "h48"))
        assert not Answer.objects.exists()

    def test_a_call_that_is_asked_for_is_an_alert_of_the_course(
        self, session: Session, made: Made, phone: Client
    ) -> None:
        assert phone.post(f"/s/{made.token}/call/").status_code == 302
        assert Alert.objects.get().course == session.course

    def test_no_more_messages_is_said_from_it_too(self, session: Session, made: Made) -> None:
        Phone().post(f"/s/{made.token}/stop/")
        standing = reaching.of(session.course.patient)
        assert standing is not None
        assert standing.channel == "none"


@pytest.mark.parametrize("why, opens", [("withdrawn", True), ("died", False)])
def test_the_leaflet_stays_with_who_was_treated_and_wants_no_follow_up(
    alice: User, session: Session, why: str, *, opens: bool
) -> None:
    made = links.make_for_aftercare(alice, session)
    stops.stop(sent(alice), session.course.patient, why, "")
    link = Link.objects.select_related("patient__site", "course__complaint").get(pk=made.link.pk)
    assert link_life.is_live(link, timezone.now()) is opens
    assert (link.revoked_at is None) is opens


def test_the_leaflet_opens_once_its_record_was_merged_into_another(
    alice: User, session: Session
) -> None:
    made = links.make_for_aftercare(alice, session)
    kept = Patient.objects.get(pk=named(complaint_of(alice, BACK)).patient_id)
    absorbed = Patient.objects.get(pk=session.course.patient_id)
    merged(alice, kept, absorbed, "same card")
    link = Link.objects.select_related("patient__site", "course__complaint").get(pk=made.link.pk)
    assert link_life.is_live(link, timezone.now())
