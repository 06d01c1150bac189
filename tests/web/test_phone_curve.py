"""The patient's own curve on the phone: a code by another way, ten minutes, and nothing else."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dolenti.access.models import AuditEntry, User
from dolenti.access.writing import NotAllowedError
from dolenti.diary import answers, codes, links, stops
from dolenti.diary.answers import Sent
from dolenti.diary.codes import CodeRefusedError, Use
from dolenti.diary.links import Made
from dolenti.diary.models import Code, Link, Message, Stop
from dolenti.followup import deciding, own
from dolenti.followup.going import going
from dolenti.portal import door
from dolenti.records.patients import contacting
from dolenti.treatment.models import Course
from tests.web.diary import (
    ADDRESS,
    BORN,
    NUMBER,
    after,
    answered,
    code_of,
    link_to,
    opened,
    treated,
)
from tests.web.phones import Phone
from tests.web.world import sent, state

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)


def made_once(alice: User) -> Course:
    """A course whose patient is no protected adult, and has a number and an address."""
    course = treated(alice)
    contacting.add(sent(alice), course.patient, {"kind": "self", "phone": NUMBER, "email": ADDRESS})
    state(alice, course.patient, **{"protected-adult": False})
    return course


@pytest.fixture
def made(alice: User, standing: Any) -> Iterator[Made]:
    """A link two days after a session, whose patient answered."""
    with after(50):
        made = link_to(alice, standing.made)
        answered(opened(made))
        yield made


@pytest.fixture
def phone(made: Made) -> Client:
    """A browser in which the link was opened."""
    return come_in(Phone(), made)


def come_in(browser: Client, made: Made, own: str = "yes", **said: str) -> Client:
    browser.post(f"/s/{made.token}/", {**BIRTH, **said})
    browser.post(f"/s/{made.token}/device/", {"own": own})
    return browser


def at(made: Made, page: str = "curve/") -> str:
    return f"/s/{made.token}/{page}"


def link_of(made: Made) -> Link:
    return Link.objects.get(pk=made.link.pk)


def shown(phone: Client, made: Made) -> Any:
    """The page of the curve, once the code that was sent is typed."""
    phone.post(at(made, "curve/code/"))
    return phone.post(at(made), {"code": code_of(link_of(made), Use.CURVE)}, follow=True)


def went_by(made: Made, channel: str) -> None:
    """The link was sent by this way."""
    Message.objects.create(
        patient=made.link.patient, link=made.link, kind="answer-due", channel=channel,
        key=uuid.uuid4(), day=timezone.localdate(), state="sent",
    )  # fmt: skip


def test_a_birth_date_alone_opens_no_curve(phone: Client, made: Made) -> None:
    asked = phone.get(at(made)).content.decode()
    assert "Recevoir le code" in asked
    assert "<svg" not in asked.partition("<main")[2].partition("</main>")[0]
    assert "3/10" not in asked
    assert not Code.objects.exists()  # looking sends nothing
    phone.get(at(made, "curve/code/"))
    assert not Code.objects.exists()


def test_a_code_opens_the_curve_with_its_sessions_and_its_table(phone: Client, made: Made) -> None:
    page = shown(phone, made)
    text = page.content.decode()
    assert 'class="curve"' in text
    assert "curve-session" in text
    table = re.search(r"<table>.*</table>", text, re.DOTALL)
    assert table is not None
    assert "Séance 1" in table[0]
    assert re.search(r"<td>3</td>", table[0])
    assert page.headers["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(kind="curve")
    assert (entry.role, entry.object_id) == ("patient", made.link.of_course.public_id)


def test_nothing_else_of_the_record_stands_on_it(phone: Client, made: Made) -> None:
    text = shown(phone, made).content.decode()
    for word in ("Lefèvre", "infiltration", "genou", NUMBER, ADDRESS):
        assert word not in text, word
    title = re.search("<title>(.*?)</title>", text, re.DOTALL)
    assert title is not None
    assert "ouleur" not in title[1]


def test_it_closes_ten_minutes_after_the_code_whatever_is_done_meanwhile(
    phone: Client, made: Made
) -> None:
    page = shown(phone, made)
    assert 0 < int(page.headers["Refresh"]) <= 601  # the browser asks again by then
    for minutes in (4, 8):
        with after(minutes / 60):
            assert "<table>" in phone.get(at(made)).content.decode()
    with after(10.1 / 60):
        closed = phone.get(at(made)).content.decode()
    assert "<table>" not in closed
    assert "Votre courbe s’est fermée" in closed
    assert "Recevoir le code" in closed


def test_who_closes_it_opens_it_again_by_another_code(phone: Client, made: Made) -> None:
    shown(phone, made)
    phone.post(at(made), {"close": "yes"})
    assert "<table>" not in phone.get(at(made)).content.decode()
    again = phone.post(at(made), {"code": code_of(link_of(made), Use.CURVE)})
    assert again.status_code == 422  # a code is taken once
    assert "<table>" in shown(phone, made).content.decode()


def test_once_closed_no_kept_cookie_shows_it_again(phone: Client, made: Made) -> None:
    shown(phone, made)
    kept = phone.cookies["phone"].value
    phone.post(at(made), {"close": "yes"})
    phone.cookies["phone"] = kept
    assert "<table>" not in phone.get(at(made)).content.decode()


def test_the_right_code_pressed_twice_opens_it_and_counts_nothing(
    phone: Client, made: Made
) -> None:
    phone.post(at(made, "curve/code/"))
    typed, before = {"code": code_of(link_of(made), Use.CURVE)}, phone.cookies["phone"].value
    phone.post(at(made), typed)
    phone.cookies["phone"] = before  # the answer to the first press was never read
    assert phone.post(at(made), typed).status_code == 302
    assert "<table>" in phone.get(at(made)).content.decode()
    assert Code.objects.get().tries == 0
    with after(2 / 60):
        phone.cookies["phone"] = before
        assert phone.post(at(made), typed).status_code == 422, "later it is taken once"


def test_another_browser_needs_a_code_of_its_own(phone: Client, made: Made) -> None:
    shown(phone, made)
    other = come_in(Phone(), made)
    assert "<table>" not in other.get(at(made)).content.decode()


@pytest.mark.parametrize("gone,goes", [("sms", "mail"), ("mail", "sms"), ("", "sms")])
def test_the_code_goes_by_the_other_way_than_the_link(made: Made, gone: str, goes: str) -> None:
    if gone:
        went_by(made, gone)
    assert codes.way(made.link, Use.CURVE) == goes


@pytest.mark.parametrize("known", [{"phone": NUMBER}, {"email": ADDRESS}, {}])
def test_who_has_one_way_alone_sees_it_at_the_visit(
    alice: User, known: dict[str, str], phone: Client, made: Made
) -> None:
    contact = made.link.patient.contacts.get()
    values = {"phone": "", "email": "", "address": "1 rue Neuve", **known}
    contacting.change(alice, contact, contact.version, values)
    told = phone.get(at(made)).content.decode()
    assert "prochain rendez-vous" in told
    assert "Recevoir le code" not in told
    phone.post(at(made, "curve/code/"))
    assert not Code.objects.exists()
    assert phone.post(at(made), {"code": "123456"}).status_code == 422


def test_a_link_that_went_by_both_ways_leaves_none_for_the_code(made: Made) -> None:
    went_by(made, "sms")
    Message.objects.update(day=timezone.localdate() - timedelta(days=1))
    went_by(made, "mail")
    assert not codes.way(made.link, Use.CURVE)
    assert codes.way(made.link) == "sms"  # a signature is asked for as before


def test_who_answers_for_the_patient_is_not_shown_it(made: Made) -> None:
    helper = come_in(Phone(), made, by="Anne Martin")
    assert "ne s’ouvre qu’à cette personne" in helper.get(at(made)).content.decode()
    helper.post(at(made, "curve/code/"))
    assert not Code.objects.exists()


def test_who_answered_for_the_patient_is_not_shown_it_by_saying_so_no_more(made: Made) -> None:
    helper = come_in(Phone(), made, by="Anne Martin")
    come_in(helper, made)  # and now as if the patient had come
    assert "ne s’ouvre qu’à cette personne" in helper.get(at(made)).content.decode()
    helper.post(at(made, "curve/code/"))
    assert not Code.objects.exists()


def test_a_link_that_somebody_answered_by_for_the_patient_opens_no_curve(made: Made) -> None:
    answered(link_of(made), by="Anne Martin")
    phone = come_in(Phone(), made)
    assert "au rendez-vous" in phone.get(at(made)).content.decode()
    phone.post(at(made, "curve/code/"))
    assert not Code.objects.exists()


@pytest.mark.parametrize("who", ["minor", "under a guardian", "protected"])
def test_of_whom_somebody_else_may_have_a_say_it_is_seen_at_the_visit(
    alice: User, made: Made, who: str
) -> None:
    patient, born = made.link.patient, BORN
    if who == "minor":
        born = timezone.localdate().replace(day=1) - timedelta(days=365 * 12)
        type(patient).objects.filter(pk=patient.pk).update(birth_date=born)
    elif who == "under a guardian":
        contacting.add(sent(alice), patient, {"kind": "guardian", "name": "Anne"})
    else:
        state(alice, patient, **{"protected-adult": True})
    phone = Phone()
    phone.post(at(made, ""), {"day": born.day, "month": born.month, "year": born.year})
    phone.post(at(made, "device/"), {"own": "yes"})
    told = phone.get(at(made)).content.decode()
    assert "ne s’ouvre pas depuis un téléphone" in told
    assert "Recevoir le code" not in told
    phone.post(at(made, "curve/code/"))
    assert not Code.objects.exists()


def test_of_whom_nobody_said_that_they_are_protected_it_opens(
    alice: User, made: Made, phone: Client
) -> None:
    """A signature commits, and waits for the visit; to look at one's own answers does not."""
    state(alice, made.link.patient, **{"protected-adult": None})
    phone.post(at(made, "curve/code/"))
    assert Code.objects.get().use == Use.CURVE


