"""The clauses of a free text, and whether one says a name or denies it. Nothing here knows a
record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from dolenti.medicines.words import words

LONGEST_TEXT: Final = 20_000
"""Characters of one text that are looked at; of a longer one, that it is longer is listed."""

_BETWEEN: Final = re.compile(r"[;\n!?()]|[.,](?!\d)")
_DENY: Final = """
PAS SANS ABSENCE ABSENT ABSENTE AUCUN AUCUNE NI NO NOT WITHOUT NON JAMAIS NEVER DENIES
"""
_NONE: Final = "NONE NIL NEANT RAS NKA NKDA NEGATIF NEGATIVE NEG RIEN"
_OF_NONE: Final = """
A D DE L LES LA LE EN COURS SIGNALER KNOWN CONNU CONNUE CONNUES CONNUS NOTABLE NOTABLES PARTICULIER
PARTICULIERE SIGNALE SIGNALEE ALLERGIE ALLERGIES ALLERGY MEDICAMENTEUSE MEDICAMENTEUSES DRUG
TRAITEMENT TRAITEMENTS MEDICAMENT MEDICAMENTS MEDICATION MEDICATIONS ANTECEDENT ANTECEDENTS
"""
_BETWEEN_THEM: Final = """
D DE DU DES L LA LE LES UN UNE OF ANY A AN THE EVIDENCE SIGN SIGNS SIGNE SIGNES IMAGE IMAGES TRAIT
ARGUMENT EN FAVEUR POUR VISIBLE CONNUE CONNU KNOWN NOTION
"""
_NARROWER_WORDS: Final = """
DEPLACEE DEPLACEES DISPLACED RECENTE RECENTES RECENT OUVERTE OPEN COMPLETE EVOLUTIVE EVOLUTIF
SECONDAIRE DOUTEUSE
"""
_YES_WORDS: Final = "OUI YES PRESENT PRESENTE PRESENTES PRESENTS POSITIF POSITIVE VRAI TRUE"

_DENIALS: Final = frozenset(_DENY.split())
_DENYING: Final = _DENIALS | frozenset(_NONE.split())
_NOTHING: Final = _DENYING | frozenset(_OF_NONE.split())
_BETWEEN_DENIAL_AND_WORD: Final = frozenset(_BETWEEN_THEM.split())
_NARROWER: Final = frozenset(_NARROWER_WORDS.split())
"""“Pas de fracture déplacée” denies the displacement alone."""
_YES: Final = frozenset(_YES_WORDS.split())


class Told(NamedTuple):
    """A test that a clause of a text names."""

    test: str
    clause: str


def denies_all(text: str) -> bool:
    """Whether a text says that there is none, and nothing else (“aucune allergie connue”)."""
    said = frozenset(words(text))
    return bool(said & _DENYING) and said <= _NOTHING


def affirms_alone(text: str) -> bool:
    """Whether a text says yes and does not name what."""
    said = frozenset(words(text))
    return bool(said) and said <= _YES


def has_denial(text: str) -> bool:
    """Whether any word of a text may turn its sense."""
    return not _DENIALS.isdisjoint(words(text))


def clauses(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The parts of a text that stand for themselves, each with its folded words."""
    for part in _BETWEEN.split(text[:LONGEST_TEXT]):
        if said := words(part):
            yield part.strip(), said


def is_said(said: Sequence[str], names: Iterable[Sequence[str]]) -> bool:
    """Whether a clause has all words of a name, and the first of them stands undenied; both come
    folded."""
    have = frozenset(said)
    for own in names:
        if own and have.issuperset(own):
            places = [at for at, word in enumerate(said) if word == own[0]]
            if not all(_is_denied(said, at, len(own)) for at in places):
                return True
    return False


def _is_denied(said: Sequence[str], at: int, length: int) -> bool:
    after = said[at + length : at + length + 2]
    if len(after) == 1 and after[0] in _DENYING:  # “grossesse : non”
        return True
    before = at - 1
    while before >= 0 and said[before] in _BETWEEN_DENIAL_AND_WORD:
        before -= 1
    return (
        before >= 0
        and said[before] in _DENIALS
        and not (after and after[0] in _NARROWER)
        and not (before > 0 and said[before - 1] in _DENIALS)  # “non sans fièvre”
    )
