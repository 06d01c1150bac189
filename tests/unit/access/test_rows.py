"""The one row that a key names is read without sorting: of a row read with all that it hangs on,
Django writes the sorting as long as the rest of the query, on every page."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[3] / "src" / "dolenti"
UNIQUE = {"public_id", "token_sha256", "form_key"}


def calls_of(chain: ast.expr) -> Iterator[ast.Call]:
    """The calls of ``rows.filter(…).select_related(…)``, the last one first."""
    while isinstance(chain, (ast.Call, ast.Attribute)):
        if isinstance(chain, ast.Call):
            yield chain
            chain = chain.func
        else:
            chain = chain.value


def sorted_for_nothing(source: str) -> list[int]:
    """The lines on which ``first`` is asked of rows that a unique key was filtered by."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "first"):
            continue
        calls = list(calls_of(node.func))
        names = {getattr(one.func, "attr", "") for one in calls}
        keys = {
            word.arg
            for one in calls
            if getattr(one.func, "attr", "") == "filter"
            for word in one.keywords
        }
        if keys & UNIQUE and not names & {"order_by", "values_list", "values"}:
            found.append(node.lineno)
    return found


def test_it_is_seen() -> None:
    assert sorted_for_nothing("rows.filter(public_id=x).select_related('a').first()") == [1]
    assert not sorted_for_nothing("rows.filter(public_id=x).order_by('day').first()")
    assert not sorted_for_nothing("rows.filter(day=x).first()")


def test_no_row_of_a_key_is_sorted_for() -> None:
    found = [
        f"{file.relative_to(SOURCES)}:{line}"
        for file in sorted(SOURCES.rglob("*.py"))
        for line in sorted_for_nothing(file.read_text())
    ]
    assert not found, "dolenti.access.rows.sole reads it"
