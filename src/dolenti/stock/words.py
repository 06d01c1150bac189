"""Why a lot is not used, in words: recalled or kept apart since when and why, expired, used up."""

from __future__ import annotations

from datetime import date
from typing import Final, Protocol

from dolenti.guideline.knowledge import Text
from dolenti.guideline.words import date_in_words
from dolenti.stock.life import LotRefusedError
from dolenti.stock.standing import AnyLot, Stands, stands


class NamedLot(AnyLot, Protocol):
    """What this asks of a lot."""

    number: str
    reason: str
    held_on: date | None


_SINCE: Final = {
    Stands.RECALLED: (
        Text(fr="rappelé", en="recalled"),
        Text(fr="le", en="on"),
        Text(fr="depuis le", en="since"),
    ),
    Stands.QUARANTINED: (
        Text(fr="en quarantaine", en="in quarantine"),
        Text(fr="depuis le", en="since"),
        Text(fr="depuis le", en="since"),
    ),
    Stands.EXPIRED: (
        Text(fr="périmé", en="expired"),
        Text(fr="depuis le", en="since"),
        Text(fr="depuis le", en="since"),
    ),
    Stands.EMPTY: (
        Text(fr="épuisé", en="used up"),
        Text(fr="", en=""),
        Text(fr="", en=""),
    ),
}
"""How it stands, and the words before the day: of a state that is told, of one that “is”."""

_THEN: Final = {
    Stands.RECALLED: Text(
        fr="personne ne peut l’utiliser\u00a0; prenez-en un autre",
        en="nobody can use it; take another one",
    ),
    Stands.QUARANTINED: Text(fr="prenez-en un autre", en="take another one"),
    Stands.EXPIRED: Text(
        fr="détruisez-le et prenez-en un autre", en="discard it, and take another one"
    ),
    Stands.EMPTY: Text(fr="prenez-en un autre, ou comptez-le", en="take another one, or count it"),
}


def said_of(lot: NamedLot, day: date) -> Text | None:
    """“lot AG118 rappelé le 3 mars 2026 (avis du fabricant)”; ``None`` for one that is usable."""
    found = stands(lot, day)
    if found is Stands.USABLE:
        return None
    how, told, _is = _SINCE[found]
    return Text(
        fr=f"lot {lot.number} {_with_day(lot, found, how.fr, told.fr, 'fr')}",
        en=f"lot {lot.number} {_with_day(lot, found, how.en, told.en, 'en')}",
    )


def refusal(
    lot: NamedLot, found: Stands, then: Text | None = None, where: str = "lot"
) -> LotRefusedError:
    """The refusal of a lot that stands so, and what to do ``then``: take another one, unless
    said. ``where`` is the field in which it was named."""
    how, _told, since = _SINCE[found]
    next_step = then or _THEN[found]
    fr = _with_day(lot, found, how.fr, since.fr, "fr")
    en = _with_day(lot, found, how.en, since.en, "en")
    return LotRefusedError(
        f"lot {lot.number} is {en}: {next_step.en}",
        where,
        fr=f"le lot {lot.number} est {fr}\u00a0: {next_step.fr}",
    )


def _with_day(lot: NamedLot, found: Stands, how: str, since: str, language: str) -> str:
    day = lot.expiry if found is Stands.EXPIRED else lot.held_on
    dated = day is not None and found is not Stands.EMPTY
    words = f"{how} {since} {date_in_words(day, language)}" if dated and day else how
    why = lot.reason if found in (Stands.RECALLED, Stands.QUARANTINED) else ""
    return f"{words} ({why})" if why else words
