"""What a FHIR record says of a patient, rule by rule (docs/fhir-reader.md)."""

from __future__ import annotations

import gzip
import json
import random
import statistics
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.fhir import BundleReader
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import NEVER
from dolenti.guideline.judge import Judge
from tests.fhir_bundles import (
    APIXABAN,
    AS_OF,
    BREAST_CANCER,
    EDITION,
    HIP,
    HIP_REGION,
    INR,
    KNEE,
    KNEE_REGION,
    LEFT,
    READER,
    RIGHT,
    SEPSIS,
    WARFARIN,
    WEIGHT,
    allergy,
    bundle,
    concept,
    condition,
    medicine,
    observation,
    patient,
    prescription,
    procedure,
    record,
    resource,
    set_aside,
    value,
    whys,
)

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "fhir").glob("*.json"))
NO_KNOWN_ALLERGY = "snomed:716186003"
NO_KNOWN_DRUG_ALLERGY = "snomed:409137002"
HEIGHT = "loinc:8302-2"


class TestThePatient:
    def test_birth_date_and_sex_are_read(self) -> None:
        paul = record()
        assert (paul.birth_date, paul.sex) == (date(1961, 5, 14), "male")

    @pytest.mark.parametrize("count", [0, 2])
    def test_a_bundle_is_about_exactly_one_patient(self, count: int) -> None:
        patients = [patient(id=f"p{n}") for n in range(count)]
        with pytest.raises(InputError, match="no Patient" if count == 0 else "2 Patients"):
            READER.read(bundle(*patients), AS_OF)

    @pytest.mark.parametrize(
        "death", [{"deceasedBoolean": True}, {"deceasedDateTime": "2026-11-22T03:00:00+01:00"}]
    )
    def test_nobody_is_assessed_after_their_death(self, death: dict[str, Any]) -> None:
        with pytest.raises(InputError, match="recorded as dead"):
            READER.read(bundle(patient(**death)), AS_OF)

    def test_a_death_after_the_day_of_the_assessment_is_set_aside(self) -> None:
        paul = READER.read(bundle(patient(deceasedDateTime="2026-12-24")), AS_OF)
        assert whys(paul) == ["a death after the day of the assessment is not looked at"]

    def test_a_birth_date_is_kept_as_precise_as_it_was_written(self) -> None:
        for written in ("1961", "1961-05", "1961-05-14"):
            paul = READER.read(bundle(patient(birthDate=written)), AS_OF)
            assert paul.birth_date is not None
            assert paul.birth_date.isoformat() == written
            assert whys(paul) == []

    def test_a_birth_date_that_is_none_gives_no_age(self) -> None:
        for written in ("1789", "1961-13", "1961-5", "soon"):
            paul = READER.read(bundle(patient(birthDate=written)), AS_OF)
            assert paul.birth_date is None
            assert "birth date" in whys(paul)[0]

    def test_a_pain_of_the_year_of_birth_is_not_before_the_birth(self) -> None:
        told = bundle(patient(birthDate="1961"), condition(KNEE, since="1961-02-01"))
        paul = READER.read(told, AS_OF)
        assert paul.complaints[0].since == date(1961, 2, 1)

    def test_nobody_is_assessed_before_their_birth(self) -> None:
        with pytest.raises(InputError, match="born"):
            READER.read(bundle(patient(birthDate="2027-01-01")), AS_OF)

    def test_one_who_bears_a_modifier_has_no_age_and_no_sex_and_still_has_a_record(self) -> None:
        odd = patient(modifierExtension=[{"url": "https://ehr.example/odd"}])
        paul = READER.read(bundle(odd, medicine(WARFARIN)), AS_OF)
        assert (paul.birth_date, paul.sex, paul.patient_id) == (None, None, "paul")
        assert paul.facts["anticoagulant"].value == "vka"
        assert "modifier" in whys(paul)[0]

    def test_what_is_about_somebody_else_is_not_used(self) -> None:
        someone = {"reference": "Patient/zoe"}
        paul = record(
            observation(WEIGHT, "2026-11-01", value=51, unit="kg", subject=someone),
            condition(KNEE, subject=someone),
        )
        assert paul.facts == {}
        assert paul.cases() == ()
        assert whys(paul) == ["it is about somebody else than the bundle's Patient"] * 2

    @pytest.mark.parametrize(
        "reference",
        [
            "Patient/paul",
            "urn:uuid:1",
            "https://ehr.example/fhir/Patient/7",
            "Patient/paul/_history/3",
        ],
    )
    def test_the_patient_may_be_named_in_every_form_of_reference(self, reference: str) -> None:
        url = reference if ":" in reference else None
        entry = {"fullUrl": url, "resource": patient()}
        weight = observation(
            WEIGHT, "2026-11-01", value=80, unit="kg", subject={"reference": reference}
        )
        data = json.dumps(
            {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": weight}, entry]}
        ).encode()
        assert READER.read(data, AS_OF).facts["weight"].value == 80


class TestConditions:
    @pytest.mark.parametrize("status", ["active", "recurrence", "relapse"])
    def test_a_condition_that_is_there_makes_its_fact_true(self, status: str) -> None:
        assert value("cancer-active", condition(BREAST_CANCER, status, since="2025-01-01")) is True

    @pytest.mark.parametrize("status", ["inactive", "remission", "resolved", None])
    def test_one_that_is_over_or_of_unknown_status_leaves_the_fact_open(
        self, status: str | None
    ) -> None:
        """The breast cancer is cured; nobody said that there is no other cancer."""
        assert value("cancer-active", condition(BREAST_CANCER, status)) is None

    def test_the_end_of_the_very_condition_that_names_the_fact_makes_it_false(self) -> None:
        """ICD-10 I73.0 is all that the dictionary calls Raynaud in that system."""
        assert value("raynaud", condition("icd10:I73.0", "resolved", until="2020-01-01")) is False
        assert value("raynaud", condition("icd10:I73.0", ver="refuted")) is False

    def test_an_old_cancer_is_a_history_of_cancer(self) -> None:
        cured = condition(BREAST_CANCER, "remission", since="2011-04", until="2012-01-15")
        assert value("cancer-history", cured) is True

    @pytest.mark.parametrize("doubt", ["unconfirmed", "provisional", "differential"])
    def test_a_suspicion_is_neither_yes_nor_no_and_is_never_assumed_away(self, doubt: str) -> None:
        paul = record(condition(KNEE), condition(SEPSIS, ver=doubt, since="2026-11-20"))
        case = paul.case()
        assert "infection-systemic" not in case.facts
        assert "infection-systemic" in case.doubted
        assessed = Judge(EDITION).assess(case, nothing_else=True)
        assert "infection-systemic" not in assessed.assumed

    def test_a_diabetes_of_unknown_control_is_asked_and_never_assumed_away(self) -> None:
        case = record(condition(KNEE), condition("icd10:E11.9")).case()
        assert "diabetes" not in case.facts
        assert "diabetes" in case.doubted

    def test_what_was_entered_in_error_is_not_there(self) -> None:
        paul = record(condition(KNEE, ver="entered-in-error"))
        assert paul.cases() == ()
        assert whys(paul) == ["entered in error"]

    def test_an_active_infection_does_not_grow_stale_but_a_denied_one_does(self) -> None:
        """An old entry may still warn, never reassure."""
        assert value("infection-systemic", condition(SEPSIS, since="2026-09-01")) is True
        answer = observation("fact:infection-systemic", "2026-09-01", valueBoolean=False)
        assert value("infection-systemic", answer) is None

    def test_one_that_ended_does_not_end_another(self) -> None:
        ended = condition("icd10:C34.1", "resolved", since="2019-01-01", until="2026-10-01")
        active = condition(BREAST_CANCER, since="2018-05-05")
        assert value("cancer-active", ended, active) is True

    def test_one_that_is_there_wins_over_one_whose_end_would_mean_no(self) -> None:
        ended = condition("icd10:I73.0", "resolved", until="2026-10-01")
        assert value("raynaud", ended, condition("snomed:266261006", since="2018")) is True

    def test_a_denial_is_an_answer_of_its_day(self) -> None:
        """It wins over what was said before, and is outlived by what is said after."""
        there = condition("snomed:266261006", since="2018")
        assert (
            value("raynaud", there, condition("icd10:I73.0", ver="refuted", since="2020")) is False
        )
        assert (
            value("raynaud", there, condition("icd10:I73.0", ver="refuted", since="2016")) is True
        )

    def test_an_active_condition_with_a_past_end_contradicts_itself(self) -> None:
        odd = condition(BREAST_CANCER, "active", since="2019-01-01", until="2020-01-01")
        case = record(condition(KNEE), odd).case()
        assert "cancer-active" not in case.facts
        assert "cancer-active" in case.doubted

    def test_on_an_earlier_day_what_ended_later_was_still_there(self) -> None:
        flu = condition(SEPSIS, "resolved", since="2026-03-01", until="2026-03-20")
        assert value("infection-systemic", flu, as_of=date(2026, 3, 10)) is True

    def test_icd_10_counts_by_what_it_begins_with_and_snomed_does_not(self) -> None:
        assert value("cancer-history", condition("icd10:C50.912")) is True
        assert value("cancer-history", condition("icd10:C509")) is True
        assert value("cancer-history", condition("snomed:2548370090")) is None


class TestComplaints:
    def test_a_known_painful_condition_is_a_possible_complaint(self) -> None:
        paul = record(condition(KNEE, id="gonalgie", since="2024-03-01", site=(KNEE_REGION, RIGHT)))
        complaint = paul.case().complaint
        assert complaint.id == "gonalgie"
        assert complaint.condition == "knee-osteoarthritis"
        assert (complaint.zone, complaint.side) == ("knee", "right")
        assert complaint.since == date(2024, 3, 1)

    def test_one_without_a_clinical_status_is_offered_and_one_that_is_over_is_not(self) -> None:
        assert len(record(condition(KNEE, None)).cases()) == 1
        assert record(condition(KNEE, "resolved")).cases() == ()

    def test_several_must_be_chosen_from_by_id(self) -> None:
        paul = record(condition(KNEE, id="k"), condition(HIP, id="h"))
        with pytest.raises(InputError, match=r"h \(hip-osteoarthritis\), k \(knee-osteo"):
            paul.case()
        assert paul.case("h").complaint.condition == "hip-osteoarthritis"
        with pytest.raises(InputError, match="possible are: h"):
            paul.case("x")

    def test_with_none_the_patient_is_still_known(self) -> None:
        paul = record(medicine(WARFARIN))
        assert paul.facts["anticoagulant"].value == "vka"
        with pytest.raises(InputError, match="no condition that this program knows"):
            paul.case()

    def test_one_condition_with_two_codes_is_one_complaint(self) -> None:
        both = condition(KNEE) | {"code": concept("icd10:M17.1", KNEE)}
        assert len(record(both).cases()) == 1

    def test_the_side_may_be_part_of_a_snomed_expression(self) -> None:
        paul = record(condition(KNEE, site=("snomed:72696002:272741003=7771000",)))
        assert (paul.case().complaint.zone, paul.case().complaint.side) == ("knee", "left")

    def test_or_of_an_expression_with_its_words(self) -> None:
        worded = "snomed:72696002|Knee region|:272741003|Laterality|=7771000|Left|"
        complaint = record(condition(KNEE, site=(worded,))).case().complaint
        assert (complaint.zone, complaint.side) == ("knee", "left")

    @pytest.mark.parametrize("turned", [False, True])
    def test_or_of_one_of_several_codes(self, turned: bool) -> None:
        codes = ["icd10:M17.1", f"{KNEE}:272741003=7771000"]
        both = condition(KNEE) | {"code": concept(*(codes[::-1] if turned else codes))}
        complaint = record(both).case().complaint
        assert (complaint.condition, complaint.side) == ("knee-osteoarthritis", "left")

    def test_of_an_onset_known_by_its_year_the_last_day_counts(self) -> None:
        assert record(condition(KNEE, since="2019")).case().complaint.since == date(2019, 12, 31)
        assert record(condition(KNEE, since="2026")).case().complaint.since == AS_OF

    def test_an_onset_before_birth_is_not_believed(self) -> None:
        assert record(condition(KNEE, since="1950-01-01")).case().complaint.since is None

    def test_an_act_counts_where_place_and_side_agree(self) -> None:
        knee = condition(KNEE, site=(KNEE_REGION, RIGHT))
        here = procedure("snomed:609588000", site=(RIGHT,))
        other_side = procedure("snomed:609588000", site=(LEFT,))
        other_joint = procedure("snomed:52734007", site=(RIGHT,))
        no_side = procedure("snomed:609588000")
        assert value("prosthesis-at-site", knee, here) is True
        assert value("prosthesis-at-site", knee, other_side) is None
        assert value("prosthesis-at-site", knee, other_joint) is None
        assert value("prosthesis-at-site", knee, no_side) is None
        assert "prosthesis-at-site" in record(knee, no_side).case().doubted

    def test_an_answer_about_one_complaint_is_not_one_about_another(self) -> None:
        knee, hip = condition(KNEE, id="k"), condition(HIP, id="h", site=(HIP_REGION,))
        swollen = observation(
            "fact:hot-swollen-joint",
            "2026-11-20",
            valueBoolean=True,
            focus=[{"reference": "Condition/k"}],
        )
        paul = record(knee, hip, swollen)
        assert paul.case("k").facts["hot-swollen-joint"].value is True
        assert "hot-swollen-joint" not in paul.case("h").facts

    @pytest.mark.parametrize(
        "said",
        [
            observation("fact:hot-swollen-joint", "2026-11-20", valueBoolean=True),
            observation(
                "fact:site-particularities",
                "2026-11-20",
                component=[{"code": concept("answer:tattoo"), "valueBoolean": True}],
            ),
        ],
        ids=["an answer", "a member of a set"],
    )
    @pytest.mark.parametrize(
        "place,whose", [((KNEE_REGION,), ["k"]), ((LEFT,), ["h"]), ((KNEE_REGION, LEFT), [])]
    )
    def test_an_answer_with_a_place_is_of_the_complaint_of_that_place(
        self, said: dict[str, Any], place: tuple[str, ...], whose: list[str]
    ) -> None:
        knee = condition(KNEE, id="k", site=(KNEE_REGION, RIGHT))
        hip = condition(HIP, id="h", site=(HIP_REGION, LEFT))
        found = record(knee, hip, said | {"bodySite": concept(*place)})
        assert [case.complaint.id for case in found.cases() if case.facts] == whose

    def test_of_a_set_the_worrying_members_count_for_each_and_the_others_for_none(self) -> None:
        members = [
            {"code": concept("answer:tattoo"), "valueBoolean": True},
            {"code": concept("answer:lymphoedema"), "valueBoolean": False},
        ]
        said = observation("fact:site-particularities", "2026-11-20", component=members)
        for case in record(condition(KNEE, id="k"), condition(HIP, id="h"), said).cases():
            assert case.facts["site-particularities"].value == {"tattoo": True}

    def test_of_several_complaints_a_worrying_answer_without_a_place_counts_for_each(self) -> None:
        knee, hip = condition(KNEE, id="k"), condition(HIP, id="h")

        def read(answer: bool) -> list[bool]:
            said = observation("fact:hot-swollen-joint", "2026-11-20", valueBoolean=answer)
            return ["hot-swollen-joint" in case.facts for case in record(knee, hip, said).cases()]

        assert read(True) == [True, True]
        assert read(False) == [False, False]


class TestAllergies:
    def test_an_allergy_is_known_and_the_others_stay_unknown(self) -> None:
        assert value("allergy", allergy("snomed:387480006")) == {"lidocaine": True}

    def test_an_intolerance_or_unconfirmed_allergy_counts(self) -> None:
        assert value("allergy", allergy("snomed:111088007", None, ver="unconfirmed")) == {
            "latex": True
        }

    def test_no_known_allergy_answers_for_all(self) -> None:
        members = value("allergy", allergy(NO_KNOWN_ALLERGY))
        assert set(members.values()) == {False}
        assert {"lidocaine", "latex", "sulfite"} <= set(members)

    def test_no_known_drug_allergy_answers_for_medicines_alone(self) -> None:
        members = value("allergy", allergy(NO_KNOWN_DRUG_ALLERGY))
        assert members["lidocaine"] is False
        assert "latex" not in members

    def test_an_allergy_wins_over_no_known_allergy(self) -> None:
        members = value("allergy", allergy("snomed:387480006"), allergy(NO_KNOWN_ALLERGY))
        assert members["lidocaine"] is True
        assert members["latex"] is False

    def test_none_known_does_not_settle_a_contradiction(self) -> None:
        def said(answer: bool) -> dict[str, Any]:
            member = {"code": concept("answer:latex"), "valueBoolean": answer}
            return observation("fact:allergy", "2026-11-20", component=[member])

        members = value("allergy", said(True), said(False), allergy(NO_KNOWN_ALLERGY))
        assert "latex" not in members
        assert members["lidocaine"] is False

    def test_an_empty_allergy_list_answers_for_all_only_where_it_says_nil_known(self) -> None:
        def empty(reason: str) -> Any:
            return value(
                "allergy",
                resource(
                    "List",
                    status="current",
                    code=concept("loinc:48765-2"),
                    subject={"reference": "Patient/paul"},
                    emptyReason={"coding": [{"code": reason}]},
                ),
            )

        assert set(empty("nilknown").values()) == {False}
        assert empty("unavailable") is None

    def test_a_pollen_is_listed_and_answers_nothing(self) -> None:
        paul = record(allergy("snomed:418689008"))
        assert paul.facts == {}
        assert whys(paul) == ["it is known, and of no concern here"]

    def test_refuted_or_outgrown_allergies_do_not_count(self) -> None:
        assert value("allergy", allergy("atc:N01BB02", ver="refuted")) == {"lidocaine": False}
        assert value("allergy", allergy("snomed:111088007", ver="refuted")) is None
        assert value("allergy", allergy("snomed:387480006", "resolved")) is None
        assert value("allergy", allergy("snomed:387480006", ver="entered-in-error")) is None

    def test_an_allergy_to_a_medicine_is_not_its_use_nor_the_reverse(self) -> None:
        assert value("nsaid-current", allergy("atc:M01AE01")) is None
        assert value("allergy", medicine("atc:M01AE01")) is None

    def test_an_anaphylactic_reaction_is_a_history_of_anaphylaxis(self) -> None:
        reaction = [{"manifestation": [concept("snomed:39579001")]}]
        nuts = allergy("snomed:91934008", reaction=reaction)
        assert value("anaphylaxis-history", nuts) is True


class TestMedicines:
    @pytest.mark.parametrize("code", [WARFARIN, "rxnorm:855332"])
    def test_a_current_anticoagulant_is_known_by_its_class(self, code: str) -> None:
        assert value("anticoagulant", medicine(code)) == "vka"
        assert value("anticoagulant", prescription(code)) == "vka"

    @pytest.mark.parametrize("status", ["stopped", "completed", "not-taken", "on-hold", "unknown"])
    def test_one_that_is_not_taken_does_not_mean_that_none_is(self, status: str) -> None:
        assert value("anticoagulant", medicine(WARFARIN, status)) is None

    def test_one_on_hold_is_never_assumed_away(self) -> None:
        paul = record(condition(KNEE), medicine(WARFARIN, "on-hold"))
        assert "anticoagulant" in paul.case().doubted

    def test_one_whose_time_is_over_is_not_current(self) -> None:
        assert value("anticoagulant", medicine(WARFARIN, until="2026-06-01")) is None
        assert value("anticoagulant", medicine(WARFARIN, until="2026-11-22")) == "vka"

    def test_one_that_was_stopped_later_was_taken_on_an_earlier_day(self) -> None:
        stopped = medicine(WARFARIN, "stopped", since="2026-01-01", until="2026-06-01")
        assert value("anticoagulant", stopped, as_of=date(2026, 3, 1)) == "vka"

    def test_an_old_prescription_still_warns(self) -> None:
        assert value("anticoagulant", prescription(WARFARIN, authoredOn="2019-01-01")) == "vka"

    def test_a_stopped_prescription_does_not_end_a_current_treatment(self) -> None:
        current = medicine(WARFARIN, since="2024-01-01")
        renewed = prescription(WARFARIN, "completed", authoredOn="2025-06-01")
        assert value("anticoagulant", current, renewed) == "vka"

    @pytest.mark.parametrize(
        "never_taken",
        [
            {"intent": "proposal"},
            {"doNotPerform": True},
            {"status": "draft"},
            {"status": "cancelled"},
        ],
    )
    def test_what_was_only_proposed_is_not_taken(self, never_taken: dict[str, Any]) -> None:
        assert value("anticoagulant", prescription(WARFARIN) | never_taken) is None

    def test_one_that_interacts_is_known_as_a_member_and_says_nothing_of_the_others(self) -> None:
        clarithromycin = medicine("atc:J01FA09")
        assert value("medicines", clarithromycin) == {"cyp3a4-inhibitor-strong": True}
        for not_sure in ({"status": "on-hold"}, {"effectivePeriod": {"start": "2027-01-01"}}):
            found = record(condition(KNEE), clarithromycin | not_sure)
            assert "medicines" not in found.facts
            assert [one.item for one in found.unread] == ["medicines=cyp3a4-inhibitor-strong"]

    def test_two_anticoagulants_at_once_are_a_contradiction(self) -> None:
        paul = record(
            condition(KNEE),
            medicine(WARFARIN, since="2026-04-10"),
            medicine(APIXABAN, since="2026-09-01"),
        )
        assert "anticoagulant" not in paul.facts
        assert set_aside(paul) == [("anticoagulant", "contradicted")] * 2
        assessed = Judge(EDITION).assess(paul.case(), nothing_else=True)
        assert "anticoagulant" not in assessed.assumed

    def test_a_medicine_may_be_contained_or_a_resource_of_its_own(self) -> None:
        drug = resource("Medication", id="w", code=concept(WARFARIN))
        by_reference = {"medicationCodeableConcept": None}
        contained = (
            medicine("atc:X")
            | by_reference
            | {
                "contained": [drug],
                "medicationReference": {"reference": "#w"},
            }
        )
        apart = (
            medicine("atc:X")
            | by_reference
            | {"medicationReference": {"reference": "Medication/w"}}
        )
        assert value("anticoagulant", contained) == "vka"
        assert value("anticoagulant", drug, apart) == "vka"

    def test_a_medicine_may_be_written_as_r5_writes_it(self) -> None:
        drug = resource("Medication", id="w", code=concept(WARFARIN))
        base = medicine("atc:X") | {"medicationCodeableConcept": None}
        here = base | {"medication": {"concept": concept(WARFARIN)}}
        apart = base | {"medication": {"reference": {"reference": "Medication/w"}}}
        named = base | {"medication": {"reference": {"display": "PREVISCAN 20 mg"}}}
        assert value("anticoagulant", here) == "vka"
        assert value("anticoagulant", drug, apart) == "vka"
        assert [one.says for one in record(condition(KNEE), named).case().unread] == [
            "PREVISCAN 20 mg"
        ]


class TestObservations:
    def test_a_value_is_read_in_its_unit_and_in_those_the_dictionary_converts(self) -> None:
        assert value("weight", observation(WEIGHT, "2026-11-01", value=82.5, unit="kg")) == 82.5
        pounds = observation(WEIGHT, "2026-11-01", value=180, unit="[lb_av]")
        assert value("weight", pounds) == pytest.approx(81.65, abs=0.01)

    @pytest.mark.parametrize("unit", [None, "1", "{INR}"])
    def test_an_inr_has_no_unit_however_that_is_written(self, unit: str | None) -> None:
        assert value("inr", observation(INR, "2026-11-21", value=2.6, unit=unit)) == 2.6

    @pytest.mark.parametrize(
        "quantity, why",
        [
            ({"value": 82, "code": "stone"}, "is not known here"),
            ({"value": 82}, "it has no unit"),
            ({"value": 8200, "code": "kg"}, "is impossible"),
            ({"value": 82, "code": "kg", "comparator": "<"}, "a limit"),
            ({"code": "kg"}, "no number"),
            ({"value": "82", "code": "kg"}, "a number"),
        ],
    )
    def test_a_value_that_cannot_be_used_costs_only_itself(
        self, quantity: dict[str, Any], why: str
    ) -> None:
        paul = record(
            observation(WEIGHT, "2026-11-01", valueQuantity=quantity),
            observation("loinc:8302-2", "2026-11-01", value=176, unit="cm"),
        )
        assert set(paul.facts) == {"height"}
        assert why in whys(paul)[0]

    @pytest.mark.parametrize(
        "status", ["entered-in-error", "cancelled", "preliminary", "registered", "unknown", None]
    )
    def test_only_a_final_result_is_used(self, status: str | None) -> None:
        assert value("inr", observation(INR, "2026-11-21", status, value=2.6)) is None

    @pytest.mark.parametrize("status", ["final", "amended", "corrected"])
    def test_a_corrected_result_is_final(self, status: str) -> None:
        assert value("inr", observation(INR, "2026-11-21", status, value=2.6)) == 2.6

    def test_an_old_inr_is_set_aside(self) -> None:
        paul = record(observation(INR, "2026-11-19", value=2.6))
        assert set_aside(paul) == [("inr", "stale")]

    def test_an_inr_without_a_date_is_not_used_and_a_height_is(self) -> None:
        assert value("inr", observation(INR, None, value=2.6)) is None
        assert value("height", observation("loinc:8302-2", None, value=176, unit="cm")) == 176

    def test_what_is_dated_after_the_assessment_is_set_aside(self) -> None:
        paul = record(observation(INR, "2026-11-23", value=2.6))
        assert set_aside(paul) == [("inr", "after-as-of")]

    @pytest.mark.parametrize(
        "answer, pregnant",
        [
            ("loinc:LA15173-0", True),
            ("loinc:LA26683-5", False),
            ("snomed:77386006", True),
            ("snomed:60001007", False),
            ("loinc:LA4489-6", None),
        ],
    )
    def test_the_answers_to_pregnancy_status(self, answer: str, pregnant: bool | None) -> None:
        asked = observation("loinc:82810-3", "2026-11-20", valueCodeableConcept=concept(answer))
        assert value("pregnancy", asked) is pregnant

    def test_an_absent_value_says_nothing(self) -> None:
        absent = {"coding": [{"code": "asked-declined"}]}
        assert value("inr", observation(INR, "2026-11-21", dataAbsentReason=absent)) is None

    def test_a_part_that_cannot_be_read_costs_only_itself(self) -> None:
        latex = {"code": concept("answer:latex"), "valueBoolean": True}
        odd = [
            "x",
            {"code": concept("answer:nsaid")},
            {"code": concept("loinc:1-1"), "valueBoolean": True},
        ]
        said = observation("fact:allergy", "2026-11-20", component=[*odd, latex])
        assert value("allergy", said) == {"latex": True}

    def test_every_type_of_fact_has_its_canonical_observation(self) -> None:
        member = {"code": concept("answer:latex"), "valueBoolean": True}
        vka = concept("answer:vka")
        day = "2026-11-20"
        never = observation("fact:last-corticosteroid-infiltration", day, valueString="never")
        race = observation("fact:next-competition", day, valueDateTime="2027-01-17")
        assert value("fever", observation("fact:fever", str(AS_OF), valueBoolean=False)) is False
        assert value("weight", observation("fact:weight", day, value=62, unit="kg")) == 62
        anticoagulant = observation("fact:anticoagulant", day, valueCodeableConcept=vka)
        assert value("anticoagulant", anticoagulant) == "vka"
        assert value("allergy", observation("fact:allergy", day, component=[member])) == {
            "latex": True
        }
        assert value("next-competition", race) == date(2027, 1, 17)
        assert value("last-corticosteroid-infiltration", never) is NEVER


class TestWhichEntryWins:
    def test_the_latest_wins_and_the_others_are_listed(self) -> None:
        paul = record(
            observation(WEIGHT, "2026-11-01", value=82, unit="kg"),
            observation(WEIGHT, "2026-09-01", value=84, unit="kg"),
        )
        assert paul.facts["weight"].value == 82
        assert paul.facts["weight"].at == date(2026, 11, 1)
        assert set_aside(paul) == [("weight", "superseded")]

    def test_the_time_of_day_counts_across_time_zones(self) -> None:
        assert (
            value(
                "weight",
                observation(WEIGHT, "2026-11-02T01:00:00+02:00", value=82, unit="kg"),
                observation(WEIGHT, "2026-11-01T23:30:00Z", value=84, unit="kg"),
            )
            == 84
        )

    def test_a_dated_value_wins_over_an_undated_one(self) -> None:
        assert (
            value(
                "height",
                observation(HEIGHT, None, value=190, unit="cm"),
                observation(HEIGHT, "2001-05-01", value=184, unit="cm"),
            )
            == 184
        )

    @pytest.mark.parametrize("day", ["2026-05-21", "2023-11-22", None])
    def test_an_old_weight_is_not_that_of_today(self, day: str | None) -> None:
        """No dose is counted on it: a weight falls."""
        paul = record(observation(WEIGHT, day, value=95, unit="kg"))
        assert "weight" not in paul.facts
        assert ("weight", "stale") in set_aside(paul) or day is None
        assert value("weight", observation(WEIGHT, "2026-05-22", value=95, unit="kg")) == 95

    def test_two_of_the_same_moment_that_disagree_leave_the_fact_unknown(self) -> None:
        paul = record(
            observation(INR, "2026-11-21T08:00:00Z", value=2.6),
            observation(INR, "2026-11-21T08:00:00Z", value=4.6),
        )
        assert "inr" not in paul.facts
        assert set_aside(paul) == [("inr", "contradicted")] * 2

    def test_a_time_and_a_bare_day_are_the_same_moment(self) -> None:
        timed = observation(INR, "2026-11-21T08:00:00Z", value=2.6)
        assert value("inr", timed, observation(INR, "2026-11-21", value=4.6)) is None
        assert value("inr", timed, observation(INR, "2026-11-21", value=2.6)) == 2.6

    def test_an_answer_given_later_wins_over_a_medicine_begun_earlier(self) -> None:
        answer = {"valueCodeableConcept": concept("answer:none")}
        later = observation("fact:anticoagulant", "2026-11-20", **answer)
        earlier = observation("fact:anticoagulant", "2025-11-20", **answer)
        assert value("anticoagulant", medicine(WARFARIN, since="2026-01-01"), later) == "none"
        assert value("anticoagulant", medicine(WARFARIN, since="2026-01-01"), earlier) == "vka"

    def test_an_active_condition_without_a_date_is_not_outlived_by_an_old_no(self) -> None:
        old_no = observation("fact:epilepsy", "2010-01-01", valueBoolean=False)
        case = record(condition(KNEE), condition("icd10:G40.3"), old_no).case()
        assert "epilepsy" not in case.facts
        assert "epilepsy" in case.doubted

    @pytest.mark.parametrize(
        "fact,said",
        [
            ("anticoagulant", medicine(WARFARIN) | {"effectivePeriod": None}),
            ("raynaud", condition("icd10:I73.0")),
            ("prosthesis-at-site", procedure("snomed:609588000", None, site=(RIGHT,))),
            (
                "cardiac-device",
                resource("Device", status="active", type=concept("snomed:14106009"),
                         patient={"reference": "Patient/paul"}),
            ),
        ],
        ids=lambda one: one if isinstance(one, str) else "",
    )  # fmt: skip
    def test_nothing_that_lasts_and_has_no_date_is_outlived_by_an_old_no(
        self, fact: str, said: dict[str, Any]
    ) -> None:
        no: dict[str, Any] = {"valueBoolean": False}
        if fact == "anticoagulant":
            no = {"valueCodeableConcept": concept("answer:none")}
        old_no = observation(f"fact:{fact}", "2010-01-01", **no)
        knee = condition(KNEE, site=(KNEE_REGION, RIGHT))
        case = record(knee, said, old_no).case()
        assert fact not in case.facts or case.facts[fact].value is True
        assert fact in case.doubted or fact in case.facts

    @given(st.sampled_from(EXAMPLES), st.randoms(use_true_random=False))
    def test_the_order_of_the_entries_never_matters(
        self, path: Path, chance: random.Random
    ) -> None:
        content = json.loads(path.read_bytes())
        before = READER.read(json.dumps(content).encode(), AS_OF)
        chance.shuffle(content["entry"])
        assert READER.read(json.dumps(content).encode(), AS_OF) == before


class TestWhatIsReported:
    def test_what_is_used_names_its_entry_and_its_code(self) -> None:
        paul = record(observation(INR, "2026-11-21", value=2.6, id="lab-1"))
        assert paul.used == (
            {
                "fact": "inr",
                "value": 2.6,
                "at": "2026-11-21",
                "resource": "Observation/lab-1",
                "code": "http://loinc.org|6301-6",
            },
        )

    def test_kinds_that_are_not_read_are_counted(self) -> None:
        paul = record(*(resource("Claim") for _ in range(19)), resource("Organization"))
        assert paul.unmapped == (
            {
                "resourceType": "Claim",
                "count": 19,
                "why": "not a kind of resource that is read",
                "why_fr": "ce type de ressource n’est pas lu",
            },
            {
                "resourceType": "Organization",
                "count": 1,
                "why": "a kind of resource that tells nothing of the patient's health",
                "why_fr": "ce type de ressource ne dit rien de la santé du patient",
            },
        )

    def test_many_entries_of_one_code_and_reason_are_one_line(self) -> None:
        later = observation("loinc:8867-4", "2026-11-02", value=60, id="b")
        earlier = observation("loinc:8867-4", "2026-11-01", value=61, id="a")
        line = {
            "resource": "Observation/a",
            "code": "http://loinc.org|8867-4",
            "count": 2,
            "why": "the code is not in the dictionary",
            "why_fr": "ce code n’est pas connu ici",
        }
        assert record(later, earlier).unmapped == record(earlier, later).unmapped == (line,)

    def test_a_strange_text_is_never_echoed_as_it_is(self) -> None:
        odd = observation("loinc:0-0", "2026-11-01", value=1)
        odd["code"]["coding"][0]["display"] = "\x1b[31m" + "x" * 500
        (line,) = record(odd).unmapped
        assert "\x1b" not in line["display"]
        assert len(line["display"]) <= 60

    @pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
    def test_every_example_is_read_and_judged(self, path: Path) -> None:
        found = READER.read(path.read_bytes(), AS_OF, path.name)
        assert found.cases()
        for case in found.cases():
            assert len(Judge(EDITION).assess(case).verdicts) == len(EDITION.therapies)


class TestSharedPatients:
    def test_each_is_read_and_shows_its_osteoarthritis(self, shared_patients: Path) -> None:
        reader = BundleReader(EDITION)
        read = {}
        for path in sorted(shared_patients.glob("*.json.gz")):
            if "cathryn" not in path.name:
                found = reader.read(path.read_bytes(), AS_OF, path.name)
                read[path.name.split(".")[0]] = [c.complaint.condition for c in found.cases()]
        knees = {"alexia-senger", "chauncey-johnston", "pierre-bosco", "weston-fay"}
        assert len(read) == 9
        for name, complaints in read.items():
            joint = "knee" if name in knees else "hip"
            assert complaints == [f"{joint}-osteoarthritis"]

    def test_few_entries_are_asked_of_each(self, shared_patients: Path) -> None:
        judge, asked = Judge(EDITION), []
        for path in sorted(shared_patients.glob("*.json.gz")):
            if "cathryn" not in path.name:
                (case,) = READER.read(path.read_bytes(), AS_OF, path.name).cases()
                asked.append(len(judge.assess(case, nothing_else=True).items))
        assert max(asked) <= 3
        assert statistics.median(asked) <= 1

    def test_the_one_who_died_is_refused(self, shared_patients: Path) -> None:
        data = (shared_patients / "cathryn-windler.json.gz").read_bytes()
        with pytest.raises(InputError, match="recorded as dead"):
            READER.read(data, AS_OF)

    def test_a_patient_weighs_what_was_measured_last(self, shared_patients: Path) -> None:
        data = gzip.decompress((shared_patients / "gayla-ferry.json.gz").read_bytes())
        weights = [
            (entry["resource"]["effectiveDateTime"], entry["resource"]["valueQuantity"]["value"])
            for entry in json.loads(data)["entry"]
            if entry["resource"].get("code", {}).get("coding", [{}])[0].get("code") == "29463-7"
        ]
        day, kilograms = max(weights)
        assert READER.read(data, date.fromisoformat(day[:10])).facts["weight"].value == kilograms
        later = READER.read(data, AS_OF)
        assert "weight" not in later.facts  # that day is long ago
        assert ("weight", "stale") in set_aside(later)
