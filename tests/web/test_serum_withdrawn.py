"""A log that was imported at the wrong place: two people withdraw it, and what it condemned or
proved is looked at again."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from dolenti.access.roles import Role
from dolenti.guideline.serum import RefusedStepError
from dolenti.safety.models import AdverseEvent
from dolenti.serum import bench, causes, proved, temperature, withdrawing
from dolenti.serum.models import (
    Excursion,
    LogWithdrawal,
    Place,
    TemperatureLog,
    Unit,
)
from dolenti.serum.opening import SerumRefusedError
from tests.web.serum import DAY, HOUR, MINUTE, Bench, course_of_serum, log_of, session_now, states
from tests.web.world import colleague, sent


def taken_in(lab: Bench, place: Place, hours: int, **warm: float) -> tuple[Any, TemperatureLog]:
    """A freezer's file of the last hours, taken in; the file and its log."""
    now = timezone.now()
    file = log_of(now - hours * HOUR, now, -20, 10 * MINUTE, **warm)
    return file, temperature.take_in(lab.form(), place, file)


def withdrawn(lab: Bench, log: TemperatureLog) -> LogWithdrawal:
    """By the nurse and the responsible person."""
    made = withdrawing.propose(lab.form(), log, "file of the other freezer")
    withdrawing.confirm(lab.alice, made)
    made.refresh_from_db()
    return made


def test_what_a_warm_file_of_another_freezer_condemned_may_be_lifted(lab: Bench) -> None:
    units = lab.released(course_of_serum(lab.alice))
    lab.passes(10 * HOUR)
    lab.cold()
    _, log = taken_in(lab, lab.freezer, 9, m120=2, m130=3, m140=-12)
    assert {(one.state, one.warmed) for one in map(lab.anew, units)} == {("held", True)}
    withdrawn(lab, log)
    kept = lab.anew(units[0])
    assert (kept.state, kept.warmed) == ("held", False)  # nothing is put back by itself
    assert (
        "withdrawn"
        in causes.in_one(one.says for one in causes.of(kept, causes.steps_of([kept]))).en
    )
    lab.both(kept, "lift-to-quarantine", note="the file was of freezer 2", slot="Z-9")
    lab.both(lab.anew(kept), "release")
    assert lab.anew(kept).state == "frozen"
    assert TemperatureLog.objects.filter(pk=log.pk).exists()  # the history stays
    assert {one.rule for one in Excursion.objects.exclude(strike=None)} == {
        "freezer-major", "freezer-thaw"
    }  # fmt: skip


def test_its_file_is_taken_in_where_it_belongs_and_not_again_where_it_does_not(lab: Bench) -> None:
    lab.released(course_of_serum(lab.alice))
    other = temperature.add_place(sent(lab.bob), "freezer", "Congélateur 2")
    lab.passes(10 * HOUR)
    wrong, log = taken_in(lab, lab.freezer, 9)
    with pytest.raises(SerumRefusedError, match="a file is of one place"):
        temperature.take_in(lab.form(), other, wrong)
    withdrawn(lab, log)
    assert temperature.take_in(lab.form(), other, wrong).place == other
    with pytest.raises(SerumRefusedError, match="withdrawn from"):
        temperature.take_in(lab.form(), lab.freezer, wrong)


