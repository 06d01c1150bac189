"""What the opioids taken in a day amount to, in mg of oral morphine, by a versioned table.

It estimates a risk and nothing else: no dose, no change from one opioid to another and no taper
follows from it. What a table does not compute makes the sum "at least", and is named; it never
counts as 0. Exact: amounts are decimal texts and sums are ``Decimal``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from itertools import takewhile
from typing import Final

from dolenti.guideline.diary.shapes.opioids import Factor, OpioidTable
from dolenti.guideline.errors import InputError


@dataclass(frozen=True, slots=True)
class Taken:
    """One opioid of a day: its id in the table or its substance as the public base writes it, its
    route and form, the dose of one intake (mg; µg/h of a patch) and how many a day (patches worn).
    ``for_pain`` is ``None`` where nobody asked."""

    name: str
    route: str
    form: str
    dose: str
    times: str
    for_pain: bool | None = None


@dataclass(frozen=True, slots=True)
class Equivalent:
    """The sum, ``None`` where nothing could be computed; ``left_out`` are the names that were not
    computed: where there is one, the sum reads "at least"."""

    table: str
    amount: Decimal | None
    left_out: tuple[str, ...]

    @property
    def at_least(self) -> bool:
        """Whether more was taken than the sum says."""
        return bool(self.left_out)


def equivalent(table: OpioidTable, taken: Sequence[Taken]) -> Equivalent:
    """The equivalent of a day, in mg of oral morphine. Raises ``InputError`` for what is no amount.

    Medicines that are no opioids by the table count for nothing and are not named.
    """
    amount: Decimal | None = None
    left_out = []
    for place, one in enumerate(taken):
        if one.name in table.not_opioids:
            continue
        factor = _factor(table, one)
        dose, times = _amount(one.dose, place), _amount(one.times, place)
        if factor is None:
            left_out.append(one.name)
        else:
            amount = (amount or Decimal(0)) + dose * times * Decimal(factor.factor)
    return Equivalent(table.id, amount, tuple(left_out))


@dataclass(frozen=True, slots=True)
class Listed:
    """One opioid of a list of medicines: what it is called, from when to when it is taken (the day
    it was stopped is no day of it), and how much a day. ``since`` is ``None`` where nobody knows
    when it began, ``until`` where it is taken still; ``taken`` where the dose cannot be read.
    """

    name: str
    since: date | None
    until: date | None
    taken: Taken | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which the same opioids were taken: from ``since`` (``None``: nobody knows) on.
    ``left_out`` of the equivalent are the names of the list."""

    since: date | None
    names: tuple[str, ...]
    equivalent: Equivalent


def over_time(table: OpioidTable, listed: Sequence[Listed]) -> tuple[Stretch, ...]:
    """What a list of opioids amounted to, one stretch after the other, by one table. A stretch
    without any has no names and no amount."""
    days = {one.since for one in listed} | {one.until for one in listed if one.until is not None}
    ordered = sorted(days, key=lambda day: (day is not None, day or date.min))
    found: list[Stretch] = []
    for day in ordered:
        taken = [one for one in listed if _is_taken(one, day)]
        parts = [
            (one, Equivalent(table.id, None, (one.name,)))
            if one.taken is None
            else (one, equivalent(table, [one.taken]))
            for one in taken
        ]
        known = [part.amount for _, part in parts if part.amount is not None]
        amount = sum(known, Decimal(0)) if known else None
        left_out = tuple(one.name for one, part in parts if part.amount is None)
        stretch = Stretch(
            day, tuple(one.name for one in taken), Equivalent(table.id, amount, left_out)
        )
        if not found or (found[-1].names, found[-1].equivalent) != (
            stretch.names,
            stretch.equivalent,
        ):
            found.append(stretch)
    return tuple(found)


DAYS_OF_A_MONTH: Final = 30.4375
FALL_WITHIN: Final = timedelta(days=30)
"""A fall in dose is looked for over so many days."""


def facts_of(stretches: Sequence[Stretch], on: date) -> dict[str, bool | float]:
    """What the rules of opioids may ask of a list on a day; what nobody knows is left out.

    The equivalent where something was not computed is the least it can be, and the months are the
    least they can be: both are for rules that ask for "at least" or "over", which speak of nothing
    that is not certain. ``equivalent-fall-percent`` is the fall from the highest day of the last
    30; none is said while something of today is not computed.
    """
    past = [one for one in stretches if one.since is None or one.since <= on]
    if not past:
        return {}
    now = past[-1]
    found: dict[str, bool | float] = {"takes-opioid": bool(now.names)}
    if now.equivalent.amount is not None:
        found["morphine-equivalent"] = float(now.equivalent.amount)
    run = list(takewhile(lambda one: one.names, reversed(past)))
    began = min((one.since for one in run if one.since is not None), default=None)
    if began is not None:
        found["opioid-months"] = (on - began).days / DAYS_OF_A_MONTH
    left = Decimal(0) if not now.names else now.equivalent.amount
    if left is not None and not now.equivalent.at_least:
        ends = [*(one.since for one in past[1:]), None]
        recent = [
            one.equivalent.amount or Decimal(0)
            for one, end in zip(past, ends, strict=True)
            if end is None or end > on - FALL_WITHIN
        ]
        highest = max(recent)
        if highest > 0:
            found["equivalent-fall-percent"] = float((highest - left) / highest * 100)
    return found


BY_MOUTH: Final = "orale"


def of_a_day(
    table: OpioidTable, named: Sequence[str], milligrams: Mapping[str, str]
) -> Equivalent | None:
    """What somebody told of one day amounts to: the opioids that they named, by their ids in the
    table, and mg by mouth of some. ``None`` where they named none. One without a number, or
    without a factor, is left out and named; ``named`` may hold other medicines, which count for
    nothing. Raises ``InputError`` for what is no amount."""
    known = {one.id for one in table.factors} | {one.id for one in table.not_computed}
    opioids = [one for one in named if one in known]
    if not opioids:
        return None
    counted = [one for one in opioids if one in milligrams]
    found = equivalent(table, [Taken(one, BY_MOUTH, "", milligrams[one], "1") for one in counted])
    left = [one for one in opioids if one not in counted]
    return Equivalent(table.id, found.amount, (*found.left_out, *left))


def _is_taken(one: Listed, day: date | None) -> bool:
    if day is None:
        return one.since is None
    return (one.since is None or one.since <= day) and (one.until is None or day < one.until)


def _factor(table: OpioidTable, one: Taken) -> Factor | None:
    return next(
        (
            factor
            for factor in table.factors
            if one.name in (factor.id, *factor.names)
            and one.route in factor.routes
            and (not factor.forms or any(form in one.form for form in factor.forms))
            and (one.for_pain is True or not factor.only_for_pain)
        ),
        None,
    )


def _amount(text: str, place: int) -> Decimal:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0:
        raise InputError(
            f"“{text}” is no amount; write a number, as 10 or 2.5",
            f"[{place}]",
            fr=f"«\u00a0{text}\u00a0» n’est pas une quantité\u00a0; écrivez un nombre, comme 10 "
            "ou 2,5",
        )
    return number
