"""What the chain says and the services keep: the donor’s tests, blood, courses one after the other,
quarantine, doors, what is left when a course is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dolenti.access.models import User
from dolenti.clinic.serum import shown
from dolenti.guideline.serum import RefusedStepError, windows
from dolenti.ledger.models import Revision
from dolenti.serum import chain, drawing, freezing, opening, pairs, temperature
from dolenti.serum.opening import SerumRefusedError
from dolenti.treatment import courses
from dolenti.treatment.models import Course
from dolenti.ui import print as printing
from tests.web.serum import (
    DAY,
    HOUR,
    MINUTE,
    NEGATIVE,
    Bench,
    course_of_serum,
    log_of,
    session_now,
    states,
)
from tests.web.world import sent

STATED = opening.Said("LILA", "Avis 2026-14", date(2026, 9, 1), "Accord", None, "Lettre")  # type: ignore[arg-type]


@pytest.mark.parametrize("days, known", [(-8, False), (-7, True), (0, True), (8, False)])
def test_tests_of_another_time_release_nothing(lab: Bench, days: int, known: bool) -> None:
    draw = lab.planned(course_of_serum(lab.alice), 1)
    if days > 0:
        lab.passes(days * DAY)
    on = draw.day + timedelta(days=days)
    draw.refresh_from_db()
    draw = drawing.record_tests(lab.bob, draw, draw.version, NEGATIVE, on)
    assert drawing.are_known(draw) is known


def test_a_positive_result_is_taken_back_by_another_person_with_a_reason(lab: Bench) -> None:
    draw = lab.tested(lab.planned(course_of_serum(lab.alice), 1), hiv="positive")
    for who, why, said in (
        (lab.bob, "it was a slip", "you recorded"),
        (lab.alice, "", "say why"),
    ):
        for results in (NEGATIVE, NEGATIVE | {"hiv": ""}):
            with pytest.raises(SerumRefusedError, match=said):
                drawing.record_tests(who, draw, draw.version, results, draw.day, why)
    draw = drawing.record_tests(
        lab.alice, draw, draw.version, NEGATIVE, draw.day, "the laboratory corrected it"
    )
    assert not drawing.is_positive(draw)
    assert Revision.objects.latest("pk").reason == "the laboratory corrected it"


def test_no_more_blood_is_planned_in_a_day_than_its_limit(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    with pytest.raises(SerumRefusedError, match="6 tubes at most"):
        lab.planned(course, 7)
    lab.planned(course, 4)
    with pytest.raises(SerumRefusedError, match="2 tubes at most"):
        lab.planned(course, 3)
    draw = lab.drawn(course, 2, mL="11")
    assert drawing.too_much_blood(draw) is None
    lab.passes(DAY)
    assert drawing.too_much_blood(lab.drawn(course, 6, mL="11")) == 66


def test_a_unit_that_waits_for_too_long_is_not_released(lab: Bench) -> None:
    unit, other = (lab.frozen(one) for one in lab.portioned(course_of_serum(lab.alice)))
    lab.tested(unit.draw)
    lab.both(lab.anew(other), "release")
    lab.passes(31 * DAY)
    lab.cold()
    with pytest.raises(RefusedStepError) as refusal:
        lab.both(lab.anew(unit), "release")
    assert refusal.value.guards == ("within-quarantine",)
    pairs.hold(lab.form(), lab.anew(other), "a doubt about its slot")
    lab.passes(DAY)
    lab.both(lab.anew(other), "lift-to-quarantine", note="it was read again", slot="A-9")
    lab.cold()
    lab.both(lab.anew(other), "release")
    assert states([other]) == ["frozen"], "it waits from when it was lifted"


def test_a_door_that_is_open_three_times_a_day_is_told(lab: Bench) -> None:
    start = timezone.now()
    lab.passes(6 * HOUR)
    twice = log_of(start, start + 3 * HOUR, -20, 15 * MINUTE, m30=-15, m90=-15)
    temperature.take_in(lab.form(), lab.freezer, twice)
    assert not temperature.often_open([lab.freezer], timezone.now())
    once = log_of(start + 3 * HOUR, start + 6 * HOUR, -20, 15 * MINUTE, m30=-15)
    temperature.take_in(lab.form(), lab.freezer, once)
    assert temperature.often_open([lab.freezer], timezone.now()) == {
        lab.freezer.pk: (start.date(), 3)
    }


def test_what_is_left_of_a_course_that_is_completed_is_held(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    given, left = lab.released(course)
    lab.injected(lab.thawed(given, session_now(course)), session_now(course))
    Course.objects.filter(pk=course.pk).update(state="active")
    course.refresh_from_db()
    session_now(course).appointment.__class__.objects.update(state="done")
    courses.complete(lab.alice, course, course.version)
    assert (states([left]), lab.anew(left).held_for) == (["held"], "course-over")


def test_a_site_that_chose_the_shorter_window_is_told_the_shorter_window(lab: Bench) -> None:
    _, (tube,) = lab.incubating(course_of_serum(lab.alice), 1)
    hours = {}
    for strict in (False, True):
        said = replace(STATED, responsible=lab.alice, strict=strict)
        opening.open_chain(sent(lab.alice), said)
        (line,) = shown.lines([lab.anew(tube)])
        for window in (shown.window_of(lab.anew(tube)), line.window):
            assert window is not None
            assert window.closes is not None
            hours[strict] = (window.closes - lab.anew(tube).incubated_from) / HOUR
    assert hours == {False: 9, True: 8}


def days(*after: int) -> list[date]:
    return [date(2026, 1, 1) + timedelta(days=one) for one in after]


@pytest.mark.parametrize(
    "given, before, today, may",
    [
        ((), (0, 7, 14, 21, 28, 35), 36, False),  # the next day: no interval
        ((), (0, 7, 14, 21, 28, 35), 42, True),
        ((42, 49, 56), (0, 7, 14, 21, 28, 35), 63, False),  # nine weeks without a pause
        ((60,), (0, 7, 14, 21, 28, 35), 67, True),  # a pause parted them
        ((0, 30), (), 57, False),
    ],
)
def test_a_second_course_begun_at_once_goes_on_with_the_weeks_of_the_first(
    given: tuple[int, ...], before: tuple[int, ...], today: int, may: bool
) -> None:
    limits = chain.in_force()
    found = windows.course_is_open(limits, days(*given), (), days(today)[0], days(*before))
    assert found is may


def test_the_interval_is_kept_from_one_course_to_the_next(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    first, second = lab.released(course)
    lab.injected(lab.thawed(first, session_now(course)), session_now(course))
    Course.objects.filter(pk=course.pk).update(state="completed")
    again = Course.objects.get(pk=course.pk)
    again.pk, again.public_id = None, "the-next-course1"
    again._state.adding, again.state = True, "active"
    again.save()
    lab.passes(DAY)
    session = session_now(course)
    session.course = again
    session.save()
    assert not freezing.guards_for(lab.anew(second), session)["course-open"]


def test_the_sheet_of_a_draw_says_what_its_labels_have_no_room_for(
    lab: Bench, browser_of: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    (unit,) = lab.portioned(course_of_serum(lab.alice), units=1)
    made: list[printing.SerumSheet] = []

    def kept(sheet: printing.SerumSheet, language: str) -> bytes:
        made.append(sheet)
        return printing.serum.serum_sheet(sheet, language)

    monkeypatch.setattr(printing, "serum_sheet", kept)
    answer = browser_of(lab.bob).get(f"/draws/{unit.draw.public_id}/sheet/")
    assert answer["Content-Type"] == "application/pdf"
    ((row,),) = (sheet.units for sheet in made)
    assert (row.number, row.run, row.device) == (
        unit.number, "5000 g, 10 min", lab.device.number,
    )  # fmt: skip
    assert None not in (row.drawn_at, *row.incubated)
    sheets = {one.id for one in chain.in_force().said.label if one.where == "sheet"}
    assert sheets == {"drawn", "additive", "sec"}, "each is on it"
