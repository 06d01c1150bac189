"""Whether the entries of an edition agree with each other: ``dolenti knowledge check``.

Loading has refused what has not the right shape. Here every name must lead somewhere, every
comparison must fit its fact, every rule must have its examples and pass them, and no fact may
stay unknown for ever because its relevance forbids the question.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from dolenti.guideline.conditions import Compare, Condition, facts_of, leaves
from dolenti.guideline.coverage import coverage, strange_statements, walk_entries
from dolenti.guideline.dates import read_date, read_duration
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Dictionary, Known, Value, read_facts
from dolenti.guideline.judge import (
    Conditions,
    in_order_of_need,
    proofs,
    type_problem,
    walk_rules,
)
from dolenti.guideline.knowledge import Citation, Edition, Example, FactDefinition, Rule, Text

MOST_PATTERNS_TRIED = 20_000


@dataclass(frozen=True)
class Problem:
    """Something that does not hold. ``entry`` is the id to look for."""

    entry: str
    what: str


def check(edition: Edition) -> list[Problem]:
    """Every problem of an edition, in the order of the files; an empty list is a sound one."""
    problems = [
        *_double_ids(edition),
        *_facts(edition),
        *_names(edition),
        *_conditions(edition),
        *_statements(edition),
        *_texts(edition),
        *_body(edition),
    ]
    # Examples and relevance can only be tried where every name and type is right.
    return problems or [*_examples(edition), *_stuck_facts(edition)]


def _double_ids(edition: Edition) -> Iterator[Problem]:
    lists: dict[str, list[str]] = {
        field: [entry.id for entry in getattr(edition, field) if hasattr(entry, "id")]
        for field in edition.__struct_fields__
        if isinstance(getattr(edition, field), tuple)
    }
    lists["rules"] = [rule.id for _, rule in walk_rules(edition)]
    for kind, ids in lists.items():
        for name, count in Counter(ids).items():
            if count > 1:
                yield Problem(name, f"{count} entries of {kind} have this id")


def _facts(edition: Edition) -> Iterator[Problem]:
    try:
        in_order_of_need({fact.id: fact for fact in edition.facts})
    except InputError as error:
        yield Problem(error.where, error.what)
    for fact in edition.facts:
        options = {option.id for option in fact.options}
        if (fact.type in ("choice", "set")) != bool(options):
            yield Problem(fact.id, "choices and sets, and only they, have options")
        if fact.type == "number" and (fact.range is None or fact.unit is None):
            yield Problem(fact.id, "a number needs a unit (UCUM) and a range")
        if fact.type == "date" and fact.past == fact.future:
            yield Problem(fact.id, "a date is either past or future")
        if fact.reassuring is not None and not _fits(fact, options):
            yield Problem(fact.id, f"{fact.reassuring!r} is no answer to a {fact.type}")
        if fact.fresh_for is not None:
            try:
                read_duration(fact.fresh_for)
            except InputError as error:
                yield Problem(fact.id, str(error))


def _fits(fact: FactDefinition, options: set[str]) -> bool:
    value = fact.reassuring
    if fact.type == "boolean":
        return isinstance(value, bool)
    if fact.type == "choice":
        return value in options
    if fact.type == "set":
        return isinstance(value, tuple) and set(value) <= options
    return fact.type == "date" and value == "never"  # a measured value has no reassuring answer


def _names(edition: Edition) -> Iterator[Problem]:
    """Names that lead nowhere, outside conditions."""
    known = {
        "source": {source.id for source in edition.sources},
        "zone": {zone.id for zone in edition.zones},
        "condition": {condition.id for condition in edition.conditions},
        "product": {product.id for product in edition.products},
        "therapy": {therapy.id for therapy in edition.therapies},
        "member of allergy": _options(edition, "allergy"),
        "option of a policy": {f"{p.id}={o.id}" for p in edition.policies for o in p.options},
    }
    for entry, kind, name in _named(edition):
        if name not in known[kind]:
            yield Problem(entry, f"“{name}” is no {kind}")
    for fact in ("zone", "condition"):
        for name in sorted(_options(edition, fact) ^ known[fact]):
            yield Problem(fact, f"“{name}” must be both an option of this fact and an entry")


def _options(edition: Edition, fact: str) -> set[str]:
    return {
        o.id for definition in edition.facts if definition.id == fact for o in definition.options
    }


def _named(edition: Edition) -> Iterator[tuple[str, str, str]]:
    """Every name by which an entry refers to another: (the entry, what is named, its id)."""
    for place, entry in _structs(edition):
        if isinstance(entry, Citation):
            yield place, "source", entry.id
    for condition in edition.conditions:
        yield from ((condition.id, "zone", zone) for zone in condition.zones)
    for _, rule in walk_rules(edition):
        if rule.policy is not None:
            yield rule.id, "option of a policy", f"{rule.policy.id}={rule.policy.value}"
    for product in edition.products:
        members = (*product.allergens, *product.excipients, *product.possible_excipients)
        yield from ((product.id, "member of allergy", member) for member in members)
        partners = {ceiling.with_product for ceiling in product.ceilings} - {None}
        yield from ((product.id, "product", str(partner)) for partner in partners)
    for compatibility in edition.compatibilities:
        yield from ((compatibility.id, "product", c.product) for c in compatibility.components)
    for notice in edition.notices:
        yield from ((notice.id, "therapy", therapy) for therapy in notice.therapies)
    yield from _named_in_consents(edition)
    for policy in edition.policies:
        yield policy.id, "option of a policy", f"{policy.id}={policy.default}"


def _named_in_consents(edition: Edition) -> Iterator[tuple[str, str, str]]:
    for told in edition.consent:
        yield from ((told.id, "therapy", therapy) for therapy in told.therapies)
        yield from ((told.id, "condition", condition) for condition in told.conditions)
    for therapy in edition.therapies:
        for claim in therapy.claims:
            zones = claim.told.zones if claim.told else ()
            yield from ((claim.id, "zone", zone) for zone in zones)


def _conditions(edition: Edition) -> Iterator[Problem]:
    facts = {fact.id: fact for fact in edition.facts}
    for place, condition in _all_conditions(edition):
        for leaf in leaves(condition):
            definition = facts.get(leaf.fact)
            if definition is None:
                yield Problem(place, f"there is no fact “{leaf.fact}”")
            elif problem := type_problem(leaf, definition):
                yield Problem(place, problem.what)


def _all_conditions(edition: Edition) -> Iterator[tuple[str, Condition]]:
    for fact in edition.facts:
        if fact.relevant is not None:
            yield fact.id, fact.relevant
    for _, rule in walk_rules(edition):
        yield rule.id, rule.when


def _statements(edition: Edition) -> Iterator[Problem]:
    for place, statement in strange_statements(edition):
        yield Problem(place, f"encodes {statement}, which does not exist")
    known = {statement.id for statement in edition.statements}
    for covered in coverage(edition):
        if covered.statement not in known:
            yield Problem(covered.statement, "the fact base has it, statements/ has not")
        if covered.encoded_in and covered.left_out:
            where = covered.encoded_in[0]
            yield Problem(covered.statement, f"is left out, and encoded in {where}; keep one")
    places = {place.rpartition("/")[2] for place, _ in walk_entries(edition)} | {
        rule.id for _, rule in walk_rules(edition)
    }
    for contradiction in edition.contradictions:
        for name in contradiction.applied_in:
            if name.rpartition("/")[2] not in places:
                yield Problem(contradiction.id, f"is applied in “{name}”, which does not exist")
    have = {statement for c in edition.contradictions for statement in c.encodes}
    for number in range(1, edition.manifest.statements.get("T", 0) + 1):
        if f"T{number}" not in have:
            yield Problem(f"T{number}", "no entry of contradictions.yaml names both its sides")


def _texts(edition: Edition) -> Iterator[Problem]:
    for place, entry in _structs(edition):
        if isinstance(entry, Text):
            for language, text in (("fr", entry.fr), ("en", entry.en)):
                if not text.strip():
                    yield Problem(place, f"a text is empty in “{language}”")


def _body(edition: Edition) -> Iterator[Problem]:
    if edition.body is not None:
        from dolenti.guideline import body  # geometry that only this and the screens need

        zones = {zone.id for zone in edition.zones}
        yield from (Problem(name, what) for name, what in body.problems(edition.body, zones))


def _structs(value: Any, place: str = "edition") -> Iterator[tuple[str, Any]]:
    if isinstance(value, tuple):
        for part in value:
            yield from _structs(part, place)
    elif isinstance(value, msgspec.Struct):
        name = getattr(value, "id", None)
        here = name if isinstance(name, str) and not isinstance(value, Citation) else place
        yield here, value
        for field in value.__struct_fields__:
            yield from _structs(getattr(value, field), here)


def _examples(edition: Edition) -> Iterator[Problem]:
    dictionary = Dictionary(edition)
    for _, rule in walk_rules(edition):
        shown = {example.holds for example in rule.examples}
        for wanted in (True, False, None):
            if wanted not in shown:
                yield Problem(rule.id, f"has no example that gives {_truth(wanted)}")
        for example in rule.examples:
            try:
                holds = judge_example(rule, example, dictionary)
            except InputError as error:
                yield Problem(rule.id, f"“{example.says.en}”: {error}")
                continue
            if holds is not example.holds:
                yield Problem(
                    rule.id,
                    f"“{example.says.en}” should give {_truth(example.holds)} "
                    f"and gives {_truth(holds)}",
                )


def judge_example(rule: Rule, example: Example, dictionary: Dictionary) -> bool | None:
    """What a rule gives on one of its examples."""
    as_of = read_date(example.as_of)
    values, _ = read_facts(example.facts, dictionary, as_of)
    found, _ = proofs(dictionary, [rule.when], values, as_of)
    return found[0].holds


def _truth(holds: bool | None) -> str:
    return "unknown" if holds is None else "true" if holds else "false"


def _stuck_facts(edition: Edition) -> Iterator[Problem]:
    """Facts that have a relevance but no reassuring value, used where they are irrelevant.

    Such a use would stay unknown though nobody may be asked: it must carry the same guard.
    Tried with values on both sides of everything the two conditions compare.
    """
    dictionary = Dictionary(edition)
    as_of = read_date("2026-01-15")
    stuck = {f.id: f for f in edition.facts if f.relevant is not None and f.reassuring is None}
    for place, condition in _all_conditions(edition):
        used = set(facts_of(condition))
        for fact in used & set(stuck):
            relevant = stuck[fact].relevant
            assert relevant is not None
            compiled = Conditions(dictionary, [condition], lambda _, proof: proof)
            others = sorted((used | set(facts_of(relevant))) - {fact})
            tried = itertools.product(
                *(_values_to_try(n, [condition, relevant], dictionary) for n in others)
            )
            for values in itertools.islice(tried, MOST_PATTERNS_TRIED):
                known = {n: Known(v) for n, v in zip(others, values, strict=True)}
                found, irrelevant = compiled.answers(known, as_of)
                if fact in irrelevant and fact in found[0].open:
                    yield Problem(
                        place, f"needs “{fact}” where it is irrelevant and can never be asked"
                    )
                    break


def _values_to_try(fact: str, conditions: list[Condition], dictionary: Dictionary) -> list[Value]:
    definition = dictionary.definition(fact)
    if definition.type == "boolean":
        return [True, False]
    if definition.type == "choice":
        return [option.id for option in definition.options]
    if definition.type == "set":
        members = [option.id for option in definition.options]
        return [dict.fromkeys(members, False), dict.fromkeys(members, True)]
    operands = [
        leaf.operand
        for condition in conditions
        for leaf in leaves(condition)
        if leaf.fact == fact and isinstance(leaf, Compare) and isinstance(leaf.operand, float)
    ]
    return [operand + step for operand in operands for step in (-0.5, 0.0, 0.5)] or [1.0]
