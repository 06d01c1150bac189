"""The phone works out what the server does: on every example, and on generated answers."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dolenti import ui
from dolenti.guideline import diary
from dolenti.guideline.loading import load_folder

pytestmark = pytest.mark.node

CONTENT = diary.content(load_folder())
SCRIPT = Path(ui.__file__ or "").parent / "static" / "ui" / "alarms.js"
SIGNS = [sign.id for sign in CONTENT.signs]
VALUES: dict[str, list[Any]] = {
    "hours-since-session": [0, 12, 20.5, 48, 48.5, 72, 73, 168, 700],
    "days-since-session": [0, 1, 3, 7, 14, 20, 28, 29, 140, 141, 200],
    "pain-now": [0, 7, 8, 10],
    "pain-above-baseline": [-3, 0, 1, 2],
    "pain-trend": ["falling", "same", "rising", "unknown"],
    "change": [1, 5, 6, 7],
    "baseline-known": [True, False],
    "pain-24h": [0, 7, 8, 10],
    "zone": ["knee", "lumbar-spine"],
    "glucose": [0.2, 0.6, 1.0, 2.49, 2.5, 3.0, 4.0],
    "glucose-signs": ["none", "thirst", "severe"],
    "fever-value": ["under-38", "over-38", "shivering", "unknown"],
    "redness-size": ["point", "stable", "spreading", "unknown"],
    "nodule-since": ["under-1-week", "one-two-weeks", "over-2-weeks", "unknown"],
    "weakness-kind": ["pain-only", "worse", "saddle", "unknown"],
    "numbness": ["none", "same", "growing"],
    "joint-injected": [True, False],
    "corticosteroid-given": [True, False],
    "therapy": ["mesotherapy", "infiltration", "cryoneurolysis", "autologous-conditioned-serum"],
}  # fmt: skip
GENERATED = 20_000

RUN = """
import { readFileSync } from "node:fs";
const { judge } = await import(process.argv[1]);
const given = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(given.cases.map((facts) => judge(given.rules, facts))));
"""


def plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts of an example as the phone has them: a list is a whole set."""
    return {
        name: {sign: sign in value for sign in SIGNS}
        if name == "signs"
        else dict.fromkeys(value, True)
        if isinstance(value, (list, tuple))
        else value
        for name, value in facts.items()
    }


def cases() -> list[dict[str, Any]]:
    found = [plain(e.facts) for rule in (*CONTENT.alarms, *CONTENT.expected) for e in rule.examples]
    chance = random.Random(13)
    for _ in range(GENERATED):
        facts = {
            name: chance.choice(values) for name, values in VALUES.items() if chance.random() < 0.5
        }
        if chance.random() < 0.9:
            offered = chance.sample(SIGNS, chance.randint(1, len(SIGNS)))
            facts["signs"] = {name: chance.random() < 0.15 for name in offered}
        found.append(facts)
    return found


def test_the_phone_agrees_with_the_server(tmp_path: Path) -> None:
    module = tmp_path / "alarms.mjs"
    module.write_text(SCRIPT.read_text(encoding="utf-8"), encoding="utf-8")
    given = cases()
    sent = json.dumps({"rules": diary.phone_rules(CONTENT), "cases": given})
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", RUN, module.as_uri()],
        input=sent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    by_phone = json.loads(ran.stdout)
    raised = set()
    for facts, told in zip(given, by_phone, strict=True):
        outcome = diary.judge(CONTENT, facts)
        raised |= {alarm.id for alarm in outcome.alarms}
        assert told == {
            "urgency": outcome.urgency,
            "alarms": [alarm.id for alarm in outcome.alarms],
            "supposed": [alarm.id for alarm in outcome.alarms if alarm.id in outcome.supposed],
            "expected": [one.id for one in outcome.expected],
        }, facts
    assert raised == {alarm.id for alarm in CONTENT.alarms}
