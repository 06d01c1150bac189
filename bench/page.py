# ruff: noqa: E402 - the path is set before what lies beside is imported
"""The tables and the picture of docs/benchmarks.md, made from results.json alone.

    python bench/page.py

Each measurement has its own function, and its own place between two marks in the page. A script
that keeps what it found calls ``keep``; a test holds the page to the results.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # finds `bench` when run as a script
from bench import picture, results
from tests.web.queries import MOST

PAGE = ROOT / "docs" / "benchmarks.md"
PICTURE = ROOT / "docs" / "images" / "benchmarks.svg"
# What a page of the clinic may take at most.
PAGE_MS = 50.0


def rows(headings: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """A table in Markdown."""
    made = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    made += ["| " + " | ".join(map(str, line)) + " |" for line in lines]
    return "\n".join(made)


def assess(found: list[dict[str, Any]]) -> str:
    """One patient at the bedside."""

    def number(one: dict[str, Any]) -> str:
        return (
            f"{one['number']:,.0f} /s" if one["unit"] == "patients/s" else f"{one['number']:.2f} s"
        )

    return rows(
        ("what", "target", "found"),
        ((one["what"], one["target"], f"**{number(one)}**" if one["target"] else number(one))
         for one in found),
    )  # fmt: skip


def engines(found: list[dict[str, Any]]) -> str:
    """Our evaluator beside the others, and how many times faster than the reference."""
    wrong = ("told_true", "told_false", "unanswered", "opposite")
    table = rows(
        ("engine", "patients/s", "peak memory", "answers that differ", "unknown told as true",
         "unknown told as false", "certain, but no answer", "the opposite",
         "patients with no answer"),
        (
            (
                one["engine"], f"{one['patients_per_second']:,.0f}", f"{one['megabytes']:,.0f} MB",
                *(f"{count:,}" for count in (sum(one[k] for k in wrong), *(one[k] for k in wrong),
                                             one["silent"])),
            )
            for one in found
        ),
    )  # fmt: skip
    ours, reference = found[0], found[1]
    times = ours["patients_per_second"] / reference["patients_per_second"]
    return (
        f"{ours['answers'] // ours['patients']} rules, {ours['patients']:,} patients; "
        f"{ours['unknown']:,} of the {ours['answers']:,} answers are *unknown*.\n\n{table}\n\n"
        f"**From the same FHIR bundles ours is {times:.0f} times as fast as "
        f"{reference['engine'].partition(',')[0]}** (target: 15)."
    )


TARGETS = {"statuses": 500_000, "every criterion": 150_000}


def population(found: list[dict[str, Any]]) -> str:
    """Whole populations on DuckDB."""

    def per_core(one: dict[str, Any]) -> str:
        rate, target = one["rows"] / one["processor"], TARGETS.get(one["work"])
        return f"**{rate:,.0f}**" if target and rate > target else f"{rate:,.0f}"

    def target(one: dict[str, Any]) -> str:
        wanted = TARGETS.get(one["work"])
        return f"> {wanted:,}" if wanted else ""

    return rows(
        ("rows", "threads", "what", "rows/s", "rows/s per core", "target per core", "peak memory"),
        (
            (f"{one['rows'] // 10**6} M", one["threads"], one["work"],
             f"{one['rows'] / one['wall']:,.0f}", per_core(one), target(one),
             f"{one['megabytes']:,.0f} MB")
            for one in found
        ),
    )  # fmt: skip


def memory(found: list[dict[str, Any]]) -> str:
    """What the whole command holds at most, by size."""
    sizes = sorted({one["rows"] for one in found})
    kinds = dict.fromkeys(one["work"] for one in found)

    most = {(one["work"], one["rows"]): f"{one['megabytes']:,.0f} MB" for one in found}
    return rows(
        ("most memory", *(f"{size // 10**6} M rows" for size in sizes)),
        ((kind, *(most.get((kind, size), "") for size in sizes)) for kind in kinds),
    )


def flatten(found: list[dict[str, Any]]) -> str:
    """A hospital's data made one table."""
    return rows(
        ("patients", "form", "seconds", "of processors", "patients/s", "peak memory of all "
         "processes", "statuses as by `assess`"),
        (
            (
                f"{one['patients']:,}", one["form"], f"{one['wall']:,.0f}",
                f"{one['processor']:,.0f}", f"**{one['patients'] / one['wall']:,.0f}**",
                f"{one['megabytes']:,.0f} MB", f"{one['alike']:,} of {one['alike']:,}",
            )
            for one in found
        ),
    )  # fmt: skip


def first_clinic(found: list[dict[str, Any]]) -> str:
    """The way to a real clinic, part by part."""
    both = [(one["part"], one["machine"], one["person"]) for one in found]
    both.append(("**together**", *(sum(one[n] for one in found) for n in ("machine", "person"))))
    return rows(
        ("part of the page", "the machine", "a person, reckoned"),
        ((part, f"{machine:.1f} s", f"{person / 60:.1f} min") for part, machine, person in both),
    )


def spark(found: list[dict[str, Any]]) -> str:
    """The whole command on Spark."""
    return rows(
        ("rows", "wall time, start included", "rows/s"),
        ((f"{one['rows'] // 10**6} M", f"{one['wall']:,.0f} s", f"{one['rows'] / one['wall']:,.0f}")
         for one in found),
    )  # fmt: skip


