"""Every form of the phone: it leads on, is sent once, and says of each field what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import URLPattern

from dolenti.access.covered import cover
from dolenti.access.models import User
from dolenti.diary.links import Made
from dolenti.diary.models import Answer, Stop
from dolenti.portal import door, steps, urls
from dolenti.records.patients import contacting
from dolenti.treatment.models import Course
from tests.web.diary import (
    ADDRESS,
    BORN,
    LINKS,
    NUMBER,
    after,
    answered,
    link_to,
    opened,
    treated,
)
from tests.web.world import sent, state

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
BIRTH: Final = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}
PAGES: Final = [one for one in urls.urlpatterns if getattr(one.callback, "sends", False)]
"""Every page of the phone that takes a form: from the code, so that a new one is among them."""
PURPOSES: Final = ("answer", *LINKS)
ASKED: Final = ("", "?sent=1", "?kind=call", "?kind=move", "?again=1", "?change=1")
WRONG: Final = {"date": "31-31", "radio": "?", "checkbox": ""}
TOO_LONG: Final = "un mot de trop " * 200


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)


def made_for(alice: User, purpose: str) -> Made:
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()
    return LINKS[purpose](alice) if purpose in LINKS else link_to(alice, treated(alice))


@pytest.fixture(params=PURPOSES)
def link(request: pytest.FixtureRequest, alice: User) -> Iterator[Made]:
    """A link of each purpose."""
    if request.param != "answer":
        yield made_for(alice, request.param)
        return
    course = treated(alice)
    contacting.add(sent(alice), course.patient, {"kind": "self", "phone": NUMBER, "email": ADDRESS})
    state(alice, course.patient, **{"protected-adult": False})  # type: ignore[arg-type]
    with after(50):
        made = link_to(alice, course)
        answered(opened(made))
        yield made


def inside(made: Made, **said: str) -> Client:
    """A browser that opened a link, on a device of the patient's own."""
    browser = Client()
    browser.post(f"/s/{made.token}/", {**BIRTH, **said})
    browser.post(f"/s/{made.token}/device/", {"own": "yes"})
    return browser


def address(page: URLPattern, made: Made) -> str:
    return "/" + str(page.pattern).replace("<slug:token>", made.token).replace(
        "<covered:name>", cover("x")
    )


def test_every_form_leads_on_to_a_page_that_is_asked_for(link: Made) -> None:
    within = inside(link)
    for page in sorted(
        PAGES, key=lambda one: one.name in ("phone-forget", "phone-not-me")
    ):  # it ends the link
        for said in ({}, {"text": TOO_LONG, "code": "1", "day": "99", "do": "answer", "part": "?"}):
            for browser in (within, Client()):
                answer = browser.post(address(page, link), said)
                assert answer.status_code == 302, (page.name, answer.status_code)
                onward = answer.headers["Location"]
                assert not {"99", "answer", TOO_LONG} & set(onward.split("=")), onward
                if steps.STEP in onward:
                    shown, again = browser.get(onward), browser.get(onward)
                    assert shown.content == again.content, "reloaded, it is the same page"
                    assert shown.headers["Cache-Control"] == "no-store"


def made_once(alice: User) -> Course:
    return treated(alice)


@pytest.fixture
def made(alice: User, standing: Any) -> Iterator[Made]:
    with after(50):
        yield link_to(alice, standing.made)


CALM: Final = {"pain-24h": "3", "pain-trend": "falling", "signs-early": "none"}


def test_back_to_a_step_of_what_was_sent_sends_nothing_again(made: Made) -> None:
    browser = inside(made)
    step = browser.post(f"/s/{made.token}/answer/", CALM).headers["Location"]
    review = browser.get(step).content.decode()
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', review))
    onward = browser.post(step, {**fields, **CALM, "confirmed": "1"})
    assert onward.headers["Location"].endswith("/done/")
    back = browser.get(step, follow=True)
    assert back.redirect_chain == [(f"/s/{made.token}/answer/", 302)]
    assert "Vous avez répondu" in back.content.decode()
    assert Answer.objects.count() == 1


def test_a_step_opens_in_the_browser_that_was_led_to_it_alone(made: Made) -> None:
    browser = inside(made)
    step = browser.post(f"/s/{made.token}/answer/", CALM).headers["Location"]
    for other in (Client(), inside(made)):
        assert other.get(step).headers["Location"] == f"/s/{made.token}/answer/"
    made.link.revoked_at = made.link.created_at
    made.link.save()
    assert browser.get(step, follow=True).redirect_chain[-1][0] == f"/s/{made.token}/"


def test_whoever_is_not_the_patient_leaves_no_page_behind(made: Made) -> None:
    browser = inside(made)
    step = browser.post(f"/s/{made.token}/answer/", CALM).headers["Location"]
    said = browser.post(f"/s/{made.token}/not-me/")
    assert "C’est noté" in browser.get(said.headers["Location"]).content.decode()
    assert browser.get(step, follow=True).redirect_chain


def test_what_a_step_says_is_kept_sealed(made: Made) -> None:
    browser = inside(made)
    browser.post(f"/s/{made.token}/answer/", {**CALM, "pain-24h": "onze"})
    kept = SessionStore(browser.cookies[steps.COOKIE].value)
    assert "onze" not in str(dict(kept.items()))
    assert kept.get_expiry_age() <= door.OWN_SECONDS


def test_messages_are_stopped_once_however_often_the_page_is_loaded(made: Made) -> None:
    browser = Client()
    onward = browser.post(f"/s/{made.token}/stop/").headers["Location"]
    for _ in range(3):
        assert "C’est noté" in browser.get(onward).content.decode()
    assert Stop.objects.count() <= 1


