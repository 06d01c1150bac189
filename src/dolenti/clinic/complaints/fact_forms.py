"""The whole dictionary as one form: every fact that a person may state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from dolenti.clinic.assess.answers import AnswerError, Field, Sent, answered, blank, filled
from dolenti.guideline.facts import Known, read_value
from dolenti.guideline.knowledge import Edition, FactDefinition
from dolenti.records.facts.measured import last_measured
from dolenti.records.models import Statement

GROUPS = {"today": _("Today"), "complaint": _("This pain"), "patient": _("The patient")}
# Asked first on the form: what can hurt at once.
FIRST = ("allergy", "anticoagulant", "antiplatelet", "inr", "pregnancy", "weight", "pain-nrs")


@dataclass
class Group:
    """Facts that are asked together."""

    id: str
    label: Any
    fields: list[Field]

    @property
    def errors(self) -> int:
        return sum(bool(field.error) for field in self.fields)


def name_of(fact: str) -> str:
    """The input's name of a fact."""
    return f"f-{fact}"


def stateable(edition: Edition) -> list[FactDefinition]:
    """The facts that do not come from the head of the form."""
    return [fact for fact in edition.facts if not fact.from_header]


def groups(
    edition: Edition,
    language: str,
    *,
    known: dict[str, Known] | None = None,
    sent: Sent | None = None,
    errors: Mapping[str, AnswerError] | None = None,
) -> list[Group]:
    """The fields in their groups: blank, or with what is known, or with what was typed."""
    made: dict[str, list[Field]] = {"first": [], **{about: [] for about in GROUPS}}
    for definition in stateable(edition):
        name = name_of(definition.id)
        if sent is not None:
            error = (errors or {}).get(definition.id)
            why, slip = (str(error), error.slip) if error else ("", None)
            field = filled(definition, name, language, sent, why, slip)
        else:
            value = known[definition.id].value if known and definition.id in known else None
            field = blank(definition, name, language, value)
        made["first" if definition.id in FIRST else definition.about].append(field)
    made["first"].sort(key=lambda field: FIRST.index(field.fact))
    labels = {"first": _("First, what could be dangerous"), **GROUPS}
    return [Group(about, labels[about], fields) for about, fields in made.items() if fields]


def wrong(groups: list[Group]) -> list[Field]:
    """The fields that were refused, in their order on the form."""
    return [field for group in groups for field in group.fields if field.error]


def read(
    edition: Edition, sent: Sent, as_of: date, before: Collection[Statement] = ()
) -> tuple[dict[str, Any], dict[str, AnswerError]]:
    """The raw values typed, by fact (``None``: not known), and the errors by fact. ``before`` is
    what was stated so far, which a number is held against."""
    values: dict[str, Any] = {}
    errors: dict[str, AnswerError] = {}
    for definition in stateable(edition):
        last = last_measured(before, definition, as_of)
        try:
            values[definition.id] = answered(definition, name_of(definition.id), sent, as_of, last)
        except AnswerError as error:
            errors[definition.id] = error
    return values, errors


def changes(
    edition: Edition, values: dict[str, Any], known: dict[str, Known], as_of: date
) -> dict[str, Any]:
    """What of the typed values differs from what is known: only that is written."""
    definitions = {definition.id: definition for definition in stateable(edition)}
    changed: dict[str, Any] = {}
    for fact, raw in values.items():
        before = known.get(fact)
        if raw is None:
            if before is not None:
                changed[fact] = None
        elif before is None or read_value(definitions[fact], raw, as_of).value != before.value:
            changed[fact] = raw
    return changed
