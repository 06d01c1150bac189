"""How long what is kept: the table ``retention.yaml``, read strictly, and what follows from it.

Functions of values. Years are counted on the calendar: what ends on a 29 February that does not
come ends on 1 March. A record is kept through its last day and may go on the day after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final, Literal

import msgspec

from dolenti.guideline.birth import BirthDate, last_day
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Citation, Entry, Text
from dolenti.guideline.reading import read_yaml

FILE: Final = Path(__file__).with_name("retention.yaml")
RECORD, MINOR, SERUM, CONTACT, DRAFT = "record", "record-of-minor", "serum", "contact", "draft"


class Kind(Entry, frozen=True, kw_only=True, rename="kebab"):
    """One kind of record: how long, from when, and what may then be done with it."""

    id: str
    label: Text
    says: Text
    years: int | None
    from_: Literal["last-contact", "birth", "request", "last-change"] = msgspec.field(name="from")
    then: Literal["two-people", "at-once", "with-record", "rotation", "never"]
    sources: tuple[Citation, ...]
    verified: bool
    days: int | None = None
    told_by: str = ""
    therapies: tuple[str, ...] = ()


@cache
def kinds() -> dict[str, Kind]:
    """The table, by id."""
    return read(FILE.read_text("utf-8"), FILE.name)


def read(text: str, name: str) -> dict[str, Kind]:
    """A table from its text. Raises ``InputError`` for anything that is not as ``Kind`` says."""
    try:
        found = msgspec.convert(read_yaml(text, name).content, type=list[Kind])
    except msgspec.ValidationError as error:
        raise InputError(
            str(error), name, fr=f"cette table n’a pas la forme prévue ({error})"
        ) from None
    table = {kind.id: kind for kind in found}
    missing = {RECORD, MINOR, SERUM, CONTACT, DRAFT} - set(table)
    if len(table) != len(found) or missing:
        raise InputError(
            f"an id stands twice, or is missing: {', '.join(sorted(missing)) or 'twice'}",
            name,
            fr="un identifiant manque, ou figure deux fois",
        )
    return table


@dataclass(frozen=True)
class Term:
    """Until which day a record is kept, that day included, and the rules that say so."""

    until: date
    rules: tuple[str, ...]

    def is_over(self, today: date) -> bool:
        """Whether the record may go."""
        return today > self.until

    @property
    def rule(self) -> str:
        """The rule that decides."""
        return self.rules[-1]


def term(last_contact: date, birth_date: BirthDate | None, *, serum: bool) -> Term:
    """Until when the record of a patient is kept.

    An unknown birth date is that of a child born at the last contact: nobody knows better. Of a
    year or a month it is the last day.
    """
    base = SERUM if serum else RECORD
    until = years_after(last_contact, _years(base))
    born = last_contact if birth_date is None else last_day(birth_date)
    of_age = years_after(born, _years(MINOR))
    if of_age > until:
        return Term(of_age, (base, MINOR))
    return Term(until, (base,))


@dataclass(frozen=True)
class Cuts:
    """The last days that are old enough today: of a contact, of one with serum, of a birth."""

    contact: date
    serum: date
    birth: date


def cuts(today: date) -> Cuts:
    """What ``term`` means for today, as days to compare with in a query."""
    return Cuts(*(latest_over(today, _years(rule)) for rule in (RECORD, SERUM, MINOR)))


def years_after(day: date, years: int) -> date:
    """The same day, years later; 1 March for a 29 February that does not come."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def latest_over(today: date, years: int) -> date:
    """The latest day of which ``years`` have passed before today."""
    yesterday = today - timedelta(days=1)
    try:
        return yesterday.replace(year=yesterday.year - years)
    except ValueError:
        return date(yesterday.year - years, 2, 28)


def serum_therapies() -> tuple[str, ...]:
    """The therapies whose records are kept for as long as serum's."""
    return kinds()[SERUM].therapies


def forgotten_days() -> int:
    """Days after which a draft counts as forgotten."""
    days = kinds()[DRAFT].days
    assert days is not None, "the table says for how long"
    return days


def _years(rule: str) -> int:
    years = kinds()[rule].years
    assert years is not None, "the table says for how long"
    return years
