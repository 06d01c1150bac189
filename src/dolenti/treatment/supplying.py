"""What a session uses beside its products: needles, kits, probes, devices, each by its lot and how
many pieces. None is compulsory: a site that keeps none in stock says nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from django.db.models import Q, QuerySet

from dolenti.records import engine
from dolenti.records.models import Complaint
from dolenti.records.places import zone_of
from dolenti.stock import lots
from dolenti.stock.models import Item, Lot, Use
from dolenti.treatment import content
from dolenti.treatment.content import Act, Preparation, Supply
from dolenti.treatment.given import RecordRefusedError
from dolenti.treatment.models import Session, SessionRecord
from dolenti.treatment.room import Standing

MOST: Final = 99
"""Pieces of one lot at one session."""


def taken(
    now: Standing,
    asked: Iterable[tuple[str, int]],
    lots_of: Mapping[str, Lot],
    *,
    to_write: bool = True,
) -> tuple[Supply, ...]:
    """The supplies that are asked for, by their lots; ``lots_of`` are these, of this site.

    Raises ``RecordRefusedError`` for no piece or too many, a lot that stands twice, a product;
    with ``to_write``, before it is given, also ``LotRefusedError`` for a lot that cannot be used
    today, or holds too few.
    """
    found: dict[str, Supply] = {}
    for public_id, pieces in asked:
        lot = lots_of[public_id]
        name = f"{lot.item.name}, {lot.number}"
        if lot.item.kind == Item.Kind.PRODUCT:
            raise RecordRefusedError(
                f"{name} is a product: draw it up, with its volume",
                "supply",
                fr=f"{name} est un produit\u00a0: notez-le dans la préparation, avec son volume",
            )
        if public_id in found:
            raise RecordRefusedError(
                f"lot {name} stands twice: write all its pieces on one line",
                "supply",
                fr=f"le lot {name} est écrit deux fois\u00a0: notez toutes ses pièces sur une "
                "ligne",
            )
        if not 1 <= pieces <= MOST:
            raise RecordRefusedError(
                f"give the pieces used of {name}, from 1 to {MOST}",
                "pieces",
                fr=f"donnez le nombre de pièces utilisées de {name}, de 1 à {MOST}",
            )
        if to_write and not now.is_given:  # then the stock itself asks
            lots.insist_usable(lot, pieces)
        found[public_id] = of_lot(lot, pieces)
    return tuple(found.values())


def of_lot(lot: Lot, pieces: int) -> Supply:
    """So many pieces of a lot, as a record keeps them."""
    return Supply(
        kind=lot.item.kind,
        item=lot.item.name,
        item_id=lot.item.public_id,
        lot=lot.public_id,
        number=lot.number,
        expiry=lot.expiry,
        pieces=pieces,
    )


def again(before: Iterable[Supply], usable: Sequence[Lot]) -> list[tuple[Supply, Lot | None]]:
    """What was used before, each with the lot to take now: the same one; else, of all the pieces of
    the item together, one lot that holds as many, the next to expire first; ``None`` where the site
    has none. ``usable`` come in the order of their expiry."""
    there = {lot.public_id: lot for lot in usable}
    items: dict[str, list[Supply]] = {}
    for one in before:
        items.setdefault(one.item_id, []).append(one)
    found: list[tuple[Supply, Lot | None]] = []
    for item, mine in items.items():
        same = [there.get(one.lot) for one in mine]
        if all(lot and lot.left >= one.pieces for one, lot in zip(mine, same, strict=True)):
            found += zip(mine, same, strict=True)
            continue
        pieces = sum(one.pieces for one in mine)
        enough = [lot for lot in usable if lot.item.public_id == item and lot.left >= pieces]
        lot = next((lot for lot in enough if lot in same), next(iter(enough), None))
        found.append((msgspec.structs.replace(mine[0], pieces=pieces), lot))
    return found


def lots_ever(session: Session) -> QuerySet[Use, Any]:
    """The rows of the lots that any record of a session ever took of, for a query."""
    records = SessionRecord.objects.filter(session=session).values("public_id")
    return Use.objects.filter(record__in=records).values("lot")


def _same_place(complaint: Complaint) -> Q:
    """The sessions for the same zone, said or implied; of a pain without one, for its condition."""
    zone, pain = zone_of(complaint), "session__course__complaint"
    if not zone:
        return Q(**{f"{pain}__zone": "", f"{pain}__condition": complaint.condition})
    conditions = engine.edition_in_force().conditions
    implied = [one.id for one in conditions if tuple(one.zones) == (zone,)]
    return Q(**{f"{pain}__zone": zone}) | Q(
        **{f"{pain}__zone": "", f"{pain}__condition__in": implied}
    )


def usual(session: Session, act: Act) -> tuple[Supply, ...]:
    """What was used at the last session of this therapy and act, in the same zone, that the
    course’s practitioner gave at this site, to whomever: the supplies of it, and nothing else, are
    read. One query."""
    course = session.course
    last = (
        SessionRecord.objects.filter(
            _same_place(course.complaint),
            session__course__site=course.site_id,
            session__course__therapy=course.therapy,
            session__course__practitioner=course.practitioner_id,
            delivered_at__isnull=False,
            amended_by=None,
            pause__act=act,
            preparation__supplies__0__isnull=False,
        )
        .order_by("-delivered_at")
        .values_list("preparation", flat=True)
        .first()
    )
    return content.read(Preparation, last).supplies if last else ()
