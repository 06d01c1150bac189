"""Opening hours as people type them."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.calendar.hours_text import read_hours, written
from dolenti.calendar.opening import Hours
from dolenti.guideline.errors import InputError

MORNING, EVENING = Hours(time(9), time(12, 30)), Hours(time(14), time(18))


@pytest.mark.parametrize(
    "text",
    [
        "9:00-12:30, 14:00-18:00",
        "9h-12h30, 14h-18h",
        "9 h – 12 h 30 et 14 h – 18 h",
        "de 9h à 12h30 / de 14h à 18h",
        "from 9:00 to 12:30 and from 14:00 to 18:00",
        "14.00-18.00; 9.00-12.30",
        " 09h00-12h30 ,, 14h-18:00 ",
    ],
)
def test_a_day_is_read_in_any_common_form(text: str) -> None:
    assert read_hours(text) == (MORNING, EVENING)


def test_an_empty_day_is_closed() -> None:
    assert read_hours("  ") == ()


@pytest.mark.parametrize(
    "text, said",
    [
        ("nine to noon", "not a stretch"),
        ("9h", "not a stretch"),
        ("9h-25h", "not a stretch"),
        ("9h-12h75", "not a stretch"),
        ("9h-0h", "not a stretch"),
        ("12h-9h", "does not come after"),
        ("9h-9h", "does not come after"),
        ("9h-12h, 11h-14h", "overlap"),
        (", ".join(f"{hour}h-{hour}h30" for hour in range(7, 14)), "at most"),
        ("x" * 10_000, "not a stretch"),
    ],
)
def test_what_is_no_day_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        read_hours(text)
    assert error.value.fr


@given(st.lists(st.integers(0, 24 * 60 - 1), unique=True, max_size=10))
def test_what_is_written_is_read_again(minutes: list[int]) -> None:
    times = [time(*divmod(one, 60)) for one in sorted(minutes)]
    pairs = [Hours(start, end) for start, end in zip(times[::2], times[1::2], strict=False)]
    assert read_hours(written(pairs)) == tuple(pairs)
