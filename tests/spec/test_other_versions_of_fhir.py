"""What DSTU2, STU3 and R5 write otherwise than R4 is read all the same.

An export is not always of the version that it says it is of. What is written otherwise and not
read would be lost without a word.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.fhir_bundles import (
    BREAST_CANCER,
    WARFARIN,
    PatientRecord,
    allergy,
    concept,
    condition,
    record,
    resource,
)

PAUL = {"reference": "Patient/paul"}
PACEMAKER = "snomed:14106009"
LATEX = "snomed:111088007"


def taken(kind: str, **said: Any) -> PatientRecord:
    at = {"MedicationOrder": {"dateWritten": "2026-11-01"}}
    usual = {"status": "active", "subject": PAUL, "effectiveDateTime": "2026-11-01"}
    return record(resource(kind, **(usual | at.get(kind, {}) | said)))


class TestMedicines:
    @pytest.mark.parametrize("kind", ["MedicationStatement", "MedicationRequest"])
    def test_r5_names_the_medicine_in_an_element_of_both(self, kind: str) -> None:
        said = {"intent": "order", "authoredOn": "2026-11-01"}
        by_code = taken(kind, **said, medication={"concept": concept(WARFARIN)})
        assert by_code.facts["anticoagulant"].value == "vka"
        made = resource("Medication", id="m", code=concept(WARFARIN))
        by_reference = taken(
            kind, **said, contained=[made], medication={"reference": {"reference": "#m"}}
        )
        assert by_reference.facts["anticoagulant"].value == "vka"

    def test_r5_may_only_say_its_name(self) -> None:
        found = taken("MedicationStatement", medication={"reference": {"display": "Previscan"}})
        (item,) = found.unread
        assert (item.says, item.facts) == ("Previscan", ("anticoagulant",))

    def test_the_order_of_dstu2_is_a_prescription(self) -> None:
        found = taken("MedicationOrder", medicationCodeableConcept=concept(WARFARIN))
        spoken = {*found.facts, *(fact for one in found.unread for fact in one.facts)}
        assert "anticoagulant" in spoken


class TestDevices:
    @pytest.mark.parametrize(
        "device",
        [
            {"concept": concept(PACEMAKER)},
            {"reference": {"reference": "#d"}},
            {"reference": "#d"},
        ],
    )
    def test_its_use_refers_to_it_in_either_way(self, device: dict[str, Any]) -> None:
        held = resource("Device", id="d", type=[concept(PACEMAKER)])  # a list in R5
        use = resource(
            "DeviceUsage", status="active", subject=PAUL, contained=[held], device=device
        )
        assert record(use).facts["cardiac-device"].value is True

    def test_of_several_types_the_first_that_says_something_counts(self) -> None:
        device = resource(
            "Device", status="active", patient=PAUL, type=[{"coding": []}, concept(PACEMAKER)]
        )
        assert record(device).facts["cardiac-device"].value is True


class TestStatuses:
    def test_dstu2_names_the_substance_and_no_code(self) -> None:
        said = allergy(LATEX, None, status="active")
        said["substance"] = said.pop("code")
        assert record(said).facts["allergy"].value == {"latex": True}

    @pytest.mark.parametrize(
        "status,stated", [("active", True), ("confirmed", True), ("unconfirmed", True),
                          ("refuted", False), ("resolved", False), ("entered-in-error", False)],
    )  # fmt: skip
    def test_one_word_says_how_an_allergy_stands(self, status: str, *, stated: bool) -> None:
        """An allergy that is only suspected warns as one that is sure."""
        known = record(allergy(LATEX, None, status=status)).facts.get("allergy")
        assert (known is not None and known.value == {"latex": True}) is stated

    @pytest.mark.parametrize(
        "clinical,sure,value",
        [
            ("active", "confirmed", True),
            ("active", "provisional", None),
            ("active", "refuted", None),
            ("resolved", "confirmed", None),
            ("active", "entered-in-error", None),
        ],
    )
    def test_a_status_may_be_a_word_and_no_concept(
        self, clinical: str, sure: str, value: bool | None
    ) -> None:
        cancer = condition(BREAST_CANCER, None)
        cancer |= {"clinicalStatus": clinical, "verificationStatus": sure}
        known = record(cancer).facts.get("cancer-active")
        assert (None if known is None else known.value or None) is value
