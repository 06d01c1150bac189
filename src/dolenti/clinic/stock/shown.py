"""The stock as it is read: each item with its level, each lot as it stands today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dolenti.stock.models import Item, Lot, Use
from dolenti.stock.standing import Level, level, stands
from dolenti.stock.words import said_of
from dolenti.ui.language import current


@dataclass(frozen=True)
class LotLine:
    """A lot in a list."""

    public_id: str
    item: str
    number: str
    expiry: date | None
    left: int
    stands: str
    soon: bool


@dataclass(frozen=True)
class ItemLine:
    """An item in a list, with its lots that are there."""

    item: Item
    level: Level
    short: bool
    lots: list[LotLine]


def lot_line(lot: Lot, today: date) -> LotLine:
    """A lot, of an item that was read with it."""
    soon = (
        lot.expiry is not None
        and today <= lot.expiry
        and ((lot.expiry - today).days <= lot.item.ahead)
    )
    return LotLine(
        lot.public_id,
        lot.item.name,
        lot.number,
        lot.expiry,
        lot.left,
        stands(lot, today).value,
        soon and lot.left > 0,
    )


def item_lines(items: Iterable[Item], lots: Iterable[Lot], today: date) -> list[ItemLine]:
    """Each item that is kept, with its lots: those that are empty are left out, unless they wait
    for a decision."""
    by_item: dict[int, list[Lot]] = {}
    for lot in lots:
        by_item.setdefault(lot.item_id, []).append(lot)
    lines = []
    for item in items:
        mine = by_item.get(item.pk, [])
        found = level(mine, today, item.ahead)
        shown = [lot_line(lot, today) for lot in mine if lot.left]
        lines.append(ItemLine(item, found, found.is_short(item.minimum), shown))
    return lines


def not_offered(lots: Iterable[Lot], today: date) -> list[tuple[str, str]]:
    """The lots that lie there and that nobody may use: what each is of, and why."""
    said = ((one.item.name, said_of(one, today)) for one in lots if one.left)
    return [(name, why.in_language(current())) for name, why in said if why is not None]


@dataclass(frozen=True)
class ReceivedLine:
    """A patient who received a lot: how many pieces, on how many occasions, first and last."""

    patient: object
    quantity: int
    times: int
    first: date
    last: date


def received_lines(uses: Iterable[Use]) -> list[ReceivedLine]:
    """The patients who received a lot, by name."""
    by_patient: dict[int, list[Use]] = {}
    for use in uses:
        by_patient.setdefault(use.patient_id, []).append(use)
    lines = [
        ReceivedLine(
            mine[0].patient,
            sum(use.quantity for use in mine),
            len(mine),
            min(use.at for use in mine),
            max(use.at for use in mine),
        )
        for mine in by_patient.values()
    ]
    return sorted(lines, key=lambda line: line.patient.sort_name)  # type: ignore[attr-defined]
