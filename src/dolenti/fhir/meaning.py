"""What the words and codes of an entry mean for the facts, and what is to be asked of it if they
were not understood.

Looked at in this order: the codes of the dictionary, what the site once answered, what records
often say (``knowledge/records``), the public base of medicines. A name leads to a suggestion and
never to a fact, but for the interactions, where many are named and each matters little. What is
left may concern every fact that is said by a thing of its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import Any, Final, Literal, TypeVar

from dolenti.fhir.absent import absent_in, beside
from dolenti.fhir.clauses import Told, clauses
from dolenti.fhir.codes import CodeIndex, Concept, Target, codings, system_of
from dolenti.fhir.meant import Meaning, sum_of
from dolenti.fhir.named_medicines import NamedMedicines
from dolenti.fhir.naming import (
    MEDICINES,
    item_name,
    item_of,
    key_of,
    kinds_naming,
    phrases_of,
    text_of,
    texts_of,
    told_by,
    words_of,
)
from dolenti.fhir.reasons import (
    BY_NAME,
    DISAGREES,
    NOBODY_KNOWS,
    NONE_OF_THESE,
    NOT_PRECISE,
    OF_NO_CONCERN,
)
from dolenti.fhir.treated import Treated, atc_codes
from dolenti.guideline.facts import Dictionary, UnreadKind
from dolenti.guideline.knowledge import Edition, OfRecords
from dolenti.guideline.near import shown
from dolenti.medicines.base import Base
from dolenti.medicines.meaning import About, Meant
from dolenti.medicines.words import words

ALLERGY: Final = "allergy"
Thing = Literal["disease", "device", "warning"]
_T = TypeVar("_T")

MOST_REMEMBERED: Final = 20_000

Site = Mapping[str, tuple[str, ...]]
"""What a site answered of an item: answers as ``fact`` or ``fact=option``; none for no concern."""


class Meanings:
    """What entries mean by one edition, one state of the public base, and one site's answers."""

    def __init__(
        self,
        edition: Edition,
        index: CodeIndex,
        dictionary: Dictionary,
        base: Callable[[], Base],
        site: Site | None = None,
    ) -> None:
        self._edition = edition
        self._index = index
        self._dictionary = dictionary
        self._base = base
        self.site: Site = site or {}
        self._met: dict[tuple[Any, ...], Meaning] = {}
        self._named: dict[tuple[Any, ...], tuple[Target, ...]] = {}
        self._taken: dict[tuple[Any, ...], tuple[str, ...]] = {}
        self._treated = Treated(edition.of_records)
        self._medicines = NamedMedicines(edition, base)

    def at(self, site: Site) -> Meanings:
        """The same, with what a site once answered."""
        other = copy(self)  # what was built once is shared
        other.site = site
        return other

    # --- Who is asked ----------------------------------------------------------------------------

    def thing(self, kind: Thing, raw: object) -> Meaning:
        """What the code of a disease, a device, or a warning that may be of anything means."""
        return self._once(kind, raw, lambda raw: self._thing(kind, raw))

    def _thing(self, kind: Thing, raw: object) -> Meaning:
        concept = self._index.concept(raw)
        if any(target.kind in ("fact", "condition") for target in concept.targets):
            return Meaning(concept, known=True)
        found = (
            self._absent(raw, concept, lambda raw: self._thing(kind, raw))
            or self._known_here(kind, raw, concept)
            or self._open(kind, raw, concept, (*self._facts[kind], *self._taken_for(raw)))
        )
        return self._beside_words(raw, found, lambda raw: self._thing(kind, raw))

    def _taken_for(self, raw: object) -> tuple[str, ...]:
        """The facts of medicines that a text names beside a disease (“FA sous Xarelto”)."""
        said = self._medicines.in_text(text_of(raw))
        asks = list(self._treated.by_text(text_of(raw)))
        if said.classes:
            meant = self._medicines.meant(said)
            asks += [about.fact for about, _ in meant.says] + [about.fact for about in meant.asks]
        return tuple(dict.fromkeys(asks))

    def _absent(
        self, raw: object, concept: Concept, read: Callable[[object], Meaning]
    ) -> Meaning | None:
        """What an entry means that says there is none: nothing, but what it names beside that."""
        absent = absent_in(raw)
        if absent is None:
            return None
        named = [read(one) for one in beside(raw)]
        told = next((one for one in named if not one.nothing), None)
        noted = NONE_OF_THESE if absent.known else NOBODY_KNOWS
        return told or Meaning(concept, known=True, noted=noted)

    def allergy(self, raw: object) -> Meaning:
        """What the code of an allergy, or the substance of a reaction, means."""
        return self._once(
            "allergy", raw, lambda raw: self._beside_words(raw, self._allergy(raw), self._allergy)
        )

    def _allergy(self, raw: object) -> Meaning:
        concept = self._index.concept(raw)
        if any(target.id == ALLERGY and target.option for target in concept.targets):
            return Meaning(concept, known=True)
        found = self._known_here("allergy", raw, concept)
        if found is not None:
            return found
        said = self._medicines.said(raw)
        members = self._medicines.allergens(said)
        if said.known and not members and self._medicines.named_whole(raw, said, brands=False):
            return Meaning(concept, known=True)
        likely = tuple(f"{ALLERGY}={member}" for member in members)
        return self._open("allergy", raw, concept, self._facts["allergy"], likely)

    def medicine(self, raw: object, ingredients: Iterable[object] = ()) -> Meaning:
        """What the code of a medicine means, or its ingredients where it tells nothing itself."""
        parts = [self.medicine(one) for one in ingredients]
        named = bool(text_of(raw))
        own = self._once("medicine", raw, self._medicine) if named else self._medicine(raw)
        if own.likely or not (own.nothing or not own.known):
            return own
        if not own.known and parts and all(one.known for one in parts):
            return sum_of(parts)._replace(item=own.item)
        telling = [one for one in parts if not one.nothing]
        return self._asked_with(own, telling) if telling else own

    def _asked_with(self, own: Meaning, parts: Sequence[Meaning]) -> Meaning:
        """A medicine that is not what its name says, or whose name says nothing, by the names of
        both: the answer is of this one, and not of all that are called “cream”."""
        whole = sum_of(parts)
        likely = [_answer(target) for target in whole.concept.targets]
        likely += [f"{fact}={member}" if member else fact for fact, member in whole.asks]
        likely += [answer for one in parts for answer in one.likely]
        beside = ", ".join(dict.fromkeys(_name(one) for one in parts))
        name = _name(own)
        concept = own.concept if own.known else own.concept._replace(targets=whole.concept.targets)
        return Meaning(
            concept,
            known=False,
            item=item_name("medicine", [own.item or name, beside]),
            says=shown(f"{name} ({beside})" if name else beside),
            facts=self._facts["medicine"],
            likely=tuple(dict.fromkeys(likely)),
            asks=() if own.known else whole.asks,
            why=DISAGREES if own.known else own.why,
            speaks=whole.speaks,
        )

    def _medicine(self, raw: object) -> Meaning:
        found = self._medicine_itself(raw)
        speaks = self._diseases_of(raw, found) if found.noted is OF_NO_CONCERN else ()
        return found._replace(speaks=speaks)

    def _diseases_of(self, raw: object, found: Meaning) -> tuple[str, ...]:
        """The facts of diseases that are treated by a medicine, by its ATC codes and those of the
        specialities that it surely is."""
        every = [fact for code in atc_codes(raw) for fact in self._treated.by_code(code)]
        if (said := self._medicines.said(raw)).known:
            base = self._base()
            every += [
                f for cis in said.cis for f in self._treated.by_speciality(base.speciality(cis))
            ]
        told = {target.id for target in found.concept.targets} | {fact for fact, _ in found.asks}
        return tuple(dict.fromkeys(fact for fact in every if fact not in told))

    def _medicine_itself(self, raw: object) -> Meaning:
        concept = self._index.concept(raw)
        taken = tuple(target for target in concept.targets if _taken(target))
        if (otherwise := self._said_otherwise(raw)) is not None:
            targets, narrow = otherwise
            likely = tuple(dict.fromkeys(_answer(target) for target in targets))
            facts = tuple(t.id for t in targets) if narrow else self._facts["medicine"]
            coded = concept._replace(targets=taken)
            return self._open("medicine", raw, coded, facts, likely)._replace(why=DISAGREES)
        if taken:
            return Meaning(concept._replace(targets=taken), known=True)
        found = self._absent(raw, concept, self._medicine_itself)
        return (
            found or self._known_here("medicine", raw, concept) or self._of_medicine(raw, concept)
        )

    def of(self, kind: UnreadKind, raw: object) -> Meaning:
        """What a thing of a kind means, named by words."""
        if kind == "allergy":
            return self.allergy(raw)
        if kind == "medicine":
            return self.medicine(raw)
        return self.result(raw) if kind == "result" else self.thing(kind, raw)

    def result(self, raw: object) -> Meaning:
        """What the code of an Observation means: of one that is in no standard system, the facts
        whose own words it bears."""
        return self._once("result", raw, self._result)

    def tests_named(self, raw: object) -> tuple[Target, ...]:
        """The tests that the words of a result name, in whatever system its code may be."""

        def named() -> tuple[Target, ...]:
            every = (test for text in texts_of(raw) for test in self._treated.tests(text))
            return tuple(Target("test", test) for test in dict.fromkeys(every))

        return _remembered(self._named, key_of(raw), named)

    def told_in(self, text: str) -> tuple[Told, ...]:
        """The tests that a free text names, and does not deny."""
        return self._treated.told_in(text)

    def taken_in(self, text: str) -> tuple[str, ...]:
        """The facts of medicines that a free text names, each clause by itself."""

        def taken() -> tuple[str, ...]:
            every = (fact for one in clauses(text) for fact in self._taken_for({"text": one.text}))
            return tuple(dict.fromkeys(every))

        return _remembered(self._taken, ("text", text), taken)

    def _result(self, raw: object) -> Meaning:
        concept = self._index.concept(raw)
        if any(target.kind == "fact" for target in concept.targets) or any(
            system_of(coding.get("system")) for coding in codings(raw)
        ):
            return Meaning(concept, known=True)
        found = self._known_here("result", raw, concept)
        if found is not None:
            return found
        likely = self._likely_by_any(raw, self._facts["warning"])
        facts = dict.fromkeys(token.partition("=")[0] for token in likely)
        if not facts:
            return Meaning(concept, known=True)
        return self._open("result", raw, concept, tuple(facts), likely)

    def whole_part(self, kind: UnreadKind, says: str) -> Meaning:
        """A whole part of a record (its allergies) that was not filled in, or only as text."""
        concept = Concept((), "", None, says)
        facts = self._facts[kind]
        return Meaning(concept, False, item_name(kind, [says]), shown(says), facts, alone=True)

    def _once(self, kind: UnreadKind, raw: object, read: Callable[[object], Meaning]) -> Meaning:
        """What an entry means, worked out once for all records that say the same; and what the
        site answered of it, where it is asked."""
        found = _remembered(self._met, (kind, *key_of(raw)), lambda: read(raw))
        if (
            found.known
            or found.alone
            or not self.site
            or (answers := self.site.get(found.item)) is None
        ):
            return found
        targets = tuple(self._target(answer) for answer in answers)
        concept = found.concept._replace(targets=targets)
        return Meaning(concept, known=True, speaks=found.speaks)

    # --- Where it is looked up -------------------------------------------------------------------

    def _known_here(self, kind: UnreadKind, raw: object, concept: Concept) -> Meaning | None:
        """What records often say of it."""
        often = self._often(kind, raw)
        if often is None:
            return None
        if not often.concerns:
            return Meaning(concept, known=True)
        definitions = self._dictionary.definitions
        whole = tuple(fact for fact in often.concerns if not definitions[fact].options)
        return self._open(kind, raw, concept, often.concerns, whole)._replace(why=NOT_PRECISE)

    def _target(self, answer: str) -> Target:
        fact, _, option = answer.partition("=")
        return Target("fact", fact, option or None)

    def _often(self, kind: UnreadKind, raw: object) -> OfRecords | None:
        if kind == "warning":
            kinds: tuple[UnreadKind, ...] = ("disease", "allergy", "device")
            return next((one for kind in kinds if (one := self._often(kind, raw))), None)
        by_code, by_words = self._records
        for coding in codings(raw):
            system, code = system_of(coding.get("system")), coding.get("code")
            if system is None or not isinstance(code, str):
                continue
            bare = code.replace(".", "") if system == "icd10" else code
            for length in range(len(bare), 1 if system == "icd10" else len(bare) - 1, -1):
                found = by_code.get((kind, system, bare[:length]))
                if found is not None:
                    return found
        if any(system_of(coding.get("system")) for coding in codings(raw)):
            return None  # another code of a standard: its words are no more than that
        return by_words.get((kind, *words_of(raw)))

    def _of_medicine(self, raw: object, concept: Concept) -> Meaning:
        said, by_code = self._medicines.said(raw), self._medicines.coded(raw)
        every = self._facts["medicine"]
        meant = Meant()
        if said.classes or said.possible:
            meant = self._medicines.meant(said)
        says = [_target_of(about, answer) for about, answer in meant.says]
        asks = tuple((about.fact, about.member) for about in meant.asks)
        if by_code:  # one of the codes is of the base itself: what it says is no guess
            return Meaning(concept._replace(targets=tuple(says)), known=True, asks=asks)
        sure = tuple(target for target in says if target.id == MEDICINES) if said.known else ()
        open_ = [target for target in says if target not in sure]
        likely = tuple(dict.fromkeys([_answer(t) for t in open_]))
        likely += tuple(a for a in (f"{f}={m}" if m else f for f, m in asks) if a not in likely)
        if not likely and not said.known:  # “AVK” names no medicine, and says which fact it is
            likely = self._likely_in_words(text_of(raw), every)
        if not said.known or not (
            says or asks or self._medicines.named_whole(raw, said, brands=True)
        ):
            return self._open("medicine", raw, concept, every, likely)
        if not open_:
            return Meaning(concept._replace(targets=sure), known=True, asks=asks)
        facts = tuple(dict.fromkeys([*(t.id for t in open_), *(fact for fact, _ in asks)]))
        open_item = self._open("medicine", raw, concept._replace(targets=sure), facts, likely)
        return open_item._replace(why=BY_NAME)

    def _said_otherwise(self, raw: object) -> tuple[list[Target], bool] | None:
        """What the words beside a code say, or beside other words, where that is another medicine
        that matters: either may be the wrong one. Whether it is the same medicine, of which the
        words only say more (the dose of an aspirin), comes with it."""
        texts = texts_of(raw)
        first = self._medicines.coded(raw)
        if first is None:
            if len(texts) < 2 or not (first := self._medicines.in_text(texts[0])).known:
                return None
            texts = texts[1:]
        for text in texts:
            said = self._medicines.in_text(text)
            if not said.classes:
                continue
            meant = self._medicines.meant(said)
            if {*said.classes} & {*first.classes, *first.possible}:
                told = self._medicines.meant(first)
                known = {about for about, _ in told.says} | {*told.asks}
                more = [_target_of(a, answer) for a, answer in meant.says if a not in known]
                if more:
                    return more, True
            elif meant.says or meant.asks:
                either = [*self._medicines.meant(first).says, *meant.says]
                return [_target_of(about, answer) for about, answer in either], False
        return None

    def _beside_words(
        self, raw: object, meaning: Meaning, read: Callable[[object], Meaning]
    ) -> Meaning:
        """What is of no concern by its text, and is something by the display of a code that is
        not known: either may be the wrong one."""
        texts = texts_of(raw)
        if not meaning.nothing or not meaning.concept.foreign or len(texts) < 2:
            return meaning
        for text in texts[1:]:
            if words(text) != words(texts[0]) and not (other := read({"text": text})).nothing:
                return other._replace(known=False, why=DISAGREES) if not other.known else other
        return meaning

    # --- What is left to ask ---------------------------------------------------------------------

    def _open(
        self,
        kind: UnreadKind,
        raw: object,
        concept: Concept,
        facts: tuple[str, ...],
        likely: tuple[str, ...] = (),
    ) -> Meaning:
        if not likely:
            guessed = [
                _answer(target)
                for coding in codings(raw)
                for target in self._index.guesses(coding.get("code"))
                if target.id in facts
            ]
            likely = tuple(dict.fromkeys(guessed)) or self._likely_by_any(raw, facts)
        facts = tuple(dict.fromkeys(facts))
        says = shown(told_by(raw) or concept.token)
        alone = not any(char.isalnum() for char in says)  # nothing that others could say too
        return Meaning(concept, False, item_of(kind, raw), says, facts, likely, alone=alone)

    def _likely_in_words(self, text: str, facts: tuple[str, ...]) -> tuple[str, ...]:
        """The answers of the facts whose medicines a text names by their kind."""
        found: list[str] = []
        for fact in self._treated.by_text(text):
            definition = self._dictionary.definitions[fact]
            options = [o.id for o in definition.options if o.id != definition.reassuring]
            if fact in facts:
                found += [f"{fact}={option}" for option in options] or [fact]
        return tuple(dict.fromkeys(found))

    def _likely(self, said: tuple[str, ...], facts: Iterable[str]) -> tuple[str, ...]:
        """The answers whose own words all stand in what is said."""
        have = frozenset(said)
        return tuple(
            answer
            for fact in facts
            for answer, phrases in self._phrases_by_fact.get(fact, ())
            if any(phrase <= have for phrase in phrases)
        )

    def _likely_by_any(self, raw: object, facts: Iterable[str]) -> tuple[str, ...]:
        """Those of each of the texts of a concept."""
        every = (a for text in texts_of(raw) for a in self._likely(words(text), facts))
        return tuple(dict.fromkeys(every))

    @cached_property
    def _phrases_by_fact(self) -> dict[str, list[tuple[str, list[frozenset[str]]]]]:
        return {fact: list(phrases_of(d)) for fact, d in self._dictionary.definitions.items()}

    @cached_property
    def _records(
        self,
    ) -> tuple[dict[tuple[str, str, str], OfRecords], dict[tuple[str, ...], OfRecords]]:
        by_code: dict[tuple[str, str, str], OfRecords] = {}
        by_words: dict[tuple[str, ...], OfRecords] = {}
        for pain in self._edition.conditions:  # a painful condition is no fact of the patient
            known = OfRecords(id=pain.id, kind="disease", label=pain.label)
            for text in (pain.label.fr, pain.label.en, *(code.display for code in pain.codes)):
                by_words["disease", *words(text)] = known
        for one in self._edition.of_records:
            for code in one.codes:
                bare = code.code.replace(".", "") if code.system == "icd10" else code.code
                by_code[one.kind, code.system, bare] = one
                by_words[one.kind, *words(code.display)] = one
            by_words[one.kind, *words(one.label.fr)] = one
            by_words[one.kind, *words(one.label.en)] = one
        return by_code, by_words

    @cached_property
    def _facts(self) -> dict[UnreadKind, tuple[str, ...]]:
        """The facts that a thing of each kind may concern."""
        said = {one.id: one.by for one in self._edition.named_by}
        found: dict[UnreadKind, list[str]] = {
            "disease": [], "medicine": [], "allergy": [], "device": [],
        }  # fmt: skip
        for fact, definition in self._dictionary.definitions.items():
            if fact == ALLERGY:
                found["allergy"].append(fact)
            elif definition.reassuring is not None:
                for kind in said[fact] if fact in said else kinds_naming(definition):
                    found[kind].append(fact)
        # A warning may be of anything that a record names.
        found["warning"] = list(dict.fromkeys(fact for facts in found.values() for fact in facts))
        return {kind: tuple(facts) for kind, facts in found.items()}


def _remembered(
    known: dict[tuple[Any, ...], _T], key: tuple[Any, ...], make: Callable[[], _T]
) -> _T:
    """What was worked out before, or is now; of so many at the most."""
    found = known.get(key)
    if found is None:
        if len(known) >= MOST_REMEMBERED:
            known.clear()
        found = known[key] = make()
    return found


def _name(meaning: Meaning) -> str:
    return shown(meaning.says or meaning.concept.display or meaning.concept.token)


def _taken(target: Target) -> bool:
    return target.kind == "fact" and target.id != ALLERGY


def _target_of(about: About, answer: bool | str) -> Target:
    return Target("fact", about.fact, about.member or (answer if isinstance(answer, str) else None))


def _answer(target: Target) -> str:
    return f"{target.id}={target.option}" if target.option else target.id
