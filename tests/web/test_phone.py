"""The patient's phone: a link, a birth date, one form; one refusal, whatever the cause."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import AuditEntry, User
from dolenti.calendar.moments import clock as hour_in_words
from dolenti.calendar.moments import to_local
from dolenti.diary import alerts, following, link_life, reaching, stops
from dolenti.diary.links import Made
from dolenti.diary.models import Alert, Answer, Link, Stop
from dolenti.portal import door
from dolenti.records.patients import contacting
from dolenti.treatment.models import Course
from dolenti.ui.print.pages import page_count
from tests.web.diary import BORN, after, another_pain, link_to, treated
from tests.web.phones import Phone
from tests.web.world import sent

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}
CALM = {"pain-24h": "3", "pain-trend": "falling", "signs-early": "none"}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)


def made_once(alice: User) -> Course:
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()
    return treated(alice)


@pytest.fixture
def made(alice: User, standing: Any) -> Iterator[Made]:
    """A link, two days after a session."""
    with after(50):
        yield link_to(alice, standing.made)


@pytest.fixture
def phone() -> Client:
    return Phone()


def at(made: Made, page: str = "") -> str:
    return f"/s/{made.token}/{page}"


def opened(phone: Client, made: Made, **said: str) -> Any:
    """The form, by the birth date, on the patient's own device."""
    phone.post(at(made), {**BIRTH, **said})
    return phone.post(at(made, "device/"), {"own": "yes"}, follow=True)


def key_of(answer: Any) -> str:
    found = re.search(r'name="key" value="([^"]+)"', answer.content.decode())
    assert found
    return found[1]


def test_looking_at_a_link_changes_nothing_and_says_nothing(phone: Client, made: Made) -> None:
    before = Link.objects.values().get(), AuditEntry.objects.count()
    for _ in range(3):
        answer = phone.get(at(made))
    assert (Link.objects.values().get(), AuditEntry.objects.count()) == before
    text = answer.content.decode()
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not phone.session.keys()
    strange = phone.get("/s/" + "x" * 32 + "/").content.decode()
    assert hidden(text) == hidden(strange)
    for word in ("Lefèvre", "genou", "infiltration", "01 23"):
        assert word not in text


def hidden(text: str) -> str:
    """A page without what is of one asking: its address and its guard against forgery."""
    return re.sub(r'/s/[^/]+/|name="csrfmiddlewaretoken" value="\w+"', "", text)


def test_every_refusal_is_the_same_page(phone: Client, made: Made, alice: User) -> None:
    wrong = phone.post(at(made), {**BIRTH, "year": "1969"})
    nonsense = phone.post(at(made), {"day": "31", "month": "2", "year": "x"})
    strange = phone.post("/s/" + "x" * 32 + "/", {**BIRTH, "year": "1969"})
    stops.stop(sent(alice), made.link.patient, Stop.Why.DIED, "")
    dead = phone.post(at(made), {**BIRTH, "year": "1969"})
    assert {one.status_code for one in (wrong, nonsense, strange, dead)} == {422}
    assert len({hidden(one.content.decode()) for one in (wrong, strange, dead)}) == 1
    assert 'value="1969"' in wrong.content.decode()  # what was typed stays
    assert "phone" not in phone.cookies
    cache.clear()


