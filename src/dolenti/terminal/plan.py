"""A plan from the command line: the file, the protocol, the responses; and its tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dolenti.guideline.basis import BASIS
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case
from dolenti.guideline.judge import Judge, Status
from dolenti.guideline.knowledge import Edition, Therapy
from dolenti.guideline.plan import (
    Plan,
    Response,
    plan_as_json,
    read_responses,
)
from dolenti.guideline.report import edition_as_json
from dolenti.guideline.statuses import STATUS
from dolenti.guideline.words import date_in_words
from dolenti.plan import lay
from dolenti.terminal.assess import LOOK
from dolenti.terminal.inputs import read_document

_WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "number": "Séance", "phase": "Phase", "usual": "Date prévue", "window": "Du … au",
        "state": "État", "optional": "facultative", "next": "Prochaine étape", "limits": "Limites",
        "delivered": "faite le", "planned": "prévue", "due": "à faire", "overdue": "en retard",
        "no-step": "–",
        "continue": "poursuivre", "lengthen-interval": "espacer les séances",
        "stop-and-reassess": "arrêter et réévaluer", "complete": "terminer",
        "collect-response": "recueillir la réponse du patient",
        "new-course": "envisager une nouvelle cure",
        "maintain": "entretenir", "change": "changer de traitement",
        "discuss": "en parler avant de décider",
        "answer-questions": "répondre aux questions de l’évaluation",
        "verdict": "Verdict ce jour-là",
        "unverified": "non vérifié", "relief": "soulagement", "baseline": "douleur initiale",
        "last": "dernière douleur", "not-before": "Pas avant le", "last-day": "Pas après le",
        "assumed": "Supposé, rien d’autre n’étant à signaler",
        "not_assumed": "Jamais supposé, à demander",
        "most": "au plus", "exceeded": "dépassée", "colon": "\u00a0: ", "percent": "\u00a0%",
        **BASIS["fr"],
    },
    "en": {
        "number": "Session", "phase": "Phase", "usual": "Planned for", "window": "From … to",
        "state": "State", "optional": "optional", "next": "Next step", "limits": "Limits",
        "delivered": "given on", "planned": "planned", "due": "due", "overdue": "overdue",
        "no-step": "–",
        "continue": "continue", "lengthen-interval": "lengthen the interval",
        "stop-and-reassess": "stop and reassess", "complete": "complete",
        "collect-response": "collect the patient’s answer",
        "new-course": "consider a new course",
        "maintain": "maintain", "change": "change treatment",
        "discuss": "talk before deciding",
        "answer-questions": "answer the questions of the assessment",
        "verdict": "Verdict on that day",
        "unverified": "unverified", "relief": "relief", "baseline": "baseline pain",
        "last": "last pain", "not-before": "Not before", "last-day": "Not after",
        "assumed": "Assumed, nothing else being to report",
        "not_assumed": "Never assumed, to be asked",
        "most": "at most", "exceeded": "exceeded", "colon": ": ", "percent": "%",
        **BASIS["en"],
    },
}  # fmt: skip


@dataclass(frozen=True)
class MadePlan:
    """A plan with the case and the therapy it is for."""

    edition: Edition
    therapy: Therapy
    case: Case
    status: Status
    plan: Plan
    supposed: tuple[str, ...] = ()
    never_supposed: tuple[str, ...] = ()

    def as_json(self, language: str) -> dict[str, Any]:
        """The plan as documented in docs/json.md."""
        return {
            "edition": edition_as_json(self.edition),
            "therapy": self.therapy.id,
            "complaint": {
                "id": self.case.complaint.id,
                "condition": self.case.complaint.condition,
                "zone": self.case.complaint.zone,
                "side": self.case.complaint.side,
            },
            "status": self.status,
            **({"assumed": list(self.supposed)} if self.supposed else {}),
            **({"not_assumed": list(self.never_supposed)} if self.never_supposed else {}),
            **plan_as_json(self.plan, language),
        }

    def show(self, console: Console, language: str) -> None:
        """Print the sessions, the limits and the next step."""
        _show(console, self, language)


def make_plan(
    case: Case,
    judge: Judge,
    therapy: str,
    start: date,
    responses: tuple[Response, ...] = (),
    *,
    nothing_else: bool = False,
) -> MadePlan:
    """Judge a case, and lay the plan from its responses so far. Raises ``InputError``."""
    assessment = judge.assess(case, nothing_else=nothing_else)
    laid = lay(assessment, therapy, start, responses)
    verdict = next(v for v in assessment.verdicts if v.therapy.id == therapy)
    return MadePlan(
        judge.edition, verdict.therapy, case, verdict.status, laid, tuple(assessment.assumed),
        assessment.not_assumed,
    )  # fmt: skip


def responses_of(file: str | None, files: Sequence[str], as_of: date) -> tuple[Response, ...]:
    """The answers of the one patient whose file is named; none where no file of them is.

    Raises ``InputError`` where several patients are asked for: nobody may read the answers of one
    for those of another.
    """
    if file is None:
        return ()
    if len(files) > 1:
        raise InputError(
            "these are the answers of one patient; name that one’s file alone",
            "--responses",
            fr="ce sont les réponses d’un seul patient\u00a0; n’indiquez que son fichier",
        )
    return read_responses(read_document(file), as_of)


def _show(console: Console, made: MadePlan, language: str) -> None:
    words, laid = _WORDS[language], made.plan
    label = made.therapy.description.label.in_language(language)
    icon, style = LOOK[made.status]
    console.print(Text(label, style="bold"))
    line = Text(f"{words['verdict']}{words['colon']}")
    line.append(f"{icon} {STATUS[made.status].in_language(language)}", style=style)
    console.print(line)
    labels = {fact.id: fact.label.in_language(language) for fact in made.edition.facts}
    for key, facts in (("assumed", made.supposed), ("not_assumed", made.never_supposed)):
        if facts:
            named = ", ".join(labels[fact] for fact in facts)
            console.print(Text(f"{words[key]}{words['colon']}{named}"))
    if laid.sessions:
        _show_sessions(console, laid, words, language)
    _show_limits(console, made, words, language)
    for remark in laid.remarks:
        console.print(Text(f"· {remark.in_language(language)}", style="dim"))
    _show_step(console, made, words, language)


def _show_sessions(console: Console, laid: Plan, words: dict[str, str], language: str) -> None:
    table = Table(header_style="bold")
    for heading in ("number", "phase", "usual", "window", "state"):
        table.add_column(words[heading])
    for session in laid.sessions:
        state = words.get(session.state, session.state)
        if session.delivered:
            state = f"{words['delivered']} {date_in_words(session.delivered, language)}"
        elif session.optional:
            state += f" ({words['optional']})"
        table.add_row(
            str(session.number),
            session.label.in_language(language),
            date_in_words(session.usual, language),
            f"{session.earliest} … {session.latest}",
            state,
        )
    console.print(table)


def _show_limits(console: Console, made: MadePlan, words: dict[str, str], language: str) -> None:
    if made.plan.limits:
        console.print(f"[bold]{words['limits']}[/]")
    for dated, verified in zip(made.plan.limits, made.plan.limits_verified, strict=True):
        line = Text(f"  • {dated.limit.because.in_language(language)}")
        if dated.not_before:
            line.append(f" {words['not-before']} {date_in_words(dated.not_before, language)}.")
        if dated.last_day:
            line.append(f" {words['last-day']} {date_in_words(dated.last_day, language)}.")
        if not dated.kept:
            line.append(f" ! {words['exceeded']}", style="bold red")
        if not verified:
            line.append(f" ({words['unverified']})", style="dim")
        console.print(line)


def _show_step(console: Console, made: MadePlan, words: dict[str, str], language: str) -> None:
    step = made.plan.next_step
    if step is None:
        console.print(f"[bold]{words['next']}[/]{words['colon']}{words['no-step']}")
        return
    line = Text(f"{words['next']}{words['colon']}", style="bold")
    line.append(words[step.step], style="bold cyan")
    if step.date:
        line.append(f" · {date_in_words(step.date, language)}")
    console.print(line)
    console.print(Text(f"  {step.because.in_language(language)}"))
    numbers = plan_as_json(made.plan, language)["numbers"]
    shown = {
        "baseline": numbers["baseline_nrs"],
        "last": numbers["last_nrs"],
        "relief": numbers["relief_percent"],
    }
    said = [
        f"{words[name]} {_figure(value, language)}"
        + (words["percent"] if name == "relief" else "/10")
        for name, value in shown.items()
        if value is not None
    ]
    cited = "; ".join(citation.id for citation in step.sources)
    unverified = "" if step.verified else f", {words['unverified']}"
    console.print(Text(f"  {', '.join(said)}", style="dim"))
    if cited:
        basis = words[step.basis] if step.basis else ""
        console.print(Text(f"  {basis}{unverified} — {cited}", style="dim"))


def _figure(value: float, language: str) -> str:
    return f"{value:g}".replace(".", ",") if language == "fr" else f"{value:g}"
