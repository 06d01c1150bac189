"""How fast a population is judged, and in how much memory: DuckDB, 1 and 2 threads.

Run by ``make bench``. Random patients with the shipped knowledge, freshness and relevance as it
has them, a seventh of every column missing; from parquet to parquet. A larger file holds the same
million again under other identifiers. Each measure is a process of its own, so that its peak memory
is its own. ``rows/s/core`` counts the seconds of processor time that the process used: other
programs of a shared machine do not change it much.

    python bench/bench_population.py [--keep] [ROWS ...]            1 and 10 millions unless given
    python bench/bench_population.py --memory [--keep] [ROWS ...]   1, 5, 10 and 20 millions
    python bench/bench_population.py --spark [--keep] [ROWS ...]    1 and 10 millions
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from dolenti.guideline import load_folder
from dolenti.population import DuckDBEngine
from dolenti.population.generate import generate
from dolenti.population.reading import read_population
from dolenti.population.verdicts import Judged, RuleSet

sys.path.insert(0, str(Path(__file__).parent.parent))  # finds `bench` and `tests`
from bench.page import keep
from bench.said import parser

AS_OF = date(2026, 11, 22)
ROWS = (1_000_000, 10_000_000)
ROWS_OF_MEMORY = (1_000_000, 5_000_000, 10_000_000, 20_000_000)
DRAWN = 1_000_000
"""Rows that are drawn; drawing takes longer than judging."""
WORK = {
    "read and check": None,
    "statuses": "> 500,000",
    "every criterion": "> 150,000",
}


def processor_seconds() -> float:
    """What this process used so far, of all its threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def population_file(folder: Path, rows: int) -> Path:
    """A file of so many rows. Refuses where the disk has no room for it and its verdicts."""
    needed = (100 + 60) * rows  # octets: what a row of patients and one of verdicts take
    if shutil.disk_usage(folder).free < 2 * needed:
        raise SystemExit(
            f"{rows:,} rows need {2 * needed / 2**30:.0f} GiB of free disk in {folder}"
        )
    file, drawn = folder / f"{rows}.parquet", folder / "drawn.parquet"
    if not drawn.exists():
        generate(drawn, DRAWN, load_folder(), AS_OF)
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1; SET preserve_insertion_order = false")
        connection.execute(
            f"COPY (SELECT * EXCLUDE (again) REPLACE (patient + again * {DRAWN} AS patient) "
            f"FROM range({-(-rows // DRAWN)}) AS repeats(again), '{drawn}' LIMIT {rows}) "
            f"TO '{file}' (FORMAT parquet, ROW_GROUP_SIZE 122880)"
        )
    return file


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
            with console.status(f"{rows:,} random patients"):
                file = population_file(Path(folder), rows)
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


def whole_command(folder: Path, file: Path, *options: str) -> dict[str, float]:
    """Run ``dolenti population`` from start to end. Seconds, and the megabytes that the system says
    its process held at most; those of Java are not among them."""
    program = str(Path(sys.executable).parent / "dolenti")
    command = [program, "population", str(file), "--out", str(folder / "verdicts.parquet")]
    start = time.perf_counter()
    child = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit("the command failed; see its message above")
    wall = time.perf_counter() - start
    processor = used.ru_utime + used.ru_stime
    return {"wall": wall, "processor": processor, "megabytes": used.ru_maxrss / 1024}


def memory(sizes: list[int], *, keeping: bool) -> None:
    """What the whole command holds at most (reading, checking, judging, writing), by size."""
    kept = []
    with tempfile.TemporaryDirectory() as folder:
        for rows in sizes:
            file = population_file(Path(folder), rows)
            for work, options in (("statuses", ["--statuses-only"]), ("every criterion", [])):
                found = whole_command(Path(folder), file, "--threads", "1", *options)
                kept.append({"rows": rows, "work": work, **found})
                Console(highlight=False).print(
                    f"{rows:,} rows, {work}: {found['megabytes']:,.0f} MB at most, "
                    f"{found['processor']:,.0f} s of processor time"
                )
                if keeping:
                    keep("memory", kept)
            file.unlink()


def on_spark(sizes: list[int], *, keeping: bool) -> None:
    """The whole command on Spark, two local workers, every criterion, from start to end."""
    kept = []
    with tempfile.TemporaryDirectory() as folder:
        for rows in sizes:
            file = population_file(Path(folder), rows)
            found = whole_command(Path(folder), file, "--engine", "spark", "--master", "local[2]")
            file.unlink()
            # Java's processor time and memory are not counted with our own process.
            kept.append({"rows": rows, "wall": found["wall"]})
            Console(highlight=False).print(f"Spark, {rows:,} rows: {found['wall']:,.0f} s")
            if keeping:
                keep("spark", kept)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        said = parser(__doc__)
        said.add_argument("rows", type=int, nargs="*", metavar="ROWS")
        said.add_argument("--memory", action="store_true", help="the peak memory alone")
        said.add_argument("--spark", action="store_true", help="on Spark")
        options = said.parse_args()
        if options.memory:
            memory(options.rows or list(ROWS_OF_MEMORY), keeping=options.keep)
        elif options.spark:
            on_spark(options.rows or list(ROWS), keeping=options.keep)
        else:
            main(options.rows or list(ROWS), keeping=options.keep)
