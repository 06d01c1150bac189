"""The mixture file (contract 3): what is to be drawn up, for whom, for which act.

::

    therapy: mesotherapy
    technique: nappage
    jurisdiction: FR
    patient: {birth-date: 1981-07-14, sex: male}
    facts: {weight: 70, allergy: [], anticoagulant: none}
    preparation:
      vehicle: {fluid: saline, volume: 1}
      components:
        - {product: lidocaine, strength: 10, volume: 2}
    given-today: [{product: lidocaine, dose: 150}]

It never guesses: a percentage, a foreign unit, a strength no vial has, an unknown name are
refused with the place and what to write instead. Whether the mixture is wise is not its business.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dolenti.guideline.doses import percent_to_mg_per_ml, total
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case, Complaint, Dictionary, nearest, shown
from dolenti.guideline.knowledge import Edition, Product, Text
from dolenti.guideline.numbers import number_in_words, unit_in_words
from dolenti.guideline.patient_file import (
    for_complaint,
    located,
    only,
    read_complaint,
    read_patient,
    read_policies,
)
from dolenti.guideline.reading import Document

FLUIDS = ("none", "saline", "water", "bicarbonate")
MOST_ML = 100.0
MOST_DOSE = 1_000_000.0

_KEYS = {
    "therapy", "technique", "jurisdiction", "patient", "complaint", "facts", "preparation",
    "given-today", "policies", "invented", "about",
}  # fmt: skip
_COMPONENT_KEYS = {"product", "strength", "volume", "unit"}
_DOSE_KEYS = {"product", "dose", "unit"}
_PERCENT = re.compile(r"\s*([0-9]+(?:[.,][0-9]+)?)\s*%\s*")
_JURISDICTION = re.compile(r"[A-Z]{2}|other")
_IU_SPELLINGS = {"IU": "IU", "UI": "IU", "mg": "mg", "mL": "mL", "ml": "mL"}


@dataclass(frozen=True, slots=True)
class Component:
    """One product drawn up: strength in its unit per mL, volume in mL."""

    product: Product
    strength: float
    volume: float


@dataclass(frozen=True, slots=True)
class Vehicle:
    """What the products are diluted in; the fluid ``none`` has no volume."""

    fluid: str
    volume: float = 0.0


@dataclass(frozen=True, slots=True)
class GivenDose:
    """What the patient has already received of a product today, in its unit."""

    product: Product
    dose: float


@dataclass(frozen=True, slots=True)
class Mixture:
    """One preparation for one patient. ``given_today`` is ``None`` where nobody said."""

    therapy: str
    case: Case
    components: tuple[Component, ...]
    vehicle: Vehicle
    given_today: tuple[GivenDose, ...] | None
    technique: str | None = None
    jurisdiction: str | None = None
    policies: Mapping[str, str] = field(default_factory=dict)

    @property
    def volume(self) -> float:
        return total([self.vehicle.volume, *(c.volume for c in self.components)])


def read_mixture_file(document: Document, edition: Edition, as_of: date) -> Mixture:
    """Read a mixture file. Raises ``InputError`` with the file, the line and what to do."""
    try:
        return read_mixture(document.content, edition, as_of)
    except InputError as error:
        raise located(error, document) from None


def read_mixture(content: object, edition: Edition, as_of: date) -> Mixture:
    """Read a mixture from plain values. Raises ``InputError`` with the path of keys."""
    if not isinstance(content, Mapping):
        raise InputError(
            "a mixture file has the parts therapy, patient, facts and preparation",
            fr="un mélange se décrit par les parties therapy, patient, facts et preparation",
        )
    only(content, _KEYS, "")
    dictionary = Dictionary(edition)
    therapy = _one_of(
        content.get("therapy"), [therapy.id for therapy in edition.therapies], "therapy"
    )
    birth_date, sex, facts, ignored = read_patient(content, dictionary, as_of)
    complaint = Complaint("mixture")
    if content.get("complaint") is not None:
        complaint = read_complaint(content["complaint"], "complaint", 1, dictionary, as_of)
    preparation = content.get("preparation")
    if not isinstance(preparation, Mapping):
        raise InputError(
            "say what is drawn up: preparation: {vehicle: ..., components: [...]}",
            "preparation",
            fr="indiquez ce qui est prélevé\u00a0: preparation: {vehicle: ..., components: [...]}",
        )
    only(preparation, {"vehicle", "components"}, "preparation")
    products = {product.id: product for product in edition.products}
    return Mixture(
        therapy=therapy,
        case=Case(
            as_of, complaint, for_complaint(facts, complaint), birth_date, sex, tuple(ignored)
        ),
        components=_components(preparation.get("components"), products),
        vehicle=_vehicle(preparation.get("vehicle")),
        given_today=_given_today(content.get("given-today"), products),
        technique=_technique(content.get("technique"), therapy, edition),
        jurisdiction=_jurisdiction(content.get("jurisdiction")),
        policies=read_policies(content.get("policies")),
    )


def _technique(raw: object, therapy: str, edition: Edition) -> str | None:
    if raw is None:
        return None
    known = [t.id for one in edition.therapies if one.id == therapy for t in one.techniques]
    if not known:
        raise InputError(
            f"no technique is on file for {therapy}; leave it out",
            "technique",
            fr=f"aucune technique n’est enregistrée pour {therapy}\u00a0; retirez cette ligne",
        )
    return _one_of(raw, known, "technique")


def _jurisdiction(raw: object) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, str) or not _JURISDICTION.fullmatch(raw):
        raise InputError(
            f"“{shown(raw)}” is no country; write two capitals, as FR or US, or other",
            "jurisdiction",
            fr=f"«\u00a0{shown(raw)}\u00a0» n’est pas un pays\u00a0; écrivez deux capitales, "
            "comme FR ou US, ou bien other (autre)",
        )
    return raw


def _components(raw: object, products: Mapping[str, Product]) -> tuple[Component, ...]:
    place = "preparation.components"
    if not isinstance(raw, list) or not raw:
        raise InputError(
            "list at least one product, with its strength and its volume",
            place,
            fr="indiquez au moins un produit, avec sa concentration et son volume",
        )
    components = tuple(
        _component(part, products, f"{place}[{number}]") for number, part in enumerate(raw)
    )
    for number, component in enumerate(components):
        same = [c for c in components[:number] if c.product.id == component.product.id]
        if any(earlier.strength == component.strength for earlier in same):
            raise InputError(
                f"{component.product.id} at this strength is written twice; "
                "write it once, with its whole volume",
                f"{place}[{number}]",
                fr=f"{component.product.id} figure deux fois à cette concentration\u00a0; "
                "écrivez-le une fois, avec son volume entier",
            )
    return components


def _component(raw: object, products: Mapping[str, Product], place: str) -> Component:
    part = _lines(raw, _COMPONENT_KEYS, place, "{product: lidocaine, strength: 10, volume: 2}")
    product = _product(part, products, place)
    _unit(part, product, place, per_ml=True)
    if product.unit == "mL" and part.get("strength") is None:
        strength = 1.0  # what is measured by volume has no strength of its own
    else:
        strength = _strength(part.get("strength"), product, f"{place}.strength")
    return Component(product, strength, _volume(part.get("volume"), f"{place}.volume"))


def _strength(raw: object, product: Product, place: str) -> float:
    in_percent = _PERCENT.fullmatch(raw) if isinstance(raw, str) else None
    if in_percent is not None:
        value = float(in_percent[1].replace(",", "."))
        raise InputError(
            f"{value:g} % is {percent_to_mg_per_ml(value):g} mg/mL; "
            "write the strength in mg/mL, as a number",
            place,
            fr=f"{number_in_words(value, None, 'fr')}\u00a0% correspond à "
            f"{number_in_words(percent_to_mg_per_ml(value), None, 'fr')} mg/mL\u00a0; écrivez la "
            "concentration en mg/mL, en nombre",
        )
    unit = _unit_in_words(product)
    strength = Text(fr=f"la concentration en {unit.fr}/mL", en=f"the strength in {unit.en}/mL")
    value = _number(raw, place, strength)
    low, high = product.strength_range
    if not low <= value <= high:
        hint = Text(fr="", en="")
        if product.unit == "mg":
            hint = Text(fr=" (1\u00a0% correspond à 10 mg/mL)", en=" (1 % is 10 mg/mL)")
        written, least, most = (number_in_words(n, None, "fr") for n in (value, low, high))
        raise InputError(
            f"{value:g} {unit.en}/mL of {product.id} is not plausible; expected from {low:g} to "
            f"{high:g} {unit.en}/mL{hint.en}",
            place,
            fr=f"{written} {unit.fr}/mL de {product.id} n’est pas plausible\u00a0; "
            f"attendu\u00a0: de {least} à {most} {unit.fr}/mL{hint.fr}",
        )
    return value


def _volume(raw: object, place: str) -> float:
    value = _number(raw, place, Text(fr="le volume en mL", en="the volume in mL"))
    if not 0 < value <= MOST_ML:
        raise InputError(
            f"{value:g} mL is not plausible; expected above 0 and at most {MOST_ML:g} mL",
            place,
            fr=f"{number_in_words(value, None, 'fr')} mL n’est pas plausible\u00a0; "
            f"attendu\u00a0: plus de 0 et au plus {MOST_ML:g} mL",
        )
    return value


def _vehicle(raw: object) -> Vehicle:
    place = "preparation.vehicle"
    part = _lines(raw, {"fluid", "volume"}, place, "{fluid: saline, volume: 1}")
    fluid = _one_of(part.get("fluid"), FLUIDS, f"{place}.fluid")
    volume = part.get("volume")
    if fluid != "none":
        return Vehicle(fluid, _volume(volume, f"{place}.volume"))
    if volume not in (None, 0) or isinstance(volume, bool):
        raise InputError(
            "without a fluid there is no volume; name the fluid",
            f"{place}.volume",
            fr="sans liquide de dilution il n’y a pas de volume\u00a0; nommez le liquide",
        )
    return Vehicle("none")


def _given_today(raw: object, products: Mapping[str, Product]) -> tuple[GivenDose, ...] | None:
    if raw is None:
        return None
    if not isinstance(raw, list):
        raise InputError(
            "this is a list of doses, as [{product: lidocaine, dose: 150}], or [] for none",
            "given-today",
            fr="les doses forment une liste, comme [{product: lidocaine, dose: 150}], ou [] s’il "
            "n’y en a pas",
        )
    return tuple(_given(raw_dose, products, place) for place, raw_dose in _placed(raw))


def _placed(raw: list[object]) -> Iterator[tuple[str, object]]:
    for number, part in enumerate(raw):
        yield f"given-today[{number}]", part


def _given(raw: object, products: Mapping[str, Product], place: str) -> GivenDose:
    part = _lines(raw, _DOSE_KEYS, place, "{product: lidocaine, dose: 150}")
    product = _product(part, products, place)
    _unit(part, product, place, per_ml=False)
    unit = _unit_in_words(product)
    given = Text(fr=f"la dose en {unit.fr}", en=f"the dose in {unit.en}")
    dose = _number(part.get("dose"), f"{place}.dose", given)
    if not 0 < dose <= MOST_DOSE:
        raise InputError(
            f"{dose:g} {unit.en} is not plausible; write what was given, or leave it out",
            f"{place}.dose",
            fr=f"{number_in_words(dose, None, 'fr')} {unit.fr} n’est pas plausible\u00a0; "
            "écrivez ce qui a été donné, ou retirez la ligne",
        )
    return GivenDose(product, dose)


def _product(part: Mapping[str, Any], products: Mapping[str, Product], place: str) -> Product:
    return products[_one_of(part.get("product"), list(products), f"{place}.product")]


def _unit_in_words(product: Product) -> Text:
    return Text(fr=unit_in_words(product.unit, "fr"), en=unit_in_words(product.unit, "en"))


def _unit(part: Mapping[str, Any], product: Product, place: str, *, per_ml: bool) -> None:
    """Refuse a unit that is not the product's own: nothing is converted between mg and IU."""
    raw = part.get("unit")
    if raw is None:
        return
    written = str(raw).strip()
    if "%" in written:
        raise InputError(
            "1 % is 10 mg/mL; write the strength in mg/mL",
            f"{place}.unit",
            fr="1\u00a0% correspond à 10 mg/mL\u00a0; écrivez la concentration en mg/mL",
        )
    bare = re.sub(r"/m[lL]\Z", "", written) if per_ml else written
    if _IU_SPELLINGS.get(bare) != product.unit:
        raise InputError(
            f"{product.id} is measured in {product.unit}, not in “{shown(written)}”; "
            "nothing is converted here",
            f"{place}.unit",
            fr=f"{product.id} se mesure en {unit_in_words(product.unit, 'fr')}, et non en "
            f"«\u00a0{shown(written)}\u00a0»\u00a0; rien n’est converti ici",
        )


