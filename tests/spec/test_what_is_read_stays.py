"""No command writes over what it reads; what it writes is its owner's; no column is read twice."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dolenti.guideline.apart import keep_apart
from dolenti.guideline.errors import InputError
from dolenti.population import judge_table
from tests.flattened import CLINIC, MAPPING
from tests.omop_tables import Cdm
from tests.spec.strategies import AS_OF, EDITION
from tests.unit.typed import run

EXAMPLE = Path(__file__).parents[2] / "examples" / "fhir"
DAY = ("--as-of", AS_OF.isoformat(), "--lang", "en")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def refused(folder: Path, *arguments: str, said: str) -> None:
    """Exit code 2, one sentence, and every file as it was."""
    before = contents(folder)
    done = run(*arguments, *DAY)
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert contents(folder) == before


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """A folder with a bundle, a table, its mapping and a population, and links to some."""
    folder = tmp_path / "records"
    folder.mkdir()
    bundle = next(iter(sorted(EXAMPLE.glob("*.json"))))
    (folder / "one.json").write_bytes(bundle.read_bytes())
    (folder / "clinic.csv").write_text(CLINIC)
    (folder / "mapping.yaml").write_text(MAPPING)
    pq.write_table(pa.table({"patient": ["1"], "weight": [62.0]}), folder / "people.parquet")
    (folder / "link.parquet").symlink_to(folder / "people.parquet")
    (tmp_path / "other").symlink_to(folder)
    os.link(folder / "one.json", tmp_path / "same.json")
    return folder


FLATTEN_TABLE = ("population", "flatten", "records/clinic.csv", "--mapping", "records/mapping.yaml")
FLATTEN = ("population", "flatten")
JUDGE = ("population", "judge")
SAID = "would overwrite what is read"


@pytest.mark.parametrize(
    "arguments,out",
    [
        ((*FLATTEN, "records/one.json"), "records/one.json"),
        ((*FLATTEN, "records/one.json"), "records/../records/one.json"),
        ((*FLATTEN, "records/one.json"), "other/one.json"),
        ((*FLATTEN, "records/one.json"), "same.json"),
        ((*FLATTEN, "records"), "records/table.parquet"),
        ((*FLATTEN, "records"), "other/table.parquet"),
        (FLATTEN_TABLE, "records/clinic.csv"),
        (FLATTEN_TABLE, "records/mapping.yaml"),
        ((*JUDGE, "records/people.parquet"), "records/people.parquet"),
        ((*JUDGE, "records/people.parquet"), "records/link.parquet"),
        ((*JUDGE, "records/link.parquet"), "records/people.parquet"),
        ((*JUDGE, "records"), "records/verdicts.parquet"),
        ((*JUDGE, "records/people.parquet"), "records"),
        (("medicines", "update", "records"), "records/base.tsv.gz"),
    ],
)
def test_what_is_written_is_never_what_is_read(
    records: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], out: str
) -> None:
    monkeypatch.chdir(records.parent)
    options = DAY if arguments[0] == "population" else DAY[2:]
    before = contents(records.parent)
    done = run(*arguments, "--out", out, *options)
    assert done.exit_code == 2, done.output
    assert SAID in done.stderr
    assert contents(records.parent) == before


def test_what_is_written_beside_it_may_be(records: Path) -> None:
    keep_apart(str(records / "new.parquet"), [str(records / "one.json"), "-"])
    keep_apart("s3://there/verdicts", ["s3://there/people", str(records)])
    with pytest.raises(InputError):
        keep_apart("s3://there/people/", ["s3://there/people"])


@pytest.fixture
def open_mask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_mask")
@pytest.mark.parametrize("stood", [False, True])
def test_what_is_written_of_patients_is_its_owner_s(
    records: Path, tmp_path: Path, *, stood: bool
) -> None:
    table, verdicts = tmp_path / "table.parquet", tmp_path / "verdicts.parquet"
    if stood:
        for file in (table, verdicts):
            file.write_bytes(b"of yesterday")
            file.chmod(0o644)
    for arguments in (
        (*FLATTEN, str(records / "one.json"), "--workers", "1", "--out", str(table)),
        (*JUDGE, str(table), "--out", str(verdicts)),
    ):
        done = run(*arguments, *DAY)
        assert done.exit_code == 0, done.stderr
    for file in (table, verdicts):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert pq.read_table(file).num_rows


class TestAColumnThatStandsTwice:
    """Whichever came first would be judged."""

    ONCE = "more than once; keep one"

    def twice(self, file: Path, *names: str) -> None:
        columns = [pa.array(["1"]), *(pa.array([float(60 + n)]) for n in range(len(names) - 1))]
        pq.write_table(pa.Table.from_arrays(columns, names=list(names)), file)

    @pytest.mark.parametrize("names", [("weight", "weight"), ("weight", "Weight")])
    def test_is_refused_in_a_population(self, tmp_path: Path, names: tuple[str, str]) -> None:
        self.twice(tmp_path / "people.parquet", "patient", *names)
        refused(tmp_path, *JUDGE, str(tmp_path / "people.parquet"), said=self.ONCE)
        refused(tmp_path, *JUDGE, str(tmp_path), said=self.ONCE)

    def test_is_refused_in_memory(self) -> None:
        frame = pa.Table.from_arrays([pa.array(["1"])] * 2, names=["patient", "patient"])
        with pytest.raises(InputError, match=self.ONCE):
            judge_table(frame, EDITION, AS_OF)

    @pytest.mark.parametrize("kind", ["csv", "parquet"])
    def test_is_refused_in_a_hospital_s_table(self, tmp_path: Path, kind: str) -> None:
        mapping, file = tmp_path / "mapping.yaml", tmp_path / f"clinic.{kind}"
        mapping.write_text(MAPPING)
        names = [*CLINIC.splitlines()[0].split(";"), "POIDS"]
        if kind == "csv":
            head, *lines = CLINIC.splitlines()
            file.write_text("\n".join([f"{head};POIDS", *(f"{line};80" for line in lines)]))
        else:
            row = [pa.array([""])] * len(names)
            pq.write_table(pa.Table.from_arrays(row, names=names), file)
        out = tmp_path / "out.parquet"
        refused(tmp_path, *FLATTEN, str(file), "--mapping", str(mapping), "--out", str(out),
                said=self.ONCE)  # fmt: skip

    def test_is_refused_in_an_omop_cdm(self, tmp_path: Path) -> None:
        cdm = Cdm(1).as_parquet(tmp_path / "cdm")
        (file,) = [one for one in cdm.rglob("*.parquet") if "person" in str(one)]
        table = pq.read_table(file)
        pq.write_table(table.append_column("year_of_birth", table["year_of_birth"]), file)
        refused(tmp_path, *FLATTEN, str(cdm), "--workers", "1", "--out",
                str(tmp_path / "out.parquet"), said=self.ONCE)  # fmt: skip

    def test_is_refused_in_a_plain_file(self, tmp_path: Path) -> None:
        facts = '"facts": {"weight": 62, "weight": 80}'
        (tmp_path / "one.json").write_text(f'{{"patient": {json.dumps({"sex": "male"})}, {facts}}}')
        refused(tmp_path, "assess", str(tmp_path / "one.json"), said="twice; keep one")

    def test_that_nobody_reads_is_no_matter(self, tmp_path: Path) -> None:
        self.twice(tmp_path / "people.parquet", "patient", "shoe", "shoe")
        assert run(*JUDGE, str(tmp_path / "people.parquet"), *DAY).exit_code == 0
