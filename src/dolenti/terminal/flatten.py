"""A flattening from the command line: progress, and the report of what was not understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from dolenti.flattening.report import Report
from dolenti.flattening.run import Request
from dolenti.guideline.numbers import grouped

MOST_SHOWN = 10
_WORDS = {
    "fr": {
        "patients": "patients lus", "rows": "douleurs écrites dans",
        "without": "patients sans douleur connue ici", "refused": "Non lus",
        "unread": "Non compris, et peut-être important (code, nombre de patients)",
        "unmapped": "Valeurs que la correspondance ne nomme pas (colonne=valeur, nombre)",
        "doubted": "Données évoquées sans être sûres, donc inconnues (nombre de douleurs)",
        "lost": "Sans patient à qui les rattacher, donc perdus (type, nombre)",
        "silent": "Le silence vaut un non par déclaration, mais ces éléments perdus ou non lus "
        "auraient pu parler",
        "closed": "Déclaré complet", "more": "et {} autres", "colon": "\u00a0: ",
    },
    "en": {
        "patients": "patients read", "rows": "complaints written to",
        "without": "patients without a pain that is known here", "refused": "Not read",
        "unread": "Not understood, and perhaps of concern (code, number of patients)",
        "unmapped": "Values that the mapping does not name (column=value, number)",
        "doubted": "Facts spoken of and not certain, so unknown (number of complaints)",
        "lost": "Of no patient that could be found, so lost (kind, number)",
        "silent": "Silence means no by declaration, but what was lost or not read might have "
        "spoken",
        "closed": "Declared complete", "more": "and {} more", "colon": ": ",
    },
}  # fmt: skip


@contextmanager
def progress(language: str) -> Iterator[Callable[[int], None]]:
    """Says how many patients were read, where somebody watches."""
    console = Console(stderr=True)
    words = _WORDS[language]
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn(words["patients"]))
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda patients: bar.update(task, description=grouped(patients, language))


def as_json(report: Report, request: Request) -> dict[str, Any]:
    """The report as documented in docs/population.md."""
    return {
        "out": request.out,
        "as_of": request.as_of.isoformat(),
        "patients": report.patients,
        "rows": report.rows,
        "without_complaint": report.without_complaint,
        "closed": dict(request.closed),
        "doubted": dict(report.doubted.most_common()),
        "unread": dict(report.unread.most_common()),
        "unmapped": dict(report.unmapped.most_common()),
        "lost": dict(report.lost.most_common()),
        "refused": {
            "count": report.refused_count,
            "named": [{"name": n, "fr": fr, "en": en} for n, fr, en in report.refused],
        },
    }


def show(console: Console, report: Report, request: Request, language: str) -> None:
    """The report for people: what was read, then what was not."""
    words = _WORDS[language]
    patients, rows = grouped(report.patients, language), grouped(report.rows, language)
    console.print(Text(f"{patients} {words['patients']}", style="bold"))
    console.print(Text(f"{rows} {words['rows']} {request.out}"))
    if report.without_complaint:
        console.print(Text(f"{grouped(report.without_complaint, language)} {words['without']}"))
    for fact, reason in request.closed.items():
        console.print(Text(f"{words['closed']}{words['colon']}{fact} ({reason})"))
    if request.closed and (report.lost or report.refused_count):
        console.print(Text(words["silent"], style="bold yellow"))
    for key in ("unread", "unmapped", "doubted", "lost"):
        _list(console, words[key], getattr(report, key), words["more"], language)
    if report.refused_count:
        count = grouped(report.refused_count, language)
        console.print(Text(f"{words['refused']} ({count})", style="bold yellow"))
        place = 1 if language == "fr" else 2
        for one in report.refused[:MOST_SHOWN]:
            console.print(Text(f"  {one[0]}{words['colon']}{one[place]}"))


def _list(console: Console, heading: str, counted: Counter[str], more: str, language: str) -> None:
    if not counted:
        return
    console.print(Text(heading, style="bold"))
    for name, count in counted.most_common(MOST_SHOWN):
        console.print(Text(f"  {grouped(count, language):>8}  {name}"))
    if len(counted) > MOST_SHOWN:
        console.print(Text(f"  {more.format(len(counted) - MOST_SHOWN)}"))
