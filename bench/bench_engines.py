"""Our bedside evaluator beside other engines: the same rules, the same patients, one run.

Run by ``make bench``. Each engine is a process of its own that reads a line per patient and writes
a line of answers, so that all are measured alike: the processor time that the whole process used,
and its peak memory. Every round has patients that no engine has met before. Needs Node.js; the
other engines are installed by name and version into the user's cache, never into the checkout.

``cql-execution`` reads the same FHIR bundles as we do, and the CQL that we export. For
``json-rules-engine`` and ``zen-engine``, which know neither FHIR nor freshness nor relevance, we
work the facts out first, for nothing: their figures are not like for like.

    python bench/bench_engines.py [--keep] [PATIENTS_A_ROUND]
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from dolenti.guideline import Case, Edition, Judge, load_folder
from dolenti.guideline.judge import Assessment, Judged
from dolenti.guideline.systems import CONDITION_SYSTEM

sys.path.insert(0, str(Path(__file__).parent.parent))  # finds `bench` and `tests`
from bench.page import keep
from bench.patients import AS_OF, as_plain_file, random_cases, resolved
from bench.said import parser
from bench.translations import json_rule, zen_expression
from tests.cql.bundles import Exported, bundle_of
from tests.cql.engine import kept, run

HERE = Path(__file__).parent

JSON_RULES_ENGINE = "json-rules-engine@7.3.1"
ZEN_ENGINE = "zen-engine==2.1.3"
ROUNDS = 5
PATIENTS = 300
TICKS = os.sysconf("SC_CLK_TCK")

Answers = Mapping[str, bool | None]


@dataclass(frozen=True)
class Contender:
    """An engine to measure: the command, what it is given of a case, how its answers are read."""

    name: str
    command: list[str]
    line: Callable[[Case, Assessment], object]
    answers: Callable[[Any], Answers]
    environment: Mapping[str, str]
    target: str = ""


@dataclass(frozen=True)
class Result:
    """What was found of an engine. The counts are of answers: a rule for a patient."""

    engine: str
    target: str
    patients: int
    patients_per_second: float
    megabytes: float
    answers: int
    unknown: int
    """Answers that are unknown by the reference."""
    told_true: int
    told_false: int
    """Unknown by the reference, told as true, or as false."""
    unanswered: int
    """True or false by the reference, and no answer."""
    opposite: int
    """True for false, or false for true."""
    silent: int
    """Patients without a single answer."""

    @property
    def different(self) -> int:
        """Answers that are not the reference's."""
        return self.told_true + self.told_false + self.unanswered + self.opposite


class Child:
    """A running engine: lines in, lines out, and what it has used so far."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **environment},
        )

    def ask(self, lines: Sequence[bytes]) -> list[bytes]:
        """The answers to some lines. A thread writes, lest both sides wait for each other."""
        writer = threading.Thread(target=self._write, args=(b"".join(lines),))
        writer.start()
        assert self._process.stdout is not None
        answers = [self._process.stdout.readline() for _ in lines]
        writer.join()
        if not answers[-1]:
            raise SystemExit("an engine ended before its last answer; see its message above")
        return answers

    def _write(self, data: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def processor_seconds(self) -> float:
        """Of all its threads, what the garbage collector and the compiler used included."""
        text = Path(f"/proc/{self._process.pid}/stat").read_text("utf-8")
        user, system = text.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / TICKS

    def megabytes(self) -> float:
        """The most memory it has held."""
        text = Path(f"/proc/{self._process.pid}/status").read_text("utf-8")
        return int(text.partition("VmHWM:")[2].split()[0]) / 1024

    def end(self) -> None:
        """Nothing more to read: it stops by itself."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def contenders(edition: Edition, judge: Judge, folder: Path) -> Iterator[Contender]:
    """Every engine, ready to start."""
    everything = Exported(edition)
    ours = [sys.executable, str(HERE / "engines/ours.py")]
    day = AS_OF.isoformat()

    def fhir(case: Case, _: Assessment) -> object:
        return {"as_of": day, "bundle": plain_bundle(case, edition), "ask": everything.everything}

    def facts(_: Case, assessment: Assessment) -> object:
        return resolved(assessment)

    def of_rules(found: Any) -> Answers:
        answers: Answers = found["rules"]
        return answers

    yield Contender("Dolenti, FHIR", [*ours, "fhir"], fhir, of_rules, {}, "> 1,000")
    yield Contender(
        "cql-execution 3.3.2, FHIR",
        everything.engine.command,
        fhir,
        lambda found: {rule: found[library][rule] for rule, library in everything.place.items()},
        {},
    )
    yield Contender(
        "Dolenti, flat facts",
        [*ours, "flat"],
        lambda case, _: {"as_of": day, "plain": as_plain_file(case)},
        of_rules,
        {},
    )
    some_case = judge.assess(random_cases(edition, 1)[0])
    rules = {one.rule.id: one.rule.when for one in _judged(some_case)}
    future = frozenset(fact.id for fact in edition.facts if fact.future)
    written = [json_rule(name, when, AS_OF, future) for name, when in rules.items()]
    file = folder / "rules.json"
    file.write_text(json.dumps(written), "utf-8")
    packages = kept(JSON_RULES_ENGINE.replace("@", "-"), install_json_rules_engine)
    script = str(HERE / "engines/json_rules_engine.mjs")
    name = JSON_RULES_ENGINE.replace("@", " ")
    yield Contender(name, ["node", script, str(packages), str(file)], facts, of_rules, {})
    expressions = {name: zen_expression(when, AS_OF, future) for name, when in rules.items()}
    file = folder / "expressions.json"
    file.write_text(json.dumps(expressions), "utf-8")
    packages = kept(ZEN_ENGINE.replace("==", "-"), install_zen_engine)
    name = ZEN_ENGINE.replace("==", " ")
    for kind, said in (("decision", "one decision"), ("expressions", "rule by rule")):
        yield Contender(
            f"{name}, {said}",
            [sys.executable, str(HERE / "engines/zen_child.py"), kind, str(file)],
            facts,
            of_rules,
            {"PYTHONPATH": str(packages), "RUST_BACKTRACE": "0"},
        )


