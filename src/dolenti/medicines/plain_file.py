"""Medicines named in the facts of a plain file: ``medicines: [PREVISCAN 20 mg, amlodipine]``, and
``allergy: [XYLOCAINE]``.

A name stands beside, or in place of, the members of the fact. What it means is written as answers
(of ``anticoagulant``, of ``medicines`` …), so that what follows reads facts and nothing else. A
name that is not understood is refused with what to do, like any other unknown answer. An allergy
that a name leaves open (an excipient of some presentations) is left unknown, never denied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case
from dolenti.guideline.knowledge import Edition, FactDefinition, Text
from dolenti.guideline.near import shown
from dolenti.guideline.reading import Document
from dolenti.medicines.allergy import ALLERGY, Allergy, by_name
from dolenti.medicines.base import Base
from dolenti.medicines.meaning import meaning_of
from dolenti.medicines.understanding import MedicineReader

MEDICINES = "medicines"
_LISTS = ("value", "has")


def read_names(
    document: Document, edition: Edition, base: Callable[[], Base]
) -> tuple[Document, frozenset[str]]:
    """The document with every named medicine as answers, and the facts that names put in doubt.

    ``base`` is asked for only where there is a name. Raises ``InputError`` with file and line.
    """
    facts = document.content.get("facts") if isinstance(document.content, Mapping) else None
    of = {fact.id: fact for fact in edition.facts}
    if not isinstance(facts, Mapping) or MEDICINES not in of or ALLERGY not in of:
        return document, frozenset()
    members, names = _told_apart(facts.get(MEDICINES), of[MEDICINES])
    _, allergies = _told_apart(facts.get(ALLERGY), of[ALLERGY])
    if not names and not allergies:
        return document, frozenset()
    doubts: frozenset[str] = frozenset()
    written = dict(facts)
    try:
        reader = _Names(edition, base())
        if allergies:
            written[ALLERGY] = reader.allergies(allergies, facts[ALLERGY], of[ALLERGY])
        if names:
            answers, doubts = reader.read(names, members)
            written = reader.with_answers(written, answers, names)
    except InputError as error:
        path = tuple(error.where.split("."))
        raise InputError(error.what, document.place(path), fr=error.fr) from None
    return replace(document, content={**document.content, "facts": written}), doubts


def in_doubt(case: Case, facts: frozenset[str]) -> Case:
    """The case with these facts in doubt, but those that it knows."""
    return replace(case, doubted=case.doubted | (facts - case.facts.keys()))


def _told_apart(raw: object, definition: FactDefinition) -> tuple[list[str], list[str]]:
    """The members that stand in what was written, and the names beside them."""
    options = {option.id for option in definition.options}
    if isinstance(raw, Mapping):
        raw = next((raw[key] for key in _LISTS if key in raw), None)
    written = [one for one in raw if isinstance(one, str)] if isinstance(raw, list) else []
    return (
        [one for one in written if one in options],
        [one for one in written if one not in options],
    )


class _Names:
    def __init__(self, edition: Edition, base: Base) -> None:
        self._edition, self._base = edition, base
        self._reader = MedicineReader(edition, base)

    def read(self, names: list[str], members: list[str]) -> tuple[dict[str, Any], frozenset[str]]:
        """The answers that names give by fact, and the facts that they leave open."""
        answers: dict[str, Any] = {}
        taken = dict.fromkeys(members)
        doubts: set[str] = set()
        for name in names:
            understood = self._reader.classes_of(name)
            if not understood.known:
                raise _not_understood(name, bool(understood.possible))
            meant = meaning_of(understood, self._edition, self._base)
            for about, value in meant.says:
                if about.fact == MEDICINES and about.member is not None:
                    taken[about.member] = None
                elif answers.setdefault(about.fact, value) != value:
                    raise self._two_answers(about.fact, answers[about.fact], value, names)
            doubts |= {about.fact for about in meant.asks}
        return {**answers, MEDICINES: list(taken)}, frozenset(doubts - {MEDICINES})

    def with_answers(
        self, facts: Mapping[str, Any], answers: Mapping[str, Any], names: list[str]
    ) -> dict[str, Any]:
        """What was written, with what the medicines answer; raises ``InputError`` where the two
        say otherwise of a fact."""
        raw = facts[MEDICINES]
        day = raw.get("at") if isinstance(raw, Mapping) else None
        written = dict(facts)
        for fact, value in answers.items():
            if fact == MEDICINES:
                key = (
                    next((key for key in _LISTS if key in raw), "")
                    if isinstance(raw, Mapping)
                    else ""
                )
                written[fact] = {**raw, key: value} if key else value
                continue
            said = facts.get(fact)
            bare = said.get("value") if isinstance(said, Mapping) else said
            if bare is None:
                written[fact] = value if day is None else {"value": value, "at": day}
            elif bare != value:
                raise self._two_answers(fact, bare, value, names)
        return written

    def _two_answers(self, fact: str, said: object, meant: object, names: list[str]) -> InputError:
        """That what was said of a fact is not what a medicine means, in the words of both."""
        definition = next(one for one in self._edition.facts if one.id == fact)
        guilty = next((one for one in names if self._says(one).get(fact) == meant), names[0])
        one, other = (_in_words(value, definition) for value in (said, meant))
        name, label = shown(guilty), definition.label
        return InputError(
            f"“{name}” means “{label.en}: {other.en}”, and “{label.en}: {one.en}” is said too; "
            "keep the one that is true",
            f"facts.{fact}",
            fr=f"«\u00a0{name}\u00a0» signifie «\u00a0{label.fr}\u00a0: {other.fr}\u00a0», et "
            f"«\u00a0{label.fr}\u00a0: {one.fr}\u00a0» est dit aussi\u00a0; gardez ce qui est vrai",
        )

    def _says(self, name: str) -> dict[str, Any]:
        """What a name answers, by fact."""
        meant = meaning_of(self._reader.classes_of(name), self._edition, self._base)
        return {about.fact: value for about, value in meant.says}

    def allergies(self, names: list[str], raw: Any, definition: FactDefinition) -> dict[str, Any]:
        """The answer of ``allergy`` with its names read; what is no text in it stays as it is."""
        said = dict(raw) if isinstance(raw, Mapping) else {"value": raw}
        key = next((key for key in _LISTS if key in said), "has")
        options = [option.id for option in definition.options]
        read = [self._allergy(name) for name in names]
        meant = {member for one in read for member in one.members}
        has = [one for one in said[key] if one not in names]
        has += [member for member in options if member in meant and member not in has]
        if key == "has":
            return {**said, key: has}
        unsaid = {member for one in read for member in one.unsaid if member not in has}
        if not unsaid:
            return {**said, key: has}
        # What a whole list does not name is absent, but what a name may mean.
        absent = [member for member in options if member not in unsaid and member not in has]
        others = {key: one for key, one in said.items() if key != "value"}
        return {"has": has, "not": absent, **others}

    def _allergy(self, name: str) -> Allergy:
        found = by_name(name, self._reader.classes_of(name), self._edition, self._base)
        if not found.understood:
            raise _no_allergy(name)
        return found


def _no_allergy(name: str) -> InputError:
    said = shown(name)
    return InputError(
        f"“{said}” is no allergy of the dictionary, and no medicine that is understood here; check "
        "the spelling, or write what it is an allergy to (dolenti knowledge show allergy)",
        f"facts.{ALLERGY}",
        fr=f"«\u00a0{said}\u00a0» n’est ni une allergie du dictionnaire, ni un médicament compris "
        "ici\u00a0; vérifiez l’orthographe, ou écrivez à quoi le patient est allergique (dolenti "
        "knowledge show allergy)",
    )


def _not_understood(name: str, several: bool) -> InputError:
    said = shown(name)
    if several:
        return InputError(
            f"“{said}” may be one of several medicines; add its strength and form, or write its "
            "CIS or CIP code",
            f"facts.{MEDICINES}",
            fr=f"«\u00a0{said}\u00a0» peut être l’un ou l’autre de plusieurs médicaments\u00a0; "
            "ajoutez le dosage et la forme, ou donnez le code CIS ou CIP",
        )
    return InputError(
        f"“{said}” is no class of medicines, and no medicine that is understood here; check the "
        "spelling, or write its CIS or CIP code (dolenti medicines find)",
        f"facts.{MEDICINES}",
        fr=f"«\u00a0{said}\u00a0» n’est ni une classe de médicaments, ni un médicament compris "
        "ici\u00a0; vérifiez l’orthographe, ou donnez son code CIS ou CIP (dolenti medicines find)",
    )


def _in_words(value: object, definition: FactDefinition) -> Text:
    """An answer as one reads it: yes, no, or the label of the option."""
    if isinstance(value, bool):
        return Text(fr="oui", en="yes") if value else Text(fr="non", en="no")
    option = next((one.label for one in definition.options if one.id == value), None)
    return option or Text(fr=shown(str(value)), en=shown(str(value)))
