"""How a lot stands on a day, what is to be ordered and what expires: functions of values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol


class Stands(StrEnum):
    """Of several that hold, the first: what was recalled is said to be, even if it is empty."""

    RECALLED = "recalled"
    QUARANTINED = "quarantined"
    EXPIRED = "expired"
    EMPTY = "empty"
    USABLE = "usable"


class AnyLot(Protocol):
    """What this asks of a lot."""

    state: str
    expiry: date | None
    left: int


def stands(lot: AnyLot, day: date) -> Stands:
    """How a lot stands on a day. It is used on the day of its expiry, and not after."""
    if lot.state in (Stands.RECALLED, Stands.QUARANTINED):
        return Stands(lot.state)
    if lot.expiry is not None and lot.expiry < day:
        return Stands.EXPIRED
    return Stands.USABLE if lot.left else Stands.EMPTY


@dataclass(frozen=True)
class Level:
    """What there is of an item: pieces that may be used, and those of them that expire soon."""

    usable: int
    soon: int
    first_expiry: date | None

    def is_short(self, minimum: int) -> bool:
        """Whether fewer are there than the site wants, those that expire soon left out."""
        return self.usable - self.soon < minimum


def level(lots: Iterable[AnyLot], day: date, ahead: int) -> Level:
    """The level of an item, of which these are the lots. What expires within ``ahead`` days is
    usable still, and no provision any more."""
    usable = [one for one in lots if stands(one, day) is Stands.USABLE]
    until = day + timedelta(days=ahead)
    soon = [one for one in usable if one.expiry is not None and one.expiry <= until]
    expiries = [one.expiry for one in usable if one.expiry is not None]
    return Level(
        sum(one.left for one in usable), sum(one.left for one in soon), min(expiries, default=None)
    )
