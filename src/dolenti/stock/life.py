"""The life of a lot: usable, in quarantine for a doubt, or recalled for good.

Expired and empty are no steps: they are seen on the day (``stock.standing``). A recall is never
taken back: who received the lot was told.
"""

from __future__ import annotations

from typing import Final

from dolenti.access import clock
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.ledger.lifecycle import LifeCycle, Step, Voice
from dolenti.stock.models import Lot

State = Lot.State


class LotRefusedError(InputError):
    """The lot cannot be kept, moved or used so."""


LOTS: Final = LifeCycle(
    "lot",
    Lot,
    patient="",
    refusal=LotRefusedError,
    voices={
        "lot": Voice(
            Text(fr="ce lot", en="this lot"),
            {
                State.USABLE: Text(fr="est utilisable", en="is usable"),
                State.QUARANTINED: Text(fr="est en quarantaine", en="is in quarantine"),
                State.RECALLED: Text(fr="est rappelé", en="is recalled"),
            },
            Text(fr="cette étape n’est pas possible", en="this step is not possible"),
        )
    },
    voice=lambda _lot: "lot",
)
LOTS.add(
    Step("quarantine-lot", (State.USABLE,), State.QUARANTINED, Permission.KEEP_STOCK),
    Step("free-lot", (State.QUARANTINED,), State.USABLE, Permission.KEEP_STOCK),
    Step("recall-lot", (State.USABLE, State.QUARANTINED), State.RECALLED, Permission.KEEP_STOCK),
)


def quarantine(user: Actor, lot: Lot, based_on: int, reason: str) -> Lot:
    """Keep a lot apart for a doubt: from now on nobody can use it. Raises ``LotRefusedError``,
    ``StaleEditError``."""
    return LOTS.take(
        user,
        lot,
        based_on,
        "quarantine-lot",
        values={"reason": reason, "held_on": clock.today()},
        reason=reason,
    )


def free(user: Actor, lot: Lot, based_on: int, reason: str) -> Lot:
    """The doubt is gone, and why. Raises ``LotRefusedError``, ``StaleEditError``."""
    return LOTS.take(
        user, lot, based_on, "free-lot", values={"reason": "", "held_on": None}, reason=reason
    )


def recall(user: Actor, lot: Lot, based_on: int, reason: str, told: str) -> Lot:
    """Nobody can use it any more, and who received it is told ``told``: see ``stock.letters``.

    Raises ``LotRefusedError``, ``StaleEditError``.
    """
    values = {"reason": reason, "held_on": clock.today(), "told": told}
    return LOTS.take(user, lot, based_on, "recall-lot", values=values, reason=reason)
