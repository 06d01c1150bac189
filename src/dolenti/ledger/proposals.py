"""What takes two people: one proposes it, another one confirms, or somebody drops it.

What is proposed, who may, and what is done then are the business of the room that has such a
``Proposal``; here is what is the same of each.

Whoever confirms answers for what stood on the page that they read. So the page carries a stamp of
it, and what changed since is shown anew and done by nobody.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

from django.db.models import Q
from django.utils import timezone

from dolenti.access.actors import Actor, author_of
from dolenti.guideline.errors import InputError
from dolenti.ledger.digests import digest
from dolenti.ledger.models import Proposal

P = TypeVar("P", bound=Proposal)

WAITING: Final = Q(dropped_at=None, done_at=None)
"""The condition of a proposal that is neither dropped nor done."""
SETTLED_ONCE: Final = Q(dropped_at=None) | Q(done_at=None)
"""What holds of every proposal."""


class ChangedSinceReadError(InputError):
    """What is to be confirmed is not what was read."""


def insist_read(read: str | None, *what: Any) -> None:
    """Go on only if ``what`` is done is what was ``read``: the stamp that the page carried, or
    nothing where no page came before (a terminal, a demonstration). Asked while it is held. Raises
    ``ChangedSinceReadError``."""
    if read is not None and read != stamp(*what):
        raise ChangedSinceReadError(
            "something of this changed since the page was opened; nothing was done: read what "
            "stands now, then confirm",
            fr="un élément a changé depuis l’ouverture de la page\u00a0; rien n’est fait\u00a0: "
            "relisez ce qui est affiché, puis confirmez",
        )


def stamp(*what: Any) -> str:
    """The stamp of what a page shows to whoever confirms it: anything that JSON can write."""
    return digest(what)


def drop(actor: Actor, found: Proposal) -> bool:
    """Leave things as they are; whether the proposal still waited."""
    rows: Any = type(found)._default_manager.filter(WAITING, pk=found.pk)
    return bool(rows.update(dropped_at=timezone.now(), dropped_by=author_of(actor)))


def held(actor: Actor, found: P, alone: InputError) -> P | None:
    """The proposal as it stands, held until the transaction ends, for another person than who
    proposed it; nothing where it is settled already. Raises ``alone`` for who proposed it."""
    if found.author_id == author_of(actor).pk:
        raise alone
    rows: Any = type(found)._default_manager.select_for_update(of=("self",))
    now: P = rows.get(pk=found.pk)
    return now if now.dropped_at is None and now.done_at is None else None


def done(found: Proposal) -> None:
    """It is done."""
    found.done_at = timezone.now()
    found.save(update_fields=["done_at"])
