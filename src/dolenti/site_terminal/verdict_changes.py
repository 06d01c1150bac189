"""Whose verdict the edition in force changes, at the terminal: the progress, then the counts.

Names of people are not written: an assessment is known by its random id.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
from rich.progress import Progress as Bar
from rich.table import Table

from dolenti.guideline.knowledge import Edition
from dolenti.guideline.report import edition_as_json
from dolenti.records.judging.verdict_changes import Progress

_WORDS = {
    "fr": {
        "judging": "Douleurs réévaluées", "none": "Aucun verdict ne change.",
        "some": "Verdicts qui changent\u00a0: {changes}. Douleurs examinées\u00a0: {complaints}.",
        "stored": "Chaque praticien les trouve sous «\u00a0Verdicts modifiés\u00a0».",
        "therapy": "Traitement", "was": "Était", "now": "Devient", "count": "Nombre",
        "gone": "absent du référentiel en vigueur",
    },
    "en": {
        "judging": "Complaints judged again", "none": "No verdict changes.",
        "some": "Verdicts that change: {changes}. Complaints looked at: {complaints}.",
        "stored": "Each practitioner finds theirs under “Verdicts that changed”.",
        "therapy": "Therapy", "was": "Was", "now": "Now", "count": "Number",
        "gone": "no longer in the knowledge",
    },
}  # fmt: skip


@contextmanager
def with_progress(language: str) -> Iterator[Bar]:
    """A bar on the error output, so that what is written can be read by a program."""
    console = Console(stderr=True)
    columns = (
        TextColumn(_WORDS[language]["judging"]), BarColumn(), MofNCompleteColumn(),
    )  # fmt: skip
    with Bar(*columns, console=console, transient=True) as bar:
        yield bar


def _watched(found: Iterable[Progress], bar: Bar) -> Iterator[Progress]:
    task: TaskID = bar.add_task("", total=None)
    for progress in found:
        bar.update(task, completed=progress.looked_at, total=progress.of)
        yield progress


def write_json(found: Iterable[Progress], bar: Bar, edition: Edition, out: TextIO) -> None:
    """Write one object, each change as soon as it is found: nothing is gathered in memory."""
    out.write(f'{{"edition": {json.dumps(edition_as_json(edition))}, "changes": [')
    joint, looked_at = "\n  ", 0
    for progress in _watched(found, bar):
        looked_at = progress.looked_at
        for one in progress.changes:
            line = {
                "assessment": one.assessment.public_id,
                "patient": one.assessment.complaint.patient.public_id,
                "therapy": one.therapy,
                "was": one.was,
                "now": one.now or None,
            }
            out.write(joint + json.dumps(line))
            joint = ",\n  "
    out.write(f'\n], "complaints": {looked_at}}}\n')


def show(
    found: Iterable[Progress], bar: Bar, edition: Edition, console: Console, language: str
) -> None:
    """The counts, by therapy and by what the verdict was and becomes."""
    words = _WORDS[language]
    counts: Counter[tuple[str, str, str]] = Counter()
    looked_at = 0
    for progress in _watched(found, bar):
        looked_at = progress.looked_at
        counts.update((one.therapy, one.was, one.now) for one in progress.changes)
    if not counts:
        console.print(words["none"])
        return
    console.print(words["some"].format(changes=counts.total(), complaints=looked_at))
    labels = {t.id: t.description.label.in_language(language) for t in edition.therapies}
    table = Table(words["therapy"], words["was"], words["now"])
    table.add_column(words["count"], justify="right")
    for (therapy, was, now), count in sorted(counts.items()):
        table.add_row(labels.get(therapy, therapy), was, now or words["gone"], str(count))
    console.print(table)
    console.print(words["stored"])
