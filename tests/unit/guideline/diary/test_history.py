"""What is asked at home: the facts that somebody tells, each in a patient's words."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from dolenti.guideline import diary
from dolenti.guideline.asking import Sheet
from dolenti.guideline.asking.sheet import asks
from dolenti.guideline.diary.checking import check_content
from dolenti.guideline.diary.shapes.history import HomeOption
from dolenti.guideline.facts import Case, Complaint, Known
from dolenti.guideline.judge import Judge
from dolenti.guideline.loading import load_folder

EDITION = load_folder()
CONTENT = diary.content(EDITION)
TODAY = date(2026, 11, 23)
FACE_TO_FACE = {
    "blood-borne-virus", "intravenous-drug-use",  # secrets: a phone is read by others
    "illness-now", "infection-systemic",  # of the day of the visit
    "cold-illness",  # names that mean nothing to who has none
    "sport",  # at home its one consequence is asked: a control
}  # fmt: skip
"""What somebody tells, and is asked only at the visit."""


SEEN = {"saddle-anaesthesia", "hot-swollen-joint", "calf-dvt-suspected"}
"""What somebody examines, and the patient sees: asked for the flag that it raises alone."""


def at_home(**facts: Any) -> diary.AtHome:
    """A back that hurts, of which something is known."""
    judge = Judge(EDITION, {})
    known = {name.replace("_", "-"): Known(value) for name, value in facts.items()}
    pain = Complaint("1", "low-back-pain", "lumbar-spine", None, None)
    case = Case(TODAY, pain, known, date(1968, 3, 2), "male")
    sheet = Sheet(EDITION, judge.dictionary)
    return diary.AtHome(judge, sheet, CONTENT, case, frozenset({"mesotherapy"}))


def test_every_fact_that_somebody_tells_is_asked_at_home_or_left_to_the_visit() -> None:
    told = {
        asked.fact
        for row in EDITION.asking
        if asks(row)
        for asked in row.facts
        if asked.how == "asked"
    }
    assert {one.id for one in CONTENT.home_questions} == (told - FACE_TO_FACE) | SEEN
    assert {one.id for one in CONTENT.home_questions if one.seen} == SEEN


def test_the_parts_stand_in_the_order_of_the_form() -> None:
    parts = list(dict.fromkeys(one.part for one in CONTENT.home_questions))
    assert parts == [
        "emergency", "complaint", "allergies", "medicines", "illnesses", "pregnancy", "sport",
    ]  # fmt: skip
    assert [one.part for one in CONTENT.home_questions] == sorted(
        (one.part for one in CONTENT.home_questions), key=parts.index
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_question_is_one_sentence_that_speaks_to_the_patient(language: str) -> None:
    for one in CONTENT.home_questions:
        text = one.ask.in_language(language)
        assert text.endswith("?"), one.id
        assert text.count("?") == 1, one.id
        assert "patient" not in text.lower(), one.id
        assert len(text.split()) <= 35, one.id


def test_what_is_told_raises_the_flag_of_the_rules_and_what_is_known_does_not() -> None:
    told = {"sphincter-disturbance": Known(True)}
    (flag,) = at_home().flags(told)
    assert (flag.id, flag.urgency) == ("red-flag-cauda-equina", "emergency")
    assert at_home(saddle_anaesthesia=True).flags(told) == []  # the clinic knows it already
    assert at_home().flags({}) == []
    both = at_home().flags({**told, "weight-loss": Known(True)})
    assert [one.urgency for one in both] == ["emergency", "soon"]


def test_a_red_flag_that_stops_and_is_told_at_home_has_a_sentence_for_the_patient() -> None:
    home = at_home()
    for one in CONTENT.home_questions:
        definition = home.sheet.dictionary.definition(one.id)
        if definition.type == "boolean":
            for flag in home.flags({one.id: Known(True)}):
                assert flag.told is not None, flag.id


@pytest.mark.parametrize(
    "fact, condition, zone, urgency",
    [
        ("saddle-anaesthesia", "low-back-pain", "lumbar-spine", "emergency"),
        ("hot-swollen-joint", "knee-osteoarthritis", "knee", "same-day"),
        ("calf-dvt-suspected", "knee-osteoarthritis", "knee", "same-day"),
    ],
)
def test_what_the_patient_sees_of_a_danger_is_asked_before_the_visit_and_told(
    fact: str, condition: str, zone: str, urgency: str
) -> None:
    judge = Judge(EDITION, {})
    case = Case(TODAY, Complaint("1", condition, zone, None, None), {}, date(1968, 3, 2), "male")
    sheet = Sheet(EDITION, judge.dictionary)
    home = diary.AtHome(judge, sheet, CONTENT, case, frozenset({"infiltration"}))
    assert fact in {one.id for one in home.asked({}, set())}
    flags = home.flags({fact: Known(True)})
    assert flags[0].urgency == urgency
    assert all(one.told is not None for one in flags)


def test_minutes_are_whole_and_one_at_least() -> None:
    assert [diary.minutes(n) for n in (0, 1, 4, 5, 25)] == [1, 1, 1, 2, 7]


def changed(fact: str, **values: Any) -> diary.Content:
    return msgspec.structs.replace(
        CONTENT,
        home_questions=tuple(
            msgspec.structs.replace(one, **values) if one.id == fact else one
            for one in CONTENT.home_questions
        ),
    )


@pytest.mark.parametrize(
    "made, why",
    [
        (changed("saddle-anaesthesia", seen=False), "no fact that somebody is asked"),
        (changed("fever", seen=True), "no fact that somebody is asked"),
        (changed("fever", id="nonsense"), "no fact that somebody is asked"),
        (changed("diabetes", options=()), "is a choice, and has no options"),
        (changed("allergy", by_name=False, none=None), "a set is asked by name"),
        (changed("allergy", none=None), "has no words for none"),
        (
            changed("diabetes", options=(HomeOption(id="mild", label=CONTENT.pain_scale.zero),)),
            "is no option of the fact",
        ),
    ],
)
def test_what_nobody_may_be_asked_at_home_is_no_sound_content(
    made: diary.Content, why: str
) -> None:
    assert any(why in one.what for one in check_content(EDITION, made)), why


@pytest.mark.parametrize(
    "fact, french, english",
    [
        ("allergy", "intolérant", "not tolerate"),
        ("systemic-corticosteroid", "piqûre", "injection"),
        ("anaphylaxis-history", "gonflement du visage", "swollen face"),
        ("rapid-effusion-after-injury", "torsion", "injury"),
    ],
)
def test_a_question_at_home_asks_all_that_the_fact_asks(
    fact: str, french: str, english: str
) -> None:
    """What is not asked at home is answered “no” and never asked again."""
    (question,) = [one for one in CONTENT.home_questions if one.id == fact]
    assert french in " ".join(question.ask.fr.split())
    assert english in " ".join(question.ask.en.split())
