"""What occurs in a world, by name: the guard test holds it against all that could occur."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, TypeAlias, get_args, get_type_hints

from dolenti.guideline.conditions import OPERATORS, Compare, Condition, Truth, facts_of, leaves
from dolenti.guideline.facts import NEVER, Case
from dolenti.guideline.judge import Judge, Judged, Status, walk_rules
from dolenti.guideline.knowledge import CriterionKind, Edition, FactDefinition, RedFlag
from tests.generative.editions import World
from tests.generative.patients import Patient
from tests.generative.reference import Reference

Sighting: TypeAlias = tuple[Any, ...]
TYPES = get_args(get_type_hints(FactDefinition)["type"])
TRUTHS = (True, False, None)
DERIVED = ("age", "zone", "bmi", "onset-before-20-or-after-55")


def possible() -> set[Sighting]:
    """Everything that must occur. Read from the language itself: who adds a node, an operator, a
    type of fact, a status or a kind of rule is told here that nobody generates it yet."""
    calm = [t for t in TYPES if t != "number"]  # a measured value has no reassuring answer
    return {
        *product(["node"], [kind.__name__ for kind in Condition.__subclasses__()], TRUTHS),
        *product(["operator"], ["holds", *OPERATORS], TRUTHS),
        ("operator", "within", "of a future date"),
        *product(["fact"], TYPES, ["fresh for ever", "fresh for a time"]),
        *product(["fact"], TYPES, ["always relevant", "sometimes relevant"]),
        *product(["fact"], TYPES, ["without a reassuring answer"]),
        *product(["fact"], calm, ["with a reassuring answer"]),
        *product(["fact"], ["date"], ["past", "future"]),
        ("fact", "relevance", "that waits for another's"),
        *product(["patient"], TYPES, _WORLDS),
        *product(["patient"], calm, ["irrelevant, silent"]),
        *product(["patient"], ["set"], ["complete", "partial", "no member known"]),
        ("patient", "set", "partial, irrelevant"),
        ("patient", "set", "of a member whose absence counts no more"),
        ("patient", "date", "never"),
        *product(["patient"], DERIVED, ["derived"]),
        *product(["rule"], [*get_args(CriterionKind), "stops", "alerts"], TRUTHS),
        *product(["policy"], ["in force", "switched off"]),
        *product(["status"], get_args(Status)),
        ("question",),
        *product(["wanting only"], _WANTING),
    }


_WORLDS = (
    "unknown",
    "known, undated",
    "known, dated",
    "stale",
    "of a later day",
    "irrelevant, stated",
)
_WANTING = (
    "stops",
    "alerts",
    "alerts, beside a true one",
    "indication",
    "absolute-contraindication",
    "relative-contraindication",
    "relative-contraindication, beside a true one",
)


def sightings(world: World) -> Iterator[Sighting]:
    """Everything that occurs in a world, most of it many times."""
    yield from _facts(world.edition)
    judge = Judge(world.edition, world.policies)
    for _, rule in walk_rules(world.edition):
        if rule.policy is not None:
            in_force = judge.policies[rule.policy.id] == rule.policy.value
            yield "policy", "in force" if in_force else "switched off"
    for patient in world.patients:
        case = patient.at_the_bedside(judge.dictionary)
        yield from _rules(world.edition, Reference(judge.dictionary, case))
        yield from _statements(world.edition, judge, patient, case)


def _facts(edition: Edition) -> Iterator[Sighting]:
    waiting = {fact.id for fact in edition.facts if fact.relevant is not None}
    for fact in edition.facts:
        calm = "without" if fact.reassuring is None else "with"
        yield "fact", fact.type, f"{calm} a reassuring answer"
        yield "fact", fact.type, f"fresh for {'a time' if fact.fresh_for else 'ever'}"
        yield "fact", fact.type, f"{'sometimes' if fact.relevant else 'always'} relevant"
        if fact.type == "date":
            yield "fact", "date", "past" if fact.past else "future"
        if fact.relevant is not None and waiting & set(facts_of(fact.relevant)):
            yield "fact", "relevance", "that waits for another's"


def _rules(edition: Edition, reference: Reference) -> Iterator[Sighting]:
    future = {fact.id for fact in edition.facts if fact.future}
    for _, rule in walk_rules(edition):
        kind = rule.effect if isinstance(rule, RedFlag) else getattr(rule, "kind", "rule")
        yield "rule", kind, reference.truth(rule.when)
        for node in _nodes(rule.when):
            yield "node", type(node).__name__, reference.truth(node)
        for leaf in leaves(rule.when):
            operator = leaf.operator if isinstance(leaf, Compare) else "holds"
            yield "operator", operator, reference.leaf(leaf)
            if operator == "within" and leaf.fact in future:
                yield "operator", "within", "of a future date"


def _nodes(condition: Condition) -> Iterator[Condition]:
    yield condition
    for part in getattr(condition, "parts", ()):
        yield from _nodes(part)
    if hasattr(condition, "part"):
        yield from _nodes(condition.part)


def _statements(edition: Edition, judge: Judge, patient: Patient, case: Case) -> Iterator[Sighting]:
    assessment = judge.assess(case)
    reference = Reference(judge.dictionary, case)
    why = {ignored.fact: ignored.why for ignored in case.ignored}
    if assessment.questions:
        yield ("question",)
    for verdict in assessment.verdicts:
        yield "status", verdict.status
        if verdict.status == "needs-information":
            yield from _wanting((*assessment.red_flags, *verdict.criteria))
    for fact in edition.facts:
        stated = patient.recorded.facts.get(fact.id)
        known = case.facts.get(fact.id)
        irrelevant = fact.relevant is not None and reference.truth(fact.relevant) is False
        if known is None:
            said = {"stale": "stale", "after-as-of": "of a later day"}
            if fact.id in assessment.values:
                yield "patient", fact.id, "derived"
            elif irrelevant:
                yield "patient", fact.type, "irrelevant, silent"
            yield "patient", fact.type, "unknown" if stated is None else said[why[fact.id]]
            continue
        yield "patient", fact.type, f"known, {'un' if known.at is None else ''}dated"
        if irrelevant:
            yield "patient", fact.type, "irrelevant, stated"
        if known.value is NEVER:
            yield "patient", "date", "never"
        if isinstance(known.value, Mapping):
            yield from _set(fact, known.value, irrelevant=irrelevant)
            if stated is not None and stated.value != known.value:
                yield "patient", "set", "of a member whose absence counts no more"


def _set(
    fact: FactDefinition, members: Mapping[str, bool], *, irrelevant: bool
) -> Iterator[Sighting]:
    amount = _amount(members, fact)
    yield "patient", "set", amount
    if irrelevant and amount == "partial":
        yield "patient", "set", "partial, irrelevant"


def _wanting(judged: Sequence[Judged]) -> Iterator[Sighting]:
    """The one kind of rule that keeps a verdict open, where it is only one."""
    truths: dict[str, set[Truth]] = {}
    for one in judged:
        kind = one.rule.effect if isinstance(one.rule, RedFlag) else one.rule.kind
        truths.setdefault(kind, set()).add(one.proof.holds)
    if True in truths.get("indication", ()):
        del truths["indication"]
    truths.pop("precaution", None)
    wanting = [kind for kind, found in truths.items() if None in found]
    if len(wanting) == 1:
        beside = ", beside a true one" if True in truths[wanting[0]] else ""
        yield "wanting only", wanting[0] + beside


def _amount(members: Mapping[str, bool], fact: FactDefinition) -> str:
    if len(members) == len(fact.options):
        return "complete"
    return "partial" if members else "no member known"


__all__ = ["Sighting", "possible", "sightings"]
