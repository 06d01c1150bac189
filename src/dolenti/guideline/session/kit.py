"""The emergency kit of a room: what is missing or out of date, and what that blocks.

An item that nobody counted, a date that nobody read and a kit that nobody checked are not there:
unknown never counts as in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dolenti.guideline.knowledge import Text
from dolenti.guideline.session.shapes.emergency import Kit, KitItem
from dolenti.guideline.session.shapes.pause import KitLevel

Trouble = Literal[
    "missing", "short", "out-of-date", "date-unknown", "unchecked", "never-checked", "soon"
]  # fmt: skip
Level = KitLevel | Literal["fine"]
_ORDER: tuple[Level, ...] = ("all", "anaesthetic", "warn", "fine")
# Said after an item of one or of many: no word that would have to agree with it.
_SAYS: dict[Trouble, Text] = {
    "missing": Text(fr="il en manque", en="missing"),
    "short": Text(fr="en nombre insuffisant", en="too few"),
    "out-of-date": Text(fr="péremption dépassée", en="out of date"),
    "date-unknown": Text(fr="péremption non relevée", en="expiry not read"),
    "unchecked": Text(fr="trousse non vérifiée depuis trop longtemps", en="kit not checked lately"),
    "never-checked": Text(fr="trousse jamais vérifiée", en="kit never checked"),
    "soon": Text(fr="péremption proche", en="soon out of date"),
}


@dataclass(frozen=True, slots=True)
class Stock:
    """What lies in the kit of one item. ``expires`` is the last day it may be used (for a month
    alone, its last day); ``edition`` that of printed cards."""

    quantity: int
    expires: date | None = None
    edition: str | None = None


@dataclass(frozen=True, slots=True)
class KitFinding:
    """One thing that is wrong, and what it blocks. ``item`` is ``None`` where it is the check of
    the whole kit; ``days`` are those left, or gone by."""

    trouble: Trouble
    blocks: Level
    item: KitItem | None = None
    days: int | None = None

    @property
    def says(self) -> Text:
        return _SAYS[self.trouble]

    @property
    def in_words(self) -> Text:
        """The item with what is wrong with it, in one line."""
        if self.item is None:
            return self.says
        label = self.item.label
        return Text(fr=f"{label.fr}\u00a0: {self.says.fr}", en=f"{label.en}: {self.says.en}")


@dataclass(frozen=True, slots=True)
class KitState:
    """What is wrong with a kit, the gravest first, and the gravest of what it blocks."""

    findings: tuple[KitFinding, ...]
    level: Level

    @property
    def to_order(self) -> tuple[KitItem, ...]:
        """The items to order: missing, short, out of date, or soon so."""
        items = {f.item.id: f.item for f in self.findings if f.item is not None}
        return tuple(items.values())


def look_at_kit(
    kit: Kit,
    stock: Mapping[str, Stock],
    checked_on: date | None,
    today: date,
    edition: str | None = None,
) -> KitState:
    """The state of a room's kit. ``edition`` is that of the printed cards in force."""
    found: list[KitFinding] = []
    found += _of_the_check(kit, checked_on, today)
    for item in kit.items:
        found += _of_an_item(kit, item, stock.get(item.id), today, edition)
    found.sort(key=lambda one: _ORDER.index(one.blocks))
    level: Level = found[0].blocks if found else "fine"
    return KitState(tuple(found), level)


def _of_the_check(kit: Kit, checked_on: date | None, today: date) -> list[KitFinding]:
    if checked_on is None:
        return [KitFinding("never-checked", "all")]
    if checked_on > today:  # a clock that was moved, and no check
        return [KitFinding("unchecked", "all")]
    days = (today - checked_on).days
    if days >= kit.block_unchecked_days:
        return [KitFinding("unchecked", "all", days=days)]
    if days >= kit.warn_unchecked_days:
        return [KitFinding("unchecked", "warn", days=days)]
    return []


def _of_an_item(
    kit: Kit, item: KitItem, stock: Stock | None, today: date, edition: str | None
) -> list[KitFinding]:
    blocks: Level = "fine" if item.blocks == "none" else item.blocks
    if stock is None or stock.quantity < item.least:
        return [KitFinding("missing", blocks, item)]
    found: list[KitFinding] = []
    if item.expires == "printed":
        found += _of_the_date(kit, item, stock.expires, today, blocks)
    elif item.expires == "edition" and (edition is None or stock.edition != edition):
        found.append(KitFinding("out-of-date", blocks, item))
    if stock.quantity < item.quantity:
        found.append(KitFinding("short", "fine" if blocks == "fine" else "warn", item))
    return found


def _of_the_date(
    kit: Kit, item: KitItem, expires: date | None, today: date, blocks: Level
) -> list[KitFinding]:
    if expires is None:
        return [KitFinding("date-unknown", blocks, item)]
    days = (expires - today).days
    if days < 0:
        return [KitFinding("out-of-date", blocks, item, days)]
    if days <= max(kit.tell_before_days):
        return [KitFinding("soon", "fine", item, days)]
    return []
