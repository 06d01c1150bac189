"""Many conditions compiled together: each distinct leaf is looked at once per case, and the proof
of each pattern of truths is worked out once by ``conditions.prove`` and then looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial
from itertools import chain
from operator import itemgetter
from typing import Generic, TypeAlias, TypeVar

from dolenti.guideline.conditions import Condition, Leaf, Proof, Truth, leaves, prove
from dolenti.guideline.facts import Dictionary, Known, Value
from dolenti.guideline.judge.comparing import LeafTest, leaf_test
from dolenti.guideline.judge.relevance import calm_value, in_order_of_need
from dolenti.guideline.knowledge import FactDefinition

T = TypeVar("T")
_Truths: TypeAlias = tuple[tuple[int, Truth], ...]
_RELEVANCE = {True: "yes", False: "no", None: "unknown"}

# A pattern of truths is kept with its proof. Patients repeat patterns; a flood of strange ones
# must not fill the memory of a server that runs for months.
MOST_PATTERNS = 2_000


class Conditions(Generic[T]):
    """Many conditions over one dictionary, compiled together.

    ``answers(values, as_of)`` gives, for one patient and in the order of the conditions, what
    ``made`` makes of each one's number and proof.
    """

    def __init__(
        self,
        dictionary: Dictionary,
        conditions: Sequence[Condition],
        made: Callable[[int, Proof], T],
    ) -> None:
        relevant = in_order_of_need(dictionary.definitions)
        leaf_numbers: dict[Leaf, int] = {}
        for condition in (*(d.relevant for d in relevant if d.relevant), *conditions):
            for leaf in leaves(condition):
                leaf_numbers.setdefault(leaf, len(leaf_numbers))
        self._tests: dict[str, list[tuple[int, LeafTest]]] = {}
        for leaf, number in leaf_numbers.items():
            test = leaf_test(leaf, dictionary.definition(leaf.fact))
            self._tests.setdefault(leaf.fact, []).append((number, test))
        waits = {fact.id for fact in dictionary.definitions.values() if fact.waits}
        self._sets = {fact.id for fact in dictionary.definitions.values() if fact.type == "set"}
        # Facts with the same relevance wait for the same facts, so they are settled together.
        together: dict[Condition, list[tuple[str, _Truths]]] = {}
        for definition in relevant:
            if definition.relevant is not None:
                settled = (definition.id, self._calm(definition))
                together.setdefault(definition.relevant, []).append(settled)
        relevances = [
            _Table(c, leaf_numbers, lambda proof: _RELEVANCE[proof.holds]) for c in together
        ]
        self._relevance = [
            (
                table,
                table.pattern,
                settled,
                frozenset(fact for fact, _ in settled if fact in waits),
            )
            for table, settled in zip(relevances, together.values(), strict=True)
        ]
        # A condition that several rules share is looked at once, for all of them.
        sharing: dict[Condition, list[int]] = {}
        for number, condition in enumerate(conditions):
            sharing.setdefault(condition, []).append(number)
        tables = [
            (_Table(condition, leaf_numbers, partial(_made_for_all, made, numbers)), numbers)
            for condition, numbers in sharing.items()
        ]
        # Of one leaf, as most conditions are, the pattern is its truth: no need to call for it.
        single = [(table, numbers) for table, numbers in tables if len(table.places) == 1]
        several = [(table, numbers) for table, numbers in tables if len(table.places) != 1]
        self._single = [(table, table.places[0]) for table, _ in single]
        self._several = [(table, table.pattern) for table, _ in several]
        shared = chain.from_iterable(numbers for _, numbers in (*single, *several))
        places = {number: at for at, number in enumerate(shared)}
        in_order = [places[number] for number in range(len(conditions))]
        # Of one place the getter gives what is there, of several their tuple.
        self._in_order = itemgetter(*in_order) if len(in_order) > 1 else tuple
        self._unknown: list[Truth] = [None] * len(leaf_numbers)
        # What an answer makes of the leaves of its fact, where the dictionary knows every answer
        # beforehand.
        self._chosen: dict[str, dict[Value, _Truths]] = {
            fact: {
                answer: tuple((number, test(answer, date.min)) for number, test in tests)
                for answer in _every_answer(dictionary.definition(fact))
            }
            for fact, tests in self._tests.items()
            if dictionary.definition(fact).type in ("choice", "boolean")
        }

    def _calm(self, definition: FactDefinition) -> _Truths:
        """The truths of a fact's leaves where it is irrelevant."""
        value = calm_value(definition)
        if value is None:
            return ()
        tests = self._tests.get(definition.id, ())
        return tuple((number, test(value, date.min)) for number, test in tests)

    def answers(
        self, values: Mapping[str, Known], as_of: date
    ) -> tuple[Sequence[T], set[str], set[str]]:
        """What was made of every condition's proof, the facts found irrelevant, and those that
        are not asked before their relevance is known."""
        truths = self._unknown.copy()
        tests, chosen = self._tests, self._chosen
        for fact, known in values.items():
            value = known.value
            if fact in chosen and value in chosen[fact]:
                for number, truth in chosen[fact][value]:
                    truths[number] = truth
            else:
                for number, test in tests.get(fact, ()):
                    truths[number] = test(value, as_of)
        irrelevant: set[str] = set()
        waiting: set[str] = set()
        sets = self._sets
        for table, pattern, settled, waits in self._relevance:
            relevance = table[pattern(truths)]
            if relevance == "yes":
                continue
            if relevance == "unknown":
                waiting |= waits
                continue
            for fact, calm in settled:
                if fact in values and fact not in sets:
                    continue
                irrelevant.add(fact)
                for number, truth in calm:
                    if truths[number] is None:  # a stated member of a set still wins
                        truths[number] = truth
        shared = [table[truths[place]] for table, place in self._single]
        shared += [table[pattern(truths)] for table, pattern in self._several]
        found = self._in_order(list(chain.from_iterable(shared)))
        return found, irrelevant, waiting


