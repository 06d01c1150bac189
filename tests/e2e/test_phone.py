"""The patient's phone in a browser: an answer in few taps, and an alarm said without a network."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from dolenti.access.models import Site, User
from dolenti.diary import answers, links
from dolenti.diary.models import Alert, Answer
from dolenti.followup import rehabilitating
from dolenti.portal import door
from dolenti.treatment.models import Fee, Session
from tests.e2e.visiting import asked_after_two_days, come_in, looked_at, say_birth_date, say_fever
from tests.questionnaires import written
from tests.web.diary import BORN, treated
from tests.web.world import allow, clinic, sent, workday

pytestmark = pytest.mark.browser
MOST_TAPS, MOST_SECONDS = 5, 20
READING = 3
"""Seconds that somebody takes to read one screen and choose, beside what the phone takes."""


@pytest.fixture
def address(alice: User, live_server: object, monkeypatch: pytest.MonkeyPatch) -> str:
    return asked_after_two_days(alice, live_server, monkeypatch)


def test_an_answer_takes_few_taps_and_the_last_of_a_scale_never_sends(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    taps, taken = 0, 0.0
    looked_at(page, "pain")

    for value in ("3", "falling", "none"):
        begun = time.monotonic()
        page.locator(f'.question:not([hidden]) input[value="{value}"]').click()
        taken += time.monotonic() - begun
        taps += 1
        assert not Answer.objects.exists(), "choosing sends nothing"
    expect(page.get_by_role("heading", name="Tout est juste")).to_be_visible()
    looked_at(page, "review")
    begun = time.monotonic()
    page.get_by_role("button", name="Envoyer").click()
    taps += 1
    expect(page.get_by_role("heading", name="C’est envoyé, merci")).to_be_visible()
    taken += time.monotonic() - begun
    looked_at(page, "done")
    assert taps <= MOST_TAPS
    assert taken + taps * READING < MOST_SECONDS
    assert Answer.objects.get().answers == {
        "pain-24h": 3, "pain-trend": "falling", "signs-early": [],
    }  # fmt: skip


def test_an_alarm_is_said_without_a_network_and_the_answer_leaves_once_there_is_one(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    say_fever(page)
    looked_at(page, "signs")
    page.get_by_role("button", name="Continuer").click()
    page.locator('.question:not([hidden]) input[value="over-38"]').click()
    page.context.set_offline(True)
    page.get_by_role("button", name="Envoyer").click()
    told = page.locator("#not-sent")
    expect(told).to_contain_text("Appelez")
    expect(told).to_contain_text("pas encore partie")
    looked_at(page, "no-network")
    assert not Answer.objects.exists()
    page.context.set_offline(False)
    page.wait_for_url(re.compile("/done/$"))
    expect(page.locator(".alarm")).to_contain_text("Fièvre ou frissons")
    expect(page.locator(".alarm")).not_to_contain_text("demain")
    looked_at(page, "alarm")
    assert Answer.objects.count() == Alert.objects.count() == 1


def test_what_several_alarms_say_alike_is_said_once_before_it_is_sent_too(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    say_fever(page)
    here = page.locator(".question:not([hidden])")
    here.locator('input[value="redness"]').click()
    page.get_by_role("button", name="Continuer").click()
    here.locator('input[value="over-38"]').click()
    here.locator('input[value="spreading"]').click()
    expect(page.get_by_text("Appelez aujourd’hui", exact=True)).to_be_visible()
    said = page.locator("main").inner_text()
    assert said.count("Ne prenez pas d’antibiotique avant.") == 1
    assert "Fièvre ou frissons · Rougeur" in said


def test_an_emergency_is_said_at_the_tick_and_the_form_goes_on(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    now, here = page.locator("#now"), page.locator(".question:not([hidden])")
    here.locator('input[value="8"]').click()
    here.locator('input[value="rising"]').click()
    here.locator('input[value="fever"]').click()  # grave by its detail alone: it is asked next
    expect(now).to_be_hidden()
    here.locator('input[value="breathing"]').click()
    expect(now).to_contain_text("Appelez le 15")
    expect(now).to_contain_text("pas encore envoyée")
    expect(now.get_by_role("link").first).to_have_attribute("href", "tel:15")
    expect(now).to_be_in_viewport()
    looked_at(page, "at-the-tick")
    here.locator('input[value="breathing"]').click()
    expect(now).to_be_hidden()
    here.locator('input[value="breathing"]').click()
    page.get_by_role("button", name="Continuer").click()
    here.locator('input[value="under-38"]').click()
    expect(page.locator("#now ~ #review")).to_contain_text("Fièvre")
    expect(now).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Envoyer").click()
    left = page.locator("#not-sent")
    expect(left).to_contain_text("pas encore partie")
    expect(now).to_be_hidden()
    calls = left.get_by_role("link").filter(visible=True)
    expect(calls.first).to_have_attribute("href", "tel:15")
    assert not Answer.objects.exists()
    page.context.set_offline(False)
    page.wait_for_url(re.compile("/done/$"))
    assert Alert.objects.get().urgency == "emergency"


def test_an_alarm_is_said_at_once_on_a_network_that_never_answers(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    say_fever(page)
    page.get_by_role("button", name="Continuer").click()
    page.locator('.question:not([hidden]) input[value="over-38"]').click()
    hung: list[Route] = []

    def hang(route: Route) -> None:
        hung.append(route)

    page.route("**/answer/", hang)  # neither answered nor refused
    page.get_by_role("button", name="Envoyer").click()
    told = page.locator("#not-sent")
    expect(told).to_contain_text("Appelez", timeout=1500)
    expect(page.locator("#status")).to_have_text("Envoi en cours…")
    looked_at(page, "hangs")
    expect(told).to_contain_text("pas encore partie", timeout=12_000)
    page.unroute("**/answer/")
    page.wait_for_url(re.compile("/done/$"), timeout=15_000)
    assert Answer.objects.count() == Alert.objects.count() == len(hung) == 1


def test_a_visit_that_ended_meanwhile_says_the_alarm_and_asks_again_who_it_is(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    say_fever(page)
    page.get_by_role("button", name="Continuer").click()
    page.locator('.question:not([hidden]) input[value="over-38"]').click()
    page.context.clear_cookies(name="phone")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#not-sent")).to_contain_text("Appelez")
    looked_at(page, "ended")
    page.get_by_role("link", name="Redonner ma date de naissance").click()
    say_birth_date(page)
    page.wait_for_url(re.compile("/answer/$"))  # the device is known to be the patient's
    expect(page.get_by_role("heading", name="Tout est juste")).to_be_visible()
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_url(re.compile("/done/$"))
    assert Alert.objects.get().urgency == "same-day"


def test_none_of_these_never_wins_over_a_sign_and_no_answer_goes_in_silence(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    here = page.locator(".question:not([hidden])")
    say_fever(page)
    here.locator('input[value="none"]').click()
    expect(here.get_by_role("alert")).to_contain_text("lequel est juste")
    looked_at(page, "both")
    expect(here.locator('input[value="fever"]')).to_be_checked()
    expect(here.locator('input[value="none"]')).not_to_be_checked()
    page.get_by_role("button", name="Continuer").click()
    here.locator('input[value="over-38"]').click()
    page.get_by_role("button", name="Retour").click()
    page.get_by_role("button", name="Retour").click()
    here.locator('input[value="fever"]').click()  # its temperature would go with it
    expect(here.get_by_role("alert")).to_contain_text("38 °C ou plus")
    expect(here.locator('input[value="fever"]')).to_be_checked()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Continuer").click()
    review = page.locator("#review")
    expect(review).to_contain_text("38 °C ou plus")
    expect(review).not_to_contain_text("Aucun de ces signes")
    looked_at(page, "review-fever")
    review.get_by_role("button", name=re.compile("Modifier.*signes")).click()
    for _ in range(2):
        here.locator('input[value="fever"]').click()
    here.locator('input[value="none"]').click()
    expect(review).not_to_contain_text("38 °C")
    expect(review).to_contain_text("Aucun de ces signes")


def test_nothing_is_passed_over_unseen(address: str, window: Callable[..., Page]) -> None:
    page = window(width="phone")
    come_in(page, address)
    here = page.locator(".question:not([hidden])")
    expect(page.get_by_text("Question 1 sur 3")).to_be_visible()
    go_on = page.locator("#next")
    here.locator('input[value="3"]').click()
    go_on.click(force=True, no_wait_after=True)  # as the page before asked: it presses nothing
    expect(page.get_by_text("Question 2 sur 3")).to_be_visible()
    go_on.click()
    expect(here.get_by_role("alert")).to_contain_text("Répondez, ou passez la question")
    looked_at(page, "unanswered")
    page.get_by_role("button", name="Passer").click()
    here.locator('input[value="none"]').click()
    go_on.click(force=True, no_wait_after=True)  # it would send what nobody looked over
    review = page.locator("#review")
    expect(review).to_contain_text("Sans réponse")
    assert not Answer.objects.exists()
    review.get_by_role("button", name="Modifier").nth(1).click()
    here.locator('input[value="falling"]').click()
    expect(review).not_to_contain_text("Sans réponse")


def test_without_a_network_every_page_says_whom_to_call_and_a_shared_device_keeps_nothing(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    kept = "caches.open('dolenti-phone').then((kept) => kept.keys()).then((all) => all.length > 1)"
    page.wait_for_function(f"() => {kept}")
    page.reload()
    page.context.set_offline(True)
    page.get_by_role("link", name="J’ai un problème").click()
    box = page.locator("#no-network")
    expect(box.get_by_role("link", name="Appeler le 01 23 45 67 89")).to_be_visible()
    looked_at(page, "no-network-box")
    expect(page.get_by_text("Question 1 sur 3")).to_be_visible()
    page.goto(f"{address}problem/")  # the page was left all the same
    expect(page.get_by_role("heading", name="Pas de réseau")).to_be_visible()
    call = page.locator("main").get_by_role("link", name="Appeler le 01 23 45 67 89").last
    expect(call).to_have_attribute("href", "tel:0123456789")
    looked_at(page, "offline")
    page.context.set_offline(False)
    page.goto(f"{address}device/")
    page.get_by_role("button", name="Non, il est partagé").click()
    page.wait_for_function("() => caches.has('dolenti-phone').then((there) => !there)")


def test_a_shared_device_closes_when_the_page_after_sending_is_left(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    page.goto(f"{address}device/")
    page.get_by_role("button", name="Non, il est partagé").click()
    page.wait_for_url(re.compile("/answer/$"))
    here = page.locator(".question:not([hidden])")
    for value in ("3", "falling", "none"):
        here.locator(f'input[value="{value}"]').click()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Cet appareil est partagé")).to_be_visible()
    looked_at(page, "done-shared")
    page.get_by_role("link", name="Demander un appel").click()
    expect(page.get_by_role("button", name="Demander un appel")).to_be_visible()
    page.goto(f"{address}done/")
    page.goto("about:blank")
    page.wait_for_timeout(1000)  # what is sent on leaving has no page that waits for it
    page.goto(f"{address}done/")
    expect(page.get_by_label("Jour")).to_be_visible()


def test_by_keys_alone_nothing_goes_on_by_itself(address: str, window: Callable[..., Page]) -> None:
    page = window(width="phone")
    come_in(page, address)
    page.keyboard.press("Tab")
    page.locator('.question:not([hidden]) input[value="0"]').focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")  # the arrows move among the answers
    assert page.locator(".question:not([hidden]) input:checked").get_attribute("value") == "3"
    page.keyboard.press("Enter")
    page.locator('.question:not([hidden]) input[value="falling"]').focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.locator('.question:not([hidden]) input[value="none"]').focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tout est juste")).to_be_visible()
    assert not Answer.objects.exists()


def test_without_script_the_same_is_asked_and_sent(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone", java_script_enabled=False)
    page.goto(address)
    say_birth_date(page)
    page.get_by_role("button", name="Non, il est partagé").click()

    def touch(value: str) -> None:
        page.locator(f'label:has(input[value="{value}"])').first.click()

    for value in ("3", "falling", "none"):
        touch(value)
    touch("fever")  # beside “none”: the sign stands
    page.get_by_role("button", name="Continuer").click()
    touch("over-38")
    touch("fever")
    touch("none")
    page.get_by_role("button", name="Continuer").click()  # what was told more of it keeps it
    expect(page.get_by_text("Fièvre ou frissons")).to_be_visible()
    page.get_by_role("button", name="Modifier").first.click()
    touch("4")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".alarm")).to_contain_text("Fièvre ou frissons")
    assert Answer.objects.get().answers == {
        "pain-24h": 4, "pain-trend": "falling", "signs-early": ["fever"], "fever-value": "over-38",
    }  # fmt: skip


def test_a_problem_and_a_call_are_one_touch_from_every_page(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address, own=False)
    page.get_by_role("link", name="J’ai un problème").click()
    looked_at(page, "problem")
    page.locator('input[value="breathing"]').click()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_url("**/done/")  # the 15 was said before, at the tick
    expect(page.get_by_role("link", name="Appeler le 15")).to_be_visible()
    looked_at(page, "emergency")
    page.get_by_role("link", name="Demander un appel").click()
    looked_at(page, "call")
    expect(page.get_by_text("deux jours")).to_have_count(0)


@pytest.fixture
def aftercare(alice: User, live_server: object, monkeypatch: pytest.MonkeyPatch) -> str:
    """A link to the leaflet of a session, whose patient has a plan of exercises."""
    monkeypatch.setattr(door, "HELD", 0.0)
    Site.objects.filter(pk=alice.site_id).update(phone="01 23 45 67 89")
    alice.site.refresh_from_db()
    with time_machine.travel(timezone.now() - timedelta(days=14)):
        found = clinic(alice).with_course(days=[workday(7)]).record.session
    session = Session.objects.select_related(
        "course__patient__site", "course__site", "course__complaint", "course__practitioner"
    ).get(pk=found.pk)
    Fee.objects.create(
        site=session.course.site, therapy=session.course.therapy, label="Séance", cents=9050
    )
    now = timezone.now()
    plan = rehabilitating.propose(sent(alice), session.course.complaint, "knee-osteoarthritis", now)
    rehabilitating.accept(alice, plan, plan.version, now)
    return f"{live_server}{reverse('phone', args=[links.make_for_aftercare(alice, session).token])}"


@pytest.mark.parametrize("large", [False, True], ids=["as-it-is", "large"])
def test_what_is_read_after_a_session_is_read_by_everybody(
    aftercare: str, window: Callable[..., Page], *, large: bool
) -> None:
    page = window(width="phone")
    page.goto(aftercare)
    if large:
        page.get_by_role("button", name="Texte plus grand").click()
        looked_at(page, "large-birth-date")
    say_birth_date(page)
    page.get_by_role("button", name="Oui, c’est le mien").click()
    page.wait_for_url(re.compile("/aftercare/$"))
    assert page.evaluate("document.documentElement.classList.contains('large')") is large
    assert page.evaluate("Object.keys(localStorage).length") == int(large)
    looked_at(page, "aftercare")
    page.get_by_role("link", name="Relire l’information sur le traitement").click()
    expect(page.get_by_role("heading", name="Prix dans ce centre")).to_be_visible()
    looked_at(page, "leaflet")
    page.get_by_role("link", name="Mes exercices").click()
    looked_at(page, "exercises")


def test_a_questionnaire_is_answered_item_by_item_and_read_at_the_clinic(
    address: str,
    window: Callable[..., Page],
    live_server: object,
    alice: User,
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.DATA = tmp_path
    written(tmp_path)
    page = window(width="phone")
    come_in(page, address)
    for value in ("3", "falling", "none"):
        page.locator(f'.question:not([hidden]) input[value="{value}"]').click()
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_role("link", name="Ma journée (inventé)").click()
    for number, value in enumerate(("4", "1", "1")):
        looked_at(page, f"questionnaire-{number}")
        page.locator(f'.question:not([hidden]) input[value="{value}"]').click()
    looked_at(page, "questionnaire-review")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("heading", name="C’est envoyé, merci")).to_be_visible()
    page.get_by_role("link", name="Demander un rendez-vous").click()
    looked_at(page, "ask-visit")
    kept = Answer.objects.get(window="scored-ruler")
    assert set(kept.answers.values()) == {"4", "1"}

    clinic_page = window(alice, width="phone")
    course = kept.course.public_id
    for name, arguments in (
        ("course-questionnaire", [course, "ruler"]), ("course-follow-up", [course]),
    ):  # fmt: skip
        clinic_page.goto(f"{live_server}{reverse(name, args=arguments)}")
        looked_at(clinic_page, name)
    expect(clinic_page.get_by_text("50 après")).to_be_visible()


def test_where_it_hurts_is_pressed_on_the_figure_or_ticked_in_the_list(
    alice: User,
    live_server: object,
    window: Callable[..., Page],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The figure and the list are one answer; what was told is on the figure of the clinic."""
    monkeypatch.setattr(door, "HELD", 0.0)
    with time_machine.travel(timezone.now() - timedelta(days=31)):
        allow(alice, "infiltration")
        course = treated(alice)
    made = links.make(alice, course, "m1", "last")
    link = links.open_(made.token, BORN, "192.0.2.1")
    said = {"pain-24h": "3", "change": "2", "signs-late": ["none"]}
    answers.receive(links.patient_by(link), link, answers.Sent(uuid.uuid4(), said, "m1"))
    page = window(width="phone")
    come_in(page, f"{live_server}{reverse('phone', args=[made.token])}")
    page.goto(f"{live_server}{reverse('phone-more', args=[made.token])}")
    while not page.locator("#q-where-now:not([hidden])").count():
        page.get_by_role("button", name="Passer").click()
    knee = page.locator("#q-where-now").get_by_label("Genou")
    zone = page.locator('#q-where-now [data-zone="knee"]').first
    zone.click()
    expect(knee).to_be_checked()
    looked_at(page, "where")
    expect(page.locator('#q-where-now .body-zone.on[data-lit="knee"]').first).to_be_visible()
    zone.click()
    expect(knee).not_to_be_checked()
    expect(page.locator("#q-where-now .body-zone.on")).to_have_count(0)
    knee.check()
    page.locator("#q-where-now").get_by_label("Rachis lombaire").check()
    expect(
        page.locator('#q-where-now .body-zone.on[data-lit="lumbar-spine"]').first
    ).to_be_visible()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("Question 3 sur")).to_be_visible()
    looked_at(page, "where-next")
    while page.locator("#review").is_hidden():
        skip = page.locator("#skip")
        if skip.is_visible():
            skip.click()
        else:  # signs are never passed over
            page.locator('.question:not([hidden]) input[value="none"]').check()
            page.locator("#next").click()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("heading", name="C’est envoyé, merci")).to_be_visible()
    clinic_page = window(alice, width="phone")
    clinic_page.goto(f"{live_server}{reverse('course-follow-up', args=[course.public_id])}")
    looked_at(clinic_page, "where-clinic")
    expect(clinic_page.get_by_role("heading", name="Où le patient a mal")).to_be_visible()


def test_an_appointment_that_is_asked_for_is_seen_to_wait(
    address: str, window: Callable[..., Page]
) -> None:
    page = window(width="phone")
    come_in(page, address)
    page.get_by_role("link", name="Demander un rendez-vous").click()
    page.get_by_label("Matin", exact=True).check()
    page.get_by_label("Jeudi").check()
    later = timezone.localtime() + timedelta(days=8)
    page.get_by_label("Pas avant le").fill(later.date().isoformat())
    looked_at(page, "ask-visit-typed")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("En attente depuis le")).to_be_visible()
    looked_at(page, "ask-visit-waits")
    page.get_by_role("link", name="Modifier ma demande").click()
    expect(page.get_by_label("Jeudi")).to_be_checked()
    page.get_by_role("link", name="Retour").click()
    page.get_by_role("link", name="Demander un rendez-vous").click()
    page.get_by_role("button", name="Retirer ma demande").click()
    expect(page.get_by_text("Votre demande est retirée")).to_be_visible()
