"""What is written on a label is what is read of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.scanning import keyed, symbols
from dolenti.scanning.gs1 import Package, element_string, read_package

NUMBER = "LILA-20261128-0001-01"


def test_a_number_is_read_back_from_its_qr_code() -> None:
    number = keyed.with_key(NUMBER)
    assert symbols.read(symbols.image(number)) == [number]
    assert symbols.svg(number).startswith("<svg")


def test_a_package_is_read_back_from_its_data_matrix() -> None:
    package = Package("03400935344007", "ABC123")
    (text,) = symbols.read(symbols.image(element_string(package), "gs1-data-matrix"))
    assert read_package(text) == package


def test_an_image_without_a_code_says_nothing() -> None:
    white = memoryview(b"\xff" * 10_000).cast("B", (100, 100))
    assert symbols.read(white) == []


def test_a_damaged_code_says_nothing() -> None:
    pixels = memoryview(symbols.image(NUMBER))
    height, width = pixels.shape  # type: ignore[misc]
    cut = bytearray(pixels.tobytes())
    cut[: len(cut) * 2 // 3] = b"\xff" * (len(cut) * 2 // 3)
    assert symbols.read(memoryview(cut).cast("B", (height, width))) == []


@given(st.from_regex(r"[A-Z]{4}-[0-9]{8}-[0-9]{4}-[0-9]{2}", fullmatch=True), st.data())
def test_one_mistyped_character_is_no_number(number: str, data: st.DataObject) -> None:
    whole = keyed.with_key(number)
    assert keyed.is_keyed(whole)
    place = data.draw(st.sampled_from([n for n, one in enumerate(whole) if one != "-"]))
    other = data.draw(st.sampled_from([c for c in "0123456789ABCXYZ" if c != whole[place]]))
    assert not keyed.is_keyed(whole[:place] + other + whole[place + 1 :])


@pytest.mark.parametrize("text", ["", "-", "A", "LILA-20261128-0001-01-", "élan-1-0"])
def test_what_has_no_key_is_no_number(text: str) -> None:
    assert not keyed.is_keyed(text)
