"""A red line of the pause: it names what decides it, lets it be said there, and is then judged on
what was said; what was typed in the pause and not sent is offered again."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dolenti.access.models import User
from dolenti.clinic.common.lookup import lookup
from dolenti.clinic.session.report import Reporter
from dolenti.guideline import load_folder
from dolenti.guideline.session.content import content as room_content
from dolenti.ledger import drafts
from dolenti.records.models import Complaint, Statement
from dolenti.treatment import room
from dolenti.treatment.models import Session, SessionRecord
from tests.web import room as make
from tests.web.session_page import at, send
from tests.web.world import clinic, state

pytestmark = pytest.mark.any_database

THINNER, ALLERGY = "blood-thinner", "allergy"
NEGATED = r"\b(ni|pas de|jamais|no|never|not)\b"
BLOOD_THINNED = {"fact-anticoagulant": "doac"}


@pytest.fixture
def session(alice: User, knee: Complaint) -> Session:
    return clinic(alice).with_complaint(knee).session


@pytest.fixture
def browser(alice: User, session: Session, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(alice)


def line(user: User, session: Session, name: str) -> Any:
    looked = room.standing(user, session).looked
    return next(one for one in looked.lines if one.line.id == name)


def pressed(browser: Client, session: Session, name: str, press: str, **more: str) -> Any:
    return send(browser, "session-pause", session, **{f"line-{name}": press}, **more)


def test_on_a_vitamin_k_antagonist_the_missing_inr_is_asked_on_the_red_line(
    alice: User, session: Session, browser: Client
) -> None:
    state(alice, session.course.patient, anticoagulant="vka")
    pressed(browser, session, THINNER, "yes")
    red = line(alice, session, THINNER)
    assert (red.status, red.kind, red.facts) == ("red", "stop", ("inr",))
    page = browser.get(at("session", session)).content.decode()
    assert 'name="fact-inr"' in page
    said = {"fact-inr": "2,4", "fact-antiplatelet": "none", "fact-coagulation-disorder": "none"}
    answer = send(browser, "session-pause", session, **said)
    assert answer.status_code == 302
    assert Statement.objects.get(fact="inr").value == 2.4
    assert line(alice, session, THINNER).kind is None


def test_who_goes_past_a_line_that_somebody_pressed_red_says_what_changed(
    alice: User, session: Session, browser: Client
) -> None:
    pressed(browser, session, THINNER, "no")
    before = line(alice, session, THINNER)
    assert (before.status, before.kind, before.facts) == ("red", "doctor", ())
    page = browser.get(at("session", session)).content.decode()
    assert "Au dossier" in page
    assert 'name="fact-anticoagulant"' in page
    why = {"why-blood-thinner": "Aspirine arrêtée hier"}
    refused = pressed(browser, session, THINNER, "no", **why)
    assert refused.status_code == 422
    assert "Notez ci-dessous ce qui a changé" in refused.content.decode()
    assert pressed(browser, session, THINNER, "no", **why, **BLOOD_THINNED).status_code == 302
    assert Statement.objects.get(fact="anticoagulant", value="doac")
    assert room.standing(alice, session).case.facts["anticoagulant"].value == "doac"


def test_who_goes_past_it_may_say_that_nothing_changed(session: Session, browser: Client) -> None:
    pressed(browser, session, THINNER, "no")
    why = {"why-blood-thinner": "Relu avec le patient", "same-blood-thinner": "yes"}
    assert pressed(browser, session, THINNER, "no", **why).status_code == 302
    answers = SessionRecord.objects.get().pause["answers"]
    assert answers[THINNER]["reason"] == "Relu avec le patient"


def test_an_allergy_told_on_its_red_line_is_what_the_next_syringe_is_judged_on(
    alice: User, session: Session, browser: Client
) -> None:
    make.drawn_up(alice, session)
    pressed(browser, session, ALLERGY, "no")
    page = browser.get(at("session", session)).content.decode()
    assert 'name="fact-allergy"' in page, "a red line of the tray can be answered again"
    assert 'id="preparation"' in page, "and its syringe replaced"
    assert 'id="injected"' not in page
    send(browser, "session-pause", session, **{"fact-allergy": "corticosteroids"})
    result = room.standing(alice, session).mixture()
    assert result is not None
    assert result.verdict != "allowed"


def test_what_was_typed_in_the_pause_is_offered_again_and_no_line_is_ticked(
    alice: User, session: Session, browser: Client
) -> None:
    typed = {
        "fact-weight": ["71"], "line-identity": ["yes"], "elsewhere-0": ["lidocaine"],
        "elsewhere-0-dose": ["40"], "elsewhere-0-hours": ["3"],
    }  # fmt: skip
    drafts.keep(alice, "session-pause", session.public_id, typed, uuid.uuid4())
    page = browser.get(at("session", session)).content.decode()
    assert "/drafts/session-pause/" in page
    draft = drafts.begun(alice, "session-pause", session.public_id)
    assert draft is not None
    page = browser.get(at("session", session), {"draft": draft.public_id}).content.decode()
    for kept in ('value="lidocaine" selected', 'value="40"', 'value="3"'):
        assert kept in page
    assert 'name="line-identity" value="yes" checked' not in page
    pressed(browser, session, "identity", "yes", part="pause")
    assert drafts.begun(alice, "session-pause", session.public_id) is None


def test_doses_typed_elsewhere_come_back_with_what_was_refused(
    session: Session, browser: Client
) -> None:
    answer = pressed(
        browser, session, "given-today", "no",
        **{"elsewhere-0": "lidocaine", "elsewhere-0-dose": "0", "elsewhere-0-hours": "2"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert 'value="lidocaine" selected' in answer.content.decode()


@pytest.mark.parametrize(
    "name, fact, value",
    [
        (THINNER, "antiplatelet", "yes"),
        (THINNER, "anticoagulant", "doac"),
        ("joint-infection", "fever", "yes"),
    ],
)
def test_two_answers_to_one_fact_are_refused_with_both_named_and_nothing_lost(
    session: Session, browser: Client, name: str, fact: str, value: str
) -> None:
    """“None beyond those on record” beside one that the record does not know: neither is believed
    over the other."""
    pressed(browser, session, name, "no")
    kept = Statement.objects.count()
    refused = pressed(browser, session, name, "yes", **{f"fact-{fact}": value})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert page.count("Deux réponses se contredisent") == 2, "at the line, and at the fact"
    assert re.search(rf'value="{value}"[^>]*(checked|selected)', page), "what was typed stays"
    assert Statement.objects.count() == kept
    answers = SessionRecord.objects.get(session=session).pause["answers"]
    assert answers[name]["safe"] is False, "what was said before stands"


def test_an_answer_that_agrees_with_the_record_is_no_contradiction(
    alice: User, session: Session, browser: Client
) -> None:
    """The line speaks of those beyond the record: one that it holds may be said again beside it."""
    state(alice, session.course.patient, antiplatelet=True)
    pressed(browser, session, THINNER, "no")
    said = {"fact-antiplatelet": "yes", f"why-{THINNER}": make.WHY}
    answer = pressed(browser, session, THINNER, "yes", **said)
    assert answer.status_code == 302
    assert line(alice, session, THINNER).status == "safe"


def test_what_the_pause_learns_is_in_the_strip_and_is_offered_to_the_medicines(
    session: Session, browser: Client
) -> None:
    pressed(browser, session, THINNER, "no")
    said = {"fact-antiplatelet": "yes", "why-blood-thinner": "Genou superficiel, vu avec lui."}
    assert pressed(browser, session, THINNER, "no", **said).status_code == 302
    patient = session.course.patient.public_id
    for page in (at("session", session), f"/patients/{patient}/medicines/"):
        found = browser.get(page).content.decode()
        assert "<dt>Antiagrégant plaquettaire</dt>" in found
        assert "Pris d’après le dossier, et absent de la liste" in found
        assert f"/patients/{patient}/medicines/new/" in found


def test_a_question_of_danger_is_answered_by_its_own_word_which_then_stands(
    alice: User, session: Session, browser: Client
) -> None:
    """“Fever?” – “no” – No: what is heard is what is pressed, and is read again as it was heard."""
    lines = room_content(load_folder()).lines
    dangers = [one for one in lines if one.answers or one.denies]
    assert {one.id for one in dangers} >= {"infection", "joint-infection", "pregnancy", THINNER}
    for one in lines:
        assert one.safe == ("no" if one in dangers else one.safe), one.id
        for ask in (one.ask.fr, one.ask.en):
            if one.safe == "no":
                assert ask.endswith("?"), one.id
                assert not re.search(r"\b(ni|pas de|jamais|no|never|not)\b", ask, re.IGNORECASE), (
                    ask
                )
    page = browser.get(at("session", session)).content.decode()
    heard = re.findall(r'name="line-joint-infection" value="(\w+)">\s*<span>([^<]*)</span>', page)
    assert heard[:2] == [("no", "Oui"), ("yes", "Non, rien")]
    pressed(browser, session, "joint-infection", "yes")
    assert line(alice, session, "joint-infection").status == "safe"
    page = browser.get(at("session", session)).content.decode()
    said = page[page.index('id="ask-joint-infection"') :].partition("</li>")[0]
    assert "<strong>Non</strong>" in said
    report = dict(Reporter(SessionRecord.objects.get(), lookup(load_folder(), "fr"))._pause())
    (told,) = [said for ask, said in report.items() if ask.startswith("Y a-t-il de la fièvre")]
    assert told.startswith("Non")


def test_what_is_missing_is_named_where_it_stands_in_the_way_and_the_pause_is_read_afterwards(
    alice: User, session: Session, browser: Client
) -> None:
    """It led back to a part that was finished, and once injected nobody could read the pause."""
    make.drawn_up(alice, session)
    page = browser.get(at("session", session)).content.decode()
    pause = page.partition('id="tray"')[0]
    names = {one for one in re.findall(r'id="ask-([a-z-]+)"', pause) if one[:5] != "fact-"}
    assert names
    send(browser, "session-pause", session, **{f"line-{one}": "yes" for one in names})
    page = browser.get(at("session", session)).content.decode()
    leads = re.search(r'href="#ask-([a-z-]+)"', page[page.index('id="injected"') :])
    assert leads is not None
    assert line(alice, session, leads.group(1)).status == "open", "and no line that is answered"
    assert f'id="ask-{leads.group(1)}"' in page
    make.given_in(alice, session)
    page = browser.get(at("session", session)).content.decode()
    read = page[page.index('id="answered"') :].partition("</ol>")[0]
    answers = SessionRecord.objects.get().pause["answers"]
    assert read.count("<li") == len(answers)
    assert names <= answers.keys()
    assert "<strong>Non</strong>" in read
