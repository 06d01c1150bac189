"""How fast a hospital's data become one table, and in how much memory: bundles, a bulk export.

Run by ``make bench``. A record is a random patient's: a complaint and an Observation for each fact
that is known, and beside them a hundred resources such as fill the records of a hospital (visits,
results and prescriptions of years ago, most of no concern here). A larger number of patients is the
same thousand again under other names. The whole command runs, from start to end; the largest
number on all the processes alone.

    python bench/bench_flatten.py [--keep] [PATIENTS ...]      2,000 and 20,000 unless given
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from dolenti.guideline import load_folder

sys.path.insert(0, str(Path(__file__).parent.parent))  # finds `bench` and `tests`
from bench.page import keep
from bench.patients import AS_OF, random_cases
from bench.said import parser
from tests.cql.bundles import bundle_of

PATIENTS = (2_000, 20_000)
DRAWN = 1_000
BESIDE = 25
"""How often each kind of resource stands beside the patient's own."""
WORKERS = (1, 2)


def beside() -> list[dict[str, Any]]:
    """What fills a record and is of no or little concern: visits, results, prescriptions, acts."""
    found: list[dict[str, Any]] = []
    for number in range(BESIDE):
        day = (AS_OF - timedelta(700 + 40 * number)).isoformat()
        found += [
            {"resourceType": "Encounter", "id": f"e{number}", "status": "finished",
             "period": {"start": day, "end": day}},
            {"resourceType": "Observation", "id": f"o{number}", "status": "final",
             "code": {"coding": [{"system": "http://loinc.org", "code": "2339-0"}]},
             "effectiveDateTime": day, "valueQuantity": {"value": 90 + number, "unit": "mg/dL"}},
            {"resourceType": "MedicationRequest", "id": f"m{number}", "status": "stopped",
             "intent": "order", "authoredOn": day, "medicationCodeableConcept": {"coding": [
                 {"system": "http://www.whocc.no/atc", "code": "J01CA04"}]}},
            {"resourceType": "Procedure", "id": f"p{number}", "status": "completed",
             "code": {"coding": [{"system": "http://snomed.info/sct", "code": "430193006"}]},
             "performedDateTime": day},
        ]  # fmt: skip
    return found


def texts() -> list[str]:
    """The bundles that are drawn, each with the place of its patient's name left open."""
    edition, more = load_folder(), beside()
    found = []
    for case in random_cases(edition, DRAWN):
        bundle = bundle_of(case, edition)
        patient = bundle["entry"][0]["resource"]
        patient["id"] = "NAME"
        resources = [entry["resource"] for entry in bundle["entry"]] + more
        for resource in resources:
            if resource is not patient:
                resource["subject"] = {"reference": "Patient/NAME"}
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


def main(sizes: list[int], *, keeping: bool) -> None:
    """Measure every form, size and number of processes, and print one table."""
    table = Table(title=f"population flatten on {os.cpu_count()} cores")
    for heading in ("patients", "form", "processes", "seconds", "patients/s", "peak"):
        table.add_column(heading, justify="right")
    kept = []
    drawn = texts()
    for patients in sizes:
        for form, made in (("bundles", bundles), ("bulk export", export)):
            with tempfile.TemporaryDirectory() as folder:
                source = made(Path(folder), drawn, patients)
                for workers in WORKERS if patients < max(sizes) else WORKERS[-1:]:
                    found = measure(source, Path(folder) / "table.parquet", workers)
                    kept.append({"form": form, "workers": workers, **found})
                    table.add_row(
                        f"{patients:,}", form, str(workers), f"{found['wall']:,.0f}",
                        f"{patients / found['wall']:,.0f}", f"{found['megabytes']:,.0f} MB",
                    )  # fmt: skip
        if keeping:
            keep("flatten", kept)
    Console(highlight=False).print(table)


if __name__ == "__main__":
    said = parser(__doc__)
    said.add_argument("patients", type=int, nargs="*", default=PATIENTS, metavar="PATIENTS")
    options = said.parse_args()
    main(list(options.patients), keeping=options.keep)
