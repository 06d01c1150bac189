"""The diseases that a medicine speaks of by what it is given for, and the tests that words name
(``knowledge/records``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dolenti.fhir.clauses import Clause, Told, clauses, excepts, is_said, with_answer
from dolenti.fhir.codes import codings, system_of
from dolenti.guideline.knowledge import OfRecords
from dolenti.medicines.values import Speciality
from dolenti.medicines.words import words


class Treated:
    """The facts of diseases by what treats them: ATC codes, of which the longest counts, and the
    words of substances and brands."""

    def __init__(self, of_records: Iterable[OfRecords]) -> None:
        of_records = tuple(of_records)
        self._tests = {
            one.id: (
                tuple(words(name) for name in one.words),
                tuple(frozenset(words(name)) for name in one.but_not),
            )
            for one in of_records
            if one.kind == "result" and one.words
        }
        self._carrying = {one.id for one in of_records if one.carries is not None}
        medicines = [one for one in of_records if one.kind == "medicine"]
        self._by_code = {code.code: one.concerns for one in medicines for code in one.codes}
        self._by_word = [(one.words, one.concerns) for one in medicines if one.words]

    def by_code(self, atc: str) -> tuple[str, ...]:
        """The facts that a code speaks of, or those above it."""
        bare = "".join(atc.split()).upper()
        for length in range(len(bare), 0, -1):
            if (facts := self._by_code.get(bare[:length])) is not None:
                return facts
        return ()

    def by_speciality(self, speciality: Speciality) -> tuple[str, ...]:
        """Those that a speciality of the public base speaks of by its name and substances."""
        return self.by_text(" ".join((speciality.name, *speciality.active_substances)))

    def by_text(self, text: str) -> tuple[str, ...]:
        """Those that any word of a text speaks of."""
        said = words(text)
        return tuple(
            fact
            for begun, facts in self._by_word
            if any(word.startswith(begun) for word in said)
            for fact in facts
        )

    def tests(self, text: str) -> tuple[str, ...]:
        """The tests of which a name has all words of some name, and none that tells another."""
        said = frozenset(words(text))
        return tuple(
            test
            for test, (names, others) in self._tests.items()
            if any(said.issuperset(name) for name in names)
            and not any(said.issuperset(other) for other in others)
        )

    def told_in(self, text: str) -> tuple[Told, ...]:
        """The tests that the clauses of a text name, and do not deny. One that carries other things
        (“Allergies ? Xylocaïne”) comes with what it says of them."""
        parts = list(clauses(text))
        return tuple(
            Told(test, told)
            for at, part in enumerate(parts)
            for test in self._named_in(part)
            if (told := self._told(text, parts, at, test)) is not None
        )

    def _named_in(self, part: Clause) -> list[str]:
        return [
            test
            for test, (names, others) in self._tests.items()
            if any(name and part.has.issuperset(name) for name in names)
            and not any(other <= part.has for other in others)
        ]

    def _told(self, text: str, parts: Sequence[Clause], at: int, test: str) -> str | None:
        """What the clause says of a test that it names; ``None`` where it denies it."""
        part, (names, _) = parts[at], self._tests[test]
        is_said_here = is_said(part.said, names)
        if test not in self._carrying:
            return part.text if is_said_here else None
        if at and parts[at - 1].sign == "(" and self._lists_things(parts[at - 1]):
            return None  # “Allergies (médicaments)” lists no medicines
        whole = with_answer(text, parts, at, self._lists_things)
        if whole is None or not (is_said_here or excepts(words(whole))):
            return None
        return whole

    def _lists_things(self, part: Clause) -> bool:
        return not self._carrying.isdisjoint(self._named_in(part))


def atc_codes(raw: object) -> list[str]:
    """The ATC codes of a concept."""
    return [
        str(coding.get("code"))
        for coding in codings(raw)
        if system_of(coding.get("system")) == "atc"
    ]
