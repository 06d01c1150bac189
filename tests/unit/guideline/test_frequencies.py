"""The word of a frequency is that of the figures beside it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from msgspec import structs

from dolenti.guideline.consent import check_told
from dolenti.guideline.consent.frequencies import disagreeing, rate, word
from dolenti.guideline.knowledge import Text
from dolenti.guideline.loading import load_folder

EDITION = load_folder()


@pytest.mark.parametrize(
    "counted, share",
    [
        ("Bruise: 38.7% in one trial (31 patients)", Fraction(387, 1000)),
        ("2 of 40 (5%), against 16 of 42 (38.1%)", Fraction(2, 40)),
        ("0.27 per 1000 nerve blocks", Fraction(27, 100_000)),
        ("3 minor bleeds in 33 infiltrations", Fraction(3, 33)),
        ("One serious case in a trial of 167 patients", Fraction(1, 167)),
        ("17 published cases after injection into fat", None),
    ],
)
def test_a_rate_is_read_from_its_words(counted: str, share: Fraction | None) -> None:
    assert rate(counted) == share


def test_no_word_of_the_edition_is_contradicted_by_its_figures() -> None:
    assert [(one.id, said) for one, said in disagreeing(EDITION)] == []


def test_a_word_that_its_figures_contradict_is_found() -> None:
    serum = next(t for t in EDITION.therapies if t.id == "autologous-conditioned-serum")
    wrong = structs.replace(
        serum.adverse_effects[0],
        frequency="rare",
        counted=Text(fr="Un cas sur 167 patients", en="One case in a trial of 167 patients"),
    )
    therapy = structs.replace(serum, adverse_effects=(wrong,))
    found = check_told(structs.replace(EDITION, therapies=(therapy,)))
    assert "is called rare, and its figures make it uncommon" in {one.what for one in found}
    assert word(Fraction(1, 20)) == "common"