def test_wrong_codes_are_counted_and_the_right_one_opens_no_more(phone: Client, made: Made) -> None:
    phone.post(at(made, "curve/code/"))
    right = code_of(link_of(made), Use.CURVE)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for _ in range(codes.TRIES):
        refused = phone.post(at(made), {"code": wrong})
        assert refused.status_code == 422
        assert "Ce code n’est pas valable" in refused.content.decode()
    assert phone.post(at(made), {"code": right}).status_code == 422
    assert AuditEntry.objects.filter(action="enter-code", outcome="refused").count() == 6


def test_a_code_of_a_signature_opens_no_curve_and_inversely(made: Made) -> None:
    actor, link = links.patient_by(made.link), link_of(made)
    assert codes.lay(actor, link, Use.SIGN) is not None
    with pytest.raises(CodeRefusedError):
        own.open_(actor, link, code_of(link), timezone.now())
    assert codes.lay(actor, link, Use.CURVE) is not None
    assert codes.take(actor, link, Use.SIGN, code_of(link, Use.CURVE)) is None


def test_it_is_offered_once_something_was_answered(alice: User) -> None:
    course = treated(alice)
    with after(50):
        made = link_to(alice, course)
        phone = come_in(Phone(), made)
        own = {"kind": "self", "phone": NUMBER, "email": ADDRESS}
        contact = contacting.add(sent(alice), course.patient, own)
        assert "curve/" not in phone.get(at(made, "answer/")).content.decode()
        assert phone.get(at(made)).headers["Location"] == at(made, "answer/")
        answered(Link.objects.get(pk=made.link.pk))
        for page in ("device/", "answer/", "done/"):
            assert phone.get(at(made, page)).content.decode().count(at(made)) == 1
        contacting.change(alice, contact, 1, {**own, "email": ""})
        assert at(made) not in phone.get(at(made, "done/")).content.decode(), "it cannot be opened"


