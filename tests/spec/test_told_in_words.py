"""What a record tells in words, in a local code or beside a code: by its kind it is doubted, asked
and named, and what is of no concern asks nothing more."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from dolenti.fhir.clauses import affirms_alone, denies_all, is_said
from dolenti.fhir.reasons import not_read
from dolenti.guideline.judge import Assessment, Judge
from dolenti.medicines.words import words
from dolenti.terminal.assess import show_assessment
from tests.fhir_bundles import (
    EDITION,
    INR,
    KNEE,
    allergy,
    concept,
    condition,
    medicine,
    observation,
    record,
    resource,
)

JUDGE = Judge(EDITION)
DAY = "2026-11-22"
LOCAL = "urn:oid:1.2.250.1.999.1"
PAUL = {"reference": "Patient/paul"}
RESULTS = [one for one in EDITION.of_records if one.kind == "result"]
WORDS = [
    pytest.param(one, name, id=f"{one.id}-{name}")
    for one in RESULTS
    for name in one.words
    if not one.carries
]


def assessed(*said: dict[str, Any]) -> Assessment:
    return JUDGE.assess(record(condition(KNEE), *said).case(), nothing_else=True)


NOTHING = assessed()


def spoken_of(*said: dict[str, Any]) -> frozenset[str]:
    """The facts that these keep from being supposed."""
    found = assessed(*said)
    return frozenset(found.case.in_doubt - found.assumed.keys() - found.case.facts.keys())


def asks(*said: dict[str, Any]) -> list[str]:
    return [one.says for one in assessed(*said).items]


def found(name: str, **value: Any) -> dict[str, Any]:
    """An observation named by its text alone."""
    return observation("x:1", DAY, **value) | {"code": {"text": name}}


def local(code: str, display: str, **value: Any) -> dict[str, Any]:
    coding = {"system": LOCAL, "code": code, "display": display}
    return observation("x:1", DAY, **value) | {"code": {"coding": [coding]}}


def report(conclusion: str, **more: Any) -> dict[str, Any]:
    return resource(
        "DiagnosticReport", status="final", subject=PAUL, effectiveDateTime=DAY,
        code={"text": "Radiographie"}, conclusion=conclusion, **more,
    )  # fmt: skip


def units(value: float, unit: str) -> dict[str, Any]:
    return {"valueQuantity": {"value": value, "unit": unit}}


class TestResults:
    @pytest.mark.parametrize("one,name", WORDS)
    def test_each_name_of_a_test_speaks_in_a_text_and_in_a_local_code(
        self, one: Any, name: str
    ) -> None:
        value = units(-1 if one.speaks == "below" else 1e9, "?")
        for said in (found(name, **value), local("L", name, **value)):
            assert set(one.concerns) <= spoken_of(said)

    @pytest.mark.parametrize(
        "said,fact",
        [
            (found("Test de grossesse urinaire", valueString="Positif"), "pregnancy"),
            (local("HCGP", "Bêta-HCG", **units(1500, "UI/L")), "pregnancy"),
            (found("Grossesse en cours", valueString="oui"), "pregnancy"),
            (local("INR", "INR", **units(8, "")), "anticoagulant"),
            (found("INR", valueString="8,0"), "anticoagulant"),
            (observation(INR, DAY, valueString="8,0"), "anticoagulant"),
            (observation("loinc:38875-1", DAY, value=8, unit="{INR}"), "anticoagulant"),
            (found("Plaquettes", **units(12, "G/L")), "coagulation-disorder"),
            (observation("loinc:26515-7", DAY, value=12, unit="10*9/L"), "coagulation-disorder"),
            (observation("loinc:5894-1", DAY, value=15, unit="%"), "coagulation-disorder"),
            (found("Hémoglobine", **units(5.8, "g/dL")), "severe-anaemia"),
            (found("HbA1c", **units(13, "%")), "diabetes"),
            (found("Température", **units(39.4, "°C")), "fever"),
            (found("Température", valueString="39,4 °C"), "fever"),
            (found("CRP", **units(210, "mg/L")), "infection-systemic"),
            (found("DFG (CKD-EPI)", **units(18, "mL/min/1,73 m²")), "renal-failure-severe"),
            (observation("loinc:35591-7", DAY, value=22, unit="mL/min"), "renal-failure-severe"),
            (found("INR", valueString="en cours"), "anticoagulant"),
            (found("Plaquettes", valueString="40"), "coagulation-disorder"),
            (found("Fièvre", valueBoolean=True), "fever"),
            (found("Absence de fièvre", valueString="non"), "fever"),
        ],
        ids=str,
    )
    def test_what_is_told_in_words_or_by_another_code_speaks(
        self, said: dict[str, Any], fact: str
    ) -> None:
        assert fact in spoken_of(said)

    @pytest.mark.parametrize(
        "said",
        [
            found("INR", valueString="1,0"),
            found("INR", valueString="normal"),
            found("Température", valueString="36,8"),
            found("Température", **units(36.8, "°C")),
            found("CRP", **units(4, "mg/L")),
            found("Plaquettes", **units(250, "G/L")),
            found("Plaquettes", valueString="250 G/L"),
            found("Hémoglobine", **units(13.5, "g/dL")),
            found("Créatinine urinaire", **units(9000, "µmol/L")),
            found("Volume plaquettaire moyen", **units(9, "fL")),
            found("Test de grossesse", valueString="négatif"),
            found("Grossesse en cours", valueString="non"),
            found("Fracture", valueBoolean=False),
            found("Score de risque de fracture", **units(12, "%")),
            found("Glycémie", **units(5, "mmol/L")),
            found("Remarque", valueString="Genou stable, examen normal"),
            found("INR", **units(8, "")) | {"status": "cancelled"},
            found("Température", **units(39.4, "°C")) | {"effectiveDateTime": "2026-11-01"},
        ],
        ids=str,
    )
    def test_what_is_of_no_concern_asks_nothing_more(self, said: dict[str, Any]) -> None:
        assert spoken_of(said) <= NOTHING.case.in_doubt
        assert asks(said) == []
        assert set(assessed(said).questions) == set(NOTHING.questions)

    def test_a_number_in_a_form_that_is_not_read_stands_before_an_older_one(self) -> None:
        older = observation(INR, "2026-11-21", value=2.5)
        vka = medicine("atc:B01AA03")
        assert "inr" in record(condition(KNEE), vka, older).case().facts
        newer = local("INR", "INR", **units(8, ""))
        assert "inr" not in record(condition(KNEE), vka, older, newer).case().facts
        assert "inr" in assessed(vka, older, newer).questions

    def test_what_stands_in_a_panel_speaks_as_if_it_stood_alone(self) -> None:
        part = {"code": {"text": "INR"}, "valueQuantity": {"value": 8}}
        quiet = {"code": {"text": "INR"}, "valueQuantity": {"value": 1.0}}
        assert "anticoagulant" in spoken_of(found("Hémostase", component=[part]))
        assert "anticoagulant" not in spoken_of(found("Hémostase", component=[quiet]))


class TestWhatCarriesOtherThings:
    @pytest.mark.parametrize(
        "said,fact",
        [
            (found("Allergies", valueString="xylocaïne : choc anaphylactique"), "allergy"),
            (found("Terrain allergique", valueString="Xylocaïne"), "allergy"),
            (observation("loinc:52473-6", DAY, valueString="Lidocaïne"), "allergy"),
            (observation("snomed:609328004", DAY, valueString="Xylocaïne"), "allergy"),
            (found("Allergies", valueString="oui"), "allergy"),
            (found("Allergies", valueBoolean=True), "allergy"),
            (found("Remarque", valueString="Allergique à la lidocaïne"), "allergy"),
            (found("Traitement en cours", valueString="Xarelto 20 mg"), "anticoagulant"),
            (observation("loinc:10160-0", DAY, valueString="Xarelto 20 mg"), "anticoagulant"),
            (found("Remarque", valueString="sous Xarelto"), "anticoagulant"),
            (found("Antécédents", valueString="myasthénie, épilepsie"), "epilepsy"),
            (observation("loinc:11348-0", DAY, valueString="Myasthénie"), "myasthenia"),
        ],
        ids=str,
    )
    def test_its_value_is_read_as_what_it_carries(self, said: dict[str, Any], fact: str) -> None:
        assert fact in spoken_of(said)
        assert asks(said) or fact in assessed(said).questions

    @pytest.mark.parametrize(
        "said",
        [
            found("Allergies", valueString="Aucune allergie connue"),
            found("Allergies", valueBoolean=False),
            found("Traitement en cours", valueString="néant"),
            found("Traitement en cours", valueString="DOLIPRANE 1000 mg"),
            found("Antécédents familiaux", valueString="myasthénie"),
        ],
        ids=str,
    )
    def test_none_asks_nothing_and_closes_nothing(self, said: dict[str, Any]) -> None:
        assert asks(said) == []
        assert "allergy" not in record(condition(KNEE), said).case().facts

    def test_none_known_closes_nothing_beside_an_allergy_told_in_words(self) -> None:
        none = allergy("snomed:716186003")
        told = found("Allergies", valueString="xylocaïne : choc")
        assert "allergy" in record(condition(KNEE), none).case().facts
        assert "allergy" not in record(condition(KNEE), none, told).case().facts

    @pytest.mark.parametrize(
        "part",
        [
            {"code": {"text": "Traitement personnel"}},
            {"title": "Médicaments", "code": {"text": "x"}},
            {"code": concept("loinc:10183-2")},
        ],
        ids=str,
    )
    def test_a_list_that_is_known_by_its_title_is_read(self, part: dict[str, Any]) -> None:
        listed = resource(
            "List", status="current", mode="snapshot", subject=PAUL, date=DAY,
            entry=[{"item": {"display": "Xarelto 15 mg"}}], **part,
        )  # fmt: skip
        assert "anticoagulant" in spoken_of(listed)

    def test_what_a_family_has_is_not_the_patients(self) -> None:
        listed = resource(
            "List", status="current", subject=PAUL, date=DAY,
            code={"text": "Antécédents familiaux"}, entry=[{"item": {"display": "Myasthénie"}}],
        )  # fmt: skip
        assert asks(listed) == []


class TestConclusionsAndRemarks:
    @pytest.mark.parametrize(
        "text,fact",
        [
            ("Masse suspecte des parties molles évoquant un sarcome", "mass"),
            ("Fracture du plateau tibial droit non déplacée", "fracture-at-site"),
            ("Pas de fracture déplacée", "fracture-at-site"),
            ("Pas d’épanchement. Fracture du plateau tibial.", "fracture-at-site"),
            ("Grossesse intra-utérine évolutive de 8 SA", "pregnancy"),
            ("Patient sous Eliquis", "anticoagulant"),
        ],
    )
    def test_a_conclusion_and_a_remark_speak(self, text: str, fact: str) -> None:
        noted = condition("icd10:I10", note=[{"text": text}])
        assert fact in spoken_of(report(text))
        assert fact in spoken_of(noted)

    @pytest.mark.parametrize(
        "text",
        ["Pas de fracture", "Absence de masse suspecte.", "No fracture, no mass.", "Gonarthrose"],
    )
    def test_a_denial_just_before_says_nothing(self, text: str) -> None:
        assert spoken_of(report(text)) <= NOTHING.case.in_doubt

    def test_what_is_old_speaks_of_today_no_more(self) -> None:
        old = report("Fracture du plateau tibial") | {"effectiveDateTime": "2019-01-01"}
        assert "fracture-at-site" not in spoken_of(old)

    @pytest.mark.parametrize(
        "text,name,said",
        [
            ("FRACTURE", "FRACTURE", True),
            ("pas de fracture", "FRACTURE", False),
            ("sans doute une fracture", "FRACTURE", True),
            ("grossesse : non", "GROSSESSE", False),
            ("fracture non déplacée", "FRACTURE", True),
            ("pas de fracture récente mais fracture ancienne", "FRACTURE", True),
            ("non sans fièvre", "FIEVRE", True),
        ],
    )
    def test_what_a_clause_says(self, text: str, name: str, *, said: bool) -> None:
        assert is_said(words(text), [words(name)]) is said

    def test_what_says_none_or_yes_alone(self) -> None:
        assert denies_all("Pas d’allergie connue")
        assert not denies_all("Pas de réaction à la lidocaïne")
        assert not denies_all("")
        assert affirms_alone("Oui")
        assert not affirms_alone("Oui, au latex")


class TestTwoNamesForOneThing:
    def coded(self, display: str, text: str) -> dict[str, Any]:
        coding = {"system": LOCAL, "code": "1", "display": display}
        return {"coding": [coding], "text": text}

    def taken(self, display: str, text: str) -> dict[str, Any]:
        return medicine("atc:X") | {"medicationCodeableConcept": self.coded(display, text)}

    def test_the_display_of_a_local_code_is_read_beside_a_text(self) -> None:
        assert "anticoagulant" in spoken_of(self.taken("ELIQUIS 5MG", "DOLIPRANE"))
        assert asks(self.taken("Doliprane 1000", "DOLIPRANE")) == []
        said = allergy("snomed:1") | {"code": self.coded("Xylocaïne", "Pollens")}
        assert "allergy" in spoken_of(said)
        said = condition("snomed:1") | {"code": self.coded("Myasthénie", "HTA")}
        assert "myasthenia" in spoken_of(said)

    @pytest.mark.parametrize(
        "text,fact",
        [("ASPIRINE UPSA 1000 mg x3/j", "nsaid-current"), ("KARDEGIC 75 mg", None)],
    )
    def test_a_dose_in_words_tells_more_than_the_code(self, text: str, fact: str | None) -> None:
        said = medicine("atc:B01AC06")
        said["medicationCodeableConcept"]["text"] = text
        case = record(condition(KNEE), said).case()
        assert case.facts["antiplatelet"].value is True
        assert ("nsaid-current" in case.in_doubt) is (fact is not None)

    @pytest.mark.parametrize(
        "text,first",
        [
            ("AVK (INR cible 3-4,5)", "anticoagulant=vka"),
            ("HBPM", "anticoagulant=vka"),
            ("AINS", "nsaid-current"),
        ],
    )
    def test_a_kind_of_medicine_in_letters_is_the_likely_answer(
        self, text: str, first: str
    ) -> None:
        said = medicine("atc:X") | {"medicationCodeableConcept": {"text": text}}
        assert record(condition(KNEE), said).unread[0].likely[0] == first


class TestWhatIsNamed:
    def test_what_nobody_here_understood_is_named(self) -> None:
        said = found("Score de Truc", **units(3, "points"))
        assert not_read(record(condition(KNEE), said).unmapped) == ["Score de Truc"]
        assert not_read(record(condition(KNEE), report("Chondropathie")).unmapped) == [
            "Radiographie"
        ]

    def test_so_is_a_text_that_is_too_long_to_be_read(self) -> None:
        long = "Genou stable. " * 2_000
        told = record(condition(KNEE), report(long + "Fracture.")).unmapped
        assert not_read(told)[0].startswith("Genou stable")

    def test_it_stands_above_the_verdicts_in_the_terminal(self) -> None:
        console = Console(file=StringIO(), width=100)
        told = [found(f"Score {letter}", **units(3, "points")) for letter in "ABCDEFGHIJKLMNO"]
        show_assessment(console, assessed(*told), "fr")
        printed = console.file.getvalue()  # type: ignore[attr-defined]
        named = printed.index("Écrit dans le dossier et non lu ici")
        assert named < printed.index("Verdict")
        assert "Score A · Score B" in printed
        assert "+ 3" in printed
        console = Console(file=StringIO(), width=100)
        show_assessment(console, assessed(), "fr")
        assert "non lu ici" not in console.file.getvalue()  # type: ignore[attr-defined]

    def test_what_was_understood_is_not(self) -> None:
        assert not_read(record(condition(KNEE), found("INR", valueString="1,0")).unmapped) == []
