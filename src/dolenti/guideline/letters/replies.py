"""By when a letter wishes its reply."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dolenti.guideline.dates import read_duration


def reply_by(
    reply_within: str | None, sooner: Mapping[str, str], urgency: str, day: date
) -> date | None:
    """The day by which a letter of ``day`` wishes its reply: that of the urgency that was chosen,
    else the usual one; ``None`` for a letter that wishes none."""
    if reply_within is None:
        return None
    return read_duration(sooner.get(urgency, reply_within)).after(day)
