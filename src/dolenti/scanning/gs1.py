"""What a hand scanner types of a package's code: its GTIN, lot, expiry and serial number.

A scanner is a keyboard. It sends the symbol's text as keys, and what stands between two elements
(GS, the 29th control character) comes out as its maker, its settings and the computer's keyboard
will have it. All the usual forms are read here. What could be read in two ways is refused: a wrong
lot is worse than a typed one.

Application identifiers as in the GS1 General Specifications, read by ``biip``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from dolenti.guideline.errors import InputError

if TYPE_CHECKING:
    from biip.gs1_messages import GS1Message

GS: Final = "\x1d"
LONGEST: Final = 200
"""Characters that are read; the longest GS1 symbol of a medicine has about a hundred."""
_SPELT_GS: Final = re.compile(
    r"\{GS\}|<GS>|\[GS\]|\\x1d|\\u001d|\\x1D|\\u001D|\\F|␝|\^\]|\x1e|\x04|\|", re.IGNORECASE
)
_PREFIX: Final = re.compile(r"\](?:d2|Q3|C1|e0|J1)", re.IGNORECASE)
_BRACKETS: Final = re.compile(r"\((\d{2,4})\)([^()]+)")
_AZERTY: Final = str.maketrans(
    "&é\"'(-è_çàaqzwAQZWmM,?;:!§)°^¨$£",
    "1234567890qawzQAWZ;:mM,<./-_[{]}",
)
"""Keys of a US keyboard as a French one writes them: a scanner's keys carry no letters."""
_SWALLOWED: Final = {
    "17": re.compile(r".17\d\d(0\d|1[0-2])([0-2]\d|3[01])"),
    "10": re.compile(r".10[0-9A-Za-z]{3,}\Z"),
    "21": re.compile(r".21[0-9A-Za-z]{6,}\Z"),
}
"""What an element of any length may have taken in where no separator ends it."""


class ScanError(InputError):
    """What was scanned cannot be read, or not with certainty."""


@dataclass(frozen=True)
class Package:
    """What the code of a package says. ``gtin`` has 14 digits; what it does not say is empty."""

    gtin: str = ""
    lot: str = ""
    expiry: date | None = None
    serial: str = ""


def read_package(typed: str) -> Package:
    """The package of a scan, or of a code typed as it is printed: ``(01)0340…(10)A1``.

    An expiry whose day is 00 is the last day of its month. Raises ``ScanError`` for what is no
    such code, for a GTIN whose check digit is wrong, and for elements whose separator was lost.
    """
    text = plain(typed)
    if text.isdigit() and len(text) in (8, 12, 13, 14) and not _is_elements(text):
        return Package(gtin=_checked_gtin(text))
    message = _message(text)
    values: dict[str, str] = {}
    for element in message.element_strings:
        if values.get(element.ai.ai, element.value) != element.value:
            raise _unclear()
        values[element.ai.ai] = element.value
    gtin = values.get("01", "")
    if not gtin and "02" not in values and "10" not in values:
        raise _no_code()
    expiry = next((one.date for one in message.element_strings if one.ai.ai == "17"), None)
    if "17" in values and expiry is None:
        raise _no_code()
    if GS not in text and _is_swallowing(values):
        raise _unclear()
    lot, serial = values.get("10", ""), values.get("21", "")
    return Package(_checked_gtin(gtin) if gtin else "", lot, expiry, serial)


def plain(typed: str) -> str:
    """A scan as its symbol says it: separators as GS, no symbology prefix, digits as digits.

    Raises ``ScanError`` for nothing at all and for what is too long.
    """
    text = typed.strip(" \r\n\t")
    if not text or len(text) > LONGEST:
        raise _no_code()
    if _is_of_french_keys(text):
        text = text.translate(_AZERTY)
    text = _PREFIX.sub("", text, count=1) if text[0] == "]" else text
    bracketed = _BRACKETS.findall(text)
    if bracketed and "".join(f"({ai}){value}" for ai, value in bracketed) == text:
        return GS.join(ai + value.strip() for ai, value in bracketed)
    return _SPELT_GS.sub(GS, text).strip(GS)


def element_string(package: Package) -> str:
    """A package as printed below its code, and as ``symbols`` writes it."""
    parts = [f"(01){package.gtin}"] if package.gtin else []
    parts += [f"(17){package.expiry:%y%m%d}"] if package.expiry else []
    parts += [f"(10){package.lot}"] if package.lot else []
    parts += [f"(21){package.serial}"] if package.serial else []
    return "".join(parts)


def checked_gtin(typed: str) -> str:
    """A GTIN of 8, 12, 13 or 14 digits as one of 14. Raises ``ScanError``."""
    digits = typed.replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) in (8, 12, 13, 14)):
        raise ScanError(
            "a GTIN has 8, 12, 13 or 14 digits; copy the one below the bar code",
            fr="un code GTIN compte 8, 12, 13 ou 14 chiffres\u00a0; recopiez celui qui est imprimé "
            "sous le code-barres",
        )
    return _checked_gtin(digits)


def _checked_gtin(digits: str) -> str:
    padded = digits.rjust(14, "0")
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(padded))
    if total % 10:
        raise ScanError(
            "the check digit of this GTIN is wrong; scan the package again",
            fr="la clé de ce code GTIN est fausse\u00a0; scannez de nouveau l’emballage",
        )
    return padded


def _is_swallowing(values: dict[str, str]) -> bool:
    """Whether a lot or a serial number may hold an element that the scan lacks."""
    return any(
        hidden.search(values[taking])
        for taking in ("10", "21")
        if taking in values
        for absent, hidden in _SWALLOWED.items()
        if absent not in values
    )


def _message(text: str) -> GS1Message:
    # Here: biip reads its tables as it is imported, a tenth of the start of every command.
    from biip import BiipException, ParseConfig
    from biip.gs1_messages import GS1Message

    try:
        return GS1Message.parse(text, config=ParseConfig(separator_chars=(GS,)))
    except BiipException:
        raise _no_code() from None


def _is_elements(text: str) -> bool:
    """Fourteen digits may be a GTIN, and never a whole message: the shortest with one has 16."""
    return text.startswith("01") and len(text) >= 16


def _is_of_french_keys(text: str) -> bool:
    """A symbol of a package is full of digits: where none stands and the keys of digits of a
    French keyboard do, a scanner was set for another one."""
    return not any(one.isdigit() for one in text) and sum(one in "&é\"'(-è_çà" for one in text) >= 8


def _no_code() -> ScanError:
    return ScanError(
        "this is not the code of a package: scan its Data Matrix, or type the lot by hand",
        fr="ce n’est pas le code d’un emballage\u00a0: scannez son Data Matrix, ou "
        "saisissez le lot à la main",
    )


def _unclear() -> ScanError:
    return ScanError(
        "the scanner left out the sign between the lot and what follows, so the lot is not "
        "certain: type it by hand, and have the scanner set to send GS (FNC1)",
        fr="le lecteur a omis le signe qui sépare le lot de la suite\u00a0: le lot n’est pas "
        "certain. Saisissez-le à la main, et faites régler le lecteur pour qu’il envoie GS (FNC1)",
    )