def test_a_date_that_nobody_has_is_no_guess_and_five_guesses_end_the_link(
    phone: Client, made: Made, alice: User, browser_of: Callable[[User], Client]
) -> None:
    course = reverse("course-phone", args=[made.link.of_course.public_id])
    clinic = browser_of(alice)
    blocked = "lien bloqué après cinq dates"
    nobody = {
        ("31", "2", "1968"): "Cette date n’existe pas", ("x", "1", "1968"): "Écrivez le jour",
        ("1", "1", "2090"): "Cette date n’existe pas", ("3", "", "1968"): "Écrivez aussi le mois",
    }  # fmt: skip
    for (day, month, year), why in nobody.items():
        said = phone.post(at(made), {"day": day, "month": month, "year": year})
        assert why in said.content.decode()
    assert Link.objects.get().tries == 0
    assert blocked not in clinic.get(course).content.decode()
    # Django's client knows no path of a cookie: a browser for each link.
    browsers = {at(made): phone, "/s/" + "x" * 32 + "/": Phone()}
    wrong = {**BIRTH, "day": "7"}
    for times in range(link_life.TRIES):
        known, strange = (one.post(to, wrong).content.decode() for to, one in browsers.items())
        assert hidden(known) == hidden(strange), "a stranger learns nothing"
        assert ("Demandez un autre lien" in known) is (times == link_life.TRIES - 1)
    assert "01\u00a023\u00a045\u00a067\u00a089" in known, "of the only site there is"
    for place, one in browsers.items():
        assert "Cinq essais n’ont rien ouvert" in one.get(place).content.decode()
    assert "Cinq essais n’ont rien ouvert" not in Phone().get(at(made)).content.decode()
    told = clinic.get(course).content.decode()
    assert blocked in told
    assert "Créer un autre lien" in told
    link_to(alice, made.link.of_course)
    assert blocked not in clinic.get(course).content.decode()


def test_what_was_answered_is_said_before_it_is_asked_again(phone: Client, made: Made) -> None:
    form = opened(phone, made)
    sent = {**CALM, "key": key_of(form), "confirmed": "1"}
    done = phone.post(at(made, "answer/"), sent, follow=True).content.decode()
    assert done.count("envoyé, merci") == 1
    assert "Voir ma courbe" not in done, "no way is known by which its code would go"
    again = phone.get(at(made), follow=True).content.decode()
    hour = hour_in_words(to_local(Answer.objects.get().received_at).time(), "fr")
    assert f"Vous avez répondu à {hour}." in again
    assert 'name="pain-24h"' not in again
    assert 'name="pain-24h"' in phone.get(at(made, "answer/?again=1")).content.decode()
    assert hour not in Phone().get(at(made), follow=True).content.decode()


def test_nothing_opens_without_the_birth_date(phone: Client, made: Made) -> None:
    for page in (
        "device/",
        "answer/",
        "problem/",
        "done/",
        "call/",
        "called/",
        "leaflet/",
        "exercises/",
    ):
        assert phone.get(at(made, page)).headers["Location"] == at(made)
    phone.cookies["phone"] = "forged"
    assert phone.post(at(made, "answer/"), CALM).headers["Location"] == at(made)
    assert not Answer.objects.exists()


def test_a_cookie_opens_no_other_link(phone: Client, made: Made, alice: User) -> None:
    opened(phone, made)
    cookie = phone.cookies["phone"].value
    other = link_to(alice, made.link.of_course)
    phone.cookies["phone"] = cookie
    assert phone.get(at(other, "answer/")).headers["Location"] == at(other)
    assert phone.get(at(made, "answer/")).headers["Location"] == at(made)  # revoked by the newer


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_answer_without_script_is_looked_over_and_sent(
    phone: Client, made: Made, language: str
) -> None:
    phone.cookies["django_language"] = language
    form = opened(phone, made)
    key = key_of(form)
    review = phone.post(at(made, "answer/"), {**CALM, "key": key})
    assert not Answer.objects.exists()  # choosing never sends
    text = review.content.decode()
    assert ("Tout est juste" if language == "fr" else "Is all of this right") in text
    assert "3/10" in text
    for _ in range(2):
        done = phone.post(at(made, "answer/"), {**CALM, "key": key, "confirmed": "1"}, follow=True)
    answer = Answer.objects.get()
    assert answer.answers == {"pain-24h": 3, "pain-trend": "falling", "signs-early": []}
    assert ("C’est envoyé" if language == "fr" else "Sent, thank you") in done.content.decode()
    assert not Alert.objects.exists()


