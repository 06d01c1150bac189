"""Who writes to the same waits for each other, in one order, so that nobody waits for ever.

Whatever a write is about and whatever it takes (a patient's time, a practitioner's, a room's) is
waited for at its beginning, by one call: the patient first, then people, then rooms, then lots,
then alarms, each by key.
The rows themselves need not change. A write that then changes rows of the patient (a course, an
appointment) has them to itself: nobody touches them who does not hold the patient.

The trail's own lock is always the last: nothing is waited for once a line of it is written.
"""

from __future__ import annotations

from itertools import groupby
from typing import Final

from django.db import connections, models, router

ORDER: Final = ("records.patient", "access.user", "agenda.room", "stock.lot", "safety.alarm")
"""What may be waited for, by app and model, in the order in which it is."""


def hold(*rows: models.Model | None) -> None:
    """Inside a transaction: wait for these rows and keep them until it ends.

    Raises ``ValueError`` for a row of a table that has no place in ``ORDER``.
    """
    wanted = sorted({(_place(row), row.pk): row for row in rows if row is not None}.items())
    for _, group in groupby(wanted, key=lambda one: one[0][0]):
        held = [row for _, row in group]
        model = type(held[0])
        if not connections[router.db_for_write(model)].features.has_select_for_update:
            return  # SQLite: one writer at a time, from the start of the transaction
        keys = [row.pk for row in held]
        locked = model._default_manager.select_for_update(no_key=True).filter(pk__among=keys)
        list(locked.order_by("pk").values_list("pk"))  # locked one after the other, in this order


def _place(row: models.Model) -> int:
    if row._meta.label_lower not in ORDER:
        raise ValueError(f"{row._meta.label} has no place in the order of locks")
    return ORDER.index(row._meta.label_lower)
