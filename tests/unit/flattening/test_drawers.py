"""What is laid out by patient comes back by patient, whole and in order, and a drawer that is too
large is never held."""

from __future__ import annotations

import random
from pathlib import Path

from dolenti.flattening.drawers import Drawers, Kept

MOST = 4_000


def test_each_patient_comes_once_with_all_in_its_order(tmp_path: Path) -> None:
    draw = random.Random(1)
    put: dict[str, list[Kept]] = {}
    with Drawers(tmp_path, most=MOST) as laid:
        for number in range(20_000):
            name = f"é{draw.randrange(3_000)}"
            kept = Kept([f"Medication/{number}"] * (number % 3), b'{"n": %d}' % number)
            put.setdefault(name, []).append(kept)
            laid.put(name, kept)
        found: dict[str, list[Kept]] = {}
        for people in laid.emptied():
            held = sum(len(one.text) for kept in people.values() for one in kept)
            assert held <= MOST or len(people) == 1
            assert not people.keys() & found.keys()
            found |= people
    assert found == put
    assert list(tmp_path.iterdir()) == []


def test_one_patient_is_held_whole_however_much_there_is(tmp_path: Path) -> None:
    with Drawers(tmp_path, most=10) as laid:
        for number in range(50):
            laid.put("one", Kept([], b"%d" % number))
        (people,) = laid.emptied()
    assert [one.text for one in people["one"]] == [b"%d" % number for number in range(50)]
    assert list(tmp_path.iterdir()) == []
