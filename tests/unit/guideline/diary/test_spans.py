"""Who is looked for by the days alone: nobody who is asked something is left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline import diary
from dolenti.guideline.diary.windows import Course, Given, Raised, Visit
from dolenti.guideline.loading import load_folder

CONTENT = diary.content(load_folder())
ZONES = ("Europe/Paris", "Indian/Reunion", "America/Guadeloupe")
NOW = datetime(2026, 10, 26, 8, tzinfo=UTC)  # the day after the clocks went back
WAITING = ("open", "due", "overdue")


def ago(most: int) -> st.SearchStrategy[datetime]:
    """A moment of the days before, or a few after, to the minute."""
    minutes = st.integers(-25 * 24 * 60, most * 24 * 60)
    return minutes.map(lambda one: NOW - timedelta(minutes=one))


@given(
    therapy=st.sampled_from(sorted({name for w in CONTENT.windows for name in w.therapies})),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    sessions=st.lists(ago(900), max_size=3).map(sorted),
    without_hour=st.booleans(),
    visit=ago(20),
    alarm=st.tuples(ago(20), ago(20)).map(sorted),
)
def test_whoever_is_asked_something_is_found_by_the_days(
    therapy: str, zone: ZoneInfo, sessions: list[datetime], without_hour: bool,
    visit: datetime, alarm: list[datetime],
) -> None:  # fmt: skip
    given_ = tuple(
        Given(number, one.astimezone(zone).date(), None if without_hour else one)
        for number, one in enumerate((one for one in sessions if one <= NOW), 1)
    )
    alarms = tuple(one.id for one in CONTENT.alarms)
    course = Course(
        therapy, zone, given_[0].ended if given_ else visit, given_,
        (Visit("v", visit, visit + timedelta(minutes=30)),), (Raised("a", alarms, *alarm),),
    )  # fmt: skip
    found = diary.spans(CONTENT, NOW)
    hangs_on = {
        "first-session": [*sessions, visit], "each-session": sessions, "last-session": sessions,
        "each-appointment": [visit], "alarm-raised": alarm[:1], "alarm-closed": alarm[1:],
    }  # fmt: skip
    for due in diary.due(CONTENT, course, (), NOW):
        if due.status in WAITING:
            anchor = due.window.anchor
            assert any(
                since <= one <= until for since, until in found[anchor] for one in hangs_on[anchor]
            ), due.window.id


def test_whose_days_are_far_is_not_looked_at() -> None:
    found = diary.spans(CONTENT, NOW)
    for days in (55, 58, 300, 1000):
        at = NOW - timedelta(days=days)
        inside = any(since <= at <= until for since, until in found["last-session"])
        assert inside is (days in (55, 58)), days  # the skin at eight weeks
    assert found["each-session"][-1][1] < NOW + timedelta(days=1)
    assert found["last-session"][0][0] > NOW - timedelta(days=900)
