"""The French health identity number (matricule INS): a NIR, or failing that a NIA, and its key.

It is checked for its form and its key, and compared with the person's traits. A right key says
that the number was typed well, not whose it is: only the national teleservice (INSi) says that.
A number typed by hand therefore never makes an identity « qualifiée »; see ``trust``.

Composition: sex (1 character), year (2) and month (2) of birth, place of birth (5: commune by
its INSEE code, or 99 and the country), order (3), key (2). Source: decree 82-103 of 22 January
1982, article 4. Issuing authorities (OIDs): Agence du numérique en santé, as FR Core repeats.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, TypeAlias

from stdnum.exceptions import ValidationError
from stdnum.fr import nir

from dolenti.guideline.birth import BirthDate, first_day
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text

Sex: TypeAlias = Literal["female", "male", "other"]

CORSICA_SPLIT = date(1976, 1, 1)
"""Before, a person born in Corsica has 20 as department, not 2A or 2B."""
PARIS_SPLIT = date(1968, 1, 1)
"""Before, the departments 91 to 95 were 75 and 78 (Seine and Seine-et-Oise)."""

_SEXES: dict[str, Sex] = {"1": "male", "3": "male", "7": "male",
                          "2": "female", "4": "female", "8": "female"}  # fmt: skip
_FORM = re.compile(r"\d{6}[0-9AB]\d{6}(\d{2})?\Z", re.ASCII)
_SEPARATORS = re.compile(r"[\s.\-‐‑–_/]+")
# Born there before independence: a code of the time rather than the country's.
_OLDER_CODES = {"99352": ("91", "92", "93", "94"), "99350": ("95",), "99351": ("96",)}


class Authority(StrEnum):
    """Who issued the number, by its OID. The last two belong to invented patients."""

    NIR = "1.2.250.1.213.1.4.8"
    NIA = "1.2.250.1.213.1.4.9"
    NIR_TEST = "1.2.250.1.213.1.4.10"
    NIR_DEMO = "1.2.250.1.213.1.4.11"

    @property
    def invented(self) -> bool:
        return self in (Authority.NIR_TEST, Authority.NIR_DEMO)


@dataclass(frozen=True)
class InsNumber:
    """A number whose key is right. ``matricule`` has 13 characters, ``key`` two digits."""

    matricule: str
    key: str
    authority: Authority = Authority.NIR

    def __post_init__(self) -> None:
        """Raises ``InputError``: no number with a wrong key exists in the program."""
        _check(self.matricule + self.key, "")

    def __str__(self) -> str:
        return self.matricule + self.key

    @property
    def spaced(self) -> str:
        """``2 55 08 14 168 025 38``, to be read out and compared with a card."""
        return nir.format(str(self))

    @property
    def sex(self) -> Sex | None:
        return _SEXES.get(self.matricule[0])

    @property
    def birth_year(self) -> str:
        """The last two digits of the year."""
        return self.matricule[1:3]

    @property
    def birth_month(self) -> int | None:
        """1 to 12; ``None`` where the register did not know it (20, 30 to 42, 50 to 99)."""
        month = int(self.matricule[3:5])
        return month if 1 <= month <= 12 else None

    @property
    def birth_place(self) -> str:
        """The INSEE code of the commune, or 99 and the country's, at the time of the birth."""
        return self.matricule[5:10]


def read_ins(raw: str, authority: Authority = Authority.NIR, where: str = "") -> InsNumber:
    """Read the 15 characters as typed, spaces, dots and dashes allowed.

    Raises ``InputError``; the sentence never gives the right key, which would make any number
    pass.
    """
    number = _SEPARATORS.sub("", unicodedata.normalize("NFKC", raw)).upper()
    _check(number, where)
    return InsNumber(number[:13], number[13:], authority)


