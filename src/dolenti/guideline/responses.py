"""What a patient answered on a day of a course: pain (NRS), impression of change (PGIC).

A file of responses is a list, YAML or JSON::

    - {date: 2026-03-02, nrs: 8}
    - {date: 2026-03-09, nrs: 6, pgic: 3, session: true}

``nrs`` goes from 0 to 10, ``pgic`` from 1 (very much improved) to 7 (very much worse).
``session: true`` says that a session was given that day, after the answer; ``false`` that none
was. A row without ``date`` is of the day the file is read for. This module reads and checks; it
decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from dolenti.guideline.dates import read_date
from dolenti.guideline.errors import InputError
from dolenti.guideline.reading import Document
from dolenti.guideline.scoring.exact import Number
from dolenti.guideline.scoring.impression import pgic as checked_pgic
from dolenti.guideline.scoring.pain import nrs as checked_nrs

KEYS = ("date", "nrs", "pgic", "session")


@dataclass(frozen=True)
class Response:
    """One day's answer. What was not answered is ``None``; a row that says nothing is refused."""

    date: date
    nrs: Number | None = None
    pgic: int | None = None
    session: bool | None = None

    def __post_init__(self) -> None:
        if isinstance(self.date, datetime) or not isinstance(self.date, date):
            raise InputError(
                "a response is dated by day, without an hour",
                "date",
                fr="une réponse est datée au jour, sans l’heure",
            )
        if self.nrs is None and self.pgic is None and self.session is None:
            raise InputError(
                "this row says nothing; write nrs, pgic or session, or remove it",
                fr="cette ligne est vide\u00a0; indiquez nrs, pgic ou session, ou supprimez-la",
            )
        if self.nrs is not None:
            checked_nrs(self.nrs)
        if self.pgic is not None:
            checked_pgic(self.pgic)
        if self.session is not None and not isinstance(self.session, bool):
            raise InputError(
                "write true if a session was given that day, else false",
                "session",
                fr="écrivez true si une séance a eu lieu ce jour-là, sinon false",
            )


def read_responses(document: Document, as_of: date) -> tuple[Response, ...]:
    """The responses of a file, by date. Raises ``InputError`` with the line.

    A row without a date is dated ``as_of``. Rows after ``as_of`` are kept here: ``plan`` leaves
    them aside and lists them, as everything that is dated after the day of the question.
    """
    rows = document.content
    if rows is None:
        return ()
    if not isinstance(rows, list):
        raise InputError(
            "responses are a list, each like {date: 2026-03-02, nrs: 8, pgic: 2}",
            document.name,
            fr="les réponses forment une liste, chacune comme {date: 2026-03-02, nrs: 8, pgic: 2}",
        )
    read: dict[date, Response] = {}
    for number, row in enumerate(rows):
        place = document.place((number,))
        try:
            response = _row(row, as_of)
            if response.date in read:
                raise _twice(response.date)
        except InputError as error:
            raise error.under(place) from None
        read[response.date] = response
    return in_order(read.values())


def in_order(responses: Iterable[Response]) -> tuple[Response, ...]:
    """The responses by date. Raises ``InputError`` where two have the same date."""
    ordered = sorted(responses, key=lambda response: response.date)
    for earlier, later in pairwise(ordered):
        if earlier.date == later.date:
            raise _twice(later.date).under("responses")
    return tuple(ordered)


def _row(row: Any, as_of: date) -> Response:
    if not isinstance(row, Mapping):
        raise InputError(
            "a response is written like {date: 2026-03-02, nrs: 8, pgic: 2}",
            fr="une réponse s’écrit comme {date: 2026-03-02, nrs: 8, pgic: 2}",
        )
    unknown = next((key for key in row if key not in KEYS), None)
    if unknown is not None:
        listed = ", ".join(KEYS)
        raise InputError(
            f"“{unknown}” is not known here; a response has {listed}",
            fr=f"«\u00a0{unknown}\u00a0» n’a pas sa place ici\u00a0; une réponse comporte {listed}",
        )
    written = row.get("date")
    try:
        day = as_of if written is None else read_date(written)
    except InputError as error:
        raise error.under("date") from None
    return Response(day, row.get("nrs"), row.get("pgic"), row.get("session"))


def _twice(day: date) -> InputError:
    return InputError(
        f"{day.isoformat()} has two responses; keep one row a day",
        fr=f"le {day.isoformat()} a deux réponses\u00a0; gardez une ligne par jour",
    )