def test_an_alarm_is_said_without_the_curve_beside_it(alice: User, made: Made) -> None:
    answered(link_of(made), signs_early=["fever"])
    phone = come_in(Phone(), made)
    main = phone.get(at(made, "done/")).content.decode().partition("<main")[2].partition("</main")
    assert 'role="alert"' in main[0]
    assert at(made) not in main[0]


def test_a_step_is_told_once_a_practitioner_accepted_it_and_not_before(
    alice: User, phone: Client, made: Made
) -> None:
    course, now = made.link.of_course, timezone.now()
    stands = going(alice, course, now)
    step = stands.response.suggestion
    assert step is not None
    tells = {one.id: one.patient.in_language("fr") for one in stands.content.steps}[step.step]
    assert tells not in shown(phone, made).content.decode()
    key = deciding.key_of(stands)
    deciding.decide(sent(alice), course, key, now, accepted=False, reason="Too early")
    assert tells not in phone.get(at(made)).content.decode()
    deciding.decide(sent(alice), course, key, now, accepted=True)
    told = phone.get(at(made)).content.decode()
    assert (tells in told) is not bool(stands.response.held)


def test_nothing_opens_once_the_link_ended_or_the_follow_up(
    alice: User, phone: Client, made: Made
) -> None:
    shown(phone, made)
    Link.objects.filter(pk=made.link.pk).update(expires_at=timezone.now())
    assert phone.get(at(made)).status_code == 409
    for page in ("curve/", "curve/code/"):
        assert phone.post(at(made, page), {"code": "123456"}).status_code == 409
    stops.stop(sent(alice), made.link.patient, Stop.Why.WITHDRAWN, "")
    assert phone.get(at(made)).headers["Location"] == at(made, "")


def test_the_curve_is_its_own_patients_alone(alice: User, made: Made) -> None:
    for read in (
        lambda: own.read(alice, made.link, "x", timezone.now()),
        lambda: own.open_(alice, made.link, "123456", timezone.now()),
    ):
        with pytest.raises(NotAllowedError):
            read()


def test_a_question_that_ended_without_an_answer_is_a_gap_whether_a_message_of_it_went_or_not(
    alice: User, standing: Any
) -> None:
    course = standing.made
    with after(50):
        answered(opened(link_to(alice, course)))
    with after(24 * 30):  # the week was never asked: no message went
        made = links.make(alice, course, "m1", "last")
        said = {"pain-24h": "2", "change": "2", "signs-late": ["none"]}
        answers.receive(
            links.patient_by(made.link), opened(made), Sent(uuid.uuid4(), said, "m1")
        )  # fmt: skip
        page = shown(come_in(Phone(), made), made).content.decode()
    assert 'class="curve-missing"' in page
    assert "sans réponse" in page
