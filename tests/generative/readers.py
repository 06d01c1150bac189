"""The three readers of conditions, each asked about the same world, and what they must agree on.

An answer is the truth of a rule, the status of a therapy, or (from those who give them) a
therapy's questions. The evaluator is right; the others must say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from dolenti.cql import library_name
from dolenti.guideline.conditions import Condition, facts_of, written
from dolenti.guideline.facts import Case, Dictionary
from dolenti.guideline.judge import Judge
from dolenti.guideline.knowledge import Edition
from dolenti.population import to_row, wide_schema
from dolenti.population.engines import Engine
from dolenti.population.schema import date_column
from tests.cql.bundles import Exported, bundle_of
from tests.generative.editions import World
from tests.populations import verdicts

Question: TypeAlias = tuple[str, str]
"""What is asked: ("rule", its id), ("status", a therapy) or ("questions", a therapy)."""
Answers: TypeAlias = Mapping[Question, Any]
Reader: TypeAlias = Callable[[World], list[Answers]]
MOST_SHOWN = 5


def evaluator(world: World) -> list[Answers]:
    """What the judge answers, patient by patient, from the facts as a person writes them."""
    judge = Judge(world.edition, world.policies)
    return [judged(judge, p.at_the_bedside(judge.dictionary)) for p in world.patients]


def evaluator_of_cases(world: World) -> list[Answers]:
    """The same, from cases that a reader of records has settled."""
    judge = Judge(world.edition, world.policies)
    return [judged(judge, patient.settled()) for patient in world.patients]


def judged(judge: Judge, case: Case) -> Answers:
    """What the judge answers about one case."""
    assessment = judge.assess(case)
    rules = [*assessment.red_flags, *(j for v in assessment.verdicts for j in v.criteria)]
    answers: dict[Question, Any] = {("rule", one.rule.id): one.proof.holds for one in rules}
    for verdict in assessment.verdicts:
        answers["status", verdict.therapy.id] = verdict.status
        answers["questions", verdict.therapy.id] = list(verdict.questions)
    return answers


def population(engine: Engine, folder: Path, world: World) -> list[Answers]:
    """What a file of verdicts says, made from a file with a row per patient, stale values and
    their days included."""
    schema = wide_schema(world.edition)
    dictionary = Dictionary(world.edition)
    rows = []
    for number, patient in enumerate(world.patients):
        case = patient.in_a_registry(dictionary)
        row = to_row(case, str(number), schema)
        days = {date_column(fact): known.at for fact, known in case.facts.items()}
        rows.append({**row, **{name: day for name, day in days.items() if name in schema}})
    return answers_of_rows(engine, folder, world, rows)


def population_of_cases(engine: Engine, folder: Path, world: World) -> list[Answers]:
    """The same, each row made from a case that a reader of records has settled."""
    schema = wide_schema(world.edition)
    cases = [patient.settled() for patient in world.patients]
    rows = [to_row(case, str(number), schema) for number, case in enumerate(cases)]
    return answers_of_rows(engine, folder, world, rows)


def answers_of_rows(
    engine: Engine, folder: Path, world: World, rows: Sequence[Mapping[str, Any]]
) -> list[Answers]:
    """What a population reader answers, in the order of the rows."""
    as_of = world.patients[0].recorded.as_of
    found = verdicts(engine, folder, rows, world.edition, as_of, policies=world.policies)
    return [
        {
            _question(name): value
            for name, value in found[str(number)].items()
            if name not in ("patient", "complaint")
        }
        for number in range(len(rows))
    ]


def _question(column: str) -> Question:
    therapy = column.removeprefix("status__")
    return ("rule", column) if therapy == column else ("status", therapy)


def cql(world: World) -> list[Answers]:
    """What the exported CQL says of FHIR patients made from the same statements, each with its
    own day."""
    records = []
    for patient in world.patients:
        case = patient.recorded
        bundle = bundle_of(case, world.edition)
        for entry in bundle["entry"]:
            known = case.facts.get(entry["resource"]["id"])
            if known is not None and known.at is not None:
                entry["resource"]["effectiveDateTime"] = known.at.isoformat()
        records.append((case, bundle))
    return answers_of_cql(world, records)


def cql_of_cases(world: World) -> list[Answers]:
    """The same, each bundle made from a case that a reader of records has settled."""
    cases = [patient.settled() for patient in world.patients]
    return answers_of_cql(world, [(case, bundle_of(case, world.edition)) for case in cases])


def answers_of_cql(world: World, records: Iterable[tuple[Case, dict[str, Any]]]) -> list[Answers]:
    """What the libraries answer about bundles, each with the case that it stands for."""
    exported = Exported(world.edition, world.policies)
    ask = exported.everything
    asked = [
        {"as_of": case.as_of.isoformat(), "bundle": bundle, "ask": ask} for case, bundle in records
    ]
    therapies = {library_name(therapy): therapy.id for therapy in world.edition.therapies}
    return [
        {
            (name.lower(), therapies[library])
            if name in ("Status", "Questions")
            else ("rule", name): value
            for library, said in answer.items()
            for name, value in said.items()
        }
        for answer in exported.engine.ask(asked)
    ]


def disagreements(world: World, reader: Reader, right_one: Reader = evaluator) -> list[str]:
    """Each answer that is not the evaluator's, with all one needs to see why."""
    found = []
    for number, (right, other) in enumerate(zip(right_one(world), reader(world), strict=True)):
        for question, answer in compared(right, other):
            patient = world.patients[number]
            about = described(world.edition, patient.recorded, question)
            found.append(f"{about}\n  evaluator: {right[question]}\n  {_name(reader)}: {answer}")
    return found


