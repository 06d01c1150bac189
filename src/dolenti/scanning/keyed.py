"""Numbers with a check character (ISO 7064, modulo 37,2): a mistyped one is no number at all."""

from __future__ import annotations

from stdnum.iso7064 import mod_37_2


def with_key(number: str) -> str:
    """The number with its check character as last part: ``LILA-20261128-0001-01`` becomes
    ``LILA-20261128-0001-01-K``. Letters are capitals; the key is a digit, a letter or ``*``."""
    return f"{number}-{mod_37_2.calc_check_digit(number.replace('-', ''))}"


def is_keyed(text: str) -> bool:
    """Whether a number is whole: its last part is the check character of the rest."""
    number, dash, _ = text.rpartition("-")
    plain = number.replace("-", "")
    return bool(dash) and plain.isalnum() and plain.isascii() and with_key(number) == text
