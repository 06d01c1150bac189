"""The products that a course is offered: first what this site plans most often there, then what it
keeps in stock, with the strengths; the others after them. Nothing is left out; what is not sold in
France comes last, whatever is usual."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from dolenti.access.language import alphabetical, current
from dolenti.access.models import User
from dolenti.calendar.moments import day_bounds
from dolenti.guideline.knowledge import Product
from dolenti.records.models import Complaint
from dolenti.records.places import zone_of
from dolenti.stock import gate as stock_gate
from dolenti.stock import items
from dolenti.stock.models import Item
from dolenti.treatment.models import Course

BACK: Final = timedelta(days=365)
LOOKED_AT: Final = 300
"""So many courses, the latest of a year, say what is usual."""
USUAL_FROM: Final = 2
"""A product is usual in a zone from so many courses on."""
MOST_USUAL: Final = 4


@dataclass(frozen=True)
class Offered:
    """A product. ``usual``: one of those planned most often at this site, for this therapy and
    zone. ``strengths`` are those that the site keeps, per mL with their unit."""

    product: Product
    usual: bool = False
    stocked: bool = False
    strengths: tuple[tuple[Decimal, str], ...] = ()


def offered(
    user: User, products: Sequence[Product], therapy: str, complaint: Complaint, today: date
) -> list[Offered]:
    """The products in the order in which they are offered. Two questions."""
    kept: dict[str, set[tuple[Decimal, str]]] = {}
    rows = stock_gate.items(user).filter(closed=False, kind=Item.Kind.PRODUCT)
    for product, strength, unit in rows.values_list("product", "strength", "unit"):
        kept.setdefault(product, set())
        if strength is not None:
            kept[product].add((strength.normalize(), unit))
    usual = _usual(user, therapy, complaint, today)
    found = [
        Offered(one, one.id in usual, one.id in kept, tuple(sorted(kept.get(one.id, ()))))
        for one in products
    ]
    last = {one.product.id for one in items.not_used(*(one.id for one in products))}
    found = [
        replace(one, usual=False, stocked=False) if one.product.id in last else one for one in found
    ]
    return sorted(
        found,
        key=lambda one: (
            one.product.id in last,
            not one.usual,
            not one.stocked,
            alphabetical(one.product.label.in_language(current())),
        ),
    )


def _usual(user: User, therapy: str, complaint: Complaint, today: date) -> set[str]:
    zone = zone_of(complaint)
    if not zone:
        return set()
    recent = Course.objects.filter(
        site_id=user.site_id, therapy=therapy, created_at__gte=day_bounds(today - BACK)[0]
    ).select_related("complaint").only(
        "products", "complaint__condition", "complaint__zone"
    )[:LOOKED_AT]  # fmt: skip
    counted = Counter(
        product for one in recent if zone_of(one.complaint) == zone for product in set(one.products)
    )
    often = [name for name, count in counted.most_common() if count >= USUAL_FROM]
    return set(often[:MOST_USUAL])
