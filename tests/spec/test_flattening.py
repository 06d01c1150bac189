"""A hospital's data made one table: each row gets the verdicts of the bedside, nothing is supposed
that nobody declared, and what was not understood is told."""

from __future__ import annotations

import gzip
import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from dolenti.cli import app
from dolenti.fhir import BundleReader
from dolenti.flattening import bulk
from dolenti.population import judge_table
from tests.cql.bundles import bundle_of
from tests.flattened import CLINIC, MAPPING, REASON, done, flatten, refused, rows
from tests.populations import by_the_judge, random_patients, without_names
from tests.spec.strategies import AS_OF, EDITION, JUDGE

EXAMPLES = Path(__file__).parents[2] / "examples" / "fhir"
PATIENTS = int(os.environ.get("FLATTENED_PATIENTS", "120"))
READER = BundleReader(EDITION)


def judged(folder: Path, as_of: date = AS_OF) -> dict[tuple[str, str], dict[str, Any]]:
    table = pq.read_table(folder / "table.parquet")
    found = judge_table(table, EDITION, as_of).to_pylist()
    return {(row["patient"], row["complaint"]): without_names(row) for row in found}


def drawn() -> dict[str, dict[str, Any]]:
    """Bundles of random patients, each with an id of its own."""
    bundles = {}
    for number, case in enumerate(random_patients(PATIENTS)):
        if case.complaint.condition is not None:
            bundle = bundle_of(case, EDITION)
            bundle["entry"][0]["resource"]["id"] = name = f"patient-{number}"
            bundles[name] = json.loads(
                json.dumps(bundle).replace('Patient/patient"', f'Patient/{name}"')
            )
    return bundles


def at_the_bedside(bundles: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (name, case.complaint.id): by_the_judge(JUDGE.assess(case))
        for name, bundle in bundles.items()
        for case in READER.read(json.dumps(bundle).encode(), AS_OF).cases()
    }


