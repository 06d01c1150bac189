"""Where the needle goes, how deep and with how much: injection patterns as plain geometry.

Lengths are millimetres on the skin, in a plane whose axes the caller chooses; volumes are mL. The
techniques, with the depth of their layer and their volume per point, come from the knowledge; a
bound that is not on file is not checked. Volumes are in steps of 0.001 mL: rounding is carried
from point to point and the last point closes it, so that the points add up exactly to the whole
and no two of them differ by more than one step. Doses are exact fractions of the same volumes.

Nothing here knows anatomy: whether a point may be injected is the clinician's judgement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Technique
from dolenti.guideline.numbers import number_in_words
from dolenti.guideline.scoring.exact import Number, as_written, exact

Place: TypeAlias = tuple[Number, Number]
"""x and y in mm."""

STEP_ML = Decimal("0.001")
MOST_POINTS = 2000
FARTHEST_MM = 3000
"""Longer than a person: a number beyond was not meant in mm."""


@dataclass(frozen=True)
class Component:
    """A product as drawn up: ``strength`` in ``unit``/mL, ``volume_ml`` of it."""

    product: str
    strength: Number
    volume_ml: Number
    unit: str = "mg"


@dataclass(frozen=True)
class Prepared:
    """What is in the syringe: the components, and the vehicle's volume in mL."""

    components: tuple[Component, ...]
    vehicle_ml: Number = 0

    def __post_init__(self) -> None:
        for component in self.components:
            exact(component.strength, f"{component.product}.strength", 0, 10**6)
            exact(component.volume_ml, f"{component.product}.volume", 0, 1000)
        exact(self.vehicle_ml, "vehicle.volume", 0, 1000)
        if self.volume_ml == 0:
            raise InputError(
                "nothing is drawn up; give the volumes in mL",
                "preparation",
                fr="la seringue est vide\u00a0; indiquez les volumes en mL",
            )

    @property
    def volume_ml(self) -> Fraction:
        """The whole volume, in mL."""
        parts = (as_written(component.volume_ml) for component in self.components)
        return sum(parts, as_written(self.vehicle_ml))

    def doses(self, volume_ml: Number) -> tuple[Dose, ...]:
        """What ``volume_ml`` of the mixture holds: strength x volume drawn x its share."""
        share = as_written(volume_ml) / self.volume_ml
        return tuple(
            Dose(
                component.product,
                as_written(component.strength) * as_written(component.volume_ml) * share,
                component.unit,
            )
            for component in self.components
        )


@dataclass(frozen=True)
class Dose:
    """An amount of one product, in its own unit."""

    product: str
    amount: Fraction
    unit: str


@dataclass(frozen=True)
class Point:
    """One injection: place and depth in mm, volume in mL, the doses it holds."""

    x_mm: Fraction
    y_mm: Fraction
    depth_mm: Fraction
    volume_ml: Decimal
    doses: tuple[Dose, ...]


@dataclass(frozen=True)
class Pattern:
    """All points of one technique, and their totals: exactly the sums of the points."""

    technique: str
    points: tuple[Point, ...]
    volume_ml: Decimal
    doses: tuple[Dose, ...]


