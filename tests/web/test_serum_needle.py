"""What must not reach the needle: a unit that was out of the cold for too long, or for another
session; one whose cold nobody measured, whose label says less than what is known, whose device was
recalled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from dolenti.access.models import Site, User
from dolenti.agenda.models import Appointment
from dolenti.guideline.serum import RefusedStepError, Standing
from dolenti.safety import events, gate
from dolenti.safety.models import AdverseEvent
from dolenti.serum import at_session, bench, chain, freezing, labelling, pairs
from dolenti.serum.models import Label, Proposal, Stay, Step
from dolenti.serum.opening import SerumRefusedError
from dolenti.treatment import beside, consents
from dolenti.treatment.models import Course, Session
from tests.web.serum import DAY, HOUR, MINUTE, Bench, course_of_serum, session_now, states
from tests.web.stock import recalled
from tests.web.world import sent, workday


def another_session(course: Course) -> Session:
    """One more session of a course, of now, whose patient has come."""
    first = session_now(course)
    copy = Appointment.objects.get(session=first)
    copy.pk, copy.public_id = None, "another-session1"
    copy._state.adding = True
    copy.save()
    return Session.objects.create(course=course, number=first.number + 1, appointment=copy)


def test_the_hours_run_from_the_freezer_and_not_from_the_press_of_a_button(lab: Bench) -> None:
    """Issued, forgotten, and said to be thawed whenever somebody looks at it."""
    course = course_of_serum(lab.alice)
    forgotten, late, soon = lab.released(course, units=3)
    session = session_now(course)
    lab.issued(forgotten, session)
    lab.passes(8 * HOUR)
    freezing.thaw(lab.form(), forgotten.draw, lab.proof(forgotten))
    assert (states([forgotten]), lab.anew(forgotten).origin) == (["held"], "issued")
    lab.both(lab.anew(forgotten), "discard", reason="thawed-not-used")

    lab.issued(late, session_now(course))
    lab.passes(2 * HOUR)
    freezing.thaw(lab.form(), late.draw, lab.proof(late))
    lab.passes(31 * MINUTE)
    with pytest.raises(RefusedStepError, match="since it left the cold") as refusal:
        lab.injected(lab.anew(late), session_now(course))
    assert refusal.value.guards == ("within-time-of-issue",)
    lab.both(lab.anew(late), "discard", reason="thawed-not-used")

    lab.injected(lab.thawed(soon, session_now(course)), session_now(course))


def test_a_unit_is_injected_at_the_session_and_on_the_day_it_left_the_cold_for(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    (unit, *_) = lab.released(course)
    unit = lab.thawed(unit, session_now(course))
    with pytest.raises(RefusedStepError) as refusal:
        lab.injected(unit, another_session(course))
    assert refusal.value.guards == ("session-of-issue",)
    session = session_now(course)
    tomorrow = session.appointment.start + DAY
    Appointment.objects.filter(session=session).update(start=tomorrow, end=tomorrow + HOUR)
    with pytest.raises(RefusedStepError) as refusal:
        lab.injected(unit, session)
    assert refusal.value.guards == ("appointment-today",)


def test_nothing_frozen_is_released_issued_or_green_without_a_measured_curve(lab: Bench) -> None:
    """From its freezing on: what nobody measured is not cold. The refusal says what to do."""
    course = course_of_serum(lab.alice)
    unit, other = lab.portioned(course)
    for one in (unit, other):
        freezing.freeze(lab.form(), one.draw, lab.proof(one), lab.freezer, lab.slot(one))
    lab.tested(unit.draw)
    lab.passes(3 * HOUR)
    made = pairs.propose(lab.form(), unit, "release")
    with pytest.raises(RefusedStepError, match="import the recorder’s file") as refusal:
        pairs.confirm(lab.alice, made)
    assert refusal.value.guards == ("cold-proved",)
    lab.measured(lab.freezer, unit.portioned_at, -20)
    pairs.confirm(lab.alice, made)
    lab.passes(7 * DAY)
    session = session_now(course)
    with pytest.raises(RefusedStepError) as refusal:
        freezing.issue(lab.form(), session, lab.proof(unit))
    assert refusal.value.guards == ("cold-proved",)
    unit = lab.thawed(unit, session)
    assert at_session.is_fit(session, unit.number)
    Stay.objects.filter(unit=unit).update(since=unit.portioned_at + HOUR)
    assert not at_session.is_fit(session, unit.number)


def test_the_time_before_the_first_log_of_a_freezer_is_a_gap_that_two_people_lift(
    lab: Bench,
) -> None:
    (unit,) = lab.portioned(course_of_serum(lab.alice), units=1)
    freezing.freeze(lab.form(), unit.draw, lab.proof(unit), lab.freezer, "A-1")
    lab.tested(unit.draw)
    lab.passes(5 * HOUR)
    lab.measured(lab.freezer, timezone.now() - HOUR, -20)
    unit = lab.anew(unit)
    assert (unit.state, unit.held_for) == ("held", "log-gap")
    lab.both(unit, "lift-to-quarantine", note="read on its own display, twice an hour", slot="A-1")
    lab.both(lab.anew(unit), "release")
    assert states([unit]) == ["frozen"]


def test_a_recalled_lot_of_devices_holds_every_tube_and_unit_of_it(lab: Bench) -> None:
    """In the incubator, on the bench, of the day, frozen, thawed; and no hold is lifted, whoever
    answers for it."""
    course, other, third = (course_of_serum(lab.alice, workday(10 + 3 * n)) for n in range(3))
    planned = lab.planned(third, 1).tube_rows.get()
    frozen, thawed = lab.released(course)
    (fresh,) = lab.portioned(other, units=1)
    _, (incubating,) = lab.incubating(third, 1)
    thawed = lab.thawed(thawed, session_now(course))
    recalled(lab.bob, lab.device)
    things = [frozen, thawed, fresh, incubating]
    assert states(things) == ["held"] * 4
    assert {lab.anew(one).held_for for one in things} == {"device-recalled"}
    assert states([planned]) == ["planned"], "its draw is refused"
    for thing, event in (
        (fresh, "lift-to-fresh"), (frozen, "lift-to-quarantine"),
        (incubating, "lift-to-incubated"), (incubating, "resume-incubation"),
    ):  # fmt: skip
        with pytest.raises(SerumRefusedError, match="recalled"):
            lab.both(lab.anew(thing), event, note="the maker says it is another lot", slot="A-1")
        assert event not in pairs.possible(lab.anew(thing))


@pytest.mark.parametrize("state", ["drawn", "labelled", "incubating", "incubated", "spun"])
def test_one_person_holds_a_tube_wherever_it_stands(lab: Bench, state: str) -> None:
    assert chain.in_force().tube.transition(Standing(state), "hold") is not None
    draw, (tube, _) = lab.incubating(course_of_serum(lab.alice))
    held = pairs.hold(lab.form(), tube, "the incubator is broken")
    assert (held.state, held.origin) == ("held", "incubating")
    consents.withdraw(sent(lab.alice), draw.course.consents.get(), "Paul", "")
    assert {one.state for one in draw.tube_rows.all()} == {"held"}


def test_two_tubes_whose_labels_were_swapped_are_both_held(lab: Bench) -> None:
    one, two = lab.drawn(course_of_serum(lab.alice)).tube_rows.all()
    lab.labelled(one)
    labelling.print_label(lab.form(), two)
    bench.label(lab.form(), two, lab.proof(one))
    assert states([one, two]) == ["held", "held"]
    assert Step.objects.filter(tube=one, event="hold").get().reason == "identity-doubt"


def test_a_label_is_one_paper_and_no_address_shows_it_again(
    lab: Bench, browser_of: Callable[[User], Client]
) -> None:
    """The form that prints it is answered by the paper; sent again at once, the same one, for an
    answer that was lost; later, or by another form, it takes two people."""
    tube = lab.drawn(course_of_serum(lab.alice), 1).tube_rows.get()
    browser, page = browser_of(lab.bob), f"/tubes/{tube.public_id}/"
    form = {"token": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"}
    papers = [browser.post(f"{page}print/", form) for _ in range(2)]
    assert [one["Content-Type"] for one in papers] == ["application/pdf"] * 2
    assert Label.objects.filter(number=tube.number).count() == 1
    assert "/print/" not in browser.get(page).content.decode()
    assert browser.post(f"{page}print/", {"token": ""}).status_code == 302
    assert browser.get(f"{page}label/").status_code == 404
    lab.passes(6 * MINUTE)
    assert browser.post(f"{page}print/", form).status_code == 302
    lab.both(tube, "reprint", note="it fell into the sink")
    assert "/print/" in browser.get(page).content.decode()
    assert browser.post(f"{page}print/", {"token": ""})["Content-Type"] == "application/pdf"
    assert browser.post(f"{page}print/", {"token": ""}).status_code == 302
    assert [one.serial for one in Label.objects.filter(number=tube.number)] == [1, 2]


def test_a_marker_known_late_stands_on_the_label_before_anything_goes_on(lab: Bench) -> None:
    """Labels are printed at the bench, results come later: a duplicate says what is known now."""
    Site.objects.filter(pk=lab.bob.site_id).update(policies={chain.CIRCUIT: "present"})
    course = course_of_serum(lab.alice)
    frozen, fresh, late = (lab.anew(one) for one in lab.portioned(course, units=3))
    frozen = lab.frozen(frozen)
    lab.tested(frozen.draw, hcv="positive")
    for refused in (
        lambda: lab.both(lab.anew(frozen), "release"),
        lambda: lab.injected(fresh, session_now(course)),
        lambda: lab.frozen(late),
    ):
        with pytest.raises(RefusedStepError) as refusal:
            refused()
        assert refusal.value.guards == ("label-says-danger",)
        for left in Proposal.objects.filter(ended_at=None):
            pairs.drop(lab.bob, left)
    for unit in (frozen, fresh):
        lab.both(lab.anew(unit), "reprint", note="HCV is positive")
        assert labelling.print_label(lab.form(), lab.anew(unit)).positive
    lab.both(lab.anew(frozen), "release")
    Site.objects.filter(pk=lab.bob.site_id).update(policies={})
    with pytest.raises(RefusedStepError) as refusal:
        lab.injected(fresh, session_now(course))
    assert refusal.value.guards == ("tests-negative-or-circuit",), "without a circuit none is given"


def test_a_mix_up_that_is_caught_is_an_event_and_one_that_is_told_holds_the_day(
    lab: Bench,
) -> None:
    course, other = (course_of_serum(lab.alice, workday(10 + 3 * n)) for n in range(2))
    kept, unit = lab.released(other)
    lab.passes(DAY)
    (fresh,) = lab.portioned(course, units=1)
    session = session_now(course)
    for _ in range(2):
        with pytest.raises(RefusedStepError, match="the unit’s own"):
            freezing.issue(lab.form(), session, lab.proof(unit))
    told = AdverseEvent.objects.get()
    assert (told.event, told.session, told.grade) == ("wrong-unit", session, None)
    assert told in gate.to_complete(lab.alice), "on the first page, until a person completes it"
    assert states([kept, unit, fresh]) == ["frozen", "frozen", "fresh"]
    said = events.Told("wrong-unit", told.began, grade=1)
    events.tell_anew(sent(lab.alice), told, told.version, said, "")
    assert states([kept, unit, fresh]) == ["frozen", "frozen", "held"]
    assert lab.anew(fresh).held_for == "identity-doubt"


def test_what_an_event_holds_is_held_by_somebody() -> None:
    """A word of the knowledge that no code reads promises what nobody does."""
    asked = {what for one in events.content().events for what in one.hold}
    assert "serum-of-the-site" in asked
    assert beside.HOLDS, "the serum listens"
