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

from dolenti.guideline import step_rules
from dolenti.guideline.agreeing import implications
from dolenti.guideline.conditions import Condition, facts_of, leaves
from dolenti.guideline.contradicting import clashes, values_to_try
from dolenti.guideline.coverage import coverage, strange_statements, walk_entries
from dolenti.guideline.dates import read_date, read_duration
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Dictionary, Known, Value, read_facts
from dolenti.guideline.judge import (
    Conditions,
    about,
    calm_value,
    in_order_of_need,
    never_asked,
    proofs,
    type_problem,
    walk_rules,
)
from dolenti.guideline.knowledge import (
    AdverseEffect,
    Advice,
    Citation,
    Edition,
    Example,
    FactDefinition,
    ProductRule,
    Rule,
    Stance,
    Text,
)
from dolenti.guideline.scoring.pain import NOISE

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
        *_limits(edition),
        *_next_steps(edition),
        *_statements(edition),
        *_texts(edition),
        *_body(edition),
        *_asking(edition),
        *_weighing(edition),
        *_chain(edition),
    ]
    # Examples and relevance can only be tried where every name and type is right.
    return problems or [
        *_examples(edition),
        *_stuck_facts(edition),
        *_waiting_in_vain(edition),
        *_contradicting(edition),
    ]


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
        if fact.when_irrelevant is not None and (fact.type != "number" or fact.relevant is None):
            yield Problem(fact.id, "only a number with a relevance counts as something without it")
        if fact.reassuring is not None and not _fits(fact, options):
            yield Problem(fact.id, f"{fact.reassuring!r} is no answer to a {fact.type}")
        yield from _duration(fact.id, fact.fresh_for)
        for option in fact.options:
            yield from _duration(f"{fact.id}: {option.id}", option.no_for)
            if option.no_for is not None and (fact.type != "set" or fact.fresh_for is None):
                yield Problem(fact.id, "only a member of a set that grows stale has its own no_for")
    for one in edition.of_records:
        yield from _duration(one.id, one.speaks_for)


def _duration(owner: str, written: str | None) -> Iterator[Problem]:
    if written is not None:
        try:
            read_duration(written)
        except InputError as error:
            yield Problem(owner, str(error))


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
        "class of products": {name for product in edition.products for name in product.classes},
        "therapy": {therapy.id for therapy in edition.therapies},
        "member of allergy": _options(edition, "allergy"),
        "fact": {fact.id for fact in edition.facts},
        "answer of a fact": {
            *(fact.id for fact in edition.facts if fact.type == "boolean"),
            *(f"{fact.id}={option.id}" for fact in edition.facts for option in fact.options),
        },
        "act": {act.id for act in edition.acts},
        "rule": {rule.id for _, rule in walk_rules(edition)},
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
    yield from _named_anywhere(edition)
    for condition in edition.conditions:
        yield from ((condition.id, "zone", zone) for zone in condition.zones)
    yield from ((fact.id, "fact", fact.id) for fact in edition.named_by)
    yield from ((one.id, "fact", fact) for one in edition.of_records for fact in one.concerns)
    yield from ((o.id, "fact", o.measures) for o in edition.of_records if o.measures is not None)
    for _, rule in walk_rules(edition):
        if rule.policy is not None:
            yield rule.id, "option of a policy", f"{rule.policy.id}={rule.policy.value}"
    for product in edition.products:
        members = (
            *product.allergens,
            *product.named_excipients,
            *product.possible_excipients,
        )
        yield from ((product.id, "member of allergy", member) for member in members)
        partners = {ceiling.with_product for ceiling in product.ceilings} - {None}
        yield from ((product.id, "product", str(partner)) for partner in partners)
    yield from _named_in_classes(edition)
    for rule in edition.group_rules:
        yield from ((rule.id, "product", name) for name in (*rule.products, *rule.but_not))
        yield from ((rule.id, "class of products", name) for name in rule.classes)
    for technique in (one for therapy in edition.therapies for one in therapy.techniques):
        yield from ((technique.id, "zone", zone) for zone in technique.zones)
    for compatibility in edition.compatibilities:
        yield from ((compatibility.id, "product", c.product) for c in compatibility.components)
    for notice in edition.notices:
        yield from ((notice.id, "therapy", therapy) for therapy in notice.therapies)
    for limit in (one for therapy in edition.therapies for one in therapy.protocol.limits):
        yield from ((limit.id, "fact", fact) for fact in limit.counts_from)
        yield from ((limit.id, "class of products", name) for name in (limit.of,) if name)
    for step in (step for therapy in edition.therapies for step in therapy.protocol.next_steps):
        yield from ((step.id, "class of products", name) for name in (step.of,) if name)
    yield from _named_in_consents(edition)
    for policy in edition.policies:
        yield policy.id, "option of a policy", f"{policy.id}={policy.default}"


