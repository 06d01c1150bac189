"""One person's identity as a value: the traits, and how they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dolenti.guideline.birth import BirthDate, ages, first_day
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.identity import names
from dolenti.identity.ins import InsNumber, Sex

OLDEST = 130
"""Years. Nobody has been known to reach it: a birth date further back is mistyped."""


@dataclass(frozen=True)
class Identity:
    """The traits of a person. The strict ones are the first five; the rest completes them.

    ``birth_place`` is the INSEE code of the commune, or 99 and the country's. ``given_names`` are
    all birth given names in order, where they are known. Names are as ``names.clean_name`` left
    them.
    """

    birth_name: str
    first_given_name: str
    birth_date: BirthDate | None
    sex: Sex | None
    birth_place: str | None = None
    given_names: tuple[str, ...] = ()
    used_name: str = ""
    used_given_name: str = ""
    ins: InsNumber | None = None

    @property
    def strict_traits(self) -> tuple[str, str, BirthDate | None, Sex | None, str | None]:
        """What two records of one person must agree on, spelling aside."""
        return (
            names.solid(self.birth_name),
            names.solid(self.first_given_name),
            self.birth_date,
            self.sex,
            self.birth_place,
        )

    @property
    def official_name(self) -> str:
        """« MARTIN Zoé »: the birth name in capitals, then the first birth given name."""
        return f"{self.birth_name.upper()} {names.given_as_shown(self.first_given_name)}".strip()

    @property
    def called(self) -> str:
        """« DURAND Zoé »: how the person is called in the waiting room."""
        family = self.used_name or self.birth_name
        given = self.used_given_name or self.first_given_name
        return f"{family.upper()} {names.given_as_shown(given)}".strip()

    @property
    def full_name(self) -> Text:
        """« DURAND Zoé, née MARTIN Zoé », or the official name alone where it is the one used."""
        if names.key(self.called) == names.key(self.official_name):
            return Text(fr=self.official_name, en=self.official_name)
        born = {"female": "née", "male": "né"}.get(self.sex or "", "à la naissance")
        return Text(
            fr=f"{self.called}, {born} {self.official_name}",
            en=f"{self.called}, born {self.official_name}",
        )


def check_birth_date(born: BirthDate, today: date, where: str = "") -> None:
    """Raises ``InputError`` for a birth date in the future or more than 130 years ago."""
    if first_day(born) > today:
        raise InputError(
            "the birth date lies in the future; check day, month and year",
            where,
            fr="la date de naissance est dans le futur\u00a0; vérifiez le jour, le mois et l’année",
        )
    if ages(born, today).youngest > OLDEST:
        raise InputError(
            f"the birth date is more than {OLDEST} years ago; check the year",
            where,
            fr=f"la date de naissance remonte à plus de {OLDEST} ans\u00a0; vérifiez l’année",
        )


def check_birth_place(code: str, where: str = "") -> str:
    """The code in capitals. Raises ``InputError`` for what cannot be an INSEE code."""
    place = "".join(code.split()).upper()
    body = place[:1] + "0" + place[2:] if place[:2] in ("2A", "2B") else place
    if len(place) != 5 or not (body.isascii() and body.isdigit()):
        raise InputError(
            "the place of birth is an INSEE code of five characters: 75056 is Paris, 2A004 "
            "Ajaccio, 99351 Tunisia; a postcode is something else",
            where,
            fr="le lieu de naissance est un code INSEE de cinq caractères\u00a0: 75056 pour "
            "Paris, 2A004 pour Ajaccio, 99351 pour la Tunisie\u00a0; ce n’est pas le code postal",
        )
    return place