def nappage_places(
    outline: Sequence[Place], spacing_mm: Number, technique: Technique, *, staggered: bool = False
) -> tuple[Place, ...]:
    """Places in rows over the area inside ``outline``, ``spacing_mm`` apart.

    The rows are centred on the outline's bounding box; ``staggered`` shifts every second row by
    half a spacing. A place on the outline is inside; where the outline crosses itself, the
    even-odd rule says what is inside. Raises ``InputError`` for an outline without area, a spacing
    outside the technique's, more than ``MOST_POINTS`` points, or none.
    """
    corners = [_place(place, f"outline[{number}]") for number, place in enumerate(outline)]
    if len(corners) < 3 or _twice_the_area(corners) == 0:
        raise InputError(
            "an outline needs at least three corners that enclose an area",
            "outline",
            fr="un contour a au moins trois sommets, qui entourent une surface",
        )
    spacing = _above_zero(spacing_mm, "spacing", FARTHEST_MM)
    _within(spacing, technique.spacing_mm, "spacing", "mm", technique)
    xs, ys = ([corner[axis] for corner in corners] for axis in (0, 1))
    rows = _ticks(min(ys), max(ys), spacing)
    columns = _ticks(min(xs), max(xs), spacing)
    if len(rows) * len(columns) > 4 * MOST_POINTS:
        raise _too_many("spacing")
    inside: list[Place] = []
    for number, y in enumerate(rows):
        shift = spacing / 2 if staggered and number % 2 else Fraction(0)
        inside.extend((x + shift, y) for x in columns if _is_inside((x + shift, y), corners))
    if not inside:
        raise InputError(
            "no point fits in the outline; take a smaller spacing",
            "spacing",
            fr="aucun point ne tient dans le contour\u00a0; réduisez l’espacement",
        )
    return tuple(inside)


def inject(
    technique: Technique,
    places: Sequence[Place],
    depth_mm: Number,
    volume_ml: Number,
    prepared: Prepared,
) -> Pattern:
    """Spread ``volume_ml`` evenly over ``places``: nappage, or point by point.

    Raises ``InputError`` for a depth outside the technique's layer, a volume per point outside its
    range, more volume than is prepared, a volume finer than 0.001 mL, or no place.
    """
    _check_number(places)
    whole = _decimal(_above_zero(volume_ml, "volume", 1000))
    return _pattern(technique, places, depth_mm, _even_shares(whole, len(places)), prepared)


def papules(
    technique: Technique,
    places: Sequence[Place],
    depth_mm: Number,
    bleb_ml: Number,
    prepared: Prepared,
) -> Pattern:
    """One bleb of ``bleb_ml`` at each of ``places``. Raises ``InputError`` as ``inject`` does."""
    _check_number(places)
    bleb = _decimal(_above_zero(bleb_ml, "bleb", 1000))
    return _pattern(technique, places, depth_mm, [bleb] * len(places), prepared)


def _pattern(
    technique: Technique,
    places: Sequence[Place],
    depth_mm: Number,
    volumes: Sequence[Decimal],
    prepared: Prepared,
) -> Pattern:
    depth = _above_zero(depth_mm, "depth", FARTHEST_MM)
    _within(depth, technique.depth_mm, "depth", "mm", technique)
    if min(volumes) == 0:
        raise InputError(
            f"{len(places)} points leave less than {STEP_ML} mL to each",
            "volume",
            fr=f"pour {len(places)} points, chacun recevrait moins de {_french(STEP_ML)} mL",
        )
    for volume in (min(volumes), max(volumes)):
        _within(Fraction(volume), technique.volume_per_point_ml, "volume", "mL", technique)
    whole = sum(volumes, Decimal(0))
    if whole > prepared.volume_ml:
        raise InputError(
            f"{_short(whole)} mL are to be injected and {_short(prepared.volume_ml)} mL are "
            "prepared; take fewer points or less at each",
            "volume",
            fr=f"{_french(whole)} mL sont à injecter pour {_french(prepared.volume_ml)} mL "
            "préparés\u00a0; réduisez le nombre de points ou le volume de chacun",
        )
    points = tuple(
        Point(*_place(place, f"points[{number}]"), depth, volume, prepared.doses(volume))
        for number, (place, volume) in enumerate(zip(places, volumes, strict=True))
    )
    return Pattern(technique.id, points, whole, prepared.doses(whole))


def _check_number(places: Sequence[Place]) -> None:
    if not places:
        raise InputError(
            "there is no point to inject", "points", fr="il n’y a aucun point à injecter"
        )
    if len(places) > MOST_POINTS:
        raise _too_many("points")


