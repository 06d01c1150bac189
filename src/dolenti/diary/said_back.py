"""What becomes of what a patient told or asked, said back to them: that it waits, that somebody has
it, that somebody looked and when. Nothing is said of which no row tells, and nothing of what the
clinic wrote of it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dolenti.diary.models import Alert, AlertEvent, Answer

Kind = AlertEvent.Kind
NOT_REACHED: Final = "not-reached"
"""How an alert ended of a patient whom nobody could reach by telephone."""


def ended_of(answer: Answer) -> Alert | None:
    """The alert that an answer raised, or was added to, once somebody ended it. One query."""
    found = Alert.objects.filter(
        events__answer=answer, state=Alert.State.ENDED, ended_at__isnull=False
    )
    return found.order_by("-ended_at", "-pk").first()


def call_awaited(alert: Alert) -> datetime | None:
    """Since when the patient waits for the call that they asked for: nobody has spoken to them
    since. Nothing where they asked for none. One query."""
    since: datetime | None = None
    kinds = (Kind.CALL_WANTED, Kind.REACHED)
    for one in alert.events.filter(kind__in=kinds).order_by("pk"):
        since = None if one.kind == Kind.REACHED else since or one.created_at
    return since


def answers_of(alert: Alert | None) -> list[Answer]:
    """The answers that raised an alert or were added to it, the first first. One query."""
    if alert is None:
        return []
    told = Answer.objects.filter(alert_events__alert=alert).distinct()
    return list(told.order_by("received_at", "pk"))


def told_last(alert: Alert) -> datetime | None:
    """When an answer of the patient last raised an alert or was added to it. One query."""
    told = alert.events.filter(kind__in=(Kind.RAISED, Kind.ADDED), answer__isnull=False)
    return told.order_by("-pk").values_list("created_at", flat=True).first()
