"""What is kept of an entry besides its answer: whether it is a state, its day, where it came from,
what it was asked as. Each has decided something once it was lost."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from dolenti.fhir.json_keys import KeyTwiceError, decoded
from dolenti.fhir.reasons import MODIFIED, NONE_OF_THESE
from tests.fhir_bundles import (
    AS_OF,
    KNEE,
    READER,
    RIGHT,
    allergy,
    bundle,
    concept,
    condition,
    observation,
    patient,
    record,
    resource,
)

PAUL = {"reference": "Patient/paul"}
LIDOCAINE = "snomed:387480006"
NO_KNOWN_ALLERGY = "snomed:716186003"
ANAPHYLAXIS = "snomed:39579001"
RIGHT_KNEE = condition(KNEE, site=(RIGHT,))


def facts(*said: dict[str, Any]) -> dict[str, Any]:
    return dict(record(RIGHT_KNEE, *said).case().facts)


def told(fact: str, value: bool, **more: Any) -> dict[str, Any]:
    return observation(f"fact:{fact}", "2026-11-20", valueBoolean=value, **more)


class TestAnAllergyIsAState:
    """It holds until somebody ends it; a later answer that denies it is no end of it."""

    def denied(self) -> dict[str, Any]:
        member = {"code": concept("answer:lidocaine"), "valueBoolean": False}
        return observation("fact:allergy", "2026-11-20", component=[member])

    def test_without_a_date_it_is_contradicted_and_not_outlived_by_an_answer(self) -> None:
        found = record(RIGHT_KNEE, allergy(LIDOCAINE), self.denied())
        assert "allergy" not in found.case().facts
        assert "allergy" in found.doubted

    def test_ended_it_is_no_state_that_speaks_against_the_answer(self) -> None:
        found = facts(allergy(LIDOCAINE, "resolved"), self.denied())
        assert found["allergy"].value["lidocaine"] is False

    def test_what_is_named_beside_none_known_is_of_the_day_it_was_recorded(self) -> None:
        said = allergy(NO_KNOWN_ALLERGY, recordedDate="2026-10-01")
        said["code"]["text"] = "Aucune allergie sauf truc"
        (one,) = (one for one in record(RIGHT_KNEE, said).unread if not one.understood)
        assert one.at == date(2026, 10, 1)

    @pytest.mark.parametrize("more,known", [({}, True), ({"modifierExtension": [{}]}, False)])
    def test_what_a_reaction_was_is_as_sure_as_the_allergy(
        self, more: dict[str, Any], known: bool
    ) -> None:
        reaction = [{"manifestation": [concept(ANAPHYLAXIS)]}]
        found = record(RIGHT_KNEE, allergy(LIDOCAINE, reaction=reaction, **more))
        assert ("anaphylaxis-history" in found.case().facts) is known
        told = [one for one in found.unread if one.item == "anaphylaxis-history"]
        assert [one.why for one in told] == ([] if known else [MODIFIED])


class TestWhereItCameFrom:
    def test_a_set_that_one_entry_says_comes_from_it_and_of_several_from_none(self) -> None:
        one = allergy(LIDOCAINE, id="one", recordedDate="2026-10-01")
        latex = allergy("snomed:1003755004", id="two", recordedDate="2026-10-01")
        assert facts(one)["allergy"].origin == "AllergyIntolerance/one"
        assert len(facts(one, latex)["allergy"].value) == 2
        assert facts(one, latex)["allergy"].origin is None

    def test_what_stands_beside_a_doubt_keeps_its_day(self) -> None:
        member = {"code": concept("answer:latex"), "valueBoolean": True}
        no = {"code": concept("answer:lidocaine"), "valueBoolean": False}
        said = observation("fact:allergy", "2026-11-20", component=[member, no])
        doubt = allergy(LIDOCAINE, ver="unconfirmed", modifierExtension=[{"url": "x"}])
        kept = facts(said, doubt)["allergy"]
        assert (dict(kept.value), kept.at) == ({"latex": True}, date(2026, 11, 20))


class TestWhichComplaintAReassuranceIsOf:
    def test_of_the_only_one_it_needs_no_place(self) -> None:
        assert facts(told("hot-swollen-joint", False))["hot-swollen-joint"].value is False

    def test_of_several_it_needs_its_place(self) -> None:
        hip = condition("snomed:239872002", site=(RIGHT,), id="hip")
        placed = told("hot-swollen-joint", False, bodySite=concept("snomed:29836001"))
        for said, known in ((told("hot-swollen-joint", False), False), (placed, True)):
            found = record(RIGHT_KNEE, hip, said).case("hip").facts
            assert ("hot-swollen-joint" in found) is known


class TestParts:
    def nested(self, deep: int) -> dict[str, Any]:
        section: dict[str, Any] = {"title": "Allergies", "text": {"div": "<div>Truc</div>"}}
        for _ in range(deep - 1):
            section = {"title": "Partie", "section": [section]}
        return resource(
            "Composition", status="final", subject=PAUL, date="2026-11-20", section=[section]
        )

    def test_sections_are_followed_five_deep(self) -> None:
        for deep in range(1, 6):
            assert [one.says for one in record(RIGHT_KNEE, self.nested(deep)).unread] == ["Truc"]
        assert record(RIGHT_KNEE, self.nested(6)).unread == ()

    def test_what_is_asked_as_a_whole_is_listed_by_its_words(self) -> None:
        lines = record(RIGHT_KNEE, self.nested(1)).unmapped
        assert [one.get("display") for one in lines] == ["Truc"]

    def test_no_medicines_at_all_are_listed_and_answer_nothing(self) -> None:
        empty = {"coding": [{"code": "nilknown"}]}
        code = concept("loinc:10160-0")
        none = resource("List", status="current", mode="snapshot", subject=PAUL, code=code,
                        emptyReason=empty)  # fmt: skip
        found = record(RIGHT_KNEE, none)
        assert [one["why"] for one in found.unmapped] == [NONE_OF_THESE.en]
        assert found.unread == ()


class TestItems:
    def test_a_result_is_asked_as_a_result(self) -> None:
        said = observation("x:1", "2026-11-20") | {"code": {"text": "Épilepsie"}}
        (one,) = record(RIGHT_KNEE, said).unread
        assert (one.kind, one.facts) == ("result", ("epilepsy",))

    @pytest.mark.parametrize(
        "words", ["ELIQUIS 5 mg", "Eliquis 5 mg matin et soir", "traitement par apixaban"]
    )
    def test_a_medicine_of_one_fact_is_asked_of_that_fact(self, words: str) -> None:
        said = resource("MedicationStatement", status="active", subject=PAUL,
                        medicationCodeableConcept={"text": words})  # fmt: skip
        (one,) = record(RIGHT_KNEE, said).unread
        assert one.facts == ("anticoagulant",)

    def test_a_code_without_a_system_is_a_suggestion(self) -> None:
        code = {"coding": [{"code": LIDOCAINE.partition(":")[2]}]}
        (one,) = record(RIGHT_KNEE, allergy(LIDOCAINE) | {"code": code}).unread
        assert one.likely == ("allergy=lidocaine",)

    def test_a_pain_without_a_name_is_passed_over_by_its_label(self) -> None:
        said = condition(KNEE, ver="provisional")
        said.pop("id")
        (passed,) = record(said).passed_over
        assert passed[0] == "Condition/(no id)"

    @pytest.mark.parametrize(
        "coding,name",
        [
            ({"system": "http://snomed.info/sct", "code": "1"}, "allergy|snomed|1"),
            ({"system": "urn:x", "code": "1"}, "allergy|urn:x|1"),
            ({"display": "Truc muche"}, "allergy|TRUC MUCHE"),
        ],
    )
    def test_an_item_is_named_by_its_code_or_else_its_words(
        self, coding: dict[str, str], name: str
    ) -> None:
        said = allergy(LIDOCAINE) | {"code": {"coding": [coding]}}
        assert name in {one.item for one in record(RIGHT_KNEE, said).unread}

    def test_a_unit_in_words_alone_is_a_unit(self) -> None:
        grams = {"value": 70_000, "unit": "g"}
        said = observation("loinc:29463-7", "2026-11-20", valueQuantity=grams)
        assert facts(said)["weight"].value == 70


class TestKeys:
    def test_an_escaped_colon_is_no_key_twice(self) -> None:
        text = json.dumps({"a": {"x": 1, "y": "1\\u003a"}}).replace("\\\\", "\\").encode()
        assert decoded(text) == {"a": {"x": 1, "y": "1:"}}

    @pytest.mark.parametrize("text", [b'{"b": 1, "a": 1, "a": 2}', b'{"a": {"a": 1}, "a": 2}'])
    def test_the_key_that_stands_twice_is_named(self, text: bytes) -> None:
        with pytest.raises(KeyTwiceError) as error:
            decoded(text)
        assert error.value.key == "a"

    def test_a_bundle_of_an_escaped_colon_is_read(self) -> None:
        plain = bundle(patient(), note=[{"text": "a:b"}])
        assert READER.read(plain.replace(b"a:b", b"a\\u003ab"), AS_OF) == READER.read(plain, AS_OF)
