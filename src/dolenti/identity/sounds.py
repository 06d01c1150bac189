"""How a name sounds in French, roughly, and whether two names are one slip of the pen apart.

The sound is for finding and comparing records, never for showing: Lefebvre, Lefèvre and Lefebure
are one; Thibault and Tibo are one. It is coarse on purpose: what it brings together is then
looked at by a person.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dolenti.identity.names import key

SHORTEST = 4
"""Letters. Two names shorter than this are not near for differing by one letter (Léa, Léo)."""

# In this order: each works on what the ones before have left. Nasal vowels become a digit.
_RULES = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[^A-Z]", ""),
        (r"PH", "F"),
        (r"(?:SCH|SH|CH)(?=[AEIOUY])", "9"),
        (r"CHR|CHL", "KR"),
        (r"H", ""),
        (r"EBV|EBU(?=R)", "EV"),
        (r"IGN(?=[AEIOUY])|GN", "NI"),
        (r"G(?=[EIY])", "J"),
        (r"GU(?=[EIY])", "G"),
        (r"QU|Q|CK", "K"),
        (r"C(?=[EIY])", "S"),
        (r"C", "K"),
        (r"X|Z", "S"),
        (r"W", "V"),
        (r"Y", "I"),
        (r"(.)\1+", r"\1"),
        (r"EAU[STDX]*|AU[LT]*[STDX]*\Z|AU", "O"),
        (r"OU", "U"),
        (r"(?:AI|EI|I)[NM](?![AEIOUNM])", "1"),
        (r"[AE][NM](?![AEIOUNM])", "2"),
        (r"O[NM](?![AEIOUNM])", "3"),
        (r"AI|EI|EU", "E"),
        (r"(?<=[A-Z0-9]{3})(?:ER|E?[STZDP]+|E)\Z", ""),
        (r"L(?=[TD])", ""),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=1 << 16)
def sound(name: str) -> str:
    """A short code that names pronounced alike in French share; empty for an empty name."""
    plain = key(name).replace(" ", "")
    code = plain
    for pattern, replacement in _RULES:
        code = pattern.sub(replacement, code)
    return code or plain


def one_slip_apart(one: str, other: str) -> bool:
    """One letter missing, added or wrong, or two neighbours swapped; equal names are not.

    Both as ``names.solid`` gives them. Names of three letters or fewer are never near.
    """
    if one == other or abs(len(one) - len(other)) > 1 or max(len(one), len(other)) < SHORTEST:
        return False
    start = _shared(one, other)
    left, right = one[start:], other[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (
            left[2:] == right[2:] and left[:2] == right[1::-1] and len(left) > 1
        )
    return left[1:] == right if len(left) > len(right) else left == right[1:]


def _shared(one: str, other: str) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length
