"""Plans of exercises: which fits, when it may begin, in which of its weeks a day lies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dolenti.guideline import diary
from dolenti.guideline.diary import Act, Exercised, Weeks
from dolenti.guideline.errors import InputError
from dolenti.guideline.loading import load_folder

EDITION = load_folder()
CONTENT = diary.content(EDITION)
PARIS = ZoneInfo("Europe/Paris")
DAY = date(2026, 5, 4)


def given(therapy: str, hour: int = 10, day: date = DAY) -> Act:
    at = datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)
    return Act(therapy, at, day)


@pytest.mark.parametrize("plan", CONTENT.plans, ids=lambda one: one.id)
def test_a_plan_fits_its_own_condition_and_is_sound(plan: object) -> None:
    own = next(one for one in CONTENT.plans if one is plan)
    found = diary.fitting(EDITION, CONTENT, own.id, "")
    assert found.plan == own
    assert own not in found.others
    stages = diary.proposed(own)
    diary.insist_sound(CONTENT, stages)
    for stage in stages:
        first, last = stage.days(DAY)
        assert diary.current(stages, DAY, first) == stage
        assert diary.current(stages, DAY, last) == stage
    assert diary.current(stages, DAY, DAY - timedelta(days=1)) is None
    end = stages[-1].days(DAY)[1]
    assert end == DAY + timedelta(days=7 * own.stages[-1].weeks[1] - 1)
    assert diary.current(stages, DAY, end + timedelta(days=1)) is None


@pytest.mark.parametrize("plan", CONTENT.plans, ids=lambda one: one.id)
def test_every_exercise_of_a_plan_has_its_text_and_dose_in_both_languages(plan: object) -> None:
    texts = {one.id: one for one in CONTENT.exercises}
    for stage in diary.proposed(next(one for one in CONTENT.plans if one is plan)):
        for one in stage.does:
            assert texts[one.exercise].how.fr
            assert one.said("fr")
            assert one.said("en")


def test_a_condition_without_a_plan_is_offered_those_of_its_zone_and_proposed_none() -> None:
    found = diary.fitting(EDITION, CONTENT, "patellar-tendinopathy", "knee")
    assert found.plan is None
    assert [one.id for one in found.others] == ["knee-osteoarthritis"]


def test_of_a_pain_that_nobody_placed_or_named_nothing_is_offered() -> None:
    assert diary.fitting(EDITION, CONTENT, "", "") == diary.Fitting(None, ())


@pytest.mark.parametrize(
    "therapy, hour, first",
    [
        ("mesotherapy", 10, date(2026, 5, 5)),
        ("infiltration", 10, date(2026, 5, 18)),  # nobody knows of what, nor where
        ("autologous-conditioned-serum", 10, date(2026, 5, 6)),
        ("cryoneurolysis", 0, date(2026, 5, 7)),
    ],
)
def test_a_plan_begins_no_earlier_than_the_act_allows(therapy: str, hour: int, first: date) -> None:
    assert diary.first_day(CONTENT, [given(therapy, hour)]) == first


def test_of_two_acts_the_later_end_counts() -> None:
    later = given("mesotherapy", day=date(2026, 5, 5))
    joint = replace(given("infiltration"), corticosteroid=True, beside_tendon=False)
    assert diary.first_day(CONTENT, [joint, later]) == date(2026, 5, 6)
    again = given("mesotherapy", day=date(2026, 5, 9))
    assert diary.first_day(CONTENT, [again, given("mesotherapy")]) == date(2026, 5, 10)


def test_a_tendon_beside_which_a_corticosteroid_lies_is_not_loaded_for_two_weeks() -> None:
    """Before a plan begins, and in one that runs; an act after it ends nothing."""
    beside = replace(given("infiltration"), corticosteroid=True, beside_tendon=True)
    later = replace(given("infiltration", day=date(2026, 5, 8)), corticosteroid=False)
    assert diary.first_day(CONTENT, [beside]) == date(2026, 5, 18)
    assert diary.first_day(CONTENT, [beside, later]) == date(2026, 5, 18)
    (rest, *_) = diary.rests(CONTENT, [beside, later])
    assert "ni exercice contre charge de ce tendon" in rest.rule.text.fr


def test_where_nothing_was_given_nothing_is_waited_for() -> None:
    assert diary.first_day(CONTENT, []) is None


ONE = Weeks(1, 2, (Exercised("bridge", own="2 x 8"),))


@pytest.mark.parametrize(
    "stages, says",
    [
        ((), "at least one exercise"),
        ((replace(ONE, does=(), own_walk="A walk"),), "at least one exercise"),
        ((replace(ONE, first=0),), "do not follow"),
        ((replace(ONE, first=3),), "do not follow"),
        ((ONE, replace(ONE, first=2, last=4)), "do not follow"),
        ((replace(ONE, last=53),), "do not follow"),
        ((ONE, Weeks(3, 4, ())), "an exercise or a walk"),
        ((replace(ONE, does=(Exercised("jump", own="2 x 8"),)),), "no exercise on file"),
        ((replace(ONE, does=(Exercised("bridge"),)),), "how much"),
        ((replace(ONE, does=ONE.does * 2),), "stands twice"),
    ],
)
def test_stages_that_nobody_could_follow_are_refused(stages: tuple[Weeks, ...], says: str) -> None:
    with pytest.raises(InputError, match=says):
        diary.insist_sound(CONTENT, stages)


def test_the_longest_plan_is_a_year() -> None:
    diary.insist_sound(CONTENT, (replace(ONE, last=52),))
