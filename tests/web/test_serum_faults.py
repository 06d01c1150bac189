"""What else can go wrong with serum: logs, clocks, labels, people, a chain that is off."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.access.writing import NotAllowedError
from dolenti.guideline.errors import InputError
from dolenti.guideline.serum import RefusedStepError
from dolenti.records.judging import attestations
from dolenti.scanning.keyed import with_key
from dolenti.serum import (
    accounts,
    bench,
    chain,
    drawing,
    freezing,
    labelling,
    opening,
    pairs,
    temperature,
)
from dolenti.serum.identity import Proof, WrongIdentityError
from dolenti.serum.models import (
    Injection,
    Stay,
    Step,
    TemperatureLog,
    Tube,
    Unit,
)
from dolenti.serum.opening import SerumRefusedError
from dolenti.stock import gate as stock_gate
from dolenti.stock.models import Lot, Use
from tests.web.serum import (
    DAY,
    DEVICE,
    HOUR,
    MINUTE,
    TWO,
    Bench,
    a_clock,
    code_of,
    course_of_serum,
    log_of,
    session_now,
    states,
    turned_on,
)
from tests.web.stock import in_stock, recalled, stocked
from tests.web.world import colleague, sent


def test_an_incubator_that_was_not_measured_holds_its_tubes(lab: Bench) -> None:
    draw, tubes = lab.incubating(course_of_serum(lab.alice))
    lab.passes(7 * HOUR)
    bench.end_incubation(lab.form(), draw, lab.proof(*tubes))
    assert {(one.state, one.held_for) for one in draw.tube_rows.all()} == {("held", "curve")}


def test_an_incubator_that_ran_cold_holds_its_tubes_as_soon_as_its_log_says_so(lab: Bench) -> None:
    draw, tubes = lab.incubating(course_of_serum(lab.alice))
    since = timezone.now()
    lab.passes(3 * HOUR)
    lab.measured(lab.incubator, since, 37, m60=35.5, m65=35.5)
    assert states(tubes) == ["held", "held"]
    assert {one.held_for for one in draw.tube_rows.all()} == {"incubator-major"}


def test_a_clock_that_is_set_on_or_back_does_not_make_an_incubation(lab: Bench) -> None:
    """Five hours, and the clock is set two hours on: the machine’s own count says five."""
    draw, tubes = lab.incubating(course_of_serum(lab.alice), 1)
    since = timezone.now()
    lab.passes(5 * HOUR)
    lab.clock.moved(2 * HOUR)
    lab.measured(lab.incubator, since, 37)
    bench.end_incubation(lab.form(), draw, lab.proof(*tubes))
    assert draw.tube_rows.get().held_for == "time"


def test_a_step_before_the_last_one_is_refused(lab: Bench) -> None:
    draw, (tube, _) = lab.incubating(course_of_serum(lab.alice))
    lab.clock.moved(-HOUR)
    with pytest.raises(SerumRefusedError, match="went back"):
        bench.end_incubation(lab.form(), draw, lab.proof(tube))
    assert states([tube]) == ["incubating"]


def test_the_chain_is_off_until_the_site_states_its_advice(alice: User, bob: User) -> None:
    assert opening.standing(bob).missing == ("attestation", "statement")
    said = opening.Said("ABCD", "x", timezone.localdate(), "y", alice, "z")
    with pytest.raises(SerumRefusedError, match="attest first"):
        opening.open_chain(sent(alice), said)
    course = course_of_serum(alice)
    device = in_stock(bob, stocked(bob, DEVICE), 10)
    with pytest.raises(SerumRefusedError, match="is off at this site"):
        drawing.plan(sent(bob), course, 1, device)
    with pytest.raises(NotAllowedError):
        opening.open_chain(sent(bob), said)
    turned_on(alice, alice)
    with pytest.raises(SerumRefusedError, match="no incubator"):
        drawing.plan(sent(bob), course, 1, device)
    temperature.add_place(sent(bob), "incubator", "Étuve 1")
    assert drawing.plan(sent(bob), course, 1, device).tubes == 1


def test_closed_again_it_lets_things_be_held_and_destroyed_and_nothing_else(lab: Bench) -> None:
    (unit, other) = lab.portioned(course_of_serum(lab.alice))
    opening.close_chain(sent(lab.alice), "the authority asks us to wait")
    with pytest.raises(SerumRefusedError, match="is off"):
        lab.frozen(unit)
    pairs.hold(lab.form(), unit, "the chain is closed")
    lab.both(unit, "discard", reason="fresh-time-over")
    attestations.attest(lab.alice, chain.NOTICE)
    turned_on(lab.alice, lab.alice)
    attestations.attest(lab.alice, chain.NOTICE, withdraw=True)
    with pytest.raises(SerumRefusedError, match="is off"):
        lab.frozen(other)


def test_one_person_is_never_two(lab: Bench) -> None:
    (unit, *_) = lab.portioned(course_of_serum(lab.alice))
    made = pairs.propose(lab.form(), unit, "discard", reason="expired")
    with pytest.raises(SerumRefusedError, match="somebody else"):
        pairs.confirm(lab.bob, made)
    with pytest.raises(SerumRefusedError, match="already"):
        pairs.propose(sent(lab.alice), unit, "discard", reason="expired")
    for _ in range(2):
        pairs.confirm(lab.alice, made)
    step = Step.objects.get(unit=unit, event="discard")
    assert (step.author, step.second, step.reason) == (lab.bob, lab.alice, "expired")


def test_a_hold_is_lifted_by_the_responsible_person_and_another(lab: Bench) -> None:
    (unit, *_) = lab.portioned(course_of_serum(lab.alice))
    pairs.hold(lab.form(), unit, "a doubt about the label")
    nina = colleague(lab.bob, "Nina", Role.NURSE)
    made = pairs.propose(lab.form(), lab.anew(unit), "lift-to-fresh", note="read again")
    with pytest.raises(SerumRefusedError, match="responsible person"):
        pairs.confirm(nina, made)
    pairs.confirm(lab.alice, made)
    assert states([unit]) == ["fresh"]


def test_a_unit_is_released_once_its_record_is_whole(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    unit = lab.frozen(lab.portioned(course)[0])
    made = pairs.propose(lab.form(), unit, "release")
    with pytest.raises(RefusedStepError, match="marker results on record"):
        pairs.confirm(lab.alice, made)
    lab.tested(unit.draw, hcv="positive")
    with pytest.raises(RefusedStepError, match="separate circuit"):
        pairs.confirm(lab.alice, made)
    Site.objects.filter(pk=lab.bob.site_id).update(policies={chain.CIRCUIT: "present"})
    with pytest.raises(RefusedStepError, match="BIOLOGICAL HAZARD"):
        pairs.confirm(lab.alice, made)
    pairs.drop(lab.alice, made)
    lab.both(unit, "reprint", note="HCV is positive")
    labelling.print_label(lab.form(), lab.anew(unit))
    lab.both(lab.anew(unit), "release")
    assert states([unit]) == ["frozen"]


def test_a_positive_marker_without_its_circuit_is_not_drawn_again(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    draw = lab.tested(lab.planned(course, 1), hiv="positive")
    proof = Proof(born=course.patient.birth_date, spoken=True)
    with pytest.raises(RefusedStepError, match="separate circuit"):
        drawing.draw_blood(lab.form(), draw, proof, {draw.tube_rows.get(): Decimal(10)})


def test_a_device_that_is_recalled_is_not_drawn_into(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    draw = lab.planned(course, 1)
    recalled(lab.bob, lab.device)
    proof = Proof(born=course.patient.birth_date, spoken=True)
    with pytest.raises(RefusedStepError, match="not recalled"):
        drawing.draw_blood(lab.form(), draw, proof, {draw.tube_rows.get(): Decimal(10)})


def test_a_draw_takes_its_devices_from_the_stock_and_names_who_got_them(lab: Bench) -> None:
    draw = lab.drawn(course_of_serum(lab.alice), 2)
    lab.device.refresh_from_db()
    assert lab.device.left == 498
    assert [use.patient for use in stock_gate.received(lab.bob, lab.device)] == [draw.patient] * 2
    tube = lab.planned(draw.course, 1).tube_rows.get()
    drawing.cancel(lab.form(), tube, "the vein could not be found")
    lab.device.refresh_from_db()
    assert (states([tube]), lab.device.left) == (["discarded"], 498)


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"born": None}, "not that of the patient"),
        ({"born": date(1999, 1, 1)}, "not that of the patient"),
        ({"scans": ()}, "scan the label"),
        ({"scans": ("hello",)}, "is not the label"),
        ({"scans": ("LILA-20261103-0001-T9-X",)}, "is not the label"),
        ({"scans": (with_key("LILA-20261103-0009-T9"),)}, "no tube or unit"),
    ],
)
def test_who_cannot_prove_whose_it_is_does_nothing(
    lab: Bench, wrong: dict[str, Any], said: str
) -> None:
    draw, (tube, _) = lab.incubating(course_of_serum(lab.alice))
    lab.passes(7 * HOUR)
    with pytest.raises(WrongIdentityError, match=said):
        bench.end_incubation(lab.form(), draw, replace(lab.proof(tube), **wrong))
    assert states([tube]) == ["incubating"]


def test_the_record_number_is_an_identifier_too_and_a_french_keyboard_is_understood(
    lab: Bench,
) -> None:
    draw, (tube, _) = lab.incubating(course_of_serum(lab.alice))
    lab.passes(7 * HOUR)
    number = draw.patient.reference.lower()
    proof = Proof((code_of(tube.number).lower(),), number=number)
    bench.end_incubation(lab.form(), draw, proof)
    assert states([tube]) == ["held"], "done, and not measured"


def test_a_label_is_printed_once_and_a_duplicate_voids_it(lab: Bench) -> None:
    (unit, *_) = lab.portioned(course_of_serum(lab.alice))
    with pytest.raises(SerumRefusedError, match="printed already"):
        labelling.print_label(lab.form(), unit)
    first = lab.proof(unit)
    lab.both(unit, "reprint", note="the label is wet")
    with pytest.raises(WrongIdentityError, match="voided"):
        freezing.freeze(lab.form(), unit.draw, first, lab.freezer, "A-1")
    made = labelling.print_label(lab.form(), unit)
    assert (made.author, made.second) == (lab.bob, lab.alice)
    with pytest.raises(SerumRefusedError, match="printed already"):
        labelling.print_label(lab.form(), unit)
    code = labelling.label_of(unit).code  # type: ignore[union-attr]
    assert code.startswith(f"{unit.number}/2/")
    with pytest.raises(WrongIdentityError, match="voided"):
        freezing.freeze(lab.form(), unit.draw, first, lab.freezer, "A-1")
    freezing.freeze(lab.form(), unit.draw, replace(first, scans=(code,)), lab.freezer, "A-1")
    assert states([unit]) == ["quarantined"]


def test_a_slot_is_taken_once_and_a_compartment_is_of_one_patient(lab: Bench) -> None:
    one, two = lab.portioned(course_of_serum(lab.alice))
    (other, *_) = lab.portioned(course_of_serum(lab.alice))
    put = freezing.freeze
    put(lab.form(), one.draw, lab.proof(one), lab.freezer, "A-1")
    for unit, slot in ((two, "A-1"), (other, "A-2")):
        with pytest.raises(RefusedStepError, match="slot free"):
            put(lab.form(), unit.draw, lab.proof(unit), lab.freezer, slot)
    put(lab.form(), two.draw, lab.proof(two), lab.freezer, "A-2")


def test_too_late_for_the_freezer_is_held(lab: Bench) -> None:
    (unit, *_) = lab.portioned(course_of_serum(lab.alice))
    lab.passes(4 * HOUR + MINUTE)
    assert lab.frozen(unit).state == "held"


def test_a_bench_where_another_patient_is_open_holds_the_tube(lab: Bench) -> None:
    draw, tubes = lab.incubating(course_of_serum(lab.alice), 1)
    other, theirs = lab.incubated(course_of_serum(lab.alice), 1)
    bench.end_incubation(lab.form(), draw, lab.proof(*tubes))
    for one, own in ((draw, tubes), (other, theirs)):
        bench.spin(lab.form(), one, lab.proof(*own), run="r", whole=True)
    bench.portion(lab.form(), draw, lab.proof(*tubes), [TWO], bench_clear=True)
    bench.portion(lab.form(), other, lab.proof(*theirs), [TWO], bench_clear=True)
    assert states([*tubes, *theirs]) == ["portioned", "held"]


def test_one_file_is_one_log_and_what_is_not_understood_takes_nothing_in(lab: Bench) -> None:
    file = log_of(timezone.now() - HOUR, timezone.now(), -20, 15 * MINUTE)
    first = temperature.take_in(lab.form(), lab.freezer, file)
    assert temperature.take_in(lab.form(), lab.freezer, file) == first
    broken = replace(file, data=file.data + b"\nnonsense")
    with pytest.raises(InputError, match="6: this line"):
        temperature.take_in(lab.form(), lab.freezer, broken)
    ahead = log_of(timezone.now(), timezone.now() + DAY, -20, HOUR)
    with pytest.raises(InputError, match="is to come"):
        temperature.take_in(lab.form(), lab.freezer, ahead)
    assert TemperatureLog.objects.count() == 1
    assert [one.celsius for one in first.curve()] == [-20] * 5


def test_what_lies_between_two_logs_is_looked_at_with_them(lab: Bench) -> None:
    (unit, *_) = lab.released(course_of_serum(lab.alice))
    lab.measured(lab.freezer, timezone.now() - HOUR, -20)
    lab.passes(5 * HOUR)
    lab.measured(lab.freezer, timezone.now() - HOUR, -20)
    unit = lab.anew(unit)
    assert (unit.state, unit.held_for, unit.warmed) == ("held", "log-gap", False)
    lab.both(unit, "lift-to-quarantine", note="the recorder’s memory shows −20 °C", slot="A-1")
    assert states([unit]) == ["quarantined"], "and is to be released again"


def test_a_door_that_stood_open_is_noted_and_holds_nothing(lab: Bench) -> None:
    (unit, *_) = lab.released(course_of_serum(lab.alice))
    since = timezone.now()
    lab.passes(3 * HOUR)
    lab.measured(lab.freezer, since, -20, m60=-15)
    assert states([unit]) == ["frozen"]
    assert Step.objects.filter(unit=unit, event="excursion", after="frozen").count() == 1


def test_the_night_when_the_clock_goes_back_is_read_in_order(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_clock(monkeypatch, datetime(2026, 10, 25, 12, tzinfo=UTC)) as clock:
        lab = Bench(clock, alice, bob)
        hours = ("02:30", "02:45", "02:00", "02:15")
        text = "\n".join(f"2026-10-25 {hour};-20" for hour in hours).encode()
        log = temperature.take_in(lab.form(), lab.freezer, temperature.File("n.csv", text))
        assert (log.last - log.first) == 45 * MINUTE


def test_a_freezer_is_counted_by_two(lab: Bench) -> None:
    unit, other = lab.released(course_of_serum(lab.alice))
    strange = with_key("LILA-20250101-0001-01")
    found = accounts.count(lab.form(), lab.freezer, [code_of(unit.number), strange])
    assert (found.absent, found.strange) == ([other.number], [strange])
    with pytest.raises(SerumRefusedError, match="somebody else"):
        accounts.confirm_count(lab.bob, found)
    accounts.confirm_count(lab.alice, found)
    found.refresh_from_db()
    assert found.confirmed_by == lab.alice


# --- A server that is killed ---------------------------------------------------------------------

LATE = (
    "dolenti.serum.steps._keep", "dolenti.serum.freezing.settle", "dolenti.serum.freezing.leave",
    "dolenti.stock.lots.uses", "dolenti.ledger.versions.audit.record",
)  # fmt: skip
"""Where a step is half written."""


class Killed(BaseException):
    """Nothing handles it, as nothing handles the end of a process."""


@pytest.mark.parametrize("where", LATE)
def test_a_server_that_dies_in_a_step_leaves_it_done_or_not_done(
    lab: Bench, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a step writes is one transaction: after a death in the middle of it, nothing of it
    is there, and the same step can be taken."""
    course = course_of_serum(lab.alice)
    kept, fresh = lab.portioned(course)
    lab.frozen(kept)
    lab.tested(kept.draw)
    lab.both(lab.anew(kept), "release")
    planned = lab.planned(course, 1)
    born = course.patient.birth_date
    tube, session = planned.tube_rows.get(), session_now(course)
    lab.passes(MINUTE)
    doings: list[Callable[[], object]] = [
        lambda: drawing.draw_blood(
            lab.form(), planned, Proof(born=born, spoken=True), {tube: Decimal(10)}
        ),
        lambda: freezing.freeze(
            lab.form(), fresh.draw, lab.proof(fresh), lab.freezer, lab.slot(fresh)
        ),
        lambda: freezing.issue(lab.form(), session, lab.proof(kept)),
        lambda: lab.injected(fresh, session),
        lambda: lab.both(fresh, "discard", reason="expired"),
    ]

    def rows() -> list[object]:
        models = (Tube, Unit, Step, Stay, Injection, Lot, Use)
        return [list(model.objects.order_by("pk").values()) for model in models]

    def die(*_: object, **__: object) -> None:
        raise Killed

    for doing in doings:
        before = rows()
        with monkeypatch.context() as patch:
            patch.setattr(where, die)
            with suppress(Killed), transaction.atomic():
                doing()
                transaction.set_rollback(True)  # another place: it was not reached
        assert rows() == before
        with transaction.atomic():
            doing()
            assert rows() != before
            transaction.set_rollback(True)
