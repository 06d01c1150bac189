"""What the database asks of whatever waits: its state says since when, so that its deadline
(``deadlines``) can always be counted."""

from __future__ import annotations

from typing import Final

from django.db import models


def _since(name: str, **times: str) -> models.CheckConstraint:
    """Each of these states has its time."""
    each = (
        ~models.Q(state=state) | models.Q(**{f"{at}__isnull": False}) for state, at in times.items()
    )
    return models.CheckConstraint(condition=models.Q(*each), name=name)


TUBE: Final = _since(
    "a_tube_says_since_when_it_waits",
    drawn="drawn_at", labelled="drawn_at", incubating="incubated_from",
    incubated="incubated_to", spun="incubated_to",
)  # fmt: skip
UNIT: Final = _since(
    "a_unit_says_since_when_it_waits",
    quarantined="frozen_at", frozen="frozen_at", issued="issued_at", thawed="thawed_at",
)  # fmt: skip