def test_what_a_cold_file_of_another_freezer_proved_is_proved_no_more(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    first, second = lab.released(course)
    lab.passes(10 * HOUR)
    _, log = taken_in(lab, lab.freezer, 11)
    given = lab.thawed(second, session_now(course))
    lab.injected(given, session_now(course))
    assert proved.is_cold_kept(lab.anew(first))
    withdrawn(lab, log)
    assert not proved.is_cold_kept(lab.anew(first))
    event = AdverseEvent.objects.get()
    assert (event.event, event.session) == ("unit-excursion", given.injection.session)


def test_a_gap_that_the_wrong_file_hid_holds_what_was_there(lab: Bench) -> None:
    (unit, *_) = lab.released(course_of_serum(lab.alice))
    lab.passes(10 * HOUR)
    _, log = taken_in(lab, lab.freezer, 11)
    lab.passes(MINUTE * 10)
    lab.cold()
    lab.passes(MINUTE * 30)
    lab.cold()
    assert lab.anew(unit).state == "frozen"
    withdrawn(lab, log)
    assert lab.anew(unit).state == "held"
    with pytest.raises(RefusedStepError):
        lab.both(lab.anew(unit), "release")


def test_an_incubation_that_a_wrong_file_proved_holds_the_tube_and_its_units(lab: Bench) -> None:
    units = lab.portioned(course_of_serum(lab.alice))
    log = TemperatureLog.objects.get(place=lab.incubator)
    withdrawn(lab, log)
    assert states(units) == ["held", "held"]
    assert not proved.is_complete(lab.anew(units[0]))


def test_an_incubator_s_warm_file_that_is_withdrawn_destroys_nothing(lab: Bench) -> None:
    draw, tubes = lab.incubating(course_of_serum(lab.alice), 1)
    since = timezone.now()
    lab.passes(7 * HOUR)
    lab.measured(lab.incubator, since, 37, m60=41)
    wrong = TemperatureLog.objects.get(place=lab.incubator)
    assert causes.destroying(lab.anew(tubes[0]), timezone.now()) is not None
    withdrawn(lab, wrong)
    lab.measured(lab.incubator, since, 37.5)
    assert causes.destroying(lab.anew(tubes[0]), timezone.now()) is None
    lab.both(lab.anew(tubes[0]), "lift-to-incubated", note="the file was of the other incubator")
    bench.spin(lab.form(), draw, lab.proof(*tubes), run="5000 g", whole=True)


def test_it_takes_two_and_the_responsible_person_and_a_reason(lab: Bench) -> None:
    lab.released(course_of_serum(lab.alice))
    lab.passes(10 * HOUR)
    _, log = taken_in(lab, lab.freezer, 9)
    with pytest.raises(SerumRefusedError, match="say why"):
        withdrawing.propose(lab.form(), log, " ")
    made = withdrawing.propose(lab.form(), log, "another freezer")
    with pytest.raises(SerumRefusedError, match="somebody else"):
        withdrawing.confirm(lab.bob, made)
    with pytest.raises(SerumRefusedError, match="proposed already"):
        withdrawing.propose(sent(lab.alice), log, "another freezer")
    nurse = colleague(lab.alice, "Nina", Role.NURSE)
    with pytest.raises(SerumRefusedError, match="responsible person"):
        withdrawing.confirm(nurse, made)
    assert TemperatureLog.objects.standing().filter(pk=log.pk).exists()
    withdrawing.drop(lab.alice, made)
    again = withdrawing.propose(lab.form(), log, "another freezer, it is certain")
    withdrawing.confirm(lab.alice, again)
    withdrawing.confirm(lab.alice, again)  # pressed twice
    assert not TemperatureLog.objects.standing().filter(pk=log.pk).exists()


def test_a_stretch_that_was_struck_is_found_again_by_another_log(lab: Bench) -> None:
    (unit, *_) = lab.released(course_of_serum(lab.alice))
    lab.passes(10 * HOUR)
    wrong, log = taken_in(lab, lab.freezer, 9, m120=3)
    withdrawn(lab, log)
    assert not lab.anew(unit).warmed
    text = wrong.data.decode() + "\n"
    temperature.take_in(lab.form(), lab.freezer, temperature.File("x", text.encode(), "utc"))
    assert lab.anew(unit).warmed
    rows = Excursion.objects.filter(effect="discard-proposed")
    assert {row.again for row in rows} == {0, 1}


def test_the_database_cools_no_unit_for_any_other_reason(lab: Bench) -> None:
    (unit, *_) = lab.released(course_of_serum(lab.alice))
    lab.passes(10 * HOUR)
    taken_in(lab, lab.freezer, 9, m120=3)
    with pytest.raises(DatabaseError), transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(warmed=False)
    made = withdrawing.propose(lab.form(), TemperatureLog.objects.first(), "x")  # type: ignore[arg-type]
    withdrawing.confirm(lab.alice, made)
    with pytest.raises(DatabaseError), transaction.atomic():
        LogWithdrawal.objects.filter(pk=made.pk).update(reason="y")


def test_an_excursion_found_after_the_injection_opens_an_adverse_event(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    _, given = lab.released(course, units=2)
    lab.passes(10 * DAY)
    night = timezone.now()
    lab.passes(8 * HOUR)
    session = session_now(course)
    lab.injected(lab.thawed(given, session), session)
    lab.measured(lab.freezer, night - HOUR, -20, m120=-5, m135=3, m150=3, m165=-8)
    event = AdverseEvent.objects.get()
    assert (event.event, event.session, event.grade) == ("unit-excursion", session, None)
