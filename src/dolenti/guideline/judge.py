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
from functools import partial
from operator import itemgetter
from typing import Any, Generic, Literal, TypeAlias, TypeVar

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
from dolenti.guideline.knowledge import (
    Criterion,
    CriterionKind,
    Edition,
    FactDefinition,
    RedFlag,
    Rule,
    Therapy,
)

Status = Literal[
    "redirect", "contraindicated", "not-indicated", "needs-information", "caution", "possible"
]
LeafTest: TypeAlias = Callable[[Any, date], Truth]
_Calm: TypeAlias = tuple[tuple[int, Truth], ...]

# A pattern of truths is kept with its proof. Patients repeat patterns; a flood of strange ones
# must not fill the memory of a server that runs for months.
MOST_PATTERNS = 2_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule with its proof on one case."""

    rule: Any
    proof: Proof


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
    """The verdicts on one case, by one edition, under the policies in force.

    ``irrelevant`` are the unstated facts that took their reassuring value, ``assumed`` those that
    took it because nothing else was to report.
    """

    edition: Edition
    case: Case
    policies: Mapping[str, str]
    values: Mapping[str, Known]
    verdicts: tuple[Verdict, ...]
    red_flags: tuple[Judged, ...]
    questions: tuple[str, ...]
    irrelevant: frozenset[str]
    assumed: Mapping[str, Value]


T = TypeVar("T")
R = TypeVar("R", bound=Rule)


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
            test = _leaf_test(leaf, dictionary.definition(leaf.fact))
            self._tests.setdefault(leaf.fact, []).append((number, test))
        # Facts with the same relevance wait for the same facts, so they are settled together.
        together: dict[Condition, list[tuple[str, _Calm]]] = {}
        for definition in relevant:
            if definition.relevant is not None:
                settled = (definition.id, self._calm(definition))
                together.setdefault(definition.relevant, []).append(settled)
        self._relevance = [
            (_Compiled(condition, leaf_numbers, lambda proof: proof.holds is False), settled)
            for condition, settled in together.items()
        ]
        self._compiled = [
            _Compiled(condition, leaf_numbers, partial(made, number))
            for number, condition in enumerate(conditions)
        ]
        # What `_Compiled.answer` does, laid open: the calls would cost more than the work.
        self._quick = [(c.pattern, c.made.get, c.answer) for c in self._compiled]
        self._unknown: list[Truth] = [None] * len(leaf_numbers)

    def _calm(self, definition: FactDefinition) -> _Calm:
        """The truths of a fact's leaves where it takes its reassuring value."""
        value = reassuring_value(definition)
        if value is None:
            return ()
        tests = self._tests.get(definition.id, ())
        return tuple((number, test(value, date.min)) for number, test in tests)

    def answers(self, values: Mapping[str, Known], as_of: date) -> tuple[list[T], set[str]]:
        """What was made of every condition's proof, and the facts found irrelevant."""
        truths = self._unknown.copy()
        tests = self._tests
        for fact, known in values.items():
            value = known.value
            for number, test in tests.get(fact, ()):
                truths[number] = test(value, as_of)
        irrelevant: set[str] = set()
        for compiled, settled in self._relevance:
            if not compiled.answer(truths):
                continue
            for fact, calm in settled:
                stated = values.get(fact)
                if stated is not None and not isinstance(stated.value, Mapping):
                    continue
                irrelevant.add(fact)
                for number, truth in calm:
                    if truths[number] is None:  # a stated member of a set still wins
                        truths[number] = truth
        found = [made(pattern(truths)) or answer(truths) for pattern, made, answer in self._quick]
        return found, irrelevant


def proofs(
    dictionary: Dictionary,
    conditions: Sequence[Condition],
    values: Mapping[str, Known],
    as_of: date,
) -> tuple[list[Proof], set[str]]:
    """The proofs of some conditions on one patient, and the facts found irrelevant: for those
    who ask once. Who asks often keeps a ``Conditions``."""
    return Conditions(dictionary, conditions, lambda _, proof: proof).answers(values, as_of)


