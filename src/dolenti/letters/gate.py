"""The gate to letters and their replies.

As in ``records.gate``: every function takes the user first and gives only what they may see.
Whoever reads no record sees the letters of their site that say nothing of a patient's health.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.letters.models import AwaitedReply, Letter
from dolenti.records import gate
from dolenti.records.models import Patient

_HEAVY = ("pdf", "edition__packed")


def letters(user: Actor) -> QuerySet[Letter]:
    """The letters that the user may read, the last first, without their documents."""
    if not user.may(Permission.CERTIFY):
        return Letter.objects.none()
    seen = Q(site_id=user.site_id, of_health=False)
    if user.may(Permission.READ_RECORDS):
        seen |= gate.open_here(user, "patient")
    beside = Letter.objects.filter(seen).select_related(
        "patient", "author", "complaint", "course", "reply"
    )
    return beside.defer("pdf", "said", "body").order_by("-signed_at", "-pk")


def letters_of(user: Actor, patient: Patient) -> QuerySet[Letter]:
    """The letters about a patient, the last first, with the one that each was corrected by."""
    found = letters(user).filter(patient__in=gate.family(patient))
    return found.select_related("amended_by", "amends").defer(
        "pdf", "said", "body", "amended_by__pdf", "amended_by__said", "amended_by__body",
        "amends__pdf", "amends__said", "amends__body",
    )  # fmt: skip


def letter(user: Actor, public_id: str) -> Letter:
    """One letter, whole. Raises ``Http404``, ``ClosedRecordError``."""
    whole = letters(user).defer(None).defer(*_HEAVY[1:])
    beside = ("patient__site", "edition", "amends", "amended_by", "reply__ended_by", "site")
    found = whole.select_related(*beside, "complaint__patient__site", "course__patient__site")
    found = found.defer(*_HEAVY[1:], "amends__pdf", "amended_by__pdf")
    one = sole(found.filter(public_id=public_id))
    if one is None:
        raise gate.closed(user, Letter, public_id)
    gate.seen(user, "letter", public_id, one.patient.public_id)
    return one


def awaited(user: Actor) -> QuerySet[AwaitedReply]:
    """The replies that are waited for, of patients whose record is open to the user, the first due
    first."""
    if not user.may(Permission.READ_RECORDS):
        return AwaitedReply.objects.none()
    found = AwaitedReply.objects.filter(
        gate.open_here(user, "letter__patient"), state=AwaitedReply.State.WAITING
    )
    return found.select_related("letter__patient", "letter__author").defer(
        "letter__pdf", "letter__said", "letter__body"
    )


def waiting(user: Actor, today: date) -> dict[str, QuerySet[Any]]:
    """What waits for somebody on their first page: the letters that nobody answered in time."""
    if not user.may(Permission.READ_RECORDS):
        return {}
    late = awaited(user).filter(due_on__lte=today)
    return {"late_letters": late.select_related(None).defer(None).order_by()}
