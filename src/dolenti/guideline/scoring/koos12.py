"""KOOS-12: twelve answers about a knee, three scales and a summary, 0 (worst) to 100 (best).

Each answer is 0 (no problem) to 4 (extreme). A scale has four items; where at least two are
answered, its score is 100 - mean x 25, the mean being that of the answers given. The summary is
the mean of the three scales and is missing where one of them is. Source: koos.nu (KOOS-12 scoring),
fact base, section 5. The wording of the items is not here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dolenti.guideline.errors import InputError
from dolenti.guideline.scoring.exact import whole

ITEMS = 12
ITEMS_PER_SCALE = 4
FEWEST_ANSWERS = 2


@dataclass(frozen=True)
class Koos12:
    """The scores, 0 to 100 and 100 the best; ``None`` where too few items were answered."""

    pain: Fraction | None
    function: Fraction | None
    quality_of_life: Fraction | None
    summary: Fraction | None


def score(answers: Sequence[int | None]) -> Koos12:
    """Score twelve answers in the order of the questionnaire: pain, function, quality of life.

    ``None`` is an item left blank. Raises ``InputError`` for another number of answers or one
    outside 0 to 4.

    >>> score([1] * 12).summary == 75
    True
    """
    if len(answers) != ITEMS:
        raise InputError(
            f"{len(answers)} answers; KOOS-12 has {ITEMS} (write nothing for a blank)",
            "koos12",
            fr=f"{len(answers)} réponses\u00a0; le KOOS-12 en a {ITEMS} (laissez vide ce qui "
            "manque)",
        )
    pain, function, quality_of_life = (
        _scale(answers, first) for first in range(0, ITEMS, ITEMS_PER_SCALE)
    )
    if pain is None or function is None or quality_of_life is None:
        return Koos12(pain, function, quality_of_life, None)
    return Koos12(pain, function, quality_of_life, (pain + function + quality_of_life) / 3)


def _scale(answers: Sequence[int | None], first: int) -> Fraction | None:
    given = [
        whole(answers[item], f"koos12[{item}]", 0, 4)
        for item in range(first, first + ITEMS_PER_SCALE)
        if answers[item] is not None
    ]
    return 100 - Fraction(sum(given), len(given)) * 25 if len(given) >= FEWEST_ANSWERS else None
