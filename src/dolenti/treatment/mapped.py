"""The map of a session as its record keeps it, and what its points come to in one line. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final, TypeVar

import msgspec

from dolenti.guideline.errors import InputError
from dolenti.guideline.session import DrawnMap
from dolenti.treatment.content import Injected

CONSUMABLE: Final = "consumable_lot"
"""What a device on the map asks to be noted: a number of a lot, which is typed."""
T = TypeVar("T")


def read(kept: Any) -> DrawnMap | None:
    """The map that a record keeps; ``None`` where nothing was drawn. It may be of an earlier
    edition of the figure. Raises ``InputError`` for what was never written here."""
    if not kept:
        return None
    try:
        return msgspec.convert(kept, DrawnMap, strict=False)
    except msgspec.ValidationError as error:
        raise InputError(
            f"the map of this record cannot be read: {error}",
            "points",
            fr=f"la carte de ce compte rendu est illisible\u00a0: {error}",
        ) from None


def kept(drawn: DrawnMap | None) -> Any:
    """A map as the record keeps it: the whole of it, as JSON; nothing where nothing was drawn."""
    return msgspec.to_builtins(drawn) if drawn is not None and drawn.points else []


def consumable(drawn: DrawnMap | None) -> str:
    """The number of the lot that a device was loaded with, as it was typed."""
    return drawn.settings.get(CONSUMABLE, "") if drawn is not None else ""


def without_lot(drawn: DrawnMap) -> DrawnMap:
    """A map to begin with: the number of the lot is read off the package of the day."""
    settings = {name: said for name, said in drawn.settings.items() if name != CONSUMABLE}
    return msgspec.structs.replace(drawn, settings=settings)


def summed(drawn: DrawnMap | None, injected: Injected) -> Injected:
    """What the points come to: how many, how deep, how much, with what. What differs from one point
    to the other is left to the map. Without a point, what was typed stands."""
    if drawn is None or not drawn.points:
        return injected
    volume = drawn.injection(Decimal(0)).injected_ml
    each = _same(one.volume_ml for one in drawn.points)
    if each is not None and each * len(drawn.points) != volume:
        each = None
    return msgspec.structs.replace(
        injected,
        points=len(drawn.points),
        needle=_same(one.needle for one in drawn.points) or "",
        device=drawn.device,
        depth_mm=_same(one.depth_mm for one in drawn.points),
        per_point_ml=each,
        volume_ml=volume or None,
    )


def _same(values: Iterable[T]) -> T | None:
    found = set(values)
    return found.pop() if len(found) == 1 else None
