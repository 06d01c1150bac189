"""Lots received, used, counted, discarded: the pieces that are left, and each movement of them.

A use says who received the pieces and, by its public id, in which row of a room above they were
given. It is said as often as wanted: ``uses`` makes the uses of a record what they are to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import F
from django.utils import timezone

from dolenti.access import audit, clock
from dolenti.access.actors import Actor, author_of
from dolenti.access.roles import Permission
from dolenti.access.writing import insist, writing
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.ledger import locking
from dolenti.ledger.once import Submission, once
from dolenti.records.gate.writing import writing_record
from dolenti.records.models import Patient
from dolenti.scanning.gs1 import checked_gtin
from dolenti.stock import typed
from dolenti.stock.life import LotRefusedError
from dolenti.stock.models import Item, Lot, Movement, Use
from dolenti.stock.standing import Stands, stands
from dolenti.stock.words import refusal

MOST: int = 100_000
"""Pieces of one movement."""


@dataclass(frozen=True)
class Arrival:
    """Pieces of a lot that came in. ``gtin`` may be empty, or have 8 to 14 digits."""

    number: str
    quantity: int
    expiry: date | None = None
    gtin: str = ""

    def __post_init__(self) -> None:
        """Raises ``InputError``, ``ScanError``."""
        if not 0 < self.quantity <= MOST:
            raise InputError(
                f"from 1 to {MOST} pieces can be received",
                "quantity",
                fr=f"on reçoit de 1 à {MOST} unités",
            )
        if not self.number:
            raise InputError(
                "copy the lot number from the package",
                "number",
                fr="recopiez le numéro de lot de l’emballage",
            )
        object.__setattr__(self, "gtin", checked_gtin(self.gtin) if self.gtin else "")


@dataclass(frozen=True)
class Record:
    """In what something was given: the kind of a row of a room above, and its public id."""

    kind: str
    public_id: str


def receive(submission: Submission, item: Item, arrival: Arrival) -> Lot:
    """Pieces came in: of a new lot, or more of one that is there; a form sent twice is one receipt.

    Raises ``LotRefusedError`` for a product without an expiry, for one that is expired, and where
    the lot is there with another expiry.
    """
    user = submission.actor

    def make() -> Movement:
        lot = _lot_of(submission, item, arrival)
        locking.hold(lot)
        return _move(user, lot, Movement.Kind.RECEIPT, arrival.quantity)

    with writing(user, Permission.KEEP_STOCK, item.site_id):
        return once(submission, Movement, make).lot


def _known(item: Item, arrival: Arrival) -> Lot | None:
    """The lot of an item that came in before: of the same number, however it is written, and of the
    same package where both are known. Raises ``LotRefusedError`` for one that nobody may take in:
    recalled, or expired, here also of the same product under another name."""
    held = typed.held_like(item, arrival.number, arrival.gtin)
    found = stands(held, clock.today()) if held is not None else Stands.USABLE
    if held is not None and found in NOT_TAKEN_IN:
        raise refusal(held, found, NOT_TAKEN_IN[found], "number")
    mine = Lot.objects.filter(item=item).order_by("pk")
    same = [one for one in mine if typed.plainly(one.number) == typed.plainly(arrival.number)]
    of_package = [one for one in same if one.gtin == arrival.gtin]
    either = [one for one in same if not (one.gtin and arrival.gtin)]
    return next(iter((*of_package, *either)), None)


def _lot_of(submission: Submission, item: Item, arrival: Arrival) -> Lot:
    if arrival.expiry is None and item.kind == Item.Kind.PRODUCT:
        raise LotRefusedError(
            "a product has an expiry date: copy it from the package",
            "expiry",
            fr="un produit a une date de péremption\u00a0: recopiez celle de l’emballage",
        )
    if arrival.expiry is not None and arrival.expiry < clock.today():
        raise LotRefusedError(
            "this lot is expired: send it back, do not take it in",
            "expiry",
            fr="ce lot est périmé\u00a0: renvoyez-le, ne le mettez pas en stock",
        )
    there = _known(item, arrival)
    if there is None:
        made = Lot.objects.create(
            site_id=item.site_id,
            item=item,
            gtin=arrival.gtin,
            number=arrival.number,
            expiry=arrival.expiry,
            author=submission.user,
        )
        audit.record("add-lot", actor=submission.actor, kind="lot", object_id=made.public_id)
        return made
    if there.expiry != arrival.expiry:
        raise LotRefusedError(
            "this lot is in stock with another expiry date: look at both packages, and put the lot "
            "in quarantine if they differ",
            "expiry",
            fr="ce lot est déjà en stock avec une autre date de péremption\u00a0: comparez les "
            "deux emballages, et mettez le lot en quarantaine s’ils diffèrent",
        )
    return there


NOT_TAKEN_IN: Final = {
    Stands.RECALLED: Text(
        fr="ne le mettez pas en stock, mettez-le à part et renvoyez-le",
        en="do not take it in, keep it apart and send it back",
    ),
    Stands.EXPIRED: Text(
        fr="comparez les emballages et leurs dates, ne le mettez pas en stock",
        en="compare the packages and their dates, do not take it in",
    ),
}
"""What is done with pieces that come in of a lot that stands so."""
CORRECTED: Final = "corrected"
"""Why pieces came back that a record no longer says were used; the screens have words for it."""


def uses(
    actor: Actor,
    patient: Patient,
    record: Record,
    wanted: Mapping[Lot, int],
    *,
    at: datetime | None = None,
) -> list[Use]:
    """Make these the lots that a record used of, and how many pieces of each; said again, it is the
    same. What it used before and is not wanted comes back into stock. ``at`` is when they were
    given; ``None`` is now.

    The record says what was: as many pieces as it once had of a lot, or fewer, are taken also where
    that lot was recalled or expired since.

    In the transaction of whoever gives: nothing is taken where that fails. Raises
    ``LotRefusedError`` for a lot that is not usable today or holds too few, ``NotAllowedError`` for
    a lot or a patient of another site.
    """
    with writing_record(actor, Permission.KEEP_STOCK, patient):
        for lot in wanted:
            insist(actor, Permission.KEEP_STOCK, lot.site_id, patient_id=patient.public_id)
        ever = Use.objects.filter(kind=record.kind, record=record.public_id)
        before = ever.filter(undone=None)
        standing = {use.lot_id: use for use in before.select_related("lot")}
        locking.hold(*(use.lot for use in standing.values()), *wanted)
        had: dict[int, int] = {}
        for key, quantity in ever.values_list("lot", "quantity"):
            had[key] = max(quantity, had.get(key, 0))
        amounts = {lot.pk: quantity for lot, quantity in wanted.items() if quantity}
        for key, use in standing.items():
            if use.quantity != amounts.get(key):
                _give_back(actor, use, CORRECTED)
        for lot, quantity in wanted.items():
            stands_already = lot.pk in standing and standing[lot.pk].quantity == quantity
            if quantity and not stands_already:
                new = max(0, quantity - had.get(lot.pk, 0))
                _take(actor, patient, record, lot, quantity, new, at or timezone.now())
        return list(before.select_related("lot__item").order_by("pk"))


def _take(
    actor: Actor, patient: Patient, record: Record, lot: Lot, quantity: int, new: int, at: datetime
) -> Use:
    """``new`` is how many of the pieces the record never had."""
    if quantity < 0:
        raise ValueError("pieces come back by `give_back`")
    now = Lot.objects.select_related("item").get(pk=lot.pk)
    why = refused(now, quantity) if new else _too_few(now, quantity)
    if why is not None:
        raise why
    movement = _move(actor, now, Movement.Kind.USE, -quantity, new=new)
    made = Use.objects.create(
        patient=patient,
        lot=now,
        movement=movement,
        quantity=quantity,
        kind=record.kind,
        record=record.public_id,
        at=at,
        author=author_of(actor),
    )
    audit.record(
        "use-lot",
        actor=actor,
        kind="lot",
        object_id=now.public_id,
        patient_id=patient.public_id,
        detail={"quantity": quantity},
    )
    return made


def insist_usable(lot: Lot, quantity: int = 1) -> None:
    """Raises ``LotRefusedError`` where a lot cannot be used today, or holds too few."""
    why = refused(lot, quantity)
    if why is not None:
        raise why


def refused(lot: Lot, quantity: int = 1) -> LotRefusedError | None:
    """Why so many pieces of a lot cannot be used today; ``None`` where they can."""
    found = stands(lot, clock.today())
    if found is not Stands.USABLE:
        return refusal(lot, found)
    return _too_few(lot, quantity)


def _too_few(lot: Lot, quantity: int) -> LotRefusedError | None:
    if lot.left < quantity:
        return LotRefusedError(
            f"of lot {lot.number}, {lot.left} are left: take the rest of another lot, or count it",
            "lot",
            fr=f"du lot {lot.number}, il reste {lot.left}\u00a0: prenez le reste d’un autre lot, "
            "ou comptez-le",
        )
    return None


def give_back(actor: Actor, use: Use, reason: str) -> Use:
    """Pieces that were written as used, and were not. Sent twice it is one."""
    with writing_record(actor, Permission.KEEP_STOCK, use.patient):
        locking.hold(use.lot)
        now = Use.objects.select_related("lot", "patient").get(pk=use.pk)
        return now if now.undone_id else _give_back(actor, now, reason)


def _give_back(actor: Actor, use: Use, reason: str) -> Use:
    use.undone = _move(actor, use.lot, Movement.Kind.BACK, use.quantity, reason)
    use.save(update_fields=["undone"])
    audit.record(
        "give-back",
        actor=actor,
        kind="lot",
        object_id=use.lot.public_id,
        patient_id=use.patient.public_id,
        detail={"quantity": use.quantity},
    )
    return use


def count(submission: Submission, lot: Lot, counted: int, reason: str) -> Movement:
    """Somebody counted the pieces of a lot. A difference asks for its reason.

    Raises ``LotRefusedError``.
    """

    def make() -> Movement:
        locking.hold(lot)
        now = Lot.objects.get(pk=lot.pk)
        difference = counted - now.left
        if difference and not reason:
            raise LotRefusedError(
                f"{now.left} were to be there: say where the difference comes from",
                "reason",
                fr=f"il devait y en avoir {now.left}\u00a0: dites d’où vient l’écart",
            )
        return _move(submission.actor, now, Movement.Kind.COUNT, difference, reason)

    if not 0 <= counted <= MOST:
        raise LotRefusedError(
            f"count from 0 to {MOST}", "counted", fr=f"comptez de 0 à {MOST} unités"
        )
    with writing(submission.actor, Permission.KEEP_STOCK, lot.site_id):
        return once(submission, Movement, make)


def discard(submission: Submission, lot: Lot, quantity: int, reason: str) -> Movement:
    """Pieces are thrown away, or sent back, and why. Raises ``LotRefusedError``."""

    def make() -> Movement:
        locking.hold(lot)
        now = Lot.objects.get(pk=lot.pk)
        if not 0 < quantity <= now.left:
            raise LotRefusedError(
                f"{now.left} are left of this lot: discard as many at most, or count it first",
                "quantity",
                fr=f"il reste {now.left} unités de ce lot\u00a0: détruisez-en autant au plus, ou "
                "comptez-le d’abord",
            )
        return _move(submission.actor, now, Movement.Kind.DISCARD, -quantity, reason)

    with writing(submission.actor, Permission.KEEP_STOCK, lot.site_id):
        return once(submission, Movement, make)


def _move(
    actor: Actor, lot: Lot, kind: str, quantity: int, reason: str = "", new: int = 0
) -> Movement:
    """A movement, and what is left after it. The database refuses a ``new`` use of what cannot be
    used."""
    day = clock.today()
    changed = {"left": F("left") + quantity}
    if new:
        changed |= {"used": F("used") + new, "used_on": day}  # type: ignore[dict-item]
    Lot.objects.filter(pk=lot.pk).update(**changed)
    lot.refresh_from_db(fields=["left", "used", "used_on"])
    made = Movement.objects.create(
        lot=lot, kind=kind, quantity=quantity, day=day, reason=reason, author=author_of(actor)
    )
    if kind not in (Movement.Kind.USE, Movement.Kind.BACK):
        audit.record(
            f"{kind}-lot",
            actor=actor,
            kind="lot",
            object_id=lot.public_id,
            detail={"quantity": quantity},
        )
    return made
