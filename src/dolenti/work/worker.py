"""The worker: takes what is ready, does it, and says how it ended."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dolenti.work import periodic
from dolenti.work.standing import Standing, take_up

logger = logging.getLogger("dolenti.work")

PAUSE: Final = 1.0
"""Seconds between two looks where nothing is ready."""
AGAIN_AFTER: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
"""How long a job that failed waits before it is tried again; after the last, it has failed."""


def run(data: Path | None = None) -> None:
    """Work until told to stop. A job that has begun is brought to its end first."""
    standing, stop = Standing(data or settings.DATA), _Stop()
    new = True
    try:
        while not stop.asked:
            close_old_connections()
            try:
                if not standing.held():
                    new = True
                    stop.wait(PAUSE)
                    continue
                if new:
                    new = False
                    left = take_up()
                    if left:
                        logger.warning("taken up again", extra={"jobs": left})
                periodic.enqueue_due(timezone.now())
                if not do_one():
                    stop.wait(PAUSE)
            except (DatabaseError, InterfaceError):
                logger.exception("the database does not answer; trying again")
                new = True
                stop.wait(PAUSE * 5)
    finally:
        standing.give_up()


class _Stop:
    """Whether somebody asked us to stop."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True

    def wait(self, seconds: float) -> None:
        """Sleep, but not through a request to stop."""
        until = time.monotonic() + seconds
        while not self.asked and time.monotonic() < until:
            time.sleep(0.1)


def do_one(name: str = "worker") -> bool:
    """Do the next job that is ready. Whether there was one."""
    with transaction.atomic():
        result = DBTaskResult.objects.ready().get_locked()
        if result is None:
            return False
        result.claim(name)
    _do(result)
    return True


def do_all(most: int = 1000) -> int:
    """Do whatever is ready, until nothing is. How many jobs there were."""
    done = 0
    while done < most and do_one():
        done += 1
    return done


def _do(result: DBTaskResult[Any, Any]) -> None:
    try:
        job: Callable[..., Any] = result.task.call
        said = result.args_kwargs
        value = job(*said["args"], **said["kwargs"])
    except Exception as error:  # noqa: BLE001 - whatever a job does wrong, the next one is done
        _failed(result, error)
        return
    result.set_successful(value)
    logger.info("done", extra={"job": result.task_name})


def _failed(result: DBTaskResult[Any, Any], error: Exception) -> None:
    """Try again later, or give up. What the error says is not kept: it may name a patient."""
    tried = len(result.worker_ids)
    logger.error("a job failed", exc_info=error, extra={"job": result.task_name, "tried": tried})
    again = tried <= len(AGAIN_AFTER)
    result.status = TaskResultStatus.READY if again else TaskResultStatus.FAILED
    result.exception_class_path = f"{type(error).__module__}.{type(error).__qualname__}"
    if again:
        result.run_after = timezone.now() + AGAIN_AFTER[tried - 1]
    else:
        result.finished_at = timezone.now()
    result.save(update_fields=["status", "exception_class_path", "run_after", "finished_at"])
