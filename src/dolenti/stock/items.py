"""What a site keeps: added, changed, no longer kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from dolenti.access import audit, clock
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.guideline import mixture
from dolenti.guideline.errors import InputError
from dolenti.guideline.mixture import NotUsed, insist_named_so, insist_strength
from dolenti.identity.names import key
from dolenti.ledger import versions
from dolenti.ledger.once import Submission, once
from dolenti.records import engine
from dolenti.stock.life import LotRefusedError
from dolenti.stock.models import Item

COUNTRY: Final = "FR"
"""Where a product must be authorised."""


@dataclass(frozen=True)
class Presentation:
    """What an item is. A product is named by its id, with its strength per mL and the unit of that
    (mg/mL, IU/mL); ``with_product`` is what came ready mixed with it, in mg/mL; ``volume`` is in
    mL, of one piece."""

    kind: str
    name: str
    product: str = ""
    strength: Decimal | None = None
    unit: str = ""
    volume: Decimal | None = None
    with_product: str = ""
    with_strength: Decimal | None = None
    minimum: int = 0
    ahead: int = 60

    def __post_init__(self) -> None:
        """Raises ``InputError`` for a product that is none, or one without its strength."""
        if (self.kind == Item.Kind.PRODUCT) != bool(self.product):
            raise InputError(
                "say which product it is, and say it of a product only",
                "product",
                fr="indiquez de quel produit il s’agit, et seulement pour un produit",
            )
        if self.product and self.product not in _products():
            raise InputError(
                "this product is not in the knowledge; choose one from the list",
                "product",
                fr="ce produit n’est pas dans le référentiel\u00a0; choisissez dans la liste",
            )
        if self.strength is not None and not (self.strength > 0 and self.unit):
            raise InputError(
                "a strength is more than 0 and has its unit, for example 10 mg/mL",
                "strength",
                fr="un dosage est supérieur à 0 et porte son unité, par exemple 10\u00a0mg/mL",
            )
        self._insist_ready_mixed()
        self._insist_strengths()
        if self.volume is not None and self.volume <= 0:
            raise InputError(
                "the volume of one piece is more than 0 mL",
                "volume",
                fr="le volume d’une unité est supérieur à 0\u00a0mL",
            )

    def _insist_strengths(self) -> None:
        """Raises ``InputError`` for a strength that no vial of the product has, a unit that is not
        its own, and a name that says another strength."""
        known = {one.id: one for one in engine.edition_in_force().products}
        holds: dict[str, Decimal] = {}
        if self.product and self.strength is not None:
            insist_strength(known[self.product], self.strength, self.unit)
            holds[known[self.product].unit] = self.strength
        if self.with_product and self.with_strength is not None:
            try:
                insist_strength(known[self.with_product], self.with_strength, "mg/mL")
            except InputError as error:
                raise InputError(error.what, "with_strength", fr=error.fr) from None
            holds[f"{known[self.with_product].unit}#beside"] = self.with_strength
        if holds:
            insist_named_so(self.name, holds)

    def _insist_ready_mixed(self) -> None:
        """Raises ``InputError`` for half of what is ready mixed, for the same product twice, and
        for one that is not measured in mg."""
        if not self.with_product and self.with_strength is None:
            return
        known = {one.id: one for one in engine.edition_in_force().products}
        beside = known.get(self.with_product)
        if beside is None or beside.id == self.product or beside.unit != "mg" or not self.product:
            raise InputError(
                "say which other product is in the vial, one that is measured in mg",
                "with_product",
                fr="indiquez quel autre produit le flacon contient, mesuré en mg",
            )
        if self.strength is None or self.with_strength is None or self.with_strength <= 0:
            raise InputError(
                "both products of a vial have a strength, more than 0",
                "with_strength",
                fr="les deux produits d’un flacon ont chacun un dosage, supérieur à 0",
            )


SEEN: Final = "seen"
"""The field by which somebody says that they read what is said of a product."""


def not_used(*products: str) -> tuple[NotUsed, ...]:
    """Of these products, by their ids, those of which the knowledge says that they may not be used
    here today, or only with a reason."""
    edition = engine.edition_in_force()
    known = _not_used(edition.sha256, clock.today())
    return tuple(known[one] for one in dict.fromkeys(products) if one in known)


# Asked for each lot of a page.
@lru_cache(maxsize=4)
def _not_used(_sha256: str, day: date) -> Mapping[str, NotUsed]:
    edition = engine.edition_in_force()
    every = mixture.not_used(edition, (one.id for one in edition.products), COUNTRY, day)
    return {one.product.id: one for one in every}


def _insist_seen(what: Presentation, seen: bool) -> None:
    """Raises ``LotRefusedError`` for a product that may not be used, or is not sold, and of which
    nobody said that they read it."""
    found = not_used(what.product, what.with_product)
    if found and not seen:
        raise LotRefusedError(
            f"read this and confirm it, or do not keep this product: {found[0].says.en}",
            SEEN,
            fr=f"lisez ceci et confirmez-le, ou ne gardez pas ce produit\u00a0: {found[0].says.fr}",
        )


def add(submission: Submission, what: Presentation, *, seen: bool = False) -> Item:
    """Keep something from now on; a form sent twice makes one. ``seen``: whoever adds it read what
    the knowledge says of a product that may not be used or is not sold. Raises ``LotRefusedError``
    for a name that is taken, and for such a product that nobody confirmed."""
    user = submission.actor

    def make() -> Item:
        _insist_free(user.site_id, what.name, None)
        _insist_seen(what, seen)
        made = Item.objects.create(site_id=user.site_id, author=submission.user, **_values(what))
        audit.record("add-item", actor=user, kind="item", object_id=made.public_id)
        return made

    with writing(user, Permission.KEEP_FORMULARY, user.site_id):
        return once(submission, Item, make)


def change(submission: Submission, item: Item, based_on: int, what: Presentation) -> Item:
    """Say otherwise what an item is called, how many are to be there, what a piece holds.

    Which product it is, and at which strength, stays: another one is another item. Raises
    ``LotRefusedError``, ``StaleEditError``.
    """
    user = submission.actor
    with writing(user, Permission.KEEP_FORMULARY, item.site_id):
        _insist_free(item.site_id, what.name, item)
        lasting = ("kind", "product", "strength", "unit", "with_product", "with_strength")
        values = _values(what)
        if item.lots.exists() and any(getattr(item, name) != values[name] for name in lasting):
            raise LotRefusedError(
                "lots of this item are there: add another item for another product or strength",
                fr="des lots de cet article existent\u00a0: ajoutez un autre article pour un autre "
                "produit ou un autre dosage",
            )
        return versions.change(user, item, based_on, values, action="change-item")


def close(submission: Submission, item: Item, based_on: int, *, closed: bool) -> Item:
    """No longer keep an item, or keep it again; its lots stay. Raises ``StaleEditError``."""
    user = submission.actor
    with writing(user, Permission.KEEP_FORMULARY, item.site_id):
        action = "close-item" if closed else "open-item"
        return versions.change(user, item, based_on, {"closed": closed}, action=action)


def _values(what: Presentation) -> Mapping[str, Any]:
    return {
        "kind": what.kind,
        "name": what.name,
        "product": what.product,
        "strength": what.strength,
        "unit": what.unit if what.strength is not None else "",
        "with_product": what.with_product,
        "with_strength": what.with_strength,
        "with_unit": "mg/mL" if what.with_product else "",
        "volume": what.volume,
        "minimum": what.minimum,
        "ahead": what.ahead,
    }


def _products() -> set[str]:
    return {one.id for one in engine.edition_in_force().products}


def _insist_free(site_id: int, name: str, but: Item | None) -> None:
    others = Item.objects.filter(site_id=site_id)
    others = others if but is None else others.exclude(pk=but.pk)
    if key(name) in {key(one) for one in others.values_list("name", flat=True)}:
        raise LotRefusedError(
            f"there is an item “{name}” already; choose another name",
            "name",
            fr=f"un article «\u00a0{name}\u00a0» existe déjà\u00a0; choisissez un autre nom",
        )
