"""The numbers by which France knows who treats and where: RPPS of a professional, FINESS and SIRET
of a place. A right number says that it was typed well, not whose it is.

SIRET: 14 digits, the last a key over the rest (Luhn). RPPS: 11 digits, with the same key. FINESS:
nine characters, the first two a department (2A and 2B of Corsica are the only letters).
"""

from __future__ import annotations

import re

from stdnum import luhn
from stdnum.fr import siret

_SEPARATORS = re.compile(r"[\s.\-‐‑–_/]+")
_FINESS = re.compile(r"(\d\d|2[AB])\d{7}\Z", re.ASCII)
_RPPS = re.compile(r"\d{11}\Z", re.ASCII)
_SIRET = re.compile(r"\d{14}\Z", re.ASCII)


def compact(text: str) -> str:
    """A number as it is kept: without the spaces and dashes that people write."""
    return _SEPARATORS.sub("", text).upper()


def is_rpps(text: str) -> bool:
    """Whether this is a health professional's number."""
    return bool(_RPPS.match(text)) and luhn.is_valid(text)


def is_siret(text: str) -> bool:
    """Whether this is the number of an establishment in the register of companies."""
    return bool(_SIRET.match(text)) and siret.is_valid(text)


def is_finess(text: str) -> bool:
    """Whether this has the form of a health establishment's number; its key is not looked at."""
    return bool(_FINESS.match(text))
