"""Many jobs written down at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult, get_date_max

from dolenti.access import at_once


def enqueue_all(job: Task[Any, None], names: Iterable[str]) -> None:
    """Write a job down for each of these names, in the transaction that is open, as
    ``job.enqueue`` does for one. One query."""
    how = {
        "priority": job.priority,
        "task_path": job.module_path,
        "queue_name": job.queue_name,
        "backend_name": job.backend,
        "run_after": job.run_after or get_date_max(),
    }
    rows = ({**how, "args_kwargs": {"args": [name], "kwargs": {}}} for name in names)
    at_once.insert(DBTaskResult, rows)
