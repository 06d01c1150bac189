"""Every kind of resource is read, doubted, named or of no concern; what warns is asked, not stated.

The headings are those of ``docs/fhir-reader.md``.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fhir.resources import R4B
from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.resource import Resource as AnyResource

from dolenti.fhir import PatientRecord
from dolenti.fhir.kinds import WAYS
from dolenti.fhir.reader import KINDS_READ
from dolenti.fhir.who import read_who
from dolenti.guideline.errors import InputError
from dolenti.guideline.judge import Assessment, Judge
from tests.fhir_bundles import (
    APIXABAN,
    AS_OF,
    EDITION,
    INR,
    KNEE,
    KNEE_REGION,
    LEFT,
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
    whys,
)

JUDGE = Judge(EDITION)
PAUL = {"reference": "Patient/paul"}
PACEMAKER = "snomed:14106009"
KNEE_PROSTHESIS = "snomed:109228008"
NO_KNOWN_ALLERGY = "snomed:716186003"
RIGHT_KNEE = condition(KNEE, site=(KNEE_REGION, RIGHT))


def assessed(*said: dict[str, Any]) -> Assessment:
    """The judgement on a right knee where nothing else is to report."""
    return JUDGE.assess(record(RIGHT_KNEE, *said).case(), nothing_else=True)


def asked(*said: dict[str, Any]) -> list[str]:
    """The items that are asked, as the record says them."""
    return [one.says for one in assessed(*said).items]


def in_doubt(*said: dict[str, Any]) -> frozenset[str]:
    """The facts in doubt that no item asks of."""
    found = record(RIGHT_KNEE, *said).case()
    return (
        found.in_doubt.difference(*(one.facts for one in found.unread if not one.understood))
        - record(RIGHT_KNEE).case().in_doubt
    )


def known(fact: str, *said: dict[str, Any]) -> Any:
    found = record(RIGHT_KNEE, *said).case().facts.get(fact)
    return None if found is None else found.value


def device(code: str | None = None, text: str | None = None, **elements: Any) -> dict[str, Any]:
    kind = concept(*([code] if code else []), text=text)
    return resource("Device", **({"status": "active", "type": kind, "patient": PAUL} | elements))


def flag(*codes: str, text: str | None = None, **elements: Any) -> dict[str, Any]:
    said = {"status": "active", "subject": PAUL, "code": concept(*codes, text=text)}
    return resource("Flag", **(said | elements))


class TestEveryKind:
    def test_no_kind_of_fhir_r4_is_undecided(self) -> None:
        kinds = set()
        for module in pkgutil.iter_modules(R4B.__path__):
            for name, found in vars(
                importlib.import_module(f"{R4B.__name__}.{module.name}")
            ).items():
                if isinstance(found, type) and issubclass(found, AnyResource):
                    kinds.add(name)
        kinds -= {"Resource", "DomainResource", "FHIRResourceModel"}
        assert len(kinds) > 140
        assert kinds - WAYS.keys() == set()

    def test_what_is_decided_is_done(self) -> None:
        told = {kind for kind, way in WAYS.items() if way in ("read", "doubted")}
        assert told == KINDS_READ & WAYS.keys()

    def test_each_clinical_kind_stands_in_the_documentation(self) -> None:
        page = Path(__file__).parents[2] / "docs" / "fhir-reader.md"
        text = page.read_text("utf-8")
        clinical = [kind for kind, way in WAYS.items() if way != "no-concern"]
        assert [kind for kind in clinical if kind not in text] == []

    @pytest.mark.parametrize("kind", [k for k, way in WAYS.items() if way == "named"])
    def test_what_is_not_read_is_named(self, kind: str) -> None:
        (line,) = record(resource(kind, subject=PAUL)).unmapped
        assert line["resourceType"] == kind
        assert line["why"] == "not a kind of resource that is read"

    def test_a_kind_of_no_version_of_fhir_is_named(self) -> None:
        (line,) = record(resource("Horoscope")).unmapped
        assert line["resourceType"] == "Horoscope"
        assert line["why"] == "not a kind of resource that is read"

    def test_an_entry_of_each_kind_breaks_nothing_whatever_it_holds(self) -> None:
        odd: tuple[Any, ...] = ("x", 7, [], [[]], {}, [{}], {"coding": "x"}, None, True)
        elements = ("code", "type", "status", "device", "deviceName", "detail", "evidence", "event",
                    "suspectEntity", "prediction", "finding", "summary", "morphology",
                    "conclusion", "conclusionCode", "codeCodeableConcept", "codeReference",
                    "vaccineCode", "occurrenceDateTime", "period", "interpretation", "contained",
                    "entry", "section")  # fmt: skip
        for kind, way in WAYS.items():
            if way in ("read", "doubted") and kind not in ("Patient", "Bundle"):
                record(*(resource(kind, **dict.fromkeys(elements, one)) for one in odd))


SAID = "Raynaud et latex sous AVK"  # words that a thing of any kind may bear
BY_WORDS = {
    "AdverseEvent": {"event": {"text": SAID}},
    "AllergyIntolerance": {"code": {"text": SAID}},
    "Basic": {"code": {"text": SAID}},
    "ClinicalImpression": {"finding": [{"itemCodeableConcept": {"text": SAID}}]},
    "Condition": {"code": {"text": SAID}},
    "DetectedIssue": {"code": {"text": SAID}},
    "DeviceRequest": {"codeCodeableConcept": {"text": SAID}},
    "DeviceUseStatement": {"device": {"display": SAID}},
    "DiagnosticReport": {"conclusionCode": [{"text": SAID}]},
    "Flag": {"code": {"text": SAID}},
    "MedicationAdministration": {"medicationCodeableConcept": {"text": SAID}},
    "MedicationDispense": {"medicationCodeableConcept": {"text": SAID}},
    "MedicationRequest": {"medicationCodeableConcept": {"text": SAID}},
    "MedicationStatement": {"medicationCodeableConcept": {"text": SAID}},
    "Observation": {"code": {"text": SAID}},
    "Procedure": {"code": {"text": SAID}},
    "RiskAssessment": {"code": {"text": SAID}},
}
AS_A = {  # the kind of thing that is asked of
    "AdverseEvent": "warning",
    "AllergyIntolerance": "allergy",
    "Basic": "result",
    "DetectedIssue": "warning",
    "DeviceRequest": "device",
    "DeviceUseStatement": "device",
    "Flag": "warning",
    "MedicationAdministration": "medicine",
    "MedicationDispense": "medicine",
    "MedicationRequest": "medicine",
    "MedicationStatement": "medicine",
    "Observation": "result",
    "RiskAssessment": "warning",
}
DATES = [
    ("AdverseEvent", "date"),
    ("AdverseEvent", "detected"),
    ("AdverseEvent", "recordedDate"),
    ("AllergyIntolerance", "onsetDateTime"),
    ("AllergyIntolerance", "onsetPeriod"),
    ("AllergyIntolerance", "recordedDate"),
    ("Basic", "created"),
    ("ClinicalImpression", "date"),
    ("ClinicalImpression", "effectiveDateTime"),
    ("ClinicalImpression", "effectivePeriod"),
    ("Condition", "onsetDateTime"),
    ("Condition", "onsetPeriod"),
    ("Condition", "recordedDate"),
    ("DetectedIssue", "identifiedDateTime"),
    ("DetectedIssue", "identifiedPeriod"),
    ("DeviceRequest", "authoredOn"),
    ("DeviceRequest", "occurrenceDateTime"),
    ("DeviceRequest", "occurrencePeriod"),
    ("DeviceUseStatement", "recordedOn"),
    ("DeviceUseStatement", "timingDateTime"),
    ("DeviceUseStatement", "timingPeriod"),
    ("DiagnosticReport", "effectiveDateTime"),
    ("DiagnosticReport", "effectivePeriod"),
    ("DiagnosticReport", "issued"),
    ("Flag", "period"),
    ("MedicationAdministration", "effectiveDateTime"),
    ("MedicationAdministration", "effectivePeriod"),
    ("MedicationDispense", "whenHandedOver"),
    ("MedicationDispense", "whenPrepared"),
    ("MedicationRequest", "authoredOn"),
    ("MedicationStatement", "dateAsserted"),
    ("MedicationStatement", "effectiveDateTime"),
    ("MedicationStatement", "effectivePeriod"),
    ("Observation", "effectiveDateTime"),
    ("Observation", "effectiveInstant"),
    ("Observation", "effectivePeriod"),
    ("Observation", "issued"),
    ("Procedure", "performedDateTime"),
    ("Procedure", "performedPeriod"),
    ("RiskAssessment", "occurrenceDateTime"),
    ("RiskAssessment", "occurrencePeriod"),
]
# An end, an answer, the last of several reactions, and what a factory printed are no such day.
OF_SOMETHING_ELSE = {
    ("AllergyIntolerance", "lastOccurrence"),
    ("Condition", "abatementDateTime"),
    ("Condition", "abatementPeriod"),
    ("Device", "expirationDate"),
    ("Device", "manufactureDate"),
    ("Immunization", "expirationDate"),
    ("Observation", "valueDateTime"),
    ("Observation", "valuePeriod"),
    ("Observation", "valueTime"),
}
OF_A_FORM = {("QuestionnaireResponse", "authored")}  # `test_allergy_told_by_the_way.py`
OF_A_VACCINE = {("Immunization", "occurrenceDateTime"), ("Immunization", "recorded")}


class TestTheirDates:
    """What an entry says is of the day that FHIR R4 has it say, whatever the element is called."""

    def test_no_date_of_fhir_r4_is_undecided(self) -> None:
        whole = {"Bundle", "Composition", "List", "Medication", "Parameters", "Patient"}
        dated = {
            (kind, field.alias or name)
            for kind, way in WAYS.items()
            if way in ("read", "doubted") and kind not in whole
            for name, field in get_fhir_model_class(kind).model_fields.items()
            if re.search("date|period|instant", str(field.annotation), re.IGNORECASE)
            and not name.endswith("__ext")
        }
        assert dated == {*DATES, *OF_SOMETHING_ELSE, *OF_A_FORM, *OF_A_VACCINE}

    @pytest.mark.parametrize("kind,element", DATES)
    def test_it_is_the_day_of_what_is_asked(self, kind: str, element: str) -> None:
        day: Any = {"start": "2026-11-02"} if "eriod" in element else "2026-11-02"
        said = {"status": "active", "subject": PAUL, "id": "n", element: day}
        (one,) = record(RIGHT_KNEE, resource(kind, **(said | BY_WORDS[kind]))).unread
        assert (one.says, one.resource, one.at) == (SAID, f"{kind}/n", date(2026, 11, 2))
        assert one.kind == AS_A.get(kind, "disease")

    def test_a_device_of_r5_is_of_the_day_it_was_told(self) -> None:
        said = {"status": "active", "subject": PAUL, "dateAsserted": "2026-11-02"}
        use = resource("DeviceUsage", **said, device={"concept": {"text": SAID}})
        (one,) = record(RIGHT_KNEE, use).unread
        assert (one.says, one.at) == (SAID, date(2026, 11, 2))

    @pytest.mark.parametrize("element", [element for _, element in sorted(OF_A_VACCINE)])
    def test_a_vaccine_of_long_ago_is_no_live_one_of_today(self, element: str) -> None:
        said = {"status": "completed", "vaccineCode": {"text": "ROR"}, "patient": PAUL}
        assert in_doubt(resource("Immunization", **said)) == {"live-vaccine-recent"}
        old = resource("Immunization", **said, **{element: "2020-11-15"})
        assert in_doubt(old) == frozenset()

    def test_a_device_to_come_is_none_of_today(self) -> None:
        use = resource(
            "DeviceUseStatement", status="active", subject=PAUL,
            device={"concept": concept(PACEMAKER)}, timingPeriod={"start": "2027-02-01"},
        )  # fmt: skip
        assert known("cardiac-device", use) is None
        assert "cardiac-device" in in_doubt(use)


class TestDevices:
    def test_a_pacemaker_is_a_fact(self) -> None:
        assert known("cardiac-device", device(PACEMAKER)) is True

    @pytest.mark.parametrize("status", ["active", "unknown", None])
    def test_it_counts_until_somebody_ends_it(self, status: str | None) -> None:
        assert known("cardiac-device", device(PACEMAKER, status=status)) is True

    @pytest.mark.parametrize("status", ["inactive", "entered-in-error"])
    def test_one_that_is_no_longer_there_says_nothing(self, status: str) -> None:
        assert known("cardiac-device", device(PACEMAKER, status=status)) is None
        assert in_doubt(device(PACEMAKER, status=status)) == frozenset()

    def test_a_modifier_leaves_it_in_doubt(self) -> None:
        odd = device(PACEMAKER, modifierExtension=[{"url": "https://e.example"}])
        assert known("cardiac-device", odd) is None
        assert "cardiac-device" in in_doubt(odd)

    def test_a_prosthesis_without_a_place_is_in_doubt(self) -> None:
        assert known("prosthesis-at-site", device(KNEE_PROSTHESIS)) is None
        assert "prosthesis-at-site" in in_doubt(device(KNEE_PROSTHESIS))

    @pytest.mark.parametrize("side,value", [(RIGHT, True), (LEFT, None)])
    def test_its_use_may_say_where_it_is(self, side: str, value: bool | None) -> None:
        said = device(KNEE_PROSTHESIS, id="d", patient=None)
        use = resource(
            "DeviceUseStatement", status="active", subject=PAUL,
            device={"reference": "Device/d"}, bodySite=concept(KNEE_REGION, side),
        )  # fmt: skip
        assert known("prosthesis-at-site", said, use) is value

    def test_a_device_in_words_is_asked_of_what_a_device_may_be(self) -> None:
        (item,) = assessed(device(text="Stimulateur médullaire Boston")).items
        assert item.kind == "device"
        assert {"cardiac-device", "prosthesis-at-site"} <= set(item.facts)
        assert "anticoagulant" not in item.facts

    def test_a_name_counts_where_no_type_is_given(self) -> None:
        named = device(type=None, deviceName=[{"name": "Truc", "type": "user-friendly-name"}])
        assert asked(named) == ["Truc"]

    def test_a_neurostimulator_concerns_its_own_facts_alone(self) -> None:
        (item,) = record(device("snomed:25937001")).unread
        assert set(item.facts) == {"site-particularities", "cardiac-device"}

    def test_one_of_no_concern_asks_nothing(self) -> None:
        assert asked(device("snomed:6012004"), device(text="Lunettes")) == []

    def test_one_that_nobody_has_is_asked_only_where_it_names_a_fact(self) -> None:
        assert asked(device(text="Analyseur Cobas 8000", patient=None)) == []
        assert "cardiac-device" in in_doubt(device(PACEMAKER, patient=None))
        for words, fact in (
            ("Défibrillateur implantable Boston", "cardiac-device"),
            ("Prothèse totale de genou", "prosthesis-at-site"),
        ):
            assert fact in in_doubt(device(text=words, patient=None))
        named = device(text="Dispositif cardiaque implanté", patient=None)
        assert asked(named) == ["Dispositif cardiaque implanté"]

    def test_one_that_is_ordered_may_be_held_by_the_order(self) -> None:
        order = resource(
            "DeviceRequest", status="active", intent="order", subject=PAUL,
            contained=[{"resourceType": "Device", "id": "d", "type": concept(PACEMAKER)}],
            codeReference={"reference": "#d"},
        )  # fmt: skip
        assert "cardiac-device" in in_doubt(order)

    def test_one_that_is_only_ordered_is_in_doubt(self) -> None:
        order = resource(
            "DeviceRequest", status="completed", intent="order", subject=PAUL,
            codeCodeableConcept=concept(PACEMAKER),
        )  # fmt: skip
        assert known("cardiac-device", order) is None
        assert "cardiac-device" in in_doubt(order)

    def test_no_known_devices_is_no_device(self) -> None:
        assert asked(device("snomed:787483001")) == []
        assert known("cardiac-device", device("snomed:787483001")) is None


class TestWhatWarns:
    def test_a_flag_that_is_understood_doubts_its_fact(self) -> None:
        assert in_doubt(flag("snomed:441509002")) == {"cardiac-device"}
        assert known("cardiac-device", flag("snomed:441509002")) is None

    def test_a_flag_in_words_is_asked_once_and_may_be_of_anything(self) -> None:
        said = flag(text="Allergique à la Xylocaïne")
        assert asked(said, said) == ["Allergique à la Xylocaïne"]
        (item,) = assessed(said).items
        assert {"allergy", "anticoagulant", "cardiac-device"} <= set(item.facts)

    def test_none_known_closes_nothing_beside_it(self) -> None:
        found = record(RIGHT_KNEE, flag(text="Attention, allergie"), allergy(NO_KNOWN_ALLERGY))
        assert "allergy" not in found.facts

    @pytest.mark.parametrize(
        "elements",
        [{"status": "inactive"}, {"status": "entered-in-error"},
         {"period": {"start": "2020-01-01", "end": "2020-02-01"}}],
        ids=str,
    )  # fmt: skip
    def test_a_flag_that_is_over_is_listed(self, elements: dict[str, Any]) -> None:
        over = flag(text="Sous anticoagulant", **elements)
        assert asked(over) == []
        assert record(over).unmapped

    def test_a_flag_of_no_concern_asks_nothing(self) -> None:
        assert asked(flag("snomed:38341003")) == []

    def test_a_detected_issue_is_asked_in_its_own_words(self) -> None:
        issue = resource(
            "DetectedIssue", status="final", patient=PAUL,
            code={"coding": [{"code": "DRG"}], "text": "Interaction"},
            detail="Apixaban et clarithromycine",
        )  # fmt: skip
        assert asked(issue) == ["Apixaban et clarithromycine"]
        assert asked(issue | {"status": "cancelled"}) == []

    def test_a_risk_is_a_statement_only_where_it_is_certain(self) -> None:
        def risk(**prediction: Any) -> dict[str, Any]:
            outcome = {"outcome": {"text": "Hémorragie sous anticoagulant"}}
            return resource(
                "RiskAssessment", status="final", subject=PAUL, prediction=[outcome | prediction]
            )

        certain = {"coding": [{"code": "certain"}]}
        assert asked(risk()) == ["Hémorragie sous anticoagulant"]
        assert asked(risk(qualitativeRisk=certain)) == ["Hémorragie sous anticoagulant"]
        assert asked(risk(probabilityDecimal=100)) == ["Hémorragie sous anticoagulant"]
        assert asked(risk(probabilityDecimal=0.02)) == []
        for element in ("qualitativeRisk", "probabilityRange", "relativeRisk"):
            assert asked(risk(**{element: {"coding": [{"code": "low"}]}})) == [], element
        assert "a prediction" in " ".join(whys(record(risk(probabilityDecimal=0.02))))

    def test_an_adverse_event_doubts_the_allergy_to_what_is_suspected(self) -> None:
        event = resource(
            "AdverseEvent", actuality="actual", subject=PAUL, event={"text": "Malaise"},
            suspectEntity=[{"instance": {"display": "Xylocaïne"}}],
        )  # fmt: skip
        assert set(asked(event)) == {"Malaise", "Xylocaïne"}

    def test_what_is_suspected_is_known_by_its_code_before_its_words(self) -> None:
        drug = resource("Medication", id="w", code=concept("snomed:387480006"))
        named = {"reference": "Medication/w", "display": "le produit du matin"}
        event = resource("AdverseEvent", subject=PAUL, suspectEntity=[{"instance": named}])
        assert "allergy=lidocaine" in [one.item for one in record(RIGHT_KNEE, drug, event).unread]

    def test_a_conclusion_is_asked_by_its_code_or_where_its_words_name_a_fact(self) -> None:
        def report(**elements: Any) -> dict[str, Any]:
            return resource("DiagnosticReport", status="final", subject=PAUL, **elements)

        plain = report(conclusion="Bilan sans particularité")
        assert asked(plain) == []
        assert whys(record(plain)) == [
            "nothing in it bears the name of anything that is asked here"
        ]
        drepano = report(conclusion="Drépanocytose homozygote")
        assert asked(drepano) == ["Drépanocytose homozygote"]
        assert in_doubt(report(conclusionCode=[concept("snomed:417357006")])) == {"sickle-cell"}

    def test_a_vaccine_of_this_month_may_be_a_live_one(self) -> None:
        def vaccine(day: str, **elements: Any) -> dict[str, Any]:
            said = {"status": "completed", "vaccineCode": {"text": "ROR"}, "patient": PAUL}
            return resource("Immunization", **(said | {"occurrenceDateTime": day} | elements))

        assert in_doubt(vaccine("2026-11-15")) == {"live-vaccine-recent"}
        assert in_doubt(vaccine("2025-11-15")) == frozenset()
        assert in_doubt(vaccine("2026-11-15", status="not-done")) == frozenset()


class TestPregnancyTests:
    def woman(self, *said: dict[str, Any]) -> PatientRecord:
        zoe = patient(gender="female", birthDate="1996-05-14")
        return READER.read(bundle(zoe, condition(KNEE), *said), AS_OF)

    def doubted(self, *said: dict[str, Any]) -> bool:
        case = self.woman(*said).case()
        return "pregnancy" in case.in_doubt and "pregnancy" not in case.facts

    @pytest.mark.parametrize("code", ["2118-8", "2106-3", "21198-7", "80384-1", "11778-8"])
    def test_one_that_is_not_clearly_negative_asks(self, code: str) -> None:
        positive = observation(f"loinc:{code}", "2026-11-20",
                               valueCodeableConcept=concept("snomed:10828004"))  # fmt: skip
        assert self.doubted(positive)
        assert self.doubted(observation(f"loinc:{code}", "2026-11-20", value=1250, unit="[IU]/L"))
        assert self.doubted(observation(f"loinc:{code}", "2026-11-20", valueString="Positif"))
        assert self.doubted(observation(f"loinc:{code}", "2026-11-20"))
        assert "pregnancy" in JUDGE.assess(self.woman(positive).case(), nothing_else=True).questions

    def test_it_speaks_against_an_earlier_no(self) -> None:
        earlier = observation("loinc:82810-3", "2026-11-01", valueBoolean=False)
        positive = observation("loinc:2118-8", "2026-11-20", valueString="POSITIF")
        assert self.doubted(earlier, positive)

    @pytest.mark.parametrize(
        "value",
        [
            {"valueCodeableConcept": concept("snomed:260385009")},
            {"valueString": "Négatif"},
            {"valueBoolean": False},
            {"value": 1, "interpretation": [{"coding": [{"code": "NEG", "system":
             "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"}]}]},
        ],
        ids=str,
    )  # fmt: skip
    def test_a_negative_one_neither_asks_nor_reassures(self, value: dict[str, Any]) -> None:
        found = self.woman(observation("loinc:2118-8", "2026-11-20", **value))
        assert "pregnancy" not in found.case().in_doubt
        assert "pregnancy" not in found.facts
        assert any("too early" in why for why in whys(found))

    def test_one_that_is_preliminary_asks_even_where_it_is_negative(self) -> None:
        early = observation("loinc:2118-8", "2026-11-20", "preliminary", valueString="Négatif")
        assert self.doubted(early)

    def test_one_of_another_pregnancy_is_over(self) -> None:
        assert not self.doubted(observation("loinc:2118-8", "2020-11-20", valueString="Positif"))
        assert self.doubted(observation("loinc:2118-8", "2026-03-20", valueString="Positif"))

    @pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
    def test_one_that_was_taken_back_says_nothing(self, status: str) -> None:
        gone = observation("loinc:2118-8", "2026-11-20", status, valueString="Positif")
        assert not self.doubted(gone)


class TestInsideAnother:
    def inner(self, *resources: dict[str, Any], **elements: Any) -> dict[str, Any]:
        return json.loads(bundle(*resources, **elements))  # type: ignore[no-any-return]

    def read(self, *resources: dict[str, Any]) -> PatientRecord:
        return READER.read(bundle(*resources), AS_OF)

    def test_a_bundle_in_a_bundle_is_read(self) -> None:
        knee = condition(KNEE)
        inr = observation(INR, "2026-11-21", value=2.4, unit="{INR}")
        found = self.read(self.inner(patient()), self.inner(knee, self.inner(inr)))
        assert found.facts["inr"].value == 2.4
        assert len(found.complaints) == 1

    def test_whose_it_is_is_found_there_too(self) -> None:
        named = patient(name=[{"use": "official", "family": "Durand"}])
        assert read_who(bundle(self.inner(self.inner(named))), "x").birth_name == "Durand"

    @pytest.mark.parametrize(
        "elements,sentence",
        [
            ({"type": "history"}, "is not read"),
            ({"type": "searchset", "total": 9}, "one page of several"),
            ({"link": [{"relation": "next", "url": "https://h"}]}, "one page of several"),
            ({"implicitRules": "https://e.example"}, "implicitRules"),
            ({"entry": "x"}, "not built as FHIR asks"),
        ],
        ids=str,
    )
    def test_one_that_could_not_be_read_alone_is_refused(
        self, elements: dict[str, Any], sentence: str
    ) -> None:
        inner = self.inner(condition(KNEE)) | elements
        with pytest.raises(InputError, match=sentence):
            self.read(patient(), inner)

    def test_too_many_within_each_other_are_refused_with_the_way_out(self) -> None:
        deep = condition(KNEE)
        for _ in range(9):
            deep = self.inner(deep)
        with pytest.raises(InputError, match="put their entries into one Bundle"):
            self.read(patient(), deep)

    def test_two_patients_are_two_wherever_they_stand(self) -> None:
        with pytest.raises(InputError, match="2 Patients"):
            self.read(patient(), self.inner(patient(id="zoe")))

    def test_parameters_hold_resources_too(self) -> None:
        inside = [{"name": "a", "part": [{"name": "b", "resource": condition(KNEE)}]}]
        found = self.read(patient(), resource("Parameters", parameter=inside))
        assert len(found.complaints) == 1

    def test_what_a_resource_contains_is_read(self) -> None:
        inr = observation(INR, "2026-11-21", value=2.4, unit="{INR}", subject=None, id="o")
        report = resource("DiagnosticReport", status="final", subject=PAUL, contained=[inr])
        assert record(report).facts["inr"].value == 2.4

    @pytest.mark.parametrize(
        "elements",
        [{"status": "entered-in-error"}, {"subject": {"reference": "Patient/zoe"}}],
        ids=str,
    )
    def test_but_not_of_one_that_was_taken_back_or_is_of_another(
        self, elements: dict[str, Any]
    ) -> None:
        inr = observation(INR, "2026-11-21", value=2.4, unit="{INR}", subject=None, id="o")
        report = resource("DiagnosticReport", **({"subject": PAUL} | elements), contained=[inr])
        assert "inr" not in record(report).facts

    def test_a_contained_medication_is_read_where_it_is_referred_to(self) -> None:
        inside = {"resourceType": "Medication", "id": "m", "code": concept(APIXABAN)}
        said = resource(
            "MedicationStatement", status="active", subject=PAUL, contained=[inside],
            medicationReference={"reference": "#m"},
        )  # fmt: skip
        assert record(said).facts["anticoagulant"].value == "doac"
        assert record(said).unmapped == ()
