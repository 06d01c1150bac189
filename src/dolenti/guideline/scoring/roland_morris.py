"""Roland-Morris disability questionnaire: how many of 24 statements apply today, 0 to 24.

An item that is not applicable counts as No. A higher score is a worse back. Source: fact base,
section 5; the wording of the items is not here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dolenti.guideline.errors import InputError
from dolenti.guideline.scoring.exact import percent_fallen, whole

ITEMS = 24
RESPONDER_PERCENT = 30
# Below 4 or above 20 the score has little room left to move, and a change says little.
SENSITIVE = range(4, 21)


@dataclass(frozen=True)
class RolandMorrisChange:
    """From one score to a later one.

    ``points`` is later minus earlier (negative is better); ``improvement_percent`` is the fall in
    % of the earlier score, ``None`` with ``responder`` where that score is 0. ``responder`` fell by
    at least 30 %. ``insensitive``: the earlier score lies below 4 or above 20.
    """

    before: int
    after: int
    points: int
    improvement_percent: Fraction | None
    responder: bool | None
    insensitive: bool


def score(answers: Sequence[bool | None]) -> int:
    """Count the statements that apply, 0 to 24.

    ``None`` is "not applicable" and counts as No. Raises ``InputError`` for another number of
    answers, or for one that is neither yes, no nor not applicable.
    """
    if len(answers) != ITEMS:
        raise InputError(
            f"{len(answers)} answers; Roland-Morris has {ITEMS}",
            "roland-morris",
            fr=f"{len(answers)} réponses\u00a0; le Roland-Morris en a {ITEMS}",
        )
    for item, answer in enumerate(answers):
        if answer is not None and not isinstance(answer, bool):
            raise InputError(
                f"{answer!r} is no answer; write true, false, or nothing for not applicable",
                f"roland-morris[{item}]",
                fr=f"{answer!r} n’est pas une réponse\u00a0; écrivez true, false, ou rien si "
                "l’énoncé ne s’applique pas",
            )
    return sum(answer is True for answer in answers)


def change(before: object, after: object) -> RolandMorrisChange:
    """The change between two scores of 0 to 24. Raises ``InputError``.

    >>> int(change(12, 2).improvement_percent)
    83
    """
    first, last = whole(before, "before", 0, ITEMS), whole(after, "after", 0, ITEMS)
    improvement = percent_fallen(Fraction(first), Fraction(last))
    responder = None if improvement is None else improvement >= RESPONDER_PERCENT
    return RolandMorrisChange(
        first, last, last - first, improvement, responder, first not in SENSITIVE
    )
