"""Random patients for comparing engines: the same on every run, and nobody's data.

Every other patient is like one of a clinic: reassuring answers, of which up to four are changed or
not known. The rest are wild: each fact has any value, and every second one is not known.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from dolenti.guideline.facts import NEVER, Case, Complaint, Dictionary, Known, Value, plain
from dolenti.guideline.judge import Assessment, reassuring_value
from dolenti.guideline.knowledge import Edition, FactDefinition

AS_OF = date(2026, 11, 22)
_HEADER = {"age", "condition", "zone", "side", "since", "sex"}


def random_cases(edition: Edition, number: int, seed: int = 1) -> list[Case]:
    """``number`` cases; the same seed gives the same."""
    draw = random.Random(seed)
    return [_case(draw, edition, calm=place % 2 == 0) for place in range(number)]


def _case(draw: random.Random, edition: Edition, *, calm: bool) -> Case:
    definitions = [fact for fact in edition.facts if fact.id not in _HEADER]
    facts: dict[str, Known] = {}
    changed = set(draw.sample(range(len(definitions)), draw.randint(0, 4)))
    for place, definition in enumerate(definitions):
        value: Value | None = reassuring_value(definition) if calm else None
        if place in changed or not calm:
            value = _any_value(draw, definition) if draw.random() < 0.5 else None
        if value is not None:
            facts[definition.id] = Known(value)
    condition = draw.choice(edition.conditions)
    complaint = Complaint(
        "1",
        condition=condition.id,
        zone=draw.choice([None, *condition.zones]),
        side=draw.choice([None, "left", "right"]),
        since=draw.choice([None, AS_OF - timedelta(draw.randint(1, 800))]),
    )
    birth = AS_OF - timedelta(draw.randint(7_000, 34_000))
    sex = draw.choice([None, "female", "male"])
    return Case(AS_OF, complaint, facts, draw.choice([None, birth, birth]), sex)


def _any_value(draw: random.Random, definition: FactDefinition) -> Value:
    options = [option.id for option in definition.options]
    if definition.type == "boolean":
        return draw.random() < 0.5
    if definition.type == "number":
        low, high = definition.range or (0, 100)
        return round(draw.uniform(low, high), 1)
    if definition.type == "choice":
        return draw.choice(options)
    if definition.type == "set":
        members = {option: draw.choice([True, False, None]) for option in options}
        return {option: has for option, has in members.items() if has is not None}
    days = timedelta(draw.randint(0, 800))
    dates: list[Value] = [AS_OF - days if definition.past else AS_OF + days, NEVER]
    return draw.choice(dates)


def as_plain_file(case: Case) -> dict[str, Any]:
    """A case as the plain file of ``dolenti assess`` says it."""
    complaint = case.complaint
    said = {
        "id": complaint.id,
        "condition": complaint.condition,
        "zone": complaint.zone,
        "side": complaint.side,
        "since": complaint.since and complaint.since.isoformat(),
    }
    patient = {"birth-date": case.birth_date and case.birth_date.isoformat(), "sex": case.sex}
    return {
        "patient": {key: value for key, value in patient.items() if value is not None},
        "complaint": {key: value for key, value in said.items() if value is not None},
        "facts": {fact: plain(known.value) for fact, known in case.facts.items()},
    }


def resolved(assessment: Assessment) -> dict[str, Any]:
    """What is known after header facts, freshness and relevance were worked out, flat.

    One entry per fact, named as ``name_of`` names it; a set has one per member; a date is the
    number of its day or ``never``. What is unknown is absent.
    """
    return dict(_resolved(assessment, Dictionary(assessment.edition).definitions))


def _resolved(
    assessment: Assessment, definitions: Mapping[str, FactDefinition]
) -> Iterator[tuple[str, Any]]:
    values = {fact: known.value for fact, known in assessment.values.items()}
    for fact in assessment.irrelevant:
        calm, stated = reassuring_value(definitions[fact]), values.get(fact)
        if isinstance(calm, Mapping) and isinstance(stated, Mapping):
            calm = {**calm, **stated}
        if calm is not None:
            values[fact] = calm
    for fact, value in values.items():
        if isinstance(value, Mapping):
            yield from ((name_of(fact, member), has) for member, has in value.items())
        elif isinstance(value, date):
            yield name_of(fact), value.toordinal()
        else:
            yield name_of(fact), plain(value)


def name_of(fact: str, member: str = "") -> str:
    """A fact, or a member of a set, as a name that every engine's language can read."""
    return f"{fact}__{member}".rstrip("_").replace("-", "_")
