"""What a file that this program writes says of itself, in its own metadata."""

from __future__ import annotations

from datetime import date
from typing import Final

from dolenti.guideline.knowledge import Edition
from dolenti.guideline.loading import ENGINE

CLOSED: Final = "dolenti.closed"
"""Facts that whoever made the file declared complete, as JSON, with the reason of each."""
LOST: Final = "dolenti.lost"
"""How many entries of the source could not be given to any patient, by kind, as JSON."""


def of_edition(edition: Edition) -> dict[str, str]:
    """Which knowledge a file was made by."""
    return {"dolenti.edition": edition.manifest.version, "dolenti.sha256": edition.sha256}


def of_day(edition: Edition, as_of: date) -> dict[str, str]:
    """Which knowledge and engine a file was made by, and as of which day."""
    return {
        **of_edition(edition),
        "dolenti.engine": ENGINE,
        "dolenti.as_of": as_of.isoformat(),
    }
