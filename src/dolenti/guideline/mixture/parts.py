"""The parts of a mixture file: a number, a unit, a word among those that are known.

Each refuses what it cannot use, with the place and what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dolenti.guideline.errors import InputError, as_text
from dolenti.guideline.knowledge import Product, Text
from dolenti.guideline.near import admitted, shown
from dolenti.guideline.numbers import (
    MILLIGRAMS_IN,
    as_to_be_written,
    finite,
    number_in_words,
    unit_in_words,
)
from dolenti.guideline.patient_file import only

_SPELLINGS = {"IU": "IU", "UI": "IU", "mg": "mg", "mL": "mL", "ml": "mL"}


def unit_of(product: Product) -> Text:
    """The unit of a product as people write it."""
    return Text(fr=unit_in_words(product.unit, "fr"), en=unit_in_words(product.unit, "en"))


def check_unit(part: Mapping[str, Any], product: Product, place: str, *, per_ml: bool) -> None:
    """Refuse a unit that is not the product's own: nothing is converted between mg and IU."""
    raw = part.get("unit")
    if raw is None:
        return
    written = as_text(raw).strip()
    if "%" in written:
        raise InputError(
            "1 % is 10 mg/mL; write the strength in mg/mL",
            f"{place}.unit",
            fr="1\u00a0% correspond à 10\u00a0mg/mL\u00a0; écrivez la concentration en mg/mL",
        )
    bare = re.sub(r"/m[lL]\Z", "", written) if per_ml else written
    if _SPELLINGS.get(bare) != product.unit:
        factor = MILLIGRAMS_IN.get(bare) if product.unit == "mg" else None
        fr, en = "rien n’est converti ici", "nothing is converted here"
        if factor is not None:
            fr = f"1 {shown(bare)} fait {number_in_words(factor, None, 'fr')} mg\u00a0; {fr}"
            en = f"1 {shown(bare)} is {factor:g} mg; {en}"
        raise InputError(
            f"{product.label.en} is measured in {product.unit}, not in “{shown(written)}”; {en}",
            f"{place}.unit",
            fr=f"{product.label.fr} se mesure en {unit_in_words(product.unit, 'fr')}, et non en "
            f"«\u00a0{shown(written)}\u00a0»\u00a0; {fr}",
        )


def number(raw: object, place: str, what: Text) -> float:
    """A finite number; ``what`` says of what, in the refusal."""
    if raw is None:
        raise InputError(f"{what.en} is missing", place, fr=f"il manque {what.fr}")
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        instead = as_to_be_written(raw)
        fr, en = ("", "") if instead is None else (f"\u00a0; {instead[0]}", f"; {instead[1]}")
        raise InputError(
            f"{what.en} is a bare number, not “{shown(raw)}”{en}",
            place,
            fr=f"{what.fr} est un simple nombre, et non «\u00a0{shown(raw)}\u00a0»{fr}",
        )
    value = finite(raw)
    if value is None:
        raise InputError(
            f"{what.en} is not a usable number",
            place,
            fr=f"{what.fr} n’est pas un nombre utilisable",
        )
    return value


def lines(raw: object, keys: set[str], place: str, example: str) -> Mapping[str, Any]:
    """Some named parts, and no others."""
    if not isinstance(raw, Mapping):
        raise InputError(f"write it as {example}", place, fr=f"écrivez-le ainsi\u00a0: {example}")
    only(raw, keys, place)
    return raw


def one_of(raw: object, known: list[str] | tuple[str, ...], place: str) -> str:
    """A word among those that are known."""
    if isinstance(raw, str) and raw in known:
        return raw
    others = admitted("" if raw is None else raw, known)
    if raw is None:
        raise InputError(
            f"this is missing{others.en}", place, fr=f"cette indication manque{others.fr}"
        )
    raise InputError(
        f"“{shown(raw)}” is not known here{others.en}",
        place,
        fr=f"«\u00a0{shown(raw)}\u00a0» n’est pas connu ici{others.fr}",
    )
