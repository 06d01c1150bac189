"""A population from the command line: the engine, the progress, the summary as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.near import shown
from dolenti.guideline.numbers import grouped
from dolenti.guideline.report import edition_as_json
from dolenti.guideline.statuses import STATUS
from dolenti.guideline.words import date_in_words
from dolenti.population.engines import DuckDBEngine, Engine
from dolenti.population.run import Outcome, Request, judge_population
from dolenti.terminal.assess import LOOK

MOST_FACTS_SHOWN = 15

_WORDS = {
    "fr": {
        "reading": "Lecture et contrôle", "writing": "Évaluation", "counting": "Décompte",
        "title": "Verdicts par traitement", "status": "Verdict", "rows": "douleurs évaluées au",
        "missing": "Données qui manquent le plus", "fact": "Donnée",
        "waiting": "Douleurs en attente",
        "absent": "Sans colonne, donc inconnues pour tous", "written": "Verdicts écrits dans",
        "unread": "Colonnes sans emploi ici", "aside": "Mises à l’écart, donc inconnues",
        "more": "et {} autres", "closed": "Déclaré complet",
        "lost": "Éléments de la source sans patient, qui auraient pu parler", "colon": "\u00a0: ",
    },
    "en": {
        "reading": "Reading and checking", "writing": "Judging", "counting": "Counting",
        "title": "Verdicts by therapy", "status": "Verdict", "rows": "complaints judged on",
        "missing": "Facts missing most", "fact": "Fact", "waiting": "Complaints waiting",
        "absent": "Without a column, so unknown for all", "written": "Verdicts written to",
        "unread": "Columns without a use here", "aside": "Set aside, so unknown",
        "more": "and {} more", "closed": "Declared complete",
        "lost": "Entries of the source without a patient, which might have spoken", "colon": ": ",
    },
}  # fmt: skip


@dataclass(frozen=True)
class EngineChoice:
    """The engine asked for: ``duckdb`` with its threads, or ``spark`` with its master."""

    name: str
    master: str | None = None
    threads: int | None = None


@contextmanager
def opened(choice: EngineChoice) -> Iterator[Engine]:
    """The engine, closed at the end. Raises ``InputError`` for one that is not to be had."""
    engine: Engine
    if choice.name == "duckdb":
        engine = DuckDBEngine(choice.threads)
    elif choice.name == "spark":
        from dolenti.population.spark import SparkEngine

        here = f"local[{choice.threads or '*'}]"
        engine = SparkEngine(choice.master or here)
    else:
        name = shown(choice.name)
        raise InputError(
            f"“{name}” is no engine; known are: duckdb, spark",
            "--engine",
            fr=f"«\u00a0{name}\u00a0» n’est pas un moteur\u00a0; sont connus\u00a0: duckdb, spark",
        )
    try:
        yield engine
    finally:
        engine.close()


def judged_with_progress(
    engine: Engine, edition: Edition, request: Request, language: str
) -> Outcome:
    """Judge a population, with a bar on the error output as long as it takes."""
    words = _WORDS[language]
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:

        def started(step: str) -> Callable[[float], None]:
            for task in bars.task_ids:
                bars.update(task, total=1.0, completed=1.0)
            bar = bars.add_task(words[step], total=None)
            return lambda part: bars.update(bar, total=1.0 if part else None, completed=part)

        return judge_population(engine, edition, request, started)


def population_as_json(
    outcome: Outcome, edition: Edition, request: Request, language: str
) -> dict[str, Any]:
    """What was judged and counted, as documented in docs/population.md."""
    readable, summary = outcome.readable, outcome.summary
    written: dict[str, Any] = {
        "edition": edition_as_json(edition),
        "as_of": request.as_of.isoformat(),
        "rows": readable.rows,
        "out": request.out,
        "policies": dict(outcome.policies),
        "absent": list(readable.absent),
        "unread": list(readable.unread),
        "set_aside": [said.in_language(language) for said in readable.set_aside],
        "closed": dict(outcome.closed),
        "lost": dict(outcome.lost),
    }
    if summary is not None:
        written["statuses"] = {t: dict(counts) for t, counts in summary.statuses.items()}
        written["missing"] = [
            {"fact": fact, "rows": count} for fact, count in summary.missing.items()
        ]
    return written


def show_population(
    console: Console, outcome: Outcome, edition: Edition, request: Request, language: str
) -> None:
    """What was judged and counted, as tables."""
    words, readable = _WORDS[language], outcome.readable
    labels = {fact.id: fact.label.in_language(language) for fact in edition.facts}
    day = date_in_words(request.as_of, language)
    console.print(f"{grouped(readable.rows, language)} {words['rows']} {day}")
    if outcome.summary is not None:
        _show_counts(console, outcome, edition, language)
        missing = Table(title=words["missing"], title_justify="left")
        missing.add_column(words["fact"])
        missing.add_column(words["waiting"], justify="right")
        for fact, count in list(outcome.summary.missing.items())[:MOST_FACTS_SHOWN]:
            missing.add_row(labels[fact], _share(count, readable.rows, language))
        console.print(missing)
    for fact, reason in outcome.closed.items():
        console.print(Text(f"{words['closed']}{words['colon']}{labels.get(fact, fact)} ({reason})"))
    if outcome.closed and outcome.lost:
        lost = grouped(sum(outcome.lost.values()), language)
        console.print(Text(f"{words['lost']}{words['colon']}{lost}", style="bold yellow"))
    absent = [labels[fact] for fact in readable.absent]
    for heading, listed in (
        ("absent", absent),
        ("unread", [shown(name) for name in readable.unread]),
        ("aside", [said.in_language(language) for said in readable.set_aside]),
    ):
        if listed:
            _show_list(console, words[heading], listed, words["more"])
    if request.out is not None:
        console.print(Text(f"{words['written']} {request.out}"))


def _show_counts(console: Console, outcome: Outcome, edition: Edition, language: str) -> None:
    assert outcome.summary is not None
    words = _WORDS[language]
    table = Table(title=words["title"], title_justify="left")
    table.add_column(words["status"])
    for therapy in edition.therapies:
        table.add_column(therapy.description.short.in_language(language), justify="right")
    for status, word in STATUS.items():
        icon, style = LOOK[status]
        counts = [outcome.summary.statuses[therapy.id][status] for therapy in edition.therapies]
        shares = [_share(count, outcome.readable.rows, language) for count in counts]
        table.add_row(f"{icon} {word.in_language(language)}", *shares, style=style)
    console.print(table)


def _show_list(console: Console, heading: str, listed: list[str], more: str) -> None:
    said = ", ".join(listed[:MOST_FACTS_SHOWN])
    rest = len(listed) - MOST_FACTS_SHOWN
    console.print(Text(f"{heading} ({len(listed)}): {said}"))
    if rest > 0:
        console.print(Text(f"  {more.format(rest)}"))


def _share(count: int, rows: int, language: str) -> str:
    part = f"{100 * count / rows:.1f}"
    percent = f"{part.replace('.', ',')}\u00a0%" if language == "fr" else f"{part}%"
    return f"{grouped(count, language)} ({percent})"
