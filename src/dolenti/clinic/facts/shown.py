"""What is known of a patient, fact by fact, with everything that was ever said of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext as _

from dolenti.clinic.common.ages import ago
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.patients.overview import heading
from dolenti.guideline.judge import ASSUMED
from dolenti.guideline.words import value_in_words
from dolenti.records.facts.knowing import told_by
from dolenti.records.judging.questions import is_calm, sheet_in_force
from dolenti.records.models import Complaint, Statement

State = Literal["known", "assumed", "stale", "open"]


@dataclass(frozen=True)
class Entry:
    """One statement: its value, the day it was true, who said it, who wrote it down and when."""

    value: str
    at: date
    age: str
    said_by: str
    origin: str
    author: str
    written: datetime
    document: str  # public id
    place: str
    taken_back: bool
    undone: bool = False
    undoing: bool = False


@dataclass(frozen=True)
class History:
    """A fact and all its statements, latest first. ``value`` is what counts today, or counted
    last, where it is ``stale``; ``open``: nothing counts, what was said was taken back."""

    fact: str
    label: str
    about: str
    complaint: str  # public id
    complaint_heading: str
    state: State
    value: str
    at: date | None
    age: str
    entries: list[Entry]
    is_calm: bool = False  # what is known of it means nothing to report


@dataclass(frozen=True)
class Theme:
    """The facts that one row of the questions asks together, in its words."""

    label: str
    telling: list[History]
    calm: list[History]


def themes(found: Sequence[History], language: str) -> list[Theme]:
    """The facts by theme, in the order in which they are asked; what no row asks comes last."""
    sheet = sheet_in_force()
    groups: dict[str, list[History]] = {}
    for one in found:
        row = sheet.asked[one.fact][0] if one.fact in sheet.asked else None
        while row is not None and row.under:
            row = sheet.by_name[row.under]
        groups.setdefault(row.row if row else "", []).append(one)
    order = [row.row for row in sheet.rows if row.row in groups] + ([""] if "" in groups else [])
    return [
        Theme(
            sheet.by_name[name].label.in_language(language) if name else _("Other facts"),
            [one for one in groups[name] if not one.is_calm],
            [one for one in groups[name] if one.is_calm],
        )
        for name in order
    ]


def histories(
    statements: Sequence[Statement], complaints: Sequence[Complaint], words: Lookup, today: date
) -> list[History]:
    """Every fact that anything was said of: those of the day first, then by complaint."""
    groups: dict[tuple[str, int | None], list[Statement]] = {}
    for one in statements:
        groups.setdefault((one.fact, one.complaint_id), []).append(one)
    pains = {one.pk: one for one in complaints}
    order = {fact: i for i, fact in enumerate(words.dictionary.definitions)}
    found = [
        history(fact, group, pains.get(complaint or 0), words, today)
        for (fact, complaint), group in groups.items()
    ]
    return sorted(found, key=lambda h: (order.get(h.fact, len(order)), h.complaint))


def history(
    fact: str,
    statements: Sequence[Statement],
    complaint: Complaint | None,
    words: Lookup,
    today: date,
) -> History:
    """One fact, from all its statements."""
    definition = words.definition(fact)
    told = told_by(statements, words.dictionary, today)
    known, stale = told.facts.get(fact), told.stale.get(fact)
    state: State = "open"
    value, at = "", None
    counting = known or stale or told.supposed.get(fact)
    if counting is not None and definition is not None:
        value, at = value_in_words(counting.value, definition, words.language), counting.at
        assumed = counting.origin == ASSUMED
        state = "assumed" if assumed else "stale" if known is None else "known"
    undone = {one.undoes for one in statements if one.undoes is not None}
    entries = [_entry(one, words, today, undone) for one in statements]
    entries.sort(key=lambda entry: (entry.at, entry.written), reverse=True)
    return History(
        fact,
        words.fact(fact),
        definition.about if definition else "patient",
        complaint.public_id if complaint else "",
        heading(complaint, words) if complaint else "",
        state,
        value,
        at,
        ago(at, today, words.language) if at else "",
        entries,
        known is not None and state == "known" and is_calm(fact, known, sheet_in_force()),
    )


def _entry(one: Statement, words: Lookup, today: date, undone: set[UUID]) -> Entry:
    return Entry(
        value=words.value(one.fact, one.value, one.at) if one.value is not None else "",
        at=one.at,
        age=ago(one.at, today, words.language),
        said_by=one.said_by,
        origin=one.origin,
        author=one.author.name,
        written=one.created_at,
        document=one.document.public_id if one.document else "",
        place=one.place,
        taken_back=one.value is None,
        undone=one.submission in undone,
        undoing=one.undoes is not None,
    )