def test_a_sign_asks_for_its_detail_and_says_whom_to_call(phone: Client, made: Made) -> None:
    key = key_of(opened(phone, made))
    said = {**CALM, "signs-early": ["none", "fever"], "key": key}  # a slip never hides a sign
    more = phone.post(at(made, "answer/"), said)
    assert 'name="shown" value="fever-value"' in more.content.decode()
    said |= {"shown": "fever-value", "fever-value": "over-38"}
    assert "38" in phone.post(at(made, "answer/"), said).content.decode()
    done = phone.post(at(made, "answer/"), {**said, "confirmed": "1"}, follow=True)
    text = done.content.decode()
    assert 'role="alert"' in text
    assert 'href="tel:0123456789"' in text
    assert Alert.objects.get().urgency == "same-day"
    phone.post(at(made, "called/"))
    phone.post(at(made, "call/"))
    kinds = [one.kind for one in Alert.objects.get().events.all()]
    assert kinds == ["raised", "called", "call-wanted"]


def test_a_calm_answer_says_when_the_pain_is_asked_again(
    phone: Client, made: Made, alice: User
) -> None:
    key = key_of(opened(phone, made))
    phone.post(at(made, "answer/"), CALM | {"key": key, "confirmed": "1"})
    text = phone.get(at(made, "done/")).content.decode()
    assert "est prévue vers le" in text, "no message goes: none is promised"
    assert "Votre équipe vous en donnera le lien" in text
    contacting.add(sent(alice), made.link.patient, {"kind": "self", "phone": "06 39 98 12 34"})
    reaching.reach(sent(alice), made.link.patient, "sms")
    assert "Nous vous redemanderons votre douleur vers le" in phone.get(
        at(made, "done/")).content.decode()  # fmt: skip


def test_without_script_an_emergency_is_said_at_the_next_step_and_before_it_is_sent(
    phone: Client, made: Made
) -> None:
    key = key_of(opened(phone, made))
    said = {"pain-24h": "8", "pain-trend": "rising", "key": key}
    asks = phone.post(at(made, "answer/"), said | {"signs-early": ["breathing", "fever"]})
    review = phone.post(at(made, "answer/"), said | {"signs-early": ["breathing"]})
    for page in (asks, review):
        text = shown(page)
        assert "Appelez d’abord" in text
        assert text.index("tel:15") < text.index("tel:0123456789")
    assert not Answer.objects.exists()
    weak = phone.post(at(made, "answer/"), said | {"signs-early": ["weakness"]})
    assert 'id="now" role="alert" hidden' in shown(weak), "its detail is asked first"
    wrong = said | {"pain-24h": "11", "signs-early": ["breathing"]}
    heard = phone.post(at(made, "answer/"), wrong)
    assert heard.status_code == 422
    assert 'id="now" role="alert">' in shown(heard), "what can be read is heard"


def shown(page: Any) -> str:
    _before, at_once = page.content.decode().split('id="now"')
    return 'id="now"' + at_once


def test_two_pains_of_one_visit_are_asked_in_one(
    phone: Client, made: Made, alice: User, standing: Any
) -> None:
    other = another_pain(standing.made)
    key = key_of(opened(phone, made))
    phone.post(at(made, "answer/"), CALM | {"key": key, "confirmed": "1"})
    done = phone.get(at(made, "done/"))
    (name,) = re.findall(r'name="of" value="([^"]+)"', done.content.decode())
    assert name.startswith(other.public_id)
    onward = phone.post(at(made, "next/"), {"of": name})
    assert onward.status_code == 302
    form = phone.get(onward.headers["Location"])
    assert form.status_code == 200, "the birth date was given"
    assert b"pain-24h" in form.content
    said = CALM | {"key": key_of(form), "confirmed": "1"}
    phone.post(onward.headers["Location"], said)
    assert {one.course_id for one in Answer.objects.all()} == {other.pk, standing.made.pk}
    opened(phone, made)
    assert phone.post(at(made, "next/"), {"of": name}).status_code in (302, 409)
    assert Link.objects.count() == 2, "it waits no more, and nothing is laid"


