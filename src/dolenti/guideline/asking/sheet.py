"""The rows of one edition, ready to be composed: who asks what, and when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from dolenti.guideline.asking.refs import Ref, refs_of
from dolenti.guideline.conditions import Compare, Condition, Proof, facts_of, leaves
from dolenti.guideline.facts import Dictionary, Known
from dolenti.guideline.judge import Conditions
from dolenti.guideline.knowledge import AskedFact, AskedRow, Edition


class Sheet:
    """Every row of an edition. Made once, it composes any number of cases."""

    def __init__(self, edition: Edition, dictionary: Dictionary) -> None:
        self.dictionary = dictionary
        self.rows = tuple(sorted(edition.asking, key=lambda row: row.order))
        self.by_name = {row.row: row for row in self.rows}
        self.asked = {asked.fact: (row, asked) for row in self.rows for asked in row.facts}
        conditions: dict[Condition, int] = {}
        self._waits: dict[str, tuple[int, ...]] = {}
        self._when: dict[str, int] = {}
        for _, asked in self.asked.values():
            definition = dictionary.definitions.get(asked.fact)
            both = (definition.relevant if definition else None, asked.when)
            self._waits[asked.fact] = tuple(
                conditions.setdefault(one, len(conditions)) for one in both if one is not None
            )
            if asked.when is not None:
                self._when[asked.fact] = conditions[asked.when]
        self._raised_by = {
            asked.fact: tuple(
                dict.fromkeys(
                    fact
                    for one in (
                        asked.when,
                        dictionary.definitions[asked.fact].relevant
                        if asked.fact in dictionary.definitions
                        else None,
                    )
                    if one is not None
                    for fact in facts_of(one)
                )
            )
            for _, asked in self.asked.values()
        }
        # What any therapy reads: its red flags, and what another question waits for.
        of_all = [flag.when for flag in edition.red_flags]
        of_all += [one.relevant for one in dictionary.definitions.values() if one.relevant]
        self._read_by_all = _members([*of_all, *conditions])
        self._read_by = {
            therapy.id: _members(criterion.when for criterion in therapy.criteria)
            for therapy in edition.therapies
        }
        self._conditions = Conditions(dictionary, list(conditions), lambda _, proof: proof)

    def tier(self, fact: str) -> str:
        """Which batch may answer a fact; none for one that no row asks."""
        return self.asked[fact][1].tier if fact in self.asked else "alone"

    def how(self, fact: str) -> str:
        """The verb that is stored with an answer to it."""
        return self.asked[fact][1].how if fact in self.asked else "asked"

    def refs(
        self, asked: AskedFact, zone: str | None, in_play: Collection[str] | None = None
    ) -> tuple[Ref, ...]:
        """What a row asks of a fact: the fact itself, or the members that its phrases name; of
        these, where therapies are ``in_play``, those that a rule of theirs reads."""
        row = self.by_name[self.asked[asked.fact][0].row]
        members = tuple(
            ref
            for phrase in row.phrases
            if not phrase.zones or zone in phrase.zones
            for ref in refs_of(phrase.facts)
            if ref.fact == asked.fact and ref.member
        )
        if not members:
            return (Ref(asked.fact),)
        if in_play is not None:
            members = tuple(ref for ref in members if self._is_read(ref, in_play))
        return tuple(dict.fromkeys(members))

    def _is_read(self, ref: Ref, in_play: Collection[str]) -> bool:
        return ref in self._read_by_all or any(ref in self._read_by[one] for one in in_play)

    def raised_by(self, fact: str) -> tuple[str, ...]:
        """The facts on whose answers it waits."""
        return self._raised_by.get(fact, ())

    def proofs(self, values: Mapping[str, Known], as_of: date) -> tuple[list[Proof], set[str]]:
        """The truth of every relevance and ``when``, and the facts found irrelevant."""
        found, irrelevant, _waiting = self._conditions.answers(values, as_of)
        return list(found), irrelevant

    def waits(self, fact: str, proofs: list[Proof]) -> list[Proof]:
        """The proofs on which a fact waits: its relevance and its ``when``."""
        return [proofs[number] for number in self._waits.get(fact, ())]

    def when(self, fact: str, proofs: list[Proof], *, surely: bool = False) -> bool:
        """Whether the row asks it by itself: ``when`` is not known to be false, or ``surely``
        holds."""
        number = self._when.get(fact)
        holds = None if number is None else proofs[number].holds
        return holds is True if surely else number is None or holds is not False


def _members(conditions: Iterable[Condition]) -> set[Ref]:
    """The members of sets that some conditions read."""
    return {
        Ref(leaf.fact, str(leaf.operand))
        for condition in conditions
        for leaf in leaves(condition)
        if isinstance(leaf, Compare) and leaf.operator == "has"
    }


def asks(row: AskedRow) -> bool:
    """Whether a row is asked while a pain is assessed."""
    return row.stage == "assessment"


__all__ = ["Sheet", "asks"]
