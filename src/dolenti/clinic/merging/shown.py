"""The merges that wait for a second person, as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dolenti.access.models import User
from dolenti.clinic.common.listing import called
from dolenti.records.models import MergeProposal


@dataclass(frozen=True)
class WaitingLine:
    """A merge that waits. ``own``: proposed by the reader."""

    public_id: str
    kept: str
    absorbed: str
    reason: str
    by: str
    at: datetime
    own: bool


def waiting_lines(waiting: Iterable[MergeProposal], user: User) -> list[WaitingLine]:
    """What waits, with the names of whose records these are."""
    return [
        WaitingLine(
            one.public_id,
            called(one.kept) or one.kept.reference,
            called(one.absorbed) or one.absorbed.reference,
            one.reason,
            one.author.name,
            one.created_at,
            one.author_id == user.pk,
        )
        for one in waiting
    ]