def compared(right: Answers, other: Answers) -> list[tuple[Question, Any]]:
    """The questions to which ``other`` gives another answer, with that answer. It must answer
    all, but who judges populations gives no questions."""
    assert {q for q in right if q[0] != "questions"} <= set(other) <= set(right)
    return [
        (question, answer)
        for question, answer in other.items()
        if answer != right[question] or type(answer) is not type(right[question])
    ]


def described(edition: Edition, case: Case, question: Question) -> str:
    """A question about a patient: the condition, and every statement that it may read."""
    conditions = _conditions(edition, question)
    lines = [" ".join(question), f"  as of: {case.as_of}, born: {case.birth_date}, {case.sex}"]
    lines.append(f"  complaint: {case.complaint}")
    needed = [fact for condition in conditions.values() for fact in facts_of(condition)]
    definitions = {fact.id: fact for fact in edition.facts}
    for name, condition in conditions.items():
        lines.append(f"  {name}: {written(condition)}")
    seen: set[str] = set()
    while needed:
        fact = needed.pop(0)
        if fact in seen:
            continue
        seen.add(fact)
        definition, known = definitions[fact], case.facts.get(fact)
        said = "unknown" if known is None else f"{known.value} at {known.at}"
        rest = {"reassuring": definition.reassuring, "fresh_for": definition.fresh_for}
        if definition.relevant is not None:
            needed += facts_of(definition.relevant)
            rest["relevant"] = written(definition.relevant)
        kept = {name: value for name, value in rest.items() if value is not None}
        lines.append(f"    {fact} ({definition.type}): {said} {kept or ''}")
    return "\n".join(lines)


def _conditions(edition: Edition, question: Question) -> dict[str, Condition]:
    """The conditions behind a question: a rule's own, or all that a therapy's status reads."""
    kind, name = question
    flags = {flag.id: flag.when for flag in edition.red_flags}
    criteria = {c.id: (t.id, c.when) for t in edition.therapies for c in t.criteria}
    if kind == "rule":
        return {"when": flags[name] if name in flags else criteria[name][1]}
    return {
        **flags,
        **{rule: when for rule, (therapy, when) in criteria.items() if therapy == name},
    }


def _name(reader: Reader) -> str:
    function = reader.func if isinstance(reader, partial) else reader
    return getattr(function, "__name__", str(function))


def agree(world: World, reader: Reader, right_one: Reader = evaluator) -> None:
    """Fails with the first disagreements, readably."""
    found = disagreements(world, reader, right_one)
    more = f"\n\nand {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
    assert not found, "\n\n".join(found[:MOST_SHOWN]) + more
