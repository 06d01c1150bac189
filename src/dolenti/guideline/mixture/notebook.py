"""A mixture as a notebook shows it, in the manner of ``guideline.notebook``."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

from dolenti.guideline.knowledge import Text
from dolenti.guideline.mixture.judge import MixtureResult, MixtureVerdict
from dolenti.guideline.mixture.report import mixture_as_json
from dolenti.guideline.notebook import foot, listed, rests, table

VERDICT: Final[Mapping[MixtureVerdict, Text]] = {
    "blocked": Text(fr="bloqué", en="blocked"),
    "incomplete": Text(fr="à compléter", en="incomplete"),
    "override": Text(fr="décision motivée par écrit", en="needs a documented decision"),
    "allowed": Text(fr="permis", en="allowed"),
}
"""The verdicts in words, the gravest first."""

_WORDS: Final = {
    "fr": {"verdict": "Mélange\u00a0: ", "finding": "Ce qui parle", "rests": "Ce que cela vaut",
           "open": "Reste à demander"},
    "en": {"verdict": "Mixture: ", "finding": "What speaks", "rests": "What that is worth",
           "open": "Still to ask"},
}  # fmt: skip


def mixture_html(result: MixtureResult, language: str = "fr") -> str:
    """The verdict on a mixture, what speaks for it, and the questions."""
    said, words = mixture_as_json(result, language), _WORDS[language]
    verdict = escape(words["verdict"] + VERDICT[result.verdict].in_language(language))
    rows = [
        (
            " ".join(filter(None, (finding["because"], finding["detail"]))),
            rests(finding, language),
        )
        for finding in said["findings"]
    ]
    return "".join(
        [
            f"<p><strong>{verdict}</strong></p>",
            table((words["finding"], words["rests"]), rows) if rows else "",
            listed(words["open"], [question["ask"] for question in said["questions"]]),
            foot(said["edition"], language),
        ]
    )
