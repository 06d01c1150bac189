"""The knowledge as tables for the terminal: problems, one entry, coverage, contradictions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dolenti.guideline.checking import Problem
from dolenti.guideline.conditions import Condition, written
from dolenti.guideline.coverage import Covered
from dolenti.guideline.facts import Dictionary
from dolenti.guideline.knowledge import Edition, Rule
from dolenti.guideline.signing import plain
from dolenti.guideline.words import in_words
from dolenti.terminal.reviews import reviews_of

_LEFT_OUT: dict[str, tuple[str, str]] = {
    "history": ("histoire", "history"),
    "marketing": ("promotion", "marketing"),
    "page-noise": ("bruit de page", "page noise"),
    "not-clinical": ("non clinique", "not clinical"),
    "background": ("contexte", "background"),
}


def show_problems(console: Console, problems: Sequence[Problem], places: dict[str, str]) -> None:
    """One line per problem, with the file and line of the entry."""
    for problem in problems:
        place = places.get(problem.entry, "")
        console.print(
            Text(f"{place}  {problem.entry}: {problem.what}", style="red"), soft_wrap=True
        )


def problems_as_json(problems: Sequence[Problem], places: dict[str, str]) -> dict[str, Any]:
    """Whether the knowledge is sound, and each problem with the file and line of its entry."""
    return {
        "sound": not problems,
        "problems": [
            {"where": places.get(one.entry, ""), "entry": one.entry, "what": one.what}
            for one in problems
        ],
    }


def entry_as_json(entry: Any) -> Any:
    """An entry as plain values; a condition as YAML writes it."""
    return plain(entry)


def show_entry(console: Console, entry: Any, edition: Edition, language: str) -> None:
    """One entry: a rule with its condition in words, sources and examples; else its fields."""
    console.print(Text(getattr(entry, "id", type(entry).__name__), style="bold"))
    if isinstance(entry, Rule):
        console.print(Text(entry.because.in_language(language)))
        words = in_words(entry.when, Dictionary.of(edition), language)
        console.print(Text(f"= {words}", style="cyan"))
    table = Table(show_header=False, box=None, pad_edge=False)
    for field in entry.__struct_fields__:
        value = getattr(entry, field)
        if field in ("id", "when", "examples", "because") or value in (None, (), False):
            continue
        table.add_row(Text(field, style="dim"), Text(said(value, language)))
    console.print(table)
    for review in reviews_of(entry, edition, language):
        console.print(Text(review, style="dim"))
    for example in getattr(entry, "examples", ()):
        answer, words = example_said(example, language)
        console.print(Text(f"  {answer!s:>5}  {words}", style="dim"))


def example_said(example: Any, language: str) -> tuple[bool | str | None, str]:
    """What an example answers (nothing where it answers no question), and what it says: its
    sentence, or its figures."""
    answer = getattr(example, "holds", getattr(example, "verdict", ""))
    if hasattr(example, "says"):
        return answer, said(example.says, language)
    figures = ((name, getattr(example, name)) for name in example.__struct_fields__)
    return answer, ", ".join(
        f"{name} {said(value, language)}" for name, value in figures if value is not None
    )


def said(value: Any, language: str) -> str:
    """The value of a field, in words where it has some."""
    if isinstance(value, tuple):
        return "; ".join(said(part, language) for part in value)
    if hasattr(value, "in_language"):
        return str(value.in_language(language))
    if isinstance(value, dict):
        return "; ".join(f"{name} {said(part, language)}" for name, part in value.items())
    if isinstance(value, Condition):
        return str(written(value))
    if isinstance(value, msgspec.Struct):
        parts = (said(getattr(value, f), language) for f in value.__struct_fields__)
        return " · ".join(part for part in parts if part not in ("None", "", "False"))
    return str(value)


def show_coverage(console: Console, covered: Sequence[Covered], language: str) -> None:
    """Every statement with where it went, and the count of what is missing."""
    table = Table(header_style="bold")
    for heading in ("", "Énoncé" if language == "fr" else "Statement", "→"):
        table.add_column(heading)
    for one in covered:
        says = one.says.says.in_language(language) if one.says else ""
        if one.missing:
            where = Text("MANQUE" if language == "fr" else "MISSING", style="bold red")
        elif one.encoded_in:
            more = len(one.encoded_in) - 3
            where = Text("\n".join(one.encoded_in[:3]) + (f"\n+ {more}" if more > 0 else ""))
        else:
            assert one.left_out is not None
            because = one.left_out.because.in_language(language)
            reason = _LEFT_OUT[one.left_out.reason][language == "en"]
            where = Text(f"({reason}) {because}", style="dim")
        table.add_row(one.statement, says, where)
    console.print(table)
    encoded = sum(bool(one.encoded_in) for one in covered)
    missing = sum(one.missing for one in covered)
    left = len(covered) - encoded - missing
    counts = (
        f"Énoncés\u00a0: {len(covered)}, dont utilisés {encoded}, laissés de côté {left}, "
        f"manquants {missing}"
        if language == "fr"
        else f"Statements: {len(covered)}; encoded: {encoded}; left out: {left}; missing: {missing}"
    )
    console.print(counts)


def show_contradictions(console: Console, edition: Edition, language: str) -> None:
    """Both sides of each contradiction and the policy chosen."""
    table = Table(header_style="bold", show_lines=True)
    headings = {
        "fr": ("", "D’un côté", "De l’autre", "Règle retenue"),
        "en": ("", "One side", "The other", "Policy chosen"),
    }
    for heading in headings[language]:
        table.add_column(heading)
    for entry in edition.contradictions:
        policy = entry.policy.in_language(language)
        if entry.switch:
            policy += f"\n⇄ {entry.switch}"
        table.add_row(
            entry.id.upper(),
            said(entry.one_side.says, language),
            said(entry.other_side.says, language),
            policy,
        )
    console.print(table)
