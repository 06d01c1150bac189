"""How much a point gets, and all of them, of what was prepared: never more than there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from dolenti.guideline.errors import InputError
from dolenti.guideline.session.content import Content
from dolenti.guideline.session.decimals import exact

STEP_ML = Decimal("0.01")
"""The smallest volume that a 1 mL syringe shows."""


@dataclass(frozen=True)
class Spread:
    """The same volume at every point, in mL.

    ``left_ml`` is what stays over (thrown away), the dead space included. ``amounts`` are what a
    point and the whole get of each product, in the product's unit.
    """

    points: int
    per_point_ml: Decimal
    total_ml: Decimal
    prepared_ml: Decimal
    dead_ml: Decimal
    per_point: Mapping[str, Decimal]
    total: Mapping[str, Decimal]

    @property
    def left_ml(self) -> Decimal:
        return self.prepared_ml - self.total_ml


def dead_space(content: Content, *, tubing: bool) -> Decimal:
    """What stays in needle and syringe, in mL."""
    rule = content.places.dead_space
    return exact(rule.with_tubing_ml if tubing else rule.ml)


def per_point(prepared_ml: Decimal, points: int, dead_ml: Decimal) -> Decimal:
    """The largest volume that every point can get, in whole hundredths of a mL; 0 where there is
    not enough for one hundredth each, or no point."""
    room = prepared_ml - dead_ml
    if points <= 0 or room <= 0:
        return Decimal(0)
    return (room / points / STEP_ML).to_integral_value(ROUND_FLOOR) * STEP_ML


def spread(
    prepared_ml: Decimal,
    points: int,
    per_point_ml: Decimal,
    dead_ml: Decimal,
    concentrations: Mapping[str, Decimal],
) -> Spread:
    """What so many points get. ``concentrations`` are those of each product in the whole mixture,
    in its unit per mL.

    Raises ``InputError`` where they would need more than was prepared.
    """
    if points < 0 or per_point_ml < 0:
        raise InputError(
            "neither points nor volume can be below 0",
            "points",
            fr="ni le nombre de points ni le volume ne peuvent être négatifs",
        )
    total = per_point_ml * points
    if total > prepared_ml:
        raise InputError(
            f"{points} points of {per_point_ml} mL need {total} mL; {prepared_ml} mL were prepared",
            "points",
            fr=f"{points} points de {_french(per_point_ml)} mL demandent {_french(total)} "
            f"mL\u00a0; {_french(prepared_ml)} mL sont préparés",
        )
    return Spread(
        points=points,
        per_point_ml=per_point_ml,
        total_ml=total,
        prepared_ml=prepared_ml,
        dead_ml=dead_ml,
        per_point={name: amount * per_point_ml for name, amount in concentrations.items()},
        total={name: amount * total for name, amount in concentrations.items()},
    )


def _french(number: Decimal) -> str:
    return str(number).replace(".", ",")