def _even_shares(whole: Decimal, number: int) -> list[Decimal]:
    """``whole`` in ``number`` parts, each one step at most from the others, adding up exactly."""
    reached = [
        (whole * part / number).quantize(STEP_ML, ROUND_HALF_UP) for part in range(number + 1)
    ]
    return [later - earlier for earlier, later in pairwise(reached)]


def _decimal(volume: Fraction) -> Decimal:
    steps = volume / Fraction(STEP_ML)
    if steps.denominator != 1:
        raise InputError(
            f"{_short(volume)} mL is finer than {STEP_ML} mL; round it",
            "volume",
            fr=f"{_french(volume)} mL est plus fin que {_french(STEP_ML)} mL\u00a0; arrondissez",
        )
    return STEP_ML * int(steps)


def _place(place: Place, where: str) -> tuple[Fraction, Fraction]:
    if len(place) != 2:
        raise InputError(
            "a place has two numbers, x and y in mm",
            where,
            fr="une position se donne par deux nombres, x et y en mm",
        )
    x, y = (
        exact(value, f"{where}.{axis}", -FARTHEST_MM, FARTHEST_MM)
        for axis, value in zip("xy", place, strict=True)
    )
    return x, y


def _above_zero(value: Number, where: str, most: Number) -> Fraction:
    number = exact(value, where, 0, most)
    if number == 0:
        raise InputError(
            "0 is too little; write a number above it",
            where,
            fr="la valeur doit être supérieure à 0",
        )
    return number


def _within(
    value: Fraction,
    bounds: tuple[float, float] | None,
    what: str,
    unit: str,
    technique: Technique,
) -> None:
    if bounds is None:
        return
    low, high = (as_written(bound) for bound in bounds)
    if not low <= value <= high:
        raise InputError(
            f"{_short(value)} {unit} is outside what {technique.id} takes: from {bounds[0]:g} to "
            f"{bounds[1]:g} {unit}",
            what,
            fr=f"{_french(value)} {unit} sort des limites de la technique\u00a0: de "
            f"{_french(low)} à {_french(high)} {unit}",
        )


def _ticks(low: Fraction, high: Fraction, spacing: Fraction) -> list[Fraction]:
    """As many as fit from ``low`` to ``high``, centred between them."""
    number = int((high - low) / spacing) + 1
    if number > 4 * MOST_POINTS:
        raise _too_many("spacing")
    first = low + (high - low - spacing * (number - 1)) / 2
    return [first + spacing * tick for tick in range(number)]


def _twice_the_area(corners: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """The shoelace sum: signed, in mm²."""
    return sum((x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _sides(corners)), Fraction(0))


def _is_inside(
    place: tuple[Fraction, Fraction], corners: Sequence[tuple[Fraction, Fraction]]
) -> bool:
    """A ray to the right crosses the outline an odd number of times; the outline is inside."""
    x, y = place
    inside = False
    for (x1, y1), (x2, y2) in _sides(corners):
        if _on_side(place, (x1, y1), (x2, y2)):
            return True
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside


def _on_side(
    place: tuple[Fraction, Fraction],
    one: tuple[Fraction, Fraction],
    other: tuple[Fraction, Fraction],
) -> bool:
    (x, y), (x1, y1), (x2, y2) = place, one, other
    aligned = (x2 - x1) * (y - y1) == (y2 - y1) * (x - x1)
    return aligned and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)


def _sides(
    corners: Sequence[tuple[Fraction, Fraction]],
) -> list[tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]]:
    return list(zip(corners, [*corners[1:], corners[0]], strict=True))


def _short(number: Fraction | Decimal) -> str:
    return f"{float(number):.4g}"


def _french(number: Fraction | Decimal) -> str:
    return number_in_words(float(number), None, "fr")


def _too_many(where: str) -> InputError:
    return InputError(
        f"more than {MOST_POINTS} points; take a larger spacing or a smaller area",
        where,
        fr=f"plus de {MOST_POINTS} points\u00a0; espacez-les davantage ou réduisez la surface",
    )
