"""An SMS is of 160 characters of its own alphabet, or it is sent in parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline.diary.sms import GSM, LEAST, filled, plain

LINK = "https://dolenti.example.org/s/AAAAAAAAAAAAAAAAAAAAAA/"


@pytest.mark.parametrize("text, sent", [
    ("Maison de la Forêt", "Maison de la Foret"),
    ("Centre d’Art-et-Médecine «\u00a0Cœur\u00a0»", 'Centre d\'Art-et-Médecine " Coeur "'),
    ("Soins à Besançon", "Soins à Besancon"),
    ("Façade Łódź", "Facade Łodz"),  # of no letter that an SMS has: said as it is
])  # fmt: skip
def test_a_name_is_written_in_the_letters_of_an_sms(text: str, sent: str) -> None:
    assert plain(text) == sent


@given(st.text("aàçéêëîôùûüÿœÀÂÇÉÊ’« »-", max_size=60))
def test_whatever_is_french_is_of_the_alphabet(text: str) -> None:
    assert set(plain(text)) <= GSM


@given(st.text("abc éç-'", min_size=1, max_size=120).filter(str.strip))
def test_a_long_name_is_cut_and_an_address_never(name: str) -> None:
    text = "{sender} : un document à garder vous attend : {link} Ne le transmettez pas."
    sent = filled(text, {"sender": name, "link": LINK}, 160)
    assert len(sent) <= 160
    assert sent.endswith(f" : un document à garder vous attend : {LINK} Ne le transmettez pas.")
    assert plain(name).startswith(sent.partition(" : un document")[0])


def test_a_name_is_cut_after_a_word_and_not_to_nothing() -> None:
    fields = {"sender": "Maison médicale des Tilleuls", "link": "x" * 100}
    assert filled("{sender} : {link}", fields, 120) == f"Maison médicale : {'x' * 100}"
    whole = filled("{sender} : {link}", fields, 100 + LEAST)
    assert whole.startswith("Maison médicale des Tilleuls"), "in two parts, and whole"
