"""From a case to a verdict per therapy, with the proof and what is still to be asked.

The judge is built once per edition and set of policies, then judges any number of cases. It is
quick because a condition's answer depends only on the truth of its leaves: each distinct leaf is
looked at once per case, and the proof of each pattern of truths is worked out once by
``conditions.prove`` and then looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, Literal, TypeAlias

from dolenti.guideline.conditions import (
    Condition,
    Holds,
    Leaf,
    Proof,
    Truth,
    leaves,
    prove,
)
from dolenti.guideline.dates import Duration
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import (
    NEVER,
    Case,
    Dictionary,
    Known,
    Value,
    header_facts,
    nearest,
    with_facts,
)
from dolenti.guideline.knowledge import Criterion, Edition, FactDefinition, RedFlag, Rule, Therapy

Status = Literal[
    "redirect", "contraindicated", "not-indicated", "needs-information", "caution", "possible"
]
LeafTest: TypeAlias = Callable[[Any, date], Truth]

# A pattern of truths is kept with its proof. Patients repeat patterns; a flood of strange ones
# must not fill the memory of a server that runs for months.
MOST_PATTERNS = 2_000


class Judged:
    """A rule with its proof on one case."""

    __slots__ = ("proof", "rule")

    def __init__(self, rule: Any, proof: Proof) -> None:
        self.rule = rule
        self.proof = proof


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is found of one therapy. ``reasons`` are the criteria that made the status, then the
    precautions that hold; ``criteria`` are all of them; ``questions`` are ids of facts."""

    therapy: Therapy
    status: Status
    reasons: tuple[Judged, ...]
    criteria: tuple[Judged, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verdicts on one case, by one edition, under the policies in force."""

    edition: Edition
    case: Case
    policies: Mapping[str, str]
    values: Mapping[str, Known]
    verdicts: tuple[Verdict, ...]
    red_flags: tuple[Judged, ...]
    questions: tuple[str, ...]
    assumed: Mapping[str, Value]


class Conditions:
    """Many conditions over one dictionary, compiled together.

    ``proofs(values, as_of)`` answers all of them for one patient.
    """

    def __init__(self, dictionary: Dictionary, conditions: Sequence[Condition]) -> None:
        self._dictionary = dictionary
        self._leaves: dict[Leaf, int] = {}
        self._relevance: list[tuple[str, _Compiled, tuple[tuple[int, Truth], ...]]] = []
        relevant = in_order_of_need(dictionary.definitions)
        for definition in relevant:
            assert definition.relevant is not None
            self._number_leaves(definition.relevant)
        for condition in conditions:
            self._number_leaves(condition)
        self._tests: dict[str, list[tuple[int, LeafTest]]] = {}
        for leaf, number in self._leaves.items():
            test = _leaf_test(leaf, dictionary.definition(leaf.fact))
            self._tests.setdefault(leaf.fact, []).append((number, test))
        for definition in relevant:
            assert definition.relevant is not None
            self._relevance.append(
                (
                    definition.id,
                    _Compiled(definition.relevant, self._leaves),
                    self._calm(definition),
                )
            )
        self._compiled = [_Compiled(condition, self._leaves) for condition in conditions]
        # One slot more than there are leaves, so that a getter of one leaf also gives a tuple.
        self._unknown: list[Truth] = [None] * (len(self._leaves) + 1)

    def _number_leaves(self, condition: Condition) -> None:
        for leaf in leaves(condition):
            self._leaves.setdefault(leaf, len(self._leaves))

    def _calm(self, definition: FactDefinition) -> tuple[tuple[int, Truth], ...]:
        value = reassuring_value(definition)
        if value is None:
            return ()
        return tuple(
            (number, test(value, date.min)) for number, test in self._tests.get(definition.id, ())
        )

    def truths(self, values: Mapping[str, Known], as_of: date) -> tuple[list[Truth], set[str]]:
        """The truth of every leaf, and the facts found irrelevant."""
        truths = self._unknown.copy()
        tests = self._tests
        for fact, known in values.items():
            for number, test in tests.get(fact, ()):
                truths[number] = test(known.value, as_of)
        irrelevant: set[str] = set()
        for fact, condition, calm in self._relevance:
            stated = values.get(fact)
            if stated is not None and not isinstance(stated.value, Mapping):
                continue
            if condition.proof(truths).holds is False:
                irrelevant.add(fact)
                for number, truth in calm:
                    if truths[number] is None:  # a stated member of a set still wins
                        truths[number] = truth
        return truths, irrelevant

    def proofs(self, values: Mapping[str, Known], as_of: date) -> tuple[list[Proof], set[str]]:
        """The proof of every condition, in their order, and the facts found irrelevant."""
        truths, irrelevant = self.truths(values, as_of)
        return [condition.proof(truths) for condition in self._compiled], irrelevant


class _Compiled:
    """One condition: which leaves it looks at, and the proofs of the patterns met so far."""

    __slots__ = ("_condition", "_leaves", "_pattern", "_proofs")

    def __init__(self, condition: Condition, numbers: Mapping[Leaf, int]) -> None:
        self._condition = condition
        self._leaves = tuple(dict.fromkeys(leaves(condition)))
        wanted = [numbers[leaf] for leaf in self._leaves]
        # itemgetter gives a bare item for one index: the same index twice keeps it a tuple.
        self._pattern = itemgetter(*(wanted if len(wanted) > 1 else wanted * 2))
        self._proofs: dict[tuple[Truth, ...], Proof] = {}

    def proof(self, truths: Sequence[Truth]) -> Proof:
        pattern = self._pattern(truths)
        found = self._proofs.get(pattern)
        if found is None:
            if len(self._proofs) >= MOST_PATTERNS:
                self._proofs.clear()
            found = prove(self._condition, dict(zip(self._leaves, pattern, strict=False)))
            self._proofs[pattern] = found
        return found


class Judge:
    """Judges cases by one edition under one set of policies.

    ``policies`` names the clinic's choices; the rest stand at their defaults. Raises
    ``InputError`` for a policy or option that does not exist.
    """

    def __init__(self, edition: Edition, policies: Mapping[str, str] | None = None) -> None:
        self.edition = edition
        self.dictionary = Dictionary(edition)
        self.policies = policies_in_force(edition, policies or {})
        self._red_flags: tuple[RedFlag, ...] = self._in_force(edition.red_flags)
        self._therapies: list[tuple[Therapy, tuple[Criterion, ...]]] = [
            (therapy, self._in_force(therapy.criteria)) for therapy in edition.therapies
        ]
        rules: list[Rule] = [*self._red_flags, *(c for _, cs in self._therapies for c in cs)]
        self._conditions = Conditions(self.dictionary, [rule.when for rule in rules])
        self._order = {fact.id: i for i, fact in enumerate(edition.facts)}

    def _in_force(self, rules: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(
            rule
            for rule in rules
            if rule.policy is None or self.policies[rule.policy.id] == rule.policy.value
        )

    def assess(self, case: Case, *, nothing_else: bool = False) -> Assessment:
        """Judge a case. With ``nothing_else``, each remaining question is answered with its
        reassuring value until none is left but those that have none; these are ``assumed``."""
        assessment = self._assess(case)
        assumed: dict[str, Value] = {}
        while nothing_else:
            answers = {
                fact: known
                for fact in assessment.questions
                if (known := self._reassure(fact, assessment.case)) is not None
            }
            if not answers:
                break
            assumed.update({fact: known.value for fact, known in answers.items()})
            case = with_facts(case, answers)
            assessment = self._assess(case, assumed)
        return assessment

    def _reassure(self, fact: str, case: Case) -> Known | None:
        value = reassuring_value(self.dictionary.definitions[fact])
        stated = case.facts.get(fact)
        if isinstance(value, Mapping) and stated is not None and isinstance(stated.value, Mapping):
            value = {**value, **stated.value}  # only the members nobody spoke of
        return None if value is None else Known(value, origin="assumed")

    def _assess(self, case: Case, assumed: Mapping[str, Value] | None = None) -> Assessment:
        values = {**case.facts, **header_facts(case, self.dictionary)}
        proofs, irrelevant = self._conditions.proofs(values, case.as_of)
        judged = iter(proofs)
        red_flags = tuple(Judged(flag, next(judged)) for flag in self._red_flags)
        stops = [f for f in red_flags if f.proof.holds is True and f.rule.effect == "stops"]
        alerts = [f for f in red_flags if f.proof.holds is True and f.rule.effect == "alerts"]
        open_flags = [] if stops else [f for f in red_flags if f.proof.holds is None]
        flag_questions = _open_facts(open_flags)
        asked = dict.fromkeys(flag_questions)
        verdicts = []
        for therapy, criteria in self._therapies:
            found = tuple(Judged(rule, next(judged)) for rule in criteria)
            status, reasons, wanting = _status(found, stops, alerts, open_flags)
            questions: tuple[str, ...] = ()
            if status == "needs-information":
                own = _open_facts(wanting)
                asked.update(dict.fromkeys(own))
                questions = self._askable([*flag_questions, *own], irrelevant)
            verdicts.append(Verdict(therapy, status, reasons, found, questions))
        return Assessment(
            edition=self.edition,
            case=case,
            policies=self.policies,
            values=values,
            verdicts=tuple(verdicts),
            red_flags=red_flags,
            questions=self._askable(asked, irrelevant),
            assumed=assumed or {},
        )

    def _askable(self, facts: Any, irrelevant: set[str]) -> tuple[str, ...]:
        wanted = {fact for fact in facts if fact not in irrelevant}
        return tuple(sorted(wanted, key=self._order.__getitem__))


def _status(
    criteria: Sequence[Judged],
    stops: list[Judged],
    alerts: list[Judged],
    open_flags: list[Judged],
) -> tuple[Status, tuple[Judged, ...], list[Judged]]:
    """The first status of contract 2 that applies, its reasons, and what is wanting for it."""
    groups: dict[tuple[str, Truth], list[Judged]] = {}
    for judged in criteria:
        groups.setdefault((judged.rule.kind, judged.proof.holds), []).append(judged)

    def having(kind: str, holds: Truth) -> list[Judged]:
        return groups.get((kind, holds), [])

    precautions = having("precaution", True)
    indications, open_indications = having("indication", True), having("indication", None)
    absolute, relative = "absolute-contraindication", "relative-contraindication"
    if stops:
        return "redirect", (*stops, *precautions), []
    if having(absolute, True):
        return "contraindicated", (*having(absolute, True), *precautions), []
    if not indications and not open_indications:
        return "not-indicated", (*having("indication", False), *precautions), []
    wanting = [*having(absolute, None), *having(relative, None)]
    if not indications:
        wanting += open_indications
    if wanting or open_flags:
        held = [*alerts, *having(relative, True)]
        return "needs-information", (*open_flags, *wanting, *held, *precautions), wanting
    if alerts or having(relative, True):
        reasons = (*alerts, *having(relative, True), *indications, *precautions)
        return "caution", reasons, []
    return "possible", (*indications, *precautions), []


def _open_facts(judged: Sequence[Judged]) -> list[str]:
    return [fact for one in judged for fact in one.proof.open]


def policies_in_force(edition: Edition, chosen: Mapping[str, str]) -> dict[str, str]:
    """Every policy with its value. Raises ``InputError`` for one that is not known."""
    in_force = {policy.id: policy.default for policy in edition.policies}
    options = {policy.id: [o.id for o in policy.options] for policy in edition.policies}
    for name, value in chosen.items():
        if name not in in_force:
            raise InputError(f"there is no policy “{name}”{nearest(name, in_force)}", "policies")
        if value not in options[name]:
            raise InputError(
                f"“{value}” is no option; known are: {', '.join(options[name])}",
                f"policies.{name}",
            )
        in_force[name] = value
    return in_force


def reassuring_value(definition: FactDefinition) -> Value | None:
    """The answer that means nothing to report, as a value; ``None`` where there is none."""
    raw = definition.reassuring
    if raw is None:
        return None
    if definition.type == "set":
        assert isinstance(raw, tuple)
        return {option.id: option.id in raw for option in definition.options}
    if definition.type == "date":
        return NEVER
    assert isinstance(raw, (bool, str))
    return raw


def in_order_of_need(definitions: Mapping[str, FactDefinition]) -> list[FactDefinition]:
    """The facts with a relevance, each after those its relevance reads.

    Raises ``InputError`` where facts wait for each other in a circle.
    """
    done: dict[str, FactDefinition] = {}
    doing: list[str] = []

    def visit(fact: str) -> None:
        definition = definitions.get(fact)
        if definition is None or definition.relevant is None or fact in done:
            return
        if fact in doing:
            circle = " → ".join([*doing[doing.index(fact) :], fact])
            raise InputError(f"the relevance of these facts goes in a circle: {circle}", fact)
        doing.append(fact)
        for leaf in leaves(definition.relevant):
            visit(leaf.fact)
        doing.pop()
        done[fact] = definition

    for fact in definitions:
        visit(fact)
    return list(done.values())


def _leaf_test(leaf: Leaf, definition: FactDefinition) -> LeafTest:
    """The test of one leaf on a known value. Raises ``InputError`` where the types do not fit."""
    problem = type_problem(leaf, definition)
    if problem:
        raise InputError(problem, leaf.fact)
    if isinstance(leaf, Holds):
        return lambda value, as_of: value
    operand: Any = leaf.operand
    tests: dict[str, LeafTest] = {
        "is": lambda value, as_of: value == operand,
        "in": lambda value, as_of: value in operand,
        "has": lambda value, as_of: value.get(operand),
        "over": lambda value, as_of: value > operand,
        "under": lambda value, as_of: value < operand,
        "at-least": lambda value, as_of: value >= operand,
        "at-most": lambda value, as_of: value <= operand,
        "before": lambda value, as_of: value is not NEVER and value < operand,
        "after": lambda value, as_of: value is not NEVER and value > operand,
        "within": lambda value, as_of: value is not NEVER and _near(value, as_of, operand),
        "older-than": lambda value, as_of: value is not NEVER and value < operand.before(as_of),
    }
    if leaf.operator == "within" and definition.future:
        return lambda value, as_of: value is not NEVER and as_of <= value <= operand.after(as_of)
    return tests[leaf.operator]


def _near(value: date, as_of: date, length: Duration) -> bool:
    return length.before(as_of) <= value <= as_of


_OPERATORS_OF = {
    "boolean": (),
    "number": ("over", "under", "at-least", "at-most"),
    "choice": ("is", "in"),
    "set": ("has",),
    "date": ("before", "after", "within", "older-than"),
}


def type_problem(leaf: Leaf, definition: FactDefinition) -> str | None:
    """Why a leaf does not fit its fact, or ``None``."""
    if isinstance(leaf, Holds):
        if definition.type == "boolean":
            return None
        operators = ", ".join(_OPERATORS_OF[definition.type])
        return f"“{leaf.fact}” is a {definition.type}: compare it with one of {operators}"
    if leaf.operator not in _OPERATORS_OF[definition.type]:
        return f"“{leaf.operator}” does not fit the {definition.type} “{leaf.fact}”"
    if leaf.operator == "older-than" and not definition.past:
        return f"“older-than” needs a past date, and “{leaf.fact}” is none"
    options = {option.id for option in definition.options}
    operand = leaf.operand
    words = (
        operand if isinstance(operand, tuple) else (operand,) if isinstance(operand, str) else ()
    )
    strange = [word for word in words if word not in options]
    if strange:
        return f"“{strange[0]}” is no answer of “{leaf.fact}”{nearest(strange[0], options)}"
    return None


def walk_rules(edition: Edition) -> Iterator[tuple[str, Rule]]:
    """Every rule with a condition, with the place it belongs to (``red-flags``, a therapy's or a
    product's id)."""
    for flag in edition.red_flags:
        yield "red-flags", flag
    for therapy in edition.therapies:
        for criterion in therapy.criteria:
            yield therapy.id, criterion
    for product in edition.products:
        for rule in product.rules:
            yield product.id, rule


__all__ = [
    "Assessment", "Conditions", "Judge", "Judged", "Status", "Verdict", "in_order_of_need",
    "policies_in_force", "reassuring_value", "type_problem", "walk_rules",
]  # fmt: skip
