"""How fast a hospital's data become one table, in how much memory, and whether its verdicts are
those of the bedside: bundles, a bulk export.

Run by ``make bench``. A record is a random patient's: a complaint and an Observation for each fact
that is known, and around them a life in the shape of Synthea's (``synthea.py``): visits, vital
signs, diseases, prescriptions, vaccines, claims. Two thousand are drawn; a larger number of
patients is the same again under other names. The whole command runs, from start to end, and then
the statuses of the first two thousand are compared with those of ``assess``, each by itself.

    python bench/bench_flatten.py [--keep] [--form FORM] [PATIENTS ...]   10,000, 30,000 and 100,000
"""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from dolenti.fhir import BundleReader
from dolenti.guideline import load_folder
from dolenti.guideline.judge import Judge
from dolenti.population import judge_table

sys.path.insert(0, str(Path(__file__).parent.parent))  # finds `bench` and `tests`
from bench import results
from bench.page import keep
from bench.patients import AS_OF, random_cases
from bench.said import parser
from bench.synthea import around
from tests.cql.bundles import bundle_of

PATIENTS = (10_000, 30_000, 100_000)
DRAWN = 2_000
"""So many differ, and are compared with the bedside."""
WORKERS = os.cpu_count() or 1


def texts() -> list[str]:
    """The bundles that are drawn, each with the place of its patient's name left open."""
    edition, draw = load_folder(), random.Random(1)
    found = []
    for case in random_cases(edition, DRAWN):
        bundle = bundle_of(case, edition)
        patient = bundle["entry"][0]["resource"]
        patient["id"] = "NAME"
        resources = [entry["resource"] for entry in bundle["entry"]]
        for resource in resources:
            if resource is not patient:
                resource["subject"] = {"reference": "Patient/NAME"}
        resources += around(draw, AS_OF, "Patient/NAME")
        bundle["entry"] = [{"resource": one} for one in resources]
        found.append(json.dumps(bundle).replace('Patient/patient"', 'Patient/NAME"'))
    return found


def records(drawn: list[str], patients: int) -> Iterator[str]:
    """As many bundles, one for each patient."""
    for number in range(patients):
        yield drawn[number % DRAWN].replace("NAME", f"p{number}")


def bundles(folder: Path, drawn: list[str], patients: int) -> Path:
    """One bundle on each line."""
    file = folder / "bundles.ndjson.gz"
    with gzip.open(file, "wt", compresslevel=1) as out:
        out.writelines(record + "\n" for record in records(drawn, patients))
    return file


def export(folder: Path, drawn: list[str], patients: int) -> Path:
    """The same by kind of resource, as a bulk export has them."""
    place = folder / "export"
    place.mkdir()
    files: dict[str, Any] = {}
    for record in records(drawn, patients):
        for entry in json.loads(record)["entry"]:
            kind = entry["resource"]["resourceType"]
            if kind not in files:
                files[kind] = gzip.open(place / f"{kind}.ndjson.gz", "wt", compresslevel=1)  # noqa: SIM115
            files[kind].write(json.dumps(entry["resource"]) + "\n")
    for file in files.values():
        file.close()
    return place


FORMS = {"bundles": bundles, "bulk export": export}


def resident(root: int) -> int:
    """Octets that a process and all that it started hold now."""
    parents: dict[int, int] = {}
    held: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/statm"):
        try:
            pages = int(status.read_text().split()[1])
            parent = int((status.parent / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue  # it ended meanwhile
        parents[int(status.parent.name)], held[int(status.parent.name)] = parent, pages
    family = {root}
    for _ in range(5):
        family |= {child for child, parent in parents.items() if parent in family}
    return sum(held.get(one, 0) for one in family) * os.sysconf("SC_PAGE_SIZE")


def measure(source: Path, out: Path, workers: int) -> dict[str, Any]:
    """Run the command once: seconds, processor time, and the most that all its processes held."""
    program = str(Path(sys.executable).parent / "dolenti")
    command = [program, "population", "flatten", str(source), "--out", str(out), "--json",
               "--workers", str(workers), "--as-of", AS_OF.isoformat()]  # fmt: skip
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    most = [0]

    def watch() -> None:
        while child.returncode is None:
            most[0] = max(most[0], resident(child.pid))
            time.sleep(0.5)

    watcher = threading.Thread(target=watch)
    watcher.start()
    assert child.stdout is not None
    told = json.loads(child.stdout.read())
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    watcher.join()
    if child.returncode:
        raise SystemExit("the command failed; see its message above")
    return {
        "patients": told["patients"], "rows": told["rows"], "wall": time.perf_counter() - start,
        "processor": used.ru_utime + used.ru_stime, "megabytes": most[0] / 2**20,
    }  # fmt: skip


def alike(drawn: list[str], out: Path) -> int:
    """How many of the drawn patients have the statuses of ``assess`` in the table that was made,
    each with every pain and therapy. Stops at the first who has not."""
    edition = load_folder()
    reader, judge = BundleReader(edition), Judge(edition)
    names = pa.array([f"p{number}" for number in range(len(drawn))])
    table = pq.read_table(out, filters=pc.field("patient").isin(names))
    judged: dict[tuple[str, str], dict[str, str]] = {
        (row["patient"], row["complaint"]): {
            name.removeprefix("status__"): value
            for name, value in row.items()
            if name.startswith("status__")
        }
        for row in judge_table(table, edition, AS_OF).to_pylist()
    }
    for number, text in enumerate(drawn):
        name = f"p{number}"
        cases = reader.read(text.replace("NAME", name).encode(), AS_OF).cases()
        bedside = {
            (name, case.complaint.id): {v.therapy.id: v.status for v in judge.assess(case).verdicts}
            for case in cases
        }
        for who, statuses in bedside.items():
            if judged.pop(who, None) != statuses:
                raise SystemExit(f"{who}: the table does not say what assess says")
    if judged:
        raise SystemExit(f"the table has rows that no record has: {sorted(judged)[:5]}")
    return len(drawn)


def main(sizes: list[int], forms: list[str], *, keeping: bool) -> None:
    """Measure every form and size on all cores, and print one table."""
    table = Table(title=f"population flatten on {WORKERS} cores")
    for heading in ("patients", "form", "seconds", "patients/s", "processor", "peak", "as assess"):
        table.add_column(heading, justify="right")
    kept = [one for one in results.read().get("flatten", []) if "alike" in one]
    drawn = texts()
    for form in forms:
        for patients in sizes:
            with tempfile.TemporaryDirectory() as folder:
                source = FORMS[form](Path(folder), drawn, patients)
                out = Path(folder) / "table.parquet"
                found = {"form": form, "workers": WORKERS, **measure(source, out, WORKERS)}
                found["alike"] = alike(drawn[:patients], out)
            kept = [one for one in kept if (one["form"], one["patients"]) != (form, patients)]
            kept.append(found)
            table.add_row(
                f"{patients:,}", form, f"{found['wall']:,.0f}",
                f"{patients / found['wall']:,.0f}", f"{found['processor']:,.0f} s",
                f"{found['megabytes']:,.0f} MB", f"{found['alike']:,}",
            )  # fmt: skip
            if keeping:
                keep("flatten", kept)
    Console(highlight=False).print(table)


if __name__ == "__main__":
    said = parser(__doc__)
    said.add_argument("patients", type=int, nargs="*", default=PATIENTS, metavar="PATIENTS")
    said.add_argument("--form", choices=FORMS, help="this one alone")
    options = said.parse_args()
    chosen = [options.form] if options.form else list(FORMS)
    main(list(options.patients), chosen, keeping=options.keep)