class _Compiled(Generic[T]):
    """One condition: which leaves it looks at, and what was made of the patterns met so far."""

    __slots__ = ("_condition", "_leaves", "_make", "made", "pattern")

    def __init__(
        self, condition: Condition, numbers: Mapping[Leaf, int], make: Callable[[Proof], T]
    ) -> None:
        self._condition = condition
        self._leaves = tuple(dict.fromkeys(leaves(condition)))
        wanted = [numbers[leaf] for leaf in self._leaves]
        # itemgetter gives a bare item for one index: the same index twice keeps it a tuple.
        self.pattern = itemgetter(*(wanted if len(wanted) > 1 else wanted * 2))
        self._make = make
        self.made: dict[tuple[Truth, ...], T] = {}

    def answer(self, truths: Sequence[Truth]) -> T:
        pattern = self.pattern(truths)
        try:
            return self.made[pattern]
        except KeyError:
            if len(self.made) >= MOST_PATTERNS:
                self.made.clear()
            known = dict(zip(self._leaves, pattern, strict=False))
            made = self.made[pattern] = self._make(prove(self._condition, known))
            return made


class Judge:
    """Judges cases by one edition under one set of policies.

    ``policies`` names the clinic's choices; the rest stand at their defaults. Raises
    ``InputError`` for a policy or option that does not exist.
    """

    def __init__(self, edition: Edition, policies: Mapping[str, str] | None = None) -> None:
        self.edition = edition
        self.dictionary = Dictionary(edition)
        self.policies = policies_in_force(edition, policies or {})
        self._red_flags: tuple[RedFlag, ...] = rules_in_force(edition.red_flags, self.policies)
        self._therapies: list[tuple[Therapy, tuple[Criterion, ...]]] = [
            (therapy, rules_in_force(therapy.criteria, self.policies))
            for therapy in edition.therapies
        ]
        rules: list[Rule] = [*self._red_flags, *(c for _, cs in self._therapies for c in cs)]
        self._conditions = Conditions(
            self.dictionary,
            [rule.when for rule in rules],
            lambda number, proof: Judged(rules[number], proof),
        )
        self._order = {fact.id: i for i, fact in enumerate(edition.facts)}

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
        if fact in case.doubted:
            return None
        value = reassuring_value(self.dictionary.definitions[fact])
        stated = case.facts.get(fact)
        if isinstance(value, Mapping) and stated is not None and isinstance(stated.value, Mapping):
            value = {**value, **stated.value}  # only the members nobody spoke of
        return None if value is None else Known(value, origin="assumed")

    def _assess(self, case: Case, assumed: Mapping[str, Value] | None = None) -> Assessment:
        values = {**case.facts, **header_facts(case, self.dictionary)}
        judged, irrelevant = self._conditions.answers(values, case.as_of)
        done = len(self._red_flags)
        red_flags = tuple(judged[:done])
        stops = [f for f in red_flags if f.proof.holds is True and f.rule.effect == "stops"]
        alerts = [f for f in red_flags if f.proof.holds is True and f.rule.effect == "alerts"]
        open_flags = [] if stops else [f for f in red_flags if f.proof.holds is None]
        flag_questions = _open_facts(open_flags)
        asked = dict.fromkeys(flag_questions)
        verdicts = []
        for therapy, criteria in self._therapies:
            found = tuple(judged[done : done + len(criteria)])
            done += len(criteria)
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
            irrelevant=frozenset(irrelevant),
            assumed=assumed or {},
        )

    def _askable(self, facts: Any, irrelevant: set[str]) -> tuple[str, ...]:
        wanted = {fact for fact in facts if fact not in irrelevant}
        return tuple(sorted(wanted, key=self._order.__getitem__))


_MARK = {True: "+", None: "?"}


