"""How fast one patient is assessed, and how long the command takes from nothing.

Run by ``make bench``. Medians of several rounds on one core, the whole shipped knowledge, every
proof built. The machine is shared: compare the figures of one run with each other, and with the
targets in docs/benchmarks.md, not with another day's.

    python bench/bench_assess.py [--keep]
"""

from __future__ import annotations

import gzip
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import track
from rich.table import Table

from dolenti.fhir import BundleReader
from dolenti.fhir.bundle import decode
from dolenti.guideline import Assessment, Case, Edition, Judge, as_json, as_json_bytes, load_folder
from dolenti.guideline.patient_file import read_case
from dolenti.guideline.reading import read_text

sys.path.insert(0, str(Path(__file__).parent.parent))  # finds `bench` and `tests`
from bench.page import keep
from bench.said import parser

ROOT = Path(__file__).parent.parent
AS_OF = date(2026, 11, 22)
ROUNDS = 7
SECONDS_A_ROUND = 0.6


def per_second(work: Callable[[Any], object], inputs: Sequence[Any]) -> float:
    """Median over the rounds of how many inputs one core handles in a second of its own time."""
    for item in inputs:
        work(item)  # the patterns of a clinic's patients are met before anyone counts
    rates = []
    for _ in range(ROUNDS):
        done, start = 0, time.process_time()  # what others do on the machine is not counted
        while (spent := time.process_time() - start) < SECONDS_A_ROUND:
            for item in inputs:
                work(item)
            done += len(inputs)
        rates.append(done / spent)
    return statistics.median(rates)


def cold_start(command: list[str]) -> float:
    """Median seconds of a whole process, the parsed knowledge cached."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def plain_cases(edition: Edition) -> list[Case]:
    """The cases of the example files."""
    cases = []
    for file in sorted((ROOT / "examples").glob("*.yaml")):
        content = read_text(file.read_text("utf-8"), file.name).content
        if isinstance(content, dict) and "complaint" in content:
            cases.append(read_case(content, edition, AS_OF))
    return cases


def bundles() -> dict[str, list[bytes]]:
    """The bundles of living patients: our small examples, and the large shared ones if there."""
    shared = os.environ.get("DOLENTI_SHARED_PATIENTS", ROOT / "../shared/fhir-patients")
    found = {
        "": [file.read_bytes() for file in sorted((ROOT / "examples/fhir").glob("*.json"))],
        " (shared patients)": [
            gzip.decompress(file.read_bytes()) for file in sorted(Path(shared).glob("*.json.gz"))
        ],
    }
    return {
        whose: [data for data in listed if b'"deceasedDateTime"' not in data]
        for whose, listed in found.items()
    }


def main(*, keeping: bool) -> None:
    """Measure, and print one table."""
    console = Console(highlight=False)
    edition = load_folder()
    judge, reader = Judge(edition), BundleReader(edition)
    cases = plain_cases(edition)

    def read(data: bytes) -> tuple[Case, ...]:
        return reader.read(data, AS_OF).cases()

    def judged(data: bytes) -> list[Assessment]:
        return [judge.assess(case) for case in read(data)]

    def answered(data: bytes) -> list[bytes]:
        return [as_json_bytes(assessment) for assessment in judged(data)]

    def resources(listed: list[bytes]) -> str:
        counts = sorted(len(msgspec.json.decode(data)["entry"]) for data in listed)
        return f"{counts[0]} to {counts[-1]} resources" if counts else "none here"

    criteria = sum(len(therapy.criteria) for therapy in edition.therapies)
    work: list[tuple[str, str, Callable[[Any], object], Sequence[Any]]] = [
        ("flat facts, proof built", "> 15,000", judge.assess, cases),
        (
            "flat facts, every sentence written to JSON",
            "",
            lambda case: as_json_bytes(judge.assess(case)),
            cases,
        ),
        (
            "flat facts, as plain values, then to JSON",
            "",
            lambda case: msgspec.json.encode(as_json(judge.assess(case))),
            cases,
        ),
    ]
    steps: list[tuple[str, str, Callable[[bytes], object]]] = [
        ("only parsed", "", lambda data: decode(data, "bundle")),
        ("read", "", read),
        ("read and judged", "", judged),
        ("answered with every sentence as JSON", "> 3,000", answered),
    ]
    for whose, listed in bundles().items():
        for what, target, function in steps:
            name = f"FHIR JSON, {resources(listed)}{whose}, {what}"
            work.append((name, "" if whose else target, function, listed))
    table = Table(
        title=f"{criteria} criteria, {len(edition.red_flags)} red flags, "
        f"{len(edition.facts)} facts; Python {sys.version.split()[0]}, one core"
    )
    for heading in ("what", "target", "median"):
        table.add_column(heading)
    kept = []

    def found(what: str, target: str, number: float, unit: str) -> None:
        kept.append({"what": what, "target": target, "number": number, "unit": unit})
        shown = f"{number:,.0f}" if unit == "patients/s" else f"{number:.2f}"
        table.add_row(what, target, f"{shown} {unit}")

    for what, target, function, inputs in track(work, "measuring", console=console):
        if inputs:
            found(what, target, per_second(function, inputs), "patients/s")
    command = [
        str(Path(sys.executable).parent / "dolenti"),
        "assess",
        str(ROOT / "examples/knee-osteoarthritis.yaml"),
    ]
    found("dolenti assess, tables, cold", "< 0.5 s", cold_start(command), "s")
    found("dolenti assess --json, cold", "< 0.5 s", cold_start([*command, "--json"]), "s")
    console.print(table)
    if keeping:
        keep("assess", kept)


if __name__ == "__main__":
    main(keeping=parser(__doc__).parse_args().keep)
