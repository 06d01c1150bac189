"""What is guessed first is no password; a sentence is one."""

from __future__ import annotations

import pytest

from dolenti.access.passwords import is_guessed_first


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaa", "motdepasse12", "123456789012", "MotDePasse2026!", "azertyuiop12",
        "Azertyuiop123!", "qsdfghjklm12", "M0tDeP@sse99", "Marseille2026", "Printemps2026!",
        "Clinique2026!", "abcdefghijkl", "soleil-soleil-", "121212121212", "éété20262026",
        "bonjourdocteur", "098765432109",
    ],
)  # fmt: skip
def test_what_is_tried_first_is_none(password: str) -> None:
    assert is_guessed_first(password)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery", "sept grues sur le toit", "soleil chat maison docteur pomme",
        "tQ7#vLp2!xRz", "une pomme pour le rhinoceros", "k9f2 8djw 3hx7", "Zwetschgenknödel 4",
    ],
)  # fmt: skip
def test_a_sentence_and_what_a_program_made_are_good(password: str) -> None:
    assert not is_guessed_first(password)
