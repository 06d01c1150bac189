"""What a hand scanner types of a package, in the forms that scanners give it."""

from __future__ import annotations

from datetime import date

import pytest

from dolenti.guideline.errors import InputError
from dolenti.scanning.gs1 import Package, checked_gtin, element_string, read_package

GTIN = "03400935344007"
WHOLE = Package(GTIN, "ABC123", date(2027, 6, 30), "XYZ7890")
TEXT = f"01{GTIN}1727063010ABC123\x1d21XYZ7890"


@pytest.mark.parametrize(
    "typed",
    [
        TEXT,
        f"]d2{TEXT}",
        f"]Q3{TEXT}\r\n",
        f"\x1d{TEXT}",
        TEXT.replace("\x1d", "{GS}"),
        TEXT.replace("\x1d", "<GS>"),
        TEXT.replace("\x1d", "␝"),
        TEXT.replace("\x1d", "^]"),
        TEXT.replace("\x1d", "\\x1d"),
        TEXT.replace("\x1d", "\\u001D"),
        TEXT.replace("\x1d", "|"),
        f"01{GTIN}21XYZ7890\x1d1727063010ABC123",
        f"(01){GTIN}(17)270630(10)ABC123(21)XYZ7890",
    ],
)
def test_a_package_is_read_however_the_scanner_writes_it(typed: str) -> None:
    assert read_package(typed) == WHOLE


def test_it_is_written_as_it_is_printed() -> None:
    assert element_string(WHOLE) == f"(01){GTIN}(17)270630(10)ABC123(21)XYZ7890"
    assert read_package(element_string(WHOLE)) == WHOLE


def test_a_scanner_set_for_an_american_keyboard_is_understood_on_a_french_one() -> None:
    """Its keys come out unshifted: 01 is “à&”, and Q is A."""
    us, french = "1234567890ABCQZWM", "&é\"'(-è_çàQBCAWZ?"
    typed = f"01{GTIN}1727063010LOT1".translate(str.maketrans(us, french))
    assert not any(one.isdigit() for one in typed)
    assert read_package(typed) == Package(GTIN, "LOT1", date(2027, 6, 30))


def test_an_expiry_without_a_day_is_the_last_of_its_month() -> None:
    assert read_package(f"01{GTIN}1728020010A").expiry == date(2028, 2, 29)


@pytest.mark.parametrize("typed", ["3400935344007", GTIN, "73513537"])
def test_a_bar_code_of_digits_is_its_gtin(typed: str) -> None:
    assert read_package(typed) == Package(typed.rjust(14, "0"))


@pytest.mark.parametrize(
    "typed",
    [
        "", "   ", "hello", "LILA-20261128-0001-01-K", "0" * 300, "]d2", "01123",
        f"01{GTIN}1727133010A",  # a month 13
    ],
)  # fmt: skip
def test_what_is_no_package_is_refused_with_what_to_do(typed: str) -> None:
    with pytest.raises(InputError, match="type the lot by hand"):
        read_package(typed)


@pytest.mark.parametrize(
    "typed", ["3400935344006", f"01{GTIN[:-1]}817270630", "(01)03400935344001"]
)
def test_a_wrong_check_digit_is_refused(typed: str) -> None:
    with pytest.raises(InputError, match="check digit"):
        read_package(typed)


@pytest.mark.parametrize(
    "typed",
    [
        f"01{GTIN}10ABC12317270630",  # a lot, then an expiry that it took in
        f"01{GTIN}1727063010ABC12321XYZ7890",  # a serial number
        f"01{GTIN}21XY1727063010AB1",  # everything in the serial number
    ],
)
def test_a_lot_that_is_not_certain_is_refused(typed: str) -> None:
    with pytest.raises(InputError, match="not certain"):
        read_package(typed)


def test_a_typed_gtin_is_checked() -> None:
    assert checked_gtin("34009 353 44007") == GTIN
    for wrong in ("", "12", "3400935344006", "３４００９３５３４４００７"):
        with pytest.raises(InputError):
            checked_gtin(wrong)
