"""The verdict of contract 2 for every row at once: a status per therapy, true / false / NULL per
criterion and red flag.

The order of the statuses is the judge's (``guideline.judge``), and so are the policies. What is
left out here is the proof: who wants to know why assesses the one patient.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import ibis

from dolenti.guideline.conditions import Condition
from dolenti.guideline.facts import Dictionary
from dolenti.guideline.judge import policies_in_force, rules_in_force
from dolenti.guideline.knowledge import Criterion, CriterionKind, Edition, RedFlag, Rule
from dolenti.population.expressions import Translator
from dolenti.population.kleene import (
    Table,
    Truth,
    Value,
    any_of,
    any_unknown,
    is_false,
    is_true,
    is_unknown,
    nullable,
)
from dolenti.population.layers import with_values
from dolenti.population.schema import COMPLAINT, PATIENT, wide_schema


def status_column(therapy: str) -> str:
    """The column of a therapy's status. A criterion's column has the criterion's own id."""
    return f"status__{therapy}"


@dataclass(frozen=True)
class RuleSet:
    """The rules of an edition that are in force under a clinic's policies.

    Raises ``InputError`` for a policy or option that does not exist.
    """

    red_flags: tuple[RedFlag, ...]
    criteria: Mapping[str, tuple[Criterion, ...]]
    policies: Mapping[str, str]

    @classmethod
    def of(cls, edition: Edition, chosen: Mapping[str, str] | None = None) -> RuleSet:
        policies = policies_in_force(edition, chosen or {})
        return cls(
            rules_in_force(edition.red_flags, policies),
            {t.id: rules_in_force(t.criteria, policies) for t in edition.therapies},
            policies,
        )

    def all(self) -> Iterator[Rule]:
        """Every rule: the red flags, then each therapy's criteria."""
        yield from self.red_flags
        for criteria in self.criteria.values():
            yield from criteria

    def conditions(self) -> list[Condition]:
        """Every condition once; many rules share theirs with the next therapy."""
        return list(dict.fromkeys(rule.when for rule in self.all()))


def truths(table: Table, edition: Edition, conditions: Sequence[Condition], as_of: date) -> Table:
    """Who each row is about, and true, false or NULL for each condition, in columns named by its
    number from 0: one job, however many there are."""
    dictionary = Dictionary.of(edition)
    values = with_values(table, dictionary, wide_schema(edition), conditions, as_of)
    translator = Translator(dictionary.definitions, values, as_of)
    kept = {name: values[name] for name in (PATIENT, COMPLAINT) if name in values.columns}
    for number, condition in enumerate(conditions):
        kept[str(number)] = nullable(translator.truth(condition))
    return values.select(**kept)


class Judged:
    """A table of patients with the truth of every rule and the status of every therapy.

    ``values`` holds the facts as the rules saw them, ``truths`` the value of each condition
    beside them, ``statuses`` one column per therapy beside those.
    """

    def __init__(self, table: Table, edition: Edition, rules: RuleSet, as_of: date) -> None:
        self.rules = rules
        self.conditions = rules.conditions()
        self.dictionary = Dictionary.of(edition)
        self._as_of = as_of
        self._names = {condition: f"when__{n}" for n, condition in enumerate(self.conditions)}
        schema = wide_schema(edition)
        self.values = with_values(table, self.dictionary, schema, self.conditions, as_of)
        translator = self.translator(self.values)
        kept = {name: self.values[name] for name in self.values.columns}
        kept.update({name: translator.truth(c) for c, name in self._names.items()})
        self.truths = self.values.select(**kept)
        self.statuses = self._statuses(self._grouped())

    def translator(self, table: Table) -> Translator:
        """A translator over one of these tables; each holds the columns of those before."""
        return Translator(self.dictionary.definitions, table, self._as_of)

    def name(self, condition: Condition) -> str:
        """The column of a condition's truth."""
        return self._names[condition]

    def truth(self, table: Table, rule: Rule) -> Truth:
        """The truth of a rule in one of the tables from ``truths`` on."""
        return table[self._names[rule.when]]

    def verdicts(self, *, with_criteria: bool) -> Table:
        """What is written: who, the statuses, and where wanted every criterion and red flag."""
        table = self.statuses
        who = [name for name in (PATIENT, COMPLAINT) if name in table.columns]
        kept = {name: table[name] for name in who}
        kept.update({name: table[name] for name in map(status_column, self.rules.criteria)})
        if with_criteria:
            kept.update({rule.id: nullable(self.truth(table, rule)) for rule in self.rules.all()})
        return table.select(**kept)

    def _grouped(self) -> Table:
        """What the statuses are made of, each worked out once."""
        table, flags = self.truths, self.rules.red_flags
        stops = [self.truth(table, f) for f in flags if f.effect == "stops"]
        alerts = [self.truth(table, f) for f in flags if f.effect == "alerts"]
        kept = {name: table[name] for name in table.columns}
        kept["any__stops"] = any_of(stops)
        kept["any__alerts"], kept["open__alerts"] = any_of(alerts), any_unknown(alerts)
        for therapy, criteria in self.rules.criteria.items():

            def of(kind: CriterionKind, criteria: Sequence[Criterion] = criteria) -> list[Truth]:
                return [self.truth(table, c) for c in criteria if c.kind == kind]

            relative = of("relative-contraindication")
            kept[f"absolute__{therapy}"] = any_of(of("absolute-contraindication"))
            kept[f"indicated__{therapy}"] = any_of(of("indication"))
            kept[f"relative__{therapy}"] = any_of(relative)
            kept[f"open-relative__{therapy}"] = any_unknown(relative)
        return table.select(**kept)

    def _statuses(self, table: Table) -> Table:
        kept = {name: table[name] for name in table.columns}
        for therapy in self.rules.criteria:
            kept[status_column(therapy)] = _status(table, therapy)
        return table.select(**kept)


def _status(table: Table, therapy: str) -> Value:
    """The first status of contract 2 that applies.

    "Any of these" is unknown exactly where none is true and one is unknown. That is all the order
    below needs, but for the relative contraindications and the alerts: there an unknown one
    counts even beside a true one.
    """
    stops, alerts = table["any__stops"], table["any__alerts"]
    absolute, relative = table[f"absolute__{therapy}"], table[f"relative__{therapy}"]
    indicated = table[f"indicated__{therapy}"]
    open_ones = is_unknown(stops) | is_unknown(absolute) | is_unknown(indicated)
    open_beside = table["open__alerts"] | table[f"open-relative__{therapy}"]
    return ibis.cases(
        (is_true(stops), "redirect"),
        (is_true(absolute), "contraindicated"),
        (is_false(indicated), "not-indicated"),
        (open_ones | open_beside, "needs-information"),
        (is_true(alerts | relative), "caution"),
        else_="possible",
    )
