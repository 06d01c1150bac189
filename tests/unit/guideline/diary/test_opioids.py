"""Opioid equivalents: exact, by the table, and never 0 for what is not computed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dolenti.guideline import diary
from dolenti.guideline.conditions import Compare, leaves
from dolenti.guideline.diary.opioids import (
    Equivalent,
    Listed,
    Taken,
    equivalent,
    facts_of,
    over_time,
)
from dolenti.guideline.errors import InputError
from dolenti.guideline.loading import load_folder

CONTENT = diary.content(load_folder())
TABLES = {one.id: one for one in CONTENT.opioid_tables}


def of(*taken: Taken, table: str = "cdc-2022") -> Equivalent:
    return equivalent(TABLES[table], taken)


@pytest.mark.parametrize("example", CONTENT.opioids.examples, ids=lambda one: one.says)
def test_an_example_amounts_to_what_it_says(example: object) -> None:
    said = CONTENT.opioids.examples[CONTENT.opioids.examples.index(example)]  # type: ignore[arg-type]
    found = of(*(Taken(*one) for one in said.takes))
    assert (found.amount, found.at_least) == (said.mme and Decimal(said.mme), said.at_least)


def test_only_a_patch_of_fentanyl_is_computed() -> None:
    assert of(Taken("FENTANYL", "transdermique", "dispositif", "25", "2")).amount == Decimal(120)
    assert of(Taken("FENTANYL", "nasale", "solution", "0.1", "3")).left_out == ("FENTANYL",)


def test_an_injected_opioid_is_not_computed() -> None:
    assert of(Taken("MORPHINE", "intraveineuse", "", "10", "1")).amount is None


def test_methadone_is_computed_only_where_somebody_said_it_is_for_pain() -> None:
    name = "CHLORHYDRATE DE MÉTHADONE"
    assert of(Taken(name, "orale", "", "10", "1", for_pain=True)).amount == Decimal(47)
    for said in (None, False):
        assert of(Taken(name, "orale", "", "10", "1", for_pain=said)).at_least


def test_what_is_no_opioid_counts_for_nothing_and_is_not_named() -> None:
    assert of(Taken("NALOXONE", "orale", "", "5", "2")) == Equivalent("cdc-2022", None, ())


def test_another_table_gives_another_number() -> None:
    tramadol = Taken("tramadol", "orale", "", "100", "4")
    assert of(tramadol).amount == 80
    assert of(tramadol, table="cdc-2016").amount == 40


@pytest.mark.parametrize("dose", ["", "two", "-1", "NaN", "Infinity"])
def test_what_is_no_amount_is_refused(dose: str) -> None:
    with pytest.raises(InputError, match="is no amount"):
        of(Taken("tramadol", "orale", "", dose, "1"))


# --- Over time -------------------------------------------------------------------------------


def test_a_list_is_summed_day_by_day_and_what_has_no_dose_makes_it_at_least() -> None:
    oxycodone = Taken("oxycodone", "orale", "comprimé", "10", "2")
    listed = [
        Listed("OXYCODONE 10 mg", date(2026, 1, 1), date(2026, 3, 1), oxycodone),
        Listed("LAMALINE", date(2026, 2, 1), None, None),
    ]
    found = over_time(TABLES["cdc-2022"], listed)
    assert [
        (one.since, one.equivalent.amount, one.equivalent.left_out) for one in found
    ] == [
        (date(2026, 1, 1), Decimal(30), ()),
        (date(2026, 2, 1), Decimal(30), ("LAMALINE",)),
        (date(2026, 3, 1), None, ("LAMALINE",)),
    ]  # fmt: skip


def test_what_ended_leaves_a_stretch_without_any() -> None:
    taken = Taken("tramadol", "orale", "gélule", "50", "4")
    found = over_time(TABLES["cdc-2022"], [Listed("TRAMADOL 50 mg", None, date(2026, 3, 1), taken)])
    assert [(one.since, one.equivalent.amount, one.names) for one in found] == [
        (None, Decimal(40), ("TRAMADOL 50 mg",)),
        (date(2026, 3, 1), None, ()),
    ]


# --- What the rules may ask -----------------------------------------------------------------


def facts_on(day: date, *listed: Listed) -> dict[str, bool | float]:
    return facts_of(over_time(TABLES["cdc-2022"], listed), day)


def tramadol(since: date | None, until: date | None, a_day: str) -> Listed:
    taken = Taken("tramadol", "orale", "gélule", "50", a_day)
    return Listed("TRAMADOL 50 mg", since, until, taken)


NOW = date(2026, 6, 1)


def test_the_months_of_an_opioid_are_the_least_they_can_be() -> None:
    assert facts_on(NOW, tramadol(date(2026, 1, 1), None, "4"))["opioid-months"] > 3
    assert "opioid-months" not in facts_on(NOW, tramadol(None, None, "4"))
    # After a stop it is counted anew.
    again = (
        tramadol(date(2026, 1, 1), date(2026, 4, 1), "4"),
        tramadol(date(2026, 5, 1), None, "4"),
    )
    assert facts_on(NOW, *again)["opioid-months"] < 3


@pytest.mark.parametrize(
    "changed,fall",
    [(date(2026, 5, 20), 50), (date(2026, 4, 1), 0)],
)
def test_a_fall_is_one_within_the_last_month(changed: date, fall: float) -> None:
    listed = (tramadol(date(2026, 1, 1), changed, "4"), tramadol(changed, None, "2"))
    assert facts_on(NOW, *listed)["equivalent-fall-percent"] == fall


def test_an_opioid_that_is_stopped_fell_by_all_of_it() -> None:
    found = facts_on(NOW, tramadol(date(2026, 1, 1), date(2026, 5, 20), "4"))
    assert (found["takes-opioid"], found["equivalent-fall-percent"]) == (False, 100)


def test_of_what_is_not_computed_no_fall_is_said_and_the_sum_is_the_least() -> None:
    lamaline = Listed("LAMALINE", date(2026, 5, 20), None, None)
    found = facts_on(NOW, tramadol(date(2026, 1, 1), None, "4"), lamaline)
    assert found["morphine-equivalent"] == 40
    assert "equivalent-fall-percent" not in found
    assert "morphine-equivalent" not in facts_on(NOW, lamaline)


def test_methadone_has_no_factor_in_the_older_table() -> None:
    methadone = Taken("CHLORHYDRATE DE MÉTHADONE", "orale", "", "10", "1", for_pain=True)
    assert of(methadone, table="cdc-2016").left_out == (methadone.name,)


@pytest.mark.parametrize("note", CONTENT.opioids.notes, ids=lambda note: note.id)
def test_a_note_at_least_so_much_says_so_much_or_more(note: object) -> None:
    """The sentence and the condition are of one bound."""
    one = CONTENT.opioids.notes[CONTENT.opioids.notes.index(note)]  # type: ignore[arg-type]
    for leaf in leaves(one.when):
        if isinstance(leaf, Compare) and leaf.fact == "morphine-equivalent":
            assert leaf.operator == "at-least"
            assert one.tell.en.startswith(f"{leaf.operand:g} mg")
            assert " or more" in one.tell.en or "a day or more" in one.tell.en
