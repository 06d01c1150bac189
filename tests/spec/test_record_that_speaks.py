"""A record that speaks and is not understood: the fact is doubted, never absent.

What it says is named, asked once, and never assumed away; what is understood and of no concern
asks nothing. The headings are those of ``docs/fhir-reader.md``.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any, ClassVar

import pytest

from dolenti.fhir import PatientRecord
from dolenti.fhir.statements import MOST_UNREAD
from dolenti.guideline.errors import InputError
from dolenti.guideline.judge import Assessment, Judge
from dolenti.guideline.report import as_json
from tests.fhir_bundles import (
    APIXABAN,
    AS_OF,
    EDITION,
    HIP,
    KNEE,
    READER,
    WARFARIN,
    allergy,
    bundle,
    concept,
    condition,
    medicine,
    observation,
    patient,
    procedure,
    record,
    resource,
)

JUDGE = Judge(EDITION)
NO_KNOWN_ALLERGY = "snomed:716186003"
LIDOCAINE = "snomed:387480006"
UCD = "http://data.esante.gouv.fr/ansm/medicament/UCD:9261110"


def assessed(*said: dict[str, Any]) -> Assessment:
    """The judgement on a knee where nothing else is to report."""
    return JUDGE.assess(record(condition(KNEE), *said).case(), nothing_else=True)


def asked(*said: dict[str, Any]) -> list[str]:
    """The items that are asked, as the record says them."""
    return [one.says for one in assessed(*said).items]


def is_doubted(fact: str, *said: dict[str, Any]) -> bool:
    """Whether a fact is neither known nor assumed."""
    found = assessed(*said)
    return fact in found.case.in_doubt and fact not in found.assumed


def taken(text: str, **elements: Any) -> dict[str, Any]:
    named = medicine("atc:X", **elements)
    return named | {"medicationCodeableConcept": {"text": text}}


def allergic_to(text: str, **elements: Any) -> dict[str, Any]:
    return allergy("snomed:1", **elements) | {"code": {"text": text}}


def suffers(text: str, **elements: Any) -> dict[str, Any]:
    return condition("snomed:1", **elements) | {"code": {"text": text}}


class TestWhatWasNotUnderstood:
    def test_a_medicine_named_in_a_code_that_is_not_known_is_asked_once(self) -> None:
        said = medicine("atc:X") | {
            "medicationCodeableConcept": concept(UCD, text="PREVISCAN 20 mg cpr")
        }
        assert asked(said) == ["PREVISCAN 20 mg cpr"]
        assert is_doubted("anticoagulant", said)
        (item,) = assessed(said).items
        assert item.likely[0] == "anticoagulant=vka"

    def test_a_medicine_may_be_of_every_fact_that_has_a_code_of_medicines(self) -> None:
        named = {one.id for one in EDITION.named_by}  # it has words of its own for these
        (item,) = assessed(taken("poudre de perlimpinpin")).items
        for fact in EDITION.facts:
            codes = [*fact.codes, *(code for option in fact.options for code in option.codes)]
            by_medicine = {"atc", "rxnorm"} & {code.system for code in codes}
            if by_medicine and fact.reassuring is not None and fact.id not in named:
                assert (fact.id in item.facts) is (fact.id != "allergy"), fact.id

    def test_a_disease_as_text_may_be_any_and_is_asked_once(self) -> None:
        cold = suffers("Cryoglobulinémie mixte")
        found = assessed(cold)
        assert [one.says for one in found.items] == ["Cryoglobulinémie mixte"]
        assert {"cryoglobulinaemia", "sickle-cell"} <= found.case.in_doubt
        assert found.items[0].likely == ("cryoglobulinaemia",)
        questions = as_json(found)["questions"]
        assert [q["fact"] for q in questions if q["type"] == "item"] == ["cryoglobulinaemia"]
        assert "sickle-cell" not in [q["fact"] for q in questions]

    def test_an_allergy_as_text_is_asked(self) -> None:
        assert asked(allergic_to("Xylocaïne (malaise)")) == ["Xylocaïne (malaise)"]
        assert is_doubted("allergy", allergic_to("Xylocaïne (malaise)"))

    @pytest.mark.parametrize(
        "code",
        [
            {"coding": [{"code": "B01AF02"}]},
            {"coding": [{"system": "https://ehr.example/local", "code": "B01AF02"}]},
            {"coding": [{"system": "urn:oid:9.9", "code": "77"}], "text": "Eliquis"},
            {"text": "un comprimé blanc le soir"},
        ],
    )
    def test_a_code_without_a_known_system_is_asked(self, code: dict[str, Any]) -> None:
        said = medicine("atc:X") | {"medicationCodeableConcept": code}
        assert is_doubted("anticoagulant", said)
        assert len(asked(said)) == 1

    def test_a_code_that_is_known_counts_in_any_position(self) -> None:
        second = medicine("atc:X") | {
            "medicationCodeableConcept": concept("https://ehr.example:77", APIXABAN)
        }
        assert record(second).facts["anticoagulant"].value == "doac"

    def test_an_entry_that_does_not_say_what_it_is_is_asked(self) -> None:
        assert len(asked(allergy("snomed:1") | {"code": None})) == 1
        by_reference = {"medicationCodeableConcept": None}
        gone = {"medicationReference": {"reference": "Medication/gone", "display": "Prévis"}}
        assert asked(medicine("atc:X") | by_reference | gone) == ["Prévis"]

    def test_the_same_words_are_one_item_however_often_they_stand(self) -> None:
        assert asked(*(taken("poudre de perlimpinpin") for _ in range(3))) == [
            "poudre de perlimpinpin"
        ]

    def test_what_ended_or_was_refuted_is_not_asked(self) -> None:
        assert asked(suffers("Maladie de Truc", clinical="resolved")) == []
        assert asked(allergic_to("Truc", ver="refuted")) == []
        assert asked(allergic_to("Truc", ver="entered-in-error")) == []
        assert asked(taken("Truc", status="stopped", since="2020-01-01")) == []

    def test_very_many_are_asked_together_beyond_a_ceiling(self) -> None:
        found = record(condition(KNEE), *(allergic_to(f"produit {n}") for n in range(80)))
        assert len(found.unread) == 51


class TestWhatIsOfNoConcern:
    @pytest.mark.parametrize(
        "said",
        [
            taken("DOLIPRANE 1000 mg"),
            taken("Paracétamol"),
            medicine("atc:N02BE01"),
            suffers("Hypertension artérielle"),
            condition("snomed:162864005"),
            condition("icd10:I10"),
            allergy("snomed:418689008"),
            allergic_to("Amoxicilline"),
        ],
        ids=lambda said: str(said.get("code") or said.get("medicationCodeableConcept")),
    )
    def test_what_is_known_and_of_no_concern_asks_nothing(self, said: dict[str, Any]) -> None:
        assert asked(said) == []
        assert set(assessed(said).questions) == set(assessed().questions)

    def test_what_is_not_precise_concerns_its_own_facts_alone(self) -> None:
        (item,) = record(condition("snomed:271737000")).unread
        assert item.facts == ("severe-anaemia",)


class TestNoneKnown:
    def closed(self, *said: dict[str, Any]) -> bool:
        found = record(condition(KNEE), *said).case()
        known = found.facts.get("allergy")
        return known is not None and known.value.get("latex") is False  # type: ignore[union-attr]

    def test_none_known_answers_for_all(self) -> None:
        assert self.closed(allergy(NO_KNOWN_ALLERGY))
        assert self.closed(allergy(NO_KNOWN_ALLERGY, ver="confirmed"))

    @pytest.mark.parametrize("ver", ["unconfirmed", "refuted", "entered-in-error", "whatever"])
    def test_it_closes_nothing_where_it_is_not_sure(self, ver: str) -> None:
        assert not self.closed(allergy(NO_KNOWN_ALLERGY, ver=ver))
        assert is_doubted("allergy", allergy(NO_KNOWN_ALLERGY, ver=ver))

    def test_an_error_counts_in_any_coding_and_as_plain_text(self) -> None:
        second = {"coding": [{"system": "https://ehr.example", "code": "9"},
                             {"code": "entered-in-error"}]}  # fmt: skip
        for status in (
            {"verificationStatus": second},
            {"verificationStatus": "entered-in-error"},
            {"status": "entered-in-error"},
            {"status": "unconfirmed"},
            {"clinicalStatus": "inactive"},
        ):
            assert not self.closed(allergy(NO_KNOWN_ALLERGY) | status), status

    def test_it_closes_nothing_beside_an_allergy_that_was_not_understood(self) -> None:
        said = (allergy(NO_KNOWN_ALLERGY), allergic_to("Xylocaïne (malaise, œdème)"))
        assert not self.closed(*said)
        assert not self.closed(*reversed(said))

    @pytest.mark.parametrize("reason", ["unavailable", "notasked", "withheld", "notstarted"])
    def test_a_part_that_was_not_filled_in_is_in_doubt(self, reason: str) -> None:
        part = section("48765-2", emptyReason={"coding": [{"code": reason}]})
        assert is_doubted("allergy", document(part))
        assert not self.closed(document(part), allergy(NO_KNOWN_ALLERGY))

    def test_a_part_in_words_alone_is_in_doubt(self) -> None:
        words = {"div": "<div>Allergique au <b>latex</b></div>"}
        assert asked(document(section("48765-2", text=words))) == ["Allergique au latex"]

    @pytest.mark.parametrize(
        "kind,status,closes",
        [
            ("List", "current", True),
            ("List", "entered-in-error", False),
            ("List", "retired", False),
            ("Composition", "final", True),
            ("Composition", "preliminary", False),
            ("Composition", "entered-in-error", False),
        ],
    )
    def test_an_empty_list_closes_only_while_it_stands(
        self, kind: str, status: str, closes: bool
    ) -> None:
        nil = {"emptyReason": {"coding": [{"code": "nilknown"}]}}
        if kind == "List":
            said = resource("List", status=status, code=concept("loinc:48765-2"), **nil)
        else:
            said = document(section("48765-2", **nil), status=status)
        assert self.closed(said) is closes

    def test_a_list_that_names_what_is_nowhere_else_is_in_doubt(self) -> None:
        named = {"entry": [{"item": {"display": "Xylocaïne"}}]}
        said = resource("List", status="current", code=concept("loinc:48765-2"), **named)
        assert asked(said) == ["Xylocaïne"]

    def test_what_it_names_is_understood_as_a_thing_of_its_kind(self) -> None:
        brands = [{"item": {"display": name}} for name in ("ELIQUIS 5 mg", "DOLIPRANE 1000 mg")]
        said = resource("List", status="current", code=concept("loinc:10160-0"), entry=brands)
        (item,) = record(condition(KNEE), said).unread  # the other is known, and of no concern
        assert (item.kind, item.likely) == ("medicine", ("anticoagulant=doac",))


class TestWhatIsNotTrusted:
    @pytest.mark.parametrize(
        "element",
        [
            {"modifierExtension": [{"url": "https://ehr.example/negated", "valueBoolean": True}]},
            {"implicitRules": "https://ehr.example/rules"},
        ],
    )
    @pytest.mark.parametrize(
        "fact,said",
        [
            ("allergy", allergy(NO_KNOWN_ALLERGY)),
            ("allergy", allergy(LIDOCAINE)),
            ("anticoagulant", medicine(APIXABAN)),
            ("sickle-cell", condition("icd10:D57")),
            ("pregnancy", observation("loinc:82810-3", "2026-11-20", valueBoolean=False)),
        ],
        ids=lambda one: one if isinstance(one, str) else one["resourceType"],
    )
    def test_a_modifier_leaves_the_fact_in_doubt(
        self, fact: str, said: dict[str, Any], element: dict[str, Any]
    ) -> None:
        found = record(condition(KNEE), said | element)
        assert fact not in found.facts
        assert fact in found.case().in_doubt

    @pytest.mark.parametrize("status", ["preliminary", "registered", "unknown", None, "odd"])
    def test_a_result_that_is_not_final_is_in_doubt(self, status: str | None) -> None:
        positive = observation("loinc:82810-3", "2026-11-21", status, valueBoolean=True)
        negative = observation("loinc:82810-3", "2026-11-10", valueBoolean=False)
        woman = record(positive, negative)
        assert "pregnancy" not in woman.facts

    @pytest.mark.parametrize(
        "status,why", [(None, "its status is not said"), ("odd", "its status is not known")]
    )
    def test_a_status_that_is_not_said_is_told_from_one_that_is_not_known(
        self, status: str | None, why: str
    ) -> None:
        woman = record(observation("loinc:82810-3", "2026-11-21", status, valueBoolean=True))
        assert [one["why"] for one in woman.unmapped] == [why]

    def test_a_later_answer_settles_what_was_doubtful_before(self) -> None:
        early = observation("loinc:82810-3", "2026-11-01", "preliminary", valueBoolean=True)
        later = observation("loinc:82810-3", "2026-11-20", valueBoolean=False)
        assert record(early, later).facts["pregnancy"].value is False

    @pytest.mark.parametrize("day", ["2026-08-01", "2026-12-24"])
    @pytest.mark.parametrize("positive", [True, False])
    def test_a_test_of_another_day_neither_reassures_nor_is_forgotten(
        self, day: str, positive: bool
    ) -> None:
        said = observation("loinc:82810-3", day, valueBoolean=positive)
        woman = record(said).cases
        case = READER.read(
            bundle(patient(gender="female", birthDate="1996-05-14"), condition(KNEE), said), AS_OF
        ).case()
        assert woman is not None
        assessment = JUDGE.assess(case, nothing_else=True)
        assert "pregnancy" in assessment.questions

    @pytest.mark.parametrize(
        "elements",
        [
            {"resourceType": "MedicationDispense", "status": "completed",
             "whenHandedOver": "2026-10-20"},
            {"resourceType": "MedicationAdministration", "status": "completed",
             "effectiveDateTime": "2026-11-01"},
            {"resourceType": "MedicationRequest", "status": "active", "intent": "plan",
             "authoredOn": "2026-11-20"},
            {"resourceType": "MedicationRequest", "status": "draft", "authoredOn": "2026-11-20"},
            {"resourceType": "MedicationRequest", "status": "completed",
             "authoredOn": "2026-11-01"},
            {"resourceType": "MedicationStatement", "status": "intended"},
            {"resourceType": "MedicationStatement", "status": "unknown"},
            {"resourceType": "MedicationStatement", "status": "on-hold"},
            {"resourceType": "MedicationStatement", "status": "active",
             "effectivePeriod": {"start": "2027-01-01"}},
        ],
        ids=lambda one: f"{one['resourceType']}, {one['status']}",
    )  # fmt: skip
    def test_what_may_be_taken_is_in_doubt(self, elements: dict[str, Any]) -> None:
        said = {
            "id": "m",
            "medicationCodeableConcept": concept(WARFARIN),
            "subject": {"reference": "Patient/paul"},
        }
        assert is_doubted("anticoagulant", said | elements)

    def test_what_was_dispensed_years_ago_is_not(self) -> None:
        old = {
            "resourceType": "MedicationDispense",
            "id": "m",
            "status": "completed",
            "whenHandedOver": "2020-10-20",
            "medicationCodeableConcept": concept(WARFARIN),
        }
        assert not is_doubted("anticoagulant", old)


class TestAboutWhom:
    @pytest.mark.parametrize(
        "reference",
        [
            {"reference": "https://hapi.example/fhir/Patient/paul"},
            {"display": "Paul"},
            {"identifier": {"value": "1"}},
            {"reference": "#paul"},
            "Patient/paul",
        ],
    )
    def test_what_may_be_about_the_patient_is_in_doubt(self, reference: Any) -> None:
        said = medicine(APIXABAN) | {"subject": reference}
        assert "anticoagulant" not in record(said).facts
        assert is_doubted("anticoagulant", said)

    @pytest.mark.parametrize("reference", ["Patient/zoe", "Group/paul", "Device/paul"])
    def test_what_is_about_somebody_else_is_not(self, reference: str) -> None:
        said = medicine(APIXABAN) | {"subject": {"reference": reference}}
        assert not is_doubted("anticoagulant", said)

    @pytest.mark.parametrize(
        "identifier,meant",
        [
            ({"system": "urn:ehr", "value": "1"}, True),
            ({"system": "urn:ehr", "value": "2"}, False),
            ({"system": "urn:other", "value": "1"}, None),
            ({"value": "2"}, None),
        ],
    )
    def test_an_identifier_tells_whom_it_is_about(
        self, identifier: dict[str, str], meant: bool | None
    ) -> None:
        paul = patient(identifier=[{"system": "urn:ehr", "value": "1"}])
        said = medicine(APIXABAN) | {"subject": {"identifier": identifier}}
        found = READER.read(bundle(paul, condition(KNEE), said), AS_OF)
        assert ("anticoagulant" in found.facts) is (meant is True)
        assert ("anticoagulant" in found.doubted) is (meant is None)

    @pytest.mark.parametrize(
        "reference,meant",
        [
            ("urn:uuid:1", True),
            ("Patient/paul", True),
            ("urn:uuid:2", False),
            ("Patient/zoe", False),
            ("https://ehr.example/Patient/paul", None),
        ],
    )
    def test_beside_an_address_of_the_same_sort_another_is_somebody_else(
        self, reference: str, meant: bool | None
    ) -> None:
        said = medicine(APIXABAN) | {"subject": {"reference": reference}}
        whole = json.loads(bundle(condition(KNEE), said))
        whole["entry"].append({"fullUrl": "urn:uuid:1", "resource": patient()})
        found = READER.read(json.dumps(whole).encode(), AS_OF)
        assert ("anticoagulant" in found.facts) is (meant is True)
        assert ("anticoagulant" in found.doubted) is (meant is None)

    def test_a_record_that_was_merged_away_is_refused_with_the_way_out(self) -> None:
        link = [{"other": {"reference": "Patient/p2"}, "type": "replaced-by"}]
        with pytest.raises(InputError, match="export that one") as error:
            READER.read(bundle(patient(active=False, link=link)), AS_OF)
        assert "Patient/p2" in error.value.fr

    def test_a_record_out_of_use_is_refused(self) -> None:
        with pytest.raises(InputError, match="no longer in use"):
            READER.read(bundle(patient(active=False)), AS_OF)


class TestTheWholeRecord:
    def as_page(self, **elements: Any) -> PatientRecord:
        whole = json.loads(bundle(patient(), condition(KNEE)))
        return READER.read(json.dumps(whole | elements).encode(), AS_OF)

    def test_a_first_page_is_refused_with_the_way_out(self) -> None:
        following = {"link": [{"relation": "next", "url": "https://h/2"}]}
        with pytest.raises(InputError, match="fetch every page"):
            self.as_page(type="searchset", total=61, **following)
        with pytest.raises(
            InputError, match="one page of several, with 2 of 61 entries"
        ) as refused:
            self.as_page(type="searchset", total=61)
        assert "2 éléments sur 61" in refused.value.fr

    def test_the_only_page_is_read(self) -> None:
        own = {"link": [{"relation": "self", "url": "https://h/1"}]}
        assert self.as_page(type="searchset", total=2, **own).complaints

    @pytest.mark.parametrize(
        "twice",
        [
            b'"birthDate":"1961-05-14","birthDate":"2016-05-14"',
            b'"birthDate" : "1961-05-14", "birthDate":"2016-05-14"',
            b'"birthDate":"1961-05-14","birth\\u0044ate":"2016-05-14"',
            b'"name":[{"text":"a:\\u003a","text":"b"}]',
        ],
    )
    @pytest.mark.parametrize("large", [False, True])
    def test_a_key_written_twice_is_refused(self, twice: bytes, large: bool) -> None:
        more = b',{"resource":{"resourceType":"Claim","id":"%s"}}' % (b"x" * (large * 2_000_000))
        data = (
            b'{"resourceType":"Bundle","type":"collection","entry":[{"resource":'
            b'{"resourceType":"Patient","id":"p",' + twice + b"}}" + more + b"]}"
        )
        with pytest.raises(InputError, match="twice in one object"):
            READER.read(data, AS_OF)

    def test_texts_full_of_colons_are_no_key(self) -> None:
        noted = patient(name=[{"text": 'a : "b":c \\": d::', "family": "\u003a"}])
        assert READER.read(bundle(noted, condition(KNEE)), AS_OF).complaints


class TestWhatTheSiteAnswered:
    def read(self, site: dict[str, tuple[str, ...]], *said: dict[str, Any]) -> PatientRecord:
        return READER.read(bundle(patient(), condition(KNEE), *said), AS_OF, site=site)

    def test_an_answer_is_used_the_next_time(self) -> None:
        unknown = taken("PREVI du soir")
        (item,) = record(unknown).unread
        known = self.read({item.item: ("anticoagulant=vka",)}, unknown)
        assert known.facts["anticoagulant"].value == "vka"
        assert known.unread == ()

    def test_of_no_concern_asks_nothing_and_lets_none_known_count(self) -> None:
        unknown = allergic_to("poudre de perlimpinpin")
        (item,) = record(unknown).unread
        known = self.read({item.item: ()}, unknown, allergy(NO_KNOWN_ALLERGY))
        assert known.unread == ()
        assert known.facts["allergy"].value["latex"] is False  # type: ignore[index]

    def test_a_text_beside_a_general_code_is_not_the_code_alone(self) -> None:
        def drug_allergy(text: str) -> dict[str, Any]:
            return allergy("snomed:1") | {"code": concept("snomed:416098002", text=text)}

        (one,), (other,) = record(drug_allergy("A")).unread, record(drug_allergy("B")).unread
        assert one.item != other.item


def section(code: str, **elements: Any) -> dict[str, Any]:
    return {"code": concept(f"loinc:{code}"), **elements}


def document(*sections: dict[str, Any], status: str = "final") -> dict[str, Any]:
    return resource(
        "Composition",
        status=status,
        subject={"reference": "Patient/paul"},
        date="2026-11-01",
        section=list(sections),
    )


class TestStrangeTimes:
    """A measurement at a strange time is read, or leaves its fact unknown: it is never dropped for
    an older one."""

    OTHER = "2026-11-21T10:00:00Z"

    def inr(self, at: str, value: float, **elements: Any) -> dict[str, Any]:
        return observation("loinc:6301-6", at, value=value, unit="{INR}", **elements)

    @pytest.mark.parametrize("value,other", [(2.1, 3.4), (3.4, 2.1)])
    @pytest.mark.parametrize(
        "at", ["2026-11-21T23:59:60Z", "2026-11-21T24:00:00Z", "2026-11-21T23:59:60.5-01:00"]
    )
    def test_a_leap_second_and_the_end_of_a_day_are_the_later(
        self, at: str, value: float, other: float
    ) -> None:
        found = record(self.inr(at, value), self.inr(self.OTHER, other))
        assert found.facts["inr"].value == value
        assert found.facts["inr"].at == date(2026, 11, 21)

    @pytest.mark.parametrize("at", ["effectiveInstant", "issued"])
    def test_whatever_element_says_it(self, at: str) -> None:
        said = self.inr("2026-11-21T24:00:00Z", 3.4) | {"effectiveDateTime": None}
        said[at] = "2026-11-21T24:00:00Z"
        assert record(said, self.inr(self.OTHER, 2.1)).facts["inr"].value == 3.4

    @pytest.mark.parametrize("value,other", [(2.1, 3.4), (3.4, 2.1)])
    @pytest.mark.parametrize("at", ["2026-11-21T25:61:00Z", "2026-11-21T8", "2026-11-21 08:00"])
    def test_of_a_time_that_is_none_the_day_is_left(
        self, at: str, value: float, other: float
    ) -> None:
        assert record(self.inr(at, value)).facts["inr"].value == value
        beside = record(self.inr(at, value), self.inr(self.OTHER, other))
        assert "inr" not in beside.facts
        assert {one.why for one in beside.ignored} == {"contradicted"}

    @pytest.mark.parametrize(
        "later",
        [
            {"effectiveDateTime": "hier"},
            {"status": "preliminary"},
            {"valueQuantity": {"value": 3, "comparator": ">", "code": "{INR}"}},
            {"valueQuantity": {"value": 34, "code": "mg"}},
            {"modifierExtension": [{"url": "https://e.example"}]},
        ],
        ids=str,
    )
    def test_a_later_one_that_cannot_be_used_leaves_it_unknown(self, later: dict[str, Any]) -> None:
        before = self.inr("2026-11-21", 2.1)
        found = record(before, self.inr("2026-11-22", 3.4) | later)
        assert "inr" not in found.facts
        assert "superseded" in {one.why for one in found.ignored}

    def test_an_older_one_that_cannot_be_used_changes_nothing(self) -> None:
        older = self.inr("2026-11-10", 3.4) | {"status": "preliminary"}
        assert record(older, self.inr("2026-11-21", 2.1)).facts["inr"].value == 2.1

    def test_one_that_nobody_measured_speaks_against_none(self) -> None:
        absent = self.inr("2026-11-22", 1) | {"valueQuantity": None}
        absent["dataAbsentReason"] = {"coding": [{"code": "unknown"}]}
        assert record(self.inr("2026-11-21", 2.1), absent).facts["inr"].value == 2.1


def test_a_record_of_which_too_much_is_not_understood_is_refused_with_the_way_out() -> None:
    said = [allergic_to(f"Zqx{number}") for number in range(MOST_UNREAD + 1)]
    record(condition(KNEE), *said[:-1])
    with pytest.raises(InputError) as refused:
        record(condition(KNEE), *said)
    assert "n’exportez que" in refused.value.in_language("fr")


def test_an_act_in_words_alone_is_asked_and_one_not_done_is_not() -> None:
    done = procedure("snomed:1") | {"code": {"text": "Prothèse totale du genou droit"}}
    assert asked(done) == ["Prothèse totale du genou droit"]
    assert asked(done | {"status": "not-done"}) == []
    assert asked(procedure("snomed:1")) == []  # a code of something else


def test_a_whole_bundle_by_other_rules_is_refused_with_the_way_out() -> None:
    with pytest.raises(InputError) as refused:
        READER.read(bundle(patient(), condition(KNEE), implicitRules="https://e.example"), AS_OF)
    assert "exportez-le sans elles" in refused.value.in_language("fr")


class TestNoneKnownThatContradictsItself:
    """“None known” reassures only where the entry says nothing else, and says of whom."""

    CODE: ClassVar = {"system": "http://snomed.info/sct", "code": "716186003"}

    def entry(self, **elements: Any) -> dict[str, Any]:
        return allergy(NO_KNOWN_ALLERGY) | elements

    def closes(self, said: dict[str, Any]) -> bool:
        return not is_doubted("allergy", said)

    @pytest.mark.parametrize(
        "text",
        ["Aucune allergie connue", "NKDA", "No known allergies", "Pas d’allergie", "Néant"],
    )
    def test_words_that_deny_too_change_nothing(self, text: str) -> None:
        assert self.closes(self.entry(code={"coding": [self.CODE], "text": text}))

    @pytest.mark.parametrize(
        "text", ["Allergie à la lidocaïne", "Pénicilline", "Aucune allergie sauf Xylocaïne"]
    )
    def test_words_that_name_something_are_asked(self, text: str) -> None:
        said = self.entry(code={"coding": [self.CODE], "text": text})
        assert not self.closes(said)
        assert asked(said) == [text]

    def test_a_reaction_to_a_substance_contradicts_it(self) -> None:
        said = self.entry(reaction=[{"substance": {"text": "Lidocaïne"}}])
        assert not self.closes(said)
        assert asked(said) == ["Lidocaïne"]

    def test_another_code_of_a_known_system_contradicts_it(self) -> None:
        other = {"system": "http://snomed.info/sct", "code": LIDOCAINE.partition(":")[2]}
        said = self.entry(code={"coding": [self.CODE, other]})
        known = record(condition(KNEE), said).case().facts["allergy"].value
        assert known.get("lidocaine") is True  # type: ignore[union-attr]
        assert known.get("latex") is None  # type: ignore[union-attr]

    def test_a_local_code_for_the_same_does_not(self) -> None:
        local = {"system": "https://ehr.example/allergies", "code": "NKA"}
        assert self.closes(self.entry(code={"coding": [self.CODE, local]}))

    def test_of_nobody_it_is_not_said_of_this_patient(self) -> None:
        said = {key: value for key, value in self.entry().items() if key != "patient"}
        assert not self.closes(said)


class TestComplaintsThatAreNone:
    """A painful condition that is not there today is no complaint: the way out says which it is."""

    @pytest.mark.parametrize(
        "said,why_fr,why_en",
        [
            ({"ver": "provisional"}, "suspecté, non confirmé", "suspected and not confirmed"),
            ({"ver": "differential"}, "suspecté, non confirmé", "suspected and not confirmed"),
            ({"ver": "unconfirmed"}, "suspecté, non confirmé", "suspected and not confirmed"),
            ({"ver": "refuted"}, "réfuté", "refuted"),
            ({"ver": "entered-in-error"}, "saisi par erreur", "entered in error"),
            ({"clinical": "resolved"}, "c’est terminé", "it ended"),
            ({"since": "2027-01-01"}, "postérieure à l’évaluation", "after the day"),
            ({"modifierExtension": [{"url": "https://e.example"}]}, "précision", "modifier"),
        ],
        ids=str,
    )
    def test_what_it_is_and_what_to_do_is_said(
        self, said: dict[str, Any], why_fr: str, why_en: str
    ) -> None:
        with pytest.raises(InputError) as refused:
            record(condition(KNEE, id="k1", **said)).case()
        french, english = (refused.value.in_language(one) for one in ("fr", "en"))
        assert "k1" in french
        assert why_fr in french
        assert "exportez-le à nouveau" in french
        assert "k1" in english
        assert why_en in english
        assert "export it again" in english

    def test_naming_one_beside_another_says_why_it_is_none(self) -> None:
        found = record(condition(KNEE, "resolved", id="old"), condition(HIP, id="now"))
        with pytest.raises(InputError, match="no complaint of today") as refused:
            found.case("old")
        assert "now" in refused.value.in_language("fr")

    def test_a_record_without_any_says_so(self) -> None:
        with pytest.raises(InputError, match="no condition that this program knows"):
            record().case()


IPS = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
IPS_CODES = [
    "no-known-allergies", "no-known-medication-allergies", "no-known-environmental-allergies",
    "no-known-food-allergies", "no-allergy-info", "no-known-medications", "no-medication-info",
    "no-known-problems", "no-problem-info", "no-known-procedures", "no-procedure-info",
    "no-known-devices", "no-device-info", "no-known-immunizations", "no-immunization-info",
]  # fmt: skip
IPS_SNOMED = [
    "716186003", "409137002", "428607008", "429625007", "787481004", "160245001", "787480003",
    "787483001", "787482006",
]  # fmt: skip
ABSENT = [
    *({"system": IPS, "code": code} for code in IPS_CODES),
    *({"system": "urn:oid:2.16.840.1.113883.5.1150.1", "code": code} for code in IPS_CODES),
    *({"system": "http://snomed.info/sct", "code": code} for code in IPS_SNOMED),
]


def coded(make: Any, *codings: dict[str, Any], text: str | None = None) -> dict[str, Any]:
    """A resource of a builder above, with these codings in place of its own."""
    code = {"coding": list(codings)} | ({"text": text} if text else {})
    made: dict[str, Any] = make("snomed:1")
    return made | {"medicationCodeableConcept" if make is medicine else "code": code}


def device(code: str) -> dict[str, Any]:
    return resource(
        "Device", status="active", type=concept(code), patient={"reference": "Patient/paul"}
    )


class TestWhatSummariesSayIsAbsent:
    """The codes of the International Patient Summary for “none known” and “not known”."""

    @pytest.mark.parametrize("make", [allergy, medicine, condition, procedure])
    @pytest.mark.parametrize("coding", ABSENT, ids=lambda one: one["code"])
    def test_none_of_them_is_asked_about(self, make: Any, coding: dict[str, Any]) -> None:
        found = record(condition(KNEE), coded(make, coding))
        assert [one for one in found.unread if not one.understood] == []
        assert found.unmapped or found.used

    @pytest.mark.parametrize("make", [medicine, condition, procedure])
    @pytest.mark.parametrize("coding", ABSENT, ids=lambda one: one["code"])
    def test_none_known_closes_allergies_and_nothing_else(
        self, make: Any, coding: dict[str, Any]
    ) -> None:
        said = coded(make, coding)
        assert record(condition(KNEE), said).facts == record(condition(KNEE)).facts

    @pytest.mark.parametrize(
        "code,closed",
        [
            ("no-known-allergies", {"lidocaine", "latex"}),
            ("no-known-medication-allergies", {"lidocaine"}),
            ("no-known-food-allergies", set()),
            ("no-known-environmental-allergies", set()),
            ("no-allergy-info", set()),
            ("no-known-medications", set()),
        ],
    )
    def test_of_allergies_each_closes_what_it_names(self, code: str, closed: set[str]) -> None:
        found = record(condition(KNEE), coded(allergy, {"system": IPS, "code": code}))
        members: Any = found.facts["allergy"].value if "allergy" in found.facts else {}
        assert {one for one in ("lidocaine", "latex") if members.get(one) is False} == closed

    def test_that_nobody_knows_leaves_allergy_in_doubt(self) -> None:
        unknown = coded(allergy, {"system": IPS, "code": "no-allergy-info"})
        assert is_doubted("allergy", unknown)
        assert is_doubted("allergy", unknown, allergy(NO_KNOWN_ALLERGY))

    @pytest.mark.parametrize(
        "code,why",
        [
            ("no-known-medications", "it says that there is none, which answers none of the"),
            ("no-medication-info", "it says that nothing is known of it"),
        ],
    )
    def test_that_there_is_none_is_told_from_that_nobody_knows(self, code: str, why: str) -> None:
        (line,) = record(coded(medicine, {"system": IPS, "code": code})).unmapped
        assert line["why"].startswith(why)

    def test_what_is_named_beside_it_is_asked(self) -> None:
        none = {"system": IPS, "code": "no-known-medications"}
        assert asked(coded(medicine, none, text="PREVI du soir")) == ["PREVI du soir"]
        assert asked(coded(medicine, none, text="Aucun traitement en cours")) == []
        problems = {"system": IPS, "code": "no-known-problems"}
        assert asked(coded(condition, problems, text="Maladie de Truc")) == ["Maladie de Truc"]


class TestListsThatWereTakenBack:
    """A “none known” counts no more where the list that names it was taken back."""

    CODES: ClassVar = [
        {"coding": [{"system": "http://loinc.org", "code": "52472-8"}]},
        {"coding": [{"system": "http://loinc.org", "code": "48765-2"}]},
        {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/list-example-use-codes",
                     "code": "allergies"}]},
        {"text": "Allergies et intolérances"},
    ]  # fmt: skip

    def listed(self, code: dict[str, Any], status: str = "current", **entry: Any) -> dict[str, Any]:
        item = {"item": {"reference": "AllergyIntolerance/nka"}} | entry
        return resource("List", status=status, mode="working", code=code, entry=[item])

    def closes(self, *said: dict[str, Any]) -> bool:
        sound = allergy(NO_KNOWN_ALLERGY, id="nka", ver="confirmed")
        return not is_doubted("allergy", sound, *said)

    @pytest.mark.parametrize("code", CODES, ids=str)
    def test_a_list_that_stands_changes_nothing(self, code: dict[str, Any]) -> None:
        assert self.closes(self.listed(code))

    @pytest.mark.parametrize("code", CODES, ids=str)
    def test_one_in_error_or_an_entry_deleted_takes_it_back(self, code: dict[str, Any]) -> None:
        assert not self.closes(self.listed(code, "entered-in-error"))
        assert not self.closes(self.listed(code, deleted=True))

    @pytest.mark.parametrize("code", CODES, ids=str)
    def test_one_that_a_transaction_deletes_takes_it_back(self, code: dict[str, Any]) -> None:
        gone = {"resource": self.listed(code), "request": {"method": "DELETE", "url": "List/l"}}
        sound = allergy(NO_KNOWN_ALLERGY, id="nka")
        whole = json.loads(bundle(patient(), condition(KNEE), sound, type="transaction"))
        whole["entry"].append(gone)
        found = READER.read(json.dumps(whole).encode(), AS_OF)
        assert "allergy" not in found.facts
        assert "allergy" in found.case().in_doubt

    def test_one_of_a_document_does_so_too(self) -> None:
        part = section("48765-2", entry=[{"reference": "AllergyIntolerance/nka"}])
        assert self.closes(document(part))
        assert not self.closes(document(part, status="entered-in-error"))

    def test_it_may_contain_what_it_names(self) -> None:
        inside = allergy(NO_KNOWN_ALLERGY, id="a")
        named = {"entry": [{"item": {"reference": "#a"}}], "contained": [inside]}
        said = resource("List", status="current", code=concept("loinc:52472-8"), **named)
        assert not is_doubted("allergy", said | {"subject": {"reference": "Patient/paul"}})
        assert is_doubted("allergy", said | {"status": "entered-in-error"})

    def test_an_allergy_that_it_names_stays(self) -> None:
        latex = allergy("snomed:300916003", id="nka")
        known = record(condition(KNEE), latex, self.listed(self.CODES[0], "entered-in-error"))
        assert known.facts["allergy"].value["latex"] is True  # type: ignore[index]