def plain_bundle(case: Case, edition: Edition) -> dict[str, Any]:
    """A case as a bundle that says the same to both readers: in Dolenti's own codes alone. Ours
    learns more from a standard code of the complaint than the CQL does."""
    bundle = bundle_of(case, edition)
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "Condition":
            code = entry["resource"]["code"]
            code["coding"] = [c for c in code["coding"] if c["system"] == CONDITION_SYSTEM]
    return bundle


def install_json_rules_engine(folder: Path) -> None:
    """From npm, without running anything of the package's own."""
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund"]
    run(["npm", "install", "--prefix", str(folder), *quiet, JSON_RULES_ENGINE])


def install_zen_engine(folder: Path) -> None:
    """From PyPI, beside our own environment."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
    run([*pip, "--target", str(folder), ZEN_ENGINE])


def measure(
    contender: Contender, cases: Sequence[Case], assessments: Sequence[Assessment], a_round: int
) -> Result:
    """Warm up on the first round, measure the others, compare the answers of all."""
    child = Child(contender.command, contender.environment)
    lines = [
        json.dumps(contender.line(case, assessment)).encode() + b"\n"
        for case, assessment in zip(cases, assessments, strict=True)
    ]
    rates, found = [], []
    for start in range(0, len(lines), a_round):
        batch = lines[start : start + a_round]
        before = child.processor_seconds()
        found += child.ask(batch)
        rates.append(len(batch) / max(child.processor_seconds() - before, 1 / TICKS))
    megabytes = child.megabytes()
    child.end()
    counts = dict.fromkeys(("unknown", "told_true", "told_false", "unanswered", "opposite"), 0)
    answers = silent = 0
    for line, assessment in zip(found, assessments, strict=True):
        given = contender.answers(json.loads(line))
        silent += not given
        for one in _judged(assessment):
            answers += 1
            wanted, told = one.proof.holds, given.get(one.rule.id)
            counts["unknown"] += wanted is None
            if told is not wanted:
                counts[_difference(wanted, told)] += 1
    return Result(
        engine=contender.name,
        target=contender.target,
        patients=len(cases),
        patients_per_second=statistics.median(rates[1:]),
        megabytes=megabytes,
        answers=answers,
        silent=silent,
        **counts,
    )


def _judged(assessment: Assessment) -> list[Judged]:
    return [*assessment.red_flags, *(j for v in assessment.verdicts for j in v.criteria)]


def _difference(wanted: bool | None, told: bool | None) -> str:
    if wanted is None:
        return "told_true" if told else "told_false"
    return "unanswered" if told is None else "opposite"


def main(a_round: int, *, keeping: bool) -> None:
    """Measure every engine, and print one table."""
    console = Console(highlight=False)
    edition = load_folder()
    judge = Judge(edition)
    cases = random_cases(edition, a_round * (1 + ROUNDS))
    assessments = [judge.assess(case) for case in cases]
    results = []
    with tempfile.TemporaryDirectory() as folder:
        with console.status("installing, and translating our rules"):
            engines = list(contenders(edition, judge, Path(folder)))
        for contender in engines:
            with console.status(contender.name):
                results.append(measure(contender, cases, assessments, a_round))
    console.print(table(results, a_round))
    ours, cql = (result.patients_per_second for result in results[:2])
    console.print("? is an unknown answer, none a certain one that is not given.")
    console.print(f"From the same FHIR bundles: {ours / cql:.1f} times cql-execution (target 15).")
    if keeping:
        keep("engines", [asdict(result) for result in results])


def table(results: Sequence[Result], a_round: int) -> Table:
    """The results, an engine a row."""
    one = results[0]
    made = Table(
        title=f"{one.answers // one.patients} rules, {one.patients} patients ({ROUNDS} rounds of "
        f"{a_round} after one to warm up); {one.unknown:,} of {one.answers:,} answers unknown"
    )
    made.add_column("engine")
    headings = "target", "per s", "peak", "differ", "? → yes", "? → no", "none", "opposite"
    for heading in headings:
        made.add_column(heading, justify="right")
    for result in results:
        made.add_row(
            result.engine,
            result.target,
            f"{result.patients_per_second:,.0f}",
            f"{result.megabytes:,.0f} MB",
            f"{result.different:,}",
            f"{result.told_true:,}",
            f"{result.told_false:,}",
            f"{result.unanswered:,}",
            f"{result.opposite:,}",
        )
    return made


if __name__ == "__main__":
    said = parser(__doc__)
    said.add_argument("a_round", type=int, nargs="?", default=PATIENTS, metavar="PATIENTS_A_ROUND")
    options = said.parse_args()
    main(options.a_round, keeping=options.keep)
