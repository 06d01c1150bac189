"""What leaves as FHIR JSON holds the strings that R4 lets a string be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from dolenti.cql import export
from dolenti.fhir import record_bundle, record_values
from dolenti.fhir.who import read_who
from dolenti.guideline.fhir_strings import as_json, plain
from tests.fhir_bundles import EDITION
from tests.r4 import faults

# `string` and `markdown` of the official fhir.schema.json of R4 have one pattern: a space, a line
# break, a tab, or \S, which in ECMA-262 is everything but these.
ECMA_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
R4_STRING = re.compile(rf"(?:[ \r\n\t]|[^{ECMA_SPACE}])+")
AT = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
FRENCH = "Dit\u00a0: «\u202fj’ai mal\u202f»\u00a0; depuis 3\u2009mois\u00a0!"
PAUL = record_values.Person(
    "paul",
    birth_name="Durand",
    given_names=("Paul", "Marie\u00a0Jean"),
    birth_place="44109",
    birth_place_name="La\u00a0Baule",
    doctor=FRENCH,
)
RECORD = record_values.Record(
    id="copy",
    made=AT,
    made_by="alice",
    patient=PAUL,
    organisation=record_values.Organisation("north", FRENCH, FRENCH),
    people=(record_values.Practitioner("alice", FRENCH),),
    complaints=(
        record_values.Complaint("k", "alice", AT, "knee-osteoarthritis", "knee", note=FRENCH),
    ),
    merges=(record_values.Merge("m", "gone", "alice", AT, FRENCH, "alice"),),
)


def strings(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        yield from (text for value in part.values() for text in strings(value))
    elif isinstance(part, list):
        yield from (text for value in part for text in strings(value))


def test_every_string_of_a_copy_is_one_of_r4() -> None:
    data = b"".join(record_bundle(RECORD, EDITION))
    found = list(strings(json.loads(data)))
    assert "Dit : « j’ai mal » ; depuis 3 mois !" in found
    assert [text for text in found if not R4_STRING.fullmatch(text)] == []


def test_every_string_of_the_exported_knowledge_is_one_of_r4() -> None:
    texts = export(EDITION)
    for name in ("plan-definitions.json", "value-sets.json"):
        found = strings(json.loads(texts[name]))
        assert [text for text in found if not R4_STRING.fullmatch(text)] == [], name


@pytest.mark.parametrize(
    "char", ["\u00a0", "\u1680", "\u2000", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f",
             "\u3000", "\ufeff"],
)  # fmt: skip
def test_no_other_space_is_left_and_nothing_else_is_touched(char: str) -> None:
    assert not R4_STRING.fullmatch(char)
    assert plain(f"a{char}b") == "a b"
    kept = "é\n\t\r «x» \u200b\\u00a0"
    assert plain(kept) == kept
    assert json.loads(as_json({"a": [f"1{char}2"], "b": 3, "c": None})) == {
        "a": ["1 2"], "b": 3, "c": None,
    }  # fmt: skip


def test_who_was_written_is_who_is_read() -> None:
    """By the French profiles, as other software of the country writes and reads them."""
    data = b"".join(record_bundle(replace(RECORD, complaints=()), EDITION))
    patient = json.loads(data)["entry"][0]["resource"]
    base = "https://hl7.fr/ig/fhir/core/StructureDefinition"
    (place,) = patient["extension"]
    assert place["valueAddress"]["extension"][0]["url"] == f"{base}/fr-core-address-insee-code"
    assert patient["name"][0]["extension"] == [
        {
            "url": f"{base}/fr-core-patient-birth-list-given-name",
            "valueString": "Paul Marie Jean",
        }
    ]
    who = read_who(data, "copy.json")
    assert (who.birth_place, who.birth_place_name) == ("44109", "La Baule")
    assert (who.birth_name, who.first_name) == ("Durand", "Paul")
    assert who.given_names == "Paul Marie Jean"


def test_a_copy_is_as_the_official_schema_wants_it() -> None:
    bundle = json.loads(b"".join(record_bundle(RECORD, EDITION)))
    assert faults(bundle) == []


@pytest.mark.parametrize(
    "broken",
    [
        {"resourceType": "Bundle"} | {"typ": "x"}, {"resourceType": "Patient", "gender": "m"},
        {"resourceType": "Patient", "birthDate": "26/07/1955"}, {"resourceType": "Nobody"}, [],
        {"resourceType": "Patient", "name": [{"family": "La\u00a0Baule"}]},
        {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient", "x": 1}}]},
        {"resourceType": "Observation", "code": {"text": "INR"}, "valueQuantity": {"value": "2"}},
    ],
)  # fmt: skip
def test_the_official_schema_refuses_what_r4_has_not(broken: Any) -> None:
    assert faults(broken)
