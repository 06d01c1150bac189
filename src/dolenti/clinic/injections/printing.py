"""A map on paper: the figures that hold a point, side by side, as one SVG with its own colours."""

from __future__ import annotations

from dolenti.clinic.injections.figures import MapFigure
from dolenti.clinic.injections.shown import Shown

WIDE = 1000
GAP = 60
STYLE = """
.body-skin{fill:#eaf0f0}.body-plates{fill:#dae5e5}
.body-lines{fill:none;stroke:#a9bdbe;stroke-width:3.5;stroke-linecap:round}
.body-edge{fill:none;stroke:#789496;stroke-width:4;stroke-linejoin:round}
.body-words text{font-family:Inter;font-size:44px;fill:#445}
.points path{fill:none;stroke-linecap:round}
.imap-dot{stroke:#0b5560;stroke-width:13}.imap-ring{stroke:#6b3fa0;stroke-width:24}
.imap-ring-hole{stroke:#eaf0f0;stroke-width:12}.imap-deep{stroke:#8a4b00;stroke-width:20}
"""
"""The light colours of the screen: paper is always light."""


def drawing(shown: Shown) -> str:
    """The figures of a map that hold a point; an enlargement stands for the whole body where both
    do. Empty where there is none to draw."""
    used = [figure for scene in shown.scenes for figure in scene.figures if figure.layers]
    parents = {figure.view.parent for figure in used}
    kept = [figure for figure in used if figure.view.id not in parents]
    if not kept:
        return ""
    tall = max(figure.view.height for figure in kept)
    wide = len(kept) * (WIDE + GAP) - GAP
    pictures = "".join(_placed(one, place * (WIDE + GAP)) for place, one in enumerate(kept))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}">'
        f"<style>{STYLE}</style>{pictures}</svg>"
    )


def _placed(figure: MapFigure, left: int) -> str:
    view = figure.view
    layers = "".join(f'<path class="imap-{one.look}" d="{one.path}"/>' for one in figure.layers)
    return (
        f'<g transform="translate({left} {-view.top})">{view.picture}'
        f'<g class="points">{layers}</g></g>'
    )
