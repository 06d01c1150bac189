"""Who a bundle says its patient is: of several numbers and names, the official ones."""

from __future__ import annotations

from typing import Any

import pytest

from dolenti.fhir.who import Who, read_who
from tests.fhir_bundles import bundle, patient

NIR = "urn:oid:1.2.250.1.213.1.4.8"


def who(**elements: Any) -> Who:
    return read_who(bundle(patient(**elements)), "paul.json")


def number(value: str, **elements: Any) -> dict[str, Any]:
    return {"system": NIR, "value": value} | elements


@pytest.mark.parametrize("turned", [False, True])
def test_the_official_number_wins_wherever_it_stands(turned: bool) -> None:
    both = [number("270052B03312392", use="old"), number("261057505600111", use="official")]
    assert who(identifier=both[::-1] if turned else both).ins == "261057505600111"


def test_a_number_without_a_use_comes_after_the_official_one() -> None:
    assert who(identifier=[number("1"), number("2", use="official")]).ins == "2"
    assert who(identifier=[number("1"), number("2", use="temp")]).ins == "1"


def test_an_old_number_is_nobodys() -> None:
    assert who(identifier=[number("1", use="old")]).ins == ""
    assert who(identifier=[number("1", period={"end": "2020-01-01"})]).ins == ""


def test_the_official_name_wins_over_the_old_one() -> None:
    names = [{"use": "old", "family": "ANCIEN"}, {"use": "official", "family": "EXEMPLE"}]
    assert who(name=names).birth_name == "EXEMPLE"
