"""Files that are not what they should be: one sentence that names and counts, and no file left."""

from __future__ import annotations

import os
import resource
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dolenti.guideline.errors import InputError
from dolenti.population import DuckDBEngine, Outcome, Request, judge_population
from dolenti.population.engines import written_whole
from dolenti.population.rows import to_table
from tests.populations import written
from tests.small_edition import small_edition

EDITION = small_edition()
AS_OF = date(2026, 11, 22)


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(threads=1)
    yield engine
    engine.close()


@pytest.fixture
def judge(engine: DuckDBEngine, tmp_path: Path) -> Any:
    def judge(source: pa.Table | bytes | str, **asked: Any) -> Outcome:
        file = tmp_path / "patients.parquet"
        if isinstance(source, pa.Table):
            pq.write_table(source, file)
        elif isinstance(source, bytes):
            file.write_bytes(source)
        else:
            file = Path(source)
        out = str(tmp_path / "verdicts.parquet")
        return judge_population(engine, EDITION, Request(str(file), AS_OF, out, **asked))

    return judge


@pytest.fixture(autouse=True)
def nothing_half_written(tmp_path: Path) -> Iterator[None]:
    yield
    assert not list(tmp_path.glob(".*"))


def refused(judge: Any, source: Any, *said: str, **asked: Any) -> None:
    with pytest.raises(InputError) as refusal:
        judge(source, **asked)
    for part in said:
        assert part in str(refusal.value)
    assert refusal.value.fr != refusal.value.what


def test_a_column_that_is_absent_is_unknown_for_all_and_said(judge: Any) -> None:
    table = to_table([{"patient": "1", "condition": "sore-knee"}], EDITION)
    outcome = judge(table.drop_columns(["infection", "inr", "inr__at"]), summary=True)
    assert outcome.readable.absent == ("infection", "inr")
    assert outcome.summary.statuses["needling"]["needs-information"] == 1
    assert outcome.summary.missing["infection"] == 1


def test_a_column_of_nothing_is_as_good_as_absent(judge: Any) -> None:
    table = pa.table({"patient": ["1"], "infection": pa.nulls(1)})
    assert "infection" in judge(table).readable.absent


def test_a_set_is_absent_only_where_no_member_has_a_column(judge: Any) -> None:
    table = pa.table({"patient": ["1"], "allergy__nsaid": [True]})
    assert "allergy" not in judge(table).readable.absent


def test_a_column_that_means_nothing_is_said(judge: Any) -> None:
    outcome = judge(pa.table({"patient": ["1"], "shoe size": [43]}))
    assert outcome.readable.unread == ("shoe size",)


def test_every_wrong_type_is_named(judge: Any) -> None:
    table = pa.table({"patient": ["1"], "infection": ["no"], "weight": ["heavy"], "inr__at": [3]})
    refused(judge, table, "infection is", "weight is", "inr__at is", "should be a date")


def test_a_set_in_one_column_is_refused(judge: Any) -> None:
    refused(judge, pa.table({"patient": ["1"], "allergy": [["nsaid"]]}), "allergy__lidocaine")


def test_a_file_without_patients_is_refused(judge: Any) -> None:
    refused(judge, pa.table({"pateint": ["1"]}), "“patient” is missing", "did you mean pateint")
    refused(judge, pa.table({"patient": ["1", None]}), "patient: 1 row without a patient")


def test_an_unknown_answer_is_counted(judge: Any) -> None:
    table = pa.table({"patient": ["1", "2", "3"], "anticoagulant": ["warfarin", None, "vka"]})
    refused(judge, table, "anticoagulant: 1 row with an unknown answer", "--set-aside")


def test_a_patient_twice_is_refused(judge: Any) -> None:
    refused(judge, pa.table({"patient": ["1", "2", "1", "1"]}), "2 rows repeat a patient")


def test_a_patient_may_have_two_complaints(judge: Any) -> None:
    table = pa.table({"patient": ["1", "1"], "complaint": ["knee", "elbow"]})
    assert judge(table).readable.rows == 2


def test_identifiers_may_be_numbers(judge: Any, tmp_path: Path) -> None:
    judge(pa.table({"patient": [7, 8]}))
    assert pq.read_table(tmp_path / "verdicts.parquet")["patient"].to_pylist() == [7, 8]


def test_nan_is_refused_and_never_set_aside(judge: Any) -> None:
    table = pa.table({"patient": ["1", "2"], "inr": [float("nan"), 2.0]})
    refused(judge, table, "inr: 1 row with NaN")
    refused(judge, table, "inr: 1 row with NaN", set_aside=True)


def test_infinity_is_impossible(judge: Any) -> None:
    refused(judge, pa.table({"patient": ["1"], "inr": [float("inf")]}), "outside 0.5 to 20")


