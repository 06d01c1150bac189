"""The accounts of a draw: what closes, and what of it does not."""

from __future__ import annotations

from decimal import Decimal

from dolenti.guideline.loading import load_folder
from dolenti.guideline.serum import chain_of
from dolenti.guideline.serum.counting import Counted, equation, gaps, volumes

CHAIN = chain_of(load_folder())
TWO = Decimal(2)


def unit(number: str, state: str, *ends: str, **volumes: Decimal) -> Counted:
    return Counted(number, state, ends, **{"volume": TWO, "tube": "T1", **volumes})  # type: ignore[arg-type]


def test_what_is_made_is_where_it_stands() -> None:
    rows = [unit("1", "frozen"), unit("2", "discarded", "discarded"), unit("3", "held")]
    found = equation(CHAIN.unit, 3, rows)
    assert found.closes
    assert found.by_state == {"frozen": 1, "held": 1, "discarded": 1}


def test_a_row_that_is_gone_does_not_close() -> None:
    assert not equation(CHAIN.unit, 3, [unit("1", "frozen"), unit("2", "held")]).closes


def test_a_unit_has_one_end_and_stands_at_it() -> None:
    for wrong in (
        unit("1", "injected", "injected", "discarded"),
        unit("1", "injected"),
        unit("1", "frozen", "injected"),
        unit("1", "discarded", "injected"),
        unit("1", "nowhere"),
    ):
        found = equation(CHAIN.unit, 1, [wrong])
        assert found.wrong == ("1",), wrong
        assert not found.closes


def test_a_number_stands_once() -> None:
    found = equation(CHAIN.unit, 2, [unit("1", "frozen"), unit("1", "held")])
    assert found.wrong == ("1",)


def test_every_millilitre_is_explained_within_its_tolerance() -> None:
    rows = [
        unit("1", "injected", "injected", injected=Decimal("1.8")),
        unit("2", "injected", "injected", injected=Decimal(1), thrown=Decimal(1)),
        unit("3", "discarded", "discarded"), unit("4", "frozen"),
        unit("5", "used-for-test", "used-for-test"), unit("6", "missing", "missing"),
    ]  # fmt: skip
    found = volumes(CHAIN, rows, {"T1": Decimal(40)})
    assert found.closes
    assert (found.made, found.injected, found.discarded) == (12, Decimal("2.8"), 3)
    assert (found.tested, found.gone, found.held) == (2, 2, 2)
    for wrong in (
        unit("1", "injected", "injected", injected=Decimal("1.7")),  # 0.3 mL are nowhere
        unit("1", "injected", "injected", injected=Decimal("2.1")),  # more than there was
        unit("1", "injected", "injected"),  # nothing
    ):
        assert volumes(CHAIN, [wrong], {"T1": Decimal(40)}).wrong == ("1",), wrong


def test_a_number_that_was_skipped_is_told() -> None:
    assert gaps([1, 2, 5]) == (3, 4)
    assert gaps([]) == ()


def test_no_more_serum_comes_out_of_a_tube_than_blood_went_in() -> None:
    rows = [unit(n, "frozen", tube=f"T{n}") for n in "12"]
    found = volumes(CHAIN, rows, {"T1": TWO, "T2": TWO + 1})
    assert (found.closes, found.blood, found.left) == (True, 2 * TWO + 1, 1)
    for blood in ({"T1": TWO - Decimal("0.1"), "T2": Decimal(10)}, {"T2": Decimal(10)}):
        found = volumes(CHAIN, rows, blood)
        assert (found.closes, found.wrong) == (False, ("T1",))
