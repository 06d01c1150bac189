"""A protocol laid on the calendar, its limits, and the next step, on small protocols made here.

The protocols that are shipped are read in ``tests/spec/test_protocol_rules.py``.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest

from dolenti.guideline import plan as planning
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Citation, Limit, NextStepRule, Phase, Protocol, Text
from dolenti.guideline.loading import load_folder
from dolenti.guideline.plan import Response, plan, plan_as_json, read_responses
from dolenti.guideline.reading import read_text

START = date(2026, 3, 2)
SHIPPED = next(t for t in load_folder().therapies if t.id == "mesotherapy").protocol
SOURCES = (Citation(id="some-article", at="1-2"),)


def day(number: int) -> date:
    """The day that lies this many days after the start."""
    return START + timedelta(days=number)


def text(words: str) -> Text:
    return Text(fr=f"{words} (fr)", en=words)


def phase(name, sessions, usual, spacing, *, optional=False) -> Phase:
    return Phase(
        id=name, label=text(name), sessions=sessions, usual=usual, spacing=spacing,
        optional=optional, sources=SOURCES,
    )  # fmt: skip


def limit(kind, value, *counts_from) -> Limit:
    return Limit(
        id=f"{kind}-limit", kind=kind, value=value, counts_from=counts_from,
        because=text(kind), basis="claim", sources=SOURCES,
    )  # fmt: skip


def rule(step, **bounds) -> NextStepRule:
    return NextStepRule(
        id=f"rule-{step}", step=step, because=text(step), basis="expert", sources=SOURCES, **bounds
    )


ATTACK = phase("attack", (3, 4), 3, ("1 week", "10 days"))
UPKEEP = phase("upkeep", (0, 2), 2, ("2 weeks", "4 weeks"), optional=True)
STEPS = (
    rule("collect-response", after_sessions=1),
    rule("complete", after_sessions=5),
    rule("lengthen-interval", after_sessions=3, relief_at_least=30),
    rule("stop-and-reassess", after_sessions=3, relief_under=30),
    rule("continue"),
)
WEEKLY = Protocol(phases=(ATTACK, UPKEEP), limits=(), next_steps=STEPS, sources=SOURCES)
SINGLE = phase("single", (1, 1), 1, ("3 months", "3 months"))
AGAIN = phase("again", (0, 3), 3, ("1 month", "6 months"), optional=True)
SPACED = Protocol(
    phases=(SINGLE, AGAIN),
    limits=(
        limit("interval-same-site", "3 months", "last-corticosteroid-infiltration"),
        limit("sessions-per-year", "3", "last-corticosteroid-infiltration"),
    ),
    next_steps=STEPS,
    sources=SOURCES,
)


def with_limits(*limits: Limit) -> Protocol:
    return Protocol(phases=WEEKLY.phases, limits=limits, next_steps=STEPS, sources=SOURCES)


def answers(*nrs) -> list[Response]:
    """One answer a week: the first is the baseline, on the start."""
    return [Response(day(7 * week), nrs=value) for week, value in enumerate(nrs)]


def given(*days) -> list[Response]:
    return [Response(day(number), session=True) for number in days]


# --- Dates -----------------------------------------------------------------------------------


def test_each_session_has_its_earliest_usual_and_latest_day():
    made = plan(WEEKLY, START, [], START)
    windows = [(s.phase, s.earliest, s.usual, s.latest, s.optional) for s in made.sessions]
    assert windows == [
        ("attack", day(0), day(0), day(0), False),
        ("attack", day(7), day(7), day(10), False),
        ("attack", day(14), day(14), day(17), False),
        ("attack", day(21), day(21), day(24), True),
        ("upkeep", day(28), day(28), day(42), True),
        ("upkeep", day(42), day(42), day(56), True),
    ]
    assert [session.number for session in made.sessions] == [1, 2, 3, 4, 5, 6]


def test_extra_sessions_follow_each_other_but_do_not_push_the_next_phase():
    weekly = phase("attack", (1, 4), 2, ("1 week", "1 week"))
    protocol = Protocol(phases=(weekly, UPKEEP), limits=(), next_steps=STEPS, sources=SOURCES)
    made = plan(protocol, START, [], START)
    assert [(s.phase, s.usual) for s in made.sessions[:5]] == [
        ("attack", day(0)), ("attack", day(7)), ("attack", day(14)), ("attack", day(21)),
        ("upkeep", day(7 + 14)),
    ]  # fmt: skip


def test_a_session_delivered_late_moves_those_after_it():
    made = plan(WEEKLY, START, given(0, 9), day(9))
    assert [session.delivered for session in made.sessions[:3]] == [day(0), day(9), None]
    assert (made.sessions[2].earliest, made.sessions[2].latest) == (day(16), day(19))


def test_states_say_what_is_done_what_is_due_and_what_is_late():
    made = plan(WEEKLY, START, given(0), day(15))
    states = [session.state for session in made.sessions]
    assert states == ["delivered", "overdue", "due", "planned", "planned", "planned"]


def test_a_session_in_the_next_phases_window_passes_over_the_extra_one():
    made = plan(WEEKLY, START, given(0, 7, 14, 28), day(28))
    assert [session.phase for session in made.sessions] == ["attack"] * 3 + ["upkeep"] * 2
    early = plan(WEEKLY, START, given(0, 7, 14, 22), day(28))
    assert early.sessions[3].phase == "attack"


def test_a_session_beyond_the_protocol_is_shown_as_such():
    made = plan(SPACED, START, given(0, 100, 200, 300, 400), day(400))
    assert made.sessions[-1].phase is None
    assert made.sessions[-1].delivered == day(400)


def test_months_go_by_the_calendar():
    made = plan(SPACED, date(2026, 11, 30), [], date(2026, 11, 30))
    assert made.sessions[1].earliest == date(2027, 2, 28)


# --- Which sessions were delivered -----------------------------------------------------------


def test_the_rows_say_which_sessions_were_delivered():
    rows = [Response(day(0), nrs=7, session=True), Response(day(7), nrs=6, session=False)]
    made = plan(WEEKLY, START, rows, day(8))
    assert made.sessions_known == "stated"
    assert [session.delivered for session in made.sessions[:2]] == [day(0), None]


def test_where_no_row_says_so_each_answer_is_about_one_session():
    made = plan(WEEKLY, START, answers(8, 7, 6, 5), day(21))
    assert made.sessions_known == "inferred"
    assert [s.delivered for s in made.sessions[:4]] == [day(0), day(7), day(14), None]
    assert planning.INFERRED in made.remarks


def test_a_daily_diary_is_not_taken_for_daily_sessions():
    diary = [Response(day(number), nrs=6) for number in range(16)]
    made = plan(WEEKLY, START, diary, day(15))
    assert [s.delivered for s in made.sessions[:4]] == [day(0), day(7), day(14), None]


def test_an_optional_session_is_never_inferred():
    follow_up = [Response(day(number), nrs=4) for number in (0, 30, 120, 200)]
    made = plan(SPACED, START, follow_up, day(200))
    assert [session.delivered for session in made.sessions[:2]] == [day(0), None]


def test_a_session_before_the_start_is_refused():
    with pytest.raises(InputError, match="before the start"):
        plan(WEEKLY, START, given(-1), day(0))


# --- Limits ----------------------------------------------------------------------------------


def test_nothing_is_planned_after_the_longest_duration():
    made = plan(with_limits(limit("duration", "5 weeks")), START, [], START)
    assert made.limits[0].last_day == day(35)
    assert [session.usual for session in made.sessions] == [day(n) for n in (0, 7, 14, 21, 28)]
    assert made.sessions[-1].latest == day(35), "the last day itself is allowed"
    assert [(left.number, left.phase) for left in made.left_out] == [(6, "upkeep")]


def test_no_next_date_is_proposed_after_the_longest_duration():
    limited = with_limits(limit("duration", "5 weeks"))
    assert plan(limited, START, answers(8, 7), day(35)).next_step.date == day(35)
    late = plan(limited, START, answers(8, 7), day(36))
    assert late.next_step.date is None
    assert planning.NO_DATE in late.remarks


def test_a_session_delivered_after_the_longest_duration_breaks_the_limit():
    limited = with_limits(limit("duration", "2 weeks"))
    assert plan(limited, START, given(0, 7, 14), day(14)).limits[0].kept is True
    assert plan(limited, START, given(0, 7, 15), day(15)).limits[0].kept is False


def test_no_more_sessions_than_the_most():
    made = plan(with_limits(limit("sessions", "4")), START, given(0, 7), day(7))
    assert (len(made.sessions), made.left_out[0].number) == (4, 5)
    assert (made.limits[0].most, made.limits[0].counted, made.limits[0].kept) == (4, 2, True)


def test_the_same_site_waits_for_the_interval():
    made = plan(SPACED, START, [], START)
    assert made.limits[0].not_before == date(2026, 6, 2)
    assert made.sessions[1].earliest == date(2026, 6, 2), "the phase alone would allow 2 April"


def test_an_earlier_act_moves_the_first_session_and_says_so():
    previous = {"last-corticosteroid-infiltration": date(2026, 1, 10)}
    made = plan(SPACED, START, [], START, previous=previous)
    assert made.sessions[0].earliest == made.sessions[0].usual == date(2026, 4, 10)
    assert made.limits[0].kept is False
    earlier = {"last-corticosteroid-infiltration": date(2025, 12, 2)}
    assert plan(SPACED, START, [], START, previous=earlier).limits[0].kept is True


def test_an_act_that_a_limit_does_not_name_changes_nothing():
    previous = {"last-competition": date(2026, 3, 1)}
    assert plan(SPACED, START, [], START, previous=previous) == plan(SPACED, START, [], START)


def test_three_in_twelve_months_and_the_fourth_a_year_after_the_first():
    made = plan(SPACED, START, given(0, 100, 200), day(200))
    per_year = made.limits[1]
    assert (per_year.most, per_year.counted, per_year.kept) == (3, 3, True)
    assert per_year.not_before == made.sessions[3].earliest == date(2027, 3, 2)


def test_an_earlier_act_counts_among_the_three():
    previous = {"last-corticosteroid-infiltration": date(2025, 11, 1)}
    made = plan(SPACED, START, given(0, 100), day(100), previous=previous)
    assert made.limits[1].counted == 3
    assert made.sessions[2].earliest == date(2026, 11, 1)


def test_the_fact_that_holds_the_courses_own_session_is_not_counted_twice():
    previous = {"last-corticosteroid-infiltration": START}
    made = plan(SPACED, START, given(0), day(1), previous=previous)
    assert made.limits[1].counted == 1


def test_a_limit_that_is_not_a_number_is_refused():
    with pytest.raises(InputError, match="many"):
        plan(with_limits(limit("sessions", "many")), START, [], START)


# --- The next step ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nrs, step, on",
    [
        ([8], "continue", day(0)),
        ([8, 8], "continue", day(7)),
        ([10, 9, 8, 7], "lengthen-interval", day(42)),  # exactly 30 %
        ([10, 9, 8, 7.01], "stop-and-reassess", None),  # 29.9 %
    ],
)
def test_the_first_rule_that_applies_is_followed(nrs, step, on):
    made = plan(WEEKLY, START, answers(*nrs), day(7 * (len(nrs) - 1)))
    assert (made.next_step.step, made.next_step.date) == (step, on)


def test_the_step_carries_its_numbers_its_sentence_and_its_sources():
    made = plan(WEEKLY, START, answers(8, 7, 6, 2), day(21), verified=lambda citations: True)
    step = made.next_step
    assert step.numbers == planning.Numbers(
        3, Fraction(8), Fraction(2), Fraction(75), None, best_relief_percent=Fraction(75),
        last_session=day(14), answered=day(21),
    )  # fmt: skip
    assert (step.rule, step.because.en) == ("rule-lengthen-interval", "lengthen-interval")
    assert (step.sources, step.basis, step.verified) == (SOURCES, "expert", True)


def test_a_stated_session_of_the_day_of_the_answer_is_not_judged_by_it():
    rows = [Response(day(7 * n), nrs=8, session=True) for n in range(3)]
    made = plan(WEEKLY, START, rows, day(14))
    assert made.numbers.sessions == 2
    assert made.next_step.step == "collect-response"


def test_the_baseline_is_the_last_answer_on_or_before_the_start():
    rows = [Response(day(-20), nrs=9), Response(day(-3), nrs=8), Response(day(7), nrs=4)]
    made = plan(WEEKLY, START, rows, day(7))
    assert made.numbers.baseline_nrs == 8
    assert made.numbers.relief_percent == 50
    assert [(row.date, row.why) for row in made.ignored] == [(day(-20), "before-baseline")]


def test_without_a_baseline_the_relief_is_not_guessed():
    rows = [Response(day(7 * week), nrs=3) for week in (1, 2, 3)]
    made = plan(WEEKLY, START, rows, day(21))
    assert made.numbers.relief_percent is None
    assert planning.NO_BASELINE in made.remarks
    assert made.next_step.step == "collect-response"


def test_a_baseline_of_zero_is_not_evaluable():
    made = plan(WEEKLY, START, answers(0, 0, 0, 0), day(21))
    assert made.numbers.relief_percent is None
    assert planning.BASELINE_ZERO in made.remarks
    assert made.next_step.step == "collect-response"


def test_the_impression_alone_can_decide():
    steps = (
        rule("complete", impression_at_most=2),
        rule("stop-and-reassess", impression_at_least=3),
    )
    protocol = Protocol(phases=(ATTACK,), limits=(), next_steps=steps, sources=SOURCES)
    for pgic, step in ((1, "complete"), (2, "complete"), (3, "stop-and-reassess")):
        assert plan(protocol, START, [Response(day(7), pgic=pgic)], day(7)).next_step.step == step


def test_a_bound_on_an_unknown_impression_does_not_apply():
    steps = (rule("complete", relief_at_least=30, impression_at_most=2),)
    protocol = Protocol(phases=(ATTACK,), limits=(), next_steps=steps, sources=SOURCES)
    made = plan(protocol, START, answers(8, 2), day(7))
    assert made.next_step is None
    assert planning.NO_RULE in made.remarks


def test_there_is_nothing_to_continue_once_every_session_is_given():
    protocol = Protocol(phases=(SINGLE,), limits=(), next_steps=STEPS[-1:], sources=SOURCES)
    assert plan(protocol, START, [], START).next_step.step == "continue"
    made = plan(protocol, START, [Response(START, session=True), Response(day(9), pgic=4)], day(9))
    assert made.next_step is None
    assert planning.NO_RULE in made.remarks


def test_nothing_answered_after_a_delivered_session_asks_for_an_answer():
    made = plan(WEEKLY, START, given(0), day(8))
    assert (made.next_step.rule, made.next_step.step) == (
        "rule-collect-response",
        "collect-response",
    )
    assert made.next_step.date == day(8)


def test_a_proposed_date_is_never_in_the_past():
    rows = [Response(day(0), nrs=8, session=True), Response(day(6), nrs=8, session=False)]
    assert plan(WEEKLY, START, rows, day(30)).next_step.date == day(30)


# --- Responses -------------------------------------------------------------------------------


def test_responses_out_of_order_are_sorted():
    rows = answers(8, 7, 6, 2)
    assert plan(WEEKLY, START, rows[::-1], day(21)) == plan(WEEKLY, START, rows, day(21))


def test_what_is_dated_after_the_day_of_the_question_is_ignored_and_listed():
    made = plan(WEEKLY, START, answers(8, 7, 0), day(7))
    assert made.numbers.last_nrs == 7
    assert [(row.date, row.why) for row in made.ignored] == [(day(14), "after-as-of")]


def test_two_responses_of_one_day_are_refused():
    with pytest.raises(InputError, match="2026-03-02 has two responses"):
        plan(WEEKLY, START, [Response(START, nrs=8), Response(START, nrs=7)], day(7))


@pytest.mark.parametrize("nrs", [-1, 10.5, float("nan"), True, "7"])
def test_a_response_with_an_impossible_pain_cannot_be_made(nrs):
    with pytest.raises(InputError, match="nrs"):
        Response(START, nrs=nrs)


@pytest.mark.parametrize("pgic", [0, 8, 2.5, float("nan"), True])
def test_a_response_with_an_impossible_impression_cannot_be_made(pgic):
    with pytest.raises(InputError, match="pgic"):
        Response(START, pgic=pgic)


def test_a_response_that_says_nothing_or_has_an_hour_cannot_be_made():
    with pytest.raises(InputError, match="says nothing"):
        Response(START)
    with pytest.raises(InputError, match="dated by day"):
        Response(datetime(2026, 3, 2, 9, 0), nrs=4)  # noqa: DTZ001
    with pytest.raises(InputError, match="session"):
        Response(START, session=1)


def test_dates_that_can_only_be_mistyped_are_refused():
    with pytest.raises(InputError, match="start: 0206-03-02"):
        plan(WEEKLY, date(206, 3, 2), [], START)
    with pytest.raises(InputError, match="lies after"):
        plan(SPACED, START, [], START, previous={"last-corticosteroid-infiltration": day(1)})


def read(words: str) -> tuple[Response, ...]:
    return read_responses(read_text(words, "answers.yaml"), day(30))


def test_responses_are_read_from_yaml_and_from_json_alike():
    written = read(
        "- {date: 2026-03-09, nrs: 6.5, pgic: 3, session: true}\n- {date: 2026-03-02, nrs: 8}"
    )
    as_json = (
        '[{"date": "2026-03-09", "nrs": 6.5, "pgic": 3, "session": true},'
        ' {"date": "2026-03-02", "nrs": 8}]'
    )
    assert written == read(as_json)
    assert written == (Response(day(0), nrs=8), Response(day(7), nrs=6.5, pgic=3, session=True))


def test_an_empty_file_is_no_response_and_a_row_without_date_is_of_today():
    assert read("") == read("[]") == ()
    assert read("- {nrs: 4}") == (Response(day(30), nrs=4),)


@pytest.mark.parametrize(
    "words, said",
    [
        ("- {date: 2026-03-02, nrs: 8}\n- {nrs: 11}", "answers.yaml:2.nrs: 11 is out"),
        ("- {nrs: 8}\n- {nrs: 8}", "answers.yaml:2: 2026-04-01 has two responses"),
        ("- {date: 2026-13-02, nrs: 8}", "answers.yaml:1.date: “2026-13-02” is not a date"),
        ("- {date: 2026-03-02, pain: 8}", "answers.yaml:1: “pain” is not known"),
        ("- {date: 2026-03-02, nrs: .nan}", "answers.yaml:1: .nan is not a usable number"),
        ("- {date: 2026-03-02, pgic: 2.5}", "answers.yaml:1.pgic: 2.5 is not a whole number"),
        ("- {date: 2026-03-02}", "answers.yaml:1: this row says nothing"),
        ("- 7", "answers.yaml:1: a response is written like"),
        ("date: 2026-03-02", "answers.yaml: responses are a list"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_refused_with_its_line(words, said):
    with pytest.raises(InputError) as raised:
        read(words)
    assert str(raised.value).startswith(said)


# --- JSON ------------------------------------------------------------------------------------


def test_the_plan_is_plain_json_in_one_language():
    made = plan(SPACED, START, [*answers(7, 5), Response(day(40), nrs=1)], day(8))
    shown = json.loads(json.dumps(plan_as_json(made, "fr")))
    assert shown["sessions"][0] == {
        "number": 1, "phase": "single", "label": "single (fr)", "earliest": "2026-03-02",
        "usual": "2026-03-02", "latest": "2026-03-02", "optional": False, "state": "delivered",
        "delivered": "2026-03-02", "moved_from": None,
    }  # fmt: skip
    assert shown["limits"][0]["not_before"] == "2026-06-02"
    assert shown["numbers"] == {
        "sessions": 1, "baseline_nrs": 7.0, "last_nrs": 5.0, "relief_percent": 28.5, "pgic": None,
        "best_relief_percent": 28.5,
    }  # fmt: skip
    assert shown["next_step"]["sources"] == [{"id": "some-article", "at": "1-2"}]
    assert shown["next_step"]["verified"] is False
    assert shown["ignored"] == [{"date": "2026-04-11", "why": "after-as-of"}]
    assert plan_as_json(made, "en")["sessions"][0]["label"] == "single"


def test_after_the_last_session_due_the_answer_is_collected_before_another_is_proposed():
    responses = [
        Response(day(0), nrs=8, session=True),
        Response(day(7), nrs=5, session=True),
        Response(day(14), nrs=3, pgic=2, session=True),
    ]
    made = plan(SHIPPED, START, responses, day(40))
    assert made.next_step is not None
    assert (made.next_step.step, made.next_step.rule) == ("collect-response", None)


def test_a_forbidden_therapy_is_stopped_and_no_date_is_proposed():
    made = plan(SHIPPED, START, [], START, forbidden=True)
    assert made.next_step is not None
    assert (made.next_step.step, made.next_step.date) == ("stop-and-reassess", None)
