"""Which medicine an entry names, by a code of the public base or of ATC, or else by its words."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final, cast

from dolenti.fhir.codes import codings, system_of
from dolenti.fhir.naming import text_of
from dolenti.guideline.knowledge import Edition
from dolenti.medicines.allergy import allergy_to
from dolenti.medicines.base import Base
from dolenti.medicines.meaning import Meant, meaning_of
from dolenti.medicines.ordinary import ORDINARY, SALTS
from dolenti.medicines.understanding import CodeSystem, MedicineReader, Understood
from dolenti.medicines.words import words

_SHORTEST: Final = 3
_LETTERS_ALIKE: Final = 6
"""Of two names of a substance, Latin or English: amoxicillin, amoxicilline."""

_NAMING_NOTHING: Final = SALTS | ORDINARY


class NamedMedicines:
    """The medicines that entries name, by one edition and one state of the public base."""

    def __init__(self, edition: Edition, base: Callable[[], Base]) -> None:
        self._edition = edition
        self._base = base

    def in_text(self, text: str) -> Understood:
        """What a text names; nothing where it is empty."""
        return self._reader.of_text(text) if text else Understood()

    def meant(self, said: Understood) -> Meant:
        """What it means for the facts."""
        return meaning_of(said, self._edition, self._base())

    def coded(self, raw: object) -> Understood | None:
        """What a code of the public base, or of ATC, says of itself."""
        for coding in codings(raw):
            system = system_of(coding.get("system"))
            code = coding.get("code")
            if system in ("cis", "cip", "atc") and isinstance(code, str):
                said = self._reader.of_code(code, cast(CodeSystem, system))
                if said.known:
                    return said
        return None

    def said(self, raw: object) -> Understood:
        """What an entry says of itself by its code, or else by its words."""
        coded = self.coded(raw)
        if coded is not None:
            return coded
        return self.in_text(text_of(raw))

    def allergens(self, said: Understood) -> tuple[str, ...]:
        """The allergens of the specialities that it may be."""
        base = self._base()
        return tuple(
            dict.fromkeys(
                allergen.member
                for cis in said.cis
                for allergen in allergy_to(
                    base.speciality(cis), self._edition.medicine_classes, self._edition.excipients
                ).allergens
            )
        )

    def named_whole(self, raw: object, said: Understood, *, brands: bool) -> bool:
        """Whether a text names what was found, and not only a word of it: “blanc” is no birch.
        Without ``brands``, by a substance alone: a brand has excipients too."""
        have = self._begun(text_of(raw))
        base = self._base()
        for cis in said.cis:
            found = base.speciality(cis)
            if brands and self._begun(words(found.name)[0]) & have:
                return True
            for substance in found.active_substances:
                own = self._begun(substance)
                if own and own <= have:
                    return True
        return False

    def _begun(self, text: str) -> frozenset[str]:
        """The beginnings of the words that could name something, in the base's own language."""
        said = [word for word in words(text) if len(word) > _SHORTEST]
        have = frozenset(said)
        for other, means in self._other_names:
            if other <= have:
                said += means
        return frozenset(word[:_LETTERS_ALIKE] for word in said if word not in _NAMING_NOTHING)

    @cached_property
    def _other_names(self) -> list[tuple[frozenset[str], tuple[str, ...]]]:
        every = self._edition.other_names
        return [(frozenset(words(other.id)), words(other.means)) for other in every]

    @cached_property
    def _reader(self) -> MedicineReader:
        return MedicineReader(self._edition, self._base())
