"""Telephone numbers as people write them, and the one form in which they are compared.

A French number is « 06 12 34 56 78 » at the desk and « +33 6 12 34 56 78 » in a letter: one number.
What is typed is kept as typed; this only reads it, and says how it is shown.
"""

from __future__ import annotations

import re
from typing import Final

from dolenti.guideline.errors import InputError

_SIGNS: Final = re.compile(r"[\s.()/\-‐‑–_]+")
_NUMBER: Final = re.compile(r"\+?[0-9]+\Z", re.ASCII)
NATIONAL: Final = 10
"""Digits of a French number, its leading 0 counted."""
FEWEST: Final = 7
MOST: Final = 15
"""Digits of a number of elsewhere, its country’s code counted; at most 15 by ITU-T E.164."""
_OF_FRANCE: Final = ("33", "262", "590", "594", "596")
"""Codes after which the nine digits of a national number follow: the mainland, La Réunion and
Mayotte, Guadeloupe, Guyane, Martinique (numbering plan of the ARCEP)."""


def plain(text: str) -> str:
    """A number, or its beginning, as it is compared: ``0612345678``, ``+41223456789``.

    Empty where the text is no telephone number: it has a letter, say.
    """
    number = _SIGNS.sub("", text.replace("(0)", ""))
    if not _NUMBER.match(number):
        return ""
    if number.startswith("00"):
        number = f"+{number[2:]}"
    for code in _OF_FRANCE:
        if number.startswith(f"+{code}") and len(number) - 1 - len(code) < NATIONAL:
            return f"0{number[1 + len(code) :]}"
    return number


def as_read(text: str) -> str:
    """A number as it is shown and printed, on one line whatever the page: a French one in pairs, as
    it is read aloud, any other as it was typed."""
    number = _SIGNS.sub("", text)
    if len(number) == NATIONAL and _NUMBER.match(number) and number[0] == "0":
        return "\u00a0".join(number[at : at + 2] for at in range(0, NATIONAL, 2))
    return "\u00a0".join(text.replace("-", "\u2011").split())


def check_phone(text: str, where: str = "") -> str:
    """The text as typed, where it is a whole number. Raises ``InputError``."""
    number = plain(text)
    digits = number.lstrip("+")
    if not number:
        raise InputError(
            "this is not a telephone number; write its digits only",
            where,
            fr="ce n’est pas un numéro de téléphone\u00a0; n’écrivez que ses chiffres",
        )
    if not number.startswith("+") and (len(digits) != NATIONAL or digits[0] != "0"):
        raise InputError(
            f"this telephone number has {len(digits)} digits; a French one has 10 and begins with "
            "0, one of elsewhere begins with + and the country’s code",
            where,
            fr=f"ce numéro compte {len(digits)} chiffres\u00a0; un numéro français en compte 10 et "
            "commence par 0, un numéro étranger commence par + et l’indicatif du pays",
        )
    if not FEWEST <= len(digits) <= MOST:
        raise InputError(
            f"this telephone number has {len(digits)} digits, the country’s code counted; there "
            f"are {FEWEST} to {MOST}: check it",
            where,
            fr=f"ce numéro compte {len(digits)} chiffres, indicatif compris\u00a0; il en faut de "
            f"{FEWEST} à {MOST}\u00a0: vérifiez-le",
        )
    return text