def _named_in_classes(edition: Edition) -> Iterator[tuple[str, str, str]]:
    for medicine_class in edition.medicine_classes:
        meant = list(medicine_class.allergy)
        for substance in medicine_class.medicines.substances:
            meant += substance.allergy
        yield from ((medicine_class.id, "member of allergy", member) for member in meant)
        yield from ((medicine_class.id, "fact", fact) for fact in medicine_class.asks)
        for meaning in medicine_class.means:
            option = "" if isinstance(meaning.value, bool) else f"={meaning.value}"
            yield medicine_class.id, "answer of a fact", f"{meaning.fact}{option}"


def _named_anywhere(edition: Edition) -> Iterator[tuple[str, str, str]]:
    for place, entry in walk_structs(edition):
        if isinstance(entry, Citation):
            yield place, "source", entry.id
        elif isinstance(entry, Stance):
            yield place, "act", entry.act
        elif isinstance(entry, Advice):
            yield from ((entry.id, "rule", name) for name in entry.left_out_with)
        elif isinstance(entry, AdverseEffect):
            yield from ((entry.id, "fact", name) for name in entry.left_out_where)


def _named_in_consents(edition: Edition) -> Iterator[tuple[str, str, str]]:
    for told in edition.consent:
        yield from ((told.id, "therapy", therapy) for therapy in told.therapies)
        named = (*told.conditions, *told.except_conditions)
        yield from ((told.id, "condition", condition) for condition in named)
    for therapy in edition.therapies:
        for claim in therapy.claims:
            zones = claim.told.zones if claim.told else ()
            yield from ((claim.id, "zone", zone) for zone in zones)


def _conditions(edition: Edition) -> Iterator[Problem]:
    facts = {fact.id: fact for fact in edition.facts}
    implied = [(fact.id, one) for fact in edition.facts for _, one in implications(fact)]
    doubts = [(fact.id, one) for fact in edition.facts if (one := fact.contradicted_by)]
    for place, condition in (*implied, *doubts, *_all_conditions(edition)):
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
        if isinstance(rule, ProductRule) and rule.ask_if is not None:
            yield rule.id, rule.ask_if
    for product in edition.products:
        yield from ((c.id, c.when) for c in product.ceilings if c.when is not None)
    for mixture_rule in edition.mixture_rules:
        if mixture_rule.sum_of is not None and mixture_rule.sum_of.when is not None:
            yield mixture_rule.id, mixture_rule.sum_of.when
    for therapy in edition.therapies:
        for limit in therapy.protocol.limits:
            if limit.reached_when is not None:
                yield limit.id, limit.reached_when


def _limits(edition: Edition) -> Iterator[Problem]:
    """A time between two acts, or a number in a year, counts the acts before the course."""
    for therapy in edition.therapies:
        for limit in therapy.protocol.limits:
            if limit.kind in ("interval-same-site", "sessions-per-year") and not limit.counts_from:
                yield Problem(limit.id, "is printed and counts from no earlier act")


def _next_steps(edition: Edition) -> Iterator[Problem]:
    """Every example of a rule of a protocol gives what it says, and they show the three answers."""
    for therapy in edition.therapies:
        for rule in therapy.protocol.next_steps:
            if rule.nrs_at_most is not None and (rule.points_fallen_at_least or 0) <= NOISE:
                yield Problem(rule.id, "reads a low pain as an effect without a fall above noise")
            shown = {example.holds for example in rule.examples}
            for wanted in (True, False, None):
                if rule.examples and wanted not in shown:
                    yield Problem(rule.id, f"has no example that gives {_truth(wanted)}")
            for example in rule.examples:
                says = f"“{example.says.en}”"
                if strange := example.facts.keys() - step_rules.NAMES:
                    yield Problem(rule.id, f"{says} states “{min(strange)}”, which is no fact")
                elif (found := step_rules.holds(rule, example.facts)) is not example.holds:
                    yield Problem(
                        rule.id,
                        f"{says} should give {_truth(example.holds)} and gives {_truth(found)}",
                    )


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
    for place, entry in walk_structs(edition):
        if isinstance(entry, Text):
            for language, text in (("fr", entry.fr), ("en", entry.en)):
                if not text.strip():
                    yield Problem(place, f"a text is empty in “{language}”")


def _body(edition: Edition) -> Iterator[Problem]:
    if edition.body is not None:
        from dolenti.guideline import body  # geometry that only this and the screens need

        zones = {zone.id for zone in edition.zones}
        yield from (Problem(name, what) for name, what in body.problems(edition.body, zones))


