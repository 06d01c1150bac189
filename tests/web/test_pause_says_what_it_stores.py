"""What a line of the pause says and what it stores are the same, on every line of every list: the
safe answer says no, by name and by whoever was asked, to each danger that the question names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.clinic.common.lookup import lookup
from dolenti.clinic.session import pause as pausing
from dolenti.guideline import load_folder
from dolenti.guideline import session as guided
from dolenti.guideline.asking import Ref, refs_of
from dolenti.guideline.facts import Case, Complaint, Known
from dolenti.guideline.session.shapes.pause import PauseLine
from dolenti.records import engine
from dolenti.records.judging import assessing
from dolenti.records.models import Complaint as Pain
from dolenti.records.models import Statement
from dolenti.treatment import room
from dolenti.treatment.models import Session
from tests.web.session_page import at, send
from tests.web.world import clinic

CONTENT = guided.content(load_folder())
LINES = [one for one in CONTENT.lines if one.facts]
NO_FACT = ""
"""A danger of which no rule asks: it is in the answer to the line, and nowhere else."""
ELSEWHERE = ("illness-now",)
"""A set of which a question names a member, and for which its line does not wait."""
DANGERS = {
    "fièvre": "fever",
    "antibiotique": NO_FACT,
    "infection": "infection-systemic infection-local illness-now:infection-elsewhere",
    "dents, urines": "illness-now:infection-elsewhere",
    "plaie": "open-wound-at-site",
    "peau lésée": "open-wound-at-site",
    "bouton": "viral-skin-infection-at-site",
    "chaude, rouge": "hot-swollen-joint",
    "prothèse": "prosthesis-at-site",
    "grossesse": "pregnancy",
    "retard de règles": "pregnancy",
    "allaitement": "breastfeeding",
    "anticoagulant": "anticoagulant",
    "antiagrégant": "antiplatelet",
    "INR": "inr",
    "allergie": "allergy",
    "anaphylaxie": "anaphylaxis-history",
    "réaction à la dernière séance": NO_FACT,
    "anti-inflammatoire": "nsaid-current",
    "boule": "persistent-nodule-after-injection",
    "abcès": NO_FACT,
    "croûte": NO_FACT,
    "anémie": "severe-anaemia",
    "cancer": "cancer-active",
    "maladie du sang": "haematological-disease",
    "une cortisone ou un immunosuppresseur": "systemic-corticosteroid immunosuppression",
    "cryoglobuline": "cryoglobulinaemia",
    "urticaire au froid": "cold-urticaria",
    "agglutinines froides": "cold-illness:cold-agglutinin",
    "hémoglobinurie au froid": "cold-illness:paroxysmal-cold-haemoglobinuria",
    "Raynaud": "raynaud",
    "drépanocytose": "sickle-cell",
    "Buerger": "cold-illness:buerger-disease",
    "infiltration de cortisone": "last-corticosteroid-infiltration",
    "3 en un an": "corticosteroid-infiltrations-12-months",
    "opération prévue": "arthroplasty-planned",
    "diabète": "diabetes",
}
"""The words of the questions that name a danger, and the facts that they name."""


def named_in(line: PauseLine) -> set[str]:
    """The facts whose danger a question names."""
    words = [word for word in DANGERS if word.casefold() in line.ask.fr.casefold()]
    if line.id != "allergy":  # whose “allergie” is to what is planned
        words = [word for word in words if word != "allergie"]
    if line.id == "infection":  # of a wound, not of teeth
        words = [word for word in words if word != "dents, urines"]
    return {fact for word in words for fact in DANGERS[word].split()}


@pytest.mark.parametrize("line", LINES, ids=lambda one: one.id)
def test_what_a_question_names_is_answered_by_its_no_or_asked_beside_it(line: PauseLine) -> None:
    """“Ni fièvre ni infection” was said, and an infection elsewhere stayed unknown."""
    told = {*line.answers, *(fact for fact in line.facts)}
    assert named_in(line) <= told


@pytest.mark.parametrize("line", LINES, ids=lambda one: one.id)
def test_a_no_stores_nothing_that_its_question_does_not_name(line: PauseLine) -> None:
    assert {*line.answers} <= named_in(line)


@pytest.mark.parametrize("line", LINES, ids=lambda one: one.id)
def test_no_question_asks_for_an_age_or_a_sex_that_the_record_knows(line: PauseLine) -> None:
    assert not re.search(r"\bans\b|\bhomme\b|\bfemme\b|\baged\b|\bman\b|\bwoman\b", line.ask.fr)
    assert not re.search(r"\baged\b|\bman\b|\bwoman\b", line.ask.en)


def nobody_said(day: date, sex: str = "female") -> Case:
    """A patient of whom nobody said anything."""
    where = Complaint("c", "knee-osteoarthritis", "knee", "right")
    return Case(day, where, {}, date(day.year - 30, 1, 1), sex)


def acts() -> Iterator[guided.PlannedAct]:
    """What stands before each list of the knowledge."""
    for one in CONTENT.checklists:
        classes = frozenset({one.product_class} if one.product_class else {"local-anaesthetic"})
        yield guided.PlannedAct(one.therapy, one.step, classes)


def standing_of(session: Session, act: guided.PlannedAct, case: Case, user: User) -> room.Standing:
    """A session as it stands before an act, with this known and nothing answered."""
    now = room.Standing(user, session, None, timezone.now())
    looked = room.pauses().judge(act, case, {}, now.now)
    now.__dict__.update(case=case, looked=looked, lately=[], freeze_waits=())
    return now


@pytest.mark.django_db
def test_each_line_of_every_list_stores_what_stands_beside_its_button(alice: User) -> None:
    session, today = clinic(alice).session, clock.today()
    words = lookup(engine.edition_in_force(), "fr")
    seen: set[str] = set()
    for act in acts():
        case = nobody_said(today)
        now = standing_of(session, act, case, alice)
        shown = {one.id: one for one in pausing.Shower(now, words, in_person=True).lines()}
        for state in now.looked.lines:
            sent = QueryDict(mutable=True)
            sent[pausing.PRESS + state.line.id] = "yes"
            stored = pausing.read(now, words, sent, today).facts
            concerns = {*state.unknown} | ({*ELSEWHERE} - {*state.line.facts})
            answers = [one for one in refs_of(state.line.answers) if one.fact in concerns]
            assert stored == now.denied(state)
            assert {one.fact for one in answers} == {*stored}, state.line.id
            assert len(shown[state.line.id].covers) == len(answers)
            for name in shown[state.line.id].covers:
                assert name
            said = {fact: Known(_value(raw)) for fact, raw in stored.items()}
            after = standing_of(session, act, Case(**{**_parts(case), "facts": said}), alice)
            line = next(one for one in after.looked.lines if one.line.id == state.line.id)
            assert after.covered(line) == (), "everything that it names is known then"
            assert not {one.fact for one in answers if _is_all(one, stored)} & {*line.facts}
            seen.add(state.line.id)
    assert {one.id for one in LINES} <= seen


def _value(raw: Any) -> Any:
    return dict.fromkeys(raw["not"], False) if isinstance(raw, dict) else raw


def _parts(case: Case) -> dict[str, Any]:
    return {name: getattr(case, name) for name in ("as_of", "complaint", "birth_date", "sex")}


def _is_all(ref: Ref, stored: dict[str, Any]) -> bool:
    """Whether nothing of it is left unknown."""
    options = next(one.options for one in load_folder().facts if one.id == ref.fact)
    return ref.member is None or len(stored[ref.fact]["not"]) == len(options)


@pytest.fixture
def session(alice: User, knee: Pain) -> Session:
    made: Session = clinic(alice).with_complaint(knee).session
    return made


@pytest.mark.django_db
@pytest.mark.parametrize("before", ["", "unknown"])
def test_the_answer_is_known_in_the_assessment_by_name_and_person(
    alice: User, session: Session, browser_of: Callable[[User], Client], before: str
) -> None:
    """Also where somebody pressed “I do not know” first: the line is red then, and its no says as
    much as ever."""
    (line,) = [one for one in LINES if one.id == "joint-infection"]
    with time_machine.travel(timezone.now() + timedelta(days=3)):  # what holds for a day is over
        browser = browser_of(alice)
        assert "fever" not in room.standing(alice, session).case.facts
        if before:
            send(browser, "session-pause", session, **{"line-joint-infection": before})
        send(browser, "session-pause", session, **{"line-joint-infection": "yes"})
        known = assessing.judged(alice, session.course.complaint, clock.today()).case.facts
        for ref in refs_of(line.answers):
            value = known[ref.fact].value
            assert value is False or value[ref.member] is False
        told = Statement.objects.filter(fact="fever").latest("pk")
        assert (told.author, told.said_by, told.at) == (alice, "patient", clock.today())


@pytest.mark.django_db
def test_what_was_said_already_is_shown_where_it_is_asked_once_more(
    alice: User, session: Session, browser_of: Callable[[User], Client]
) -> None:
    page = browser_of(alice).get(at("session", session)).content.decode()
    line = page[page.index('id="ask-joint-infection"') :].partition("</li>")[0]
    assert "Déjà noté au dossier" in line
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        page = browser_of(alice).get(at("session", session)).content.decode()
        line = page[page.index('id="ask-joint-infection"') :].partition("</li>")[0]
        assert "Déjà noté au dossier" not in line
