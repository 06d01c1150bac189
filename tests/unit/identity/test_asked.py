"""What is typed to find a person, read; a telephone number in its many forms."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.calendar.day_text import read_day
from dolenti.guideline.errors import InputError
from dolenti.identity.asked import Asked, neighbours, read
from dolenti.identity.phone import check_phone, plain
from dolenti.identity.sounds import one_slip_apart

BORN = date(1968, 3, 2)
look = partial(read, read_day=lambda piece: read_day(piece, date(2026, 11, 28)))


@pytest.mark.parametrize(
    "text, asked",
    [
        ("Durand Zoé", Asked("DURAND ZOE")),
        ("2 mars 1968 durand", Asked("DURAND", BORN)),
        ("zoé 02/03/68 durand", Asked("ZOE DURAND", BORN)),
        ("durand 1968", Asked("DURAND", year=1968)),
        ("né en 1968 durand", Asked("DURAND", year=1968)),
        ("Durand née le 02/03/1968", Asked("DURAND", BORN)),
        ("née en 1968", Asked("", year=1968)),
        ("né zoé", Asked("NE ZOE")),  # no birth follows
        ("1968", Asked("1968")),  # alone it may be a reference
        ("02 03 19 68 00", Asked("02 03 19 68 00", phone="0203196800")),
        ("zoe@exemple.fr", Asked("ZOE EXEMPLE FR", email="zoe@exemple.fr")),
        ("%", Asked()),
    ],
)
def test_a_text_is_read_as_what_it_may_be(text: str, asked: Asked) -> None:
    assert look(text) == asked


def test_particles_tell_nobody_apart() -> None:
    assert look("de la Tour").words == ["TOUR"]
    assert look("de la").words == ["DE", "LA"]


@given(st.text("ABC", min_size=4, max_size=8), st.text("ABC", min_size=3, max_size=9))
def test_whatever_is_one_slip_away_begins_or_ends_so(word: str, filed: str) -> None:
    head, tail, swapped = neighbours(word)
    if one_slip_apart(word, filed):
        assert filed.startswith(head) or filed[::-1].startswith(tail) or filed == swapped


@pytest.mark.parametrize(
    "typed",
    ["06 12 34 56 78", "06.12.34.56.78", "+33 6 12 34 56 78", "0033612345678", "+33 (0)6 12345678"],
)
def test_one_number_has_one_form(typed: str) -> None:
    assert plain(typed) == "0612345678"
    assert check_phone(typed) == typed


def test_numbers_of_elsewhere_keep_their_country() -> None:
    assert plain("+262 262 12 34 56") == "0262123456"
    assert plain("+41 22 345 67 89") == "+41223456789"
    assert check_phone("+41 22 345 67 89")


@pytest.mark.parametrize(
    "typed", ["06 12 34 56", "612345678", "06 12 34 56 78 9", "demander à sa fille", "+4122", "---"]
)
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    with pytest.raises(InputError):
        check_phone(typed)
