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
    given-before: [{product: ketoprofen, days: 2}]

A component may say what else is in its vial (``with: [{product: adrenaline, strength: 0.005}]``):
the vial is drawn up once, its volume counts once, and the rules of each product speak. It may say
what the label of its vial reads (``excipients: [benzyl-alcohol]``, ``[]`` for
none) and where an unauthorised product comes from (``origin``); a dose of the day, that it was not
injected (``by: other``), how long ago it was (``hours-ago: 13``) and into which joint (``joint:
same``, ``other`` or ``unknown``). ``given-before`` are the days in a row just
before this one, ``[]`` for none.

It never guesses: a percentage, a foreign unit, a strength no vial has, an unknown name are
refused with the place and what to write instead. Whether the mixture is wise is not its business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, get_args

from dolenti.guideline.doses import percent_to_mg_per_ml, total
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case, Complaint, Dictionary
from dolenti.guideline.knowledge import Edition, Excipient, Product, Text
from dolenti.guideline.mixture.parts import check_unit, lines, number, one_of, unit_of
from dolenti.guideline.near import nearest, shown
from dolenti.guideline.numbers import number_in_words
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
    "given-today", "given-before", "policies", "invented", "about",
}  # fmt: skip
_COMPONENT_KEYS = {"product", "strength", "volume", "unit", "with", "excipients", "origin"}
_WITH_KEYS = {"product", "strength", "unit"}
_DOSE_KEYS = {"product", "dose", "unit", "by", "hours-ago", "joint"}
JOINTS: Final = ("same", "other", "unknown")
WAYS: Final = ("injection", "other")
_EXCIPIENTS: tuple[str, ...] = get_args(Excipient)
LONGEST_ORIGIN = 200
MOST_DAYS = 366
_PERCENT = re.compile(r"\s*([0-9]+(?:[.,][0-9]+)?)\s*%\s*")
_JURISDICTION = re.compile(r"[A-Z]{2}|other")


@dataclass(frozen=True, slots=True)
class Component:
    """One product drawn up: strength in its unit per mL, volume in mL.

    ``excipients`` are what the label of the vial names, ``None`` where nobody read it out;
    ``origin`` is where the clinic has it from, where it says so. One that is ``within`` came ready
    mixed in the vial of another, whose volume it shares.
    """

    product: Product
    strength: float
    volume: float
    excipients: tuple[str, ...] | None = None
    origin: str = ""
    within: bool = False


@dataclass(frozen=True, slots=True)
class Vehicle:
    """What the products are diluted in; the fluid ``none`` has no volume."""

    fluid: str
    volume: float = 0.0


@dataclass(frozen=True, slots=True)
class GivenDose:
    """What the patient has already received of a product today, in its unit; ``by`` injection
    where nobody said otherwise, at any time of the day where nobody said when, and into the same
    ``joint`` where it may be."""

    product: Product
    dose: float
    by: str = "injection"
    hours_ago: float | None = None
    joint: str = "unknown"


@dataclass(frozen=True, slots=True)
class GivenDays:
    """On how many days in a row, up to yesterday, a product was given."""

    product: Product
    days: int


