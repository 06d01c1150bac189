"""A plan follows the patient: what the answers of the first days, a relapse, a pain that is gone,
open questions and closed days make of it. Therapies and protocols are those that are shipped.

A course starts on Monday 2 March 2026.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from dolenti.guideline.errors import InputError
from dolenti.guideline.judge import Judge
from dolenti.guideline.loading import load_folder
from dolenti.guideline.plan import Response, plan, plan_as_json
from dolenti.plan import closed_in_france
from dolenti.terminal.inputs import read_patient
from dolenti.terminal.plan import make_plan
from tests.asked_file import with_noes

START = date(2026, 3, 2)
EDITION = load_folder()
PROTOCOLS = {therapy.id: therapy.protocol for therapy in EDITION.therapies}
MESOTHERAPY = PROTOCOLS["mesotherapy"]
SERUM = PROTOCOLS["autologous-conditioned-serum"]
INFILTRATION = PROTOCOLS["infiltration"]


def day(number: int) -> date:
    return START + timedelta(days=number)


def answered(*rows: tuple[int, float], sessions: tuple[int, ...]) -> list[Response]:
    pain = dict(rows)
    return [
        Response(day(n), nrs=pain.get(n), session=n in sessions) for n in sorted({*pain, *sessions})
    ]


# --- The first 72 hours ----------------------------------------------------------------------


@pytest.mark.parametrize("after", [1, 2, 3])
def test_pain_that_rises_within_72_hours_of_a_session_stops_nothing(after: int) -> None:
    rows = answered((0, 6), (after, 9), sessions=(0,))
    step = plan(MESOTHERAPY, START, rows, day(after)).next_step
    assert step is not None
    assert (step.step, step.rule, step.date) == ("collect-response", None, day(4))


@pytest.mark.parametrize("after", [1, 2, 3])
def test_relief_within_72_hours_ends_no_course_either(after: int) -> None:
    made = plan(INFILTRATION, START, answered((0, 8), (after, 0), sessions=(0,)), day(after))
    assert made.next_step is not None
    assert made.next_step.step == "collect-response"
    assert made.numbers.relief_percent is None


def test_from_the_fourth_day_on_an_answer_counts() -> None:
    rows = answered((0, 6), (4, 9), sessions=(0,))
    step = plan(MESOTHERAPY, START, rows, day(4)).next_step
    assert step is not None
    assert step.rule == "mesotherapy-worse"


def test_an_early_answer_is_listed_and_the_alarm_signs_are_said() -> None:
    made = plan(MESOTHERAPY, START, answered((0, 6), (1, 9), sessions=(0,)), day(1))
    shown = plan_as_json(made, "en")
    assert shown["ignored"] == [{"date": "2026-03-03", "why": "too-early"}]
    assert any("the same day" in remark for remark in shown["remarks"])


def test_what_was_answered_before_the_last_session_still_decides() -> None:
    rows = answered((0, 7), (7, 9), (8, 2), sessions=(0, 7))
    step = plan(MESOTHERAPY, START, rows, day(8)).next_step
    assert step is not None
    assert step.rule == "mesotherapy-worse"


# --- A relapse is no failure -----------------------------------------------------------------


def relapsed(last_session: int, back_on: int, *, best: float = 4) -> str | None:
    rows = answered((0, 8), (21, best), (back_on, 8), sessions=(0, 7, last_session))
    step = plan(MESOTHERAPY, START, rows, day(back_on)).next_step
    assert step is not None
    return step.rule


def test_relief_lost_long_after_the_last_session_calls_for_a_new_course() -> None:
    assert relapsed(14, 14 + 29) == "mesotherapy-relapse"
    assert relapsed(14, 14 + 28) == "mesotherapy-insufficient-relief", "not yet four weeks"


def test_who_was_never_relieved_has_not_relapsed() -> None:
    assert relapsed(14, 14 + 56, best=7) == "mesotherapy-insufficient-relief"
    assert relapsed(14, 80, best=7) == "mesotherapy-window-past", "too late to say it failed"


def test_a_relapse_says_how_long_the_relief_lasted_and_proposes_no_day() -> None:
    rows = answered((0, 8), (21, 4), (77, 8), sessions=(0, 7, 14))
    step = plan(MESOTHERAPY, START, rows, day(77)).next_step
    assert step is not None
    assert step.because.en.startswith("Relieved for less than 11 weeks, by the answers on")
    assert "less than 30" not in step.because.en
    assert (step.step, step.date) == ("new-course", None)


# --- No pain means less ----------------------------------------------------------------------


@pytest.mark.parametrize("therapy", PROTOCOLS)
@pytest.mark.parametrize("nrs", [0, 1])
def test_without_pain_no_session_is_simply_continued(therapy: str, nrs: float) -> None:
    for baseline in (None, 9):
        first = [(0, float(baseline))] if baseline else []
        rows = answered(*first, (7, nrs), sessions=(0,))
        step = plan(PROTOCOLS[therapy], START, rows, day(7)).next_step
        assert step is not None
        # What it is too early to judge is asked again, and no session is proposed.
        assert step.step in ("lengthen-interval", "complete", "collect-response"), baseline


def test_who_has_no_pain_but_feels_much_worse_is_seen_again() -> None:
    rows = [Response(START, nrs=8, session=True), Response(day(7), nrs=0, pgic=7, session=False)]
    step = plan(MESOTHERAPY, START, rows, day(7)).next_step
    assert step is not None
    assert step.step == "stop-and-reassess"


# --- Serum ends at eight weeks ---------------------------------------------------------------


@pytest.mark.parametrize("sessions", [(0,), (0, 7), (0, 7, 14, 21), (0, 7, 14, 21, 28, 35)])
@pytest.mark.parametrize("nrs", [None, 8, 6, 3, 0])
def test_after_eight_weeks_serum_is_complete_or_stopped(
    sessions: tuple[int, ...], nrs: float | None
) -> None:
    rows = answered((0, 8), *([(50, nrs)] if nrs is not None else []), sessions=sessions)
    for today in (57, 100):
        step = plan(SERUM, START, rows, day(today)).next_step
        assert step is not None
        assert step.step in ("complete", "stop-and-reassess")
        assert step.date is None


# --- The fourth corticosteroid of twelve months ----------------------------------------------

KNEE = """
patient: {birth-date: 1955-02-03, sex: male}
complaint: {condition: knee-osteoarthritis, side: right, since: 2026-01-05}
facts: {weight: 80, injected-before: here, last-corticosteroid-infiltration: 2026-08-01}
"""


@pytest.fixture(scope="module")
def asked_in_full() -> dict[str, Any]:
    """The knee, and a no to every question that can be answered so."""
    return yaml.safe_load(with_noes(KNEE, date(2026, 11, 22)))


@pytest.mark.parametrize(
    "facts,reached",
    [
        ({"corticosteroid-infiltrations-12-months": 2}, False),
        ({"corticosteroid-infiltrations-12-months": 3}, True),
        ({"corticosteroid-infiltrations-12-months": 4}, True),
        ({"three-corticosteroid-infiltrations-in-12-months": True}, True),
        ({"corticosteroid-sessions-on-record-12-months": 2}, False),
        ({"corticosteroid-sessions-on-record-12-months": 3}, True),
        (
            {
                "corticosteroid-sessions-on-record-12-months": 1,
                "corticosteroid-infiltrations-12-months": 1,
            },
            False,
        ),
        (
            {
                "corticosteroid-sessions-on-record-12-months": 2,
                "corticosteroid-infiltrations-12-months": 1,
            },
            True,
        ),
        (
            {
                "corticosteroid-sessions-on-record-12-months": 1,
                "corticosteroid-infiltrations-12-months": 2,
            },
            True,
        ),
    ],
)
def test_with_every_question_answered_it_is_the_limit_that_leaves_no_date(
    asked_in_full: dict[str, Any], tmp_path: Path, facts: dict[str, Any], reached: bool
) -> None:
    none = {"corticosteroid-infiltrations-12-months": 0}
    answered = {**asked_in_full["facts"], **none, **facts}
    file = tmp_path / "knee.yaml"
    file.write_text(yaml.safe_dump({**asked_in_full, "facts": answered}))
    first, today = date(2026, 11, 23), date(2026, 11, 22)
    (case,) = read_patient(str(file), EDITION, today).cases
    made = make_plan(case, Judge(EDITION), "infiltration", first)
    assert made.status in ("possible", "caution"), "not held by open questions"
    (limit,) = (one for one in made.plan.limits if one.limit.id == "infiltration-three-per-year")
    assert limit.reached is reached
    assert (limit.limit.because in made.plan.remarks) is reached
    assert made.plan.next_step is not None
    if reached:
        assert (made.plan.sessions, made.plan.next_step.date) == ((), None)
    else:
        assert [session.usual for session in made.plan.sessions] == [first]
        assert made.plan.next_step.date == first


# --- While the answer is not yes -------------------------------------------------------------


@pytest.mark.parametrize("why", ["forbidden", "unanswered"])
@pytest.mark.parametrize("therapy", PROTOCOLS)
def test_no_date_is_proposed_while_the_assessment_does_not_allow_it(therapy: str, why: str) -> None:
    for rows in ([], answered((0, 8), sessions=(0,)), answered((0, 8), (7, 6), sessions=(0,))):
        made = plan(PROTOCOLS[therapy], START, rows, day(7), **{why: True})
        assert made.next_step is not None
        assert made.next_step.date is None
        assert all(session.delivered for session in made.sessions)


def test_open_questions_are_the_next_step_and_no_stop() -> None:
    made = plan(INFILTRATION, START, [], START, unanswered=True)
    assert made.next_step is not None
    assert made.next_step.step == "answer-questions"


def test_a_course_that_has_begun_says_what_its_answers_call_for_without_a_date() -> None:
    for nrs, step in ((5, "continue"), (1, "lengthen-interval")):
        rows = answered((0, 6), (7, nrs), sessions=(0,))
        made = plan(MESOTHERAPY, START, rows, day(7), unanswered=True)
        assert made.next_step is not None
        assert (made.next_step.step, made.next_step.date) == (step, None)
        assert any("still open" in remark.en for remark in made.remarks)


def test_what_calls_for_a_stop_still_does_while_questions_are_open() -> None:
    rows = answered((0, 6), (7, 9), sessions=(0,))
    made = plan(MESOTHERAPY, START, rows, day(7), unanswered=True)
    assert made.next_step is not None
    assert made.next_step.rule == "mesotherapy-worse"


# --- Closed days -----------------------------------------------------------------------------


def test_sundays_and_public_holidays_are_closed() -> None:
    closed = [date(2026, 1, 1), date(2026, 5, 1), date(2026, 12, 25), date(2026, 3, 8)]
    assert all(closed_in_france(one) for one in closed)
    assert not closed_in_france(date(2026, 3, 9))


def test_a_session_on_a_closed_day_moves_and_says_so() -> None:
    start = date(2026, 4, 17)  # a Friday: the third session falls on the first of May
    made = plan(MESOTHERAPY, start, [], start, closed=closed_in_france)
    third = made.sessions[2]
    assert (third.usual, third.moved_from) == (date(2026, 5, 2), date(2026, 5, 1))
    assert "1 May 2026 is a closed day: session 3 moves to 2 May 2026." in [
        remark.en for remark in made.remarks
    ]
    assert made.sessions[3].usual >= date(2026, 5, 9), "a week after the day it was moved to"


def test_no_planned_session_and_no_next_step_is_on_a_closed_day() -> None:
    for protocol in PROTOCOLS.values():
        for offset in range(0, 400, 3):
            start = date(2026, 1, 1) + timedelta(days=offset)
            made = plan(protocol, start, [], start, closed=closed_in_france)
            assert not any(closed_in_france(session.usual) for session in made.sessions)
            assert made.next_step is not None
            assert made.next_step.date is not None
            assert not closed_in_france(made.next_step.date)


def test_a_session_is_not_moved_past_the_last_day_of_the_course() -> None:
    rows = answered((0, 8), (49, 5), sessions=(0, 49))
    last_day = day(56)
    made = plan(SERUM, START, rows, day(50), closed=lambda one: day(55) <= one <= last_day)
    assert all(session.usual <= last_day for session in made.sessions)
    assert made.left_out[0].limit == "acs-duration"


def test_a_year_without_an_open_day_is_refused() -> None:
    with pytest.raises(InputError, match="check the closures"):
        plan(MESOTHERAPY, START, [], START, closed=lambda one: True)


# --- When it is judged -----------------------------------------------------------------------

TOO_EARLY = {
    "infiltration": (4, "infiltration-too-early"),
    "cryoneurolysis": (7, "cryoneurolysis-too-early"),
}
"""By therapy, a day on which its curve says that nothing is judged yet, and the rule."""


@pytest.mark.parametrize("nrs", [0, 1, 4, 8])
@pytest.mark.parametrize("therapy", TOO_EARLY)
def test_no_step_calls_a_session_enough_before_the_effect_is_judged(
    therapy: str, nrs: float
) -> None:
    on, rule = TOO_EARLY[therapy]
    rows = answered((0, 8.0), (on, nrs), sessions=(0,))
    step = plan(PROTOCOLS[therapy], START, rows, day(on)).next_step
    assert step is not None
    assert step.rule == rule


@pytest.mark.parametrize("sessions, rule", [
    (5, "mesotherapy-moderate-relief"),
    (6, "mesotherapy-maintenance-done"),
    (9, "mesotherapy-maintenance-done"),
])  # fmt: skip
def test_maintenance_ends_with_its_third_session(sessions: int, rule: str) -> None:
    days = tuple(range(0, 14 * sessions, 14))
    rows = answered((0, 9.0), (days[-1] + 13, 6.0), sessions=days)
    step = plan(MESOTHERAPY, START, rows, day(days[-1] + 13)).next_step
    assert step is not None
    assert step.rule == rule