def test_an_answer_that_cannot_be_keeps_what_was_said(phone: Client, made: Made) -> None:
    key = key_of(opened(phone, made))
    wrong = phone.post(at(made, "answer/"), {"pain-24h": "7", "key": key, "confirmed": "1"})
    assert wrong.status_code == 422
    assert re.search(r'value="7"\s+checked', wrong.content.decode())
    assert not Answer.objects.exists()


def test_a_problem_is_heard_whatever_is_due(phone: Client, made: Made) -> None:
    opened(phone, made)
    said = {"signs": "breathing", "key": key_of(phone.get(at(made, "problem/"))), "confirmed": "1"}
    done = phone.post(at(made, "problem/"), said, follow=True)
    assert 'href="tel:15"' in done.content.decode()
    assert Alert.objects.get().urgency == "emergency"
    assert Answer.objects.get().unscheduled


def test_who_answers_for_somebody_is_named(phone: Client, made: Made) -> None:
    form = opened(phone, made, by="Anne Martin")
    phone.post(at(made, "answer/"), {**CALM, "key": key_of(form), "confirmed": "1"})
    assert Answer.objects.get().answered_by == "Anne Martin"


def test_a_name_that_deceives_is_refused_and_stays_as_typed(phone: Client, made: Made) -> None:
    refused = phone.post(at(made), {**BIRTH, "by": "Anne \u202enitraM"})
    assert refused.status_code == 422
    assert "ordre de lecture" in refused.content.decode()
    assert "phone" not in phone.cookies


def test_a_withdrawal_meanwhile_is_refused_without_why(
    phone: Client, made: Made, alice: User
) -> None:
    form = opened(phone, made)
    Stop.objects.create(patient=made.link.patient, why="died", author=alice)
    refused = phone.post(at(made, "answer/"), {**CALM, "key": key_of(form), "confirmed": "1"})
    assert refused.status_code == 409
    assert "dead" not in refused.content.decode()
    assert not Answer.objects.exists()


def test_an_answer_to_a_link_that_was_ended_meanwhile_is_said_not_to_have_gone(
    phone: Client, made: Made
) -> None:
    """Whoever else holds the link said that it is not theirs; the patient has a fever."""
    form = opened(phone, made)
    Phone().post(at(made, "not-me/"))
    fever = {**CALM, "signs-early": "fever", "key": key_of(form), "confirmed": "1"}
    told = phone.post(at(made, "answer/"), fever)
    assert told.status_code == 409
    text = told.content.decode()
    for said in ("n’est pas parti", "Appeler le 01 23 45 67 89", "le 15"):
        assert said in text.replace("\u00a0", " ")
    for word in ("Lefèvre", "genou", "infiltration"):
        assert word not in text
    assert Phone().post(at(made, "answer/"), fever).status_code == 302, "nor is it said to others"


def test_a_form_that_was_forged_is_refused_and_ours_is_taken(made: Made) -> None:
    phone = Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})
    form = phone.get(at(made)).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert token
    assert phone.post(at(made), BIRTH).status_code == 403
    assert phone.post(at(made), {**BIRTH, "csrfmiddlewaretoken": token[1]}).status_code == 302


def test_a_calm_answer_does_not_reassure_over_an_alert_that_is_open(
    phone: Client, made: Made
) -> None:
    fever = {**CALM, "signs-early": "fever", "key": key_of(opened(phone, made)), "confirmed": "1"}
    phone.post(at(made, "answer/"), fever)
    calm = {**CALM, "key": key_of(phone.get(at(made, "answer/?again=1"))), "confirmed": "1"}
    assert calm["key"] != fever["key"], "what was sent is sent"
    done = phone.post(at(made, "answer/"), calm, follow=True).content.decode()
    assert 'role="alert"' in done
    assert "Ce que vous nous avez signalé avant compte toujours" in done
    assert "pas nécessaire de nous appeler" not in done
    call = phone.post(at(made, "call/"), follow=True).content.decode()
    assert "deux jours" not in call
    assert 'href="tel:0123456789"' in call
    phone.post(at(made, "called/"))
    assert "Vous nous avez dit avoir appelé" in phone.get(at(made, "done/")).content.decode()
    worse = {"signs": "breathing", "key": key_of(phone.get(at(made, "problem/")))}
    done = phone.post(at(made, "problem/"), {**worse, "confirmed": "1"}, follow=True)
    assert "Vous nous avez dit avoir appelé" not in done.content.decode()


