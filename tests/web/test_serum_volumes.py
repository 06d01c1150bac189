"""A volume that was written wrong, and a number that was typed for a scan."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dolenti.serum import accounts, freezing, labelling, pairs
from dolenti.serum.identity import ALPHABET, CORRECT, Proof, WrongIdentityError
from dolenti.serum.models import Label, Proposal, Step, Unit
from dolenti.serum.opening import SerumRefusedError
from tests.web.serum import Bench, code_of, course_of_serum, session_now
from tests.web.world import sent


def corrected(lab: Bench, unit: Unit, volume: str) -> Unit:
    """By two people."""
    made = pairs.propose(lab.form(), unit, CORRECT, note="2 were read as 3", volume=Decimal(volume))
    pairs.confirm(lab.alice, Proposal.objects.get(pk=made.pk))
    found: Unit = lab.anew(unit)
    return found


def test_a_volume_is_corrected_by_two_and_its_label_is_void(lab: Bench) -> None:
    (unit, _) = lab.portioned(course_of_serum(lab.alice))
    old = lab.proof(unit)
    unit = corrected(lab, unit, "3")
    assert (unit.volume, unit.state) == (Decimal(3), "fresh")
    step = Step.objects.filter(unit=unit).latest("pk")
    assert (step.said, step.author, step.second) == (
        {"was": "2.50", "is": "3.00"},
        lab.bob,
        lab.alice,
    )
    with pytest.raises(WrongIdentityError, match="voided by a duplicate"):
        freezing.freeze(lab.form(), unit.draw, old, lab.freezer, "B-1")
    assert labelling.may_print(unit)
    made = labelling.print_label(lab.form(), unit)
    assert (made.serial, made.author, made.second) == (2, lab.bob, lab.alice)
    lab.frozen(unit)
    assert accounts.of_draws([unit.draw]).volumes.closes
    assert not labelling.may_print(lab.anew(unit))


def test_one_person_more_than_the_blood_and_nothing_new_are_refused(lab: Bench) -> None:
    (unit, _) = lab.portioned(course_of_serum(lab.alice))
    for volume, match in (("2.5", "that stands"), ("8", "cannot come out of"), ("0", "give the")):
        with pytest.raises(SerumRefusedError, match=match):
            pairs.propose(lab.form(), unit, CORRECT, note="x", volume=Decimal(volume))
    with pytest.raises(SerumRefusedError, match="say why"):
        pairs.propose(lab.form(), unit, CORRECT, volume=Decimal(3))
    made = pairs.propose(lab.form(), unit, CORRECT, note="x", volume=Decimal(3))
    with pytest.raises(SerumRefusedError, match="somebody else"):
        pairs.confirm(lab.bob, made)
    assert lab.anew(unit).volume == Decimal("2.5")


def test_a_volume_that_no_unit_may_have_puts_it_on_hold(lab: Bench) -> None:
    (unit, _) = lab.portioned(course_of_serum(lab.alice))
    assert corrected(lab, unit, "1.5").state == "held"


def test_of_a_unit_that_was_injected_only_the_account_changes(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    (unit, _) = lab.portioned(course)
    lab.injected(unit, session_now(course))
    with pytest.raises(SerumRefusedError, match="correct the session first"):
        corrected(lab, unit, "2")
    unit = corrected(lab, unit, "2.6")
    assert unit.state == "injected"
    assert not labelling.may_print(unit)


def test_a_number_that_was_typed_is_no_scan(lab: Bench) -> None:
    (unit, other) = lab.portioned(course_of_serum(lab.alice))
    born = unit.patient.birth_date
    mark = Label.objects.get(number=unit.number).mark
    assert len(mark) == 6
    assert set(mark) <= set(ALPHABET)
    for scan in (unit.number, f"{unit.number}/1", code_of(other.number).replace(
        other.number, unit.number
    )):  # fmt: skip
        with pytest.raises(WrongIdentityError, match="was typed"):
            freezing.freeze(lab.form(), unit.draw, Proof((scan,), born=born), lab.freezer, "B-1")
    freezing.freeze(
        lab.form(), unit.draw, Proof((code_of(unit.number),), born=born), lab.freezer, "B-1"
    )
    with pytest.raises(WrongIdentityError, match="was typed"):
        accounts.count(sent(lab.bob), lab.freezer, [unit.number])
    assert accounts.count(sent(lab.bob), lab.freezer, [code_of(unit.number)]).absent == []