def _every_answer(definition: FactDefinition) -> list[Value]:
    if definition.type == "boolean":
        return [True, False]
    return [option.id for option in definition.options]


def _made_for_all(
    made: Callable[[int, Proof], T], numbers: Sequence[int], proof: Proof
) -> tuple[T, ...]:
    return tuple(made(number, proof) for number in numbers)


def proofs(
    dictionary: Dictionary,
    conditions: Sequence[Condition],
    values: Mapping[str, Known],
    as_of: date,
) -> tuple[list[Proof], set[str]]:
    """The proofs of some conditions on one patient, and the facts found irrelevant. What was asked
    lately of this dictionary is not compiled again; who asks always keeps a ``Conditions``."""
    found, irrelevant, _ = _asked_lately(dictionary, tuple(conditions)).answers(values, as_of)
    return list(found), irrelevant


@lru_cache(maxsize=256)
def _asked_lately(dictionary: Dictionary, conditions: tuple[Condition, ...]) -> Conditions[Proof]:
    return Conditions(dictionary, conditions, lambda _, proof: proof)


class _Table(dict[Truth | tuple[Truth, ...], T]):
    """What was made of one condition's proof, by the pattern of its leaves' truths; of a pattern
    not met yet, worked out. ``places`` are those of its leaves among the truths."""

    __slots__ = ("_condition", "_leaves", "_make", "pattern", "places")

    def __init__(
        self, condition: Condition, numbers: Mapping[Leaf, int], make: Callable[[Proof], T]
    ) -> None:
        super().__init__()
        self._condition = condition
        self._leaves = tuple(dict.fromkeys(leaves(condition)))
        self.places = tuple(numbers[leaf] for leaf in self._leaves)
        # Of one leaf the pattern is its truth, of several the tuple of theirs, of none nothing.
        self.pattern = itemgetter(*self.places) if self.places else lambda _truths: ()
        self._make = make

    def __missing__(self, pattern: Truth | tuple[Truth, ...]) -> T:
        if len(self) >= MOST_PATTERNS:
            self.clear()
        met = pattern if isinstance(pattern, tuple) else (pattern,)
        known = dict(zip(self._leaves, met, strict=True))
        made = self[pattern] = self._make(prove(self._condition, known))
        return made
