"""A list carries its year, and says when that of today was never entered."""

from __future__ import annotations

from datetime import date

import pytest

from dolenti.guideline import ageing
from tests.spec.strategies import EDITION

NEW_YEAR = date(2026, 1, 1)


def test_every_list_of_the_knowledge_carries_its_year() -> None:
    lists = {one.name.en: one for one in ageing.of_edition(EDITION)}
    assert set(lists) == {"Anti-doping List", "Opioid equivalents"}
    assert all(one.year for one in lists.values())
    assert lists["Anti-doping List"].yearly
    assert not lists["Opioid equivalents"].yearly


def test_a_list_of_each_year_is_old_as_soon_as_the_year_turns() -> None:
    listed = ageing.of_status(date(2025, 12, 31))
    assert listed.is_of(date(2025, 12, 31))
    assert not listed.is_of(NEW_YEAR)
    said = listed.sentence(NEW_YEAR)
    assert said.en == "Public base of medicines: 2025 (2026 was never entered)"
    assert said.fr.endswith("2025 (l’année 2026 n’a jamais été saisie)")


def test_a_list_that_comes_when_it_comes_is_not_old_by_the_clock() -> None:
    (table,) = (one for one in ageing.of_edition(EDITION) if not one.yearly)
    assert table.is_of(date(2040, 1, 1))
    assert "never" not in table.sentence(date(2040, 1, 1)).en


@pytest.mark.parametrize(
    "years, year, current",
    [([2026, 2025], 2025, False), ([2026, None], None, False), ([2026, 2027], 2026, True)],
)
def test_fees_are_as_old_as_the_oldest_of_them(
    years: list[int | None], year: int | None, current: bool
) -> None:
    found = ageing.of_fees(years)
    assert found is not None
    assert (found.year, found.is_of(NEW_YEAR)) == (year, current)


def test_a_site_without_fees_has_none_that_grow_old() -> None:
    assert ageing.of_fees([]) is None


def test_beside_what_rests_on_it_a_list_says_its_year_and_what_was_never_entered() -> None:
    old = ageing.anti_doping(2022)
    assert old.beside(date(2022, 5, 1)).en == " (Anti-doping List 2022)"
    assert old.beside(NEW_YEAR).en == (
        " (Anti-doping List 2022, that of 2026 was never entered: check it)"
    )
    assert ageing.anti_doping(None).beside(NEW_YEAR).fr.startswith(" (Liste antidopage sans année")


def test_the_holidays_are_as_old_as_the_year_in_which_they_were_compared() -> None:
    assert ageing.of_holidays(2025).sentence(NEW_YEAR).en == (
        "Public holidays: 2025 (2026 was never entered)"
    )
