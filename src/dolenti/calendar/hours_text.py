"""Opening hours of a day as people write them: “9:00-12:30, 14:00-18:00”, “9h-12h30 / 14h-18h”."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time
from itertools import pairwise
from typing import Final

from dolenti.calendar.opening import Hours
from dolenti.guideline.errors import InputError

MOST: Final = 6
"""Stretches of one day. Nobody opens more often."""
_BETWEEN: Final = re.compile(r"[,;/+\n]| et | and ")
_STRETCH: Final = re.compile(
    r"(?:de |from )?(?P<start>[^-–—à]+?)\s*(?:-|–|—|à|to)\s*(?P<end>[^-–—à]+)", re.IGNORECASE
)
_TIME: Final = re.compile(r"(\d{1,2})\s*(?:[:hH.]\s*(\d{2})?)?\s*\Z")


def read_hours(text: str) -> tuple[Hours, ...]:
    """The stretches of a day, in order; none where the text is empty. Raises ``InputError``."""
    parts = [part.strip() for part in _BETWEEN.split(text.replace("\u00a0", " ")) if part.strip()]
    if len(parts) > MOST:
        raise InputError(
            f"at most {MOST} stretches of a day are kept; join some",
            fr=f"{MOST} plages au plus par jour\u00a0; regroupez-les",
        )
    found = sorted((_stretch(part) for part in parts), key=lambda hours: hours.start)
    for one, other in pairwise(found):
        if other.start < one.end:
            raise InputError(
                f"{one.in_words('en')} and {other.in_words('en')} overlap; correct one of them",
                fr=f"{one.in_words('fr')} et {other.in_words('fr')} se chevauchent\u00a0; corrigez "
                "l’une des deux",
            )
    return tuple(found)


def _stretch(text: str) -> Hours:
    match = _STRETCH.fullmatch(text)
    start, end = (_time(match["start"]), _time(match["end"])) if match else (None, None)
    if start is None or end is None or end == time(0):
        raise InputError(
            f"“{text[:30]}” is not a stretch of the day; write for example 9:00-12:30",
            fr=f"«\u00a0{text[:30]}\u00a0» n’est pas une plage horaire\u00a0; écrivez par exemple "
            "9h-12h30",
        )
    return Hours(start, end)


def _time(text: str) -> time | None:
    match = _TIME.match(text.strip())
    if match is None:
        return None
    try:
        return time(int(match[1]), int(match[2] or 0))
    except ValueError:
        return None


def written(hours: Iterable[Hours]) -> str:
    """The stretches of a day in the form that ``read_hours`` reads."""
    return ", ".join(f"{one.start:%H:%M}-{one.end:%H:%M}" for one in hours)
