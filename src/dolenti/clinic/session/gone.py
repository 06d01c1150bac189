"""What a session would have taken and cannot take any more: which lot, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from dolenti.clinic.session.shown import Sheet
from dolenti.clinic.stock.shown import not_offered
from dolenti.stock.models import Item, Lot
from dolenti.stock.standing import Stands, stands
from dolenti.stock.words import said_of
from dolenti.treatment import content, usual, vials
from dolenti.treatment.content import Drawn, Preparation, Supply
from dolenti.ui.language import current


@dataclass(frozen=True)
class Gone:
    """A lot that was expected here. ``says`` is which and why, ``then`` what to do; ``grave`` where
    it was recalled."""

    item: str
    says: str
    then: str
    grave: bool


def of_syringe(sheet: Sheet) -> list[Gone]:
    """Of what a syringe begins from, the lots that are not offered any more; of the plan, the
    products that have none. Nothing once somebody drew something up."""
    if sheet.wanted is not None:
        products = [usual.first_of(one) for one in usual.parts_of(sheet.wanted)]
        lots = usual.lots_for(sheet.wanted, sheet.lots)
        missing = [one for one, lot in zip(products, lots, strict=True) if lot is None]
        return [_of_product(sheet, product) for product in missing]
    if not sheet.begins_from_last or sheet.now.last is None:
        there = {one.item.product for one in sheet.lots}
        return [_of_product(sheet, one) for one, _name in sheet.planned if one not in there]
    drawn, there_now = content.read(Preparation, sheet.now.last.preparation).drawn, sheet.lots
    again = [(one, vials.lot_again(one, there_now)) for one in drawn]
    return [
        _of_lot(sheet, one, lot) for one, lot in again if lot is None or lot.public_id != one.lot
    ]


def of_supplies(sheet: Sheet) -> list[Gone]:
    """Of the needles, kits and probes that are offered again, the lots that are not."""
    return [
        _of_lot(sheet, one, lot)
        for one, lot in sheet.offered_supplies[0]
        if lot is None or lot.public_id != one.lot
    ]


def held(sheet: Sheet) -> list[tuple[str, str]]:
    """The lots that might be looked for in the lists here and are in none: their item, and why."""
    kinds = {Item.Kind.PRODUCT.value, *sheet.kinds}
    mine = sheet.now.preparation.pieces_of_lots
    there = (one for one in sheet.held_lots if one.item.kind in kinds)
    return not_offered((one for one in there if one.public_id not in mine), sheet.day)


def _of_lot(sheet: Sheet, was: Drawn | Supply, lot: Lot | None) -> Gone:
    there = next((one for one in sheet.there if one.public_id == was.lot), None)
    return of_lot(was.item, was.number, there, lot, sheet.day)


def _of_product(sheet: Sheet, product: str) -> Gone:
    ((_id, name),) = sheet.named([product])
    held_lots = [one for one in sheet.held_lots if one.item.product == product]
    return of_product(name, held_lots, sheet.day)


def of_lot(item: str, number: str, lot: Lot | None, instead: Lot | None, day: date) -> Gone:
    """A lot that was used before. ``lot`` is it as the stock has it, ``None`` where nothing of it
    is left; ``instead`` the one that is offered in its place."""
    said = why(lot, day) or _few(lot, number)
    then = _("No other lot may be used: receive one, or take something else.")
    if instead is not None:
        then = _("Lot %(number)s is offered instead: compare it with what you hold.") % {
            "number": instead.number
        }
    return Gone(item, said, then, _is_recalled(lot, day))


def of_product(item: str, held: Iterable[Lot], day: date) -> Gone:
    """A product of which no lot may be used, with the lots that might have been expected."""
    there = list(held)
    said = ", ".join(why(one, day) for one in there) or _("no lot that may be used")
    then = _("Receive a lot, or take something else.")
    return Gone(item, said, then, any(_is_recalled(one, day) for one in there))


def why(lot: Lot | None, day: date) -> str:
    """How a lot stands that may not be used, in words; empty for any other."""
    found = said_of(lot, day) if lot is not None else None
    return found.in_language(current()) if found is not None else ""


def _few(lot: Lot | None, number: str) -> str:
    """Of a lot that might be used and does not hold enough, how many are left."""
    if lot is None:
        return _("lot %(number)s used up") % {"number": number}
    return _("lot %(number)s holds too few (%(left)s)") % {"number": number, "left": lot.left}


def _is_recalled(lot: Lot | None, day: date) -> bool:
    return lot is not None and stands(lot, day) is Stands.RECALLED
