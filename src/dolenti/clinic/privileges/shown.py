"""Privileges as the administrator reads them: by therapy, and those that end soon."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from dolenti.agenda.models import Privilege
from dolenti.agenda.privileges import ends_soon
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.courses.shown import therapy_name


@dataclass(frozen=True)
class PrivilegeLine:
    """One privilege; ``state`` is valid, soon (ends within 30 days), later, over, withdrawn."""

    public_id: str
    who: str
    therapy: str
    proof: str
    first: date
    last: date | None
    state: str
    author: str
    withdrawn_at: datetime | None
    withdrawn_by: str


def therapy_groups(
    privileges: Iterable[Privilege], words: Lookup, today: date
) -> tuple[list[tuple[str, list[PrivilegeLine]]], list[PrivilegeLine]]:
    """The lines by therapy (every therapy, even one that nobody may perform), and those of them
    that end soon."""
    groups: dict[str, list[PrivilegeLine]] = {therapy.id: [] for therapy in words.edition.therapies}
    for one in privileges:
        groups.setdefault(one.therapy, []).append(
            _line(one, therapy_name(one.therapy, words), today)
        )
    named = [(therapy_name(therapy, words), lines) for therapy, lines in groups.items()]
    soon = [line for _, lines in named for line in lines if line.state == "soon"]
    return named, sorted(soon, key=lambda line: line.last or today)


def _line(one: Privilege, therapy: str, today: date) -> PrivilegeLine:
    return PrivilegeLine(
        one.public_id,
        one.user.name,
        therapy,
        one.proof,
        one.first,
        one.last,
        _state(one, today),
        one.author.name,
        one.withdrawn_at,
        one.withdrawn_by.name if one.withdrawn_by else "",
    )


def _state(one: Privilege, today: date) -> str:
    if one.withdrawn_at is not None:
        return "withdrawn"
    if one.last is not None and one.last < today:
        return "over"
    if one.first > today:
        return "later"
    return "soon" if ends_soon(one, today) else "valid"
