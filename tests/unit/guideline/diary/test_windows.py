"""When an answer is due: nothing stored, nothing that vanishes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline import diary
from dolenti.guideline.diary.windows import (
    Answered,
    Called,
    Course,
    Due,
    Given,
    Raised,
    Visit,
    moment,
)
from dolenti.guideline.errors import InputError
from dolenti.guideline.loading import load_folder

CONTENT = diary.content(load_folder())
PARIS = ZoneInfo("Europe/Paris")


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=PARIS)  # type: ignore[misc, arg-type]


FRIDAY = at(2026, 6, 5, 18)
ONE = Course("mesotherapy", PARIS, at(2026, 6, 5, 17), (Given(1, date(2026, 6, 5), FRIDAY),))


def one(window: str, now: datetime, course: Course = ONE, *answers: Answered) -> Due:
    (found,) = (d for d in diary.due(CONTENT, course, answers, now) if d.window.id == window)
    return found


@pytest.mark.parametrize("hours, status", [
    (41, "not-open"), (42, "open"), (48, "due"), (60, "overdue"), (119, "overdue"),
    (120, "expired"),
])  # fmt: skip
def test_a_window_opens_is_due_grows_late_and_expires(hours: int, status: str) -> None:
    assert one("h48", FRIDAY + timedelta(hours=hours)).status == status


def test_an_answer_is_late_and_stays_an_answer() -> None:
    received = FRIDAY.astimezone(UTC) + timedelta(hours=61)
    found = one("h48", at(2027, 6, 1), ONE, Answered("h48", "session-1", received))
    assert (found.status, found.late) == ("answered", True)


@pytest.mark.parametrize("since, hours, days", [
    # The night of 29 March 2026 has no hour from 2 to 3, that of 25 October has it twice.
    (at(2026, 3, 28, 20), at(2026, 3, 29, 21), at(2026, 4, 4, 20)),
    (at(2026, 10, 24, 20), at(2026, 10, 25, 19), at(2026, 10, 31, 20)),
])  # fmt: skip
def test_hours_are_elapsed_and_days_are_of_the_calendar(
    since: datetime, hours: datetime, days: datetime
) -> None:
    assert moment("24 hours", since, since, PARIS) == hours
    assert moment("24 hours", since, since, PARIS) - since.astimezone(UTC) == timedelta(hours=24)
    assert moment("7 days", since, since, PARIS) == days
    assert moment("1 month", at(2027, 1, 31, 9), at(2027, 1, 31, 9), PARIS) == at(2027, 2, 28, 9)


@pytest.mark.parametrize("day, hours", [(at(2026, 3, 28, 18), 23), (at(2026, 10, 24, 18), 25)])
def test_a_question_of_hours_opens_to_the_minute_across_a_change_of_clock(
    day: datetime, hours: int
) -> None:
    """18 hours of elapsed time, whatever the clock on the wall says; a day of 23 or of 25 hours
    begins with midnight and ends with midnight."""
    course = replace(ONE, first=day, sessions=(Given(1, day.date(), day),))
    opens = day.astimezone(UTC) + timedelta(hours=18)
    assert one("h24", opens - timedelta(minutes=1), course).status == "not-open"
    assert one("h24", opens, course).status == "open"
    starts, ends = (datetime.combine((day + timedelta(days=n)).date(), time(), PARIS)
                    for n in (1, 2))  # fmt: skip
    assert ends.astimezone(UTC) - starts.astimezone(UTC) == timedelta(hours=hours)
    visit = Visit("v", starts + timedelta(hours=9), starts + timedelta(hours=9.5))
    seen = one(
        "visit", ends.astimezone(UTC) - timedelta(minutes=1), replace(course, visits=(visit,))
    )
    assert seen.status == "overdue"
    assert one("visit", ends.astimezone(UTC), replace(course, visits=(visit,))).status == "expired"


def test_a_visit_of_those_days_stands_for_the_seventh() -> None:
    visit = Visit("v", at(2026, 6, 12, 17), at(2026, 6, 12, 18))
    course = replace(ONE, visits=(visit,))
    found = one("d7", at(2026, 6, 12, 12), course)
    assert (found.status, found.why, found.taken_by) == ("not-asked", "taken-over", "v")
    assert one("visit", at(2026, 6, 12, 12), course).status == "open"
    assert one("d7", at(2026, 6, 12, 19)).status == "due"  # cancelled: it is asked again


@pytest.mark.parametrize("day, status, why", [
    (1, "not-asked", "not-begun"), (5, "not-asked", "not-begun"), (12, "expired", None),
])  # fmt: skip
def test_a_visit_asks_about_a_treatment_that_was_begun(
    day: int, status: str, why: str | None
) -> None:
    visit = Visit("v", at(2026, 6, day, 17), at(2026, 6, day, 18))
    found = one("visit", at(2026, 6, 20), replace(ONE, visits=(visit,)))
    assert (found.status, found.why) == (status, why)
    nothing_given = replace(ONE, visits=(visit,), sessions=())
    assert one("visit", at(2026, 6, day, 12), nothing_given).why == "not-begun"


def test_an_answer_that_was_taken_before_the_treatment_stays() -> None:
    visit = Visit("v", at(2026, 6, 5, 17), at(2026, 6, 5, 18))
    told = Answered("visit", "v", at(2026, 6, 5, 9))
    assert one("visit", at(2026, 6, 20), replace(ONE, visits=(visit,)), told).status == "answered"


def test_a_later_session_moves_the_month_until_it_has_opened() -> None:
    second = Given(2, date(2026, 6, 20), at(2026, 6, 20, 18))
    third = Given(3, date(2026, 8, 1), at(2026, 8, 1, 18))
    course = replace(ONE, sessions=(*ONE.sessions, second, third))
    found = one("m1", at(2026, 8, 2), course)
    assert found.due == at(2026, 7, 20, 18)


def test_every_session_is_asked_about_after_24_hours() -> None:
    second = Given(2, date(2026, 6, 12), at(2026, 6, 12, 18))
    course = replace(ONE, sessions=(*ONE.sessions, second))
    found = diary.due(CONTENT, course, (), at(2026, 6, 13, 19))
    h24 = {one.anchor: one.status for one in found if one.window.id == "h24"}
    assert h24 == {"session-1": "expired", "session-2": "due"}


def test_a_session_without_an_hour_is_asked_after_48() -> None:
    course = replace(ONE, sessions=(Given(1, date(2026, 6, 5)),))
    assert one("h24", FRIDAY, course).why == "no-hour"
    assert one("h48", FRIDAY, course).due == at(2026, 6, 7, 12)


def test_death_and_withdrawal_end_what_had_not_expired() -> None:
    for stop in ("died", "withdrawn"):
        course = replace(ONE, **{stop: at(2026, 6, 12)})
        assert one("h48", at(2026, 6, 13), course).status == "expired"
        assert one("d7", at(2026, 6, 13), course).why == stop
        assert one("m12", at(2028, 1, 1), course).why == stop


def test_an_alarm_asks_again_and_so_does_its_end() -> None:
    called_for = Called("one", ("alarm-pain-48-72",), at(2026, 6, 8, 10))
    alert = Raised("a", called_for.alarms, called_for.at, at(2026, 6, 9, 10), (called_for,))
    course = replace(ONE, alerts=(alert,))
    assert one("again-pain", at(2026, 6, 9, 10), course).status == "due"
    assert one("again-closed", at(2026, 6, 16, 11), course).status == "due"


LUMP = ("alarm-nodule-recent",)


def called(*days: float) -> Course:
    """A course with an alert of the third day, to which an answer of each of these days added a
    lump."""
    noted = Called("noted", ("noted",), FRIDAY + timedelta(days=2))
    lumps = [Called(f"lump-{n}", LUMP, FRIDAY + timedelta(days=d)) for n, d in enumerate(days, 1)]
    return replace(ONE, alerts=(Raised("a", ("noted", *LUMP), noted.at, None, (noted, *lumps)),))


def lumps_asked(course: Course, now: datetime) -> list[tuple[str, datetime, str]]:
    found = diary.due(CONTENT, course, (), now)
    return [(o.anchor, o.due, o.status) for o in found if o.window.id == "again-nodule"]


def test_what_an_alarm_asks_counts_from_the_answer_that_called_for_it() -> None:
    now = FRIDAY + timedelta(days=34)
    assert lumps_asked(called(27), now) == [("a", now, "due")]
    assert not lumps_asked(called(), now), "the alert alone asks nothing of a lump"


def test_an_alarm_that_is_called_for_again_is_asked_about_again() -> None:
    now = FRIDAY + timedelta(days=41)
    # Of the 29th day, the question of the 34th asks in time: one promise, one question.
    assert lumps_asked(called(27, 29, 34), now) == [
        ("a", FRIDAY + timedelta(days=34), "expired"), ("lump-3", now, "due"),
    ]  # fmt: skip


@given(st.lists(st.integers(2 * 24, 130 * 24), min_size=1, max_size=6).map(sorted))
def test_no_promise_to_ask_again_is_broken(hours: list[int]) -> None:
    """After each answer with the alarm there is a question, in a week at most."""
    course = called(*(one / 24 for one in hours))
    dues = [due for _, due, _ in lumps_asked(course, FRIDAY)]
    for one in hours:
        told = FRIDAY + timedelta(hours=one)
        week = moment("7 days", told, told, PARIS)
        assert any(told < due <= week for due in dues)
    assert len(set(dues)) == len(dues)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(InputError, match="zone"):
        diary.due(CONTENT, ONE, (), datetime(2026, 6, 5))  # noqa: DTZ001


DAYS = st.lists(st.integers(0, 200), min_size=1, max_size=6, unique=True).map(sorted)
SPELLS = st.integers(0, 24 * 900)


@given(DAYS, SPELLS, SPELLS)
def test_no_window_vanishes_and_none_goes_back(days: list[int], first: int, more: int) -> None:
    sessions = tuple(
        Given(n, (FRIDAY + timedelta(days=d)).date(), FRIDAY + timedelta(days=d))
        for n, d in enumerate(days, 1)
    )
    course = replace(ONE, sessions=sessions)
    order = ["not-open", "open", "due", "overdue", "expired"]
    early = diary.due(CONTENT, course, (), FRIDAY + timedelta(hours=first))
    later = diary.due(CONTENT, course, (), FRIDAY + timedelta(hours=first + more))
    names = {(d.window.id, d.anchor) for d in early}
    assert names == {(d.window.id, d.anchor) for d in later}
    assert {f"session-{n}" for n in range(1, len(days) + 1)} <= {a for w, a in names if w == "h48"}
    after = {(d.window.id, d.anchor): d for d in later}
    for before in early:
        now = after[before.window.id, before.anchor]
        assert (before.why is None) == (before.status != "not-asked")
        if before.status in order and now.status in order:
            assert order.index(before.status) <= order.index(now.status)
        else:
            assert (before.status, before.why) == (now.status, now.why)


# --- When the pain is asked again -----------------------------------------------------------------


def asked_again(now: datetime, *visits: Visit, **more: datetime) -> date | None:
    begun = datetime(2026, 6, 2, 11, tzinfo=PARIS)
    course = Course("infiltration", PARIS, begun, (Given(1, begun.date(), begun),), visits, **more)
    windows = diary.due(CONTENT, course, (), now)
    return diary.next_judged(CONTENT, course, windows, [one for one in visits if one.ends > now])


def test_the_pain_is_asked_again_after_a_week_or_at_the_visit_that_stands_for_it() -> None:
    third_day = datetime(2026, 6, 4, 12, tzinfo=PARIS)
    assert asked_again(third_day) == date(2026, 6, 9)
    starts = datetime(2026, 6, 10, 9, tzinfo=PARIS)
    visit = Visit("again", starts, starts + timedelta(minutes=30))
    assert asked_again(third_day, visit) == date(2026, 6, 7), "three days before the visit"


def test_the_day_that_is_said_is_to_come_and_one_on_which_the_message_goes() -> None:
    begun = datetime(2026, 6, 2, 11, tzinfo=PARIS)
    starts = datetime(2026, 6, 10, 9, tzinfo=PARIS)
    visit = Visit("again", starts, starts + timedelta(minutes=30))
    course = Course("infiltration", PARIS, begun, (Given(1, begun.date(), begun),), (visit,))
    safety = {one.id for one in CONTENT.windows if one.safety}

    def said(now: datetime) -> date | None:
        windows = diary.due(CONTENT, course, (), now)
        judged = [one for one in windows if one.window.id not in safety]
        planned = [visit] if visit.ends > now else []
        return diary.next_judged(
            CONTENT, course, judged, planned, after=now.date(), closed=lambda on: on.weekday() == 6
        )

    for days in range(120):
        now = begun + timedelta(days=days, hours=1)
        day = said(now)
        assert day is None or day > now.date()
    third_day = datetime(2026, 6, 4, 12, tzinfo=PARIS)
    assert asked_again(third_day, visit) == date(2026, 6, 7), "a Sunday"
    day = said(third_day)
    assert day is not None
    assert day.weekday() != 6


def test_a_planned_session_asks_in_its_turn() -> None:
    later = datetime(2026, 9, 20, 9, tzinfo=PARIS)
    far = Visit("next", later, later + timedelta(minutes=30))
    after_three_months = datetime(2026, 9, 19, 12, tzinfo=PARIS)
    assert asked_again(after_three_months, far) == date(2026, 9, 22)


def test_after_the_last_window_and_after_an_end_nothing_is_planned() -> None:
    assert asked_again(datetime(2028, 6, 2, tzinfo=PARIS)) is None
    stopped = datetime(2026, 6, 3, tzinfo=PARIS)
    assert asked_again(datetime(2026, 6, 4, tzinfo=PARIS), withdrawn=stopped) is None
