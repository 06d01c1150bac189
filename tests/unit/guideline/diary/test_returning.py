"""Back to work and sport: every block, every day at which a date turns, and what is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dolenti.guideline import diary
from dolenti.guideline.diary import Act, Known, Washout, washout
from dolenti.guideline.diary.returning import competition_from
from dolenti.guideline.loading import load_folder

CONTENT = diary.content(load_folder())
PARIS = ZoneInfo("Europe/Paris")
DAY = date(2026, 5, 4)
AT = datetime(2026, 5, 4, 10, tzinfo=PARIS)
CALM = {
    "alarm-open": False, "tendon-rupture": False, "motor-deficit": False, "athlete-tested": False,
    "takes-tramadol": False, "signs": {"snap": False},
}  # fmt: skip
NOTHING = Act("mesotherapy", AT, DAY, corticosteroid=False, anaesthetic=False, beside_tendon=False)
STEROID = Act(
    "infiltration", AT, DAY, corticosteroid=True, anaesthetic=False, beside_tendon=False,
    washout=Washout(3, 2022),
)  # fmt: skip


def known(now: datetime, *acts: Act, begins: date = DAY, **said: Any) -> Known:
    facts = {**CALM, **said.pop("facts", {})}
    facts = {name: value for name, value in facts.items() if value is not None}
    return Known(now, begins, acts, facts, **said)


def held(found: Known) -> dict[str, datetime | None]:
    return {one.block.id: one.until for one in diary.standing(CONTENT, found).holds}


def open_(found: Known) -> set[str]:
    return {one.id for one in diary.standing(CONTENT, found).to_settle}


def days(found: Known) -> list[date | None]:
    return [one.earliest for one in diary.sport(CONTENT, found)]


def test_with_nothing_in_the_way_each_stage_is_held_as_long_as_it_says() -> None:
    assert days(known(AT)) == [
        DAY, DAY, DAY + timedelta(14), DAY + timedelta(28), DAY + timedelta(35),
    ]  # fmt: skip


def test_a_stage_reached_on_another_day_moves_those_after_it() -> None:
    found = diary.sport(CONTENT, known(AT + timedelta(20), reached=("s2", DAY + timedelta(10))))
    assert [one.since for one in found] == [None, DAY + timedelta(10), None, None, None]
    assert [one.earliest for one in found[2:]] == [
        DAY + timedelta(24), DAY + timedelta(38), DAY + timedelta(45),
    ]  # fmt: skip
    assert found[2].runs_from == DAY + timedelta(10)


def test_a_stage_that_nobody_reached_is_not_dated_in_the_past() -> None:
    late = known(AT + timedelta(100))
    assert days(late)[0] == late.today
    assert days(late)[2] == late.today + timedelta(14)


@pytest.mark.parametrize(
    "flare, third", [(5, 24), (11, 25), (20, 34)], ids=["before", "just after", "later"]
)
def test_a_flare_begins_the_two_weeks_again(flare: int, third: int) -> None:
    found = known(
        AT + timedelta(20), reached=("s2", DAY + timedelta(10)), flare=DAY + timedelta(flare)
    )
    assert days(found)[2] == DAY + timedelta(third)


def test_a_flare_goes_back_a_stage_for_a_week() -> None:
    found = known(AT + timedelta(20), reached=("s1", DAY), flare=DAY + timedelta(18))
    assert days(found)[1] == DAY + timedelta(25)


@pytest.mark.parametrize(
    "fact, block, stages",
    [
        ("alarm-open", "block-alarm", 5),
        ("tendon-rupture", "block-rupture", 5),
        ("motor-deficit", "block-weakness", 4),
    ],
)
def test_a_block_without_an_end_gives_no_date_until_it_is_lifted(
    fact: str, block: str, stages: int
) -> None:
    there = known(AT, facts={fact: True})
    assert held(there) == {block: None}
    assert days(there).count(None) == stages
    unknown = known(AT, facts={fact: None})
    assert open_(unknown) == {block}
    assert days(unknown).count(None) == stages
    assert held(unknown) == {}


def test_only_what_stops_every_stage_stops_a_plan() -> None:
    rupture = diary.standing(CONTENT, known(AT, facts={"tendon-rupture": True}))
    weakness = diary.standing(CONTENT, known(AT, facts={"motor-deficit": True}))
    assert [one.block.id for one in rupture.stops_all(CONTENT)] == ["block-rupture"]
    assert weakness.stops_all(CONTENT) == ()


def test_a_snap_told_by_the_patient_stops_everything() -> None:
    assert "block-rupture" in held(known(AT, facts={"signs": {"snap": True}}))


def test_a_rupture_excluded_leaves_a_snap_to_be_asked() -> None:
    assert open_(known(AT, facts={"signs": None})) == {"block-rupture"}


def test_what_a_practitioner_settled_counts_and_what_the_record_says_goes_before_it() -> None:
    asked = known(AT, facts={"signs": None}, settled={"block-rupture": False})
    assert open_(asked) == set()
    assert DAY in days(asked)
    told = known(AT, facts={"tendon-rupture": True}, settled={"block-rupture": False})
    assert "block-rupture" in held(told)
    worse = known(AT, facts={"signs": None}, settled={"block-rupture": True})
    assert held(worse) == {"block-rupture": None}


@pytest.mark.parametrize("hours, there", [(0, True), (23.9, True), (24, False)])
def test_no_effort_within_a_day_of_an_act(hours: float, there: bool) -> None:
    found = known(AT + timedelta(hours=hours), NOTHING)
    assert ("block-after-act" in held(found)) is there
    if there:
        assert held(found)["block-after-act"] == AT + timedelta(hours=24)
    assert days(found)[0] == max(DAY + timedelta(1), found.today)


@pytest.mark.parametrize(
    "act, wait",
    [
        (NOTHING, 1),
        (replace(NOTHING, therapy="infiltration"), 2),
        (replace(NOTHING, therapy="autologous-conditioned-serum"), 2),
        (replace(NOTHING, therapy="cryoneurolysis"), 3),
        (STEROID, 7),
        (replace(STEROID, beside_tendon=True), 14),
        (replace(STEROID, beside_tendon=None), 14),
        (replace(STEROID, corticosteroid=None), 7),
    ],
    ids=lambda one: str(getattr(one, "therapy", one)),
)
def test_no_stage_of_sport_comes_sooner_than_the_sheet_says(act: Act, wait: int) -> None:
    stages = diary.sport(CONTENT, known(AT, act))
    assert all("block-after-act" in {hold.block.id for hold in one.holds} for one in stages)
    assert {hold.until for hold in stages[0].holds} == {AT + timedelta(wait)}
    assert stages[0].earliest == DAY + timedelta(wait)


def test_a_practitioner_who_says_that_no_tendon_was_near_shortens_the_wait() -> None:
    where, no = replace(STEROID, beside_tendon=None), {"block-peritendinous-steroid": False}
    assert days(known(AT, where, settled=no))[0] == DAY + timedelta(7)
    assert diary.first_day(CONTENT, [where]) == DAY + timedelta(14)
    assert diary.first_day(CONTENT, [where], no) == DAY + timedelta(2)


def test_what_only_lasts_does_not_stop_a_plan() -> None:
    assert diary.standing(CONTENT, known(AT, STEROID)).stops_all(CONTENT) == ()


@pytest.mark.parametrize("hours, there", [(23.9, True), (24, False)])
def test_an_anaesthetic_keeps_from_impact_for_a_day(hours: float, there: bool) -> None:
    numbed = replace(NOTHING, anaesthetic=True)
    assert ("block-numbed" in held(known(AT + timedelta(hours=hours), numbed))) is there


def test_whether_an_anaesthetic_was_given_is_asked_only_while_it_matters() -> None:
    nobody = replace(NOTHING, anaesthetic=None)
    assert open_(known(AT, nobody)) == {"block-numbed"}
    assert open_(known(AT + timedelta(hours=24), nobody)) == set()


@pytest.mark.parametrize("after, there", [(13, True), (14, False)])
def test_a_steroid_beside_a_tendon_keeps_from_jumping_for_two_weeks(
    after: int, there: bool
) -> None:
    beside = replace(STEROID, beside_tendon=True)
    found = known(AT + timedelta(after), beside)
    assert ("block-peritendinous-steroid" in held(found)) is there
    early = known(AT, beside)
    assert days(early)[2] == DAY + timedelta(28)  # two weeks of rest, then two at the stage
    assert held(early)["block-peritendinous-steroid"] == datetime(2026, 5, 18, tzinfo=PARIS)


def test_where_it_went_is_asked_only_of_a_steroid() -> None:
    where = replace(STEROID, beside_tendon=None)
    assert open_(known(AT, where)) == {"block-peritendinous-steroid"}
    assert open_(known(AT, replace(where, corticosteroid=False))) == set()
    assert open_(known(AT + timedelta(14), where)) == set()


def test_of_several_acts_each_blocks_for_itself() -> None:
    beside = replace(STEROID, beside_tendon=True)
    later = replace(NOTHING, at=AT + timedelta(7), day=DAY + timedelta(7))
    assert "block-peritendinous-steroid" in held(known(AT + timedelta(10), beside, later))


@pytest.mark.parametrize(
    "washout, first", [(3, 4), (10, 11), (None, 11)], ids=["3 days", "10 days", "not known"]
)
def test_the_delay_of_a_steroid_is_counted_back_from_the_eve(
    washout: int | None, first: int
) -> None:
    act = replace(STEROID, washout=Washout(washout, 2022) if washout else None)
    assert competition_from(act, 11) == DAY + timedelta(first)
    last = known(AT + timedelta(first - 1), act, facts={"athlete-tested": True})
    assert held(last)["block-steroid-competition"] == datetime.combine(
        DAY + timedelta(first), datetime.min.time(), PARIS
    )
    over = known(AT + timedelta(first), act, facts={"athlete-tested": True})
    assert "block-steroid-competition" not in held(over)


def test_the_delay_of_a_steroid_moves_the_date_of_competition() -> None:
    late = known(
        AT,
        replace(STEROID, washout=Washout(10, 2022)),
        facts={"athlete-tested": True},
        reached=("s4", DAY),
    )
    assert days(late)[4] == DAY + timedelta(11)


def test_the_year_of_the_list_goes_with_the_delay_that_rests_on_it() -> None:
    older = replace(STEROID, washout=Washout(3, 2021))
    found = known(AT, STEROID, older, facts={"athlete-tested": True})
    years = {one.id: diary.list_year(one, found) for one in CONTENT.sport_blocks}
    assert {name for name, year in years.items() if year} == {"block-steroid-competition"}
    assert years["block-steroid-competition"] == 2021, "the oldest counts"
    unknown = known(AT, replace(STEROID, washout=None), facts={"athlete-tested": True})
    assert not any(diary.list_year(one, unknown) for one in CONTENT.sport_blocks)


def test_given_in_the_last_minute_of_the_eve_the_delay_takes_a_day_more() -> None:
    late = datetime(2026, 5, 4, 23, 59, 30, tzinfo=PARIS)
    assert competition_from(replace(STEROID, at=late), 11) == DAY + timedelta(5)


def test_whether_somebody_is_tested_is_settled_before_a_competition_is_dated() -> None:
    found = known(AT, STEROID, facts={"athlete-tested": None})
    assert "block-steroid-competition" in open_(found)
    assert days(found)[3] is not None
    assert days(found)[4] is None


def test_tramadol_and_serum_keep_an_athlete_from_competition() -> None:
    athlete = {"athlete-tested": True}
    assert held(known(AT, facts={**athlete, "takes-tramadol": True})) == {
        "block-tramadol-competition": None
    }
    assert open_(known(AT, facts={**athlete, "takes-tramadol": None})) == {
        "block-tramadol-competition"
    }
    serum = replace(NOTHING, therapy="autologous-conditioned-serum")
    assert held(known(AT + timedelta(9), serum, facts=athlete)) == {"block-acs-competition": None}


def plan(name: str) -> Any:
    return next(one for one in CONTENT.plans if one.id == name)


@pytest.mark.parametrize("one", CONTENT.plans, ids=lambda one: one.id)
def test_every_length_of_a_plan_is_dated_from_a_day_and_nothing_else_is(one: Any) -> None:
    found = diary.dated(one, known(AT, onset=DAY - timedelta(2)))
    assert [row.rule for row in found] == list(one.dated)
    for row in found:
        assert row.runs_from is not None
        assert row.first == row.runs_from + timedelta(row.rule.days[0])
        assert row.last == row.runs_from + timedelta(row.rule.days[1])


def test_a_sprain_is_counted_from_its_own_day_and_not_dated_without_it() -> None:
    heavy = next(o for o in diary.dated(plan("ankle-sprain"), known(AT, onset=DAY - timedelta(5)))
                 if o.rule.id == "heavy")  # fmt: skip
    assert (heavy.first, heavy.last) == (DAY - timedelta(2), DAY + timedelta(16))
    nobody = diary.dated(plan("ankle-sprain"), known(AT))
    assert all(one.first is None and one.last is None for one in nobody)


def test_six_weeks_without_a_flare_begin_with_the_flare() -> None:
    (row,) = diary.dated(plan("low-back-pain"), known(AT, flare=DAY + timedelta(3)))
    assert row.first == DAY + timedelta(45)


@pytest.mark.parametrize("zone, days", [("knee", 10), ("muscle", 60), ("", 60)])
def test_a_washout_is_that_of_a_muscle_unless_somebody_said_that_it_is_none(
    zone: str, days: int
) -> None:
    products = load_folder().products
    triamcinolone = next(one for one in products if one.id == "triamcinolone-acetonide")
    found = washout([triamcinolone], zone)
    assert found is not None
    assert found.days == days
