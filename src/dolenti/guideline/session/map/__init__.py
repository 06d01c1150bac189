"""The injection map: what is allowed under a point, grids, volumes, two maps compared.

Whole numbers and decimals only, so that nothing is rounded past a limit.
"""

from dolenti.guideline.session.map.comparing import Changed, Comparison, compare, reach_of
from dolenti.guideline.session.map.drawn import (
    DrawnMap,
    DrawnPoint,
    as_text_of,
    insist_injectable,
    read_drawn,
)
from dolenti.guideline.session.map.grid import Grid, grid
from dolenti.guideline.session.map.masks import Mask
from dolenti.guideline.session.map.places import Place, Places, places
from dolenti.guideline.session.map.points import (
    InjectedPoint,
    Injection,
    judge_injection,
    judge_point,
)
from dolenti.guideline.session.map.spots import Spot, spot
from dolenti.guideline.session.map.spread import Spread, per_point, spread
from dolenti.guideline.session.map.typed import TypedInjection, insist_countable, judge_typed

__all__ = [
    "Changed",
    "Comparison",
    "DrawnMap",
    "DrawnPoint",
    "Grid",
    "InjectedPoint",
    "Injection",
    "Mask",
    "Place",
    "Places",
    "Spot",
    "Spread",
    "TypedInjection",
    "as_text_of",
    "compare",
    "grid",
    "insist_countable",
    "insist_injectable",
    "judge_injection",
    "judge_point",
    "judge_typed",
    "per_point",
    "places",
    "reach_of",
    "read_drawn",
    "spot",
    "spread",
]