def _number(raw: object, place: str, what: Text) -> float:
    if raw is None:
        raise InputError(f"{what.en} is missing", place, fr=f"il manque {what.fr}")
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        raise InputError(
            f"{what.en} is a bare number, not “{shown(raw)}”",
            place,
            fr=f"{what.fr} est un simple nombre, et non «\u00a0{shown(raw)}\u00a0»",
        )
    try:
        value = float(raw)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise InputError(
            f"{what.en} is not a usable number",
            place,
            fr=f"{what.fr} n’est pas un nombre utilisable",
        )
    return value


def _lines(raw: object, keys: set[str], place: str, example: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise InputError(f"write it as {example}", place, fr=f"écrivez-le ainsi\u00a0: {example}")
    only(raw, keys, place)
    return raw


def _one_of(raw: object, known: list[str] | tuple[str, ...], place: str) -> str:
    if isinstance(raw, str) and raw in known:
        return raw
    listed = ", ".join(known)
    if raw is None:
        raise InputError(
            f"this is missing; known are: {listed}",
            place,
            fr=f"cette indication manque\u00a0; valeurs admises\u00a0: {listed}",
        )
    close = nearest(raw, known)
    raise InputError(
        f"“{shown(raw)}” is not known here{close.en}; known are: {listed}",
        place,
        fr=f"«\u00a0{shown(raw)}\u00a0» n’est pas connu ici{close.fr}\u00a0; valeurs "
        f"admises\u00a0: {listed}",
    )