class Page(HTMLParser):
    """The fields of a page that a person fills in, its marks, and its sentences of refusal."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, dict[str, str]] = {}
        self.hidden: dict[str, str] = {}
        self.invalid: list[str] = []
        self.why: list[str] = []
        self.focused: list[dict[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name, kind = told.get("name", ""), told.get("type", tag)
        if tag in ("input", "textarea", "select") and name and kind == "hidden":
            self.hidden.setdefault(name, told.get("value", ""))
        elif tag in ("input", "textarea", "select") and name:
            self.fields.setdefault(name, {**told, "type": kind})
        if told.get("aria-invalid") == "true":
            self.invalid += told["aria-describedby"].split()
        if tag == "p" and told.get("id", "").startswith("why-"):
            self.why.append(told["id"])
        if "autofocus" in told:
            self.focused.append(told)


def insist_marked(text: str, where: str) -> None:
    """Each sentence of refusal describes a field that is marked, and the first field has the
    focus."""
    page = Page(text)
    assert page.why, f"{where}: no field says what is wrong with it"
    for why in page.why:
        assert why in page.invalid, f"{where}: {why} is of no field that is marked"
    assert len(page.focused) == 1, f"{where}: {page.focused}"
    (focused,) = page.focused
    is_first = page.why[0] in focused.get("aria-describedby", "").split()
    assert is_first or focused["type"] == "radio", f"{where}: the focus is not on the first"
    assert len(set(page.why)) == len(page.why)


def wrong(page: Page) -> dict[str, str]:
    """Something that every field refuses."""
    said = {name: WRONG.get(one["type"], TOO_LONG) for name, one in page.fields.items()}
    return {**page.hidden, **said}


def filled_pages(
    browser: Client, made: Made, variants: tuple[str, ...] = ASKED
) -> Iterator[tuple[str, Page]]:
    """Every page of a link on which something is to be filled in, from the code."""
    for page in PAGES:
        for asked in variants:
            where = address(page, made) + asked
            shown = browser.get(where)
            if shown.status_code == 200 and (found := Page(shown.content.decode())).fields:
                yield where, found


LEAST: Final = {
    "answer": {"", "answer/", "problem/", "ask-visit/", "curve/"},
    "history": {""},  # its questions come one by one: below
    "appointment": {"", "visit/wish/"},
    "consent": {"", "consent/ask/", "consent/sign/", "ask-visit/"},
    "aftercare": {"", "problem/", "ask-visit/"},
}
"""What the walk must have met, so that it cannot pass by meeting nothing."""


def test_every_refused_field_says_so_itself(link: Made) -> None:
    seen = set()
    patient, another, stranger = inside(link), inside(link, by="Zoé"), Client()
    for browser, variants in ((patient, ASKED), (another, ("",)), (stranger, ("",))):
        for where, page in list(filled_pages(browser, link, variants)):
            answer = browser.post(where, wrong(page), follow=True)
            assert answer.status_code == 422, where
            insist_marked(answer.content.decode(), where)
            seen.add(where.split("?")[0].removeprefix(f"/s/{link.token}/"))
    assert seen >= LEAST[str(link.link.purpose)]


def test_each_question_of_a_history_says_what_it_refuses(alice: User) -> None:
    made = made_for(alice, "history")
    browser = inside(made)
    page = browser.post(f"/s/{made.token}/history/", {"do": "begin"}, follow=True)
    kinds = set()
    for _ in range(60):
        asked = Page(page.content.decode())
        if "fact" not in asked.hidden:
            break
        carried = re.findall(r'name="said" value="([^"]*)"', page.content.decode())
        said = {**asked.hidden, "said": [one.replace("&quot;", '"') for one in carried]}
        kind = "names" if "new" in asked.fields else "-".join(sorted(asked.fields))
        if kind != "names":
            typed = {name: "xx" for name in asked.fields if name != "unit"}
            refused = browser.post(
                f"/s/{made.token}/history/", {**said, **typed, "do": "answer"}, follow=True
            )
        else:
            refused = browser.post(
                f"/s/{made.token}/history/", {**said, "do": "answer"}, follow=True
            )
        assert refused.status_code == 422, (asked.hidden["fact"], kind)
        insist_marked(refused.content.decode(), asked.hidden["fact"])
        kinds.add(kind)
        page = browser.post(f"/s/{made.token}/history/", {**said, "do": "skip"}, follow=True)
    assert {"names", "value"} <= kinds


@pytest.mark.parametrize(
    "typed, marked",
    [
        ({"day": "32", "month": "13", "year": "x"}, ["why-day", "why-month", "why-year"]),
        ({"day": "1", "month": "", "year": "1968"}, ["why-month"]),
        ({"day": "31", "month": "02", "year": "1968"}, ["why-date"]),
        ({"day": "2", "month": "3", "year": ""}, ["why-year"]),
        ({"day": "2", "month": "4", "year": "1968"}, ["why-date"]),  # not the patient's
    ],
)
def test_a_birth_date_says_of_each_part_what_is_wrong(
    made: Made, typed: dict[str, str], marked: list[str]
) -> None:
    answer = Client().post(f"/s/{made.token}/", typed, follow=True)
    assert Page(answer.content.decode()).why == marked
    insist_marked(answer.content.decode(), str(typed))


def test_both_dates_of_a_wish_are_refused_at_once(alice: User) -> None:
    made = made_for(alice, "appointment")
    browser = inside(made)
    said = {"kind": "another", "not_before": "hier", "not_after": "1999-01-01", "note": "x" * 300}
    answer = browser.post(f"/s/{made.token}/visit/wish/", said, follow=True)
    assert Page(answer.content.decode()).why == ["why-not_before", "why-not_after", "why-note"]
    insist_marked(answer.content.decode(), "wish")
