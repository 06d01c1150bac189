"""What may be compared of a course: the same in a plan and between the visits."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dolenti.guideline import comparable, diary
from dolenti.guideline.diary import Given, Judged, Reading
from dolenti.guideline.loading import load_folder
from dolenti.guideline.plan import NOT_JUDGED, Response, plan

EDITION = load_folder()
CONTENT = diary.content(EDITION)
PROTOCOLS = {therapy.id: therapy.protocol for therapy in EDITION.therapies}
START = date(2026, 3, 2)
SUCCESS = ("complete", "lengthen-interval", "maintain")


def day(number: int) -> date:
    return START + timedelta(days=number)


def laid(therapy, *rows, sessions=(0,), today=None):
    """The plan of rows ``(day, NRS, PGIC)``."""
    said = {number: (nrs, pgic) for number, nrs, pgic in rows}
    responses = [
        Response(day(n), *said.get(n, (None, None)), session=n in sessions)
        for n in sorted({*said, *sessions})
    ]
    last = max(responses, key=lambda one: one.date).date
    return plan(PROTOCOLS[therapy], START, responses, day(today) if today else last)


def between(therapy, *rows, sessions=(0,), today):
    """The same between the visits: answers at noon, sessions in the afternoon."""

    def at(number, hour):
        return datetime.combine(day(number), time(hour), UTC)

    given_ones = tuple(Given(n, day(d), at(d, 15)) for n, d in enumerate(sessions, 1))
    course = Judged(therapy, PROTOCOLS[therapy], ZoneInfo("Europe/Paris"), given_ones)
    readings = [Reading("pain-24h", nrs, at(n, 12)) for n, nrs, _ in rows if nrs is not None]
    readings += [Reading("change", pgic, at(n, 12)) for n, _, pgic in rows if pgic is not None]
    return diary.response(CONTENT, course, readings, at(today, 18))


CASES = {
    "three to two is a third and one point": (
        "infiltration", ((0, 3, None), (30, 2, None)), (0,), "within-noise",
    ),
    "two to one": ("infiltration", ((0, 2, None), (30, 1, None)), (0,), "low-baseline"),
    "one and still one": ("infiltration", ((0, 1, None), (30, 1, None)), (0,), "low-baseline"),
    "a baseline of years ago": (
        "infiltration", ((-900, 9, None), (30, 4, None)), (0,), "old-baseline",
    ),
    "well long ago, in pain now": (
        "mesotherapy", ((7, None, 2), (14, 8, None), (60, 9, None)), (0, 7, 14), "answers-apart",
    ),
    "a session came between the impression and the score": (
        "mesotherapy", ((0, 8, None), (7, None, 1), (14, 7, None)), (0, 7), "answers-apart",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_may_not_be_compared_is_said_and_is_no_success(name):
    therapy, rows, sessions, why = CASES[name]
    made = laid(therapy, *rows, sessions=sessions)
    assert NOT_JUDGED[why] in made.remarks
    assert made.next_step.step not in SUCCESS
    found = between(therapy, *rows, sessions=sessions, today=rows[-1][0])
    assert why in found.numbers.not_judged
    assert why in {one.id for one in found.beside}
    assert found.suggestion.step not in SUCCESS


@pytest.mark.parametrize("therapy", PROTOCOLS)
def test_no_pain_without_a_fall_is_no_success(therapy):
    for baseline in (None, 0, 1, 2):
        rows = [(0, baseline, None)] if baseline is not None else []
        made = laid(therapy, *rows, (35, 0, None), sessions=(0, 7, 14))
        assert made.next_step.step not in SUCCESS, baseline


def test_an_impression_that_a_session_followed_is_not_read_with_later_scores():
    rows = ((0, 8, None), (7, 7, 6), (14, 4, None), (21, 2, None))
    made = laid("mesotherapy", *rows, sessions=(0, 7, 14))
    assert made.numbers.pgic is None
    assert made.next_step.rule == "mesotherapy-substantial-relief"


def test_of_a_later_impression_the_older_score_is_not_read():
    made = laid("infiltration", (0, 8, None), (21, 2, None), (60, None, 6))
    assert (made.numbers.last_nrs, made.numbers.pgic) == (None, 6)
    assert made.next_step.rule == "infiltration-much-worse-impression"


def test_a_low_baseline_is_judged_by_the_impression():
    made = laid("infiltration", (0, 2, None), (30, 1, 2))
    assert made.next_step.rule == "infiltration-much-improved"
    assert laid("infiltration", (0, 2, None), (30, 7, None)).next_step.rule == "infiltration-worse"


def test_a_change_within_noise_or_from_an_old_pain_is_not_said_to_matter():
    for rows in (((0, 3, None), (30, 2, None)), ((-900, 9, None), (30, 2, None))):
        (one,) = between("infiltration", *rows, today=30).changes
        assert one.reached is None
    (one,) = between("infiltration", (0, 5, None), (30, 6, None), today=30).changes
    assert one.better is None, "one point more is not worse"


@pytest.mark.parametrize(
    "answers, weeks",
    [
        ({7: 12, 14: 25, 21: 62, 42: 0, 200: 0}, (0, 4)),
        ({21: 50, 49: 40, 56: 10}, (4, 8)),
        ({21: 50, 28: 10, 49: 50, 77: 60, 84: 0}, (4, 8)),
        ({21: 10, 42: 0}, None),
        ({21: 10, 42: 40}, None),
    ],
)
def test_a_relief_lasts_no_longer_than_the_answers_show(answers, weeks):
    reliefs = {day(number): Fraction(percent) for number, percent in answers.items()}
    assert comparable.relieved_weeks(Fraction(30), reliefs, START) == weeks


scores = st.none() | st.integers(0, 10)
impressions = st.none() | st.integers(1, 7)


@settings(deadline=None)
@given(
    st.sampled_from(sorted(PROTOCOLS)),
    st.dictionaries(
        st.integers(-60, 70), st.tuples(scores, impressions).filter(any), min_size=1, max_size=5
    ),
)
def test_a_plan_and_the_diary_judge_alike(therapy, said):
    rows = [(number, *answer) for number, answer in sorted(said.items())]
    rows = [(n, nrs, pgic if n > 0 else None) for n, nrs, pgic in rows if nrs is not None or n > 0]
    one = laid(therapy, *rows, today=71).numbers
    other = between(therapy, *rows, today=71).numbers
    assert (one.relief_percent, one.pgic, one.last_nrs, one.baseline_nrs, one.not_judged) == (
        other.relief_percent, other.pgic, other.last_nrs, other.baseline_nrs, other.not_judged,
    )  # fmt: skip
    if one.relief_percent is not None and one.relief_percent >= 30:
        assert one.baseline_nrs - one.last_nrs > 1
