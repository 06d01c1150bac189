"""Rules for passwords: not like their owner's name, and nothing that is guessed first.

What is guessed first is what people choose in French: a few characters over and over, rows of the
keyboard, a common word with a year behind it. Long sentences of common words stay allowed.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Any, Final

from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

FEWEST_DIFFERENT: Final = 5
"""Characters that differ."""
FEWEST_BESIDE: Final = 4
"""Characters that are neither of a row nor of a common word."""
A_SENTENCE: Final = 4
"""So many common words are a sentence, which nobody guesses."""
A_PIECE: Final = 8
"""Characters, at most, of what is typed again and again."""
_ROW: Final = 3
_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "azertyuiop", "qsdfghjklm", "wxcvbn",
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm",
)  # fmt: skip
_NEXT: Final = frozenset(
    pair for row in _ROWS for one in (row, row[::-1]) for pair in pairwise(one)
)
_LOOKALIKES: Final = str.maketrans("@4380!15$7", "aaeboiisst")
_WORDS: Final = """
admin administrateur administrator alexandre amour amoureux ange antoine aout april august
automne autumn avril azerty banane batman bebe bienvenue bisous bonjour bonsoir bordeaux
bretagne cabinet cafe camille caroline celine chat chaton cheri cherie chien chocolat chouchou
christophe clinic clinique code coeur computer corse coucou december decembre demo dimanche
docteur doctor dolenti dominique doudou douleur dragon enfant ete etoile facebook famille
february fevrier foot football fraise francais france freedom french fromage google guitare
health hello hiver hopital hospital iloveyou infirmier infirmiere internet isabelle january
janvier jardin jean jetaime jeudi juillet juin julie julien july june laura laurent letmein
lille login loulou love lundi lune lyon mai maison maman mardi marie marine mars marseille
master may mbappe medecin medical merci mercredi michel minou monday monkey motdepass motdepasse
moto musique nantes naruto nathalie nice nicolas nounou november novembre nutella october
octobre orange ordinateur papa paris pass passe passw0rd password patient pharmacien philippe
pierre pizza pokemon pomme prince princesse printemps psg qwerty rennes reunion root rugby salut
samedi sante sarah secret secretaire secretariat september septembre shadow soleil sophie spring
starwars stephane strasbourg summer sunshine superman tata tennis test thomas titi toto toulouse
trustno user utilisateur vacances vanille vendredi voiture welcome whatever windows winter
zidane
"""
COMMON: Final = tuple(sorted(_WORDS.split(), key=len, reverse=True))
"""The commonest words of French passwords, and those of a clinic; the longest first."""
_WORD: Final = re.compile("|".join(COMMON))


class NotLikeTheirName(UserAttributeSimilarityValidator):
    """A password may not resemble its owner's name or e-mail address: its own words would name a
    column of the database."""

    def __init__(self, **options: Any) -> None:
        super().__init__(user_attributes=("email", "name"), **options)

    def get_error_message(self) -> str:
        return gettext("This password is too much like your name or your e-mail address.")

    def get_help_text(self) -> str:
        return gettext("A password may not be like your name or your e-mail address.")


class NotGuessedFirst:
    """A password may not be what is tried first."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ``ValidationError``."""
        if is_guessed_first(password):
            raise ValidationError(
                gettext(
                    "This password is among the first that are tried: a row of keys, a few "
                    "characters again and again, or a common word. Take four words that have "
                    "nothing to do with each other."
                ),
                code="password_guessed_first",
            )

    def get_help_text(self) -> str:
        """What is said beside the field."""
        return gettext("Four words that have nothing to do with each other are a good password.")


def is_guessed_first(password: str) -> bool:
    """Whether a password is a few characters, a repetition, or nothing much beside rows of keys and
    common words.

    >>> [is_guessed_first(one) for one in ("aaaaaaaaaaaa", "motdepasse12", "123456789012")]
    [True, True, True]
    >>> is_guessed_first("sept grues sur le toit")
    False
    """
    text = _folded(password)
    if len(set(text)) < FEWEST_DIFFERENT or _repeats(text):
        return True
    return any(_is_plain(one) for one in (text, text.translate(_LOOKALIKES)))


def _folded(password: str) -> str:
    apart = unicodedata.normalize("NFKD", password.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one))


def _repeats(text: str) -> bool:
    """Whether it is one short piece again and again (``soleil-soleil-``)."""
    sizes = range(1, min(A_PIECE, len(text) // 2) + 1)
    return any(text == (text[:size] * len(text))[: len(text)] for size in sizes)


def _is_plain(text: str) -> bool:
    """Whether there is nothing much in a text beside common words and rows of keys."""
    words = len(_WORD.findall(text))
    without = _WORD.sub(" ", text)
    rest = _without_rows(without)
    letters = re.sub(r"[\W\d_]", "", rest)
    return (words > 0 or rest != without) and words < A_SENTENCE and len(letters) < FEWEST_BESIDE


def _without_rows(text: str) -> str:
    """The text without its rows of three keys and more that lie beside each other."""
    kept, row = [], text[:1]
    for before, now in pairwise(text):
        if (before, now) in _NEXT or before == now:
            row += now
            continue
        kept.append(row if len(row) < _ROW else " ")
        row = now
    kept.append(row if len(row) < _ROW else " ")
    return "".join(kept)
