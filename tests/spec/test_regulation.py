"""What is called a regulation rests on one, and a number of the serum chain on nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

KNOWLEDGE = Path(__file__).parents[2] / "src/dolenti/knowledge"
KINDS = {
    source["id"]: source["kind"]
    for file in sorted((KNOWLEDGE / "sources").glob("*.yaml"))
    for source in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
}


def regulations(entry: Any, place: str) -> Iterator[tuple[str, list[str]]]:
    """Every entry of that basis, with the kinds of what it cites."""
    if isinstance(entry, dict):
        if entry.get("basis") == "regulation":
            yield place, [KINDS[one["id"]] for one in entry["sources"]]
        for key, value in entry.items():
            yield from regulations(value, f"{place}/{key}")
    elif isinstance(entry, list):
        for number, value in enumerate(entry):
            name = value.get("id", number) if isinstance(value, dict) else number
            yield from regulations(value, f"{place}/{name}")


def found(folder: Path) -> list[tuple[str, list[str]]]:
    return [
        one
        for file in sorted(folder.rglob("*.yaml"))
        for one in regulations(
            yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader), file.stem
        )
    ]


def test_a_regulation_is_cited_wherever_one_is_claimed() -> None:
    entries = found(KNOWLEDGE)
    assert len(entries) > 50
    assert [place for place, kinds in entries if "regulation" not in kinds] == []


def test_a_step_or_a_limit_of_the_chain_mixes_no_book_into_a_regulation() -> None:
    file = KNOWLEDGE / "therapies/autologous-conditioned-serum/chain.yaml"
    chain = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    mixed = [
        place
        for part in ("steps", "limits", "label")
        for place, kinds in regulations(chain.get(part), part)
        if set(kinds) - {"regulation", "other"}
    ]
    assert mixed == []
