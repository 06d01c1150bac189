"""Words of danger in free text: found however they are written, on the server as on the phone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from dolenti import ui
from dolenti.guideline import diary
from dolenti.guideline.diary import dangers
from dolenti.guideline.diary.facts import complete
from dolenti.guideline.loading import load_folder

CONTENT = diary.content(load_folder())
SCRIPT = Path(ui.__file__ or "").parent / "static" / "ui" / "alarms.js"
FOUND = {
    "mon genou est rouge et chaud": {"infection"},
    "J’ai de la FIÈVRE depuis hier": {"infection"},
    "fievre": {"infection"},
    "C'est gonflé, ça suinte un peu": {"infection"},
    "je n’en peux plus, je voudrais en finir": {"despair"},
    "je n’ai plus envie de vivre": {"despair"},
    "I want to kill myself": {"despair"},
    "j’ai du mal à respirer": {"breath-or-faint"},
    "pain in my chest since Monday": {"breath-or-faint"},
    "je ne peux plus marcher, la jambe est engourdie": {"nerve"},
    "I can't walk": {"nerve"},
    "my foot is numb and the knee is hot": {"nerve", "infection"},
    "ça saigne encore": {"bleeding-or-clot"},
    "pas de fièvre": {"infection"},  # a no is read by somebody: nothing is lowered by it
    "": set(),
    "plutôt le matin, merci": set(),
    "je viens en bus avec ma sœur": set(),
    "I would rather come on a Monday": set(),
    "le verrou de la porte": set(),
}


@pytest.mark.parametrize("text", FOUND)
def test_a_danger_is_found_in_what_people_write(text: str) -> None:
    assert set(dangers.found(CONTENT, text)) == FOUND[text]


def test_what_is_not_found_is_not_known_to_be_absent() -> None:
    assert dangers.found(CONTENT, "rien") == {}
    calm = diary.judge(CONTENT, {"words": {}})
    assert calm.urgency is None


def test_a_word_only_ever_adds_an_alarm() -> None:
    order = [*diary.URGENCIES, None]
    examples = [example for rule in CONTENT.alarms for example in rule.examples]
    for facts in (complete(one.facts) for one in examples if "words" not in one.facts):
        plain = diary.judge(CONTENT, facts)
        for one in CONTENT.danger_words:
            more = diary.judge(CONTENT, {**facts, "words": {one.id: True}})
            assert {a.id for a in plain.alarms} < {a.id for a in more.alarms}
            assert order.index(more.urgency) <= order.index(plain.urgency)


def test_every_danger_is_read_by_an_alarm_that_calls() -> None:
    for one in CONTENT.danger_words:
        found = diary.judge(CONTENT, {"words": {one.id: True}})
        assert found.urgency in ("emergency", "same-day"), one.id


@pytest.mark.node
def test_the_phone_finds_the_same(tmp_path: Path) -> None:
    module = tmp_path / "alarms.mjs"
    module.write_text(SCRIPT.read_text())
    run = (
        'import { readFileSync } from "node:fs";'
        "const { dangers } = await import(process.argv[1]);"
        'const given = JSON.parse(readFileSync(0, "utf8"));'
        "console.log(JSON.stringify(given.texts.map((one) => dangers(given.patterns, one))));"
    )
    given = {"texts": list(FOUND), "patterns": dangers.patterns(CONTENT)}
    done = subprocess.run(
        ["node", "--input-type=module", "-e", run, str(module)],
        input=json.dumps(given), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [set(one) for one in json.loads(done.stdout)] == list(FOUND.values())
