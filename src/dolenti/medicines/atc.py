"""ATC codes: their form, and the groups that exist. Which substance a code names is not held."""

from __future__ import annotations

import re
from typing import Final

_GROUPS: Final = {
    "A": (*range(1, 17),),
    "B": (1, 2, 3, 5, 6),
    "C": (*range(1, 6), *range(7, 11)),
    "D": (*range(1, 12),),
    "G": (1, 2, 3, 4),
    "H": (1, 2, 3, 4, 5),
    "J": (1, 2, 4, 5, 6, 7),
    "L": (1, 2, 3, 4),
    "M": (1, 2, 3, 4, 5, 9),
    "N": (*range(1, 8),),
    "P": (1, 2, 3),
    "R": (1, 2, 3, 5, 6, 7),
    "S": (1, 2, 3),
    "V": (1, 3, 4, 6, 7, 8, 9, 10, 20),
}
_CODE = re.compile(r"([A-Z])(\d\d)([A-Z]([A-Z](\d\d)?)?)?\Z")
_SUBSTANCE = 7


def is_atc(code: str) -> bool:
    """Whether this is an ATC code, of any level from the second, in a group that exists."""
    match = _CODE.match(code)
    return match is not None and int(match[2]) in _GROUPS.get(match[1], ())


def is_substance(code: str) -> bool:
    """Whether an ATC code is whole, and so names one substance or one combination."""
    return len(code) == _SUBSTANCE
