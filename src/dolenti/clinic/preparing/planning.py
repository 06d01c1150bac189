"""What each session of a day calls for, from what the last one used, the plan and the stock.

It proposes and writes nothing: what is drawn up is written on the page of the session.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

from dolenti.guideline.knowledge import Text
from dolenti.stock.models import Item, Lot
from dolenti.treatment import content, supplying, vials
from dolenti.treatment.content import Injected, Pause, Preparation, pieces
from dolenti.treatment.models import SessionRecord

Held: TypeAlias = Sequence[tuple[Lot, Text]]
"""Lots that nobody may use, each with why."""
NOTHING_HELD: Final[Held] = ()


@dataclass(frozen=True)
class Needed:
    """A product to bring out. ``lot`` is the one to take first, ``None`` where none may be used
    today; ``volume`` in mL and ``pieces`` are ``None`` where only the plan names the product.
    ``refused`` is the number of a lot that is prepared already and may not be used any more;
    ``gone`` says which lots were to be looked for, and why they are not to be taken."""

    product: str
    item: str
    lot: Lot | None
    volume: Decimal | None = None
    pieces: int | None = None
    refused: str = ""
    gone: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Taken:
    """A needle, a kit or a probe to bring out. ``lot`` is the one to take first, ``None`` where
    none that may be used today holds enough; ``refused`` as of a product."""

    kind: str
    item: str
    lot: Lot | None
    pieces: int
    refused: str = ""
    gone: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Tray:
    """What a session calls for. ``since`` says from what: it is drawn up already, as the ``last``
    session, by the ``plan`` alone, or nobody said (``unknown``)."""

    since: str
    needed: tuple[Needed, ...]
    supplies: tuple[Taken, ...] = ()
    fluid: str = ""
    fluid_ml: Decimal = Decimal(0)
    needle: str = ""
    device: str = ""
    probe: str = ""


def tray(
    mine: SessionRecord | None,
    last: SessionRecord | None,
    planned: Sequence[str],
    lots: Sequence[Lot],
    held: Held = NOTHING_HELD,
) -> Tray:
    """What a session calls for. ``lots`` may be used today, the next to expire first; ``held`` may
    not, each with why."""
    products = [one for one in lots if one.item.kind == Item.Kind.PRODUCT]
    drawn = content.read(Preparation, mine.preparation if mine else {})
    before = content.read(Injected, last.injected if last else {})
    freezing = before.freezing
    if drawn.at is not None:
        supplies = tuple(_taken(one, lots, held) for one in drawn.supplies)
    else:
        again = supplying.again(_of_same_act(mine, last), lots)
        supplies = tuple(
            Taken(one.kind, one.item, lot, one.pieces, gone=_gone(one.lot, lot, held))
            for one, lot in again
        )
    beside = {
        "needle": before.needle,
        "device": freezing.device if freezing else before.device,
        "probe": freezing.probe if freezing else "",
    }
    since = "drawn"
    if not drawn.drawn and last is not None:
        drawn, since = content.read(Preparation, last.preparation), "last"
    if drawn.drawn:
        return Tray(
            since,
            tuple(_again(one, products, held, prepared=since == "drawn") for one in drawn.drawn),
            supplies,
            drawn.fluid if drawn.fluid != "none" else "",
            drawn.fluid_ml,
            **beside,
        )
    needed = tuple(_planned(one, products, held) for one in planned)
    return Tray("plan" if needed else "unknown", needed, supplies, "", Decimal(0), **beside)


def _gone(was: str, lot: Lot | None, held: Held) -> tuple[Text, ...]:
    """Why the lot that was used before is not the one to take."""
    if lot is not None and lot.public_id == was:
        return ()
    return tuple(says for one, says in held if one.public_id == was)


def _taken(one: content.Supply, lots: Sequence[Lot], held: Held) -> Taken:
    """What is prepared already, of its own lot."""
    lot = next((lot for lot in lots if lot.public_id == one.lot), None)
    return Taken(
        one.kind, one.item, lot, one.pieces, "" if lot else one.number, _gone(one.lot, lot, held)
    )


def _of_same_act(
    mine: SessionRecord | None, last: SessionRecord | None
) -> tuple[content.Supply, ...]:
    """What the last session took: a block takes other things than what it comes before."""
    if last is None:
        return ()
    act = content.read(Pause, mine.pause if mine else {}).act
    same = content.read(Pause, last.pause).act == act
    return content.read(Preparation, last.preparation).supplies if same else ()


def _again(drawn: content.Drawn, lots: Sequence[Lot], held: Held, *, prepared: bool) -> Needed:
    """The same product and strength: of the same lot where it may still be used. What is
    ``prepared`` already is of its own lot and of no other."""
    if prepared and not any(one.public_id == drawn.lot for one in lots):
        return Needed(
            drawn.product,
            drawn.item,
            None,
            drawn.volume,
            drawn.pieces,
            drawn.number,
            _gone(drawn.lot, None, held),
        )
    lot = vials.lot_again(drawn, lots)
    count = pieces(drawn.volume, lot.item.volume) if lot else drawn.pieces
    gone = _gone(drawn.lot, lot, held)
    return Needed(drawn.product, drawn.item, lot, drawn.volume, count, gone=gone)


def _planned(product: str, lots: Sequence[Lot], held: Held) -> Needed:
    lot = next((one for one in lots if one.item.product == product), None)
    if lot is not None:
        return Needed(product, lot.item.name, lot)
    gone = tuple(says for one, says in held if one.item.product == product)
    return Needed(product, product, None, gone=gone)


@dataclass(frozen=True)
class Out:
    """A lot to bring out for the day: of how many sessions, how many pieces; ``short`` by how many
    it is too few. Pieces that nobody can count yet are one each."""

    lot: Lot
    sessions: int
    pieces: int
    short: int


def to_bring_out(trays: Iterable[Tray]) -> list[Out]:
    """The lots of a day, each once."""
    lots: dict[int, Lot] = {}
    counts: dict[int, int] = {}
    sessions: dict[int, int] = {}
    for one in trays:
        mine: set[int] = set()
        for lot, count in (
            *((needed.lot, needed.pieces) for needed in one.needed),
            *((taken.lot, taken.pieces) for taken in one.supplies),
        ):
            if lot is None:
                continue
            lots[lot.pk] = lot
            counts[lot.pk] = counts.get(lot.pk, 0) + (count or 1)
            mine.add(lot.pk)
        for key in mine:
            sessions[key] = sessions.get(key, 0) + 1
    found = [
        Out(lot, sessions[key], counts[key], max(0, counts[key] - lot.left))
        for key, lot in lots.items()
    ]
    return sorted(found, key=lambda one: (one.lot.item.name, one.lot.number))


def by_session(
    records: Iterable[SessionRecord],
) -> tuple[Mapping[int, SessionRecord], Mapping[int, list[SessionRecord]]]:
    """Records by the key of their session; those given, by the key of their course, in order."""
    mine: dict[int, SessionRecord] = {}
    given: dict[int, list[SessionRecord]] = {}
    for one in records:
        mine[one.session_id] = one
        if one.delivered_at is not None:
            given.setdefault(one.session.course_id, []).append(one)
    return mine, given
