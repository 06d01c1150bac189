"""How French is set: a figure is never cut from its unit, nor a sign from its word.

One rule for the knowledge, the catalogues and what the code says.
"""

from __future__ import annotations

import re

_UNIT = (
    r"(?:heures?|ans?|semaines?|mois|jours?|minutes?|secondes?|points|Mo|Go|µg|mg|kg|g|mL|mm|cm|°C|h|€)"
    r"(?!\w)"
)
_FIGURE_CUT = re.compile(rf"\d {_UNIT}")
_SIGN_CUT = re.compile(r"(?<!,) [:;?!%»]|« |'")
_HOLE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def cuts_a_figure(text: str) -> bool:
    """Whether a figure, or the place of one, may end a line without its unit."""
    return _FIGURE_CUT.search(_filled(text)) is not None


def cuts_a_sign(text: str) -> bool:
    """Whether a sign may begin a line, or a mark of quotation end one; or an apostrophe is not
    curved."""
    return _SIGN_CUT.search(_filled(text)) is not None


def _filled(text: str) -> str:
    """With a figure in each place that is to be filled."""
    return _HOLE.sub("0", text).replace("%%", "%")
