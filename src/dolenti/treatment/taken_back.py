"""A red answer of the pause that is taken back: what stood is kept beside what stands, with why.

Whoever takes it back says why, its own author too; a practitioner has then to see it by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from dolenti.guideline.facts import Value, read_value
from dolenti.guideline.knowledge import FactDefinition
from dolenti.guideline.reasons import says_why
from dolenti.guideline.session import LineState
from dolenti.guideline.words import value_in_words
from dolenti.records.facts import stating
from dolenti.records.models import Statement
from dolenti.treatment.content import TakenBack
from dolenti.treatment.given import RecordRefusedError
from dolenti.treatment.room import Standing

LOOKS: Final = "looks"
"""Among the reasons of whoever prepares: why a syringe that looked wrong looks right."""


@dataclass(frozen=True)
class Stood:
    """A red answer that would be taken back: of which line, what was pressed (``None`` where only
    facts spoke), the facts in words, by whom and when."""

    line: str
    safe: bool | None
    says: str
    name: str
    at: datetime | None


def found(
    now: Standing, safe: Iterable[str], facts: Mapping[str, Any], today: date, language: str
) -> list[Stood]:
    """What would be taken back by saying that these lines are ``safe``, and these facts. A fact of
    another day is not taken back: it is new today."""
    pressed = set(safe)
    back = []
    for state in now.looked.lines:
        line, told = state.line.id, now.pause.answers.get(state.line.id)
        changed = _changed(now, state, facts, today, language)
        if told is not None and told.safe is False and line in pressed:
            back.append(Stood(line, False, "; ".join(changed.values()), told.name, told.at))
        elif changed:
            name, at = _said(now, changed)
            back.append(Stood(line, None, "; ".join(changed.values()), name, at))
    return back


def _changed(
    now: Standing, state: LineState, facts: Mapping[str, Any], today: date, language: str
) -> dict[str, str]:
    """The facts said today for which a line is red, and that would be said otherwise; in words."""
    if state.status not in ("red", "decided"):
        return {}
    there = {}
    for fact in state.facts:
        known, definition = now.case.facts.get(fact), stating.definition_of(fact)
        if known is None or definition is None or fact not in facts or known.at != today:
            continue
        if _is_otherwise(known.value, facts[fact], definition, today):
            said = value_in_words(known.value, definition, language)
            there[fact] = f"{definition.label.in_language(language)} ({said})"
    return there


def _is_otherwise(value: Value, raw: Any, definition: FactDefinition, today: date) -> bool:
    new = read_value(definition, raw, today).value
    if isinstance(value, Mapping) and isinstance(new, Mapping):
        return any(held and new.get(member) is False for member, held in value.items())
    return bool(new != value)


def _said(now: Standing, facts: Iterable[str]) -> tuple[str, datetime | None]:
    """Who said the last of these facts, and when."""
    patient = now.session.course.patient_id
    last = (
        Statement.objects.filter(patient=patient, fact__in=list(facts))
        .select_related("author").order_by("pk").last()
    )  # fmt: skip
    return (last.author.name, last.created_at) if last is not None else ("", None)


def insist_why(back: Iterable[Stood], reasons: Mapping[str, str]) -> None:
    """Raises ``RecordRefusedError`` where a red answer is taken back and nobody says why."""
    for one in back:
        if not says_why(reasons.get(one.line, "")):
            raise RecordRefusedError(
                "this was answered otherwise before: say why it changes",
                f"why-{one.line}",
                fr="la réponse était autre auparavant\u00a0: écrivez pourquoi elle change",
            )


def kept(
    back: Iterable[Stood], reasons: Mapping[str, str], by: str, at: datetime, *, in_person: bool
) -> tuple[TakenBack, ...]:
    """What the record keeps of it. What a practitioner takes back needs no other to see it."""
    return tuple(
        TakenBack(
            line=one.line,
            safe=one.safe,
            says=one.says,
            name=one.name,
            at=one.at,
            reason=reasons.get(one.line, "").strip()[:500],
            by=by,
            on=at,
            seen_by=by if in_person else "",
        )
        for one in back
    )


def unseen(taken: Iterable[TakenBack]) -> set[str]:
    """The lines of which a practitioner has still to see that a red answer was taken back."""
    return {one.line for one in taken if not one.seen_by}
