"""A mixture's verdict as tables for the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dolenti.guideline.basis import BASIS
from dolenti.guideline.mixture import MixtureResult, MixtureVerdict, mixture_as_json
from dolenti.guideline.mixture.notebook import VERDICT
from dolenti.guideline.numbers import unit_in_words
from dolenti.terminal.notices import show_notices

LOOK: dict[MixtureVerdict, tuple[str, str]] = {
    "blocked": ("⛔", "bold red"),
    "incomplete": ("?", "bold blue"),
    "override": ("!", "bold yellow"),
    "allowed": ("✓", "bold green"),
}
_SEVERITY: dict[str, tuple[str, str, str, str]] = {
    "block": ("⛔", "red", "bloquant", "block"),
    "override": ("!", "yellow", "décision motivée par écrit", "override"),
    "warn": ("▲", "yellow", "attention", "warning"),
    "info": ("i", "default", "à savoir", "note"),
}
_WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "mixture": "Mélange", "product": "Produit", "amount": "Quantité", "final": "Concentration",
        "share": "Part du plafond", "questions": "Questions sans réponse", "volume": "Volume total",
        "anaesthetics": "Anesthésiques locaux, part cumulée du jour", "unverified": "non vérifié",
        "write": "à écrire dans le fichier", "or": "\u00a0; ou ", **BASIS["fr"],
        "colon": "\u00a0: ", "percent": "\u00a0%",
    },
    "en": {
        "mixture": "Mixture", "product": "Product", "amount": "Amount", "final": "Concentration",
        "share": "Share of the ceiling", "questions": "Open questions", "volume": "Total volume",
        "anaesthetics": "Local anaesthetics, the day's summed share", "unverified": "unverified",
        "write": "to write in the file", "or": "; or ", **BASIS["en"],
        "colon": ": ", "percent": "%",
    },
}  # fmt: skip


def show_mixture(console: Console, result: MixtureResult, language: str) -> None:
    """Print the verdict, the doses against their ceilings, the findings and the questions."""
    words, written = _WORDS[language], mixture_as_json(result, language)
    icon, style = LOOK[result.verdict]
    line = Text(f"{words['mixture']}{words['colon']}", style="bold")
    line.append(f"{icon} {VERDICT[result.verdict].in_language(language)}", style=style)
    console.print(line)
    totals = written["totals"]
    table = Table(header_style="bold")
    for heading in ("product", "amount", "final", "share"):
        table.add_column(words[heading])
    for product in totals["products"]:
        unit = unit_in_words(product["unit"], language)
        table.add_row(
            product["label"],
            f"{_number(product['amount'], language)} {unit}",
            f"{_number(product['concentration'], language)} {unit}/mL",
            _share(product["share"], language),
        )
    console.print(table)
    console.print(f"{words['volume']}{words['colon']}{_number(totals['volume_ml'], language)} mL")
    if totals["local_anaesthetic_share"] is not None:
        share = _share(totals["local_anaesthetic_share"], language)
        console.print(f"{words['anaesthetics']}{words['colon']}{share}")
    for finding in written["findings"]:
        _show_finding(console, finding, words, language)
    if written["questions"]:
        console.print(f"[bold]{words['questions']}[/] ({len(written['questions'])})")
        for question in written["questions"]:
            asked = Text(f"  ? {question['ask']}", style="blue")
            asked.append(f"  {question['fact']}", style="dim")
            console.print(asked)
            _show_lines(console, question["write"], words)
        for waiting in written["unknown"]:
            if waiting["detail"]:
                console.print(Text(f"    {waiting['detail']}", style="dim"))
    show_notices(console, written["notices"], language)


def _show_finding(
    console: Console, finding: dict[str, Any], words: dict[str, str], language: str
) -> None:
    icon, style, french, english = _SEVERITY[finding["severity"]]
    line = Text(f"{icon} {french if language == 'fr' else english}{words['colon']}", style=style)
    line.append(finding["because"], style="default")
    if finding["detail"]:
        line.append(f" {finding['detail']}", style="default")
    console.print(line)
    _show_lines(console, finding["write"], words)
    cited = "; ".join(
        source["id"] + (f" :{source['at']}" if source["at"] else "")
        for source in finding["sources"]
    )
    unverified = "" if finding["verified"] else f", {words['unverified']}"
    console.print(Text(f"    {words[finding['basis']]}{unverified} — {cited}", style="dim"))


def _show_lines(console: Console, lines: list[str], words: dict[str, str]) -> None:
    """How the file says it, to be copied."""
    if lines:
        told = Text(f"    {words['write']}{words['colon']}", style="dim")
        told.append(words["or"].join(lines), style="default")
        console.print(told)


def _number(value: float, language: str) -> str:
    text = f"{value:.4g}"
    return text.replace(".", ",") if language == "fr" else text


def _share(value: float | None, language: str) -> str:
    return (
        "–" if value is None else f"{_number(100 * value, language)}{_WORDS[language]['percent']}"
    )
