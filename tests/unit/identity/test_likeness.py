"""Duplicates found before they are made, each with its reasons; nobody taken for a twin."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.identity.ins import Authority, read_ins
from dolenti.identity.likeness import Level, blocking_keys, compare, duplicates
from dolenti.identity.person import Identity
from dolenti.identity.sounds import one_slip_apart, sound

ZOE = Identity("Lefèvre", "Zoé", date(1968, 3, 2), "female", "75056", ("Zoé", "Marie"))
INS = read_ins("255081416802538")
OTHER_INS = read_ins("253072B07300470")


@pytest.mark.parametrize(
    "changes,level,reason",
    [
        ({"birth_name": "LEFEVRE"}, Level.CERTAIN, "Mêmes nom"),
        ({"birth_name": "Lefebvre"}, Level.LIKELY, "à une lettre près"),
        ({"birth_name": "Lefébure"}, Level.LIKELY, "même prononciation"),
        ({"birth_name": "Le Fèvre"}, Level.CERTAIN, "Mêmes nom"),
        ({"birth_name": "de Lefèvre"}, Level.LIKELY, "particule"),
        ({"birth_date": date(1968, 2, 3)}, Level.LIKELY, "inversés"),
        ({"birth_date": date(1986, 3, 2)}, Level.LIKELY, "un chiffre près"),
        ({"birth_name": "Zoé", "first_given_name": "Lefèvre"}, Level.LIKELY, "prénom inversés"),
        ({"birth_name": "Durand", "used_name": "Lefèvre"}, Level.LIKELY, "nom utilisé"),
        ({"birth_name": "Durand"}, Level.POSSIBLE, "Noms différents"),
        ({"first_given_name": "Marie"}, Level.LIKELY, "parmi les prénoms"),
        ({"sex": "male"}, Level.LIKELY, "Sexes différents"),
        ({"birth_date": None}, Level.POSSIBLE, "inconnue"),
        ({"birth_place": None}, Level.LIKELY, "Même nom"),
        ({"first_given_name": "Anne", "given_names": ()}, Level.POSSIBLE, "jumeaux"),
        ({"birth_date": date(1975, 11, 20)}, Level.NONE, "naissance différentes"),
        ({"birth_name": "Durand", "first_given_name": "Anne", "given_names": ()}, Level.NONE, ""),
    ],
)
def test_the_slips_of_a_front_desk_are_found_and_explained(changes, level, reason):
    likeness = compare(ZOE, replace(ZOE, **changes))
    assert likeness.level is level, likeness
    assert any(reason in text.fr for text in likeness.reasons), likeness


def test_a_same_number_is_certain_whatever_the_rest_says():
    other = Identity("Petit", "Paul", date(1980, 1, 1), "male", ins=INS)
    assert compare(replace(ZOE, ins=INS), other).level is Level.CERTAIN


def test_two_numbers_of_one_kind_are_at_most_possibly_one_person():
    one, other = replace(ZOE, ins=INS), replace(ZOE, ins=OTHER_INS)
    assert compare(one, other).level is Level.POSSIBLE
    waiting = replace(OTHER_INS, authority=Authority.NIA)
    assert compare(one, replace(ZOE, ins=waiting)).level is Level.CERTAIN


def test_a_demonstration_number_is_not_a_real_persons():
    invented = replace(INS, authority=Authority.NIR_DEMO)
    other = Identity("Petit", "Paul", date(1980, 1, 1), "male", ins=invented)
    assert compare(replace(ZOE, ins=INS), other).level is Level.NONE


def test_the_surest_comes_first_and_strangers_are_left_out():
    found = duplicates(
        ZOE,
        [
            ("possible", replace(ZOE, birth_name="Durand")),
            ("stranger", Identity("Petit", "Paul", date(1980, 1, 1), "male")),
            ("certain", ZOE),
            ("likely", replace(ZOE, birth_date=date(1968, 2, 3))),
        ],
    )
    assert [match.id for match in found] == ["certain", "likely", "possible"]


@pytest.mark.parametrize(
    "one,other",
    [
        ("Lefèvre", "Lefebvre"), ("Thibault", "Tibo"), ("Philippe", "Filipe"), ("Durand", "Durant"),
        ("Dupont", "Dupond"), ("Gauthier", "Gotier"), ("Meyer", "Maier"), ("Matthieu", "Mathieu"),
        ("Renault", "Reno"), ("Christine", "Kristine"), ("Guy", "Gui"),
    ],
)  # fmt: skip
def test_names_pronounced_alike_sound_alike(one, other):
    assert sound(one) == sound(other)


@pytest.mark.parametrize(
    "one,other", [("Martin", "Morin"), ("Petit", "Patou"), ("Anne", "Yann"), ("Bernard", "Girard")]
)
def test_other_names_sound_different(one, other):
    assert sound(one) != sound(other)


@pytest.mark.parametrize(
    "one,other,near",
    [
        ("DURAND", "DURANT", True), ("DURAND", "DURANDS", True), ("DURAND", "DRUAND", True),
        ("DURAND", "DURNAD", True), ("URAND", "DURAND", True), ("DURAND", "DURAND", False),
        ("DURAND", "DRUANT", False), ("LEA", "LEO", False), ("", "A", False),
        ("ABCD", "BADC", False),
    ],
)  # fmt: skip
def test_one_slip_is_one_letter_or_two_neighbours(one, other, near):
    assert one_slip_apart(one, other) is near
    assert one_slip_apart(other, one) is near


FAMILIES = st.sampled_from(
    ["Martin", "Lefèvre", "Lefebvre", "de Sousa", "Sousa", "Durand", "Durant", "Zoé", "Ng", "Мария"]
)
GIVEN = st.sampled_from(["Zoé", "Zoe", "Marie", "Marie-Claude", "Paul", "Paule", "Martin", "Léa"])
IDENTITIES = st.builds(
    Identity,
    FAMILIES,
    GIVEN,
    st.none() | st.dates(date(1968, 1, 1), date(1968, 3, 31)),
    st.sampled_from(["female", "male", "other", None]),
    st.sampled_from([None, "75056", "2A004"]),
    st.lists(GIVEN, max_size=2).map(tuple),
    st.just("") | FAMILIES,
    st.just("") | GIVEN,
    st.sampled_from([None, INS, OTHER_INS]),
)


@given(IDENTITIES, IDENTITIES)
def test_likeness_is_symmetric(one, other):
    assert compare(one, other) == compare(other, one)


@given(FAMILIES, GIVEN, st.dates(), st.sampled_from(["female", "male", "other"]))
def test_a_whole_identity_is_certainly_itself(family, given_name, born, sex):
    identity = Identity(family, given_name, born, sex, "75056")
    assert compare(identity, replace(identity)).level is Level.CERTAIN


@given(IDENTITIES, IDENTITIES)
def test_whoever_is_like_shares_a_key(one, other):
    if compare(one, other).level > Level.NONE:
        assert set(blocking_keys(one)) & set(blocking_keys(other))


@given(IDENTITIES)
def test_keys_are_few_short_and_stable(identity):
    keys = blocking_keys(identity)
    assert keys == tuple(sorted(set(keys)))
    assert len(keys) <= 6
    assert all(len(key) <= 210 for key in keys)
