"""Random patients over any dictionary, as records hold them: known, unknown, partly known, stale,
dated after the day of the assessment, never; and the three forms in which the readers take them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any, TypeAlias

from dolenti.guideline.birth import PartialDate
from dolenti.guideline.conditions import Compare, Operand, leaves
from dolenti.guideline.dates import Duration, read_duration
from dolenti.guideline.facts import (
    NEVER,
    Case,
    Complaint,
    Dictionary,
    Known,
    Value,
    plain,
    read_facts,
)
from dolenti.guideline.judge import reassuring_value, walk_rules
from dolenti.guideline.knowledge import Edition, FactDefinition
from tests.generative.conditions import random_day, random_number

DAYS = (
    date(2026, 11, 22), date(2024, 2, 29), date(2025, 3, 31), date(2026, 2, 28), date(2026, 1, 1),
)  # fmt: skip
"""Days of assessment: an ordinary one, and the ends of months and years."""
HEADER = ("age", "sex", "condition", "zone", "side", "since")
Edges: TypeAlias = Mapping[str, Sequence[Operand]]
"""What conditions compare each fact with."""


@dataclass(frozen=True)
class Patient:
    """A patient as recorded: ``recorded`` holds every statement, used or not."""

    recorded: Case

    def as_written(self, dictionary: Dictionary) -> dict[str, Any]:
        """The facts as a person writes them in a file."""
        return {
            fact: _written(dictionary.definition(fact), known)
            for fact, known in self.recorded.facts.items()
        }

    def at_the_bedside(self, dictionary: Dictionary) -> Case:
        """What the evaluator is told: read from the written facts, the unusable set aside."""
        facts, ignored = read_facts(self.as_written(dictionary), dictionary, self.recorded.as_of)
        return replace(self.recorded, facts=facts, ignored=tuple(ignored))

    def settled(self) -> Case:
        """What a reader of records hands over that has decided which statements count: here all
        that are not of a later day, stale ones too, as diagnoses that nobody has ended."""
        case = self.recorded
        kept = {
            fact: known
            for fact, known in case.facts.items()
            if known.at is None or known.at <= case.as_of
        }
        return replace(case, facts=kept)

    def in_a_registry(self, dictionary: Dictionary) -> Case:
        """What a population's row holds. Only facts that grow stale have a day there, so who
        writes the row leaves out what is dated later than the row's own day."""
        case = self.recorded
        kept = {
            fact: known
            for fact, known in case.facts.items()
            if fact in dictionary.fresh_for or known.at is None or known.at <= case.as_of
        }
        return replace(case, facts=kept)


def random_as_of(random: Random) -> date:
    """A day of assessment."""
    return random.choice(DAYS)


def edges_of(edition: Edition) -> Edges:
    """What the conditions of an edition compare its facts with: at and beside these values a
    patient is most likely to be judged wrongly."""
    relevances = [fact.relevant for fact in edition.facts if fact.relevant is not None]
    edges: dict[str, list[Operand]] = {}
    for condition in (*relevances, *(rule.when for _, rule in walk_rules(edition))):
        for leaf in leaves(condition):
            if isinstance(leaf, Compare):
                edges.setdefault(leaf.fact, []).append(leaf.operand)
    return edges


def random_patient(
    random: Random, edition: Edition, as_of: date, edges: Edges, known: int | None = None
) -> Patient:
    """A patient of whom ``known`` in ten facts are recorded: by default few, half, most or all.

    Half of the patients give reassuring answers but for a few, so that every verdict is met.
    """
    amount = random.choice((2, 5, 9, 10, 10)) if known is None else known
    own = [fact for fact in edition.facts if fact.id not in HEADER]
    # Of how many facts the answer need not be the reassuring one.
    open_to_all = random.choice((len(own), random.randrange(4)))
    worrying = {fact.id for fact in random.sample(own, min(open_to_all, len(own)))}
    facts = {
        fact.id: _statement(random, fact, as_of, edges, calm=fact.id not in worrying)
        for fact in own
        if random.randrange(10) < amount
    }
    header = _header(random, edition, as_of, amount)
    complaint = Complaint("1")
    birth_date = header.pop("birth-date", None)
    sex = header.pop("sex", None)
    if "condition" in header and random.randrange(4):
        complaint = Complaint(
            "1", **{part: header.pop(part, None) for part in ("condition", "zone", "side", "since")}
        )
    if sex is not None and random.randrange(4) == 0:
        header["sex"], sex = sex, None
    facts.update({fact: Known(value) for fact, value in header.items() if value is not None})
    case = Case(as_of=as_of, complaint=complaint, facts=facts, birth_date=birth_date, sex=sex)
    return Patient(case)


