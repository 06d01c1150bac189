"""How fast a population is judged, and in how much memory: DuckDB, 1 and 2 threads.

Run by ``make bench``. Random patients with the shipped knowledge, freshness and relevance as it
has them, a sixth of every column missing; from parquet to parquet. Each measure is a process of
its own, so that its peak memory is its own. ``rows/s/core`` counts the seconds of processor time
that the process used: other programs of a shared machine do not change it much.

    python bench/bench_population.py [--keep] [--spark] [ROWS ...]    1 and 10 millions unless given
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from dolenti.guideline import load_folder
from dolenti.population import DuckDBEngine
from dolenti.population.generate import generate
from dolenti.population.reading import read_population
from dolenti.population.verdicts import Judged, RuleSet

sys.path.insert(0, str(Path(__file__).parent.parent))  # finds `bench` and `tests`
from bench.results import keep

AS_OF = date(2026, 11, 22)
ROWS = (1_000_000, 10_000_000)
WORK = {
    "read and check": None,
    "statuses": "> 500,000",
    "every criterion": "> 150,000",
}


def processor_seconds() -> float:
    """What this process used so far, of all its threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(file: str, threads: int, work: str) -> None:
    """In a process of its own: do the work once, and print what it took as JSON."""
    edition = load_folder()
    engine = DuckDBEngine(threads)
    with tempfile.TemporaryDirectory(dir=Path(file).parent) as folder:
        if work == "read and check":
            used, start = processor_seconds(), time.perf_counter()
            read_population(engine, file, edition, AS_OF)
        else:
            judged = Judged(engine.read(file), edition, RuleSet.of(edition), AS_OF)
            table = judged.verdicts(with_criteria=work == "every criterion")
            used, start = processor_seconds(), time.perf_counter()
            engine.write(table, str(Path(folder) / "verdicts.parquet"), {}, lambda part: None)
        wall, used = time.perf_counter() - start, processor_seconds() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"wall": wall, "processor": used, "megabytes": peak}))


def main(sizes: list[int], *, keeping: bool) -> None:
    """Measure every size, number of threads and kind of work, and print one table."""
    console = Console(highlight=False)
    edition = load_folder()
    rules = len(edition.red_flags) + sum(len(t.criteria) for t in edition.therapies)
    table = Table(title=f"{rules} rules on {os.cpu_count()} cores; DuckDB, parquet to parquet")
    for heading in ("rows", "threads", "work", "target", "rows/s", "rows/s/core", "peak"):
        table.add_column(heading, justify="right")
    kept = []
    with tempfile.TemporaryDirectory() as folder:
        for rows in sizes:
            file = Path(folder) / f"{rows}.parquet"
            with console.status(f"{rows:,} random patients"):
                generate(file, rows, edition, AS_OF)
            for threads in (1, 2):
                for work, target in WORK.items():
                    command = [sys.executable, __file__, "--measure", str(file), str(threads), work]
                    with console.status(f"{rows:,} rows, {threads} threads, {work}"):
                        done = subprocess.run(command, check=True, capture_output=True, text=True)
                    found = json.loads(done.stdout)
                    kept.append({"rows": rows, "threads": threads, "work": work, **found})
                    table.add_row(
                        f"{rows:,}",
                        str(threads),
                        work,
                        target or "",
                        f"{rows / found['wall']:,.0f}",
                        f"{rows / found['processor']:,.0f}",
                        f"{found['megabytes']:,.0f} MB",
                    )
            file.unlink()
            if keeping:
                keep("population", kept)
    console.print(table)


def on_spark(rows: int, *, keeping: bool) -> None:
    """Time the whole command on Spark, two local workers, from start to end; print one line."""
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "patients.parquet")
        generate(Path(file), rows, load_folder(), AS_OF)
        program = str(Path(sys.executable).parent / "dolenti")
        spark = ["--engine", "spark", "--master", "local[2]"]
        command = [program, "population", file, "--out", str(Path(folder) / "verdicts.parquet")]
        start = time.perf_counter()
        subprocess.run([*command, *spark], check=True, capture_output=True)
        wall = time.perf_counter() - start
    # Neither processor time nor memory: the Java machine is not counted with our own processes.
    Console(highlight=False).print(
        f"Spark, {rows:,} rows, every criterion, start included: {wall:,.0f} s"
    )
    if keeping:
        keep(f"spark {rows}", {"rows": rows, "wall": wall})


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        sizes = [int(word) for word in sys.argv[1:] if word.isdecimal()] or list(ROWS)
        keeping = "--keep" in sys.argv
        if "--spark" in sys.argv:
            for size in sizes:
                on_spark(size, keeping=keeping)
        else:
            main(sizes, keeping=keeping)