def by_kind(bundles: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The resources of some bundles as a bulk export has them: by kind, each naming its patient."""
    kinds = defaultdict(list)
    for name, bundle in bundles.items():
        for entry in bundle["entry"]:
            resource = entry["resource"]
            if resource["resourceType"] != "Patient":
                resource = {**resource, "subject": {"reference": f"Patient/{name}"}}
            kinds[resource["resourceType"]].append(resource)
    return kinds


KNEE = {
    "resourceType": "Condition", "clinicalStatus": {"coding": [{"code": "active",
    "system": "http://terminology.hl7.org/CodeSystem/condition-clinical"}]},
    "verificationStatus": {"coding": [{"code": "confirmed",
    "system": "http://terminology.hl7.org/CodeSystem/condition-ver-status"}]},
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "239873007"}]},
}  # fmt: skip
NUMBER = {"system": "urn:x", "value": "17"}


def used_by(use: str, *patients: str) -> dict[str, list[dict[str, Any]]]:
    return {patient: [NUMBER | {"use": use}] for patient in patients}


def export_of(
    folder: Path,
    numbers: dict[str, list[dict[str, Any]]],
    about: dict[str, Any] | None = {"identifier": NUMBER},  # noqa: B006 - read only
) -> str:
    """An export of two knees, ``a`` and ``b``, and of an anticoagulant of whom ``about`` names."""
    resources: list[dict[str, Any]] = [
        {"resourceType": "MedicationStatement", "id": "s", "status": "active", "subject": about,
         "effectiveDateTime": AS_OF.isoformat(), "medicationCodeableConcept":
         {"coding": [{"system": "http://www.whocc.no/atc", "code": "B01AF02"}]}},
    ]  # fmt: skip
    for name in "ab":
        person = {"resourceType": "Patient", "id": name, "birthDate": "1950-02-03"}
        resources.append(person | {"gender": "male", "identifier": numbers.get(name, [])})
        resources.append({**KNEE, "id": f"k{name}", "subject": {"reference": f"Patient/{name}"}})
    file = folder / "all.ndjson"
    file.write_text("\n".join(map(json.dumps, resources)))
    return str(file)


class TestFhir:
    def test_each_patient_gets_the_verdicts_of_the_bedside(self, tmp_path: Path) -> None:
        bundles = drawn()
        lines = "\n".join(json.dumps(bundle) for bundle in bundles.values())
        (tmp_path / "bundles.ndjson.gz").write_bytes(gzip.compress(lines.encode()))
        told = done(tmp_path, str(tmp_path / "bundles.ndjson.gz"))
        assert told["patients"] == len(bundles)
        assert judged(tmp_path) == at_the_bedside(bundles)
        written = pq.ParquetFile(tmp_path / "table.parquet")
        assert written.num_row_groups <= len(bundles) // 1_000 + 1

    def test_the_example_records_too_with_all_that_is_wrong_in_them(self, tmp_path: Path) -> None:
        told = done(tmp_path, str(EXAMPLES))
        bundles = [json.loads(file.read_text("utf-8")) for file in sorted(EXAMPLES.glob("*.json"))]
        records = [READER.read(json.dumps(bundle).encode(), AS_OF) for bundle in bundles]
        expected = {
            (record.patient_id, case.complaint.id): by_the_judge(JUDGE.assess(case))
            for record in records
            for case in record.cases()
        }
        found = judged(tmp_path)
        assert found.keys() == expected.keys()
        for who, row in found.items():
            status = {name: value for name, value in row.items() if name.startswith("status__")}
            assert status.items() <= expected[who].items(), who
        assert told["patients"] == len(bundles)
        assert "http://loinc.org|82810-3" in told["unread"]
        assert told["doubted"]["pregnancy"] >= 1

    def test_a_bulk_export_is_the_same_records_put_together(self, tmp_path: Path) -> None:
        bundles = dict(list(drawn().items())[:40])
        export = tmp_path / "export"
        export.mkdir()
        for kind, resources in by_kind(bundles).items():
            (export / f"{kind}.ndjson").write_text("\n".join(map(json.dumps, resources)) + "\n")
        told = done(tmp_path, str(export))
        assert told["patients"] == len(bundles)
        assert {row["patient"] for row in rows(tmp_path)} == {n for n, _ in at_the_bedside(bundles)}
        assert judged(tmp_path) == at_the_bedside(bundles)

    def test_a_medicine_told_in_another_file_reaches_whoever_takes_it(self, tmp_path: Path) -> None:
        resources = [
            {"resourceType": "Patient", "id": "a", "birthDate": "1950-02-03", "gender": "male"},
            {"resourceType": "Patient", "id": "b", "birthDate": "1950-02-03", "gender": "male"},
            {"resourceType": "Medication", "id": "m",
             "code": {"coding": [{"system": "http://www.whocc.no/atc", "code": "B01AF02"}]}},
            {"resourceType": "MedicationStatement", "id": "s", "status": "active",
             "subject": {"reference": "Patient/a"}, "effectiveDateTime": AS_OF.isoformat(),
             "medicationReference": {"reference": "Medication/m"}},
        ]  # fmt: skip
        resources += [
            {**KNEE, "id": f"k{n}", "subject": {"reference": f"Patient/{n}"}} for n in "ab"
        ]
        (tmp_path / "all.ndjson").write_text("\n".join(map(json.dumps, resources)))
        done(tmp_path, str(tmp_path / "all.ndjson"))
        assert {row["patient"]: row["anticoagulant"] for row in rows(tmp_path)} == {
            "a": "doac", "b": None,
        }  # fmt: skip

    def test_what_names_its_patient_by_an_official_number_is_that_patients(
        self, tmp_path: Path
    ) -> None:
        told = done(tmp_path, export_of(tmp_path, used_by("official", "a")))
        assert told["lost"] == {}
        assert {row["patient"]: row["anticoagulant"] for row in rows(tmp_path)} == {
            "a": "doac", "b": None,
        }  # fmt: skip

    @pytest.mark.parametrize(
        "numbers",
        [
            {},
            {"a": [NUMBER | {"use": "official"}], "b": [NUMBER]},
            {"a": [NUMBER | {"use": "old"}]},
            {"a": [NUMBER | {"use": "official", "period": {"end": "2020"}}]},
            {"a": [{"value": "17", "use": "official"}]},
        ],
        ids=["nobody's", "two people's", "an old one", "one that ended", "without its system"],
    )
    def test_what_no_patient_is_found_for_is_counted(
        self, tmp_path: Path, numbers: dict[str, list[dict[str, Any]]]
    ) -> None:
        assert done(tmp_path, export_of(tmp_path, numbers))["lost"] == {"MedicationStatement": 1}

    def test_what_no_patient_is_found_for_is_shown_beside_what_is_closed(
        self, tmp_path: Path
    ) -> None:
        shown = flatten(tmp_path, export_of(tmp_path, {}), "--closed", f"anticoagulant={REASON}")
        assert "might have spoken" in " ".join(shown.stdout.split())
        asked = ["population", str(tmp_path / "table.parquet"), "--as-of", AS_OF.isoformat()]
        judged = CliRunner().invoke(app, [*asked, "--lang", "en"]).stdout
        assert "without a patient, which might have spoken: 1" in " ".join(judged.split())

    @pytest.mark.parametrize(
        "about",
        [
            {"reference": "#p"},
            {"reference": "Group/1"},
            {"reference": "Patient?identifier=urn:x|17"},
            {"display": "somebody"},
            None,
        ],
    )
    def test_a_reference_that_leads_to_no_patient_is_counted(
        self, tmp_path: Path, about: dict[str, Any] | None
    ) -> None:
        assert done(tmp_path, export_of(tmp_path, {}, about))["lost"] == {"MedicationStatement": 1}

    def test_a_bulk_export_is_put_together_in_seconds(self, tmp_path: Path) -> None:
        lines = [
            json.dumps({"resourceType": "Encounter", "id": f"e{number}",
                        "subject": {"reference": f"Patient/p{number % 10}"}})
            for number in range(20_000)
        ]  # fmt: skip
        (tmp_path / "Encounter.ndjson").write_text("\n".join(lines))
        lost: Counter[str] = Counter()
        start = time.process_time()
        pieces = list(bulk.patients([tmp_path / "Encounter.ndjson"], lost))
        assert (len(pieces), lost) == (10, Counter())
        assert time.process_time() - start < 10  # row by row it takes a minute

    def test_one_record_that_cannot_be_read_costs_only_itself(self, tmp_path: Path) -> None:
        folder = tmp_path / "in"
        folder.mkdir()
        (folder / "a.json").write_bytes((EXAMPLES / "hip-all-clear.json").read_bytes())
        (folder / "b.json").write_text("{")
        (folder / "c.json").write_text('{"resourceType": "Bundle", "type": "history"}')
        told = done(tmp_path, str(folder))
        assert (told["patients"], told["refused"]["count"]) == (1, 2)
        assert {one["name"] for one in told["refused"]["named"]} == {"b.json", "c.json"}

    def test_several_processes_write_what_one_does(self, tmp_path: Path) -> None:
        one, many = tmp_path / "one", tmp_path / "many"
        for folder, workers in ((one, "1"), (many, "2")):
            folder.mkdir()
            result = CliRunner().invoke(
                app,
                ["population", "flatten", str(EXAMPLES), "--out", str(folder / "table.parquet"),
                 "--as-of", AS_OF.isoformat(), "--workers", workers],
            )  # fmt: skip
            assert result.exit_code == 0, result.output
        assert rows(one) == rows(many)


class TestTables:
    @pytest.fixture
    def table(self, tmp_path: Path) -> list[str]:
        (tmp_path / "clinic.csv").write_text(CLINIC, "utf-8")
        (tmp_path / "mapping.yaml").write_text(MAPPING, "utf-8")
        return [str(tmp_path / "clinic.csv"), "--mapping", str(tmp_path / "mapping.yaml")]

    def test_columns_become_facts_and_what_no_value_means_is_unknown_and_told(
        self, table: list[str], tmp_path: Path
    ) -> None:
        told = done(tmp_path, *table)
        first, second, third = rows(tmp_path)
        assert (first["birth_date"], first["weight"]) == (date(1950, 2, 3), 81.5)
        assert (first["anticoagulant"], first["allergy__lidocaine"], first["fever"]) == (
            "none", False, True,
        )  # fmt: skip
        assert (second["condition"], second["anticoagulant"]) == ("lateral-epicondylitis", "vka")
        assert second["weight"] is None
        assert (third["weight"], third["anticoagulant"], third["fever"]) == (None, None, None)
        assert told["unmapped"] == {"POIDS=70000": 1, "AC=?": 1, "TEMP=peut-être": 1}
        assert judge_table(pq.read_table(tmp_path / "table.parquet"), EDITION, AS_OF).num_rows == 3

    @pytest.mark.parametrize(
        "before,after,says",
        [
            ("patient: PAT", "patient: PATIENT_ID", "the table has no column “PATIENT_ID”"),
            (
                "weight:",
                "wieght:",
                "mapping.yaml:5: the wide table has no column “wieght”; did you mean",
            ),
            ("unit: kg", "unit: stone", "the unit “stone” is not known here; known are: kg"),
            ("AVK: vka", "AVK: warfarin", "“warfarin” is not an answer here"),
            ("yes: [oui], no: [non]}\n  fever", "yes: [oui], no: [oui]}\n  fever", "under yes and"),
            ("yes: [oui], no: [non]}\n  fever", "yes: [oui]}\n  fever", "mean no"),
            ('date: "%d/%m/%Y"', "date: [1]", "no form of a date"),
            ("from: POIDS, unit", "form: POIDS, unit", "write it as"),
            ('{"0": none,', '{"": none,', "an empty cell is unknown"),
            ('{"0": none,', "{avk: none,", "“AVK” has two meanings"),
            ("no: [non]}\n  fever", 'no: [""]}\n  fever', "an empty cell is unknown"),
        ],
    )
    def test_a_mistake_of_the_mapping_is_told_with_its_line(
        self, table: list[str], tmp_path: Path, before: str, after: str, says: str
    ) -> None:
        assert before in MAPPING
        (tmp_path / "mapping.yaml").write_text(MAPPING.replace(before, after), "utf-8")
        assert says in refused(tmp_path, *table)

    @pytest.mark.parametrize(
        "content,says",
        [
            ("PAT;DDN\n1;2;3\n", "the table has no column"),
            (CLINIC + ";;;;;;\n", "row 5 names no patient"),
            (CLINIC + "4;x\n", "row 5 has 2 cells"),
            (CLINIC.replace("TEMP", "AC"), "column “AC” more than once"),
        ],
    )
    def test_a_broken_table_leaves_no_file(
        self, table: list[str], tmp_path: Path, content: str, says: str
    ) -> None:
        (tmp_path / "clinic.csv").write_text(content, "utf-8")
        assert says in refused(tmp_path, *table)

    @pytest.mark.parametrize(
        "day",
        ["01/01/0001", "31/12/9999", "01/01/1900", "31/12/1899", "30/12/1899", "01/01/1753",
         "31/12/2099", "31/12/2999", "31/12/4712", "01/01/2030", "23/11/2026", "03/02/1850"],
    )  # fmt: skip
    def test_a_day_that_stands_for_none_is_no_day(
        self, table: list[str], tmp_path: Path, day: str
    ) -> None:
        column = "INF"
        self._with_column(tmp_path, column, day)
        told = done(tmp_path, *table)
        first = rows(tmp_path)[0]
        assert first["last-corticosteroid-infiltration"] is None
        assert first["birth_date"] is None
        assert told["unmapped"][f"{column}={day}"] == 2  # as a birth date, and as a past one

    def _with_column(self, folder: Path, name: str, first: str, mapping: str = "") -> None:
        lines = CLINIC.splitlines()
        cells = [name, first, "", "01/05/2026"]
        table = [f"{line};{cell}" for line, cell in zip(lines, cells, strict=True)]
        (folder / "clinic.csv").write_text("\n".join(table) + "\n", "utf-8")
        told = mapping or (
            f'  last-corticosteroid-infiltration: {{from: {name}, date: "%d/%m/%Y"}}\n'
        )
        told = MAPPING + told
        if not mapping:
            told = told.replace("from: DDN", f"from: {name}")
        (folder / "mapping.yaml").write_text(told, "utf-8")

    def test_what_never_happened_is_never_by_the_word_that_the_mapping_says(
        self, table: list[str], tmp_path: Path
    ) -> None:
        told = '  last-corticosteroid-infiltration: {from: INF, date: "%d/%m/%Y", never: [jamais]}'
        self._with_column(tmp_path, "INF", "jamais", told)
        done(tmp_path, *table)
        days = [row["last-corticosteroid-infiltration"] for row in rows(tmp_path)]
        assert days == [date(1, 1, 1), None, date(2026, 5, 1)]

    @pytest.mark.parametrize(
        "form,cell,first,last",
        [
            ("%Y", "1950", "1950-01-01", "1950-12-31"),
            ("%m/%Y", "05/1950", "1950-05-01", "1950-05-31"),
        ],
    )
    def test_a_form_without_a_day_gives_a_birth_without_one(
        self, table: list[str], tmp_path: Path, form: str, cell: str, first: str, last: str
    ) -> None:
        (tmp_path / "clinic.csv").write_text(f"PAT;AN\n1;{cell}\n2;2199\n")
        (tmp_path / "mapping.yaml").write_text(
            f'patient: PAT\ncolumns:\n  birth_date: {{from: AN, date: "{form}"}}\n'
        )
        done(tmp_path, *table)
        known, unknown = rows(tmp_path)
        assert known["birth_date"].isoformat() == first
        assert known["birth_date_last"].isoformat() == last
        assert (unknown["birth_date"], unknown["birth_date_last"]) == (None, None)

    def test_what_came_before_the_birth_is_unknown(self, table: list[str], tmp_path: Path) -> None:
        told = '  last-corticosteroid-infiltration: {from: INF, date: "%d/%m/%Y"}'
        self._with_column(tmp_path, "INF", "01/05/1949", told)
        assert done(tmp_path, *table)["doubted"]["last-corticosteroid-infiltration"] == 1
        assert rows(tmp_path)[0]["last-corticosteroid-infiltration"] is None

    @pytest.mark.parametrize("day,value", [("", None), ("31/12/9999", None), ("22/11/2026", 2.5)])
    def test_a_result_whose_day_is_not_known_is_not_of_today(
        self, table: list[str], tmp_path: Path, day: str, value: float | None
    ) -> None:
        (tmp_path / "clinic.csv").write_text(f"PAT;INR;JOUR\n1;2,5;{day}\n")
        (tmp_path / "mapping.yaml").write_text(
            "patient: PAT\ncolumns:\n  inr: {from: INR}\n"
            '  inr__at: {from: JOUR, date: "%d/%m/%Y"}\n'
        )
        done(tmp_path, *table)
        assert rows(tmp_path)[0]["inr"] == value

    @pytest.mark.parametrize(
        "cell", ["999", "9999", "999,9", "-1", "-9", "NULL", "NaN", "inf", "1_0", "١٢", "1e9"]
    )
    def test_a_number_that_stands_for_none_is_no_measure(
        self, table: list[str], tmp_path: Path, cell: str
    ) -> None:
        text = (tmp_path / "clinic.csv").read_text("utf-8").replace("81,5", cell)
        (tmp_path / "clinic.csv").write_text(text, "utf-8")
        mapping = (tmp_path / "mapping.yaml").read_text("utf-8")
        (tmp_path / "mapping.yaml").write_text(
            mapping.replace("weight: {from: POIDS, unit: kg}", "platelets: {from: POIDS}"), "utf-8"
        )
        told = done(tmp_path, *table)
        assert rows(tmp_path)[0]["platelets"] is None
        assert told["unmapped"][f"POIDS={cell}"] == 1

    @pytest.mark.parametrize("cell", ["NULL", "null", r"\N", "NaN", "<NA>", "-1", " "])
    def test_nobody_is_no_patient(self, table: list[str], tmp_path: Path, cell: str) -> None:
        text = (tmp_path / "clinic.csv").read_text("utf-8").replace("\n2;", f"\n{cell};")
        (tmp_path / "clinic.csv").write_text(text, "utf-8")
        assert "row 3 names no patient" in refused(tmp_path, *table)

    def test_parquet_is_read_as_the_same_table_whatever_made_it(
        self, table: list[str], tmp_path: Path
    ) -> None:
        typed = pa.table(
            {
                "PAT": [1.0, 2.0, None][:2],
                "DDN": pa.array([date(1950, 2, 3), None]).cast(pa.timestamp("us")),
                "DIAG": ["M17", "M77.1"],
                "POIDS": [81.5, None],
                "AC": [0.0, None],
                "AL_LIDO": [False, None],
                "TEMP": [True, None],
            }
        )
        pq.write_table(typed, tmp_path / "clinic.parquet")
        told = MAPPING.replace("[oui]", '["true"]').replace("[non]", '["false"]')
        (tmp_path / "mapping.yaml").write_text(told.replace("%d/%m/%Y", "%Y-%m-%d"), "utf-8")
        assert done(tmp_path, str(tmp_path / "clinic.parquet"), *table[1:])["unmapped"] == {}
        first, second = rows(tmp_path)
        assert (first["patient"], second["patient"]) == ("1", "2")
        assert (first["birth_date"], first["anticoagulant"]) == (date(1950, 2, 3), "none")
        assert (first["allergy__lidocaine"], second["allergy__lidocaine"]) == (False, None)

    def test_a_table_needs_its_mapping(self, table: list[str], tmp_path: Path) -> None:
        assert "needs its mapping" in refused(tmp_path, table[0])


class TestClosed:
    def test_silence_means_no_where_it_was_declared_and_nowhere_else(self, tmp_path: Path) -> None:
        told = done(tmp_path, str(EXAMPLES), "--closed", f"anticoagulant={REASON}")
        found = {row["patient"]: row for row in rows(tmp_path)}
        assert found["haddad"]["anticoagulant"] == "none"
        assert found["haddad"]["coagulation-disorder"] is None
        assert told["closed"] == {"anticoagulant": REASON}
        noted = pq.read_schema(tmp_path / "table.parquet").metadata[b"dolenti.closed"]
        assert json.loads(noted) == {"anticoagulant": REASON}

    def test_whoever_judges_the_file_is_told_and_so_are_the_verdicts(self, tmp_path: Path) -> None:
        done(tmp_path, str(EXAMPLES), "--closed", f"anticoagulant={REASON}")
        out = tmp_path / "verdicts.parquet"
        asked = ["population", str(tmp_path / "table.parquet"), "--as-of", AS_OF.isoformat()]
        told = CliRunner().invoke(app, [*asked, "--out", str(out), "--summary", "--lang", "en"])
        assert "Declared complete: Anticoagulant" in told.stdout
        assert REASON in " ".join(told.stdout.split())
        noted = pq.read_schema(out).metadata[b"dolenti.closed"]
        assert json.loads(noted) == {"anticoagulant": REASON}

    @pytest.mark.parametrize("said,means", [("?", None), ("AVK", "vka"), ("inconnu", None)])
    @pytest.mark.parametrize("order", [1, -1])
    def test_what_one_row_of_a_patient_speaks_of_is_no_silence_in_another(
        self, tmp_path: Path, said: str, means: str | None, order: int
    ) -> None:
        lines = [f"1;M17;{said}", "1;M77.1;", "2;M17;", "2;M77.1;0"][::order]
        (tmp_path / "c.csv").write_text("\n".join(["PAT;DIAG;AC", *lines]) + "\n")
        told = MAPPING.replace("vka}}", "vka}, unknown: [inconnu]}")
        keep = ("patient", "columns", "  condition", "  anticoagulant")
        kept = "".join(one for one in told.splitlines(keepends=True) if one.startswith(keep))
        (tmp_path / "m.yaml").write_text(kept)
        done(tmp_path, str(tmp_path / "c.csv"), "--mapping", str(tmp_path / "m.yaml"),
             "--closed", f"anticoagulant={REASON}")  # fmt: skip
        found = {(row["patient"], row["condition"]): row["anticoagulant"] for row in rows(tmp_path)}
        assert found == {
            ("1", "knee-osteoarthritis"): means, ("1", "lateral-epicondylitis"): None,
            ("2", "knee-osteoarthritis"): "none", ("2", "lateral-epicondylitis"): "none",
        }  # fmt: skip

    def test_what_is_said_of_one_complaint_leaves_the_other_to_its_silence(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "c.csv").write_text("PAT;DIAG;INF\n1;M17;?\n1;M77.1;\n")
        (tmp_path / "m.yaml").write_text(
            "patient: PAT\ncolumns:\n  condition: {from: DIAG, values: {M17: knee-osteoarthritis, "
            "M77.1: lateral-epicondylitis}}\n  last-corticosteroid-infiltration: {from: INF}\n"
        )
        done(tmp_path, str(tmp_path / "c.csv"), "--mapping", str(tmp_path / "m.yaml"),
             "--closed", f"last-corticosteroid-infiltration={REASON}")  # fmt: skip
        found = [row["last-corticosteroid-infiltration"] for row in rows(tmp_path)]
        assert found == [None, date(1, 1, 1)]

    def test_a_record_without_a_complaint_speaks_too(self, tmp_path: Path) -> None:
        export = Path(export_of(tmp_path, {}, {"reference": "Patient/a"}))
        resources = [json.loads(line) for line in export.read_text().splitlines()]
        medicine, person, knee, *_ = resources
        folder = tmp_path / "two"
        folder.mkdir()
        for name, told in (("pain", [person, knee]), ("medicines", [person, medicine])):
            bundle = {"resourceType": "Bundle", "type": "collection",
                      "entry": [{"resource": one} for one in told]}  # fmt: skip
            (folder / f"{name}.json").write_text(json.dumps(bundle))
        done(tmp_path, str(folder), "--closed", f"anticoagulant={REASON}")
        assert [(row["patient"], row["anticoagulant"]) for row in rows(tmp_path)] == [("a", None)]

    def test_what_a_record_says_or_doubts_is_never_overruled(self, tmp_path: Path) -> None:
        told = done(tmp_path, str(EXAMPLES))
        before = {(r["patient"], r["complaint"]): r for r in rows(tmp_path)}
        done(tmp_path, str(EXAMPLES), *("--closed", f"epilepsy={REASON}"),
             *("--closed", f"anticoagulant={REASON}"))  # fmt: skip
        assert told["doubted"]["epilepsy"]
        for row in rows(tmp_path):
            was = before[row["patient"], row["complaint"]]
            if was["anticoagulant"] is not None:
                assert row["anticoagulant"] == was["anticoagulant"]
        assert None in [row["epilepsy"] for row in rows(tmp_path)]

    @pytest.mark.parametrize(
        "closed,says",
        [
            ("anticoagulants=" + REASON, "there is no fact “anticoagulants”; did you mean"),
            ("weight=" + REASON, "no answer that silence could mean"),
            ("anticoagulant", "say why silence means no"),
            ("anticoagulant=..........", "say why silence means no"),
            ("anticoagulant=aaaaaaaaaaaa", "say why silence means no"),
        ],
    )
    def test_a_declaration_without_a_fact_or_a_reason_is_refused(
        self, tmp_path: Path, closed: str, says: str
    ) -> None:
        assert says in refused(tmp_path, str(EXAMPLES), "--closed", closed)


@pytest.mark.parametrize(
    "path,says",
    [
        ("nowhere", "no such file or folder"),
        ("empty", "nothing to read here"),
        ("notes.txt", "of no kind that is read"),
        ("history.json", "no row came of it"),
        ("cut.ndjson.gz", "breaks off"),
    ],
)
def test_a_path_that_gives_nothing_is_told(tmp_path: Path, path: str, says: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "history.json").write_text('{"resourceType": "Bundle", "type": "history"}')
    (tmp_path / "cut.ndjson.gz").write_bytes(gzip.compress(b'{"resourceType": "Bundle"}\n')[:-9])
    assert says in refused(tmp_path, str(tmp_path / path))


def test_a_place_that_cannot_be_written_is_told_before_anything_is_read(tmp_path: Path) -> None:
    done_so = CliRunner().invoke(
        app, ["population", "flatten", str(EXAMPLES), "--out", "/nowhere/t.parquet", "--lang", "en"]
    )
    assert done_so.exit_code == 2
    assert "there is no folder /nowhere" in done_so.stderr
