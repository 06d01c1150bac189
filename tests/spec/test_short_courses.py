"""A medicine that is taken as a short course: that it was not taken counts for a week, that it was
counts as long as its set. Plain files, FHIR and the site's own statements read it alike.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from dolenti.guideline.facts import Dictionary, read_facts
from dolenti.guideline.freshness import day_that_counts
from dolenti.guideline.loading import load_folder
from tests.fhir_bundles import concept, observation, record

EDITION = load_folder()
DICTIONARY = Dictionary(EDITION)
TODAY = date(2026, 11, 22)
SHORT = (
    "hiv-booster", "cyp3a4-inhibitor-strong", "cyp3a4-inhibitor-moderate", "fluoroquinolone",
    "ciprofloxacin", "aminoglycoside", "sulfonamide",
)  # fmt: skip


def days_ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def in_a_file(days: int, **said: list[str]) -> dict[str, Any]:
    known, _ = read_facts({"medicines": {**said, "at": days_ago(days)}}, DICTIONARY, TODAY)
    return dict(known["medicines"].value) if "medicines" in known else {}


def in_fhir(days: int, **said: list[str]) -> dict[str, Any]:
    members = [(m, True) for m in said.get("has", [])] + [(m, False) for m in said.get("not", [])]
    told = observation(
        "fact:medicines",
        days_ago(days),
        component=[{"code": concept(f"answer:{m}"), "valueBoolean": has} for m, has in members],
    )
    known = record(told).facts
    return dict(known["medicines"].value) if "medicines" in known else {}


READERS = pytest.mark.parametrize("read", [in_a_file, in_fhir])


@READERS
@pytest.mark.parametrize("member", SHORT)
@pytest.mark.parametrize("days,counts", [(0, True), (6, True), (7, True), (8, False), (30, False)])
def test_that_it_was_not_taken_counts_for_seven_days(
    read: Any, member: str, days: int, counts: bool
) -> None:
    told = read(days, **{"not": [member, "lithium"]})
    assert told == ({member: False} if counts else {}) | {"lithium": False}


@READERS
@pytest.mark.parametrize("days,counts", [(8, True), (31, True), (32, False)])
def test_that_it_was_taken_counts_as_long_as_its_set(read: Any, days: int, counts: bool) -> None:
    assert (read(days, has=["fluoroquinolone"]) == {"fluoroquinolone": True}) is counts


@READERS
def test_an_absence_that_is_too_old_hides_no_earlier_yes(read: Any) -> None:
    assert read(8, has=["fluoroquinolone"], **{"not": ["ciprofloxacin"]}) == {
        "fluoroquinolone": True
    }


def test_what_is_dropped_of_a_file_is_listed() -> None:
    said = {"medicines": {"not": ["fluoroquinolone"], "at": days_ago(8)}}
    known, ignored = read_facts(said, DICTIONARY, TODAY)
    assert known == {}
    assert [(one.fact, one.why) for one in ignored] == [("medicines", "stale")]


def test_a_settled_absence_is_written_under_the_day_on_which_it_counts() -> None:
    medicines = DICTIONARY.definition("medicines")
    old = TODAY - timedelta(days=8)
    assert day_that_counts(medicines, {"fluoroquinolone": False}, old, TODAY) == TODAY
    assert day_that_counts(medicines, {"fluoroquinolone": True}, old, TODAY) == old
    assert day_that_counts(medicines, {"lithium": False}, old, TODAY) == old
