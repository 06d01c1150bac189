"""Where the needle goes in mesotherapy: zones, techniques, needles, devices, areas to avoid."""

from __future__ import annotations

from typing import Literal

from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Rule, Said, Sourced


class Needle(Sourced, frozen=True, kw_only=True):
    """A needle: its length bounds the depth."""

    id: str
    length_mm: float
    gauge: str
    techniques: tuple[str, ...]


class Device(Sourced, frozen=True, kw_only=True):
    """By hand, or by what. A ``forbidden`` one is refused. ``record`` are the fields to note;
    ``settings`` what was read of its settings; ``unknown`` what was not."""

    id: str
    label: Text
    forbidden: bool = False
    settings: Text | None = None
    unknown: Text | None = None
    record: tuple[str, ...] = ()


class TechniqueDefault(Sourced, frozen=True, kw_only=True):
    """The range and the first offer of a technique of the edition: depth, volume per point,
    spacing. Without ``volume_ml`` the volume per point is not known: the total is counted."""

    technique: str
    depth_mm: tuple[float, float]
    default_depth_mm: float
    volume_ml: tuple[float, float] | None = None
    default_volume_ml: float | None = None
    spacing_mm: tuple[float, float]
    default_spacing_mm: float

    @property
    def id(self) -> str:
        return self.technique


class Usual(Entry, frozen=True, kw_only=True):
    """A technique that is usual in a zone: how many points, how deep at most."""

    technique: str
    points: tuple[int, int]
    max_depth_mm: float | None = None


class ZoneUse(Sourced, frozen=True, kw_only=True):
    """What is usual in one zone of the body. ``regions`` are those of the figures, without a side.
    ``avoid`` are areas; ``everywhere``: all of them."""

    zone: str
    regions: tuple[str, ...]
    usual: tuple[Usual, ...]
    default: str
    total_ml: tuple[float, float]
    needles: tuple[str, ...]
    landmarks: Text
    avoid: tuple[str, ...]
    everywhere: bool = False

    @property
    def id(self) -> str:
        return self.zone


class Area(Said, frozen=True, kw_only=True):
    """A part of a figure where nothing is injected (``forbidden``), nothing deeper than
    ``max_depth_mm`` (``limit``), or only after the sentence was read (``warn``).

    ``outline`` is on the figure of the map's edition; a ``paired`` one is drawn on the viewer's
    left and holds on both sides. ``structure`` is what lies beneath.
    """

    id: str
    figure: str
    paired: bool = False
    kind: Literal["forbidden", "limit", "warn"]
    max_depth_mm: float | None = None
    outline: str
    structure: Text


class FigureScale(Sourced, frozen=True, kw_only=True):
    """How many millimetres of an adult of 170 cm one cell of a figure is."""

    figure: str
    mm_per_cell: float

    @property
    def id(self) -> str:
        return self.figure


class Lean(Said, frozen=True, kw_only=True):
    """On the chest of a lean patient, a smaller depth."""

    id: str
    bmi_under: float
    max_depth_mm: float
    zones: tuple[str, ...]
    regions: tuple[str, ...]


class DeadSpace(Said, frozen=True, kw_only=True):
    """What stays in needle and syringe (mL), with tubing or without: thrown away, not injected."""

    id: str
    ml: float
    with_tubing_ml: float


class Places(Entry, frozen=True, kw_only=True):
    """The rules of the map, and the edition of the body that its outlines are drawn on."""

    body_edition: str
    most_points: int
    rules: tuple[Rule, ...]
    lean: Lean
    dead_space: DeadSpace
    across_scales: Said
    uncovered: Said
