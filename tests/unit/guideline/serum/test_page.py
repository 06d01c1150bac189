"""The tables of the chain of serum, as ``docs/serum.md`` prints them from the knowledge.

``make pages`` runs this file as a script, which writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dolenti.guideline import load_folder
from dolenti.guideline.knowledge import ChainMachine
from dolenti.guideline.serum import chain_of

PAGE = Path(__file__).resolve().parents[4] / "docs" / "serum.md"
CHAIN = chain_of(load_folder())


def tables() -> dict[str, str]:
    """Each table by its name."""
    said = CHAIN.said
    return {
        "steps": "\n".join(_steps()),
        "limits": "\n".join(_limits()),
        "tube": "\n".join(_machine(said.tube)),
        "unit": "\n".join(_machine(said.unit)),
        "label": "\n".join(f"- {one.en}" for one in said.label if one.where == "primary"),
        "excursions": "\n".join(_excursions()),
    }


def _steps() -> Iterator[str]:
    yield "| step | who answers for it | beside it |"
    yield "|---|---|---|"
    for one in CHAIN.said.steps:
        yield f"| {one.name.en} | {one.sign} | {one.second.en if one.second else ''} |"


def _limits() -> Iterator[str]:
    yield "| limit | from | to | unit | rests on |"
    yield "|---|---|---|---|---|"
    for one in CHAIN.said.limits:
        low, high = ("" if n is None else f"{n:g}" for n in (one.low, one.high))
        yield f"| `{one.id}` | {low} | {high} | {one.unit} | {one.basis} |"


def _machine(machine: ChainMachine) -> Iterator[str]:
    yield f"Begins `{machine.start}`; ends " + ", ".join(f"`{one}`" for one in machine.ends) + "."
    yield ""
    yield "| from | event | to | where a guard fails | who | proved by |"
    yield "|---|---|---|---|---|---|"
    for one in machine.transitions:
        before = ", ".join(f"`{state}`" for state in one.before)
        if one.origins:
            before += " (held from " + ", ".join(f"`{state}`" for state in one.origins) + ")"
        otherwise = f"`{one.otherwise}`" if one.otherwise else "refused"
        who = " and ".join(one.sign)
        proved = one.hand_over or ("two people" if len(one.sign) > 1 else "")
        yield (
            f"| {before} | `{one.event}` | `{one.after}` | {otherwise if one.guards else ''} | "
            f"{who} | {proved} |"
        )


def _excursions() -> Iterator[str]:
    yield "| rule | where | what it does |"
    yield "|---|---|---|"
    for one in CHAIN.said.excursions:
        yield f"| `{one.id}` | {one.place} | {one.effect} |"


def written(page: str) -> str:
    """The page with its tables as the knowledge has them now."""
    for name, table in tables().items():
        begin, end = f"<!-- table: {name} -->", f"<!-- end: {name} -->"
        assert begin in page, f"docs/serum.md has no place for the table {name}"
        before, _, rest = page.partition(begin)
        page = f"{before}{begin}\n{table}\n{end}{rest.partition(end)[2]}"
    return page


def test_the_page_says_what_the_machine_says() -> None:
    page = PAGE.read_text()
    assert page == written(page)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
