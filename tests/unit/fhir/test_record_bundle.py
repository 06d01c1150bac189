# ruff: noqa: E402 - pytest may load this file before pytest-django has set the site up
"""A whole record as a bundle: FHIR, complete, and read back to what the record comes to."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import django
from fhir.resources.R4B.bundle import Bundle
from hypothesis import example, given
from hypothesis import strategies as st

django.setup()

from dolenti.fhir import record_bundle, record_care
from dolenti.fhir import record_values as values
from dolenti.guideline.facts import NEVER, Dictionary
from dolenti.guideline.knowledge import FactDefinition
from dolenti.records.facts.knowing import told_by
from dolenti.records.models import Statement
from tests.fhir_bundles import AS_OF, EDITION, READER

AT = datetime(2026, 11, 22, 10, 30, 12, 345678, tzinfo=UTC)
DICTIONARY = Dictionary(EDITION)
KNEE = values.Complaint("knee", "alice", AT, "knee-osteoarthritis", "knee", "right")
HIP = values.Complaint("hip", "alice", AT, "hip-osteoarthritis", "hip", "left", "2025-03-01")
CONTACTS = (
    values.Contact("c1", "self", phone="0102030405", address="1, rue du Lac", until=AT),
    values.Contact("c2", "trusted", "Anne Durand", email="anne@example.org", since=AT),
    values.Contact("c3", "guardian"),
)
PAUL = values.Person(
    "paul",
    birth_name="Durand",
    given_names=("Paul", "Marie"),
    used_name="Durand-Roy",
    sex="male",
    birth_date=date(1961, 5, 14),
    birth_place="44109",
    birth_place_name="Nantes",
    ins="161054410900107",
    ins_oid="1.2.250.1.213.1.4.8",
    references=("N-17", "N-18"),
    doctor="Dr Roy",
    contacts=CONTACTS,
)
VERDICTS = (
    values.Verdict("infiltration", "Infiltration", "caution", ("Diabète.",), "alice", "Discussed"),
    values.Verdict("cryoneurolysis", "Cryoneurolyse", "possible"),
)
FILE = values.File(
    "file-s", "consent", "consents/consent-01.pdf", "application/pdf", 3, "ab", AT, "alice"
)
RECORD = values.Record(
    id="copy1",
    made=AT,
    made_by="alice",
    patient=PAUL,
    organisation=values.Organisation("north", "Clinique Nord", "1, rue du Lac", "0400000000"),
    people=(values.Practitioner("alice", "Dr Alice", "10000000000"),),
    complaints=(
        KNEE,
        HIP,
        replace(KNEE, id="old", resolved=True, note="Après une chute"),
        replace(KNEE, id="wrong", in_error="Wrong patient", points=({"figure": "front", "x": 1},)),
        values.Complaint("unnamed", "alice", AT, "of-another-edition"),
    ),
    statements=(
        values.Statement("weight", 82, date(2026, 11, 1), "alice", AT, "patient"),
        values.Statement("gone", "text", date(2026, 11, 1), "alice", AT, document="doc"),
        values.Statement("gone", {"has": []}, date(2026, 11, 1), "alice", AT),
        values.Statement("allergy", {"has": [], "not": []}, date(2026, 11, 1), "alice", AT),
    ),
    assessments=(
        values.Assessment(
            "a1", "knee", "alice", AT, AS_OF, "2026.1", "cd" * 32, "1", VERDICTS
        ),
        values.Assessment("a2", "knee", "alice", AT, AS_OF, "2026.1", "cd" * 32, "1"),
    ),
    courses=tuple(
        values.Course(
            f"course-{state}", "knee", "infiltration", "Infiltration", state, "alice", "alice", AT,
            ("lidocaine",), "He moved" if state == "stopped" else "", ("s-planned",),
        )
        for state in ("proposed", "consented", "active", "completed", "stopped")
    ),
    appointments=tuple(
        values.Appointment(
            f"s-{state}", "session", state, "alice", AT, AT + timedelta(minutes=30), "knee",
            "Room 1", "Why",
        )
        for state in ("planned", "arrived", "done", "cancelled", "missed")
    ),
    given=(
        values.Given("g1", "course-active", "infiltration", "Infiltration", 1, "prepared", "alice",
                     AT),
        values.Given("g2", "course-active", "infiltration", "Infiltration", 1, "signed", "alice",
                     AT, "alice", AT, "alice", AT),
        values.Given("g3", "course-active", "infiltration", "Infiltration", 1, "delivered",
                     "alice", AT, "alice", AT, amends="g2", reason="The left side",
                     not_as_planned=("Not as planned: −10 °C: the probe failed",)),
    ),
    consents=(
        values.Consent("k1", "course-active", "infiltration", "Paul", AT, "alice", "file-s", "ef"),
        values.Consent("k2", "course-active", "infiltration", "Paul", AT, "alice", "file-s",
                       withdrawn_at=AT, withdrawn_by="Paul"),
    ),
    referrals=(
        values.Referral("r1", "knee", AT, "same-day", "les urgences", ("Genou chaud.",)),
        values.Referral("r2", "knee", AT, "soon", "un confrère", (), "Vu.", closed=True),
    ),
    files=(FILE, replace(FILE, id="doc", kind="received")),
    merges=(values.Merge("m1", "other", "alice", AT, "same card"),),
)  # fmt: skip


def written(record: values.Record) -> bytes:
    return b"".join(record_bundle(record, EDITION))


def resources(record: values.Record) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in json.loads(written(record))["entry"]]


def of_kind(record: values.Record, kind: str) -> list[dict[str, Any]]:
    return [one for one in resources(record) if one["resourceType"] == kind]


def test_a_whole_record_is_fhir_r4() -> None:
    bundle = Bundle.model_validate_json(written(RECORD))
    kinds = {entry.resource.get_resource_type() for entry in bundle.entry}
    assert kinds == {
        "Appointment", "CarePlan", "ClinicalImpression", "Condition", "Consent",
        "DocumentReference", "Observation", "Organization", "Patient", "Practitioner",
        "Procedure", "Provenance", "RelatedPerson", "ServiceRequest",
    }  # fmt: skip


def test_every_reference_is_to_a_resource_of_the_bundle() -> None:
    there = {f"{one['resourceType']}/{one['id']}" for one in resources(RECORD)}

    def references(part: Any) -> Iterable[str]:
        if isinstance(part, dict):
            if isinstance(part.get("reference"), str):
                yield part["reference"]
            for value in part.values():
                yield from references(value)
        elif isinstance(part, list):
            for value in part:
                yield from references(value)

    assert set(references(resources(RECORD))) <= there
    assert len(there) == len(resources(RECORD))


def test_the_number_leaves_only_where_it_may() -> None:
    (shared,) = of_kind(RECORD, "Patient")
    assert {"urn:oid:1.2.250.1.213.1.4.8"} < {one["system"] for one in shared["identifier"]}
    (kept,) = of_kind(replace(RECORD, patient=replace(PAUL, ins="", ins_oid="")), "Patient")
    assert "161054410900107" not in json.dumps(kept)
    assert [one["value"] for one in kept["identifier"]] == ["N-17", "N-18"]


def test_an_empty_record_is_fhir_and_says_only_what_is_known() -> None:
    bare = values.Record("c", AT, "a", values.Person("p"), values.Organisation("o", "O"), ())
    Bundle.model_validate_json(written(replace(bare, people=(values.Practitioner("a", "A"),))))
    (patient,) = of_kind(bare, "Patient")
    assert patient["gender"] == "unknown"
    assert "birthDate" not in patient
    assert "name" not in patient
    assert of_kind(bare, "Condition") == of_kind(bare, "Observation") == []


def test_only_the_pains_of_today_are_read_back_as_complaints() -> None:
    found = READER.read(written(RECORD), AS_OF)
    assert {one.id for one in found.complaints} == {"knee", "hip"}
    assert found.case("hip").complaint.since == date(2025, 3, 1)
    assert found.case("knee").complaint.side == "right"
    assert (found.birth_date, found.sex) == (date(1961, 5, 14), "male")


def test_each_statement_says_who_wrote_it_when_and_in_whose_words() -> None:
    first = of_kind(RECORD, "Observation")[0]
    assert first["performer"] == [{"reference": "Practitioner/alice"}]
    assert first["issued"].startswith("2026-11-22T10:30")
    assert {"valueCode": "patient"}.items() <= first["extension"][0].items()
    assert {"http://loinc.org"} <= {one["system"] for one in first["code"]["coding"]}


def test_nothing_is_left_out_and_what_no_longer_counts_says_so() -> None:
    def stated(value: Any, day: int) -> values.Statement:
        return values.Statement("anticoagulant", value, date(2026, 11, day), "alice", AT)

    told = (stated("vka", 1), stated(None, 2), stated("doac", 3), stated("none", 3))
    observations = of_kind(replace(RECORD, statements=told), "Observation")
    assert [one["status"] for one in observations] == [
        "entered-in-error", "final", "entered-in-error", "final",
    ]  # fmt: skip
    assert "dataAbsentReason" in observations[1]


# Facts that the header answers are not stated about by themselves.
STATED = [one for one in EDITION.facts if not one.from_header]


def raw_values(definition: FactDefinition) -> st.SearchStrategy[Any]:
    """Values as they are kept, as JSON."""
    options = [option.id for option in definition.options]
    if definition.type == "boolean":
        return st.booleans()
    if definition.type == "number":
        low, high = definition.range or (0.0, 100.0)
        return st.floats(low, high, allow_nan=False)
    if definition.type == "choice":
        return st.sampled_from(options)
    if definition.type == "set":
        some = st.lists(st.sampled_from(options), unique=True, max_size=3)
        partial = st.fixed_dictionaries({"has": some, "not": some}).filter(
            lambda value: not set(value["has"]) & set(value["not"])
        )
        return st.one_of(partial, some)
    day = (
        st.dates(date(2020, 1, 1), AS_OF) if definition.past else st.dates(AS_OF, date(2028, 1, 1))
    )
    return st.one_of(day.map(date.isoformat), st.just("never"))


@st.composite
def told(draw: st.DrawFn) -> list[Statement]:
    """Statements as they are written over time, several of one fact, some taken back."""
    chosen = draw(st.lists(st.sampled_from(STATED), unique_by=lambda f: f.id, max_size=5))
    rows: list[Statement] = []
    for definition in chosen:
        count = draw(st.integers(1, 5))
        for _ in range(count):
            value = draw(st.one_of(raw_values(definition), raw_values(definition), st.none()))
            age = draw(st.sampled_from([0, 0, 1, 3, 20, 400]))
            complaint = draw(st.sampled_from([1, 2])) if definition.about == "complaint" else None
            rows.append(
                Statement(
                    fact=definition.id,
                    value=value,
                    at=AS_OF - timedelta(days=age),
                    complaint_id=complaint,
                    submission=uuid.uuid4(),
                )
            )
    undone = draw(st.lists(st.sampled_from(rows), max_size=2, unique_by=id)) if rows else []
    rows += [
        Statement(
            fact=one.fact, value=None, at=AS_OF, complaint_id=one.complaint_id,
            submission=uuid.uuid4(), undoes=one.submission,
        )
        for one in undone
    ]  # fmt: skip
    order = draw(st.permutations(range(len(rows))))
    for key, row in zip(order, rows, strict=True):
        row.pk = key + 1
    return rows


def as_values(rows: Iterable[Statement]) -> tuple[values.Statement, ...]:
    """The rows as the records give them: by fact, by complaint, by day, as written."""
    names = {None: "", 1: "knee", 2: "hip"}
    ordered = sorted(rows, key=lambda r: (r.fact, r.complaint_id or 0, r.at, r.pk))
    undone = {row.undoes for row in ordered if row.undoes}
    return tuple(
        values.Statement(
            r.fact,
            r.value,
            r.at,
            "alice",
            AT,
            complaint=names[r.complaint_id],
            undone=r.undoes is not None or r.submission in undone,
        )
        for r in ordered
    )


MEASURED = [one for one in EDITION.of_records if one.measures is not None]
"""Measures that speak of a disease too: few platelets, of the blood."""


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        fact: (dict(known.value) if isinstance(known.value, Mapping) else known.value, known.at)
        for fact, known in facts.items()
        if known.value is NEVER or known.value != {}
    }


def of_day(
    pk: int, age: int, value: object, fact: str = "tried", complaint: int | None = 1
) -> Statement:
    at = AS_OF - timedelta(days=age)
    return Statement(pk=pk, fact=fact, value=value, at=at, complaint_id=complaint)


@given(told())
@example(  # a list that speaks of no member moved the day of the one before it
    [
        of_day(1, 1, {"has": [], "not": ["physiotherapy"]}),
        of_day(2, 0, {"has": [], "not": []}),
    ]
)
@example(
    [
        of_day(1, 3, {"has": ["physiotherapy"], "not": []}),
        of_day(2, 1, {"has": [], "not": ["physiotherapy"]}),
    ]
)
@example(
    [
        of_day(1, 0, False, "haematological-disease", None),
        of_day(2, 0, 40, "platelets", None),
    ]
)
def test_what_is_read_back_is_what_the_record_comes_to(rows: list[Statement]) -> None:
    """Whoever reads it elsewhere does not know which of one day was said last: a denial beside a
    measure that speaks against it is asked again, and nothing else is."""
    record = replace(RECORD, complaints=(KNEE, HIP), statements=as_values(rows))
    read = READER.read(written(record), AS_OF)
    for complaint, name in ((1, "knee"), (2, "hip")):
        about = [row for row in rows if row.complaint_id in (None, complaint)]
        case, meant = read.case(name), plain(told_by(about, DICTIONARY, AS_OF).facts)
        again = {
            fact
            for one in MEASURED
            for fact in one.concerns
            if one.measures in meant and fact in meant and fact not in case.facts
        }
        assert again <= case.doubted
        assert plain(case.facts) == {fact: meant[fact] for fact in meant if fact not in again}


def test_what_was_not_as_planned_is_a_note_of_its_procedure() -> None:
    found = record_care.procedure(RECORD.given[2], RECORD)
    assert [one["text"] for one in found["note"]] == [
        "Amends g2: The left side", "Not as planned: −10 °C: the probe failed",
    ]  # fmt: skip
