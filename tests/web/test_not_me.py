"""« Ce n’est pas moi »: the link ends, the clinic is told and looks, and nobody learns anything."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.actors import worker_at
from dolenti.access.models import AuditEntry, User
from dolenti.access.writing import NotAllowedError
from dolenti.diary import (
    alerts,
    codes,
    gate,
    links,
    mistaken,
    networks,
    reaching,
    reminding,
    telling,
)
from dolenti.diary.alerts import AlertRefusedError
from dolenti.diary.codes import Use
from dolenti.diary.links import LinkRefusedError, Made, NotOpenedError
from dolenti.diary.models import Alert, AlertEvent, Code, Link, Message
from dolenti.diary.reaching import ReachRefusedError
from dolenti.portal import door
from dolenti.records.models import Patient
from dolenti.records.patients import contacting
from dolenti.treatment.models import Course
from tests.web.diary import (
    ADDRESS,
    BACK,
    BORN,
    NETWORK,
    NUMBER,
    after,
    awaited,
    history_link,
    link_to,
    opened,
    signed_at_home,
    to_read,
    treated,
)
from tests.web.merges import merged
from tests.web.phones import Phone
from tests.web.world import complaint_of, named, sent

pytestmark = pytest.mark.django_db
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(door, "HELD", 0.0)
    yield
    cache.clear()


@pytest.fixture
def course(standing: Any) -> Course:
    found: Course = standing.made
    return found


def made_once(alice: User) -> Course:
    """A course after its session, whose patient has a number and an address."""
    made = treated(alice)
    contacting.add(sent(alice), made.patient, {"kind": "self", "phone": NUMBER, "email": ADDRESS})
    return made


@pytest.fixture
def made(alice: User, course: Course) -> Iterator[Made]:
    """A link that went by SMS, two days after the session."""
    with after(50):
        found = link_to(alice, course)
        Message.objects.create(
            patient=course.patient, link=found.link, kind="history", channel="sms",
            key=uuid.uuid4(), day=timezone.localdate() - timedelta(days=1), state="sent",
        )  # fmt: skip
        yield found


def at(made: Made, page: str = "not-me/") -> str:
    return f"/s/{made.token}/{page}"


def said_back(answer: Any) -> str:
    """A page without what is of one asking."""
    text = answer.content.decode()
    return re.sub(r'/s/[^/]+/|name="csrfmiddlewaretoken" value="\w+"', "", text)


def alert() -> Alert:
    return Alert.objects.get(link__isnull=False)


def test_one_press_and_one_confirmation_before_the_birth_date(made: Made) -> None:
    phone = Phone()
    first = phone.get(at(made, "")).content.decode()
    assert "Ce n’est pas moi" in first
    asked = phone.get(at(made))
    assert "Ce n’est pas pour moi" in asked.content.decode()
    assert not Alert.objects.exists()  # looking says nothing
    told = phone.post(at(made))
    assert told.status_code == 200
    assert "Ce lien ne s’ouvre plus" in told.content.decode()
    with pytest.raises(NotOpenedError):
        links.open_(made.token, BORN, NETWORK)


def test_before_the_birth_date_the_link_ends_and_the_clinic_is_told_and_no_more(made: Made) -> None:
    Phone().post(at(made))
    found = alert()
    assert (found.holds_mail, found.holds_sms) == (False, False)
    assert found.due_at > found.since
    assert reaching.address_of(made.link.patient, "sms") == NUMBER


def test_after_the_birth_date_nothing_goes_by_the_way_it_came(made: Made) -> None:
    phone = Phone()
    phone.post(at(made, ""), BIRTH)
    assert "Ce n’est pas moi" in phone.get(at(made, "device/")).content.decode()
    phone.post(at(made))
    found, patient = alert(), made.link.patient
    assert (found.holds_mail, found.holds_sms) == (False, True)
    assert (reaching.address_of(patient, "sms"), reaching.address_of(patient, "mail")) == (
        "", ADDRESS,
    )  # fmt: skip
    assert phone.get(at(made, "answer/")).headers["Location"] == at(made, "")
    assert not phone.cookies["phone"].value


def test_what_was_typed_and_not_sent_does_not_stay_in_the_browser(made: Made) -> None:
    phone = Phone()
    assert "portal/forget.js" not in phone.get(at(made)).content.decode()
    assert "portal/forget.js" in phone.post(at(made)).content.decode()

    def script(name: str) -> str:
        return Path(str(finders.find(f"portal/{name}.js"))).read_text()

    assert "forgetAll()" in script("forget"), "all that drafts.js keeps"
    for form in ("portal", "history", "questionnaire"):
        if finders.find(f"portal/{form}.js"):
            assert not re.search(r"(?:local|session)Storage", script(form)), "kept by it alone"


def test_of_a_link_that_was_handed_over_any_way_may_be_the_wrong_one(
    alice: User, course: Course
) -> None:
    with after(50):
        link = opened(link_to(alice, course))
        mistaken.say(links.patient_by(link), link, opened=True)
        assert (alert().holds_mail, alert().holds_sms) == (True, True)


def cookies_of(response: Any) -> set[str]:
    """What is left on the device, but for the link's own path and the second of the day."""
    told = re.compile(r"Path=/s/[^/]+/|expires=[^;]+")
    return {told.sub("", str(one)) for one in response.cookies.values()}


