"""The map of the body as geometry: which region and zone a point lies in.

::

    body = body_map(edition)
    region = locate(body, "front", 415, 1360)

Nothing here draws, and nothing here is loaded by an assessment.
"""

from dolenti.guideline.body.checking import problems
from dolenti.guideline.body.drawing import Drawing, draw, rounded
from dolenti.guideline.body.geometry import HEIGHT, WIDTH
from dolenti.guideline.body.map import (
    BodyMap,
    Figure,
    Point,
    Region,
    Scene,
    Side,
    body_map,
    locate,
    read_map,
)

__all__ = [
    "HEIGHT",
    "WIDTH",
    "BodyMap",
    "Drawing",
    "Figure",
    "Point",
    "Region",
    "Scene",
    "Side",
    "body_map",
    "draw",
    "locate",
    "problems",
    "read_map",
    "rounded",
]