def test_impossible_values_are_named_and_counted_together(judge: Any) -> None:
    table = pa.table(
        {
            "patient": ["1", "2", "3"],
            "weight": [900.0, 0.0, 70.0],
            "birth_date": [date(2026, 11, 23), date(1880, 1, 1), date(1950, 1, 1)],
            "last-injection": [date(2026, 11, 23), date(1899, 1, 1), date(1, 1, 1)],
            "age": [None, None, 30.0],
            "condition": ["sore-knee", None, None],
            "zone": ["elbow", "elbow", None],
        }
    )
    refused(
        judge,
        table,
        "weight: 2 rows outside 1 to 350",
        "birth_date: 2 rows",
        "last-injection: 2 rows",
        "age: 1 row whose age",
        "zone: 1 row",
    )


def test_impossible_values_are_unknown_where_that_is_asked(judge: Any, tmp_path: Path) -> None:
    table = pa.table({"patient": ["1", "2"], "anticoagulant": ["warfarin", "none"]})
    outcome = judge(table, set_aside=True)
    assert [said.en for said in outcome.readable.set_aside] == [
        "anticoagulant: 1 row with an unknown answer"
    ]
    found = pq.read_table(tmp_path / "verdicts.parquet")["needling-inr"].to_pylist()
    assert found == [None, False]


def test_no_rows_no_parquet_no_file(judge: Any, tmp_path: Path) -> None:
    refused(judge, to_table([], EDITION), "no row")
    refused(judge, b"", "the file is empty")
    refused(judge, b"patient;age\n1;40\n", "no whole parquet file")
    refused(judge, str(tmp_path / "elsewhere.parquet"), "no such file")


def test_a_truncated_file_is_refused(judge: Any, tmp_path: Path) -> None:
    rows = [{"patient": str(n), "condition": "sore-knee"} for n in range(1000)]
    whole = Path(written(tmp_path, rows, EDITION)).read_bytes()
    refused(judge, whole[: len(whole) // 2], "no whole parquet file")


def test_a_file_damaged_inside_leaves_nothing(judge: Any, tmp_path: Path) -> None:
    rows = [{"patient": str(n), "condition": "sore-knee"} for n in range(1000)]
    whole = bytearray(Path(written(tmp_path, rows, EDITION)).read_bytes())
    whole[4:200] = bytes(196)
    refused(judge, bytes(whole), "cannot be read")
    assert not (tmp_path / "verdicts.parquet").exists()


def test_the_patients_are_never_overwritten(engine: DuckDBEngine, tmp_path: Path) -> None:
    file = written(tmp_path, [{"patient": "1"}], EDITION)
    with pytest.raises(InputError, match="overwrite"):
        judge_population(engine, EDITION, Request(file, AS_OF, file))


def test_a_folder_that_does_not_exist_is_said(engine: DuckDBEngine, tmp_path: Path) -> None:
    file = written(tmp_path, [{"patient": "1"}], EDITION)
    out = str(tmp_path / "nowhere" / "verdicts.parquet")
    with pytest.raises(InputError, match="there is no folder"):
        judge_population(engine, EDITION, Request(file, AS_OF, out))


def test_a_full_disk_leaves_the_old_verdicts_and_no_half_file(judge: Any, tmp_path: Path) -> None:
    table = to_table([{"patient": str(n)} for n in range(20_000)], EDITION)
    out = tmp_path / "verdicts.parquet"
    out.write_bytes(b"the verdicts of yesterday")
    pq.write_table(table, tmp_path / "patients.parquet")
    source = str(tmp_path / "patients.parquet")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))  # to a writer, a disk that is full
    try:
        refused(judge, source, "could not be written", "no file is left")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert out.read_bytes() == b"the verdicts of yesterday"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["patients.parquet", "verdicts.parquet"]


@pytest.mark.parametrize(
    "name", ["export[1].parquet", "a*.parquet", "a?b.parquet", "a{1,2}.parquet"]
)
def test_a_path_is_no_pattern(engine: DuckDBEngine, tmp_path: Path, name: str) -> None:
    for other in ("export1.parquet", "ab.parquet", "axb.parquet", "a1.parquet", name):
        pq.write_table(pa.table({"patient": [other]}), tmp_path / other)
    table = engine.read(str(tmp_path / name))
    assert table.to_pyarrow().to_pylist() == [{"patient": name}]


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for out in (pipe, tmp_path / "link"):
        if out != pipe:
            out.symlink_to(pipe)
        with pytest.raises(InputError, match="no file"), written_whole(str(out)) as partial:
            partial.write_bytes(b"written")
        assert stat.S_ISFIFO(out.stat().st_mode)


def test_a_column_whose_name_is_no_text_is_refused(judge: Any, tmp_path: Path) -> None:
    pq.write_table(pa.table({"patient": ["1"], "weight": [60.0]}), tmp_path / "named.parquet")
    named = (tmp_path / "named.parquet").read_bytes()
    refused(judge, named.replace(b"weight", b"wei\xe6ht"), "no whole parquet file")


def test_a_folder_is_read_whole_and_its_name_says_nothing(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    folder = tmp_path / "year=[2026]"
    folder.mkdir()
    for name in ("a", "b"):
        pq.write_table(pa.table({"patient": [name]}), folder / f"{name}.parquet")
    table = engine.read(str(folder))
    assert table.columns == ("patient",)
    assert sorted(table.to_pyarrow()["patient"].to_pylist()) == ["a", "b"]
