"""A lot number that somebody types or scans, held against what the site knows of it: what was
recalled, is kept apart or is expired is never taken for unknown because it was typed otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from dolenti.access import clock
from dolenti.stock.models import Item, Lot
from dolenti.stock.standing import Stands, stands
from dolenti.stock.words import refusal


def plainly(number: str) -> str:
    """A number without what people leave out or write otherwise: spaces, signs, small letters."""
    return "".join(sign for sign in number.casefold() if sign.isalnum())


def named(site_id: int, number: str) -> list[Lot]:
    """The lots of a site that a number may mean, however it is written."""
    wanted = plainly(number)
    if not wanted:
        return []
    found = Lot.objects.filter(site_id=site_id).select_related("item").order_by("pk")
    return [one for one in found if plainly(one.number) == wanted]


def insist_not_held(site_id: int, number: str, where: str) -> None:
    """Raises ``LotRefusedError`` for a number of a lot that is recalled, in quarantine or expired
    here, where no lot of this number may be used."""
    there = named(site_id, number)
    day = clock.today()
    states = {one.pk: stands(one, day) for one in there}
    if Stands.USABLE in states.values():
        return
    held = _gravest(there, states)
    if held is not None:
        raise refusal(held, states[held.pk], where=where)


def held_like(item: Item, number: str, gtin: str) -> Lot | None:
    """The lot of this number that nobody may use, of the same item, product or package, however the
    number is written; the gravest first. ``None`` where there is none."""
    day = clock.today()
    like = Q(item=item)
    if item.product:
        like |= Q(item__product=item.product)
    if gtin:
        like |= Q(gtin=gtin)
    found = Lot.objects.filter(like, site_id=item.site_id).select_related("item")
    there = [one for one in found if plainly(one.number) == plainly(number)]
    states = {one.pk: stands(one, day) for one in there}
    return _gravest(there, states)


def _gravest(there: Iterable[Lot], states: dict[int, Stands]) -> Lot | None:
    order = (Stands.RECALLED, Stands.QUARANTINED, Stands.EXPIRED)
    held = (one for one in there if states[one.pk] in order)
    return min(held, key=lambda one: order.index(states[one.pk]), default=None)
