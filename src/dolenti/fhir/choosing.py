"""Which of several statements about one fact is believed.

The later wins; undated loses to dated; two of the same moment that disagree leave the fact
unknown. A state is ended by its own entry only: a prescription that ran out does not end the
treatment that another entry calls active. Nothing here depends on the order of the statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from dolenti.fhir.moments import latest
from dolenti.fhir.statements import Doubt, Statement
from dolenti.guideline.facts import NEVER, Ignored, Known, Value, plain
from dolenti.guideline.knowledge import FactDefinition


class Choice(NamedTuple):
    """The value believed, if any; the statements that carry it; what was set aside."""

    known: Known | None
    used: tuple[dict[str, Any], ...]
    ignored: tuple[Ignored, ...]


def choose(definition: FactDefinition, statements: Sequence[Statement]) -> Choice:
    """The value of one fact from all that is said of it."""
    if len(statements) > 1:
        statements = sorted(statements, key=lambda s: (s.resource, s.code, s.member or ""))
    if definition.type == "set":
        return _choose_members(definition, statements)
    value, carriers, ignored = _believed(definition.type, statements)
    if value is None:
        return Choice(None, (), ignored)
    believed = carriers[0]
    known = Known(value, believed.at, believed.resource)
    return Choice(known, (_line(definition.id, value, believed),), ignored)


def _choose_members(definition: FactDefinition, statements: Sequence[Statement]) -> Choice:
    by_member: dict[str, list[Statement]] = defaultdict(list)
    closing: list[Statement] = []
    for statement in statements:
        if statement.closing:
            closing.append(statement)
        elif statement.member is not None:
            by_member[statement.member].append(statement)
    members: dict[str, bool] = {}
    used: list[dict[str, Any]] = []
    ignored: list[Ignored] = []
    dates: list[date] = []
    spoken = set()
    for member, said in sorted(by_member.items()):
        value, carriers, aside = _believed("boolean", said)
        ignored += aside
        if isinstance(value, bool):
            members[member] = value
            dates += [s.at for s in carriers[:1] if s.at is not None]
            used.append(_line(definition.id, {member: value}, carriers[0]))
        elif aside and any(one.why == "contradicted" for one in aside):
            spoken.add(member)
    for statement in closing:
        assert isinstance(statement.value, dict)
        rest = {m: False for m in statement.value if m not in members and m not in spoken}
        members.update(rest)
        if rest:
            used.append(_line(definition.id, rest, statement))
            dates += [statement.at] if statement.at is not None else []
    if not members:
        return Choice(None, (), tuple(ignored))
    origin = used[0]["resource"] if len(used) == 1 else None
    return Choice(Known(members, max(dates, default=None), origin), tuple(used), tuple(ignored))


def undermined(definition: FactDefinition, choice: Choice, doubts: Sequence[Doubt]) -> Choice:
    """The same choice without the reassuring answers that something not understood, and not
    older, speaks against."""
    known = choice.known
    assert known is not None
    against = [d for d in doubts if d.at is None or known.at is None or d.at >= known.at]
    if not against:
        return choice
    aside = tuple(
        Ignored(definition.id, "contradicted", known.at, known.origin) for _ in against[:1]
    )
    if not isinstance(known.value, Mapping):
        if definition.reassuring is None or _plain_reassuring(definition) != known.value:
            return choice
        return Choice(None, (), (*choice.ignored, *aside))
    spoken = {doubt.member for doubt in against}
    kept = {
        m: has for m, has in known.value.items() if has or (m not in spoken and None not in spoken)
    }
    if kept == known.value:
        return choice
    used = tuple(line for line in choice.used if _still(line, kept))
    left = Known(kept, known.at, known.origin) if kept else None
    return Choice(left, used, (*choice.ignored, *aside))


def _plain_reassuring(definition: FactDefinition) -> object:
    return NEVER if definition.type == "date" else definition.reassuring


def _still(line: Mapping[str, Any], kept: Mapping[str, bool]) -> bool:
    value = line["value"]
    return not isinstance(value, dict) or any(m in kept for m in (*value["has"], *value["not"]))


def _believed(
    kind: str, statements: Sequence[Statement]
) -> tuple[Value | None, list[Statement], tuple[Ignored, ...]]:
    """The value of a single-valued fact, who carries it, and what was set aside."""
    if len(statements) == 1:
        (only,) = statements
        return only.value, [only], ()
    aside: list[Ignored] = []
    contenders = _strongest([s for s in statements if s.state and s.value is not None], kind)
    contenders += [s for s in statements if not s.state]
    if not contenders:
        return None, [], tuple(aside)
    carriers = _standing(contenders)
    contradicted = any(s.value != carriers[0].value for s in carriers)
    aside += [_set_aside(s) for s in _others(contenders, carriers)]
    if contradicted:
        aside += [_set_aside(s, "contradicted") for s in carriers]
        return None, [], tuple(aside)
    return carriers[0].value, carriers, tuple(aside)


def _strongest(states: list[Statement], kind: str) -> list[Statement]:
    """Of several states at once: any true makes a yes; of acts, the last date; else all stand."""
    if not states:
        return []
    if kind == "date":
        return latest(states)
    if any(s.value is True for s in states):
        return latest([s for s in states if s.value is True])
    return states


def _standing(contenders: list[Statement]) -> list[Statement]:
    """Those not outlived by a later statement, the latest first.

    States that hold at once do not outlive each other: two anticoagulants running are a
    contradiction, not a change of treatment. Nor is a state outlived that nobody dated: it may
    have begun after the answer.
    """
    last = latest(contenders)
    together = any(s.state for s in last)
    rest = _others(contenders, last)
    return last + [s for s in rest if s.state and (together or s.moment is None)]


def _others(statements: list[Statement], known: list[Statement]) -> list[Statement]:
    """Those of the first list that are not in the second. By identity: a record may hold very
    many, and comparing each with each would take for ever."""
    identities = set(map(id, known))
    return [s for s in statements if id(s) not in identities]


def _set_aside(
    statement: Statement, why: Literal["superseded", "contradicted"] = "superseded"
) -> Ignored:
    return Ignored(statement.fact, why, statement.at, statement.resource)


def _line(fact: str, value: Value, statement: Statement) -> dict[str, Any]:
    return {
        "fact": fact,
        "value": plain(value),
        "at": statement.at.isoformat() if statement.at is not None else None,
        "resource": statement.resource,
        "code": statement.code,
    }
