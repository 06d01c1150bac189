"""A kit as its pages show it: what is wrong first, then item by item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dolenti.guideline.session import KitFinding, Stock
from dolenti.guideline.session.shapes.emergency import KitItem
from dolenti.readiness import kits
from dolenti.readiness.kits import RoomKit
from dolenti.ui.labels import ICONS
from dolenti.ui.language import current


@dataclass(frozen=True)
class FindingLine:
    """One thing that is wrong: of which item, what, how long, and what it blocks."""

    item: str
    says: str
    detail: str
    level: str


@dataclass(frozen=True)
class ItemLine:
    """One item: how many are wanted and were counted, until when, and how it stands."""

    label: str
    wanted: int
    counted: int | None
    expires: date | None
    edition: str
    dated_by: str
    level: str
    says: tuple[str, ...]


@dataclass(frozen=True)
class KitShown:
    """The kit of a room."""

    kit: RoomKit
    level: str
    icon: str
    blocks: str
    findings: tuple[FindingLine, ...]
    to_order: tuple[str, ...]

    @property
    def stops(self) -> bool:
        """Whether nothing is injected beside it."""
        return self.level == "all"

    @property
    def grave(self) -> tuple[FindingLine, ...]:
        """What decides the level; what comes soon is left out."""
        return tuple(one for one in self.findings if one.level != "fine")


def shown(kit: RoomKit) -> KitShown:
    """A kit in words."""
    language, state = current(), kit.state
    blocks = {one.id: one.says.in_language(language) for one in kits.kit_in_force().blocks}
    level = state.level
    never = kit.last is None
    said = _findings(kit)
    return KitShown(
        kit=kit,
        level=level,
        icon=ICONS["kit-level"][level],
        blocks="" if level == "fine" or never or kit.is_opened else blocks[level],
        findings=said,
        to_order=tuple(one.label.in_language(language) for one in state.to_order),
    )


def _findings(kit: RoomKit) -> tuple[FindingLine, ...]:
    """What is wrong. Of a kit that nobody counted, or that was opened since, its items say nothing:
    that they are unknown is said once."""
    found = kit.state.findings
    if kit.last is None or kit.is_opened:
        found = tuple(one for one in found if one.item is None)
    return tuple(_finding(kit, one) for one in found)


def _finding(kit: RoomKit, one: KitFinding) -> FindingLine:
    language = current()
    if one.item is None:
        return FindingLine("", _of_the_check(kit, one), "", one.blocks)
    return FindingLine(
        one.item.label.in_language(language),
        one.says.in_language(language),
        _days(one),
        one.blocks,
    )


def _of_the_check(kit: RoomKit, one: KitFinding) -> str:
    if kit.is_opened:
        return _("The kit was opened since it was last checked: count it again.")
    if kit.last is None:
        return _("The kit of this room was never checked: nobody knows what is in it.")
    days = one.days or 0
    return ngettext(
        "The kit was last checked %(days)s day ago.",
        "The kit was last checked %(days)s days ago.",
        days,
    ) % {"days": days}


def _days(one: KitFinding) -> str:
    if one.days is None:
        return ""
    days = abs(one.days)
    said = (
        ngettext("since %(days)s day", "since %(days)s days", days)
        if one.days < 0
        else ngettext("in %(days)s day", "in %(days)s days", days)
    )
    return said % {"days": days}


def item_lines(kit: RoomKit) -> list[ItemLine]:
    """Every item that is to be there, with what was counted last."""
    there = kits.found_in(kit.last) if kit.last is not None else {}
    return [_item(kit, item, there.get(item.id)) for item in kits.kit_in_force().items]


def _item(kit: RoomKit, item: KitItem, stock: Stock | None) -> ItemLine:
    language = current()
    mine = [one for one in kit.state.findings if one.item is not None and one.item.id == item.id]
    unknown = kit.last is None or kit.is_opened
    return ItemLine(
        label=item.label.in_language(language),
        wanted=item.quantity,
        counted=stock.quantity if stock else None,
        expires=stock.expires if stock else None,
        edition=(stock.edition or "") if stock else "",
        dated_by=item.expires_by.in_language(language) if item.expires_by else "",
        level="unknown" if unknown else _worst(mine),
        says=() if unknown else tuple(_said(one) for one in mine),
    )


def _worst(found: list[KitFinding]) -> str:
    if not found:
        return "fine"
    worst = found[0].blocks
    return "soon" if worst == "fine" else worst


def _said(one: KitFinding) -> str:
    return " ".join(part for part in (one.says.in_language(current()), _days(one)) if part)
