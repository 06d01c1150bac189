"""An OMOP CDM made one table by the bedside's rules: what is not understood is in doubt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from dolenti.flattening import omop
from tests.flattened import REASON, done, refused, rows
from tests.omop_tables import Cdm


def row_of(folder: Path, cdm: Cdm, *options: str) -> dict[str, Any]:
    """The one row of the one person."""
    done(folder, str(cdm.as_parquet(folder / "cdm")), *options)
    (row,) = rows(folder)
    return row


def test_people_are_sorted_in_parts_and_each_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cdm = Cdm(*range(1, 40))
    for person in range(1, 40):
        for day in ("2025-01-01", "2026-01-01"):
            cdm.add("condition_occurrence", person, condition_concept_id=239873007,
                    condition_start_date=day)  # fmt: skip
    place = str(cdm.as_parquet(tmp_path / "cdm"))
    whole = done(tmp_path, place), sorted(map(str, rows(tmp_path)))
    monkeypatch.setattr(omop, "_SORTED", 7)
    assert (done(tmp_path, place), sorted(map(str, rows(tmp_path)))) == whole
    assert whole[0]["patients"] == 39


def test_a_column_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    cdm = Cdm(1).as_parquet(tmp_path / "cdm")
    person = cdm / "person.parquet"
    person.write_bytes(person.read_bytes().replace(b"person_id", b"pers\xe6n_id"))
    assert "no whole parquet file" in refused(tmp_path, str(cdm))


def test_a_person_is_read_by_all_the_tables(tmp_path: Path) -> None:
    cdm = Cdm(1)
    cdm.add("drug_exposure", 1, drug_concept_id=11289, drug_exposure_start_date="2026-10-01",
            drug_exposure_end_date="2027-01-01")  # fmt: skip
    cdm.add("measurement", 1, measurement_concept_id=63016, measurement_date="2026-11-21",
            value_as_number=2.5, unit_concept_id=9001)  # fmt: skip
    cdm.add("measurement", 1, measurement_concept_id=29463, measurement_date="2026-11-21",
            value_as_number=81.5, unit_concept_id=9529)  # fmt: skip
    cdm.add("condition_occurrence", 1, condition_concept_id=0, condition_source_concept_id=400,
            condition_source_value="G40.9", condition_start_date="2020-01-01")  # fmt: skip
    cdm.add("observation", 1, observation_concept_id=419199007, value_as_concept_id=387480006,
            observation_date="2019-01-01")  # fmt: skip
    row = row_of(tmp_path, cdm)
    assert row["patient"] == "1"
    assert (row["condition"], row["since"].isoformat()) == ("knee-osteoarthritis", "2026-05-01")
    assert (row["birth_date"].isoformat(), row["sex"]) == ("1950-02-03", "male")
    assert (row["anticoagulant"], row["inr"], row["weight"]) == ("vka", 2.5, 81.5)
    assert (row["epilepsy"], row["allergy__lidocaine"]) == (True, True)


def test_a_database_is_the_same_as_its_tables(tmp_path: Path) -> None:
    cdm = Cdm(1, 2, 3)
    cdm.add("drug_exposure", 2, drug_concept_id=500, drug_exposure_start_date="2026-10-01",
            drug_exposure_end_date="2027-01-01")  # fmt: skip
    done(tmp_path, str(cdm.as_parquet(tmp_path / "cdm")))
    of_parquet = rows(tmp_path)
    done(tmp_path, str(cdm.as_database(tmp_path / "cdm.duckdb")))
    assert rows(tmp_path) == of_parquet
    assert [row["anticoagulant"] for row in of_parquet] == [None, "doac", None]


@pytest.mark.parametrize(
    "table,row,fact",
    [
        ("drug_exposure", {"drug_source_value": "XZ-17"}, "anticoagulant"),
        ("drug_exposure", {"drug_concept_id": 0}, "anticoagulant"),
        ("drug_exposure", {"drug_concept_id": 700, "drug_source_value": "XZ"}, "anticoagulant"),
        ("drug_exposure", {"drug_concept_id": 31415}, "anticoagulant"),
        ("condition_occurrence", {"condition_source_value": "XZ-17"}, "epilepsy"),
        ("condition_occurrence", {"condition_concept_id": 700}, "epilepsy"),
        ("procedure_occurrence", {"procedure_source_value": "XZ-17"}, "cardiac-device"),
        ("procedure_occurrence", {"procedure_concept_id": 700}, "cardiac-device"),
        ("device_exposure", {"device_source_value": "XZ-17"}, "cardiac-device"),
        ("observation", {"observation_source_value": "allergie à XZ-17"}, "allergy"),
        ("condition_occurrence", {"condition_source_value": "XZ allergy"}, "allergy"),
    ],
)
def test_what_is_not_understood_is_doubted_and_never_closed(
    tmp_path: Path, table: str, row: dict[str, Any], fact: str
) -> None:
    cdm = Cdm(1, 2)
    concept = {f"{table.partition('_')[0]}_concept_id": 0}
    cdm.add(table, 1, **concept | row)
    told = done(tmp_path, str(cdm.as_parquet(tmp_path / "cdm")), "--closed", f"{fact}={REASON}")
    assert told["doubted"][fact] == 1
    assert told["unread"]
    first, second = rows(tmp_path)
    columns = [name for name in first if name == fact or name.startswith(f"{fact}__")]
    assert {first[name] for name in columns if not name.endswith("__at")} == {None}
    assert None not in {second[name] for name in columns if not name.endswith("__at")}


def test_without_the_vocabulary_nothing_is_understood_and_no_pain_is_known(tmp_path: Path) -> None:
    cdm = Cdm(1)
    cdm.add("drug_exposure", 1, drug_concept_id=11289, drug_exposure_start_date="2026-10-01",
            drug_exposure_end_date="2027-01-01")  # fmt: skip
    place = str(cdm.as_parquet(tmp_path / "cdm", "concept"))
    assert "no record here holds a pain" in refused(tmp_path, place)


@pytest.mark.parametrize(
    "end,closing,means",
    [
        ("2027-01-01", (), "vka"),
        ("9999-12-31", (), "vka"),
        (None, ("--closed", f"anticoagulant={REASON}"), None),
        ("2026-10-15", ("--closed", f"anticoagulant={REASON}"), None),
        ("2020-01-01", ("--closed", f"anticoagulant={REASON}"), "none"),
    ],
)
def test_a_medicine_may_be_taken_for_a_year_after_its_pack(
    tmp_path: Path, end: str | None, closing: tuple[str, ...], means: str | None
) -> None:
    cdm = Cdm(1)
    cdm.add("drug_exposure", 1, drug_concept_id=11289, drug_exposure_start_date="2019-10-01",
            drug_exposure_end_date=end)  # fmt: skip
    assert row_of(tmp_path, cdm, *closing)["anticoagulant"] == means


@pytest.mark.parametrize(
    "told",
    [
        {"condition_end_date": "2020-01-03"},
        {"condition_status_concept_id": 32899},
        {"condition_status_concept_id": 4188893},
    ],
    ids=["a visit ended", "preliminary", "history of"],
)
def test_a_disease_that_is_not_sure_is_in_doubt_and_no_no(
    tmp_path: Path, told: dict[str, Any]
) -> None:
    cdm = Cdm(1)
    cdm.add("condition_occurrence", 1, condition_concept_id=84757009,
            condition_start_date="2020-01-01", **told)  # fmt: skip
    assert row_of(tmp_path, cdm, "--closed", f"epilepsy={REASON}")["epilepsy"] is None


def test_a_pain_told_at_every_visit_is_one_of_which_nobody_said_since_when(tmp_path: Path) -> None:
    cdm = Cdm(1)
    cdm.add("condition_occurrence", 1, condition_concept_id=239873007,
            condition_start_date="2026-10-01", condition_end_date="2026-10-01")  # fmt: skip
    row = row_of(tmp_path, cdm)
    assert (row["condition"], row["since"]) == ("knee-osteoarthritis", None)


@pytest.mark.parametrize(
    "told",
    [
        {"unit_concept_id": 0},
        {"operator_concept_id": 4171756},
        {"value_as_number": float("nan")},
        {"measurement_date": None},
        {"measurement_date": "1970-01-01"},
        {"measurement_date": "9999-12-31"},
    ],
)
def test_a_result_that_is_no_number_of_a_day_is_unknown(
    tmp_path: Path, told: dict[str, Any]
) -> None:
    cdm = Cdm(1)
    result = {"measurement_concept_id": 63016, "value_as_number": 2.5, "unit_concept_id": 9001}
    if "unit_concept_id" in told:
        result |= {"measurement_concept_id": 777, "value_as_number": 250.0}
    cdm.add("measurement", 1, **{"measurement_date": "2026-11-21"} | result | told)
    row = row_of(tmp_path, cdm)
    assert (row["inr"], row["platelets"]) == (None, None)


@pytest.mark.parametrize(
    "month,first,last", [(None, "1950-01-01", "1950-12-31"), (5, "1950-05-01", "1950-05-31")]
)
def test_a_year_or_a_month_of_birth_stays_one(
    tmp_path: Path, month: int | None, first: str, last: str
) -> None:
    cdm = Cdm(1)
    cdm.tables["person"][0] |= {
        "year_of_birth": 1950, "month_of_birth": month, "day_of_birth": None,
    }  # fmt: skip
    row = row_of(tmp_path, cdm)
    assert (row["birth_date"].isoformat(), row["birth_date_last"].isoformat()) == (first, last)


def test_a_birth_that_is_no_day_is_unknown(tmp_path: Path) -> None:
    cdm = Cdm(1)
    cdm.tables["person"][0] |= {"year_of_birth": 1900, "month_of_birth": 1, "day_of_birth": 1}
    assert row_of(tmp_path, cdm)["birth_date"] is None


def test_the_dead_are_refused_and_rows_of_nobody_counted(tmp_path: Path) -> None:
    cdm = Cdm(1, 2)
    cdm.add("death", 2, death_date="2026-01-01")
    cdm.add("drug_exposure", None, drug_concept_id=11289)
    cdm.add("drug_exposure", 99, drug_concept_id=11289)
    cdm.add("note", 1, note_text="x")
    told = done(tmp_path, str(cdm.as_parquet(tmp_path / "cdm")))
    assert told["patients"] == 1
    assert {one["name"] for one in told["refused"]["named"]} == {"person/2", "person/99"}
    assert told["lost"] == {"drug_exposure": 1}
    assert told["unread"] == {"omop|note": 1}


@pytest.mark.parametrize("content", [b"", b"no database", b"PAR1"])
def test_what_is_no_database_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.duckdb").write_bytes(content)
    assert "person" in (told := refused(tmp_path, str(tmp_path / "x.duckdb"))) or "no whole" in told
    (tmp_path / "cdm").mkdir()
    (tmp_path / "cdm" / "person.parquet").write_bytes(content)
    assert "no whole parquet file" in refused(tmp_path, str(tmp_path / "cdm"))


def test_every_spelling_of_tables_and_parts_is_read(tmp_path: Path) -> None:
    cdm = Cdm(1, 2)
    folder = cdm.as_parquet(tmp_path / "cdm")
    table = pq.read_table(folder / "person.parquet")
    (folder / "person.parquet").unlink()
    (folder / "PERSON").mkdir()
    upper = table.rename_columns([name.upper() for name in table.column_names])
    pq.write_table(upper.slice(0, 1), folder / "PERSON" / "part-0.parquet")
    pq.write_table(upper.slice(1), folder / "PERSON" / "part-1.parquet")
    done(tmp_path, str(folder))
    assert [row["patient"] for row in rows(tmp_path)] == ["1", "2"]
