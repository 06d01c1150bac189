"""To whom an event is reported and by when; when two of them make an alarm."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline import session
from dolenti.guideline.errors import InputError
from dolenti.guideline.loading import load_folder
from dolenti.guideline.session import Case

EDITION = load_folder()
CONTENT = session.content(EDITION)
EVENTS = {event.id: event for event in CONTENT.events}
NOTICED = datetime(2026, 11, 28, 16, 30, tzinfo=UTC)


def routes(
    event: str, grade: int | None, *, serious: bool | None = False, **known: bool | None
) -> dict[str, bool]:
    circumstances = {name.replace("_", "-"): value for name, value in known.items()}
    found = session.proposed(CONTENT, EVENTS[event], grade, circumstances, NOTICED, serious=serious)
    return {one.route.id: one.certain for one in found}


NO = dict.fromkeys((one.id.replace("-", "_") for one in CONTENT.circumstances), False)


@pytest.mark.parametrize(
    "event, grade, known, wanted",
    [
        ("vagal-faint", 2, {}, set()),
        ("vagal-faint", 4, {}, {"eigs"}),
        ("allergic-reaction", 1, {}, set()),
        ("allergic-reaction", 2, {}, {"pharmacovigilance"}),
        ("allergic-reaction", 4, {"unexpected": True}, {"pharmacovigilance", "eigs"}),
        ("allergic-reaction", 4, {}, {"pharmacovigilance"}),
        ("mycobacterial-infection", 1, {}, {"infectiovigilance"}),
        ("skin-infection", 1, {"linked_cases": True}, {"infectiovigilance"}),
        ("wrong-unit", 1, {}, {"serum-vigilance"}),
        ("wrong-unit", 1, {"injected": True}, {"serum-vigilance", "eigs"}),
        ("medication-error", 1, {"wrong_side": True, "harm": True},
         {"medication-error", "eigs", "patient-told"}),
        ("staff-blood-exposure", 1, {}, {"work-accident"}),
        ("bruise-redness", 3, {}, set()),
        ("post-injection-flare", 3, {"serum": True},
         {"pharmacovigilance", "materiovigilance", "serum-vigilance"}),
    ],
)  # fmt: skip
def test_where_an_event_is_reported(
    event: str, grade: int, known: dict[str, bool], wanted: set[str]
) -> None:
    found = routes(event, grade, **{**NO, **known})
    assert set(found) == wanted
    assert all(found.values())


def test_what_nobody_said_may_be_due_and_is_asked() -> None:
    found = session.proposed(CONTENT, EVENTS["skin-infection"], 1, {}, NOTICED, serious=False)
    maybe = {one.route.id: [ask.id for ask in one.ask] for one in found if not one.certain}
    assert maybe == {
        "infectiovigilance": ["linked-cases"], "pharmacovigilance": ["lot-suspected"],
    }  # fmt: skip
    # A grade that nobody gave is no low one.
    assert routes("vagal-faint", None) == {"eigs": False}


def test_the_channel_of_serum_is_shown_as_unknown() -> None:
    (serum,) = [route for route in CONTENT.routes if route.unknown]
    assert serum.id == "serum-vigilance"
    assert "Nothing read says where" in serum.what.en


def due(route: str, *, serious: bool | None) -> list[tuple[timedelta, bool]]:
    (one,) = [one for one in CONTENT.routes if one.id == route]
    return [(d.by - NOTICED, d.own) for d in session.due(one, NOTICED, serious=serious)]


class TestByWhen:
    def test_pharmacovigilance_at_once_and_by_our_own_limit(self) -> None:
        day = timedelta(days=1)
        assert due("pharmacovigilance", serious=True) == [(0 * day, False), (day, True)]
        assert due("pharmacovigilance", serious=False) == [(0 * day, False), (7 * day, True)]

    def test_nobody_said_serious_counts_as_serious(self) -> None:
        for route in CONTENT.routes:
            assert due(route.id, serious=None) == due(route.id, serious=True)

    def test_three_months_are_of_the_calendar(self) -> None:
        (eigs,) = [one for one in CONTENT.routes if one.id == "eigs"]
        second = session.due(eigs, datetime(2026, 11, 30, 9, 0, tzinfo=UTC), serious=True)[1]
        assert second.by == datetime(2027, 2, 28, 9, 0, tzinfo=UTC)

    def test_an_accident_at_work(self) -> None:
        hours = [round(by.total_seconds() / 3600) for by, _ in due("work-accident", serious=True)]
        assert hours == [0, 24, 48]


def test_what_is_no_grade_and_no_circumstance_is_refused() -> None:
    with pytest.raises(InputError, match="6 is no grade"):
        routes("vagal-faint", 6)
    with pytest.raises(InputError, match="there is no “injectd” among circumstances"):
        routes("wrong-unit", 1, injectd=True)


@given(
    event=st.sampled_from(CONTENT.events),
    grade=st.none() | st.integers(1, 5),
    known=st.dictionaries(
        st.sampled_from([one.id for one in CONTENT.circumstances]), st.sampled_from([True, False])
    ),
    more=st.dictionaries(
        st.sampled_from([one.id for one in CONTENT.circumstances]), st.sampled_from([True, False])
    ),
)
def test_an_answer_only_settles_what_was_open(
    event: Any, grade: int | None, known: dict[str, bool], more: dict[str, bool]
) -> None:
    def certain(circumstances: dict[str, bool]) -> tuple[set[str], set[str]]:
        found = session.proposed(CONTENT, event, grade, circumstances, NOTICED, serious=None)
        return (
            {one.route.id for one in found if one.certain},
            {one.route.id for one in found},
        )

    before, possible = certain(known)
    after, still = certain({**more, **known})
    assert before <= after
    assert still <= possible


# --- Clusters -------------------------------------------------------------------------------------


def case(
    name: str, event: str = "skin-infection", day: int = 0, grade: int | None = 2, act: str = "",
    **shared: str,
) -> Case:  # fmt: skip
    return Case(
        name, event, act or name, date(2026, 9, 1) + timedelta(days=day), grade,
        {kind: frozenset(value.split()) for kind, value in shared.items()},  # type: ignore[misc]
    )  # fmt: skip


def alarms(*cases: Case) -> list[tuple[str, str | None, str | None, list[str]]]:
    return [
        (one.rule.id, one.kind, one.name, [c.id for c in one.cases])
        for one in session.clusters(CONTENT, cases)
    ]


def test_two_infections_of_one_lot_room_device_or_operator_are_an_alarm() -> None:
    for kind in ("lot", "room", "device", "operator"):
        found = alarms(case("a", **{kind: "7"}), case("b", "septic-arthritis", 40, **{kind: "7"}))
        assert found == [("two-infections", kind, "7", ["a", "b"])]


def test_what_shares_nothing_or_lies_too_far_apart_is_none() -> None:
    assert alarms(case("a", lot="1"), case("b", lot="2")) == []
    assert alarms(case("a", lot="1"), case("b", day=84, lot="1")) != []
    assert alarms(case("a", lot="1"), case("b", day=85, lot="1")) == []


def test_slight_ones_do_not_count_and_ungraded_ones_do() -> None:
    assert alarms(case("a", lot="1"), case("b", grade=1, lot="1")) == []
    (alarm,) = session.clusters(CONTENT, [case("a", lot="1"), case("b", grade=None, lot="1")])
    assert not alarm.certain


def test_two_events_of_one_session_are_one_case() -> None:
    assert alarms(case("a", act="s", lot="1"), case("b", act="s", lot="1")) == []


def test_one_mycobacterium_is_enough() -> None:
    assert alarms(case("a", "mycobacterial-infection", grade=1)) == [
        ("two-infections", None, None, ["a"])
    ]


def test_two_allergies_on_one_lot_within_thirty_days() -> None:
    one, other = (case(n, "allergic-reaction", day, lot="1 2") for n, day in (("a", 0), ("b", 30)))
    assert [alarm[:3] for alarm in alarms(one, other)] == [
        ("two-allergies-one-lot", "lot", "1"), ("two-allergies-one-lot", "lot", "2"),
    ]  # fmt: skip
    assert alarms(one, case("c", "allergic-reaction", 31, lot="1")) == []


@given(
    st.lists(
        st.builds(
            case,
            name=st.uuids().map(str),
            day=st.integers(0, 200),
            grade=st.none() | st.integers(1, 5),
            lot=st.sampled_from(["1", "2", "1 2", ""]),
        ),
        max_size=8,
    )
)
def test_an_alarm_never_depends_on_the_order_and_one_more_case_never_silences_it(
    cases: list[Case],
) -> None:
    def names(some: list[Case]) -> set[tuple[str | None, frozenset[str]]]:
        return {
            (one.name, frozenset(c.id for c in one.cases))
            for one in session.clusters(CONTENT, some)
        }

    whole = names(cases)
    assert names(cases[::-1]) == whole
    for name, members in names(cases[1:]):
        assert any(name == other and members <= more for other, more in whole)
