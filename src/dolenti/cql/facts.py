"""Every fact of the dictionary as CQL: what is said of it, what follows from the header, and the
reassuring value where it is irrelevant. A stated value wins, as in ``guideline.judge``."""

from __future__ import annotations

from dolenti.cql import writing
from dolenti.cql.conditions import (
    AGE,
    ConditionWriter,
    fact_name,
    member_name,
    never_name,
    other_name,
)
from dolenti.guideline.facts import NEVER, Dictionary
from dolenti.guideline.judge import calm_value, in_order_of_need
from dolenti.guideline.knowledge import Edition, FactDefinition, OtherUnit

# What the patient, the complaint and other facts tell; see ``guideline.header.header_facts``.
_DERIVED = {
    "age": '"Completed years"("Born by"("Birth date", "Last birth date", "AsOf"), "AsOf")',
    "sex": '"Patient sex"',
    "condition": '"Complaint condition"',
    "zone": '"Complaint zone"',
    "side": '"Complaint side"',
    "since": '"Complaint since"',
    "bmi": '("Said: weight" * 10000.0) / ("Said: height" * "Said: height")',
    "onset-before-20-or-after-55": (
        '"If the same"("Unusual onset"("Birth date", "Began"),\n      '
        '"Unusual onset"("Born by"("Birth date", "Last birth date", "Began"), "Began"))'
    ),
}
_OLDEST = '"Completed years"("Birth date", "AsOf")'
_NEEDS = {"bmi": ("weight", "height")}
_NO_NUMBER = "number: null as Decimal, on: S.on, at: S.at"
_AT_ONCE = 8
"""Facts whose statements are picked out together: an engine looks at every statement once for
each group, and within a group once for each fact, not once for each fact of the dictionary."""
_WORD = f"return all Tuple {{ word: value, {_NO_NUMBER} }}"
_NUMBER = "return all Tuple { word: null as String, number: value, on: S.on, at: S.at }"


def fact_definitions(edition: Edition, dictionary: Dictionary) -> list[str]:
    """The definitions of all facts, each with its relevance before it."""
    writer = _FactWriter(edition, dictionary)
    groups = [_group(name, facts) for name, facts in _groups(edition).items()]
    return groups + [
        part for definition in edition.facts for part in writer.definitions(definition)
    ]