def load(found: dict[str, Any]) -> str:
    """Thirty people at work, on each database."""
    runs: dict[str, dict[str, Any]] = found["runs"]
    lines: dict[str, Callable[[dict[str, Any]], str]] = {
        "requests": lambda r: f"{r['requests']:,} in {r['wall']:.0f} s",
        "answered with an error": lambda r: str(r["wrong"]),
        "waited for a lock in vain": lambda r: str(r["busy"]),
        "**95 of 100 within** (target: 300 ms)": lambda r: f"**{r['every'][2]:.0f} ms**",
        "half within; 99 of 100 within": lambda r: (
            f"{r['every'][1]:.0f} ms; {r['every'][3]:.0f} ms"
        ),
        "processor time of the site, per request": lambda r: (
            f"{1000 * r['server'] / r['requests']:.0f} ms"
        ),
        "processor time of the thirty themselves": lambda r: f"{r['client']:.0f} s",
        "lines of the audit trail, all verified": lambda r: f"{r['lines']:,}",
        "load average before and after": lambda r: f"{r['load'][0]:.1f}, {r['load'][1]:.1f}",
    }
    names = sorted({name for run in runs.values() for name in run["pages"]})

    def waits(run: dict[str, Any], name: str) -> list[str]:
        return [f"{one:.0f}" for one in run["pages"].get(name, ())] or ["–"] * 4

    first = rows(("", *runs), ((what, *map(cell, runs.values())) for what, cell in lines.items()))
    second = rows(
        ("page or form", *(f"{run}: {what}" if what == "asked" else what
                           for run in runs for what in ("asked", "50 %", "95 %", "99 %"))),
        ((name, *(cell for run in runs.values() for cell in waits(run, name))) for name in names),
    )  # fmt: skip
    return (
        f"{found['patients']:,} patients; site, database and the thirty on the same machine.\n\n"
        f"{first}\n\nMilliseconds, as a browser would see them:\n\n{second}"
    )


def pages(found: dict[str, dict[str, dict[str, float]]]) -> str:
    """Every page of the clinic, with few patients and with many."""
    small, large = sorted(found, key=int)

    def slow(ms: float) -> str:
        return f"**{ms:.0f} ms**" if ms > PAGE_MS else f"{ms:.0f} ms"

    table = rows(
        ("page", f"p95, {int(small):,} patients", f"p95, {int(large):,}", "median", "processor",
         f"own queries, {int(small):,}", f"{int(large):,}", "in all"),
        (
            (name, slow(one["p95"]), slow(other["p95"]), f"{other['median']:.0f} ms",
             f"{other['processor']:.0f} ms",
             *(f"{count:.0f}" for count in (one["own"], other["own"], other["all"])))
            for name, one in found[small].items() for other in (found[large][name],)
        ),
    )  # fmt: skip
    every = found[large].values()
    quick = sum(one["p95"] <= PAGE_MS for one in every)
    few = sum(one["own"] <= MOST for one in every)
    return (
        f"{table}\n\nWith {int(large):,} patients, {quick} of {len(every)} pages are within "
        f"{PAGE_MS:.0f} ms at the 95th percentile, {few} within {MOST} own queries."
    )


MAP_MS = 16.0


def injection_map(found: list[dict[str, Any]]) -> str:
    """The injection map with 300 points on it, redrawn by a slow processor."""

    def within(ms: float) -> str:
        return f"**{ms:.0f} ms**" if ms < MAP_MS else f"{ms:.0f} ms"

    return rows(
        ("what", "redraws", f"median (target: {MAP_MS:.0f} ms)", "95 of 100 within"),
        ((one["what"], one["redraws"], within(one["median"]), within(one["p95"]))
         for one in found),
    )  # fmt: skip


def reminders(found: list[dict[str, Any]]) -> str:
    """A run of reminders of each clinic, and one after it that finds nobody."""

    def run(one: dict[str, Any], name: str) -> str:
        return f"**{one[f'{name}-seconds']:.1f} s** ({one[f'{name}-processor']:.1f} s)"

    return rows(
        ("patients", "database", "messages written down", "first run (target: 60 s), of which "
         "processor", "a second run", "memory before, at most"),
        [(f"{one['patients']:,.0f}", one["database"], f"{one['first-messages']:,.0f}",
          run(one, "first"), run(one, "second"),
          f"{one['before']:,.0f} MB, {one['peak']:,.0f} MB") for one in found],
    )  # fmt: skip


TABLES: dict[str, Callable[[Any], str]] = {
    "assess": assess, "engines": engines, "population": population, "memory": memory,
    "spark": spark, "flatten": flatten, "load": load, "pages": pages, "map": injection_map,
    "reminders": reminders, "first clinic": first_clinic,
}  # fmt: skip


def table(name: str, kept: dict[str, Any]) -> str:
    """One measurement as the page has it: when and on what it was taken, then its figures."""
    when = kept["measured"][name]
    return (
        f"*Measured on {when['day']}: {when['cores']} cores ({when['processor']}), "
        f"{when['memory']}; load average at the end {when['load']:.1f}.*\n\n"
        f"{TABLES[name](kept[name])}"
    )


def written(text: str, kept: dict[str, Any]) -> str:
    """The page with every table in its place. Refuses a page that lacks the place of one."""
    for name in TABLES:
        if name not in kept:
            continue
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        if begin not in text or end not in text:
            raise ValueError(
                f"{PAGE.name} has no place for {name!r}: write {begin} and {end} there"
            )
        new = f"{begin}\n{table(name, kept)}\n{end}"
        text = re.sub(f"{begin}.*{end}", lambda _, new=new: new, text, flags=re.DOTALL)
    return text


def write() -> None:
    """Bring the page and its picture in line with the results."""
    kept = results.read()
    PAGE.write_text(written(PAGE.read_text("utf-8"), kept), "utf-8")
    if kept.keys() >= picture.NEEDED:
        PICTURE.write_text(picture.drawn(kept), "utf-8")


def keep(name: str, found: Any) -> None:
    """Keep what one script found, and bring the page in line with it."""
    results.put(name, found)
    write()


if __name__ == "__main__":
    write()
