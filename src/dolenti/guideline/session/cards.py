"""Whether an emergency card may be shown: only once the site's doctor has signed these very words.

A signature is of the content of one card: the card, the doses it names, whom to call. Any of it
changes, and the card is off until it is signed again. Who signed, and when, is the site's to keep.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import msgspec

from dolenti.guideline.session.content import Content, found
from dolenti.guideline.session.shapes.emergency import Card, Dose
from dolenti.guideline.signing import plain

Standing = Literal["signed", "changed", "unsigned"]
"""``changed``: it was signed, and says something else today."""


@dataclass(frozen=True, slots=True)
class StandingCard:
    """A card, its doses, what is signed of it. Only a ``signed`` one ``may_show``."""

    card: Card
    doses: tuple[Dose, ...]
    sha256: str
    standing: Standing

    @property
    def may_show(self) -> bool:
        return self.standing == "signed"


def doses_of(content: Content, card: Card) -> tuple[Dose, ...]:
    """The doses that a card names, in the order of its steps."""
    names = dict.fromkeys(step.dose for step in card.steps if step.dose is not None)
    return tuple(found(content.doses, name, "doses") for name in names)


def card_hash(content: Content, card: Card) -> str:
    """SHA-256 of all that somebody signs with a card."""
    whole = [plain(card), [plain(dose) for dose in doses_of(content, card)], plain(content.call)]
    return hashlib.sha256(msgspec.json.encode(whole, order="sorted")).hexdigest()


def cards(content: Content, signed: Collection[tuple[str, str]]) -> tuple[StandingCard, ...]:
    """Every card, the gravest first, and whether it may be shown.

    ``signed`` are the site's signatures that stand: the card's id and the hash that was signed.
    """
    ever = {name for name, _ in signed}
    standing = []
    gravity = content.call.gravity.index
    for card in sorted(content.cards, key=lambda one: gravity(one.id)):
        now = card_hash(content, card)
        state: Standing = "changed" if card.id in ever else "unsigned"
        standing.append(
            StandingCard(
                card, doses_of(content, card), now, "signed" if (card.id, now) in signed else state
            )
        )
    return tuple(standing)


def cards_edition(content: Content) -> str:
    """What is printed on every card of these words: eight signs of the hash of them all. A kit
    holds the cards of this edition, or old ones."""
    every = [card_hash(content, card) for card in content.cards]
    return hashlib.sha256("".join(every).encode()).hexdigest()[:8].upper()
