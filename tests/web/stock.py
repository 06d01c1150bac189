"""A stock to look at: items, lots, and somebody who received one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.records.models import Patient
from dolenti.stock import items, letters, life, lots
from dolenti.stock.items import Presentation
from dolenti.stock.lots import Arrival, Record
from dolenti.stock.models import Item, Lot, RecallLetter, Use
from tests.web.world import sent

LIDOCAINE = Presentation("product", "Lidocaïne 10 mg/mL, 20 mL", "lidocaine", Decimal(10), "mg/mL")
NEEDLES = Presentation("needle", "Aiguilles 30G 4 mm", minimum=50)
GTIN = "03400935344007"


def stocked(user: User, what: Presentation = NEEDLES) -> Item:
    """An item of the user's site."""
    found = Item.objects.filter(site_id=user.site_id, name=what.name).first()
    return found or items.add(sent(user), what)


def in_stock(user: User, item: Item | None = None, quantity: int = 10, **said: Any) -> Lot:
    """A lot that was received, of another number each time unless said."""
    expiry: date = said.pop("expiry", clock.today() + timedelta(days=200))
    number = said.pop("number", f"L{Lot.objects.count() + 1}")
    return lots.receive(
        sent(user), item or stocked(user), Arrival(number, quantity, expiry, **said)
    )


def used(user: User, patient: Patient, lot: Lot, quantity: int = 1, record: str = "r" * 16) -> Use:
    """Pieces of a lot, given to a patient."""
    found = lots.uses(user, patient, Record("treatment.sessionrecord", record), {lot: quantity})
    return next(use for use in found if use.lot_id == lot.pk)


def recalled(user: User, lot: Lot) -> Lot:
    """A lot that its maker took back."""
    lot.refresh_from_db()
    told = "Appelez-nous si vous avez de la fièvre."
    return life.recall(user, lot, lot.version, "Avis du fabricant du jour", told)


def no_letter(letter: RecallLetter, days: object) -> bytes:
    """In the place of a PDF."""
    return b"%PDF-1.7 letter"


def letter_to(user: User, patient: Patient) -> RecallLetter:
    """A letter of a recall, made."""
    lot = in_stock(user)
    used(user, patient, lot, record=lot.public_id)
    lot = recalled(user, lot)
    letters.write(sent(user), lot, lambda _: None)
    letters.make(lot.public_id, no_letter)
    return RecallLetter.objects.get(lot=lot)
