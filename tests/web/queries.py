"""Counting a page's own queries: those of log-in, session, user and audit are the house's, and the
two by which the strip of a patient says what is open, the same on each page, are the strip's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext

MOST = 8
"""Queries of a page, beyond those of the house."""
# Pages that bring together what stands in many tables, each kind of row read once.
MORE = {
    # All that a letter tells, with the patient's alerts and what was said of them, imaging, the
    # courses that were begun for this pain, and whom such a letter went to last.
    "complaint-letter": 17, "course-letter": 20, "letter-correct": 18,
    # With the infections that nobody closed and the alerts of whoever comes that day.
    "home": 12, "agenda": 11, "agenda-week": 10, "agenda-prepare": 16,
    "session": 18,  # with what happened at earlier sessions, signed or not
    "event": 9,  # with its reports, due or sent
    "alert": 10,  # with whom to call, and the hours by which others are told on
    "course-follow-up": 11,  # with what keeps the patient from reading it: the law, one way only
    # With what was passed, what is in stock, what is usual there, and what else runs at the place.
    "course-new": 11,
    "rehabilitation": 9,  # what may hold a plan back: acts, medicines, alarms, answers
    # The consent as it may be signed at home: link, replies, contacts, and what may hold it.
    "course-consent-home": 12, "course": 10,
    # The board of the serum, with who comes for a draw and why each thing is held; the check
    # before a draw, with its case and what happened at earlier sessions.
    "serum": 12, "serum-check": 11, "serum-draw": 11,
    "serum-tube": 10, "serum-unit": 12,  # with its label, and whether a duplicate was decided on
    "patient-appointment": 12,  # what is booked already, why people come, whether blood is drawn
    "appointment-again": 9,  # with the privileges of a session
    "appointment-move": 10,  # with what its patient asked for, and the privileges of a session
    "site-checklist": 9,  # a table for each kind of thing that a clinic needs
    "patient": 13,  # with imaging, notes of visits, the alerts, and those that hold sessions back
}  # fmt: skip

_HOUSE = re.compile(
    r"""^(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SELECT\ pg_advisory)
    |"(django_session|access_audit(?:entry|key)|usersessions_usersession|mfa_authenticator)"
    |^SELECT\ .*\ FROM\ "access_user"\ .*WHERE\ "access_user"\."id"\ =\ \d+\ LIMIT
    |^SELECT\ .*\ FROM\ "access_site"\ WHERE\ "access_site"\."id"\ =\ \d+\ LIMIT""",
    re.VERBOSE,
)


@dataclass
class Counted:
    """The page's own queries, in order."""

    own: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.own)


STRIP = 4
"""Queries by which a strip says what is open of a patient: infections, alerts, whether a nerve was
ever frozen and, where one was, the strength that was lost since."""


@contextmanager
def own_queries() -> Iterator[Counted]:
    """Collect the queries that a page makes for itself:

    with own_queries() as asked:
        browser.get(address)
    assert len(asked) <= MOST, asked.own
    """
    from dolenti.clinic.common import strip  # the benches read the limits, and know no site

    counted = Counted()
    of_strips: list[slice] = []
    say = strip.open_signs

    def counting(*asked: Any) -> Any:
        before = len(captured)
        said = say(*asked)
        of_strips.append(slice(before, len(captured)))
        return said

    with (
        mock.patch.object(strip, "open_signs", counting),
        CaptureQueriesContext(connection) as captured,
    ):
        yield counted
    made = [one["sql"] for one in captured]
    for part in reversed(of_strips):
        assert len(made[part]) <= STRIP, made[part]
        del made[part]
    counted.own = [one for one in made if not _HOUSE.search(one)]
