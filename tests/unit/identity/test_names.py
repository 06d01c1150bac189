"""Names as typed, kept, compared, sorted and shown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline.errors import InputError
from dolenti.identity import names
from dolenti.identity.person import Identity, check_birth_date, check_birth_place

LETTERS = st.text("aàâäbçdéèêëœæßmnzAÉŒZ -’'", max_size=30)


@pytest.mark.parametrize(
    "typed,kept",
    [
        ("  L'Hôte ", "L’Hôte"),
        ("L`Hôte", "L’Hôte"),
        ("Jean–Pierre", "Jean-Pierre"),
        ("de  la   Tour", "de la Tour"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("O\u2019Brien", "O’Brien"),
        ("Мария", "Мария"),
    ],
)
def test_a_name_is_kept_as_typed_with_one_kind_of_apostrophe_and_hyphen(typed, kept):
    assert names.clean_name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["<b>Paul</b>", "Paul2", "Paul;", "Paul\n", "--", "’", "Pa\x00ul"]
)
def test_what_no_name_is_written_with_is_refused(typed):
    if typed == "Paul\n":
        assert names.clean_name(typed) == "Paul"
        return
    with pytest.raises(InputError) as refused:
        names.clean_name(typed, "birth_name")
    assert refused.value.where == "birth_name"


def test_the_health_identity_keeps_capitals_without_accents_but_hyphens_and_apostrophes():
    assert names.official("L’Hôte-Bœuf") == "L'HOTE-BOEUF"
    assert names.official("Ça Đặng Łukasz Groß") == "CA DANG LUKASZ GROSS"


@pytest.mark.parametrize("written", ["de la Tour", "DE LA TOUR", "De-La-Tour", "Delatour"])
def test_spaces_case_and_hyphens_do_not_part_a_name(written):
    assert names.solid(written) == "DELATOUR"


def test_particles_are_left_out_only_where_a_name_remains():
    assert names.without_particles("de Sousa") == "SOUSA"
    assert names.without_particles("Le Goff") == "GOFF"
    assert names.without_particles("d’Ormesson") == "ORMESSON"
    assert names.without_particles("Van") == "VAN"
    assert names.without_particles("De La") == "LA"


def test_people_are_sorted_by_the_name_they_use_accents_aside():
    people = [
        ("Éluard", "Paul", ""),
        ("Zola", "Zoé", "Durand"),
        ("Eluard", "Anne", ""),
        ("Fa", "B", ""),
    ]
    ordered = sorted(people, key=lambda person: names.sort_key(*person))
    assert [person[1] for person in ordered] == ["Zoé", "Anne", "Paul", "B"]


def test_given_names_are_told_apart_by_spaces_and_commas():
    assert names.given_names("Zoé, Marie-Anne Louise") == ("Zoé", "Marie-Anne", "Louise")
    assert names.given_names("") == ()


def test_the_list_of_given_names_begins_with_the_first():
    names.check_first_given_name("Jean Pierre", ("JEAN", "PIERRE", "PAUL"))
    names.check_first_given_name("Zoé", ())
    with pytest.raises(InputError) as refused:
        names.check_first_given_name("Zoé", ("Marie", "Zoé"))
    assert "Marie" in refused.value.fr
    with pytest.raises(InputError):
        names.check_first_given_name("Jean", ("Jeanne",))


@given(LETTERS)
def test_accents_and_case_never_change_a_key(name):
    assert names.key(name) == names.key(name.upper()) == names.key(names.official(name))
    assert names.key(names.key(name)) == names.key(name)


ZOE = Identity("Martin", "ZOÉ-ANNE", date(1990, 5, 1), "female", used_name="Durand")


def test_the_birth_name_is_always_shown_beside_the_name_used():
    assert ZOE.official_name == "MARTIN Zoé-Anne"
    assert ZOE.called == "DURAND Zoé-Anne"
    assert ZOE.full_name.fr == "DURAND Zoé-Anne, née MARTIN Zoé-Anne"
    assert ZOE.full_name.en == "DURAND Zoé-Anne, born MARTIN Zoé-Anne"


def test_one_name_is_shown_once():
    paul = Identity("Petit", "Paul", date(1960, 1, 1), "male", used_name="PETIT")
    assert paul.full_name.fr == "PETIT Paul"


def test_a_birth_date_lies_neither_ahead_nor_too_far_back():
    today = date(2026, 11, 22)
    check_birth_date(today, today)
    check_birth_date(date(1896, 11, 22), today)
    with pytest.raises(InputError, match="future"):
        check_birth_date(date(2026, 11, 23), today)
    with pytest.raises(InputError, match="130 years"):
        check_birth_date(date(1868, 3, 2), today)


@pytest.mark.parametrize(
    "typed,code", [("75056", "75056"), ("2a004", "2A004"), ("99 351", "99351")]
)
def test_a_place_of_birth_is_an_insee_code(typed, code):
    assert check_birth_place(typed) == code


@pytest.mark.parametrize("typed", ["7505", "Paris", "2C004", "750560", "٧٥٠٥٦", ""])
def test_anything_else_is_not_a_place_of_birth(typed):
    with pytest.raises(InputError, match="INSEE"):
        check_birth_place(typed, "birth_place")


@pytest.mark.parametrize(
    "typed, known",
    [
        ("Paul Lefèvre", ["LEFEVRE"]),
        ("LEFEVRE PAUL", ["Lefèvre"]),
        ("Anne Dupont", ["Martin-Dupont"]),
        ("Anne Martin Dupont", ["Dupont"]),
        ("Anne Delatour", ["de la Tour"]),
        ("anne d’arc", ["D'ARC"]),
        ("Zoé Bœuf", ["BOEUF"]),
        ("Anne Durand", ["Martin", "Durand"]),  # the name of use
        ("U Ba", ["U"]),
        ("Лев Толстой", ["Толстой"]),
    ],
)
def test_a_name_holds_a_family_name_however_it_is_written(typed: str, known: list[str]) -> None:
    assert names.has_family_name(typed, known)


@pytest.mark.parametrize(
    "typed, known",
    [
        ("Anne Durand", ["Martin"]),
        ("Paul", ["Lefèvre"]),
        ("Jean de Durand", ["de la Tour"]),  # a particle is no name
        ("Ursula Bernard", ["U"]),
        ("Pauline Durand", ["Lin"]),  # a piece of a word is no word
        ("Caroline Petit", ["Roli"]),
        ("Sabina Lide", ["Ali"]),
        ("Anne Durand", [""]),
        ("Anne Durand", []),
    ],
)
def test_a_name_without_any_is_plainly_anothers(typed: str, known: list[str]) -> None:
    assert not names.has_family_name(typed, known)
