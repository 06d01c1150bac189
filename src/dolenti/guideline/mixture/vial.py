"""What a vial can hold, and what can have been given of it: asked where somebody types it, long
before a syringe is drawn up of it.

A strength lies within the range of its product, in the product’s own unit; a name that says a
strength says the same one; a dose is no less than a trace of the weakest solution and no more than
the largest syringe of the strongest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Product
from dolenti.guideline.mixture.file import MOST_ML, read_hours_ago, read_strength
from dolenti.guideline.mixture.parts import check_unit, unit_of
from dolenti.guideline.numbers import MILLIGRAMS_IN, number_in_words, unit_in_words

LEAST_ML: Final = Decimal("0.1")
"""Nobody notes less of what was given elsewhere: a number below it was meant in another unit."""
_NUMBER = r"(?<![\d.,/])(\d{1,6}(?:[.,]\d{1,6})?)"
_PERCENT = re.compile(_NUMBER + r"\s*%")
_PER_ML = re.compile(
    _NUMBER + r"\s*(µg|μg|mcg|mg|g|UI|IU)\s*/\s*(\d{1,4}(?:[.,]\d{1,4})?)?\s*m[lL]\b"
)


def insist_strength(product: Product, strength: Decimal, unit: str) -> None:
    """Raises ``InputError`` under ``strength`` or ``unit`` for what no vial of it holds."""
    try:
        check_unit({"unit": unit}, product, "strength", per_ml=True)
    except InputError as error:
        raise InputError(error.what, "unit", fr=error.fr) from None
    read_strength(float(strength), product, "strength")


def strengths_in(name: str) -> Iterator[tuple[Decimal, str]]:
    """The strengths that a name says, each per mL: of a percentage and of any mass in mg."""
    for one in _PERCENT.finditer(name):
        yield _read(one[1]) * 10, "mg"
    for one in _PER_ML.finditer(name):
        value, unit = _read(one[1]) / (_read(one[3]) if one[3] else Decimal(1)), one[2]
        if unit in ("UI", "IU"):
            yield value, "IU"
        else:
            yield value * Decimal(str(MILLIGRAMS_IN[unit])), "mg"


def insist_named_so(name: str, holds: Mapping[str, Decimal]) -> None:
    """Raises ``InputError`` where a name says a strength that the vial has not; ``holds`` are its
    strengths per mL, each under the unit it is in (``mg``, ``IU``), one key for each of them."""
    for said, unit in strengths_in(name):
        if any(kept.partition("#")[0] == unit and said == value for kept, value in holds.items()):
            continue
        fr_unit = unit_in_words(unit, "fr")
        raise InputError(
            f"the name says {number_in_words(float(said), None, 'en')} {unit}/mL, and the strength "
            "says otherwise: correct one of the two",
            "strength",
            fr=f"le nom dit {number_in_words(float(said), None, 'fr')}\u00a0{fr_unit}/mL, et le "
            "dosage dit autre chose\u00a0: corrigez l’un des deux",
        )


def insist_dose(product: Product, dose: Decimal) -> None:
    """Raises ``InputError`` for a dose that nobody can have been given at once: it was meant in
    another unit, or mistyped."""
    low, high = (Decimal(str(one)) for one in product.strength_range)
    least, most = low * LEAST_ML, high * Decimal(str(MOST_ML))
    if least <= dose <= most:
        return
    unit = unit_of(product)
    said = {
        language: [number_in_words(float(one), None, language) for one in (dose, least, most)]
        for language in ("fr", "en")
    }
    (en, en_least, en_most), (fr, fr_least, fr_most) = said["en"], said["fr"]
    raise InputError(
        f"{product.label.en}: {en} {unit.en} is not plausible; write the dose in {unit.en}, from "
        f"{en_least} to {en_most}",
        "dose",
        fr=f"{product.label.fr}\u00a0: {fr}\u00a0{unit.fr} n’est pas plausible\u00a0; écrivez la "
        f"dose en {unit.fr}, de {fr_least} à {fr_most}",
    )


def insist_hours(hours: Decimal | None) -> None:
    """Raises ``InputError`` for hours that are not of today."""
    read_hours_ago(None if hours is None else float(hours), "hours")


def _read(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


__all__ = ["insist_dose", "insist_hours", "insist_named_so", "insist_strength", "strengths_in"]
