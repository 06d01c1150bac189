"""What is a judgement of ours is never called verified, and what is told before an act is told to
everybody who may have it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from dolenti.guideline.conditions import Compare, leaves
from dolenti.guideline.knowledge import (
    Ceiling,
    Criterion,
    DaysInARow,
    Limit,
    MixtureRule,
    NextStepRule,
    ProductRule,
    RedFlag,
)
from dolenti.guideline.loading import load_folder
from dolenti.guideline.reviews import governed

EDITION = load_folder()
DECIDES = (
    Criterion, RedFlag, ProductRule, MixtureRule, Ceiling, NextStepRule, Limit, DaysInARow,
)  # fmt: skip
OURS = re.compile(r"\b(le nôtre|la nôtre|retenu ici|de mémoire|est un jugement)\b")
RULES = governed(EDITION)


def judgements() -> Iterator[Any]:
    """The rules that decide by a judgement: of a book that states one, the weight is still ours."""
    for rule in RULES:
        if isinstance(rule.entry, DECIDES) and rule.entry.basis == "expert":
            yield pytest.param(rule.entry, id=rule.id)


@pytest.mark.parametrize("entry", [*judgements()])
def test_what_decides_by_a_judgement_is_not_verified(entry: Any) -> None:
    assert not EDITION.verified(entry.sources)


def test_a_figure_that_its_note_calls_ours_is_not_verified() -> None:
    noted = [r for r in RULES if (note := getattr(r.entry, "note", None)) and OURS.search(note.fr)]
    assert noted
    assert [rule.id for rule in noted if EDITION.verified(rule.entry.sources)] == []


def conditions_of(criterion: Criterion) -> set[str]:
    found: set[str] = set()
    for leaf in leaves(criterion.when):
        if isinstance(leaf, Compare) and leaf.fact == "condition":
            found |= {leaf.operand} if isinstance(leaf.operand, str) else set(leaf.operand)  # type: ignore[arg-type]
    return found


def test_the_flare_after_an_infiltration_is_told_of_whatever_it_is_indicated_for() -> None:
    (infiltration,) = (one for one in EDITION.therapies if one.id == "infiltration")
    (flare,) = (c for c in infiltration.criteria if c.id == "infiltration-tell-of-flare")
    indicated = [conditions_of(c) for c in infiltration.criteria if c.kind == "indication"]
    assert set().union(*indicated) <= conditions_of(flare)