def _header(random: Random, edition: Edition, as_of: date, amount: int) -> dict[str, Any]:
    """Who the patient is and what hurts. Nothing contradicts anything: the readers of records
    refuse that, each at its own door."""
    definitions = {fact.id: fact for fact in edition.facts}
    found: dict[str, Any] = {}
    years = random.choice((17, 18, 19, 20, 21, 54, 55, 56, 64, 65, 80))
    how = random.randrange(10)
    if how < 6:
        birthday = as_of + timedelta(random.choice((-200, -1, 0, 1, 100)))
        day = 28 if (birthday.month, birthday.day) == (2, 29) else birthday.day
        born = date(birthday.year - years - 1, birthday.month, day)
        # By the age and not by one more draw: of some the month is known alone, of some the year.
        known = (PartialDate(born.year, born.month), PartialDate(born.year), born)
        found["birth-date"] = known[years % len(known)]
    elif how < 8:
        found["age"] = float(years)
    if random.randrange(10) < amount:
        found["sex"] = random.choice([option.id for option in definitions["sex"].options])
    if random.randrange(10) < amount + 1:
        condition = random.choice(edition.conditions)
        found["condition"] = condition.id
        if random.randrange(2):
            found["zone"] = random.choice(condition.zones)
    elif random.randrange(4) == 0:
        found["zone"] = random.choice([zone.id for zone in edition.zones])
    if random.randrange(10) < amount:
        found["side"] = random.choice([option.id for option in definitions["side"].options])
    if random.randrange(10) < amount:
        found["since"] = random_day(random, as_of, past=True)
    return found


def _statement(
    random: Random, fact: FactDefinition, as_of: date, edges: Edges, *, calm: bool
) -> Known:
    value = reassuring_value(fact) if calm else None
    if value is None:
        value = random_value(random, fact, as_of, edges.get(fact.id, ()))
    return Known(value, _day_of(random, fact, as_of))


def random_value(
    random: Random, fact: FactDefinition, as_of: date, edges: Sequence[Operand] = ()
) -> Value:
    """Any value that the fact may have; a set may be known in part, or not at all."""
    if fact.type == "boolean":
        return random.choice((False, True))
    if fact.type == "number":
        return _number(random, fact, edges)
    options = [option.id for option in fact.options]
    if fact.type == "choice":
        return random.choice(options)
    if fact.type == "set":
        answers = random.choice(((False, True), (False, True, None)))
        members = {option: random.choice(answers) for option in options}
        return {option: has for option, has in members.items() if has is not None}
    if random.randrange(4) == 0:
        return NEVER
    return _day(random, fact, as_of, edges)


def _number(random: Random, fact: FactDefinition, edges: Sequence[Operand]) -> float:
    edge = random.choice(edges) if edges and random.randrange(3) else None
    if not isinstance(edge, float):
        return random_number(random, fact)
    low, high = fact.range or (edge, edge)
    return min(max(edge + random.choice((0.0, 0.0, -0.5, 0.5)), low), high)


def _day(random: Random, fact: FactDefinition, as_of: date, edges: Sequence[Operand]) -> date:
    edge = random.choice(edges) if edges and random.randrange(3) else None
    if isinstance(edge, Duration):
        edge = edge.after(as_of) if fact.future else edge.before(as_of)
    if not isinstance(edge, date):
        return random_day(random, as_of, past=fact.past)
    day = edge + timedelta(random.choice((0, 0, -1, 1)))
    return min(day, as_of) if fact.past else day


def _day_of(random: Random, fact: FactDefinition, as_of: date) -> date | None:
    """The day of a statement: none, today, later, or at and beside the end of its freshness."""
    how = random.randrange(10)
    if how < 5:
        return None
    if how == 5:
        return as_of + timedelta(random.choice((0, 1, 40)))
    if fact.fresh_for is None:
        return as_of - timedelta(random.choice((1, 30, 400)))
    oldest = read_duration(fact.fresh_for).before(as_of)
    return oldest + timedelta(random.choice((0, 0, -1, 1, -30)))


def _written(fact: FactDefinition, known: Known) -> Any:
    """A statement as ``read_facts`` takes it. A set of which all is known is a plain list."""
    value: Any = plain(known.value)
    dated = {} if known.at is None else {"at": known.at.isoformat()}
    if isinstance(known.value, Mapping):
        if len(known.value) < len(fact.options):
            return {**value, **dated}
        value = value["has"]
    return {"value": value, **dated} if dated else value