def _status(
    criteria: Sequence[Judged],
    stops: list[Judged],
    alerts: list[Judged],
    open_flags: list[Judged],
) -> tuple[Status, tuple[Judged, ...], list[Judged]]:
    """The first status of contract 2 that applies, its reasons, and what is wanting for it."""
    groups: dict[str, list[Judged]] = {}
    for judged in criteria:
        holds = judged.proof.holds
        if holds is not False:
            groups.setdefault(judged.rule.kind + _MARK[holds], []).append(judged)

    def having(kind: CriterionKind, holds: Literal[True] | None) -> list[Judged]:
        return groups.get(kind + _MARK[holds], [])

    precautions = having("precaution", True)
    indications, open_indications = having("indication", True), having("indication", None)
    held_absolute = having("absolute-contraindication", True)
    held_relative = having("relative-contraindication", True)
    if stops:
        return "redirect", (*stops, *precautions), []
    if held_absolute:
        return "contraindicated", (*held_absolute, *precautions), []
    if not indications and not open_indications:
        none_is_true = (j for j in criteria if j.rule.kind == "indication")
        return "not-indicated", (*none_is_true, *precautions), []
    wanting = [
        *having("absolute-contraindication", None),
        *having("relative-contraindication", None),
    ]
    if not indications:
        wanting += open_indications
    if wanting or open_flags:
        known = (*alerts, *held_relative, *precautions)
        return "needs-information", (*open_flags, *wanting, *known), wanting
    if alerts or held_relative:
        return "caution", (*alerts, *held_relative, *indications, *precautions), []
    return "possible", (*indications, *precautions), []


def _open_facts(judged: Sequence[Judged]) -> list[str]:
    return [fact for one in judged for fact in one.proof.open]


def rules_in_force(rules: Sequence[R], policies: Mapping[str, str]) -> tuple[R, ...]:
    """The rules that no policy switches off."""
    return tuple(
        rule
        for rule in rules
        if rule.policy is None or policies[rule.policy.id] == rule.policy.value
    )


def policies_in_force(edition: Edition, chosen: Mapping[str, str]) -> dict[str, str]:
    """Every policy with its value. Raises ``InputError`` for one that is not known."""
    in_force = {policy.id: policy.default for policy in edition.policies}
    options = {policy.id: [o.id for o in policy.options] for policy in edition.policies}
    for name, value in chosen.items():
        if name not in in_force:
            close = nearest(name, in_force)
            raise InputError(
                f"there is no policy “{name}”{close.en}",
                "policies",
                fr=f"le choix de l’établissement «\u00a0{name}\u00a0» n’existe pas{close.fr}",
            )
        if value not in options[name]:
            listed = ", ".join(options[name])
            raise InputError(
                f"“{value}” is no option; known are: {listed}",
                f"policies.{name}",
                fr=f"«\u00a0{value}\u00a0» n’est pas une option\u00a0; options admises\u00a0: "
                f"{listed}",
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
            raise InputError(
                f"the relevance of these facts goes in a circle: {circle}",
                fact,
                fr=f"la pertinence de ces faits tourne en rond\u00a0: {circle}",
            )
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
        raise problem
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


def type_problem(leaf: Leaf, definition: FactDefinition) -> InputError | None:
    """Why a leaf does not fit its fact, or ``None``."""
    fact, kind = leaf.fact, definition.type
    if isinstance(leaf, Holds):
        if kind == "boolean":
            return None
        operators = ", ".join(_OPERATORS_OF[kind])
        return InputError(
            f"“{fact}” is a {kind}: compare it with one of {operators}",
            fact,
            fr=f"«\u00a0{fact}\u00a0» est de type {kind}\u00a0: comparez-le par l’un de "
            f"{operators}",
        )
    if leaf.operator not in _OPERATORS_OF[kind]:
        return InputError(
            f"“{leaf.operator}” does not fit the {kind} “{fact}”",
            fact,
            fr=f"«\u00a0{leaf.operator}\u00a0» ne convient pas à «\u00a0{fact}\u00a0», de type "
            f"{kind}",
        )
    if leaf.operator == "older-than" and not definition.past:
        return InputError(
            f"“older-than” needs a past date, and “{fact}” is none",
            fact,
            fr=f"«\u00a0older-than\u00a0» demande une date passée, ce que «\u00a0{fact}\u00a0» "
            "n’est pas",
        )
    options = {option.id for option in definition.options}
    operand = leaf.operand
    words = (
        operand if isinstance(operand, tuple) else (operand,) if isinstance(operand, str) else ()
    )
    strange = [word for word in words if word not in options]
    if strange:
        close = nearest(strange[0], options)
        return InputError(
            f"“{strange[0]}” is no answer of “{fact}”{close.en}",
            fact,
            fr=f"«\u00a0{strange[0]}\u00a0» n’est pas une réponse de "
            f"«\u00a0{fact}\u00a0»{close.fr}",
        )
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
    "policies_in_force", "proofs", "reassuring_value", "rules_in_force", "type_problem",
    "walk_rules",
]  # fmt: skip
