"""A worker in a process of its own, started again when it ends; gone when its starter is gone."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from types import FrameType
from typing import Final

from dolenti.work import worker

logger = logging.getLogger("dolenti.work")

SOON: Final = 1.0
"""Seconds before a worker that ended is started again."""


def keep() -> None:
    """Keep one worker at work until told to stop, or until whoever started this is gone."""
    starter, child = os.getppid(), 0
    # Whoever reads it is told by the system when the last writer is gone: we, however we end.
    alive, ours = os.pipe()
    stopped = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True
        if child:
            os.kill(child, signal.SIGTERM)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    while not stopped and os.getppid() == starter:
        child = os.fork()
        if child == 0:
            os.close(ours)
            _work(alive)
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            time.sleep(0.2)
            if os.getppid() != starter:
                stop(signal.SIGTERM, None)
        child = 0
        if not stopped:
            logger.warning("the worker ended; it is started again")
            time.sleep(SOON)


def _work(keeper: int) -> None:
    """The process of the worker: it never returns into the one that keeps it, and ends with it.
    ``keeper`` is a pipe whose other end the keeper holds."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # the keeper's own would leave us running
    threading.Thread(target=_end_with, args=[keeper], daemon=True).start()
    code = 1
    try:
        worker.run()
        code = 0
    except BaseException:
        logger.exception("the worker failed")
    finally:
        os._exit(code)


def _end_with(keeper: int) -> None:
    """Ask this process to stop once the keeper is gone: another one is on its way, and would wait
    for our place in vain, unseen by anybody."""
    os.read(keeper, 1)
    os.kill(os.getpid(), signal.SIGTERM)