def _weighing(edition: Edition) -> Iterator[Problem]:
    from dolenti.guideline import weighing  # only needed here

    yield from (Problem(entry, what) for entry, what in weighing.problems(edition))


def _asking(edition: Edition) -> Iterator[Problem]:
    from dolenti.guideline.asking import checking  # beside it, and only needed here

    yield from (Problem(name, what) for name, what in checking.problems(edition))


def _chain(edition: Edition) -> Iterator[Problem]:
    from dolenti.guideline.serum import checking  # only needed here

    for therapy in edition.therapies:
        if therapy.chain is not None:
            yield from (Problem(name, what) for name, what in checking.problems(therapy.chain))


def walk_structs(value: Any, place: str = "edition") -> Iterator[tuple[str, Any]]:
    """Everything in an edition, each with the id of the entry that it belongs to."""
    if isinstance(value, tuple):
        for part in value:
            yield from walk_structs(part, place)
    elif isinstance(value, msgspec.Struct):
        name = getattr(value, "id", None)
        here = name if isinstance(name, str) and not isinstance(value, Citation) else place
        yield here, value
        for field in value.__struct_fields__:
            yield from walk_structs(getattr(value, field), here)


def _examples(edition: Edition) -> Iterator[Problem]:
    dictionary = Dictionary.of(edition)
    for _, rule in walk_rules(edition):
        shown = {example.holds for example in rule.examples}
        asked = any(not never_asked(dictionary.definition(fact)) for fact in facts_of(rule.when))
        for wanted in (True, False, None) if asked else (True, False):
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
    dictionary = Dictionary.of(edition)
    as_of = read_date("2026-01-15")
    stuck = {f.id: f for f in edition.facts if f.relevant is not None and calm_value(f) is None}
    for place, condition in _all_conditions(edition):
        used = set(facts_of(condition))
        for fact in used & set(stuck):
            relevant = stuck[fact].relevant
            assert relevant is not None
            small = about(dictionary, used)
            compiled = Conditions(small, [condition], lambda _, proof: proof)
            others = sorted((used | set(facts_of(relevant))) - {fact})
            tried = itertools.product(
                *(_values_to_try(n, [condition, relevant], dictionary) for n in others)
            )
            for values in itertools.islice(tried, MOST_PATTERNS_TRIED):
                known = {n: Known(v) for n, v in zip(others, values, strict=True)}
                found, irrelevant, _ = compiled.answers(known, as_of)
                if fact in irrelevant and fact in found[0].open:
                    yield Problem(
                        place, f"needs “{fact}” where it is irrelevant and can never be asked"
                    )
                    break


def _waiting_in_vain(edition: Edition) -> Iterator[Problem]:
    """Facts that wait for their relevance where nothing that settles it is asked.

    Tried with every other fact unknown, and with values on both sides of what is compared.
    """
    dictionary = Dictionary.of(edition)
    as_of = read_date("2026-01-15")
    waits = {f.id: f for f in edition.facts if f.waits}
    for lonely in (f for f in waits.values() if f.relevant is None):
        yield Problem(lonely.id, "waits for its relevance, and has none")
    for place, condition in ((rule.id, rule.when) for _, rule in walk_rules(edition)):
        for fact in set(facts_of(condition)) & set(waits):
            relevant = waits[fact].relevant
            if relevant is None:
                continue
            small = about(dictionary, facts_of(condition))
            compiled = Conditions(small, [condition], lambda _, proof: proof)
            others = sorted({*facts_of(condition), *facts_of(relevant)} - {fact})
            tried = itertools.product(
                *([None, *_values_to_try(n, [condition, relevant], dictionary)] for n in others)
            )
            for values in itertools.islice(tried, MOST_PATTERNS_TRIED):
                known = {n: Known(v) for n, v in zip(others, values, strict=True) if v is not None}
                found, _, waiting = compiled.answers(known, as_of)
                if fact in found[0].open and set(found[0].open) <= waiting:
                    yield Problem(place, f"waits for “{fact}” and asks nothing that settles it")
                    break


def _contradicting(edition: Edition) -> Iterator[Problem]:
    for clash in clashes(edition):
        yield Problem(
            clash.one,
            f"can be shown together with “{clash.other}”, and says the opposite of “{clash.act}”",
        )


def _values_to_try(fact: str, conditions: list[Condition], dictionary: Dictionary) -> list[Value]:
    definition = dictionary.definition(fact)
    if definition.type == "boolean":
        return [True, False]
    if definition.type == "set":
        members = [option.id for option in definition.options]
        return [dict.fromkeys(members, False), dict.fromkeys(members, True)]
    mine = [leaf for condition in conditions for leaf in leaves(condition) if leaf.fact == fact]
    return values_to_try(mine, definition)
