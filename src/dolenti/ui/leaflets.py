"""The price of a therapy on its leaflet, as a site asks it today; nothing where none is on file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from dolenti.guideline.session.leaflet import Line, Section, Sheet, spans
from dolenti.ui.print.writing import euros

_HERE: Final = {"fr": "Prix dans ce centre", "en": "Price at this centre"}
_COLON: Final = {"fr": "\u00a0: ", "en": ": "}


def with_prices(sheet: Sheet, prices: Iterable[tuple[str, int]]) -> Sheet:
    """The leaflet with what the site asks, each as its label and cents, after all the rest."""
    colon = _COLON[sheet.language]
    lines = tuple(
        Line(spans(f"{label}{colon}{euros(cents, sheet.language)}"), ()) for label, cents in prices
    )
    if not lines:
        return sheet
    section = Section(_HERE[sheet.language], True, lines)
    return replace(sheet, sections=(*sheet.sections, section))