@dataclass(frozen=True, slots=True)
class Mixture:
    """One preparation for one patient. ``given_today`` and ``given_before`` are ``None`` where
    nobody said; a product that is not among those said was not given."""

    therapy: str
    case: Case
    components: tuple[Component, ...]
    vehicle: Vehicle
    given_today: tuple[GivenDose, ...] | None
    given_before: tuple[GivenDays, ...] | None = None
    technique: str | None = None
    jurisdiction: str | None = None
    policies: Mapping[str, str] = field(default_factory=dict)

    @property
    def volume(self) -> float:
        drawn = (c.volume for c in self.components if not c.within)
        return total([self.vehicle.volume, *drawn])


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
    dictionary = Dictionary.of(edition)
    therapy = one_of(
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
            fr="indiquez le contenu de la seringue\u00a0: preparation: "
            "{vehicle: ..., components: [...]}",
        )
    only(preparation, {"vehicle", "components"}, "preparation")
    products = {
        name: product for product in edition.products for name in (product.id, *product.other_ids)
    }
    return Mixture(
        therapy=therapy,
        case=Case(
            as_of, complaint, for_complaint(facts, complaint), birth_date, sex, tuple(ignored)
        ),
        components=_components(preparation.get("components"), products),
        vehicle=_vehicle(preparation.get("vehicle")),
        given_today=_given_today(content.get("given-today"), products),
        given_before=_given_before(content.get("given-before"), products),
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
    return one_of(raw, known, "technique")


def _jurisdiction(raw: object) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, str) or not _JURISDICTION.fullmatch(raw):
        raise InputError(
            f"“{shown(raw)}” is no country; write two capitals, as FR or US, or other",
            "jurisdiction",
            fr=f"«\u00a0{shown(raw)}\u00a0» n’est pas un pays\u00a0; écrivez deux lettres "
            "majuscules, comme FR ou US, ou bien other (autre)",
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
    vials = [_vial(part, products, f"{place}[{position}]") for position, part in enumerate(raw)]
    for position, vial in enumerate(vials):
        component = vial[0]
        whole = {(one.product.id, one.strength) for one in vial}
        if any({(one.product.id, one.strength) for one in v} == whole for v in vials[:position]):
            raise InputError(
                f"{component.product.id} at this strength is written twice; "
                "write it once, with its whole volume",
                f"{place}[{position}]",
                fr=f"{component.product.label.fr} figure deux fois à cette concentration\u00a0; "
                "ne l’écrivez qu’une fois, avec son volume total",
            )
    return tuple(component for vial in vials for component in vial)


def _vial(raw: object, products: Mapping[str, Product], place: str) -> tuple[Component, ...]:
    """One thing drawn up: its product, and what came ready mixed with it."""
    whole = _component(raw, products, place)
    beside = raw.get("with") if isinstance(raw, Mapping) else None
    if beside is None:
        return (whole,)
    if not isinstance(beside, list) or not beside:
        raise InputError(
            "list what else is in the vial, as [{product: adrenaline, strength: 0.005}]",
            f"{place}.with",
            fr="indiquez ce que le flacon contient d’autre, comme "
            "[{product: adrenaline, strength: 0.005}]",
        )
    found = [whole]
    for position, part in enumerate(beside):
        there = f"{place}.with[{position}]"
        said = lines(part, _WITH_KEYS, there, "{product: adrenaline, strength: 0.005}")
        product = _product(said, products, there)
        check_unit(said, product, there, per_ml=True)
        if product.id in {one.product.id for one in found}:
            raise InputError(
                f"{product.id} is in this vial twice; write it once",
                there,
                fr=f"{product.label.fr} figure deux fois dans ce flacon\u00a0; ne l’écrivez qu’une "
                "fois",
            )
        strength = read_strength(said.get("strength"), product, f"{there}.strength")
        found.append(
            Component(product, strength, whole.volume, whole.excipients, whole.origin, within=True)
        )
    return tuple(found)


def _component(raw: object, products: Mapping[str, Product], place: str) -> Component:
    part = lines(raw, _COMPONENT_KEYS, place, "{product: lidocaine, strength: 10, volume: 2}")
    product = _product(part, products, place)
    check_unit(part, product, place, per_ml=True)
    if product.unit == "mL" and part.get("strength") is None:
        strength = 1.0  # what is measured by volume has no strength of its own
    else:
        strength = read_strength(part.get("strength"), product, f"{place}.strength")
    return Component(
        product,
        strength,
        _volume(part.get("volume"), f"{place}.volume"),
        _excipients(part.get("excipients"), f"{place}.excipients"),
        _origin(part.get("origin"), f"{place}.origin"),
    )


def _excipients(raw: object, place: str) -> tuple[str, ...] | None:
    if raw is None:
        return None
    if not isinstance(raw, list):
        raise InputError(
            "list the excipients that the label names, as [benzyl-alcohol], or [] for none of "
            "those that matter",
            place,
            fr="listez les excipients que nomme l’étiquette, comme [benzyl-alcohol], ou [] si "
            "aucun de ceux qui comptent n’y figure",
        )
    return tuple(one_of(one, _EXCIPIENTS, place) for one in raw)


def _origin(raw: object, place: str) -> str:
    if raw is None:
        return ""
    if not isinstance(raw, str) or not raw.strip() or len(raw) > LONGEST_ORIGIN:
        raise InputError(
            f"say in at most {LONGEST_ORIGIN} characters where the product comes from",
            place,
            fr=f"indiquez en {LONGEST_ORIGIN} caractères au plus d’où vient le produit",
        )
    if not raw.replace("\u00a0", " ").isprintable():
        raise InputError(
            "a hidden or broken character stands in the text; remove it",
            place,
            fr="le texte contient un caractère caché ou abîmé\u00a0; retirez-le",
        )
    return raw.strip()


def read_strength(raw: object, product: Product, place: str) -> float:
    """A strength per mL, in the product’s unit. Raises ``InputError`` for what no vial has."""
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
    unit = unit_of(product)
    strength = Text(fr=f"la concentration en {unit.fr}/mL", en=f"the strength in {unit.en}/mL")
    value = number(raw, place, strength)
    low, high = product.strength_range
    if not low <= value <= high:
        hint = Text(fr="", en="")
        if product.unit == "mg":
            hint = Text(fr=" (1\u00a0% correspond à 10\u00a0mg/mL)", en=" (1 % is 10 mg/mL)")
        written, least, most = (number_in_words(n, None, "fr") for n in (value, low, high))
        raise InputError(
            f"{value:g} {unit.en}/mL of {product.id} is not plausible; expected from {low:g} to "
            f"{high:g} {unit.en}/mL{hint.en}",
            place,
            fr=f"{product.label.fr}\u00a0: {written} {unit.fr}/mL n’est pas plausible\u00a0; "
            f"indiquez de {least} à {most} {unit.fr}/mL{hint.fr}",
        )
    return value


def _volume(raw: object, place: str) -> float:
    value = number(raw, place, Text(fr="le volume en mL", en="the volume in mL"))
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
    part = lines(raw, {"fluid", "volume"}, place, "{fluid: saline, volume: 1}")
    fluid = one_of(part.get("fluid"), FLUIDS, f"{place}.fluid")
    volume = part.get("volume")
    if fluid != "none":
        return Vehicle(fluid, _volume(volume, f"{place}.volume"))
    if volume not in (None, 0) or isinstance(volume, bool):
        raise InputError(
            "without a fluid there is no volume; name the fluid",
            f"{place}.volume",
            fr="un volume sans diluant\u00a0; indiquez le diluant ou retirez le volume",
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
    return tuple(
        _given(part, products, f"given-today[{position}]") for position, part in enumerate(raw)
    )


def _given_before(raw: object, products: Mapping[str, Product]) -> tuple[GivenDays, ...] | None:
    if raw is None:
        return None
    if not isinstance(raw, list):
        raise InputError(
            "this is a list of days in a row, as [{product: ketoprofen, days: 2}], or [] for none",
            "given-before",
            fr="les jours de suite forment une liste, comme [{product: ketoprofen, days: 2}], "
            "ou [] s’il n’y en a pas",
        )
    return tuple(
        _given_days(part, products, f"given-before[{position}]")
        for position, part in enumerate(raw)
    )


def _given_days(raw: object, products: Mapping[str, Product], place: str) -> GivenDays:
    part = lines(raw, {"product", "days"}, place, "{product: ketoprofen, days: 2}")
    product = _product(part, products, place)
    what = Text(fr="le nombre de jours", en="the number of days")
    days = number(part.get("days"), f"{place}.days", what)
    if not 0 <= days <= MOST_DAYS or days != int(days):
        raise InputError(
            f"{days:g} is no number of days; write a whole number from 0 to {MOST_DAYS}",
            f"{place}.days",
            fr=f"{number_in_words(days, None, 'fr')} n’est pas un nombre de jours\u00a0; écrivez "
            f"un nombre entier de 0 à {MOST_DAYS}",
        )
    return GivenDays(product, int(days))


def _given(raw: object, products: Mapping[str, Product], place: str) -> GivenDose:
    part = lines(raw, _DOSE_KEYS, place, "{product: lidocaine, dose: 150}")
    product = _given_product(part.get("product"), products, f"{place}.product")
    check_unit(part, product, place, per_ml=False)
    unit = unit_of(product)
    given = Text(fr=f"la dose en {unit.fr}", en=f"the dose in {unit.en}")
    dose = number(part.get("dose"), f"{place}.dose", given)
    if not 0 < dose <= MOST_DOSE:
        raise InputError(
            f"{dose:g} {unit.en} is not plausible; write what was given, or leave it out",
            f"{place}.dose",
            fr=f"{number_in_words(dose, None, 'fr')} {unit.fr} n’est pas plausible\u00a0; "
            "écrivez ce qui a été donné, ou retirez la ligne",
        )
    by, joint = part.get("by"), part.get("joint")
    return GivenDose(
        product,
        dose,
        WAYS[0] if by is None else one_of(by, WAYS, f"{place}.by"),
        read_hours_ago(part.get("hours-ago"), f"{place}.hours-ago"),
        "unknown" if joint is None else one_of(joint, JOINTS, f"{place}.joint"),
    )


def read_hours_ago(raw: object, place: str) -> float | None:
    """How many hours ago something was given today. Raises ``InputError`` for another day."""
    if raw is None:
        return None
    what = Text(fr="le nombre d’heures écoulées", en="the number of hours since")
    hours = number(raw, place, what)
    if not 0 <= hours <= 24:
        raise InputError(
            f"{hours:g} hours is not of today; write a number from 0 to 24",
            place,
            fr=f"{number_in_words(hours, None, 'fr')} heures ne sont pas d’aujourd’hui\u00a0; "
            "écrivez un nombre de 0 à 24",
        )
    return hours


def _given_product(raw: object, products: Mapping[str, Product], place: str) -> Product:
    """A product that was given. Of what is only swallowed, the fact is named that tells of it."""
    if isinstance(raw, str) and raw not in products:
        near = nearest(raw, products)
        raise InputError(
            f"“{shown(raw)}” is no product that is injected here{near.en}; of a medicine taken by "
            "mouth say the fact: nsaid-current, systemic-corticosteroid, or medicines",
            place,
            fr=f"«\u00a0{shown(raw)}\u00a0» n’est pas un produit injecté ici{near.fr}\u00a0; pour "
            "un médicament pris par la bouche, dites la donnée\u00a0: nsaid-current, "
            "systemic-corticosteroid ou medicines",
        )
    return products[one_of(raw, list(products), place)]


def _product(part: Mapping[str, Any], products: Mapping[str, Product], place: str) -> Product:
    return products[one_of(part.get("product"), list(products), f"{place}.product")]
