"""Cases of the kinds that somebody outside would try, as a file and as the library: a sign said and
denied, a bone, a medicine, a device; a syringe at its ceiling; a choice that does not exist; a plan
before birth. Where nothing else is to report, only what may be supposed is: the rest is asked.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dolenti import guideline, mixture, plan
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case, Known, with_facts
from dolenti.guideline.judge import Assessment, Judge, reassuring_value
from tests.fhir_bundles import EDITION
from tests.spec.syringes import content

DAY = date(2026, 11, 22)
JUDGE = Judge(EDITION)
STOPPED = {"contraindicated", "redirect"}
ALL = [one.id for one in EDITION.therapies]

ELBOW = {"condition": "lateral-epicondylitis", "zone": "elbow", "side": "left"}
KNEE = {"condition": "knee-osteoarthritis", "zone": "knee", "side": "left"}
WRIST = {"condition": "de-quervain", "zone": "wrist-hand", "side": "left"}
HIP = {"condition": "hip-osteoarthritis", "zone": "hip", "side": "left"}

Kind = tuple[dict[str, Any], dict[str, Any], dict[str, set[str]]]
KINDS: dict[str, Kind] = {
    "fever said": (ELBOW, {"fever": True}, dict.fromkeys(ALL, STOPPED | {"caution"})),
    "fever denied": (ELBOW, {"fever": False}, {"mesotherapy": {"possible"}}),
    "fracture": (WRIST, {"fracture-at-site": True}, {"mesotherapy": STOPPED}),
    "hip and anticoagulant": (HIP, {"anticoagulant": "doac"}, {"infiltration": {"caution"}}),
    "booster": (KNEE, {"medicines": ["hiv-booster"]}, {"infiltration": {"caution"}}),
    "severe coagulopathy": (
        KNEE, {"coagulation-disorder": "uncontrolled"}, {"infiltration": STOPPED},
    ),
    "prosthesis": (KNEE, {"prosthesis-at-site": True}, {"infiltration": STOPPED}),
}  # fmt: skip


def case_of(complaint: dict[str, Any], facts: dict[str, Any]) -> Case:
    patient = {"birth-date": "1966-05-20", "sex": "male"}
    content = {"patient": patient, "complaint": complaint | {"since": "2026-04-01"}, "facts": facts}
    return guideline.read_case(content, EDITION, DAY)


def answered(case: Case) -> Assessment:
    """The judgement once each question that has a reassuring answer got it."""
    found = JUDGE.assess(case)
    while found.questions:
        definitions = JUDGE.dictionary.definitions
        calm = {fact: reassuring_value(definitions[fact]) for fact in found.questions}
        answers = {fact: Known(value) for fact, value in calm.items() if value is not None}
        if not answers:
            break
        case = with_facts(case, answers)
        found = JUDGE.assess(case)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_judged_as_it_should_once_the_rest_is_answered(kind: str) -> None:
    complaint, facts, wanted = KINDS[kind]
    found = {one.therapy.id: one.status for one in answered(case_of(complaint, facts)).verdicts}
    for therapy, statuses in wanted.items():
        assert found[therapy] in statuses | {"not-indicated"}, therapy


@pytest.mark.parametrize("kind", KINDS)
def test_what_may_not_be_supposed_is_asked_and_never_a_laxer_verdict(kind: str) -> None:
    complaint, facts, wanted = KINDS[kind]
    assessed = JUDGE.assess(case_of(complaint, facts), nothing_else=True)
    for verdict in assessed.verdicts:
        if verdict.therapy.id in wanted:
            allowed = wanted[verdict.therapy.id] | {"needs-information", "not-indicated"}
            assert verdict.status in allowed


@pytest.mark.parametrize("policies", [{"zzz": "1"}, {"most-products": "9"}])
def test_a_choice_that_does_not_exist_is_refused_by_the_library_too(
    policies: dict[str, str],
) -> None:
    drawn = mixture.read(content(("lidocaine", 10, 1)) | {"policies": policies}, EDITION, DAY)
    with pytest.raises(InputError):
        mixture.Judge(EDITION).judge(drawn)


def test_a_choice_of_the_file_that_is_not_in_force_is_refused_until_it_is_passed_on() -> None:
    drawn = mixture.read(
        content(("lidocaine", 10, 1)) | {"policies": {"most-products": "2"}}, EDITION, DAY
    )
    with pytest.raises(InputError, match="in force"):
        mixture.Judge(EDITION).judge(drawn)
    assert mixture.Judge(EDITION, drawn.policies).judge(drawn).policies["most-products"] == "2"


def test_no_plan_is_laid_before_birth() -> None:
    assessed = JUDGE.assess(case_of(KNEE, {}))
    with pytest.raises(InputError, match="before the birth"):
        plan.lay(assessed, "mesotherapy", date(1950, 1, 1))


@pytest.mark.parametrize("name,never", [("asthma", "myasthenia"), ("ibuprofen", "ketoprofen")])
def test_another_medicine_or_disease_is_never_suggested(name: str, never: str) -> None:
    with pytest.raises(InputError) as refused:
        case_of(KNEE, {name: True})
    assert never not in f"{refused.value.what} {refused.value.fr}"


def test_a_unit_is_refused_with_the_name_of_the_product() -> None:
    given = [{"product": "adrenaline", "dose": 1, "unit": "UI"}]
    with pytest.raises(InputError) as refused:
        mixture.read(content(("lidocaine", 10, 1)) | {"given-today": given}, EDITION, DAY)
    assert "Adrénaline" in refused.value.fr
