"""The plain file: what it gives, and where it says a mistake stands."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import MOST_COMPLAINTS, Case
from dolenti.guideline.judge import Judge
from dolenti.guideline.patient_file import read_patient_file
from dolenti.guideline.reading import read_text
from dolenti.guideline.report import as_json_bytes
from tests.small_edition import small_edition

TODAY = date(2026, 11, 22)
EDITION = small_edition()
JUDGE = Judge(EDITION)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
WORDS = st.sampled_from(["sore-knee", "knee", "male", "none", "never", "nsaid", "kg", "2026-01-02"])


def parts(*names: str) -> st.SearchStrategy[Any]:
    """A part of a file with some of its keys, of which anything may be the value."""
    said = st.fixed_dictionaries({}, optional=dict.fromkeys(names, ANYTHING | WORDS))
    return said | ANYTHING


FACTS = parts(*(fact.id for fact in EDITION.facts)) | st.dictionaries(
    st.sampled_from([fact.id for fact in EDITION.facts]),
    parts("value", "at", "unit") | parts("has", "not", "at") | st.lists(ANYTHING | WORDS),
)


def cases(text: str) -> tuple[Case, ...]:
    return read_patient_file(read_text(text, "file.yaml"), EDITION, TODAY).cases


def refusal(text: str) -> str:
    with pytest.raises(InputError) as caught:
        cases(text)
    return str(caught.value)


WHOLE = """
patient: {birth-date: 1968-03-02, sex: female}
complaint: {condition: sore-knee, side: right, since: 2026-05-01}
facts: {anticoagulant: none, allergy: [], weight: 62}
policies: {smoking: counts}
"""


def test_a_whole_file() -> None:
    (case,) = cases(WHOLE)
    assert (case.birth_date, case.sex) == (date(1968, 3, 2), "female")
    assert (case.complaint.condition, case.complaint.side) == ("sore-knee", "right")
    assert case.complaint.since == date(2026, 5, 1)
    assert case.facts["weight"].value == 62.0
    assert read_patient_file(read_text(WHOLE, "f"), EDITION, TODAY).policies == {
        "smoking": "counts"
    }


def test_several_complaints_are_several_cases() -> None:
    found = cases("complaints: [{id: a, condition: sore-knee}, {id: b, condition: sore-elbow}]")
    assert [case.complaint.id for case in found] == ["a", "b"]


def test_no_complaint_is_no_case() -> None:
    assert cases("patient: {sex: male}") == ()


def test_the_zone_is_that_which_is_written() -> None:
    (case,) = cases("complaint: {zone: elbow, side: left}")
    assert (case.complaint.zone, case.complaint.side) == ("elbow", "left")


def test_age_without_a_birth_date() -> None:
    (case,) = cases("complaint: {zone: knee}\nfacts: {age: 40}")
    assert case.facts["age"].value == 40.0


def test_what_the_complaint_says_need_not_be_repeated_but_may() -> None:
    (case,) = cases("complaint: {condition: sore-knee}\nfacts: {condition: sore-knee}")
    assert "condition" not in case.facts


@pytest.mark.parametrize(
    "text,message",
    [
        ("[]", "a patient file has the parts patient, complaint and facts"),
        ("patient: [1]", "file.yaml:1: patient: this part has lines like"),
        ("patients: {}", "file.yaml:1: patients: “patients” is not expected here; did you mean"),
        (
            "patient:\n  sexe: male",
            "file.yaml:2: sexe: “sexe” is not expected here; did you mean sex",
        ),
        ("patient:\n  sex: 3", "file.yaml:2: sex: this is a word"),
        ("patient:\n  sex: man", "file.yaml:2: sex: “man” is not an answer here"),
        ("patient:\n  birth-date: 2030-01-01", "file.yaml:2: birth-date: 2030-01-01 lies after"),
        ("patient:\n  birth-date: 1850-01-01", "over 120"),
        ("patient:\n  birth-date: soon", "file.yaml:2: birth-date: “soon” is not a birth date"),
        ("patient:\n  deceased: true", "file.yaml:2: deceased: the patient is recorded as dead"),
        ("patient:\n  deceased: 2026-01-01", "the patient is recorded as dead"),
        ("patient:\n  deceased: 2026-11-22", "the patient is recorded as dead"),
        ("complaint: knee", "file.yaml:1: complaint: a complaint has a condition"),
        ("complaint: {side: left}", "name at least the condition or the zone"),
        (
            "complaint:\n  condition: sore-kne",
            "file.yaml:2: condition: “sore-kne” is not an answer",
        ),
        ("complaint:\n  condition: sore-kne", "did you mean sore-knee"),
        (
            "complaint:\n  condition: sore-knee\n  zone: elbow",
            "file.yaml:3: zone: sore-knee does not lie in elbow; it may be: knee",
        ),
        (
            "complaint:\n  zone: knee\n  since: 2027-01-01",
            "file.yaml:3: since: 2027-01-01 lies after",
        ),
        ("complaints:\n- zone: knee\n- zone: nose", "file.yaml:3: zone: “nose” is not an answer"),
        ("complaints: {}", "this is a list of complaints"),
        ("complaint: {zone: knee}\ncomplaints: []", "write either complaint or complaints"),
        (
            "complaints: [{id: a, zone: knee}, {id: a, zone: elbow}]",
            "two complaints have the id “a”",
        ),
        (
            "complaint: {zone: knee}\nfacts:\n  weight: 700",
            "file.yaml:3: weight: 700\u00a0kg is impossible",
        ),
        ("complaint: {zone: knee}\nfacts:\n  wieght: 70", "did you mean weight?"),
        (
            "complaint: {zone: knee}\nfacts:\n  allergy:\n    has: [cats]",
            "file.yaml:3: allergy: “cats” is not known here",
        ),
        (
            "patient: {birth-date: 1968-03-02}\ncomplaint: {zone: knee}\nfacts:\n  age: 40",
            "file.yaml:4: age: 40 does not agree with the birth date, which gives 58",
        ),
        (
            "complaint: {condition: sore-knee}\nfacts:\n  condition: sore-elbow",
            "file.yaml:3: condition: this contradicts the complaint",
        ),
        ("complaint: {zone: knee}\npolicies: [a]", "policies are written as"),
    ],
)
def test_bad_files_say_the_line_and_what_to_do(text: str, message: str) -> None:
    assert message in refusal(text)


@given(
    st.fixed_dictionaries(
        {"patient": parts("birth-date", "sex", "deceased"), "facts": FACTS},
        optional={
            "complaint": parts("id", "condition", "zone", "side", "since"),
            "complaints": st.lists(parts("id", "condition", "zone"), max_size=3),
            "policies": ANYTHING,
        },
    )
)
def test_whatever_stands_in_a_file_is_judged_and_written_or_refused(content: Any) -> None:
    try:
        found = cases(json.dumps(content))
    except InputError as error:
        for language in ("fr", "en"):
            error.in_language(language).encode()  # the refusal can be shown as well
    else:
        for case in found:
            as_json_bytes(JUDGE.assess(case))


@pytest.mark.parametrize("odd", [[["a"]], [{"a": 1}], {"has": [["a"]]}, {"not": [{}]}])
def test_a_list_or_a_mapping_is_no_member_of_a_set(odd: Any) -> None:
    said = refusal(json.dumps({"complaint": {"zone": "knee"}, "facts": {"allergy": odd}}))
    assert "each part of the list is one word, and one of these is none" in said


def test_a_complaint_is_not_named_by_a_list() -> None:
    said = refusal("complaint: {zone: knee, id: [a]}")
    assert "id: this is a word or a number" in said


def test_no_more_complaints_are_read_than_of_a_bundle() -> None:
    most = [{"condition": "sore-knee", "id": f"c{number}"} for number in range(MOST_COMPLAINTS)]
    assert len(cases(json.dumps({"complaints": most}))) == MOST_COMPLAINTS
    more = [*most, {"zone": "knee"}]
    assert "holds 101 complaints; at most 100 are read" in refusal(json.dumps({"complaints": more}))


@pytest.mark.parametrize(
    "key", ["a[", "a[[[", "a[x]", "a[1]b", "[", "]", "a[99999999999]", "a.b[c"]
)
def test_a_key_written_with_brackets_is_refused_as_any_other(key: str) -> None:
    content = f'{{"complaint": {{"condition": "sore-knee"}}, "{key}": 1}}'
    with pytest.raises(InputError, match=r"not expected here|not known here"):
        read_patient_file(read_text(content, "keys.json"), EDITION, TODAY)
