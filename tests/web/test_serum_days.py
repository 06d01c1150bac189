"""Random days of serum through the services, on the database: a hundred by night, a few by day."""

from __future__ import annotations

from collections import Counter

from tests.night import IS_NIGHT
from tests.web.serum import Bench
from tests.web.serum_days import MISTAKES, NEXT, Laboratory, play

DAYS, STEPS = 100 if IS_NIGHT else 8, 12


def test_days_with_mistakes_at_every_step_reach_no_wrong_patient_and_lose_nothing(
    lab: Bench,
) -> None:
    made = Laboratory(lab)
    faults: list[str] = []
    tried: Counter[tuple[str, str, bool]] = Counter()
    ends: Counter[str] = Counter()
    for seed in range(DAYS):
        day, found, states = play(made, seed, STEPS)
        faults += found
        tried += day.tried
        ends.update(states)
    assert faults == []
    refused = sum(count for (_, _, done), count in tried.items() if not done)
    assert refused > DAYS
    assert ends["injected"] > DAYS // 4
    if not IS_NIGHT:
        return
    # So that the hundred days say something: every step was taken, and each with a mistake.
    steps = {name for name, _ in NEXT.values()}
    assert steps <= {step for step, mistake, done in tried if done and not mistake}
    assert steps <= {step for step, mistake, _ in tried if mistake}
    assert set(MISTAKES) <= {mistake for _, mistake, _ in tried}
    assert {"discarded", "missing", "held"} <= set(ends)