def test_a_sign_that_no_rule_hears_is_never_answered_with_nothing_to_do(
    phone: Client, made: Made, alice: User
) -> None:
    form = opened(phone, made)
    assert "coché" not in form.content.decode()
    sent = {"signs": "mouth-tingling", "key": key_of(phone.get(at(made, "problem/")))}
    told = phone.post(at(made, "problem/"), {**sent, "confirmed": "1"}, follow=True)
    assert "Nous vous rappelons" in told.content.decode()
    alert = alerts.take(alice, Alert.objects.get(), Alert.objects.get().version)
    alerts.end(alice, alert, alert.version, "phone-advice", "Rien à ce jour")
    done = phone.get(at(made, "done/")).content.decode()
    assert "Votre équipe a regardé votre réponse" in done
    assert "vous rappel" not in done, "who was spoken to is promised no other call"
    assert "pas nécessaire de nous appeler" not in done


def test_who_has_no_alarm_is_promised_a_call(phone: Client, made: Made) -> None:
    opened(phone, made)
    assert "sous deux jours ouvrés" in phone.get(at(made, "call/")).content.decode()
    told = phone.post(at(made, "call/"), follow=True).content.decode()
    assert "C’est noté" in told
    assert 'role="alert"' not in told
    assert Alert.objects.get().alarms == []


def test_a_visit_ends_when_nobody_does_anything_and_not_before(phone: Client, made: Made) -> None:
    phone.post(at(made), BIRTH)
    phone.post(at(made, "device/"), {"own": "no"})
    for minutes in (9, 18, 27):
        with after(minutes / 60):
            assert phone.get(at(made, "answer/")).status_code == 200
    with after(38 / 60):
        assert phone.get(at(made, "answer/")).headers["Location"] == at(made)


def test_a_device_that_is_shared_keeps_nothing(phone: Client, made: Made) -> None:
    opened(phone, made)
    assert len(phone.cookies["phone_device"].value) == 64
    phone.post(at(made, "device/"), {"own": "no"})
    assert not phone.cookies["phone_device"].value
    assert phone.cookies["phone"]["max-age"] == 600


def test_the_page_holds_what_its_rules_read_and_its_title_no_health(
    phone: Client, made: Made
) -> None:
    form = opened(phone, made)
    data = json.loads(
        re.search(r'id="diary" type="application/json">(.*?)</script>', form.content.decode())[1]  # type: ignore[index]
    )
    known = following.facts_of(made.link.course, timezone.now())
    unread = {name for name in known if name not in data["facts"]}
    assert "alarm-open" in unread, "what no rule of the phone reads stays here"
    fever = {**CALM, "signs-early": "fever", "key": key_of(form), "confirmed": "1"}
    done = phone.post(at(made, "answer/"), fever, follow=True).content.decode()
    assert "Appelez aujourd’hui" in done
    title = re.search("<title>(.*?)</title>", done, re.DOTALL)
    assert title
    assert "Appelez" not in title[1]


def test_the_leaflet_is_read_again_by_who_opened_the_link(phone: Client, made: Made) -> None:
    assert phone.get(at(made, "leaflet/")).headers["Location"] == at(made)
    opened(phone, made)
    text = phone.get(at(made, "leaflet/")).content.decode()
    assert "L’infiltration" in text
    assert "<strong>Ce que l’on sait.</strong>" in text
    assert "**" not in text


