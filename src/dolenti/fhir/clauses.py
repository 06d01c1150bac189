"""The clauses of a free text, and whether one says a name or denies it. Nothing here knows a
record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
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
_BULLETS: Final = "-–—•*·"
_OTHER_HEADING_WORDS: Final = """
STATUT STATUS PANEL BILAN LISTE LIST HISTOIRE HISTORY OF AND ET OU OR PAST OTHER AUTRES
"""
_EXCEPT_WORDS: Final = "SAUF HORMIS EXCEPTE DEHORS MAIS EXCEPT BUT APART"
_YES_WORDS: Final = "OUI YES PRESENT PRESENTE PRESENTES PRESENTS POSITIF POSITIVE VRAI TRUE"

_DENIALS: Final = frozenset(_DENY.split())
_DENYING: Final = _DENIALS | frozenset(_NONE.split())
_NOTHING: Final = _DENYING | frozenset(_OF_NONE.split())
_OF_HEADINGS: Final = _NOTHING | frozenset(_OTHER_HEADING_WORDS.split())
_EXCEPTIONS: Final = frozenset(_EXCEPT_WORDS.split())
_BETWEEN_DENIAL_AND_WORD: Final = frozenset(_BETWEEN_THEM.split())
_NARROWER: Final = frozenset(_NARROWER_WORDS.split())
"""“Pas de fracture déplacée” denies the displacement alone."""
_YES: Final = frozenset(_YES_WORDS.split())


class Clause(NamedTuple):
    """A part of a text that stands for itself: its folded words, where it lies, and the sign that
    ends it (none at the end of the text)."""

    text: str
    said: tuple[str, ...]
    begins: int
    ends: int
    sign: str

    @property
    def has(self) -> frozenset[str]:
        return frozenset(self.said)

    @property
    def is_heading(self) -> bool:
        """Whether what it says stands behind it (“Allergies ?”, “Allergies :”)."""
        if self.sign == "\n" and self.has <= _OF_HEADINGS and self.has.isdisjoint(_DENYING):
            return True  # a line of its own: “Allergies”
        return self.sign == "?" or self.text.endswith(":")


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


def is_heading_alone(text: str) -> bool:
    """Whether a text says of what it lists things, and lists none (“Allergies connues”)."""
    return frozenset(words(text)) <= _OF_HEADINGS


def has_denial(text: str) -> bool:
    """Whether any word of a text may turn its sense."""
    return not _DENIALS.isdisjoint(words(text))


def clauses(text: str) -> Iterator[Clause]:
    """The parts of a text that stand for themselves."""
    text = text[:LONGEST_TEXT]
    begins = 0
    signs = [(found.start(), found[0]) for found in _BETWEEN.finditer(text)]
    for ends, sign in (*signs, (len(text), "")):
        part = text[begins:ends]
        if said := words(part):
            yield Clause(part.strip(), said, begins, ends, sign)
        begins = ends + len(sign)


def with_answer(
    text: str, parts: Sequence[Clause], at: int, is_another: Callable[[Clause], bool]
) -> str | None:
    """What a clause that lists things says of them, to the end of its list: behind its question
    mark or colon, on lines of their own, in brackets, after commas. ``None`` where it says that
    there is none, and nothing else. ``is_another`` says where something else is spoken of."""
    last = at
    for number in range(at + 1, len(parts)):
        before, one = parts[last], parts[number]
        if not _goes_on(before, one) or (before.sign != "(" and is_another(one)):
            break
        last = number
    whole = text[parts[at].begins : parts[last].ends].strip()
    if last > at and parts[last].sign == ")":
        whole += ")"
    behind = text[parts[at].ends + 1 : parts[last].ends] if parts[at].is_heading else whole
    return None if denies_all(whole) or denies_all(behind) else " ".join(whole.split())


def _goes_on(before: Clause, after: Clause) -> bool:
    """Whether a clause belongs to the list or the answer that the one before it stands in."""
    if before.is_heading or before.sign in ",();":
        return True
    return before.sign == "\n" and after.text[0] in _BULLETS


def excepts(said: Iterable[str]) -> bool:
    """Whether what is denied is denied with an exception (“aucune allergie sauf …”)."""
    return not _EXCEPTIONS.isdisjoint(said)


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
