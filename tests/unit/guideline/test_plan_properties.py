"""What holds for every plan, whatever the protocol, the answers and the day (Hypothesis)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from dolenti.guideline.dates import read_duration
from dolenti.guideline.knowledge import Citation, Limit, NextStepRule, Phase, Protocol, Text
from dolenti.guideline.plan import Response, plan, plan_as_json

START = date(2026, 1, 31)
WORDS = Text(fr="-", en="-")
SOURCES = (Citation(id="some-article"),)
SPACINGS = [
    ("1 week", "1 week"),
    ("1 week", "10 days"),
    ("2 weeks", "1 month"),
    ("3 months", "1 year"),
]
LIMITS = {
    "sessions": ["1", "4"],
    "duration": ["3 weeks", "8 weeks"],
    "interval-same-site": ["2 weeks", "3 months"],
    "sessions-per-year": ["1", "3"],
}  # fmt: skip
STEPS = [
    "continue", "lengthen-interval", "stop-and-reassess", "complete", "collect-response",
    "new-course",
]  # fmt: skip
PREVIOUS = "last-act"


@st.composite
def phases(draw, name):
    fewest, more = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    return Phase(
        id=name, label=WORDS, sessions=(fewest, fewest + more),
        usual=fewest + draw(st.integers(0, more)), spacing=draw(st.sampled_from(SPACINGS)),
        optional=draw(st.booleans()), sources=SOURCES,
    )  # fmt: skip


@st.composite
def protocols(draw):
    kinds = draw(st.lists(st.sampled_from(sorted(LIMITS)), unique=True))
    limits = tuple(
        Limit(
            id=kind, kind=kind, value=draw(st.sampled_from(LIMITS[kind])), because=WORDS,
            basis="claim", sources=SOURCES, counts_from=draw(st.sampled_from([(), (PREVIOUS,)])),
        )
        for kind in kinds
    )  # fmt: skip
    steps = draw(st.lists(st.sampled_from(STEPS), max_size=4))
    rules = tuple(
        NextStepRule(
            id=f"rule-{n}", step=step, because=WORDS, basis="claim", sources=SOURCES,
            after_sessions=draw(st.integers(0, 3)),
            relief_at_least=draw(st.none() | st.sampled_from([10.0, 30.0])),
        )
        for n, step in enumerate(steps)
    )  # fmt: skip
    laid = (draw(phases("first")), draw(phases("second")))
    return Protocol(phases=laid, limits=limits, next_steps=rules, sources=SOURCES)


@st.composite
def responses(draw, *, stated):
    first = -10 if not stated else 0
    days = draw(st.lists(st.integers(first, 120), unique=True, max_size=8))
    return [
        Response(
            START + timedelta(days=number),
            nrs=draw(st.integers(0, 10)),
            pgic=draw(st.none() | st.integers(1, 7)),
            session=draw(st.booleans()) if stated else None,
        )
        for number in days
    ]


CASES = st.tuples(
    protocols(),
    responses(stated=True) | responses(stated=False),
    st.integers(-5, 200).map(lambda number: START + timedelta(days=number)),
    st.none() | st.integers(0, 400).map(lambda number: START - timedelta(days=number + 5)),
)


def made(case):
    protocol, rows, as_of, previous = case
    return plan(protocol, START, rows, as_of, previous={PREVIOUS: previous} if previous else {})


@given(CASES, st.randoms())
def test_the_order_of_the_responses_does_not_matter(case, random):
    protocol, rows, as_of, previous = case
    shuffled = random.sample(rows, len(rows))
    assert made((protocol, shuffled, as_of, previous)) == made(case)


@given(CASES)
def test_what_comes_after_the_day_of_the_question_changes_nothing_but_the_list(case):
    protocol, rows, as_of, previous = case
    assume(all(row.session is None for row in rows) or all(row.date <= as_of for row in rows))
    known = [row for row in rows if row.date <= as_of]
    with_future, without = made(case), made((protocol, known, as_of, previous))
    assert with_future.sessions == without.sessions
    assert with_future.next_step == without.next_step


@given(CASES)
def test_windows_are_in_order_and_planned_sessions_respect_every_limit(case):
    protocol, _, _, previous = case
    done = made(case)
    assert [session.number for session in done.sessions] == list(range(1, len(done.sessions) + 1))
    for session in done.sessions:
        assert session.earliest <= session.usual <= session.latest
    planned = [session.usual for session in done.sessions if not session.delivered]
    every = sorted(session.day for session in done.sessions)
    for limit in protocol.limits:
        counted = every
        if limit.counts_from and previous:
            counted = sorted({*every, previous})
        for day in planned:
            before = [other for other in counted if other < day]
            if limit.kind == "sessions":
                assert len([other for other in every if other <= day]) <= int(limit.value)
            elif limit.kind == "duration":
                assert day <= read_duration(limit.value).after(START)
            elif limit.kind == "interval-same-site" and before:
                assert day >= read_duration(limit.value).after(before[-1])
            elif limit.kind == "sessions-per-year" and len(before) >= int(limit.value):
                assert day >= read_duration("1 year").after(before[-int(limit.value)])


@given(CASES)
def test_planned_sessions_of_a_phase_keep_its_shortest_spacing(case):
    spacing = {laid.id: read_duration(laid.spacing[0]) for laid in case[0].phases}
    for one, other in pairwise(made(case).sessions):
        if one.phase == other.phase and not other.delivered:
            assert other.earliest >= spacing[one.phase].after(one.day)


@given(CASES)
def test_a_proposed_date_is_neither_past_nor_against_a_limit(case):
    done = made(case)
    step = done.next_step
    if step is None or step.date is None:
        return
    if step.rule is not None:
        assert step.date >= done.as_of
    if step.step in ("continue", "lengthen-interval"):
        last_days = [limit.last_day for limit in done.limits if limit.last_day]
        floors = [limit.not_before for limit in done.limits if limit.not_before]
        assert all(step.date <= last for last in last_days)
        if any(session.delivered for session in done.sessions):
            assert all(step.date >= floor for floor in floors)


@given(CASES)
def test_every_delivered_session_is_shown_once(case):
    _, rows, as_of, _ = case
    done = made(case)
    shown = [session.delivered for session in done.sessions if session.delivered]
    assert shown == sorted(set(shown))
    if done.sessions_known == "stated":
        assert shown == sorted(row.date for row in rows if row.session and row.date <= as_of)


@given(CASES)
def test_every_plan_can_be_written_as_json(case):
    shown = plan_as_json(made(case), "fr")
    assert json.loads(json.dumps(shown, allow_nan=False)) == shown