def test_it_says_the_same_whoever_presses_and_on_whatever_link(made: Made) -> None:
    phone = Phone()
    strange = phone.post("/s/" + "x" * 32 + "/not-me/")
    first, again = phone.post(at(made)), phone.post(at(made))
    seen = {said_back(one) for one in (strange, first, again)}
    assert len(seen) == 1
    assert {one.status_code for one in (strange, first, again)} == {200}
    for one in (strange, first):
        assert cookies_of(one) == cookies_of(again)
    text = said_back(first)
    for word in ("Lefèvre", "genou", "infiltration", NUMBER):
        assert word not in text


def test_a_link_says_it_once_however_often_it_is_pressed(alice: User, made: Made) -> None:
    for _ in range(3):
        Phone().post(at(made))
    assert alert().events.count() == 1
    alerts.end_checked(alice, alert(), alert().version)
    Phone().post(at(made))  # an old link does not undo what was looked at
    assert not Alert.objects.filter(state="raised").exists()


def test_another_link_adds_to_the_alert_that_stands(alice: User, made: Made) -> None:
    Phone().post(at(made))
    other = links.make_for_appointment(alice, awaited(alice, made.link.of_course.complaint))
    link = links.open_(other.token, BORN, NETWORK)
    mistaken.say(links.patient_by(link), link, opened=True)
    found = alert()
    assert [one.kind for one in found.events.all()] == ["not-me", "not-me"]
    assert (found.holds_mail, found.holds_sms) == (True, True)


def test_presses_on_invented_links_from_its_address_do_not_swallow_a_true_one(made: Made) -> None:
    """Many phones share one network address."""
    phone = Phone()
    for number in range(networks.MOST + 1):
        phone.post(f"/s/{number:032}/not-me/")
    assert not Alert.objects.exists()
    phone.post(at(made))
    assert alert().link_id == made.link.pk
    assert Link.objects.get(pk=made.link.pk).revoked_at is not None


@pytest.mark.parametrize("pressed_on", ["absorbed", "kept"])
@pytest.mark.parametrize("is_before", [True, False])
def test_the_doubt_is_of_every_record_that_was_merged(
    alice: User, made: Made, pressed_on: str, *, is_before: bool
) -> None:
    """Whichever record the link was of, and whether it was pressed before the merge or after."""
    mine = Patient.objects.get(pk=made.link.patient_id)
    other = Patient.objects.get(pk=named(complaint_of(alice, BACK)).patient_id)
    contacting.add(sent(alice), other, {"kind": "self", "phone": NUMBER, "email": ADDRESS})
    kept, absorbed = (other, mine) if pressed_on == "absorbed" else (mine, other)
    link = opened(made)

    def merge() -> None:
        merged(alice, kept, absorbed, "same card")

    if not is_before:
        merge()
    link = Link.objects.select_related("patient__site").get(pk=link.pk)
    mistaken.say(links.patient_by(link), link, opened=True)
    if is_before:
        merge()
    for one in Patient.objects.filter(pk__in=(kept.pk, absorbed.pk)):
        assert reaching.doubted(one) == {"sms"}
        assert reaching.address_of(one, "sms") == ""
        found = alerts.standing_of_address(one)
        assert found is not None
        assert gate.doubt(alice, one) == found == alert()


def test_an_alert_of_an_address_ends_by_looking_at_the_address(alice: User, made: Made) -> None:
    """Not as one of care does: what it holds back would go again unseen."""
    phone = Phone()
    phone.post(at(made, ""), BIRTH)
    phone.post(at(made))
    with pytest.raises(AlertRefusedError):
        alerts.end(alice, alert(), alert().version, "seen-here", "busy")
    assert reaching.doubted(made.link.patient) == {"sms"}


