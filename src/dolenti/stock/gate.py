"""The gate to the stock of the user's site, and to who received what of it.

As in ``records.gate``: every function takes the user first and gives only what they may see. Lots
are the site's; who received them is told of patients whose record is open to the user.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.records import gate
from dolenti.records.models import Patient
from dolenti.scanning.gs1 import Package
from dolenti.stock import typed
from dolenti.stock.life import LotRefusedError
from dolenti.stock.models import Item, Lot, Movement, RecallLetter, Use


def items(user: Actor) -> QuerySet[Item]:
    """What the site keeps, and kept."""
    if not user.may(Permission.KEEP_FORMULARY):
        return Item.objects.none()
    return Item.objects.filter(site_id=user.site_id)


def products_kept(user: Actor) -> Combinable:
    """How many products the site keeps, to be asked with another question."""
    if not user.may(Permission.KEEP_FORMULARY):
        return Value(0)
    kept = Item.objects.filter(site_id=user.site_id, closed=False).exclude(product="")
    counted = kept.order_by().values("site").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def item(user: Actor, public_id: str) -> Item:
    """One item of the site. Raises ``Http404``."""
    found = sole(items(user).filter(public_id=public_id))
    if found is None:
        raise gate.refused(user, Item, public_id)
    return found


def lots(user: Actor) -> QuerySet[Lot]:
    """The lots of the site, whatever became of them, the next to expire first. They name nobody:
    who received one is asked apart."""
    if not user.may(Permission.KEEP_FORMULARY):
        return Lot.objects.none()
    found = Lot.objects.filter(site_id=user.site_id).select_related("item")
    return found.order_by(F("expiry").asc(nulls_last=True), "pk")


def usable(user: Actor, day: date) -> QuerySet[Lot]:
    """The lots that may be used on a day, of what the site still keeps."""
    return lots(user).filter(
        Q(expiry=None) | Q(expiry__gte=day),
        state=Lot.State.USABLE,
        left__gt=0,
        item__closed=False,
    )


def there(user: Actor) -> QuerySet[Lot]:
    """The lots of which pieces are left, and those that were recalled, of what the site still
    keeps: which of them may be used on a day, ``standing.stands`` says."""
    some = Q(left__gt=0) | Q(state=Lot.State.RECALLED)
    return lots(user).filter(some, item__closed=False)


def named(user: Actor, number: str) -> list[Lot]:
    """The lots of the site that a number may mean, however it is typed."""
    return typed.named(user.site_id, number) if user.may(Permission.KEEP_FORMULARY) else []


def lot(user: Actor, public_id: str) -> Lot:
    """One lot of the site. Raises ``Http404``."""
    found = sole(lots(user).select_related("item", "site").filter(public_id=public_id))
    if found is None:
        raise gate.refused(user, Lot, public_id)
    return found


def scanned(user: Actor, package: Package) -> Lot:
    """The lot of the site that a package is of; of one that was received by hand, without a GTIN,
    by its number where one lot has it. Raises ``LotRefusedError`` for one that was never received
    here, for a number of two lots, and for a package that says another expiry than the lot."""
    found = _packed(user, package) if package.lot else None
    if found is None and package.lot and user.may(Permission.KEEP_FORMULARY):
        typed.insist_not_held(user.site_id, package.lot, "lot")
    if found is None:
        raise LotRefusedError(
            f"no lot {package.lot} of this package was received here: receive it, or choose "
            "another one",
            "lot",
            fr=f"aucun lot {package.lot} de cet emballage n’a été reçu ici\u00a0: recevez-le, ou "
            "prenez-en un autre",
        )
    if package.expiry not in (None, found.expiry):
        raise LotRefusedError(
            f"lot {found.number} is in stock with another expiry date: put it in quarantine and "
            "look at both packages",
            "lot",
            fr=f"le lot {found.number} est en stock avec une autre date de péremption\u00a0: "
            "mettez-le en quarantaine et comparez les emballages",
        )
    return found


def _packed(user: Actor, package: Package) -> Lot | None:
    """The lot of a package. Raises ``LotRefusedError`` where two could be meant."""
    found = lots(user).filter(number=package.lot, gtin=package.gtin).first()
    if found is not None:
        return found
    known = item_of(user, package.gtin)
    bare = lots(user).filter(number__iexact=package.lot, gtin="")
    several = list(bare.filter(item=known) if known is not None else bare)
    if len(several) > 1:
        raise LotRefusedError(
            f"several lots have the number {package.lot}: choose the one in the list",
            "lot",
            fr=f"plusieurs lots portent le numéro {package.lot}\u00a0: choisissez le bon dans la "
            "liste",
        )
    return several[0] if several else None


def item_of(user: Actor, gtin: str) -> Item | None:
    """The item of which a lot with this GTIN was received last."""
    found = lots(user).filter(gtin=gtin).order_by("-pk").first() if gtin else None
    return found.item if found else None


def movements(user: Actor, lot: Lot) -> QuerySet[Movement]:
    """What moved of a lot, the last first. It names no patient."""
    if not user.may(Permission.KEEP_STOCK) or lot.site_id != user.site_id:
        return Movement.objects.none()
    return lot.movements.select_related("author")


def received(user: Actor, lot: Lot) -> list[Use]:
    """Who received pieces of a lot, of those whose record is open to the user; each is told to the
    trail."""
    found = _received(user, lot).filter(gate.open_here(user, "patient"))
    uses = list(found.select_related("patient", "author").order_by("-pk"))
    gate.seen_all(user, "use", ((one.public_id, one.patient) for one in uses))
    return uses


def beyond(user: Actor, lot: Lot) -> int:
    """How many patients received a lot whose record is not open to the user."""
    everybody = _received(user, lot)
    mine = everybody.filter(gate.open_here(user, "patient")).values("patient")
    return everybody.exclude(patient__in=mine).values("patient").distinct().count()


def _received(user: Actor, lot: Lot) -> QuerySet[Use]:
    if not user.may(Permission.KEEP_STOCK) or lot.site_id != user.site_id:
        return Use.objects.none()
    return Use.objects.filter(lot=lot, undone=None)


def others_of(user: Actor, lots: Iterable[str], patient: Patient) -> int:
    """How many other patients of the site received one of these lots: a count, nobody is named."""
    if not user.may(Permission.READ_RECORDS):
        return 0
    rows = Use.objects.filter(lot__public_id__in=lots, lot__site_id=user.site_id, undone=None)
    return rows.exclude(patient=patient).values("patient").distinct().count()


def uses_of(user: Actor, kind: str, records: Iterable[str]) -> QuerySet[Use]:
    """What was used in these records of a room above, by their public ids, of patients whose record
    is open to the user: which lots two sessions have in common is asked here."""
    if not user.may(Permission.READ_RECORDS):
        return Use.objects.none()
    found = Use.objects.filter(gate.open_here(user, "patient"), kind=kind, record__in=list(records))
    return found.filter(undone=None).select_related("lot__item", "patient").order_by("pk")


def letters(user: Actor, lot: Lot) -> QuerySet[RecallLetter]:
    """The letters of a recall, of patients whose record is open to the user."""
    if not user.may(Permission.KEEP_STOCK) or lot.site_id != user.site_id:
        return RecallLetter.objects.none()
    found = RecallLetter.objects.filter(gate.open_here(user, "patient"), lot=lot)
    return found.select_related("patient", "author", "told_by").defer("pdf")


def letters_to(user: Actor, patient: Patient) -> QuerySet[RecallLetter]:
    """The letters of recalls to a patient whose record is open to the user, the last first."""
    if not user.may(Permission.READ_RECORDS) or patient.site_id != user.site_id:
        return RecallLetter.objects.none()
    found = RecallLetter.objects.filter(
        gate.open_here(user, "patient"), patient__in=gate.family(patient)
    )
    beside = found.select_related("lot__item", "author", "told_by")
    return beside.defer("pdf").order_by("-pk")


def letters_left(user: Actor) -> list[tuple[Lot, int]]:
    """The lots of a recall of which letters are still to be sent, or reached nobody, and how many:
    of patients whose record is open to the user."""
    if not user.may(Permission.KEEP_STOCK):
        return []
    waiting = (RecallLetter.State.TO_SEND, RecallLetter.State.UNREACHED)
    found = RecallLetter.objects.filter(
        gate.open_here(user, "patient"), lot__site_id=user.site_id, state__in=waiting
    )
    counted = found.order_by().values("lot").annotate(n=Count("pk"))
    counts = {one["lot"]: one["n"] for one in counted}
    if not counts:
        return []
    there = Lot.objects.filter(pk__in=counts).select_related("item").order_by("pk")
    return [(one, counts[one.pk]) for one in there]


def letter(user: Actor, public_id: str) -> RecallLetter:
    """One letter. Raises ``Http404``, ``ClosedRecordError``."""
    found = None
    if user.may(Permission.KEEP_STOCK):
        rows = RecallLetter.objects.select_related("patient__site", "lot__item")
        found = sole(rows.filter(gate.open_here(user, "patient"), public_id=public_id))
    if found is None:
        raise gate.closed(user, RecallLetter, public_id)
    gate.seen(user, "recallletter", public_id, found.patient.public_id)
    return found


def received_by(user: Actor, patient: Patient) -> QuerySet[Use]:
    """What one patient received, the last first."""
    if not user.may(Permission.READ_RECORDS) or patient.site_id != user.site_id:
        return Use.objects.none()
    found = Use.objects.filter(patient__in=gate.family(patient), undone=None)
    return found.select_related("lot__item").order_by("-pk")
