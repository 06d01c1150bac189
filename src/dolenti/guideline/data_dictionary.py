"""The dictionary as a table: what a hospital's data team maps its own columns to.

One row is one fact, or one answer of a choice or member of a set. Its ``column`` is the one that
``dolenti population`` reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dolenti.guideline.knowledge import Code, Edition, FactDefinition, Text

COLUMNS: Final = (
    "fact", "answer", "column", "type", "about", "from_header", "label_fr", "label_en",
    "question_fr", "question_en", "answer_fr", "answer_en", "unit", "also_in", "lowest", "highest",
    "fresh_for", "codes", "codes_unverified",
)  # fmt: skip

Row = dict[str, str | float | bool | None]
_NOTHING: Final = Text(fr="", en="")


def rows(edition: Edition) -> Iterator[Row]:
    """Every fact of an edition with its answers, in the order of the dictionary.

    ``unit`` and ``also_in`` are UCUM; ``lowest`` and ``highest`` what is humanly possible, in
    ``unit``; ``fresh_for`` an ISO-like length (``3 months``) or nothing; ``codes`` are
    ``system|code``, and those that nobody checked at their publisher stand in
    ``codes_unverified`` too.
    """
    for fact in edition.facts:
        if not fact.options:
            yield _row(fact, None, fact.id, _NOTHING, fact.codes)
        for option in fact.options:
            column = f"{fact.id}__{option.id}" if fact.type == "set" else fact.id
            yield _row(fact, option.id, column, option.label, (*fact.codes, *option.codes))


def _row(
    fact: FactDefinition, answer: str | None, column: str, label: Text, codes: Sequence[Code]
) -> Row:
    low, high = fact.range or (None, None)
    values = (
        fact.id, answer, column, fact.type, fact.about, fact.from_header,
        fact.label.fr, fact.label.en, fact.ask.fr, fact.ask.en, label.fr, label.en,
        fact.unit, " ".join(other.unit for other in fact.also_in), low, high, fact.fresh_for,
        _coded(codes), _coded([code for code in codes if not code.verified]),
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _coded(codes: Sequence[Code]) -> str:
    return " ".join(f"{code.system}|{code.code}" for code in codes)
