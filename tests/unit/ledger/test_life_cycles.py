"""The tables of every life cycle, as ``docs/life-cycles.md`` prints them.

``make pages`` runs this file as a script, which writes the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest

django.setup()

from django.apps import apps  # noqa: E402 - once the site is set up

from dolenti.ledger.lifecycle import CYCLES, LifeCycle, Step  # noqa: E402
from dolenti.ui.labels import LABELS  # noqa: E402

PAGE = Path(__file__).resolve().parents[3] / "docs" / "life-cycles.md"
HEAD = """# Life cycles

Whatever has a life takes its steps through one mechanism, `ledger/lifecycle.py`: the right to the
step is asked at the patient’s site, the patient is waited for (`ledger/locking.py`), the row is
looked at as it stands then; a step from the wrong state is refused with a sentence, the same step
sent twice is one, a stale edit is refused, and what stood before is kept. A step is named as the
trail names it.

`make pages` writes these tables from the code; a test holds this page to them.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for name in sorted(CYCLES) for line in _printed(CYCLES[name]))])


def _printed(cycle: LifeCycle[Any]) -> Iterator[str]:
    yield f"## {cycle.name.capitalize()}\n"
    yield "| step | from | to | who | what else must hold |"
    yield "|---|---|---|---|---|"
    for step in cycle.steps.values():
        conditions = " ".join(_said(one) for one in cycle.conditions_of(step))
        after = "as it was" if step.before == (step.after,) else f"`{step.after}`"
        before = ", ".join(f"`{one}`" for one in step.before)
        yield f"| `{step.name}` | {before} | {after} | `{step.permission}` | {conditions} |"
    for voice in cycle.voices.values():
        yield ""
        yield f"| state | {voice.row.fr} … | {voice.row.en} … |"
        yield "|---|---|---|"
        for state, said in voice.stands.items():
            yield f"| `{state}` | {said.fr} | {said.en} |"
    yield ""


def _said(condition: Any) -> str:
    return str(condition.__doc__).strip()


def every_step() -> list[tuple[LifeCycle[Any], Step[Any]]]:
    return [(cycle, step) for cycle in CYCLES.values() for step in cycle.steps.values()]


def test_the_page_says_what_the_tables_say() -> None:
    assert PAGE.read_text() == page()


def test_what_has_a_life_has_a_table() -> None:
    lives = {
        model
        for app in ("stock", "agenda", "treatment", "safety", "readiness", "followup", "letters")
        for model in apps.get_app_config(app).get_models()
        if hasattr(model, "State")
    }
    assert {cycle.model for cycle in CYCLES.values()} == lives


@pytest.mark.parametrize("cycle", CYCLES.values(), ids=lambda cycle: cycle.name)
def test_every_state_is_reached_and_has_its_sentence(cycle: LifeCycle[Any]) -> None:
    states = set(cycle.model.State.values)
    begin = cycle.model._meta.get_field("state").default
    assert {begin, *(step.after for step in cycle.steps.values())} == states
    for voice in cycle.voices.values():
        assert set(voice.stands) == states
        assert all(one.fr and one.en for one in (voice.row, voice.refused, *voice.stands.values()))


@pytest.mark.parametrize("cycle, step", every_step(), ids=lambda one: one.name)
def test_every_step_leads_from_states_to_a_state_and_has_a_word_in_the_trail(
    cycle: LifeCycle[Any], step: Step[Any]
) -> None:
    states = set(cycle.model.State.values)
    assert {*step.before, step.after, *step.as_good} <= states
    assert step.name in LABELS["trail-action"]
    assert all(one.__doc__ for one in cycle.conditions_of(step))


@pytest.mark.parametrize("cycle, step", every_step(), ids=lambda one: one.name)
def test_a_step_that_leads_back_to_where_it_begins_says_when_it_was_taken(
    cycle: LifeCycle[Any], step: Step[Any]
) -> None:
    assert step.after not in step.before or step.already is not None


def test_two_steps_of_one_name_are_refused() -> None:
    cycle = CYCLES["course"]
    with pytest.raises(ValueError, match="already"):
        cycle.add(next(iter(cycle.steps.values())))


if __name__ == "__main__":
    PAGE.write_text(page())
