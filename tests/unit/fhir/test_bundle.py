"""From bytes to resources: what is refused, how clearly, and at what cost."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.fhir import read_bounded
from dolenti.fhir.bundle import MAX_BYTES, MOST_MEMBERS, TYPES, decode
from dolenti.guideline.errors import InputError
from tests.fhir_bundles import (
    AS_OF,
    EDITION,
    INR,
    KNEE,
    READER,
    WARFARIN,
    allergy,
    bundle,
    condition,
    medicine,
    observation,
    patient,
    procedure,
    resource,
)


def refusal(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        READER.read(data, AS_OF, "paul.json")
    message = str(caught.value)
    assert message.startswith("paul.json")
    assert "\n" not in message
    assert caught.value.fr != caught.value.what  # said in French too
    return message


@pytest.mark.parametrize(
    "data, says",
    [
        (b"", "the file is empty"),
        (b"  \n ", "the file is empty"),
        (b"<Bundle/>", "looks like XML"),
        (b'{"resourceType": "Bundle", "entry": [', "paul.json:1: the JSON stops in the middle"),
        (b'{"resourceType":\n"Bundle",\n !}', "paul.json:3: this is not JSON"),
        (b"[]", "no FHIR Bundle"),
        (b"12", "no FHIR Bundle"),
        (b"{}", "not FHIR"),
        (b'{"resourceType": "Patient"}', "this is a FHIR Patient, not a Bundle"),
        (b'{"resourceType": "Bundle", "type": "history"}', "type “history” is not read"),
        (b'{"resourceType": "Bundle", "type": []}', "is not read"),
        (b'{"resourceType": "Bundle", "entry": {}}', "Bundle.entry: "),
        (b'{"resourceType": "Bundle", "entry": [{"resource": 3}]}', "Bundle.entry[0].resource"),
        (b'{"resourceType": "Bundle", "type": "collection"}', "no Patient"),
        (b'{"resourceType": "Bund\xffle"}', "not JSON"),
        (b"\x1f\x8bnonsense", "gzip data is damaged"),
        (gzip.compress(b"{}", mtime=0)[:-9], "gzip data stops in the middle"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"\x00\x01\x02", "not JSON"),
    ],
)  # fmt: skip
def test_what_is_no_bundle_is_refused_with_its_place(data: bytes, says: str) -> None:
    assert says in refusal(data)


def test_a_wrong_entry_of_a_large_bundle_is_named_by_its_place() -> None:
    filling = [{"resource": {"resourceType": "Basic", "id": "x" * 60}}] * 20_000
    wrong = {"resourceType": "Bundle", "entry": [*filling, {"resource": 3}]}
    assert "Bundle.entry[20000].resource" in refusal(json.dumps(wrong).encode())


def test_a_large_bundle_with_a_colon_in_a_key_of_its_own_is_read_all_the_same() -> None:
    filling = [resource("Basic", id="x" * 60) for _ in range(12_000)]
    data = bundle(patient(), *filling, **{"ehr:of": "1"})
    assert len(data) > 1024 * 1024
    assert READER.read(data, AS_OF).sex == "male"


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_broken_json(word: str) -> None:
    data = bundle(patient(), observation(INR, "2026-11-21", value=1)).decode()
    data = data.replace('"value": 1', f'"value": {word}')
    assert "is not a number" in refusal(data.encode())


def test_a_number_too_large_for_a_computer_costs_only_itself() -> None:
    data = bundle(patient(), observation(INR, "2026-11-21", value=1)).decode()
    data = data.replace('"value": 1', f'"value": 1{"0" * 400}')
    assert READER.read(data.encode(), AS_OF).facts == {}


@pytest.mark.parametrize("kind", TYPES)
def test_these_types_of_bundle_are_read(kind: str) -> None:
    assert READER.read(bundle(patient(), type=kind), AS_OF).sex == "male"


def test_gzip_and_a_byte_order_mark_are_accepted() -> None:
    plain = bundle(patient())
    halves = gzip.compress(plain[:40], mtime=0) + gzip.compress(plain[40:])
    for data in (gzip.compress(plain, mtime=0), halves, b"\xef\xbb\xbf" + plain):
        assert READER.read(data, AS_OF) == READER.read(plain, AS_OF)


def test_gzip_in_many_parts_is_read_up_to_a_number_of_them() -> None:
    plain = bundle(patient(), note=[{"text": "x" * 200_000}])
    whole = gzip.compress(plain, compresslevel=0, mtime=0)  # longer than a piece that is unzipped
    nothing = gzip.compress(b"", mtime=0)
    padded = nothing + bytes(70_000) + whole + bytes(3) + nothing * (MOST_MEMBERS - 3) + bytes(2)
    assert READER.read(padded, AS_OF) == READER.read(plain, AS_OF)
    assert "more than 10000 parts" in refusal(nothing * 2 + padded)
    assert "is damaged" in refusal(whole + b"no gzip at all")


def test_a_small_gzip_that_unfolds_into_a_huge_file_is_refused() -> None:
    squeezed = zlib.compressobj(9, wbits=31)
    bomb = b"".join(squeezed.compress(bytes(1024 * 1024)) for _ in range(200)) + squeezed.flush()
    assert len(bomb) < 1024 * 1024
    assert "larger than 64 MB" in refusal(bomb)


def test_a_huge_file_is_refused_without_reading_it_all() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            self.given += len(buffer)
            return len(buffer)

    endless = Endless()
    with pytest.raises(InputError, match="larger than 64 MB"):
        read_bounded(io.BufferedReader(endless))
    assert endless.given < 2 * MAX_BYTES


def test_a_file_of_usual_size_is_read_whole() -> None:
    assert read_bounded(io.BytesIO(b"abc")) == b"abc"


def test_what_a_transaction_deletes_is_not_there() -> None:
    entries = [
        {"resource": patient()},
        {"resource": medicine(WARFARIN), "request": {"method": "DELETE", "url": "x"}},
        {"request": {"method": "DELETE", "url": "y"}},
    ]
    content = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    assert READER.read(json.dumps(content).encode(), AS_OF).facts == {}


def test_what_is_not_looked_at_is_not_kept() -> None:
    claim = resource("Claim", insurance=[{"sequence": 1}], text={"div": "x" * 1000})
    (entry,) = decode(bundle(claim), "x").entry or []
    assert not hasattr(entry.resource, "insurance")


def test_thousands_of_entries_at_one_moment_are_read_at_once() -> None:
    weight = observation("loinc:29463-7", "2026-11-01", value=80, unit="kg")
    found = READER.read(bundle(patient(), *([weight] * 20_000)), AS_OF)
    assert found.facts["weight"].value == 80


def test_a_record_of_endless_complaints_is_refused() -> None:
    assert "101 painful conditions" in refusal(bundle(patient(), *([condition(KNEE)] * 101)))


ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["2026-11-21", "2026", "9999-12-31T23:59:59-14:00", "active", "#x"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["coding", "system", "code", "reference", "value", "start", "end", "id"]),
        inner,
        max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip
WHOLE = [
    patient(),
    condition(KNEE, since="2024-03-01", site=("snomed:72696002",)),
    condition("icd10:C50.9", "resolved", until="2020-01-01"),
    observation(INR, "2026-11-21", value=2.6, unit="{INR}"),
    observation("fact:anticoagulant", "2026-11-21", valueCodeableConcept={}),
    observation("fact:allergy", "2026-11-21", component=[]),
    observation("fact:next-competition", "2026-11-21", valueDateTime="2027-01-17"),
    medicine(WARFARIN, contained=[], medicationReference={"reference": "#x"}),
    allergy("snomed:387480006", reaction=[]),
    procedure("snomed:609588000", site=("snomed:7771000",)),
    resource("List", code={}, emptyReason={}, date="2026", section=[]),
]


@given(st.data())
def test_no_element_however_odd_stops_the_reading(data: st.DataObject) -> None:
    resources = [dict(one) for one in WHOLE]
    for _ in range(data.draw(st.integers(1, 3))):
        changed = data.draw(st.sampled_from(resources))
        changed[data.draw(st.sampled_from(sorted(changed)))] = data.draw(ANYTHING)
    try:
        found = READER.read(bundle(*resources), AS_OF)
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right; a crash is not
    else:
        ids = {fact.id for fact in EDITION.facts}
        for case in found.cases():
            assert set(case.facts) <= ids
        json.dumps([*found.unmapped, *found.used])


def test_a_number_of_thousands_of_digits_is_one_sentence() -> None:
    data = bundle(patient(), observation(INR, "2026-11-21", value=9)).replace(
        b'"value": 9', b'"value": ' + b"9" * 5_000
    )
    assert "no measurement has" in refusal(data)


def test_half_a_character_given_as_an_escape_is_one_sentence() -> None:
    data = bundle(patient(), allergy(KNEE)).replace(b"paul", b"pa\\ud800ul", 1)
    assert "not JSON" in refusal(data)


def test_control_characters_given_as_escapes_are_never_shown() -> None:
    odd = allergy(KNEE) | {"code": {"text": "Xylo\x00\x1b[31m\u202ecaine" + "x" * 400}}
    (one,) = READER.read(bundle(patient(), odd), AS_OF).unread
    assert one.says.isprintable()
    assert len(one.says) <= 60
    assert one.item.isprintable()
    assert len(one.item) <= 200


def test_twenty_thousand_complaints_are_refused_in_a_time_that_grows_with_them() -> None:
    many = bundle(patient(), *(condition(KNEE, id=f"k{number}") for number in range(20_000)))
    assert "at most 100 are read" in refusal(many)
