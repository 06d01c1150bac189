"""What a vial of the stock holds, as it is drawn up: one product, or two that came ready mixed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from dolenti.guideline.numbers import dose_unit
from dolenti.guideline.words import lower_first
from dolenti.records import engine
from dolenti.stock.models import Item, Lot
from dolenti.treatment.content import Drawn, Ingredient, plain


def beside_of(item: Item) -> tuple[Ingredient, ...]:
    """What came ready mixed with the product of an item."""
    if not item.with_product or item.with_strength is None:
        return ()
    return (
        Ingredient(product=item.with_product, strength=item.with_strength, unit=item.with_unit),
    )


def holds(item: Item, product: str, strength: Decimal, beside: Sequence[Ingredient] = ()) -> bool:
    """Whether an item is this product at this strength, with what came ``beside`` it and nothing
    else."""
    return (item.product, item.strength or Decimal(1), beside_of(item)) == (
        product, strength, tuple(beside),
    )  # fmt: skip


def is_alike(item: Item, drawn: Drawn) -> bool:
    """Whether an item holds what was drawn up of another lot: the same products, at the same
    strengths."""
    return holds(item, drawn.product, drawn.strength, drawn.beside)


def lot_again(drawn: Drawn, lots: Iterable[Lot]) -> Lot | None:
    """Of these lots the same one, or else the first that holds the same."""
    there = list(lots)
    same = next((one for one in there if one.public_id == drawn.lot), None)
    return same or next((one for one in there if is_alike(one.item, drawn)), None)


def beside_in_words(drawn: Drawn, language: str) -> str:
    """The dose of what came ready mixed in the vial: “ + adrénaline 0,01 mg”; nothing where there
    is none."""
    if not drawn.beside:
        return ""
    names = {one.id: one.label.in_language(language) for one in engine.edition_in_force().products}
    return "".join(
        f" + {lower_first(names.get(part.product, part.product))} "
        f"{plain(part.strength * drawn.volume, language)} {dose_unit(part.unit, language)}"
        for part in drawn.beside
    )
