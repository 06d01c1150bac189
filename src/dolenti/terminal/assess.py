"""An assessment as tables for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console, Group
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dolenti.fhir.reasons import not_read
from dolenti.guideline.basis import BASIS
from dolenti.guideline.judge import Assessment, Judged, Status
from dolenti.guideline.report import as_json, questions_as_json
from dolenti.guideline.statuses import STATUS
from dolenti.guideline.weighing import resting_on
from dolenti.guideline.words import date_in_words, value_in_words
from dolenti.terminal.notices import show_notices

LOOK: dict[Status, tuple[str, str]] = {
    "redirect": ("⛔", "bold red"),
    "contraindicated": ("⛔", "bold red"),
    "not-indicated": ("–", "dim"),
    "needs-information": ("?", "bold blue"),
    "caution": ("!", "bold yellow"),
    "possible": ("✓", "bold green"),
}
"""The sign of a status, and how it looks."""
MOST_OPTIONS = 16
MOST_NAMED = 12
_WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "title": "Évaluation", "therapy": "Traitement", "verdict": "Verdict", "why": "Pourquoi",
        "questions": "Questions sans réponse", "none": "Plus aucune question.",
        "later": "Autres questions, selon les réponses",
        "not_assumed": "Jamais supposé, à demander", "always": "À demander à tout patient",
        "if_so": "si ce qui est supposé est vrai",
        "assumed": "Supposé, rien d’autre n’étant à signaler", "flags": "Drapeaux rouges",
        "unverified": "non vérifié", "signed": "signé par", "edition": "Édition",
        "used": "Lu dans le dossier",
        "ignored": "Écarté", "unmapped": "Non repris", "to": "vers",
        "support": "Aide à la décision pour cliniciens formés, sans remplacer leur jugement.",
        "after-as-of": "postérieur à la date de l’évaluation", "stale": "trop ancien",
        "superseded": "remplacé par une valeur plus récente", "on": "au",
        "contradicted": "contredit par une autre donnée, donc inconnu",
        "emergency": "URGENCE", "same-day": "le jour même", "soon": "sans tarder",
        **BASIS["fr"], "colon": "\u00a0: ",
        "open": "Reste à préciser ({})\u00a0: voir les questions sans réponse.",
        "unread": "Dit par le dossier, et non compris ou à confirmer",
        "not-read": "Écrit dans le dossier et non lu ici",
        "no-indication": "Aucune source ne retient ce diagnostic pour ce traitement.",
    },
    "en": {
        "title": "Assessment", "therapy": "Therapy", "verdict": "Verdict", "why": "Why",
        "questions": "Open questions", "none": "No open question.",
        "later": "Other questions, according to the answers",
        "not_assumed": "Never assumed, to be asked", "always": "To be asked of every patient",
        "if_so": "if what is supposed is so",
        "assumed": "Assumed, nothing else being to report", "flags": "Red flags",
        "unverified": "unverified", "signed": "signed by", "edition": "Edition",
        "used": "Read from the record",
        "ignored": "Set aside", "unmapped": "Not used", "to": "to",
        "support": "Decision support for trained clinicians; it does not replace their judgement.",
        "after-as-of": "after the day of the assessment", "stale": "too old",
        "superseded": "replaced by a more recent value", "on": "on",
        "contradicted": "contradicted by another entry, so unknown",
        "emergency": "EMERGENCY", "same-day": "the same day", "soon": "soon",
        **BASIS["en"], "colon": ": ",
        "open": "Still to settle ({}): see the open questions.",
        "unread": "Said by the record, and not understood or to be confirmed",
        "not-read": "Written in the record and not read here",
        "no-indication": "No source names this diagnosis for this therapy.",
    },
}  # fmt: skip


def show_assessment(
    console: Console, assessment: Assessment, language: str, first: Sequence[str] | None = None
) -> None:
    """Print the verdicts with their reasons and sources, the questions, and what was used.
    ``first`` are the facts to ask now, in their order; the other questions are counted."""
    words = _WORDS[language]
    written = as_json(assessment, language)
    definitions = {fact.id: fact for fact in assessment.edition.facts}

    def said(fact: str) -> str:
        known = assessment.values.get(fact)
        value = value_in_words(known.value if known else None, definitions[fact], language)
        return f"{definitions[fact].label.in_language(language)}{words['colon']}{value}"

    header = " · ".join(
        said(fact) for fact in ("condition", "side", "age", "sex") if fact in assessment.values
    )
    day = date_in_words(assessment.case.as_of, language)
    console.print(Text(f"{words['title']} {words['on']} {day}", style="bold"))
    console.print(Text(header), end="\n\n")
    for flag in assessment.red_flags:
        if flag.proof.holds is True:
            _show_red_flag(console, flag, language)
    _show_unread(console, assessment, language)
    if names := not_read(assessment.case.unmapped):
        shown = [
            *names[:MOST_NAMED],
            *([f"+ {len(names) - MOST_NAMED}"] if len(names) > MOST_NAMED else []),
        ]
        line = Text(f"{words['not-read']}{words['colon']}", style="bold")
        line.append(" · ".join(shown), style="default not bold")
        console.print(line, end="\n\n")
    table = Table(show_lines=True, expand=True, header_style="bold")
    table.add_column(words["therapy"], min_width=12, max_width=22, overflow="fold")
    table.add_column(words["verdict"], min_width=16, max_width=22, overflow="fold")
    table.add_column(words["why"], ratio=1)
    for verdict, plain in zip(assessment.verdicts, written["verdicts"], strict=True):
        icon, style = LOOK[verdict.status]
        word = STATUS[verdict.status].in_language(language)
        rules = [j.rule for j in (*verdict.criteria, *assessment.red_flags)]
        if verdict.status in ("possible", "caution") and resting_on(assessment.assumed, rules):
            word, style = f"{word}, {words['if_so']}", "cyan"
        status = Text(f"{icon} {word}", style=style)
        name = verdict.therapy.description.short.in_language(language)
        table.add_row(escape(name), status, Group(*_reasons(plain, words)))
    console.print(table)
    _show_questions(console, _in_order(assessment, written, first, language), words)
    for key, named in (
        ("assumed", [entry["fact"] for entry in written["assumed"]]),
        ("not_assumed", written.get("not_assumed", [])),
        ("always", [entry["fact"] for entry in written.get("always_asked", [])]),
    ):
        if named:
            facts = ", ".join(definitions[fact].label.in_language(language) for fact in named)
            counted = f"[bold]{words[key]}[/] ({len(named)})"
            console.print(f"{counted}{words['colon']}{escape(facts)}")
    _show_record(console, written, words)
    show_notices(console, written["notices"], language)
    edition = written["edition"]
    console.print(
        f"[dim]{words['edition']} {edition['version']} · {edition['sha256'][:12]} · "
        f"{words['support']}[/]"
    )


def _show_unread(console: Console, assessment: Assessment, language: str) -> None:
    """What may change the verdicts and could not be relied on, before them."""
    words, definitions = _WORDS[language], {fact.id: fact for fact in assessment.edition.facts}
    lines = []
    for one in assessment.case.unread:
        says = one.says
        if one.understood:
            if one.facts[0] not in assessment.questions:
                continue
            says = definitions[one.facts[0]].label.in_language(language)
        elif one not in assessment.items:
            continue
        day = f" ({date_in_words(one.at, language)})" if one.at else ""
        line = Text(f"  ? {says}", style="bold blue")
        line.append(
            f"{day}{words['colon']}{one.why.in_language(language)}", style="default not bold"
        )
        lines.append(line)
    if lines:
        console.print(f"[bold]{words['unread']}[/] ({len(lines)})")
        for line in lines:
            console.print(line)
        console.print()


def _show_red_flag(console: Console, flag: Judged, language: str) -> None:
    words, rule = _WORDS[language], flag.rule
    urgency, to = words[rule.urgency], rule.to.in_language(language)
    line = Text(
        f"⚑ {urgency} → {to}{words['colon']}",
        style="bold red" if rule.effect == "stops" else "bold yellow",
    )
    line.append(rule.because.in_language(language), style="default not bold")
    console.print(line)


def _reasons(verdict: dict[str, Any], words: dict[str, str]) -> list[Any]:
    """What holds, one by one; what is open or absent is counted, and asked or listed elsewhere."""
    held = [_reason(reason, words) for reason in verdict["reasons"] if reason["holds"] is True]
    unknown = sum(reason["holds"] is None for reason in verdict["reasons"])
    if unknown:
        held.insert(0, Text(f"? {words['open'].format(unknown)}", style="blue"))
    if verdict["known"]:
        held.append(Text(f"≈ {verdict['known']['says']}", style="italic"))
    if verdict["status"] == "not-indicated":
        held.insert(0, Text(f"– {words['no-indication']}"))
    return held


def _reason(reason: dict[str, Any], words: dict[str, str]) -> Any:
    mark = {True: "•", False: "○", None: "?"}[reason["holds"]]
    line = Text(f"{mark} {reason['because']}")
    cited = "; ".join(_cited(source) for source in reason["sources"])
    note = words[reason["basis"]]
    if not reason["verified"]:
        note += f", {words['unverified']}"
    for one in reason["signed"]:
        note += f", {words['signed']} {one['by']}"
    return Group(line, Padding(Text(f"{note} — {cited}", style="dim"), (0, 0, 0, 2)))


def _in_order(
    assessment: Assessment,
    written: dict[str, Any],
    first: Sequence[str] | None,
    language: str,
) -> tuple[list[dict[str, Any]], int]:
    """The questions to show, and how many more are left for later."""
    questions = written["questions"]
    if first is None:
        return questions, 0
    by_fact = {one["fact"]: one for one in questions if not one.get("item")}
    asked = questions_as_json(assessment, [one for one in first if one not in by_fact], language)
    by_fact |= {one["fact"]: one for one in asked}
    items = [one for one in questions if one.get("item")]
    shown = [*items, *(by_fact[one] for one in first)]
    return shown, sum(one["fact"] not in first for one in questions if not one.get("item"))


def _show_questions(
    console: Console, asked: tuple[list[dict[str, Any]], int], words: dict[str, str]
) -> None:
    questions, later = asked
    if not questions and not later:
        console.print(f"[green]{words['none']}[/]")
        return
    console.print(f"[bold]{words['questions']}[/] ({len(questions)})")
    for question in questions:
        options = question["options"]
        short = f"  [{' / '.join(o['id'] for o in options[:MOST_OPTIONS])}]" if options else ""
        unit = question["unit"]
        measured = f"  [{unit}]" if unit and unit != "1" and not unit.startswith("{") else ""
        line = Text(f"  ? {question['ask']}", style="blue")
        fact = "" if question.get("item") else f"  {question['fact']}"
        line.append(f"{fact}{short}{measured}", style="dim")
        console.print(line)
    if later:
        console.print(f"[bold]{words['later']}[/] ({later})")


def _cited(source: dict[str, str | None]) -> str:
    return f"{source['id']} :{source['at']}" if source["at"] else str(source["id"])


def _show_record(console: Console, written: dict[str, Any], words: dict[str, str]) -> None:
    if written["used"]:
        listed = ", ".join(f"{e['fact']} ({e.get('resource') or '–'})" for e in written["used"])
        console.print(Text(f"{words['used']}{words['colon']}{listed}", style="dim"))
    for entry in written["ignored"]:
        why = words.get(entry["why"], entry["why"])
        console.print(
            Text(
                f"{words['ignored']}{words['colon']}{entry['fact']} ({entry['at']}), {why}",
                style="dim",
            )
        )
    if written["unmapped"]:
        console.print(
            Text(f"{words['unmapped']}{words['colon']}{len(written['unmapped'])}", style="dim")
        )
