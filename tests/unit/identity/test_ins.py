"""The health identity number: form, key, what it says, and whether the traits agree."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline.errors import InputError
from dolenti.identity.ins import Authority, InsNumber, coherence, read_ins

DIGITS = st.text("0123456789", min_size=13, max_size=13)


def keyed(matricule: str) -> str:
    """The number with its key, by the definition: 97 less the remainder by 97."""
    digits = matricule.replace("2A", "19").replace("2B", "18") if matricule[5] == "2" else matricule
    return f"{matricule}{97 - int(digits) % 97:02}"


WOMAN = keyed("2680375056123")  # March 1968, Paris
CORSICAN = keyed("180122A004045")


@pytest.mark.parametrize(
    "typed", [WOMAN, f" {WOMAN[:1]} {WOMAN[1:3]}.{WOMAN[3:13]}-{WOMAN[13:]}\u00a0", "2" + WOMAN[1:]]
)
def test_a_number_is_read_however_it_is_spaced(typed):
    assert str(read_ins(typed)) == WOMAN


def test_corsica_has_letters():
    read = read_ins(CORSICAN.lower())
    assert read.birth_place == "2A004"
    assert (read.sex, read.birth_year, read.birth_month) == ("male", "80", 12)


@pytest.mark.parametrize(
    "typed,says",
    [
        (WOMAN[:13], "la clé manque"),
        (WOMAN[:14], "14 caractères"),
        (WOMAN + "0", "16 caractères"),
        (WOMAN[:5] + "XX" + WOMAN[7:], "2A ou 2B"),
        (WOMAN[:5] + "2C" + WOMAN[7:], "2A ou 2B"),
        ("2680375056123AB", "2A ou 2B"),
        ("", "0 caractères"),
        ("\x00" * 15, "2A ou 2B"),
    ],
)
def test_a_number_of_another_form_is_refused(typed, says):
    with pytest.raises(InputError) as refused:
        read_ins(typed, where="ins")
    assert says in refused.value.fr
    assert refused.value.where == "ins"


def test_a_wrong_key_is_refused_without_giving_the_right_one():
    wrong = WOMAN[:13] + f"{(int(WOMAN[13:]) % 97) + 1:02}"
    with pytest.raises(InputError) as refused:
        read_ins(wrong)
    assert "ne concordent pas" in refused.value.fr
    assert WOMAN[13:] not in refused.value.fr + str(refused.value)
    with pytest.raises(InputError):
        InsNumber(WOMAN[:13], wrong[13:])


@given(DIGITS, st.integers(0, 12), st.integers(0, 9))
def test_one_wrong_digit_is_always_noticed(matricule, place, digit):
    number = keyed(matricule)
    assert str(read_ins(number)) == number
    changed = number[:place] + str(digit) + number[place + 1 :]
    if changed != number:
        with pytest.raises(InputError):
            read_ins(changed)


@given(DIGITS, st.integers(0, 11))
def test_two_neighbours_swapped_are_always_noticed(matricule, place):
    number = keyed(matricule)
    pair = number[place : place + 2]
    if pair[0] != pair[1]:
        with pytest.raises(InputError):
            read_ins(number[:place] + pair[::-1] + number[place + 2 :])


def test_traits_that_agree_say_nothing():
    read = read_ins(WOMAN)
    said = coherence(read, sex="female", birth_date=date(1968, 3, 2), birth_place="75056")
    assert said == ()
    assert coherence(read, sex=None, birth_date=None, birth_place=None) == ()
    assert coherence(read, sex="other", birth_date=None, birth_place=None) == ()


def test_each_trait_that_disagrees_has_its_sentence():
    said = coherence(read_ins(WOMAN), sex="male", birth_date=date(1969, 4, 2), birth_place="13055")
    words = " ".join(text.fr for text in said)
    assert len(said) == 4
    for word in ("sexe", "année", "mois", "lieu"):
        assert word in words


@pytest.mark.parametrize(
    "matricule,born,place",
    [
        ("1650920004045", date(1965, 9, 1), "2A004"),  # Ajaccio before 1976
        ("1650978050045", date(1965, 9, 1), "92050"),  # Nanterre before 1968
        ("1550992123045", date(1955, 9, 1), "99352"),  # Algeria before independence
        ("1500996123045", date(1950, 9, 1), "99351"),  # Tunisia
    ],
)
def test_older_codes_of_a_place_agree_with_todays(matricule, born, place):
    read = read_ins(keyed(matricule))
    assert coherence(read, sex="male", birth_date=born, birth_place=place) == ()


def test_an_older_code_after_the_change_is_noticed():
    read = read_ins(keyed("1780920004045"))
    assert len(coherence(read, sex="male", birth_date=date(1978, 9, 1), birth_place="2A004")) == 1


@pytest.mark.parametrize("month,warned", [("20", 0), ("31", 0), ("62", 0), ("13", 1), ("00", 1)])
def test_a_month_the_register_did_not_know_is_no_fault(month, warned):
    read = read_ins(keyed(f"168{month}75056045"))
    said = coherence(read, sex="male", birth_date=date(1968, 3, 2), birth_place="75056")
    assert len(said) == warned
    assert read.birth_month is None


def test_test_and_demonstration_numbers_are_known_as_such():
    assert [a.name for a in Authority if a.invented] == ["NIR_TEST", "NIR_DEMO"]
    assert read_ins(WOMAN).authority is Authority.NIR
