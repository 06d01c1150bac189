"""Every comparison: where it is true and where false; an unknown fact keeps it unknown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dolenti.guideline.conditions import OPERATORS, Proof, parse
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Dictionary, read_facts
from dolenti.guideline.judge import proofs
from tests.small_edition import small_edition

TODAY = date(2026, 11, 22)
DICTIONARY = Dictionary(small_edition())

TABLE: list[tuple[str, Any, Any, bool]] = [
    # fact, comparison, value, answer
    ("fever", None, True, True),
    ("fever", None, False, False),
    ("anticoagulant", {"is": "vka"}, "vka", True),
    ("anticoagulant", {"is": "vka"}, "doac", False),
    ("anticoagulant", {"in": ["vka", "doac"]}, "doac", True),
    ("anticoagulant", {"in": ["vka", "doac"]}, "none", False),
    ("allergy", {"has": "nsaid"}, ["nsaid"], True),
    ("allergy", {"has": "nsaid"}, ["lidocaine"], False),
    ("allergy", {"has": "nsaid"}, [], False),
    ("allergy", {"has": "nsaid"}, {"not": ["nsaid"]}, False),
    ("weight", {"over": 60}, 60, False),
    ("weight", {"over": 60}, 60.1, True),
    ("weight", {"under": 60}, 60, False),
    ("weight", {"under": 60}, 59.9, True),
    ("weight", {"at-least": 60}, 60, True),
    ("weight", {"at-least": 60}, 59.9, False),
    ("weight", {"at-most": 60}, 60, True),
    ("weight", {"at-most": 60}, 60.1, False),
    ("last-injection", {"before": "2026-01-10"}, "2026-01-09", True),
    ("last-injection", {"before": "2026-01-10"}, "2026-01-10", False),
    ("last-injection", {"before": "2026-01-10"}, "never", False),
    ("last-injection", {"after": "2026-01-10"}, "2026-01-11", True),
    ("last-injection", {"after": "2026-01-10"}, "2026-01-10", False),
    ("last-injection", {"after": "2026-01-10"}, "never", False),
    ("last-injection", {"within": "3 months"}, "2026-08-22", True),
    ("last-injection", {"within": "3 months"}, "2026-08-21", False),
    ("last-injection", {"within": "3 months"}, "2026-11-22", True),
    ("last-injection", {"within": "3 months"}, "never", False),
    ("last-injection", {"older-than": "3 months"}, "2026-08-21", True),
    ("last-injection", {"older-than": "3 months"}, "2026-08-22", False),
    ("last-injection", {"older-than": "3 months"}, "never", False),
    # A date ahead: "within" looks forward.
    ("next-race", {"within": "2 weeks"}, "2026-12-06", True),
    ("next-race", {"within": "2 weeks"}, "2026-12-07", False),
    ("next-race", {"within": "2 weeks"}, "2026-11-22", True),
    ("next-race", {"within": "2 weeks"}, "2026-11-21", False),
    ("next-race", {"within": "2 weeks"}, "never", False),
    ("next-race", {"before": "2026-12-01"}, "2026-11-30", True),
    ("next-race", {"before": "2026-12-01"}, "never", False),
]


def prove(fact: str, comparison: Any, stated: dict[str, Any]) -> Proof:
    condition = parse(fact if comparison is None else {fact: comparison})
    values, _ = read_facts(stated, DICTIONARY, TODAY)
    (proof,), _ = proofs(DICTIONARY, [condition], values, TODAY)
    return proof


@pytest.mark.parametrize("fact,comparison,value,answer", TABLE)
def test_known(fact: str, comparison: Any, value: Any, answer: bool) -> None:
    assert prove(fact, comparison, {fact: value}) == Proof(answer, decided=(fact,))


@pytest.mark.parametrize("fact,comparison", [(row[0], row[1]) for row in TABLE])
def test_unknown(fact: str, comparison: Any) -> None:
    assert prove(fact, comparison, {}) == Proof(None, open=(fact,))


def test_a_member_nobody_spoke_of_is_unknown() -> None:
    assert prove("allergy", {"has": "nsaid"}, {"allergy": {"has": ["lidocaine"]}}).holds is None


def test_no_operator_is_missing_from_the_table() -> None:
    assert {op for _, comparison, _, _ in TABLE for op in comparison or {}} == set(OPERATORS)


def test_a_past_date_cannot_be_compared_with_what_is_ahead() -> None:
    with pytest.raises(InputError, match="“older-than” needs a past date"):
        prove("next-race", {"older-than": "2 weeks"}, {})
