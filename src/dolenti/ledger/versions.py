"""Rows that change: one version after the other, each change kept, no stale edit taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final, TypeVar

from django.db import models, transaction
from django.db.models import F

from dolenti.access import audit
from dolenti.access.actors import Actor, author_of
from dolenti.access.roles import Kind
from dolenti.guideline.birth import PartialDate
from dolenti.ledger.belonging import kind_of
from dolenti.ledger.models import Revision, Versioned

V = TypeVar("V", bound=Versioned)
MOST_DIGITS: Final = 9
"""No version of a row has as many digits."""


def version_sent(sent: Mapping[str, Any]) -> int:
    """The version that a form says it was ``based_on``; 0, which no row has, for anything else."""
    text = str(sent.get("based_on", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS else 0


@dataclass(frozen=True)
class Conflict:
    """One field of a stale edit: as it was when the form was opened, now, and as sent."""

    field: str
    opened: Any
    now: Any
    sent: Any


class StaleEditError(Exception):
    """Someone else changed the row since this form was opened. Nothing is written.

    ``conflicts`` holds the fields that both changed, ``row`` the row as it stands now, ``author``
    the name of who changed it last.
    """

    def __init__(self, row: Versioned, conflicts: list[Conflict], author: str) -> None:
        super().__init__("the record changed since this form was opened")
        self.row = row
        self.conflicts = conflicts
        self.author = author


def change(
    actor: Actor,
    row: V,
    based_on: int,
    values: Mapping[str, Any],
    *,
    patient_id: str = "",
    action: str = "change",
    reason: str = "",
) -> V:
    """The row with new values, as a new version; what stood before is kept as a revision.

    Values that already stand are no change: where none is left, nothing is written (so the same
    form sent twice is one write). Raises ``StaleEditError`` where the row is not at the version
    the form was based on.
    """
    model = type(row)
    with transaction.atomic():
        now = model._default_manager.select_for_update(no_key=True).get(pk=row.pk)
        news = {name: value for name, value in values.items() if getattr(now, name) != value}
        if not news:
            return now
        if now.version != based_on:
            raise _stale(now, based_on, values)
        before = {name: getattr(now, name) for name in news}
        changed = model._default_manager.filter(pk=row.pk, version=based_on).update(
            version=F("version") + 1, **news
        )
        if not changed:
            now.refresh_from_db()
            raise _stale(now, based_on, values)
        Revision.objects.create(
            kind=kind_of(model),
            row=row.pk,
            version=based_on + 1,
            before={field: as_json(value) for field, value in before.items()},
            after={field: as_json(value) for field, value in news.items()},
            reason=reason,
            author=None if actor.role == Kind.PATIENT else author_of(actor),
        )
        audit.record(
            action,
            actor=actor,
            kind=model._meta.model_name or "",
            object_id=row.public_id,
            patient_id=patient_id,
            detail={"fields": sorted(news), "version": based_on + 1},
        )
        now.refresh_from_db()
        return now


def history(row: Versioned) -> list[Revision]:
    """The changes of a row, oldest first."""
    found = Revision.objects.filter(kind=kind_of(type(row)), row=row.pk)
    return list(found.select_related("author"))


def _stale(now: V, based_on: int, values: Mapping[str, Any]) -> StaleEditError:
    later = [r for r in history(now) if r.version > based_on]
    opened: dict[str, Any] = {}
    for revision in later:
        for field, value in revision.before.items():
            opened.setdefault(field, value)
    conflicts = [
        Conflict(
            field,
            opened.get(field, as_json(getattr(now, field))),
            as_json(getattr(now, field)),
            as_json(sent),
        )
        for field, sent in values.items()
        if getattr(now, field) != sent
    ]
    return StaleEditError(now, conflicts, later[-1].by if later else "")


def as_json(value: Any) -> Any:
    """A field's value as JSON keeps it: days, moments and exact numbers as texts, rows as their
    public ids."""
    if isinstance(value, (date, datetime, time, PartialDate)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, models.Model):
        return getattr(value, "public_id", value.pk)
    return value
