"""A birth date as far as it is known, as a hospital writes it."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from dolenti.guideline.birth import BirthDate, PartialDate
from dolenti.ui.births import birth_as_listed, birth_beside_label


@pytest.mark.parametrize(
    "born, sex, french, english",
    [
        (PartialDate(1951), "male", "né en 1951", "born in 1951"),
        (PartialDate(1951), "female", "née en 1951", "born in 1951"),
        (PartialDate(1951, 5), "female", "née en mai 1951", "born in May 1951"),
        (PartialDate(1951), "", "naissance\u00a0: 1951", "born in 1951"),
        (date(1951, 5, 3), "female", "03/05/1951", None),
        (None, "female", "", ""),
    ],
)
def test_a_year_alone_is_said_to_be_one_of_birth(
    born: BirthDate | None, sex: str, french: str, english: str | None
) -> None:
    with override("fr"):
        assert birth_as_listed(born, sex) == french
    with override("en"):
        assert english is None or birth_as_listed(born, sex) == english


def test_beside_its_label_a_year_stands_alone() -> None:
    with override("fr"):
        assert birth_beside_label(PartialDate(1951)) == "1951"
        assert birth_beside_label(PartialDate(1951, 5)) == "mai 1951"
        assert birth_beside_label(date(1951, 5, 3)) == "03/05/1951"
