"""The doses of the emergency cards for one patient, by weight, else by age, else none.

Everything is reckoned in decimal, as a person writes it, and rounded **down**: no figure is ever
above its ceiling, and none is guessed. Who reads a card in an emergency is never asked first: where
weight and age are unknown the figures are simply absent, and the table stands in their place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from dolenti.guideline.doses import weight_for_doses
from dolenti.guideline.errors import InputError
from dolenti.guideline.numbers import number_in_words
from dolenti.guideline.session.decimals import exact, plain
from dolenti.guideline.session.shapes.emergency import Amount, Band, Dose

LIGHTEST_KG, HEAVIEST_KG = 0.5, 400.0
OLDEST_MONTHS = 120 * 12


@dataclass(frozen=True, slots=True)
class Someone:
    """Whom a dose is for: kg, months, cm; ``None`` where it is not known.

    Raises ``InputError`` for what no human has.
    """

    kg: float | None = None
    months: int | None = None
    height_cm: float | None = None
    male: bool | None = None

    def __post_init__(self) -> None:
        if self.kg is not None and not LIGHTEST_KG <= self.kg <= HEAVIEST_KG:
            raise InputError(
                f"{self.kg:g} kg is no weight of a patient",
                "weight",
                fr=f"{number_in_words(self.kg, 'kg', 'fr')} n’est pas le poids d’un patient",
            )
        if self.months is not None and not 0 <= self.months <= OLDEST_MONTHS:
            raise InputError(
                f"{self.months} months is no age of a patient",
                "age",
                fr=f"{self.months} mois n’est pas l’âge d’un patient",
            )


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a dose: ``value`` in the amount's unit, up to ``to`` where it is a range.

    ``by`` says what it rests on; ``mg`` is the same in mg, where the strength is known.
    """

    amount: Amount
    value: Decimal
    to: Decimal | None
    by: str
    mg: Decimal | None


def figures(dose: Dose, someone: Someone) -> tuple[Figure, ...]:
    """The figures of a dose that are certain for someone; those that need what is not known are
    left out."""
    kg = someone.kg
    if dose.ideal_weight and someone.male is not None:
        kg = weight_for_doses(kg, someone.height_cm, male=someone.male)
    return tuple(_figures(dose, someone, None if kg is None else exact(kg)))


def _figures(dose: Dose, someone: Someone, kg: Decimal | None) -> Iterator[Figure]:
    for amount in dose.amounts:
        band = next((one for one in amount.bands if _fits(one, kg, someone.months)), None)
        if band is None:
            continue
        value = _value(band, kg, amount)
        yield Figure(
            amount=amount,
            value=value,
            to=None if band.to is None else _down(exact(band.to), amount),
            by=_by(band),
            mg=None if dose.mg_per_ml is None else plain(value * exact(dose.mg_per_ml)),
        )


def _fits(band: Band, kg: Decimal | None, months: int | None) -> bool:
    needs_weight = band.per_kg is not None or (band.from_kg, band.under_kg, band.over_kg) != (
        None,
        None,
        None,
    )
    if needs_weight and kg is None:
        return False
    if band.without_weight and kg is not None:
        return False
    if (band.from_months is not None or band.under_months is not None) and months is None:
        return False
    return (
        (band.from_kg is None or (kg is not None and kg >= exact(band.from_kg)))
        and (band.over_kg is None or (kg is not None and kg > exact(band.over_kg)))
        and (band.under_kg is None or (kg is not None and kg < exact(band.under_kg)))
        and (band.from_months is None or (months is not None and months >= band.from_months))
        and (band.under_months is None or (months is not None and months < band.under_months))
    )


def _value(band: Band, kg: Decimal | None, amount: Amount) -> Decimal:
    if band.per_kg is not None:
        assert kg is not None
        return _down(exact(band.per_kg) * kg, amount)
    assert band.fixed is not None
    return _down(exact(band.fixed), amount)


def _by(band: Band) -> str:
    if band.per_kg is not None or band.from_kg or band.under_kg or band.over_kg:
        return "weight"
    return "age" if band.from_months is not None or band.under_months is not None else "all"


def _down(value: Decimal, amount: Amount) -> Decimal:
    """Whole steps, never above the ceiling."""
    step = exact(amount.step)
    whole = (value / step).to_integral_value(ROUND_FLOOR) * step
    return plain(whole if amount.most is None else min(whole, exact(amount.most)))
