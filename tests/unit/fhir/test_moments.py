"""FHIR dates: the days they may mean, and which of two is later."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.fhir.moments import first_moment, latest, period_bound, read_moment


@pytest.mark.parametrize(
    "text, first, last",
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-11-21", date(2026, 11, 21), date(2026, 11, 21)),
        ("2026-11-21T08:00:00Z", date(2026, 11, 21), date(2026, 11, 21)),
        ("2026-11-21T23:59:59.123+02:00", date(2026, 11, 21), date(2026, 11, 21)),
        ("2026-11-21T23:59:60Z", date(2026, 11, 21), date(2026, 11, 21)),
        ("2026-11-21T24:00:00Z", date(2026, 11, 21), date(2026, 11, 21)),
        ("2026-11-21T25:61:00Z", date(2026, 11, 21), date(2026, 11, 21)),
        ("2026-11-21 08:00", date(2026, 11, 21), date(2026, 11, 21)),
        ("2026-11-21T8", date(2026, 11, 21), date(2026, 11, 21)),
    ],
)
def test_a_date_is_read_as_the_days_it_may_mean(text: str, first: date, last: date) -> None:
    moment = read_moment(text)
    assert moment is not None
    assert (moment.first, moment.last) == (first, last)


@pytest.mark.parametrize(
    "odd",
    ["", "soon", "26-11-21", "2026-13", "2026-02-30", "0000", "2026-11-211", "2026-11-21x",
     "2026-11-21X08:00",
     "2026-11T08:00:00", "２０２６", None, 2026, ["2026"]],
)  # fmt: skip
def test_what_is_no_date_is_none(odd: object) -> None:
    assert read_moment(odd) is None


def test_the_first_text_that_is_a_date_counts() -> None:
    moment = first_moment(None, "soon", "2026-05", "2020")
    assert moment is not None
    assert moment.text == "2026-05"
    assert first_moment(None, "soon") is None
    assert period_bound({"start": "2026"}, "start") == "2026"
    assert period_bound("2026", "start") is None


def said(text: str | None) -> SimpleNamespace:
    return SimpleNamespace(text=text, moment=read_moment(text))


@pytest.mark.parametrize(
    "texts, last",
    [
        (["2026-11-20", "2026-11-21"], ["2026-11-21"]),
        (["2026-11-21T23:30:00-05:00", "2026-11-22T01:00:00+02:00"], ["2026-11-21T23:30:00-05:00"]),
        (["2026-11-21T08:00:00Z", "2026-11-21T09:00:00+01:00"],
         ["2026-11-21T08:00:00Z", "2026-11-21T09:00:00+01:00"]),
        (["2026-11-21", "2026-11-21T08:00:00Z", "2026-11-21T07:00:00Z"],
         ["2026-11-21", "2026-11-21T08:00:00Z"]),
        ([None, "1950"], ["1950"]),
        ([None, None], [None, None]),
        (["9999-12-31T23:59:59-14:00", "2026-11-21"], ["9999-12-31T23:59:59-14:00"]),
    ],
)  # fmt: skip
def test_the_latest_are_those_that_nothing_follows(
    texts: list[str | None], last: list[str | None]
) -> None:
    assert [one.text for one in latest([said(text) for text in texts])] == last


TIMES = st.datetimes().map(
    lambda t: t.strftime("2026-11-%d") if t.second % 2 else t.isoformat()[:19] + "Z"
)


@given(st.lists(TIMES, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_latest_do_not_depend_on_the_order(texts: list[str], chance: object) -> None:
    one = sorted(found.text for found in latest([said(text) for text in texts]))
    chance.shuffle(texts)  # type: ignore[attr-defined]
    assert sorted(found.text for found in latest([said(text) for text in texts])) == one
