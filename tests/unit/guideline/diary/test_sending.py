"""Which message goes to a patient: one a day, within the hours, none twice, none for an answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from dolenti.guideline import diary
from dolenti.guideline.diary import Answered, Asked, Course, Given, Gone, Next
from dolenti.guideline.loading import load_folder

CONTENT = diary.content(load_folder())
PARIS = ZoneInfo("Europe/Paris")
FRIDAY = datetime(2026, 6, 5, 18, tzinfo=PARIS)
ONE = Course("mesotherapy", PARIS, FRIDAY, (Given(1, FRIDAY.date(), FRIDAY),))


def sunday(day: date) -> bool:
    return day.isoweekday() == 7


def goes(
    now: datetime, *gone: Gone, course: Course = ONE, answers: Iterable[Answered] = ()
) -> Next | None:
    windows = diary.due(CONTENT, course, list(answers), now)
    return diary.next_message(
        CONTENT, [Asked("c", one) for one in windows], gone, PARIS, sunday, now
    )


def lived(
    days: int, *, answers: dict[str, timedelta], course: Course = ONE
) -> tuple[list[tuple[datetime, Next]], list[Answered]]:
    """A patient’s messages, looked for every three hours; each window is answered so long after
    its first message as ``answers`` has it, or never."""
    gone: list[Gone] = []
    told: list[tuple[datetime, Next]] = []
    given_answers: list[Answered] = []
    for hour in range(0, days * 24, 3):
        now = FRIDAY.astimezone(UTC) + timedelta(hours=hour)
        for at, one in told:
            wait = answers.get(one.due.window.id)
            key = (one.due.window.id, one.due.anchor)
            is_said = key in {(a.window, a.anchor) for a in given_answers}
            if not is_said and wait is not None and at + wait <= now < one.due.expires:
                given_answers.append(Answered(*key, now))
        found = goes(now, *gone, course=course, answers=given_answers)
        if found is not None:
            told.append((now, found))
            gone.append(
                Gone("c", found.due.window.id, found.due.anchor, found.stage,
                     now.astimezone(PARIS).date(), now)
            )  # fmt: skip
    return told, given_answers


def test_the_first_message_goes_when_a_question_is_due_and_within_the_hours() -> None:
    due = FRIDAY + timedelta(hours=48)  # Sunday, 18:00: closed by then; it waits for Monday
    assert goes(due) is None
    monday = datetime(2026, 6, 8, 10, tzinfo=PARIS)
    found = goes(monday)
    assert found is not None
    assert (found.due.window.id, found.stage, found.message) == ("h48", 1, "answer-due")
    assert goes(monday - timedelta(minutes=1)) is None


def test_safety_goes_on_a_sunday_and_nothing_else_does() -> None:
    thursday = Course("mesotherapy", PARIS, FRIDAY, (
        Given(1, date(2026, 6, 5), datetime(2026, 6, 5, 9, tzinfo=PARIS)),
    ))  # fmt: skip
    sunday_noon = datetime(2026, 6, 7, 12, tzinfo=PARIS)
    found = goes(sunday_noon, course=thursday)
    assert found is not None
    assert found.due.window.safety
    week_later = datetime(2026, 6, 14, 12, tzinfo=PARIS)  # d7 is due since Friday
    assert goes(week_later, course=thursday) is None
    assert goes(week_later + timedelta(days=1), course=thursday) is not None


def test_a_second_and_a_last_reminder_and_then_silence() -> None:
    told, _ = lived(13, answers={"h48": timedelta(hours=1)})
    week = [(one.message, one.stage) for _, one in told if one.due.window.id == "d7"]
    assert week == [("answer-due", 0), ("reminder", 1), ("last-reminder", 2)]


def test_who_missed_three_questions_gets_one_message_a_question() -> None:
    told, _ = lived(200, answers={})
    windows = [one.due.window.id for _, one in told]
    first = list(dict.fromkeys(windows))
    assert len(first) > 4
    for name in first[4:]:
        assert windows.count(name) == 1, name


def two_pains(*answered_at_once: str) -> list[tuple[str, str, str, float]]:
    """What goes to a patient of whom two joints were treated in one visit, and hours after it."""
    first = datetime(2026, 6, 2, 11, tzinfo=PARIS)  # a Tuesday
    courses = {
        name: Course("infiltration", PARIS, at, (Given(1, at.date(), at),))
        for name, at in (("a", first), ("b", first + timedelta(minutes=20)))
    }
    gone: list[Gone] = []
    told, answers = [], {name: list[Answered]() for name in courses}
    for step in range(6, 9 * 24 * 6):
        now = first + timedelta(minutes=10 * step)
        asked = [Asked(name, one) for name, course in courses.items()
                 for one in diary.due(CONTENT, course, answers[name], now)]  # fmt: skip
        found = diary.next_message(CONTENT, asked, gone, PARIS, sunday, now)
        if found is None:
            continue
        window, anchor = found.due.window.id, found.due.anchor
        told.append((found.course, window, found.message, (now - first) / timedelta(hours=1)))
        gone.append(Gone(found.course, window, anchor, found.stage, now.date(), now))
        for name in answered_at_once:  # the link leads on to what else waits
            answers[name].append(Answered(window, anchor, now))
    return told


def test_two_pains_of_one_visit_share_a_message_at_their_hours() -> None:
    assert [(window, hours) for _, window, _, hours in two_pains("a", "b")] == [
        ("h24", 24), ("h48", 48), ("d7", 168),
    ]  # fmt: skip
    nobody = two_pains()
    assert [hours for _, window, _, hours in nobody if window in ("h24", "h48")] == [24, 48, 71]
    (left,) = [one for one in two_pains("a") if one[1:3] == ("h48", "reminder")]
    assert left[0] == "b", "who answered of one is reminded of the other"


def test_a_first_message_goes_before_a_reminder() -> None:
    late = FRIDAY + timedelta(hours=14)  # the other pain, treated the next day
    other = Course("mesotherapy", PARIS, late, (Given(1, late.date(), late),))
    now = datetime(2026, 6, 8, 10, tzinfo=PARIS)
    asked = [Asked(name, one) for name, course in (("a", ONE), ("b", other))
             for one in diary.due(CONTENT, course, (), now)]  # fmt: skip
    gone = [Gone("a", "h48", "session-1", 0, date(2026, 6, 7))]
    found = diary.next_message(CONTENT, asked, gone, PARIS, sunday, now)
    assert found is not None
    assert (found.course, found.message) == ("b", "answer-due")


@settings(max_examples=15)
@given(
    st.dictionaries(
        st.sampled_from([one.id for one in CONTENT.windows]),
        st.integers(0, 200).map(lambda hours: timedelta(hours=hours)),
    )
)
def test_whoever_answers_when_is_asked_once_a_day_once_a_moment_and_never_after(
    answers: dict[str, timedelta],
) -> None:
    told, given_answers = lived(60, answers=answers)
    days = [at.astimezone(PARIS).date() for at, _ in told]
    assert len(days) == len(set(days)), "one a day"
    moments = [(one.due.window.id, one.due.anchor, one.stage) for _, one in told]
    assert len(moments) == len(set(moments)), "none twice"
    received = {(one.window, one.anchor): one.received for one in given_answers}
    for at, one in told:
        assert 10 <= at.astimezone(PARIS).hour < 18
        assert one.due.window.safety or not sunday(at.astimezone(PARIS).date())
        assert at < one.due.expires
        assert at <= received.get((one.due.window.id, one.due.anchor), at), "none after an answer"


@settings(max_examples=60, deadline=None)
@given(
    hours=st.integers(-40 * 24, 400 * 24),
    told=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2)), max_size=4),
    answered=st.lists(st.integers(0, 40), max_size=3),
    sessions=st.integers(1, 3),
)
def test_a_run_works_out_no_less_than_a_message_hangs_on(
    hours: int, told: list[tuple[int, int]], answered: list[int], sessions: int
) -> None:
    given_ = tuple(
        Given(n + 1, (FRIDAY + timedelta(weeks=n)).date(), FRIDAY + timedelta(weeks=n))
        for n in range(sessions)
    )
    course = Course("infiltration", PARIS, FRIDAY, given_)
    now = FRIDAY.astimezone(UTC) + timedelta(hours=hours)
    every = diary.due(CONTENT, course, (), now)
    keys = [(one.window.id, one.anchor) for one in every]
    gone = [
        Gone("c", *keys[at % len(keys)], stage, (now - timedelta(days=2)).date())
        for at, stage in told
    ]
    answers = [Answered(*keys[at % len(keys)], now - timedelta(hours=1)) for at in answered]
    names = {(one.window, one.anchor) for one in gone}

    def next_of(windows: Iterable[diary.Due]) -> Next | None:
        asked = [Asked("c", one) for one in windows]
        return diary.next_message(CONTENT, asked, gone, PARIS, sunday, now)

    whole = next_of(diary.due(CONTENT, course, answers, now))
    assert next_of(diary.askable(CONTENT, course, answers, names, now)) == whole
