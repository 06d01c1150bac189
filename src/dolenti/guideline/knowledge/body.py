"""The map of the body, as it is written."""

from __future__ import annotations

from typing import Literal

from dolenti.guideline.knowledge.entries import Entry, Text


class BodyRegion(Entry, frozen=True, kw_only=True):
    """A part of a figure that lies in one zone. ``outline`` is its corners, ``x,y x,y …``.

    A ``paired`` region is drawn on the viewer's left and stands on the other side too. ``opens``
    names the enlargement (a scene) that shows it larger. A region without an outline cannot be
    pointed at: it is only chosen from the list.
    """

    id: str
    zone: str
    label: Text
    outline: str | None = None
    paired: bool = False
    opens: str | None = None


class BodyWords(Entry, frozen=True, kw_only=True):
    """Words written on a figure, beginning or ending at a point."""

    at: str
    anchor: Literal["start", "end"]
    says: Text


class BodyDrawing(Entry, frozen=True, kw_only=True):
    """What a figure looks like: smooth curves through points, where ``x,y!`` is a sharp corner.

    On a midline figure the outline is the viewer's left half, from top to bottom, and what lies
    left of the middle is mirrored. A ``zoomed`` drawing is its parent's, enlarged, and more.
    """

    outline: str | None = None
    zoomed: bool = False
    plates: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    words: tuple[BodyWords, ...] = ()


class BodyParent(Entry, frozen=True, kw_only=True):
    """Where an enlargement lies: ``box`` is the parent's points under its own (0, 0) and
    (1000, 2000)."""

    figure: str
    box: str


class BodyFigure(Entry, frozen=True, kw_only=True):
    """A drawing of the body or of a part, on a grid of 1000 x 2000.

    A ``midline`` figure shows both sides; ``viewer_left`` is the patient's side on the viewer's
    left. A ``paired`` one is drawn for the right limb and mirrored for the left. ``window`` is
    the first and last row worth showing.
    """

    id: str
    label: Text
    symmetry: Literal["midline", "paired"]
    viewer_left: Literal["left", "right"] | None = None
    window: str = "0,2000"
    within: BodyParent | None = None
    drawing: BodyDrawing
    regions: tuple[BodyRegion, ...]


class BodyScene(Entry, frozen=True, kw_only=True):
    """Figures that are shown together: the whole body, or the views of one enlarged part.

    Where its figures are paired, ``right`` and ``left`` name the part of each side.
    """

    id: str
    label: Text
    right: Text | None = None
    left: Text | None = None
    figures: tuple[str, ...]


class BodyAtlas(Entry, frozen=True, kw_only=True):
    """The map of the body: its own edition, its scenes, the regions that are everywhere."""

    edition: str
    scenes: tuple[BodyScene, ...]
    everywhere: tuple[BodyRegion, ...] = ()


class Body(Entry, frozen=True, kw_only=True):
    """The map of the body as written; ``guideline.body`` makes the geometry of it when asked."""

    atlas: BodyAtlas
    figures: tuple[BodyFigure, ...]