def _check(number: str, where: str) -> None:
    if len(number) == 13 and _FORM.match(number):
        raise InputError(
            "the key is missing: type the two digits that follow the 13 characters",
            where,
            fr="la clé manque\u00a0: saisissez aussi les deux chiffres qui suivent les 13 "
            "caractères",
        )
    if len(number) != 15:
        raise InputError(
            f"this number has {len(number)} characters; it has 15: 13 and a key of two digits",
            where,
            fr=f"ce numéro compte {len(number)} caractères\u00a0; il en faut 15, soit 13 et une "
            "clé de deux chiffres",
        )
    if not _FORM.match(number) or not (number[5:7].isdigit() or number[5:7] in ("2A", "2B")):
        raise InputError(
            "this number has digits only, but for 2A or 2B in sixth place for a birth in Corsica",
            where,
            fr="ce numéro ne comporte que des chiffres, sauf 2A ou 2B en sixième position pour "
            "une naissance en Corse",
        )
    try:
        nir.validate(number)
    except ValidationError:
        raise InputError(
            "the number and its key do not agree: one digit at least is wrong; compare it with "
            "the document, digit by digit",
            where,
            fr="le numéro et sa clé ne concordent pas\u00a0: un chiffre au moins est faux\u00a0; "
            "relisez-le chiffre à chiffre sur le document",
        ) from None


def coherence(
    number: InsNumber, *, sex: str | None, birth_date: BirthDate | None, birth_place: str | None
) -> tuple[Text, ...]:
    """What in the number does not agree with the traits, one sentence each; unknown is silent.

    Warnings, not errors: a register may have changed a sex or a place since the number was made.
    """
    found = []
    if number.sex is None:
        found.append(_UNUSUAL_SEX)
    elif sex in ("female", "male") and sex != number.sex:
        found.append(_OTHER_SEX)
    if birth_date and number.birth_year != f"{birth_date.year % 100:02}":
        found.append(_OTHER_YEAR)
    month = int(number.matricule[3:5])
    if month == 0 or 12 < month < 20 or 20 < month < 30 or 42 < month < 50:
        found.append(_UNUSUAL_MONTH)
    elif (
        birth_date
        and birth_date.month
        and number.birth_month
        and number.birth_month != birth_date.month
    ):
        found.append(_OTHER_MONTH)
    if birth_place and not _same_place(number.birth_place, birth_place.upper(), birth_date):
        found.append(_OTHER_PLACE)
    return tuple(found)


def _same_place(stated: str, code: str, born: BirthDate | None) -> bool:
    if stated == code:
        return True
    department = stated[:2]
    if department in _OLDER_CODES.get(code, ()):
        return True
    if department == "20" and code[:2] in ("2A", "2B"):
        return born is None or first_day(born) < CORSICA_SPLIT
    if department in ("75", "78") and code[:2] in ("91", "92", "93", "94", "95"):
        return born is None or first_day(born) < PARIS_SPLIT
    return False


_UNUSUAL_SEX = Text(
    fr="Le premier chiffre du numéro n’indique pas le sexe\u00a0: 1, 2, 3, 4, 7 ou 8 sont "
    "attendus.",
    en="The number’s first digit is not one that says the sex (1, 2, 3, 4, 7, 8).",
)
_OTHER_SEX = Text(
    fr="Le premier chiffre du numéro ne correspond pas au sexe saisi.",
    en="The number’s first digit does not match the sex entered.",
)
_OTHER_YEAR = Text(
    fr="L’année de naissance du numéro (2e et 3e chiffres) n’est pas celle qui a été saisie.",
    en="The number’s year of birth (2nd and 3rd digits) is not the one entered.",
)
_UNUSUAL_MONTH = Text(
    fr="Le mois de naissance du numéro (4e et 5e chiffres) n’existe pas.",
    en="The number’s month of birth (4th and 5th digits) does not exist.",
)
_OTHER_MONTH = Text(
    fr="Le mois de naissance du numéro (4e et 5e chiffres) n’est pas celui qui a été saisi.",
    en="The number’s month of birth (4th and 5th digits) is not the one entered.",
)
_OTHER_PLACE = Text(
    fr="Le lieu de naissance du numéro (6e à 10e caractères) n’est pas celui qui a été saisi. "
    "Une commune peut avoir changé de code depuis la naissance\u00a0: vérifiez le lieu.",
    en="The number’s place of birth (6th to 10th characters) is not the one entered. A commune "
    "may have changed its code since the birth: check the place.",
)