class _FactWriter:
    def __init__(self, edition: Edition, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        self._conditions = ConditionWriter(dictionary)
        self._group = {f: name for name, facts in _groups(edition).items() for f in facts}
        self._relevant = {fact.id: fact for fact in in_order_of_need(dictionary.definitions)}

    def definitions(self, definition: FactDefinition) -> list[str]:
        fact, about = definition.id, _about(definition)
        parts = []
        relevant = definition.relevant
        if relevant is not None:
            expression = self._conditions.expression(relevant)
            parts.append(writing.define(f"Relevant: {fact}", expression, about))
            about = ""
        if definition.type == "set":
            return parts + self._set(definition, about)
        parts.append(writing.define(f"Said: {fact}", self._said(definition), about))
        if definition.type == "date":
            return parts + self._date(definition)
        calm = calm_value(definition)
        ways = [f'"Said: {fact}"', *self._derived(fact), *self._calm(definition, _literal(calm))]
        parts = [*parts, writing.define(fact_name(fact), _first_known(ways))]
        if fact == AGE:
            ways = [_OLDEST if way == _DERIVED[fact] else way for way in ways]
            parts.append(writing.define(other_name(fact), _first_known(ways)))
        return parts

    def _derived(self, fact: str) -> list[str]:
        needed = _NEEDS.get(fact, ())
        if fact not in _DERIVED or any(n not in self._dictionary.definitions for n in needed):
            return []
        return [_DERIVED[fact]]

    def _calm(self, definition: FactDefinition, literal: str | None) -> list[str]:
        if definition.relevant is None or literal is None:
            return []
        return [f'if "Relevant: {definition.id}" is false then {literal} else null']

    def _source(self, definition: FactDefinition) -> str:
        limit = self._dictionary.fresh_for.get(definition.id)
        fresh = f'"AsOf" - {writing.duration(limit)}' if limit else "null as Date"
        function = '"Said here"' if definition.about == "complaint" else '"Said"'
        group = writing.identifier(self._group[definition.id])
        return f"({function}({group}, {writing.text(definition.id)}, {fresh})) S"

    def _said(self, definition: FactDefinition) -> str:
        source = self._source(definition)
        answers = writing.texts(option.id for option in definition.options)
        if definition.type == "number":
            return (
                f'"Agreed"({source}\n'
                f'    let given: "Number of"(S.observation), unit: "Unit of"(S.observation),\n'
                f"      measured: {_in_own_unit(definition)},\n"
                f"      value: if S.sure{_plausible(definition)} then measured else null\n"
                # Where nobody measured it, nothing speaks against an earlier value.
                "    where S.observation.value is not null\n"
                f"      or S.observation.dataAbsentReason is null\n    {_NUMBER}).number"
            )
        read = {
            "boolean": '"Truth of"(S.observation)',
            "choice": f'"Word of"(S.observation, {answers})',
            "date": f'"Day of"(S.observation, {str(definition.past).lower()})',
        }[definition.type]
        agreed = (
            f'"Agreed"({source}\n    let value: {read}\n'
            f"    where S.sure and value is not null\n    {_WORD}).word"
        )
        return f"{agreed} = 'true'" if definition.type == "boolean" else agreed

    def _date(self, definition: FactDefinition) -> list[str]:
        fact = definition.id
        known = f'if "Said: {fact}" = \'never\' then null else ToDate("Said: {fact}")'
        derived = self._derived(fact)
        never = [f"\"Said: {fact}\" = 'never'"]
        never += [f"if {value} is not null then false else null" for value in derived]
        calm = "true" if calm_value(definition) is NEVER else None
        never += self._calm(definition, calm)
        day = known
        if derived:
            day = f'if "Said: {fact}" is null then {derived[0]} else ({known})'
        return [
            writing.define(fact_name(fact), day),
            writing.define(never_name(fact), _first_known(never)),
        ]

    def _set(self, definition: FactDefinition, about: str) -> list[str]:
        fact = definition.id
        members = writing.texts(option.id for option in definition.options)
        said = (
            f"flatten (\n    {self._source(definition)}\n"
            f'      let members: "Members of"(S.observation, {members})\n'
            "      where S.sure and not exists (members M where not M.known return all true)\n"
            f"      return all (members M{self._still_counting(fact)} return all\n"
            "        Tuple { member: M.member, value: M.value, on: S.on, at: S.at })\n  )"
        )
        parts = [writing.define(f"Said: {fact}", said, about)]
        calm = calm_value(definition)
        for option in definition.options:
            agreed = (
                f'"Agreed"("Said: {fact}" S\n    where S.member = {writing.text(option.id)}\n'
                f"    return all Tuple {{ word: S.value, {_NO_NUMBER} }}).word = 'true'"
            )
            quiet = str(calm[option.id]).lower() if isinstance(calm, dict) else None
            ways = [agreed, *self._calm(definition, quiet)]
            parts.append(writing.define(member_name(fact, option.id), _first_known(ways)))
        return parts

    def _still_counting(self, fact: str) -> str:
        """Without the members whose absence counts no more on the day."""
        old = [
            f"not (M.member = {writing.text(member)} and M.value = 'false'\n          "
            f'and Coalesce(S.since < "AsOf" - {writing.duration(limit)}, true))'
            for member, limit in self._dictionary.no_for.get(fact, {}).items()
        ]
        return "\n        where " + "\n        and ".join(old) if old else ""


def _groups(edition: Edition) -> dict[str, list[str]]:
    """The facts of the dictionary in its order, a few at a time, by the name of their group."""
    facts = [fact.id for fact in edition.facts]
    return {
        f"Statements from {facts[first]}": facts[first : first + _AT_ONCE]
        for first in range(0, len(facts), _AT_ONCE)
    }


def _group(name: str, facts: list[str]) -> str:
    among = f'"Statements" S\n    where S.fact in {writing.texts(facts)}\n    return all S'
    return writing.define(name, among)


def _about(definition: FactDefinition) -> str:
    kept = f"Counts for {definition.fresh_for}." if definition.fresh_for else None
    unit = f"In {definition.unit}." if definition.unit and definition.type == "number" else None
    return writing.comment(definition.label.en + ".", definition.ask.en, unit, kept)


def _first_known(ways: list[str]) -> str:
    if len(ways) == 1:
        return ways[0]
    return "Coalesce(\n    " + ",\n    ".join(ways) + "\n  )"


def _literal(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value)
    return writing.text(value) if isinstance(value, str) else None


def _dimensionless(unit: str | None) -> bool:
    return unit is None or unit == "1" or unit.startswith("{")


def _in_own_unit(definition: FactDefinition) -> str:
    own = definition.unit
    cases = [f"when {writing.text('1' if _dimensionless(own) else str(own))} then given"]
    cases += [
        f"when {writing.text(other.unit)} then {_converted(other)}"
        for other in definition.also_in
        if not _dimensionless(other.unit)
    ]
    return f"case unit {' '.join(cases)} else null end"


def _converted(other: OtherUnit) -> str:
    # A seventh has no exact decimal: days become weeks by division.
    inverse = 1 / other.factor
    whole = abs(inverse - round(inverse)) < 1e-12 and other.factor < 1
    shift = f" + {writing.number(other.offset)}" if other.offset else ""
    if whole:
        return f"given / {writing.number(round(inverse))}{shift}"
    return f"given * {writing.number(other.factor)}{shift}"


def _plausible(definition: FactDefinition) -> str:
    if definition.range is None:
        return ""
    low, high = (writing.number(bound) for bound in definition.range)
    return f" and measured >= {low} and measured <= {high}"