def test_the_leaflet_is_printed_for_the_patient_also_large(
    made: Made, alice: User, browser_of: Any
) -> None:
    browser = browser_of(alice)
    page = reverse("course-leaflet", args=[made.link.course.public_id])
    small, large = browser.get(page), browser.get(page, {"size": "large"})
    for answer in (small, large):
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
    assert 1 <= page_count(small.content) < page_count(large.content)
    assert AuditEntry.objects.filter(action="export", kind="course").count() == 2


def test_the_first_page_is_light(phone: Client, made: Made) -> None:
    text = phone.get(at(made)).content
    files = re.findall(rb'(?:href|src)="/static/([^"#?]+)', text)
    assert files
    sizes = [Path(str(finders.find(name.decode()))).stat().st_size for name in files]
    assert len(text) + sum(sizes) < 100_000


ROUND_TRIP, BYTES_A_SECOND = 0.4, 400_000 / 8
"""Of a slow 3G network: 400 ms, 400 kbit."""


def test_the_first_page_is_usable_in_two_seconds_of_a_slow_network(
    phone: Client, made: Made
) -> None:
    """By its weight and its round trips, those that open the connection and its TLS among them: a
    machine's own time is not counted. What is drawn waits for the page, and for nothing else: its
    style stands in it, by a digest that the policy names."""
    answer = phone.get(at(made))
    text = answer.content
    assert not re.findall(rb'<link rel="stylesheet"', text), "another round trip"
    (style,) = re.findall(rb"<style>(.*?)</style>", text, re.DOTALL)
    named = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert f"style-src 'self' 'sha256-{named}'" in answer.headers["Content-Security-Policy"]
    assert b"@import" not in style
    assert b"url(" not in style, "letters or pictures that are waited for"
    for script in re.findall(rb"<script[^>]*>", text):
        assert b'type="module"' in script, "a script that nothing waits for"
    assert 3 * ROUND_TRIP + len(text) / BYTES_A_SECOND < 2
    assert text.count(style[:200]) == 1, "the style stands once, and in no attribute"


def test_the_icon_of_the_home_screen_opens_no_link_and_says_no_health(
    phone: Client, made: Made
) -> None:
    manifest = json.loads(phone.get("/s/app.webmanifest").content)
    assert (manifest["start_url"], manifest["scope"]) == ("/s/", "/s/")
    for icon in manifest["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/")), icon
    start = phone.get(manifest["start_url"])
    assert start.status_code == 200
    for text in (start.content.decode(), json.dumps(manifest)):
        assert made.token not in text
        for word in ("douleur", "infiltration", "Zoé", "Lefèvre", "genou"):
            assert word not in text
    assert "Ouvrez le lien de votre dernier message" in start.content.decode()
    opened(phone, made)  # on the patient's own device
    assert 'rel="manifest"' in phone.get(at(made, "answer/")).content.decode()
    phone.post(at(made, "device/"), {"own": "no"})
    assert 'rel="manifest"' not in phone.get(at(made, "answer/")).content.decode()


def test_what_is_on_this_device_is_erased_and_what_was_sent_stays(
    phone: Client, made: Made
) -> None:
    key = key_of(opened(phone, made))
    phone.post(at(made, "answer/"), CALM | {"key": key, "confirmed": "1"})
    assert "/forget/" in phone.get(at(made, "problem/")).content.decode()
    assert phone.get(at(made, "forget/")).status_code == 200
    gone = phone.post(at(made, "forget/"), {})
    assert "C’est effacé" in gone.content.decode()
    assert "portal/forget" in gone.content.decode(), "what the script kept goes too"
    assert phone.get(at(made, "answer/")).status_code == 302, "the birth date is asked again"
    assert Answer.objects.count() == 1


def test_a_language_that_nobody_speaks_here_changes_nothing(phone: Client, made: Made) -> None:
    phone.cookies["django_language"] = "zz<script>"
    assert '<html lang="fr">' in phone.get(at(made)).content.decode()
    answer = phone.post(at(made, "language/"), {"language": "tlh"}, follow=True)
    assert answer.status_code == 200
    assert '<html lang="fr">' in answer.content.decode()
