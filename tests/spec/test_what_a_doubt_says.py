"""What a record speaks of without settling it: which entry, of which day, which answer, and why.

A doubt that does not name its entry cannot be looked up; one without its day is never settled by a
later answer; one without its member casts doubt on all the others. The headings are those of
``docs/fhir-reader.md``.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.fhir_bundles import (
    KNEE,
    KNEE_REGION,
    RIGHT,
    WARFARIN,
    allergy,
    concept,
    condition,
    medicine,
    observation,
    procedure,
    record,
    resource,
)

PAUL = {"reference": "Patient/paul"}
PACEMAKER = "snomed:14106009"
LATEX = "snomed:111088007"
MODIFIED = {"modifierExtension": [{"url": "https://ehr.example/negated"}]}
MODIFIER = "it bears a modifier that may change its meaning (modifierExtension)"


def doubts(*said: dict[str, Any]) -> list[tuple[str, str | None, date | None, str]]:
    """Of a knee: what is in doubt, by which entry, of which day, and why."""
    found = record(condition(KNEE, site=(KNEE_REGION, RIGHT)), *said)
    return [(one.item, one.resource, one.at, one.why.en) for one in found.unread]


class TestEachKind:
    """The same rule for every kind of resource that may state a fact."""

    @pytest.mark.parametrize(
        "said,item,day",
        [
            (allergy(LATEX, id="n", recordedDate="2026-01-02"), "allergy=latex", "2026-01-02"),
            (medicine(WARFARIN, id="n", since="2026-01-03"), "anticoagulant", "2026-01-03"),
            (condition("icd10:I73.0", id="n", since="2026-01"), "raynaud", "2026-01-01"),
            (
                observation("loinc:82810-3", "2026-11-20", valueBoolean=True, id="n"),
                "pregnancy",
                "2026-11-20",
            ),
            (procedure("snomed:609588000", id="n"), "prosthesis-at-site", "2019-06-17"),
            (
                resource("Device", id="n", status="active", type=concept(PACEMAKER), patient=PAUL),
                "cardiac-device",
                None,
            ),
            (
                resource(
                    "DeviceUseStatement", id="n", status="active", subject=PAUL,
                    device={"concept": concept(PACEMAKER)}, recordedOn="2026-02-02",
                    timingPeriod={"start": "2026-02-01"},
                ),
                "cardiac-device",
                "2026-02-01",
            ),
        ],
        ids=lambda one: one["resourceType"] if isinstance(one, dict) else "",
    )  # fmt: skip
    def test_an_entry_that_is_not_trusted_is_named_with_its_day(
        self, said: dict[str, Any], item: str, day: str | None
    ) -> None:
        at = None if day is None else date.fromisoformat(day)
        assert doubts(said | MODIFIED) == [(item, f"{said['resourceType']}/n", at, MODIFIER)]

    def test_a_warning_is_named_with_its_day(self) -> None:
        flag = resource(
            "Flag", id="n", status="active", subject=PAUL, code=concept("snomed:441509002"),
            period={"start": "2026-02-01"},
        )  # fmt: skip
        ((item, entry, at, _),) = doubts(flag)
        assert (item, entry, at) == ("cardiac-device", "Flag/n", date(2026, 2, 1))

    @pytest.mark.parametrize(
        "said,fact,item",
        [
            (allergy(LATEX, id="n", recordedDate="2027-01-02"), "allergy", "allergy=latex"),
            (medicine(WARFARIN, id="n", since="2027-01-02"), "anticoagulant", "anticoagulant"),
            (condition("icd10:I73.0", id="n", since="2027-01-02"), "raynaud", "raynaud"),
            (
                observation("loinc:82810-3", "2027-01-02", valueBoolean=True, id="n"),
                "pregnancy",
                "pregnancy",
            ),
            (
                procedure("snomed:609588000", "2027-01-02", id="n"),
                "prosthesis-at-site",
                "prosthesis-at-site",
            ),
        ],
        ids=lambda one: one["resourceType"] if isinstance(one, dict) else "",
    )
    def test_one_of_a_day_to_come_is_set_aside_and_in_doubt(
        self, said: dict[str, Any], fact: str, item: str
    ) -> None:
        entry, day = f"{said['resourceType']}/n", date(2027, 1, 2)
        found = record(condition(KNEE), said)
        assert [(one.fact, one.why, one.at, one.origin) for one in found.ignored] == [
            (fact, "after-as-of", day, entry)
        ]
        assert doubts(said) == [(item, entry, None, "it is dated after the day of the assessment")]


class TestWhatIsAsked:
    """What was not understood is asked with its entry and its day."""

    def test_one_without_a_name_is_asked_by_its_entry(self) -> None:
        (one,) = record(condition(KNEE), allergy(LATEX, id="n") | {"code": None}).unread
        assert (one.says, one.why.en) == ("AllergyIntolerance/n", "what it is is not said")

    def test_a_later_no_settles_what_was_likely_before(self) -> None:
        cold = condition("snomed:1", since="2020") | {"code": {"text": "Cryoglobulinémie mixte"}}
        for day, settled in (("2019-06-01", False), ("2026-06-01", True)):
            no = observation("fact:cryoglobulinaemia", day, valueBoolean=False)
            assert ("cryoglobulinaemia" in record(condition(KNEE), cold, no).facts) is settled


def test_a_certainty_that_is_no_word_of_fhir_leaves_it_open() -> None:
    """Whether it is so, or was ever, nobody can tell."""
    unsure = {"coding": [{"code": "bizarre"}]}
    cancer = condition("icd10:C50.9", since="2026-01-04") | {"verificationStatus": unsure}
    assert {one[0] for one in doubts(cancer | {"id": "c"})} == {"cancer-active", "cancer-history"}
    assert {one[3] for one in doubts(cancer)} == {"whether it still holds is not said"}


def test_of_very_many_the_rest_is_counted_and_concerns_what_they_may() -> None:
    """Who has more than fifty has another record than a patient's."""
    many = [
        resource("Condition", subject=PAUL, code={"text": f"Maladie numéro {number}"})
        for number in range(60)
    ]
    found = record(*many).unread
    assert len(found) == 51
    assert (found[-1].item, found[-1].says) == ("rest", "+ 10")
    assert set(found[-1].facts) >= set(found[0].facts)


def test_an_answer_may_be_the_very_code_of_the_question() -> None:
    fever = observation(
        "fact:fever", "2026-11-22", valueCodeableConcept=concept("snomed:386661006")
    )
    assert record(fever).facts["fever"].value is True


@pytest.mark.parametrize("status,stated", [("active", True), ("resolved", False)])
def test_a_status_in_one_word_of_an_older_form_counts(status: str, *, stated: bool) -> None:
    latex = allergy(LATEX, None, status=status)
    known = record(latex).facts.get("allergy")
    assert (known is not None and known.value == {"latex": True}) is stated
