"""Medicines are found as one types them."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.medicines.search import Index
from dolenti.medicines.store import delivered
from dolenti.medicines.words import alike, begins_alike, folded, words

INDEX = Index(delivered(), {"B01AF01": ("RIVAROXABAN",)})


def first(text: str) -> str:
    found = INDEX.find(text, 5)
    return found.specialities[0].name if found.specialities else ""


@pytest.mark.parametrize(
    "typed,name",
    [
        ("kenacort", "KENACORT RETARD 40"),
        ("Kénacort", "KENACORT RETARD 40"),
        ("KENACORT RETARD 80", "KENACORT RETARD 80"),
        ("kenacort 40mg", "KENACORT RETARD 40"),
        ("previscan 20 mg", "PREVISCAN 20 mg"),
        ("prévican", "PREVISCAN 20 mg"),  # a letter missing
        ("previsccan", "PREVISCAN 20 mg"),  # a letter too many
        ("previzcan", "PREVISCAN 20 mg"),  # a letter wrong
        ("pervisan", ""),  # two slips are another word
        ("rpeviscan", "PREVISCAN 20 mg"),  # two letters that changed places
        ("revican", ""),
        ("eliqus 5", "ELIQUIS 5 mg"),
        ("eliquis 0,5", "ELIQUIS 0,5 mg"),
        ("eliquis 2.5", "ELIQUIS 2,5 mg"),
        ("xarelto 20", "XARELTO 20 mg"),
        ("depo medrol", "DEPO-MEDROL 40"),
        ("dépomédrol", "DEPO-MEDROL 40"),
        ("depo-medrol", "DEPO-MEDROL 40"),
        ("solu medrol 120", "SOLUMEDROL 120"),
        ("skenan lp 30", "SKENAN L.P. 30"),
        ("kardegic 75", "KARDEGIC 75"),
        ("celestene chronodose", "CELESTENE CHRONODOSE"),
        ("diprosten", "DIPROSTENE"),  # the beginning of a word
        ("65061047", "KENACORT RETARD 40"),
        ("3024344", "KENACORT RETARD 40"),
        ("3400930243442", "KENACORT RETARD 40"),
        ("34009 302 434 4 2", "KENACORT RETARD 40"),
        ("99999999", ""),
        ("zzzzzz", ""),
        ("", ""),
        ("  -- ", ""),
    ],
)  # fmt: skip
def test_the_likeliest_comes_first(typed: str, name: str) -> None:
    assert first(typed).startswith(name) if name else first(typed) == ""


def test_a_substance_finds_what_holds_it() -> None:
    found = INDEX.find("fluindione").specialities
    assert [one.cis for one in found] == ["68133651"]


def test_what_is_sold_comes_before_what_is_not() -> None:
    found = INDEX.find("piroxicam injectable", 50).specialities
    ranks = [0 if one.authorised and one.marketed else 1 for one in found if "20" in one.name]
    assert ranks == sorted(ranks)


def test_an_atc_code_finds_the_substances_that_the_knowledge_checked() -> None:
    found = INDEX.find("B01AF01", 200).specialities
    assert len(found) >= 43
    assert all("RIVAROXABAN" in f"{one.name} {one.composition} {one.generic_group}" or
               one.name.startswith("XARELTO") for one in found)  # fmt: skip
    assert INDEX.find("b01af", 200).specialities == found


def test_words_that_lead_nowhere_are_named_and_lose_nothing() -> None:
    found = INDEX.find("Xylocaïne (malaise)")
    assert found.unread == ("MALAISE",)
    assert all(one.name.startswith("XYLOCA") for one in found.specialities)


def test_the_same_text_gives_the_same_list_on_another_day() -> None:
    again = Index(delivered())
    for typed in ("aspirine", "paracetamol 500", "insulin", "amoxicilin"):
        assert again.find(typed).specialities == INDEX.find(typed).specialities


def test_a_letter_alone_does_not_find_half_of_the_base() -> None:
    assert len(INDEX.find("m", 20_000).specialities) < 100


@given(st.text(max_size=400))
def test_no_text_is_too_strange_to_search_for(text: str) -> None:
    assert len(INDEX.find(text, 3).specialities) <= 3


@given(
    st.sampled_from(["PREVISCAN", "KENACORT", "XARELTO", "RIVAROXABAN", "DEXAMETHASONE"]),
    st.integers(0, 20),
    st.sampled_from(string.ascii_uppercase),
    st.sampled_from(["wrong", "missing", "too many", "swapped"]),
)
def test_any_one_slip_is_forgiven(word: str, place: int, letter: str, slip: str) -> None:
    at = place % (len(word) - 1)
    typed = {
        "wrong": word[:at] + letter + word[at + 1 :],
        "missing": word[:at] + word[at + 1 :],
        "too many": word[:at] + letter + word[at:],
        "swapped": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    }[slip]
    assert alike(typed, word)
    assert begins_alike(typed, word + "XYZ")
    found = INDEX.find(typed, 1000).specialities
    assert any(word in folded(f"{one.name} {one.composition}") for one in found)


@pytest.mark.parametrize(
    "text,plain",
    [
        ("DÉPO-Medrol L.P.", ("DEPO", "MEDROL", "LP")),
        ("0,5 mg/1,5 µg", ("0.5", "MG", "1.5", "MICROG")),
        ("l’œil d'Ève", ("L", "OEIL", "D", "EVE")),
        ("20mg", ("20", "MG")),
        ("1.000", ("1.000",)),
        ("a\nb", ("A", "B")),
    ],
)
def test_names_are_compared_in_plain_capitals(text: str, plain: tuple[str, ...]) -> None:
    assert words(text) == plain
