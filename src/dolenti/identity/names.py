"""Names of persons: how they are typed, kept, compared, sorted and shown.

The health identity keeps birth names and given names in capitals without accents, hyphens and
apostrophes kept (référentiel national d’identitovigilance). What a person typed is shown as
typed where it carries more: « Zoé » rather than « ZOE ».
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from dolenti.guideline.errors import InputError
from dolenti.identity.text import TextRules, clean_text, without_joiners

LONGEST = 100
"""Characters of a name. The longest birth names on record in France have about 70."""

PARTICLES = frozenset({"D", "DA", "DAS", "DE", "DEL", "DEN", "DER", "DES", "DI", "DOS", "DU", "EL",
                       "L", "LA", "LE", "LES", "VAN", "VON"})  # fmt: skip

# Letters that Unicode does not take apart into a letter and an accent.
_LIGATURES = str.maketrans({
    "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O",
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH",
    "ı": "i", "ŀ": "l", "Ŀ": "L",
})  # fmt: skip
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼʻ´`′", "'"))
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_SPACES = re.compile(r"\s+")
_APART = re.compile(r"[\W_]+")


def clean_name(raw: str, where: str = "", *, required: bool = False) -> str:
    """A name as typed, with one space between words, ``’`` and ``-`` for their look-alikes.

    Raises ``InputError`` for digits, markup and whatever else no name is written with.
    """
    text = without_joiners(clean_text(raw, TextRules(longest=LONGEST, required=required), where))
    text = text.translate(_APOSTROPHES).translate(_HYPHENS).replace("'", "’")
    text = _SPACES.sub(" ", text)
    for character in text:
        if not (character in " -’.," or unicodedata.category(character)[0] in "LM"):
            raise InputError(
                f"“{character}” is not written in a name; use letters, spaces, hyphens and "
                "apostrophes",
                where,
                fr=f"«\u00a0{character}\u00a0» ne s’écrit pas dans un nom\u00a0; employez des "
                "lettres, des espaces, des traits d’union et des apostrophes",
            )
    if text and not any(character.isalpha() for character in text):
        raise InputError(
            "there is no letter in this name; write it as on the identity document",
            where,
            fr="ce nom ne comporte aucune lettre\u00a0; écrivez-le comme sur la pièce d’identité",
        )
    return text


def given_names(raw: str, where: str = "") -> tuple[str, ...]:
    """The birth given names, in order; « Zoé, Marie-Anne Louise » are three."""
    return tuple(name for name in re.split(r"[ ,]+", clean_name(raw, where)) if name)


def check_first_given_name(first: str, every: tuple[str, ...], where: str = "") -> None:
    """The list of given names must begin with the first one, which may be « Jean Pierre ».

    Raises ``InputError``; an empty list says nothing and is right.
    """
    if every and not f"{key(' '.join(every))} ".startswith(f"{key(first)} "):
        raise InputError(
            f"the given names begin with “{every[0]}”, the first given name is “{first}”; copy "
            "both from the identity document",
            where,
            fr=f"la liste des prénoms commence par «\u00a0{every[0]}\u00a0» et le premier prénom "
            f"est «\u00a0{first}\u00a0»\u00a0; recopiez-les de la pièce d’identité",
        )


def official(name: str) -> str:
    """As the health identity keeps it: capitals without accents; hyphens, apostrophes kept."""
    return _plain(name.translate(_APOSTROPHES).translate(_HYPHENS))


@lru_cache(maxsize=1 << 16)
def key(name: str) -> str:
    """For comparing and for sorting: capitals A to Z, one space where anything else stood.

    « L’Hôte-Bœuf » and « LHOTE BOEUF » differ by a space: see ``solid``.
    """
    return _APART.sub(" ", _plain(name)).strip()


def solid(name: str) -> str:
    """The key without its spaces: « de la Tour », « Delatour » and « DE-LA-TOUR » are one."""
    return key(name).replace(" ", "")


def without_particles(name: str) -> str:
    """The key without leading particles, where something is left: « DE SOUSA » is « SOUSA »."""
    words = key(name).split(" ")
    while len(words) > 1 and words[0] in PARTICLES:
        words = words[1:]
    return " ".join(words)


def has_family_name(typed: str, known: Iterable[str]) -> bool:
    """Whether a name as somebody types it holds one of these family names, or a word of one:
    « Anne Martin » has that of « Martin-Dupont », « DELATOUR P. » that of « de la Tour ». Accents,
    case, hyphens and particles do not count; only whole words do: « Pauline » does not hold
    « LIN »."""
    typed_words = key(typed).split()
    words, count = set(typed_words), len(typed_words)
    runs = {
        "".join(typed_words[first:last])
        for first in range(count)
        for last in range(first + 1, count + 1)
    }
    for name in known:
        if solid(name) in runs - {""}:
            return True
        own = set(without_particles(name).split())
        if words & {one for one in own if len(one) > 1 or len(own) == 1}:
            return True
    return False


def sort_key(birth_name: str, given_name: str, used_name: str = "") -> tuple[str, str]:
    """People sorted as they are looked for at the desk: by the name they use, as written."""
    return key(used_name or birth_name), key(given_name)


def given_as_shown(name: str) -> str:
    """« JEAN-PIERRE » is shown as « Jean-Pierre »; what has small letters is shown as typed."""
    if not name.isupper():
        return name
    return re.sub(r"[^\W_]+", lambda word: word[0].capitalize(), name)


def _plain(name: str) -> str:
    if name.isascii():
        return name.upper()
    apart = unicodedata.normalize("NFKD", name.translate(_LIGATURES))
    bare = "".join(character for character in apart if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", bare.upper())