def test_what_was_signed_by_the_link_is_said_on_the_alert(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    made = to_read(alice)
    signed_at_home(opened(made))
    Phone().post(at(made))
    page = browser_of(alice).get(reverse("alert", args=[alert().public_id])).content.decode()
    assert "Un consentement a été signé par ce lien" in page


@pytest.mark.parametrize("purpose", ["history", "appointment", "consent"])
def test_of_every_kind_of_link(alice: User, purpose: str) -> None:
    made = {
        "history": history_link,
        "appointment": lambda user: links.make_for_appointment(
            user, awaited(user, treated(user).complaint)
        ),
        "consent": to_read,
    }[purpose](alice)
    Phone().post(at(made))
    assert alert().link_id == made.link.pk
    assert alerts._practitioner_of(alert()) == alice.pk
    with pytest.raises(NotOpenedError):
        links.open_(made.token, BORN, NETWORK)


def test_by_its_own_patient_or_whoever_holds_their_link_and_nobody_else(
    alice: User, made: Made
) -> None:
    with pytest.raises(NotAllowedError):
        mistaken.say(alice, made.link, opened=True)
    assert not Alert.objects.exists()


class TestNothingGoes:
    """While nobody looked at the address."""

    def test_no_way_of_it_is_chosen_no_link_is_sent_and_no_code(
        self, alice: User, made: Made
    ) -> None:
        patient = made.link.patient
        reaching.reach(sent(alice), patient, "sms")
        link = opened(made)
        mistaken.say(links.patient_by(link), link, opened=True)
        visit = awaited(alice, made.link.of_course.complaint)
        with pytest.raises(LinkRefusedError, match="not the patient"):
            telling.send_appointment(alice, visit, uuid.uuid4())
        reaching.reach(sent(alice), patient, "none")
        with pytest.raises(ReachRefusedError, match="not the patient"):
            reaching.reach(sent(alice), patient, "sms")
        assert codes.way(link) == "mail"
        assert codes.way(link, Use.CURVE) == ""
        alerts.end_checked(alice, alert(), alert().version)
        reaching.reach(sent(alice), patient, "sms")

    def test_what_waits_to_leave_does_not(self, alice: User, made: Made) -> None:
        link = opened(made)
        telling.send_code(links.patient_by(link), link, Use.SIGN)
        Code.objects.update(channel="sms")
        waiting = Message.objects.get(kind="code")
        Message.objects.filter(pk=waiting.pk).update(channel="sms", state="waiting")
        mistaken.say(links.patient_by(link), link, opened=True)
        reminding.deliver.call(waiting.public_id)
        waiting.refresh_from_db()
        assert waiting.state == Message.State.NOT_NEEDED


class TestTheClinic:
    def test_sees_it_and_lifts_it_with_one_press(
        self, alice: User, made: Made, browser_of: Callable[[User], Client]
    ) -> None:
        phone, browser = Phone(), browser_of(alice)
        phone.post(at(made, ""), BIRTH)
        phone.post(at(made))
        found = alert()
        assert "alerte de patient à examiner" in browser.get("/agenda/").content.decode()
        assert "n’est peut-être pas au patient" in browser.get("/alerts/").content.decode()
        page = browser.get(reverse("alert", args=[found.public_id])).content.decode()
        assert "Aucun SMS ne part" in page
        assert reverse("alert-end", args=[found.public_id]) not in page
        course = reverse("course-phone", args=[made.link.of_course.public_id])
        assert "vérifiez ses coordonnées" in browser.get(course).content.decode()
        press = reverse("alert-checked", args=[found.public_id])
        stale = browser.post(press, {"based_on": 99})
        assert stale.status_code == 409
        done = browser.post(press, {"based_on": found.version}, follow=True).content.decode()
        assert "Coordonnées vérifiées" in done
        found.refresh_from_db()
        assert (found.state, found.outcome, found.ended_by) == ("ended", "reach-checked", alice)
        assert reaching.address_of(made.link.patient, "sms") == NUMBER
        actions = AuditEntry.objects.filter(kind="alert").values_list("action", flat=True)
        assert {"raise-alert", "say-not-me", "end-alert"} <= set(actions)

    def test_an_alert_about_care_is_not_ended_by_looking_at_an_address(
        self, alice: User, course: Course
    ) -> None:
        with after(50):
            link = opened(link_to(alice, course))
            alerts.want_call(links.patient_by(link), link)
            care = Alert.objects.get()
            with pytest.raises(AlertRefusedError):
                alerts.end_checked(alice, care, care.version)

    def test_nobody_takes_it_in_time_and_it_is_told_on(self, alice: User, made: Made) -> None:
        Phone().post(at(made))
        with after(24 * 9):
            assert alerts.escalate(worker_at(alice.site), timezone.now())
        assert AlertEvent.objects.filter(alert=alert(), kind="escalated").exists()

    def test_only_who_follows_alerts_lifts_it(self, alice: User, chloe: User, made: Made) -> None:
        Phone().post(at(made))
        with pytest.raises(NotAllowedError):
            alerts.end_checked(chloe, alert(), alert().version)
