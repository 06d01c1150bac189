"""A card as its page shows it: in words, with its doses by weight and their table."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from dolenti.guideline import session as guided
from dolenti.guideline.session import Content, Figure, Someone, StandingCard
from dolenti.guideline.session.shapes.common import Said
from dolenti.guideline.session.shapes.emergency import Dose, Signs
from dolenti.readiness.models import CardSignature
from dolenti.treatment.content import plain

WEIGHTS: Final = (10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100, 120)
ADULT_MONTHS: Final = 18 * 12


@dataclass(frozen=True)
class Line:
    """A sentence, and whether somebody read it in its sources."""

    says: str
    verified: bool


@dataclass(frozen=True)
class AmountLine:
    """One figure of a dose: ``rule`` is what the page reckons it by, the very one of the table."""

    label: str
    unit: str
    rule: str
    adult: str
    over: tuple[str, str] | None


@dataclass(frozen=True)
class TableRow:
    """A weight, and the figure of each amount; empty where the weight alone does not say it."""

    kg: int
    figures: tuple[str, ...]


@dataclass(frozen=True)
class DoseLine:
    """A medicine of a card."""

    label: str
    amounts: tuple[AmountLine, ...]
    table: tuple[TableRow, ...]
    repeat: int | None
    says: tuple[Line, ...]
    conflict: str
    verified: bool


@dataclass(frozen=True)
class StepLine:
    """One thing to do. ``timer`` is after how many minutes it is looked at again."""

    says: str
    verified: bool
    dose: DoseLine | None
    timer: int | None


@dataclass(frozen=True)
class CardShown:
    """A card in words. Only one that is signed is shown to whoever is in an emergency."""

    id: str
    title: str
    colour: str
    standing: str
    sha256: str
    recognise: tuple[Line, ...]
    steps: tuple[StepLine, ...]
    do_not: tuple[Line, ...]
    after: Line
    mild: Line | None
    signature: CardSignature | None

    @property
    def may_show(self) -> bool:
        """Whether these very words are signed."""
        return self.standing == "signed"


def shown(standing: StandingCard, signature: CardSignature | None, language: str) -> CardShown:
    """A card in words."""
    card = standing.card
    doses = {one.id: _dose(one, language) for one in standing.doses}
    return CardShown(
        id=card.id,
        title=card.title.in_language(language),
        colour=card.colour,
        standing=standing.standing,
        sha256=standing.sha256,
        recognise=_signs(card.recognise, language),
        steps=tuple(
            StepLine(
                one.says.in_language(language),
                one.mark == "R",
                doses[one.dose] if one.dose else None,
                one.timer_min,
            )
            for one in card.steps
        ),
        do_not=_signs(card.do_not, language),
        after=line(card.after, language),
        mild=line(card.mild, language) if card.mild else None,
        signature=signature,
    )


def line(said: Said, language: str) -> Line:
    """A sentence."""
    return Line(said.says.in_language(language), said.mark == "R")


def call(content: Content, language: str) -> dict[str, Any]:
    """Whom to call, what to say, how to tell states apart."""
    one = content.call
    return {
        "number": line(one.number, language),
        "say": line(one.say, language),
        "writes": line(one.one_person_writes, language),
        "apart": [
            {"label": state.label.in_language(language), "card": state.card}
            | {"says": state.says.in_language(language)}
            for state in one.telling_apart
        ],
    }


def _signs(signs: Signs, language: str) -> tuple[Line, ...]:
    return tuple(Line(one.in_language(language), signs.mark == "R") for one in signs.lines)


def _dose(dose: Dose, language: str) -> DoseLine:
    amounts = tuple(
        AmountLine(
            amount.label.in_language(language),
            unit(amount.unit, language),
            json.dumps(
                {
                    "step": amount.step,
                    "most": amount.most,
                    "mg": dose.mg_per_ml,
                    "bands": msgspec.to_builtins(amount.bands),
                }
            ),
            _of(guided.figures(dose, Someone(months=ADULT_MONTHS)), amount.id, language),
            None if (over := amount.over_min) is None else (f"{over[0]:g}", f"{over[1]:g}"),
        )
        for amount in dose.amounts
    )
    return DoseLine(
        label=dose.label.in_language(language),
        amounts=amounts,
        table=tuple(_rows(dose, language)),
        repeat=dose.repeat_after_min,
        says=tuple(line(one, language) for one in dose.says),
        conflict=dose.conflict.in_language(language) if dose.conflict else "",
        verified=dose.mark == "R",
    )


def _rows(dose: Dose, language: str) -> Iterable[TableRow]:
    """The doses by weight, of somebody whose age nobody knows."""
    for kg in WEIGHTS:
        found = guided.figures(dose, Someone(kg=kg))
        if found:
            yield TableRow(kg, tuple(_of(found, one.id, language) for one in dose.amounts))


def _of(found: Iterable[Figure], amount: str, language: str) -> str:
    return next((said(one, language) for one in found if one.amount.id == amount), "")


def said(figure: Figure, language: str) -> str:
    """A figure with its unit, and the same in mg where that is known."""
    value = plain(figure.value, language)
    if figure.to is not None:
        value = f"{value}–{plain(figure.to, language)}"
    text = f"{value}\u00a0{unit(figure.amount.unit, language)}"
    if figure.mg is not None:
        text += f" ({plain(figure.mg, language)}\u00a0mg)"
    return text


def unit(name: str, language: str) -> str:
    """A unit in words."""
    return {"fr": "bouffées", "en": "puffs"}[language] if name == "puff" else name
