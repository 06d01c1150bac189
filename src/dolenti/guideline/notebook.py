"""An assessment as a notebook shows it: a table of plain HTML, all text escaped.

It says no more than the JSON: the status in words, what holds with what it rests on and whether it
was verified, what is still to be asked, and which edition answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final

from dolenti.guideline.basis import BASIS
from dolenti.guideline.report import as_json
from dolenti.guideline.statuses import STATUS

if TYPE_CHECKING:
    from dolenti.guideline.judge import Assessment

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "fr": {
        "therapy": "Traitement", "status": "Avis", "why": "Pourquoi", "unverified": "non vérifié",
        "open": "Reste à demander", "first": "D’abord", "edition": "Édition",
        "colon": "\u00a0: ",
        "support": "Aide à la décision pour cliniciens formés, sans remplacer leur jugement.",
    },
    "en": {
        "therapy": "Therapy", "status": "Verdict", "why": "Why", "unverified": "unverified",
        "open": "Still to ask", "first": "First", "edition": "Edition",
        "colon": ": ",
        "support": "Decision support for trained clinicians; it does not replace their judgement.",
    },
}  # fmt: skip


def assessment_html(assessment: Assessment, language: str = "fr") -> str:
    """The verdicts, with the red flags that hold before them and the questions after."""
    said, words = as_json(assessment, language), _WORDS[language]
    flags = [flag["because"] for flag in said["red_flags"] if flag["holds"] is True]
    rows = [
        (
            verdict["label"],
            STATUS[verdict["status"]].in_language(language),
            _lines(_reasons(verdict, language)),
        )
        for verdict in said["verdicts"]
    ]
    return "".join(
        [
            listed(words["first"], flags),
            table((words["therapy"], words["status"], words["why"]), rows),
            listed(words["open"], [question["ask"] for question in said["questions"]]),
            foot(said["edition"], language),
        ]
    )


def _reasons(verdict: Mapping[str, Any], language: str) -> list[str]:
    held = [
        f"{reason['because']} ({rests(reason, language)})"
        for reason in verdict["reasons"]
        if reason["holds"] is True
    ]
    waiting = sum(reason["holds"] is None for reason in verdict["reasons"])
    if waiting:
        words = _WORDS[language]
        held.insert(0, f"{words['open']}{words['colon']}{waiting}")
    return [*held, verdict["known"]["says"]] if verdict["known"] else held


def rests(rule: Mapping[str, Any], language: str) -> str:
    """What a sentence rests on: its basis, whether anybody saw the source, the sources."""
    basis = BASIS[language][rule["basis"]]
    if not rule["verified"]:
        basis += f", {_WORDS[language]['unverified']}"
    return f"{basis}{_WORDS[language]['colon']}{', '.join(one['id'] for one in rule['sources'])}"


class _Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def _lines(texts: Iterable[str]) -> _Html:
    return _Html("<br>".join(map(escape, texts)))


def _cell(text: str) -> str:
    return text if isinstance(text, _Html) else escape(text)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a cell is text, escaped here."""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(
        "<tr>" + "".join(f'<td style="text-align:left">{_cell(one)}</td>' for one in row) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def listed(heading: str, items: Sequence[str]) -> str:
    """A heading with its items counted; nothing where there is none."""
    if not items:
        return ""
    told = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<p><strong>{escape(heading)}</strong> ({len(items)})</p><ul>{told}</ul>"


def foot(edition: Mapping[str, str], language: str) -> str:
    """Which edition answered, and what this is for."""
    words = _WORDS[language]
    said = f"{words['edition']} {edition['version']}, {edition['sha256'][:12]}. {words['support']}"
    return f"<p><small>{escape(said)}</small></p>"
