"""What the clock does: due is a function of what was done and of the hour, never a timetable.

A timetable that is stored is wrong after a holiday of the machine, a restored backup, a second
worker. Here the last time a job was done is looked up, and what follows is worked out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max
from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dolenti.work import jobs

LOOK_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Periodic:
    """A job and how often it is done."""

    job: Task[[], None]
    every: timedelta

    @property
    def name(self) -> str:
        name: str = self.job.module_path
        return name


PERIODIC: Final = (
    Periodic(jobs.judge_again, timedelta(hours=1)),
    Periodic(jobs.verify_the_trail, timedelta(days=1)),
    Periodic(jobs.forget_copies, timedelta(hours=1)),
    Periodic(jobs.forget_what_is_over, timedelta(days=1)),
    Periodic(jobs.tell_on_alerts, timedelta(minutes=5)),
    Periodic(jobs.remind, timedelta(minutes=10)),
    Periodic(jobs.hear_bounces, timedelta(minutes=10)),
    Periodic(jobs.tell_of_late_replies, timedelta(hours=1)),
    Periodic(jobs.tell_of_silent_freezers, timedelta(hours=1)),
)


def due(
    periodic: Iterable[Periodic], last: Mapping[str, datetime], now: datetime
) -> list[Periodic]:
    """What is to be done now: what was never begun, or was begun at least its period ago."""
    return [one for one in periodic if one.name not in last or now - last[one.name] >= one.every]


_looked: list[datetime] = []


def enqueue_due(now: datetime) -> list[str]:
    """Enqueue what is due and neither waits nor runs already. Looks once a minute."""
    if _looked and now - _looked[-1] < LOOK_EVERY:
        return []
    _looked[:] = [now]
    names = [one.name for one in PERIODIC]
    rows = DBTaskResult.objects.filter(task_path__in=names).order_by()
    waiting = set(
        rows.filter(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]).values_list(
            "task_path", flat=True
        )
    )
    last = dict(rows.values_list("task_path").annotate(at=Max("enqueued_at")))
    found = [one for one in due(PERIODIC, last, now) if one.name not in waiting]
    for one in found:
        one.job.enqueue()
    return [one.name for one in found]
