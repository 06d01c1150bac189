"""The chain of serum through its services, on both databases: from the vein to the needle, and each
of the mistakes with its right outcome."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from dolenti.access.models import AuditEntry
from dolenti.guideline.serum import RefusedStepError
from dolenti.serum import (
    accounts,
    bench,
    freezing,
    giving,
    labelling,
    pairs,
    temperature,
)
from dolenti.serum.giving import Given
from dolenti.serum.models import (
    Excursion,
    Injection,
    Stay,
    Step,
    Tube,
    Unit,
)
from dolenti.serum.opening import SerumRefusedError
from dolenti.treatment import consents
from dolenti.treatment.models import Course
from tests.web.serum import (
    DAY,
    HOUR,
    MINUTE,
    TWO,
    Bench,
    course_of_serum,
    session_now,
    states,
)
from tests.web.world import sent, workday


def test_from_the_vein_to_the_needle(lab: Bench) -> None:
    """A draw of one tube and two units: one given the same day, one frozen, released, thawed and
    given a week later. Every number has its end, and the accounts close at each step."""
    course = course_of_serum(lab.alice)
    fresh, kept = lab.portioned(course)
    assert states([fresh, kept]) == ["fresh", "fresh"]
    lab.injected(fresh, session_now(course))
    kept = lab.frozen(kept)
    assert (kept.state, kept.expires) == ("quarantined", timezone.localdate() + 365 * DAY)
    lab.tested(kept.draw)
    lab.both(lab.anew(kept), "release")
    assert lab.anew(kept).state == "frozen"
    lab.passes(7 * DAY)
    kept = lab.thawed(kept, session_now(course))
    assert kept.state == "thawed"
    assert not Stay.objects.filter(unit=kept, until=None).exists()
    given = lab.injected(kept, session_now(course))
    assert (given.unit, given.patient) == (kept, course.patient)
    report = accounts.of_draws([kept.draw])
    assert report.closes
    assert report.units.by_state == {"injected": 2}
    assert (report.volumes.made, report.volumes.injected) == (5, 5)
    events = list(Step.objects.filter(unit=kept).values_list("event", flat=True))
    assert events == ["label", "freeze", "release", "issue", "thaw-complete", "inject"]
    assert Injection.objects.count() == 2


def test_s01_a_unit_of_another_patient_is_refused(lab: Bench) -> None:
    """By the service, with a line of the trail; the unit stays thawed and its clock runs."""
    course, other = course_of_serum(lab.alice), course_of_serum(lab.alice)
    (unit, *_) = lab.released(course)
    unit = lab.thawed(unit, session_now(course))
    with pytest.raises(RefusedStepError, match="the unit’s own") as refusal:
        lab.injected(unit, session_now(other))
    assert refusal.value.guards == ("patient-match",)
    assert lab.anew(unit).state == "thawed"
    line = AuditEntry.objects.get(action="serum-inject", outcome="refused")
    assert line.patient == unit.patient.public_id
    lab.passes(121 * MINUTE)
    with pytest.raises(RefusedStepError, match="under 2 h"):
        lab.injected(unit, session_now(course))


def test_s01_nor_is_it_issued_for_another(lab: Bench) -> None:
    course, other = course_of_serum(lab.alice), course_of_serum(lab.alice)
    (unit, *_) = lab.released(course)
    with pytest.raises(RefusedStepError, match="the unit’s own"):
        freezing.issue(lab.form(), session_now(other), lab.proof(unit))
    assert lab.anew(unit).state == "frozen"


@pytest.mark.parametrize("hours, resumed", [(5, True), (10, False)])
def test_s02_s03_an_incubation_out_of_its_hours_is_held(
    lab: Bench, hours: int, resumed: bool
) -> None:
    draw, (tube,) = lab.incubating(course_of_serum(lab.alice), 1)
    since = timezone.now()
    lab.passes(hours * HOUR)
    lab.measured(lab.incubator, since, 37)
    if hours < 6:
        with pytest.raises(SerumRefusedError, match="too early") as early:
            bench.end_incubation(lab.form(), draw, lab.proof(tube))
        assert (early.value.where, states([tube])) == ("early", ["incubating"])
    bench.end_incubation(lab.form(), draw, lab.proof(tube), early="the incubator stopped")
    tube = lab.anew(tube)
    assert (tube.state, tube.origin, tube.held_for) == ("held", "incubating", "time")
    lab.passes(20 * MINUTE)
    assert ("resume-incubation" in pairs.possible(tube)) is resumed
    if resumed:
        lab.both(tube, "resume-incubation", note="came out too soon")
        assert states([tube]) == ["incubating"]
        return
    with pytest.raises(SerumRefusedError, match="too short"):
        lab.both(tube, "resume-incubation", note="came out too late")
    lab.both(tube, "lift-to-incubated", note="checked with the maker")
    assert states([tube]) == ["incubated"]


def test_s02_a_short_incubation_is_not_resumed_after_half_an_hour(lab: Bench) -> None:
    draw, (tube,) = lab.incubating(course_of_serum(lab.alice), 1)
    lab.passes(5 * HOUR)
    bench.end_incubation(lab.form(), draw, lab.proof(tube), early="the incubator stopped")
    lab.passes(31 * MINUTE)
    assert pairs.possible(lab.anew(tube)) == ["discard", "declare-missing"]
    with pytest.raises(SerumRefusedError, match="too short"):
        lab.both(tube, "lift-to-incubated", note="nearly six hours")


def test_no_hold_is_lifted_past_what_the_chain_destroys(lab: Bench) -> None:
    """Minutes in the incubator, and above 40 °C; a day in it; a log that comes late; a unit that
    is not clear, a seal that is broken, a box that nobody measured, a course that is over."""

    def refused(thing: Any, event: str, why: str) -> None:
        with pytest.raises(SerumRefusedError, match=why):
            lab.both(lab.anew(thing), event, note="it looks good to us", slot="A-1")
        assert event not in pairs.possible(lab.anew(thing))
        assert lab.anew(thing).state == "held"

    def begun(n: int) -> Course:
        """Assessed on the day on which its blood is drawn."""
        return course_of_serum(lab.alice, workday(10 + 3 * n))

    _, (hot,) = lab.incubating(begun(0), 1)
    since = timezone.now()
    lab.passes(10 * MINUTE)
    lab.measured(lab.incubator, since - 10 * MINUTE, 37, m10=41.2)
    for event in ("lift-to-incubated", "resume-incubation"):
        refused(hot, event, r"destroys it.*Étuve 1: 41.2 °C on 3 November 2026, 09:")
    assert Excursion.objects.filter(place=lab.incubator, effect="discard-proposed").count() == 1

    draw, (long,) = lab.incubating(begun(1), 1)
    lab.passes(25 * HOUR)
    bench.end_incubation(lab.form(), draw, lab.proof(long))
    refused(long, "lift-to-incubated", "25 h 00 in the incubator, instead of 6 to 9 h")

    (late,) = lab.portioned_unmeasured(begun(2))
    other = lab.anew(late).tube
    lab.measured(lab.incubator, other.incubated_from, 37, m60=40.5)
    refused(late, "lift-to-fresh", "40.5 °C")

    draw, tubes = lab.incubated(begun(3), 1)
    bench.spin(lab.form(), draw, lab.proof(*tubes), run="5000 g", whole=True)
    bench.portion(lab.form(), draw, lab.proof(*tubes), [TWO], bench_clear=True)
    cloudy = lab.labelled(Unit.objects.get(draw=draw), look="cloudy")
    refused(cloudy, "lift-to-portioned", "cloudy")

    sealed, bare, stopped = lab.released(begun(4), units=3)
    for unit, whole in ((sealed, False), (bare, True)):
        freezing.pack(lab.form(), unit.draw, lab.proof(unit), lab.box, seal="S", recorder=True)
        lab.passes(HOUR)
        where = (lab.freezer, lab.slot(unit))
        freezing.receive(lab.form(), unit.draw, lab.proof(unit), where, sealed=whole)
    refused(sealed, "lift-to-quarantine", "seal broken")
    refused(bare, "lift-to-quarantine", "nothing proves that the box was cold")
    lab.measured(lab.box, timezone.now() - 3 * HOUR, -25)
    assert "lift-to-quarantine" in pairs.possible(lab.anew(bare)), "its recorder’s memory says so"
    consents.withdraw(sent(lab.alice), stopped.draw.course.consents.get(), "Paul", "")
    refused(stopped, "lift-to-quarantine", "no longer under way")


def test_s04_a_label_put_on_late_holds_the_tube_for_good(lab: Bench) -> None:
    draw = lab.drawn(course_of_serum(lab.alice), 1)
    tube = draw.tube_rows.get()
    lab.passes(40 * MINUTE)
    lab.labelled(tube)
    tube = lab.anew(tube)
    assert (tube.state, tube.origin) == ("held", "drawn")
    with pytest.raises(RefusedStepError, match="not possible"):
        pairs.propose(lab.form(), tube, "lift-to-incubated", note="why not")
    lab.both(tube, "discard", reason="identity-doubt")
    assert states([tube]) == ["discarded"]


def test_no_more_serum_is_portioned_than_there_was_blood(lab: Bench) -> None:
    draw, tubes = lab.incubated(course_of_serum(lab.alice), 1)
    bench.spin(lab.form(), draw, lab.proof(*tubes), run="5000 g", whole=True)
    with pytest.raises(SerumRefusedError, match="12 mL of serum cannot come out of 10 mL") as no:
        bench.portion(lab.form(), draw, lab.proof(*tubes), [Decimal(4)] * 3, bench_clear=True)
    assert (no.value.where, states(tubes)) == ("volumes", ["spun"])
    bench.portion(lab.form(), draw, lab.proof(*tubes), [Decimal(4)] * 2, bench_clear=True)
    said = accounts.of_draws([draw]).volumes
    assert (said.blood, said.made, said.left, said.closes) == (10, 8, 2, True)
    Tube.objects.filter(draw=draw).update(volume=7)
    found = accounts.of_draws([draw])
    assert [one.wrong for one in found.lines] == [("more-than-blood",), (), ()]
    assert not found.closes


def test_s05_a_label_read_on_another_unit_holds_both(lab: Bench) -> None:
    draw, tubes = lab.incubated(course_of_serum(lab.alice), 1)
    bench.spin(lab.form(), draw, lab.proof(*tubes), run="5000 g", whole=True)
    bench.portion(lab.form(), draw, lab.proof(*tubes), [TWO, TWO], bench_clear=True)
    one, two = Unit.objects.filter(draw=draw)
    lab.labelled(one)
    labelling.print_label(lab.form(), two)
    bench.label(lab.form(), two, lab.proof(one), look="clear")
    assert states([one, two]) == ["held", "held"]
    assert lab.anew(two).origin == "portioned"
    assert Step.objects.filter(unit=one, event="hold").get().reason == "identity-doubt"


def test_s05_even_where_it_is_of_another_patient(lab: Bench) -> None:
    first, second = course_of_serum(lab.alice), course_of_serum(lab.alice)
    (theirs, *_) = lab.portioned(first)
    draw, tubes = lab.incubated(second, 1)
    bench.spin(lab.form(), draw, lab.proof(*tubes), run="5000 g", whole=True)
    bench.portion(lab.form(), draw, lab.proof(*tubes), [TWO], bench_clear=True)
    mine = Unit.objects.get(draw=draw)
    labelling.print_label(lab.form(), mine)
    read = replace(lab.proof(theirs), born=mine.patient.birth_date)
    bench.label(lab.form(), mine, read, look="clear")
    assert states([theirs, mine]) == ["held", "held"]


def test_s06_a_thawed_unit_is_never_frozen_again(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    (unit, *_) = lab.released(course)
    unit = lab.thawed(unit, session_now(course))
    with pytest.raises(RefusedStepError, match="not possible"):
        freezing.freeze(lab.form(), unit.draw, lab.proof(unit), lab.freezer, "A-9")
    assert lab.anew(unit).state == "thawed"


def test_s07_a_freezer_that_thawed_one_night_holds_everything_in_it(lab: Bench) -> None:
    """On day 40, at +3 °C: what was there at that moment is held, even what was moved since; what
    was given from there is told of; nothing is put back."""
    course = course_of_serum(lab.alice)
    kept, moved, given = lab.released(course, units=3)
    lab.passes(40 * DAY)
    night = timezone.now()
    lab.passes(8 * HOUR)
    other = temperature.add_place(lab.form(), "freezer", "Congélateur 2")
    freezing.move(lab.form(), moved.draw, lab.proof(moved), other, "Z-1")
    lab.injected(lab.thawed(given, session_now(course)), session_now(course))
    lab.measured(lab.freezer, night - HOUR, -20, m120=-5, m135=3, m150=3, m165=-8)
    kept, moved = lab.anew(kept), lab.anew(moved)
    assert (kept.state, kept.warmed, moved.state, moved.warmed) == ("held", True, "held", True)
    (told,) = {step.unit for row in Excursion.objects.all() for step in temperature.given_from(row)}
    assert told == given
    with pytest.raises(SerumRefusedError, match=r"destroys it.*Congélateur 1: 3 °C"):
        lab.both(kept, "lift-to-quarantine", note="only one night", slot="A-1")
    lab.both(kept, "discard", reason="temperature-excursion")
    assert states([kept, given]) == ["discarded", "injected"]
    assert accounts.of_draws([kept.draw]).units.closes


def test_s08_nothing_is_thawed_for_somebody_who_is_not_there(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    (unit, *_) = lab.released(course)
    with pytest.raises(RefusedStepError, match="patient arrived"):
        freezing.issue(lab.form(), session_now(course, arrived=False), lab.proof(unit))
    assert lab.anew(unit).state == "frozen"


def test_s09_two_hours_after_thawing_it_is_too_late(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    (unit, *_) = lab.released(course)
    unit = lab.thawed(unit, session_now(course))
    lab.passes(140 * MINUTE)
    with pytest.raises(RefusedStepError, match="under 2 h"):
        lab.injected(unit, session_now(course))
    lab.both(unit, "discard", reason="thawed-not-used")
    assert states([unit]) == ["discarded"]


def test_s10_the_course_ends_with_its_eighth_week(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    fresh, kept = lab.portioned(course)
    lab.injected(fresh, session_now(course))
    kept = lab.frozen(kept)
    lab.tested(kept.draw)
    lab.both(lab.anew(kept), "release")
    lab.passes(2 * DAY)
    with pytest.raises(RefusedStepError, match="interval kept"):
        freezing.issue(lab.form(), session_now(course), lab.proof(kept))
    lab.passes(58 * DAY)
    with pytest.raises(RefusedStepError, match="56 days not passed"):
        freezing.issue(lab.form(), session_now(course), lab.proof(kept))


def test_s11_a_tube_that_is_missing_and_found_can_only_be_destroyed(lab: Bench) -> None:
    draw, (tube, _) = lab.incubated(course_of_serum(lab.alice))
    lab.both(tube, "declare-missing")
    (line,) = [one for one in accounts.of_draws([draw]).lines if one.wrong]
    assert (line.thing, line.wrong) == (tube, ("missing",))
    lab.both(tube, "found", note="under the bench")
    tube = lab.anew(tube)
    assert (tube.state, tube.origin) == ("held", "")
    assert pairs.possible(tube) == ["discard", "declare-missing"]
    lab.both(tube, "discard", reason="identity-doubt")
    ended = accounts.of_draws([draw])
    assert ended.tubes.closes
    assert ended.tubes.by_state["discarded"] == 1


def test_s11_a_unit_found_again_counts_as_thawed(lab: Bench) -> None:
    (unit, *_) = lab.released(course_of_serum(lab.alice))
    lab.both(unit, "declare-missing")
    assert not Stay.objects.filter(unit=unit, until=None).exists()
    lab.both(unit, "found", note="behind the shelf")
    assert lab.anew(unit).warmed


def test_s12_a_unit_that_is_not_clear_is_not_injected(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    (unit, *_) = lab.portioned(course)
    with pytest.raises(RefusedStepError, match="clear"):
        lab.injected(unit, session_now(course), look="cloudy")
    lab.both(unit, "discard", reason="haemolysed-or-cloudy")
    assert not Injection.objects.exists()


@pytest.mark.parametrize(
    "sealed, hours, measured, state",
    [(True, 2, True, "frozen"), (False, 2, True, "held"), (True, 5, True, "held"),
     (True, 2, False, "held")],
)  # fmt: skip
def test_s13_a_box_is_received_whole_cold_and_in_time(
    lab: Bench, sealed: bool, hours: int, measured: bool, state: str
) -> None:
    (unit, *_) = lab.released(course_of_serum(lab.alice))
    freezing.pack(lab.form(), unit.draw, lab.proof(unit), lab.box, seal="S-77", recorder=True)
    left = timezone.now()
    lab.passes(hours * HOUR)
    if measured:
        lab.measured(lab.box, left, -25)
    freezing.receive(lab.form(), unit.draw, lab.proof(unit), (lab.freezer, "Q-1"), sealed=sealed)
    unit = lab.anew(unit)
    assert unit.state == state
    assert unit.origin == ("in-transit" if state == "held" else "")


def test_s14_a_consent_taken_back_holds_every_unit(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    unit, other = lab.released(course)
    consents.withdraw(sent(lab.alice), course.consents.get(), "Paul", "")
    assert states([unit, other]) == ["held", "held"]
    assert Step.objects.filter(unit=unit).latest("pk").reason == "course-stopped"
    with pytest.raises(RefusedStepError, match="not possible"):
        freezing.issue(lab.form(), session_now(course), lab.proof(unit))
    lab.both(unit, "discard", reason="patient-refused")
    assert states([unit]) == ["discarded"]


def test_s15_an_injection_sent_twice_is_one(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    (unit, *_) = lab.portioned(course)
    session, form = session_now(course), sent(lab.alice)
    given = Given(TWO, "Genou droit", "clear", confirmed=True)
    proof = lab.proof(unit, spoken=True)
    assert giving.inject(form, session, proof, given) == giving.inject(form, session, proof, given)
    with pytest.raises(RefusedStepError, match="not possible"):
        lab.injected(unit, session)
    assert Injection.objects.count() == 1
