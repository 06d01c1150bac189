"""A case written as FHIR and read again says the same, and is FHIR."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st

from dolenti.fhir import complaint_to_condition, facts_to_observations
from dolenti.guideline.facts import NEVER, Case, Complaint, Known
from dolenti.guideline.knowledge import FactDefinition
from tests.fhir_bundles import AS_OF, EDITION, READER, bundle, patient

COMPLAINT = Complaint("k", "knee-osteoarthritis", "knee", "right", date(2024, 3, 1))


def values(definition: FactDefinition) -> st.SearchStrategy[Any]:
    options = [option.id for option in definition.options]
    if definition.type == "boolean":
        return st.booleans()
    if definition.type == "number":
        return st.floats(*(definition.range or (0.0, 100.0)))
    if definition.type == "choice":
        return st.sampled_from(options)
    if definition.type == "set":
        return st.dictionaries(st.sampled_from(options), st.booleans(), min_size=1)
    past, future = (date(1990, 1, 1), AS_OF), (AS_OF, date(2028, 1, 1))
    return st.dates(*(past if definition.past else future)) | st.just(NEVER)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    chosen = draw(st.lists(st.sampled_from(EDITION.facts), unique_by=lambda f: f.id, max_size=12))
    facts = {one.id: Known(draw(values(one)), AS_OF) for one in chosen}
    return Case(AS_OF, COMPLAINT, facts, date(1961, 5, 14), "male")


@given(cases())
def test_what_is_written_is_read_again_unchanged(case: Case) -> None:
    written = facts_to_observations(case, EDITION, "Patient/paul")
    condition = complaint_to_condition(case.complaint, EDITION, "Patient/paul")
    found = READER.read(bundle(patient(), condition, *written), AS_OF).case("k")
    assert found.complaint == COMPLAINT
    assert {f: k.value for f, k in found.facts.items()} == {
        f: dict(k.value) if isinstance(k.value, Mapping) else k.value for f, k in case.facts.items()
    }
    assert found.unmapped == ()
    assert found.ignored == ()


@pytest.mark.parametrize("condition", EDITION.conditions, ids=lambda one: one.id)
def test_every_condition_travels_with_its_codes_and_comes_back_as_itself(condition: Any) -> None:
    """Also by the standard codes alone, as somebody reads them who does not know ours."""
    zone = condition.zones[0] if condition.zones else None
    told = Complaint("k", condition.id, zone, "left" if zone else None)
    written = complaint_to_condition(told, EDITION, "Patient/paul")
    own, *standard = written["code"]["coding"]
    assert own["code"] == condition.id
    found = READER.read(bundle(patient(), written), AS_OF)
    (complaint,) = found.complaints
    assert (complaint.condition, complaint.zone) == (condition.id, zone)
    assert found.case("k").facts == {}
    assert found.unmapped == ()
    for coding in standard:
        alone = {**written, "code": {"coding": [coding]}}
        read = READER.read(bundle(patient(), alone), AS_OF)
        assert [(one.condition, one.zone) for one in read.complaints] == [(condition.id, zone)]
        assert read.case("k").facts == {}


def test_what_most_patients_have_is_written_in_both_systems() -> None:
    condition = complaint_to_condition(COMPLAINT, EDITION, "Patient/paul")
    assert [(one["system"], one["code"]) for one in condition["code"]["coding"][1:]] == [
        ("http://snomed.info/sct", "239873007"),
        ("http://hl7.org/fhir/sid/icd-10", "M17"),
    ]


@pytest.mark.parametrize(
    "condition, code",
    [
        ("bursitis", "111243002"),  # of the knee: one of several, and narrower
        ("other-osteoarthritis", "201834006"),  # of the hand: a place
        ("inflammatory-arthritis", "69896004"),  # a disease, and facts
        ("vertebral-compression-fracture", "M48.5"),  # a fact too
        ("low-back-pain", "278860009"),  # chronic: nobody stated it
    ],
)
def test_a_code_that_says_more_is_not_written(condition: str, code: str) -> None:
    assert code in {one.code for c in EDITION.conditions if c.id == condition for one in c.codes}
    written = complaint_to_condition(Complaint("k", condition, None, None), EDITION)
    assert code not in {one["code"] for one in written["code"]["coding"]}


@given(cases())
def test_what_is_written_is_fhir_r4(case: Case) -> None:
    written = [
        complaint_to_condition(case.complaint, EDITION, "Patient/paul"),
        *facts_to_observations(case, EDITION, "Patient/paul"),
    ]
    Bundle.model_validate_json(bundle(patient(), *written))


def test_a_complaint_named_by_an_address_is_referred_to_by_it() -> None:
    case = Case(AS_OF, Complaint("urn:uuid:1"), {"crps": Known(value=True)})
    (written,) = facts_to_observations(case, EDITION)
    assert written["focus"] == [{"reference": "urn:uuid:1"}]
    assert written["effectiveDateTime"] == "2026-11-22"
