"""Opioid equivalents: exact, by the table, and never 0 for what is not computed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dolenti.guideline import diary
from dolenti.guideline.diary.opioids import Equivalent, Listed, Taken, equivalent, over_time
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
